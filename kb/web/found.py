"""Found: what the search page shows of results, and the addresses of its links."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from kb.content.excerpts import section_html
from kb.content.faq import plain_question
from kb.phrase import N_
from kb.search.query import tidy
from kb.search.results import Options
from kb.web.bodies import body_of
from kb.web.places import here
from kb.web.templating import marked
from kb.web.wording import worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kb.content.article import Article, Section
    from kb.content.library import Library
    from kb.editions import Edition
    from kb.search.results import Facet, Hit, Results

MOST_IN_ADDRESS = 200  # characters of a category or tag
GROUPS = (("category", N_("Topic")), ("tag", N_("Tag")))


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit as the page shows it: `title` and `snippet` are safe HTML."""

    article: Article
    section: Section | None
    url: str
    title: Markup
    category: str
    crumbs: list[str]
    snippet: Markup


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that narrows or sorts; of a chosen filter, the link that removes it."""

    title: str
    url: str
    chosen: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Found:
    """Results as the page shows them. `corrected` is "" when what was typed was searched.

    `first` is the rank of the first hit, `answer` the section that answers, as safe HTML. `within`
    names the chosen filters; `widened` counts what there would be without them when they leave
    nothing.
    """

    hits: list[ShownHit]
    total: int
    first: int
    page: int
    pages: int
    url: str
    corrected: str
    literal_url: str
    answer: Markup
    groups: list[Group]
    sorts: list[Choice]
    near: list[ShownHit]
    tried: tuple[str, ...]
    within: list[str]
    widened: int
    wide_url: str


def asked(address: Mapping[str, str]) -> tuple[str, Options]:
    """What an address asks for; whatever makes no sense in it is left out."""
    page = address.get("page", "")
    options = Options(
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
        sort="date" if address.get("sort") == "date" else "relevance",
        category=address.get("category", "")[:MOST_IN_ADDRESS],
        tag=address.get("tag", "")[:MOST_IN_ADDRESS],
        literal=address.get("literal") == "1",
    )
    return tidy(address.get("q", "")), options


def search_page(edition: Edition, lang: str, text: str, options: Options) -> dict[str, Any]:
    context = {"query": text, "categories": edition.library.children(""), "results": None}
    if not text:
        return context
    results = edition.search(text, lang, options)
    wide = replace(options, page=1, category="", tag="")
    narrowed = wide != replace(options, page=1)
    widened = edition.search(text, lang, wide).total if narrowed and not results.total else 0
    return context | {"results": _found(edition, results, text, options, widened)}


def _found(edition: Edition, results: Results, text: str, options: Options, widened: int) -> Found:
    first = replace(options, page=1)
    return Found(
        hits=hits(edition.library, results.hits),
        total=results.total,
        first=(results.page - 1) * options.limit + 1,
        page=results.page,
        pages=results.pages,
        url=address_of(text, first),
        corrected=results.correction.text if results.correction else "",
        literal_url=address_of(text, replace(first, literal=True)),
        answer=_answer(edition, results.answer) if results.answer else Markup(),
        groups=_groups(results, text, first),
        sorts=_sorts(text, first) if results.total > 1 else [],
        near=hits(edition.library, () if widened else results.near),
        tried=results.tried,
        within=_within(edition.library, options),
        widened=widened,
        wide_url=address_of(text, replace(first, category="", tag="")),
    )


def address_of(text: str, options: Options) -> str:
    """The address of the first page of these results."""
    state = {
        "q": text,
        "category": options.category,
        "tag": options.tag,
        "sort": "" if options.sort == "relevance" else options.sort,
        "literal": "1" if options.literal else "",
    }
    given = {name: value for name, value in state.items() if value}
    return f"{url_for('public.search')}?{urlencode(given)}"


def _groups(results: Results, text: str, options: Options) -> list[Group]:
    """The filters: the chosen ones, and those that would leave out something."""
    chosen = {"category": options.category, "tag": options.tag}
    groups = []
    for kind, title in GROUPS:
        choices = [
            _choice(facet, text, options, facet.value == chosen[kind])
            for facet in results.facets
            if facet.kind == kind and (facet.value == chosen[kind] or facet.count < results.total)
        ]
        if choices:
            groups.append(Group(worded(title), choices))
    return groups


def _choice(facet: Facet, text: str, options: Options, chosen: bool) -> Choice:
    value = "" if chosen else facet.value
    changed = (
        replace(options, category=value)
        if facet.kind == "category"
        else replace(options, tag=value)
    )
    return Choice(facet.title, address_of(text, changed), chosen, facet.count)


def _within(library: Library, options: Options) -> list[str]:
    category = library.category_of.get(options.category)
    names = (category.title if category else options.category, options.tag)
    return [name for name in names if name]


def _sorts(text: str, options: Options) -> list[Choice]:
    return [
        Choice(_("Relevance"), address_of(text, replace(options, sort="relevance")),
               options.sort == "relevance"),
        Choice(_("Date"), address_of(text, replace(options, sort="date")), options.sort == "date"),
    ]  # fmt: skip


def _answer(edition: Edition, found: Hit) -> Markup:
    page = body_of(edition, found.article)
    return Markup(section_html(page, found.section, here(found.article.url)))  # noqa: S704  (sanitised)


def hits(library: Library, found: Iterable[Hit]) -> list[ShownHit]:
    return [hit(library, one) for one in found]


def hit(library: Library, found: Hit) -> ShownHit:
    trail = [above.title for above in library.trail(found.article.categories[0])]
    section = found.section
    if section and "".join(text for text, _ in found.title) == plain_question(section.title):
        section = replace(section, title="")  # a question of a FAQ page: it is the title already
    return ShownHit(
        found.article,
        section,
        url_of(found),
        marked(found.title),
        trail[-1] if trail else "",
        trail,
        marked(found.snippet),
    )


def url_of(found: Hit) -> str:
    """The article's address, with the section that was found."""
    return found.article.url + (f"#{quote(found.anchor)}" if found.anchor else "")
