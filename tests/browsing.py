"""Browsing: a real Chromium against a served site, for all tests that need one."""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any, TypeVar
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from sample_site import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from playwright.sync_api import Browser, Frame, Page
    from sample_site import Site

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first opens a page in a quarter of the time: it has no window, not even one that is not shown."""
Test = TypeVar("Test", bound="Callable[..., Any]")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no chromium here: apt-get install chromium-headless-shell"
    ),
]


def needs_chromium(test: Test) -> Test:
    """A single test of a file that needs none for the others."""
    for mark in NEEDS_CHROMIUM:
        test = mark(test)
    return test


FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Chromium without a window names itself HeadlessChrome, which is a robot's name. A context's own
# user_agent would not do: what is sent while a page goes away has the browser's.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
PHONE = {"width": 375, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


class _Server(ThreadingMixIn, WSGIServer):
    """Chromium opens connections ahead of need: one thread would wait for them to speak."""

    daemon_threads = True


@contextmanager
def served(site: Site, app: Flask | None = None) -> Iterator[str]:
    """The address of a site while it is served."""
    server = make_server("127.0.0.1", 0, app or site.app(), _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        yield browser
        browser.close()


def sign_in(page: Page, address: str) -> None:
    """Sign in to the staff pages as `sample_site.add_account` made it."""
    page.goto(address + "/staff/login")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/staff/")


def open_page(browser: Browser, **options: Any) -> Page:
    """A page whose script errors and refused loads fail the test. Its service worker is started only
    where a test asks for it: what that fetches is not what the page does. Nothing moves, either:
    pictures of two pages that fade take long without a graphics card. It says which language it
    wants, as all browsers of people do."""
    usual = {"service_workers": "block", "reduced_motion": "reduce", "locale": "en-US"}
    page = browser.new_context(**usual | options).new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.on("console", lambda m: "Content Security" in m.text and pytest.fail(m.text))
    return page


def loaded(frame: Page | Frame, part: str) -> None:
    """Wait until something with this in its address has come: what was typed, or a script."""
    script = """(part) => performance.getEntriesByType("resource").some(
        ({ name, responseEnd }) => responseEnd && decodeURIComponent(name.replaceAll("+", " ")).includes(part))"""
    deadline = time.monotonic() + 30
    while not frame.evaluate(script, part):
        if time.monotonic() > deadline:
            pytest.fail(f"nothing with {part} in its address has come")
        frame.wait_for_timeout(50)
    frame.wait_for_timeout(80)  # and has been dealt with
