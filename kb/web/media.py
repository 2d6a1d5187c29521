"""Media: the files beside articles, sent so that none of them can act as this site."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, request

from kb.errors import NotFound
from kb.web.security import FILE_POLICY

if TYPE_CHECKING:
    from kb.editions import Edition


def file_of(edition: Edition, path: str) -> Response:
    """A file from the Library's manifest: a path that is not in it does not exist."""
    asset = edition.library.assets.get(path)
    if asset is None:
        raise NotFound("There is no such file.")
    headers = {"Content-Security-Policy": FILE_POLICY, "Cache-Control": "public, max-age=3600"}
    response = Response(headers=headers, content_type=asset.media_type)
    response.set_etag(asset.digest[:20])
    if response.make_conditional(request).status_code == HTTPStatus.NOT_MODIFIED:
        return response
    try:
        data = (edition.media / path).read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != asset.digest:
        raise NotFound("This file is damaged.")
    response.data = data
    # a player asks for the part that is played, and some play nothing without
    response.make_conditional(request, accept_ranges=True, complete_length=len(data))
    return response
