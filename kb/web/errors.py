"""Errors: what went wrong -> a page or JSON, in this one place."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

from flask import jsonify, redirect, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kb.errors import (
    BadInput,
    JournalUnavailable,
    KbError,
    NotAllowed,
    NotFound,
    NotPublished,
    TooMany,
    Unidentified,
)
from kb.phrase import N_
from kb.web import found
from kb.web.current import current_kb
from kb.web.framing import framed, in_frame
from kb.web.places import here
from kb.web.reads import may_search
from kb.web.wording import worded

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    from kb.editions import Edition

log = logging.getLogger(__name__)

_STATUS: dict[type[KbError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    BadInput: HTTPStatus.BAD_REQUEST,
    Unidentified: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    JournalUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    KbError: HTTPStatus.SERVICE_UNAVAILABLE,
}
_CODES = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "content_too_large"}
"""What Python calls otherwise from version to version."""

_FOR_PROGRAMS = ("/signals", "/answers", "/oembed")

_TITLES = {
    HTTPStatus.BAD_REQUEST: N_("That could not be accepted"),
    HTTPStatus.FORBIDDEN: N_("This did not come from our own page"),
    HTTPStatus.NOT_FOUND: N_("This page does not exist"),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("This page cannot do that"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("That is too much at once"),
    HTTPStatus.TOO_MANY_REQUESTS: N_("That was too often"),
    HTTPStatus.SERVICE_UNAVAILABLE: N_("This does not work at the moment"),
    HTTPStatus.INTERNAL_SERVER_ERROR: N_("Something went wrong on our side"),
}


def register(app: Flask) -> None:
    app.register_error_handler(KbError, _kb_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: KbError) -> HTTPStatus:
    return next(code for kind, code in _STATUS.items() if isinstance(error, kind))


def told(error: KbError) -> KbError:
    """The error as whoever asks is told. Where the database is, and what it says, is logged."""
    if not isinstance(error, JournalUnavailable):
        return error
    log.error("%s %s", error.message, error.hint)
    return JournalUnavailable(N_("The database does not answer."), N_("Try again in a minute."))


def _kb_error(error: KbError) -> ResponseReturnValue:
    if isinstance(error, NotPublished) and not request.path.startswith("/staff/"):
        log.warning("%s %s", error.message, error.hint)
        return _being_prepared()
    error, status = told(error), status_of(error)
    if status == HTTPStatus.NOT_FOUND:
        return not_found(error.message)
    title = N_("You may not do this") if isinstance(error, NotAllowed) else ""
    return *_answer(status, error.message, error.hint, title), _headers(error)


def _being_prepared() -> ResponseReturnValue:
    """To customers; what has to be done is for those who can do it."""
    title, hint = N_("This help center is being prepared"), N_("Try again in a few minutes.")
    return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "", hint, title, "errors/being_prepared.html")


def _headers(error: KbError) -> dict[str, str]:
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.seconds)}
    return {"WWW-Authenticate": "Bearer"} if isinstance(error, Unidentified) else {}


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error  # a redirect
    if error.code == HTTPStatus.NOT_FOUND:
        return not_found(N_("There is no such page."))
    status = HTTPStatus(error.code)
    hint = error.description or "" if status == HTTPStatus.FORBIDDEN else ""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        hint = N_("Shorten the text, or send it in several parts.")
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
        hint = N_("Allowed: %(methods)s.", methods=headers["Allow"])
    return *_answer(status, "", hint), headers


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.exception("%s %s failed", request.method, request.path)
    hint = N_("It has been noted. Try again in a moment.")
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "", hint)


def wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or _of_the_api() or request.path in _FOR_PROGRAMS


def _of_the_api() -> bool:
    return request.path.startswith("/api/")


def _answer(
    status: HTTPStatus,
    message: str,
    hint: str,
    title: str = "",
    template: str = "errors/error.html",
) -> tuple[Response | str, HTTPStatus]:
    """What no `message` adds to is told by its `title`. Programs are told in English."""
    say = str if _of_the_api() else worded
    title, hint = say(title or _TITLES.get(status, status.phrase)), say(hint)
    if wants_json():
        code = _CODES.get(status, status.name.lower())
        error = {"code": code, "message": say(message) or f"{title}.", "hint": hint}
        return jsonify({"error": error}), status
    shown = say(message)
    page = render_template(template, code=int(status), title=title, message=shown, hint=hint)
    return framed(page) if in_frame() else page, status


def not_found(message: str) -> ResponseReturnValue:
    """An old address leads on; any other gets a search for the words in it."""
    kb = current_kb()
    if kb.live is None:
        return _being_prepared()
    if _of_the_api():
        return _answer(HTTPStatus.NOT_FOUND, message, "See /api/v1/openapi.json.")
    return page_instead(message, kb.edition, request.path)


def page_instead(message: str, edition: Edition, path: str) -> ResponseReturnValue:
    """For a public `path` that this edition does not have."""
    target = edition.library.redirects.find(path) if request.method in ("GET", "HEAD") else None
    if target:
        return redirect(here(target), HTTPStatus.MOVED_PERMANENTLY)
    if wants_json() or in_frame():
        return _answer(HTTPStatus.NOT_FOUND, message, "")
    words = words_of(path)
    lang = current_kb().settings.lang
    results = edition.search(words, lang) if words and may_search() else None
    hits = found.hits(edition.library, results.hits[:5]) if results else []
    categories = edition.library.children("")
    page = render_template("errors/404.html", words=words, hits=hits, categories=categories)
    return page, HTTPStatus.NOT_FOUND


def words_of(path: str) -> str:
    """`/how-to/reset_my-password.html` -> `how to reset my password`."""
    path = re.sub(r"\.\w{1,5}$|^/(articles?|categories|a|media|docs|hc)/", " ", unquote(path))
    return " ".join(re.findall(r"[^\W_]+", path))[:100]
