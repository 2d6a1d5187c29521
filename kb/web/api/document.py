"""Document: the API described in OpenAPI, from the contracts of its endpoints."""

from __future__ import annotations

import inspect
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from kb.web.api.access import HEADERS
from kb.web.api.answers import Refusal
from kb.web.api.contract import contract_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from pydantic import BaseModel
    from werkzeug.routing import Rule

    from kb.web.api.contract import Contract

    Json = dict[str, Any]
    Mode = Any

REFS = "#/components/schemas/{model}"
WHEN = {
    HTTPStatus.BAD_REQUEST: "Something that was asked or sent cannot be that",
    HTTPStatus.UNAUTHORIZED: "There is no token, or one that does not count",
    HTTPStatus.FORBIDDEN: "The token or its account may not do this",
    HTTPStatus.NOT_FOUND: "There is no such thing",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "More than 256 KB were sent",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "What was sent is not application/json",
    HTTPStatus.TOO_MANY_REQUESTS: "There were too many requests; see Retry-After",
    HTTPStatus.INTERNAL_SERVER_ERROR: "A fault of kb",
    HTTPStatus.SERVICE_UNAVAILABLE: "Nothing is published yet, or the database does not answer",
}


class _Untitled(GenerateJsonSchema):
    """Without a title that says the name of a field once more."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def document(app: Flask, title: str, base_url: str) -> Json:
    """What /api/v1/openapi.json answers."""
    endpoints = list(_endpoints(app))
    answers = [(model, "serialization") for model in _answers(endpoints)]
    bodies = [(c.body, "validation") for _, _, c in endpoints if c.body]
    schemas: list[tuple[type[BaseModel], Mode]] = [*answers, *bodies]
    _, defined = models_json_schema(schemas, ref_template=REFS, schema_generator=_Untitled)
    paths: Json = {}
    for rule, view, contract in endpoints:
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            described = _operation(rule, view, contract)
            paths.setdefault(_path(rule), {})[method.lower()] = described
    token = {"type": "http", "scheme": "bearer", "description": "Made by kb staff token add"}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{title}: API", "version": "1"},
        **({"servers": [{"url": base_url}]} if base_url else {}),
        "paths": paths,
        "components": {
            "schemas": dict(sorted(defined["$defs"].items())),
            "securitySchemes": {"token": token},
        },
    }


def _endpoints(app: Flask) -> Iterator[tuple[Rule, Callable[..., Any], Contract]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        contract = contract_of(view)
        if contract:
            yield rule, view, contract


def _answers(endpoints: list[tuple[Rule, Any, Contract]]) -> list[type[BaseModel]]:
    return [Refusal, *dict.fromkeys(contract.answer for _, _, contract in endpoints)]


def _operation(rule: Rule, view: Callable[..., Any], contract: Contract) -> Json:
    told = (inspect.getdoc(view) or "").partition("\n\n")
    operation: Json = {"operationId": view.__name__, "summary": told[0].replace("\n", " ")}
    if told[2]:
        operation["description"] = told[2].replace("\n", " ")
    parameters = [*_address(rule), *(_query(contract.query) if contract.query else [])]
    if parameters:
        operation["parameters"] = parameters
    if contract.body:
        operation["requestBody"] = {"required": True, "content": _json(contract.body)}
    if contract.scope:
        operation["security"] = [{"token": [contract.scope]}]
    operation["responses"] = _responses(rule, contract)
    return operation


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


def _address(rule: Rule) -> Iterator[Json]:
    for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", rule.rule):
        schema = {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query(model: type[BaseModel]) -> Iterator[Json]:
    schema = model.model_json_schema(schema_generator=_Untitled)
    for name, described in schema["properties"].items():
        about = described.pop("description", "")
        parameter = {"name": name, "in": "query", "required": name in schema.get("required", [])}
        told = {"description": about} if about else {}
        yield {**parameter, **told, "schema": described}


def _responses(rule: Rule, contract: Contract) -> Json:
    done = {"description": contract.status.phrase, "content": _json(contract.answer)}
    if contract.scope or contract.cost:
        done["headers"] = {name: {"schema": {"type": "integer"}} for name in HEADERS}
    refused = {
        str(int(status)): {"description": WHEN[status], "content": _json(Refusal)}
        for status in WHEN
        if status in _refusals(rule, contract)
    }
    return {str(int(contract.status)): done, **refused}


def _refusals(rule: Rule, contract: Contract) -> set[HTTPStatus]:
    every = {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE}
    if contract.query or contract.body:
        every.add(HTTPStatus.BAD_REQUEST)
    if contract.body:
        every |= {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
    if contract.scope:
        every |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    if contract.scope or contract.cost:
        every.add(HTTPStatus.TOO_MANY_REQUESTS)
    if rule.arguments or (contract.body and "article" in contract.body.model_fields):
        every.add(HTTPStatus.NOT_FOUND)
    return every


def _json(model: type[BaseModel]) -> Json:
    return {"application/json": {"schema": {"$ref": REFS.format(model=model.__name__)}}}
