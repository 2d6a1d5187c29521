"""Callouts: every tool's way of writing a note or a warning, as one shape of HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from kb.content.containers import indented
from kb.content.lines import QUOTE, Tail, interrupts, lazy

if TYPE_CHECKING:
    from kb.content.blocks import GitHubParser, Scan

_WORDS = {
    "note": "note info abstract summary todo example question help faq seealso secondary",
    "tip": "tip hint success check done",
    "important": "important",
    "warning": "warning attention warn",
    "caution": "caution danger error failure fail missing bug",
}
KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}

_ALERT = re.compile(r"\[!(?P<kind>[A-Za-z]+)\][+-]?[ \t]*(?P<title>.*)$")
_ADMONITION = re.compile(r'!!! ?(?P<kinds>[\w -]+?)(?:[ \t]+"(?P<title>.*)")?[ \t]*$')
_DIRECTIVE = re.compile(r"(?P<colons>:{3,})[ \t]*(?P<kind>[A-Za-z]+)(?P<rest>[ \t\[{].*)?$")
_COLONS = re.compile(r" {0,3}(:{3,})[ \t]*$")
_LIQUID = re.compile(
    r"\{%-?\s*(?P<name>callout|hint|alert|admonition|note|tip|info|warning|important|caution|danger)"
    r"\b(?P<rest>[^%}]*)-?%\}"
)
_LABEL = re.compile(r"\{:\s*\.(?P<kind>[a-z]+)\s*\}$")
_WORD = re.compile(r"[a-z]+")
_TITLE = re.compile(r"""title\s*[=:]\s*["']([^"']*)["']""")


def callout(parser: GitHubParser, parent: Element, kind: str, title: str, lines: list[str]) -> None:
    """A callout of a kind of ours; its title is Markdown."""
    box = SubElement(parent, "div", {"class": f"callout callout-{kind}", "role": "note"})
    heading = SubElement(box, "p", {"class": "callout-title"})
    heading.text = title or kind.capitalize()
    parser.scan(box, lines)


def quote(scan: Scan, at: int) -> int | None:
    """`> text`, which is a callout when it begins with `[!NOTE]`."""
    lines, end = _quoted(scan.lines, at)
    scan.flush()
    alert = _ALERT.match(lines[0].strip())
    kind = KINDS.get(alert["kind"].lower()) if alert else None
    if alert and kind:
        callout(scan.parser, scan.parent, kind, alert["title"].strip(), lines[1:])
    else:
        scan.parser.scan(SubElement(scan.parent, "blockquote"), lines)
    return end


def _quoted(lines: list[str], at: int) -> tuple[list[str], int]:
    content, tail, end = [], Tail(), at
    while end < len(lines):
        line = lines[end]
        if mark := QUOTE.match(line):
            content.append(line[mark.end() :])
        elif tail.paragraph and line.strip() and not interrupts(line):
            content.append(lazy(line))
        else:
            break
        tail.feed(content[-1])
        end += 1
    return content, end


def admonition(scan: Scan, at: int) -> int | None:
    """`!!! note "Title"` with its text indented by four, as in MkDocs."""
    found = _ADMONITION.match(scan.lines[at].lstrip())
    if found is None:
        return None
    scan.flush()
    lines, end = indented(scan.lines, at + 1)
    kind = KINDS.get(found["kinds"].split()[0].lower(), "note")
    callout(scan.parser, scan.parent, kind, found["title"] or "", lines)
    return end


def directive(scan: Scan, at: int) -> int | None:
    """`:::note Title` or `:::note[Title]` down to `:::`, as in Docusaurus and VitePress."""
    found = _DIRECTIVE.match(scan.lines[at].lstrip())
    name = found["kind"].lower() if found else ""
    if found is None or not (name in KINDS or name == "details"):
        return None
    scan.flush()
    lines, end = _directed(scan.lines, at, len(found["colons"]))
    title = _directive_title(found["rest"] or "")
    if name == "details":
        details(scan.parser, scan.parent, title, lines)
    else:
        callout(scan.parser, scan.parent, KINDS[name], title, lines)
    return end


def _directed(lines: list[str], at: int, colons: int) -> tuple[list[str], int]:
    """The lines down to the colons that close these; inner ones may have as many."""
    tail, open_, end = Tail(), [colons], at + 1
    while end < len(lines):
        line = lines[end]
        if not tail.fence:
            if closed := _COLONS.match(line):
                while len(open_) > 1 and open_[-1] < len(closed[1]):
                    open_.pop()
                open_.pop()
                if not open_:
                    return lines[at + 1 : end], end + 1
            elif (inner := _DIRECTIVE.match(line.lstrip())) and inner["kind"].lower() in KINDS:
                open_.append(len(inner["colons"]))
        tail.feed(line)
        end += 1
    return lines[at + 1 :], end


def _directive_title(rest: str) -> str:
    rest = rest.strip()
    if rest.startswith("["):
        return rest[1:].rpartition("]")[0]
    if rest.startswith("{"):
        found = _TITLE.search(rest)
        return found[1] if found else ""
    return rest


def liquid(scan: Scan, at: int) -> int | None:
    """`{% callout warning %}` down to `{% endcallout %}`, as in Jekyll and GitBook."""
    found = _LIQUID.match(scan.lines[at].lstrip())
    if found is None:
        return None
    name = found["name"]
    inner = scan.enclosed(at, found.end(), rf"\{{%-?\s*end{name}\s*-?%\}}", rf"\{{%-?\s*{name}\b")
    if inner is None:
        return None
    scan.flush()
    title = _TITLE.search(found["rest"])
    words = _WORD.findall(_TITLE.sub("", found["rest"]).lower())
    kind = next((KINDS[word] for word in (*words, name) if word in KINDS), "note")
    callout(scan.parser, scan.parent, kind, title[1] if title else "", inner.lines)
    return scan.go_on(inner.after, at + inner.end)


def labelled(scan: Scan, at: int) -> int | None:
    """`{: .warning }` above a paragraph or a quote, as in Just the Docs."""
    found = _LABEL.match(scan.lines[at].strip())
    if found is None or scan.text or found["kind"] not in KINDS:
        return None
    if at and scan.lines[at - 1].strip():
        return None
    end = at + 1
    while end < len(scan.lines) and scan.lines[end].strip():
        end += 1
    lines = scan.lines[at + 1 : end]
    if not lines:
        return None
    if all(QUOTE.match(line) for line in lines):
        lines = [QUOTE.sub("", line, count=1) for line in lines]
    callout(scan.parser, scan.parent, KINDS[found["kind"]], "", lines)
    return end


def details(
    parser: GitHubParser, parent: Element, title: str, lines: list[str], **attributes: str
) -> None:
    """Text that opens when its title is clicked."""
    box = SubElement(parent, "details", attributes)
    SubElement(box, "summary").text = title or "Details"
    parser.scan(box, lines)
