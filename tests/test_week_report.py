"""`kb report week` and its page: a week that can be pasted anywhere, and links to nothing foreign."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt
from sample_site import Site, Visitor, make_site, sample, signed_in

from kb.cli import main
from kb.feedback.answers import Answers
from kb.feedback.events import Answer, Click, Contact, Read, Search, Vote
from kb.feedback.register import Register
from kb.insights.summary import compared
from kb.insights.telling import in_markdown
from kb.insights.week import Share
from kb.knowledge_base import KnowledgeBase
from kb.search.query import normal_form

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.timedelta(days=1)
NUMBERS = itertools.count(1)
HOSTILE = "![x](http://evil.example/p.png) [y](javascript:z) <img src=a> **b** `c` @all www.evil.example |d|"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.chdir(tmp_path)
    return make_site(tmp_path)


def asked(text: str, days: float, **more: Any) -> Search:
    """A search of somebody new, in a network of their own."""
    number = next(NUMBERS)
    at = dt.datetime.now(dt.UTC) - days * DAY
    values = {"lang": "en", "source": "page", "total": 0, "network": f"n{number}"} | more
    return Search(f"t{number}", f"v{number}", at, text, normal_form(text, "en"), **values)


def settled(kb: KnowledgeBase, days: float, count: int) -> None:
    for _ in range(count):
        search = asked("plan", days, total=2, found=("billing/cancel",))
        click = Click(search.token, search.visitor, "billing/cancel", 1, 2, search.at)
        read = Read(
            search.visitor, "billing/cancel", "r", search.at, 60, 100, search.network, search.token
        )
        kb.signals.write([search, click, read])


def failed(kb: KnowledgeBase, text: str, days: float, count: int) -> None:
    kb.signals.write(asked(text, days) for _ in range(count))


def voted(kb: KnowledgeBase, slug: str, revision: str, yes: int, no: int, days: float) -> None:
    article = kb.edition.library.by_slug[slug]
    for number in range(yes + no):
        at = dt.datetime.now(dt.UTC) - days * DAY
        visitor = f"voter {revision} {number}"
        text = "" if number < yes else f"secret of {visitor}"
        kb.journal.vote(
            Vote(article.id, revision or article.revision, visitor, number < yes, at, text=text)
        )


def answered(kb: KnowledgeBase, question: str, scores: str, days: float) -> None:
    at = dt.datetime.now(dt.UTC) - days * DAY
    for score in scores:
        answer = Answer(question, int(score), f"a{next(NUMBERS)}", at)
        Answers(kb.journal.database).record(answer)


def kb(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["report", *arguments], catch_exceptions=False)


def told() -> str:
    done = kb("week")
    assert done.exit_code == 0
    return done.output


def section(text: str, title: str) -> str:
    return text.partition(f"## {title}\n\n")[2].partition("\n\n## ")[0]


def test_an_empty_week_says_what_will_be_there(site: Site) -> None:
    text = told()
    today = dt.datetime.now(dt.UTC)
    assert text.startswith("# Help center: the week from ")
    assert f"to {today.day} {today:%B %Y}\n" in text
    assert "No visits in the last two weeks" in text
    assert "Nothing waits for you." in section(text, "What to do next")
    assert "As soon as two people" in section(text, "What to write next")
    assert "|" not in text


def test_before_the_first_build_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = kb("week")
    assert (done.exit_code, "Run kb build" in done.output) == (1, True)


def test_two_weeks_stand_side_by_side_with_a_verdict(site: Site) -> None:
    base = KnowledgeBase(site.settings)
    settled(base, 2, 60)
    settled(base, 9, 10)
    failed(base, "dark mode", 9, 50)
    answered(base, "satisfaction", "5" * 4 + "1", 2)
    answered(base, "satisfaction", "4" * 3 + "2", 9)
    base.signals.write([Contact("zed", dt.datetime.now(dt.UTC) - 9 * DAY)])
    text = told()
    assert "**Better** than the week before: settled." in text
    assert "| Searches | 60 | 60 |  |" in text
    assert "| Settled | 100% (94% to 100%, of 60 searches judged) | 17% (" in text
    assert re.search(r"\| Settled .*\| better \|", text)
    assert re.search(
        r"\| Satisfied \| 80% \(38% to 96%, of 5 answers\) .*clear difference \|", text
    )
    assert "| Had it easy | none yet | none yet |  |" in text
    assert "| Visits for each contact | none yet | 60.0 | no clear difference |" in text


def test_gaps_to_write_come_with_demand_reason_and_command(site: Site) -> None:
    base = KnowledgeBase(site.settings)
    for number in range(12):
        failed(base, f"topic{number} subject{number}", 2, 3 + number)
    text = section(told(), "What to write next")
    lines = text.splitlines()[2:]
    assert [line.split(".")[0] for line in lines[:10]] == [str(n) for n in range(1, 11)]
    assert "**topic11 subject11** (14 people, none in the time before; at least " in lines[0]
    assert re.search(r"an article is missing\. `kb gaps new-article \d+`$", lines[0])
    assert lines[-1] == "2 more, of fewer people: `kb gaps`"


def test_a_surge_comes_first(site: Site) -> None:
    base = KnowledgeBase(site.settings)
    failed(base, "webhooks", 3, 6)
    failed(base, "login broken", 0.03, 40)
    text = told()
    assert section(text, "What to do next").startswith("1. Look at **login broken**: far more")
    assert "Surge. 40 people" in section(text, "Happening now")
    assert "2. Write the missing article on **webhooks**" in text
    assert "login" not in section(text, "What to write next")


def test_what_became_of_gaps_in_this_week_is_told_and_not_more(site: Site) -> None:
    base = KnowledgeBase(site.settings)
    now = dt.datetime.now(dt.UTC)
    for text in ("dark mode", "webhooks", "gadgets"):
        failed(base, text, 3, 4)
    numbers = {row.gap.label: row.id for row in base.ledger.gaps()}
    register = Register(base.journal.database)
    register.change(numbers["webhooks"], "documented", now - 20 * DAY, "Sam", article="refunds")
    register.change(numbers["webhooks"], "proven", now - DAY, note="Before, 8 of 9 people did not")
    register.change(numbers["dark mode"], "documented", now - DAY, "Sam", "see mail of jane")
    text = section(told(), "What became of gaps")
    assert text.splitlines() == [
        f"- Proven: **webhooks**, [Get a refund](/articles/refund): Before, 8 of 9 people did not."
        f" `kb gaps show {numbers['webhooks']}`",
        f"- Documented: **dark mode**. `kb gaps show {numbers['dark mode']}`",
    ]


def test_articles_are_linked_absolutely_where_the_address_is_known(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = KnowledgeBase(site.settings)
    reads = [Read(f"r{n}", "refunds", "r", dt.datetime.now(dt.UTC) - DAY, 9, 9) for n in range(20)]
    base.signals.write(reads)
    voted(base, "refund", "old", 30, 2, 40)
    voted(base, "refund", "", 2, 30, 2)
    assert "[Get a refund](/articles/refund)" in told()
    monkeypatch.setenv("KB_BASE_URL", "https://help.example.com")
    text = told()
    link = "[Get a refund](https://help.example.com/articles/refund)"
    assert f"Rewrite {link}." in section(text, "What to do next")
    assert f"{link}: at least" in section(text, "Articles that need attention")
    assert f"{link} got worse: since its last edit 6%" in section(text, "What edits changed")
    assert "secret" not in text  # no words of one visitor


def test_words_of_single_visitors_are_not_in_it(site: Site) -> None:
    base = KnowledgeBase(site.settings)
    failed(base, "dark mode of margaret", 2, 2)
    failed(base, "quark soup", 2, 2)
    text = told()
    assert "margaret" not in text
    assert "quark" not in text
    assert re.search(r"^\d more, of fewer people: `kb gaps`$", text, re.MULTILINE)


@pytest.mark.parametrize("where", ["label", "title", "name"])
def test_hostile_words_make_no_link_no_picture_and_no_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.chdir(tmp_path)
    files = sample()
    if where == "title":
        quoted = HOSTILE.replace("'", "''")
        files["evil.md"] = f"---\ntitle: '{quoted}'\n---\nNothing.\n"
    site = make_site(tmp_path, files)
    base = KnowledgeBase(site.settings)
    if where == "label":
        failed(base, HOSTILE, 2, 5)
    if where == "name":
        monkeypatch.setenv("KB_TITLE", HOSTILE[:70])
    if where == "title":
        evil = next(a for a in base.edition.library.articles if a.title == HOSTILE)
        reads = [
            Read(f"r{n}", evil.id, "r", dt.datetime.now(dt.UTC) - DAY, 9, 9) for n in range(20)
        ]
        base.signals.write(reads)
        voted(base, evil.slug, "", 1, 30, 2)
    settled(base, 2, 3)
    text = told()
    assert "evil" in text
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert re.findall(r'(?:href|src)="([^"]*)"', html) == re.findall(
        r'href="(/articles/[^"]*)"', html
    )
    assert not re.search(r"<(?:img|script|code>c)", html)
    # nor does a chat that makes links of whatever looks like one
    words = re.sub(r"\]\(/articles/[^)]*\)", "", text)
    assert not re.search(
        r"https?://|www\.|javascript:\S|@\w|\w\.example", words.replace("javascript:z", "")
    )
    rows = re.findall(r"<tr>.*?</tr>", html, re.S)
    assert all(row.count("<t") == 5 for row in rows)


@pytest.mark.parametrize(
    ("text", "safe"),
    [("plain words", "plain words"), ("a\n# b\u202e\0 c", "a \\# b c"), ("1.5 of 3", "1.5 of 3"),
     ("a&#91;b", r"a\&\#91;b"), ("see https://x", "see https:\u200b//x"),
     ("node.js", "node\u200b.js"), ("a@b.c", "a\u200b@\u200bb\u200b.c"), ("end. Next", "end. Next")],
)  # fmt: skip
def test_text_stays_text(text: str, safe: str) -> None:
    assert in_markdown(text) == safe


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [((60, 60), (10, 60), "better"), ((10, 60), (60, 60), "worse"),
     ((6, 10), (5, 10), "no clear difference"), ((0, 0), (5, 10), ""), ((5, 10), (0, 0), "")],
)  # fmt: skip
def test_a_week_is_better_only_beyond_chance(
    now: tuple[int, int], before: tuple[int, int], said: str
) -> None:
    assert compared(Share(*now), Share(*before)) == said


def test_the_report_by_article_is_as_it_was(site: Site) -> None:
    voted(KnowledgeBase(site.settings), "refund", "", 3, 1, 1)
    assert "refunds" in kb().output
    assert kb("--csv").output.startswith("article,yes,no")
    assert '"article": "refunds"' in kb("--json").output


# The page


def test_the_page_is_what_the_command_prints(site: Site) -> None:
    base = KnowledgeBase(site.settings)
    settled(base, 2, 3)
    failed(base, "dark mode", 2, 5)
    visitor = signed_in(Visitor(site.app()))
    assert 'href="/staff/week.md"' in visitor.get("/staff/")
    answer = visitor.client.get("/staff/week.md")
    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert re.fullmatch(
        r"attachment; filename=week-\d{4}-\d\d-\d\d\.md", answer.headers["Content-Disposition"]
    )
    assert answer.get_data(as_text=True) == told()
