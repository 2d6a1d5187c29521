"""`kb staff`: accounts from the command line; no password is an argument or is shown."""

from __future__ import annotations

import datetime as dt
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb.accounts.signing_in import SigningIn
from kb.accounts.tokens import Tokens
from kb.cli import main
from kb.feedback.database import Database
from kb.feedback.secret import secret

PASSWORD = "four words nobody guesses"


@pytest.fixture(autouse=True)
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kb(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["staff", *arguments], input=typed)


def signs_in(folder: Path, name: str = "ada", password: str = PASSWORD) -> bool:
    database = Database(f"sqlite:///{folder}/.kb/kb.sqlite")
    staff = SigningIn(database, secret(folder / ".kb"))
    found = staff.sign_in(name, password, "", "192.0.2.1", dt.datetime.now(dt.UTC))
    database.close()
    return found is not None


def test_an_account_is_added_and_signs_in(there: Path) -> None:
    assert "kb staff add NAME --role admin" in kb("list").output
    done = kb("add", "Ada", "--role", "admin", typed=f"{PASSWORD}\r\nmore\n")
    assert (done.exit_code, done.output) == (0, "ada is an admin and signs in at /staff/\n")
    assert signs_in(there)
    told = kb("list").output
    assert "ada" in told
    assert "admin" in told
    assert "active" in told


def test_without_a_role_it_is_an_agent(there: Path) -> None:
    kb("add", "sam", typed=PASSWORD)
    assert "agent" in kb("list").output


def test_a_password_is_no_argument(there: Path) -> None:
    assert kb("add", "ada", PASSWORD, typed=PASSWORD).exit_code == 2
    assert kb("add", "ada", "--password", PASSWORD).exit_code == 2
    assert kb("password", "ada", PASSWORD).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (("add", "sam"), "", "There is no password"),
        (("add", "sam"), "short\n", "too short"),
        (("add", "a b"), PASSWORD, "no name of an account"),
        (("add", "ada"), PASSWORD, "There is an account ada already"),
        (("add", "sam", "--role", "owner"), PASSWORD, "Invalid value for '--role'"),
        (("password", "bob"), PASSWORD, "There is no account bob"),
        (("role", "bob", "admin"), "", "There is no account bob"),
        (("disable", "bob"), "", "There is no account bob"),
        (("enable", "bob"), "", "There is no account bob"),
        (("drop-code", "bob"), "", "There is no account bob"),
    ],
)
def test_what_cannot_be_is_told(arguments: tuple[str, ...], typed: str, said: str) -> None:
    kb("add", "ada", typed=PASSWORD)
    result = kb(*arguments, typed=typed)
    assert result.exit_code in (1, 2)
    assert said in result.output


def test_disable_enable_password_and_role(there: Path) -> None:
    kb("add", "ada", typed=PASSWORD)
    assert "cannot sign in any more" in kb("disable", "ada").output
    assert "disabled" in kb("list").output
    assert not signs_in(there)
    assert kb("enable", "ada").exit_code == 0
    assert signs_in(there)
    kb("password", "ada", typed="another four words here\n")
    assert not signs_in(there)
    assert signs_in(there, password="another four words here")
    assert "ada is a writer now" in kb("role", "ada", "writer").output
    assert "writer" in kb("list").output
    assert "password alone" in kb("drop-code", "ada").output


@pytest.mark.parametrize("way", ["enable", "password"])
def test_somebody_who_was_locked_out_is_let_in(there: Path, way: str) -> None:
    kb("add", "ada", typed=PASSWORD)
    for _ in range(10):
        assert not signs_in(there, password="wrong")
    with pytest.raises(Exception, match="too many"):
        signs_in(there)
    kb(way, "ada", typed=PASSWORD)
    assert signs_in(there)


def test_at_a_terminal_it_is_asked_for_twice_and_not_shown(there: Path) -> None:
    ours, theirs = pty.openpty()
    root = Path(__file__).parent.parent
    process = subprocess.Popen(
        [sys.executable, "-m", "kb", "staff", "add", "ada"],
        stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    for prompt in (b"Password: ", b"Once more: "):
        while prompt not in shown:
            shown += os.read(ours, 1024)
        os.write(ours, PASSWORD.encode() + b"\n")
    assert process.wait(30) == 0
    assert PASSWORD.encode() not in shown + os.read(ours, 1024)
    os.close(ours)
    assert signs_in(there)


def test_a_token_is_made_listed_and_revoked(there: Path) -> None:
    assert "kb staff token add" in kb("token", "list").output
    kb("add", "ada", "--role", "writer", typed=PASSWORD)
    more = ("--scope", "votes", "--scope", "gaps:write", "--days", "30", "--note", "the app")
    made = kb("token", "add", "Ada", *more)
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert re.fullmatch("kb_[0-9a-f]{64}", secret)
    assert "Token 1 of ada: votes, gaps:write." in made.stderr
    assert counts(there, secret)
    told = kb("token", "list").output
    assert secret[3:12] not in told
    for shown in ("ada", "votes gaps:write", "the app", f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"):
        assert shown in told
    assert kb("token", "revoke", "1").output == "Token 1 of ada counts no more.\n"
    assert not counts(there, secret)


def test_disabling_an_account_says_that_its_tokens_are_revoked(there: Path) -> None:
    kb("add", "ada", typed=PASSWORD)
    secret = kb("token", "add", "ada", "--scope", "votes").stdout.strip()
    assert "its tokens are revoked" in kb("disable", "ada").output
    kb("enable", "ada")
    assert not counts(there, secret)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "bob", "--scope", "votes"), "There is no account bob"),
        (("add", "ada", "--scope", "staff"), "staff is no scope"),
        (("add", "ada", "--scope", "gaps:write"), "kb staff role ada writer"),
        (("add", "ada"), "Missing option '--scope'"),
        (("add", "ada", "--scope", "votes", "--days", "0"), "Invalid value for '--days'"),
        (("add", "ada", "--scope", "votes", "--note", "x" * 81), "The note is too long"),
        (("revoke", "7"), "There is no token 7"),
    ],
)
def test_a_token_that_cannot_be_is_told(arguments: tuple[str, ...], said: str) -> None:
    kb("add", "ada", typed=PASSWORD)
    result = kb("token", *arguments)
    assert result.exit_code in (1, 2)
    assert said in result.output


def counts(folder: Path, secret: str) -> bool:
    database = Database(f"sqlite:///{folder}/.kb/kb.sqlite")
    found = Tokens(database).shown(secret, dt.datetime.now(dt.UTC))
    database.close()
    return found is not None
