"""Structured: what a page is about, as JSON-LD in the words of schema.org for search engines."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from kb.web.places import absolute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.content.article import Article, Category
    from kb.content.faq import Question
    from kb.settings import Settings

    Crumbs = Sequence[tuple[str, str]]
    Thing = dict[str, Any]

# As it stands in a script element, which nothing in it may end.
_ESCAPED = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}
_OWN_ADDRESS = re.compile(r' (href|src)="([/#][^"]*)"')


def of_home(site: Settings, logo: str) -> str:
    """The site with its search, and who is behind it; "" without base_url: it is all addresses."""
    if not site.base_url:
        return ""
    found = absolute(site.base_url, "/search?q=") + "{search_term_string}"
    website = {
        "@type": "WebSite",
        "name": site.title,
        "url": absolute(site.base_url, "/"),
        "inLanguage": site.lang,
        "publisher": _organization(site),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": found},
            "query-input": "required name=search_term_string",
        },
    }
    return _json_ld(website, _organization(site) | _look(site, logo) | _reach(site))


def of_category(site: Settings, category: Category, crumbs: Crumbs) -> str:
    return _json_ld(_breadcrumbs(site, [*crumbs, (category.title, category.url)]))


def of_article(
    site: Settings,
    article: Article,
    crumbs: Crumbs,
    questions: Sequence[Question],
    group: Sequence[Article] = (),
) -> str:
    """A page of `questions` is that; everything else is an article. `group`: it in all languages,
    the original first."""
    is_faq = article.kind == "faq" and len(questions) > 0
    page = _faq_page(site, article, questions) if is_faq else _article(site, article)
    page |= _translations(site, article, group)
    return _json_ld(page, _breadcrumbs(site, [*crumbs, (article.title, article.url)]))


def _json_ld(*things: Thing) -> str:
    """Ready to stand in a script element; empty values are left out."""
    told = [_filled(thing) for thing in things if thing]
    if not told:
        return ""
    graph = told[0] if len(told) == 1 else {"@graph": told}
    data = {"@context": "https://schema.org", **graph}
    return json.dumps(data, ensure_ascii=False).translate(_ESCAPED)


def _filled(thing: Thing) -> Thing:
    return {name: value for name, value in thing.items() if value}


def _article(site: Settings, article: Article) -> Thing:
    """No writer is named: who wrote it is shown on no page either."""
    address = absolute(site.base_url, article.url)
    return {
        "@type": "Article",
        "headline": article.title,
        "description": article.summary,
        "inLanguage": article.lang,
        "datePublished": article.created and article.created.isoformat(),
        "dateModified": article.updated and article.updated.isoformat(),
        "image": address and [f"{address}.png"],
        "author": _organization(site),
        "publisher": _organization(site),
        "mainEntityOfPage": address,
    }


def _faq_page(site: Settings, article: Article, questions: Sequence[Question]) -> Thing:
    return {
        "@type": "FAQPage",
        "inLanguage": article.lang,
        "mainEntity": [
            {
                "@type": "Question",
                "name": question.title,
                "acceptedAnswer": {
                    "@type": "Answer",
                    "text": _anywhere(question.html, absolute(site.base_url, article.url)),
                },
            }
            for question in questions
        ],
    }


def _anywhere(html: str, page: str) -> str:
    """Safe HTML of the page at this absolute address, with links that lead there from anywhere."""
    base = "/".join(page.split("/")[:3])

    def whole(link: re.Match[str]) -> str:
        return f' {link[1]}="{page if link[2][0] == "#" else base}{link[2]}"'

    return _OWN_ADDRESS.sub(whole, html) if page else html


def _translations(site: Settings, article: Article, group: Sequence[Article]) -> Thing:
    """Of which work it is a translation, or which are those of this one."""
    if not site.base_url or article not in group:
        return {}
    if article.translates:
        known = [one for one in group if one.slug == article.translates]
        return {"translationOfWork": _work(site, known[0])} if known else {}
    return {"workTranslation": [_work(site, one) for one in group if one is not article]}


def _work(site: Settings, article: Article) -> Thing:
    kind = "FAQPage" if article.kind == "faq" else "Article"
    return {
        "@type": kind,
        "name": article.title,
        "inLanguage": article.lang,
        "url": absolute(site.base_url, article.url),
    }


def _breadcrumbs(site: Settings, trail: Crumbs) -> Thing:
    """The way here from the home page."""
    if not site.base_url:
        return {}
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": title,
                "item": absolute(site.base_url, url),
            }
            for position, (title, url) in enumerate([(site.title, "/"), *trail], 1)
        ],
    }


def _organization(site: Settings) -> Thing:
    return _filled(
        {"@type": "Organization", "name": site.title, "url": absolute(site.base_url, "/")}
    )


def _look(site: Settings, logo: str) -> Thing:
    return {"logo": absolute(site.base_url, logo)} if logo else {}


def _reach(site: Settings) -> Thing:
    """How customers reach support."""
    scheme, _, rest = site.contact.partition(":")
    if not site.contact:
        return {}
    named = {"mailto": "email", "tel": "telephone"}.get(scheme, "url")
    address = site.contact if scheme in ("http", "https") else absolute(site.base_url, site.contact)
    value = address if named == "url" else rest.partition("?")[0]
    point = {"@type": "ContactPoint", "contactType": "customer support", named: value}
    return {"contactPoint": point}
