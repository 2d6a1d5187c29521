"""Walking: through pages by keyboard alone, with a look at the focus after every key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from measuring import COLOURS

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

LOOK = f"""(tabbed) => {{
{COLOURS}
let e = document.activeElement;
while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
if (!e || e === document.body || e === document.documentElement) return {{ name: "", tag: "body", faults: ["the focus is nowhere"] }};
const faults = [];
const said = e.getAttribute("aria-label") || [...(e.labels ?? [])].map((l) => l.textContent).join(" ") || e.textContent;
// What is drawn: a hidden radio's own label stands for it.
const drawn = e.matches("input") && getComputedStyle(e).opacity === "0" ? e.nextElementSibling : e;
const stop = e.matches("a, button, input, select, textarea, summary, [tabindex='0']") && !e.matches("[tabindex='-1']");
const style = getComputedStyle(drawn);
const up = (one) => one.parentElement ?? one.getRootNode().host ?? null;
const holds = (outer, one) => {{ for (let p = one; p; p = up(p)) if (p === outer) return true; return false; }};

const rects = [...drawn.getClientRects()].filter((r) => r.width > 1 && r.height > 1);
if (!rects.length || !drawn.checkVisibility({{ opacityProperty: true, visibilityProperty: true }})) faults.push("it is not visible");
for (const r of stop ? rects : []) {{
  if (r.height > innerHeight || r.width > innerWidth) continue;
  if (r.top < -2 || r.left < -2 || r.bottom > innerHeight + 2 || r.right > innerWidth + 2) faults.push(`it is outside the window: ${{[r.left, r.top, r.right, r.bottom].map(Math.round)}}`);
  const label = e.closest("label");
  for (const [x, y] of [[r.left + 4, r.top + 4], [r.right - 4, r.top + 4], [r.left + 4, r.bottom - 4], [r.right - 4, r.bottom - 4]]) {{
    const top = drawn.getRootNode().elementFromPoint(x, y);
    if (top && !holds(drawn, top) && !holds(top, drawn) && !label?.contains(top) && !top.matches(".search > .icon, .search > .button, .search-key")) faults.push(`it is covered by ${{top.localName}}.${{top.className}}`);
  }}
}}

// An outline of 2 px that differs from its ground; it was not there before, see below.
const outline = ({{ outlineStyle: kind, outlineWidth: width, outlineColor: colour }}) => (kind === "none" || (kind !== "auto" && parseFloat(width) < 2) ? "" : `${{kind}} ${{width}} ${{colour}}`);
if (stop) {{
  const inner = parseFloat(style.outlineOffset) < 0;
  if (!outline(style)) faults.push("nothing shows that it has the focus");
  else if (style.outlineStyle !== "auto" && contrast(style.outlineColor, inner ? drawn : up(drawn) ?? drawn) < 3) faults.push("its outline is faint");
}}

const before = window.kbStop;
if (before?.drawn.isConnected && before.outline && before.drawn !== drawn && outline(getComputedStyle(before.drawn)) === before.outline) faults.push("what had the focus before looks as if it had it still");
const fixed = (one) => {{ for (let p = one; p; p = p.parentElement) if (getComputedStyle(p).position === "fixed") return true; return false; }};
const r = rects[0] ?? drawn.getBoundingClientRect();
const place = {{ x: r.left + scrollX, y: r.top + scrollY }};
if (tabbed && before?.drawn.isConnected && !fixed(drawn) && !fixed(before.drawn)) {{
  if (place.y < before.place.y - 24 && place.x < before.place.x + 8) faults.push(`it stands before what had the focus before: ${{JSON.stringify([before.place, place])}}`);
}}
window.kbStop = {{ drawn, outline: outline(style), place }};
return {{ name: said.trim().replace(/\\s+/g, " ").slice(0, 90), tag: e.localName, faults: [...new Set(faults)] }};
}}"""


@dataclass
class Walk:
    """`frame` is where the focus is, when that is not the page itself; `seen` are all stops."""

    page: Page
    frame: Frame | None = None
    seen: list[str] = field(default_factory=list)

    def look(self, *, tabbed: bool = False) -> str:
        """The name of what has the focus; it can be seen, and so can that it has it."""
        found: dict[str, Any] = (self.frame or self.page).evaluate(LOOK, tabbed)
        where = f"{found['tag']} “{found['name']}”"
        assert found["faults"] == [], f"{where} after {self.seen[-4:]}: {found['faults']}"
        self.seen.append(where)
        return str(found["name"])

    def press(self, key: str) -> str:
        self.page.keyboard.press(key)
        return self.look(tabbed=key == "Tab")

    def to(self, name: str, key: str = "Tab", most: int = 90) -> str:
        """On with Tab until what has the focus has this in its name."""
        for _ in range(most):
            if name in (found := self.press(key)):
                return found
        raise AssertionError(f"no {name!r} among {self.seen[-30:]}")

    def jump(self, key: str = "Enter") -> None:
        """A key that moves the place to go on from, such as a link to a section, not the focus."""
        self.page.keyboard.press(key)
        (self.frame or self.page).evaluate("window.kbStop = null")

    def follow(self, address: str) -> None:
        """Enter on a link or button that leads to another page."""
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(address)
