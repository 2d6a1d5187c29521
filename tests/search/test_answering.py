"""Answering: a mail in, the few articles and sections that answer it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.search.answering import answers
from kb.search.mails import ANNOUNCED, ASKED, LONGEST, sentences

if TYPE_CHECKING:
    from kb.search.searcher import Searcher

FILES = {
    "password.md": (
        "---\ntitle: Sign in again\n---\nOpen the login page.\n\n"
        "## When no link arrives\n\nLook into the spam folder for the reset link. It may take a minute.\n\n"
        "## On a phone\n\nTap the key.\n"
    ),
    "invoice.md": "---\ntitle: Find an invoice\n---\nInvoices are under Billing. Credit cards are fine.\n",
    "company.md": "---\ntitle: Add your company\n---\nA company has people and an office.\n",
    "server.md": "---\ntitle: Change your name servers\n---\nPoint the domain at our name servers.\n",
    "faq.md": (
        "---\ntitle: Questions about money\ntype: faq\n---\n"
        "## How do I get a refund?\n\nWrite within 14 days.\n\n## Which currency is it?\n\nEuro.\n"
    ),
    "de.md": "---\ntitle: Rechnung herunterladen\nlang: de\n---\nRechnungen stehen unter Abrechnung.\n",
}
STORY = (
    "Hello,\n\nwe are a small company with an office in the old town. We pay by credit card and our "
    "last invoice was fine. {}\n\nMy brother looked at it as well.\n\nBest regards\nSam Office\n"
    "Company invoices Ltd"
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    from kb.content.reader import Reader
    from kb.search.indexing import build_indexes
    from kb.search.searcher import Searcher

    root = tmp_path_factory.mktemp("answering")
    (root / "articles").mkdir()
    for name, text in FILES.items():
        (root / "articles" / name).write_text(text)
    library = Reader(root / "articles", "en").read().public
    build_indexes(library, root / "workshop", root / "index")
    return Searcher(root / "index", library)


def slugs(searcher: Searcher, text: str, limit: int = 5) -> list[str]:
    return [hit.article.slug for hit in answers(searcher, text, "en", limit)]


def test_what_is_asked_counts_more_than_the_story(searcher: Searcher) -> None:
    assert slugs(searcher, STORY.format("Why does no reset link arrive?"))[0] == "password"
    assert slugs(searcher, STORY.format("How can I change the name servers?"))[0] == "server"


def test_a_hit_names_the_section_and_the_sentence_that_match(searcher: Searcher) -> None:
    first = answers(searcher, STORY.format("Why does no reset link arrive?"), "en", 3)[0]
    assert first.section is not None
    assert first.section.title == "When no link arrives"
    shown = "".join(text for text, _ in first.snippet)
    assert shown.startswith("Look into the spam folder for the reset link.")
    assert ("reset", True) in first.snippet


def test_a_typing_error_in_the_question_is_put_right(searcher: Searcher) -> None:
    assert slugs(searcher, STORY.format("How can I chnage the nam servrs?"))[0] == "server"


def test_what_is_announced_counts_more_and_the_announcement_does_not() -> None:
    found = list(sentences("My company is old. What I would like to know: name servers", "en"))
    assert [one.query.text for one in found] == ["My company is old.", "name servers"]
    assert [one.weight for one in found] == [1.0, ANNOUNCED]


def test_questions_count_more_than_statements() -> None:
    found = list(sentences("The refund is late. Where is the refund?", "en"))
    assert [one.weight for one in found] == [1.0, ASKED]


def test_greetings_fillers_quotes_and_signatures_say_nothing() -> None:
    text = (
        "Hi there,\nhope you are well. Can you help me with this? The refund is late.\n"
        "> On Monday somebody wrote: change the name servers\n"
        "Kind regards\nAlex Password\n"
    )
    said = [one.query.text for one in sentences(text, "en")]
    assert "The refund is late." in said
    assert not any("help me" in one or "servers" in one or "Password" in one for one in said)


def test_a_mail_of_only_fillers_is_still_read() -> None:
    assert [one.query.text for one in sentences("Can you help me?", "en")] == ["Can you help me?"]


def test_only_a_quote_is_read_as_the_text() -> None:
    assert [one.query.text for one in sentences("> refund", "en")] == ["> refund"]


def test_an_article_comes_once_and_there_are_no_more_than_asked_for(searcher: Searcher) -> None:
    found = slugs(searcher, "How do I get a refund? Which currency is it? Invoice. Company. Login.")
    assert len(found) == len(set(found))
    assert len(slugs(searcher, "Invoice. Company. Refund. Login. Domain.", 2)) == 2


def test_a_question_of_a_faq_page_is_found_as_its_section(searcher: Searcher) -> None:
    first = answers(searcher, STORY.format("How do I get a refund?"), "en", 1)[0]
    assert (first.article.slug, first.anchor) == ("faq", "how-do-i-get-a-refund")


def test_a_mail_in_another_language_is_answered_in_it(searcher: Searcher) -> None:
    text = "Guten Tag,\nwo kann ich meine Rechnung herunterladen?\nMit freundlichen Grüßen\nSam"
    assert slugs(searcher, text)[0] == "de"


@pytest.mark.parametrize(
    "text",
    ["", " \n\t ", "\x00\x1b", "\ud800", "??? !!! ...", "(" * 5000, "a" * 20_000, "`*[a TO z]~9 " * 1500,
     "How? " * 4000, "refund? " * 2500, "请问" * 5000, "--\n", "> \n" * 5000],
)  # fmt: skip
def test_nothing_that_is_pasted_breaks_it(searcher: Searcher, text: str) -> None:
    assert len(answers(searcher, text, "en", 3)) <= 3


def test_no_more_than_20_kb_are_read() -> None:
    text = "The refund is late. " * (LONGEST // 20) + "Name servers."
    assert [one.query.text for one in sentences(text, "en")] == ["The refund is late."]


def test_nothing_is_found_for_words_that_no_article_has(searcher: Searcher) -> None:
    assert slugs(searcher, "Xylophone quartz zebra.") == []


def test_a_question_about_what_was_said_before_is_not_what_it_is_about(searcher: Searcher) -> None:
    text = "No reset link arrives when I sign in. What does that mean? How can I fix it?"
    assert slugs(searcher, text)[0] == "password"
    assert [one.query.text for one in sentences(text, "en")] == [
        "No reset link arrives when I sign in."
    ]


def test_a_mail_that_asks_for_two_things_gets_both(searcher: Searcher) -> None:
    text = STORY.format(
        "Why does no reset link arrive when I sign in? I would like to know how to get a refund."
    )
    assert set(slugs(searcher, text, 2)) == {"password", "faq"}
