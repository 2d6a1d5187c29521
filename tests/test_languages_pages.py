"""Languages: pages lead to their translations, and tell search engines of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import html5lib
import pytest
from browsing import DESKTOP, chromium, needs_chromium, open_page, served
from sample_site import Site, Visitor, make_site, signed_in

from kb.building import Builder
from kb.web import create_app, sitemaps
from kb.web.languages import language_name
from kb.web.publishing import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "https://help.example.com"
SHOP = "https://shop.example.com"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
CANARY = "zqcanary"


def page(title: str, lang: str = "", translates: str = "", more: str = "") -> str:
    keys = [
        f"lang: {lang}" if lang else "",
        f"translates: {translates}" if translates else "",
        more,
    ]
    return f"---\ntitle: {title}\n" + "".join(f"{k}\n" for k in keys if k) + f"---\n{title} text.\n"


# None of these languages but English and German has a dictionary, which takes time to read.
FILES: dict[str, str | bytes] = {
    "billing/cancel.md": page("Cancel your plan", more="updated: 2026-05-03"),
    "de/kündigen.md": page("Tarif kündigen", "de", "cancel", "updated: 2026-05-01"),
    "nb/avbryt.md": page("Si opp planen", "nb-NO", "cancel"),
    "he/cancel-he.md": page("ביטול התוכנית", "he", "cancel"),
    "de/hidden.md": page("Unlisted", "pl", "cancel", "hidden: true"),
    "de/noindex.md": page("Noindex", "da", "cancel", "noindex: true"),
    "de/draft.md": page(f"Draft {CANARY}", "sv", "cancel", f"status: draft\nslug: d-{CANARY}"),
    "de/staff.md": page(f"Staff {CANARY}", "fi", "cancel", f"audience: staff\nslug: s-{CANARY}"),
    "secret/original.md": page(f"Original {CANARY}", more=f"status: draft\nslug: o-{CANARY}"),
    "secret/übersetzt.md": page("Public translation", "de", f"o-{CANARY}"),
    "secret/odd.md": page("Odd", "xx-Wizard", "alone"),
    "billing/alone.md": page("Alone"),
    "billing/faq.md": "---\ntitle: Questions\ntype: faq\n---\n## Where is it?\n\nHere.\n",
    "de/fragen.md": "---\ntitle: Fragen\nlang: de\ntype: faq\ntranslates: faq\n---\n## Wo ist es?\n\nHier.\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("languages")
    return make_site(root, FILES, base_url=BASE, title="Acme Help", widget_origins=(SHOP,))


@pytest.fixture(scope="module")
def visitor(site: Site) -> Visitor:
    return Visitor(site.app())


def parsed(visitor: Visitor, path: str) -> ElementTree.Element:
    return html5lib.parse(visitor.get(path), namespaceHTMLElements=False)


def languages(visitor: Visitor, path: str) -> list[tuple[str, str, str]]:
    """The links to other languages: address, language, words."""
    nav = parsed(visitor, path).find(".//nav[@class='languages']")
    links = list(nav.iter("a")) if nav is not None else []
    assert all(link.get("lang") == link.get("hreflang") for link in links)
    return [(a.get("href") or "", a.get("lang") or "", a.text or "") for a in links]


def alternates(visitor: Visitor, path: str) -> dict[str, str]:
    found = parsed(visitor, path).iter("link")
    return {
        one.get("hreflang") or "": one.get("href") or "" for one in found if one.get("hreflang")
    }


def data(visitor: Visitor, path: str, kind: str) -> dict[str, object]:
    (script,) = [
        one for one in parsed(visitor, path).iter("script") if "json" in one.get("type", "")
    ]
    (thing,) = [one for one in json.loads(script.text or "")["@graph"] if one["@type"] == kind]
    return dict(thing)


# Readers


def test_a_page_leads_to_its_other_languages_by_their_own_names(visitor: Visitor) -> None:
    expected = {
        "/articles/cancel": "English",
        "/articles/cancel-he": "עברית",
        "/articles/kündigen": "Deutsch",
        "/articles/noindex": "Dansk",
        "/articles/avbryt": "Norsk bokmål (Norge)",
    }
    for path in expected:
        told = {address: words for address, _, words in languages(visitor, path)}
        assert told == {k: v for k, v in expected.items() if k != path}, path
    assert 'lang="he" dir="rtl">עברית' in visitor.get("/articles/cancel")


def test_a_page_in_one_language_says_nothing_of_languages(visitor: Visitor) -> None:
    for path in ("/articles/übersetzt", "/", "/categories/de", "/search?q=plan"):
        assert languages(visitor, path) == []
        assert "hreflang" not in visitor.get(path)


def test_an_unlisted_translation_leads_to_others_and_none_leads_to_it(visitor: Visitor) -> None:
    assert ("/articles/cancel", "en", "English") in languages(visitor, "/articles/hidden")
    assert "/articles/hidden" not in visitor.get("/articles/cancel")


def test_the_widget_leads_to_languages_inside_the_frame(visitor: Visitor) -> None:
    answer = visitor.client.get("/widget/articles/cancel").get_data(as_text=True)
    assert '<a href="/widget/articles/kündigen" hreflang="de" lang="de">Deutsch</a>' in answer


def test_a_language_that_nobody_knows_is_its_code(visitor: Visitor) -> None:
    assert languages(visitor, "/articles/alone") == [("/articles/odd", "xx-Wizard", "xx-Wizard")]


@pytest.mark.parametrize(
    ("lang", "name"),
    [("de", "Deutsch"), ("es", "Español"), ("zh-Hant-TW", "中文 (繁體, 台灣)"), ("ka", "ქართული"),
     ("x-klingon", "x-klingon"), ("", ""), ("de-", "de-"), ("a b\0", "a b\0")],
)  # fmt: skip
def test_a_language_calls_itself_by_its_own_name(lang: str, name: str) -> None:
    assert language_name(lang) == name


def test_a_search_finds_the_translation_into_its_language_first(visitor: Visitor) -> None:
    """Both have the words; who types words of another language only finds that language."""
    for lang, first, query in (
        ("en", "cancel", "plan text"),
        ("nb-NO", "avbryt", "planen text"),
        ("en", "kündigen", "Tarif"),
    ):
        answer = visitor.client.get("/api/v1/search", query_string={"q": query, "lang": lang})
        assert answer.get_json()["results"][0]["slug"] == first, (lang, query)


# Search engines


def test_each_language_names_all_of_them_and_the_original_as_default(visitor: Visitor) -> None:
    expected = {
        "en": f"{BASE}/articles/cancel",
        "de": f"{BASE}/articles/k%C3%BCndigen",
        "nb-NO": f"{BASE}/articles/avbryt",
        "he": f"{BASE}/articles/cancel-he",
        "x-default": f"{BASE}/articles/cancel",
    }
    for path in (
        "/articles/cancel",
        "/articles/kündigen",
        "/articles/avbryt",
        "/articles/cancel-he",
    ):
        assert alternates(visitor, path) == expected, path
    for path in ("/articles/hidden", "/articles/noindex", "/articles/übersetzt"):
        assert alternates(visitor, path) == {}, path


def test_the_sitemap_names_the_languages_as_the_pages_do(visitor: Visitor) -> None:
    urls = ElementTree.fromstring(visitor.get("/sitemap.xml")).findall(f"{MAP}url")
    for url in urls:
        told = {one.get("hreflang"): one.get("href") for one in url.findall(f"{XHTML}link")}
        path = (url.findtext(f"{MAP}loc") or "").removeprefix(BASE)
        assert told == alternates(visitor, path), path
    assert any(url.findall(f"{XHTML}link") for url in urls)


def test_a_sitemap_counts_the_addresses_of_translations(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 12)
    parts = sitemaps.parts(site.app().extensions["kb"].edition.library)
    sizes = [sum(1 + len(page.alternates) for page in part) for part in parts]
    assert len(parts) > 2
    assert max(sizes) <= 12
    assert len({page.url for part in parts for page in part}) == sum(map(len, parts))


def test_structured_data_names_the_original_and_the_translations(visitor: Visitor) -> None:
    original = data(visitor, "/articles/cancel", "Article")
    works = original["workTranslation"]
    assert isinstance(works, list)
    assert [work["inLanguage"] for work in works] == ["de", "he", "nb-NO"]
    assert "translationOfWork" not in original
    german = data(visitor, "/articles/kündigen", "Article")
    assert german["inLanguage"] == "de"
    assert german["translationOfWork"] == {
        "@type": "Article",
        "name": "Cancel your plan",
        "inLanguage": "en",
        "url": f"{BASE}/articles/cancel",
    }
    faq = data(visitor, "/articles/fragen", "FAQPage")["translationOfWork"]
    assert isinstance(faq, dict)
    assert faq["@type"] == "FAQPage"


def test_without_base_url_no_head_names_a_language(site: Site) -> None:
    """ATTACKS: cache poisoning; an absolute address comes from base_url only."""
    inside = Visitor(Site(site.root, site.settings.model_copy(update={"base_url": ""})).app())
    page = inside.get("/articles/cancel", headers={"Host": "localhost"})
    assert alternates(inside, "/articles/cancel") == {}
    assert "translationOfWork" not in page
    assert languages(inside, "/articles/cancel")


# What is not public


def test_no_language_of_a_draft_or_a_staff_article_is_told(visitor: Visitor) -> None:
    """ATTACKS: leak of drafts and staff articles, other language."""
    paths = ["/sitemap.xml", "/feed.atom", "/llms.txt"]
    library = visitor.app.extensions["kb"].edition.library
    paths += [article.url for article in library.articles]
    for path in paths:
        answer = visitor.client.get(path).get_data(as_text=True)
        assert CANARY not in answer, path
        assert "Suomi" not in answer, path
        assert 'hreflang="sv"' not in answer, path


def test_members_reading_see_all_languages_in_their_view(site: Site) -> None:
    member = signed_in(Visitor(site.app()))
    told = [address for address, _, _ in languages(member, "/staff/read/articles/cancel")]
    assert f"/staff/read/articles/d-{CANARY}" in told
    assert f"/staff/read/articles/s-{CANARY}" in told
    back = languages(member, "/staff/read/articles/übersetzt")
    assert [address for address, _, _ in back] == [f"/staff/read/articles/o-{CANARY}"]


def test_writers_see_which_translations_are_out_of_date(site: Site) -> None:
    page = signed_in(Visitor(site.app())).get("/staff/articles")
    rows = [row for row in page.split("<tr")[1:] if "Original changed on" in row]
    assert len(rows) == 1
    assert "Tarif kündigen" in rows[0]
    assert "3 May 2026" in rows[0]


# Builds


def test_a_build_of_one_change_makes_the_pages_that_a_whole_build_makes(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The page of an article nobody touched changes when a translation comes."""
    first = tmp_path_factory.mktemp("first")
    files: dict[str, str | bytes] = {"billing/cancel.md": FILES["billing/cancel.md"]}
    files["de/kündigen.md"] = page("Tarif kündigen", "de")
    changed = make_site(first, files, base_url=BASE)
    assert "Deutsch" not in Visitor(changed.app()).get("/articles/cancel")
    changed.write({"de/kündigen.md": FILES["de/kündigen.md"]})
    whole = changed.settings.model_copy(update={"data_dir": first / "new"})
    made = []
    for builder in (changed.builder, Builder(whole)):
        builder.build(
            publish=lambda edition, s=builder.settings: publish(
                create_app(s, edition=edition), edition
            )
        )
        live = builder.generations.named(builder.generations.current_name()).path / "public"
        made.append(
            {
                p.relative_to(live): p.read_bytes()
                for p in live.rglob("*")
                if p.suffix in (".html", ".xml", ".jsonl")
            }
        )
    assert made[0].keys() == made[1].keys()
    assert made[0] == made[1]
    assert any(b"Deutsch" in content for content in made[0].values())


# In a browser


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with served(site) as address:
        yield address


@needs_chromium
def test_a_reader_goes_to_another_language_and_back_by_keyboard(address: str) -> None:
    with chromium() as browser:
        page = open_page(browser, viewport=DESKTOP)
        page.goto(f"{address}/articles/cancel")
        link = page.get_by_role("navigation", name="Also in").get_by_role("link", name="Deutsch")
        box = link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/articles/k*ndigen")
        assert page.locator("html[lang=de] h1").inner_text() == "Tarif kündigen"
        page.get_by_role("link", name="English").click()
        page.wait_for_url("**/articles/cancel")
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
