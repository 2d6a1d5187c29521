"""Handbook: a copy of the sample articles as they were at three stages of the story.

In the first two articles are missing, and two others have an older text; in the second one article
is there and both are edited; the last is the handbook with one article for staff.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from kb.resources import resource_folder

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND, LAST = range(3)

ADDED = {"02-writing/import-from-other-tools.md": SECOND, "02-writing/faq-pages.md": LAST}
"""When an article was added."""

LATER_PARTS = {
    "05-running/data-folder-and-backup.md": (("## Restore\n", "## Go back"),),
    "05-running/update-kb.md": (("   Name the extras", "4. Build"), ("Tables of the", "")),
}
"""What the second stage's edits added: from the one text to the other, "" for the end. Of the
second article that is enough to tell those who have sent it."""

STAFF_ARTICLE = "04-support-staff/prices-of-hosting.md"
STAFF_TEXT = """\
---
title: Prices of hosting
description: What we answer when somebody asks what a hosted help center costs.
audience: staff
questions:
  - How much does hosting cost?
  - What is the price of a hosted help center?
keywords: [price, pricing, cost, plan, offer]
---

Made up for `kb demo`.

## The price

A hosted help center costs by the number of writers; readers are free. Send the current price list.

## Discounts

Schools and charities pay half. Ask the sales team before you promise more.
"""


def write_stage(folder: Path, stage: int) -> None:
    """Make `folder` the handbook of a stage; later stages only add."""
    handbook = resource_folder("articles")
    shutil.copytree(handbook, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
    (folder / STAFF_ARTICLE).write_text(STAFF_TEXT, "utf-8")
    for path, since in ADDED.items():
        if stage < since:
            (folder / path).unlink()
    if stage == FIRST:
        for path, parts in LATER_PARTS.items():
            text = (handbook / path).read_text("utf-8")
            for begin, end in parts:
                text = text[: text.index(begin)] + (text[text.index(end) :] if end else "")
            (folder / path).write_text(text, "utf-8")
