"""Needs: what the made-up visitors want, in whose words, and how it ends.

Made up, and simple on purpose: a story to look at, nothing to measure kb by.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    letters: tuple[str, ...] = ()


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

BY_LINK = (
    Need("backup", 18, "data-folder-and-backup", helps=0.9, before=0.3, why=(
        ("couldnt-find", "I have the backup, but how do I put it back?"),
        ("couldnt-find", "Nothing about restoring"),
        ("couldnt-find", "Our disk died. What now?"),
        ("didnt-work", "Copied the file back, the new votes are gone"),
    )),
    Need("update", 18, "update-kb", helps=0.35, before=0.92, why=(
        ("hard-to-follow", "Which extras do I have? It used to be three plain commands."),
        ("hard-to-follow", "I do not know what the brackets are for"),
        ("didnt-work", "zsh: no matches found: .[semantic]"),
        ("hard-to-follow", "Is it one of these lines or all of them?"),
        ("out-of-date", "The page says extras, our server has none"),
    )),
    Need("beginning", 9, "what-kb-is"),
    Need("fresh start", 7, "start-in-five-minutes"),
    *(Need(slug, 2, slug) for slug in (
        "addresses", "find-and-link", "front-matter", "markdown", "postgresql",
        "questions-about-kb", "read-the-report", "security", "support-questions",
        "titles-and-addresses", "what-is-recorded", "words-customers-use",
    )),
)  # fmt: skip
"""Readers who come by a link: of two articles that were edited, the one for better, the other for
worse."""

PRICE = Need(
    "price", 9, "",
    ("price", "pricing", "hosting price", "price list"),
    letters=("What would a hosted help center cost for five people?",
             "I cannot find any prices. Is there a hosted version?"),
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
    letters=("I set up nginx as described and get 502 Bad Gateway.",),
)  # fmt: skip
"""Read, and voted down."""

CAPTCHA = Need(
    "captcha", 11, "how-votes-work",
    ("captcha", "add a captcha", "captcha plugin", "captcha settings"),
    reworded=("captcha for votes", "captcha fake votes"),
    letters=("Do you have a captcha against people who vote all night?",),
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
    letters=("Is there a Docker image, or do I have to build one?",
             "We may only run containers. How do I run kb in Docker?"),
)  # fmt: skip
SLACK = Need(
    "slack", 6, "",
    ("slack", "slack channel", "slack messages"),
    letters=("Can kb tell our Slack channel when somebody votes No?",),
)  # fmt: skip
PDF = Need(
    "pdf", 5, "",
    ("export pdf", "pdf export", "export articles to pdf", "download as pdf"),
    letters=("Our auditors want the handbook as a PDF. How?",),
)  # fmt: skip
SSO = Need("sso", 5, "", ("sso", "saml sso", "sso with okta", "sso for readers"))
WIDGET = Need(
    "widget", 15, "",
    ("widget", "embed widget", "help widget", "widget code"),
    letters=("How do I put the search as a widget into our own website?",),
)  # fmt: skip
"""Nothing near exists."""

IMPORT = Need(
    "import", 11, "import-from-other-tools",
    ("import from zendesk", "zendesk import", "import zendesk articles"), helps=0.99,
    letters=("We have 300 articles in Zendesk. Can kb import them?",),
)  # fmt: skip
FAQ = Need("faq", 7, "faq-pages", ("faq page", "make an faq page", "faq", "faq page questions"))
"""Both articles were added later."""

INSTALL_FAILS = Need(
    "install fails", 0, "",
    ("no matching distribution", "pip no matching distribution", "no matching distribution kb"),
    letters=("pip says: no matching distribution found. It worked yesterday.",),
)  # fmt: skip
"""Happening now, since this morning's release."""

TROUBLES = (
    PRICE, NGINX, CAPTCHA, DEAD_LINKS, DOCKER, SLACK, PDF, SSO, WIDGET, IMPORT, FAQ,
)  # fmt: skip
NEEDS = (*EVERYDAY, *BY_LINK, *TROUBLES, INSTALL_FAILS)
