"""Personal data planted through every input of the site is nowhere: disk, log, pages, exports."""

from __future__ import annotations

import datetime as dt
import logging
import random
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from click.testing import CliRunner
from sample_site import Visitor, make_site, signed_in

from kb.cli import main
from kb.feedback.answers import Answers
from kb.feedback.retention import FACTS
from kb.feedback.tables import searches, votes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from kb.feedback.database import Database

MANY = 334
"""Of each kind: 1,002 in all."""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Planted(NamedTuple):
    email: str
    card: str
    ip: str

    def traces(self) -> set[str]:
        """What would give each of them away."""
        name, _, host = self.email.partition("@")
        digits = self.card.replace(" ", "").replace("-", "")
        return {name, host, self.card, digits, digits[:12], digits[4:], self.ip}


def plant(number: int, dice: random.Random) -> Planted:
    email = f"zqname{number}.jones@zqhost{number}.example.org"
    digits = card_number(dice)
    gap = ("", " ", "-")[number % 3]
    card = gap.join(digits[n : n + 4] for n in range(0, 16, 4))
    parts = [dice.randint(1, 223), *(dice.randint(0, 255) for _ in range(3))]
    ip = ".".join(map(str, parts))
    if number % 4 == 0:
        ip = "2001:db8:" + ":".join(f"{dice.randint(4096, 65535):x}" for _ in range(6))
    return Planted(email, card, ip)


def card_number(dice: random.Random) -> str:
    """Sixteen digits with a right Luhn sum."""
    digits = [4, *(dice.randint(0, 9) for _ in range(14))]
    doubled = [sum(divmod(2 * d, 10)) if n % 2 == 0 else d for n, d in enumerate(digits)]
    return "".join(map(str, [*digits, -sum(doubled) % 10]))


class Everything:
    """A visitor who types into whatever there is; their own address is planted, too."""

    def __init__(self, app: Flask, planted: Planted) -> None:
        self.client = app.test_client()
        self.planted = planted
        self.text = f"plan {planted.email} and {planted.card} from {planted.ip}"

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """The client is kept in no cookie: its address is all that tells it from others."""
        headers = {
            "Sec-Fetch-Site": "same-origin",
            "User-Agent": f"{BROWSER} {self.planted.email}",
            "Referer": f"http://localhost/search?q={self.planted.card}",
            "Accept": "application/json",
        }
        answer = self.client.open(
            path, method=method, headers=headers, environ_base={"REMOTE_ADDR": self.planted.ip},
            **options,
        )  # fmt: skip
        assert answer.status_code < 500
        return answer

    def type_everywhere(self) -> None:
        text = self.text
        for path in ("/search", "/api/v1/search"):
            assert self.ask("GET", path, query_string={"q": text}).status_code == 200
        narrowed = {"q": "plan", "category": text, "tag": text, "sort": text, "page": text}
        self.ask("GET", "/search", query_string=narrowed)
        self.ask("GET", "/api/v1/suggest", query_string={"q": text, "lang": text})
        assert self.ask("POST", "/api/v1/answer", json={"text": text}).status_code == 200
        self.ask("GET", f"/articles/{self.planted.email}")
        for form in self.signals():
            assert self.ask("POST", "/signals", data=form).status_code == 204
        self.ask("POST", "/signals", data={"kind": text, "q": text})
        answer = {"question": "effort", "score": 2, "article": text, "q": text}
        assert self.ask("POST", "/answers", data=answer).status_code == 204
        self.ask("POST", "/answers", data=answer | {"question": text, "score": text})
        self.before_writing()
        self.vote()

    def before_writing(self) -> None:
        """A message names its sender on purpose; what is typed until it is sent does not."""
        self.ask("GET", "/contact", query_string={"q": self.text, "article": self.text})
        form = {
            "subject": self.text,
            "text": self.text,
            "email": self.planted.email,
            "q": self.text,
        }
        self.ask("POST", "/contact", data=form | {"step": "look", "page": self.text})
        self.ask("POST", "/contact/suggestions", data=form)
        found = {"answered": "cancel", "shown": [self.text], **form}
        assert self.ask("POST", "/contact/answered", data=found).status_code == 303

    def signals(self) -> Iterator[dict[str, Any]]:
        yield {"kind": "search", "q": self.text, "total": 3, "seconds": 9}
        click = {"kind": "click", "q": self.text, "rank": 1, "total": 3, "article": "cancel"}
        yield click
        yield click | {"source": "suggestion"}
        yield click | {"article": self.text}
        read = {"kind": "read", "q": self.text, "seconds": 30, "depth": 90, "article": "cancel"}
        yield read | {"revision": self.text}
        yield {"kind": "contact", "q": self.text, "article": "cancel"}

    def vote(self) -> None:
        vote = {"helpful": "no", "query": self.text, "revision": self.text}
        url = self.ask("POST", "/articles/cancel/votes", data=vote).json["url"]
        assert self.ask("POST", url, data={"text": self.text}).json == {"ok": True}
        self.ask("POST", url, data={"reason": self.text})


def an_hour_ago(database: Database) -> None:
    """All that is recorded, so that it is judged now."""
    at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    with database.writing() as connection:
        for table in (*FACTS, votes):
            last = {"last": at} if table is searches else {}
            connection.execute(table.update().values(at=at, **last))


def exports(app: Flask) -> Iterator[str]:
    """Whatever staff can see, print or take away."""
    staff = signed_in(Visitor(app)).client
    numbers = [str(row.id) for row in app.extensions["kb"].ledger.gaps()]
    assert numbers
    one = [["gaps", command, number] for command in ("show", "patch") for number in numbers]
    forms = [["gaps", form] for form in ("--json", "--csv", "--markdown")]
    reports = [["report", *form] for form in ([], ["--json"], ["--csv"], ["week"])]
    for command in (["gaps"], *forms, *one, *reports, ["retention"], ["doctor"]):
        done = CliRunner().invoke(main, command)
        assert done.exception is None or isinstance(done.exception, SystemExit), command
        yield done.output
    pages = [
        "",
        "gaps?state=all",
        *(f"gaps/{n}" for n in numbers),
        "searches",
        "articles",
        "week.md",
    ]
    for page in pages:
        answer = staff.get(f"/staff/{page}")
        assert answer.status_code == 200
        yield answer.get_data(as_text=True)


def test_nothing_planted_is_on_disk_in_a_log_or_an_export(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.chdir(tmp_path)
    app = make_site(tmp_path).app()
    dice = random.Random(4)
    everybody = [plant(number, dice) for number in range(MANY)]
    for planted in everybody:
        Everything(app, planted).type_everywhere()
    kb = app.extensions["kb"]
    kb.recorder.flush()

    # everything arrived, without what was planted in it
    assert kb.recorder.lost == 0
    told = "plan [email] and [card] from [ip]"
    assert [vote.text for vote in kb.journal.votes()] == [told] * MANY
    assert [vote.query for vote in kb.journal.votes()] == [told] * MANY
    assert [s.text for s in kb.signals.searches() if s.text != "plan"] == [told] * MANY
    for kept in (kb.signals.clicks(), kb.signals.reads(), kb.signals.contacts()):
        assert sum(1 for _ in kept) == MANY
    answers = [*Answers(kb.journal.database).all()]
    assert [(one.score, one.article) for one in answers] == [(2, "")] * MANY
    an_hour_ago(kb.journal.database)
    told_of = "\n".join(exports(app))
    assert told_of.count(told) >= 10
    assert f"of {MANY} answers" in told_of

    kept_files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"kb.sqlite", "kb.sqlite-wal"} <= {path.name for path in kept_files}
    blob = b"\n".join(path.read_bytes() for path in kept_files)
    blob += caplog.text.encode() + told_of.encode()
    found = [t for one in everybody for t in one.traces() if t.encode() in blob]
    assert found == []
