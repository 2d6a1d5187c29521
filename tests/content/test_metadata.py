"""Metadata: the keys of other tools are understood, mistakes named, privacy never lost."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.content.frontmatter import split
from kb.content.keys import ALIASES, FOREIGN, fold, nearest_key
from kb.content.metadata import read_metadata
from kb.content.parsing import parse

DAY = dt.date(2026, 5, 31)


def read(front: str):  # type: ignore[no-untyped-def]
    parsed = split(f"---\n{front}\n---\n", "a.md")
    assert parsed.problem is None, parsed.problem
    return read_metadata(parsed.entries, "a.md")


# Tool -> what its exports and writers put there, and what it means here.
DIALECTS = {
    "kb": (
        (
            "title: T\nsummary: S\nslug: s\nid: i\naliases: [/old]\ncategories: [A, B]\ntags: [t]\n"
            "keywords: k, l\nquestions: [Why, then?]\nauthors: [Ann]\naudience: staff\n"
            "status: archived\ntype: faq\nweight: 3\nlang: de\nicon: star\nfeatured: true\n"
            "search: {boost: 2, exclude: true}\nupdated: 2026-05-31\nreview_by: 2026-05-31"
        ),
        {
            "title": "T", "summary": "S", "slug": "s", "id": "i", "aliases": ("/old",),
            "categories": ("A", "B"), "tags": ("t",), "keywords": ("k", "l"),
            "questions": ("Why", "then?"), "authors": ("Ann",), "audience": "staff",
            "status": "archived", "kind": "faq", "weight": 3.0, "lang": "de", "icon": "star",
            "featured": True, "boost": 2.0, "searchable": False, "updated": DAY, "review_by": DAY,
        },
    ),
    "Jekyll": (
        (
            "layout: article\npermalink: /article/t/\nredirect_from:\n  - /a/\n  - /b/"
            "\ncategory: C\n"
            "published: false\ndate: 2026-05-31 10:00:00 +0200\nexcerpt: S"
        ),
        {
            "slug": "t", "aliases": ("/a/", "/b/", "/article/t"), "categories": ("C",),
            "status": "draft", "created": DAY, "summary": "S",
        },
    ),
    "Just the Docs": (
        (
            "nav_order: 2\nhas_children: true\nparent: P\nnav_exclude: true\n"
            "last_modified_date: 2026-05-31"
        ),
        {"weight": 2.0, "updated": DAY, "listed": True},
    ),
    "Docusaurus": (
        (
            "id: i\nsidebar_position: 1.5\nsidebar_label: L\nunlisted: true\nslug: /guide/t\n"
            "last_update: {date: 2026-05-31, author: Ann}\ndraft: true\n"
            "authors:\n  - {name: Ann, url: 'https://x'}"
        ),
        {
            "id": "i", "weight": 1.5, "listed": False, "slug": "t", "updated": DAY,
            "status": "draft", "authors": ("Ann",),
        },
    ),
    "Hugo": (
        "title: T\nweight: 10\nlastmod: 2026-05-31\ndraft: false\naliases: [/x/y]\nlanguage: pt_BR",
        {
            "weight": 10.0, "updated": DAY, "status": "published", "aliases": ("/x/y",),
            "lang": "pt-BR",
        },
    ),
    "MkDocs": (
        "description: S\nhidden: yes\nauthors: [Ann, Bo]\ntags:\n  - a\n  - b",
        {"summary": "S", "listed": False, "authors": ("Ann", "Bo"), "tags": ("a", "b")},
    ),
    "Zendesk": (
        (
            "title: T\nhtml_url: https://x.zendesk.com/hc\narticle_id: 123\nlabel_names: [a, b]\n"
            "position: 4\nlocale: en-us\ncreated_at: 2026-05-31T10:00:00Z\n"
            "edited_at: 2026-05-31T10:00:00Z\nvote_sum: 3\nauthor_id: 5\ndraft: false"
        ),
        {
            "id": "123", "tags": ("a", "b"), "weight": 4.0, "lang": "en-us", "created": DAY,
            "updated": DAY, "status": "published",
        },
    ),
    "GitHub Docs": (
        "title: T\nintro: S\nredirect_from: [/a]\ntopics: [x, y]\ntype: how_to",
        {"summary": "S", "aliases": ("/a",), "tags": ("x", "y"), "kind": None},
    ),
    "Rackspace": (
        (
            "permalink: t/\naudit_date:\ntitle: T\ntype: article\ncreated_date: '2026-05-31'\n"
            "created_by: Ann\nlast_modified_date: '2026-05-31'\nlast_modified_by: Bo\n"
            "product: undefined\nproduct_url: undefined"
        ),
        {
            "slug": "t", "created": DAY, "updated": DAY, "authors": ("Ann",), "categories": (),
            "kind": "article",
        },
    ),
    "DNSimple": (
        "title: T\nexcerpt: E\nmeta: M\ncategories:\n- A",
        {"summary": "E", "categories": ("A",)},
    ),
    "Bitwarden": (
        "title: T\ncategories: [A]\nfeatured: true\npopular: false\ntags: [a]\norder: 010",
        {"featured": True, "weight": 10.0, "categories": ("A",)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_keys_of_every_tool_are_understood(dialect: str) -> None:
    front, expected = DIALECTS[dialect]
    metadata, problems, unknown = read(front)
    assert {name: getattr(metadata, name) for name in expected} == expected
    assert (problems, unknown) == ((), ())


@pytest.mark.parametrize(
    ("front", "field", "value"),
    [
        ("Title: T", "title", "T"),
        ("Last Modified-Date: 2026-05-31", "updated", DAY),
        ("lastModifiedDate: 2026-05-31", "updated", DAY),
        ("lang: no", "lang", "no"),
        ("title: '  two\n\n  lines '", "title", "two lines"),
        ("meta: {description: S}", "summary", "S"),
        ("summary: B\ndescription: A", "summary", "A"),
        ("description:\nsummary: B", "summary", "B"),
        ("permalink: /\nslug: s", "slug", "s"),
        ("url: https://x.example/hc/1-name.html?a=1#b", "slug", "1-name"),
        ("permalink: /docs/:title/", "slug", ""),
        ("tags: a, b , a", "tags", ("a", "b")),
        ("questions: One, two?", "questions", ("One, two?",)),
        ("search: {boost: 99}", "boost", 10.0),
        ("search: {boost: x}", "boost", 1.0),
        ("search: yes", "boost", 1.0),
        ("title: '<svg onload=alert(1)>'", "title", "<svg onload=alert(1)>"),
    ],
)
def test_a_key_means_what_it_says(front: str, field: str, value: object) -> None:
    assert getattr(read(front)[0], field) == value


@pytest.mark.parametrize(
    ("front", "status"),
    [
        ("status: published", "published"), ("status: ''", "published"),
        ("status: Draft", "draft"), ("status: archived", "archived"),
        ("status: live", "draft"), ("status: {a: b}", "draft"),
        ("status: published\ndraft: true", "draft"), ("status: draft\npublished: true", "draft"),
        ("draft: maybe", "draft"), ("draft: [x]", "draft"), ("draft: 1", "draft"),
        ("draft: false", "published"), ("published: no", "draft"), ("published: later", "draft"),
        ("published: 2026-05-31", "published"), ("status: archived\ndraft: true", "draft"),
        ("status: archived\nstatus: published", "archived"),
    ],
)  # fmt: skip
def test_the_most_private_word_wins(front: str, status: str) -> None:
    assert read(front)[0].status == status


@pytest.mark.parametrize(
    ("value", "audience"),
    [("public", "public"), ("staff", "staff"), ("everyone", "staff"), ("[public]", "staff")],
)
def test_an_unknown_audience_is_not_public(value: str, audience: str) -> None:
    assert read(f"audience: {value}")[0].audience == audience


@pytest.mark.parametrize(
    ("front", "code", "line", "hint"),
    [
        ("a: 1\nstatus: publishd", "unknown-status", 3, "did you mean published?"),
        ("audience: staf", "unknown-audience", 2, "did you mean staff?"),
        ("title: [a]", "bad-value", 2, ""),
        ("order: first", "bad-value", 2, ""),
        ("order: .inf", "bad-value", 2, ""),
        ("order: nan", "bad-value", 2, ""),
        ("featured: perhaps", "bad-value", 2, ""),
        ("date: 05/06/2026", "bad-date", 2, "2026-05-31"),
        ("title: a\n\nTitle: b", "duplicate-key", 4, ""),
        ("slug: [a]", "bad-value", 2, ""),
    ],
)
def test_a_mistake_is_named_with_its_line(front: str, code: str, line: int, hint: str) -> None:
    problems = [p for p in read(front)[1] if p.code == code]
    assert [(p.path, p.line) for p in problems] == [("a.md", line)]
    assert hint in problems[0].hint


def test_keys_that_nobody_knows_are_kept_and_told() -> None:
    metadata, _, unknown = read("titel: x\nteam: {lead: Ann}\nlayout: page")
    assert metadata.extra == {"titel": "x", "team": "lead", "layout": "page"}
    assert [entry.key for entry in unknown] == ["titel", "team"]


@pytest.mark.parametrize(
    ("key", "near"),
    [("titel", "title"), ("staus", "status"), ("catgory", "category"), ("team", "")],
)
def test_a_misspelt_key_has_a_neighbour(key: str, near: str) -> None:
    assert nearest_key(key) == near


def test_no_name_means_two_things() -> None:
    names = [fold(name) for names in ALIASES.values() for name in names]
    assert len(set(names)) == len(names)
    assert not set(names) & {fold(name) for name in FOREIGN}


@pytest.mark.parametrize("lang", ["de", "pt-BR", "pt_BR", "zh-Hant-TW", "EN", "no", "sr-Latn"])
def test_a_language_is_a_tag(lang: str) -> None:
    metadata, problems, _ = read(f"lang: {lang}")
    assert (metadata.lang, problems) == (lang.replace("_", "-"), ())


@pytest.mark.parametrize(
    "lang",
    ["../../../x", "..", "/etc/kb", "a/b", "de/../..", "English", "de en",
     "'\"><script>'", "[de, en]", "d" * 300, "de" + "-x" * 200],
)  # fmt: skip
def test_what_is_no_language_never_names_a_folder(lang: str) -> None:
    """ATTACKS: path traversal. Each language has its index in a folder of its name."""
    metadata, problems, _ = read(f"title: T\nlang: {lang}")
    assert metadata.lang == ""
    assert [(p.code, p.line) for p in problems] == [("bad-value", 3)]


def test_control_characters_in_values_are_told_and_left_out() -> None:
    """YAML takes them as escapes. No page can hold them, not even escaped."""
    front = 'title: "a\\x07b\\ufffe"\ntags: ["c\\x01", d]\nsearch: {"boost\\x02": "2\\x9f"}\nsummary: ok'
    metadata, problems, _ = read(front)
    assert (metadata.title, metadata.tags, metadata.boost) == ("ab", ("c", "d"), 2.0)
    assert [(p.code, p.line) for p in problems] == [("control-character", n) for n in (2, 3, 4)]


def test_control_characters_in_a_text_are_told_where_the_first_one_is() -> None:
    parsed = parse(b"---\ntitle: T\n---\n\nOne.\r\nTwo \x07 and \x08 three.\n")
    assert [(p.code, p.line, p.column) for p in parsed.problems] == [("control-character", 6, 5)]
    assert parse("---\ntitle: T\n---\n\tTab and\u2028line.\n".encode()).problems == ()
