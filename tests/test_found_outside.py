"""Found from outside: what search engines, feed readers, browsers and other sites are told."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import html5lib
import pytest
from browsing import DESKTOP, chromium, needs_chromium, open_page, served
from PIL import Image
from sample_site import ARTICLES, PNG, Site, Visitor, make_site, sample, write

from kb.content.characters import CONTROL
from kb.web import feeds, pictures, sitemaps
from kb.web.pictures import Picture, draw
from kb.web.publishing import publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE = "https://help.example.com"
TITLE = "Acme Help & Support <center>"
POISON = '</script><script>alert(1)</script> ]](x) & "q"'
ODD = {
    "billing/poison.md": (
        f"---\ntitle: '{POISON}'\nslug: über-uns\nupdated: 2026-06-02\n---\n"
        "How it begins, in a sentence that is much too long for the line below a result of a search"
        " engine, which shows a hundred and sixty letters of it and not one more than that.\n"
    ),
    "billing/control\x07.md": (
        '---\ntitle: "Ring\\x07 the\\x85 \\x9fbell\\uffff"\ndescription: "Sum\\x01mary"\n'
        'tags: ["t\\x02ag"]\nkeywords: ["k\\x03"]\nquestions: ["q\\x04?"]\nslug: control\n'
        'category: "Ca\\x05tegory"\nupdated: 2026-01-02\nnoindex: true\n---\n## Head&#1; \x06line&#x7f;\n\nText \x0b here.\n'
    ),
    "billing/unlisted.md": "---\ntitle: Unlisted\nhidden: true\nupdated: 2026-09-01\n---\nx\n",
    "billing/noindex.md": "---\ntitle: Noindex\nnoindex: true\nupdated: 2026-09-02\n---\nx\n",
    "account/faq.md": ARTICLES["account/faq.md"].replace(
        "Yes, under Profile.",
        "Yes, [here](#where-is-my-data) or [there](../billing/refund.md). ![x](../billing/receipt.png)",
    ),
    "account/japanese.md": "---\ntitle: パスワード\nlang: ja\ncreated: 2025-01-31\n---\n" + "本文です。" * 50,
}  # fmt: skip
ATOM = "{http://www.w3.org/2005/Atom}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PAGES = ["/", "/categories/billing", "/articles/cancel", "/articles/über-uns", "/articles/faq"]
MACHINES = ["/feed.atom", "/opensearch.xml", "/sitemap.xml", "/robots.txt", "/llms.txt"]


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("outside")
    return make_site(root, {**sample(), **ODD}, base_url=BASE, title=TITLE)


@pytest.fixture(scope="module")
def visitor(outside: Site) -> Visitor:
    return Visitor(outside.app())


@pytest.fixture(scope="module")
def inside(outside: Site) -> Visitor:
    """The same without base_url."""
    return Visitor(Site(outside.root, outside.settings.model_copy(update={"base_url": ""})).app())


def head(visitor: Visitor, path: str) -> dict[str, str]:
    """Everything a page's head says: names, properties and relations -> what of them."""
    page = html5lib.parse(visitor.get(path), namespaceHTMLElements=False)
    found: dict[str, str] = {"title": page.findtext(".//title") or ""}
    for element in page.iter("meta"):
        name = element.get("name") or element.get("property")
        if name:
            assert name not in found or name == "color-scheme", f"{path}: {name} is there twice"
            found[name] = element.get("content") or ""
    for element in page.iter("link"):
        found[f"{element.get('rel')} {element.get('type', '')}".strip()] = element.get("href") or ""
    return found


def things(visitor: Visitor, path: str) -> dict[str, dict[str, Any]]:
    """The structured data of a page by type."""
    page = html5lib.parse(visitor.get(path), namespaceHTMLElements=False)
    scripts = [one for one in page.iter("script") if one.get("type") == "application/ld+json"]
    found: dict[str, dict[str, Any]] = {}
    for script in scripts:
        data = json.loads(script.text or "")
        assert data["@context"] == "https://schema.org"
        for thing in data.get("@graph", [data]):
            assert thing["@type"] not in found
            found[thing["@type"]] = thing
    return found


def absolute_addresses(text: str) -> list[str]:
    known = ("http://www.w3.org/", "http://a9.com/", "http://www.sitemaps.org/")
    found = re.findall(r"https?://[^\s\"'<>)\\]+", text)
    return [url for url in found if not url.startswith((*known, "https://schema.org"))]


# The head


@pytest.mark.parametrize("path", PAGES)
def test_a_page_tells_its_title_description_address_and_picture(
    visitor: Visitor, path: str
) -> None:
    told = head(visitor, path)
    assert told["og:title"] in told["title"]
    assert told["og:site_name"] == TITLE
    assert told["description"] == told["og:description"]
    assert 10 < len(told["description"]) <= 161
    assert told["canonical"] == told["og:url"] == BASE + quote(path)
    assert told["og:type"] == ("article" if path.startswith("/articles/") else "website")
    assert told["twitter:card"] == "summary_large_image"
    picture = visitor.client.get(told["og:image"].removeprefix(BASE))
    size = (int(told["og:image:width"]), int(told["og:image:height"]))
    assert Image.open(io.BytesIO(picture.data)).size == size == (1200, 630)
    assert (
        visitor.client.get(told["search application/opensearchdescription+xml"]).status_code == 200
    )
    assert visitor.client.get(told["alternate application/atom+xml"]).status_code == 200


def test_titles_and_descriptions_are_different_on_every_page(visitor: Visitor) -> None:
    heads = [head(visitor, path) for path in PAGES]
    for name in ("title", "description", "canonical"):
        assert len({told[name] for told in heads}) == len(PAGES)


def test_an_article_without_a_description_shows_how_it_begins(visitor: Visitor) -> None:
    told = head(visitor, "/articles/über-uns")["description"]
    assert told.startswith("How it begins")
    assert told.endswith(" and not one…")
    without_spaces = head(visitor, "/articles/japanese")["description"]
    assert without_spaces.startswith("本文です。本文")
    assert len(without_spaces) == 161


def test_an_article_tells_its_dates_and_leads_to_its_source_and_embed(visitor: Visitor) -> None:
    told = head(visitor, "/articles/cancel")
    assert told["article:modified_time"] == "2026-05-01"
    assert visitor.client.get(told["alternate text/markdown"]).mimetype == "text/markdown"
    embed = told["alternate application/json+oembed"].removeprefix(BASE)
    assert visitor.client.get(embed).json["title"] == "Cancel your plan"


@pytest.mark.parametrize("path", PAGES)
def test_without_base_url_no_address_is_guessed(inside: Visitor, path: str) -> None:
    text = inside.get(path, headers={"X-Forwarded-Host": "evil.example"})
    assert absolute_addresses(text) == []
    told = head(inside, path)
    assert told.keys().isdisjoint({"canonical", "og:url", "og:image", "twitter:card"})
    assert told["og:title"] in told["title"]


@pytest.mark.parametrize("path", ["/search?q=plan", "/search", "/none", "/contact", "/staff/login"])
def test_pages_that_nobody_should_find_tell_nothing(visitor: Visitor, path: str) -> None:
    text = visitor.client.get(path).get_data(as_text=True)
    assert '<meta name="robots" content="noindex">' in text
    assert "og:" not in text
    assert "ld+json" not in text


@pytest.mark.parametrize("path", [*PAGES, *MACHINES])
def test_every_absolute_address_begins_with_base_url(visitor: Visitor, path: str) -> None:
    found = absolute_addresses(visitor.get(path))
    assert found
    assert [url for url in found if not url.startswith(f"{BASE}/")] == []


def test_the_languages_of_a_page_are_linked_nowhere_since_nothing_links_translations(
    visitor: Visitor,
) -> None:
    assert "hreflang" not in visitor.get("/articles/japanese")
    assert things(visitor, "/articles/japanese")["Article"]["inLanguage"] == "ja"


# Structured data: what search engines ask of each type


def test_an_article_has_what_search_engines_ask_of_one(visitor: Visitor) -> None:
    article = things(visitor, "/articles/cancel")["Article"]
    assert article["headline"] == "Cancel your plan"
    assert article["image"] == [f"{BASE}/articles/cancel.png"]
    assert article["author"] == {"@type": "Organization", "name": TITLE, "url": f"{BASE}/"}
    assert article["publisher"] == article["author"]
    assert article["mainEntityOfPage"] == f"{BASE}/articles/cancel"
    assert dt.date.fromisoformat(article["dateModified"]) == dt.date(2026, 5, 1)
    assert "datePublished" not in article
    assert things(visitor, "/articles/japanese")["Article"]["datePublished"] == "2025-01-31"


def test_questions_have_answers_whose_links_work_anywhere(visitor: Visitor) -> None:
    page = things(visitor, "/articles/faq")
    assert "Article" not in page
    questions = page["FAQPage"]["mainEntity"]
    assert [(one["@type"], one["acceptedAnswer"]["@type"]) for one in questions] == [
        ("Question", "Answer")
    ] * 3
    answer = questions[0]["acceptedAnswer"]["text"]
    assert f'href="{BASE}/articles/faq#where-is-my-data"' in answer
    assert f'href="{BASE}/articles/refund"' in answer
    assert f'src="{BASE}/media/billing/receipt.png"' in answer
    assert not re.search(r'(href|src)="(?!https://)', answer)


@pytest.mark.parametrize(("path", "way"), [
    ("/categories/billing", ["/", "/categories/billing"]),
    ("/articles/cancel", ["/", "/categories/billing", "/articles/cancel"]),
    ("/articles/faq", ["/", "/categories/account", "/articles/faq"]),
])  # fmt: skip
def test_breadcrumbs_lead_from_home_to_the_page(
    visitor: Visitor, path: str, way: list[str]
) -> None:
    steps = things(visitor, path)["BreadcrumbList"]["itemListElement"]
    assert [step["position"] for step in steps] == list(range(1, len(way) + 1))
    assert [step["item"] for step in steps] == [BASE + one for one in way]
    assert all(step["@type"] == "ListItem" and step["name"] for step in steps)


def test_home_tells_whose_site_it_is_and_how_to_search_it(visitor: Visitor) -> None:
    home = things(visitor, "/")
    assert (home["Organization"]["name"], home["Organization"]["url"]) == (TITLE, f"{BASE}/")
    assert home["Organization"]["contactPoint"]["url"] == f"{BASE}/contact"
    action = home["WebSite"]["potentialAction"]
    assert action["@type"] == "SearchAction"
    assert action["query-input"] == "required name=search_term_string"
    template = action["target"]["urlTemplate"]
    found = template.replace("{search_term_string}", "refund").removeprefix(BASE)
    assert 'href="/articles/refund"' in visitor.get(found)


def test_a_title_cannot_leave_the_structured_data(visitor: Visitor) -> None:
    page = visitor.get("/articles/über-uns")  # the visitor asserts: valid HTML and no inline script
    script = re.search(r"ld\+json\">(.*?)</script>", page, re.S)
    assert script
    assert not set("<>&\u2028\u2029") & set(script[1])
    assert things(visitor, "/articles/über-uns")["Article"]["headline"] == POISON


def test_without_base_url_articles_and_questions_are_still_told(inside: Visitor) -> None:
    assert things(inside, "/articles/cancel").keys() == {"Article"}
    assert things(inside, "/articles/faq").keys() == {"FAQPage"}
    assert things(inside, "/") == things(inside, "/categories/billing") == {}


# The feed


def feed(visitor: Visitor) -> ElementTree.Element:
    answer = visitor.client.get("/feed.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.data)


def test_the_feed_has_what_rfc_4287_asks_for(visitor: Visitor) -> None:
    root = feed(visitor)
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == TITLE
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"self": f"{BASE}/feed.atom", "alternate": f"{BASE}/"}
    ids = []
    for part in (root, *root.findall(f"{ATOM}entry")):
        assert part.findtext(f"{ATOM}title")
        for name in ("id", "title", "updated"):
            assert len(part.findall(ATOM + name)) == 1
        moment = part.findtext(f"{ATOM}updated") or ""
        assert dt.datetime.fromisoformat(moment).tzinfo is not None
        ids.append(part.findtext(f"{ATOM}id") or "")
        assert (
            len([one for one in part.findall(f"{ATOM}link") if one.get("rel") == "alternate"]) == 1
        )
    assert len(set(ids)) == len(ids)
    assert all(one.startswith(f"{BASE}/") and one.isascii() for one in ids)


def test_the_feed_has_the_latest_changes_first_and_nothing_unlisted(visitor: Visitor) -> None:
    entries = feed(visitor).findall(f"{ATOM}entry")
    titles = [entry.findtext(f"{ATOM}title") for entry in entries]
    assert titles == [POISON, "Cancel your plan", "パスワード"]
    assert feed(visitor).findtext(f"{ATOM}updated") == "2026-06-02T00:00:00Z"
    assert entries[2].findtext(f"{ATOM}published") == "2025-01-31T00:00:00Z"
    assert entries[1].find(f"{ATOM}category").get("label") == "Billing"  # type: ignore[union-attr]
    assert entries[2].get("{http://www.w3.org/XML/1998/namespace}lang") == "ja"


def test_an_entry_keeps_its_id_and_leads_to_its_article(visitor: Visitor) -> None:
    for entry in feed(visitor).findall(f"{ATOM}entry"):
        page = entry.find(f"{ATOM}link").get("href").removeprefix(BASE)  # type: ignore[union-attr]
        assert visitor.client.get(unquote(page)).status_code == 200
        moved = visitor.client.get((entry.findtext(f"{ATOM}id") or "").removeprefix(BASE))
        assert quote(unquote(moved.headers["Location"])) == page


def test_a_character_that_xml_cannot_hold_is_left_out(outside: Site) -> None:
    odd = outside.settings.model_copy(update={"title": "Bell \x0b\ufffe rings & more"})
    client = Site(outside.root, odd).app().test_client()
    for path in ("/feed.atom", "/opensearch.xml"):
        root = ElementTree.fromstring(client.get(path).data)
        assert "Bell  rings & more" in "".join(root.itertext())


def test_no_control_character_of_an_article_makes_a_page_invalid(visitor: Visitor) -> None:
    for path in ("/articles/control", "/categories/category", "/search?q=bell", "/"):
        page = visitor.get(path)  # which looks for faults
        assert CONTROL.search(page) is None, path
    assert "<h1>Ring the bell</h1>" in visitor.get("/articles/control")
    for path in ("/feed.atom", "/sitemap.xml"):
        ElementTree.fromstring(visitor.get(path))
    for path in ("/llms.txt", "/articles/control.md", "/api/v1/search?q=bell"):
        assert CONTROL.search(visitor.client.get(path).get_data(as_text=True)) is None, path


def test_what_has_no_address_without_base_url_is_left_out(inside: Visitor) -> None:
    for path in ("/feed.atom", "/opensearch.xml", "/oembed?url=http://localhost/articles/cancel"):
        assert inside.client.get(path).status_code == 404
    assert ElementTree.fromstring(inside.get("/sitemap.xml")).findall("*") == []
    assert "Sitemap" not in inside.get("/robots.txt")
    assert "](/articles/cancel.md)" in inside.get("/llms.txt")


# Sitemap, robots, OpenSearch, llms.txt


def test_the_sitemap_has_every_page_once_with_its_last_change(visitor: Visitor) -> None:
    urls = ElementTree.fromstring(visitor.get("/sitemap.xml")).findall(f"{MAP}url")
    told = {one.findtext(f"{MAP}loc"): one.findtext(f"{MAP}lastmod") for one in urls}
    assert len(told) == len(urls)
    assert told[f"{BASE}/articles/cancel"] == "2026-05-01"
    assert told[f"{BASE}/articles/%C3%BCber-uns"] == "2026-06-02"
    assert told[f"{BASE}/articles/japanese"] == "2025-01-31"
    assert told[f"{BASE}/articles/refund"] is None
    assert told[f"{BASE}/categories/billing"] == told[f"{BASE}/"] == "2026-06-02"
    assert told.keys().isdisjoint(f"{BASE}/articles/{slug}" for slug in ("unlisted", "noindex"))
    for address in told:
        assert visitor.client.get(unquote(address or "").removeprefix(BASE)).status_code == 200


def test_a_sitemap_that_would_be_too_large_is_an_index_of_several(
    outside: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MOST", 4)
    visitor = Visitor(outside.app())
    index = ElementTree.fromstring(visitor.get("/sitemap.xml"))
    assert index.tag == f"{MAP}sitemapindex"
    files = [one.findtext(f"{MAP}loc") or "" for one in index.findall(f"{MAP}sitemap")]
    library = outside.app().extensions["kb"].edition.library
    assert [file.removeprefix(BASE) for file in files] == feeds.addresses(library, BASE)[3:-2]
    sizes, pages = [], set()
    for file in files:
        part = ElementTree.fromstring(visitor.get(file.removeprefix(BASE)))
        found = [one.findtext(f"{MAP}loc") for one in part.findall(f"{MAP}url")]
        sizes.append(len(found))
        pages |= set(found)
    assert max(sizes) == 4
    assert len(pages) == sum(sizes)
    visitor.get(f"/sitemap-{len(files) + 1}.xml", status=404)


def test_no_part_of_a_sitemap_is_there_when_one_file_holds_all(visitor: Visitor) -> None:
    visitor.get("/sitemap-1.xml", status=404)


def test_robots_are_shown_the_sitemap_and_kept_out_of_searches(visitor: Visitor) -> None:
    lines = visitor.get("/robots.txt").splitlines()
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /search", "Disallow: /votes/", "Disallow: /r/"} <= set(lines)
    assert f"Sitemap: {BASE}/sitemap.xml" in lines


def test_a_browser_can_add_the_search(visitor: Visitor) -> None:
    answer = visitor.client.get("/opensearch.xml")
    assert answer.content_type == "application/opensearchdescription+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.data)
    assert root.tag == f"{SEARCH}OpenSearchDescription"
    assert root.findtext(f"{SEARCH}ShortName") == "Acme Help"
    assert 0 < len(root.findtext(f"{SEARCH}Description") or "") <= 1024
    page = next(one for one in root.findall(f"{SEARCH}Url") if one.get("type") == "text/html")
    found = (page.get("template") or "").replace("{searchTerms}", "refund")
    assert 'href="/articles/refund"' in visitor.get(found.removeprefix(BASE))


def test_llms_txt_links_every_article_as_markdown(visitor: Visitor) -> None:
    lines = visitor.get("/llms.txt").splitlines()
    assert lines[0] == "# Acme Help & Support \\<center>"
    assert lines[2].startswith("> ")
    links = [re.fullmatch(r"- \[(.*)\]\((\S+)\)(?:: .+)?", one) for one in lines if one[:2] == "- "]
    assert all(links)
    pages = [link[2] for link in links if link and link[2].endswith(".md")]
    assert len(pages) == len(set(pages)) == 6
    assert f"{BASE}/articles/cancel.md" in pages
    for page in pages:
        assert visitor.get(unquote(page.removeprefix(BASE))).startswith("# ")
    assert "## Billing" in lines
    text = "\n".join(lines)
    assert "Unlisted" not in text
    assert "Noindex" not in text


# oEmbed


def embed(visitor: Visitor, url: str, **more: str) -> Any:
    return visitor.client.get("/oembed", query_string={"url": url, **more})


@pytest.mark.parametrize(("path", "title"), [
    ("/articles/cancel", "Cancel your plan"), ("/articles/cancel?a=b#c", "Cancel your plan"),
    ("/articles/%C3%BCber-uns", POISON), ("/articles/über-uns", POISON),
    ("/a/refunds", "Get a refund"), ("/old/cancel", "Cancel your plan"),
    ("/categories/billing", "Billing"), ("/", TITLE), ("", TITLE),
])  # fmt: skip
def test_another_site_can_show_a_page_as_a_link(visitor: Visitor, path: str, title: str) -> None:
    answer = embed(visitor, BASE + path, format="json")
    assert answer.mimetype == "application/json"
    told = answer.json
    assert (told["version"], told["type"], told["title"]) == ("1.0", "link", title)
    assert (told["provider_name"], told["provider_url"]) == (TITLE, f"{BASE}/")
    assert "html" not in told
    picture = visitor.client.get(told["thumbnail_url"].removeprefix(BASE))
    size = (told["thumbnail_width"], told["thumbnail_height"])
    assert Image.open(io.BytesIO(picture.data)).size == size


@pytest.mark.parametrize("url", [
    "", "x", "https://evil.example/articles/cancel", f"{BASE}.evil.example/articles/cancel",
    f"{BASE}@evil.example/articles/cancel", "http://help.example.com/articles/cancel", "http://[",
    f"{BASE}/articles/none", f"{BASE}/articles/draft", f"{BASE}/articles/internal",
    f"{BASE}/staff/", f"{BASE}/articles/cancel/x", "//help.example.com/articles/cancel",
    "javascript:alert(1)", f"{BASE}:443/articles/cancel", f"{BASE}/../articles/cancel",
])  # fmt: skip
def test_only_own_pages_are_embedded(visitor: Visitor, url: str) -> None:
    answer = embed(visitor, url)
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "not_found"
    assert not url or url not in answer.get_data(as_text=True)


def test_a_picture_too_large_for_a_site_is_left_out_and_xml_is_not_spoken(visitor: Visitor) -> None:
    small = embed(visitor, f"{BASE}/articles/cancel", maxwidth="600").json
    assert not [name for name in small if name.startswith("thumbnail")]
    assert "thumbnail_url" in embed(visitor, f"{BASE}/articles/cancel", maxwidth="x").json
    assert embed(visitor, f"{BASE}/articles/cancel", format="xml").status_code == 501


# Pictures


def picture(title: str, site: str = "Acme", topic: str = "", accent: str = "#0f6b5c") -> bytes:
    return draw(Picture(title, site, topic, accent, "#fff"))


def test_each_article_has_a_picture_of_its_own_in_the_sites_colour(visitor: Visitor) -> None:
    one, other = (visitor.client.get(f"/articles/{slug}.png") for slug in ("cancel", "refund"))
    assert one.content_type == "image/png"
    assert one.data != other.data
    image = Image.open(io.BytesIO(one.data)).convert("RGB")
    assert image.getpixel((0, 0)) == (0x0F, 0x6B, 0x5C)
    assert (255, 255, 255) in {colour for _, colour in image.getcolors() or []}
    assert len(one.data) < 40_000
    again = visitor.client.get(
        "/articles/cancel.png", headers={"If-None-Match": one.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_team_with_a_logo_shows_it_and_not_the_mark_of_kb(outside: Site, tmp_path: Path) -> None:
    write(tmp_path, {"logo.png": PNG, "favicon.png": PNG})
    themed = outside.settings.model_copy(update={"theme": tmp_path})
    visitor, plain = Visitor(Site(outside.root, themed).app()), Visitor(outside.app())
    logo = things(visitor, "/")["Organization"]["logo"]
    assert visitor.client.get(logo.removeprefix(BASE)).data == PNG
    assert "logo" not in things(plain, "/")["Organization"]
    assert f"{BASE}/theme/favicon.png" in visitor.get("/opensearch.xml")
    assert visitor.client.get("/picture.png").data != plain.client.get("/picture.png").data


def test_what_the_font_cannot_write_is_left_out_instead_of_boxes() -> None:
    assert picture("パスワード") == picture("Acme")
    assert picture("Cancel", topic="課金") == picture("Cancel")
    assert picture("日本", site="日本") == picture("", site="") != picture("Acme")
    assert picture("Half 日本") == picture("Acme")
    assert picture("Hurry ❤️ 🎉 \u202eup") == picture("Hurry up")


@pytest.mark.parametrize("title", [
    "Größe, Maß und Überweisung", "¿Cómo cancelo mi suscripción?", "Łódź i Gdańsk", "Změna účtu",
    "Отменить подписку", "Ακύρωση", "Đổi mật khẩu", "“Quoted” – € 5 …",
])  # fmt: skip
def test_european_languages_are_written(title: str) -> None:
    assert picture(title) not in (picture("Acme"), picture(title[1:]))


def test_long_titles_stay_inside_the_picture() -> None:
    for title in ("word " * 400, "x" * 5000, "Donaudampfschiffahrt " * 9):
        image = Image.open(io.BytesIO(picture(title))).convert("RGB")
        edge = image.crop((pictures.WIDTH - 60, 0, pictures.WIDTH, pictures.HEIGHT))
        assert len(edge.getcolors() or []) == 1


def test_a_picture_has_no_more_than_its_article_is_public(visitor: Visitor) -> None:
    never = visitor.client.get("/articles/never.png")
    for slug in ("draft", "internal"):
        answer = visitor.client.get(f"/articles/{slug}.png")
        assert answer.status_code == never.status_code == 404
        assert answer.data.replace(slug.encode(), b"never") == never.data


# Kept and published


@pytest.mark.parametrize("path", MACHINES)
def test_what_programs_read_is_made_once_and_compressed(visitor: Visitor, path: str) -> None:
    first = visitor.client.get(path)
    assert first.cache_control.public
    unchanged = visitor.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert unchanged.status_code == 304
    packed = visitor.client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers.get("Content-Encoding") == ("gzip" if len(first.data) > 400 else None)


def test_publishing_makes_them_all(outside: Site, tmp_path: Path) -> None:
    app = outside.app()
    edition = dataclasses.replace(app.extensions["kb"].edition, pages=tmp_path)
    publish(app, edition)
    made = json.loads((edition.pages / "pages.json").read_bytes())
    assert set(MACHINES) <= made.keys()
    assert (edition.pages / "feed.atom").read_bytes() == app.test_client().get("/feed.atom").data


# In a browser


@pytest.fixture(scope="module")
def address(outside: Site) -> Iterator[str]:
    with served(outside) as address:
        yield address


@needs_chromium
def test_a_browser_reads_the_data_runs_none_of_it_and_loads_little(address: str) -> None:
    with chromium() as browser:
        page = open_page(browser, viewport=DESKTOP)  # fails on any report of the page's policy
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        loaded: list[Any] = []

        def note(request: Any) -> None:
            loaded.append(request)

        page.on("requestfinished", note)
        for path in PAGES:
            page.goto(address + path, wait_until="networkidle")
            data = page.locator('script[type="application/ld+json"]').text_content()
            assert json.loads(data or "")["@context"] == "https://schema.org"
        asked = {unquote(one.url).removeprefix(address) for one in loaded}
        assert set(PAGES) <= asked
        assert not [path for path in asked if path.endswith((".png", ".md", ".atom", ".xml"))]
        everything = sum(max(0, one.sizes()["responseBodySize"]) for one in loaded)
        assert everything < 60_000, "five pages together"
