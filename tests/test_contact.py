"""Before writing to support: what is offered, what is stored, what is refused; without a browser."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import logging
import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from sample_site import PNG, Visitor, make_site

from kb.errors import JournalUnavailable
from kb.feedback.deflections import Deflections
from kb.feedback.tables import metadata, searches
from kb.feedback.visits import Visits
from kb.helpdesk.messages import Messages
from kb.insights.outcomes import judge
from kb.settings import Settings
from kb.web import create_app, stamps
from kb.web.reads import Reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
WRITTEN = {
    "subject": "Where is my refund",
    "text": "I was charged twice, see invoice 7.",
    "email": "ada@example.org",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_site(tmp_path_factory.mktemp("contact")).app()


@pytest.fixture
def app(shared: Flask) -> Iterator[Flask]:
    """One site for all, with an empty journal each time."""
    yield shared
    kb = shared.extensions["kb"]
    kb.recorder.flush()
    with kb.journal.database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name != "salts":
                connection.execute(table.delete())


class Customer(Visitor):
    """Somebody with a browser of their own who takes their time."""

    def __init__(self, app: Flask, agent: str = AGENT, **headers: str) -> None:
        super().__init__(app)
        self.headers = {"User-Agent": agent, "Sec-Fetch-Site": "same-origin", **headers}

    def form(self, address: str = "/contact") -> dict[str, Any]:
        """The fields of the form there, made some seconds ago."""
        return self.fields(self.get(address, headers=self.headers))

    def fields(self, page: str) -> dict[str, Any]:
        form = page[page.index("data-contact-form") :].partition("</form>")[0]
        found: dict[str, Any] = {}
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
            found.setdefault(name, []).append(value)
        return found

    def send(self, fields: dict[str, Any], step: str = "send", **more: Any) -> Any:
        data = {**fields, **WRITTEN, "step": step, **more}
        kind = "multipart/form-data" if step == "send" else None
        return self.client.post("/contact", data=data, headers=self.headers, content_type=kind)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to wait in tests; one of them looks at how quick is too quick."""
    monkeypatch.setattr(stamps, "QUICKEST", -1)


@pytest.fixture
def customer(app: Flask) -> Customer:
    return Customer(app)


def stored(app: Flask) -> list[Any]:
    delivery = app.extensions["kb"].delivery
    ways = delivery.outbox.ways(("kept", "waiting"), 99)
    return delivery.messages.some([way.message for way in ways])


# ── The way of a message ────────────────────────────────────────────────


def test_a_message_goes_by_way_of_the_articles_that_may_answer_it(
    app: Flask, customer: Customer
) -> None:
    fields = customer.form("/contact?article=cancel&q=money+back")
    looked = customer.send(fields, "look")
    assert looked.status_code == 200
    page = looked.get_data(as_text=True)
    customer._look_at("/contact", page)
    assert "does one of these answer it?" in page
    assert "Within 14 days." in page  # the section itself, readable in place
    assert "Which articles were shown" in page
    assert "The article that you came from: Cancel your plan" in page
    assert "<q>money back</q>" in page
    assert stored(app) == []
    answer = customer.send(customer.fields(page), opened=["refunds"])
    assert answer.status_code == 303
    [one] = stored(app)
    thanks = customer.get(answer.headers["Location"])
    assert one.reference in thanks
    message = one.message
    assert (message.subject, message.text, message.email) == tuple(WRITTEN.values())
    assert (message.article, message.page) == ("billing/cancel", "/articles/cancel")
    assert message.searches == ("money back",)
    assert "refunds" in message.shown
    assert message.opened == ("refunds",)


def test_the_last_searches_of_the_visit_go_with_it_redacted(app: Flask) -> None:
    customer, other = Customer(app), Customer(app, agent=AGENT + " other")
    customer.get("/search?q=refund+for+ada@example.org", headers=customer.headers)
    customer.get("/search?q=invoice", headers=customer.headers)
    other.get("/search?q=not+mine", headers=other.headers)
    app.extensions["kb"].recorder.flush()
    page = customer.send(customer.form(), "look").get_data(as_text=True)
    assert "<q>invoice</q>" in page
    assert "not mine" not in page
    customer.send(customer.fields(page))
    assert stored(app)[0].message.searches == ("invoice", "refund for [email]")


def test_searches_of_before_the_visit_stay_here(app: Flask) -> None:
    """Somebody else may have made them, with the same browser from the same address."""
    customer, database = Customer(app), app.extensions["kb"].journal.database
    customer.get("/search?q=secretplan", headers=customer.headers)
    app.extensions["kb"].recorder.flush()
    with database.writing() as connection:
        hour_ago = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        connection.execute(searches.update().values(last=hour_ago))
    assert "secretplan" not in customer.send(customer.form(), "look").get_data(as_text=True)


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        ("/articles/refund?x=1", "/articles/refund"),
        ("/widget/search?q=me", "/search"),
        ("/votes/WzEsIjEi.signed", ""),
        ("/contact/sent/token", ""),
        ("//evil.example/", ""),
    ],
)
def test_the_page_before_is_one_that_says_nothing_of_its_reader(
    app: Flask, before: str, kept: str
) -> None:
    customer = Customer(app, Referer=f"http://localhost{before}")
    fields = customer.form()
    assert fields["page"] == [kept]
    customer.send(fields, page=before.partition("?")[0].removeprefix("/widget"))
    assert stored(app)[0].message.page == kept


def test_who_asks_not_to_be_tracked_sends_no_searches_but_that_of_the_address(app: Flask) -> None:
    before, private = Customer(app), Customer(app, **{"Sec-GPC": "1"})
    before.get("/search?q=secretplan", headers=before.headers)  # the same browser, not asking yet
    app.extensions["kb"].recorder.flush()
    private.send(private.form("/contact?q=refund"))
    assert stored(app)[0].message.searches == ("refund",)


def test_a_message_is_evidence_of_a_gap_without_what_is_personal_in_it(
    app: Flask, customer: Customer
) -> None:
    customer.send(customer.form(), text="Call me at ada@example.org about the zebra")
    kb = app.extensions["kb"]
    kb.recorder.flush()
    [told] = kb.signals.contacts()
    [search] = kb.signals.searches()
    assert told.text == "Where is my refund\nCall me at [email] about the zebra"
    assert told.search == search.token
    assert (search.text, search.source) == ("Where is my refund", "contact")


def test_what_the_articles_answer_is_settled_and_nothing_is_sent(
    app: Flask, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.get("/search?q=money+back", headers=customer.headers)
    page = customer.send(customer.form("/contact?q=money+back"), "look").get_data(as_text=True)
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    form = {"answered": "refund", "q": "money back", "subject": "x", "shown": shown}
    answer = customer.client.post("/contact/answered", data=form, headers=customer.headers)
    assert answer.status_code == 303
    assert "not stored" in customer.get(answer.headers["Location"])
    assert stored(app) == []
    kb = app.extensions["kb"]
    kb.recorder.flush()
    now = dt.datetime.now(dt.UTC)
    assert Deflections(kb.journal.database).count(now - dt.timedelta(hours=1), now) == 1
    customer.client.post("/contact/answered", data=form, headers=customer.headers)  # once is once
    kb.recorder.flush()
    assert (
        Deflections(kb.journal.database).count(now - dt.timedelta(hours=1), now + dt.timedelta(1))
        == 1
    )
    assert [*kb.signals.contacts()] == []
    judge(Visits(kb.journal.database), now + dt.timedelta(hours=1))
    with kb.journal.database.reading() as connection:
        [row] = connection.execute(searches.select()).all()
    assert (row.outcome, row.failed) == ("settled", False)


def test_one_network_makes_up_few_successes(app: Flask) -> None:
    for n in range(33):
        customer = Customer(app, agent=f"{AGENT} {n}")
        data = {"answered": "refund", "subject": "refund", "shown": "refunds"}
        customer.client.post("/contact/answered", data=data, headers=customer.headers)
    now = dt.datetime.now(dt.UTC)
    counted = Deflections(app.extensions["kb"].journal.database)
    assert counted.count(now - dt.timedelta(hours=1), now) == 30


def test_a_robot_and_an_unknown_article_deflect_nothing(app: Flask, customer: Customer) -> None:
    form = {"answered": "none", "subject": "x"}
    answer = customer.client.post("/contact/answered", data=form, headers=customer.headers)
    assert answer.status_code == 400
    robot = Customer(app, agent="curl/8")
    form["answered"] = "refund"
    assert (
        robot.client.post("/contact/answered", data=form, headers=robot.headers).status_code == 303
    )
    now = dt.datetime.now(dt.UTC)
    counted = Deflections(app.extensions["kb"].journal.database)
    assert counted.count(now - dt.timedelta(hours=1), now + dt.timedelta(hours=1)) == 0


def test_suggestions_are_a_piece_of_the_page(customer: Customer) -> None:
    data = {"subject": "refund", "text": "when do I get it"}
    answer = customer.client.post("/contact/suggestions", data=data, headers=customer.headers)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.get_data(as_text=True)
    assert 'data-article="refunds"' in page
    assert "<html" not in page
    assert "canary" not in page
    nothing = customer.client.post("/contact/suggestions", data={}, headers=customer.headers)
    assert 'data-count="0"' in nothing.get_data(as_text=True)


# ── Where it is, and where not ──────────────────────────────────────────


def test_every_page_leads_to_the_form_and_an_article_names_itself(customer: Customer) -> None:
    assert 'href="/contact"' in customer.get("/")
    page = customer.get("/articles/cancel")
    assert page.count('href="/contact?article=cancel"') >= 4  # header, menu, after a No, footer
    assert "about “Cancel your plan”" in page
    assert 'href="/contact?q=zebra"' in customer.get("/search?q=zebra")
    form = customer.form("/contact?article=cancel")
    assert form["article"] == ["cancel"]
    assert 'value="zebra"' in customer.get("/contact?q=zebra")


def test_a_no_without_a_script_leads_to_the_form_with_the_article_named(customer: Customer) -> None:
    vote = customer.post("/articles/cancel/votes", {"helpful": "no"}, headers=customer.headers)
    assert 'href="/contact?article=cancel"' in customer.get(vote.headers["Location"])


@pytest.mark.parametrize(
    ("settings", "link"),
    [
        ({"contact_url": "https://example.com/help"}, "https://example.com/help"),
        ({"contact_form": False}, ""),
        ({"contact_url": "mailto:a@example.com", "contact_form": False}, "mailto:a@example.com"),
    ],
)
def test_a_site_with_another_way_to_support_has_no_form(
    shared: Flask, tmp_path: Any, settings: dict[str, Any], link: str
) -> None:
    known = shared.extensions["kb"].settings
    own = Settings(articles=known.articles, data_dir=known.data_dir, **settings)
    visitor = Visitor(create_app(own))
    page = visitor.get("/search?q=zebra")
    assert "/contact?" not in page
    assert 'href="/contact"' not in page
    assert (f'href="{link}"' in page) == bool(link)
    asked = visitor.client.get("/contact")
    assert (asked.status_code, asked.headers.get("Location", "")) == (
        (302, link) if link else (404, "")
    )
    assert visitor.post("/contact", WRITTEN).status_code == 404


def test_a_draft_is_no_article_that_a_message_can_be_about(app: Flask, customer: Customer) -> None:
    one, other = (customer.get(f"/contact?article={slug}") for slug in ("draft", "none"))
    timeless = [re.sub(r'name="stamp" value="[^"]+"', "", page) for page in (one, other)]
    assert timeless[0] == timeless[1]
    customer.send(
        customer.form(), article="draft", shown=["account/draft"], opened=["account/draft"]
    )
    [one] = stored(app)
    assert (one.message.article, one.message.shown, one.message.opened) == ("", (), ())


# ── Programs and other enemies ──────────────────────────────────────────


def test_a_field_that_nobody_sees_and_haste_are_refused_without_losing_a_word(
    app: Flask, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "QUICKEST", 3)
    quick = customer.send(customer.form())
    monkeypatch.setattr(stamps, "QUICKEST", -1)
    trapped = customer.send(customer.form(), website="https://spam.example")
    forged = customer.send({**customer.form(), "stamp": "x.y.z"})
    none = customer.send({})
    later = time.time() + stamps.SLOWEST + 60
    old_form = customer.form()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    monkeypatch.setattr(stamps.time, "time", lambda: later)
    for answer in (quick, trapped, forged, none, customer.send(old_form)):
        assert answer.status_code == 400
        page = answer.get_data(as_text=True)
        assert WRITTEN["text"] in page
        assert "spam.example" not in page
        assert stored(app) == []
    assert customer.send(customer.fields(page)).status_code == 303  # a person sends it again


def test_a_copy_of_the_page_serves_many_people_each_with_their_message(app: Flask) -> None:
    copy = Customer(app).form()
    for n in range(3):
        customer = Customer(app, agent=f"{AGENT} {n}")
        assert customer.send(copy, text=f"question {n}").status_code == 303
    assert sorted(one.message.text for one in stored(app)) == [f"question {n}" for n in range(3)]


def test_a_form_sent_twice_is_one_message(app: Flask, customer: Customer) -> None:
    fields, kb = customer.form(), app.extensions["kb"]
    answers = [customer.send(fields) for _ in range(7)]  # more than a visitor may send
    assert {answer.status_code for answer in answers} == {303}
    assert len({customer.get(answer.headers["Location"]) for answer in answers}) == 1
    assert len(stored(app)) == 1
    kb.recorder.flush()
    assert len(list(kb.signals.contacts())) == 1


def test_a_form_sent_again_with_a_file_is_another_message(app: Flask, customer: Customer) -> None:
    fields = customer.form()
    for files in ({}, {"files": upload("late.png")}, {"files": upload("late.png")}):
        assert customer.send(fields, **files).status_code == 303
    assert sorted(len(one.files) for one in stored(app)) == [0, 1]


def test_a_visitor_may_send_five_an_hour(app: Flask, customer: Customer) -> None:
    answers = [customer.send(customer.form(), text=f"no {n}") for n in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 3500
    assert "no 5" in answers[-1].get_data(as_text=True)
    assert len(stored(app)) == 5


def test_a_network_may_send_thirty_an_hour(app: Flask) -> None:
    codes = []
    for n in range(31):
        customer = Customer(app, agent=f"{AGENT} {n}")
        codes.append(customer.send(customer.form(), text=str(n)).status_code)
    assert codes == [303] * 30 + [429]


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "a@b.example\r\nBcc: z@example.org"},
        {"email": ",".join(f"z{n}@example.org" for n in range(50))},
        {"subject": "a\r\nBcc: z@example.org"},
        {"subject": "a\nTo: z@example.org"},
    ],
    ids=str,
)
def test_mail_headers_and_many_recipients_are_refused(
    app: Flask, customer: Customer, wrong: dict[str, str]
) -> None:
    for step in ("look", "send"):
        assert customer.send(customer.form(), step, **wrong).status_code == 400
    assert stored(app) == []


def test_what_is_typed_is_shown_escaped(customer: Customer) -> None:
    nasty = '"><script>alert(1)</script>'
    page = customer.send(customer.form(), "look", subject=nasty, text=nasty).get_data(as_text=True)
    customer._look_at("/contact", page)
    assert "<script>alert" not in page
    page = customer.send(customer.form(), text=nasty, email=nasty, q=nasty, page="/" + nasty)
    assert "<script>alert" not in page.get_data(as_text=True)


def test_a_post_from_another_site_is_refused(app: Flask, customer: Customer) -> None:
    fields = {**customer.form(), **WRITTEN, "step": "send"}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        for path in ("/contact", "/contact/answered", "/contact/suggestions"):
            assert customer.client.post(path, data=fields, headers=headers).status_code == 403
    assert stored(app) == []


def test_a_body_that_is_too_much_is_told_so_and_never_an_error_of_ours(customer: Customer) -> None:
    post, headers = customer.client.post, customer.headers
    assert post("/contact", data={"text": "x" * 300_000}, headers=headers).status_code == 413
    assert (
        post("/contact/suggestions", data={"text": "x" * 300_000}, headers=headers).status_code
        == 413
    )
    nested = post("/contact", data="[" * 60_000, headers=headers, content_type="application/json")
    assert nested.status_code == 400
    many = {f"f{n}": "x" for n in range(20_000)}
    assert post("/contact", data=many, headers=headers).status_code in (400, 413)
    big = {**WRITTEN, "files": (io.BytesIO(PNG + b"x" * 11 * 2**20), "a.png"), "step": "send"}
    answer = post("/contact", data=big, headers=headers, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "10 MB together" in answer.get_data(as_text=True)
    broken = post(
        "/contact", data=b"--x\r\n", headers=headers, content_type="multipart/form-data; boundary=x"
    )
    assert broken.status_code == 400
    for method, path in itertools.product(("put", "delete"), ("/contact", "/contact/suggestions")):
        assert getattr(customer.client, method)(path, headers=headers).status_code == 405
    text = "大" * 20_000  # the longest message, each letter nine bytes of a form
    assert customer.send(customer.form(), text=text).status_code == 303


# ── Files ───────────────────────────────────────────────────────────────


def upload(*names: str, content: bytes = PNG) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(content), name) for name in names]


def test_files_are_stored_with_their_message_and_have_no_address(
    app: Flask, customer: Customer
) -> None:
    answer = customer.send(customer.form(), files=upload("../shot.png", "two.png"))
    assert answer.status_code == 303
    [one] = stored(app)
    assert [name for _, name, _ in one.files] == ["shot.png", "two.png"]
    database = app.extensions["kb"].journal.database
    assert [file.content for file in Messages(database).files(one.id)] == [PNG, PNG]
    for path in ("/media/shot.png", "/static/shot.png", "/attachments/shot.png", "/shot.png"):
        customer.get(path, status=404)


@pytest.mark.parametrize(
    "files",
    [
        upload("a.exe", content=b"MZ\x90"),
        upload("a.html", content=b"<script>alert(1)</script>"),
        upload("a.png", content=b"<script>alert(1)</script>"),
        upload(*(f"{n}.png" for n in range(6))),
        upload("a.png", "b.png", "c.png", content=PNG + b"x" * 4 * 2**20),
    ],
    ids=["program", "page", "disguised", "many", "much"],
)
def test_files_that_are_not_taken_are_told_without_losing_a_word(
    app: Flask, customer: Customer, files: Any
) -> None:
    answer = customer.send(customer.form(), files=files)
    assert answer.status_code in (400, 413)
    if answer.status_code == 400:
        assert WRITTEN["text"] in answer.get_data(as_text=True)
    assert stored(app) == []


def test_when_there_is_no_room_for_files_the_message_can_go_without(
    app: Flask, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.helpdesk.messages.MOST_KEPT", len(PNG))
    answer = customer.send(customer.form(), files=upload("a.png", "b.png"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert "There is no room for files at the moment." in page
    assert "Send the message without them" in page
    assert WRITTEN["text"] in page
    assert stored(app) == []
    assert customer.send(customer.form()).status_code == 303


# ── When something is broken ────────────────────────────────────────────


def test_a_database_that_is_full_loses_no_word_and_thanks_nobody(
    app: Flask,
    customer: Customer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(*args: Any) -> str:
        raise JournalUnavailable("No connection to db.internal", "Look at database_url.")

    caplog.set_level(logging.DEBUG)
    fields = customer.form()
    monkeypatch.setattr(Messages, "keep", full)
    answer = customer.send(fields)
    assert answer.status_code == 503
    page = answer.get_data(as_text=True)
    assert WRITTEN["text"] in page
    assert "db.internal" not in page
    assert "database_url" not in page
    assert "db.internal" in caplog.text
    customer.get("/articles/cancel")
    assert "ada@" not in caplog.text
    assert "invoice 7" not in caplog.text


def test_a_forged_thanks_is_no_page(customer: Customer) -> None:
    customer.get("/contact/sent/ABCD-EFGH", status=404)
    customer.get(f"/contact/sent/{customer.form()['stamp'][0]}", status=404)


# ── Floods ──────────────────────────────────────────────────────────────


def test_a_flood_of_searches_from_one_address_is_told_to_wait(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.web.reads.MOST_READS", 9)
    monkeypatch.setitem(app.extensions, "page_reads", Reads())
    visitor, abroad = Visitor(app), {"REMOTE_ADDR": "9.9.9.9"}
    visitor.get("/search?q=refund", environ_base=abroad)
    suggested = {"subject": "refund", "text": "money back"}
    path, options = "/contact/suggestions", {"environ_base": abroad}
    codes = [visitor.post(path, suggested, **options).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    page = visitor.get("/search?q=refund", 429, environ_base=abroad)  # which looks at the page
    assert "There were very many searches from your network." in page
    assert re.search(r"Try again in (\d+ seconds?|1 minute)\.", page)
    lost = visitor.get("/get-a-refund", 404, environ_base=abroad)
    assert "/articles/refund" not in lost  # which costs a search, too
    assert "/articles/refund" in visitor.get("/get-a-refund", 404)
    answer = visitor.client.get("/search?q=refund", environ_base=abroad)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Cache-Control"] == "no-store"
    visitor.get("/articles/cancel", environ_base=abroad)  # reading is never refused
    visitor.get("/search?q=refund", environ_base={"REMOTE_ADDR": "8.8.8.8"})
    for _ in range(12):  # a proxy that nobody told of
        visitor.get("/search?q=refund", environ_base={"REMOTE_ADDR": "10.0.0.1"})


def test_whoever_writes_in_a_flood_loses_no_word_and_can_send(
    app: Flask, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.web.reads.MOST_READS", 3)
    monkeypatch.setitem(app.extensions, "page_reads", Reads())
    fields = customer.form()
    customer.client.environ_base["REMOTE_ADDR"] = "9.9.9.9"
    looked = customer.send(fields, step="look")
    assert looked.status_code == 429
    assert WRITTEN["text"] in looked.get_data(as_text=True)
    wrong = customer.send(fields, email="nobody")
    assert wrong.status_code == 400
    assert WRITTEN["text"] in wrong.get_data(as_text=True)
    assert customer.send(fields).status_code == 303
