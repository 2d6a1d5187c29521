"""Publishing: every page of an edition on disk, plain and compressed, for any web server."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kb.errors import KbError
from kb.web import feeds
from kb.web.pages import make_page, save_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from kb.content.library import Library
    from kb.editions import Edition


def publish(
    app: Flask, edition: Edition, progress: Callable[[int, int], None] | None = None
) -> None:
    """Make all pages of `edition` with the application's own views; media are there already."""
    addresses = list(_addresses(edition.library, app.extensions["kb"].settings.base_url))
    entries = {}
    client = app.test_client()
    for done, address in enumerate(addresses, 1):
        answer = client.get(address, base_url="http://localhost")
        if answer.status_code != HTTPStatus.OK or answer.cache_control.public is None:
            raise KbError(f"{address} could not be made: {answer.status}")
        page = make_page(answer.data, list(answer.headers), best=True)
        file = file_of(unquote(address))
        entry = save_page(page, edition.pages / file)
        # WSGI hands paths over as bytes dressed as latin-1
        entries[unquote(address).encode().decode("latin-1")] = entry | {"file": file}
        if progress:
            progress(done, len(addresses))
    (edition.pages / "pages.json").write_text(json.dumps(entries))


def file_of(path: str) -> str:
    """`/articles/a` -> `articles/a.html`, `/` -> `index.html`, `/robots.txt` -> `robots.txt`."""
    name = path.strip("/")
    return name if "." in name.rsplit("/", 1)[-1] else f"{name or 'index'}.html"


def _addresses(library: Library, base_url: str) -> Iterator[str]:
    yield from ("/", *feeds.addresses(library, base_url))
    yield from (category.url for category in library.categories)
    for article in library.articles:
        yield article.url
        yield f"{article.url}.md"
