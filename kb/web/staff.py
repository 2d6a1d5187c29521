"""Staff: the pages of the support team. `kb.web.login` lets nobody else come here."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from kb.content.highlight import highlight
from kb.errors import BadInput
from kb.feedback.register import STATES
from kb.insights.diagnosis import DIAGNOSES
from kb.insights.labels import ENOUGH
from kb.insights.outcomes import OUTCOMES
from kb.insights.summary import TODO, summary
from kb.web.charts import HEIGHT, WIDTH, bars, lines
from kb.web.current import current_desk, current_kb
from kb.web.desk import NotYet, rows_of
from kb.web.flags import flags
from kb.web.sessions import needs, signed_in
from kb.week_reports import markdown

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kb.editions import Edition
    from kb.feedback.figures import Query
    from kb.insights.week import Week

blueprint = Blueprint("staff", __name__, url_prefix="/staff")

FIRST_ROWS = 5


@blueprint.errorhandler(NotYet)
def _being_worked_out(error: NotYet) -> ResponseReturnValue:
    """The page asks again by itself until there is something to show."""
    return render_template("staff/waiting.html", age=None), HTTPStatus.ACCEPTED


def _page(name: str, made_at: dt.datetime, **context: Any) -> str:
    age = max(0, round((dt.datetime.now(dt.UTC) - made_at).total_seconds()))
    return render_template(f"staff/{name}.html", age=age, **context)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    survey = current_desk().survey()
    rows = rows_of(survey.rows, TODO, "")
    articles = [row for row in survey.articles if row.affected or row.contacts]
    return _page(
        "home",
        survey.at,
        week=survey.week,
        charts=_charts(survey.week),
        rows=rows[:FIRST_ROWS],
        more=len(rows) - FIRST_ROWS,
        articles=articles[:FIRST_ROWS],
        messages=current_kb().delivery.outbox.counts(),
    )


@blueprint.get("/week.md")
def week_report() -> ResponseReturnValue:
    kb, survey = current_kb(), current_desk().survey()
    made = summary(kb.journal.database, survey.week, survey.rows, survey.articles, survey.at)
    name = f"attachment; filename=week-{survey.at:%Y-%m-%d}.md"
    text = markdown(made, kb.settings.title, kb.settings.base_url)
    return Response(
        text, content_type="text/markdown; charset=utf-8", headers={"Content-Disposition": name}
    )


@blueprint.get("/gaps")
def gaps() -> ResponseReturnValue:
    queue = current_desk().survey()
    state = _one_of("state", ("todo", *STATES, "all"))
    diagnosis = _one_of("diagnosis", ("", *DIAGNOSES))
    return _page(
        "gaps",
        queue.at,
        rows=rows_of(queue.rows, _states(state), diagnosis),
        queue=queue,
        state=state,
        diagnosis=diagnosis,
        states=[
            (name, _address("staff.gaps", state=name, diagnosis=diagnosis),
             len(rows_of(queue.rows, _states(name), diagnosis)))
            for name in ("todo", *STATES, "all")
        ],
        diagnoses=[
            (name, _address("staff.gaps", state=state, diagnosis=name),
             len(rows_of(queue.rows, _states(state), name)))
            for name in ("", *DIAGNOSES)
        ],
    )  # fmt: skip


@blueprint.get("/gaps/<int:number>")
def gap(number: int) -> ResponseReturnValue:
    survey = current_desk().survey()
    sheet = current_desk().sheet(survey, number)
    patch = highlight(sheet.patch, "diff") if sheet.patch else ""
    return _page(
        "gap",
        survey.at,
        sheet=sheet,
        entry=sheet.entry,
        row=sheet.row,
        patch=Markup(patch),  # noqa: S704  (highlight escapes)
        library=current_kb().edition.library,
        others=[row for row in survey.rows if row.gap.id != number],
        changes=signed_in().may("writer"),
    )


@blueprint.post("/gaps/<int:number>/states")
@needs("writer")
def state(number: int) -> ResponseReturnValue:
    wanted, given = request.form.get("state", ""), request.form.get("article", "")
    article = _article(current_kb().edition, given) if wanted == "documented" else ""
    current_desk().change(number, wanted, signed_in().name, request.form.get("note", ""), article)
    return redirect(url_for("staff.gap", number=number), HTTPStatus.SEE_OTHER)


@blueprint.post("/gaps/<int:number>/wordings")
@needs("writer")
def wordings(number: int) -> ResponseReturnValue:
    """Some wordings move to another gap, or to a new one; without a choice the whole gap does."""
    into, now = _number("into"), dt.datetime.now(dt.UTC)
    desk, chosen = current_desk(), set(request.form.getlist("wording"))
    for one in filter(None, (number, into)):
        desk.entry(one)
    if request.form.get("whole") == "1":
        if not into:
            raise BadInput(
                _("Choose the gap that this one is part of."), _("Go back and choose one.")
            )
        desk.register.merge(number, into, now, signed_in().name)
    else:
        keys = [key for key in desk.register.members_of(number) if "\t".join(key) in chosen]
        if not keys:
            hint = _("Go back and tick what belongs elsewhere.")
            raise BadInput(_("No wording was chosen."), hint)
        into = desk.register.move(keys, into, now, signed_in().name)
    return redirect(url_for("staff.gap", number=into), HTTPStatus.SEE_OTHER)


@blueprint.get("/searches")
def searches() -> ResponseReturnValue:
    survey = current_desk().survey()
    texts, outcome = survey.texts, _one_of("outcome", ("", *OUTCOMES))
    return _page(
        "searches",
        survey.at,
        rows=_with_outcome(texts.rows, outcome),
        texts=texts,
        outcome=outcome,
        enough=ENOUGH,
        outcomes=[
            (name, _address("staff.searches", outcome=name),
             len(_with_outcome(texts.rows, name)))
            for name in ("", *OUTCOMES)
        ],
    )  # fmt: skip


@blueprint.get("/articles")
def articles() -> ResponseReturnValue:
    survey = current_desk().survey()
    return _page(
        "articles",
        survey.at,
        rows=survey.articles,
        flags=flags().open(),
        changes=signed_in().may("writer"),
    )


def _states(name: str) -> tuple[str, ...]:
    return {"todo": TODO, "all": STATES}.get(name, (name,))


def _with_outcome(rows: tuple[Query, ...], outcome: str) -> list[Query]:
    """Those that ended so at all, most often first; all of them for ""."""
    if not outcome:
        return list(rows)
    return sorted(
        (row for row in rows if row.outcomes[outcome]), key=lambda row: -row.outcomes[outcome]
    )


def _charts(week: Week) -> dict[str, Any]:
    days = week.days
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "searches": bars([day.searches for day in days]),
        "contacts": bars([day.contacts for day in days]),
        "settled": lines([day.settled.value for day in days]),
    }


def _one_of(name: str, values: tuple[str, ...]) -> str:
    """What an address asks for; the first value for anything that makes no sense."""
    given = request.args.get(name, values[0])
    return given if given in values else values[0]


def _address(endpoint: str, **filters: str) -> str:
    chosen = {name: value for name, value in filters.items() if value not in ("", "todo")}
    return url_for(endpoint) + (f"?{urlencode(chosen)}" if chosen else "")


def _number(name: str) -> int:
    given = request.form.get(name, "").strip()
    if not given:
        return 0
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        hint = _("See the list of gaps for their numbers.")
        raise BadInput(_("This is no number of a gap."), hint)
    return int(given)


def _article(edition: Edition, given: str) -> str:
    """The id of the article at an address or with a slug, "" for none. Raises BadInput."""
    slug = urlsplit(given.strip()).path.rstrip("/").rpartition("/")[2].removesuffix(".md")
    if not slug:
        return ""
    article = edition.library.by_slug.get(slug)
    if article is None:
        raise BadInput(_("There is no such article."), _("Give the address of its page."))
    return article.id
