"""The words of the staff pages: each comes from a catalog, none is English by accident.

Every message is translated by itself in brackets, so that what stands outside of them was never
handed to a translator.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import html5lib
import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from sample_site import ROOT, Site, Visitor, make_site, sample, signed_in
from test_staff_pages import failed, kb_of, voted_down

from kb.feedback.events import NothingFits
from kb.feedback.flags import Flags
from kb.feedback.register import Register
from kb.helpdesk.message import Message
from kb.observing import Visit
from kb.web import wording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OPEN, CLOSE = "⟦", "⟧"
NOW = dt.datetime.now(dt.UTC)
READ_ALOUD = ("aria-label", "title", "placeholder", "alt", "data-label")

CONTENT = re.compile(
    "|".join(
        re.escape(text)
        for text in (
            "Help center of Ada", "Cancel your plan", "Stop paying whenever you like.", "Get a refund",
            "Reset your password", "Account questions", "Unfinished", "For us", "Billing", "Account",
            "account", "Invoices and plans.", "dark mode", "money back", "Printing", "It says 14 days",
            "ada", "sam@example.com", "kb", "Help", "T-1", "in vain",
            "Before you cancel", "Cancel on the web", "Cancel on the phone", "canarydraft",
            "Where is my data?", "Can I change my name?", "Can two people share an account?",
            "In Frankfurt.",
        )
    )
    + "|[0-9A-Z]{4}-[0-9A-Z]{4}"  # a message's reference
)  # fmt: skip
"""What the sample site, its customers and its staff wrote."""
AS_IT_IS = ("code", "kbd", "q", "time", "blockquote", "textarea", "script", "style", "svg")
"""Commands, keys, quotations, and dates, which Babel writes."""
AS_WRITTEN = ("prose", "chart-days", "bookmarklet", "message-text", "pick-snippet", "highlight")
"""Articles, dates of a chart, what customers wrote."""


def pseudo_catalog(folder: Path) -> None:
    """Every message of the code and the templates -> itself in brackets, as German."""
    catalog = Catalog(locale="de")
    for root, methods in (("kb", [("**.py", "python")]), ("templates", [("**.html", "jinja2")])):
        found = extract_from_dir(ROOT / root, methods, options_map={"**.html": {"silent": "false"}})
        for _, _, message, _, context in found:
            several = message if isinstance(message, tuple) else (message,)
            bracketed = tuple(f"{OPEN}{text}{CLOSE}" for text in several)
            catalog.add(message, bracketed if len(several) > 1 else bracketed[0], context=context)
    file = folder / "de" / "LC_MESSAGES" / "messages.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, catalog)


@pytest.fixture(scope="module")
def member(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """A writer of a site in German with something of everything on its pages."""
    root = tmp_path_factory.mktemp("wording")
    pseudo_catalog(root / "catalogs")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(wording, "TRANSLATIONS", root / "catalogs")
        site = make_site(
            root, sample(), lang="de", title="Help center of Ada",
            widget_origins=["https://shop.example.com"],
        )  # fmt: skip
        yield _filled(site)


def _filled(site: Site) -> Visitor:
    member = signed_in(Visitor(site.app()))
    kb, linking = kb_of(member), member.app.extensions["linking"]
    failed(member, "dark mode", lang="de")
    voted_down(member)
    kb.signals.write([NothingFits("in vain", "in vain", "de", "ada", NOW)])
    message = Message("Printing", "It does not.", "sam@example.com", searches=("printer",))
    kb.write_to_support(message, [], Visit("192.0.2.9", "Firefox"))
    Flags(kb.journal.database).add(kb.edition.article("cancel"), "wrong", "in vain", "ada", NOW)
    linking.make("cancel", "", "ada", "T-1")
    member.get("/staff/gaps")  # finds them
    register = Register(kb.journal.database)
    for number, state in zip(register.entries(), ("claimed", "ignored"), strict=False):
        register.change(number, state, NOW, "ada", "in vain")
    return member


def pages(member: Visitor) -> list[str]:
    """Every page below /staff/ that shows words, with each of its objects."""
    numbers = [str(number) for number in Register(kb_of(member).journal.database).entries()]
    assert len(numbers) >= 3, "there are no gaps to show"
    values: dict[str, list[str]] = {
        "staff.gap": numbers,
        "messages.message": ["1"],
        "reading.category": ["billing"],
        "reading.article": ["cancel", "faq", "unfinished"],
        "flags.reported": ["1"],
        "reading.elsewhere": ["zzzz"],
    }
    found = []
    for rule in member.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.rule.startswith("/staff/"):
            if rule.endpoint in NO_PAGES:
                continue
            for value in values.get(rule.endpoint, [""]):
                found.append(re.sub(r"<[^>]+>", value, rule.rule))
    return found


NO_PAGES = (
    "staff.week_report", "messages.file", "reading.source", "reading.media", "reading.short",
    "reading.suggest", "login.form", "design.page",
)  # fmt: skip
"""Files, answers for programs, what leads elsewhere, and the page for engineers, in English."""


def test_every_word_of_the_staff_pages_comes_from_a_catalog(member: Visitor) -> None:
    seen = pages(member)
    assert len(seen) > 20, seen
    stranger = Visitor(member.app)
    texts = {path: member.client.get(path) for path in seen}
    texts["/staff/login"] = stranger.client.get("/staff/login")
    texts["/staff/gaps?state=proven"] = member.client.get("/staff/gaps?state=proven")
    texts["/staff/links (found)"] = member.post("/staff/links", {"q": "cancel unfinished"})
    texts["/staff/links (nothing)"] = member.post("/staff/links", {"q": "zzzz"})
    texts["/staff/account/password"] = member.post("/staff/account/password", {"password": "?"})
    texts["/staff/gaps/1/states"] = member.post("/staff/gaps/1/states", {"state": "ignored"})
    english = {}
    for path, answer in texts.items():
        text = answer.get_data(as_text=True)
        assert OPEN in text, path
        if left := list(untranslated(text)):
            english[path] = left
    assert not english, "\n".join(f"{path}: {left}" for path, left in english.items())


def test_the_page_for_engineers_is_in_english(member: Visitor) -> None:
    page = member.get("/staff/design")
    assert '<html lang="en">' in page
    assert OPEN not in page
    assert '<html lang="de">' in member.get("/staff/panel")


def test_what_nobody_translates_is_noticed() -> None:
    page = "<title>⟦One⟧</title><p title='Two'>⟦Three <b>%</b> four⟧ five <code>six</code></p>"
    assert list(untranslated(page)) == ["title: Two", "five"]


def untranslated(text: str) -> Iterator[str]:
    page = html5lib.parse(text, namespaceHTMLElements=False)
    depth = 0
    for name, words in _words(page):
        outside, depth = _outside(words, 0 if name else depth)
        if re.search(r"[^\W\d_]", CONTENT.sub("", outside)):
            yield f"{name}: {outside.strip()}" if name else outside.strip()


def _words(element: Element) -> Iterator[tuple[str, str]]:
    """The texts of a page in their order, each with the name of its attribute, "" for none."""
    kept = set(element.get("class", "").split()) & set(AS_WRITTEN)
    if not isinstance(element.tag, str):
        return
    for name in READ_ALOUD:
        if element.get(name):
            yield name, element.get(name, "")
    if element.tag not in AS_IT_IS and not kept:
        yield "", element.text or ""
        for child in element:
            yield from _words(child)
            yield "", child.tail or ""


def _outside(text: str, depth: int) -> tuple[str, int]:
    """What of a text is in no brackets, when so many are open before it."""
    outside = ""
    for char in text:
        depth += (char == OPEN) - (char == CLOSE)
        outside += char if not depth and char != CLOSE else ""
    return outside, depth
