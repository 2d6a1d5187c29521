"""Signals as requests bring them: what is recorded, of whom, and what never is."""

from __future__ import annotations

import re
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import pytest
from sample_site import Site, make_site, sample

from kb.feedback.events import Click, Contact, Read, Search

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
OURS = {"Sec-Fetch-Site": "same-origin", "User-Agent": FIREFOX}
QUIET = [{"Sec-GPC": "1"}, {"DNT": "1"}]


class Person:
    """A visitor with a browser; `journal` is what is known of everybody afterwards."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers={**OURS, **headers})

    def tell(self, kind: str, headers: dict[str, str] | None = None, **form: Any) -> int:
        answer = self.client.post(
            "/signals", data={"kind": kind, **form}, headers={**OURS, **(headers or {})}
        )
        assert "Set-Cookie" not in answer.headers
        return answer.status_code

    def journal(self) -> tuple[list[Search], list[Click], list[Read], list[Contact]]:
        kb = self.app.extensions["kb"]
        kb.recorder.flush()
        signals = kb.signals
        return (
            [*signals.searches()], [*signals.clicks()], [*signals.reads()], [*signals.contacts()]
        )  # fmt: skip

    def recorded(self) -> int:
        return sum(map(len, self.journal()))


@pytest.fixture
def person(site: Site) -> Person:
    return Person(site.app())


CLICK = {"q": "plan", "article": "cancel", "rank": 1, "total": 3}
READ = {"article": "cancel", "seconds": 42, "depth": 80}
TYPED = {"q": "canc", "total": 3, "seconds": 4, "source": "suggestion"}
SIGNALS = [("search", TYPED), ("click", CLICK), ("read", READ), ("contact", {"q": "plan"})]


# Searches


def test_a_search_on_the_page_is_recorded_with_what_it_found(person: Person) -> None:
    page = person.get("/search?q=Cancel++plan").text
    [search], *_ = person.journal()
    assert (search.text, search.source, search.lang) == ("Cancel plan", "page", "en")
    assert search.finished
    assert search.found[0] == "billing/cancel"
    assert len(search.found) == len(set(search.found)) <= 5
    shown = re.search(r"(\d+) results?</p>", page)
    assert shown
    assert search.total == int(shown[1])


def test_a_search_without_result_is_recorded_too(person: Person) -> None:
    person.get("/search?q=xyzzyplugh")
    [search], *_ = person.journal()
    assert (search.total, search.found) == (0, ())


def test_pages_filters_and_repetitions_are_one_search(person: Person) -> None:
    for more in ("", "&page=2", "&sort=date", "&category=billing", ""):
        person.get(f"/search?q=plan{more}")
    assert person.recorded() == 1


def test_a_search_of_a_program_is_recorded_with_its_language(person: Person) -> None:
    answer = person.get("/api/v1/search?q=plan&lang=de")
    [search], *_ = person.journal()
    assert (search.text, search.source, search.lang) == ("plan", "api", "de")
    assert search.total == answer.json["total"]
    assert search.found == tuple(dict.fromkeys(r["id"] for r in answer.json["results"]))[:5]


@pytest.mark.parametrize("path", ["/search?q=plan", "/articles/cancel", "/categories/billing"])
def test_a_page_that_is_only_fetched_ahead_records_nothing(person: Person, path: str) -> None:
    for name in ("Sec-Purpose", "Purpose", "X-Moz"):
        assert person.get(path, **{name: "prefetch"}).status_code == 200
    assert person.recorded() == 0


@pytest.mark.parametrize(
    "path",
    ["/search", "/search?q=", "/search?q=++", "/api/v1/search", "/api/v1/suggest?q=plan", "/",
     "/articles/cancel", "/healthz", "/readyz", "/static/js/kb.js", "/sitemap.xml",
     "/how-to/cancel-plan", "/robots.txt", "/media/billing/receipt.png"],
)  # fmt: skip
def test_whatever_is_no_search_records_nothing(person: Person, path: str) -> None:
    person.get(path)
    assert person.recorded() == 0


@pytest.mark.parametrize("path", ["/search?q=plan", "/api/v1/search?q=plan"])
def test_nobody_sees_a_head_request(person: Person, path: str) -> None:
    assert person.client.head(path, headers=OURS).status_code == 200
    assert person.recorded() == 0


@pytest.mark.parametrize(
    "agent", ["", "Googlebot/2.1", "python-requests/2.32", "UptimeRobot/2.0 monitor"]
)
def test_robots_are_not_recorded(person: Person, agent: str) -> None:
    robot = {"User-Agent": agent}
    person.get("/search?q=plan", **robot)
    person.get("/api/v1/search?q=plan", **robot)
    for kind, form in SIGNALS:
        assert person.tell(kind, robot, **form) == 204
    assert person.recorded() == 0


def test_staff_are_not_recorded(site: Site) -> None:
    writer = Person(site.app(audience="staff"))
    assert "data-signal" not in writer.get("/search?q=plan").text
    writer.get("/api/v1/search?q=plan")
    for kind, form in SIGNALS:
        assert writer.tell(kind, **form) == 204
    assert writer.recorded() == 0


def test_making_pages_records_nothing(site: Site) -> None:
    publisher = Person(site.app(edition=site.app().extensions["kb"].edition))
    publisher.get("/search?q=plan")
    assert publisher.recorded() == 0


def test_a_page_is_the_same_for_everybody(site: Site) -> None:
    one, other = Person(site.app()), Person(site.app())
    quiet = {"Sec-GPC": "1", "User-Agent": "Googlebot/2.1", "Cookie": "a=b"}
    for path in ("/search?q=plan", "/articles/cancel", "/"):
        first, second = one.get(path), other.get(path, **quiet)
        assert first.data == second.data
        assert dict(first.headers) == dict(second.headers)
        assert first.cache_control.public


# What scripts tell


def test_a_list_of_suggestions_in_view_is_an_unfinished_search(person: Person) -> None:
    assert person.tell("search", **TYPED) == 204
    [search], *_ = person.journal()
    assert (search.text, search.source, search.total) == ("canc", "suggestion", 3)
    assert (search.seconds, search.finished) == (4, False)
    assert search.found[0] == "billing/cancel"


def test_a_click_belongs_to_the_search_before_it(person: Person) -> None:
    person.get("/search?q=Plan")
    assert person.tell("click", **{**CLICK, "q": " plan ", "rank": 2}) == 204
    [search], [click], *_ = person.journal()
    assert (click.search, click.visitor) == (search.token, search.visitor)
    assert (click.article, click.rank, click.total) == ("billing/cancel", 2, 3)


def test_a_picked_suggestion_is_a_finished_search_and_its_click(person: Person) -> None:
    assert person.tell("click", **{**CLICK, "source": "suggestion", "seconds": 1}) == 204
    [search], [click], *_ = person.journal()
    assert (search.source, search.finished) == ("suggestion", True)
    assert click.search == search.token


def test_a_read_has_the_search_that_led_there(person: Person) -> None:
    person.get("/search?q=plan")
    revision = person.app.extensions["kb"].edition.article("cancel").revision
    assert person.tell("read", q="plan", revision="made-up", **READ) == 204
    assert person.tell("read", q="plan", revision="again", **READ) == 204
    [search], _, [read], _ = person.journal()
    assert read.search == search.token
    assert (read.article, read.seconds, read.depth) == ("billing/cancel", 42, 80)
    assert read.revision == revision


def test_a_read_without_a_search_has_none(person: Person) -> None:
    person.tell("read", **READ)
    assert person.journal()[2][0].search == ""


def test_a_contact_has_its_article_and_its_search(person: Person) -> None:
    person.get("/search?q=plan")
    assert person.tell("contact", article="cancel", q="plan") == 204
    assert person.tell("contact") == 204
    [search], _, _, contacts = person.journal()
    told = [(contact.article, contact.search, contact.text) for contact in contacts]
    assert told == [("billing/cancel", search.token, ""), ("", "", "")]


def test_a_vote_has_the_search_that_led_there(person: Person) -> None:
    person.get("/search?q=Plan")
    vote = {"helpful": "no", "query": "plan"}
    person.client.post("/articles/cancel/votes", data=vote, headers=OURS)
    [search], *_ = person.journal()
    [recorded] = person.app.extensions["kb"].journal.votes()
    assert (recorded.search, recorded.query) == (search.token, "plan")


def test_a_vote_on_an_article_in_another_language_has_its_search_too(tmp_path: Path) -> None:
    german = {"de.md": "---\ntitle: Tarif\nlang: de\nslug: tarif\n---\nEin Tarif.\n"}
    person = Person(make_site(tmp_path, {**sample(), **german}).app())
    person.get("/search?q=tarif")
    vote = {"helpful": "yes", "query": "tarif"}
    person.client.post("/articles/tarif/votes", data=vote, headers=OURS)
    [search], *_ = person.journal()
    [recorded] = person.app.extensions["kb"].journal.votes()
    assert recorded.search == search.token


# Who asks not to be tracked


@pytest.mark.parametrize("quiet", QUIET)
def test_of_a_private_visit_everything_is_counted_and_no_word_kept(
    person: Person, quiet: dict[str, str]
) -> None:
    person.get("/search?q=canaryword", **quiet)
    person.get("/api/v1/search?q=canaryword2", **quiet)
    person.tell("read", quiet, q="canaryword", **READ)
    person.tell("contact", quiet, q="canaryword")
    vote = {"helpful": "no", "query": "canaryword"}
    person.client.post("/articles/cancel/votes", data=vote, headers={**OURS, **quiet})
    searches, _, [read], [contact] = person.journal()
    assert [(s.text, s.normal) for s in searches] == [("", "")] * 2
    [recorded] = person.app.extensions["kb"].journal.votes()
    assert recorded.query == ""
    assert searches[0].token == read.search == contact.search == recorded.search


def test_a_script_can_ask_for_it_where_the_browser_sends_no_header(person: Person) -> None:
    person.tell("click", **{**CLICK, "source": "suggestion", "private": "1"})
    person.tell("search", **{**TYPED, "q": "refund", "private": "1"})
    searches, clicks, *_ = person.journal()
    assert [(search.text, search.token) for search in searches] == [("", clicks[0].search)]
    # what was only typed has no words now, and is nobody's search


# What cannot be


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("", {}), ("vote", {}), ("Search", TYPED), ("search\0", TYPED), ("search", {}),
        ("search", {**TYPED, "q": " \0 "}), ("search", {**TYPED, "total": -1}),
        ("search", {**TYPED, "total": "many"}), ("search", {**TYPED, "total": 10**6 + 1}),
        ("search", {**TYPED, "seconds": 86_401}), ("search", {**TYPED, "seconds": "1e3"}),
        ("search", {**TYPED, "source": "page"}), ("search", {**TYPED, "lang": "<script>"}),
        ("search", {**TYPED, "private": "yes"}), ("search", {**TYPED, "total": "٣"}),
        ("click", {**CLICK, "rank": 0}), ("click", {**CLICK, "rank": 4}), ("click", {**CLICK, "q": ""}),
        ("click", {**CLICK, "rank": 1001, "total": 5000}), ("click", {**CLICK, "total": 0}),
        ("click", {**CLICK, "rank": "9" * 400}), ("click", {**CLICK, "source": "mail"}),
        ("click", {**CLICK, "source": "suggestion", "seconds": -2}),
        ("read", {**READ, "seconds": -1}), ("read", {**READ, "seconds": "NaN"}),
        ("read", {**READ, "depth": 101}), ("read", {"article": "cancel"}),
        ("contact", {"lang": "x" * 300}),
    ],
)  # fmt: skip
def test_what_no_page_sends_is_refused(person: Person, kind: str, form: dict[str, Any]) -> None:
    answer = person.client.post("/signals", data={"kind": kind, **form}, headers=OURS)
    assert answer.status_code == 400
    assert answer.json["error"].keys() == {"code", "message", "hint"}
    assert person.recorded() == 0


def test_strange_bodies_never_fail(person: Person) -> None:
    def post(data: Any, **more: Any) -> int:
        answer = person.client.post("/signals", data=data, headers=OURS, **more)
        assert answer.json["error"]["message"]
        return answer.status_code

    form = "application/x-www-form-urlencoded"
    assert post(b"kind=read&article=" + b"x" * 9000, content_type=form) == 413
    assert post(b"&".join(b"f%d=1" % n for n in range(900)), content_type=form) == 400
    assert post(b'{"kind": "read"}', content_type="application/json") == 400
    assert post(b"\xff\xfe%ff%fe", content_type=form) == 400
    assert post(b"kind=search&q=%ff%00&total=1&seconds=x", content_type=form) == 400
    assert person.client.get("/signals", headers=OURS).status_code == 405


def test_surrogates_and_rubbish_in_a_search_are_only_text(person: Person) -> None:
    rubbish = "%ED%A0%80%00%E2%80%8E%0Aplan%F0%9F%98%80"
    assert person.get(f"/search?q={rubbish}").status_code == 200
    assert (
        person.tell(
            "search",
            **{
                **TYPED,
                "q": "plan\u202e\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
            },
        )
        == 204
    )
    searches, *_ = person.journal()
    assert all(search.text.isprintable() and "plan" in search.text for search in searches)
    assert person.app.extensions["kb"].recorder.lost == 0


@pytest.mark.parametrize("kind", ["click", "read", "contact"])
@pytest.mark.parametrize(
    "slug", ["none", "draft", "internal", "x" * 300, "../cancel", "\0", "Cancel"]
)
def test_an_article_that_is_not_public_is_one_that_never_was(
    person: Person, kind: str, slug: str
) -> None:
    form = {**dict(SIGNALS)[kind], "article": slug}
    answers = [
        person.client.post("/signals", data={"kind": kind, **form, "article": one}, headers=OURS)
        for one in (slug, "never-existed")
    ]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert dict(answers[0].headers) == dict(answers[1].headers)
    assert person.recorded() == 0


def test_suggestions_never_name_what_is_not_public(person: Person) -> None:
    for text in ("unfinished", "canarydraft", "canarystaff", "for us"):
        person.tell("search", **{**TYPED, "q": text})
    for search in person.journal()[0]:
        assert not {"account/draft", "account/internal"} & {*search.found}


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {}],
)  # fmt: skip
def test_a_signal_from_another_site_is_refused(person: Person, headers: dict[str, str]) -> None:
    for kind, form in SIGNALS:
        answer = person.client.post(
            "/signals", data={"kind": kind, **form}, headers={"User-Agent": FIREFOX, **headers}
        )
        assert answer.status_code == 403
        assert answer.json["error"]["code"] == "forbidden"
    assert person.recorded() == 0


# What is typed and not finished, and what is longer than is kept


@pytest.mark.parametrize("text", ["jo@exa", "plan jo@", "4111 1111 1", "411111111"])
def test_an_address_that_is_still_being_typed_is_not_recorded(person: Person, text: str) -> None:
    assert person.tell("search", **{**TYPED, "q": text}) == 204
    assert person.recorded() == 0


@pytest.mark.parametrize("route", ["/search?q=", "/api/v1/search?q="])
@pytest.mark.parametrize("secret", ["jo.secretname@example.org", "4111 1111 1111 1111"])
def test_no_half_of_an_address_stays_where_a_text_is_cut(
    person: Person, route: str, secret: str
) -> None:
    for length in range(176, 200):
        person.get(f"{route}{('plan ' * 40)[:length]} {secret}")
    assert all(len(search.text) <= 200 for search in person.journal()[0])
    stored = " ".join(search.text for search in person.journal()[0])
    assert "secretname" not in stored
    assert "4111" not in stored


# A database that cannot be used


def test_a_locked_database_is_noticed_by_nobody(site: Site, person: Person) -> None:
    person.get("/search?q=plan")
    person.journal()
    other = sqlite3.connect(site.settings.data_dir / "kb.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    begin = time.perf_counter()
    assert person.get("/search?q=refund").status_code == 200
    assert person.get("/api/v1/search?q=password").status_code == 200
    assert person.get("/articles/cancel").status_code == 200
    for kind, form in SIGNALS:
        assert person.tell(kind, **form) == 204
    assert time.perf_counter() - begin < 4  # the database is waited for five seconds
    other.execute("ROLLBACK")
    other.close()
    searches, clicks, reads, contacts = person.journal()
    assert {search.text for search in searches} == {"plan", "refund", "password", "canc"}
    assert len(clicks) == len(reads) == len(contacts) == 1


def test_a_database_that_is_gone_is_noticed_by_nobody(tmp_path: Path) -> None:
    site = make_site(tmp_path, database_url=f"sqlite:///{tmp_path}/missing.sqlite")
    (tmp_path / "missing.sqlite").mkdir()
    person = Person(site.app())
    assert person.get("/search?q=refund").status_code == 200
    for kind, form in SIGNALS:
        assert person.tell(kind, **form) == 204
    person.app.extensions["kb"].recorder.flush()
    assert person.get("/articles/cancel").status_code == 200
