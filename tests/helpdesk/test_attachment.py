"""Attachment: texts of old and new programs are taken, and a program is none for its name."""

from __future__ import annotations

import gzip
import struct

import pytest

from kb.errors import BadInput
from kb.helpdesk.attachment import attachment

TEXT = "Fehler 7 in C:\\Müller: “Öffnen” geht nicht – prüfen\r\nÀ bientôt, señor\r\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        "Grüße aus Köln, 20 °C\n".encode("latin-1"),
        "Λάθος 大\n".encode("utf-16"),
        b"\x1b[31merror\x1b[0m\n",
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.log", "a.csv"])
def test_a_text_is_taken_byte_for_byte(name: str, content: bytes) -> None:
    taken = attachment(name, content)
    assert (taken.media_type, taken.content) == ("text/plain", content)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"\x7fELF\x02\x01\x01" + b"\x00" * 9,
        b"PK\x03\x04\x14\x00" + b"a" * 50,
        gzip.compress(TEXT.encode()),
        b"\xca\xfe\xba\xbe\x00\x00\x00\x34",
        b"\xff\xfb\x90\x64" + b"\x80\xc0" * 40,  # an MP3's first frame
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xfe\x00\x00" + TEXT.encode("utf-32-le"),
        TEXT.encode("utf-16") + b"x",
        TEXT.encode("utf-16-le"),  # nothing says that it is one
        b"\xff\xfe" + struct.pack("<HHH", 0x41, 0x0, 0x42),
        b"\xff\xfe" + struct.pack("<HH", 0xD800, 0x41),
        b"text and \x81 \x8d",
        bytes(range(0xA0, 0x100)),
    ],
)
def test_what_is_no_text_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(BadInput):
        attachment("a.txt", content)
