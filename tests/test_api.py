"""The JSON API: what it answers, what it refuses, and how it says so."""

from __future__ import annotations

from typing import Any

import pytest
from sample_site import Site, Visitor, make_site


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    """One site for all: nothing here changes it."""
    return Visitor(make_site(tmp_path_factory.mktemp("api")).app())


def ask(visitor: Visitor, path: str, status: int = 200) -> Any:
    answer = visitor.client.get(path)
    assert answer.status_code == status, f"{path}: {answer.get_data(as_text=True)}"
    assert answer.content_type == "application/json"
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers
    return answer.get_json()


def test_a_search_answers_with_everything_a_program_needs(visitor: Visitor) -> None:
    answer = ask(visitor, "/api/v1/search?q=spam+folder")
    assert list(answer) == ["query", "total", "took_ms", "corrected", "results"]
    assert (answer["query"], answer["total"], answer["corrected"]) == ("spam folder", 1, None)
    assert answer["took_ms"] >= 0
    assert answer["results"][0] | {"score": 0} == {
        "id": "account/password",
        "slug": "password",
        "title": "Reset your password",
        "lang": "en",
        "url": "/articles/password#no-e-mail-arrived",
        "section": {"title": "No e-mail arrived", "anchor": "no-e-mail-arrived"},
        "snippet": "Look into the spam folder.",
        "score": 0,
        "category": "Account",
    }
    assert answer["results"][0]["score"] > 0


def test_an_id_is_the_front_matters_else_the_path(visitor: Visitor) -> None:
    assert ask(visitor, "/api/v1/search?q=refund")["results"][0]["id"] == "refunds"
    assert ask(visitor, "/api/v1/search?q=cancel")["results"][0]["id"] == "billing/cancel"


def test_an_article_found_as_a_whole_has_no_section(visitor: Visitor) -> None:
    first = ask(visitor, "/api/v1/search?q=we+send+an+e-mail")["results"][0]
    assert (first["section"], first["url"]) == (None, "/articles/password")


def test_addresses_are_absolute_once_the_public_address_is_set(tmp_path) -> None:  # type: ignore[no-untyped-def]
    visitor = Visitor(make_site(tmp_path, base_url="https://help.example.com").app())
    for route in ("search", "suggest"):
        first = ask(visitor, f"/api/v1/{route}?q=refund")["results"][0]
        assert first["url"].startswith("https://help.example.com/articles/refund")


def test_a_correction_is_told_and_can_be_declined(visitor: Visitor) -> None:
    corrected = ask(visitor, "/api/v1/search?q=pasword")
    assert (corrected["query"], corrected["corrected"]) == ("pasword", "password")
    assert corrected["results"][0]["slug"] == "password"
    literal = ask(visitor, "/api/v1/search?q=pasword&literal=1")
    assert (literal["corrected"], literal["total"]) == (None, 0)


def test_limit_page_sort_category_and_tag_are_obeyed(tmp_path) -> None:  # type: ignore[no-untyped-def]
    files = {
        f"{'even' if n % 2 == 0 else 'odd'}/a{n}.md": (
            f"---\ntitle: Widget {n}\nupdated: 2026-01-{n + 1:02}\n"
            f"tags: [{'low' if n < 6 else 'high'}]\n---\nwidget\n"
        )
        for n in range(12)
    }
    visitor = Visitor(make_site(tmp_path, files).app())

    def found(more: str) -> list[str]:
        answer = ask(visitor, f"/api/v1/search?q=widget&{more}")
        return [result["slug"] for result in answer["results"]]

    assert len(found("")) == 10
    assert len(found("page=2")) == 2
    assert set(found("limit=7")).isdisjoint(found("limit=7&page=2"))
    assert found("sort=date&limit=3") == ["a11", "a10", "a9"]
    assert set(found("category=odd")) == {"a1", "a3", "a5", "a7", "a9", "a11"}
    assert set(found("tag=low&limit=50")) == {f"a{n}" for n in range(6)}
    assert set(found("tag=low&category=odd")) == {"a1", "a3", "a5"}


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("search", "q"), ("search?q=", "q"), ("search?q=%00+%20", "q"),
        ("search?q=a&limit=51", "1 to 50"), ("search?q=a&limit=0", "1 to 50"),
        ("search?q=a&limit=abc", "1 to 50"), ("search?q=a&limit=-1", "1 to 50"),
        ("search?q=a&limit=%D9%A1", "1 to 50"), ("search?q=a&limit=" + "9" * 5000, "1 to 50"),
        ("search?q=a&page=1e999", "1 to 20"), ("search?q=a&page=21", "1 to 20"),
        ("search?q=a&sort=title", "relevance or date"), ("search?q=a&literal=x", "0 or 1"),
        ("search?q=a&lang=../../x", "pt-BR"), ("suggest?q=a&lang=%00", "pt-BR"),
        ("suggest?q=a&limit=11", "1 to 10"), ("suggest?q=a&limit=1.5", "1 to 10"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_what_is_allowed(
    visitor: Visitor, path: str, allowed: str
) -> None:
    error = ask(visitor, f"/api/v1/{path}", 400)["error"]
    assert list(error) == ["code", "message", "hint"]
    assert error["code"] == "bad_request"
    assert allowed in error["hint"]


@pytest.mark.parametrize("lang", ["de", "xx", "pt-BR", "EN", "zh-Hant-TW"])
def test_any_language_may_be_asked_for(visitor: Visitor, lang: str) -> None:
    assert ask(visitor, f"/api/v1/search?q=password&lang={lang}")["total"] >= 1
    assert "results" in ask(visitor, f"/api/v1/suggest?q=password&lang={lang}")


def test_every_error_below_the_api_has_the_one_shape(site: Site, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    site.write({"_redirects": "/api/v1/old /articles/cancel\n"})
    site.build()
    visitor = Visitor(site.app())
    typed = {"content_type": "application/json"}
    monkeypatch.setattr("kb.editions.Edition.search", lambda *_: 1 / 0)
    answers = {
        "not_found": visitor.client.get("/api/v1/nothing", headers={"Accept": "text/html"}),
        "method_not_allowed": visitor.client.post("/api/v1/search?q=a"),
        "unauthorized": visitor.client.post("/api/v1/votes"),
        "bad_request": visitor.client.post("/api/v1/answer", data="[" * 60_000, **typed),
        "unsupported_media_type": visitor.client.post("/api/v1/answer", data={"text": "a"}),
        "content_too_large": visitor.client.post("/api/v1/answer", data="[" * 300_000, **typed),
        "internal_server_error": visitor.client.get("/api/v1/search?q=a"),
    }
    for code, answer in answers.items():
        error = answer.get_json()["error"]
        assert list(error) == ["code", "message", "hint"]
        assert error["code"] == code
        assert error["message"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ZeroDivision" not in answer.get_data(as_text=True)
    assert answers["method_not_allowed"].headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answers["unauthorized"].headers["WWW-Authenticate"] == "Bearer"
    for path in ("/api", "/api/", "/api/v1/", "/api/v2/search", "/api/v1/search/", "/api/v1/old"):
        answer = visitor.client.get(path, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "not_found"), path


def test_before_the_first_build_the_api_says_so(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from kb.settings import Settings
    from kb.web import create_app

    app = create_app(Settings(articles=tmp_path, data_dir=tmp_path / ".kb"))
    answer = app.test_client().get("/api/v1/search?q=a")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "service_unavailable")


def test_suggestions_complete_words_and_name_articles_and_sections(visitor: Visitor) -> None:
    answer = ask(visitor, "/api/v1/suggest?q=canc")
    assert list(answer) == ["query", "completions", "results"]
    assert answer["completions"] == ["cancel"]
    article, section = answer["results"][:2]
    assert article == {
        "id": "billing/cancel",
        "slug": "cancel",
        "title": "Cancel your plan",
        "lang": "en",
        "url": "/articles/cancel",
        "section": None,
        "category": "Billing",
    }
    assert section["section"]["anchor"] in section["url"]
    assert section["url"].startswith("/articles/cancel#")


def test_no_more_is_suggested_than_asked_for(visitor: Visitor) -> None:
    assert len(ask(visitor, "/api/v1/suggest?q=ca&limit=10")["results"]) > 1
    assert len(ask(visitor, "/api/v1/suggest?q=ca&limit=1")["results"]) == 1


@pytest.mark.parametrize("path", ["", "?q=", "?q=%20", "?q=%ED%A0%80"])
def test_nothing_typed_suggests_nothing(visitor: Visitor, path: str) -> None:
    answer = ask(visitor, f"/api/v1/suggest{path}")
    assert (answer["completions"], answer["results"]) == ([], [])


@pytest.mark.parametrize("path", ["/api/v1/search?q=plan", "/api/v1/suggest?q=pl", "/search?q=a"])
def test_what_everybody_may_see_may_be_kept_for_a_minute(site: Site, path: str) -> None:
    assert site.app().test_client().get(path).headers["Cache-Control"] == "public, max-age=60"
    live = site.app(live_reload=True).test_client().get(path)
    assert live.headers["Cache-Control"] == "public, no-cache"


def test_what_was_typed_comes_back_tidied(visitor: Visitor) -> None:
    for route in ("search", "suggest"):
        answer = ask(visitor, f"/api/v1/{route}?q=++spam%09%09folder%00")
        assert answer["query"] == "spam folder"
        long = ask(visitor, f"/api/v1/{route}?q={'w' * 50_000}")
        assert len(long["query"]) == 200
