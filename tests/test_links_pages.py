"""Links in replies over HTTP: where they lead, who is counted, and what staff can do with them."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from sample_site import Site, Visitor, make_site, sample, signed_in
from test_login import FOREIGN

from kb.content.metadata import read_metadata
from kb.errors import NotFound
from kb.feedback.failures import Failures
from kb.feedback.reply_links import Sums
from kb.linking import Linking, gist
from kb.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

BROWSER = {
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept-Language": "en", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document",
}  # fmt: skip
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) Version/15.0 Mobile Safari/604.1"
CANARY = "zqcanary"
SECRETS: dict[str, str | bytes] = {
    "billing/plans.md": (
        f"---\ntitle: Draft {CANARY}\nid: billing/plans\nstatus: draft\n---\n"
        f"## Secret {CANARY}\n\nThe {CANARY} plan costs less.\n"
    ),
    "billing/handling.md": (
        f"---\ntitle: Staff {CANARY}\naudience: staff\n---\nHow we handle a {CANARY} refund.\n"
    ),
    "billing/linker.md": (
        "---\ntitle: Our prices\nsummary: What it costs.\n---\nSee [the plans](plans.md) first.\n\n"
        "## Per month\n\nIt is *10* euro & more. [Cancel](cancel.md#cancel-on-the-web) any time.\n\n"
        "```\nkb  serve\n  twice\n```\n"
    ),
    "team/hello.md": (
        "---\ntitle: Ask for the invoice\ntype: reply\n---\nHello,\n\nsend us the invoice. See "
        "[how to cancel](../billing/cancel.md), [the plans](../billing/plans.md) and "
        "<https://bank.example/>.\n\n1. Open it.\n2. Send it.\n\nWrite to "
        "[us](mailto:help@example.com).\n"
    ),
}
HOSTILE = """<svg onload=alert(1)> "x" ' [y](z) & {{7*7}}"""
SECRETS["billing/hostile.md"] = (
    f"---\ntitle: '{HOSTILE.replace(chr(39), chr(39) * 2)}'\n---\nhostilities\n"
)
BASE = "https://help.example.com"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    files = {**sample(), **SECRETS}
    return make_site(tmp_path_factory.mktemp("links"), files, base_url=BASE)


@pytest.fixture(scope="module")
def app(site: Site) -> Flask:
    return site.app()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def later(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Replies have been sent: nothing that happens is too soon."""
    monkeypatch.setattr("kb.linking.SENDING", dt.timedelta(seconds=-1))
    return


def linking(app: Flask) -> Linking:
    found: Linking = app.extensions["linking"]
    return found


def told(headers: dict[str, str | None]) -> dict[str, str]:
    """What a browser sends, but for some headers; None: without that one."""
    return {name: value for name, value in {**BROWSER, **headers}.items() if value is not None}


def opened(app: Flask, code: str, **how: Any) -> int:
    """By how many visitors, after one came by; each link has a reader of its own."""
    how.setdefault("environ_base", {"REMOTE_ADDR": "10." + ".".join(str(ord(c)) for c in code[:3])})
    headers = told(how.pop("headers", {}))
    app.test_client().open(f"/r/{code}", headers=headers, **how)
    app.extensions["kb"].recorder.flush()
    return uses(app, code)


def uses(app: Flask, code: str) -> int:
    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    return next(u.opened for u in linking(app).links.uses("ada", since, 500) if u.link.code == code)


# ── Where a link leads ──────────────────────────────────────────────────


def test_a_link_leads_to_the_section_and_tells_nobody_who_followed(
    app: Flask, visitor: Visitor
) -> None:
    code = linking(app).make("cancel", "cancel-on-the-web", "ada", "#10234")
    answer = visitor.client.get(f"/r/{code}", headers=BROWSER)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/articles/cancel#cancel-on-the-web"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "10234" not in str(answer.headers) + answer.get_data(as_text=True)
    assert "ada" not in str(answer.headers)
    assert "Disallow: /r/" in visitor.get("/robots.txt")


def test_what_leads_nowhere_is_answered_alike_whatever_it_was(app: Flask, visitor: Visitor) -> None:
    """An unknown code, a cut one, an article that went: none tells which it is."""
    kb = app.extensions["kb"]
    hidden = Linking(kb)
    staff = next(g for g in kb.generations.candidates()).open("staff")
    codes = [
        hidden.links.make(staff.article(slug), "", "ada", dt.datetime.now(dt.UTC))
        for slug in ("plans", "handling")
    ]
    asked = [*codes, "bbbbbbbb", codes[0][:5], "x", "%3Cscript%3E", CANARY, "b" * 3_000]
    pages = {visitor.get(f"/r/{code}", status=404, headers=BROWSER) for code in asked}
    assert len(pages) == 1
    (page,) = pages
    assert "This link has come to an end" in page
    assert CANARY not in page
    assert '<meta name="robots" content="noindex">' in page
    assert 'Still missing something? <a href="/contact">Contact support</a>' in page


def test_no_link_is_made_to_what_customers_cannot_see(app: Flask) -> None:
    for slug in ("plans", "handling", "none"):
        with pytest.raises(NotFound):
            linking(app).make(slug, "", "ada")


def test_a_link_survives_another_file_name_a_redirect_and_a_lost_section(tmp_path: Any) -> None:
    site = make_site(tmp_path)
    app = site.app()
    codes = {
        name: linking(app).make(slug, section, "ada")
        for name, slug, section in (
            ("moved", "password", ""), ("renamed", "faq", ""), ("section", "cancel", "before-you-cancel"),
            ("retired", "refund", "when"),
        )
    }  # fmt: skip
    for gone in ("account/password.md", "account/faq.md", "billing/refund.md"):
        (site.articles / gone).unlink()
    site.write(
        {
            "secret/password.md": "---\ntitle: Reset your password\n---\nAs before.\n",
            "account/questions.md": "---\ntitle: Questions\naliases: [faq]\n---\nMany.\n",
            "billing/cancel.md": "---\ntitle: Cancel your plan\n---\nShort.\n",
        }
    )
    site.build()
    app.extensions["kb"].refresh()
    client = app.test_client()
    found = {n: client.get(f"/r/{c}").headers.get("Location") for n, c in codes.items()}
    assert found == {
        "moved": "/articles/password", "renamed": "/articles/questions", "section": "/articles/cancel",
        "retired": None,
    }  # fmt: skip


# ── Who is counted ──────────────────────────────────────────────────────


@pytest.mark.usefixtures("later")
def test_who_opens_a_link_is_counted_once_a_day(app: Flask) -> None:
    code = linking(app).make("cancel", "", "ada")
    assert opened(app, code) == 1
    assert opened(app, code) == 1
    assert opened(app, code, environ_base={"REMOTE_ADDR": "192.0.2.9"}) == 2
    private = {"Sec-GPC": "1"}
    assert opened(app, code, headers=private, environ_base={"REMOTE_ADDR": "192.0.2.10"}) == 3


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(
    "how",
    [{"method": "HEAD"}, {"headers": {"User-Agent": ""}}, {"headers": {"Sec-Purpose": "prefetch;prerender"}},
     {"headers": {"Purpose": "preview"}}, {"headers": {"X-Moz": "prefetch"}}, {"headers": {"X-Purpose": "preview"}},
     {"headers": {"User-Agent": "Slackbot-LinkExpanding 1.0"}}, {"headers": {"User-Agent": "WhatsApp/2.23"}},
     {"headers": {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}},
     {"headers": {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}}, {"headers": {"Accept-Language": None}}, {"headers": {"Sec-Fetch-Mode": None, "Sec-Fetch-Dest": None}}],
    ids=str,
)  # fmt: skip
def test_previews_and_scanners_are_led_there_and_not_counted(app: Flask, how: Any) -> None:
    code = linking(app).make("cancel", "", "ada")
    headers = told(how.get("headers", {}))
    assert app.test_client().open(f"/r/{code}", **{**how, "headers": headers}).status_code == 302
    assert opened(app, code, **how) == 0
    assert opened(app, code) == 1


@pytest.mark.usefixtures("later")
def test_an_older_browser_that_says_less_of_itself_is_counted(app: Flask) -> None:
    code = linking(app).make("cancel", "", "ada")
    less = {"User-Agent": SAFARI, "Sec-Fetch-Mode": None, "Sec-Fetch-Dest": None}
    assert opened(app, code, headers=less) == 1


def test_who_copied_a_link_and_tries_it_at_once_is_no_customer(app: Flask) -> None:
    code = linking(app).make("cancel", "", "ada")
    assert opened(app, code) == 0


@pytest.mark.usefixtures("later")
def test_no_address_and_no_browser_is_stored(app: Flask) -> None:
    from sqlalchemy import select

    from kb.feedback.link_tables import link_opens, reply_links

    code = linking(app).make("cancel", "", "ada")
    opened(app, code, environ_base={"REMOTE_ADDR": "192.0.2.77"})
    with app.extensions["kb"].journal.database.reading() as connection:
        rows = [*connection.execute(select(link_opens)), *connection.execute(select(reply_links))]
    assert code in str(rows)
    assert "192.0.2.77" not in str(rows)
    assert "Firefox" not in str(rows)


# ── What staff find and copy ────────────────────────────────────────────


@pytest.fixture(scope="module")
def agent(app: Flask) -> Visitor:
    return signed_in(Visitor(app), "sam", "agent")


@pytest.fixture(scope="module")
def writer(app: Flask) -> Visitor:
    return signed_in(Visitor(app), "ada", "writer")


def post(visitor: Visitor, path: str, status: int = 200, **form: str) -> Any:
    answer = visitor.post(path, form)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return answer


def found(visitor: Visitor, text: str) -> list[str]:
    """The slugs of the answers, in order."""
    page = post(visitor, "/staff/links", q=text, part="1").get_data(as_text=True)
    return re.findall(r'data-article="([^"]*)"', page)


def copied(visitor: Visitor, article: str, form: str, section: str = "", **more: str) -> Any:
    path = "/staff/links/copies"
    return post(visitor, path, article=article, section=section, form=form, **more).json


def test_nobody_else_comes_here_and_no_other_site_makes_anybody_act(
    app: Flask, agent: Visitor
) -> None:
    stranger = Visitor(app)
    for path in ("/staff/links", "/staff/links/picker", "/staff/panel", "/staff/missing/1"):
        assert stranger.client.get(path).headers["Location"].startswith("/staff/login")
    for path in (
        "/staff/links", "/staff/links/copies", "/staff/links/dismissals", "/staff/missing", "/staff/missing/1/notes",
        "/staff/missing/1/removal", "/staff/flags", "/staff/flags/1/resolution",
    ):  # fmt: skip
        assert stranger.post(path, {"q": "plan"}).headers["Location"].startswith("/staff/login")
        for headers in FOREIGN:
            assert agent.post(path, {"q": "plan"}, headers=headers).status_code == 403
            assert agent.client.get(path).status_code in (200, 404, 405)


def test_staff_find_what_is_hidden_and_it_is_marked(agent: Visitor) -> None:
    assert found(agent, f"secret {CANARY}")[0] == "plans"
    page = post(agent, "/staff/links", q=f"{CANARY} refund", part="1").get_data(as_text=True)
    hidden = dict(re.findall(r'data-article="(\w+)"[^>]*?(?: data-hidden="([^"]*)")?>', page))
    assert hidden["handling"] == "Staff only"
    assert hidden["plans"] == "Draft"
    assert hidden["refund"] == ""


def test_a_pasted_letter_finds_what_answers_it(agent: Visitor) -> None:
    letter = (
        "Dear team,\n\nI have been with you for three years and I like it here very much. My cat walked over "
        "the keyboard, which is another story. How can I get a refund?\n\nKind regards\nAnn Other\n"
        * 3
    )
    assert "refund" in found(agent, letter)
    assert post(agent, "/staff/links", q="x" * 20_000, part="1").status_code == 200
    assert agent.post("/staff/links", {"q": "ä" * 40_000}).status_code == 413


def test_what_was_typed_stays_out_of_addresses_and_comes_back_as_text(
    agent: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    hostile = '"><script>alert(1)</script> ann@example.com'
    answer = post(agent, "/staff/links", q=hostile)
    page = answer.get_data(as_text=True)
    agent._look_at("/staff/links", page)
    assert "<script>alert" not in page
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "ann@example.com" not in str(answer.headers) + caplog.text
    assert "ann@example.com" not in agent.get("/staff/links")


def test_without_javascript_each_answer_shows_its_address(agent: Visitor) -> None:
    page = post(agent, "/staff/links", q="plan").get_data(as_text=True)
    agent._look_at("/staff/links", page)
    assert f'value="{BASE}/articles/cancel#cancel-on-the-web" readonly' in page
    assert 'role="option"' not in page
    page = post(agent, "/staff/links", q=f"secret {CANARY}").get_data(as_text=True)
    assert f'value="{BASE}/staff/read/articles/plans#secret-{CANARY}" readonly' in page


def test_each_form_is_ready_to_paste(agent: Visitor) -> None:
    ways = {
        form: copied(agent, "linker", form, "per-month", reference="#7")
        for form in ("address", "markdown", "html", "title", "excerpt", "section")
    }
    (code,) = {way["code"] for way in ways.values()}  # one reply, whatever the form
    url = f"{BASE}/r/{code}"
    label = "Our prices: Per month"
    assert ways["address"] == {"text": url, "html": "", "code": code}
    assert ways["markdown"]["text"] == f"[{label}]({url})"
    assert ways["html"]["html"] == f'<a href="{url}">{label}</a>'
    assert ways["html"]["text"] == f"{label}: {url}"
    assert ways["title"]["text"] == f"{label}\n{url}"
    excerpt = ways["excerpt"]
    assert excerpt["text"].startswith(f"{label}\nIt is 10 euro & more. Cancel any time.")
    assert "<p>It is 10 euro &amp; more. Cancel any time." in excerpt["html"]
    section = ways["section"]
    cancel = f"{BASE}/articles/cancel#cancel-on-the-web"
    assert section["text"] == (
        f"{label}\n\nIt is 10 euro & more. Cancel ({cancel}) any time.\n\nkb  serve\n  twice\n\n{url}"
    )
    assert (
        f'<blockquote cite="{url}"><p>It is <em>10</em> euro &amp; more. <a href="{cancel}">'
        in section["html"]
    )
    assert copied(agent, "linker", "excerpt")["text"].startswith("Our prices\nWhat it costs.\n")


def test_a_hostile_title_is_text_in_every_form(agent: Visitor) -> None:
    page = post(agent, "/staff/links", q="hostilities").get_data(as_text=True)
    agent._look_at("/staff/links", page)
    assert "&lt;svg onload=alert(1)&gt;" in page
    assert found(agent, "hostilities") == ["hostile"]
    for form in ("address", "markdown", "html", "title", "excerpt", "section"):
        way = copied(agent, "hostile", form)
        assert "<svg" not in way["html"]
        assert (HOSTILE in way["text"]) is (form not in ("address", "markdown"))
        if form == "markdown":
            assert way["text"].startswith(
                r"[\<svg onload=alert(1)> \"x\" ' \[y\](z) & {{7".replace('\\"', '"')
            )


def test_another_ticket_gets_another_link(agent: Visitor) -> None:
    codes = [copied(agent, "refund", "address", reference=r)["code"] for r in ("#8", "#9", "", "")]
    assert len(set(codes)) == 3
    assert linking(agent.app).links.find(codes[1]).reference == "#9"  # type: ignore[union-attr]
    for wrong in (
        {"reference": "ann@example.com"},
        {"form": "x"},
        {"section": "x"},
        {"article": "x"},
    ):
        form = {"article": "cancel", "section": "", "form": "address"} | wrong
        answer = agent.post("/staff/links/copies", form)
        assert answer.status_code in (400, 404)


def test_what_is_public_is_copied_as_the_public_sees_it(agent: Visitor) -> None:
    for form in ("section", "excerpt", "markdown"):
        way = copied(agent, "linker", form)
        assert "plans" not in way["text"].replace("the plans", "") + way["html"].replace(
            "the plans", ""
        )
        assert CANARY not in str(way)


def test_a_draft_gets_an_address_that_asks_for_a_login_and_no_link(agent: Visitor) -> None:
    for slug in ("plans", "handling"):
        way = copied(agent, slug, "address", reference="#12")
        assert way == {"text": f"{BASE}/staff/read/articles/{slug}", "html": "", "code": ""}
    sent = linking(agent.app).links.uses("sam", dt.datetime.now(dt.UTC) - dt.timedelta(days=1), 500)
    assert not [use for use in sent if use.link.slug in ("plans", "handling")]


# ── Canned replies ──────────────────────────────────────────────────────


def test_a_canned_reply_is_pasted_with_its_links_filled_in(agent: Visitor) -> None:
    assert found(agent, "invoice")[0] == "hello"
    both = copied(agent, "hello", "address")
    cancel = f"{BASE}/articles/cancel"
    assert both["text"] == (
        f"Hello,\n\nsend us the invoice. See how to cancel ({cancel}), the plans and https://bank.example/.\n\n"
        "1. Open it.\n2. Send it.\n\nWrite to us (help@example.com)."
    )
    assert f'<a href="{cancel}">how to cancel</a>' in both["html"]
    assert (both["code"], "plans.md" in str(both)) == ("", False)
    markdown = copied(agent, "hello", "markdown")
    assert f"[how to cancel]({cancel}), the plans and" in markdown["text"]
    assert markdown["html"] == ""
    page = post(agent, "/staff/links", q="invoice", part="1").get_data(as_text=True)
    assert "data-reply>" in page  # and needs no second key: it is written for customers


def test_a_canned_reply_is_never_public(app: Flask, visitor: Visitor) -> None:
    assert "hello" not in app.extensions["kb"].edition.library.by_slug
    visitor.get("/articles/hello", status=404)
    from kb.content.frontmatter import split

    told = split("---\ntype: reply\naudience: public\n---\n")
    meta, problems, unknown = read_metadata(told.entries)
    assert (meta.audience, [p.code for p in problems], list(unknown)) == (
        "staff",
        ["unknown-audience"],
        [],
    )


# ── Nothing fits ────────────────────────────────────────────────────────


def failures(app: Flask) -> list[Any]:
    kb = app.extensions["kb"]
    begin = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    return [f for f in Failures(kb.journal.database).since(begin) if f.source == "nothing_fits"]


def test_nothing_fits_becomes_evidence_and_can_be_taken_back(
    agent: Visitor, writer: Visitor
) -> None:
    answer = post(agent, "/staff/missing", 303, q="dark mode for ann@example.com")
    page = agent.get(answer.headers["Location"])
    assert "“dark mode for [email]”" in page
    number = answer.headers["Location"].rpartition("/")[2]
    post(agent, f"/staff/missing/{number}/notes", 303, note="Asked by phone, too: bob@example.com")
    (failure,) = failures(agent.app)
    assert (failure.text, failure.said) == ("dark mode for [email]", "Asked by phone, too: [email]")
    assert failure.normal
    for path in (f"/staff/missing/{number}/removal", f"/staff/missing/{number}/notes"):
        post(writer, path, 404)  # somebody else's
    assert len(failures(agent.app)) == 1
    part = post(agent, f"/staff/missing/{number}/removal", part="1").get_data(as_text=True)
    assert "Taken back" in part
    assert failures(agent.app) == []
    post(agent, "/staff/missing", 400, q="  \0 ")


def test_of_a_letter_only_the_question_is_kept() -> None:
    story = "I have been a customer for years and everything was fine. " * 5
    letter = f"Dear team,\n{story}Really?\nWhere do I find the invoices of ann@example.com? Thanks!\nAnn Other"
    assert gist(letter, "en") == "Where do I find the invoices of [email]?"
    assert gist("  short\nwords ", "en") == "short words"
    assert gist("no question here. " + story, "en").startswith("I have been a customer")
    assert len(gist("x" * 20_000, "en")) == 200
    assert gist("", "en") == gist(" \n ", "en") == ""


# ── Flags ───────────────────────────────────────────────────────────────


def test_a_flag_stands_on_the_page_of_articles_until_a_writer_resolves_it(
    agent: Visitor, writer: Visitor
) -> None:
    note = "<b>The button</b> is gone, says ann@example.com"
    told = post(agent, "/staff/flags", article="refund", kind="out-of-date", note=note, part="1")
    assert "is flagged" in told.get_data(as_text=True)
    post(agent, "/staff/flags", article="plans", kind="unclear", note="")  # drafts, too
    for wrong in ({"article": "none"}, {"kind": "none"}):
        assert agent.post(
            "/staff/flags", {"article": "refund", "kind": "wrong"} | wrong
        ).status_code in (400, 404)
    page = writer.get("/staff/articles")
    assert "&lt;b&gt;The button&lt;/b&gt; is gone, says [email]" in page
    assert "Out of date" in page
    assert "/resolution" not in agent.get("/staff/articles")
    (address,) = re.findall(r'href="(/staff/read/a/refunds)"', page)
    assert agent.client.get(address).headers["Location"] == "/staff/read/articles/refund"
    numbers = re.findall(r"/staff/flags/(\d+)/resolution", page)
    assert len(numbers) == 2
    post(agent, f"/staff/flags/{numbers[0]}/resolution", 403)
    for number in numbers:
        post(writer, f"/staff/flags/{number}/resolution", 303)
        post(writer, f"/staff/flags/{number}/resolution", 404)
    assert "Flagged by the team" not in writer.get("/staff/articles")


# ── What became of it ───────────────────────────────────────────────────


@pytest.mark.usefixtures("later")
def test_the_pages_tell_what_became_of_links(app: Flask, writer: Visitor) -> None:
    kb = app.extensions["kb"]
    for reference in ("#31", "#32"):
        code = linking(app).make("faq", "", "ada", reference)
    opened(app, code)
    page = writer.get("/staff/links")
    assert "#31" in page
    assert "Solved" in page
    health = next(row for row in kb.ledger.survey().articles if row.article.slug == "faq")
    assert health.links == Sums(2, 1, 1)
    shown = writer.get("/staff/articles")
    row = shown[shown.index("/articles/faq") :].split("</tr>")[0]
    assert "1 opened" in row
    assert "50 %" in row


def test_who_sent_what_has_changed_learns_in_which_tickets(tmp_path: Path) -> None:
    words = " ".join(f"word{n}" for n in range(60))
    site = make_site(tmp_path, {
        **sample(), "a.md": f"---\ntitle: Little\n---\n{words}\n", "b.md": f"---\ntitle: Much\n---\n{words}\n",
    })  # fmt: skip
    app = site.app()
    links = linking(app)
    for slug, reference, who in (
        ("a", "#1", "ada"), ("b", "#2", "ada"), ("b", "", "ada"), ("b", "#3", "sam"), ("refund", "#4", "ada"),
        ("password", "#5", "ada"), ("cancel", "#6", "ada"),
    ):  # fmt: skip
        links.make(slug, "", who, reference)
    (site.articles / "billing/refund.md").unlink()
    password = site.articles / "account/password.md"
    password.write_text(password.read_text().replace("Reset your", "Forgot your"))
    site.write({
        "a.md": f"---\ntitle: Little\n---\n{words} and a few more\n",
        "b.md": f"---\ntitle: Much\n---\n{words[:200]} all else is of today {words[:100].upper()}x\n",
    })  # fmt: skip
    site.build()
    app.extensions["kb"].refresh()
    assert {n.title: (n.now is None, n.references, n.others, n.renamed) for n in links.notices("ada")} == {
        "Much": (False, ("#2",), 1, False), "Get a refund": (True, ("#4",), 0, False),
        "Reset your password": (False, ("#5",), 0, True),
    }  # fmt: skip
    ada = signed_in(Visitor(app))
    page = ada.get("/staff/links")
    assert "went out in #2 and in 1 reply without a ticket number" in page
    assert "#3" not in page
    for article in ("b", "refunds", "nowhere"):
        post(ada, "/staff/links/dismissals", 303, article=article)
    assert [notice.title for notice in links.notices("ada")] == ["Reset your password"]
    assert [notice.references for notice in links.notices("sam")] == [("#3",)]
    site.write({"b.md": "---\ntitle: Much\n---\nNothing is as it was.\n"})
    site.build()
    app.extensions["kb"].refresh()
    assert len(links.notices("ada")) == 2


# ── The panel ───────────────────────────────────────────────────────────


def test_only_named_sites_may_frame_the_panel_and_nothing_else(
    tmp_path: Path, agent: Visitor
) -> None:
    assert (
        "frame-ancestors 'none'"
        in agent.client.get("/staff/panel").headers["Content-Security-Policy"]
    )
    desk = "https://desk.example.com"
    framed = signed_in(Visitor(make_site(tmp_path, panel_origins=[desk]).app()))
    for path in (
        "/staff/panel",
        "/staff/links",
        "/staff/",
        "/staff/login",
        "/",
        "/articles/cancel",
    ):
        policy = framed.client.get(path).headers["Content-Security-Policy"]
        assert ("frame-ancestors 'none'" in policy) is (path != "/staff/panel")
        assert (f"frame-ancestors {desk};" in policy + ";") is (path == "/staff/panel")
        assert "script-src 'self'" in policy


@pytest.mark.parametrize(
    "origin", ["*", "desk.example.com", "https://desk.example.com/x", "https:", "https://a.example; script-src *"]
)  # fmt: skip
def test_an_origin_is_an_origin(origin: str) -> None:
    with pytest.raises(ValueError, match="must look like"):
        Settings(panel_origins=(origin,))


def test_the_bookmark_takes_the_selection_behind_a_number_sign(agent: Visitor) -> None:
    page = agent.get("/staff/links")
    (code,) = re.findall(r'href="(javascript:[^"]*)"', page)
    script = unquote(code.replace("&gt;", ">").replace("&#39;", "'").replace("&amp;", "&"))
    assert f'open("{BASE}/staff/panel"+"#"+told' in script
