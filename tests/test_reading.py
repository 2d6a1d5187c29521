"""Reading as a member: drafts and staff articles, below /staff/read/ and nowhere else."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from browsing import DESKTOP, PHONE, chromium, needs_chromium, open_page, served, sign_in
from sample_site import PNG, Site, Visitor, add_account, make_site, sample, signed_in

from kb.errors import GenerationDamaged
from kb.feedback.tables import metadata
from kb.generations import Generation

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

MORE = {
    "account/draft.md": (
        "---\ntitle: Unfinished\nid: wip\nstatus: draft\naliases: [/old/unfinished]\n---\n"
        "canarydraft. See [refunds](../billing/refund.md#when), [this shelf](index.md),\n"
        "[the start](/), [a search](/search), [elsewhere](https://example.com/articles/x) and\n"
        "[the map](/sitemap.xml).\n\n![A secret receipt](secret.png)\n"
    ),
    "account/index.md": "---\ntitle: Account\n---\nSee [the draft](draft.md).\n",
    "account/secret.png": PNG,
    "account/internal.md": "---\ntitle: For us\naudience: staff\n---\n## Where\n\ncanarystaff\n",
    "attic/old.md": "---\ntitle: Old prices\nstatus: archived\n---\ncanaryold\n",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("reading")
    return make_site(root, {**sample(), **MORE}, base_url="http://localhost")


@pytest.fixture(scope="module")
def app(shared: Site) -> Flask:
    app = shared.app()
    for role in ("agent", "writer", "admin"):
        add_account(app, role, role)
    return app


@pytest.fixture
def member(app: Flask) -> Visitor:
    return signed_in(Visitor(app), "agent")


@pytest.mark.parametrize("role", ["agent", "writer", "admin"])
def test_members_of_every_role_read_what_is_not_public_marked_as_such(
    app: Flask, role: str
) -> None:
    member = signed_in(Visitor(app), role)
    for slug, mark, canary in (
        ("draft", "Draft", "canarydraft"),
        ("internal", "Staff only", "canarystaff"),
        ("old", "Archived", "canaryold"),
    ):
        page = member.get(f"/staff/read/articles/{slug}")
        assert canary in page
        assert "Staff view" in page
        head = page[page.index("article-head") : page.index("</header>", page.index("<h1>"))]
        assert f">{mark}</span>" in head
        assert "Public page" not in page
        found = member.get(f"/staff/read/search?q={canary}")
        assert f'href="/staff/read/articles/{slug}' in found
        assert f">{mark}</span>" in found
    assert "Public page" in member.get("/staff/read/articles/cancel")
    assert ">Draft</span>" in member.get("/staff/read/categories/account")


def test_pages_are_private_and_not_for_search_engines(member: Visitor) -> None:
    for path in ("", "articles/draft", "articles/faq", "search?q=plan", "drafts", "categories/account",
                 "suggest?q=un", "media/account/secret.png", "articles/draft.md", "a/wip"):  # fmt: skip
        answer = member.client.get(f"/staff/read/{path}")
        assert answer.status_code in (200, 302), path
        assert answer.headers["Cache-Control"] == "private, no-store", path
        if answer.mimetype == "text/html" and answer.status_code == 200:
            text = answer.get_data(as_text=True)
            assert text.count('name="robots"') == 1, path
            assert 'rel="canonical"' not in text, path
            assert "data-signal" not in text, path


def test_nobody_leaves_the_staff_view_by_accident(member: Visitor) -> None:
    """From page to page: only the bar leads out, and everything that is linked is there."""
    seen, todo = (
        set(),
        ["/staff/read/", "/staff/read/search?q=account", "/staff/read/search?q=zzzz"],
    )
    while todo:
        path = todo.pop()
        seen.add(path)
        answer = member.client.get(path)
        assert answer.status_code == 200, path
        if answer.mimetype != "text/html":
            continue
        page = re.sub(
            r'<nav class="staff-view".*?</nav>', "", answer.get_data(as_text=True), flags=re.S
        )
        links = re.findall(r'(?:href|src|action)="(/[^"#]*)', page)
        links = [link.replace("&amp;", "&") for link in links]
        outside = {link for link in links if not link.startswith(("/staff/read/", "/static/"))}
        assert outside <= {"/sitemap.xml"}, path
        todo += [
            link for link in links if link.startswith("/staff/") and link not in seen | set(todo)
        ]
    assert {"/staff/read/articles/draft", "/staff/read/media/account/secret.png",
            "/staff/read/categories/account", "/staff/read/articles/refund"} <= seen  # fmt: skip


def test_links_inside_an_article_lead_where_they_did(member: Visitor) -> None:
    page = member.get("/staff/read/articles/draft")
    for target in ("/staff/read/articles/refund#when", "/staff/read/categories/account", "/staff/read/",
                   "/staff/read/search", "https://example.com/articles/x", "/sitemap.xml"):  # fmt: skip
        assert f'href="{target}"' in page[page.index("canarydraft") :], target


def test_old_and_short_addresses_lead_on_inside(member: Visitor) -> None:
    for path, target in (
        ("/old/unfinished", "/articles/draft"),
        ("/old/cancel", "/articles/cancel"),
        ("/a/wip", "/articles/draft"),
    ):
        answer = member.client.get("/staff/read" + path)
        assert (answer.status_code // 100, answer.headers["Location"]) == (
            3,
            "/staff/read" + target,
        )
    page = member.get("/staff/read/articles/unfinish", 404)
    assert 'href="/staff/read/articles/draft"' in page
    member.get("/staff/read/nothing/of/the/kind", 404)


def test_suggestions_know_drafts_and_mark_them(member: Visitor) -> None:
    answer = member.client.get("/staff/read/suggest?q=unfin&lang=en").get_json()
    assert [(one["url"], one["category"]) for one in answer["results"]] == [
        ("/staff/read/articles/draft", "Draft · Account")
    ]
    assert member.client.get("/api/v1/suggest?q=unfin").get_json()["results"] == []
    assert 'data-suggestions="/staff/read/suggest"' in member.get("/staff/read/")


def test_what_is_not_public_stands_in_one_list(member: Visitor) -> None:
    page = member.get("/staff/read/drafts")
    assert re.findall(r'articles-title" href="([^"]+)', page) == [
        f"/staff/read/articles/{slug}" for slug in ("old", "internal", "draft")
    ]
    assert "/staff/read/drafts" in member.links("/staff/articles")
    assert "/staff/read/" in member.links("/staff/articles")


def test_nobody_votes_and_nothing_is_recorded(app: Flask, member: Visitor) -> None:
    kb = app.extensions["kb"]
    for path in ("articles/draft", "articles/cancel", "search?q=plan", "suggest?q=pla"):
        page = member.get(f"/staff/read/{path}")
        assert "data-vote" not in page
        assert "data-ask" not in page
    for path in ("articles/cancel/votes", "search", "articles/cancel"):
        assert member.post(f"/staff/read/{path}", {"helpful": "yes"}).status_code == 405, path
    kb.recorder.flush()
    with kb.journal.database.reading() as connection:
        for table in ("votes", "searches", "clicks", "reads", "contacts", "visits"):
            if table in metadata.tables:
                assert connection.execute(metadata.tables[table].select()).first() is None, table


def test_the_public_addresses_show_a_member_what_they_show_everybody(
    app: Flask, member: Visitor
) -> None:
    stranger = app.test_client()
    member.get("/staff/read/articles/draft")  # opens the staff's edition
    for path in ("/", "/articles/draft", "/articles/internal", "/articles/cancel", "/a/wip",
                 "/categories/account", "/search?q=canarydraft", "/media/account/secret.png",
                 "/old/unfinished", "/sitemap.xml", "/articles/draft.md"):  # fmt: skip
        one, other = member.client.get(path), stranger.get(path)
        assert (one.status_code, one.data, list(one.headers)) == (
            other.status_code, other.data, list(other.headers)
        ), path  # fmt: skip
        assert (
            b"canarydraft" not in one.data.replace(b'value="canarydraft"', b"") or "search" in path
        )
        assert b"/staff/" not in one.data, path


def test_without_a_login_no_address_inside_answers(app: Flask) -> None:
    for path in ("/staff/read/", "/staff/read/articles/draft", "/staff/read/articles/none",
                 "/staff/read/media/account/secret.png", "/staff//read/articles/draft"):  # fmt: skip
        answer = app.test_client().get(path, base_url="http://localhost")
        assert answer.status_code in (303, 308), path
        assert b"canary" not in answer.data


# ── The edition behind it ───────────────────────────────────────────────


def test_the_edition_is_opened_once_and_shares_what_is_public(
    shared: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    kb = shared.app().extensions["kb"]
    opened: list[str] = []
    as_ever = Generation.open

    def counted(self: Generation, audience: Any, *args: Any, **more: Any) -> Any:
        opened.append(audience)
        return as_ever(self, audience, *args, **more)

    monkeypatch.setattr(Generation, "open", counted)
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(kb.staff_edition())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == ["staff"]
    assert len(found) == 8
    assert all(edition is found[0] for edition in found)
    public = kb.edition.library.by_slug
    assert all(found[0].library.by_slug[slug] is article for slug, article in public.items())


def test_a_new_generation_has_its_own(tmp_path: Path) -> None:
    site = make_site(tmp_path, {"a.md": "---\ntitle: A\n---\ntext\n"})
    member = signed_in(Visitor(site.app()))
    kb = member.app.extensions["kb"]
    assert kb.staff_edition() is kb.edition  # nothing is hidden
    assert "Everything is public" in member.get("/staff/read/drafts")
    site.write({"b.md": "---\ntitle: B\nstatus: draft\n---\ncanaryb\n"})
    site.build()
    kb.refresh()
    assert "canaryb" in member.get("/staff/read/articles/b")
    before = kb.staff_edition()
    site.write({"b.md": "---\ntitle: B\nstatus: draft\n---\nanother text\n"})
    site.build()
    kb.refresh()
    assert "canaryb" not in member.get("/staff/read/articles/b")
    assert kb.staff_edition() is not before


def test_before_the_first_build_and_over_a_damaged_one_the_answer_is_clear(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    (site.settings.data_dir / "current").rename(tmp_path / "current")
    member = signed_in(Visitor(site.app()))
    assert "Nothing has been published yet" in member.get("/staff/read/articles/draft", 503)
    (tmp_path / "current").rename(site.settings.data_dir / "current")
    kb = member.app.extensions["kb"]
    kb.refresh()
    (generation,) = site.builder.generations.candidates()
    library = generation.path / "staff" / "library.json"
    whole = library.read_bytes()
    library.write_bytes(whole[:-20])
    with pytest.raises(GenerationDamaged):
        kb.staff_edition()
    page = member.get("/staff/read/", 503)
    assert "library.json is missing or has changed" in page
    assert "kb build" in page
    member.get("/articles/cancel")
    library.write_bytes(whole)
    assert "canarydraft" in member.get("/staff/read/articles/draft")


# ── In a browser ────────────────────────────────────────────────────────


@needs_chromium
def test_a_member_finds_a_draft_in_a_browser(shared: Site, app: Flask) -> None:
    if "ada" not in {one.name for one in app.extensions["staff"].accounts.all()}:
        add_account(app)
    with served(shared, app) as address, chromium() as browser:
        page = open_page(browser)
        sign_in(page, address)
        page.get_by_role("link", name="Read", exact=True).click()
        page.locator("#home-search").click()
        page.keyboard.type("unfin", delay=20)
        page.get_by_role("option", name="Unfinished Draft").click()
        page.wait_for_url("**/staff/read/articles/draft")
        page.get_by_role("link", name="refunds", exact=True).click()
        page.wait_for_url("**/staff/read/articles/refund#when")
        page.get_by_role("link", name="Public page").click()
        page.wait_for_url("**/articles/refund")
        assert page.get_by_text("Staff view").count() == 0
        for path in ("articles/draft", "search?q=account"):
            page.goto(f"{address}/staff/read/{path}")
            for size in (DESKTOP, PHONE):
                page.set_viewport_size(size)
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
