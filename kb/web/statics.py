"""Statics: the theme's files as browsers get them: for every page one sheet and one script.

A folder `static/js/<name>/` is served as one module `js/<name>.js`: its files one after the other,
each a block with names of its own, and what fails in one ends only that one. A folder
`static/css/<name>/` follows `css/<name>.css` in one sheet. Sheets carry their icons in them, and
kb.css the accent.
Where a script has `say("Copy")` it is served with that text, and as `js/<name>.de.js` with the
German one: a page loads no other language than its own.
"""

from __future__ import annotations

import gettext
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from kb.phrase import TRANSLATIONS
from kb.resources import resource_folder
from kb.web.wording import LANGUAGES, SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SHEET = "css/kb.css"
PLAIN = " =:/'()-.,"
"""What an address in quotes may hold as it is."""
SAID = re.compile(r'\bsay\("([^"]*)"\)')


@dataclass(frozen=True, slots=True)
class Static:
    """A file, and the digest that its address changes with."""

    data: bytes
    digest: str


@cache
def read_statics(accent: str, text: str) -> Mapping[str, Static]:
    """Every file by name. `accent` is the site's colour, `text` that of words on it."""
    root = resource_folder("static")
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*")}
    served: dict[str, bytes] = {}
    for name, path in sorted(files.items()):  # kb.css before kb/base.css
        if not path.is_file():
            continue
        whole = _whole_of(name)
        served[whole] = served.get(whole, b"") + _part(path, inside=whole != name)
    served[SHEET] += theme_css(accent, text).encode()
    worded = {own: said for name in served for own, said in _in_languages(name, served[name])}
    return {name: Static(data, _digest(data)) for name, data in (served | worded).items()}


def name_in(lang: str, name: str) -> str:
    """The name of a script with the texts of a language."""
    return name if lang == SOURCE else f"{name.removesuffix('.js')}.{lang}.js"


def say(text: str, lang: str) -> str:
    """A text of the scripts in a language."""
    return _catalog(lang).gettext(text)


@cache
def _catalog(lang: str) -> gettext.NullTranslations:
    return gettext.translation("scripts", TRANSLATIONS, [lang], fallback=True)


def theme_css(accent: str, text: str) -> str:
    return f":root {{ --accent-source: {accent}; --accent-text: {text}; }}\n"


def _in_languages(name: str, script: bytes) -> Iterator[tuple[str, bytes]]:
    if not (name.endswith(".js") and b'say("' in script):
        return
    for lang in LANGUAGES:

        def said(found: re.Match[str], lang: str = lang) -> str:
            return json.dumps(say(found[1], lang), ensure_ascii=False)

        yield name_in(lang, name), SAID.sub(said, script.decode()).encode()


def _whole_of(name: str) -> str:
    """What a file is served in: `js/kb/reader.js` -> `js/kb.js`"""
    return re.sub(r"^((js|css)/[\w-]+)/[^/]*\.\2$", r"\1.\2", name)


def _part(path: Path, *, inside: bool) -> bytes:
    if path.suffix == ".js":
        return _script(path, part=inside)
    return _sheet(path) if path.suffix == ".css" else path.read_bytes()


def _script(path: Path, *, part: bool) -> bytes:
    text = _bare(path.read_text("utf-8"))
    alone = f"try {{\n{text}\n}} catch (error) {{\nreportError(error);\n}}\n"
    return (alone if part else text).encode()


def _bare(script: str) -> str:
    """Without indents and lines of comment, a fifth of what readers would load.

    What is left is what is in git: nothing here has to understand JavaScript.
    """
    return re.sub(r"^ +(?://.*\n)?|^//.*\n", "", script, flags=re.M)


def _sheet(path: Path) -> bytes:
    """With its icons in it: each is smaller than the request for it."""

    def inside(found: re.Match[str]) -> str:
        drawing = (path.parent / found[1]).read_text("utf-8")
        plain = re.sub(r"<!--.*?-->\s*", "", drawing).strip().replace('"', "'")
        return f'url("data:image/svg+xml,{quote(plain, safe=PLAIN)}")'

    text = path.read_text("utf-8")
    return re.sub(r'url\("((?:\.\./)+vendor/[\w/.-]+\.svg)"\)', inside, text).encode()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:10]
