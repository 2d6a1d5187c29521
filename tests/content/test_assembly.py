"""Assembly: files become articles with lasting addresses, folders become categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.content.reader import Reader

if TYPE_CHECKING:
    from pathlib import Path

    from tests.content.conftest import Read


@pytest.mark.parametrize(
    ("path", "front", "slug"),
    [
        ("Reset your password.md", "", "reset-your-password"),
        ("a/Müller & Söhne.md", "", "müller-söhne"),
        ("a/b.md", "slug: My Slug", "my-slug"),
        ("a/b.md", "permalink: /hc/en/reset/", "reset"),
        ("a/日本語.md", "", "日本語"),
        ("<svg onload=alert(1)>.md", "", "svg-onload-alert-1"),
        ("a/!!!.md", "", "article"),
        ("a/b.md", "slug: ../../etc", "etc"),
        ("a/b.md", "slug: '!!!'", "b"),
    ],
)
def test_the_address_comes_from_the_slug_or_the_name(
    read: Read, path: str, front: str, slug: str
) -> None:
    article = read({path: f"---\n{front}\n---\nText\n"}).public.articles[0]
    assert (article.slug, article.url) == (slug, f"/articles/{slug}")


def test_files_of_one_name_are_told_apart_by_their_folder(read: Read) -> None:
    library = read({"a/setup.md": "A", "b/setup.md": "B", "setup.md": "C"}).public
    assert {a.path: a.slug for a in library.articles} == {
        "a/setup.md": "a-setup", "b/setup.md": "b-setup", "setup.md": "setup",
    }  # fmt: skip


def test_two_that_ask_for_one_address_both_get_one_and_a_problem_is_told(read: Read) -> None:
    content = read({"a.md": "---\nslug: x\nid: i\n---\n", "b.md": "---\nslug: x\nid: i\n---\n"})
    assert [article.slug for article in content.public.articles] == ["x", "x-2"]
    assert [(p.path, p.code) for p in content.problems] == [
        ("b.md", "duplicate-id"), ("b.md", "duplicate-slug"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "---\ntitle: Front\n---\n# Body\n", "Front"),
        ("a.md", "# Body\n", "Body"),
        ("01-getting_started.md", "Text\n", "Getting started"),
        ("a.md", '---\ntitle: "<svg onload=alert(1)>"\n---\n', "<svg onload=alert(1)>"),
        ("<svg onload=alert(1)>.md", "Text\n", "<svg onload=alert(1)>"),
    ],
)
def test_the_title_comes_from_the_best_place(read: Read, name: str, text: str, title: str) -> None:
    assert read({name: text}).public.articles[0].title == title


def test_folders_are_shelves_and_their_numbers_sort(read: Read) -> None:
    library = read({"02-billing/a.md": "A", "01-Getting started/b/c.md": "C", "top.md": "T"}).public
    assert [(c.path, c.title, c.parent) for c in library.categories] == [
        ("getting-started", "Getting started", ""),
        ("getting-started/b", "B", "getting-started"),
        ("billing", "Billing", ""),
        ("more", "More articles", ""),
    ]
    assert library.counts["getting-started"] == 1


@pytest.mark.parametrize(
    ("lang", "title"),
    [("de-AT", "Weitere Artikel"), ("es", "Más artículos"), ("fr", "More articles")],
)
def test_the_shelf_of_all_others_is_named_in_the_site_s_language(
    tmp_path: Path, lang: str, title: str
) -> None:
    (tmp_path / "top.md").write_text("T")
    [shelf] = Reader(tmp_path, lang).read().public.categories
    assert (shelf.path, shelf.title) == ("more", title)


def test_a_category_in_the_front_matter_wins_over_the_folder(read: Read) -> None:
    files = {f"x/{n}.md": f"---\ncategories: [{name}]\n---\n" for n, name in enumerate("AAa")}
    library = read({**files, "x/index.md": "---\ntitle: Letters\n---\nAll.\n"}).public
    assert [(c.path, c.title, c.source_path) for c in library.categories] == [
        ("a", "Letters", "x/index.md")
    ]
    assert [article.title for article in library.shelves["a"]] == ["0", "1", "2"]


def test_shelves_are_sorted_by_weight_then_title_and_hide_the_unlisted(read: Read) -> None:
    library = read(
        {
            "x/a.md": "# Zoo\n",
            "x/b.md": "# Ant\n",
            "x/c.md": "---\norder: 1\n---\n# Last\n",
            "x/d.md": "---\nhidden: true\n---\n# Hidden\n",
        }
    ).public
    assert [article.title for article in library.shelves["x"]] == ["Last", "Ant", "Zoo"]
    hidden = library.by_slug["d"]
    assert (hidden.listed, hidden.searchable, hidden.noindex) == (False, False, True)


def test_an_id_outlives_a_new_name(read: Read) -> None:
    library = read({"x/a.md": "A", "x/b.md": "---\nid: 42\n---\n"}).public
    assert set(library.by_id) == {"x/a", "42"}


def test_the_revision_changes_with_what_a_reader_sees_only(read: Read) -> None:
    def revision(text: str) -> str:
        return read({"a.md": text}).public.articles[0].revision

    first = revision("---\ntitle: T\n---\nText\n")
    assert (
        revision("---\ntitle: T\ntags: [a]\n---\nText <!-- note -->\n".replace(" <", "<")) == first
    )
    assert revision("---\ntitle: T\n---\nText.\n") != first
    assert revision("---\ntitle: U\n---\nText\n") != first


def test_staff_see_everything_customers_what_is_public(read: Read) -> None:
    content = read(
        {
            "a.md": "A",
            "b.md": "---\nstatus: draft\n---\n",
            "c.md": "---\naudience: staff\n---\n",
            "d.md": "---\nstatus: archived\n---\n",
        }
    )
    assert [article.path for article in content.public.articles] == ["a.md"]
    assert len(content.staff.articles) == 4


def test_an_alias_becomes_a_redirect_and_an_existing_page_stays(read: Read) -> None:
    library = read(
        {"a.md": "---\naliases: [/kb/1/, old-name, /articles/b]\n---\n", "b.md": "B"}
    ).public
    assert library.redirects.exact == {"/kb/1": "/articles/a", "/articles/old-name": "/articles/a"}
