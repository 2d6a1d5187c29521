"""Markdown: an article's source becomes safe HTML, with its sections, links and anchors."""

from __future__ import annotations

import re
import threading
from html import escape, unescape
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markdown import Markdown
from markdown.extensions.footnotes import FootnoteExtension

from kb.content import callouts, leaves, lists, rawhtml, tabs
from kb.content.article import Rendered
from kb.content.blocks import GitHubParser
from kb.content.characters import without_controls
from kb.content.dialects import without_modules
from kb.content.fit import fit
from kb.content.inline import GitHubInline
from kb.content.outline import Outline
from kb.content.sanitise import clean
from kb.errors import KbError

if TYPE_CHECKING:
    from kb.content.blocks import Rule

_VERSION = "2"
RENDERER_VERSION = "+".join(
    (_VERSION, *(version(name) for name in ("markdown", "pymdown-extensions", "nh3", "pygments")))
)
"""Changes whenever the same source might render differently."""

MAX_BYTES = 2_000_000

_LIST = (leaves.contents, lists.listing)
_RULES: dict[str, tuple[Rule, ...]] = {
    "#": (leaves.heading,),
    "`": (leaves.fence,),
    "~": (leaves.fence,),
    ">": (callouts.quote,),
    "-": (leaves.underline, leaves.rule, *_LIST),
    "*": (leaves.rule, *_LIST),
    "+": _LIST,
    "_": (leaves.rule,),
    "=": (leaves.underline, tabs.tab_block),
    "<": (tabs.component, rawhtml.html_block),
    ":": (callouts.directive, lists.definition),
    "{": (callouts.liquid, callouts.labelled, leaves.hidden, leaves.attributes),
    "!": (callouts.admonition,),
    "?": (tabs.fold,),
    "[": (leaves.contents, leaves.note),
    **dict.fromkeys("0123456789", _LIST),
}
_IFRAME = re.compile(r"<iframe\b(?P<attributes>[^>]*)>(?:[^<]*</iframe\s*>)?", re.IGNORECASE)
_SOURCE = re.compile(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_here = threading.local()


def render(body: str, title: str = "") -> Rendered:
    """Markdown without its front matter, below the title that stands there -> Rendered.

    KbError when the body is larger than 2 MB or nested too deeply. What takes too long has to
    be stopped from outside.
    """
    html, first = fit(clean(_convert(_readable(body))), title)
    html = without_controls(clean(html)).strip()  # an entity may be one
    outline = Outline(html)
    return Rendered(
        html=html,
        title=first,
        sections=tuple(outline.sections),
        links=tuple(outline.links),
        anchors=tuple(outline.anchors),
        words=outline.words,
    )


def _readable(body: str) -> str:
    """The body in characters that Markdown and HTML can hold."""
    data = body.encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        raise KbError(
            f"The article has {len(data) / 1e6:.1f} MB of text.",
            f"Split it; at most {MAX_BYTES // 1_000_000} MB are rendered.",
        )
    text = data.decode().replace("\r\n", "\n").replace("\r", "\n")
    return without_modules(without_controls(text))


def _convert(body: str) -> str:
    converter: Converter | None = getattr(_here, "converter", None)
    if converter is None:
        converter = _here.converter = Converter()
    converter.reset()
    try:
        html = converter.convert(body)
    except RecursionError as error:
        raise KbError("The article is nested too deeply.", "Nest its lists less.") from error
    return _IFRAME.sub(_embedded, html) if "<iframe" in html.lower() else html


def _embedded(found: re.Match[str]) -> str:
    """A link in the place of a frame: pages of others are not shown inside ours."""
    source = _SOURCE.search(found["attributes"])
    address = unescape(next(filter(None, source.groups()), "")).strip() if source else ""
    address = f"https:{address}" if address.startswith("//") else address
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    text = f"Open embedded content: {parts.hostname}"
    return f'<p class="embed"><a href="{escape(address)}">{escape(text)}</a></p>'


class Converter(Markdown):
    """Python-Markdown with GitHub's block structure. One per thread."""

    def __init__(self) -> None:
        self.notes = FootnoteExtension()
        super().__init__(
            extensions=[
                "abbr",
                self.notes,
                "pymdownx.keys",
                "pymdownx.mark",
                "pymdownx.tilde",
                GitHubInline(),
            ],
            extension_configs={"pymdownx.tilde": {"subscript": False}},
        )

    def build_parser(self) -> Converter:
        super().build_parser()
        for name in ("normalize_whitespace", "html_block"):
            self.preprocessors.deregister(name)
        self.parser = GitHubParser(self, _RULES, leaves.indented_code, self.notes.setFootnote)
        return self

    def reset(self) -> Converter:
        if isinstance(self.parser, GitHubParser):
            self.parser.reset()
        super().reset()
        return self
