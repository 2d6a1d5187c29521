"""Pages: ready-made answers, kept for as long as their generation lives.

Public pages are the same for everybody, so the first request makes one and every later one gets
the same bytes, without Flask: a route and a template cost ten times what this costs.
"""

from __future__ import annotations

import gc
import gzip
import hashlib
import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import brotli

from kb.errors import KbError
from kb.web.security import refuse_host

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from flask import Flask

    from kb.editions import Edition

    Environ = dict[str, Any]
    Start = Callable[..., Any]

KEEP = "kb.keep"  # environ key: a view sets it to say that its answer is the same for everybody
POLL_SECONDS = 0.1
MOST_PAGES = 50_000
_COMPRESSIBLE = (
    "text/", "application/json", "application/xml", "application/atom", "application/opensearch",
    "image/svg",
)  # fmt: skip


class Body(NamedTuple):
    """One encoding of a page, with all its headers."""

    data: bytes
    headers: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Page:
    """A page in its encodings. `gzip` and `brotli` are None where they would not save anything."""

    etag: str
    plain: Body
    gzip: Body | None
    brotli: Body | None
    unchanged: list[tuple[str, str]]

    def accepted(self, encodings: str) -> Body:
        """The smallest encoding that the client takes."""
        if self.brotli and "br" in encodings:
            return self.brotli
        if self.gzip and "gzip" in encodings:
            return self.gzip
        return self.plain


def make_page(data: bytes, headers: Iterable[tuple[str, str]], *, best: bool = False) -> Page:
    """Compress an answer once. `best` takes the time for the smallest result."""
    kept = [(name, value) for name, value in headers if name.lower() not in _OWN]
    etag = _etag(data)
    kept += [("ETag", etag), ("Vary", "Accept-Encoding")]
    kind = next((value for name, value in kept if name.lower() == "content-type"), "")
    small: Body | None = None
    smallest: Body | None = None
    if kind.startswith(_COMPRESSIBLE) and len(data) > 400:
        zipped = gzip.compress(data, 9 if best else 6, mtime=0)
        small = _body(zipped, [*kept, ("Content-Encoding", "gzip")])
        smaller = brotli.compress(data, quality=9 if best else 5)
        smallest = _body(smaller, [*kept, ("Content-Encoding", "br")])
    unchanged = [(n, v) for n, v in kept if n.lower() != "content-type"]
    return Page(etag, _body(data, kept), small, smallest, unchanged)


_OWN = frozenset({"content-length", "etag", "vary", "content-encoding", "date"})


def _body(data: bytes, headers: list[tuple[str, str]]) -> Body:
    return Body(data, [*headers, ("Content-Length", str(len(data)))])


def save_page(page: Page, file: Path) -> dict[str, Any]:
    """Write a page and its encodings side by side, as web servers expect them -> its entry."""
    file.parent.mkdir(parents=True, exist_ok=True)
    entry: dict[str, Any] = {"etag": page.etag, "unchanged": page.unchanged}
    for name, ending, body in _encodings(page):
        file.with_name(file.name + ending).write_bytes(body.data)
        entry[name] = body.headers
    return entry


def read_page(file: Path, entry: dict[str, Any]) -> Page:
    """What `save_page` wrote. Raises OSError, and ValueError when the bytes have changed."""
    bodies: dict[str, Body] = {}
    for name, ending in (("plain", ""), ("gzip", ".gz"), ("brotli", ".br")):
        if name in entry:
            data = file.with_name(file.name + ending).read_bytes()
            bodies[name] = Body(data, [(key, value) for key, value in entry[name]])
    if _etag(bodies["plain"].data) != entry["etag"]:
        raise ValueError(f"{file} has changed")
    unchanged = [(key, value) for key, value in entry["unchanged"]]
    return Page(entry["etag"], bodies["plain"], bodies.get("gzip"), bodies.get("brotli"), unchanged)


def _encodings(page: Page) -> list[tuple[str, str, Body]]:
    every = [("plain", "", page.plain), ("gzip", ".gz", page.gzip), ("brotli", ".br", page.brotli)]
    return [(name, ending, body) for name, ending, body in every if body]


def _etag(data: bytes) -> str:
    return f'W/"{hashlib.sha256(data).hexdigest()[:20]}"'


class Pages:
    """WSGI in front of Flask: refuses foreign hosts, answers known pages, asks Flask for others."""

    def __init__(self, app: Flask, trusted: Callable[[str], bool]) -> None:
        self._app = app
        self._flask: Callable[..., Iterable[bytes]] = app.wsgi_app
        self._kb = app.extensions["kb"]
        self._trusted = trusted
        self._hosts: dict[str, bool] = {}
        self._pages: dict[str, Page] = {}
        self._edition: Edition | None = None
        self._published: dict[str, dict[str, Any]] = {}
        self._watching = False

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "")
        if not self._hosts.get(host) and not self._is_trusted(host):
            return refuse_host(start_response)
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD") or not _is_plain(environ):
            return self._flask(environ, start_response)
        path = environ["PATH_INFO"]
        if self._edition is not self._kb.live:
            self._start_over()
        if query := environ.get("QUERY_STRING"):
            path = f"{path}?{query}"
        page = self._pages.get(path) or self._from_disk(path)
        if page is None:
            return self._from_flask(environ, start_response, path)
        return _answer(page, environ, start_response)

    def kept(self) -> Collection[str]:
        """The addresses of the pages in memory."""
        return self._pages.keys()

    def watch(self) -> None:
        """Look for new generations, in a thread, for as long as the process lives; and go round."""
        if not self._watching:
            self._watching = True
            threading.Thread(target=self._poll, name="kb-generations", daemon=True).start()
            self._app.extensions["rounds"].watch()

    def _poll(self) -> None:
        while True:
            try:
                if self._kb.refresh():
                    self._start_over()
                    gc.collect()  # the old edition goes now, not when the new one has grown too
            except (KbError, OSError):
                self._app.logger.exception("Looking for a new generation failed")
            time.sleep(POLL_SECONDS)

    def _is_trusted(self, host: str) -> bool:
        verdict = self._trusted(host)
        if verdict and len(self._hosts) < 100:
            self._hosts[host] = True
        return verdict

    def _start_over(self) -> None:
        edition = self._kb.live
        self._pages, self._published = {}, {}
        if edition and (edition.pages / "pages.json").is_file():
            self._published = json.loads((edition.pages / "pages.json").read_bytes())
        self._edition = edition

    def _from_disk(self, path: str) -> Page | None:
        """A page that publishing has made; whatever was damaged is made anew."""
        entry = self._published.get(path)
        if entry is None or self._edition is None:
            return None
        try:
            page = read_page(self._edition.pages / entry["file"], entry)
        except (OSError, ValueError):
            self._app.logger.error("The published page %s is damaged", path)
            return None
        self._pages[path] = page
        return page

    def _from_flask(self, environ: Environ, start_response: Start, path: str) -> Iterable[bytes]:
        """Flask's answer; one that a view marked with KEEP is kept for the next request."""
        edition = self._edition
        answer: list[Any] = []

        def capture(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            answer[:] = [status, headers]

        chunks = self._flask(environ, capture)
        if not environ.get(KEEP) or environ["REQUEST_METHOD"] == "HEAD":
            start_response(*answer)
            return chunks
        page = make_page(b"".join(chunks), answer[1])
        if edition is self._kb.live and len(self._pages) < MOST_PAGES:
            self._pages[path] = page
        return _answer(page, environ, start_response)


def _is_plain(environ: Environ) -> bool:
    """Pages have no query; static files have the digest that their address changes with."""
    query = environ.get("QUERY_STRING", "")
    return not query or (query.startswith("v=") and environ["PATH_INFO"].startswith("/static/"))


def _answer(page: Page, environ: Environ, start_response: Start) -> Iterable[bytes]:
    if page.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 NOT MODIFIED", page.unchanged)
        return ()
    body = page.accepted(environ.get("HTTP_ACCEPT_ENCODING", ""))
    start_response("200 OK", body.headers)
    return (body.data,) if environ["REQUEST_METHOD"] == "GET" else ()
