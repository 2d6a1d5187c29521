"""API: what programs ask, below one address, and what all its answers have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, current_app, jsonify, request

from kb.web.api import gaps, links, signals
from kb.web.api.access import HEADERS, tell_allowance
from kb.web.api.contract import contract_of
from kb.web.api.document import document
from kb.web.api.public import blueprint, search
from kb.web.current import current_kb
from kb.web.freshness import for_everybody
from kb.web.pages import KEEP

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

for part in (signals, links, gaps):
    blueprint.register_blueprint(part.blueprint)


@blueprint.get("/openapi.json")
def description() -> ResponseReturnValue:
    """The document of all this. It is the same for as long as the process lives."""
    settings = current_kb().settings
    request.environ[KEEP] = True
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return for_everybody(jsonify(document(app, settings.title, settings.base_url)))


@blueprint.after_request
def _say_who_may(response: Response) -> Response:
    """What is left of an allowance, and whether pages of other sites may read the answer."""
    tell_allowance(response)
    contract = contract_of(current_app.view_functions.get(request.endpoint or "", search))
    if not current_kb().settings.cross_origin or (contract and not contract.is_public):
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = ", ".join((*HEADERS, "Retry-After"))
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response
