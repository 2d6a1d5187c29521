"""Tags: which names HTML knows, so that `<your-name>` in an article is text, not a tag."""

from __future__ import annotations

import re


def words(text: str) -> frozenset[str]:
    """A set of words, written as one readable text."""
    return frozenset(text.split())


ALLOWED = words(
    "a abbr audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl"
    " dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt"
    " ruby s samp section small source span strong sub summary sup table tbody td tfoot th thead"
    " tr track u ul var video wbr"
)
"""What an article may contain; see `sanitise`."""

_DROPPED = words(
    "acronym address applet area article aside base basefont bgsound big blink body button canvas"
    " center command content data datalist dialog dir embed fieldset font footer form frame"
    " frameset head header hgroup html iframe image isindex keygen label legend link listing main"
    " map marquee math menu menuitem meta meter nav nobr noembed noframes noscript object optgroup"
    " option output param picture plaintext portal progress rb rtc script search select slot"
    " spacer strike style svg template textarea time title tt xmp"
)
KNOWN = ALLOWED | _DROPPED
_SILENT = words("acronym applet big blink button center font label marquee nobr strike tt")
"""Nobody misses their tags: only what is between them is read."""

_DRAWING = words(
    "annotation circle clippath defs desc ellipse filter foreignobject g line lineargradient marker"
    " mask mfrac mi mn mo mover mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr"
    " munder munderover path pattern polygon polyline radialgradient rect semantics set stop switch"
    " symbol text textpath tspan use view"
)
_VOID = words("base basefont bgsound embed frame image keygen link meta param")
_SWALLOWING = words("iframe noembed noframes plaintext script style textarea title xmp")
TAG = re.compile(
    r"<!--(?:.*?-->)?|<(?P<end>/?)(?P<name>[A-Za-z][\w:.-]*)"
    r"(?P<rest>(?=[\s/>])(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL,
)


def is_tag(found: re.Match[str], source: str) -> bool:
    """Whether HTML would take it for a tag and a reader would not miss it."""
    if found["name"] is None:
        return len(found[0]) > 4
    name = found["name"].lower()
    if name not in KNOWN:
        return name in _DRAWING and ("<svg" in source or "<math" in source)
    if name in ALLOWED or name in _SILENT or found["end"]:
        return True
    if name in _VOID:
        return bool(found["rest"].strip(" /"))
    return name in _DROPPED and f"</{name}" in source[found.end() :].lower()


def show_placeholders(html: str) -> str:
    """Raw HTML with `<` escaped before names that are not tags, or that would swallow the rest."""
    if html.startswith(("<script", "<style")):
        return html
    return TAG.sub(lambda found: _raw(found, html), html)


def _raw(found: re.Match[str], html: str) -> str:
    name = (found["name"] or "").lower()
    plain = name in KNOWN and name not in _SWALLOWING
    if plain or is_tag(found, html):
        return found[0]
    return "&lt;" + found[0][1:]
