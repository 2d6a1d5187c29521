"""The document of the API: valid, whole, and what the API keeps to, whatever it is sent."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
import shlex
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from sample_site import ROOT, add_account, make_site, sample
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from kb.accounts.tokens import SCOPES, Tokens
from kb.feedback.events import NothingFits
from kb.helpdesk import limits
from kb.search.query import normal_form
from kb.web.api import access

if TYPE_CHECKING:
    from flask import Flask

ARTICLES = ROOT / "articles"
EXAMPLES = 8

# Unknown parameters of an address are left out, not refused; which letters of all scripts are
# printable, as those of a subject must be, no pattern can say.
LEFT_OUT = defaultdict(
    list,
    {"POST /api/v1/contacts": [positive_data_acceptance]}
    | {f"GET /api/v1/{path}": [negative_data_rejection]
       for path in ("search", "suggest", "articles", "gaps")},
)  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    names = ("06-reference/index.md", "06-reference/problem-codes.md")
    handbook: dict[str, str | bytes] = {n: (ARTICLES / n).read_bytes() for n in names}
    folder = tmp_path_factory.mktemp("document")
    app = make_site(folder, sample() | handbook, base_url="https://help.example.com").app()
    add_account(app)
    now = dt.datetime.now(dt.UTC)
    found = NothingFits("dark mode", normal_form("dark mode", "en"), "en", "sam", now)
    app.extensions["kb"].signals.write([found])
    return app


@pytest.fixture(scope="module")
def secret(app: Flask) -> str:
    tokens = Tokens(app.extensions["kb"].journal.database)
    return tokens.make("ada", tuple(SCOPES), dt.datetime.now(dt.UTC))[1]


@pytest.fixture(scope="module")
def document(app: Flask) -> Any:
    return app.test_client().get("/api/v1/openapi.json").get_json()


def test_the_document_is_valid_openapi(document: Any) -> None:
    validate(document)


def test_every_address_of_the_api_is_in_the_document(app: Flask, document: Any) -> None:
    described = {
        (path.replace("{", "<").replace("}", ">"), method.upper())
        for path, methods in document["paths"].items()
        for method in methods
    }
    there = {
        (rule.rule.replace("<int:", "<"), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }
    assert there - described == {("/api/v1/openapi.json", "GET")}
    assert described <= there


def test_the_document_says_what_a_token_must_be_for(document: Any) -> None:
    paths = document["paths"]
    needs = {
        (path, method): described["security"][0]["token"]
        for path, methods in paths.items()
        for method, described in methods.items()
        if "security" in described
    }
    assert {scope for (scope,) in needs.values()} == set(SCOPES)
    assert needs["/api/v1/votes", "post"] == ["votes"]
    assert needs["/api/v1/gaps/{number}/states", "post"] == ["gaps:write"]
    assert "security" not in paths["/api/v1/answer"]["post"]


@pytest.mark.parametrize("mode", GenerationMode)
def test_whatever_is_sent_the_api_keeps_to_its_document(
    app: Flask, secret: str, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No status that is not in it, no answer of another shape, and never a fault of ours."""
    for where, name in ((access, "MOST_OF_TOKEN"), (limits, "MOST_OF_VISITOR")):
        monkeypatch.setattr(where, name, 10**6)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    headers = {"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"}
    tried = 0
    for operation in (found.ok() for found in schema.get_all_operations()):
        if mode == GenerationMode.POSITIVE or operation.query or operation.body:
            tried += _try(operation, mode, headers)
    assert tried > 60


def _try(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> int:
    """Send what chance makes up -> how much that was."""
    tried, left_out = [], LEFT_OUT[operation.label]

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def keeps_to_it(case: schemathesis.Case) -> None:
        tried.append(case)
        case.call_and_validate(headers=headers, excluded_checks=left_out)

    keeps_to_it()
    return len(tried)


# The handbook's examples

PAGE = (ARTICLES / "06-reference" / "json-api.md").read_text("utf-8")
FENCES = re.findall(r"```(bash|json)\n(.*?)\n```", PAGE, re.DOTALL)
CALLS = [
    (code, json.loads(after[1]) if after[0] == "json" else None)
    for (kind, code), after in itertools.zip_longest(FENCES, FENCES[1:], fillvalue=("", ""))
    if kind == "bash" and code.startswith("curl")
]


def request_of(code: str, secret: str) -> dict[str, Any]:
    """What curl would send."""
    words = iter(shlex.split(code.replace("$KB_TOKEN", secret))[1:])
    sent: dict[str, Any] = {"method": "GET", "headers": {}}
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            sent["headers"][name] = value
        elif word == "--json":
            more = {"method": "POST", "data": next(words), "content_type": "application/json"}
            sent.update(more)
        else:
            parts = urlsplit(word)
            sent |= {"path": parts.path, "query_string": parts.query}
            sent["base_url"] = f"{parts.scheme}://{parts.netloc}"
    return sent


@pytest.mark.parametrize(("code", "told"), CALLS)
def test_the_examples_in_the_handbook_answer_as_they_say(
    app: Flask, secret: str, code: str, told: Any
) -> None:
    answer = app.test_client().open(**request_of(code, secret))
    assert answer.status_code < 300 or "error" in (told or {}), answer.get_data(as_text=True)
    if told:
        assert shape(answer.get_json()) == shape(told)


def shape(value: Any) -> Any:
    """The names in it, and of a list those of its first thing."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else ...


def test_every_address_has_an_example(document: Any) -> None:
    asked = [request_of(code, "") for code, _ in CALLS]
    for path, methods in document["paths"].items():
        pattern = re.sub(r"{\w+}", "[^/]+", path)
        for method in methods:
            fitting = [a for a in asked if re.fullmatch(pattern, a["path"])]
            assert method.upper() in {a["method"] for a in fitting}, path
