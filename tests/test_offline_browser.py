"""Reading without a connection: what a browser keeps of a help center, what never, and how it ends."""

from __future__ import annotations

import gzip
import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from browsing import DESKTOP, chromium, needs_chromium, open_page, served, sign_in
from sample_site import PNG, Site, Visitor, add_account, make_site, sample, signed_in
from test_media import sound

from kb.web import freshness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Browser, Page

WIDE = {**DESKTOP, "height": 1600}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Site, Flask, str]]:
    """With pages that are old at once: what a browser has fresh needs no connection anyway."""
    monkeypatch.setattr(freshness, "SECONDS", 0)
    spanish = '---\ntitle: El contrato\nlang: es\n---\nUn contrato.\n\n![](receipt.png)\n\n<video src="film.wav"></video>\n'
    film = {"es/film.wav": sound(), "es/receipt.png": PNG}
    site = make_site(tmp_path, {**sample(), "es/contrato.md": spanish, **film})
    app = site.app()
    add_account(app)
    with served(site, app) as address:
        yield site, app, address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = open_page(browser, viewport=WIDE, service_workers="allow")
    yield page
    page.context.close()


def until(page: Page, script: str) -> None:
    """Wait for a promise to be true; the browser's own waiting takes any promise for true."""
    deadline = time.monotonic() + 10
    while not page.evaluate(script):
        assert time.monotonic() < deadline, script
        page.wait_for_timeout(50)


def read(page: Page, address: str, path: str) -> None:
    """Read an article until it is kept."""
    page.goto(address + path, wait_until="load")
    until(page, f"caches.match('{path}', {{ cacheName: 'kb:{path}' }}).then(Boolean)")


def kept(page: Page) -> list[str]:
    names: list[str] = page.evaluate("caches.keys()")
    return [name.removeprefix("kb:") for name in names if name.startswith("kb:")]


@contextmanager
def offline(page: Page) -> Iterator[None]:
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)


@needs_chromium
def test_what_was_read_can_be_read_without_a_connection(
    page: Page, shown: tuple[Site, Flask, str]
) -> None:
    _, _, address = shown
    early: list[str] = []
    page.on("request", lambda request: early.append(request.url))
    page.on("load", lambda: early.append("load"))
    page.context.on("request", lambda request: early.append(request.url))
    read(page, address, "/articles/refund")
    assert not [url for url in early[: early.index("load")] if "/worker.js" in url]
    page.wait_for_load_state("networkidle")
    read(page, address, "/articles/cancel")
    until(page, "caches.match('/media/billing/receipt.png').then(Boolean)")
    with offline(page):
        page.goto(address + "/articles/refund")
        line = page.locator("header + .preview")
        assert re.fullmatch(
            r"There is no connection\. This article is kept from \d+ \w+ \d{4}\.",
            line.inner_text(),
        )
        assert page.evaluate("document.querySelector('.prose img').naturalWidth") == 1
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.article')).position")
            == "relative"
        )
        page.locator(".share summary").click()  # its script is there
        assert page.locator(".share .menu-panel").is_visible()
        page.goto(address + "/categories/billing")
        assert page.locator("h1").inner_text() == "There is no connection"
        assert page.locator(".articles a").all_inner_texts() == ["Cancel your plan", "Get a refund"]
        page.get_by_role("link", name="Cancel your plan").click()
        page.wait_for_url("**/articles/cancel")
        assert page.locator("h1").inner_text() == "Cancel your plan"
        page.goto(address + "/articles/password")
        assert page.locator("h1").inner_text() == "There is no connection"
    page.get_by_role("link", name="Try again").click()
    page.get_by_role("heading", name="Reset your password", exact=True).wait_for()
    assert page.locator("header + .preview").count() == 0


@needs_chromium
def test_an_edit_is_seen_and_what_has_gone_is_not_kept(
    page: Page, shown: tuple[Site, Flask, str]
) -> None:
    site, app, address = shown
    for slug in ("password", "refund", "cancel"):
        read(page, address, f"/articles/{slug}")
    site.write({
        "account/password.md": "---\ntitle: Reset your password\n---\nnewly written\n",
        "billing/refund.md": "---\ntitle: Get a refund\nid: refunds\nstatus: draft\n---\nno more\n",
        "billing/cancel.md": "---\ntitle: End your plan\nslug: end\naliases: [cancel]\n---\nmoved\n",
    })  # fmt: skip
    site.build()
    app.extensions["kb"].refresh()
    page.goto(address + "/articles/password")
    page.reload(wait_until="networkidle")
    assert "newly written" in page.locator(".prose").inner_text()
    store = "caches.match('/articles/password', { cacheName: 'kb:/articles/password' })"
    until(
        page, f"{store}.then((kept) => kept?.text() ?? '').then((text) => text.includes('newly'))"
    )
    for slug in ("refund", "cancel"):
        page.goto(f"{address}/articles/{slug}")
        page.reload(wait_until="networkidle")
    until(page, "(async () => !(await caches.has('kb:/articles/cancel')))()")
    assert "/articles/refund" not in kept(page)
    with offline(page):
        page.goto(address + "/articles/password")
        assert "newly written" in page.locator(".prose").inner_text()
        page.goto(address + "/articles/refund")
        assert page.locator("h1").inner_text() == "There is no connection"


@needs_chromium
def test_nothing_but_public_articles_is_kept_and_a_hundred_of_them(
    page: Page, shown: tuple[Site, Flask, str]
) -> None:
    _, _, address = shown
    read(page, address, "/articles/cancel")
    sign_in(page, address)
    for path in (
        "/staff/read/articles/cancel", "/staff/read/articles/draft", "/staff/gaps", "/contact", "/",
        "/search?q=plan", "/articles/cancel.md", "/categories/billing", "/articles/none",
    ):  # fmt: skip
        page.goto(address + path, wait_until="load")
    page.goto(address + "/contact", wait_until="networkidle")
    addresses = page.evaluate(
        "async () => { const all = []; for (const name of await caches.keys())"
        " for (const { url } of await (await caches.open(name)).keys()) all.push(new URL(url).pathname);"
        " return all; }"
    )
    plain = {path for path in addresses if not path.startswith("/static/")}
    assert plain == {"/articles/cancel", "/offline"}
    with offline(page):
        page.goto(address + "/contact")
        assert page.locator("h1").inner_text() == "There is no connection"
        with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
            page.goto(address + "/staff/read/articles/cancel")
    page.goto(address + "/")
    page.evaluate(
        "async () => { for (let n = 0; n < 120; n++) await caches.open(`kb:/articles/made-up-${n}`); }"
    )
    read(page, address, "/articles/faq")
    until(
        page,
        "(async () => (await caches.keys()).filter((n) => n.startsWith('kb:')).length === 100)()",
    )
    names = kept(page)
    assert (names[0], names[-1]) == ("/articles/made-up-21", "/articles/faq")
    page.evaluate(
        "async () => (await caches.open('kb:/articles/long-ago')).put('/articles/long-ago',"
        " new Response('', { headers: { Date: new Date(Date.now() - 31 * 86400000).toUTCString() } }))"
    )
    read(page, address, "/articles/contrato")
    until(page, "(async () => !(await caches.has('kb:/articles/long-ago')))()")
    page.evaluate("document.querySelector('video').play()")
    until(page, "performance.getEntriesByType('resource').some(({ name }) => /film/.test(name))")
    page.evaluate(
        "caches.delete('kb:/articles/contrato').then(() => {"
        " Object.defineProperty(document, 'hidden', { get: () => true });"
        " document.dispatchEvent(new Event('visibilitychange')); })"
    )
    until(page, "caches.match('/media/es/receipt.png').then(Boolean)")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("caches.match('/media/es/film.wav').then(Boolean)") is False
    with offline(page):
        page.goto(address + "/articles/contrato")
        line = page.locator("header + .preview").inner_text()
        assert re.fullmatch(
            r"No hay conexión\. Este artículo se guardó el \d+ de \w+ de \d{4}\.", line
        )
        page.goto(address + "/contact")
        first = page.locator(".articles a").first
        assert (first.inner_text(), first.get_attribute("lang")) == ("El contrato", "es")
    page.goto(address + "/")
    page.get_by_role("button", name="Clear the list").click()
    until(page, "(async () => !(await caches.keys()).some((n) => n.startsWith('kb:')))()")


@needs_chromium
def test_what_was_read_is_there_while_the_server_is_ill(
    page: Page, shown: tuple[Site, Flask, str]
) -> None:
    _, app, address = shown
    read(page, address, "/articles/cancel")
    app.view_functions["public.article"] = lambda slug: ("ill", 503)
    app.extensions["pages"]._start_over()
    page.goto(f"{address}/articles/cancel")
    assert page.get_by_role("heading", level=1).inner_text() == "Cancel your plan"
    page.goto(f"{address}/articles/password")  # not read before
    assert page.inner_text("body") == "ill"


@needs_chromium
def test_who_asks_not_to_be_tracked_has_nothing_kept(
    page: Page, shown: tuple[Site, Flask, str]
) -> None:
    page.add_init_script(
        "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })"
    )
    page.goto(shown[2] + "/healthz")
    page.evaluate("caches.open('kb:/articles/refund')")  # from before they asked
    page.goto(shown[2] + "/articles/cancel", wait_until="networkidle")
    until(page, "(async () => !(await caches.has('kb:/articles/refund')))()")
    assert (
        page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    )


@needs_chromium
def test_a_new_version_takes_over_and_the_setting_takes_it_all_back(
    page: Page, shown: tuple[Site, Flask, str]
) -> None:
    """One address, three servers behind it: as it is updated, and as it is turned off."""
    site, first, _ = shown
    behind = {"app": first}

    class Front:
        def __call__(self, environ, start_response):  # type: ignore[no-untyped-def]
            return behind["app"](environ, start_response)

    with served(site, Front()) as address:  # type: ignore[arg-type]
        read(page, address, "/articles/cancel")
        before = _shared(page)
        blue = site.settings.model_copy(update={"accent": "#1234ab"})
        behind["app"] = Site(site.root, blue).app()
        page.reload(wait_until="networkidle")
        until(
            page,
            "caches.keys().then((all) => all.filter((name) => name.startsWith('kb-')))"
            f".then((all) => all.length === 1 && all[0] !== '{before[0]}')",
        )
        assert "/articles/cancel" in kept(page)
        off = site.settings.model_copy(update={"offline": False})
        behind["app"] = Site(site.root, off).app()
        page.reload(wait_until="networkidle")
        until(page, "(async () => (await caches.keys()).length === 0)()")
        until(
            page, "(async () => (await navigator.serviceWorker.getRegistrations()).length === 0)()"
        )
        page.reload(wait_until="networkidle")
        assert page.evaluate("caches.keys()") == []


def _shared(page: Page) -> list[str]:
    names: list[str] = page.evaluate("caches.keys()")
    return [name for name in names if name.startswith("kb-")]


# ── As the server sends it ──────────────────────────────────────────────


def test_the_worker_may_work_for_the_whole_site_and_is_tiny(visitor: Visitor) -> None:
    answer = visitor.client.get("/worker.js")
    assert answer.mimetype == "text/javascript"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    text = answer.get_data(as_text=True)
    assert text.startswith('const site = {"page": "/offline", "files": ["/static/css/kb.css?v=')
    for address in re.findall(r'"(/static/[^"]+)"', text):
        assert "immutable" in visitor.client.get(address).headers["Cache-Control"], address
    assert len(gzip.compress(text.encode())) < 2500


def test_the_page_without_a_connection_is_whole(visitor: Visitor) -> None:
    page = visitor.get("/offline")
    assert "Nothing yet. An article is kept when you read it." in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("how", ["setting", "drafts", "a writer's machine"])
def test_where_it_is_off_no_page_asks_for_it_and_the_worker_ends(site: Site, how: str) -> None:
    if how == "setting":
        off = site.settings.model_copy(update={"offline": False})
        app = Site(site.root, off).app()
    elif how == "drafts":
        app = site.app(audience="staff")
    else:
        app = site.app(live_reload=True)
    visitor = Visitor(app)
    assert "data-offline" not in visitor.get("/articles/cancel")
    assert "registration.unregister()" in visitor.client.get("/worker.js").get_data(as_text=True)


def test_only_public_pages_ask_for_it(visitor: Visitor) -> None:
    for path in ("/articles/cancel", "/"):
        assert 'data-offline="/worker.js"' in visitor.get(path)
    member = signed_in(visitor).client
    for path in ("/staff/", "/staff/read/articles/cancel", "/staff/account/"):
        assert b"data-offline" not in member.get(path).data, path
