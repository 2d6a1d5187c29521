"""Inline: what Python-Markdown does not do inside a line the way GitHub does."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListTreeprocessor
from markdown.inlinepatterns import HtmlInlineProcessor, InlineProcessor
from markdown.util import AtomicString

from kb.content.tags import TAG, is_tag

if TYPE_CHECKING:
    from markdown import Markdown

_ADDRESS = (
    r"(?<![\w/@\"'=.:\x03+-])(?:(?:https?://|www\.)[^\s<>\x02\x03]+"
    r"|[\w.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
)
_TRAILING = "?!.,:;*_~'\""


class KnownTags(HtmlInlineProcessor):
    """Inline HTML; names that are not tags stay text."""

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int] | tuple[None, None, None]:
        if not is_tag(m, data):
            return None, None, None
        html = self.backslash_unescape(self.unescape(m[0]))
        return self.md.htmlStash.store(html), m.start(), m.end()


class Address(InlineProcessor):
    """`https://example.com`, `www.example.com` and `a@example.com` without any marks."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        text = m[0].rstrip(_TRAILING)
        while text.endswith(")") and text.count(")") > text.count("("):
            text = text[:-1].rstrip(_TRAILING)
        link = Element("a", href=_target(text))
        link.text = AtomicString(text)
        return link, m.start(), m.start() + len(text)


def _target(text: str) -> str:
    if text.startswith("www."):
        return f"https://{text}"
    return text if "://" in text else f"mailto:{text}"


class AttributeLists(AttrListTreeprocessor):
    """`{: .wide }` or `{#id}`; other words in braces are a writer's text."""

    _LIST = r"\{(?::[ ]*|(?=[#.][\w-]))([^\}\n]*)\}"
    HEADER_RE = re.compile(rf"[ ]+{_LIST}[ ]*$")  # type: ignore[misc]
    BLOCK_RE = re.compile(rf"\n[ ]*{_LIST}[ ]*$")  # type: ignore[misc]
    INLINE_RE = re.compile(rf"^{_LIST}")  # type: ignore[misc]


class GitHubInline(Extension):
    """Registers the patterns above in Python-Markdown."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        md.ESCAPED_CHARS = list(string.punctuation)
        html = KnownTags(TAG.pattern, md)
        html.compiled_re = TAG
        md.inlinePatterns.register(html, "html", 90)
        md.treeprocessors.register(AttributeLists(md), "attr_list", 8)
        md.inlinePatterns.register(Address(_ADDRESS, md), "address", 85)
