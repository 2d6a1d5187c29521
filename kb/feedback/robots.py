"""Robots: visits that are nobody's, by the name that a program gives itself."""

from __future__ import annotations

import re

# What crawlers, monitors, previews, mail scanners and libraries call themselves. Programs that take
# a browser's name are found by what they do: see `kb.insights.outcomes` and `reply_links`.
_NAMES = re.compile(
    r"bot\b|bot[-_/ ]|crawl|spider|slurp|preview|scanner|monitor|uptime|pingdom|headless|lighthouse"
    r"|facebookexternalhit|whatsapp|telegram|embedly|archive|validator|feed ?fetcher|favicon"
    r"|python|curl|wget|libwww|java/|okhttp|go-http|node-fetch|axios|undici|ruby|perl|php|scrapy"
    r"|ms-?office|microsoft office|barracuda|mimecast|proofpoint|symantec|messagelabs|safelinks"
    r"|cloudmark|sophos|fireeye|forcepoint|trend ?micro|virus|googleimageproxy|google-safety"
    r"|skypeuri|snapchat|viber|mastodon|synapse|iframely|vkshare"
    r"|postman|insomnia|httpie|\bwrk\b|apachebench|k6/|gptbot|chatgpt|claude|perplexity|ccbot",
    re.I,
)


def is_robot(agent: str) -> bool:
    """Whether a User-Agent is a program's; one that says nothing is taken for one."""
    return not agent.strip() or bool(_NAMES.search(agent))
