"""Translations: articles that say the same find each other, and writers learn what keeps them apart."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kb.content.cache import RenderCache
from kb.content.checks import check
from kb.content.problems import CODES
from kb.content.reader import Reader

if TYPE_CHECKING:
    from kb.content.library import Library
    from tests.content.conftest import Read

BODY = "Open **Settings** and choose **Plan**. " * 20


def page(title: str, lang: str = "", translates: str = "", more: str = "", body: str = BODY) -> str:
    keys = [f"title: {title}", f"lang: {lang}" if lang else "", more]
    keys.append(f"translates: {translates}" if translates else "")
    return "---\n" + "".join(f"{key}\n" for key in keys if key) + f"---\n{body}\n"


def groups(library: Library) -> dict[str, list[str]]:
    return {slug: [one.slug for one in group] for slug, group in library.groups.items()}


def faults(read: Read, **files: str) -> list[tuple[str, int, str]]:
    content = read({f"{name.replace('__', '/')}.md": text for name, text in files.items()})
    codes = {code for code in CODES if "transl" in code}
    return [(p.path, p.line, p.code) for p in content.problems if p.code in codes]


@pytest.mark.parametrize(
    "name",
    [
        "cancel", "stop", "/articles/cancel", "billing/cancel", "billing/cancel.md",
        "/billing/cancel.md", "../../billing/cancel.md", "'../../billing/cancel'",
    ],
)  # fmt: skip
def test_an_original_is_named_by_id_slug_or_path(read: Read, name: str) -> None:
    content = read(
        {
            "billing/cancel.md": page("Cancel", more="id: stop\nslug: cancel"),
            "de/billing/cancel.md": page("Kündigen", "de", name),
            "es/billing/cancel.md": page("Cancelar", "es", name),
        }
    )
    assert content.problems == ()
    library = content.public
    for article in library.articles:
        assert [one.lang for one in library.in_languages(article)] == ["en", "de", "es"]


def test_a_file_of_the_same_name_beside_it_is_not_the_translation_itself(read: Read) -> None:
    content = read({"cancel.md": page("Cancel"), "de/cancel.md": page("Kündigen", "de", "cancel")})
    assert [a.path for a in content.public.in_languages(content.public.articles[0])] == [
        "cancel.md",
        "de/cancel.md",
    ]


def test_an_article_in_one_language_has_no_group(read: Read) -> None:
    library = read({"a.md": page("A"), "b.md": page("B", "de")}).public
    assert [library.in_languages(article) for article in library.articles] == [(), ()]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"b": page("B", "de", "gone")}, [("b.md", 4, "translates-nowhere")]),
        ({"b": page("B", "de", "b")}, [("b.md", 4, "translates-nowhere")]),
        ({"b": page("B", "", "a")}, [("b.md", 3, "translation-language")]),
        ({"b": page("B", "EN", "a")}, [("b.md", 4, "translation-language")]),
        ({"b": page("B", "en-GB", "a")}, []),
        (
            {"b": page("B", "de", "a"), "c": page("C", "es", "b")},
            [("c.md", 4, "translates-translation")],
        ),
        (
            {"b": page("B", "de", "c"), "c": page("C", "es", "b")},
            [("b.md", 4, "translates-translation"), ("c.md", 4, "translates-translation")],
        ),
        (
            {"b": page("B", "de", "a"), "c": page("C", "de", "a")},
            [("c.md", 4, "duplicate-translation")],
        ),
        (
            {"d": page("D", more="status: draft"), "c": page("C", "de", "d")},
            [("c.md", 4, "translates-hidden")],
        ),
        (
            {"d": page("D", more="audience: staff"), "c": page("C", "de", "d", "status: draft")},
            [],
        ),
    ],
)
def test_what_keeps_a_translation_from_its_original_is_told(
    read: Read, files: dict[str, str], expected: list[tuple[str, int, str]]
) -> None:
    assert faults(read, a=page("A"), **files) == expected


def test_a_misspelt_original_is_answered_with_the_nearest_one(read: Read) -> None:
    content = read({"cancel-plan.md": page("A"), "b.md": page("B", "de", "cancel-plam")})
    assert [p.hint for p in content.problems] == ["Did you mean `cancel-plan`?"]


def test_the_public_has_no_trace_of_a_draft_among_the_languages(read: Read) -> None:
    """ATTACKS: leak of drafts and staff articles, other language."""
    content = read(
        {
            "a.md": page("A"),
            "a-de.md": page("A", "de", "a"),
            "a-es.md": page("A", "es", "a", "status: draft"),
            "a-fr.md": page("A", "fr", "a", "audience: staff"),
            "secret.md": page("S", more="status: draft"),
            "s-de.md": page("S", "de", "secret"),
            "s-es.md": page("S", "es", "secret"),
        }
    )
    assert groups(content.public) == {"a": ["a", "a-de"]}
    assert groups(content.staff) == {
        "a": ["a", "a-de", "a-es", "a-fr"],
        "secret": ["secret", "s-de", "s-es"],
    }
    assert [content.public.by_slug[slug].translates for slug in ("s-de", "s-es")] == ["", ""]


def test_a_draft_does_not_take_the_place_of_a_public_translation(read: Read) -> None:
    content = read(
        {
            "a.md": page("A"),
            "b.md": page("Draft", "de", "a", "status: draft"),
            "c.md": page("Public", "de", "a"),
        }
    )
    assert groups(content.public) == groups(content.staff) == {"a": ["a", "c"]}


def test_a_change_of_one_file_gives_what_a_whole_reading_gives(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in {"a": page("A"), "b": page("B", "de"), "c": page("C", "es", "a")}.items():
        (folder / f"{name}.md").write_text(text)
    kept = Reader(folder, "en", RenderCache(tmp_path / "cache.sqlite"))
    kept.read()
    for changed in (page("B", "de", "a"), page("B", "fr", "a"), page("B", "de")):
        (folder / "b.md").write_text(changed)
        one, other = kept.read(), Reader(folder, "en").read()
        again = Reader(folder, "en", RenderCache(tmp_path / "cache.sqlite")).read()
        assert one.public.articles == other.public.articles == again.public.articles
        assert groups(one.public) == groups(other.public)
        assert one.problems == other.problems
        assert one.rendered <= 1


# Out of date


def test_a_translation_is_out_of_date_when_its_original_was_updated_later(read: Read) -> None:
    content = read(
        {
            "a.md": page("A", more="updated: 2026-05-02"),
            "b.md": page("B", "de", "a", "updated: 2026-05-01"),
            "c.md": page("C", "es", "a", "updated: 2026-05-02"),
            "d.md": page("D", "fr", "a"),
        }
    )
    days = {a.slug: str(a.original_changed) for a in content.public.articles if a.original_changed}
    assert days == {"b": "2026-05-02"}
    (problem,) = (p for p in check(content) if p.code == "outdated-translation")
    assert (problem.path, problem.line, problem.severity) == ("b.md", 5, "warning")
    assert "2026-05-02" in problem.message


@pytest.mark.parametrize(
    ("before", "after", "matters"),
    [
        ("a" + BODY, "A" + BODY.replace("choose", "chose", 1), False),
        (BODY, BODY + "\n\nWithin a week we pay everything back to the card that you used before.", True),
        (BODY + "Within 14 days.", BODY + "Within 30 days.", True),
        (BODY, BODY, False),
    ],
)  # fmt: skip
def test_a_change_of_a_few_words_leaves_translations_up_to_date(
    tmp_path: Path, before: str, after: str, matters: bool
) -> None:
    """By what git has of the original on the day of the translation."""
    folder = tmp_path / "repository" / "docs"
    folder.mkdir(parents=True)
    write = {"a.md": page("A", more="updated: 2026-04-01", body=before)}
    write["b.md"] = page("B", "de", "a", "updated: 2026-05-01")
    for name, text in write.items():
        (folder / name).write_text(text)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Translate")
    (folder / "a.md").write_text(page("A", more="updated: 2026-06-01", body=after))
    git(folder, "commit", "-q", "-a", "-m", "Edit", day="2026-06-01")
    content = Reader(folder, "en").read()
    assert bool(content.public.by_slug["b"].original_changed) == matters
    assert any(p.code == "outdated-translation" for p in content.problems) == matters


def git(folder: Path, *command: str, day: str = "2026-05-01") -> None:
    said = ("-c", "user.name=writer", "-c", "user.email=writer@example.com")
    when = {"GIT_COMMITTER_DATE": f"{day}T18:00:00", "GIT_AUTHOR_DATE": f"{day}T18:00:00"}
    subprocess.run(["git", *said, *command], cwd=folder, check=True, env=when | {"PATH": "/usr/bin:/bin"})  # fmt: skip
