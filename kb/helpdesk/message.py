"""Message: what a customer writes to support, as it may be stored and sent on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kb.errors import BadInput
from kb.observing import keepable
from kb.phrase import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

SOURCES = ("contact", "widget", "api")
"""Where it was written: the form, a panel on another site, a program."""

SUBJECT_LIMIT = 200
TEXT_LIMIT = 20_000
EMAIL_LIMIT = 254
PAGE_LIMIT = 300
MOST_SEARCHES = 5
MOST_IDS = 10

# Without "?": in a mail =?utf-8?q?a=2Cb?=@example.com would be read as two addresses.
_LOCAL = r"[A-Za-z0-9.!#$%&'*+/=^_`{|}~-]{1,64}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_LABEL}")
_LANG = re.compile(r"[A-Za-z0-9-]{0,35}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Message:
    """`article` is the id of the article it is about and `page` the address it was written from,
    "" without. `searches` are what the customer searched for before, redacted; `shown` and
    `opened` the ids of the articles that were offered meanwhile, and of those that were read."""

    subject: str
    text: str
    email: str
    page: str = ""
    article: str = ""
    searches: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    lang: str = ""
    source: str = "contact"


def checked(message: Message) -> Message:
    """The message as it may be stored. Raises BadInput.

    What becomes a header of a mail has no line in it that somebody else wrote: a line's end in
    the subject or the address is refused, not removed.
    """
    if message.source not in SOURCES:
        raise BadInput("There is no such source.", f"One of: {', '.join(SOURCES)}.")
    return replace(
        message,
        subject=_subject(message.subject),
        text=_text(message.text),
        email=_email(message.email),
        page=_CONTROL.sub("", message.page)[:PAGE_LIMIT],
        searches=tuple(_different(keepable(text) for text in message.searches))[:MOST_SEARCHES],
        shown=tuple(_different(message.shown))[:MOST_IDS],
        opened=tuple(_different(message.opened))[:MOST_IDS],
        lang=message.lang if _LANG.fullmatch(message.lang) else "",
    )


def _subject(given: str) -> str:
    if not given.isprintable():
        message = N_("The subject has characters that cannot be sent.")
        raise BadInput(message, N_("Write it in one line."), "subject")
    subject = given.strip()
    if not subject:
        hint = N_("Say in a few words what it is about.")
        raise BadInput(N_("The subject is missing."), hint, "subject")
    if len(subject) > SUBJECT_LIMIT:
        hint = N_("%(count)s characters fit. The rest belongs in the message.", count=SUBJECT_LIMIT)
        raise BadInput(N_("The subject is too long."), hint, "subject")
    return subject


def _text(given: str) -> str:
    text = _CONTROL.sub("", given.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text:
        hint = N_("Write what happened and what you expected.")
        raise BadInput(N_("The message is missing."), hint, "text")
    if len(text) > TEXT_LIMIT:
        hint = N_("%(count)s fit. Shorten it, or attach the rest as a file.", count=TEXT_LIMIT)
        raise BadInput(
            N_("The message is %(count)s characters long.", count=len(text)), hint, "text"
        )
    return text


def _email(given: str) -> str:
    email = given.strip(" ")
    if not email.isascii() and email.count("@") == 1:
        email = _in_ascii(email)
    if not email:
        raise BadInput(N_("Your e-mail address is missing."), N_("Support answers to it."), "email")
    if len(email) > EMAIL_LIMIT or not EMAIL.fullmatch(email):
        hint = N_("One address, such as name@example.com.")
        raise BadInput(N_("This is not an e-mail address."), hint, "email")
    return email


def _in_ascii(email: str) -> str:
    """A host name in any script, as mail servers know it."""
    name, host = email.split("@")
    try:
        return f"{name}@{host.encode('idna').decode()}"
    except UnicodeError:
        return email


def _different(texts: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(text for text in texts if text)
