"""Senders: each against a local server that takes what the vendor documents, and nothing else."""

from __future__ import annotations

import base64
import datetime as dt
import email
import email.policy
import json
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from pydantic import ValidationError
from standardwebhooks import Webhook, WebhookVerificationError
from werkzeug.formparser import parse_form_data
from werkzeug.test import EnvironBuilder

from kb.cli import main
from kb.helpdesk import http as client
from kb.helpdesk import targets
from kb.helpdesk.attachment import Attachment
from kb.helpdesk.letter import Letter, Named, Undelivered
from kb.helpdesk.message import Message
from kb.helpdesk.senders import sender_of, smtp
from kb.helpdesk.targets import target
from kb.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PNG = Attachment("shot Größe.png", "image/png", b"\x89PNG\r\n\x1a\n\x00\xff")
MESSAGE = Message(
    "Größe <b>", "Line one\n<script>\n.\nFrom me", "ada@example.org", "/articles/refund"
)
LETTER = Letter(
    reference="ABCD-2345",
    at=dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC),
    site="Acme Help",
    message=MESSAGE,
    page="https://help.example.com/articles/refund",
    article=Named("Get a refund", "https://help.example.com/articles/refund"),
    shown=(Named("Cancel", ""),),
    files=(PNG,),
)
SIGNING = "whsec_" + base64.b64encode(b"a secret of 24 bytes and more").decode()


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        assert self.headers["content-type"] == "application/json"
        return json.loads(self.body)

    @property
    def form(self) -> Any:
        builder = EnvironBuilder(
            method="POST", data=self.body, content_type=self.headers["content-type"]
        )
        return parse_form_data(builder.get_environ())


class Server:
    """A vendor: answers a path with a status, headers and JSON; keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], Any]] = {}
        self.asked: list[Asked] = []
        self.url = ""

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.asked.append(Asked(request.path, headers, body))
        status, more, value = self.answers.get(urlsplit(request.path).path, (404, {}, {}))
        request.send_response(status)
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        for name, text in ({"Content-Length": str(len(data))} | more).items():
            request.send_header(name, text)
        request.end_headers()
        request.wfile.write(data)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server.handle(self)

        def log_message(self, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{http.server_port}"
    yield server
    http.shutdown()
    http.server_close()


@pytest.fixture
def server(running: Server) -> Server:
    running.answers.clear()
    running.asked.clear()
    return running


def connected(server: Server, kind: str, **more: Any) -> Any:
    values = {"helpdesk_url": server.url, "helpdesk_secret": "s3cret", "helpdesk_private": True}
    return sender_of(Settings(helpdesk=kind, **values | more))


# ── Zammad ──────────────────────────────────────────────────────────────


def test_zammad_gets_a_ticket_with_an_article_of_its_customer(server: Server) -> None:
    server.answers["/api/v1/tickets"] = (201, {}, {"id": 11, "number": "67011", "group_id": 1})
    assert connected(server, "zammad", helpdesk_queue="Users").send(LETTER) == "67011"
    [asked] = server.asked
    assert asked.headers["authorization"] == "Token token=s3cret"
    ticket = asked.json
    assert set(ticket) == {"title", "group", "customer_id", "article"}
    assert (ticket["title"], ticket["group"]) == ("Größe <b>", "Users")
    assert ticket["customer_id"] == "guess:ada@example.org"
    article = ticket["article"]
    assert article["content_type"] == "text/plain"
    assert (article["type"], article["sender"], article["internal"]) == ("web", "Customer", False)
    assert article["subject"] == "Größe <b>"
    assert article["body"] == LETTER.text
    [file] = article["attachments"]
    assert (file["filename"], file["mime-type"]) == (PNG.name, "image/png")
    assert base64.b64decode(file["data"]) == PNG.content


# ── Zendesk ─────────────────────────────────────────────────────────────


def test_zendesk_gets_a_request_and_its_uploads_without_a_token(server: Server) -> None:
    server.answers["/api/v2/uploads.json"] = (201, {}, {"upload": {"token": "6bk3gql82em5nmf"}})
    server.answers["/api/v2/requests.json"] = (201, {}, {"request": {"id": 33, "status": "new"}})
    sender = connected(server, "zendesk", helpdesk_secret="")
    assert sender.send(LETTER) == "33"
    upload, asked = server.asked
    assert parse_qs(urlsplit(upload.path).query) == {"filename": [PNG.name]}
    assert upload.headers["content-type"] == "image/png"
    assert upload.body == PNG.content
    assert "authorization" not in asked.headers
    assert set(asked.json) == {"request"}
    request = asked.json["request"]
    assert request["requester"] == {"name": "ada", "email": "ada@example.org"}
    assert request["subject"] == "Größe <b>"
    assert request["comment"] == {"body": LETTER.text, "uploads": ["6bk3gql82em5nmf"]}


# ── Freshdesk ───────────────────────────────────────────────────────────


def test_freshdesk_gets_a_ticket_with_all_that_it_needs(server: Server) -> None:
    server.answers["/api/v2/tickets"] = (201, {}, {"id": 7})
    sender = connected(server, "freshdesk")
    assert sender.send(replace(LETTER, files=())) == "7"
    assert sender.send(LETTER) == "7"
    plain, whole = server.asked
    key = base64.b64encode(b"s3cret:X").decode()
    assert plain.headers["authorization"] == whole.headers["authorization"] == f"Basic {key}"
    ticket = plain.json
    assert {name: ticket[name] for name in ("status", "priority", "source")} == {
        "status": 2, "priority": 1, "source": 2,
    }  # fmt: skip
    assert (ticket["subject"], ticket["email"]) == ("Größe <b>", "ada@example.org")
    assert "<script>" not in ticket["description"]  # it is HTML there
    assert "Line one<br>\n&lt;script&gt;" in ticket["description"]
    _, form, files = whole.form
    assert form.to_dict() == {name: str(value) for name, value in ticket.items()}
    [file] = files.getlist("attachments[]")
    assert (file.filename, file.mimetype, file.read()) == (PNG.name, "image/png", PNG.content)


# ── Help Scout ──────────────────────────────────────────────────────────


def scout(server: Server) -> Any:
    return connected(server, "helpscout", helpdesk_user="app", helpdesk_queue="85")


def test_help_scout_gives_a_token_and_gets_a_conversation(server: Server) -> None:
    token = {"token_type": "bearer", "access_token": "a-token", "expires_in": 172800}
    server.answers["/v2/oauth2/token"] = (200, {}, token)
    server.answers["/v2/conversations"] = (201, {"Resource-ID": "123"}, {})
    assert scout(server).send(LETTER) == "123"
    sign_in, asked = server.asked
    assert parse_qs(sign_in.body.decode()) == {
        "grant_type": ["client_credentials"], "client_id": ["app"], "client_secret": ["s3cret"],
    }  # fmt: skip
    assert asked.headers["authorization"] == "Bearer a-token"
    made = asked.json
    assert (made["type"], made["mailboxId"], made["status"]) == ("email", 85, "active")
    assert made["customer"] == {"email": "ada@example.org"}
    assert made["subject"] == "Größe <b>"
    [thread] = made["threads"]
    assert (thread["type"], thread["customer"]) == ("customer", {"email": "ada@example.org"})
    assert "&lt;script&gt;" in thread["text"]
    [file] = thread["attachments"]
    assert (file["fileName"], file["mimeType"]) == (PNG.name, "image/png")
    assert base64.b64decode(file["data"]) == PNG.content


def test_help_scout_without_a_token_is_told(server: Server) -> None:
    server.answers["/v2/oauth2/token"] = (200, {}, {"error": "no"})
    with pytest.raises(Undelivered, match="no token"):
        scout(server).send(LETTER)


# ── Webhook ─────────────────────────────────────────────────────────────


def test_a_webhook_is_signed_and_the_same_message_has_the_same_id(server: Server) -> None:
    server.answers["/hook"] = (200, {}, {})
    sender = connected(
        server, "webhook", helpdesk_url=f"{server.url}/hook?a=1", helpdesk_secret=SIGNING
    )
    assert sender.send(LETTER) == "msg_ABCD-2345"
    sender.send(LETTER)
    one, two = server.asked
    assert one.path == "/hook?a=1"
    payload = Webhook(SIGNING).verify(one.body, one.headers)
    assert one.headers["webhook-id"] == two.headers["webhook-id"] == "msg_ABCD-2345"
    assert payload["type"] == "contact.created"
    data = payload["data"]
    assert (data["subject"], data["text"], data["email"]) == (
        MESSAGE.subject,
        MESSAGE.text,
        MESSAGE.email,
    )
    assert data["article"] == {"title": "Get a refund", "url": LETTER.article.url}
    assert base64.b64decode(data["attachments"][0]["content"]) == PNG.content
    with pytest.raises(WebhookVerificationError):
        Webhook(SIGNING).verify(one.body + b" ", one.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + base64.b64encode(b"another secret, another one").decode()).verify(
            one.body, one.headers
        )


# ── SMTP ────────────────────────────────────────────────────────────────


class Mailbox:
    def __init__(self) -> None:
        self.got: list[Any] = []
        self.data = "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.got.append(envelope)
        return self.data


@pytest.fixture(scope="module")
def mail_server() -> Iterator[tuple[Mailbox, str]]:
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield mailbox, f"smtp://127.0.0.1:{port}"
    controller.stop()


def mailing(url: str, **more: str) -> Any:
    to = {"helpdesk_to": "support@example.com", "helpdesk_from": "help@example.com"}
    return sender_of(Settings(helpdesk="smtp", helpdesk_url=url, **to | more))


def test_a_mail_goes_to_support_and_a_reply_to_the_customer(mail_server: Any) -> None:
    mailbox, url = mail_server
    mailbox.got.clear()
    assert mailing(url).send(LETTER) == "<ABCD-2345@example.com>"
    [envelope] = mailbox.got
    assert (envelope.mail_from, envelope.rcpt_tos) == ("help@example.com", ["support@example.com"])
    mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert mail["Reply-To"] == "ada@example.org"
    assert (mail["From"], mail["To"]) == ("help@example.com", "support@example.com")
    assert mail["Subject"] == "Größe <b>"
    assert mail["Message-ID"] == "<ABCD-2345@example.com>"
    body = mail.get_body(("plain",))
    assert body.get_content().splitlines() == LETTER.text.splitlines()
    [file] = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == (PNG.name, "image/png")
    assert file.get_content() == PNG.content


def test_no_line_of_a_customer_becomes_a_header_even_if_it_was_stored(mail_server: Any) -> None:
    mailbox, url = mail_server
    mailbox.got.clear()
    for wrong in (
        {"subject": "a\r\nBcc: z@example.org"},
        {"email": "a@b.org\r\nBcc: z@example.org"},
    ):
        with pytest.raises(ValueError, match=r"linefeed|newline|CR or LF"):
            mailing(url).send(replace(LETTER, message=replace(MESSAGE, **wrong)))
    assert mailbox.got == []


def test_no_encoded_word_of_a_customer_becomes_a_header_or_a_recipient(mail_server: Any) -> None:
    mailbox, url = mail_server
    mailbox.got.clear()
    hidden = "=?utf-8?q?=0D=0ABcc:z=40example.org?= x"
    wrong = {"subject": hidden, "email": "=?utf-8?q?z=40example.net=2C?=@example.org"}
    mailing(url).send(replace(LETTER, message=replace(MESSAGE, **wrong)))
    [envelope] = mailbox.got
    mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert mail["Bcc"] is None
    assert mail["Subject"] == hidden.replace("=?", "= ?")
    assert len(mail["Reply-To"].addresses) == 1


def test_what_a_mail_server_says_decides_whether_it_is_tried_again(mail_server: Any) -> None:
    mailbox, url = mail_server
    for said, final in (("451 later", False), ("552 too large", True)):
        mailbox.data = said
        with pytest.raises(Undelivered) as told:
            mailing(url).send(LETTER)
        assert told.value.final == final
        assert said[:3] in told.value.reason
    mailbox.data = "250 OK"


def test_a_password_is_not_sent_to_a_server_without_tls(mail_server: Any) -> None:
    with pytest.raises(Undelivered, match="no TLS"):
        mailing(mail_server[1], helpdesk_user="kb", helpdesk_secret="s3cret").send(LETTER)


# ── When it does not work ───────────────────────────────────────────────


@contextmanager
def silent() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def dripping() -> Iterator[int]:
    """One that says a byte now and then, for ever."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
                while not done.wait(0.1):
                    try:
                        connection.sendall(b" ")
                    except OSError:
                        return

        threading.Thread(target=drip, daemon=True).start()
        yield server.getsockname()[1]
        done.set()


KINDS: list[tuple[str, dict[str, Any]]] = [
    ("zammad", {"helpdesk_queue": "Users"}),
    ("zendesk", {}),
    ("freshdesk", {}),
    ("helpscout", {"helpdesk_user": "app", "helpdesk_queue": "85"}),
    ("webhook", {"helpdesk_secret": SIGNING}),
    ("smtp", {"helpdesk_to": "support@example.com"}),
]


@pytest.mark.parametrize(("kind", "more"), KINDS, ids=[kind for kind, _ in KINDS])
def test_one_that_refuses_or_hangs_is_given_up_within_seconds(
    kind: str, more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.PATIENCE <= 5
    assert smtp.PATIENCE <= 5
    monkeypatch.setattr(client, "PATIENCE", 0.2)
    monkeypatch.setattr(smtp, "PATIENCE", 0.2)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    with silent() as hanging:
        for port, said in ((closed, "refused"), (hanging, "no answer in time")):
            url = f"{'smtp' if kind == 'smtp' else 'http'}://127.0.0.1:{port}"
            values = {"helpdesk_secret": "x", "helpdesk_private": True, "helpdesk_url": url} | more
            begin = time.monotonic()
            with pytest.raises(Undelivered) as told:
                sender_of(Settings(helpdesk=kind, **values)).send(LETTER)
            assert said in told.value.reason
            assert not told.value.final
            assert time.monotonic() - begin < 10


def test_one_that_says_a_byte_now_and_then_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LONGEST", 0.5)
    with dripping() as port, pytest.raises(Undelivered):
        client.post(f"http://127.0.0.1:{port}/", b"", {}, private=True)


@pytest.mark.parametrize(
    ("status", "headers", "final", "after"),
    [
        (400, {}, True, 0),
        (413, {}, True, 0),
        (422, {}, True, 0),
        (401, {}, False, 0),
        (403, {}, False, 0),
        (404, {}, False, 0),
        (500, {}, False, 0),
        (503, {"Retry-After": "120"}, False, 120),
        (429, {"Retry-After": "30"}, False, 30),
        (429, {"retry-after": "30"}, False, 30),
        (429, {"X-RateLimit-Retry-After": "9"}, False, 9),
        (429, {"Retry-After": "Wed, 25 Nov 2026 12:00:00 GMT"}, False, 0),
    ],
)
def test_an_answer_decides_whether_it_is_tried_again_and_when(
    server: Server, status: int, headers: dict[str, str], final: bool, after: int
) -> None:
    server.answers["/"] = (status, headers, {"error": "why"})
    with pytest.raises(Undelivered) as told:
        client.post(server.url, b"x", {}, private=True)
    assert (told.value.final, told.value.after) == (final, after)
    assert str(status) in told.value.reason


@pytest.mark.parametrize(
    "rubbish", [b"<title>Sign in</title>", b"[" * 200_000, b"", b"{}", b"\xff"]
)
@pytest.mark.parametrize("kind", ["zammad", "zendesk", "freshdesk"])
def test_what_answers_without_a_ticket_has_not_got_the_message(
    server: Server, kind: str, rubbish: bytes
) -> None:
    sender = connected(server, kind, helpdesk_queue="Users")
    addresses = ("/api/v1/tickets", "/api/v2/requests.json", "/api/v2/tickets")
    server.answers |= {path: (200, {}, rubbish) for path in addresses}
    with pytest.raises(Undelivered, match="names no ticket"):
        sender.send(replace(LETTER, files=()))


# ── Where messages may go (SSRF) ────────────────────────────────────────

NEVER = [
    "http://169.254.169.254/latest", "https://169.254.169.254/", "https://[fe80::1]/",
    "https://[::ffff:127.0.0.1]/", "https://[::ffff:169.254.169.254]/", "https://[::ffff:8.8.8.8]/",
    "https://0.0.0.0/", "https://[::]/", "https://224.0.0.1/", "https://[ff02::1]/",
    "https://255.255.255.255/", "https://240.0.0.1/", "https://[2002:7f00:1::]/",
    "https://[64:ff9b::7f00:1]/", "file:///etc/passwd", "ftp://8.8.8.8/", "gopher://8.8.8.8/",
    "https://user:word@8.8.8.8/", "https:///x", "//8.8.8.8/", "https://[::1", "https://a..b/",
    "https://name.invalid/", "http://8.8.8.8/", "http://[2001:4860:4860::8888]/",
]  # fmt: skip
NEAR = ["http://127.0.0.1/", "https://127.9.9.9/", "http://10.1.2.3/", "https://192.168.1.1/",
        "http://[::1]/", "https://[fd00::1]/", "http://0x7f.1/", "http://2130706433/"]  # fmt: skip


@pytest.mark.parametrize("url", NEVER)
def test_no_setting_allows_a_target_like_these(url: str) -> None:
    for private in (True, False):
        with pytest.raises(Undelivered):
            target(url, private=private)


@pytest.mark.parametrize("url", NEAR)
def test_ones_own_network_takes_a_setting(url: str) -> None:
    with pytest.raises(Undelivered, match="helpdesk_private"):
        target(url, private=False)
    assert target(url, private=True).host


def test_a_name_is_as_good_as_the_worst_of_its_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert target("https://8.8.8.8/a?b=c", private=False).path == "/a?b=c"

    def resolved(*addresses: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: [(2, 1, 6, "", (one, 443)) for one in addresses]

    monkeypatch.setattr(targets.socket, "getaddrinfo", resolved("8.8.8.8", "169.254.169.254"))
    with pytest.raises(Undelivered, match="no address of a helpdesk"):
        target("https://rebound.example/", private=True)
    monkeypatch.setattr(targets.socket, "getaddrinfo", resolved("8.8.8.8", "10.0.0.1"))
    with pytest.raises(Undelivered, match="helpdesk_private"):
        target("https://rebound.example/", private=False)


def test_the_connection_goes_to_the_address_that_was_looked_at(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers["/"] = (200, {}, {})
    port = urlsplit(server.url).port
    found = [(2, 1, 6, "", ("127.0.0.1", port))]
    answers = iter([found])  # a second look-up would fail
    monkeypatch.setattr(targets.socket, "getaddrinfo", lambda *a, **k: next(answers))
    real = socket.create_connection
    monkeypatch.setattr(
        client.socket,
        "create_connection",
        lambda where, *a: real(where, *a) if where == ("127.0.0.1", port) else 1 / 0,
    )
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *a, **k: found if a[0] == "127.0.0.1" else next(answers)
    )
    assert client.post(f"http://desk.example:{port}/", b"", {}, private=True).status == 200
    assert server.asked[0].headers["host"] == f"desk.example:{port}"


def test_of_several_addresses_the_one_that_answers_is_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers["/"] = (200, {}, {})
    port = urlsplit(server.url).port
    both = [(2, 1, 6, "", (one, port)) for one in ("127.0.0.9", "127.0.0.1")]
    with monkeypatch.context() as patch:
        patch.setattr(targets.socket, "getaddrinfo", lambda *a, **k: both)
        found = target(f"http://desk.example:{port}/", private=True)
    assert found.addresses == ("127.0.0.9", "127.0.0.1")
    monkeypatch.setattr(client, "target", lambda *a, **k: found)
    assert client.post(server.url, b"", {}, private=True).status == 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("to", ["http://169.254.169.254/", "http://127.0.0.1:1/", "/elsewhere"])
def test_no_redirect_is_followed_wherever_it_leads(server: Server, status: int, to: str) -> None:
    server.answers["/"] = (status, {"Location": to}, {})
    server.answers["/elsewhere"] = (200, {}, {})
    with pytest.raises(Undelivered, match="redirects are not followed"):
        client.post(server.url, b"x", {}, private=True)
    assert len(server.asked) == 1


# ── Settings and the command ────────────────────────────────────────────


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"helpdesk": "smtp"}, ["helpdesk_url is missing", "helpdesk_to is missing"]),
        ({"helpdesk": "smtp", "helpdesk_url": "https://x", "helpdesk_to": "a@b.c"}, ["smtp://"]),
        ({"helpdesk": "zammad", "helpdesk_url": "smtp://x"}, ["queue is missing", "https://"]),
        ({"helpdesk": "helpscout", "helpdesk_queue": "Inbox"}, ["number of an inbox"]),
        ({"helpdesk": "webhook", "helpdesk_url": "https://x", "helpdesk_secret": "?"}, ["whsec_"]),
        ({"helpdesk_to": "a@b.c, d@e.f"}, ["one address"]),
        ({"helpdesk": "post"}, ["helpdesk"]),
    ],
)
def test_settings_that_cannot_work_are_told_together(
    values: dict[str, str], said: list[str]
) -> None:
    with pytest.raises(ValidationError) as told:
        Settings(**values)
    assert all(one in str(told.value) for one in said)


def test_the_secret_is_not_in_what_is_printed() -> None:
    made = Settings(helpdesk="freshdesk", helpdesk_url="https://x", helpdesk_secret="s3cret")
    assert "s3cret" not in repr(made)
    assert made.secret == "s3cret"


def trial(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **settings: str) -> Any:
    monkeypatch.chdir(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(f"KB_{name.upper()}", value)
    return CliRunner().invoke(main, ["helpdesk", "test", "--email", "me@example.org"])


def test_a_trial_message_says_that_it_was_taken(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server.answers["/api/v1/tickets"] = (201, {}, {"number": "67011"})
    done = trial(
        monkeypatch, tmp_path, helpdesk="zammad", helpdesk_url=server.url, helpdesk_secret="s3cret",
        helpdesk_queue="Users", helpdesk_private="true",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "was taken by zammad. It is 67011 there." in done.output
    assert server.asked[0].json["customer_id"] == "guess:me@example.org"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "is in a private network"),
        ({"helpdesk_private": "true"}, "answered 404"),
    ],
)
def test_a_trial_message_says_why_it_was_not(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, more: dict[str, str], said: str
) -> None:
    done = trial(
        monkeypatch,
        tmp_path,
        helpdesk="freshdesk",
        helpdesk_url=server.url,
        helpdesk_secret="s3cret",
        **more,
    )
    assert done.exit_code == 1
    assert said in done.output
    assert "s3cret" not in done.output


def test_a_trial_without_a_helpdesk_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = trial(monkeypatch, tmp_path)
    assert done.exit_code == 1
    assert "There is no helpdesk" in done.output
