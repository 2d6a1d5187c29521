"""The document of the API: valid, whole, and what the API keeps to, whatever it is sent."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from sample_site import add_account, make_site
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from kb.accounts.tokens import SCOPES, Tokens
from kb.feedback.events import NothingFits
from kb.helpdesk import limits
from kb.search.query import normal_form
from kb.web import api_access

if TYPE_CHECKING:
    from flask import Flask

BASE = "http://localhost"
EXAMPLES = 10

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
    app = make_site(tmp_path_factory.mktemp("document")).app()
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
    for where, name in ((api_access, "MOST_OF_TOKEN"), (limits, "MOST_OF_VISITOR")):
        monkeypatch.setattr(where, name, 10**6)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    headers = {"Authorization": f"Bearer {secret}"}
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
