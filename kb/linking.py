"""Linking: what staff put into replies: where it is found, the link for it, where that leads."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import quote

from kb.feedback.reply_links import ReplyLinks

if TYPE_CHECKING:
    from kb.content.article import Article
    from kb.feedback.reply_links import Link
    from kb.knowledge_base import KnowledgeBase
    from kb.observing import Visit

SENDING = dt.timedelta(seconds=10)
"""Nobody has sent a reply so soon after copying its link: whoever opens it then only tries it."""


class Linking:
    """What the web asks for replies; articles come from the live generation."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self.links = ReplyLinks(kb.journal.database)

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
        library = self._kb.edition.library
        return library.by_id.get(link.article) or library.by_slug.get(link.slug)

    def _target(self, link: Link) -> str:
        article = self.article_of(link)
        if article is None:
            return self._kb.edition.library.redirects.find(f"/articles/{link.slug}") or ""
        return article.url + (f"#{quote(link.section)}" if link.section in article.anchors else "")
