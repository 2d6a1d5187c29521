"""Metrics: figures for monitoring, in Prometheus' text format, for this machine only."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound as NoSuchRoute

from kb.feedback.register import STATES
from kb.insights.outcomes import OUTCOMES
from kb.web.current import current_desk, current_kb
from kb.web.nearby import is_nearby

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kb.insights.survey import Survey
    from kb.knowledge_base import KnowledgeBase
    from kb.web.desk import Desk

    Sample = tuple[tuple[tuple[str, str], ...], float]  # labels, value

blueprint = Blueprint("metrics", __name__)

FORMAT = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


@blueprint.before_app_request
def _hide_from_others() -> None:
    """As if there were no such route: whatever else is asked of a request is asked as of any
    other address, and the answer is the same to the byte."""
    if request.path in ("/metrics", "/metrics/") and not is_nearby():
        request.routing_exception = NoSuchRoute()
        request.url_rule = request.view_args = None


@blueprint.get("/metrics")
def metrics() -> Response:
    """Nothing is worked out for it: what is stored is told, and how old that is."""
    kb = current_kb()
    desk = current_desk()
    lines = [*_of_process(kb), *_of_messages(kb), *_of_gaps(desk)]
    if (survey := kb.ledger.surveyed()) is not None:
        lines += [*_of_survey(survey, dt.datetime.now(dt.UTC))]
    answer = Response("".join(f"{line}\n" for line in lines), content_type=FORMAT)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _of_process(kb: KnowledgeBase) -> Iterator[str]:
    live = kb.live.generation if kb.live else ""
    yield from _family(
        "kb_generation_info", "The live generation.", [(_label("generation", live), 1)]
    )
    yield from _family(
        "kb_signals_dropped_total", "Signals that this process could not store.",
        [((), kb.recorder.lost)], "counter",
    )  # fmt: skip


def _of_messages(kb: KnowledgeBase) -> Iterator[str]:
    states = kb.delivery.outbox.counts().items()
    samples = [(_label("state", name), count) for name, count in states]
    yield from _family("kb_messages", "Messages to support by state.", samples)


def _of_gaps(desk: Desk) -> Iterator[str]:
    states = Counter(desk.register.states())
    yield from _family(
        "kb_gaps", "Gaps by state.", [(_label("state", name), states[name]) for name in STATES]
    )


def _of_survey(survey: Survey, now: dt.datetime) -> Iterator[str]:
    ended: Counter[str] = Counter()
    for one in survey.day:
        counts = one.failed or one.outcome in ("", "settled")
        ended[(one.outcome or "waiting") if counts else "glance"] += one.count
    surging = [row.id for row in survey.rows if row.gap.surge]
    yield from _family(
        "kb_searches_last_day", "Searches of the last 24 hours by outcome.",
        [(_label("outcome", name), ended[name]) for name in (*OUTCOMES, "glance", "waiting")],
    )  # fmt: skip
    yield from _family("kb_surges", "Gaps that surge now.", [((), len(surging))])
    yield from _family(
        "kb_surge", "1 for each gap that surges now.", [(_label("gap", str(n)), 1) for n in surging]
    )
    age = (now - survey.at).total_seconds()
    yield from _family("kb_figures_age_seconds", "Age of the figures.", [((), max(0.0, age))])
    yield from _family(
        "kb_figures_seconds", "What each part of the figures took.",
        [(_label("part", name), seconds) for name, seconds in survey.parts],
    )  # fmt: skip


def _family(name: str, told: str, samples: Iterable[Sample], kind: str = "gauge") -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        inside = ",".join(f'{key}="{text.translate(_ESCAPED)}"' for key, text in labels)
        yield f"{name}{{{inside}}} {value!r}" if inside else f"{name} {value!r}"


def _label(name: str, value: str) -> tuple[tuple[str, str], ...]:
    return ((name, value),)
