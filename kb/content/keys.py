"""Keys: what may stand in front matter, in the names of other tools too."""

from __future__ import annotations

import difflib
import re

# Metadata's field -> the names other tools have for it, most specific first.
# Case, `-`, `_` and spaces do not matter.
ALIASES: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "summary": ("description", "summary", "intro", "excerpt", "meta", "meta_description"),
    "slug": ("slug", "permalink", "url"),
    "id": ("id", "article_id"),
    "aliases": ("aliases", "redirect_from"),
    "categories": ("category", "categories", "product"),
    "tags": ("tags", "topics", "labels", "label_names"),
    "keywords": ("keywords",),
    "questions": ("questions",),
    "authors": ("authors", "author", "created_by"),
    "audience": ("audience",),
    "segment": ("user_segment_id",),
    "status": ("status",),
    "draft": ("draft",),
    "published": ("published",),
    "hidden": ("hidden", "is_hidden", "unlisted"),
    "noindex": ("noindex",),
    "kind": ("type",),
    "featured": ("featured",),
    "weight": ("weight", "order", "sidebar_position", "nav_order", "sort", "position"),
    "lang": ("lang", "language", "locale"),
    "translates": ("translates",),
    "icon": ("icon",),
    "search": ("search",),
    "created": ("created", "created_at", "created_date", "date_created", "date", "published_at"),
    "updated": (
        "updated", "lastmod", "last_modified_date", "last_modified_at", "last_modified",
        "updated_at", "modified", "date_modified", "last_updated", "last_update", "edited_at",
    ),
    "review_by": ("review_by",),
}  # fmt: skip

# Keys of other tools that mean nothing here: no reason to ask the writer about them.
FOREIGN = frozenset(
    """
    layout custom_edit_url sidebar_label sidebar_class_name pagination_next pagination_prev
    hide_title hide_table_of_contents toc_min_heading_level toc_max_heading_level image
    last_modified_by audit_date product_url popular template parent has_children nav_exclude
    css js toc comments versions short_title html_url section_id author_id permission_group_id
    promoted vote_sum vote_count source_locale outdated comments_disabled name
    body content_tag_ids brand_id
    """.split()  # noqa: SIM905  (a list of 40 quoted words is harder to read)
)


def fold(key: str) -> str:
    """A key as it is compared: `Last Modified-Date` and `last_modified_date` are one."""
    return re.sub(r"[\s_-]", "", key).casefold()


_FIELD_OF = {fold(name): field for field, names in ALIASES.items() for name in names}
_RANK = {fold(name): rank for names in ALIASES.values() for rank, name in enumerate(names)}
_NAME_OF = {fold(name): name for names in ALIASES.values() for name in names}
_FOREIGN = frozenset(map(fold, FOREIGN))


def field_of(key: str) -> str:
    """The field of Metadata that a key sets: `lastmod` -> `updated`; "" for an unknown one."""
    return _FIELD_OF.get(fold(key), "")


def rank(key: str) -> int:
    """Where a known key stands among the names of its field; 0 is the most specific."""
    return _RANK[fold(key)]


def is_foreign(key: str) -> bool:
    """Whether it is a key of another tool that means nothing here."""
    return fold(key) in _FOREIGN


def nearest_key(key: str) -> str:
    """The known key that a misspelt one was probably meant to be, or ""."""
    near = difflib.get_close_matches(fold(key), _NAME_OF, n=1, cutoff=0.8)
    return _NAME_OF[near[0]] if near else ""
