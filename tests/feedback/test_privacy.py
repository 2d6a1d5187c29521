"""Tokens tell visitors apart for a day, and lead back to nobody afterwards."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from vote_workers import NOON, a_vote, received, salt_together

from kb.feedback.journal import Journal
from kb.feedback.privacy import Visitors
from kb.feedback.tables import salts

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext
    from pathlib import Path

DAY = dt.timedelta(days=1)


@pytest.fixture
def visitors(journal: Journal) -> Visitors:
    return Visitors(journal)


def test_a_visitor_has_one_token_all_day_in_every_worker(
    journal: Journal, visitors: Visitors
) -> None:
    token = visitors.token("192.0.2.7", "browser", NOON)
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    assert visitors.token("192.0.2.7", "browser", NOON + dt.timedelta(hours=11)) == token
    assert Visitors(journal).token("192.0.2.7", "browser", NOON) == token


def test_address_agent_and_day_each_change_the_token(visitors: Visitors) -> None:
    tokens = {
        visitors.token("192.0.2.7", "browser", NOON),
        visitors.token("192.0.2.8", "browser", NOON),
        visitors.token("192.0.2.7", "browser 2", NOON),
        visitors.token("192.0.2.7", "browser", NOON + DAY),
        visitors.token("192.0.2.7b", "rowser", NOON),
        visitors.network("192.0.2.7", NOON),
    }
    assert len(tokens) == 6


def test_the_day_is_the_same_in_all_time_zones(visitors: Visitors) -> None:
    token = visitors.token("192.0.2.7", "browser", NOON)
    there = NOON.astimezone(dt.timezone(dt.timedelta(hours=13)))
    assert there.date() != NOON.date()
    assert visitors.token("192.0.2.7", "browser", there) == token


def test_a_household_keeps_its_token_when_its_ipv6_address_changes(visitors: Visitors) -> None:
    tokens = [
        visitors.token(address, "browser", NOON)
        for address in ("2001:db8:1:2::1", "2001:DB8:1:2:ffff::9", "2001:db8:1:2::1%eth0")
    ]
    assert len(set(tokens)) == 1
    assert visitors.token("2001:db8:1:3::1", "browser", NOON) not in tokens


def test_an_ipv4_address_in_ipv6_notation_is_the_same_visitor(visitors: Visitors) -> None:
    plain, mapped = "192.0.2.7", "::ffff:192.0.2.7"
    assert visitors.token(mapped, "x", NOON) == visitors.token(plain, "x", NOON)
    assert visitors.network(mapped, NOON) == visitors.network(plain, NOON)


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        ("192.0.2.7", "192.0.2.200", "192.0.3.7"),
        ("2001:db8:1:2::1", "2001:db8:1:ffff::1", "2001:db8:2:2::1"),
    ],
)
def test_a_network_is_an_ipv4_24_or_an_ipv6_48(
    visitors: Visitors, one: str, same: str, other: str
) -> None:
    assert visitors.network(one, NOON) == visitors.network(same, NOON)
    assert visitors.network(one, NOON) != visitors.network(other, NOON)


@pytest.mark.parametrize("address", ["", "unknown", "unix:", "999.1.1.1", "\ud800", "x" * 9999])
def test_an_address_that_is_none_gives_a_token_but_no_network(
    visitors: Visitors, address: str
) -> None:
    assert visitors.network(address, NOON) == ""
    assert re.fullmatch(r"[0-9a-f]{32}", visitors.token(address, "\udfff", NOON))


def test_salts_are_deleted_within_48_hours(journal: Journal, visitors: Visitors) -> None:
    for day in range(4):
        visitors.token("192.0.2.7", "browser", NOON + day * DAY)
    assert _days(journal) == [(NOON + 2 * DAY).date(), (NOON + 3 * DAY).date()]
    visitors.forget(NOON + 4 * DAY)
    assert _days(journal) == [(NOON + 3 * DAY).date()]


def test_a_forgotten_day_cannot_be_computed_again(visitors: Visitors) -> None:
    token = visitors.token("192.0.2.7", "browser", NOON)
    visitors.forget(NOON + 2 * DAY)
    assert visitors.token("192.0.2.7", "browser", NOON) != token


def test_a_visitor_is_recognised_after_midnight_by_the_time_of_the_vote(
    journal: Journal, visitors: Visitors
) -> None:
    before = dt.datetime(2026, 3, 2, 23, 59, 50, tzinfo=dt.UTC)
    token = visitors.token("192.0.2.7", "browser", before)
    vote_id = journal.vote(a_vote(visitor=token, at=before))
    visitors.token("192.0.2.7", "browser", before + dt.timedelta(seconds=20))
    journal.explain(vote_id, visitors.token("192.0.2.7", "browser", before), "other", "")


def test_a_deleted_salt_is_not_left_in_the_file(sqlite_url: str, tmp_path: Path) -> None:
    journal = Journal(sqlite_url)
    visitors = Visitors(journal)
    visitors.token("192.0.2.7", "browser", NOON)
    with journal.database.reading() as connection:
        salt = bytes(connection.execute(select(salts.c.secret)).scalar_one())
    assert any(salt in path.read_bytes() for path in (tmp_path / "data").iterdir())
    visitors.forget(NOON + 2 * DAY)
    journal.close()
    assert not any(salt in path.read_bytes() for path in (tmp_path / "data").iterdir())


def test_no_address_and_no_agent_is_stored(sqlite_url: str, tmp_path: Path) -> None:
    journal = Journal(sqlite_url)
    visitors = Visitors(journal)
    token = visitors.token("203.0.113.77", "Netscape/4.7", NOON)
    network = visitors.network("203.0.113.77", NOON)
    journal.vote(a_vote(visitor=token, network=network))
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert token.encode() in kept
    assert b"203.0.113" not in kept
    assert b"Netscape" not in kept
    journal.close()


def test_processes_that_start_together_agree_on_the_days_salt(
    url: str, processes: ForkServerContext
) -> None:
    start = processes.Barrier(6)
    results, answers = processes.Pipe(duplex=False)
    workers = [
        processes.Process(target=salt_together, args=(url, start, answers)) for _ in range(6)
    ]
    for worker in workers:
        worker.start()
    assert len(set(received(results, 6))) == 1
    for worker in workers:
        worker.join()


def _days(journal: Journal) -> list[dt.date]:
    with journal.database.reading() as connection:
        return list(connection.execute(select(salts.c.day).order_by(salts.c.day)).scalars())
