"""Needs: what the made-up visitors want, in whose words, and how it ends.

Made up, and simple on purpose: a story to look at, nothing to measure kb by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.demo import letters

if TYPE_CHECKING:
    from kb.demo.letters import Letter


@dataclass(frozen=True, slots=True)
class Need:
    """What `a_week` people look for: with `wordings`, the usual ones first, and with `reworded`
    when these do not lead anywhere.

    `answer` is the article that they would take, "" for none. It helps a share of its readers,
    `before` of those who read it before its last edit. `why` are reasons and comments of those whom
    it does not help, and `letters` what people write to support; each text is written once. Without
    wordings they come by a link.
    """

    name: str
    a_week: int
    answer: str
    wordings: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()
    helps: float = 0.93
    before: float = 0.0
    why: tuple[tuple[str, str], ...] = ()
    letters: tuple[Letter, ...] = ()


EVERYDAY = (
    Need("install", 12, "start-in-five-minutes",
         ("install kb", "how do i install kb", "instal kb", "which python version")),
    Need("own folder", 8, "your-own-folder",
         ("own folder", "use my own articles folder", "where do i put kb.toml")),
    Need("first article", 10, "write-an-article",
         ("write an article", "new article", "how to write a new article", "writting an article")),
    Need("drafts", 7, "audiences-and-drafts",
         ("draft", "preview drafts", "hide an article", "unpublished article")),
    Need("redirects", 8, "redirects",
         ("redirect old url", "redirects", "old links 301", "redirct")),
    Need("pictures", 8, "links-and-images",
         ("add a picture", "screenshot", "image alt text", "insert image")),
    Need("categories", 7, "categories",
         ("categories", "order of articles", "category icon", "catgories")),
    Need("synonyms", 8, "synonyms-and-pins",
         ("synonyms", "add synonyms to search", "pin an article", "synonims")),
    Need("tables", 5, "markdown", ("markdown table", "footnote", "code block", "markdown syntax")),
    Need("callouts", 5, "callouts-tabs-and-folds",
         ("callouts", "warning box", "tabs", "collapsible section")),
    Need("cookies", 8, "privacy",
         ("cookies", "gdpr", "which personal data is stored", "ip adress stored")),
    Need("votes", 5, "how-votes-work",
         ("votes", "how often can a visitor vote", "was this helpful")),
    Need("api", 7, "json-api", ("json api", "rest api", "api search endpoint", "search api curl")),
    Need("settings", 8, "settings",
         ("settings", "kb.toml settings", "accent colour", "environment variables")),
    Need("ranking", 4, "how-search-works",
         ("how does search work", "typing errors in search", "exact phrase search")),
    Need("checks", 5, "check-your-articles",
         ("kb check", "kb check github actions", "check articles in ci")),
    Need("commands", 5, "commands", ("commands", "command line options", "exit codes")),
    Need("host name", 4, "troubleshooting",
         ("host name is not served here", "address already in use", "port 8000 in use")),
    Need("next", 4, "what-to-write-next",
         ("what to write next", "content gaps", "which articles are missing")),
)  # fmt: skip
"""Most people find what they want."""

BACKUP = Need(
    "backup", 18, "data-folder-and-backup", helps=0.9, before=0.3,
    why=(
        ("couldnt-find", "I have the backup, but how do I put it back?"),
        ("couldnt-find", "Nothing about restoring"),
        ("couldnt-find", "Our disk died. What now?"),
        ("didnt-work", "Copied the file back, the new votes are gone"),
    ),
    letters=letters.BACKUP,
)  # fmt: skip
UPDATE = Need(
    "update", 18, "update-kb", helps=0.35, before=0.92,
    why=(
        ("hard-to-follow", "Which extras do I have? It used to be three plain commands."),
        ("hard-to-follow", "I do not know what the brackets are for"),
        ("didnt-work", "zsh: no matches found: .[semantic]"),
        ("hard-to-follow", "Is it one of these lines or all of them?"),
        ("out-of-date", "The page says extras, our server has none"),
    ),
    letters=letters.UPDATE,
)  # fmt: skip
"""Of these two articles, which were edited, the one is for better, the other for worse."""

BY_LINK = (
    BACKUP,
    UPDATE,
    Need("beginning", 9, "what-kb-is"),
    Need("fresh start", 7, "start-in-five-minutes"),
    *(Need(slug, 2, slug) for slug in (
        "addresses", "find-and-link", "front-matter", "markdown", "postgresql",
        "questions-about-kb", "read-the-report", "security", "support-questions",
        "titles-and-addresses", "what-is-recorded", "words-customers-use",
    )),
)  # fmt: skip
"""Readers who come by a link."""

PRICE = Need(
    "price", 9, "",
    ("price", "pricing", "hosting price", "price list"),
    letters=letters.PRICE,
)  # fmt: skip
"""Answered in an article for staff only."""

NGINX = Need(
    "nginx", 11, "run-for-the-public",
    ("nginx", "nginx config", "reverse proxy nginx", "nginx 502"), helps=0.22,
    why=(
        ("didnt-work", "nginx says 502 Bad Gateway and the page does not say where to look"),
        ("hard-to-follow", "Into which file does the server block go?"),
        ("didnt-work", "Followed it word by word, still the welcome page of nginx"),
        ("out-of-date", "sites-enabled does not exist any more on our system"),
        ("didnt-work", "The site opens, but without any style"),
        ("hard-to-follow", "Can I have an example for one small server, from the start?"),
    ),
    letters=letters.NGINX,
)  # fmt: skip
"""Read, and voted down."""

CAPTCHA = Need(
    "captcha", 11, "how-votes-work",
    ("captcha", "add a captcha", "captcha plugin", "captcha settings"),
    reworded=("captcha for votes", "captcha fake votes"),
    letters=letters.CAPTCHA,
)  # fmt: skip
"""Answered, in other words."""

DEAD_LINKS = Need(
    "dead links", 11, "check-your-articles",
    ("dead links", "dead links report", "dead link checker", "list of dead links"),
    reworded=("check links", "check broken links", "kb check links"),
)  # fmt: skip
"""Answered below the third place."""

DOCKER = Need(
    "docker", 10, "",
    ("docker", "docker container", "run kb in docker", "docker hub"),
    letters=letters.DOCKER,
)  # fmt: skip
SLACK = Need(
    "slack", 6, "",
    ("slack", "slack channel", "slack messages"),
    letters=letters.SLACK,
)  # fmt: skip
PDF = Need(
    "pdf", 5, "",
    ("export pdf", "pdf export", "export articles to pdf", "download as pdf"),
    letters=letters.PDF,
)  # fmt: skip
SSO = Need(
    "sso", 5, "",
    ("sso", "saml sso", "sso with okta", "sso for readers"),
    letters=letters.SSO,
)  # fmt: skip
WORDPRESS = Need(
    "wordpress", 12, "",
    ("wordpress", "wordpress plugin", "plugin for wordpress", "kb in wordpress"),
    letters=letters.WORDPRESS,
)  # fmt: skip
"""Nothing near exists."""

IMPORT = Need(
    "import", 11, "import-from-other-tools",
    ("import from zendesk", "zendesk import", "import zendesk articles"), helps=0.99,
    letters=letters.IMPORT,
)  # fmt: skip
FAQ = Need("faq", 7, "faq-pages", ("faq page", "make an faq page", "faq", "faq page questions"))
"""Both articles were added later."""

INSTALL_FAILS = Need(
    "install fails", 0, "",
    ("no matching distribution", "pip no matching distribution", "no matching distribution kb"),
    letters=letters.INSTALL_FAILS,
)  # fmt: skip
"""Happening now, since this morning's release."""

TROUBLES = (
    PRICE, NGINX, CAPTCHA, DEAD_LINKS, DOCKER, SLACK, PDF, SSO, WORDPRESS, IMPORT, FAQ,
)  # fmt: skip
NEEDS = (*EVERYDAY, *BY_LINK, *TROUBLES, INSTALL_FAILS)
