"""Templating: what every template may use."""

from __future__ import annotations

import logging
import sys
from functools import cache
from traceback import walk_stack
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from markupsafe import Markup, escape

from kb import __version__
from kb.web import offline, places, wording
from kb.web.framing import in_frame
from kb.web.languages import direction, in_language, language_name
from kb.web.places import here, reading
from kb.web.sessions import member
from kb.web.statics import name_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from kb.content.article import Article
    from kb.search.snippets import Fragment

log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    kb = app.extensions["kb"]
    statics = app.extensions["statics"]
    warn = cache(_warn)  # once of each: a page is shown often

    def static(name: str) -> str:
        """A static file's address; it changes with the file, so that browsers may keep it.

        A theme may be older than kb and ask for one that is not there: the page is shown without.
        """
        own = name_in(wording.interface_language(), name)
        name = own if own in statics else name
        if name not in statics:
            warn(name, _template())
            return url_for("static", name=name)
        return url_for("static", name=name, v=statics[name].digest)

    def absolute(path: str) -> str:
        return places.absolute(kb.settings.base_url, path)

    @app.context_processor
    def shared() -> dict[str, Any]:
        return {
            "site": wording.site(),
            "version": __version__,
            "audience": kb.audience,
            "live_reload": app.extensions["live_reload"],
            "absolute": absolute,
            "member": member,
            "layout": "widget/_layout.html" if in_frame() else "layout.html",
            "reading": reading(),
            "offline": offline.is_on() and not request.path.startswith("/staff/"),
        }

    def contact_link(article: Article | None = None, query: str = "") -> str:
        """Where the way to support leads; the form is told from which article or search."""
        if not kb.settings.has_form:
            address: str = kb.settings.contact
            return address
        slug = article.slug if article else None
        return url_for("contact.form", article=slug, q=query or None)

    app.jinja_env.globals["static"] = static
    app.jinja_env.globals["contact_link"] = contact_link  # macros see it, too
    app.jinja_env.globals["direction"] = direction
    app.jinja_env.globals["in_language"] = in_language
    app.jinja_env.globals["language_name"] = language_name
    app.jinja_env.filters["marked"] = marked
    app.jinja_env.filters["here"] = here
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _warn(name: str, template: str) -> None:
    log.warning("kb has no static file %s, which %s asks for.", name, template)


def _template() -> str:
    """The file that is being filled, from the stack: what a template is told is only the page."""
    files = (frame.f_code.co_filename for frame, _ in walk_stack(sys._getframe()))
    return next((file for file in files if file.endswith((".html", ".xml"))), "a template")


def marked(fragments: Iterable[Fragment]) -> Markup:
    """Fragments of a hit -> HTML: everything escaped, only `<mark>` added."""
    parts = [f"<mark>{escape(text)}</mark>" if found else escape(text) for text, found in fragments]
    return Markup("".join(parts))  # noqa: S704  (each part is escaped; Markup's own join is slow)
