"""API for gaps: the queue for programs, with a token."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint

from kb.errors import KbError
from kb.feedback.register import STATES
from kb.insights.summary import TODO
from kb.web.api.answers import GapChange, GapEntry, Gaps, Sample, WholeGap
from kb.web.api.contract import Contract, keeps
from kb.web.api.requests import GapsAsked, StateGiven
from kb.web.current import current_desk, current_kb
from kb.web.desk import NotYet, rows_of

if TYPE_CHECKING:
    from kb.accounts.tokens import Token
    from kb.feedback.register import Entry
    from kb.insights.queue import Row
    from kb.insights.survey import Survey

blueprint = Blueprint("gaps", __name__)


def _survey() -> Survey:
    try:
        return current_desk().survey()
    except NotYet:
        raise KbError("The figures are being worked out.", "Ask again in some seconds.") from None


@blueprint.get("/gaps")
@keeps(Contract(Gaps, query=GapsAsked, scope="gaps"))
def gaps(token: Token, query: GapsAsked) -> Gaps:
    """List what people look for and do not get, most wanted first."""
    survey = _survey()
    states = {"todo": TODO, "all": STATES}.get(query.state, (query.state,))
    rows = rows_of(survey.rows, states, "")
    first = (query.page - 1) * query.limit
    return Gaps(
        at=survey.at,
        total=len(rows),
        page=query.page,
        pages=math.ceil(len(rows) / query.limit),
        gaps=[
            GapEntry.model_validate(_entry(row.gap.entry, row))
            for row in rows[first : first + query.limit]
        ],
    )


@blueprint.get("/gaps/<int:number>")
@keeps(Contract(WholeGap, scope="gaps"))
def gap(token: Token, number: int) -> WholeGap:
    """Show a gap, with its history and what is proposed."""
    return _whole(number)


@blueprint.post("/gaps/<int:number>/states")
@keeps(Contract(WholeGap, body=StateGiven, scope="gaps:write", status=HTTPStatus.CREATED))
def state(token: Token, number: int, body: StateGiven) -> WholeGap:
    """Bring a gap into a state, in the name of the token's account."""
    article = current_kb().edition.article(body.article).id if body.article else ""
    _survey()
    current_desk().change(number, body.state, token.account.name, body.note, article)
    return _whole(number)


def _whole(number: int) -> WholeGap:
    sheet = current_desk().sheet(_survey(), number)
    history = [
        GapChange(at=one.at, who=one.who, state=one.state, note=one.note) for one in sheet.history
    ]
    more = {"history": history, "patch": sheet.patch}
    return WholeGap.model_validate(_entry(sheet.entry, sheet.row) | more)


def _entry(entry: Entry, row: Row | None) -> dict[str, Any]:
    gap = row.gap if row else None
    answer = current_kb().edition.library.by_id.get(entry.article)
    told = {name: getattr(entry, name) for name in ("id", "lang", "state", "who", "note", "since")}
    return told | {
        "label": gap.label if gap else entry.label,
        "article": answer.slug if answer else None,
        "diagnosis": row.diagnosis.kind if row else None,
        "demand": round(gap.demand, 2) if gap else 0.0,
        "people": gap.people if gap else 0,
        "before": gap.before if gap else 0,
        "surge": gap.surge if gap else False,
        "contacts": gap.contacts if gap else 0,
        "samples": [Sample(text=text, people=n) for text, n in gap.samples] if gap else [],
        "url": f"{current_kb().settings.base_url}/staff/gaps/{entry.id}",
    }
