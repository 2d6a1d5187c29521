"""One need, from a search in vain to a proven gap, through every door that it passes.

The helpdesk is a local server that plays what Zammad documents of `POST /api/v1/tickets`; only the
weeks in which other visitors come are made up.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from browsing import AGENT, DESKTOP, NEEDS_CHROMIUM, PHONE, chromium, open_page, served, sign_in
from sample_site import add_account, make_site

from kb.feedback.events import Click, Search
from kb.feedback.signals import Signals
from kb.search.query import normal_form

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = NEEDS_CHROMIUM

QUERY = "switch to dark mode"
LETTER = (
    "Hello, I have been a customer for three years. My eyes hurt in the evening, and a friend told "
    "me that it is possible with you. How do I switch to dark mode? Kind regards, Robin"
)
ARTICLE = (
    "---\ntitle: Switch to dark mode\n---\nThe pages follow your device.\n\n"
    "## In the app\n\nOpen **Settings**, then **Appearance**, and choose *Dark*.\n"
)


class Zammad(ThreadingHTTPServer):
    """Takes tickets with what Zammad wants in them, and numbers them; refuses all others."""

    def __init__(self) -> None:
        self.tickets: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), _Zammad)


class _Zammad(BaseHTTPRequestHandler):
    server: Zammad

    def do_POST(self) -> None:
        ticket = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        wrong = self._wrong(ticket)
        if not wrong:
            self.server.tickets.append(ticket)
        number = str(67_000 + len(self.server.tickets))
        said = {"error": wrong} if wrong else {"id": 1, "number": number, "title": ticket["title"]}
        self.send_response(422 if wrong else 201)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def _wrong(self, ticket: dict[str, Any]) -> str:
        article = ticket.get("article", {})
        checks = {
            "path": self.path == "/api/v1/tickets",
            "token": self.headers["Authorization"] == "Token token=s3cret",
            "group": ticket.get("group") == "Users",
            "customer": re.fullmatch(r"guess:\S+@\S+", ticket.get("customer_id", "")),
            "title": ticket.get("title"),
            "body": article.get("body"),
            "type": article.get("type") in ("web", "note", "email"),
        }
        return ", ".join(name for name, right in checks.items() if not right)

    def log_message(self, *args: Any) -> None:
        pass


@contextlib.contextmanager
def zammad() -> Iterator[Zammad]:
    server = Zammad()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def others(app: Any, since: dt.datetime, found: tuple[str, ...] = ()) -> None:
    """Fifteen visitors who ask the same, each an hour after the one before; they open what they
    find."""
    searches = [
        Search(f"{since:%m%d%H%M}{n}", f"visitor {since:%m%d} {n}", since + dt.timedelta(hours=n),
               QUERY, normal_form(QUERY, "en"), "en", "page", len(found), found, f"network {n}")
        for n in range(15)
    ]  # fmt: skip
    clicks = [Click(s.token, s.visitor, one, 1, 1, s.at) for s in searches for one in found]
    Signals(app.extensions["kb"].journal.database).write([*searches, *clicks])


def survey(app: Any, monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    """The figures as they are worked out at that moment."""
    kb = app.extensions["kb"]
    kb.recorder.flush()
    kb.ledger.judge(now)
    clock = SimpleNamespace(now=lambda _zone: now)
    with monkeypatch.context() as patch:
        fake = SimpleNamespace(datetime=clock, timedelta=dt.timedelta, UTC=dt.UTC)
        patch.setattr("kb.ledger.dt", fake)
        assert kb.ledger.survey()


def write_to_support(page: Page, address: str) -> str:
    """A search in vain, and what it leads to -> what is said in the end."""
    page.goto(address)
    page.locator("#home-search").fill(QUERY)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="No articles match").wait_for()
    page.get_by_role("main").get_by_role("link", name="Contact support").click()
    assert page.get_by_label("Subject").input_value() == QUERY
    page.get_by_label("Your message").fill(LETTER)
    page.get_by_label("Your e-mail address").fill("robin@example.org")
    page.wait_for_timeout(3_200)  # nobody writes faster, and programs do not wait
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send to support").click()
    page.wait_for_url("**/contact/sent/*")
    return page.get_by_role("main").inner_text()


def reply(page: Page, ticket: str, number: str) -> str:
    """What a member of staff has in the clipboard after Ctrl-K, a paste and Enter."""
    page.keyboard.press("Control+k")
    with page.expect_response("**/staff/links"):
        page.get_by_label("Type, or paste").fill(ticket)
    page.locator(".pick[aria-selected=true]", has_text="Switch to dark mode").wait_for()
    page.get_by_label("Ticket").fill(number)
    page.get_by_label("Type, or paste").focus()
    page.keyboard.press("Enter")
    page.locator("[data-status]", has_text="Copied").wait_for()
    copied: str = page.evaluate("navigator.clipboard.readText()")
    return copied


def test_from_a_search_in_vain_to_a_proven_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = dt.datetime.now(dt.UTC)
    with zammad() as helpdesk:
        url = f"http://127.0.0.1:{helpdesk.server_port}"
        site = make_site(
            tmp_path, helpdesk="zammad", helpdesk_url=url, helpdesk_secret="s3cret",
            helpdesk_queue="Users", helpdesk_private=True,
        )  # fmt: skip
        app = site.app()
        add_account(app)
        kb = app.extensions["kb"]
        others(app, now - dt.timedelta(days=6))
        with served(site, app) as address, chromium(f"--user-agent={AGENT}") as browser:
            customer = open_page(browser, viewport=PHONE)
            said = write_to_support(customer, address)

            # The helpdesk has it, with the search that came before
            assert kb.delivery.deliver(dt.datetime.now(dt.UTC)) == 1
            [ticket] = helpdesk.tickets
            assert ticket["customer_id"] == "guess:robin@example.org"
            assert ticket["article"]["body"].startswith(LETTER)
            assert f"Searched for: {QUERY}" in ticket["article"]["body"]
            assert re.search(r"reference (\S+)", ticket["article"]["body"])[1] in said  # type: ignore[index]

            # The writer sees the gap, and closes it
            survey(app, monkeypatch, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
            staff = open_page(
                browser, viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"]
            )
            sign_in(staff, address)
            staff.goto(address + "/staff/gaps")
            row = staff.get_by_role("row", name=re.compile("dark mode"))
            assert row.get_by_text("Open", exact=True).count()
            site.write({"account/dark.md": ARTICLE})
            site.build()
            assert kb.refresh()
            survey(app, monkeypatch, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
            staff.goto(address + "/staff/gaps?state=documented")
            staff.get_by_role("row", name=re.compile("dark mode")).wait_for()

            # The reply leads to the section, and is counted when it is opened
            copied = reply(staff, ticket["article"]["body"], "67001")
            link = re.search(r"http\S+/r/\w+", copied)
            assert link, copied
            # A reply takes a while to be sent; what opens sooner is the helpdesk's own preview
            monkeypatch.setattr("kb.linking.SENDING", dt.timedelta(0))
            customer.goto(link[0])
            customer.get_by_role("heading", name="Switch to dark mode", level=1).wait_for()
            kb.recorder.flush()
            staff.goto(address + "/staff/links")
            sent = staff.get_by_role("row", name=re.compile("67001"))
            assert "Switch to dark mode" in sent.inner_text()
            assert re.search(r"\b1\b", sent.inner_text().replace("67001", ""))

            # Those who come later find it
            others(app, now + dt.timedelta(days=1), ("account/dark",))
            survey(app, monkeypatch, now + dt.timedelta(days=8))
            staff.goto(address + "/staff/gaps?state=proven")
            staff.get_by_role("row", name=re.compile("dark mode")).wait_for()
