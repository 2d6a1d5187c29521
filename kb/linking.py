"""Linking: what staff put into replies: where it is found, the link for it, where that leads."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from kb.content.copying import Source, copy
from kb.content.sketch import changed, sketch
from kb.errors import BadInput, GenerationDamaged, NotFound
from kb.feedback.events import QUERY_LIMIT, NothingFits
from kb.feedback.missing import Missing
from kb.feedback.redaction import redact
from kb.feedback.reply_links import ReplyLinks, reference_of
from kb.feedback.sent_texts import SentTexts
from kb.phrase import N_
from kb.search.mails import sentences
from kb.search.query import normal_form, tidy
from kb.search.results import Options

if TYPE_CHECKING:
    from kb.content.article import Article, Section
    from kb.content.copying import Copy
    from kb.editions import Edition
    from kb.feedback.reply_links import Link
    from kb.feedback.sent_texts import Sent
    from kb.knowledge_base import KnowledgeBase
    from kb.observing import Visit
    from kb.search.results import Hit

SENDING = dt.timedelta(seconds=10)
"""Nobody has sent a reply so soon after copying its link: whoever opens it then only tries it."""

AGAIN = dt.timedelta(minutes=1)
"""In this time the same copy is another try at the same reply."""

PASTED = 20_000
"""Characters of a text that are looked at."""

FEW, SHOWN = 5, 8
MONTH = dt.timedelta(days=30)
A_FIFTH = 0.2
"""From this share of changed words on a text is another one."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An article that somebody sent and that has changed since: `now`, None when it is gone.

    `title` is what it was called, `references` are the tickets, `others` counts links without one.
    `renamed`: it has another title; `share` of its words are others than when it was first sent.
    """

    article: str
    title: str
    now: Article | None
    references: tuple[str, ...]
    others: int
    since: dt.datetime
    renamed: bool
    share: float


class Linking:
    """What the web asks for replies; articles come from the live generation."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self.links = ReplyLinks(kb.journal.database)
        self.missing = Missing(kb.journal.database)
        self._sent = SentTexts(kb.journal.database)

    # For staff

    def find(self, text: str) -> tuple[Hit, ...]:
        """What answers a few words or a whole letter, best first, with what only staff may read."""
        edition, lang = self._staff(), self._kb.settings.lang
        if len(text) > QUERY_LIMIT:
            return edition.answers(text[:PASTED], lang, FEW)
        return edition.search(text, lang, Options(limit=SHOWN)).hits if tidy(text) else ()

    def copy(
        self, slug: str, anchor: str, form: str, who: str, base: str, reference: str = ""
    ) -> tuple[Copy, str]:
        """What to paste, and the code of its link: "" for what customers cannot open, and for
        canned replies. `base` is this site's address. Raises NotFound, BadInput.

        What is public is copied as the public sees it: its links lead to nothing else.
        """
        public = self._kb.edition
        article = public.library.by_slug.get(slug) or self._staff().article(slug)
        section = _section(article, anchor)
        code = self._code(article, anchor, who, reference) if article.public else ""
        inside = f"/staff/read{article.url}" + (f"#{quote(anchor)}" if anchor else "")
        address = base + (f"/r/{code}" if code else inside)
        return copy(Source(public.library, article, section, address, base), form), code

    def _code(self, article: Article, anchor: str, who: str, reference: str) -> str:
        """Whoever copies the same again at once wants it in another form, in the same reply."""
        since = dt.datetime.now(dt.UTC) - AGAIN
        last = self.links.last(article, anchor, who, since)
        if last and last.reference == reference_of(reference):
            return last.code
        return self.make(article.slug, anchor, who, reference)

    def report(self, text: str, who: str) -> int:
        """Nothing fits: the question in a text becomes evidence of a gap -> the report's number.

        Of a letter only the sentence that asks is kept. Raises BadInput.
        """
        lang = self._kb.settings.lang
        asked = gist(text, lang)
        if not asked:
            hint = N_("Type or paste what was asked.")
            raise BadInput(N_("There is nothing to report."), hint)
        now = dt.datetime.now(dt.UTC)
        return self.missing.report(NothingFits(asked, normal_form(asked, lang), lang, who, now))

    def notices(self, who: str) -> list[Notice]:
        """What somebody sent within a month and would find otherwise now, the newest first."""
        sent: dict[str, list[Sent]] = {}
        for one in self._sent.of(who, dt.datetime.now(dt.UTC) - MONTH):
            sent.setdefault(one.article, []).append(one)
        found = (self._notice(rows) for rows in sent.values())
        return sorted(filter(None, found), key=lambda notice: notice.since, reverse=True)

    def settle(self, who: str, article: str) -> None:
        """Somebody has seen the notice of an article (its id)."""
        since = dt.datetime.now(dt.UTC) - MONTH
        slugs = [one.slug for one in self._sent.of(who, since) if one.article == article]
        if slugs:
            self._sent.settle(who, article, self._article(article, slugs[-1]))

    def _notice(self, sent: list[Sent]) -> Notice | None:
        now = self._article(sent[0].article, sent[-1].slug)
        old = [one for one in sent if now is None or one.revision != now.revision]
        text = sketch(now.text) if now and old else None
        shares = [changed(one.text, text) if text else 1.0 for one in old]
        other = [
            one
            for one, share in zip(old, shares, strict=True)
            if now is None or one.title != now.title or share > A_FIFTH
        ]
        if not other:
            return None
        references = dict.fromkeys(one.reference for one in other if one.reference)
        return Notice(
            other[0].article,
            other[-1].title,
            now,
            tuple(references),
            sum(not one.reference for one in other),
            other[-1].at,
            renamed=now is not None and other[-1].title != now.title,
            share=max(shares),
        )

    def _staff(self) -> Edition:
        """What is public, where that is all that there is or all that is whole."""
        with contextlib.suppress(GenerationDamaged):
            return self._kb.staff_edition() or self._kb.edition
        return self._kb.edition

    # For customers

    def make(self, slug: str, section: str, who: str, reference: str = "") -> str:
        """The code of a new link to an article that customers can read, durable.

        Raises NotFound, BadInput and JournalUnavailable.
        """
        article = self._kb.edition.article(slug)
        return self.links.make(article, section, who, dt.datetime.now(dt.UTC), reference)

    def follow(self, code: str, visit: Visit | None) -> str:
        """The address that a link leads to, "" if that is nowhere now; `visit` opens it, if any.

        Raises JournalUnavailable.
        """
        link = self.links.find(code)
        target = self._target(link) if link else ""
        if link and target and visit and dt.datetime.now(dt.UTC) - link.at > SENDING:
            self._kb.observer.opened(visit, code)
        return target

    def article_of(self, link: Link) -> Article | None:
        """The article as customers see it; its id may have changed, or its slug."""
        return self._article(link.article, link.slug)

    def _article(self, number: str, slug: str) -> Article | None:
        library = self._kb.edition.library
        article = library.by_id.get(number) or library.by_slug.get(slug)
        return article if article and article.public else None  # a preview has drafts, too

    def _target(self, link: Link) -> str:
        article = self.article_of(link)
        if article is None:
            return self._kb.edition.library.redirects.find(f"/articles/{link.slug}") or ""
        return article.url + (f"#{quote(link.section)}" if link.section in article.anchors else "")


def gist(text: str, lang: str) -> str:
    """The words that a text asks with: itself when it is short, else the sentence of it that most
    probably asks. Redacted before it is cut: half an address is one too."""
    told = redact(text[:PASTED])
    whole = " ".join(told.split())
    if len(whole) <= QUERY_LIMIT:
        return whole
    asked = max(sentences(told, lang), key=lambda s: (s.weight, len(s.query.terms)), default=None)
    return asked.query.text if asked else whole[:QUERY_LIMIT]


def _section(article: Article, anchor: str) -> Section | None:
    """None for the whole article. Raises NotFound."""
    if not anchor:
        return None
    found = (section for section in article.sections if section.anchor == anchor)
    section = next(found, None)
    if section is None:
        raise NotFound(N_("There is no such section in the article."))
    return section
