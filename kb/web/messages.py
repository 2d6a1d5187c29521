"""Messages: what customers wrote to support, and how far it got, for the staff."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from kb.errors import BadInput
from kb.feedback.deflections import Deflections
from kb.helpdesk.outbox import STATES, TODO
from kb.web.current import current_kb
from kb.web.security import FILE_POLICY
from kb.web.sessions import signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


blueprint = Blueprint("messages", __name__, url_prefix="/staff/messages")

MOST_ROWS = 200
MONTH = dt.timedelta(days=28)


@blueprint.get("")
def messages() -> ResponseReturnValue:
    kb, now = current_kb(), dt.datetime.now(dt.UTC)
    outbox, stored = kb.delivery.outbox, kb.delivery.messages
    state = request.args.get("state", "todo")
    wanted = (state,) if state in STATES else TODO
    ways = {way.message: way for way in outbox.ways(wanted, MOST_ROWS)}
    counts = outbox.counts()
    counts |= {"todo": sum(map(counts.__getitem__, TODO))}
    return render_template(
        "staff/messages.html",
        age=None,
        rows=[(one, ways[one.id]) for one in stored.some(list(ways))],
        state=state if state in ("todo", *STATES) else "todo",
        counts=counts,
        states=[(name, url_for(".messages", state=name), counts[name]) for name in _shown(counts)],
        connected=kb.delivery.sender is not None,
        deflected=Deflections(kb.journal.database).count(now - MONTH, now),
        most=MOST_ROWS,
    )


@blueprint.get("/<int:number>")
def message(number: int) -> ResponseReturnValue:
    kb = current_kb()
    one, way = kb.delivery.messages.one(number), kb.delivery.outbox.way(number)
    return render_template(
        "staff/message.html",
        age=None,
        one=one,
        way=way,
        by_id=kb.edition.library.by_id,
        connected=kb.delivery.sender is not None,
        todo=TODO,
        days=kb.settings.contact_days,
    )


@blueprint.get("/<int:number>/files/<int:file>")
def file(number: int, file: int) -> ResponseReturnValue:
    """Handed out to be saved, never to be shown: somebody unknown made it."""
    found = current_kb().delivery.messages.file(number, file)
    headers = {
        "Content-Security-Policy": FILE_POLICY,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
    }
    return Response(found.content, headers=headers, content_type=found.media_type)


@blueprint.post("/<int:number>/deliveries")
def deliver(number: int) -> ResponseReturnValue:
    """Try it again, from the beginning."""
    if current_kb().delivery.sender is None:
        hint = _("The setting helpdesk connects one.")
        raise BadInput(_("There is no helpdesk to send it to."), hint)
    if current_kb().delivery.messages.one(number).cleared:
        raise BadInput(_("Its words are deleted."), _("There is nothing to send any more."))
    current_kb().delivery.outbox.again(number, dt.datetime.now(dt.UTC))
    return redirect(url_for(".message", number=number), HTTPStatus.SEE_OTHER)


@blueprint.post("/<int:number>/closings")
def close(number: int) -> ResponseReturnValue:
    """It is done, by hand."""
    current_kb().delivery.outbox.close(number, signed_in().name, dt.datetime.now(dt.UTC))
    return redirect(url_for(".messages"), HTTPStatus.SEE_OTHER)


def _shown(counts: dict[str, int]) -> list[str]:
    """The filters that lead to something; none to all that is to do once more."""
    same = [state for state in TODO if counts[state] == counts["todo"]]
    return ["todo", *(state for state in STATES if counts[state] and state not in same)]
