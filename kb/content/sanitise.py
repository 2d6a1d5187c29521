"""Sanitise: which HTML an article may contain. It is the last step before anything is kept.

Writers' classes are dropped unless they are in WRITER_CLASSES, so that no article can look
like a part of the page around it.
"""

from __future__ import annotations

import re

import nh3
from pygments.token import STANDARD_TYPES

from kb.content.tags import ALLOWED, words
from kb.errors import KbError

MAX_DEPTH = 200
MAX_WORK = 3_000_000  # open elements summed over all tags: what a parser has to go through

KINDS = ("note", "tip", "important", "warning", "caution")
WRITER_CLASSES = frozenset({"steps", "center", "small"})

# A landmark's name that a writer gives might pose as the site's: these are ours.
_TABLES = {f"Table {number}" for number in range(1, 100)}

_ATTRIBUTES = {
    "*": {"id", "title", "lang", "dir"},
    "a": {"href", "name"},
    "abbr": {"title"},
    "audio": {"src", "loop", "muted"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open", "name"},
    "div": {"data-lang"},
    "img": {"src", "alt", "width", "height"},
    "input": {"checked", "disabled"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr"},
    "track": {"src", "srclang", "label", "default"},
    "video": {"src", "loop", "muted", "playsinline", "poster", "width", "height"},
}
_ALIGNMENTS = {"left", "center", "right"}
_VALUES = {
    "a": {"rel": {"noopener"}},
    "div": {"role": {"note", "region"}, "tabindex": {"0"}, "aria-label": _TABLES},
    "img": {"loading": {"lazy"}, "decoding": {"async"}},
    "input": {"type": {"checkbox"}, "aria-label": {"Done", "To do"}},
    "pre": {"tabindex": {"0"}},
    "td": {"align": _ALIGNMENTS},
    "th": {"align": _ALIGNMENTS},
    "track": {"kind": {"captions", "subtitles", "descriptions", "chapters"}},
}
# One for a tag: several would come in a different order in each process.
_PLAYER = {"controls": ""}
_CLASSES = {
    "a": {"footnote-ref", "footnote-backref"},
    "details": {"tab"},
    "div": {"highlight", "footnote", "tabs", "table", "callout", *(f"callout-{k}" for k in KINDS)},
    "li": {"task"},
    "p": {"callout-title", "embed"},
    "span": {"keys", *filter(None, STANDARD_TYPES.values())},
    "td": {f"align-{side}" for side in _ALIGNMENTS},
    "th": {f"align-{side}" for side in _ALIGNMENTS},
}
_CLEANER = nh3.Cleaner(
    tags=set(ALLOWED),
    clean_content_tags={"script", "style", "title", "textarea"},
    attributes=_ATTRIBUTES,
    tag_attribute_values=_VALUES,
    set_tag_attribute_values={"audio": _PLAYER, "video": _PLAYER},
    allowed_classes={tag: _CLASSES.get(tag, set()) | WRITER_CLASSES for tag in ALLOWED},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
    strip_comments=True,
)
_TAG = re.compile(r"<(?:!--.*?-->|(/?)([A-Za-z][^\s/>]*))", re.DOTALL)
_VOID = words("area base br col embed hr img input link meta param source track wbr")
_SELF_CLOSING = words("p li dd dt td th tr option tbody thead tfoot")


def clean(html: str) -> str:
    """HTML from anywhere -> HTML that is safe in a page. KbError when it is nested too deeply."""
    check_depth(html)
    return _CLEANER.clean(html)


def check_depth(html: str) -> None:
    """Refuse what takes a tree builder minutes, before it sees it."""
    open_: list[str] = []
    work = 0
    for end, name in _TAG.findall(html):
        tag = name.lower()
        if end:
            _close(open_, tag)
        elif tag and tag not in _VOID and not (tag in _SELF_CLOSING and open_ and open_[-1] == tag):
            open_.append(tag)
        work += len(open_)
        if len(open_) > MAX_DEPTH or work > MAX_WORK:
            raise KbError(
                "The article's HTML is nested too deeply.",
                f"Close its tags; at most {MAX_DEPTH} may be open at a time.",
            )


def _close(open_: list[str], tag: str) -> None:
    for at in range(len(open_) - 1, max(len(open_) - 8, 0) - 1, -1):
        if open_[at] == tag:
            del open_[at:]
            return
