"""Contract: what an endpoint of the API takes and answers. The same contract checks its requests
and describes it in the document."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

from flask import Response, request
from pydantic import ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from kb.errors import BadInput
from kb.web.api.access import count_read, token_for
from kb.web.freshness import for_everybody
from kb.web.pages import KEEP

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from kb.web.api.answers import Reply
    from kb.web.api.requests import Body, Parameters

    Kept = Literal["not", "a minute", "a generation"]


MOST_BYTES = 256 * 1024
"""Of a body: 20,000 characters, each as long as one can be."""


@dataclass(frozen=True, slots=True)
class Contract:
    """`scope` is what a token must be for, "" for what everybody may ask; then `cost` is what it
    costs of the reads of a minute, 0 for what costs next to nothing."""

    answer: type[Reply]
    query: type[Parameters] | None = None
    body: type[Body] | None = None
    scope: str = ""
    cost: int = 0
    kept: Kept = "not"
    status: HTTPStatus = HTTPStatus.OK

    @property
    def is_public(self) -> bool:
        return not self.scope


def keeps(contract: Contract) -> Callable[[Callable[..., Reply]], Callable[..., Response]]:
    """A view that gets `token`, `query` and `body` if the contract has them, and keeps to it."""

    def decorate(view: Callable[..., Reply]) -> Callable[..., Response]:
        @functools.wraps(view)
        def answering(**given: Any) -> Response:
            if contract.scope:
                given["token"] = token_for(contract.scope)
            elif contract.cost:
                count_read(contract.cost)
            if contract.query:
                given["query"] = _asked(contract.query)
            if contract.body:
                given["body"] = _sent(contract.body)
            return _answer(contract, view(**given))

        answering.contract = contract  # type: ignore[attr-defined]
        return answering

    return decorate


def contract_of(view: Callable[..., Any]) -> Contract | None:
    return getattr(view, "contract", None)


def _asked(model: type[Parameters]) -> Parameters:
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise _mistake(model, error.errors(include_url=False)[0]) from None


def _sent(model: type[Body]) -> Body:
    request.max_content_length = MOST_BYTES
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        raise _mistake(model, error.errors(include_url=False)[0]) from None


def _answer(contract: Contract, reply: Reply) -> Response:
    if type(reply) is not contract.answer:
        raise TypeError(f"{type(reply)} is not what the contract says")
    body = reply.model_dump_json() + "\n"
    response = Response(body, contract.status, content_type="application/json")
    if contract.kept == "a generation":
        request.environ[KEEP] = True
    return response if contract.kept == "not" else for_everybody(response)


def _mistake(model: type[BaseModel], error: ErrorDetails) -> BadInput:
    if not error["loc"]:
        if error["type"] == "json_invalid":
            return BadInput("This is not JSON.", "Send an object in UTF-8.")
        if error["type"] == "value_error":
            return BadInput(str(error["ctx"]["error"]))
        return BadInput("This is not an object.", f"Known are {_names(model)}.")
    name = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        return BadInput("There is something unknown in it.", f"Known are {_names(model)}.")
    message = f"{name} is missing." if error["type"] == "missing" else f"{name} cannot be that."
    return BadInput(message, _hint(name, model.model_json_schema()["properties"][name]))


def _names(model: type[BaseModel]) -> str:
    return ", ".join(model.model_fields)


def _hint(name: str, schema: dict[str, Any]) -> str:
    """What a parameter may be, from what describes it."""
    kind = schema.get("type")
    if "enum" in schema:
        return f"{name} is {' or '.join(value or 'empty' for value in schema['enum'])}."
    if kind == "integer":
        return f"{name} is a number from {schema['minimum']} to {schema['maximum']}."
    if kind == "boolean":
        return f"{name} is true or false."
    told = f"{name}: {schema['description'][0].lower()}{schema['description'][1:]}."
    if "maxLength" in schema:
        return f"{told} A text of {schema.get('minLength', 0)} to {schema['maxLength']} characters."
    return told
