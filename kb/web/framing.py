"""Framing: a page's links and forms as they are inside the widget's frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import request

from kb.web.current import current_kb
from kb.web.security import FRAMED

if TYPE_CHECKING:
    from re import Match

ROOT = "/widget"

# What has a twin below ROOT. An article's Markdown source has none.
_TWIN = re.compile(
    r"/(?:$|articles/(?![^?#]*\.md(?:[?#]|$))|votes/|search(?=[?#]|$)|contact(?=[/?#]|$))"
)
_STAYS = re.compile(rf"#|{ROOT}/|(?!https?:)[a-z][a-z+.-]*:", re.I)  # mailto: opens a program
_TAG = re.compile(r'<(a|form|section)((?:\s[\w-]+(?:="[^"]*")?)*)\s*>')
_TARGET = re.compile(r'\s(href|action|data-may-answer)="([^"]*)"')
_REL = re.compile(r'\srel="[^"]*"')


def in_frame() -> bool:
    """Whether the page that is being made may stand in a frame of another site."""
    return request.blueprint == FRAMED and bool(origins())


def origins() -> tuple[str, ...]:
    """The sites that may show the widget."""
    allowed: tuple[str, ...] = current_kb().settings.widget_origins
    return allowed


def framed(page: str) -> str:
    """A whole page of safe HTML with what has a twin led there.

    All other links open in a new tab: no page they lead to may be shown in the frame.
    """
    return _TAG.sub(_framed_tag, page)


def inside(address: str) -> str:
    """An address of this site as it is in the frame, the same where there is no twin."""
    return ROOT + address if _TWIN.match(address) else address


def _framed_tag(found: Match[str]) -> str:
    tag, attributes = found[1], found[2]
    target = _TARGET.search(attributes)
    if target is None or _STAYS.match(target[2]) or " target=" in attributes:
        return found[0]
    address = inside(target[2])
    if address != target[2]:
        start, end = target.span(2)
        return f"<{tag}{attributes[:start]}{address}{attributes[end:]}>"
    if tag != "a":
        return found[0]
    return f'<a{_REL.sub("", attributes)} target="_blank" rel="noopener">'
