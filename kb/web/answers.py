"""Answers: to the questions about satisfaction and effort that static/js/ask.js asks."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from kb.errors import BadInput
from kb.feedback.events import BEST_SCORE, QUESTIONS
from kb.web.current import current_kb
from kb.web.parameters import number
from kb.web.signals import MOST_BYTES, visit

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


blueprint = Blueprint("answers", __name__)


@blueprint.post("/answers")
def take() -> ResponseReturnValue:
    """204 says that it is on disk, for which the visitor is thanked, and 202 that nothing is kept.
    Raises BadInput."""
    request.max_content_length = MOST_BYTES
    kb = current_kb()
    form = request.form
    question, score = form.get("question", ""), number(form, "score", None, 1, BEST_SCORE)
    if question not in QUESTIONS:
        raise BadInput("There is no such question.", f"question is {' or '.join(QUESTIONS)}.")
    kept = kb.answer(question, score, visit(), form.get("article", ""), form.get("q", ""))
    return Response(status=HTTPStatus.NO_CONTENT if kept else HTTPStatus.ACCEPTED)
