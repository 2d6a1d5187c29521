"""The site of the tests of access: every part that a reader or staff can meet, once."""

from __future__ import annotations

import datetime as dt
import zlib
from contextlib import contextmanager
from struct import pack
from typing import TYPE_CHECKING, Any

from browsing import AGENT, chromium, open_page, served, sign_in
from sample_site import add_account, make_site, sample
from test_staff_pages import asked

from kb.feedback.events import Click, Vote
from kb.feedback.flags import Flags

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import Page


def picture(width: int, height: int) -> bytes:
    """A grey PNG, large enough to be offered larger than it stands in an article."""
    rows = zlib.compress(b"".join(b"\0" + b"\xb4" * width for _ in range(height)))
    head = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


FILLER = "The lamp blinks while it looks for a line, and stands still when it has one. " * 5
INSTALL = f"""---
title: Install the router
summary: Ten minutes, one cable, no tools.
updated: 2026-05-01
featured: true
questions: [How do I set up the router?]
---
Read [what it costs](../billing/refund.md) before you open the box[^1].

## Unpack

1. Open the box.
2. Take out the **router**.
3. Keep the box.

![The back of the router, with four sockets](back.png)

### Small parts

{FILLER}

## Connect

> [!WARNING]
> Pull the plug first.

```bash
ping --count 20 --interval 2 router.example.com --and-one-option-more --that-makes-the-line-long
```

| Lamp | Colour | What it means | What to do |
| --- | --- | --- | --- |
| Power | green | It has current | Nothing |
| Line | red | There is no line | Look at the cable |

{FILLER}

## Check the lamp

<details><summary>It stays dark</summary>

Press <kbd>Reset</kbd>.

</details>

{FILLER}

[^1]: Prices are on the invoice.
"""
SPANISH = (
    "---\ntitle: Instalar el enrutador\nlang: es\nsummary: Diez minutos.\nfeatured: true\n"
    "updated: 2026-05-02\n---\nAbra la caja del router.\n\n## Conectar\n\nEnchufe el cable del router.\n"
)
ARABIC = (
    "---\ntitle: تركيب router\nlang: ar\nsummary: عشر دقائق.\nupdated: 2026-05-03\n---\n"
    "افتح الصندوق router.\n\n## توصيل\n\nوصّل الكبل.\n"
)
GERMAN_FAQ = (
    "---\ntitle: Fragen zum Router\nlang: de\ntype: faq\n---\n## Wo ist das Kabel?\n\nIm Karton.\n\n"
    "## Wo ist die Lampe?\n\nVorn.\n"
)
FILES: dict[str, str | bytes] = {
    **sample(),
    "router/index.md": "---\ntitle: Router\ndescription: Set it up.\n---\n",
    "router/install.md": INSTALL,
    "router/back.png": picture(1600, 700),
    "router/es.md": SPANISH,
    "router/ar.md": ARABIC,
    "router/fragen.md": GERMAN_FAQ,
    "team/hello.md": "---\ntitle: Ask for the receipt\ntype: reply\n---\nSend us the receipt.\n",
}


@contextmanager
def access_site(root: Path, **settings: Any) -> Iterator[tuple[Flask, str]]:
    """The application with its address; ada is a writer, and people failed here."""
    site = make_site(root, FILES, **settings)
    app = site.app()
    add_account(app)
    _failures(app)
    with served(site, app) as address:
        yield app, address


@contextmanager
def staff_page(root: Path, **options: Any) -> Iterator[Page]:
    """A page of that site, in a browser of its own, signed in; addresses are relative."""
    with (
        access_site(root, widget_origins=("https://shop.example",)) as (_, address),
        chromium(f"--user-agent={AGENT}") as browser,
    ):
        page = open_page(browser, base_url=address, **options)
        sign_in(page, address)
        yield page


def _failures(app: Flask) -> None:
    """Two gaps, a text that enough people typed, and an article that the team flagged."""
    kb = app.extensions["kb"]
    kb.signals.write(asked(text) for text in ("dark mode", "night theme") for _ in range(4))
    article = kb.edition.library.by_slug["refund"]
    for _ in range(4):
        search = asked("money back", total=1, found=(article.id,))
        kb.signals.write([search, Click(search.token, search.visitor, article.id, 1, 1, search.at)])
        kb.journal.vote(
            Vote(article.id, article.revision, search.visitor, False, search.at,
                 "out-of-date", "It says 14 days", "money back", search.network, search.token)
        )  # fmt: skip
    moved = kb.edition.library.by_slug["cancel"]
    now = dt.datetime.now(dt.UTC)
    Flags(kb.journal.database).add(moved, "out-of-date", "The menu has moved.", "ada", now)
