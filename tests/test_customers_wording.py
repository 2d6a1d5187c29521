"""All that customers read comes from the catalogs: a site in Greek letters, in a language of brackets.

Every text of the catalogs is "translated" into itself in brackets, and all content is Greek, so
Latin letters outside of brackets are English that nobody could translate.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import html5lib
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from sample_site import Visitor, make_site

from kb.web import contact, stamps, wording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from sample_site import Site

OPEN, CLOSE = "⟦", "⟧"
VALUE = re.compile(r"(%\(\w+\)s)")  # stays outside: it may be English, too
SHOP = "https://shop.example.com"
OTHERS = ("λόγος", "νερό", "φωτιά", "θάλασσα", "ουρανός", "δέντρο", "πέτρα", "άνεμος", "βροχή")
"""Subjects of further articles: among very few nothing answers a message."""
ARTICLES = {
    "alpha/index.md": "---\ntitle: Άλφα\ndescription: Περιγραφή.\n---\n",
    "alpha/one.md": (
        "---\ntitle: Πρώτο άρθρο\ndescription: Σύνοψη.\nupdated: 2026-03-03\nfeatured: true\n"
        "questions: [Πώς αλλάζω τον κωδικό μου;]\ntags: [ετικέτα]\n---\nΚείμενο.\n\n## Ένα\n\nΚείμενο.\n\n## Δύο\n\nΚείμενο.\n\n"
        "## Τρία\n\nΚείμενο.\n"
    ),
    "alpha/two.md": "---\ntitle: Δεύτερο άρθρο\nupdated: 2026-03-03\n---\nΚείμενο.\n",
    "alpha/faq.md": "---\ntitle: Ερωτήσεις\n---\nΑρχή.\n\n## Γιατί;\n\nΈτσι.\n\n## Πότε;\n\nΤώρα.\n\n## Πού;\n\nΕδώ.\n",
    "beta/index.md": "---\ntitle: Βήτα\n---\n",
    "beta/three.md": "---\ntitle: Τρίτο άρθρο\n---\nΚείμενο.\n",
    **{f"beta/{n}.md": f"---\ntitle: Άλλο {word}\n---\nΚάτι.\n" for n, word in enumerate(OTHERS)},
}  # fmt: skip
UNSEEN = ("script", "style", "svg", "kbd", "time", "textarea")
"""What has no words: `time` is a date, which Babel writes."""
ADDRESS = "print-address"
READ_ALOUD = ("aria-label", "title", "placeholder", "alt", "content")
NO_WORDS = ("viewport", "color-scheme", "robots", "og:type", "og:image", "og:url", "twitter:card")
GIVEN = {
    "subject": "Κωδικός",
    "text": "Πώς αλλάζω τον κωδικό μου;",
    "email": "a@example.org",
    "article": "one",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("brackets")
    bracket(wording.TRANSLATIONS / "de" / "LC_MESSAGES" / "messages.po", root / "catalogs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wording, "TRANSLATIONS", root / "catalogs")
        patch.setattr(stamps, "QUICKEST", 0)
        yield make_site(root, ARTICLES, lang="de", widget_origins=(SHOP,))


def bracket(source: Path, catalogs: Path) -> None:
    with source.open("rb") as file:
        texts = read_po(file)
    made = Catalog(locale="de")
    for message in texts:
        if message.id:
            several = message.id if isinstance(message.id, tuple) else (message.id,)
            forms = tuple(OPEN + VALUE.sub(rf"{CLOSE}\1{OPEN}", text) + CLOSE for text in several)
            made.add(message.id, forms if several[1:] else forms[0], context=message.context)
    target = catalogs / "de" / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "messages.mo").open("wb") as file:
        write_mo(file, made)


@pytest.fixture(scope="module")
def visitor(site: Site) -> Visitor:
    return Visitor(site.app())


def english(page: str) -> list[str]:
    """What a page says outside of brackets, in Latin letters."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    return [left for text in _said(root) if (left := _outside(text))]


def _said(root: Element) -> Iterator[str]:
    """All text in its order as one, since a sentence may have links in it; then each attribute."""
    yield " ".join(_text(root))
    for element in root.iter():
        named = str(element.get("name") or element.get("property"))
        if element.tag == "svg" or (element.tag == "meta" and named.startswith(NO_WORDS)):
            continue
        yield from (value for name in READ_ALOUD if (value := element.get(name)))


def _text(element: Element) -> Iterator[str]:
    if element.tag not in UNSEEN and element.get("class") != ADDRESS:
        yield element.text or ""
        for child in element:
            yield from _text(child)
            yield child.tail or ""


def _outside(text: str) -> str:
    left = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    return " ".join(re.findall(r"\S*[A-Za-z⟦⟧]\S*", left))


PAGES = {
    "/": 200, "/categories/alpha": 200, "/categories/beta": 200,
    "/articles/one": 200, "/articles/faq": 200, "/search": 200,
    "/search?q=άρθρο": 200, "/search?q=άρθρο&page=3": 200, "/search?q=άρθρο&category=alpha": 200,
    "/search?q=ζζζζ": 200, "/search?q=τρίτο&category=alpha": 200, "/search?q=αρθρω": 200,
    "/πουθενά": 404, "/contact": 200, "/contact?article=one": 200,
    "/contact/answered": 200, "/contact/answered?article=one": 200, "/contact/sent/x": 404,
    "/votes/x": 404, "/offline": 200,
    "/widget/": 200, "/widget/?about=άρθρο": 200, "/widget/search": 200,
    "/widget/search?q=άρθρο": 200, "/widget/search?q=ζζζζ": 200, "/widget/articles/one": 200,
    "/widget/articles/nowhere": 404, "/widget/contact": 200,
}  # fmt: skip


@pytest.mark.parametrize(("path", "status"), PAGES.items())
def test_all_of_a_page_comes_from_the_catalogs(visitor: Visitor, path: str, status: int) -> None:
    page = visitor.get(path, status)
    assert OPEN in page
    assert english(page) == []


def test_so_do_the_steps_of_writing_to_support(visitor: Visitor) -> None:
    [stamp] = re.findall(r'name="stamp" value="([^"]+)"', visitor.get("/contact?article=one"))
    given = {**GIVEN, "stamp": stamp}
    looked = visitor.post("/contact", given).text
    assert 'class="offers"' in looked
    assert english(looked) == []
    faults = (
        {"email": "x"},
        {"subject": ""},
        {"text": "x" * 30_000},
        {"website": "x"},
        {"stamp": "x"},
    )
    sent = {**given, "step": "send"}
    for wrong in faults:
        answer = visitor.post("/contact", {**sent, **wrong})
        assert answer.status_code == 400, wrong
        assert english(answer.text) == [], wrong
    answer = visitor.post("/contact", sent)
    assert answer.status_code == 303
    thanks = visitor.get(answer.location)
    reference = re.search(r"contact-reference\">([^<]+)", thanks)[1]  # type: ignore[index]
    assert english(thanks.replace(reference, "1")) == []
    assert english(visitor.post("/contact", {"text": "x" * contact.MOST_FIELDS * 2}).text) == []


def test_so_does_a_vote_and_what_follows_it(visitor: Visitor) -> None:
    answer = visitor.post("/articles/one/votes", {"helpful": "no"})
    asked = visitor.get(answer.location)
    assert "vote-reasons" in asked
    assert english(asked) == []
    assert english(visitor.get(f"{answer.location}?done=1")) == []
    wrong = visitor.post(answer.location, {"reason": "none of them"})
    assert wrong.status_code == 400
    assert english(wrong.text) == []
    told = visitor.post(answer.location, {"text": "x" * 2001}, headers={**SAME, "Accept": JSON})
    assert all(told.json["error"][part].startswith(OPEN) for part in ("message", "hint"))


SAME = {"Sec-Fetch-Site": "same-origin"}
JSON = "application/json"


def test_so_do_refusals(visitor: Visitor) -> None:
    foreign = visitor.post("/articles/one/votes", {}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert english(foreign.text) == []
    assert english(visitor.post("/articles/one/votes", {"helpful": "?"}).text) == []
    assert english(visitor.post("/search", {}).text) == ["GET, HEAD, OPTIONS"]
