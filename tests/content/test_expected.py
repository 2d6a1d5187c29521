"""searches.yml: what a writer may write there, and what they are told about the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.content.expected import Expected, nowhere, parse_expected, read_expected

if TYPE_CHECKING:
    from conftest import Read


def told(text: str) -> list[str]:
    return [str(problem) for problem in parse_expected(text, "searches.yml")[1]]


def test_a_list_says_query_slug_and_worst_rank() -> None:
    text = "- {query: money  back, slug: refund, worst: 1}\n- query: 2FA\n  slug: login\n"
    rows, problems = parse_expected(text, "searches.yml")
    assert rows == [Expected("money back", "refund", 1, 1), Expected("2FA", "login", 3, 2)]
    assert problems == []


def test_a_mapping_leads_from_query_to_slug() -> None:
    rows, problems = parse_expected("# ours\nmoney back: refund\nno: off\n", "searches.yml")
    assert rows == [Expected("money back", "refund", 3, 2), Expected("no", "off", 3, 3)]
    assert problems == []


@pytest.mark.parametrize("slug", ["expect: refund", "slug: /articles/refund", "slug: refund/"])
def test_a_slug_may_be_written_as_expect_or_as_an_address(slug: str) -> None:
    rows, _ = parse_expected(f"- query: money\n  {slug}\n", "searches.yml")
    assert [row.slug for row in rows] == ["refund"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- query: a\n  slug: b\n- query: c\n", "searches.yml:3:3 bad-search a search needs a slug (Write"),
        ("- slug: b\n", "searches.yml:1:3 bad-search a search needs a query (Write"),
        ("- query:\n  slug: b\n", "searches.yml:1:3 bad-search a search needs a query (Write"),
        ("- a search\n", "searches.yml:1:3 bad-search a search needs a query (Write"),
        ("- query: a\n  slg: b\n", "searches.yml:1:3 bad-search unknown key `slg`; did you mean `slug`? (Write"),
        ("- query: a\n  slug: [b]\n", "searches.yml:2:9 bad-search `slug` must be one line of text (Write"),
        ("a: b\nc: {d: e}\n", "searches.yml:2:4 bad-search `slug` must be one line of text (Write"),
        ("only text\n", "searches.yml:1:1 bad-search the file is neither a list nor a mapping (Write"),
        ("a: [\n", "searches.yml:2:1 bad-search not valid YAML: "),
        ("- &a {query: a, slug: b}\n- *a\n", "searches.yml:1:3 bad-search anchors and aliases "),
        ("\ud800: a\n", "searches.yml:1:1 bad-search not valid YAML: "),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_understood_is_told_with_its_place(text: str, message: str) -> None:
    assert len(told(text)) == 1
    assert told(text)[0].startswith(message)


@pytest.mark.parametrize("worst", ["0", "51", "-1", "1.5", "third", "²", "", "9" * 5000])
def test_a_worst_rank_is_a_number_from_1_to_50(worst: str) -> None:
    text = f"- query: a\n  slug: b\n  worst: {worst}\n"
    assert ["`worst` must be a whole number from 1 to 50" in line for line in told(text)] == [True]


def test_one_bad_row_does_not_take_the_others_with_it() -> None:
    rows, problems = parse_expected("- query: a\n- {query: b, slug: c}\n", "searches.yml")
    assert ([row.query for row in rows], len(problems)) == (["b"], 1)


def test_an_empty_file_expects_nothing() -> None:
    assert parse_expected("# nothing yet\n", "searches.yml") == ([], [])


def test_only_the_file_of_searches_is_read() -> None:
    rows, problems = read_expected({"pins.yml": "a: b", "Searches.YAML": "c: d", "_redirects": "["})
    assert [(row.query, row.path) for row in rows] == [("c", "Searches.YAML")]
    assert problems == []


def test_an_article_that_customers_cannot_find_is_told_with_the_nearest(read: Read) -> None:
    content = read({
        "refund.md": "# Refund\n",
        "draft.md": "---\nstatus: draft\n---\n# Draft\n",
        "secret.md": "---\nsearch: {exclude: true}\n---\n# Not in search\n",
        "searches.yml": "a: refund\nb: refnd\nc: draft\nd: secret\n",
    })  # fmt: skip
    rows, _ = read_expected(content.folder.lists)
    assert [str(problem) for problem in nowhere(rows, content.public)] == [
        "searches.yml:2:1 search-nowhere `refnd` is no article that customers can find"
        " (Did you mean `refund`?)",
        "searches.yml:3:1 search-nowhere `draft` is no article that customers can find"
        " (Write the end of its address.)",
        "searches.yml:4:1 search-nowhere `secret` is no article that customers can find"
        " (Write the end of its address.)",
    ]
