"""Places: where the pages of a request stand, at the public addresses or once more for staff.

Both are made by the same views and templates; only where their links lead differs.
"""

from __future__ import annotations

import re

from flask import request
from werkzeug.urls import iri_to_uri

INSIDE = "/staff/read"
_PAGE = re.compile(r"/(?:(?:articles|categories|media|a)/|search(?=[?#]|$)|(?=[?#]|$))")


def reading() -> bool:
    """Whether a member of staff reads, drafts and staff articles among the others."""
    return request.blueprint == "reading"


def public_page(path: str) -> str:
    """A path that leads to a page which is the same for everybody, "" for any other: the address of
    a vote or a message has in it whose it is."""
    return path if _PAGE.match(path) else ""


def here(url: str) -> str:
    """Where the page at a public address stands for whoever reads this one."""
    return INSIDE + url if reading() and _PAGE.match(url) else url


def absolute(base_url: str, path: str) -> str:
    """A page's address for other sites, in ASCII; "" while base_url is not set: a request's host
    proves nothing."""
    return base_url + iri_to_uri(path) if base_url else ""
