"""Accounts: who may sign in, on both databases, and what a guess costs whoever guesses."""

from __future__ import annotations

import datetime as dt
import statistics
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pyotp
import pytest
from sqlalchemy import text

from kb.accounts import attempts, passwords
from kb.accounts.accounts import Accounts
from kb.accounts.attempts import forget_attempts
from kb.accounts.identities import Identities
from kb.accounts.second_factor import key_of, new_codes, new_seed, step_of
from kb.accounts.signing_in import SigningIn
from kb.errors import BadInput, NotAllowed, NotFound, TooMany
from kb.feedback.database import Database

if TYPE_CHECKING:
    from kb.accounts.account import Account

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
PASSWORD = "four words nobody guesses"
KEY = b"k" * 32


@pytest.fixture
def staff(database: Database) -> SigningIn:
    staff = SigningIn(database, KEY)
    staff.accounts.add("Ada", "writer", PASSWORD, NOW)
    return staff


def sign_in(
    staff: SigningIn,
    name: str = "ada",
    password: str = PASSWORD,
    code: str = "",
    address: str = "192.0.2.7",
    now: dt.datetime = NOW,
) -> Account | None:
    return staff.sign_in(name, password, code, address, now)


def refused(staff: SigningIn, **how: str | dt.datetime) -> bool:
    """Whether the attempt was not even looked at."""
    try:
        sign_in(staff, **how)  # type: ignore[arg-type]
    except TooMany:
        return True
    return False


# ── Accounts ────────────────────────────────────────────────────────────


def test_an_account_is_made_and_found_however_its_name_is_written(staff: SigningIn) -> None:
    account = staff.accounts.named(" ADA ")
    assert (account.name, account.role, account.disabled, account.second, account.at) == (
        "ada", "writer", False, False, NOW,
    )  # fmt: skip
    assert staff.accounts.all() == [account]
    assert sign_in(staff, "Ada") == account


def test_a_name_is_given_once(staff: SigningIn) -> None:
    with pytest.raises(BadInput, match="already"):
        staff.accounts.add("ADA", "agent", PASSWORD, NOW)
    assert [account.role for account in staff.accounts.all()] == ["writer"]


@pytest.mark.parametrize("name", ["", "a b", "a\0", "<b>", "x" * 81, "../etc"])
def test_a_name_that_cannot_be_is_refused(staff: SigningIn, name: str) -> None:
    with pytest.raises(BadInput):
        staff.accounts.add(name, "agent", PASSWORD, NOW)


COMMON = [
    "password1234", "qwertyuiopas", "123456789012", "aaaaaaaaaaaa", "letmeinletmein", "abcdefghijkl",
    "iloveyou1234", "Passw0rd!2024", "adminadminadmin", "ada-ada-ada-ada", "Ada1234567890", "zxcvbnm,./as",
]  # fmt: skip


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "Tr0ub4dor&3 " * 84])
def test_a_password_that_cannot_be_is_refused(staff: SigningIn, password: str) -> None:
    with pytest.raises(BadInput):
        staff.accounts.add("sam", "agent", password, NOW)
    with pytest.raises(BadInput):
        staff.accounts.set_password("ada", password)
    assert sign_in(staff)


GOOD = [
    PASSWORD, "correct horse battery staple", "kX9#mQ2$vL7w", "Grüße aus der Küche 7",
    "a long one is looked at in part " * 30,
]  # fmt: skip


def test_what_somebody_would_try_first_is_refused_and_what_takes_long_is_not() -> None:
    for password in COMMON:
        with pytest.raises(BadInput, match="first that somebody would try"):
            passwords.stored(password, "ada")
    name = "margarethe.vontrotta@example.com"
    for password in (name, name.upper(), "Margarethe2024"):
        with pytest.raises(BadInput, match="first that somebody would try"):
            passwords.stored(password, name)
    begun = time.thread_time()
    for password in GOOD:
        assert passwords.fits(passwords.stored(password, "ada"), password)
    assert time.thread_time() - begun < 3


def test_the_name_of_an_account_is_no_password(staff: SigningIn) -> None:
    for change in (
        lambda: staff.accounts.add("max.mustermann", "agent", "Max.Mustermann", NOW),
        lambda: staff.accounts.set_password("ada", "ada-ada-ada-ada"),
    ):
        with pytest.raises(BadInput, match="first that somebody would try"):
            change()


def test_a_role_is_one_of_three_and_includes_those_below(staff: SigningIn) -> None:
    with pytest.raises(BadInput):
        staff.accounts.set_role("ada", "owner")
    for role, may in (
        ("agent", [True, False, False]),
        ("writer", [True, True, False]),
        ("admin", [True] * 3),
    ):
        staff.accounts.set_role("ada", role)
        account = staff.accounts.named("ada")
        assert [account.may(one) for one in ("agent", "writer", "admin")] == may


def test_nobody_is_there_until_somebody_is_added(database: Database) -> None:
    accounts = Accounts(database)
    assert not accounts.any()
    for change in (accounts.disable, accounts.enable, accounts.end_sessions, accounts.drop_second):
        with pytest.raises(NotFound, match="no account bob"):
            change("bob")
    accounts.add("ada", "agent", PASSWORD, NOW)
    assert accounts.any()


def test_no_password_is_in_the_database(staff: SigningIn, database: Database) -> None:
    with database.reading() as connection:
        (kept,) = connection.execute(text("SELECT password FROM accounts")).scalars()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in kept


def test_the_same_letters_typed_on_another_keyboard_are_the_same_password(
    staff: SigningIn,
) -> None:
    staff.accounts.set_password("ada", "cafe\u0301 au lait, merci")
    assert sign_in(staff, password="caf\u00e9 au lait, merci")


# ── Sessions ────────────────────────────────────────────────────────────


def test_a_session_ends_when_it_should(staff: SigningIn) -> None:
    accounts = staff.accounts
    other = accounts.add("sam", "agent", PASSWORD, NOW)
    for end in (
        lambda: accounts.end_sessions("ada"),
        lambda: accounts.set_password("ada", PASSWORD),
        lambda: accounts.disable("ada"),
        lambda: accounts.set_second("ada", new_seed(), 1, new_codes()),
        lambda: accounts.drop_second("ada"),
    ):
        accounts.enable("ada")
        before = accounts.named("ada")
        assert accounts.of_session(before.id, before.session) == before
        end()
        assert accounts.of_session(before.id, before.session) is None
    assert accounts.of_session(other.id, other.session) == other


def test_a_session_of_one_is_none_of_another_and_none_is_guessed(staff: SigningIn) -> None:
    ada, sam = staff.accounts.named("ada"), staff.accounts.add("sam", "admin", PASSWORD, NOW)
    assert staff.accounts.of_session(sam.id, ada.session) is None
    assert staff.accounts.of_session(ada.id, "") is None
    assert len({ada.session, sam.session}) == 2
    assert len(ada.session) == 32


def test_a_disabled_account_cannot_sign_in_until_it_is_enabled(staff: SigningIn) -> None:
    staff.accounts.disable("ada")
    assert sign_in(staff) is None
    staff.accounts.enable("ada")
    assert sign_in(staff)


# ── Guessing ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", "wrong"), ("bob", PASSWORD), ("", ""), ("ada", ""), ("ada", "x" * 60_000),
     ("ada\0", PASSWORD), ("' OR 1=1", PASSWORD), ("\udc80", "\udc80"), ("x" * 60_000, PASSWORD)],
)  # fmt: skip
def test_what_is_wrong_is_refused_alike(staff: SigningIn, name: str, password: str) -> None:
    assert sign_in(staff, name, password) is None


def test_a_hundred_guesses_are_stopped_after_ten(staff: SigningIn) -> None:
    looked_at = [
        n for n in range(100) if not refused(staff, password=f"guess {n}", address=f"192.0.2.{n}")
    ]
    assert looked_at == [*range(attempts.MOST_OF_ACCOUNT)]
    assert refused(staff)  # not even with the right password
    assert not refused(staff, now=NOW + 15 * MINUTE)


def test_an_unknown_name_is_stopped_as_a_known_one(staff: SigningIn) -> None:
    for name in ("bob", "no name at all"):
        stopped = [refused(staff, name=name, address=f"198.51.100.{n}") for n in range(12)]
        assert stopped == [False] * 10 + [True] * 2


def test_one_address_is_stopped_after_thirty_whatever_the_names(staff: SigningIn) -> None:
    stopped = [refused(staff, name=f"n{n}", password="no") for n in range(40)]
    assert stopped == [False] * 30 + [True] * 10
    assert refused(staff)
    assert not refused(staff, address="192.0.2.8")


def test_a_subscriber_of_many_addresses_is_one(staff: SigningIn) -> None:
    stopped = [refused(staff, name=f"n{n}", address=f"2001:db8::{n:x}") for n in range(1, 32)]
    assert stopped == [False] * 30 + [True]
    assert not refused(staff, address="2001:db8:0:1::1")


def test_who_signs_in_may_do_so_all_day(staff: SigningIn) -> None:
    for _ in range(40):
        assert sign_in(staff)
    for _ in range(9):
        assert sign_in(staff, password="wrong") is None
    assert sign_in(staff)
    assert sign_in(staff, password="wrong") is None
    assert sign_in(staff)


def test_guesses_at_once_are_counted_one_by_one_by_all_processes(
    url: str, staff: SigningIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # what waits too long for its turn is refused as well, and counts as nothing
    monkeypatch.setattr("kb.accounts.passwords.PATIENCE", 60)
    several = [SigningIn(Database(url), KEY) for _ in range(4)]
    with ThreadPoolExecutor(12) as pool:
        stopped = [*pool.map(lambda n: refused(several[n % 4], password="no"), range(24))]
    assert stopped.count(False) == attempts.MOST_OF_ACCOUNT


def test_how_long_to_wait_is_told(staff: SigningIn) -> None:
    for _ in range(10):
        sign_in(staff, password="no")
    with pytest.raises(TooMany) as caught:
        sign_in(staff, now=NOW + 3.5 * MINUTE)
    assert caught.value.seconds == 690
    assert caught.value.hint == "Try again in 12 minutes."


def test_attempts_are_forgotten_and_say_nothing_of_who_it_was(
    staff: SigningIn, database: Database
) -> None:
    sign_in(staff, password="no")
    with database.reading() as connection:
        kept = str(connection.execute(text("SELECT * FROM attempts")).all())
    assert "192.0.2" not in kept
    assert "ada" not in kept
    for minutes, left in ((14, 2), (15, 0)):
        forget_attempts(database, NOW + minutes * MINUTE)
        with database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM attempts")).scalar() == left


def test_an_unknown_name_takes_as_long_as_a_known_one(
    staff: SigningIn, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "MOST_OF_ACCOUNT", 1_000)
    monkeypatch.setattr(attempts, "MOST_OF_ADDRESS", 1_000)
    staff.accounts.add("gone", "agent", PASSWORD, NOW)
    staff.accounts.disable("gone")
    Identities(database).sign_in("https://login.example.com", "1", "sso", "agent", NOW)
    took: dict[str, list[float]] = {"ada": [], "bob": [], "gone": [], "no name": [], "sso": []}
    for _ in range(15):
        for name, times in took.items():
            begun = time.thread_time()
            assert sign_in(staff, name, "wrong" if name == "ada" else PASSWORD) is None
            times.append(time.thread_time() - begun)
    middles = {name: statistics.median(times) for name, times in took.items()}
    assert max(middles.values()) < 1.6 * min(middles.values()), middles
    spans = [(min(times), max(times)) for times in took.values()]
    assert max(low for low, _ in spans) < min(high for _, high in spans)


def test_a_crowd_waits_its_turn_and_is_not_counted(
    staff: SigningIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, most, going = 0, 0, threading.Event()
    lock = threading.Lock()

    def verify(*_: object) -> bool:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        going.wait(60)
        with lock:
            at_work -= 1
        return True

    monkeypatch.setattr(passwords, "_hasher", SimpleNamespace(verify=verify))
    monkeypatch.setattr(passwords, "PATIENCE", 0.2)
    with ThreadPoolExecutor(8) as pool:
        crowd = [pool.submit(refused, staff, address=f"192.0.2.{n}") for n in range(8)]
        waited, _ = wait(crowd, timeout=3, return_when=FIRST_COMPLETED)
        while len(waited) < 6:
            waited, _ = wait(crowd, timeout=0.1)
        going.set()
    assert sorted(one.result() for one in crowd) == [False] * 2 + [True] * 6
    assert most == 2
    monkeypatch.undo()
    for _ in range(attempts.MOST_OF_ACCOUNT):  # the six are not among the ten
        assert sign_in(staff, password="wrong") is None
    assert refused(staff)


def test_a_crowd_is_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    with passwords._turn(), passwords._turn(), pytest.raises(TooMany) as caught:
        passwords.fits(None, "guess")
    assert caught.value.seconds == 5
    assert not passwords.fits(None, "guess")  # and their turns are given back


# ── The second factor ───────────────────────────────────────────────────


def with_phone(staff: SigningIn) -> tuple[pyotp.TOTP, list[str]]:
    seed, codes = new_seed(), new_codes()
    key = staff.key_of(seed)
    staff.accounts.set_second("ada", seed, step_of(key, pyotp.TOTP(key).at(NOW), NOW), codes)
    return pyotp.TOTP(key), codes


def test_the_database_alone_does_not_know_the_codes_of_a_phone(
    staff: SigningIn, database: Database
) -> None:
    phone, _ = with_phone(staff)
    with database.reading() as connection:
        (kept,) = connection.execute(text("SELECT totp FROM accounts")).scalars()
    assert phone.secret not in kept
    assert pyotp.TOTP(key_of(kept, KEY)).at(NOW) == phone.at(NOW)
    assert key_of(kept, b"another secret") != phone.secret
    assert (
        sign_in(
            SigningIn(database, b"another secret"), code=phone.at(NOW + MINUTE), now=NOW + MINUTE
        )
        is None
    )


def test_a_code_is_asked_for_and_counts_once(staff: SigningIn) -> None:
    phone, _ = with_phone(staff)
    later = NOW + MINUTE
    assert sign_in(staff, now=later) is None
    assert sign_in(staff, code=phone.at(NOW - 5 * MINUTE), now=later) is None
    assert sign_in(staff, code=f" {phone.at(later)[:3]} {phone.at(later)[3:]}", now=later)
    assert sign_in(staff, code=phone.at(later), now=later) is None
    assert sign_in(staff, code=phone.at(NOW), now=later) is None  # older than the one that was used
    assert sign_in(staff, code=phone.at(later + MINUTE), now=later + MINUTE)


def test_the_code_that_set_it_up_does_not_sign_in(staff: SigningIn) -> None:
    phone, _ = with_phone(staff)
    assert sign_in(staff, code=phone.at(NOW)) is None


def test_a_code_without_the_password_is_not_used_up(staff: SigningIn) -> None:
    phone, codes = with_phone(staff)
    later = NOW + MINUTE
    for code in (phone.at(later), codes[0]):
        assert sign_in(staff, password="wrong", code=code, now=later) is None
        assert sign_in(staff, code=code, now=later)


def test_a_recovery_code_counts_once_however_it_is_typed(staff: SigningIn) -> None:
    _, codes = with_phone(staff)
    account = staff.accounts.named("ada")
    assert staff.accounts.codes_left(account) == len(codes) == 8
    assert sign_in(staff, code=codes[3].upper().replace("-", " "))
    assert staff.accounts.codes_left(account) == 7
    assert sign_in(staff, code=codes[3]) is None
    assert sign_in(staff, code=codes[4])


def test_those_who_use_one_code_at_once_are_one(url: str, staff: SigningIn) -> None:
    phone, codes = with_phone(staff)
    several, later = [SigningIn(Database(url), KEY) for _ in range(4)], NOW + MINUTE
    for code in (codes[0], phone.at(later)):
        with ThreadPoolExecutor(4) as pool:
            found = [*pool.map(lambda one: sign_in(one, code=code, now=later), several)]  # noqa: B023
        assert sum(1 for account in found if account) == 1


def test_recovery_codes_are_not_kept_and_those_of_before_are_gone(
    staff: SigningIn, database: Database
) -> None:
    _, old = with_phone(staff)
    _, new = with_phone(staff)
    with database.reading() as connection:
        kept = str(connection.execute(text("SELECT * FROM recovery_codes")).all())
    assert not [code for code in old + new if code.replace("-", "") in kept]
    assert sign_in(staff, code=old[0]) is None
    assert sign_in(staff, code=new[0])


def test_without_a_second_factor_codes_mean_nothing(staff: SigningIn) -> None:
    phone, codes = with_phone(staff)
    staff.accounts.drop_second("ada")
    assert not staff.accounts.named("ada").second
    for code in ("", codes[0], phone.at(NOW), "000000"):
        assert sign_in(staff, code=code)


# ── Whom a provider vouches for ─────────────────────────────────────────

ISSUER = "https://login.example.com"


def test_two_windows_at_their_first_login_are_one_person(url: str, staff: SigningIn) -> None:
    several = [Identities(Database(url)) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        found = [
            *pool.map(
                lambda n: several[n % 4].sign_in(ISSUER, "s1", "Zoë K.", "agent", NOW), range(8)
            )
        ]
    assert {one.name for one in found} == {"zoë-k."}
    assert len(staff.accounts.all()) == 2


def test_a_person_is_an_issuer_and_a_subject(staff: SigningIn, database: Database) -> None:
    identities = Identities(database)
    one = identities.sign_in(ISSUER, "s1", "sam", "agent", NOW)
    assert identities.sign_in(ISSUER, "s1", "renamed", "writer", NOW).id == one.id
    assert staff.accounts.named("sam").role == "writer"
    assert identities.sign_in("https://other.example", "s1", "max", "agent", NOW).id != one.id
    with pytest.raises(NotAllowed, match="an account sam already"):
        identities.sign_in("https://other.example", "s2", "sam", "admin", NOW)
    with pytest.raises(NotAllowed, match="an account ada already"):
        identities.sign_in(ISSUER, "s3", "Ada", "admin", NOW)
    assert staff.accounts.named("ada").role == "writer"
    assert not staff.accounts.has_password(one)
    assert staff.accounts.has_password(staff.accounts.named("ada"))


def test_an_account_is_linked_to_a_person_who_has_none(
    staff: SigningIn, database: Database
) -> None:
    identities = Identities(database)
    ada = identities.link("ADA", ISSUER, "s1")
    assert identities.sign_in(ISSUER, "s1", "whatever", "admin", NOW).id == ada.id
    for name, subject in (("ada", "s1"), ("ada", ""), ("ada", "x" * 256)):
        with pytest.raises(BadInput):
            identities.link(name, ISSUER, subject)
    with pytest.raises(NotFound):
        identities.link("nobody", ISSUER, "s2")
    staff.accounts.disable("ada")
    with pytest.raises(NotAllowed, match="disabled"):
        identities.sign_in(ISSUER, "s1", "ada", "admin", NOW)


def test_a_provider_may_call_people_anything(database: Database) -> None:
    for name, subject, called in (
        ("Ada Lovelace", "1", "ada-lovelace"), ("", "auth0|77", "auth0-77"), ("<>", "2", "2"),
        ("a@example.com", "3", "a@example.com"), ("x" * 200, "4", "x" * 80), ("../etc", "5", "..-etc"),
    ):  # fmt: skip
        account = Identities(database).sign_in(ISSUER, subject, name, "agent", NOW)
        assert account.name == called
