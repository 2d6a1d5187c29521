"""Links: what a writer wrote leads to the right place, or is text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.content.article import Link
from kb.content.links import fault_of, page_html, resolve

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\2\0\0\0"

if TYPE_CHECKING:
    from kb.content.library import Library
    from tests.content.conftest import Read


@pytest.fixture
def library(read: Read) -> Library:
    return read(
        {
            "guide/a.md": "# A\n\n## Part one\n\n[b](../b.md) ![p](p.png) <pic.png>\n",
            "guide/index.md": "# The guide\n",
            "guide/p.png": PNG,
            "b.md": "---\nid: 42\naliases: [/hc/7]\n---\n# B\n\n[x](file.pdf)\n",
            "file.pdf": b"%PDF",
            "_redirects": "/moved /articles/a#part-one\n/out https://example.com/\n",
        }
    ).public


ANCHORS = frozenset({"here"})


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("../b.md", "/articles/b"), ("../b", "/articles/b"), ("../b.html", "/articles/b"),
        ("/b.md", "/articles/b"), ("../b.md?x=1", "/articles/b"), (" ../b.md ", "/articles/b"),
        ("a.md#part-one", "/articles/a#part-one"), ("#here", "#here"), ("#top", "#top"), ("#", "#"),
        ("", "#"), ("p.png", "/media/guide/p.png"), ("/guide/p.png", "/media/guide/p.png"),
        ("./x/../p.png", "/media/guide/p.png"), ("/articles/b", "/articles/b"),
        ("/articles/b/", "/articles/b"), ("/a/42", "/articles/b"), ("/hc/7", "/articles/b"),
        ("/hc/en/b", "/articles/b"), ("/moved", "/articles/a#part-one"),
        ("/out", "https://example.com/"), ("./", "/categories/guide"),
        ("index.md", "/categories/guide"),
        ("/categories/guide", "/categories/guide"), ("/", "/"), ("/search", "/search"),
        ("/contact", "/contact"), ("/contact?q=a b", "/contact?q=a b"),
        ("/search?q=x", "/search?q=x"), ("/search/?q=a b&sort=date#r", "/search?q=a b&sort=date#r"),
        ("/search/../search?q=x", "/search?q=x"),
        ("https://example.com/x", "https://example.com/x"),
        ("mailto:a@b.c", "mailto:a@b.c"), ("//cdn.example/x", "//cdn.example/x"),
    ],
)  # fmt: skip
def test_a_target_leads_to_its_page(library: Library, target: str, url: str) -> None:
    where = resolve(library, target, "guide/a.md", ANCHORS)
    assert (where.url, where.fault) == (url, "")


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("nowhere.md", "broken-link"), ("/articles/nope", "broken-link"),
        ("#gone", "broken-anchor"),
        ("a.md#gone", "broken-anchor"), ("/staffing", "broken-link"),
        ("/search/../staff?x=1", "broken-link"), ("search?q=x", "broken-link"), ("/searching", "broken-link"),
        ("http://[", "broken-link"), ("%00", "broken-link"), ("..%2f..%2fetc", "broken-link"),
        ("missing.png", "broken-link"),
    ],
)  # fmt: skip
def test_a_target_that_is_not_there_is_a_fault(library: Library, target: str, fault: str) -> None:
    assert resolve(library, target, "guide/a.md", ANCHORS).fault == fault


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("p.png", ""), ("missing.png", "missing-image"), ("../b.md", "missing-image"),
        ("https://example.com/x.png", ""), ("HTTPS://example.com/x.png", ""),
        ("#here", "missing-image"),
    ],
)  # fmt: skip
def test_an_image_must_be_an_image(library: Library, target: str, fault: str) -> None:
    where = resolve(library, target, "guide/a.md", ANCHORS)
    assert fault_of(Link("image", target, ""), where) == fault


def test_a_page_has_no_dead_ends(read: Read) -> None:
    body = "[dead](gone.md) [ok](b.md) ![seen](p.png) ![lost](gone.png) ![](gone2.png)\n"
    library = read({"a.md": body, "b.md": "B", "p.png": PNG}).public
    html = page_html(library, library.by_slug["a"])
    assert "gone" not in html
    assert '<a href="/articles/b">ok</a>' in html
    assert '<span class="missing-image">lost</span>' in html
    assert 'src="/media/p.png"' in html
    assert 'width="3" height="2"' in html


def test_a_link_to_a_draft_is_text_for_customers(read: Read) -> None:
    content = read({"a.md": "[see](b.md)\n", "b.md": "---\nstatus: draft\n---\n"})
    assert "href" not in page_html(content.public, content.public.by_slug["a"])
    assert 'href="/articles/b"' in page_html(content.staff, content.staff.by_slug["a"])


def test_only_a_picture_has_a_size_not_the_link_around_it(read: Read) -> None:
    library = read({"a.md": "[![seen](p.png)](p.png)\n", "p.png": PNG}).public
    html = page_html(library, library.by_slug["a"])
    assert '<a href="/media/p.png"><img' in html
    assert html.count('width="3" height="2"') == 1


def test_a_link_to_a_search_keeps_its_words(read: Read) -> None:
    library = read({"a.md": '[x](</search?q=plan&tag="b">)\n'}).public
    html = page_html(library, library.by_slug["a"])
    assert '<a href="/search?q=plan&amp;tag=&quot;b&quot;">x</a>' in html
