"""SMTP: a message as a mail to support. A reply goes to the customer."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kb.helpdesk.letter import Undelivered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.helpdesk.letter import Letter
    from kb.settings import Settings

PATIENCE = 5.0


class Smtp:
    """`smtp://` uses STARTTLS where it is offered, `smtps://` TLS from the first byte."""

    def __init__(self, settings: Settings) -> None:
        parts = urlsplit(settings.helpdesk_url)
        self._secure = parts.scheme == "smtps"
        self._host, self._port = parts.hostname or "", parts.port or (465 if self._secure else 25)
        self._user, self._password = settings.helpdesk_user, settings.secret
        self._to = settings.helpdesk_to
        self._sender = settings.helpdesk_from or settings.helpdesk_to

    def send(self, letter: Letter) -> str:
        mail = self._mail(letter)
        with _failures_told(self._host), self._connected() as server:
            # not send_message: it writes ">From" where a line of a customer begins with From
            server.sendmail(self._sender, [self._to], mail.as_bytes())
        return str(mail["Message-ID"])

    def _mail(self, letter: Letter) -> EmailMessage:
        """The envelope and all headers but three are ours; those three have no line's end."""
        mail = EmailMessage(SMTP)
        mail["From"] = self._sender
        mail["To"] = self._to
        mail["Reply-To"] = _plain(letter.message.email)
        mail["Subject"] = _plain(letter.message.subject)
        mail["Date"] = format_datetime(letter.at)
        mail["Message-ID"] = f"<{letter.reference}@{self._sender.rpartition('@')[2]}>"
        mail.set_content(letter.text)
        for file in letter.files:
            main, _, sub = file.media_type.partition("/")
            mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
        return mail

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self._secure:
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=PATIENCE)
        with server:
            server.ehlo()
            if not self._secure and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            if self._user:
                if not isinstance(server.sock, ssl.SSLSocket):
                    raise Undelivered(f"{self._host} offers no TLS: the password is not sent.")
                server.login(self._user, self._password)
            yield server


def _plain(text: str) -> str:
    """Without encoded words: Python decodes them, and writes the lines' ends that were in them."""
    return text.replace("=?", "= ?")


@contextlib.contextmanager
def _failures_told(host: str) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPDataError as error:
        final = 500 <= error.smtp_code < 600
        raise Undelivered(f"{host} answered {error.smtp_code}.", final=final) from None
    except smtplib.SMTPResponseException as error:
        raise Undelivered(f"{host} answered {error.smtp_code}.") from None
    except smtplib.SMTPServerDisconnected:
        raise Undelivered(f"{host}: no answer in time, or the connection was lost") from None
    except smtplib.SMTPException as error:
        raise Undelivered(f"{host}: {type(error).__name__}") from None
    except TimeoutError:
        raise Undelivered(f"{host}: no answer in time") from None
    except OSError as error:
        raise Undelivered(f"{host}: {error.strerror or type(error).__name__}") from None
