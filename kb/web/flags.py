"""Flags: what staff report from the picker: nothing fits, or an article is not as it should be."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kb.errors import KbError
from kb.feedback.flags import Flags
from kb.web.current import current_kb, current_linking
from kb.web.sessions import needs, signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


blueprint = Blueprint("flags", __name__, url_prefix="/staff")


def flags() -> Flags:
    return Flags(current_kb().journal.database)


@blueprint.post("/missing")
def report() -> ResponseReturnValue:
    """Nothing fits."""
    number = current_linking().report(request.form.get("q", "").replace("\0", ""), signed_in().name)
    return _reported(number)


@blueprint.get("/missing/<int:number>")
def reported(number: int) -> ResponseReturnValue:
    """A report of one's own, to be explained or taken back."""
    event = current_linking().missing.find(number, signed_in().name)
    name = "links/_reported.html" if request.args.get("part") else "links/reported.html"
    return render_template(name, age=None, number=number, event=event)


@blueprint.post("/missing/<int:number>/notes")
def add_note(number: int) -> ResponseReturnValue:
    note = request.form.get("note", "").replace("\0", "")
    current_linking().missing.add_note(number, signed_in().name, note)
    return _reported(number)


@blueprint.post("/missing/<int:number>/removal")
def withdraw(number: int) -> ResponseReturnValue:
    current_linking().missing.withdraw(number, signed_in().name)
    return _done(_("Taken back. Nothing was reported."))


@blueprint.post("/flags")
def add() -> ResponseReturnValue:
    edition = current_kb().staff_edition()
    if edition is None:
        raise KbError(_("Nothing has been published yet."), _("Run kb build, or kb serve."))
    form, now = request.form, dt.datetime.now(dt.UTC)
    article = edition.article(form.get("article", ""))
    note = form.get("note", "").replace("\0", "")
    flags().add(article, form.get("kind", ""), note, signed_in().name, now)
    told = _("“%(title)s” is flagged. Writers see it on the page Articles.", title=article.title)
    return _done(told)


@blueprint.post("/flags/<int:number>/resolution")
@needs("writer")
def resolve(number: int) -> ResponseReturnValue:
    flags().resolve(number, signed_in().name, dt.datetime.now(dt.UTC))
    return redirect(url_for("staff.articles"), HTTPStatus.SEE_OTHER)


def _reported(number: int) -> ResponseReturnValue:
    part = request.form.get("part")
    return redirect(url_for("flags.reported", number=number, part=part), HTTPStatus.SEE_OTHER)


def _done(message: str) -> ResponseReturnValue:
    name = "links/_done.html" if request.form.get("part") else "links/done.html"
    return render_template(name, age=None, message=message)
