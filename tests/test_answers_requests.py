"""Answers as requests bring them: durable, from people only, and never from somebody private."""

from __future__ import annotations

import datetime as dt
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sample_site import Site

from kb.feedback.answers import Answers
from kb.feedback.events import Answer
from kb.insights.satisfaction import answered

if TYPE_CHECKING:
    from flask import Flask

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
OURS = {"Sec-Fetch-Site": "same-origin", "User-Agent": FIREFOX}


@pytest.fixture
def app(site: Site) -> Flask:
    return site.app()


def say(app: Flask, headers: dict[str, str] | None = None, ip: str = "", **form: Any) -> Any:
    values = {"question": "satisfaction", "score": 4} | form
    where = {"REMOTE_ADDR": ip or "192.0.2.7"}
    answer = app.test_client().post(
        "/answers", data=values, headers=OURS | (headers or {}), environ_base=where
    )
    assert "Set-Cookie" not in answer.headers
    return answer


def stored(app: Flask) -> list[Answer]:
    return [*Answers(app.extensions["kb"].journal.database).all()]


def test_an_answer_is_stored_before_it_is_acknowledged(app: Flask) -> None:
    said = say(app, article="refund", q="plan", score=2, question="effort")
    assert (said.status_code, said.data, said.headers["Cache-Control"]) == (204, b"", "no-store")
    (answer,) = stored(app)
    assert (answer.question, answer.score, answer.article) == ("effort", 2, "refunds")
    assert len(answer.visitor) == len(answer.network) == len(answer.search) == 32


def test_an_answer_belongs_to_the_search_before_it(app: Flask) -> None:
    app.test_client().get("/search?q=Plan", headers=OURS, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    say(app, q="plan")
    app.extensions["kb"].recorder.flush()
    (search,) = app.extensions["kb"].signals.searches()
    assert (stored(app)[0].search, stored(app)[0].visitor) == (search.token, search.visitor)


def test_fifty_answers_at_once_are_one(app: Flask) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = [*pool.map(lambda _: say(app).status_code, range(50))]
    assert (set(done), len(stored(app))) == ({204}, 1)


def test_an_article_that_is_not_there_is_no_mistake(app: Flask) -> None:
    for slug in ("gone", "internal", "../x", "a" * 5000):
        assert say(app, article=slug).status_code == 204
    assert {answer.article for answer in stored(app)} == {""}


@pytest.mark.parametrize(
    "form",
    [{"question": ""}, {"question": "nps"}, {"question": "effort\0"}, {"score": ""}, {"score": 0},
     {"score": 6}, {"score": "4.5"}, {"score": "٤"}, {"score": "-1"}, {"score": "nan"}],
    ids=str,
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_refused(app: Flask, form: dict[str, Any]) -> None:
    said = say(app, **form)
    assert said.status_code == 400
    assert said.json["error"]["message"]
    assert stored(app) == []


def test_too_much_at_once_is_refused(app: Flask) -> None:
    assert say(app, q="a" * 9_000).status_code == 413
    assert stored(app) == []


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
    ids=str,
)
def test_another_site_cannot_answer(app: Flask, headers: dict[str, str]) -> None:
    assert say(app, headers).status_code == 403
    bare = app.test_client().post("/answers", data={"question": "effort", "score": 1})
    assert bare.status_code == 403
    assert stored(app) == []


@pytest.mark.parametrize(
    "headers",
    [{"Sec-GPC": "1"}, {"DNT": "1"}, {"User-Agent": ""}, {"User-Agent": "Googlebot/2.1"}],
    ids=str,
)
def test_of_private_visits_and_robots_nothing_is_kept(app: Flask, headers: dict[str, str]) -> None:
    assert say(app, headers).status_code == 202  # nobody is thanked for it
    assert stored(app) == []


def test_staff_do_not_answer(site: Site) -> None:
    writer = site.app(audience="staff")
    assert say(writer).status_code == 202
    assert stored(writer) == []


def test_only_a_post_answers(app: Flask) -> None:
    assert app.test_client().get("/answers").status_code == 405


def test_when_the_database_fails_nobody_is_thanked(site: Site, app: Flask) -> None:
    with closing(sqlite3.connect(site.settings.data_dir / "kb.sqlite")) as other:
        other.execute("DROP TABLE answers")
    said = say(app)
    assert (said.status_code, said.json["error"]["code"]) == (503, "service_unavailable")


def test_ten_thousand_answers_of_one_network_move_little(app: Flask) -> None:
    """Here 60: each is of somebody new, as far as their browser's name goes."""

    for number in range(7):
        say(app, score=5, ip=f"198.51.{number}.1")
    for number in range(60):
        say(app, {"User-Agent": f"{FIREFOX} {number}"}, score=1, ip=f"203.0.113.{number}")
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    found = answered(app.extensions["kb"].journal.database, now - day, now + day)
    assert found["satisfaction"] == (7, 10)
