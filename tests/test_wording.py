"""Which language a page speaks, and that all of it does."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from browsing import chromium, needs_chromium, open_page, served
from flask_babel import gettext
from sample_site import Visitor, make_site, sample

from kb.settings import Settings
from kb.web import create_app, formats
from kb.web.wording import speak

if TYPE_CHECKING:
    from sample_site import Site


GERMAN = {
    "konto/kuendigen.md": (
        "---\ntitle: Vertrag kündigen\ndescription: So endet Ihr Vertrag.\nlang: de\n"
        "updated: 2026-03-03\n---\n"
        "Öffnen Sie die Einstellungen.\n\n> [!NOTE]\n> Bald.\n\n> [!NOTE] Note\n> Bald.\n\n"
        "> [!TIP] Eile\n> Bald.\n"
    ),
    "konto/arabic.md": "---\ntitle: الحساب\nlang: ar\nupdated: 2026-03-03\n---\nنص\n",
}

LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
SITE = {
    "vertrag/index.md": f"---\ntitle: Vertrag und {LONG}\ndescription: {LONG}.\n---\n",
    "vertrag/kuendigen.md": (
        f"---\ntitle: Das {LONG} kündigen\nupdated: 2026-03-03\nfeatured: true\ntags: [{LONG}]\n---\n"
        f"Text.\n\n## {LONG}\n\nText.\n\n## Zwei\n\nText.\n\n## Drei\n\nText.\n"
    ),
    "vertrag/zahlen.md": f"---\ntitle: {LONG} zahlen\n---\nText.\n",
    "top.md": "---\ntitle: Allein\n---\nText.\n",
}


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return make_site(tmp_path_factory.mktemp("german"), SITE, lang="de")


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
    assert re.findall(r'callout-title">([^<]*)', page) == ["Hinweis", "Hinweis", "Eile"]
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


def test_a_site_in_german_says_so_from_its_name_to_its_last_button(german: Site) -> None:
    visitor = Visitor(german.app())
    home = visitor.get("/")
    for words in (
        "<title>Hilfe-Center</title>", "Wie können wir helfen?", "Support kontaktieren", "2 Artikel",
        "Nach Themen stöbern", "Zum Inhalt springen", "Weitere Artikel", ">3. März 2026<",
        "3 Artikel durchsuchen oder nach Themen stöbern.",
    ):  # fmt: skip
        assert words in home, words
    article = visitor.get("/articles/kuendigen")
    for words in (
        "War das hilfreich?",
        "Ich habe nicht gefunden, was ich brauche",
        "Min. Lesezeit",
    ):
        assert words in article, words
    assert "Treffer" in visitor.get("/search?q=text")
    assert "Diese Seite gibt es nicht" in visitor.get("/nirgends", 404)
    assert "Hilfe-Center durchsuchen" in app_with_address(german, "/opensearch.xml")
    assert "Neue und geänderte Artikel" in app_with_address(german, "/feed.atom")


def app_with_address(site: Site, path: str) -> str:
    own = site.settings
    whole = Settings(
        articles=own.articles, data_dir=own.data_dir, lang=own.lang, base_url="https://example.com"
    )
    headers = {"Host": "example.com"}
    return create_app(whole).test_client().get(path, headers=headers).get_data(as_text=True)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("de-AT", "Support kontaktieren"),
        ("es-MX", "Contactar con soporte"),
        ("en-GB", "Contact support"),
        ("fr", "Contact support"),
    ],
)
def test_a_site_speaks_its_language_or_english(german: Site, lang: str, said: str) -> None:
    own = german.settings
    settings = Settings(articles=own.articles, data_dir=own.data_dir, lang=lang)
    home = create_app(settings).test_client().get("/").text
    assert f'<html lang="{lang}">' in home
    assert f">{said}</a>" in home


def test_what_the_owner_wrote_is_left_alone(german: Site) -> None:
    own = german.settings.model_dump(include={"articles", "data_dir", "lang"})
    words = {"title": "Help center", "headline": "Search", "contact_label": "Write to us"}
    home = create_app(Settings(**own, **words)).test_client().get("/").text
    assert "<title>Help center</title>" in home
    assert "<h1>Search</h1>" in home
    assert ">Write to us</a>" in home


def test_programs_are_told_in_english(german: Site) -> None:
    visitor = Visitor(german.app())
    answer = visitor.client.get("/api/v1/articles/none")
    assert answer.json["error"]["message"] == "There is no such article."
    data, accept = {"helpful": "yes"}, {"Accept": "application/json", "Sec-Fetch-Site": "none"}
    answer = visitor.post("/articles/none/votes", data, headers=accept)
    assert answer.json["error"]["message"] == "Diesen Artikel gibt es nicht."


def test_what_is_about_an_article_goes_on_in_its_language(visitor: Visitor) -> None:
    voted = visitor.post("/articles/kuendigen/votes", {"helpful": "no"})
    assert '<html lang="de">' in visitor.get(voted.location)
    assert '<html lang="de">' in visitor.get("/contact?article=kuendigen")
    written = {"subject": "", "text": "x", "email": "x", "article": "kuendigen"}
    again = visitor.post("/contact", written).text
    assert '<html lang="de">' in again
    assert "Dieses Formular war lange offen." in again
    assert '<html lang="de">' in visitor.get("/contact/answered?article=kuendigen")


def test_a_language_counts_from_where_it_is_chosen(mixed: Site) -> None:
    with mixed.app().test_request_context("/"):
        assert gettext("Yes") == "Yes"
        speak("de-CH")
        assert gettext("Yes") == "Ja"
        speak("")
        assert gettext("Yes") == "Yes"


@needs_chromium
def test_german_pages_fit_the_narrowest_screen(german: Site) -> None:
    with served(german) as address, chromium() as browser:
        page = open_page(browser, viewport={"width": 320, "height": 640}, locale="de")
        for path in ("/", "/categories/vertrag", "/search?q=text", "/search?q=zzzz", "/contact", "/x/y",
                     "/articles/kuendigen"):  # fmt: skip
            page.goto(address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.context.close()


@pytest.mark.parametrize(
    ("lang", "short", "week"),
    [("en", "31 Dec", "Thu 31 Dec"), ("de", "31. Dez.", "Do., 31. Dez."), ("es", "31 dic", "jue, 31 dic")],
)  # fmt: skip
def test_days_have_the_order_of_their_language(
    mixed: Site, lang: str, short: str, week: str
) -> None:
    day = dt.date(2026, 12, 31)
    with mixed.app().test_request_context():
        speak(lang)
        assert (formats.short_day(day), formats.week_day(day)) == (short, week)
