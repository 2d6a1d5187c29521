"""The staff pages: for who is signed in, with evidence, without telling who typed what."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest
from browsing import DESKTOP, PHONE, chromium, needs_chromium, open_page, served, sign_in
from sample_site import PNG, Site, Visitor, add_account, make_site, sample, signed_in

from kb.feedback.answers import Answers
from kb.feedback.events import Answer, Click, Contact, NothingFits, Read, Search, Vote
from kb.feedback.flags import Flags
from kb.feedback.register import Register
from kb.helpdesk.attachment import attachment
from kb.helpdesk.message import Message
from kb.observing import Visit
from kb.search.query import normal_form

if TYPE_CHECKING:
    from flask import Flask

    from kb.knowledge_base import KnowledgeBase

NUMBERS = itertools.count(1)
HOUR = dt.timedelta(hours=1)
PAGES = ["/staff/", "/staff/gaps", "/staff/searches", "/staff/articles"]
HIDDEN = [*PAGES, "/staff/week.md", "/staff"]
HOSTILE = "<script>alert(1)</script>\"'&"
REMOTE: list[dict[str, Any]] = [
    {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
    {"environ_base": {"REMOTE_ADDR": ""}},
    {"base_url": "http://192.168.1.5"},
    {"headers": {"X-Forwarded-For": "192.0.2.7"}},
    {"headers": {"X-Forwarded-Proto": "https"}},
    {"headers": {"Forwarded": "for=192.0.2.7"}},
    {"headers": {"Via": "1.1 proxy"}},
    {"environ_overrides": {"SERVER_PROTOCOL": "HTTP/1.0"}},
    {"environ_overrides": {"SERVER_PROTOCOL": "HTTP/1"}},
]


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return signed_in(Visitor(site.app()))


def kb_of(visitor: Visitor) -> KnowledgeBase:
    kb: KnowledgeBase = visitor.app.extensions["kb"]
    return kb


def asked(text: str, hours: float = 30, **more: Any) -> Search:
    """A search of somebody new, in a network of their own."""
    number = next(NUMBERS)
    at = dt.datetime.now(dt.UTC) - hours * HOUR
    values = {"lang": "en", "source": "page", "total": 0, "network": f"network {number}"} | more
    return Search(
        f"token {number}", f"visitor {number}", at, text, normal_form(text, "en"), **values
    )


def failed(visitor: Visitor, text: str = "dark mode", count: int = 4, **more: Any) -> None:
    kb_of(visitor).signals.write(asked(text, **more) for _ in range(count))


def voted_down(visitor: Visitor) -> None:
    """Four people looked for their money, read about refunds and were not helped."""
    kb = kb_of(visitor)
    article = kb.edition.library.by_slug["refund"]
    for _ in range(4):
        search = asked("money back", total=1, found=(article.id,))
        kb.signals.write([search, Click(search.token, search.visitor, article.id, 1, 1, search.at)])
        kb.journal.vote(
            Vote(article.id, article.revision, search.visitor, False, search.at + HOUR / 30,
                 "out-of-date", f"It says 14 days {HOSTILE}", "money back", search.network, search.token)
        )  # fmt: skip


def only_gap(visitor: Visitor) -> int:
    (number,) = set(re.findall(r'href="/staff/gaps/(\d+)"', visitor.get("/staff/gaps?state=all")))
    return int(number)


def state_of(visitor: Visitor, gap: int) -> str:
    return Register(kb_of(visitor).journal.database).entries()[gap].state


# ── Who sees them ───────────────────────────────────────────────────────


def test_no_figures_for_anybody_else(site: Site, visitor: Visitor) -> None:
    failed(visitor)
    number = only_gap(visitor)
    stranger = site.app().test_client()
    for path in [*HIDDEN, f"/staff/gaps/{number}", f"/staff/gaps/{number}/states"]:
        for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS"):
            answer = stranger.open(path, method=method, headers={"Sec-Fetch-Site": "same-origin"})
            assert answer.status_code == 303, (method, path)
            assert answer.headers["Location"].startswith("/staff/login")
            assert b"dark mode" not in answer.data


@pytest.mark.parametrize("path", PAGES)
def test_who_is_signed_in_sees_every_page_from_everywhere(site: Site, path: str) -> None:
    visitor = signed_in(Visitor(site.app()))
    for how in (*REMOTE[:1], *REMOTE[3:], {}):
        answer = visitor.client.get(path, **how)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in visitor.get(path)


def test_another_site_cannot_change_a_gap(visitor: Visitor) -> None:
    failed(visitor)
    number = only_gap(visitor)
    answer = visitor.post(
        f"/staff/gaps/{number}/states",
        {"state": "ignored", "note": "no"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert state_of(visitor, number) == "open"


def test_no_public_page_leads_there_and_no_build_publishes_them(
    site: Site, visitor: Visitor
) -> None:
    for path in ("/", "/articles/cancel", "/search?q=plan", "/sitemap.xml", "/robots.txt", "/none"):
        assert "/staff" not in visitor.client.get(path).get_data(as_text=True), path
    assert not [path for path in site.settings.data_dir.rglob("*") if path.name.startswith("gaps")]


# ── What they show ──────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/staff/", "Nothing waits for you"),
        ("/staff/", "No visits in the last two weeks"),
        ("/staff/gaps", "A gap appears as soon as"),
        ("/staff/searches", "A text appears when 3 different visitors have typed it"),
    ],
)
def test_what_is_empty_says_what_will_be_there(visitor: Visitor, path: str, said: str) -> None:
    assert said in visitor.get(path)


def test_the_week_shows_what_to_do_and_the_figures(visitor: Visitor) -> None:
    failed(visitor, count=6)
    at = dt.datetime.now(dt.UTC) - 5 * HOUR
    kb_of(visitor).signals.write([Read("ann", "refunds", "r", at, 9, 9), Contact("ann", at)])
    page = visitor.get("/staff/")
    assert re.search(r'href="/staff/gaps/1">dark mode</a>', page)
    assert page.index("What to do today") < page.index("Day by day")
    assert "7 to 1" in page  # visits and contacts
    assert page.count("<svg viewBox") == 3
    assert page.count("<tr>") >= 15 + 6  # the same as a table, and the outcomes


def test_the_week_shows_satisfaction_and_effort_or_when_they_are_asked(visitor: Visitor) -> None:
    kb = kb_of(visitor)
    at = dt.datetime.now(dt.UTC) - 5 * HOUR
    for number, score in enumerate((5, 4, 4, 1)):
        answer = Answer("satisfaction", score, f"v{number}", at)
        Answers(kb.journal.database).record(answer)
    figures = dict(
        re.findall(
            r'figure-label">(?:<a[^>]*>)?([^<]+)(?:</a>)?</p>(.*?)</li>',
            visitor.get("/staff/"),
            re.S,
        )
    )
    assert "75 %" in figures["Satisfied"]
    assert "30 to 95 %, of 4 answers" in figures["Satisfied"]
    assert "Asked at the end of a visit" in figures["Had it easy"]


def test_the_queue_is_filtered_by_its_address(visitor: Visitor) -> None:
    failed(visitor, "dark mode")
    voted_down(visitor)
    assert "dark mode" in visitor.get("/staff/gaps")
    missing = visitor.get("/staff/gaps?diagnosis=missing")
    assert "No article answers this" in missing
    assert "money back" not in missing
    assert "is read, and does not help" in visitor.get("/staff/gaps?diagnosis=article")
    assert "No gap is like that" in visitor.get("/staff/gaps?state=ignored")
    assert "dark mode" in visitor.get("/staff/gaps?state=%3Cb%3E&diagnosis=%00")


def test_a_gap_shows_its_evidence(visitor: Visitor) -> None:
    voted_down(visitor)
    page = visitor.get(f"/staff/gaps/{only_gap(visitor)}")
    assert "“Get a refund” is read, and does not help" in page
    assert "It is out of date: 4" in page
    assert "<q>money back</q>" in page
    assert 'href="/articles/refund"' in page
    assert "4 failed searches, 4 No votes" in page


def test_a_missing_article_comes_with_its_patch(visitor: Visitor) -> None:
    failed(visitor)
    page = visitor.get(f"/staff/gaps/{only_gap(visitor)}")
    assert '<div class="highlight" data-lang="diff"><pre' in page
    assert "dark-mode.md" in page


def test_hostile_words_stay_words(visitor: Visitor) -> None:
    failed(visitor, f"zebra {HOSTILE}", 5)
    voted_down(visitor)
    kb_of(visitor).signals.write(
        [NothingFits(f"yak {HOSTILE}", "yak", "en", "x", dt.datetime.now(dt.UTC) - HOUR)]
    )
    pages = ["/staff/", "/staff/gaps", "/staff/searches", *(f"/staff/gaps/{n}" for n in (1, 2, 3))]
    text = "".join(visitor.get(path) for path in pages)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_what_two_visitors_typed_is_counted_and_not_shown(visitor: Visitor) -> None:
    failed(visitor, "dark mode", 4)
    failed(visitor, "dark mode of margaret", 2)
    failed(visitor, "quark soup", 2)
    pages = [
        "/staff/",
        "/staff/gaps?state=all",
        "/staff/searches",
        "/staff/gaps/1",
        "/staff/gaps/2",
    ]
    text = "".join(visitor.get(path) for path in pages)
    assert "margaret" not in text
    assert "quark" not in text
    assert "dark mode" in text
    assert "in words of too few people to show" in text
    assert "4 other searches of this week are not listed" in text


def test_searches_show_their_outcomes_and_are_filtered_by_them(visitor: Visitor) -> None:
    failed(visitor, "dark mode", 4)
    failed(visitor, "plan", 3, total=2, found=("billing/cancel",))
    page = visitor.get("/staff/searches")
    assert page.index(">dark mode<") < page.index(">plan<")
    assert ">plan<" not in visitor.get("/staff/searches?outcome=no_result")
    assert ">plan<" in visitor.get("/staff/searches?outcome=no_click")
    assert "No search of this week ended so" in visitor.get("/staff/searches?outcome=contacted")


def test_articles_show_what_an_edit_changed(visitor: Visitor) -> None:
    kb = kb_of(visitor)
    article = kb.edition.library.by_slug["refund"]
    for number in range(60):
        new, at = number % 2, dt.datetime.now(dt.UTC) - (30 if number % 2 else 900) * HOUR
        revision = article.revision if new else "old"
        kb.journal.vote(Vote(article.id, revision, f"v{number}", bool(new), at))
    page = visitor.get("/staff/articles")
    assert "Better since the edit" in page
    assert "0 % before, of 30 votes" in page


# ── What they do ────────────────────────────────────────────────────────


def change(visitor: Visitor, gap: int, state: str, status: int = 303, **more: str) -> Any:
    answer = visitor.post(f"/staff/gaps/{gap}/states", {"state": state, **more})
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer


def test_a_gap_is_claimed_documented_and_reopened(visitor: Visitor) -> None:
    failed(visitor)
    gap = only_gap(visitor)
    change(visitor, gap, "claimed", who="Somebody else")
    page = visitor.get(f"/staff/gaps/{gap}")
    assert "Claimed" in page
    assert '<span class="state-who">ada</span>' in page
    assert "Somebody else" not in page
    change(visitor, gap, "documented", article="http://localhost/articles/refund#when")
    assert "Answered by" in visitor.get(f"/staff/gaps/{gap}")
    assert "dark mode" not in visitor.get("/staff/gaps")
    change(visitor, gap, "reopened", note="They still ask")
    page = visitor.get(f"/staff/gaps/{gap}")
    assert "They still ask" in page
    assert [c.state for c in Register(kb_of(visitor).journal.database).changes(gap)] == [
        "open", "claimed", "documented", "reopened"]  # fmt: skip


def test_ignoring_takes_a_reason_and_remembers_the_demand(visitor: Visitor) -> None:
    failed(visitor)
    gap = only_gap(visitor)
    change(visitor, gap, "ignored", 400)
    change(visitor, gap, "ignored", note=f"Not our product {HOSTILE}\0")
    entry = Register(kb_of(visitor).journal.database).entries()[gap]
    assert (entry.state, entry.demand > 0) == ("ignored", True)
    assert "&lt;script&gt;" in visitor.get(f"/staff/gaps/{gap}")


def test_nobody_can_declare_something_proven(visitor: Visitor) -> None:
    failed(visitor)
    gap = only_gap(visitor)
    change(visitor, gap, "proven", 400)
    change(visitor, gap, "nonsense", 400)
    change(visitor, gap, "documented", 400, article="/articles/nowhere")
    assert state_of(visitor, gap) == "open"


@pytest.mark.parametrize("number", ["7", "0", "99999999999999999999"])
def test_a_gap_that_does_not_exist_is_not_found(visitor: Visitor, number: str) -> None:
    visitor.get(f"/staff/gaps/{number}", 404)
    for action in ("states", "wordings"):
        data = {"state": "open", "whole": "1", "into": "1"}
        assert visitor.post(f"/staff/gaps/{number}/{action}", data).status_code == 404


def test_gaps_are_merged(visitor: Visitor) -> None:
    failed(visitor, "dark mode", 5)
    failed(visitor, "webhooks", 4)
    visitor.get("/staff/gaps")
    answer = visitor.post("/staff/gaps/2/wordings", {"whole": "1", "into": "1"})
    assert answer.headers["Location"] == "/staff/gaps/1"
    page = visitor.get("/staff/gaps/1")
    assert "<q>webhooks</q>" in page
    assert "Gap 2 was merged into this one" in page
    visitor.get("/staff/gaps/2", 404)
    assert visitor.post("/staff/gaps/1/wordings", {"whole": "1"}).status_code == 400


def test_wordings_are_split_off(visitor: Visitor) -> None:
    failed(visitor, "dark mode", 5)
    failed(visitor, "dark mode invoices", 4)
    gap = only_gap(visitor)
    page = visitor.get(f"/staff/gaps/{gap}")
    values = re.findall(r'name="wording" value="([^"]*)"', page)
    assert len(values) == 2
    answer = visitor.post(f"/staff/gaps/{gap}/wordings", {"wording": values[1], "into": ""})
    new = answer.headers["Location"]
    assert new != f"/staff/gaps/{gap}"
    assert "<q>dark mode invoices</q>" in visitor.get(new)
    assert "<q>dark mode invoices</q>" not in visitor.get(f"/staff/gaps/{gap}")
    for data in ({}, {"wording": "en\tnothing of ours"}, {"wording": values[0], "into": "x"}):
        assert visitor.post(f"/staff/gaps/{gap}/wordings", data).status_code == 400


# ── How often they are worked out ───────────────────────────────────────


def test_a_new_generation_is_diagnosed_anew(site: Site, visitor: Visitor) -> None:
    failed(visitor, "dark mode", 5)
    assert "No article answers this" in visitor.get("/staff/gaps/1" if only_gap(visitor) else "")
    internal = "---\ntitle: Dark mode\naudience: staff\n---\nNot yet for customers.\n"
    site.write({"account/dark.md": internal})
    site.build()
    kb_of(visitor).refresh()
    page = visitor.get("/staff/gaps/1")
    assert "“Dark mode” answers it, for staff only" in page
    assert 'href="/articles/dark"' not in page


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were so many searches that nobody may wait for their figures."""
    monkeypatch.setattr("kb.web.desk.FEW", 1)


def _survey_done(visitor: Visitor) -> None:
    desk: Any = visitor.app.extensions["desk"]
    desk._surveyor.wait()


def test_with_many_searches_nobody_waits(many: None, visitor: Visitor) -> None:
    failed(visitor)
    for path in PAGES:
        page = visitor.get(path, 202)
        assert "The figures are being computed" in page
        assert "Computed " not in page
    _survey_done(visitor)
    for path in PAGES:
        assert "Computed " in visitor.get(path)
    assert "dark mode" in visitor.get("/staff/gaps")


def test_with_many_searches_old_figures_stay_until_newer_ones_are_there(
    many: None, site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed(visitor)
    kb_of(visitor).ledger.survey()
    failed(visitor, "webhooks", 9)
    assert "webhooks" not in visitor.get("/staff/gaps")
    monkeypatch.setattr("kb.surveying.FRESH", dt.timedelta(0))
    monkeypatch.setattr("kb.surveying.REST", 0)
    assert "webhooks" not in visitor.get("/staff/gaps")
    _survey_done(visitor)
    assert "webhooks" in visitor.get("/staff/gaps")


def test_with_many_searches_a_move_is_told_until_its_figures_are_there(
    many: None, visitor: Visitor
) -> None:
    failed(visitor, "dark mode", 5)
    failed(visitor, "webhooks", 4)
    kb_of(visitor).ledger.survey()
    visitor.post("/staff/gaps/2/wordings", {"whole": "1", "into": "1"})
    page = visitor.get("/staff/gaps/1")
    assert "after these figures were computed" in page
    assert "<q>webhooks</q>" not in page
    assert 'href="/staff/gaps/2"' not in visitor.get("/staff/gaps")
    _survey_done(visitor)
    page = visitor.get("/staff/gaps/1")
    assert "after these figures were computed" not in page
    assert "<q>webhooks</q>" in page


def test_states_are_always_the_latest(many: None, visitor: Visitor) -> None:
    failed(visitor)
    kb_of(visitor).ledger.survey()
    Register(kb_of(visitor).journal.database).change(
        1, "claimed", dt.datetime.now(dt.UTC), who="Sam"
    )
    assert "Sam" in visitor.get("/staff/gaps/1")


def test_figures_of_another_process_are_shown(site: Site, visitor: Visitor) -> None:
    failed(visitor)
    kb_of(Visitor(site.app())).ledger.survey()
    before = kb_of(visitor).ledger.surveys.stamp()
    assert "dark mode" in visitor.get("/staff/gaps")
    assert kb_of(visitor).ledger.surveys.stamp() == before


def test_a_server_of_drafts_shows_what_the_public_does_not_find(site: Site) -> None:
    writer = signed_in(Visitor(site.app(audience="staff")))
    failed(writer, "canarydraft", 4)
    writer.get("/staff/gaps", 202)
    _survey_done(writer)
    assert "No article answers this" in writer.get("/staff/gaps")


# ── In a browser ────────────────────────────────────────────────────────


def _busy_site(folder: Any) -> Site:
    site = make_site(folder, sample())
    visitor = Visitor(site.app())
    add_account(visitor.app)
    failed(visitor, "dark mode", 9)
    failed(visitor, "dark theme", 5, hours=50)
    failed(visitor, "webhooks", 5, hours=200)
    failed(visitor, "plan", 3, total=2, found=("billing/cancel",))
    voted_down(visitor)
    _in_use(visitor)
    return site


def _in_use(visitor: Visitor) -> None:
    """A message, a reply with its link, a flag and a report: nothing is empty."""
    kb, linking, now = kb_of(visitor), visitor.app.extensions["linking"], dt.datetime.now(dt.UTC)
    message = Message("Where is my invoice", "It did not come.", "sam@example.com")
    kb.write_to_support(message, [attachment("a.png", PNG)], Visit("192.0.2.9", "Firefox"))
    linking.make("cancel", "cancel-on-the-web", "ada", "#10234")
    linking.report("How do I switch to dark mode?", "ada")
    article = kb.edition.article("cancel")
    Flags(kb.journal.database).add(article, "out-of-date", "The menu has moved.", "ada", now)


NO_PAGES = {"staff.week_report", "messages.file", "picker.part", "reading.media", "reading.source",
            "reading.suggest", "reading.short", "reading.elsewhere"}  # fmt: skip
PLACES = {"number": "1", "slug": "cancel", "path": "billing"}


def _every_page(app: Flask) -> list[str]:
    """Each page below /staff/, so that a new one is looked at, too."""
    with app.test_request_context():
        return [
            app.url_for(rule.endpoint, **{name: PLACES[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if rule.rule.startswith("/staff/")
            and "GET" in (rule.methods or ())
            and rule.endpoint not in NO_PAGES
        ]


@needs_chromium
def test_they_fit_a_phone_and_work_by_keyboard(tmp_path: Any) -> None:
    site = _busy_site(tmp_path)
    app = site.app()
    with served(site, app) as address, chromium() as browser:
        page = open_page(browser, viewport=PHONE)
        sign_in(page, address)
        for path in _every_page(app):
            page.goto(address + path)
            for size in (DESKTOP, PHONE):
                page.set_viewport_size(size)
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= size["width"], f"{path} is {wide} px wide"
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(address + "/staff/gaps")
        first, second = (page.locator("[data-row] a").nth(n).inner_text() for n in (0, 1))
        for keys, expected in (("j", first), ("jj", second), ("k", first), ("?", first)):
            for key in keys if keys != "jj" else "j":
                page.keyboard.press(key)
            assert page.evaluate("document.activeElement.textContent") == expected
        assert page.get_by_text("next,").is_visible()
        page.keyboard.press("Enter")
        page.wait_for_url("**/staff/gaps/*")
        assert page.get_by_role("heading", level=1).inner_text() == first


@needs_chromium
def test_a_page_that_waits_for_its_figures_shows_them_by_itself(many: None, tmp_path: Any) -> None:
    with served(_busy_site(tmp_path)) as address, chromium() as browser:
        page = open_page(browser)
        sign_in(page, address)
        page.goto(address + "/staff/gaps")
        assert page.get_by_role("heading", level=1).inner_text() == "The figures are being computed"
        page.get_by_role("heading", name="Gaps", level=1).wait_for(timeout=60_000)
        assert page.get_by_text("dark mode").first.is_visible()
