"""The gallery's table: every page and every state it can be in, each of them a line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gallery_site import OWN, OWN_CODES
from sample_site import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Step = Callable[[Page], None]

WIDTHS = (390, 820, 1280)
NARROW = (390, 820)
SCHEMES = ("light", "dark")
EVERY_LOOK = (*SCHEMES, "contrast", "contrast-dark", "forced", "print")


def stay(page: Page) -> None:
    pass


def click(selector: str) -> Step:
    return lambda page: page.locator(selector).first.click()


def button(name: str) -> Step:
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def write(selector: str, text: str) -> Step:
    """By key, as scripts notice it."""

    def step(page: Page) -> None:
        page.locator(selector).first.click()
        page.keyboard.type(text)

    return step


def press(keys: str) -> Step:
    return lambda page: page.keyboard.press(keys)


def see(selector: str) -> Step:
    """What a step before it brings."""
    return lambda page: page.locator(selector).first.wait_for()


def go(path: str) -> Step:
    return lambda page: page.goto(path) and None


def near(selector: str) -> Step:
    """Scroll there, for what is fetched when somebody comes near."""
    return lambda page: page.locator(selector).first.scroll_into_view_if_needed()


def saved(address: str) -> Step:
    """What is sent there is, which a robot's is not."""
    return lambda page: page.route(address, lambda route: route.fulfill(status=204))


def come(address: str) -> Step:
    """After a step that leads there."""
    return lambda page: page.wait_for_url(address)


def kept(page: Page) -> None:
    """Until the browser has what it needs to show this article without a connection."""
    script = (
        "caches.match(location.pathname, { cacheName: `kb:${location.pathname}` }).then(Boolean)"
    )
    while not page.evaluate(script):
        page.wait_for_timeout(50)


def disconnect(page: Page) -> None:
    page.context.set_offline(True)


def then(*steps: Step) -> Step:
    def step(page: Page) -> None:
        for one in steps:
            one(page)

    return step


@dataclass(frozen=True)
class State:
    """A `page` in the state `name`: its address, what is done there, by whom, at which site.

    `part` is the element that is looked at; "" the whole page; "window" what is seen without
    scrolling, for what lies above a page. `worker`: with the script that keeps articles.
    """

    page: str
    name: str
    path: str
    do: Step = stay
    part: str = ""
    who: str = ""
    site: str = "full"
    widths: tuple[int, ...] = WIDTHS
    looks: tuple[str, ...] = SCHEMES
    script: bool = True
    worker: bool = False

    @property
    def slug(self) -> str:
        return "-".join(re.findall(r"[a-z0-9]+", f"{self.page} {self.name}".lower()))


LETTER = then(
    write("#subject", "The parcel is empty"),
    write("#text", "I want my money back. Can I get a refund?"),
    write("#email", "ola@example.org"),
)
WRONG = then(
    write("#subject", "Refund"), write("#text", "Money back"), write("#email", "ola@example")
)
STRANGE = then(
    write("#subject", "Zxqv wvut"),
    write("#text", "Zxqv wvut qqq"),
    write("#email", "ola@example.org"),
)
SIGN_IN = then(
    write("#name", "ada"), write("#password", "wrong"), click("main form .button"), see("#fault")
)
NO = then(near(".vote"), button("No"), see(".vote-reasons"))
YES = then(near(".vote"), button("Yes"), see(".vote-answer textarea"))
SAID = then(
    write(".vote textarea", "The code was hard to read"),
    click(".vote-more .button"),
    see(".vote-done"),
)
FOUND = then(
    click(".results .result-title a"),
    come("**/articles/**"),
    near(".vote"),
    button("Yes"),
    near(".ask-place"),
    see(".ask"),
)
LONG = (
    "why does the lamp of the kitchen flicker when somebody switches the hub off and on again at night "
    * 2
)
PHONE = {"widths": (390,)}
ADA = {"who": "ada"}

STATES = (
    # The public's pages
    State("Home", "", "/", looks=EVERY_LOOK),
    State("Home", "menu open", "/", click(".menu summary"), part="window"),
    State("Home", "suggestions", "/", then(write("#home-search", "la"), see(".suggestion")), part="window"),
    State("Home", "recently read", "/articles/refund", then(go("/articles/connect"), go("/"), see("[data-recent] a"))),
    State("Home", "without articles", "/", site="empty"),
    State("Home", "before the first build", "/", site="new"),
    State("Category", "with topics below", "/categories/lamps"),
    State("Category", "plain", "/categories/billing"),
    State("Category", "empty", "/categories/press"),
    State("Article", "with all parts", "/articles/connect", looks=EVERY_LOOK),
    State("Article", "section and note", "/articles/connect#where-the-code-is", part="window"),
    State("Article", "address copied", "/articles/connect", then(click("#where-the-code-is .heading-link"), see(".reader-note p:not(:empty)")), part="window"),
    State("Article", "steps ticked off", "/articles/connect", then(click(".tick >> nth=0"), click(".tick >> nth=1"), click(".tick >> nth=2"), click(".tick >> nth=3")), part="window"),
    State("Article", "share menu", "/articles/connect", click(".share summary"), part="window"),
    State("Article", "contents open", "/articles/connect", click(".contents-small summary"), part="window", widths=NARROW),
    State("Article", "picture open", "/articles/connect", click(".zoom"), part="window"),
    State("Article", "suggestions", "/articles/refund", then(press("/"), write("#header-search", "re"), see(".suggestion"), press("ArrowDown")), part="window", widths=(820, 1280)),
    State("Article", "long title", "/articles/renamed"),
    State("Article", "other language", "/articles/avsluta"),
    State("Article", "right to left", "/articles/bitul"),
    State("Article", "without scripts", "/articles/connect", script=False),
    State("Questions", "closed", "/articles/faq"),
    State("Questions", "open", "/articles/faq", button("Open all")),
    State("Vote", "asked", "/articles/refund", near(".vote"), part=".vote"),
    State("Vote", "yes", "/articles/refund", YES, part=".vote"),
    State("Vote", "no", "/articles/refund", NO, part=".vote", looks=EVERY_LOOK[:-1]),
    State("Vote", "nothing said", "/articles/refund", then(NO, click(".vote-more .button"), see(".vote-answer .vote-error")), part=".vote"),
    State("Vote", "thanked", "/articles/refund", then(NO, SAID), part=".vote"),
    State("Vote", "earlier", "/articles/refund", then(YES, go("/articles/refund"), near(".vote"), see(".vote-answer")), part=".vote"),
    State("Vote", "withdrawn", "/articles/refund", then(NO, button("Change my answer")), part=".vote"),
    State("Vote", "without scripts", "/articles/refund", then(button("No"), see("main.vote-page")), script=False),
    State("Vote", "thanked without scripts", "/articles/refund", then(button("Yes"), write("textarea", "Thanks"), button("Send"), see("h1")), script=False),
    State("Satisfaction", "asked", "/search?q=lamp", FOUND, part=".ask-place"),
    State("Satisfaction", "asked again", "/search?q=lamp", then(FOUND, saved("**/answers"), click(".ask-answer"), see(".ask-note:has-text('last one')")), part=".ask-place"),
    State("Satisfaction", "thanked", "/search?q=lamp", then(FOUND, click(".ask-no"), see(".ask :focus")), part=".ask-place"),
    State("Search", "first", "/search"),
    State("Search", "hits", "/search?q=lamp", looks=EVERY_LOOK),
    State("Search", "answer", "/search?q=how+do+i+add+a+lamp"),
    State("Search", "corrected", "/search?q=refnd"),
    State("Search", "as typed", "/search?q=refnd&literal=1"),
    State("Search", "suggestions", "/search", then(write("#search", "la"), see(".suggestion"), press("ArrowDown")), part="window"),
    State("Search", "narrowed", "/search?q=lamp&category=lamps"),
    State("Search", "nothing in a topic", "/search?q=invoice&category=lamps"),
    State("Search", "nothing", "/search?q=xyzzy+qwvx"),
    State("Search", "nothing but near", "/search?q=lamp+qwvx+zzyx"),
    State("Search", "very long", f"/search?q={LONG[:190].replace(' ', '+')}"),
    State("Search", "past the end", "/search?q=lamp&page=9"),
    State("Not found", "with hits", "/articles/reset-the-lamp-hub"),
    State("Not found", "without", "/zzyx"),
    State("Not found", "link of a reply", "/r/zzzzzzzz"),
    State("Error", "403", f"{OWN}403"),
    State("Error", "413", f"{OWN}413"),
    State("Error", "429", f"{OWN}429"),
    State("Error", "500", f"{OWN}500"),
    State("Offline", "nothing kept", "/offline"),
    State("Offline", "articles kept", "/articles/refund", then(kept, disconnect, go("/categories/lamps"), see("[data-kept] a, ul a[href*=refund]")), worker=True),
    State("Offline", "kept article", "/articles/refund", then(kept, disconnect, go("/articles/refund"), see("header + .preview")), part="window", worker=True),
    State("Contact", "form", "/contact"),
    State("Contact", "about an article", "/contact?article=refund&q=money+back", see(".offer")),
    State("Contact", "while typing", "/contact", then(LETTER, see(".offer"))),
    State("Contact", "looked at", "/contact", then(LETTER, button("Continue"), see(".contact-along"))),
    State("Contact", "offer open", "/contact", then(LETTER, button("Continue"), see(".contact-along"), click(".offer summary"))),
    State("Contact", "no offer", "/contact", then(STRANGE, button("Continue"), see(".contact-along"))),
    State("Contact", "fault", "/contact", then(WRONG, button("Continue"), see(".contact-fault"))),
    State("Contact", "sent", "/contact/sent/{sent}"),
    State("Contact", "answered", "/contact/answered?article=refund"),
    State("German", "home", "/", site="german"),
    State("German", "article", "/articles/verbinden", site="german"),
    State("German", "contact", "/contact", site="german"),
    State("German", "topic", "/categories/lampen", site="german", **PHONE),
    State("German", "questions", "/articles/fragen", button("Alle öffnen"), site="german", **PHONE),
    State("German", "hits", "/search?q=lampe", site="german", **PHONE),
    State("German", "nothing", "/search?q=xyzzy+qwvx", site="german", **PHONE),
    State("German", "not found", "/nirgends", site="german", **PHONE),
    State("German", "widget", "/widget/?about=verbinden", site="german", **PHONE),
    State("German", "week", "/staff/", site="german", **PHONE, **ADA),
    State("German", "links found", "/staff/links", then(write("#picker-text", "lampe"), see(".pick")), site="german", **PHONE, **ADA),
    State("Hebrew", "home", "/", site="hebrew", **PHONE),
    State("Hebrew", "article", "/articles/bitul", site="hebrew", **PHONE),
    State("Hebrew", "questions", "/articles/sheelot", button("Open all"), site="hebrew", **PHONE),
    State("Hebrew", "hits", "/search?q=המינוי", site="hebrew", **PHONE),
    State("Hebrew", "contact", "/contact", then(WRONG, click("main form .button"), see(".contact-fault")), site="hebrew", **PHONE),
    State("Hebrew", "not found", "/zzyx", site="hebrew", **PHONE),
    State("Hebrew", "widget", "/widget/?about=bitul", site="hebrew", **PHONE),
    State("Hebrew", "week", "/staff/", site="hebrew", **PHONE, **ADA),
    State("Hebrew", "links found", "/staff/links", then(write("#picker-text", "המינוי"), see(".pick")), site="hebrew", **PHONE, **ADA),
    State("Widget", "home", "/widget/", **PHONE),
    State("Widget", "about a page", "/widget/?about=refund", **PHONE),
    State("Widget", "search", "/widget/search?q=lamp", **PHONE),
    State("Widget", "nothing", "/widget/search?q=xyzzy+qwvx", **PHONE),
    State("Widget", "article", "/widget/articles/connect", **PHONE),
    State("Widget", "contact", "/widget/contact", **PHONE),
    State("Widget", "sent", "/widget/contact/sent/{sent}", **PHONE),
    State("Widget", "answered", "/widget/contact/answered?article=refund", **PHONE),
    State("Widget", "vote without scripts", "/widget/articles/refund", then(button("No"), see("main.vote-page")), script=False, **PHONE),
    State("Widget", "in a page", "/staff/widget", then(button("Help"), see("dialog iframe")), part="window", **ADA),
    # The staff's
    State("Sign in", "first account", "/staff/login", site="new"),
    State("Sign in", "form", "/staff/login"),
    State("Sign in", "wrong", "/staff/login", SIGN_IN),
    State("Sign in", "with a provider", "/staff/login", site="busy"),
    State("Week", "", "/staff/", looks=EVERY_LOOK, **ADA),
    State("Week", "without visits", "/staff/", site="empty", **ADA),
    State("Week", "being computed", "/staff/", site="busy", **ADA),
    State("Gaps", "to do", "/staff/gaps", **ADA),
    State("Gaps", "all", "/staff/gaps?state=all", **ADA),
    State("Gaps", "keys", "/staff/gaps", click("[data-keys]"), part="window", widths=(820, 1280), **ADA),
    State("Gaps", "none", "/staff/gaps", site="empty", **ADA),
    State("Gap", "open", "/staff/gaps/{voice}", looks=(*SCHEMES, "forced"), **ADA),
    State("Gap", "claimed", "/staff/gaps/{wall_switch}", **ADA),
    State("Gap", "documented", "/staff/gaps/{gift_card}", **ADA),
    State("Gap", "article does not help", "/staff/gaps/{refund}", **ADA),
    State("Searches", "all", "/staff/searches", **ADA),
    State("Searches", "filtered", "/staff/searches?outcome=no_result", **ADA),
    State("Searches", "none", "/staff/searches", site="empty", **ADA),
    State("Articles", "", "/staff/articles", **ADA),
    State("Articles", "none", "/staff/articles", site="empty", **ADA),
    State("Messages", "to answer", "/staff/messages", **ADA),
    State("Messages", "with a helpdesk", "/staff/messages", site="busy", **ADA),
    State("Messages", "none", "/staff/messages", site="empty", **ADA),
    State("Message", "closed", "/staff/messages/1", **ADA),
    State("Message", "with a file", "/staff/messages/3", **ADA),
    State("Message", "waiting", "/staff/messages/4", site="busy", **ADA),
    State("Message", "failed", "/staff/messages/5", site="busy", **ADA),
    State("Links", "", "/staff/links", **ADA),
    State("Links", "found", "/staff/links", then(write("#picker-text", "refund"), see(".pick")), **ADA),
    State("Links", "nothing fits", "/staff/links", then(write("#picker-text", "zzyx"), see(".picks-none")), **ADA),
    State("Links", "nothing reported", "/staff/links", then(write("#picker-text", "zzyx"), see(".picks-none"), button("Nothing fits"), see("[data-region=done] *")), **ADA),
    State("Links", "picker anywhere", "/staff/gaps", then(press("Control+k"), see("dialog #picker-text"), write("dialog #picker-text", "refund"), see("dialog .pick")), part="window", **ADA),
    State("Links", "flag open", "/staff/links", then(write("#picker-text", "refund"), see(".pick"), click(".picker-flag summary")), **ADA),
    State("Links", "panel found", "/staff/panel", then(write("#picker-text", "refund"), see(".pick")), **PHONE, **ADA),
    State("Links", "without scripts", "/staff/links", then(write("#picker-text", "refund"), button("Find"), see(".pick")), script=False, **ADA),
    State("Links", "reported", "/staff/missing/{report}", **ADA),
    State("Links", "panel", "/staff/panel", **PHONE, **ADA),
    State("Links", "done", "/staff/links", then(write("#picker-text", "refund"), button("Find"), click(".picker-flag summary"), button("Flag"), see("main h1")), script=False, **ADA),
    State("Account", "", "/staff/account/", **ADA),
    State("Account", "fault", "/staff/account/", then(write("#old", "wrong"), write("#new", PASSWORD + "s"), button("Change password"), see(".entrance-fault")), **ADA),
    State("Account", "with a second step", "/staff/account/", who="grace"),
    State("Account", "set up a second step", "/staff/account/second", **ADA),
    State("Account", "recovery codes", OWN_CODES, **ADA),
    State("Reading", "home", "/staff/read/", **ADA),
    State("Reading", "category", "/staff/read/categories/billing", **ADA),
    State("Reading", "draft", "/staff/read/articles/pause", **ADA),
    State("Reading", "search", "/staff/read/search?q=plan", **ADA),
    State("Reading", "not public", "/staff/read/drafts", **ADA),
    State("Help on your site", "", "/staff/widget", **ADA),
    State("Design", "", "/staff/design", looks=EVERY_LOOK, **ADA),
    State("Design", "under the pointer", "/staff/design", click("text=Under the pointer"), widths=(1280,), **ADA),
    State("Design", "with the focus", "/staff/design", click("text=With the focus"), widths=(1280,), **ADA),
)  # fmt: skip
