"""The gallery's site: its articles, some weeks of made-up visitors, staff at work, and a fixed clock.

Who comes is dealt for each person alone, so that another ranking changes what that person does and
nothing else.
"""

from __future__ import annotations

import datetime as dt
import random
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest import mock

import pyotp
import time_machine
from browsing import served
from flask import render_template
from gallery_articles import GERMAN, HEBREW, articles
from sample_site import PASSWORD, Site, Visitor, add_account, make_site, signed_in
from werkzeug.exceptions import RequestEntityTooLarge

from kb.demo.letters import Letter
from kb.demo.needs import Need
from kb.demo.visitors import Person, World
from kb.errors import NotAllowed, TooMany
from kb.feedback.events import NothingFits
from kb.feedback.flags import Flags
from kb.feedback.missing import Missing
from kb.feedback.privacy import Visitors
from kb.feedback.register import Register
from kb.feedback.reply_links import ReplyLinks
from kb.feedback.tables import salts
from kb.helpdesk.attachment import Attachment
from kb.helpdesk.message import Message, checked
from kb.insights.queue import Queue
from kb.observing import Observer, Visit
from kb.phrase import N_
from kb.search.query import normal_form
from kb.settings import Settings
from kb.web import stamps
from kb.web.desk import NotYet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask

    from kb.knowledge_base import KnowledgeBase

NOW = dt.datetime(2026, 6, 3, 10, 20, tzinfo=dt.UTC)
HOUR, DAY, WEEKS = dt.timedelta(hours=1), dt.timedelta(days=1), 4
FORWARD = "https://desk.example/hooks"
SETTINGS: dict[str, Any] = {
    "title": "Lamplight",
    "widget_origins": ("https://shop.example",),
    "footer_links": {"Shop": "https://shop.example/", "Imprint": "https://shop.example/imprint"},
    "semantic": False,
}
OWN, OWN_CODES = "/gallery/", "/staff/gallery"
"""Addresses that only the gallery has, for what comes of a fault, and for what is seen once."""

WAIT = N_("Try again in %(time)s.", time=dt.timedelta(minutes=15))
REFUSED = {
    "403": NotAllowed(
        "This takes the role Admin.", "You are signed in as grace, with the role Writer."
    ),
    "413": RequestEntityTooLarge(),
    "429": TooMany(N_("There were too many attempts to sign in."), WAIT, 900),
    "500": RuntimeError("as the gallery wants it"),
}
CODES = [f"{n}{n}kd-p{n}wm" for n in range(1, 9)]
DRAFT = "---\nstatus: draft\n---\n# The first one\n"

NEEDS = (
    Need("connect", 22, "connect", ("add a lamp", "connect lamp", "lamp not found"), helps=0.9),
    Need("refund", 12, "refund", ("refund", "money back", "send it back"),
         helps=0.45, why=(("out-of-date", "It says 30 days, the shop says 14"), ("other", ""))),
    Need("password", 9, "password", ("reset password", "login", "pasword")),
    Need("reset", 8, "reset", ("reset hub", "forgot hub password"), helps=0.7,
         why=(("hard-to-follow", "Which of the two buttons is it?"), ("didnt-work", ""))),
    Need("invoice", 5, "invoice", ("invoice", "bill as pdf")),
    Need("voice", 9, "", ("voice assistant", "voice control", "speak to the lamp"),
         letters=(Letter("kim@example.org", "Voice control", "Does it work with a voice assistant?"),)),
    Need("wall switch", 5, "", ("wall switch", "switch on the wall"),
         letters=(Letter("lou@example.org", "A switch on the wall", "Can I have one beside the door?\n\nMy parents have no phone."),)),
    Need("gift card", 4, "", ("gift card", "voucher")),
    Need("renamed", 3, "renamed", ("rooms renamed",), helps=0.6),
)  # fmt: skip


@dataclass(frozen=True)
class Gallery:
    """The sites by name, each served at an address, and the cookies of who is signed in there."""

    addresses: dict[str, str]
    cookies: dict[tuple[str, str], str]
    gaps: dict[str, int]
    codes: dict[str, str]

    def path(self, path: str) -> str:
        """With the numbers and codes that the site gave: {voice} is a gap, {link} a link's code."""
        return path.format(**self.gaps, **self.codes)


@contextmanager
def gallery(folder: Path, *, whole: bool = True) -> Iterator[Gallery]:
    """full: all there is. empty: a first build without articles. new: not even that. busy: the full
    one while its figures are being computed, with a helpdesk and single sign-on. german, hebrew: in that
    language. Not `whole`: the full one alone."""
    with time_machine.travel(NOW, tick=False), ExitStack() as stack:
        stack.enter_context(mock.patch.object(stamps, "QUICKEST", -1))  # no time passes here
        full = make_site(folder / "full", articles(), **SETTINGS)
        gaps, codes = _filled(full)
        apps = {"full": _app(full)} | (_others(folder, full) if whole else {})
        cookies = {("full", "ada"): _ada(apps["full"])}
        if whole:
            cookies["full", "grace"] = _with_second_step(apps["full"])
            for name in ("empty", "german", "hebrew"):
                cookies[name, "ada"] = _ada(apps[name])
            cookies["busy", "ada"] = cookies["full", "ada"]
        with apps["full"].test_request_context():
            codes["sent"] = stamps.signed("LMP-4711")
        addresses = {
            name: stack.enter_context(served(full, app)).replace("127.0.0.1", "localhost")
            for name, app in apps.items()
        }
        yield Gallery(addresses, cookies, gaps, codes)
        for app in apps.values():
            app.extensions["kb"].recorder.close()


def _others(folder: Path, full: Site) -> dict[str, Flask]:
    empty = make_site(folder / "empty", {"soon.md": DRAFT}, **SETTINGS)
    new = Site(folder / "new", _settings(folder / "new"))
    new.articles.mkdir(parents=True)
    german = make_site(folder / "german", GERMAN, **SETTINGS, lang="de")
    hebrew = make_site(folder / "hebrew", HEBREW, **SETTINGS, lang="he")
    apps = {"empty": empty, "german": german, "hebrew": hebrew}
    return {name: _app(site) for name, site in apps.items()} | {
        "new": new.app(),
        "busy": _busy(full),
    }


def _ada(app: Flask) -> str:
    """The cookie of somebody who may do everything."""
    add_account(app, "ada", "admin")
    return _cookie(signed_in(Visitor(app)))


def _settings(folder: Path, **more: Any) -> Settings:
    return Settings(articles=folder / "articles", data_dir=folder / ".kb", **SETTINGS | more)


def _app(site: Site) -> Flask:
    app = site.app()

    def refused(status: str) -> str:
        raise REFUSED[status]

    def codes() -> str:
        return render_template("account/codes.html", age=None, codes=CODES)

    app.add_url_rule(f"{OWN}<status>", "refused", refused)
    app.add_url_rule(OWN_CODES, "codes", codes)
    return app


def _busy(full: Site) -> Flask:
    helpdesk = {
        "helpdesk": "webhook",
        "helpdesk_url": FORWARD,
        "helpdesk_secret": "whsec_" + 8 * "abcd",
    }
    provider = {
        "oidc_issuer": "https://login.example",
        "oidc_client_id": "kb",
        "oidc_roles": {"team": "agent"},
    }
    app = Site(full.root, _settings(full.root, **helpdesk, **provider)).app()

    def survey() -> None:
        raise NotYet

    app.extensions["desk"].survey = survey
    return app


def _cookie(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("kb", path="/")
    assert cookie
    return cookie.value


def _with_second_step(app: Flask) -> str:
    """Grace's cookie, who signs in with a code."""
    add_account(app, "grace", "writer")
    seed = "gallery"
    staff, step = app.extensions["staff"], int(NOW.timestamp()) // 30 - 5
    staff.accounts.set_second("grace", seed, step, ["one", "two", "three"])
    code = pyotp.TOTP(staff.key_of(seed)).at(NOW)
    grace = Visitor(app)
    answer = grace.post("/staff/login", {"name": "grace", "password": PASSWORD, "code": code})
    assert answer.status_code == 303
    return _cookie(grace)


# What happened


def _filled(site: Site) -> tuple[dict[str, int], dict[str, str]]:
    """The numbers of some gaps and the codes of a link."""
    kb: KnowledgeBase = site.app().extensions["kb"]
    _keep_salts(kb)
    told = {letter.text for need in NEEDS for letter in need.letters}  # messages come below
    for need in NEEDS:
        for number in range(need.a_week * WEEKS // 2):
            _comes(kb, need, random.Random(f"{need.name} {number}"), told)
    kb.recorder.flush()
    Queue(kb.journal.database, kb.edition.searcher, None, kb.edition.generation).rows(NOW - 6 * DAY)
    gaps = _gaps(kb)
    codes = _work(kb, gaps)
    _messages(kb)
    kb.recorder.flush()
    kb.ledger.survey()
    kb.recorder.close()
    return gaps, codes


def _keep_salts(kb: KnowledgeBase) -> None:
    days = [NOW.date() - n * DAY for n in range(-1, 7 * WEEKS + 2)]
    with kb.journal.database.writing() as connection:
        connection.execute(
            salts.insert(), [{"day": day, "secret": b"%032d" % n} for n, day in enumerate(days)]
        )


def _comes(kb: KnowledgeBase, need: Need, dice: random.Random, told: set[str]) -> None:
    ago = dt.timedelta(days=dice.triangular(0, 7 * WEEKS, 0), hours=1)
    visitors = Visitors(kb.journal)
    observer = Observer(kb.recorder, visitors, clock=lambda: world.now)
    world = World(kb.edition, kb.journal, visitors, dice, NOW - ago, NOW, observer, told=told)
    Person(world, need).come()


def _gaps(kb: KnowledgeBase) -> dict[str, int]:
    members = Register(kb.journal.database).members()
    found = {}
    for need in NEEDS:
        numbers = [members.get(("en", normal_form(text, "en"))) for text in need.wordings]
        found[need.name.replace(" ", "_")] = next(filter(None, numbers), 0)
    return found


def _work(kb: KnowledgeBase, gaps: dict[str, int]) -> dict[str, str]:
    """What staff did with gaps, articles, reports and replies."""
    database, library = kb.journal.database, kb.edition.library
    register, flags = Register(database), Flags(database)
    register.change(gaps["wall_switch"], "claimed", NOW - 5 * DAY, "grace", "Asked the engineers")
    register.change(
        gaps["gift_card"],
        "documented",
        NOW - 4 * DAY,
        "ada",
        "",
        article=library.by_slug["refund"].id,
    )
    flags.add(
        library.by_slug["refund"], "out-of-date", "The shop says 14 days", "grace", NOW - 3 * DAY
    )
    report = NothingFits(
        "voice assistant",
        normal_form("voice assistant", "en"),
        "en",
        "ada",
        NOW - DAY,
        "Third ticket this week",
    )
    number = Missing(database).report(report)
    links = ReplyLinks(database)
    for n, slug in enumerate(("connect", "refund", "reset", "connect")):
        code = links.make(library.by_slug[slug], "", "ada", NOW - (n + 1) * DAY, f"#{4711 + n}")
        kb_visit = Visit(f"10.0.0.{n}", "Mozilla/5.0 Firefox/140.0")
        if n % 2 == 0:
            kb.observer.opened(kb_visit, code)
    return {"link": code, "report": str(number)}


def _messages(kb: KnowledgeBase) -> None:
    """One for each way that a message can go, oldest first."""
    stored, outbox, slug = kb.delivery.messages, kb.delivery.outbox, kb.edition.library.by_slug
    now = NOW.replace(tzinfo=dt.UTC)
    letters = [letter for need in NEEDS for letter in need.letters]
    letters.append(
        Letter(
            "ola@example.org",
            "The parcel is empty",
            "There was nothing in it but paper.\n\nOrder 10234.",
        )
    )
    shown = (slug["refund"].id, slug["invoice"].id)
    for number, (state, letter) in enumerate(
        zip(("closed", "kept", "kept", "waiting", "failed"), [*letters, *letters[:2]], strict=True),
        1,
    ):
        at = now - (6 - number) * 7 * HOUR
        text = letter.text + "\n" * number  # the same words twice would be one message
        message = Message(
            letter.subject, text, letter.sender, article=slug["refund"].id if number == 3 else "", lang="en",
            page="/articles/refund", searches=("money back",), shown=shown, opened=shown[:1],
        )  # fmt: skip
        files = [Attachment("photo.txt", "text/plain", b"A photo of paper")] if number == 3 else []
        stored.keep(checked(message), files, "waiting" if state == "failed" else state, at)
        if state in ("waiting", "failed"):
            reason = (
                "The helpdesk answered 401: the key is not valid."
                if state == "failed"
                else "No answer within ten seconds."
            )
            outbox.not_sent(number, reason, at, final=state == "failed")
        if state == "closed":
            outbox.close(number, "grace", at + HOUR)
