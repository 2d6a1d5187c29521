"""Attachment: a file that came with a message. What it is, its content says, not its sender."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from kb.errors import BadInput
from kb.phrase import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 5
MOST_BYTES = 5 * 1024 * 1024
MOST_TOGETHER = 10 * 1024 * 1024
NAME_LIMIT = 100
MOST_ACCENTS = 1 / 3
"""Share of letters that are no ASCII in a text of one byte a letter; a picture has more."""

_STARTS = {
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/gif": rb"GIF8[79]a",
    "image/webp": rb"RIFF....WEBP",
    "application/pdf": rb"%PDF-",
}
_ENDINGS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".log": "text/plain",
    ".csv": "text/plain",
}
ACCEPTED = ",".join(_ENDINGS)
"""For the field of a form."""

KINDS = N_(
    "Pictures (PNG, JPEG, GIF, WebP), PDF and plain text (.txt, .log, .csv) can be attached."
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """`name` is safe in a header and as a file's name; `media_type` is what `content` is."""

    name: str
    media_type: str
    content: bytes


FIELD = "files"
"""What they are called in a form."""


def attachment(name: str, content: bytes) -> Attachment:
    """Raises BadInput for what is not taken."""
    name = _safe(name)
    if not content:
        hint = N_("Attach it again, or leave it out.")
        raise BadInput(N_("%(file)s is empty.", file=name), hint, FIELD)
    if len(content) > MOST_BYTES:
        hint = N_("A file may have %(size)s MB.", size=MOST_BYTES // 2**20)
        raise BadInput(N_("%(file)s is too large.", file=name), hint, FIELD)
    media_type = _ENDINGS.get(PurePosixPath(name).suffix.lower(), "")
    if not media_type or media_type != _kind_of(content):
        raise BadInput(N_("%(file)s cannot be attached.", file=name), KINDS, FIELD)
    return Attachment(name, media_type, content)


def refuse_many(attachments: Sequence[Attachment], most: int) -> None:
    """Raises BadInput when they are too many, or too much together."""
    if len(attachments) > most:
        some = N_("At most %(count)s can be attached.", count=most)
        hint = some if most else N_("Describe what they show.")
        raise BadInput(N_("These are too many files."), hint, FIELD)
    if sum(len(one.content) for one in attachments) > MOST_TOGETHER:
        hint = N_("Together they may have %(size)s MB.", size=MOST_TOGETHER // 2**20)
        raise BadInput(N_("The files are too large together."), hint, FIELD)


def _kind_of(content: bytes) -> str:
    for media_type, start in _STARTS.items():
        if re.match(start, content, re.S):
            return media_type
    return "text/plain" if _is_text(content) else ""


def _is_text(content: bytes) -> bool:
    """In UTF-8, UTF-16 with its mark, or the Windows-1252 of old programs, which has Latin-1."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _reads(content, "utf-16")
    high = sum(byte > 0x7F for byte in content)
    return _reads(content, "utf-8-sig") or (
        high <= MOST_ACCENTS * len(content) and _reads(content, "cp1252")
    )


def _reads(content: bytes, encoding: str) -> bool:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text)  # a log may have colours: \x1b


def _safe(name: str) -> str:
    """The last part of a path, without what a header or a file system could misread."""
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(c if c.isprintable() and c not in '"<>:|?*;%' else "_" for c in name).strip(". ")
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix
    return (stem[: NAME_LIMIT - 10] + ending[:10]) or "file"
