"""Design: the page that shows each token and each component, drawn with the pages' own parts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from flask import Blueprint, render_template
from markupsafe import Markup

from kb.content.markdown import render
from kb.resources import resource_folder
from kb.web.wording import SOURCE, speak

blueprint = Blueprint("design", __name__)

TEXT, LINES = 4.5, 3.0
"""The least contrast of what is read, and of what only has to be seen (WCAG 2.2: 1.4.3, 1.4.11)."""


@dataclass(frozen=True)
class Colour:
    """A colour token of kb.css: what it is for, what it lies on, the contrast it must have there.

    `least` is None for what carries no meaning, such as a hairline.
    """

    name: str
    use: str
    ground: str = "page"
    least: float | None = None


@dataclass(frozen=True)
class Example:
    """An article that nobody wrote: its links lead nowhere else, its forms send nothing."""

    title: str = "Cancel your plan"
    summary: str = "Stop paying whenever you like, and keep what you have paid for."
    status: str = "published"
    audience: str = "public"
    updated: dt.date = dt.date(2026, 5, 1)
    url: str = "/staff/design"
    id: str = ""
    slug: str = ""
    lang: str = ""
    revision: str = ""


COLOURS = {
    "Ground": (
        Colour("page", "The page"),
        Colour("raised", "Cards, fields, quiet buttons"),
        Colour("floating", "Menus and suggestions"),
        Colour("accent-tint", "The head of the home page, what the pointer is on"),
        Colour("accent-soft", "What is chosen, icons of topics"),
    ),
    "Neutral": (
        Colour("n0", "The lowest step: the page"),
        Colour("n1", "Code"),
        Colour("n2", "Code in a line, a button in the header under the pointer"),
        Colour("n3", "Hairlines"),
        Colour("n4", "Edges of quotations and keys"),
        Colour("n5", "Edges of fields, signs between words", least=LINES),
        Colour("n6", "Quiet text", least=TEXT),
        Colour("n7", "Soft text", least=TEXT),
        Colour("n8", "Text", least=TEXT),
    ),
    "Text and lines": (
        Colour("text", "Text", least=TEXT),
        Colour("text-soft", "Second to it: snippets, quotations", least=TEXT),
        Colour("text-quiet", "Dates, hints, counts", least=TEXT),
        Colour("line", "Edges of what can be used", least=LINES),
        Colour("hairline", "Parts from one another"),
        Colour("mark", "Behind words that were found"),
    ),
    "Accent": (
        Colour("accent", "Links, focus, what is chosen", least=TEXT),
        Colour("accent-strong", "The same under the pointer", least=TEXT),
        Colour("accent-line", "Lines below links"),
        Colour("solid", "Buttons", least=LINES),
        Colour("solid-text", "Words on buttons", ground="solid", least=TEXT),
    ),
    "Status": (
        Colour("note", "Note", least=TEXT),
        Colour("good", "Tip, done", least=TEXT),
        Colour("warn", "Warning, draft", least=TEXT),
        Colour("bad", "Caution, mistakes", least=TEXT),
    ),
}  # fmt: skip


@blueprint.get("/staff/design")
def page() -> str:
    """In English on every site, as the code that it is about."""
    speak(SOURCE)
    examples = {
        "published": Example(),
        "draft": Example("Pause your plan", status="draft"),
        "staff": Example("Refund by hand", audience="staff"),
        "archived": Example("Plans before 2024", status="archived"),
    }
    return render_template(
        "staff/design.html", age=None, colours=COLOURS, examples=examples, prose=_prose()
    )


@cache
def _prose() -> Markup:
    """What writers can write, through the same steps as an article."""
    source = resource_folder("templates") / "staff" / "design.md"
    return Markup(render(source.read_text(encoding="utf-8")).html)  # noqa: S704  (sanitised)
