"""Links in replies: what became of them is counted once, of people, on both databases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from kb.content.sketch import changed, sketch
from kb.errors import BadInput, NotFound
from kb.feedback.database import Database
from kb.feedback.events import Contact, LinkOpen, NothingFits, Vote
from kb.feedback.flags import NOTE_LIMIT, Flags
from kb.feedback.journal import Journal
from kb.feedback.link_tables import link_opens, sent_texts
from kb.feedback.missing import Missing
from kb.feedback.reply_links import MANY, ReplyLinks, Sums, Use, reference_of
from kb.feedback.retention import retain
from kb.feedback.robots import is_robot
from kb.feedback.sent_texts import SentTexts
from kb.feedback.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.content.article import Article

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"


@pytest.fixture
def links(database: Database) -> ReplyLinks:
    return ReplyLinks(database)


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Article]:
    from sample_site import sample, write

    from kb.content.reader import Reader

    root = write(tmp_path_factory.mktemp("articles"), sample())
    return {a.slug: a for a in Reader(root, "en").read().public.articles}


@pytest.fixture
def send(links: ReplyLinks, articles: dict[str, Article]) -> Callable[..., str]:
    def send(slug: str = "cancel", who: str = "ada", at: dt.datetime = NOW, **more: str) -> str:
        return links.make(articles[slug], more.pop("section", ""), who, at, **more)

    return send


def opened(database: Database, code: str, visitor: str, at: dt.datetime = NOW + MINUTE) -> None:
    Signals(database).write([LinkOpen(code, visitor, at)])


def use(links: ReplyLinks, code: str, who: str = "ada") -> Use:
    return next(use for use in links.uses(who, NOW - DAY, 50) if use.link.code == code)


def test_a_link_knows_what_was_sent_to_whom(links: ReplyLinks, send: Callable[..., str]) -> None:
    code = send(section="cancel-on-the-web", reference=" #10234 ")
    link = links.find(code)
    assert link is not None
    assert (link.article, link.slug, link.section) == (
        "billing/cancel",
        "cancel",
        "cancel-on-the-web",
    )
    assert (link.who, link.reference, link.at) == ("ada", "#10234", NOW)
    assert links.find(code[:-1]) is links.find("") is links.find("x" * 3_000) is None
    assert len({send() for _ in range(20)}) == 20


def test_a_code_is_never_given_twice(
    links: ReplyLinks, send: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = iter("b" * 8 + "b" * 8 + "c" * 8)
    monkeypatch.setattr("kb.feedback.reply_links.secrets.choice", lambda _: next(letters))
    assert (send(slug="cancel"), send(slug="refund")) == ("b" * 8, "c" * 8)
    assert links.find("b" * 8).slug == "cancel"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "reference",
    ["ann@example.com", "my plan is broken", "4111111111111111", "<script>", "a\r\nb", "x" * 41,
     "10.20.30.40", "#", "café", "a\0b", "http://a.example/ticket/7"],
)  # fmt: skip
def test_a_reference_is_a_number_and_no_words(reference: str) -> None:
    with pytest.raises(BadInput):
        reference_of(reference)


def test_references_of_helpdesks_can_be_kept(links: ReplyLinks) -> None:
    for reference in ("#10234", "10234", "INC0012345", "SUP-77", "a/b.c", ""):
        assert reference_of(reference) == reference


def test_there_is_no_link_to_a_section_that_is_not_there(send: Callable[..., str]) -> None:
    with pytest.raises(BadInput):
        send(section="none")


def test_a_visitor_of_a_day_counts_once(
    database: Database, links: ReplyLinks, send: Callable[..., str]
) -> None:
    code, other = send(), send()
    for visitor in ("ann", "ann", "bob"):
        opened(database, code, visitor)
    assert (use(links, code).opened, use(links, other).opened) == (2, 0)
    assert use(links, code).solved
    assert not use(links, other).solved


def test_what_somebody_did_afterwards_is_known(
    database: Database, links: ReplyLinks, send: Callable[..., str], articles: dict[str, Article]
) -> None:
    codes = {name: send() for name in ("yes", "no", "wrote", "before", "elsewhere")}
    for name, code in codes.items():
        opened(database, code, name)
    journal, article = Journal(str(database.url.render_as_string(False))), articles["cancel"]
    for name, where, minutes in (
        ("yes", article, 5), ("no", article, 5), ("before", article, 0), ("elsewhere", articles["refund"], 5),
    ):  # fmt: skip
        journal.vote(Vote(where.id, where.revision, name, name == "yes", NOW + minutes * MINUTE))
    journal.close()
    Signals(database).write(
        [Contact("wrote", NOW + 9 * MINUTE), Contact("before", NOW), Contact("stranger", NOW + DAY)]
    )
    found = {name: use(links, code) for name, code in codes.items()}
    counts = {name: (u.opened, u.yes, u.no, u.contacted) for name, u in found.items()}
    assert counts == {
        "yes": (1, 1, 0, 0), "no": (1, 0, 1, 0), "wrote": (1, 0, 0, 1),
        "before": (1, 0, 0, 0), "elsewhere": (1, 0, 0, 0),
    }  # fmt: skip
    assert {name for name, u in found.items() if u.solved} == {"yes", "before", "elsewhere"}


def test_another_link_in_the_same_ticket_says_that_it_went_on(
    database: Database, links: ReplyLinks, send: Callable[..., str]
) -> None:
    first = send(reference="#1")
    together = send(slug="refund", reference="#1", at=NOW + MINUTE)  # in the same reply
    alone, late = send(reference="#2"), send(reference="#3")
    for code in (first, together, alone, late):
        opened(database, code, f"reader of {code}"[:32], NOW + 5 * MINUTE)
    send(slug="password", reference="#1", at=NOW + DAY)
    send(slug="password", reference="#3", at=NOW + 8 * DAY)
    solved = [use(links, code).solved for code in (first, together, alone, late)]
    assert solved == [False, False, True, True]


def test_who_opens_all_that_comes_by_is_nobody(
    database: Database, links: ReplyLinks, send: Callable[..., str]
) -> None:
    codes = [send() for _ in range(MANY + 1)]
    for code in codes:
        opened(database, code, "scanner")
    for code in codes[:MANY]:
        opened(database, code, "reader")
    assert [use(links, code).opened for code in codes] == [1] * MANY + [0]


def test_an_article_has_the_sums_of_its_links(
    database: Database, links: ReplyLinks, send: Callable[..., str], articles: dict[str, Article]
) -> None:
    codes = [send(), send(who="bob"), send(), send(at=NOW - 40 * DAY)]
    for code in (codes[0], codes[1], codes[3]):
        opened(database, code, code)
    Signals(database).write([Contact(codes[1], NOW + 9 * MINUTE)])
    found = links.by_article(NOW - 28 * DAY, NOW + DAY)
    assert found == {articles["cancel"].id: Sums(3, 2, 1)}
    assert Sums(3, 2, 1).share == pytest.approx(1 / 3)
    assert Sums().share is None


def test_after_90_days_a_link_still_leads_there_and_nobody_knows_who_sent_it(
    database: Database, links: ReplyLinks, send: Callable[..., str]
) -> None:
    old, new = send(reference="#1", slug="refund"), send(reference="#2", at=NOW + 80 * DAY)
    opened(database, old, "ann")
    retain(database, NOW + 91 * DAY)
    link = links.find(old)
    assert link is not None
    assert (link.slug, link.who, link.reference) == ("refund", "", "")
    assert links.find(new).reference == "#2"  # type: ignore[union-attr]
    with database.reading() as connection:
        left = [
            connection.execute(select(func.count()).select_from(t)).scalar()
            for t in (link_opens, sent_texts)
        ]
    assert left == [0, 1]


def test_what_was_sent_is_compared_until_its_sender_has_settled_it(
    database: Database, send: Callable[..., str], articles: dict[str, Article]
) -> None:
    texts, cancel = SentTexts(database), articles["cancel"]
    send(reference="#1")
    send(reference="#2", at=NOW + DAY)
    send(reference="#3", who="bob")
    assert [(s.reference, s.title, s.text) for s in texts.of("ada", NOW)] == [
        (reference, cancel.title, sketch(cancel.text)) for reference in ("#1", "#2")
    ]
    assert [sent.reference for sent in texts.of("ada", NOW + MINUTE)] == ["#2"]
    now = replace(cancel, id="moved", revision="new", title="Cancel")
    texts.settle("ada", cancel.id, now)
    assert {(s.article, s.revision, s.title) for s in texts.of("ada", NOW)} == {
        ("moved", "new", "Cancel")
    }
    texts.settle("ada", "moved", None)
    assert texts.of("ada", NOW) == []
    assert [sent.title for sent in texts.of("bob", NOW)] == [cancel.title]


def test_a_flag_is_open_until_it_is_resolved(
    database: Database, articles: dict[str, Article]
) -> None:
    flags = Flags(database)
    one = flags.add(articles["cancel"], "wrong", f"  ask ann@example.com {'x' * 600}", "ada", NOW)
    other = flags.add(articles["refund"], "unclear", "", "bob", NOW + MINUTE)
    first, second = flags.open()
    assert (first.id, first.kind, first.title, first.who) == (
        one,
        "wrong",
        "Cancel your plan",
        "ada",
    )
    assert first.note.startswith("ask [email] xx")
    assert len(first.note) == NOTE_LIMIT
    assert second.id == other
    flags.resolve(one, "eve", NOW + DAY)
    assert [flag.id for flag in flags.open()] == [other]
    for number in (one, 999):
        with pytest.raises(NotFound):
            flags.resolve(number, "eve", NOW + DAY)
    with pytest.raises(BadInput):
        flags.add(articles["cancel"], "rude", "", "ada", NOW)


def test_a_report_is_its_authors_own(database: Database) -> None:
    missing = Missing(database)
    number = missing.report(
        NothingFits("dark mode of ann@example.com", "dark mode", "en", "ada", NOW)
    )
    assert missing.find(number, "ada").text == "dark mode of [email]"
    missing.add_note(number, "ada", "or bob@example.com")
    assert missing.find(number, "ada").note == "or [email]"
    for act in (missing.find, missing.withdraw, lambda n, who: missing.add_note(n, who, "x")):
        with pytest.raises(NotFound):
            act(number, "bob")
    missing.withdraw(number, "ada")
    with pytest.raises(NotFound):
        missing.find(number, "ada")


@pytest.mark.parametrize(
    "agent",
    ["", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "WhatsApp/2.23.20.0",
     "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5", "facebookexternalhit/1.1",
     "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.4266; Pro)", "TelegramBot (like TwitterBot)",
     "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))", "Mozilla/5.0 (compatible; proofpoint-scanner)",
     "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
     "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/142.0", "Iframely/1.3.1 (+https://iframely.com/docs/about)"],
)  # fmt: skip
def test_mail_scanners_and_previews_are_robots(agent: str) -> None:
    assert is_robot(agent)


def test_browsers_are_none() -> None:
    for agent in (
        AGENT, "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1",
        "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0",
        "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 Thunderbird/140.0",
    ):  # fmt: skip
        assert not is_robot(agent)


# ── How much of a text has changed ──────────────────────────────────────


def text_of(words: int, other: int = 0, name: str = "new") -> str:
    """So many words, of which the last `other` ones are others."""
    return " ".join(
        [f"word{n}" for n in range(words - other)] + [f"{name}{n}" for n in range(other)]
    )


@pytest.mark.parametrize(("words", "slack"), [(10, 0.001), (100, 0.001), (5_000, 0.08)])
def test_the_share_of_words_that_changed(words: int, slack: float) -> None:
    for share in (0.0, 0.1, 0.2, 0.5, 1.0):
        found = changed(sketch(text_of(words)), sketch(text_of(words, round(share * words))))
        assert found == pytest.approx(share, abs=slack)


def test_what_only_moved_or_looks_otherwise_has_not_changed() -> None:
    before = sketch("Open **Settings**, then choose Plan. Open it again.")
    assert changed(before, sketch("Choose plan; open it again: then open settings")) == 0.0
    assert changed(sketch("请 打开设置"), sketch("请打开设置。")) == 0.0
    assert changed(sketch("请打开设置"), sketch("请关闭设置")) == pytest.approx(0.4)


def test_added_and_removed_words_are_changes() -> None:
    assert changed(sketch(text_of(80)), sketch(text_of(100))) == pytest.approx(0.2)
    assert changed(sketch(text_of(100)), sketch(text_of(80))) == pytest.approx(0.2)
    assert changed(sketch(""), sketch("")) == 0.0
    assert changed(sketch("gone"), sketch("")) == 1.0


def test_a_sketch_of_a_long_text_is_short_and_no_text(links: ReplyLinks) -> None:
    made: Any = sketch(text_of(50_000))
    assert (made.words, len(made.numbers)) == (50_000, 256)
