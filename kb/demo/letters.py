"""Letters: what the made-up visitors write to support, each of them once."""

from __future__ import annotations

from dataclasses import dataclass

ALWAYS = 100
CONSOLE = (
    "Refused to display 'https://help.example.org/' in a frame because an ancestor violates the"
    " following Content Security Policy directive: \"frame-ancestors 'none'\".\n"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """Nobody writes it earlier than `days` ago, so that some of them are new. `files` are
    the names and contents of what comes with it."""

    sender: str
    subject: str
    text: str
    days: int = ALWAYS
    files: tuple[tuple[str, str], ...] = ()


PRICE = (
    Letter(
        "office@example.org", "Price for five writers",
        "We are five people who would write articles. What would a hosted help center cost us in"
        " a year?\n\nWe are a school, in case that matters.", 21,
    ),
    Letter(
        "bookshop@example.org", "Is there a hosted version?",
        "I cannot find any prices. Is there a hosted version, or do I need a server of my own?", 10,
    ),
)  # fmt: skip

NGINX = (
    Letter(
        "webmaster@example.org", "502 Bad Gateway",
        "I set up nginx as described and get 502 Bad Gateway on every page. On the machine"
        " itself, curl gets the home page.\n\nThe log of nginx says:\n\n"
        "    connect() failed (111: Connection refused) while connecting to upstream", 14,
    ),
)  # fmt: skip

CAPTCHA = (
    Letter(
        "forum@example.org", "Fake votes at night",
        "Somebody votes No on all articles every night. Do you have a captcha against that?",
    ),
)  # fmt: skip

DOCKER = (
    Letter(
        "devops@example.org", "Docker image",
        "Is there a Docker image, or do I have to build one?", 24,
    ),
    Letter(
        "it-service@example.org", "We may only run containers",
        "Our data centre runs nothing but containers. How do I run kb in Docker, and which folder"
        " has to be a volume?", 8,
    ),
)  # fmt: skip

SLACK = (
    Letter(
        "support-team@example.org", "Votes in Slack",
        "Can kb tell our Slack channel when somebody votes No? We would like to see the comment"
        " there, too.", 18,
    ),
)  # fmt: skip

PDF = (
    Letter(
        "quality@example.org", "Handbook as a PDF",
        "Our auditors want the handbook as one PDF with page numbers. How do we make it? The audit"
        " is at the end of the month.", 16,
    ),
)  # fmt: skip

WORDPRESS = (
    Letter(
        "webshop@example.org", "Plugin for WordPress",
        "Our shop runs on WordPress. Is there a plugin that brings the articles into it? Customers"
        " should not have to leave the shop.\n\n"
        "I tried a frame. What the browser says is attached.",
        21, (("console.txt", CONSOLE),),
    ),
)  # fmt: skip

SSO = (
    Letter(
        "identity@example.org", "Okta for readers",
        "Only our customers may read the articles. Can they sign in with Okta?", 12,
    ),
)  # fmt: skip

IMPORT = (
    Letter(
        "helpdesk@example.org", "300 articles in Zendesk",
        "We have 300 articles in Zendesk. Can kb import them, with their pictures?",
    ),
)  # fmt: skip

BACKUP = (
    Letter(
        "museum@example.org", "Our disk died",
        "We have last night's backup of the votes. Where does the file belong, and in which order"
        " do I start things?",
    ),
)  # fmt: skip

UPDATE = (
    Letter(
        "admin@example.org", "no matches found: .[semantic]",
        "I copied the line of the update as it stands and the shell answers:\n\n"
        "    zsh: no matches found: .[semantic]\n\nIs the new version installed now or not?", 9,
    ),
)  # fmt: skip

INSTALL_FAILS = (
    Letter(
        "lab@example.org", "pip: no matching distribution",
        "pip says: no matching distribution found. It worked yesterday, on the same machine.",
    ),
    Letter(
        "workshop@example.org", "The installation fails since this morning",
        "We roll kb out to three branches today, and since this morning pip finds no distribution"
        " any more. What can we do until that is mended?",
    ),
)  # fmt: skip
