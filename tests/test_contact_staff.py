"""What staff see of messages, and a helpdesk that is away while customers write."""

from __future__ import annotations

import datetime as dt
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from sample_site import PNG, Visitor, make_site, signed_in
from sqlalchemy import event
from test_contact import Customer, upload

from kb import doctor
from kb.helpdesk import http as client
from kb.helpdesk.courier import Courier
from kb.helpdesk.letter import Undelivered
from kb.helpdesk.reach import unread
from kb.settings import Settings
from kb.web import create_app, stamps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_site(tmp_path_factory.mktemp("staff")).settings


@pytest.fixture
def app(built: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The same articles with a database of its own."""
    monkeypatch.setattr(stamps, "QUICKEST", -1)
    app = app_of(built, tmp_path)
    yield app
    app.extensions["kb"].recorder.close()


def app_of(built: Settings, tmp_path: Any, **more: Any) -> Flask:
    database = f"sqlite:///{tmp_path / 'kb.sqlite'}"
    folders = {"articles": built.articles, "data_dir": built.data_dir}
    return create_app(Settings(**folders, database_url=database, **more))


def test_staff_read_what_was_written_and_close_it(app: Flask) -> None:
    customer, agent = Customer(app), signed_in(Visitor(app), "sam", "agent")
    assert "Nothing to do" in look(agent, "/staff/messages")
    nasty = "<script>alert(1)</script> {{7*7}} see the picture"
    files = upload("shot.png") + upload("note.txt", content=b"<script>alert(1)</script>")
    fields = customer.form("/contact?article=cancel&q=money+back")
    assert (
        customer.send(fields, text=nasty, subject=nasty, files=files, shown=["refunds"]).status_code
        == 303
    )
    assert "1 message to answer" in look(agent, "/staff/")
    page = look(agent, "/staff/messages")
    assert "To answer" in page
    assert "state=kept" not in page  # it would be what is to do once more
    assert "&lt;script&gt;" in page
    page = look(agent, "/staff/messages/1")
    assert "{{7*7}}" in page
    assert "mailto:ada@example.org?subject=Re%3A%20%3Cscript%3E" in page
    customer.send(customer.form(), email="z%40example.net%2Ca@example.org")
    assert "mailto:z%2540example.net%252Ca@example.org?" in look(agent, "/staff/messages/2")
    agent.post("/staff/messages/2/closings", {})
    for told in ("Cancel your plan", "money back", "Get a refund", "shot.png", "note.txt"):
        assert told in page
    for number, content in ((1, PNG), (2, b"<script>alert(1)</script>")):
        file = agent.client.get(f"/staff/messages/1/files/{number}")
        assert file.data == content
        assert file.headers["Content-Disposition"].startswith("attachment;")
        assert file.headers["Content-Security-Policy"].startswith("sandbox;")
        assert file.headers["Cache-Control"] == "private, no-store"
    assert agent.client.get("/staff/messages/2/files/1").status_code == 404
    assert agent.post("/staff/messages/1/deliveries", {}).status_code == 400  # to which helpdesk
    assert agent.post("/staff/messages/1/closings", {}).status_code == 303
    assert "Nothing to do" in look(agent, "/staff/messages")
    assert "sam" in look(agent, "/staff/messages?state=closed")
    app.extensions["kb"].forget(dt.datetime.now(dt.UTC) + 31 * DAY)
    page = look(agent, "/staff/messages/1")
    assert "were deleted 30 days" in page
    assert "alert" not in page
    assert "ada@" not in page
    assert agent.client.get("/staff/messages/1/files/1").status_code == 404


def look(visitor: Visitor, path: str) -> str:
    """A staff page, looked at as every page is; its session is renewed by no answer."""
    return visitor.get(path)


def test_nobody_else_sees_a_message_or_its_files(app: Flask) -> None:
    Customer(app).send(Customer(app).form(), files=upload("shot.png"))
    stranger = Visitor(app).client
    for path in ("/staff/messages", "/staff/messages/1", "/staff/messages/1/files/1"):
        answer = stranger.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/staff/login")
    for path in ("/staff/messages/1/closings", "/staff/messages/1/deliveries"):
        stranger.post(path, headers={"Sec-Fetch-Site": "same-origin"})
    assert app.extensions["kb"].delivery.outbox.way(1).state == "kept"


@pytest.mark.parametrize(
    "path", ["messages/{}", "messages/1/files/{}", "missing/{}", "gaps/{}", "flags/{}/resolution"]
)
def test_a_number_that_no_row_can_have_is_no_page(app: Flask, path: str) -> None:
    staff = signed_in(Visitor(app))
    method = staff.client.post if path.endswith("resolution") else staff.client.get
    for number in (2**63, 10**40):
        answer = method(f"/staff/{path.format(number)}", headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 404


def zammad_at(port: int) -> dict[str, Any]:
    return {
        "helpdesk": "zammad", "helpdesk_url": f"http://127.0.0.1:{port}", "helpdesk_secret": "s3cret",
        "helpdesk_queue": "Users", "helpdesk_private": True,
    }  # fmt: skip


def test_with_a_helpdesk_that_hangs_nobody_waits_and_nothing_is_lost(
    built: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PATIENCE", 0.4)
    monkeypatch.setattr(stamps, "QUICKEST", -1)
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        app = app_of(built, tmp_path, **zammad_at(hanging.getsockname()[1]))
        delivery = app.extensions["kb"].delivery
        tried = threading.Event()
        real = delivery.sender.send

        def send(letter: Any) -> str:
            tried.set()
            return real(letter)

        delivery.sender.send = send
        Courier(delivery).watch()
        begin = time.monotonic()
        customer = Customer(app)
        for n in range(3):
            assert customer.send(customer.form(), text=f"question {n}").status_code == 303
            customer.get("/articles/cancel")
        assert time.monotonic() - begin < 5
        assert tried.wait(15)
        assert delivery.outbox.counts() == {
            "waiting": 3,
            "failed": 0,
            "kept": 0,
            "sent": 0,
            "closed": 0,
        }
        app.extensions["kb"].recorder.close()


def test_staff_see_what_did_not_arrive_and_try_again_or_give_up(
    built: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "QUICKEST", -1)
    app = app_of(built, tmp_path, **zammad_at(9))
    delivery, now = app.extensions["kb"].delivery, dt.datetime.now(dt.UTC) + DAY
    customer, agent = Customer(app), signed_in(Visitor(app), "sam", "agent")
    for n in range(2):
        customer.send(customer.form(), text=f"question {n}")
    fault = Undelivered("desk.example answered 422. <b>no group</b>", final=True)

    def refuse(letter: Any) -> str:
        raise fault

    delivery.sender.send = refuse
    assert delivery.deliver(now) == 0
    page = look(agent, "/staff/messages")
    assert "2 messages did not reach the helpdesk" in page
    assert "2 messages did not reach the helpdesk</a>" in look(agent, "/staff/")
    assert 'kb_messages{state="failed"} 2\n' in agent.get("/metrics")
    page = look(agent, "/staff/messages/1")
    assert "answered 422. &lt;b&gt;no group&lt;/b&gt;" in page
    assert "Send again" in page
    delivery.sender.send = lambda letter: "67011"
    assert agent.post("/staff/messages/1/deliveries", {}).status_code == 303
    assert delivery.deliver(now) == 1
    assert "67011" in look(agent, "/staff/messages/1")
    assert agent.post("/staff/messages/2/closings", {}).status_code == 303
    assert delivery.outbox.way(2).state == "closed"
    assert delivery.deliver(now + DAY) == 0
    app.extensions["kb"].recorder.close()


# ── When something is broken ────────────────────────────────────────────


def test_on_a_full_disk_nobody_is_thanked_nothing_is_half_stored_and_pages_are_read(
    app: Flask,
) -> None:
    kb, customer = app.extensions["kb"], Customer(app)
    fields = customer.form()
    database = kb.journal.database
    with database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def full(connection: Any, record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 8}")

    event.listen(database._engine, "connect", full)
    database._engine.dispose()
    files = upload("shot.png", content=PNG + b"x" * 200_000)
    answer = customer.send(fields, files=files)
    assert answer.status_code == 503
    assert "invoice 7" in answer.get_data(as_text=True)  # nothing that was written is lost
    customer.get("/articles/cancel")
    customer.get("/search?q=refund")
    event.remove(database._engine, "connect", full)
    database._engine.dispose()
    assert set(kb.delivery.outbox.counts().values()) == {0}
    assert customer.send(fields, files=upload("shot.png")).status_code == 303
    assert kb.delivery.outbox.counts()["kept"] == 1


def test_a_worker_killed_right_after_the_thanks_has_lost_nothing(
    built: Settings, tmp_path: Any
) -> None:
    code = (
        "import datetime as dt, os, sys\n"
        "from kb.feedback.database import Database\n"
        "from kb.helpdesk.attachment import Attachment\n"
        "from kb.helpdesk.message import Message\n"
        "from kb.helpdesk.messages import Messages\n"
        "message = Message('Refund', 'Twice', 'ada@example.org')\n"
        "file = Attachment('a.txt', 'text/plain', b'x' * 1_000_000)\n"
        "now = dt.datetime.now(dt.UTC)\n"
        "stored = Messages(Database(sys.argv[1]))\n"
        "print(stored.keep(message, [file], 'waiting', now).reference, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    address = f"sqlite:///{tmp_path / 'kb.sqlite'}"
    died = subprocess.run(
        [sys.executable, "-c", code, address], capture_output=True, text=True, check=False
    )
    assert died.returncode == -9, died.stderr
    app = app_of(built, tmp_path, **zammad_at(9))
    delivery, got = app.extensions["kb"].delivery, []
    delivery.sender.send = lambda letter: got.append(letter) or "1"
    assert delivery.deliver(dt.datetime.now(dt.UTC)) == 1
    assert delivery.deliver(dt.datetime.now(dt.UTC)) == 0
    [letter] = got
    assert letter.reference == died.stdout.strip()
    assert len(letter.files[0].content) == 1_000_000
    app.extensions["kb"].recorder.close()


def test_doctor_says_when_nobody_can_read_what_was_written(app: Flask) -> None:
    settings = app.extensions["kb"].settings
    assert unread(settings) == ""
    Customer(app).send(Customer(app).form())
    assert "1 wait at /staff/messages, and there is no account" in unread(settings)
    told = [str(finding) for finding in doctor._messages("Messages", settings)]
    assert "kb staff add NAME" in told[0]
    signed_in(Visitor(app), "sam", "agent")
    assert unread(settings) == ""
    app.extensions["kb"].delivery.outbox.again(1, dt.datetime.now(dt.UTC))
    now = dt.datetime.now(dt.UTC)
    app.extensions["kb"].delivery.outbox.not_sent(1, "no", now, final=True)
    assert unread(settings) == "1 did not reach the helpdesk"
    assert next(doctor._messages("Messages", settings)).state == "note"
