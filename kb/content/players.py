"""Players: what `kb check` asks of videos and sounds, for who does not hear them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Bounded, so that quotes and tags that nothing closes cost little.
_ATTRIBUTES = r"(?P<tag>(?:[^<>\"']++|\"[^\"]{0,300}\"|'[^']{0,300}'){0,60})"
_PLAYER = re.compile(rf"<(?P<name>video|audio)\b{_ATTRIBUTES}>", re.IGNORECASE)
_END = re.compile(r"<(?=/?(?:video|audio)\b)", re.IGNORECASE)
_LONGEST = 4000
_SILENT = re.compile(r"\smuted(?:[\s=/]|$)", re.IGNORECASE)
_CAPTIONS = re.compile(
    r"<track\b(?![^<>]*\bkind\s*=\s*[\"']?(?:descr|chap|meta))[^<>]*\bsrc\b", re.IGNORECASE
)
_TEXT_BELOW = re.compile(
    r"(?:</audio\s*>)?\s*(?:</?p>\s*)?(?:<figcaption|<details|<a\s|\[|\?\?\?|:::)", re.IGNORECASE
)


def unheard(text: str) -> Iterator[tuple[int, str, str, str]]:
    """Offset, code, message and hint of each player without a text for what is said in it."""
    for player in _PLAYER.finditer(text):
        end = _END.search(text, player.end(), player.end() + _LONGEST)
        after = end.start() if end else player.end()
        if player["name"].lower() == "audio":
            if not _TEXT_BELOW.match(text, after):
                hint = "Put what is said below it: a fold, a caption, or a link to the text."
                yield player.start(), "missing-transcript", "the sound has no transcript", hint
        elif not _SILENT.search(player["tag"]) and not _CAPTIONS.search(text, player.end(), after):
            hint = 'Add <track kind="captions" src="….vtt">; to a film without sound, muted.'
            yield player.start(), "missing-captions", "the video has no captions", hint
