"""Signing in: the rows on sessions, guessing, redirects and cross-site posts of the attacks."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
from browsing import DESKTOP, PHONE, chromium, needs_chromium, open_page, served
from sample_site import PASSWORD, Site, Visitor, add_account, make_site, signed_in
from test_staff_pages import HIDDEN, REMOTE, change, failed, only_gap, state_of

from kb.accounts.tables import attempts
from kb.errors import JournalUnavailable
from kb.settings import MADE_UP

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

SAME = {"Sec-Fetch-Site": "same-origin"}
ABSENT = ["/staff/none", "/staff/gaps/999", "/staff/gaps/x", "/staff/login/", "/staff/static/x.css"]


@pytest.fixture
def app(site: Site) -> Flask:
    app = site.app()
    add_account(app)
    return app


def post(visitor: Visitor, name: str = "ada", password: str = PASSWORD, **more: str) -> Any:
    return visitor.post("/staff/login", {"name": name, "password": password, **more})


def cookie(visitor: Visitor, **where: Any) -> str:
    found = visitor.client.get_cookie("kb", **where)
    return found.value if found else ""


def is_in(app: Flask, value: str) -> bool:
    """Whether a browser with this cookie gets a page of the staff."""
    client = app.test_client()
    client.set_cookie("kb", value)
    return client.get("/staff/gaps").status_code == 200


# ── Who comes in ────────────────────────────────────────────────────────


@pytest.mark.parametrize("how", [{}, *REMOTE], ids=str)
def test_whoever_is_not_signed_in_is_asked_to_wherever_they_are(
    app: Flask, how: dict[str, Any]
) -> None:
    client = app.test_client()
    for path in [*HIDDEN, *ABSENT, "/staff/account/", "/staff/account/second"]:
        answer = client.get(path, **how)
        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith("/staff/login"), path
        assert answer.headers["Cache-Control"] == "private, no-store", path
        assert "Set-Cookie" not in answer.headers, path


def test_a_page_that_exists_answers_like_one_that_does_not(app: Flask) -> None:
    client = app.test_client()

    def told(path: str, method: str) -> tuple[int, bytes, list[tuple[str, str]]]:
        answer = client.open(path, method=method, headers=SAME)
        name = path.removeprefix("/staff/")
        rest = [(k, v.replace(name, "")) for k, v in answer.headers if k != "Content-Length"]
        return answer.status_code, answer.data.replace(name.encode(), b""), rest

    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        there = [
            told(path, method) for path in ("/staff/gaps", "/staff/articles", "/staff/week.md")
        ]
        absent = [told(path, method) for path in ("/staff/nope", "/staff/none.md")]
        assert all(one == there[0] for one in there + absent), method


def test_where_somebody_wanted_to_go_they_get(app: Flask) -> None:
    visitor = Visitor(app)
    answer = visitor.client.get("/staff/gaps?state=all&diagnosis=missing")
    page = visitor.get(answer.headers["Location"])
    (wanted,) = re.findall(r'name="next" value="([^"]+)"', page)
    answer = post(visitor, next=wanted.replace("&amp;", "&"))
    assert (answer.status_code, answer.headers["Location"]) == (
        303, "/staff/gaps?state=all&diagnosis=missing",
    )  # fmt: skip
    assert visitor.client.get("/staff/login").headers["Location"] == "/staff/"


def test_the_first_visit_says_how_to_make_an_account_and_makes_none(site: Site) -> None:
    visitor = Visitor(site.app())
    page = visitor.get("/staff/", follow_redirects=True)
    assert "kb staff add NAME --role admin" in page
    assert '<form class="card' not in page
    assert post(visitor, "admin", "admin").status_code == 403
    assert visitor.app.extensions["staff"].accounts.all() == []
    add_account(visitor.app)
    assert "Make the first account" not in visitor.get("/staff/login")


def test_nothing_is_shown_while_the_database_does_not_answer(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = signed_in(Visitor(app))

    def down(*_: Any) -> None:
        raise JournalUnavailable("The database cannot be used.")

    monkeypatch.setattr(app.extensions["staff"].accounts, "of_session", down)
    assert visitor.client.get("/staff/gaps").status_code == 503
    assert visitor.client.get("/articles/cancel").status_code == 200


# ── Sessions ────────────────────────────────────────────────────────────


def sign_out(visitor: Visitor) -> None:
    assert visitor.post("/staff/logout", {}).status_code == 303
    assert not cookie(visitor)


def new_password(visitor: Visitor) -> None:
    data = {"password": PASSWORD, "new": "four other words here"}
    assert visitor.post("/staff/account/password", data).status_code == 303


def disabled(visitor: Visitor) -> None:
    visitor.app.extensions["staff"].accounts.disable("ada")


@pytest.mark.parametrize("end", [sign_out, new_password, disabled])
def test_no_copy_of_a_cookie_outlives_its_session(site: Site, app: Flask, end: Any) -> None:
    here, there = signed_in(Visitor(app)), signed_in(Visitor(app))
    copies = [cookie(here), cookie(there)]
    others = [app, site.app()]  # another worker knows it at once, too
    assert all(is_in(one, copy) for one in others for copy in copies)
    end(here)
    assert not any(is_in(one, copy) for one in others for copy in copies)


def test_who_changes_the_password_stays_signed_in(app: Flask) -> None:
    visitor = signed_in(Visitor(app))
    before = cookie(visitor)
    new_password(visitor)
    assert "Your password is changed" in visitor.get("/staff/account/?done=password")
    assert cookie(visitor) != before
    assert post(Visitor(app)).status_code == 403
    assert post(Visitor(app), password="four other words here").status_code == 303


def test_a_password_is_not_changed_by_somebody_who_does_not_know_it(app: Flask) -> None:
    visitor = signed_in(Visitor(app))
    new = "four other words here"
    for data, said in (
        ({"password": "guess", "new": new}, "That is not your password"),
        ({"new": new}, "That is not your password"),
        ({"password": PASSWORD, "new": "short"}, "too short"),
    ):
        answer = visitor.post("/staff/account/password", data)
        assert answer.status_code == 400
        assert said in answer.get_data(as_text=True)
    for _ in range(11):
        last = visitor.post("/staff/account/password", {"password": "guess", "new": new})
    assert last.status_code == 429
    assert post(Visitor(app), password=new).status_code != 303


def test_a_session_that_somebody_prepared_is_not_taken_over(app: Flask) -> None:
    """Fixation: whatever the browser brought along, it leaves with something else."""
    attacker = signed_in(Visitor(app), "mallory", "agent")
    planted, victim = cookie(attacker), Visitor(app)
    victim.client.set_cookie("kb", planted)
    assert post(victim).status_code == 303
    assert cookie(victim) != planted
    assert ">ada<" in victim.get("/staff/gaps")
    assert ">mallory<" in attacker.get("/staff/gaps")
    with attacker.client.session_transaction("/staff/") as session:
        session["planted"] = "by somebody"
    assert post(attacker).status_code == 303
    with attacker.client.session_transaction("/staff/") as session:
        assert set(session) == {"_user_id", "_fresh", "_id"}


@pytest.mark.parametrize("value", ["", "x", "eyJfdXNlcl9pZCI6IjEuIn0.aaaa.bbbb", "é" * 9, "." * 99])
def test_a_cookie_that_was_made_up_is_worth_nothing(app: Flask, value: str) -> None:
    assert not is_in(app, value)


def test_a_cookie_of_another_installation_is_worth_nothing(app: Flask, tmp_path: Path) -> None:
    other = make_site(tmp_path / "other").app()
    assert not is_in(app, cookie(signed_in(Visitor(other))))


def test_a_session_ends_after_a_working_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = signed_in(Visitor(app))
    now = dt.datetime.now(dt.UTC).timestamp()
    for hours, inside in ((11.9, True), (12.1, False)):
        later = now + hours * 3600
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda later=later: later)
        assert is_in(app, cookie(visitor)) is inside


# ── Cookies ─────────────────────────────────────────────────────────────


def set_cookie(answer: TestResponse) -> set[str]:
    (header,) = answer.headers.getlist("Set-Cookie")
    first, *attributes = header.split("; ")
    return {first.partition("=")[0], *attributes}


def signing_in(app: Flask, **how: Any) -> TestResponse:
    data = {"name": "ada", "password": PASSWORD}
    headers = {**SAME, **how.pop("headers", {})}
    answer = app.test_client().post("/staff/login", data=data, headers=headers, **how)
    assert answer.status_code == 303
    return answer


def test_the_cookie_is_no_business_of_scripts_or_other_sites(app: Flask) -> None:
    assert set_cookie(signing_in(app)) == {"kb", "HttpOnly", "SameSite=Lax", "Path=/"}


def test_with_tls_the_cookie_is_bound_to_this_host(tmp_path: Path) -> None:
    bound = {"__Host-kb", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"}
    named = make_site(tmp_path / "a", base_url="https://help.example.com").app()
    behind = make_site(tmp_path / "b", proxies=1, trusted_hosts=["help.example.com"]).app()
    for app in (named, behind):
        add_account(app)
    host: dict[str, Any] = {"base_url": "http://help.example.com"}
    told: dict[str, Any] = {"headers": {"X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4"}}
    assert set_cookie(signing_in(named, **host)) == bound
    assert set_cookie(signing_in(named, base_url="https://localhost")) == bound
    assert set_cookie(signing_in(behind, **host, **told)) == bound
    assert "Secure" not in set_cookie(signing_in(behind, **host))
    assert "Secure" not in set_cookie(signing_in(named, **told))  # no proxy is known: not believed


def test_with_tls_a_cookie_without_the_prefix_does_not_count(tmp_path: Path) -> None:
    """Whoever controls a neighbour of this host can set the one, not the other."""
    app = make_site(tmp_path, base_url="https://help.example.com").app()
    value = cookie(signed_in(Visitor(app)))
    assert is_in(app, value)
    client = app.test_client()
    for name, status in (("kb", 303), ("__Host-kb", 200)):
        client.set_cookie(name, value, domain="help.example.com", secure=True)
        answer = client.get("/staff/gaps", base_url="https://help.example.com")
        assert answer.status_code == status


def test_public_pages_know_nothing_of_a_session(app: Flask) -> None:
    member, stranger = signed_in(Visitor(app)).client, app.test_client()
    for path in (
        "/", "/articles/cancel", "/articles/nowhere", "/search?q=plan", "/api/v1/search?q=plan",
        "/healthz", "/staffing", "/api/v1/nothing", "/articles/draft",
    ):  # fmt: skip
        for method in ("GET", "HEAD", "POST"):
            one, other = (
                client.open(path, method=method, headers=SAME) for client in (member, stranger)
            )
            for answer in (one, other):
                assert "Set-Cookie" not in answer.headers, path
                assert "Cookie" not in answer.headers.get("Vary", ""), path
            untimed = re.compile(rb'"took_ms":[0-9.]+')
            assert untimed.sub(b"", one.data) == untimed.sub(b"", other.data), path


# ── Guessing ────────────────────────────────────────────────────────────


def test_a_hundred_guesses_are_stopped(app: Flask) -> None:
    visitor = Visitor(app)
    answers = [post(visitor, password=f"guess {n}") for n in range(100)]
    assert [answer.status_code for answer in answers] == [403] * 10 + [429] * 90
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 900
    assert "Try again in 15 minutes" in answers[-1].get_data(as_text=True)
    assert post(visitor).status_code == 429


def test_workers_count_together(site: Site, app: Flask) -> None:
    workers = [Visitor(app), Visitor(site.app()), Visitor(site.app())]
    statuses = [post(workers[n % 3], password="guess").status_code for n in range(12)]
    assert statuses == [403] * 10 + [429] * 2


def test_a_header_does_not_make_somebody_another_address(app: Flask) -> None:
    visitor = Visitor(app)
    for n in range(31):
        data = {"name": f"n{n}", "password": "guess"}
        headers = {**SAME, "X-Forwarded-For": f"192.0.2.{n}"}
        answer = visitor.client.post("/staff/login", data=data, headers=headers)
    assert answer.status_code == 429


def test_attempts_are_deleted_with_what_else_has_been_kept_long_enough(app: Flask) -> None:
    post(Visitor(app), password="guess")
    kb, now = app.extensions["kb"], dt.datetime.now(dt.UTC)
    for later, left in ((dt.timedelta(), 2), (dt.timedelta(minutes=16), 0)):
        kb.forget(now + later)
        with kb.journal.database.reading() as connection:
            assert len(connection.execute(attempts.select()).all()) == left


def test_an_unknown_name_is_answered_like_a_known_one(app: Flask) -> None:
    add_account(app, "gone", "agent")
    app.extensions["staff"].accounts.disable("gone")
    pages = set()
    for name, password in (("ada", "guess"), ("bob", PASSWORD), ("gone", PASSWORD), ("a b", "x")):
        answer = post(Visitor(app), name, password)
        assert answer.status_code == 403
        pages.add(answer.get_data(as_text=True).replace(f'value="{name}"', ""))
    assert len(pages) == 1


def test_what_was_typed_comes_back_as_text_and_no_password_does(app: Flask) -> None:
    visitor = Visitor(app)
    hostile = '"><script>alert(1)</script>'
    page = post(visitor, hostile, "guessed password").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "guessed password" not in page
    visitor._look_at("/staff/login", page)


@pytest.mark.parametrize(
    "data", [{}, {"name": "ada"}, {"password": PASSWORD}, {"name": "\0", "password": "\0"},
             {"name": "x" * 30_000, "password": "y" * 30_000}, {"name": "ada", "password": PASSWORD, "code": "z" * 9_000}]
)  # fmt: skip
def test_no_form_makes_an_error_of_ours(app: Flask, data: dict[str, str]) -> None:
    assert Visitor(app).post("/staff/login", data).status_code in (303, 403)


# ── Redirects and posts from elsewhere ──────────────────────────────────


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "https:evil.example", "https://evil.example", "http:///evil.example", "javascript:alert(1)",
     "/staff/..//evil.example", "/staff/../..//evil.example", "/staff//evil.example", " //evil.example",
     "/staff/\\evil.example", "/staff/\r\nLocation: //evil.example", "/staff\t//evil.example", "/articles/cancel",
     "staff/gaps", "/staffing", "/staff/" + "x" * 600, "@evil.example", "/staff/\u2215evil", "%2f%2fevil.example"],
)  # fmt: skip
def test_nobody_is_led_elsewhere(app: Flask, target: str) -> None:
    visitor = Visitor(app)
    page = visitor.get("/staff/login", query_string={"next": target})
    assert 'name="next"' not in page
    answer = post(visitor, next=target)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/")
    again = visitor.client.get("/staff/login", query_string={"next": target})
    assert again.headers["Location"] == "/staff/"


FOREIGN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {},
    {"Origin": "https://evil.example"}, {"Origin": "null"},
]  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_another_site_can_neither_sign_in_nor_out_nor_change_anything(
    app: Flask, headers: dict[str, str]
) -> None:
    visitor = Visitor(app)
    data = {"name": "ada", "password": PASSWORD}
    answer = visitor.post("/staff/login", data, headers=headers)
    assert answer.status_code == 403
    assert not cookie(visitor)
    signed_in(visitor)
    for path in (
        "/staff/logout", "/staff/account/password", "/staff/account/second", "/staff/account/second/removal",
        "/staff/gaps/1/states", "/staff/gaps/1/wordings",
    ):  # fmt: skip
        data = {"password": PASSWORD, "new": "four other words here", "state": "claimed"}
        assert visitor.post(path, data, headers=headers).status_code == 403, path
    assert visitor.client.get("/staff/logout").status_code == 405
    assert is_in(app, cookie(visitor))
    assert post(Visitor(app)).status_code == 303


# ── Roles ───────────────────────────────────────────────────────────────


def test_an_agent_sees_everything_and_changes_no_gap(app: Flask) -> None:
    agent, writer = signed_in(Visitor(app), "sam", "agent"), signed_in(Visitor(app))
    failed(agent)
    gap = only_gap(agent)
    for path in HIDDEN:
        assert agent.client.get(path, follow_redirects=True).status_code == 200
    page = agent.get(f"/staff/gaps/{gap}")
    assert "signed in as sam, with the role agent" in page
    assert "/states" not in page
    for path in (
        f"/staff/gaps/{gap}/states",
        f"/staff/gaps/{gap}/wordings",
        "/staff/gaps/99/states",
    ):
        answer = agent.post(path, {"state": "claimed", "whole": "1", "into": "1"})
        assert answer.status_code == 403
        told = answer.get_data(as_text=True)
        assert "You may not do this" in told
        assert "This takes the role writer." in told
    assert state_of(agent, gap) == "open"
    assert f"/staff/gaps/{gap}/states" in writer.get(f"/staff/gaps/{gap}")
    change(writer, gap, "claimed")
    assert state_of(agent, gap) == "claimed"


def test_a_role_holds_from_the_next_request_on(app: Flask) -> None:
    visitor = signed_in(Visitor(app), "sam", "agent")
    failed(visitor)
    gap = only_gap(visitor)
    change(visitor, gap, "claimed", 403)
    for role, status in (("admin", 303), ("agent", 403), ("writer", 303)):
        app.extensions["staff"].accounts.set_role("sam", role)
        change(visitor, gap, "claimed", status)


# ── The second step ─────────────────────────────────────────────────────


def offered(visitor: Visitor) -> tuple[str, str]:
    """The key that a page offers, as it is typed and as it is sent back."""
    page = visitor.get("/staff/account/second")
    assert "<svg" in page
    (key,) = re.findall(r'account-key"><code>([A-Z0-9 ]+)<', page)
    (signed,) = re.findall(r'name="key" value="([^"]+)"', page)
    return key.replace(" ", ""), signed


def set_up(visitor: Visitor) -> tuple[pyotp.TOTP, list[str]]:
    key, signed = offered(visitor)
    data = {"key": signed, "password": PASSWORD, "code": pyotp.TOTP(key).now()}
    answer = visitor.post("/staff/account/second", data)
    assert answer.status_code == 200
    shown = answer.get_data(as_text=True)
    visitor._look_at("/staff/account/second", shown)
    return pyotp.TOTP(key), re.findall(r"<code>([a-z2-7-]{19})</code>", shown)


def test_a_second_step_is_set_up_used_and_given_up(app: Flask) -> None:
    visitor = signed_in(Visitor(app))
    before = cookie(visitor)
    _, codes = set_up(visitor)
    assert len(set(codes)) == 8
    assert not is_in(app, before)
    assert "8 recovery codes left" in visitor.get("/staff/account/")
    assert post(Visitor(app)).status_code == 403
    assert post(Visitor(app), code="000000").status_code == 403
    assert post(Visitor(app), code=codes[0]).status_code == 303
    assert post(Visitor(app), code=codes[0]).status_code == 403
    assert "7 recovery codes left" in visitor.get("/staff/account/")
    assert visitor.post("/staff/account/second/removal", {"password": "guess"}).status_code == 400
    assert visitor.post("/staff/account/second/removal", {"password": PASSWORD}).status_code == 303
    assert post(Visitor(app)).status_code == 303


def test_a_code_of_the_phone_signs_in(app: Flask) -> None:
    phone, _ = set_up(signed_in(Visitor(app)))
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    assert post(Visitor(app), code=phone.at(soon)).status_code == 303
    assert post(Visitor(app), code=phone.at(soon)).status_code == 403


def test_a_second_step_takes_a_code_the_password_and_the_key_of_this_page(app: Flask) -> None:
    visitor, other = signed_in(Visitor(app)), signed_in(Visitor(app), "sam", "agent")
    (mine, signed), (theirs, foreign) = offered(visitor), offered(other)
    unsigned = pyotp.random_base32()
    for key, sent, password in (
        (unsigned, signed, PASSWORD),
        (mine, signed, "guess"),
        (theirs, foreign, PASSWORD),
        (unsigned, unsigned, PASSWORD),
    ):
        data = {"key": sent, "password": password, "code": pyotp.TOTP(key).now()}
        assert visitor.post("/staff/account/second", data).status_code == 400
    assert not app.extensions["staff"].accounts.named("ada").second
    assert post(Visitor(app)).status_code == 303


# ── The demo ────────────────────────────────────────────────────────────


def test_a_demo_shows_its_figures_to_this_machine_and_to_nobody_else(site: Site) -> None:
    (site.settings.data_dir / MADE_UP).write_text("made up")
    visitor = Visitor(site.app())
    failed(visitor)
    gap = only_gap(visitor)
    change(visitor, gap, "claimed")
    assert '<span class="state-who">demo</span>' in visitor.get(f"/staff/gaps/{gap}")
    assert "/staff/account" not in visitor.get("/staff/gaps")
    visitor.get("/staff/account/", 404)
    for how in REMOTE:
        assert visitor.client.get("/staff/gaps", **how).status_code == 303, how
        assert visitor.client.post(
            f"/staff/gaps/{gap}/states", data={"state": "open"}, **how
        ).status_code in (303, 403)
    assert state_of(visitor, gap) == "claimed"


def test_a_demo_with_an_account_asks_for_it(site: Site) -> None:
    (site.settings.data_dir / MADE_UP).write_text("made up")
    app = site.app()
    add_account(app)
    assert app.test_client().get("/staff/gaps").status_code == 303


# ── In a browser ────────────────────────────────────────────────────────


@needs_chromium
def test_the_way_in_fits_a_phone_and_works_by_keyboard(site: Site) -> None:
    app = site.app()
    with served(site, app) as address, chromium() as browser:
        for step in ("first", "form", "fault"):
            if step == "form":
                add_account(app)
            page = open_page(browser, viewport=PHONE)
            page.goto(address + "/staff/")
            if step == "fault":
                page.get_by_label("Name").fill("ada")
                page.get_by_label("Password").fill("guess")
                page.keyboard.press("Enter")
                page.get_by_role("alert").wait_for()
                assert page.get_by_label("Name").input_value() == "ada"
            for size in (DESKTOP, PHONE):
                page.set_viewport_size(size)
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            page.context.close()
        page = open_page(browser)
        page.goto(address + "/staff/gaps?state=all")
        assert page.evaluate("document.activeElement.id") == "name"
        page.keyboard.type("Ada")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/staff/gaps?state=all")
        page.get_by_role("button", name="Sign out").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/staff/login")
        page.goto(address + "/staff/gaps")
        assert page.get_by_role("heading", level=1).inner_text() == "Sign in"
