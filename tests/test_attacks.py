"""Rows of the list of attacks that meet the pages: scripts, hosts, paths, costs."""

from __future__ import annotations

import time
from urllib.parse import quote

import html5lib
import pytest
from sample_site import PNG, Site, Visitor, copy_site, make_site

EVIL_TITLE = "<svg onload=alert(1)></script><b>bad"
POISON = {
    "poison.md": (
        f'---\ntitle: "{EVIL_TITLE}"\ndescription: "</script><img src=x onerror=alert(2)>"\n'
        "type: article\n---\n"
        "<img src=x onerror=alert(3)>\n\n# h {: onclick=alert(4)}\n\n<script>alert(5)</script>\n\n"
        '<div style="position:fixed">over</div>\n\n<meta http-equiv=refresh content=0>\n\n'
        "```math\n<script>alert(6)</script>\n```\n\n[a](javascript:alert(7))\n\n"
        "{{7*7}} {% include 'x' %}\n\nscript \"quoted\" & <b>script</b>\n"
    ),
    "faq.md": (
        "---\ntitle: Faq\ntype: faq\n---\n"
        "## Is `</script><script>alert(1)</script>` ok?\n\nNo </script>\n"
    ),
    "<img src=x onerror=alert(8)>.md": "no title\n",
    "cure.md": (
        "---\ntitle: 'Evil </script><b>cure'\ntags: ['<b>tag</b>', other]\n---\n"
        "# Cure evil {#cure}\n\n<img src=x onerror=alert(9)>\n\n"
        "## How to cure evil {#how}\n\n<script>alert(10)</script>\n\n"
        '1. Take <a href="javascript:alert(11)" onclick="alert(12)">this</a>.\n'
        '2. <b title=" id=" onmouseover=alert(13)">Wait</b>.\n'
    ),
}


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    """Of a site that these tests only read."""
    return Visitor(copy_site(tmp_path_factory.mktemp("sample")).app())


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    folder = tmp_path_factory.mktemp("poisoned")
    return Visitor(make_site(folder, POISON, widget_origins=("https://shop.example",)).app())


@pytest.mark.parametrize(
    "path", ["/", "/articles/poison", "/articles/faq", "/search?q=script", "/search?q=bad",
             "/search?q=how+do+I+cure+evil", "/search?q=evi1", "/search?q=evil&tag=%3Cb%3E",
             "/search?q=%22%3E%3Csvg+onload%3Dalert(1)%3E", "/search?q=bad&category=%22%3E%3Cb%3E",
             "/categories/more", "/sitemap.xml", "/articles/img-src-x-onerror-alert-8",
             "/widget/articles/poison", "/widget/articles/faq", "/widget/?about=evil+script",
             "/widget/search?q=how+do+I+cure+evil"],
)  # fmt: skip
def test_a_poisoned_article_runs_no_script_anywhere(poisoned: Visitor, path: str) -> None:
    text = poisoned.get(path)  # the visitor asserts: no inline script, style or handler
    page = html5lib.parse(text, namespaceHTMLElements=False)
    for element in page.iter():
        for name in ("href", "src", "action"):
            target = (element.get(name) or "") if isinstance(element.tag, str) else ""
            assert not target.lower().startswith(("javascript:", "data:", "vbscript:"))
    assert not page.findall(".//meta[@http-equiv]")


def test_a_poisoned_title_shows_as_the_text_it_is(poisoned: Visitor) -> None:
    page = html5lib.parse(poisoned.get("/articles/poison"), namespaceHTMLElements=False)
    assert page.findtext(".//h1") == EVIL_TITLE
    assert EVIL_TITLE in page.findtext(".//title")


def test_template_syntax_in_an_article_stays_text(poisoned: Visitor) -> None:
    page = poisoned.get("/articles/poison")
    assert "{{7*7}}" in page
    assert "{% include" in page


def test_a_snippet_is_escaped_and_only_marks_are_added(poisoned: Visitor) -> None:
    page = poisoned.get("/search?q=script+quoted")
    assert "<mark>script</mark>" in page
    assert "&#34;<mark>quoted</mark>&#34;" in page or "&quot;<mark>quoted" in page


def test_the_answer_box_shows_a_poisoned_section_as_safely_as_its_page(poisoned: Visitor) -> None:
    page = poisoned.get("/search?q=how+do+I+cure+evil")
    box = page.split('class="answer-text')[1].split("answer-more")[0]
    assert "Wait" in box
    assert "<cite>Evil &lt;/script&gt;&lt;b&gt;cure</cite>" in page
    assert "javascript:" not in box
    tree = html5lib.parseFragment(box, namespaceHTMLElements=False)
    names = {
        name for element in tree.iter() if isinstance(element.tag, str) for name in element.attrib
    }
    assert names <= {"title", "class"}, names


def test_a_poisoned_title_is_plain_text_in_the_api(poisoned: Visitor) -> None:
    for route in ("search", "suggest"):
        answer = poisoned.client.get(f"/api/v1/{route}?q=bad")
        assert answer.content_type == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert EVIL_TITLE in [result["title"] for result in answer.get_json()["results"]]


QUERIES = [
    "*", "*a* OR *b*", "[a TO z]", "x~9", "(" * 5000, "a^nan", "\x00", "w " * 10_000,
    "w" * 200_000,
    "مرحبا", "日本語", "🙂🙂", "\ud800", "status:draft", "path:x", "title:(a AND", '"',
    '""', '"a b',
    "%", "a" * 199 + '"' * 50, "\u202e evil", "NOT", "a" + "\u0301" * 150,
]  # fmt: skip


@pytest.mark.parametrize("route", ["/search", "/api/v1/search", "/api/v1/suggest"])
@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_no_query_is_an_error_and_none_is_slow(visitor: Visitor, query: str, route: str) -> None:
    address = f"{route}?q=" + quote(query.encode("utf-8", "surrogatepass"))[:60_000]
    start = time.process_time()
    status = visitor.client.get(address).status_code
    assert time.process_time() - start < 2
    # a control character is nothing to search for, and a program is told so
    assert status == (400 if (route, query) == ("/api/v1/search", "\x00") else 200)


HOSTILE = ["", "\x00", "\ud800", "../../x", "1e999", "-1", "9" * 5_000, "<b>", "a" * 50_000, "日本"]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", ["lang", "limit", "page", "sort", "category", "tag", "literal"])
def test_no_parameter_of_a_search_is_an_error_of_ours(
    visitor: Visitor, name: str, value: str
) -> None:
    more = f"q=plan&{name}=" + quote(value.encode("utf-8", "surrogatepass"))
    assert visitor.client.get(f"/search?{more}").status_code == 200
    for route in ("search", "suggest"):
        assert visitor.client.get(f"/api/v1/{route}?{more}").status_code in (200, 400)


def test_what_looks_like_a_field_is_plain_text(visitor: Visitor) -> None:
    assert "/articles/draft" not in visitor.get("/search?q=status:draft")
    assert "No articles match" in visitor.get("/search?q=path:xyz")


@pytest.mark.parametrize("page", ["0", "-1", "999999999999999999999", "abc", "1.5", ""])
def test_no_page_number_is_an_error(visitor: Visitor, page: str) -> None:
    assert visitor.client.get(f"/search?q=plan&page={page}").status_code == 200


TRAVERSALS = [
    "/media/..%2f..%2fetc/passwd", "/media/%2e%2e/%2e%2e/etc/passwd", "/media/../articles/x",
    "/media/billing/receipt.png%00", "/media/.git/config", "/media/%2fetc/passwd",
    "/media/link.png", "/media/..%5c..%5cx", "/static/../pyproject.toml", "/static/..%2fkb/cli.py",
    "/media/../articles_internal/secret.png",
]  # fmt: skip


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leads_out_of_the_manifest(tmp_path, path: str) -> None:  # type: ignore[no-untyped-def]
    site = make_site(tmp_path, {"a.md": "![x](link.png) ![y](../articles_internal/secret.png)\n"})
    (site.articles / "link.png").symlink_to("/etc/passwd")
    inside = tmp_path / "articles_internal"
    inside.mkdir()
    (inside / "secret.png").write_bytes(PNG)
    site.build()
    answer = Visitor(site.app()).client.get(path, follow_redirects=True)
    assert answer.status_code == 404


def test_files_beside_articles_cannot_act_as_this_site(tmp_path) -> None:  # type: ignore[no-untyped-def]
    files = {
        "a.md": "![x](x.svg) [y](y.html)\n",
        "x.svg": "<svg onload='alert(1)'/>",
        "y.html": "<script>1</script>",
    }
    visitor = Visitor(make_site(tmp_path, files).app())
    for name in ("x.svg", "y.html"):
        answer = visitor.client.get(f"/media/{name}")
        assert answer.status_code == 200
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


HOSTS = [
    "evil.example",
    "localhost.evil.example",
    "localhost@evil",
    "",
    "a b",
    "127.0.0.1.evil",
    "8.8.8.8",
]


@pytest.mark.parametrize("host", HOSTS)
def test_a_foreign_host_is_refused_before_and_after_a_page_is_kept(
    visitor: Visitor, host: str
) -> None:
    for _ in range(2):
        answer = visitor.client.get("/articles/cancel", headers={"Host": host})
        assert answer.status_code == 400
        assert b"Cancel" not in answer.data
        assert visitor.get("/articles/cancel")


def test_a_forwarded_host_changes_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    site = make_site(tmp_path, base_url="https://help.example.com")
    plain = Visitor(site.app()).client.get("/articles/cancel", base_url="https://help.example.com")
    forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    other = Visitor(site.app()).client.get(
        "/articles/cancel", base_url="https://help.example.com", headers=forged
    )
    assert plain.data == other.data
    assert b"evil.example" not in other.data
    assert b"https://help.example.com/articles/cancel" in other.data


def test_an_unexpected_error_is_a_calm_page(site: Site, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    app = site.app()
    monkeypatch.setattr("kb.web.views.home", lambda edition: 1 / 0)
    page = Visitor(app).get("/", status=500)
    assert "ZeroDivision" not in page
    assert "Something went wrong on our side" in page
