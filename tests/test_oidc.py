"""Single sign-on: the whole way round with a provider that really answers, and how it is attacked."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import socket
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit
from wsgiref.simple_server import make_server

import pytest
from browsing import DESKTOP, PHONE, _Quiet, _Server, chromium, needs_chromium, open_page, served
from click.testing import CliRunner
from sample_site import PASSWORD, Site, Visitor, add_account, make_site, signed_in

pytest.importorskip("authlib")
import oidc_provider_mock
import requests
from joserfc import jwk, jwt

from kb.accounts.tables import attempts
from kb.cli import main
from kb.configuring import read_settings
from kb.errors import UsageError
from kb.web import provider as provider_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the double

ROLES = {"support": "agent", "writers": "writer", "it": "admin"}
TOKEN = "/oauth2/token"


class Double:
    """The provider, and what stands between it and us: it listens, and changes what a test wants."""

    def __init__(self) -> None:
        self._app = oidc_provider_mock.app(require_nonce=True)
        self.bodies: list[dict[str, list[str]]] = []
        self.environ: Callable[[dict[str, Any]], None] = lambda environ: None
        self.answer: Callable[[str, dict[str, Any]], dict[str, Any]] = lambda path, data: data
        self.address = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == TOKEN:
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = io.BytesIO(body)
            self.bodies.append(parse_qs(body.decode()))
        self.environ(environ)
        kept: list[Any] = []

        def capture(status: str, headers: Any, exc_info: Any = None) -> None:
            kept[:] = [status, headers]

        data = b"".join(self._app(environ, capture))
        status, headers = kept
        if status.startswith("200") and data.startswith(b"{"):
            data = json.dumps(self.answer(environ["PATH_INFO"], json.loads(data))).encode()
            headers = [(n, v) for n, v in headers if n.lower() != "content-length"]
        start_response(status, headers)
        return [data]

    def person(self, sub: str, **claims: Any) -> None:
        requests.put(f"{self.address}/users/{sub}", json=claims, timeout=5).raise_for_status()

    def log_in(self, authorize: str, sub: str) -> str:
        """What a person does there -> where it sends the browser."""
        answer = requests.post(authorize, data={"sub": sub}, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@contextmanager
def running(double: Double) -> Iterator[Double]:
    server = make_server("127.0.0.1", 0, double, _Server, _Quiet)
    double.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield double
    server.shutdown()


@pytest.fixture(scope="module")
def double() -> Iterator[Double]:
    with running(Double()) as double:
        double.person("u-ada", preferred_username="Ada", groups=["support", "writers"])
        double.person("u-sam", preferred_username="sam", groups="support")
        double.person("u-eve", preferred_username="eve", groups=["cooks"])
        yield double


@pytest.fixture(autouse=True)
def _honest(double: Double) -> Iterator[None]:
    yield
    double.environ, double.answer = lambda environ: None, lambda path, data: data


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, double: Double) -> Site:
    return make_site(
        tmp_path_factory.mktemp("oidc"), oidc_issuer=double.address, oidc_client_id="kb",
        oidc_client_secret="known to both", oidc_roles=ROLES,
    )  # fmt: skip


@pytest.fixture
def alone(built: Site, tmp_path: Path) -> Site:
    """The same site with a database of its own."""
    own = f"sqlite:///{tmp_path / 'kb.sqlite'}"
    return Site(built.root, built.settings.model_copy(update={"database_url": own}))


@pytest.fixture
def app(alone: Site) -> Flask:
    return alone.app()


@pytest.fixture(scope="module")
def shut_app(tmp_path_factory: pytest.TempPathFactory, built: Site) -> Flask:
    own = f"sqlite:///{tmp_path_factory.mktemp('shut') / 'kb.sqlite'}"
    return Site(built.root, built.settings.model_copy(update={"database_url": own})).app()


@pytest.fixture
def shut(shut_app: Flask) -> Flask:
    """For attacks: one for all of them, since none leaves an account behind."""
    provider, database = shut_app.extensions["provider"], shut_app.extensions["kb"].journal.database
    provider._client.server_metadata.clear()
    provider._down_until = 0.0
    with database.writing() as connection:
        connection.execute(attempts.delete())
    return shut_app


def leave(visitor: Visitor, **query: str) -> str:
    answer = visitor.client.get("/staff/login/provider", query_string=query)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return answer.headers["Location"]


def come_back(visitor: Visitor, address: str) -> TestResponse:
    return visitor.client.get(address.removeprefix("http://localhost"))


def round_trip(visitor: Visitor, double: Double, sub: str = "u-ada", **query: str) -> TestResponse:
    return come_back(visitor, double.log_in(leave(visitor, **query), sub))


def is_in(visitor: Visitor) -> bool:
    return visitor.client.get("/staff/gaps").status_code == 200


def refused(visitor: Visitor, answer: TestResponse, status: int = 403) -> str:
    """Refused, and with nothing left of it."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert not is_in(visitor)
    assert visitor.app.extensions["staff"].accounts.all() == []
    page = answer.get_data(as_text=True)
    visitor._look_at("callback", page)
    assert answer.headers["Cache-Control"] == "private, no-store"
    return page


# ── Coming in ───────────────────────────────────────────────────────────


def test_whoever_the_provider_gives_a_role_gets_an_account_at_their_first_login(
    app: Flask, double: Double
) -> None:
    visitor = Visitor(app)
    page = visitor.get("/staff/login")
    assert "Sign in with 127.0.0.1" in page
    answer = round_trip(visitor, double)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/")
    (account,) = app.extensions["staff"].accounts.all()
    assert (account.name, account.role) == ("ada", "writer")
    assert is_in(visitor)
    again = Visitor(app)
    round_trip(again, double)
    assert is_in(again)
    assert len(app.extensions["staff"].accounts.all()) == 1
    assert "Your password and its second step are kept there" in again.get("/staff/account/")


def test_what_is_sent_is_a_code_request_with_pkce_state_and_nonce(
    app: Flask, double: Double
) -> None:
    visitor = Visitor(app)
    address = leave(visitor)
    asked = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://localhost/staff/login/callback"
    assert asked["scope"] == "openid profile"
    assert min(len(asked["state"]), len(asked["nonce"])) >= 20
    come_back(visitor, double.log_in(address, "u-ada"))
    (verifier,) = double.bodies[-1]["code_verifier"]
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    assert digest.rstrip(b"=").decode() == asked["code_challenge"]
    other = parse_qs(urlsplit(leave(Visitor(app))).query)
    assert not {asked["state"], asked["nonce"]} & {other["state"][0], other["nonce"][0]}


def test_where_somebody_wanted_to_go_they_get(app: Flask, double: Double) -> None:
    visitor = Visitor(app)
    page = visitor.get("/staff/login?next=/staff/gaps?state%3Dall")
    assert "/staff/login/provider?next=/staff/gaps?state%3Dall" in page
    answer = round_trip(visitor, double, next="/staff/gaps?state=all")
    assert answer.headers["Location"] == "/staff/gaps?state=all"
    assert visitor.client.get("/staff/login/provider").headers["Location"] == "/staff/"


def test_nobody_is_led_elsewhere(app: Flask, double: Double) -> None:
    for target in ("//evil.example", "https://evil.example", "/\\evil", "/articles/cancel"):
        visitor = Visitor(app)
        assert round_trip(visitor, double, next=target).headers["Location"] == "/staff/", target
        signed = visitor.client.get("/staff/login/provider", query_string={"next": target})
        assert signed.headers["Location"] == "/staff/", target


def test_the_role_is_what_the_provider_says_at_each_login(app: Flask, double: Double) -> None:
    visitor = Visitor(app)
    round_trip(visitor, double, "u-sam")
    assert app.extensions["staff"].accounts.named("sam").role == "agent"
    double.person("u-sam", preferred_username="samuel", groups=["it", "nonsense"])
    round_trip(Visitor(app), double, "u-sam")
    assert app.extensions["staff"].accounts.named("sam").role == "admin"  # and a name stays
    double.person("u-sam", preferred_username="sam", groups=[])
    answer = round_trip(late := Visitor(app), double, "u-sam")
    assert answer.status_code == 403
    assert not is_in(late)
    double.person("u-sam", preferred_username="sam", groups="support")


def test_without_a_role_there_is_no_account(shut: Flask, double: Double) -> None:
    visitor = Visitor(shut)
    page = refused(visitor, round_trip(visitor, double, "u-eve"))
    assert "gives you no role here" in page
    assert "u-eve" in page


def test_a_disabled_account_stays_out(app: Flask, double: Double) -> None:
    inside, accounts = Visitor(app), app.extensions["staff"].accounts
    round_trip(inside, double)
    accounts.disable("ada")
    assert not is_in(inside)
    answer = round_trip(late := Visitor(app), double)
    assert answer.status_code == 403
    assert "disabled" in answer.get_data(as_text=True)
    assert not is_in(late)
    assert accounts.named("ada").disabled


def test_an_account_without_a_password_has_none(app: Flask, double: Double) -> None:
    round_trip(Visitor(app), double)
    visitor = Visitor(app)
    for password in ("", "-", "nobody has this password"):
        assert (
            visitor.post("/staff/login", {"name": "ada", "password": password}).status_code == 403
        )
    app.extensions["staff"].accounts.set_password("ada", PASSWORD)
    signed_in(visitor)


def test_sessions_end_as_ever(app: Flask, double: Double) -> None:
    visitor = Visitor(app)
    round_trip(visitor, double)
    with visitor.client.session_transaction("/staff/") as session:
        assert set(session) == {"_user_id", "_fresh", "_id"}  # nothing of the way is left
    copy = visitor.client.get_cookie("kb").value  # type: ignore[union-attr]
    assert visitor.post("/staff/logout", {}).status_code == 303
    late = Visitor(app)
    late.client.set_cookie("kb", copy)
    assert not is_in(late)


def test_public_pages_know_nothing_of_it(shut: Flask, double: Double) -> None:
    visitor = Visitor(shut)
    leave(visitor)  # the session holds state and nonce now
    for path in ("/", "/articles/cancel", "/search?q=plan", "/staff-login"):
        answer = visitor.client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.data == shut.test_client().get(path).data


# ── Whose account it is ─────────────────────────────────────────────────


def test_an_account_of_the_same_name_is_not_taken_over(app: Flask, double: Double) -> None:
    """Linked by issuer and subject: a name or an e-mail address proves nothing."""
    add_account(app, "ada", "admin")
    add_account(app, "boss@example.com", "admin")
    double.person("u-mallory", preferred_username="boss@example.com", groups="it")
    for sub, name in (("u-ada", "ada"), ("u-mallory", "boss@example.com")):
        visitor = Visitor(app)
        answer = round_trip(visitor, double, sub)
        assert answer.status_code == 403
        page = answer.get_data(as_text=True)
        assert f"There is an account {name} already" in page
        assert f"kb staff link {name} {sub}" in page
        assert not is_in(visitor)
    roles = {one.name: one.role for one in app.extensions["staff"].accounts.all()}
    assert (roles["ada"], roles["boss@example.com"]) == ("admin", "admin")
    signed_in(Visitor(app), "ada")  # and its password is the old one


def test_whoever_runs_the_site_links_an_account(
    alone: Site, app: Flask, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_account(app, "ada", "agent")
    for name, value in {
        "DATABASE_URL": alone.settings.database_url, "OIDC_ISSUER": double.address,
        "OIDC_CLIENT_ID": "kb", "OIDC_ROLES": json.dumps(ROLES),
    }.items():  # fmt: skip
        monkeypatch.setenv(f"KB_{name}", value)
    told = CliRunner().invoke(main, ["staff", "link", "ada", "u-ada"])
    assert told.exit_code == 0, told.output
    assert "u-ada" in told.output
    visitor = Visitor(app)
    round_trip(visitor, double)
    assert ">ada<" in visitor.get("/staff/gaps")
    assert app.extensions["staff"].accounts.named("ada").role == "writer"
    signed_in(Visitor(app), "ada")  # its password is still good
    assert CliRunner().invoke(main, ["staff", "link", "ada", "u-ada"]).exit_code == 1
    assert CliRunner().invoke(main, ["staff", "link", "nobody", "x"]).exit_code == 1
    monkeypatch.setenv("KB_OIDC_ISSUER", "")
    assert CliRunner().invoke(main, ["staff", "link", "ada", "u-other"]).exit_code == 2


# ── Attacks ─────────────────────────────────────────────────────────────


def test_a_wrong_state_is_refused(shut: Flask, double: Double) -> None:
    """Otherwise somebody could sign a victim's browser in as themselves."""
    attacker, victim = Visitor(shut), Visitor(shut)
    back = double.log_in(leave(attacker), "u-sam")
    refused(victim, come_back(victim, back))
    leave(victim)  # now with a session, but of another state
    refused(victim, come_back(victim, back))
    for query in (
        "",
        "code=x",
        "state=x",
        "code=x&state=",
        "error=access_denied&error_description=%0a<b>",
    ):
        page = refused(victim, come_back(victim, f"/staff/login/callback?{query}"))
        assert "<b>" not in page


def test_a_code_of_another_session_is_refused_by_its_nonce(shut: Flask, double: Double) -> None:
    """The double checks no PKCE, so that only the nonce is left."""
    thief, victim = Visitor(shut), Visitor(shut)
    stolen = parse_qs(urlsplit(double.log_in(leave(victim), "u-ada")).query)["code"][0]
    state = parse_qs(urlsplit(leave(thief)).query)["state"][0]
    query = urlencode({"code": stolen, "state": state})
    refused(thief, come_back(thief, f"/staff/login/callback?{query}"))
    assert double.bodies[-1]["code"] == [stolen]


def test_a_code_counts_once(app: Flask, double: Double) -> None:
    visitor, replayer = Visitor(app), Visitor(app)
    back = double.log_in(leave(visitor), "u-ada")
    before = visitor.client.get_cookie("kb").value  # type: ignore[union-attr]
    assert come_back(visitor, back).status_code == 303
    replayer.client.set_cookie("kb", before)
    assert come_back(replayer, back).status_code == 403
    assert not is_in(replayer)


def forged(double: Double, change: Callable[[dict[str, Any]], None], key: Any = None) -> None:
    """Tokens with other claims, signed by another key than the provider's."""
    key = key or jwk.RSAKey.generate_key(2048)

    def answer(path: str, data: dict[str, Any]) -> dict[str, Any]:
        if path == TOKEN:
            part = data["id_token"].split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
            change(claims)
            data["id_token"] = jwt.encode({"alg": "RS256"}, claims, key)
        if path == "/jwks" and change is not nothing:
            data["keys"] = [key.as_dict(private=False)]
        return data

    double.answer = answer


def nothing(claims: dict[str, Any]) -> None:
    pass


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"}, {"iss": None}, {"aud": "another-client"},
        {"aud": ["another-client"], "azp": "kb"}, {"exp": 1_000_000_000}, {"exp": None},
        {"nonce": "another"}, {"nonce": None}, {"sub": None}, {"azp": "another-client", "aud": ["kb", "x"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_for_us_is_refused(
    shut: Flask, double: Double, change: dict[str, Any]
) -> None:
    """All rightly signed: the key is the one that the provider publishes."""

    def apply(claims: dict[str, Any]) -> None:
        for name, value in change.items():
            claims.pop(name) if value is None else claims.update({name: value})

    forged(double, apply)
    visitor = Visitor(shut)
    refused(visitor, round_trip(visitor, double))


def test_tokens_of_the_forger_are_else_accepted(app: Flask, double: Double) -> None:
    """So that the test above refuses for what it says."""
    forged(double, lambda claims: None)
    visitor = Visitor(app)
    assert round_trip(visitor, double).status_code == 303


def test_a_token_that_somebody_else_signed_is_refused(shut: Flask, double: Double) -> None:
    forged(double, nothing)
    visitor = Visitor(shut)
    refused(visitor, round_trip(visitor, double))


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}], ids=str)
def test_a_token_that_anybody_can_sign_is_refused(
    shut: Flask, double: Double, header: dict[str, str]
) -> None:
    def answer(path: str, data: dict[str, Any]) -> dict[str, Any]:
        if path.endswith("openid-configuration"):
            data["id_token_signing_alg_values_supported"] += ["none", "HS256"]
        if path == TOKEN:
            _, body, signature = data["id_token"].split(".")
            head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
            data["id_token"] = f"{head}.{body}.{signature if header['alg'] != 'none' else ''}"
        return data

    double.answer = answer
    visitor = Visitor(shut)
    refused(visitor, round_trip(visitor, double))


def test_an_answer_without_a_token_or_from_another_issuer_is_refused(
    shut: Flask, double: Double
) -> None:
    visitor = Visitor(shut)
    double.answer = lambda path, data: {n: v for n, v in data.items() if n != "id_token"}
    refused(visitor, round_trip(visitor, double))
    double.answer = lambda path, data: data
    back = double.log_in(leave(visitor), "u-ada")
    refused(visitor, come_back(visitor, back + "&iss=https%3A%2F%2Fevil.example"))


def test_a_provider_that_calls_itself_something_else_is_not_ours(
    shut: Flask, double: Double
) -> None:
    double.answer = lambda path, data: (
        data | ({"issuer": "https://evil.example"} if "issuer" in data else {})
    )
    visitor = Visitor(shut)
    answer = visitor.client.get("/staff/login/provider")
    page = refused(visitor, answer, 503)
    assert "does not answer as it should" in page
    assert "evil.example" not in page


def test_callbacks_are_limited_for_each_address(shut: Flask, double: Double) -> None:
    visitor = Visitor(shut)
    statuses = [
        come_back(visitor, "/staff/login/callback?code=x&state=x").status_code for _ in range(32)
    ]
    assert statuses == [403] * 30 + [429] * 2


# ── The provider is away ────────────────────────────────────────────────


@pytest.mark.parametrize("how", ["refuses", "hangs"])
def test_a_provider_that_is_away_is_told_of_within_five_seconds(
    built: Site, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert provider_module.PATIENCE <= 4
    monkeypatch.setattr(provider_module, "PATIENCE", 2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if how == "hangs":
            silent.listen()
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings = built.settings.model_copy(update={"oidc_issuer": issuer})
        visitor = Visitor(Site(built.root, settings).app())
        begun = time.monotonic()
        answer = visitor.client.get("/staff/login/provider?next=/staff/gaps")
        assert time.monotonic() - begun < 10
        assert answer.status_code == 503
        page = answer.get_data(as_text=True)
        assert "127.0.0.1 does not answer as it should" in page
        assert 'name="next" value="/staff/gaps"' in page  # the password is still a way
        begun = time.monotonic()
        assert visitor.client.get("/staff/login/provider").status_code == 503
        assert time.monotonic() - begun < 1.9  # it is not asked again at once
        assert visitor.client.get("/articles/cancel").status_code == 200


def test_a_provider_that_answers_nonsense_is_told_of(shut: Flask, double: Double) -> None:
    for data in (
        [],
        {"issuer": double.address},
        {"issuer": double.address, "authorization_endpoint": 7},
    ):
        double.answer = lambda path, _, data=data: data  # type: ignore[misc]
        assert Visitor(shut).client.get("/staff/login/provider").status_code == 503
        shut.extensions["provider"]._client.server_metadata.clear()


# ── Settings ────────────────────────────────────────────────────────────


def test_mistakes_in_the_settings_are_told_together() -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(oidc_issuer="https://login.example.com", oidc_roles={}, oidc_scope="profile")
    for said in (
        "oidc_client_id: is needed",
        "oidc_roles: is needed",
        "oidc_scope: must have openid",
    ):
        assert said in caught.value.message
    for issuer in (
        "http://login.example.com",
        "ftp://x",
        "login.example.com",
        "http://localhost.evil.com/",
    ):
        with pytest.raises(UsageError, match="oidc_issuer: must start with https"):
            read_settings(oidc_issuer=issuer, oidc_client_id="kb", oidc_roles=ROLES)
    with pytest.raises(UsageError, match="oidc_roles"):
        read_settings(oidc_roles={"a": "owner"})
    assert "known" not in repr(read_settings(oidc_client_secret="known"))


def test_without_the_extra_the_settings_are_a_mistake(
    alone: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("kb.web.single_sign_on", raising=False)
    monkeypatch.setitem(sys.modules, "kb.web.single_sign_on", None)
    with pytest.raises(UsageError, match="takes the extra oidc"):
        alone.app()


def test_without_the_settings_there_is_nothing_of_it(site: Site) -> None:
    client = site.app().test_client()
    for path in ("/staff/login/provider", "/staff/login/callback?code=x&state=x"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/staff/login")
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("name", "claims", "found"),
    [
        ("groups", {"groups": ["a", "b"]}, ["a", "b"]),
        ("groups", {"groups": "a"}, ["a"]),
        ("realm_access.roles", {"realm_access": {"roles": ["a"]}}, ["a"]),
        ("https://x.example/roles", {"https://x.example/roles": ["a"]}, ["a"]),
        ("groups", {}, []),
        ("groups", {"groups": {"a": 1}}, []),
        ("a.b", {"a": "text"}, []),
        ("groups", {"groups": [1, None, "a"]}, ["a"]),
    ],
)
def test_a_claim_is_read_wherever_it_stands(
    name: str, claims: dict[str, Any], found: list[str]
) -> None:
    assert provider_module._values(claims, name) == found


def test_roles_that_only_the_userinfo_tells_are_asked_for(app: Flask, double: Double) -> None:
    def without(claims: dict[str, Any]) -> None:
        del claims["groups"]

    forged(double, without)
    visitor = Visitor(app)
    assert round_trip(visitor, double).status_code == 303
    assert app.extensions["staff"].accounts.named("ada").role == "writer"


# ── In a browser ────────────────────────────────────────────────────────


@needs_chromium
def test_a_member_signs_in_at_the_provider_in_a_browser(
    built: Site, app: Flask, double: Double
) -> None:
    with served(built, app) as address, chromium() as browser:
        page = open_page(browser)
        page.goto(address + "/staff/gaps")
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.get_by_role("link", name="Sign in with 127.0.0.1").click()
        page.wait_for_url(f"{double.address}/**")
        page.locator("input[name=sub]").fill("u-ada")
        page.keyboard.press("Enter")
        page.wait_for_url("**/staff/gaps")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/staff/login")
