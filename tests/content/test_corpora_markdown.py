"""Real articles come out with the lists that GitHub would show."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from kb.content.markdown import render
from kb.content.sanitise import clean

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
FOLDERS = ("rackspace/content", "dnsimple/content/articles", "bitwarden/_articles")

FRONT_MATTER = re.compile(r"\A---\s*\n.*?\n---\s*\n", re.DOTALL)
# What other tools' marks are to them, for a renderer that knows none of them.
MARKS = re.compile(
    r"(?m)^[ \t]*(?:[-*+]|\d+\.)[^\n]*\n\{:\s*toc[^}\n]*\}[ \t]*$"
    r"|^[ \t]*\{:[^}\n]*\}[ \t]*$"
    r"|^[ \t]*\{%-? *(?:end)?callout[^%\n]*%\}[ \t]*$"
    r"|\{% comment %\}(?:.|\n)*?\{% endcomment %\}"
    r"|^[ \t]*<div [^>\n]*markdown=[^>\n]*>[ \t]*$|^</div>[ \t]*$"
)
TAG = re.compile(r"<(/?)(ul|ol|li)\b")
GITHUB = MarkdownIt("commonmark").enable("table")


def items_by_depth(html: str) -> Counter[int]:
    counts: Counter[int] = Counter()
    depth = 0
    for end, tag in TAG.findall(html):
        if tag == "li":
            counts[depth] += not end
        else:
            depth += -1 if end else 1
    return counts


def differs(path: Path) -> str | None:
    text = FRONT_MATTER.sub("", path.read_text("utf-8").replace("\r\n", "\n"))
    ours = items_by_depth(render(text).html)
    theirs = items_by_depth(clean(GITHUB.render(MARKS.sub("\n", text))))
    return None if ours == theirs else f"{path}: ours {dict(ours)}, GitHub's {dict(theirs)}"


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the real articles are not in ../shared/corpora")
def test_fewer_than_one_real_article_in_a_hundred_has_other_lists_than_on_github() -> None:
    paths = [path for folder in FOLDERS for path in sorted((CORPORA / folder).rglob("*.md"))]
    with ProcessPoolExecutor(mp_context=get_context("forkserver")) as pool:
        different = [found for found in pool.map(differs, paths, chunksize=50) if found]
    assert len(different) < len(paths) / 100, "\n".join(different)
