"""The gallery's index: one page that shows its pictures side by side and hides widths, without a script."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from gallery_states import WIDTHS, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LOOK = """\
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: #777; color: #fff; }
.bar, nav, section { padding: 12px 20px; }
.bar { position: sticky; top: 0; background: #333; }
nav a { color: #fff; margin-inline-end: 12px; white-space: nowrap; }
h2, h3 { margin: 8px 0; }
.row { display: flex; gap: 12px; align-items: flex-start; overflow-x: auto; margin-block-end: 24px; }
figure { margin: 0; flex: none; }
img { display: block; max-width: 640px; height: auto; border: 1px solid #000; }
"""


def index(folder: Path, states: Sequence[State]) -> str:
    hide = "".join(
        f"body:has(#w{width}:checked) figure:not(.w{width}) {{ display: none; }}\n"
        for width in WIDTHS
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Gallery</title><style>{LOOK}{hide}</style>"
        f"<div class=bar>{_filter()}</div><nav>{_links(states)}</nav>"
        + "".join(
            _page(name, list(of), folder) for name, of in groupby(states, lambda one: one.page)
        )
    )


def _filter() -> str:
    choices = [("all", "All widths"), *((f"w{width}", f"{width} px") for width in WIDTHS)]
    return "".join(
        f"<label><input type=radio name=width id={name}{' checked' if name == 'all' else ''}> {words}</label> "
        for name, words in choices
    )


def _links(states: Sequence[State]) -> str:
    pages = dict.fromkeys(state.page for state in states)
    return "".join(f'<a href="#{escape(page)}">{escape(page)}</a>' for page in pages)


def _page(name: str, states: Sequence[State], folder: Path) -> str:
    return f'<section id="{escape(name)}"><h2>{escape(name)}</h2>{"".join(_state(one, folder) for one in states)}</section>'


def _state(state: State, folder: Path) -> str:
    """Light and dark of a width stand side by side."""
    figures = [
        _figure(folder, state, width, look) for width in state.widths for look in state.looks
    ]
    title = escape(state.name or "as it is")
    return f"<h3>{title} <small>{escape(state.path)}</small></h3><div class=row>{''.join(figures)}</div>"


def _figure(folder: Path, state: State, width: int, look: str) -> str:
    name = f"{state.slug}-{width}-{look}.png"
    if not (folder / name).exists():
        return ""
    return f'<figure class=w{width}><a href="{name}"><img src="{name}" alt="" loading=lazy></a><figcaption>{width} px, {look}</figcaption></figure>'
