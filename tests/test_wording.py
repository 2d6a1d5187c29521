"""Which language a page speaks, and that all of it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sample_site import Visitor, make_site, sample

if TYPE_CHECKING:
    from sample_site import Site

GERMAN = {
    "konto/kuendigen.md": (
        "---\ntitle: Vertrag kündigen\ndescription: So endet Ihr Vertrag.\nlang: de\n"
        "updated: 2026-03-03\n---\n"
        "Öffnen Sie die Einstellungen.\n"
    ),
    "konto/arabic.md": "---\ntitle: الحساب\nlang: ar\nupdated: 2026-03-03\n---\nنص\n",
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An English site with an article in German, and one in a language that kb does not speak."""
    root = tmp_path_factory.mktemp("mixed")
    return make_site(root, {**sample(), **GERMAN}, title="Nimbus help")


@pytest.fixture
def visitor(mixed: Site) -> Visitor:
    return Visitor(mixed.app())


def test_an_article_s_page_is_in_its_language_and_all_others_in_the_site_s(
    visitor: Visitor,
) -> None:
    page = visitor.get("/articles/kuendigen")
    assert '<html lang="de">' in page
    assert "3. März 2026" in page
    assert "<h1>Vertrag kündigen</h1>" in page
    for address in ("/", "/articles/cancel", "/search?q=plan", "/contact", "/categories/konto"):
        assert '<html lang="en">' in visitor.get(address), address


def test_what_the_site_shares_is_marked_on_a_page_in_another_language(visitor: Visitor) -> None:
    page = visitor.get("/articles/kuendigen")
    assert 'class="site-name" href="/" lang="en">Nimbus help' in page
    assert '<a href="/categories/konto" lang="en">Konto</a>' in page
    home = visitor.get("/")
    assert 'class="site-name" href="/">Nimbus help' in home
    assert 'lang="de">Vertrag kündigen</a>' in home


def test_an_article_in_a_language_without_translation_stands_on_a_page_of_the_site(
    visitor: Visitor,
) -> None:
    page = visitor.get("/articles/arabic")
    assert '<html lang="en">' in page
    assert '<h1 lang="ar" dir="rtl">' in page
    assert "3 March 2026" in page


def test_the_browser_s_language_changes_nothing(visitor: Visitor) -> None:
    for address in ("/", "/articles/cancel", "/contact/sent/x", "/no-such-page"):
        status = visitor.client.get(address).status_code
        headers = {"Accept-Language": "de"}
        assert 'lang="en"' in visitor.get(address, status, headers=headers)[:200]
