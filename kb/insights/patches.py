"""Patches: what a diagnosis proposes, as a diff of the articles folder that `git apply` takes."""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from typing import TYPE_CHECKING

from kb.errors import KbError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.content.library import Library
    from kb.insights.cited import Cited
    from kb.insights.diagnosis import Diagnosis
    from kb.insights.gaps import Gap

PINS = "pins.yml"
MOST_QUESTIONS = 5
_FENCE = re.compile(r"\A\ufeff?---[ \t]*\n(?P<front>.*?)^---[ \t]*$", re.S | re.M)
_QUESTIONS = re.compile(r"^questions:[ \t]*(?P<list>\[(?P<inside>[^\n]*)\])?[ \t]*$", re.M)
_ITEM = re.compile(r"(?P<indent>[ \t]*)- ")


def patch(gap: Gap, diagnosis: Diagnosis, library: Library, folder: Path) -> str:
    """A unified diff, paths below the articles folder; "" where a person must think instead."""
    texts = _texts(gap)
    if not texts:
        return ""
    if diagnosis.kind == "missing":
        path, text = stub(gap, library)
        return diff(path, "", text) if not (folder / path).exists() else ""
    if diagnosis.article is None:
        return ""
    if diagnosis.kind == "words":
        path = diagnosis.article.path
        old = _read(folder / path)
        return diff(path, old, with_questions(old, texts))
    if diagnosis.kind == "ranking":
        old = _read(folder / PINS)
        return diff(PINS, old, with_pins(old, texts, diagnosis.article))
    return ""


def stub(gap: Gap, library: Library) -> tuple[str, str]:
    """Path and text of an article that is missing. Raises KbError when nobody may be quoted."""
    texts = _texts(gap)
    if not texts:
        hint = "Fewer than three visitors used the same words: choose a title yourself."
        raise KbError(f"Gap {gap.id} has no words that may be shown yet.", hint)
    title = gap.label or texts[0]
    return f"{_category(gap, library)}{_slug(title)}.md", new_article(title, texts)


def _texts(gap: Gap) -> list[str]:
    texts = [text for text, _ in gap.samples] or [gap.label]
    return [text for text in texts if text][:MOST_QUESTIONS]


def new_article(title: str, questions: Sequence[str]) -> str:
    """A draft with its front matter filled in; publishing it takes the answer and one word less."""
    lines = "".join(f"  - {_quoted(text)}\n" for text in questions)
    heading = title[:1].upper() + title[1:]
    return (
        f"---\ntitle: {_quoted(heading)}\nstatus: draft\nquestions:\n{lines}---\n\n"
        "Say in one sentence what the answer is.\n\n## Steps\n\n1. \n"
    )


def with_questions(text: str, questions: Sequence[str]) -> str:
    """An article's text with more `questions` in its front matter, however it is written."""
    fence = _FENCE.match(text)
    block = "".join(f"  - {_quoted(one)}\n" for one in questions)
    if fence is None:
        return f"---\nquestions:\n{block}---\n\n{text}"
    front = fence["front"]
    return (
        text[: fence.start("front")] + _more(front, questions, block) + text[fence.end("front") :]
    )


def _more(front: str, questions: Sequence[str], block: str) -> str:
    known = _QUESTIONS.search(front)
    if known is None:
        return f"{front}questions:\n{block}"
    if known["list"]:
        inside = known["inside"].strip()
        joined = ", ".join(filter(None, [inside, *map(_quoted, questions)]))
        return f"{front[: known.start()]}questions: [{joined}]{front[known.end() :]}"
    rest = front[known.end() + 1 :]
    item = _ITEM.match(rest)
    indent = item["indent"] if item else "  "
    lines = "".join(f"{indent}- {_quoted(one)}\n" for one in questions)
    return f"{front[: known.end() + 1]}{lines}{rest}"


def with_pins(text: str, queries: Sequence[str], article: Cited) -> str:
    """pins.yml with the article pinned to these queries."""
    lines = "".join(f"{_quoted(query)}: {_quoted(article.slug)}\n" for query in queries)
    return text + ("\n" if text and not text.endswith("\n") else "") + lines


def diff(path: str, old: str, new: str) -> str:
    """As `git diff` writes it."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    lines = difflib.unified_diff(
        before, after, f"a/{path}" if old else "/dev/null", f"b/{path}", n=3
    )
    told = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
    head = f"diff --git a/{path} b/{path}\n" + ("" if old else "new file mode 100644\n")
    return head + told if told else ""


def _quoted(text: str) -> str:
    """A YAML scalar that is this text and nothing else: JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=False)


def _category(gap: Gap, library: Library) -> str:
    """The folder of the articles that customers found instead, most often."""
    for found, _ in gap.found:
        article = library.by_id.get(found)
        if article and "/" in article.path:
            return article.path.rpartition("/")[0] + "/"
    return ""


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).casefold()
    words = re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return "-".join(words)[:80].rstrip("-") or "new-article"


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        return ""
