"""The JSON API for programs: articles, answers, votes and gaps; tokens, limits and other sites."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sample_site import add_account, make_site

from kb.accounts.tokens import SCOPES, Tokens
from kb.feedback.events import NothingFits
from kb.search.query import normal_form
from kb.web.api import access
from kb.web.reads import MOST_READS, Reads

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from kb.knowledge_base import KnowledgeBase

ABROAD = {"REMOTE_ADDR": "8.8.8.8"}
BASE = "https://help.example.com"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = make_site(tmp_path_factory.mktemp("programs"), base_url=BASE).app()
    add_account(app, "ada", "writer")
    add_account(app, "sam", "agent")
    kb: KnowledgeBase = app.extensions["kb"]
    text, now = "dark mode", dt.datetime.now(dt.UTC)
    kb.signals.write([NothingFits(text, normal_form(text, "en"), "en", "sam", now)])
    return app


def token(app: Flask, *scopes: str, name: str = "ada", **more: Any) -> str:
    tokens = Tokens(app.extensions["kb"].journal.database)
    return tokens.make(name, scopes or tuple(SCOPES), dt.datetime.now(dt.UTC), **more)[1]


@pytest.fixture(scope="module")
def secret(app: Flask) -> str:
    return token(app)


def ask(app: Flask, path: str, secret: str = "", status: int = 200, **more: Any) -> Any:
    return answered(app, path, secret, status, **more).get_json()


def answered(
    app: Flask, path: str, secret: str = "", status: int = 200, **more: Any
) -> TestResponse:
    """With a body it is a post."""
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    method = "POST" if {"json", "data"} & more.keys() else "GET"
    found = app.test_client().open(
        f"/api/v1/{path}", method=method, base_url=BASE, headers=headers, **more
    )
    assert found.status_code == status, found.get_data(as_text=True)
    assert found.content_type == "application/json"
    assert "Set-Cookie" not in found.headers
    return found


def test_articles_are_listed_in_pages(app: Flask) -> None:
    every = ask(app, "articles")
    assert (every["total"], every["page"], every["pages"]) == (4, 1, 1)
    slugs = [one["slug"] for one in every["articles"]]
    assert slugs == ["faq", "password", "cancel", "refund"]
    one, two, past = (ask(app, f"articles?limit=3&page={n}")["articles"] for n in (1, 2, 3))
    assert [*one, *two] == every["articles"]
    assert past == []
    assert every["articles"][2] == {
        "id": "billing/cancel",
        "slug": "cancel",
        "title": "Cancel your plan",
        "url": f"{BASE}/articles/cancel",
        "summary": "Stop paying whenever you like.",
        "kind": "article",
        "lang": "en",
        "categories": ["billing"],
        "tags": [],
        "created": None,
        "updated": "2026-05-01",
    }
    assert ask(app, "articles?category=account")["total"] == 2
    assert ask(app, "articles?category=nothing")["total"] == 0
    assert ask(app, "articles?tag=nothing")["total"] == 0


def test_an_article_is_read_whole(app: Flask) -> None:
    found = ask(app, "articles/cancel")
    assert found["url"] == f"{BASE}/articles/cancel"
    assert 'href="/articles/refund#when"' in found["html"]
    assert found["revision"] == app.extensions["kb"].edition.article("cancel").revision
    assert [section["anchor"] for section in found["sections"]][:2] == ["", "before-you-cancel"]
    assert "Download your invoices first." in found["sections"][1]["text"]
    assert "unsubscribe" not in str(found)  # questions are shown to nobody


def test_categories_are_listed_with_their_numbers(app: Flask) -> None:
    billing = next(c for c in ask(app, "categories")["categories"] if c["path"] == "billing")
    assert billing == {
        "path": "billing",
        "title": "Billing",
        "url": f"{BASE}/categories/billing",
        "summary": "Invoices and plans.",
        "parent": None,
        "articles": 2,
    }


def test_a_message_is_answered_with_sections(app: Flask) -> None:
    found = ask(app, "answer", json={"text": "no e-mail arrived to reset my password", "limit": 1})
    (first,) = found["results"]
    assert first["url"] == f"{BASE}/articles/password#no-e-mail-arrived"
    assert first["text"] == "Look into the spam folder."
    assert first["snippet"]
    assert ask(app, "answer", json={"text": " \u0000\n"}) == {"results": []}


def test_nothing_of_a_message_is_kept(app: Flask) -> None:
    kb: KnowledgeBase = app.extensions["kb"]
    ask(app, "answer", json={"text": "canarymessage"})
    kb.recorder.flush()
    assert "canarymessage" not in str([*kb.signals.searches()])


@pytest.mark.parametrize("slug", ["draft", "internal", "nothing"])
def test_drafts_and_staff_articles_do_not_exist_for_any_token(
    app: Flask, secret: str, slug: str
) -> None:
    missing = ask(app, "articles/nothing", status=404)
    assert ask(app, f"articles/{slug}", secret, 404) == missing
    vote = {"article": slug, "helpful": True, "visitor": "a"}
    assert ask(app, "votes", secret, 404, json=vote) == missing
    told = ask(app, "articles?limit=100", secret), ask(app, "answer", json={"text": "canarydraft"})
    assert "canary" not in str(told)
    assert "Unfinished" not in str(told)


def test_what_everybody_may_see_may_be_kept_and_what_takes_a_token_not(
    app: Flask, secret: str
) -> None:
    for path in ("articles", "articles/cancel", "categories", "openapi.json", "search?q=plan"):
        assert answered(app, path).headers["Cache-Control"] == "public, max-age=60"
    assert "ETag" in answered(app, "articles/cancel").headers
    assert answered(app, "gaps", secret).headers["Cache-Control"] == "no-store"
    assert answered(app, "answer", json={"text": "a"}).headers["Cache-Control"] == "no-store"


def test_a_vote_of_a_program_counts_once_per_visitor(app: Flask, secret: str) -> None:
    kb: KnowledgeBase = app.extensions["kb"]
    vote = {"article": "refund", "helpful": False, "visitor": "customer 7", "reason": "other",
            "text": "mail me at a@example.com", "query": "money"}  # fmt: skip
    assert ask(app, "votes", secret, 201, json=vote) == {"article": "refund", "helpful": False}
    ask(app, "votes", secret, 201, json=vote | {"visitor": "customer 8", "reason": ""})
    changed = {"article": "refund", "helpful": True, "visitor": "customer 7"}
    ask(app, "votes", secret, 201, json=changed)
    first, second = kb.journal.votes()
    assert (first.article, first.helpful, second.helpful) == ("refunds", True, False)
    assert (second.text, second.query) == ("mail me at [email]", "money")
    assert first.revision == second.revision == kb.edition.article("refund").revision
    assert "customer" not in f"{first}{second}"


MESSAGE = {
    "subject": "Charged twice",
    "text": "My card was charged twice. You owe me canarymoney.",
    "email": "ann@example.org",
    "visitor": "customer 7",
    "article": "refund",
    "searches": ["money back", "refund 4111 1111 1111 1111"],
    "shown": ["refunds", "billing/cancel", "account/draft"],
    "opened": ["refunds"],
}


def test_a_message_of_a_program_reaches_support_once(app: Flask, secret: str) -> None:
    kb: KnowledgeBase = app.extensions["kb"]
    reference = ask(app, "contacts", secret, 201, json=MESSAGE | {"once": "ticket 1"})["reference"]
    again = ask(app, "contacts", secret, 201, json=MESSAGE | {"once": "ticket 1"})
    assert again == {"reference": reference}
    other = ask(app, "contacts", token(app, "contacts"), 201, json=MESSAGE | {"once": "ticket 1"})
    assert other["reference"] != reference
    (kept,) = (one for one in kb.delivery.messages.some(range(1, 9)) if one.reference == reference)
    message = kept.message
    assert (message.subject, message.email, message.source) == (
        "Charged twice",
        "ann@example.org",
        "api",
    )
    assert (message.article, message.searches) == ("refunds", ("money back", "refund [card]"))
    assert (message.shown, message.opened) == (("refunds", "billing/cancel"), ("refunds",))


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "ann@example.org\r\nBcc: b@example.org"},
        {"email": "a@example.org, b@example.org"},
        {"email": "ann"},
        {"subject": "Hello\r\nBcc: b@example.org"},
        {"subject": ""},
        {"subject": "x" * 201},
        {"text": " \n "},
        {"text": "x" * 20_001},
        {"searches": ["a"] * 6},
        {"shown": [1]},
        {"sender": "b@example.org"},
    ],
)
def test_a_message_that_cannot_be_sent_is_refused(
    app: Flask, secret: str, wrong: dict[str, Any]
) -> None:
    ask(app, "contacts", secret, 400, json=MESSAGE | {"visitor": "wrong"} | wrong)


def test_one_customer_of_a_program_cannot_flood_support(app: Flask, secret: str) -> None:
    for n in range(5):
        ask(app, "contacts", secret, 201, json=MESSAGE | {"visitor": "flood", "text": f"no {n}"})
    refused = answered(app, "contacts", secret, 429, json=MESSAGE | {"visitor": "flood"})
    assert int(refused.headers["Retry-After"]) > 60
    ask(app, "contacts", secret, 201, json=MESSAGE | {"visitor": "somebody else"})


def test_a_link_for_a_reply_leads_to_its_section(app: Flask, secret: str) -> None:
    asked = {"article": "refund", "section": "when", "reference": "#10234"}
    made = ask(app, "links", secret, 201, json=asked)
    assert made["url"] == f"{BASE}/r/{made['code']}"
    followed = app.test_client().get(f"/r/{made['code']}", base_url=BASE)
    assert followed.headers["Location"] == "/articles/refund#when"
    kept = app.extensions["linking"].links.find(made["code"])
    assert (kept.who, kept.article, kept.reference) == ("ada", "refunds", "#10234")
    for wrong in ({"section": "nothing"}, {"reference": "a@example.org"}, {"reference": 1}):
        ask(app, "links", secret, 400, json=asked | wrong)
    for slug in ("draft", "internal", "nothing"):
        ask(app, "links", secret, 404, json={"article": slug})


def test_where_customers_write_elsewhere_programs_do_too(
    app: Flask, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = app.extensions["kb"].settings.model_copy(update={"contact_url": "mailto:a@b.org"})
    monkeypatch.setattr(app.extensions["kb"], "settings", elsewhere)
    assert "elsewhere" in ask(app, "contacts", secret, 404, json=MESSAGE)["error"]["message"]


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({"article": "refund", "helpful": "yes"}, "helpful is true or false."),
        ({"article": "refund", "helpful": 1}, "helpful is true or false."),
        ({"article": "", "helpful": True}, "1 to 200 characters"),
        ({"article": "refund"}, "helpful is true or false."),
        ({"article": "refund", "helpful": True, "visitor": ""}, "1 to 200 characters"),
        ({"article": "refund", "helpful": False, "reason": "bad"}, "couldnt-find or out-of-date"),
        ({"article": "refund", "helpful": True, "vistor": "a"}, "article, helpful, visitor"),
        ([], "article, helpful, visitor"),
        ("refund", "article, helpful, visitor"),
    ],
)
def test_a_mistake_in_a_body_is_told(app: Flask, secret: str, body: Any, hint: str) -> None:
    if isinstance(body, dict):
        body = {"visitor": "a"} | body if "vistor" not in body else body | {"visitor": "a"}
    error = ask(app, "votes", secret, 400, json=body)["error"]
    assert error["code"] == "bad_request"
    assert hint in error["hint"]


def test_a_reason_for_a_yes_is_no_vote(app: Flask, secret: str) -> None:
    before = len([*app.extensions["kb"].journal.votes()])
    vote = {"article": "cancel", "helpful": True, "visitor": "a", "reason": "other"}
    assert "not helpful" in ask(app, "votes", secret, 400, json=vote)["error"]["message"]
    assert len([*app.extensions["kb"].journal.votes()]) == before


@pytest.mark.parametrize("body", ["", "{", "[" * 60_000, "{'a': 1}", '{"text": "\\ud800"}', "NaN"])
def test_a_body_that_is_no_json_is_no_fault_of_ours(app: Flask, body: str) -> None:
    more = {"data": body, "content_type": "application/json"}
    assert ask(app, "answer", status=400, **more)["error"]["code"] == "bad_request"


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer kb_unknown", "kb_", "Bearer \u00e9"],
)
def test_who_shows_no_token_that_counts_is_asked_for_one(app: Flask, given: str | None) -> None:
    headers = {} if given is None else {"Authorization": given}
    for path in ("gaps", "gaps/1"):
        found = app.test_client().get(f"/api/v1/{path}", base_url=BASE, headers=headers)
        assert found.status_code == 401
        assert found.headers["WWW-Authenticate"] == "Bearer"
        assert found.get_json()["error"]["code"] == "unauthorized"


def test_a_session_of_staff_is_no_token(app: Flask) -> None:
    """A cookie would let other sites' forms act."""
    client = app.test_client()
    form = {"name": "ada", "password": "four words nobody guesses"}
    own = {"headers": {"Sec-Fetch-Site": "same-origin"}, "base_url": BASE}
    assert client.post("/staff/login", data=form, **own).status_code == 303
    assert client.get("/staff/gaps", base_url=BASE).status_code in (200, 202)
    assert client.get("/api/v1/gaps", base_url=BASE).status_code == 401


def test_a_token_does_what_its_scope_says_and_no_more(app: Flask) -> None:
    votes = token(app, "votes")
    vote = {"article": "cancel", "helpful": True, "visitor": "scope"}
    ask(app, "votes", votes, 201, json=vote)
    told = ask(app, "gaps", votes, 403)["error"]
    assert told["message"] == "This takes a token with the scope gaps."
    ask(app, "gaps/1/states", token(app, "gaps"), 403, json={"state": "claimed"})
    ask(app, "votes", token(app, "gaps"), 403, json=vote)


def test_a_token_ends_with_the_role_and_the_account(app: Flask) -> None:
    add_account(app, "bob", "writer")
    secret, accounts = (
        token(app, "gaps", "gaps:write", name="bob"),
        app.extensions["staff"].accounts,
    )
    number = ask(app, "gaps", secret)["gaps"][0]["id"]
    accounts.set_role("bob", "agent")
    error = ask(app, f"gaps/{number}/states", secret, 403, json={"state": "claimed"})["error"]
    assert error["message"] == "The scope gaps:write takes the role writer."
    ask(app, "gaps", secret)
    accounts.disable("bob")
    ask(app, "gaps", secret, 401)
    accounts.enable("bob")
    ask(app, "gaps", secret, 401)


def test_a_gap_is_listed_read_and_brought_into_a_state(app: Flask, secret: str) -> None:
    listed = ask(app, "gaps", secret)
    assert (listed["total"], listed["page"], listed["pages"]) == (1, 1, 1)
    (gap,) = listed["gaps"]
    assert (gap["label"], gap["state"], gap["diagnosis"]) == ("dark mode", "open", "missing")
    assert gap["url"] == f"{BASE}/staff/gaps/{gap['id']}"
    assert ask(app, "gaps?state=proven", secret)["total"] == 0
    states = f"gaps/{gap['id']}/states"
    claimed = ask(app, states, secret, 201, json={"state": "claimed"})
    assert (claimed["state"], claimed["who"]) == ("claimed", "ada")
    done = {"state": "documented", "article": "cancel", "note": "written"}
    assert ask(app, states, secret, 201, json=done)["article"] == "cancel"
    found = ask(app, f"gaps/{gap['id']}", secret)
    assert [one["state"] for one in found["history"]] == ["open", "claimed", "documented"]
    assert ask(app, "gaps?state=documented", secret)["gaps"][0]["note"] == "written"
    ask(app, states, secret, 400, json={"state": "ignored"})
    ask(app, states, secret, 400, json={"state": "proven"})
    ask(app, states, secret, 404, json=done | {"article": "draft"})
    for path in ("gaps/99", f"gaps/{10**30}"):
        ask(app, path, secret, 404)
    ask(app, "gaps/99/states", secret, 404, json={"state": "claimed"})
    ask(app, states, secret, 201, json={"state": "reopened"})


def test_figures_that_are_still_worked_out_are_no_fault(
    app: Flask, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kb = app.extensions["kb"]
    monkeypatch.setattr(kb.ledger, "surveyed", lambda: None)
    monkeypatch.setattr(kb.ledger, "has_few_searches", lambda most: False)
    monkeypatch.setattr("kb.surveying.Surveyor.look", lambda self: None)
    assert "worked out" in ask(app, "gaps", secret, 503)["error"]["message"]


def test_what_a_token_may_still_do_is_in_the_headers(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "MOST_OF_TOKEN", 3)
    secret, other = token(app, "gaps"), token(app, "gaps")
    for left in (2, 1, 0):
        told = answered(app, "gaps", secret).headers
        assert (told["RateLimit-Limit"], told["RateLimit-Remaining"]) == ("3", str(left))
        assert 0 < int(told["RateLimit-Reset"]) <= 60
        assert "Retry-After" not in told
    refused = answered(app, "gaps", secret, 429)
    assert refused.get_json()["error"]["code"] == "too_many_requests"
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert refused.headers["Retry-After"] == refused.headers["RateLimit-Reset"]
    answered(app, "gaps", other)


def test_readers_of_one_address_have_a_limit_together(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.web.reads.MOST_READS", 22)
    monkeypatch.setitem(app.extensions, "reads", Reads())
    abroad = {"environ_base": ABROAD}
    assert answered(app, "search?q=plan", **abroad).headers["RateLimit-Remaining"] == "21"
    told = answered(app, "answer", json={"text": "plan"}, **abroad).headers
    assert told["RateLimit-Remaining"] == "1"
    assert answered(app, "suggest?q=pl", **abroad).headers["RateLimit-Remaining"] == "0"
    refused = answered(app, "articles", status=429, **abroad)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "RateLimit-Limit" not in answered(app, "articles/cancel", **abroad).headers
    elsewhere = {"environ_base": {"REMOTE_ADDR": "9.9.9.9"}}
    assert answered(app, "articles", **elsewhere).headers["RateLimit-Remaining"] == "21"


def test_a_proxy_that_nobody_told_of_does_not_make_all_readers_one(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.web.reads.MOST_READS", 1)
    monkeypatch.setitem(app.extensions, "reads", Reads())
    for address in ("127.0.0.1", "::1", "10.1.2.3", "172.17.0.1", "", "unix:"):
        for _ in range(3):
            told = answered(app, "search?q=a", environ_base={"REMOTE_ADDR": address}).headers
            assert "RateLimit-Limit" not in told


def test_reads_are_counted_by_household_and_start_over() -> None:
    now = [100.0]
    reads = Reads(lambda: now[0])
    assert reads.count("2001:db8::1", 1).left == MOST_READS - 1
    assert reads.count("2001:db8::2", 1).left == MOST_READS - 2
    assert reads.count("2001:db8:0:1::1", 1).left == MOST_READS - 1
    now[0] += 59.5
    assert (reads.count("2001:db8::1", 1).left, reads.count("2001:db8::1", 0).seconds) == (
        MOST_READS - 3,
        1,
    )
    now[0] += 1
    assert reads.count("2001:db8::1", 1).left == MOST_READS - 1


def test_no_number_of_addresses_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.web.reads.MOST_READERS", 3)
    reads = Reads()
    for n in range(9):
        reads.count(f"9.9.9.{n}", 1)
    assert len(reads._counts) == 3
    assert reads.count("9.9.9.0", 1).left == MOST_READS - 2


def test_a_foreign_page_needs_a_token_for_what_changes_something(app: Flask, secret: str) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        found = app.test_client().post(
            "/api/v1/votes", base_url=BASE, headers=headers,
            json={"article": "refund", "helpful": True, "visitor": "x"},
        )  # fmt: skip
        assert found.status_code == 401
        form = app.test_client().post(
            "/api/v1/votes", base_url=BASE, headers=headers, data={"article": "refund"}
        )
        assert form.status_code == 401
        refused = app.test_client().post(
            "/articles/refund/votes", base_url=BASE, headers=headers, data={"helpful": "yes"}
        )
        assert refused.status_code == 403


def test_pages_of_other_sites_may_read_only_where_that_is_set(app: Flask, secret: str) -> None:
    client, name = app.test_client(), "Access-Control-Allow-Origin"
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    assert name not in client.options("/api/v1/answer", base_url=BASE, headers=asked).headers
    opened = app.extensions["kb"].settings.model_copy(update={"cross_origin": True})
    app = make_open(app, opened)
    public = ("search?q=a", "suggest?q=a", "articles", "articles/cancel", "categories", "search")
    for path in public:
        found = app.test_client().get(f"/api/v1/{path}", base_url=BASE)
        assert found.headers[name] == "*"
        assert "Access-Control-Allow-Credentials" not in found.headers
    told = app.test_client().options("/api/v1/answer", base_url=BASE, headers=asked)
    assert (told.status_code, told.headers[name]) == (200, "*")
    assert told.headers["Access-Control-Allow-Headers"] == "Content-Type"
    found = app.test_client().post(
        "/api/v1/answer",
        base_url=BASE,
        json={"text": "plan"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert (found.status_code, found.headers[name]) == (200, "*")
    for path in ("gaps", "gaps/1"):
        assert (
            name not in answered(app, path, secret, answered(app, path, secret).status_code).headers
        )
    assert name not in app.test_client().options("/api/v1/votes", base_url=BASE).headers


def make_open(app: Flask, settings: Any) -> Flask:
    from kb.web import create_app

    return create_app(settings)
