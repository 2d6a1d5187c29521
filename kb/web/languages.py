"""Languages: which way a text runs, and how a page marks a part that is in another language."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from markupsafe import Markup

LEFTWARD = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
"""Languages that are written from right to left."""


def direction(lang: str) -> Markup:
    """The attribute of a whole page in this language; none where text runs to the right."""
    return Markup(' dir="rtl"') if _leftward(lang) else Markup("")


def in_language(lang: str, around: str) -> Markup:
    """The attributes of a part in `lang` on a page in `around`; none where they are the same."""
    if lang in ("", around):
        return Markup("")
    way = "rtl" if _leftward(lang) else "ltr"
    other = Markup(' dir="{}"').format(way) if _leftward(lang) != _leftward(around) else ""
    return Markup(' lang="{}"').format(lang) + other


@lru_cache(maxsize=256)
def language_name(lang: str) -> str:
    """What a language calls itself: `pt-BR` -> Português (Brasil); its code where nobody knows."""
    try:
        name = Locale.parse(lang, sep="-").get_display_name() or lang
    except (UnknownLocaleError, ValueError):
        return lang
    return name[:1].title() + name[1:]


def _leftward(lang: str) -> bool:
    return lang.partition("-")[0].lower() in LEFTWARD
