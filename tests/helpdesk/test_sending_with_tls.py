"""TLS on the way to a helpdesk: a certificate that nobody vouches for gets no message."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from test_senders import LETTER, Mailbox, mailing

from kb.helpdesk import http as client
from kb.helpdesk.letter import Undelivered

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of localhost, signed by itself; and its key."""
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "cert.pem", folder / "key.pem"
    names = "subjectAltName=DNS:localhost"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", names, "-keyout", str(key), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


@pytest.fixture(scope="module")
def tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(*certificate)
    return made


@pytest.fixture(scope="module")
def web(tls: ssl.SSLContext) -> Iterator[tuple[int, list[bytes]]]:
    got: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, got
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def mail(tls: ssl.SSLContext) -> Iterator[tuple[Mailbox, str, list[Any]]]:
    mailbox, given = Mailbox(), []

    def authenticate(server: Any, session: Any, envelope: Any, kind: str, data: Any) -> AuthResult:
        given.append((data.login, data.password))
        return AuthResult(success=data.password == b"s3cret", handled=False)

    options = {"tls_context": tls, "authenticator": authenticate, "auth_required": True}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    yield mailbox, f"smtp://localhost:{port}", given
    controller.stop()


def trusted(monkeypatch: pytest.MonkeyPatch, certificate: tuple[Path, Path]) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


def test_a_certificate_must_be_of_somebody_known_and_of_that_name(
    web: Any, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, got = web
    with pytest.raises(Undelivered, match="certificate is not valid"):
        client.post(f"https://localhost:{port}/", b"secret", {}, private=True)
    trusted(monkeypatch, certificate)
    with pytest.raises(Undelivered, match="certificate is not valid"):
        client.post(f"https://127.0.0.1:{port}/", b"secret", {}, private=True)
    assert got == []
    assert client.post(f"https://localhost:{port}/", b"told", {}, private=True).status == 200
    assert got == [b"told"]


def test_a_mail_server_gets_the_password_after_it_has_shown_who_it_is(
    mail: Any, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox, url, given = mail
    sender = mailing(url, helpdesk_user="kb", helpdesk_secret="s3cret")
    with pytest.raises(Undelivered):
        sender.send(LETTER)
    assert given == []
    trusted(monkeypatch, certificate)
    with pytest.raises(Undelivered, match="535"):
        mailing(url, helpdesk_user="kb", helpdesk_secret="wrong").send(LETTER)
    sender.send(LETTER)
    assert given[-1] == (b"kb", b"s3cret")
    assert len(mailbox.got) == 1
