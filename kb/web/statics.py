"""Statics: the theme's files as browsers get them: for every page one sheet and one script.

A folder `static/js/<name>/` is served as one module `js/<name>.js`: its files one after the other,
each a block with names of its own, and what fails in one ends only that one. Sheets carry their
icons in them, and kb.css the accent.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from kb.resources import resource_folder

if TYPE_CHECKING:
    from pathlib import Path

SHEET = "css/kb.css"
PLAIN = " =:/'()-.,"
"""What an address in quotes may hold as it is."""


@dataclass(frozen=True, slots=True)
class Static:
    """A file, and the digest that its address changes with."""

    data: bytes
    digest: str


def read_statics(accent: str, text: str) -> dict[str, Static]:
    """Every file by name. `accent` is the site's colour, `text` that of words on it."""
    root = resource_folder("static")
    files = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*"))}
    served: dict[str, bytes] = {}
    for name, path in files.items():
        if not path.is_file():
            continue
        if name.endswith(".js"):
            module = _module_of(name)
            served[module] = served.get(module, b"") + _script(path, part=module != name)
        else:
            served[name] = _sheet(path) if name.endswith(".css") else path.read_bytes()
    served[SHEET] += theme_css(accent, text).encode()
    return {name: Static(data, _digest(data)) for name, data in served.items()}


def theme_css(accent: str, text: str) -> str:
    return f":root {{ --accent-source: {accent}; --accent-text: {text}; }}\n"


def _module_of(name: str) -> str:
    """`js/kb/reader.js` -> `js/kb.js`"""
    return re.sub(r"^(js/[\w-]+)/.*", r"\1.js", name)


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
    return re.sub(r'url\("(\.\./vendor/[\w/.-]+\.svg)"\)', inside, text).encode()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:10]
