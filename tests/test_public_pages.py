"""What a customer sees: every page of the sample site, its links, its headers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from sample_site import Site, Visitor, make_site, sample

from kb.content.fit import RESERVED
from kb.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_every_link_on_every_page_leads_somewhere(visitor: Visitor) -> None:
    seen: set[str] = set()
    waiting = {"/", "/search", "/search?q=plan", "/search?q=nothingatall"}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        if path.startswith(("/static/", "/media/")):
            assert visitor.client.get(path).status_code == 200, path
        else:
            waiting |= visitor.links(path) - seen
    assert {"/articles/cancel", "/articles/faq", "/categories/billing"} <= seen


def test_home_shows_categories_with_counts_and_featured_articles(visitor: Visitor) -> None:
    home = visitor.get("/")
    assert "How can we help?" in home
    assert "Billing" in home
    assert "Invoices and plans." in home
    assert "2 articles" in home
    assert "Cancel your plan" in home


def test_a_topic_with_nothing_to_find_in_it_is_offered_nowhere(tmp_path: Path) -> None:
    kit = "---\ntitle: Kit\nhidden: true\n---\nOur logo.\n"
    refund = "---\ntitle: Get a refund\n---\nWithin 14 days.\n"
    site = make_site(
        tmp_path, {"billing/refund.md": refund, "billing/press/kit.md": kit, "b/c.md": kit}
    )
    visitor = Visitor(site.app())
    for path, status in (
        ("/", 200),
        ("/categories/billing", 200),
        ("/zzyx", 404),
        ("/search", 200),
    ):
        assert not re.search(r'"/categories/(b|billing/press)"', visitor.get(path, status)), path
    assert "Nothing here yet" in visitor.get("/categories/b")


def test_before_the_first_build_customers_are_not_told_what_to_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = Visitor(Site(tmp_path, Settings(articles=tmp_path, data_dir=tmp_path / ".kb")).app())
    for path in ("/", "/articles/refund", "/zzyx", "/widget/"):
        page = visitor.get(path, 503)
        assert "This help center is being prepared" in page
        assert "kb build" not in page
    assert "Run kb build, or kb serve." in caplog.text
    told = visitor.client.get("/api/v1/search?q=a").get_json()["error"]
    assert told["message"] == "This help center is being prepared."


def test_an_article_has_breadcrumbs_contents_date_related_and_a_vote(visitor: Visitor) -> None:
    page = visitor.get("/articles/cancel")
    assert 'href="/categories/billing"' in page
    assert 'href="#cancel-on-the-web"' in page
    assert 'datetime="2026-05-01"' in page
    assert "Was this helpful?" in page
    assert 'href="/articles/refund#when"' in page


def test_beside_an_article_of_a_large_topic_stand_its_neighbours_and_the_way_to_all(
    tmp_path,
) -> None:  # type: ignore[no-untyped-def]
    files = {f"large/a{n:02}.md": f"# Title {n:02}\n\nText.\n" for n in range(20)}
    visitor = Visitor(make_site(tmp_path, {**sample(), **files}).app())

    def shelf(path: str) -> str:
        return visitor.get(path).partition('class="shelf"')[2].partition("</nav>")[0]

    assert re.findall(r"Title (\d+)", shelf("/articles/a12")) == [f"{n:02}" for n in range(5, 20)]
    assert '<a href="/categories/large">All 20 articles</a>' in shelf("/articles/a12")
    assert "All " not in shelf("/articles/cancel")


def test_a_picture_beside_an_article_has_its_size_and_loads_lazily(visitor: Visitor) -> None:
    page = visitor.get("/articles/refund")
    picture = re.search(r"<img[^>]*>", page)
    assert picture
    assert 'src="/media/billing/receipt.png"' in picture[0]
    assert 'width="1"' in picture[0]
    assert 'loading="lazy"' in picture[0]
    answer = visitor.client.get("/media/billing/receipt.png")
    assert answer.content_type == "image/png"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_questions_of_a_faq_have_their_own_address_and_structured_data(visitor: Visitor) -> None:
    page = visitor.get("/articles/faq")
    assert page.count('<details class="question"') == 3
    assert 'id="where-is-my-data"' in page
    data = json.loads(re.search(r"ld\+json\">(.*?)</script>", page)[1])  # type: ignore[index]
    assert data["@type"] == "FAQPage"
    assert [q["name"] for q in data["mainEntity"]][2] == "Where is my data?"


def test_a_question_of_a_faq_is_a_search_result_of_its_own(visitor: Visitor) -> None:
    page = visitor.get("/search?q=where+is+my+data")
    assert 'href="/articles/faq#where-is-my-data"' in page


def test_search_marks_words_and_links_to_the_section(visitor: Visitor) -> None:
    page = visitor.get("/search?q=spam+folder")
    assert 'href="/articles/password#no-e-mail-arrived"' in page
    assert "<mark>spam</mark>" in page


def test_search_finds_by_question_and_keyword_that_no_page_shows(visitor: Visitor) -> None:
    assert "/articles/cancel" in visitor.get("/search?q=unsubscribe")
    assert "/articles/password" in visitor.get("/search?q=login")
    assert "unsubscribe" not in visitor.get("/articles/cancel")


def test_nothing_found_says_so_and_offers_ways_on(visitor: Visitor) -> None:
    page = visitor.get("/search?q=xyzzy")
    assert "No articles match" in page
    assert 'href="/categories/billing"' in page
    assert "/articles/" not in page


def test_results_come_page_by_page_with_an_address_each(tmp_path) -> None:  # type: ignore[no-untyped-def]
    many = {f"a{n}.md": f"---\ntitle: Widget number {n}\n---\nwidget\n" for n in range(25)}
    visitor = Visitor(make_site(tmp_path, many).app())
    first, third = visitor.get("/search?q=widget"), visitor.get("/search?q=widget&page=3")
    assert "25 results" in first
    assert first.count('class="result"') == 10
    assert third.count('class="result"') == 5


def test_a_missing_page_searches_for_the_words_of_its_address(visitor: Visitor) -> None:
    page = visitor.get("/help/reset-my-password.html", status=404)
    assert 'value="help reset my password"' in page
    assert "/articles/password" in page


def test_old_addresses_lead_to_new_ones(site: Site, visitor: Visitor) -> None:
    answer = visitor.client.get("/old/cancel/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/articles/cancel")
    assert visitor.client.get("/a/refunds").headers["Location"] == "/articles/refund"


def test_the_source_of_an_article_is_markdown_without_front_matter(visitor: Visitor) -> None:
    source = visitor.get("/articles/cancel.md")
    assert source.startswith("# Cancel your plan\n")
    assert "unsubscribe" not in source


@pytest.mark.parametrize(
    "path", ["/", "/articles/cancel", "/categories/billing", "/static/css/kb.css"]
)
def test_a_page_is_the_same_bytes_for_everybody_and_made_once(visitor: Visitor, path: str) -> None:
    first = visitor.client.get(path, headers={"User-Agent": "one", "Cookie": "a=b"})
    second = visitor.client.get(path, headers={"User-Agent": "two", "Accept-Language": "de"})
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    unchanged = visitor.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    packed = visitor.client.get(path, headers={"Accept-Encoding": "gzip, br"})
    if len(first.data) > 400:
        assert packed.headers["Content-Encoding"] == "br"
        assert len(packed.data) < len(first.data)


def test_head_answers_like_get_without_a_body(visitor: Visitor) -> None:
    for _ in range(2):
        answer = visitor.client.head("/articles/cancel")
        assert (answer.status_code, answer.data) == (200, b"")
    assert visitor.get("/articles/cancel")


def test_an_edit_replaces_the_kept_page(site: Site) -> None:
    app = site.app()
    visitor = Visitor(app)
    assert "newly written" not in visitor.get("/articles/password")
    site.write({"account/password.md": "---\ntitle: Reset your password\n---\nnewly written\n"})
    built = site.build()
    assert built.content.rendered == 1
    app.extensions["kb"].refresh()
    assert "newly written" in visitor.get("/articles/password")


def test_an_empty_site_says_what_will_be_there(tmp_path) -> None:  # type: ignore[no-untyped-def]
    site = make_site(tmp_path, {"a.md": "---\nstatus: draft\n---\n# Only a draft\n"})
    assert "first articles are on their way" in Visitor(site.app()).get("/")


def test_health_and_readiness(visitor: Visitor) -> None:
    assert visitor.get("/healthz") == "ok\n"
    assert visitor.get("/readyz") == "ok\n"


def test_the_sitemap_lists_public_articles_below_base_url(tmp_path) -> None:  # type: ignore[no-untyped-def]
    site = make_site(tmp_path, base_url="https://help.example.com")
    visitor = Visitor(site.app())
    options = {"base_url": "https://help.example.com"}
    assert "<loc>https://help.example.com/articles/cancel</loc>" in visitor.get(
        "/sitemap.xml", **options
    )
    assert "Sitemap: https://help.example.com/sitemap.xml" in visitor.get("/robots.txt", **options)


def test_no_heading_can_take_an_id_of_the_page_around_it(tmp_path) -> None:  # type: ignore[no-untyped-def]
    frame = re.findall(
        r' id="([^"]+)"',
        Visitor(make_site(tmp_path / "a", {"a.md": "# A\n"}).app()).get("/articles/a"),
    )
    assert "related" in RESERVED
    assert set(frame) <= RESERVED
    headings = "\n\n".join(f"## {name.replace('-', ' ')}" for name in sorted(RESERVED))
    Visitor(make_site(tmp_path / "b", {"a.md": headings}).app()).get("/articles/a")


def test_a_faq_without_a_single_heading_is_still_a_page(tmp_path) -> None:  # type: ignore[no-untyped-def]
    site = make_site(tmp_path, {"a.md": "---\ntitle: Faq\ntype: faq\n---\nAsk us.\n"})
    assert "Ask us." in Visitor(site.app()).get("/articles/a")
