"""Messages to support and their outbox, on both databases: stored once, sent, forgotten."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest

from kb.errors import BadInput, NoRoom, NotFound, TooMany
from kb.feedback.database import Database
from kb.feedback.leases import Leases
from kb.helpdesk.attachment import Attachment, attachment
from kb.helpdesk.delivery import Delivery
from kb.helpdesk.letter import Letter, Named, Undelivered
from kb.helpdesk.limits import MOST_OF_NETWORK, MOST_OF_VISITOR, WINDOW, Limits
from kb.helpdesk.message import Message, checked
from kb.helpdesk.messages import ROWS, Messages
from kb.helpdesk.outbox import DONE, LONGEST, PAUSES, Outbox
from kb.helpdesk.tables import attachments, messages
from kb.settings import Settings

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HELP = Message(
    subject="Refund",
    text="The second payment\nis wrong.",
    email="ada@example.org",
    page="/articles/refund",
    article="refunds",
    searches=("refund twice",),
    shown=("refunds", "cancel"),
    opened=("refunds",),
    lang="en",
)
FILE = Attachment("bill.txt", "text/plain", b"12 euros")


class Helpdesk:
    """A sender that answers as it is told, and keeps what it got."""

    def __init__(self) -> None:
        self.got: list[Letter] = []
        self.fault: Exception | None = None

    def send(self, letter: Letter) -> str:
        if self.fault:
            raise self.fault
        self.got.append(letter)
        return f"T{len(self.got)}"


@pytest.fixture
def delivery(database: Database) -> Delivery:
    settings = Settings(title="Acme", base_url="https://help.example.com", contact_days=30)
    named = {"refunds": Named("Get a refund", "https://help.example.com/articles/refund")}
    made = Delivery(settings, database, Leases(database), named.get)
    made.sender = Helpdesk()
    return made


def keep(delivery: Delivery, message: Message = HELP, **more: str) -> int:
    """The number of a stored message."""
    delivery.messages.keep(message, [FILE], "waiting", NOW, **more)
    return delivery.outbox.ways(["waiting"], 1)[0].message


def test_a_message_is_stored_whole_with_its_files(database: Database) -> None:
    stored = Messages(database)
    reference = stored.keep(HELP, [FILE, replace(FILE, name="two.txt")], "kept", NOW).reference
    [way] = Outbox(database).ways(["kept"], 9)
    one = stored.one(way.message)
    assert (one.reference, one.at, one.message) == (reference, NOW, HELP)
    assert [(name, size) for _, name, size in one.files] == [("bill.txt", 8), ("two.txt", 8)]
    assert [file.name for file in stored.files(one.id)] == ["bill.txt", "two.txt"]
    assert stored.file(one.id, one.files[0][0]) == FILE
    with pytest.raises(NotFound):
        stored.file(one.id + 1, one.files[0][0])


def test_the_same_form_sent_many_times_at_once_is_one_message(database: Database) -> None:
    stored, references = Messages(database), []
    barrier = threading.Barrier(6)

    def send() -> None:
        barrier.wait()
        references.append(stored.keep(HELP, [FILE], "waiting", NOW, once="form").reference)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(references) == 6
    assert len(set(references)) == 1
    assert Outbox(database).counts()["waiting"] == 1
    other = stored.keep(HELP, [], "waiting", NOW)  # without, it is another one
    assert other.reference not in references


def test_files_of_strangers_do_not_fill_the_disk(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, big = Messages(database), replace(FILE, content=b"x" * 400)
    monkeypatch.setattr("kb.helpdesk.messages.MOST_KEPT", 1000)
    for _ in range(2):
        stored.keep(HELP, [big], "kept", NOW)
    with pytest.raises(NoRoom, match="no room"):
        stored.keep(HELP, [big, FILE], "kept", NOW, once="form")
    assert stored.known("form") == ""  # nothing of it is kept
    stored.keep(HELP, [], "kept", NOW, once="form")
    stored.keep(HELP, [FILE], "kept", NOW)
    assert Outbox(database).counts()["kept"] == 4
    stored.clear(NOW + dt.timedelta(days=2), dt.timedelta(days=1), ["kept"])
    stored.keep(HELP, [big], "kept", NOW)


def test_what_is_due_is_sent_once_and_with_all_that_is_known(delivery: Delivery) -> None:
    number = keep(delivery)
    assert delivery.deliver(NOW) == 1
    assert delivery.deliver(NOW) == 0
    [letter] = delivery.sender.got
    assert letter.files == (FILE,)
    assert letter.text.startswith("The second payment\nis wrong.\n\n-- \n")
    assert "Searched for: refund twice" in letter.text
    assert "Written at: https://help.example.com/articles/refund" in letter.text
    assert "About: Get a refund (https://help.example.com/articles/refund)" in letter.text
    assert "Read before: Get a refund" in letter.text  # the other one is gone by now
    way = delivery.outbox.way(number)
    assert (way.state, way.external, way.error) == ("sent", "T1", "")


def test_the_whole_address_that_a_program_gives_stays_what_it_is(delivery: Delivery) -> None:
    number = keep(delivery, replace(HELP, page="https://shop.example.net/cart", source="api"))
    letter = delivery.letter(delivery.messages.one(number))
    assert letter.page == "https://shop.example.net/cart"


def test_a_helpdesk_that_is_away_gets_the_message_later(delivery: Delivery) -> None:
    number, away = keep(delivery), Undelivered("desk.example: Connection refused")
    delivery.sender.fault = away
    assert delivery.deliver(NOW) == 0
    first = delivery.outbox.way(number)
    assert (first.state, first.tries, first.error) == ("waiting", 1, away.reason)
    assert delivery.deliver(first.at) == 0
    assert delivery.outbox.way(number) == first  # not due yet: nobody tried
    delivery.sender.fault = None
    assert delivery.deliver(first.due) == 1


def test_pauses_get_longer_and_after_the_last_one_somebody_has_to_look(delivery: Delivery) -> None:
    number, now, waits = keep(delivery), NOW, []
    for _ in PAUSES:
        delivery.outbox.not_sent(number, "away", now, final=False)
        way = delivery.outbox.way(number)
        assert way.state == "waiting"
        waits.append(way.due - now)
        now = way.due
    assert tuple(waits) == PAUSES
    assert list(PAUSES) == sorted(PAUSES)
    delivery.outbox.not_sent(number, "away", now, final=False)
    assert delivery.outbox.way(number).state == "failed"
    assert delivery.deliver(now + DAY) == 0
    delivery.outbox.again(number, now)  # by hand
    assert delivery.deliver(now) == 1


def test_what_a_helpdesk_never_takes_is_not_tried_again(delivery: Delivery) -> None:
    number = keep(delivery)
    delivery.sender.fault = Undelivered("answered 422", final=True)
    delivery.deliver(NOW)
    assert delivery.outbox.way(number).state == "failed"


def test_a_helpdesk_that_wants_to_be_left_alone_is(delivery: Delivery) -> None:
    number = keep(delivery)
    delivery.outbox.not_sent(number, "busy", NOW, final=False, after=3600)
    assert delivery.outbox.way(number).due == NOW + dt.timedelta(hours=1)
    delivery.outbox.not_sent(number, "busy", NOW, final=False, after=10**6)
    assert delivery.outbox.way(number).due == NOW + LONGEST


def test_one_that_makes_a_sender_fail_holds_up_no_other(
    delivery: Delivery, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = keep(delivery, replace(HELP, subject="bad")), keep(delivery)
    sender, send = delivery.sender, delivery.sender.send

    def fails(letter: Letter) -> str:
        if letter.message.subject == "bad":
            raise ValueError(letter.message.text)
        return send(letter)

    sender.send = fails
    assert delivery.deliver(NOW) == 1
    assert delivery.outbox.way(bad).error == "kb failed: ValueError"
    assert delivery.outbox.way(good).state == "sent"
    assert "payment" not in caplog.text
    assert "ada@" not in caplog.text


def test_a_server_killed_before_it_noted_the_answer_sends_again_with_the_same_reference(
    delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(delivery)

    class Killed(BaseException):
        pass

    def killed(*args: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "sent", killed)
        with pytest.raises(Killed):
            delivery.deliver(NOW)
    assert delivery.deliver(NOW) == 1
    one, other = delivery.sender.got
    assert one.reference == other.reference


def test_what_somebody_answers_while_others_are_sent_is_not_sent(delivery: Delivery) -> None:
    numbers = [keep(delivery, replace(HELP, subject=f"no {n}")) for n in range(2)]
    send = delivery.sender.send

    def slow(letter: Letter) -> str:
        delivery.outbox.close(numbers[1], "ada", NOW)
        return send(letter)

    delivery.sender.send = slow
    assert delivery.deliver(NOW) == 1
    assert [letter.message.subject for letter in delivery.sender.got] == ["no 0"]


def test_two_servers_never_send_the_same_message_at_the_same_time(delivery: Delivery) -> None:
    keep(delivery)
    inside, leave = threading.Event(), threading.Event()
    send = delivery.sender.send

    def slow(letter: Letter) -> str:
        inside.set()
        leave.wait(10)
        return send(letter)

    delivery.sender.send = slow
    thread = threading.Thread(target=delivery.deliver, args=(NOW,))
    thread.start()
    assert inside.wait(10)
    assert delivery.deliver(NOW) == 0
    leave.set()
    thread.join()
    assert len(delivery.sender.got) == 1


def test_what_a_helpdesk_says_is_stored_redacted_and_short(delivery: Delivery) -> None:
    number = keep(delivery)
    delivery.outbox.not_sent(number, "no customer ada@example.org " + "x" * 999, NOW, final=True)
    told = delivery.outbox.way(number).error
    assert told.startswith("no customer [email] x")
    assert len(told) == 300


def test_the_words_of_what_is_done_are_deleted_and_those_of_others_kept(
    delivery: Delivery, database: Database
) -> None:
    sent, waiting, failed, kept, closed = (keep(delivery) for _ in range(5))
    delivery.outbox.sent(sent, "T1", NOW)
    delivery.outbox.not_sent(failed, "no", NOW, final=True)
    delivery.outbox.close(closed, "ada", NOW)
    assert delivery.clear(NOW + 30 * DAY) == 0
    assert delivery.clear(NOW + 31 * DAY) == 2
    for number in (sent, closed):
        one = delivery.messages.one(number)
        assert one.cleared
        assert one.files == ()
        empty = {"subject": "", "text": "", "email": "", "page": "", "searches": ()}
        assert one.message == replace(HELP, **empty)
    for number in (waiting, failed, kept):
        assert delivery.messages.one(number).message == HELP
        assert delivery.messages.files(number) == (FILE,)
    with database.reading() as connection:
        assert len(connection.execute(attachments.select()).all()) == 3
    delivery.clear(NOW + ROWS + DAY)
    with database.reading() as connection:
        left = connection.execute(messages.select().order_by(messages.c.id)).all()
    assert [row.id for row in left] == [waiting, failed, kept]


def test_nothing_is_due_without_a_helpdesk_and_what_was_kept_can_be_sent_later(
    database: Database,
) -> None:
    delivery = Delivery(Settings(), database, Leases(database), lambda _: None)
    assert delivery.sender is None
    delivery.messages.keep(HELP, [], delivery.begin, NOW)
    assert delivery.outbox.counts()["kept"] == 1
    assert delivery.deliver(NOW + DAY) == 0
    delivery.sender = Helpdesk()
    assert delivery.deliver(NOW + DAY) == 0
    delivery.outbox.again(delivery.outbox.ways(["kept"], 1)[0].message, NOW)
    assert delivery.deliver(NOW) == 1


def test_what_is_sent_stays_sent_whatever_comes_late(delivery: Delivery) -> None:
    number = keep(delivery)
    delivery.outbox.sent(number, "T1", NOW)
    delivery.outbox.not_sent(number, "late", NOW, final=True)
    delivery.outbox.close(number, "ada", NOW)
    assert delivery.outbox.way(number).state == "sent"


def test_limits_hold_for_a_visitor_and_for_a_network_in_all_workers(database: Database) -> None:
    one, other = Limits(database), Limits(database)
    for limits in [one, other, one, other, one]:
        limits.count("visitor", "net", NOW)
    with pytest.raises(TooMany) as told:
        other.count("visitor", "net", NOW)
    assert told.value.seconds == 3600
    for n in range(MOST_OF_NETWORK - MOST_OF_VISITOR - 1):
        one.count(f"visitor {n}", "net", NOW)
    with pytest.raises(TooMany):
        one.count("somebody else", "net", NOW)
    one.count("somebody else", "another net", NOW)
    one.count("visitor", "net", NOW + WINDOW)


def test_thirty_at_once_from_one_visitor_are_five(database: Database) -> None:
    barrier, taken = threading.Barrier(10), []

    def send() -> None:
        limits = Limits(database)
        barrier.wait()
        for _ in range(3):
            try:
                limits.count("visitor", "", NOW)
                taken.append(1)
            except TooMany:
                pass

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == MOST_OF_VISITOR


INJECTED = [
    {"subject": "a\r\nBcc: z@example.org"},
    {"subject": "a\nb"},
    {"subject": "a\x00b"},
    {"subject": "a\u2028b"},
    {"email": "a@example.org\r\nBcc: z@example.org"},
    {"email": "a@example.org\n"},
    {"email": "a@example.org, z@example.org"},
    {"email": ", ".join(f"z{n}@example.org" for n in range(50))},
    {"email": ";".join(f"z{n}@example.org" for n in range(50))},
    {"email": "a@example.org z@example.org"},
    {"email": '"a b"@example.org'},
    {"email": "Ada <a@example.org>"},
    {"email": "a@b@example.org"},
    {"email": "a@localhost"},
    {"email": "=?utf-8?q?z=40example.net=2C?=@example.org"},
    {"email": f"a@{'x' * 250}.org"},
    {"email": ""},
    {"subject": "  "},
    {"subject": "x" * 201},
    {"text": " \n "},
    {"text": "x" * 20_001},
    {"source": "post"},
]


@pytest.mark.parametrize("wrong", INJECTED, ids=lambda wrong: repr(wrong)[:40])
def test_what_could_become_another_header_or_recipient_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        checked(replace(HELP, **wrong))


def test_a_message_is_taken_as_people_write_them() -> None:
    given = replace(
        HELP,
        subject=" Größe – 大 ",
        text="a\r\nb\rc\x00\x07",
        email="o'neil+x@bücher.example",
        lang="x" * 99,
        searches=("my card 4111 1111 1111 1111", "ada@example.org", ""),
    )
    message = checked(given)
    assert message.subject == "Größe – 大"
    assert message.text == "a\nb\nc"
    assert message.email == "o'neil+x@xn--bcher-kva.example"
    assert message.lang == ""
    assert message.searches == ("my card [card]", "[email]")


PNG, PDF = b"\x89PNG\r\n\x1a\nrest", b"%PDF-1.7 rest"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", PDF),
        ("a.pdf", b"MZ\x90\x00"),
        ("a.txt", b"MZ\x90\x00"),
        ("a.exe", PNG),
        ("a.png.exe", PNG),
        ("a.html", b"<script>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.txt", b"\xff\xfe\xfa"),
        ("png", PNG),
        ("a.txt", b""),
        ("a.png", PNG + b"x" * (5 * 2**20)),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(BadInput):
        attachment(name, content)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/cron.d/a.png", "a.png"),
        ("C:\\temp\\a.png", "a.png"),
        ('a".png\r\nX: y.png', "a_.png__X_ y.png"),
        ("\u202egnp.exe.png", "_gnp.exe.png"),
        ("x" * 500 + ".PNG", "x" * 90 + ".PNG"),
        ("Größe.png", "Größe.png"),
    ],
)
def test_the_name_of_a_file_is_safe_in_a_header(name: str, safe: str) -> None:
    assert attachment(name, PNG) == Attachment(safe, "image/png", PNG)


def test_done_is_what_nobody_has_to_look_at() -> None:
    assert DONE == ("sent", "closed")
