"""Tokens of programs, on both databases: shown once, for some scopes, and worth what the account
is."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

import pytest
from sqlalchemy import text

from kb.accounts.accounts import Accounts
from kb.accounts.allowances import Allowances
from kb.accounts.tokens import SCOPES, Tokens
from kb.errors import BadInput, NotFound
from kb.feedback.database import Database
from kb.feedback.redaction import redact

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def accounts(database: Database) -> Accounts:
    accounts = Accounts(database)
    accounts.add("ada", "writer", "four words nobody guesses", NOW)
    return accounts


@pytest.fixture
def tokens(database: Database, accounts: Accounts) -> Tokens:
    return Tokens(database)


def rows(database: Database) -> list[str]:
    with database.reading() as connection:
        return [str(row) for row in connection.execute(text("SELECT * FROM api_tokens"))]


def test_a_token_is_shown_once_and_only_its_hash_is_stored(
    tokens: Tokens, database: Database
) -> None:
    token, secret = tokens.make("Ada", ["votes", "gaps"], NOW, note="the app")
    assert re.fullmatch("kb_[0-9a-f]{64}", secret)
    assert tokens.make("ada", ["votes"], NOW)[1] != secret
    (row, _) = rows(database)
    assert secret[3:] not in row
    assert hashlib.sha256(secret.encode()).hexdigest() in row
    found = tokens.shown(secret, NOW)
    assert found == token
    assert (token.account.name, token.scopes, token.note) == ("ada", ("votes", "gaps"), "the app")


def test_what_is_no_token_is_none(tokens: Tokens) -> None:
    _, secret = tokens.make("ada", ["votes"], NOW)
    for wrong in ("", "kb_", secret[:-1], secret + " ", secret.upper(), secret[3:], "\ud800", "é"):
        assert tokens.shown(wrong, NOW) is None


def test_a_token_may_what_its_scopes_say_and_its_account_may(
    tokens: Tokens, accounts: Accounts
) -> None:
    _, secret = tokens.make("ada", ["votes", "gaps:write"], NOW)
    token = tokens.shown(secret, NOW)
    assert token
    assert [scope for scope in SCOPES if token.may(scope)] == ["votes", "gaps:write"]
    accounts.set_role("ada", "agent")
    token = tokens.shown(secret, NOW)
    assert token
    assert [scope for scope in SCOPES if token.may(scope)] == ["votes"]


def test_disabling_an_account_revokes_its_tokens_for_good(
    tokens: Tokens, accounts: Accounts
) -> None:
    accounts.add("bob", "agent", "four words nobody guesses", NOW)
    _, secret = tokens.make("ada", ["votes"], NOW)
    _, bobs = tokens.make("bob", ["votes"], NOW)
    accounts.disable("ada")
    assert tokens.shown(secret, NOW) is None
    accounts.enable("ada")
    assert tokens.shown(secret, NOW) is None
    assert tokens.shown(bobs, NOW)


def test_no_token_counts_while_its_account_is_disabled(
    tokens: Tokens, accounts: Accounts, database: Database
) -> None:
    """Not even one that was made just then."""
    accounts.disable("ada")
    _, secret = tokens.make("ada", ["votes"], NOW)
    assert tokens.shown(secret, NOW) is None


def test_a_token_ends_when_it_was_to_end(tokens: Tokens) -> None:
    _, secret = tokens.make("ada", ["votes"], NOW, until=NOW + DAY)
    assert tokens.shown(secret, NOW + DAY - MINUTE)
    assert tokens.shown(secret, NOW + DAY) is None
    assert [token.until for token in tokens.all()] == [NOW + DAY]


def test_a_revoked_token_is_gone(tokens: Tokens) -> None:
    kept, _ = tokens.make("ada", ["votes"], NOW)
    gone, secret = tokens.make("ada", ["votes"], NOW)
    assert tokens.revoke(gone.id).id == gone.id
    assert tokens.shown(secret, NOW) is None
    assert [token.id for token in tokens.all()] == [kept.id]
    assert tokens.make("ada", ["votes"], NOW)[0].id > gone.id
    for number in (gone.id, 0, -1, 10**30):
        with pytest.raises(NotFound):
            tokens.revoke(number)


def test_the_last_use_is_kept_by_day(tokens: Tokens) -> None:
    _, secret = tokens.make("ada", ["votes"], NOW)
    assert tokens.all()[0].used is None
    tokens.shown(secret, NOW)
    assert tokens.all()[0].used == NOW.date()
    tokens.shown(secret, NOW + DAY)
    assert tokens.all()[0].used == (NOW + DAY).date()


@pytest.mark.parametrize("scopes", [[], ["staff"], ["votes", "Votes"], [""], ["votes "]])
def test_scopes_that_there_are_not_are_refused(tokens: Tokens, scopes: list[str]) -> None:
    with pytest.raises(BadInput) as caught:
        tokens.make("ada", scopes, NOW)
    assert "gaps:write" in caught.value.hint


def test_no_account_gets_a_scope_above_its_role(tokens: Tokens, accounts: Accounts) -> None:
    accounts.set_role("ada", "agent")
    with pytest.raises(BadInput) as caught:
        tokens.make("ada", ["gaps:write"], NOW)
    assert "kb staff role ada writer" in caught.value.hint
    with pytest.raises(NotFound):
        tokens.make("nobody", ["votes"], NOW)


def test_our_own_tokens_are_redacted(tokens: Tokens) -> None:
    _, secret = tokens.make("ada", ["votes"], NOW)
    assert redact(f"Bearer {secret}, he wrote") == "Bearer [token], he wrote"
    assert redact("kb_" + "a" * 64) == "[token]"
    assert redact("kb_database_url kb_data_dir") == "kb_database_url kb_data_dir"


def test_all_workers_count_together(database: Database, url: str) -> None:
    other = Database(url)
    one, two = Allowances(database), Allowances(other)
    left = [some.count("x", 3, MINUTE, NOW).left for some in (one, two, one, two, one)]
    assert left == [2, 1, 0, -1, -2]
    assert one.count("y", 3, MINUTE, NOW).left == 2
    assert two.count("x", 3, MINUTE, NOW + MINUTE / 2).seconds == 30
    assert two.count("x", 3, MINUTE, NOW + MINUTE).left == 2
    other.close()
