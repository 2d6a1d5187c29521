"""Measuring: what a page loses when it is narrow, large or spaced, and how large its targets are.

Scripts for Playwright's `evaluate`; each answers a list of what is wrong, named by selector.
"""

from __future__ import annotations

_NAMES = """
const name = (e) => {
  const own = (e.id ? `#${e.id}` : "") + [...e.classList].map((c) => `.${c}`).join("");
  const up = own || !e.parentElement ? "" : name(e.parentElement) + " > ";
  return up + e.localName + own;
};
const shown = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true });
const tiny = (e) => e.closest(".visually-hidden, .visually-hidden-until-focus, .skip, .contact-trap");
"""

LOST = f"""() => {{
{_NAMES}
const lost = [];
const root = document.documentElement;
const width = root.clientWidth;
const scrolls = (e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
const inside = (e, test) => {{ for (let p = e; p; p = p.parentElement) if (test(p)) return p; return null; }};
if (root.scrollWidth > width) lost.push(`the page is ${{root.scrollWidth}} px wide in ${{width}}`);
for (const e of document.querySelectorAll("body *")) {{
  if (!shown(e) || tiny(e) || e.closest("svg")) continue;
  const style = getComputedStyle(e);
  const r = e.getBoundingClientRect();
  if (e.matches("input, textarea, select")) continue; // their text scrolls
  // of what is cut to some lines its link shows all
  const hides = (way) => style.webkitLineClamp === "none" && ["hidden", "clip"].includes(style[`overflow${{way}}`]);
  if (hides("X") && e.scrollWidth > e.clientWidth + 1) lost.push(`${{name(e)}} hides ${{e.scrollWidth - e.clientWidth}} px of its width`);
  if (hides("Y") && e.scrollHeight > e.clientHeight + 2) lost.push(`${{name(e)}} hides ${{e.scrollHeight - e.clientHeight}} px of its height`);
  if ((r.right > width + 1 || r.left < -1) && !inside(e.parentElement, scrolls)) lost.push(`${{name(e)}} stands outside: ${{Math.round(r.left)}} to ${{Math.round(r.right)}}`);
}}
// Words that something else covers: two texts in one place
const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const range = document.createRange();
for (let node = words.nextNode(); node; node = words.nextNode()) {{
  const e = node.parentElement;
  if (!node.data.trim() || !shown(e) || tiny(e) || e.closest("svg, option, .search-key")) continue;
  range.selectNodeContents(node);
  e.scrollIntoView({{ block: "center", inline: "center" }});
  const first = [...range.getClientRects()].find((r) => r.width > 2 && r.height > 2);
  if (!first) continue;
  const [x, y] = [first.left + Math.min(first.width / 2, 30), first.top + first.height / 2];
  const frame = inside(e, scrolls)?.getBoundingClientRect() ?? {{ left: 0, right: width }};
  if (x < frame.left || x > frame.right || y < 0 || y > innerHeight) continue;
  const top = document.elementFromPoint(x, y);
  const floats = top?.closest(".menu-panel, .suggestions, dialog");
  if (top && !(floats && !floats.contains(e)) && !top.contains(e) && !e.contains(top) && !top.closest("label, summary, a")?.contains(e)) lost.push(`${{name(e)}} is covered by ${{name(top)}}`);
}}
scrollTo(0, 0);
return [...new Set(lost)];
}}"""

SMALL = f"""() => {{
{_NAMES}
const LEAST = 24;
const targets = [];
const modal = document.querySelector("dialog:modal"); // the rest of the page is inert
for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=option], [tabindex='0']")) {{
  if (!e.checkVisibility({{ visibilityProperty: true }}) || tiny(e) || (modal && !modal.contains(e))) continue;
  let r = e.getBoundingClientRect();
  for (const label of e.labels ?? []) {{
    const l = label.getBoundingClientRect();
    if (["radio", "checkbox"].includes(e.type)) r = l.width ? l : r;
  }}
  if (!r.width || !r.height) continue;
  targets.push({{ e, r, small: r.width < LEAST - 0.1 || r.height < LEAST - 0.1 }});
}}
// A link in a sentence is as high as its line.
const inSentence = ({{ e }}) => {{
  if (getComputedStyle(e).display !== "inline") return false;
  const block = e.closest("p, li, td, th, dd, figcaption, label, div, h1, h2, h3, h4, h5, h6");
  return block && block.textContent.trim().length > e.textContent.trim().length;
}};
const centre = ({{ r }}) => [r.left + r.width / 2, r.top + r.height / 2];
const away = ([x, y], r) => Math.hypot(Math.max(r.left - x, 0, x - r.right), Math.max(r.top - y, 0, y - r.bottom));
const small = targets.filter((t) => t.small && !inSentence(t));
const crowded = small.filter((t) => targets.some((other) => {{
  if (other === t || other.e.contains(t.e) || t.e.contains(other.e)) return false;
  if (!other.small) return away(centre(t), other.r) < LEAST / 2;
  const [[x, y], [u, v]] = [centre(t), centre(other)];
  return Math.hypot(x - u, y - v) < LEAST;
}}));
return crowded.map((t) => `${{name(t.e)}} “${{t.e.textContent.trim().slice(0, 20)}}” is ${{Math.round(t.r.width)}} × ${{Math.round(t.r.height)}}`);
}}"""

SPACED = """() => {
const sheet = new CSSStyleSheet();
sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-bottom: 2em !important; }`);
document.adoptedStyleSheets = [sheet];
}"""
"""The reader's own spacing of WCAG 2.2 (1.4.12), which a page's policy lets no style element set."""

COLOURS = """
const paint = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
const linear = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
const luminance = (colours) => {
  paint.fillStyle = "white";
  paint.fillRect(0, 0, 1, 1);
  for (const colour of colours) {
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
  }
  const [red, green, blue] = [...paint.getImageData(0, 0, 1, 1).data].map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
// Every ground from the page up to an element, which what is translucent lets through
const grounds = (e) => {
  const found = [];
  for (let p = e; p; p = p.parentElement ?? p.getRootNode().host) found.unshift(getComputedStyle(p).backgroundColor);
  return found;
};
const contrast = (colour, e) => {
  const ground = grounds(e);
  const [one, other] = [luminance(ground), luminance([...ground, colour])];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
};
"""

EDGES = f"""(selector) => {{
{_NAMES}
{COLOURS}
const found = {{}};
for (const e of document.querySelectorAll(selector)) {{
  if (!shown(e) || tiny(e) || ["radio", "checkbox", "file", "hidden"].includes(e.type)) continue;
  const style = getComputedStyle(e);
  const ratios = [0];
  if (parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none") ratios.push(contrast(style.outlineColor, e.parentElement), contrast(style.outlineColor, e));
  if (parseFloat(style.borderBottomWidth) >= 1) ratios.push(contrast(style.borderBottomColor, e.parentElement));
  found[name(e)] = Math.max(...ratios);
}}
return found;
}}"""
"""Of each field the contrast of its border or outline to what it lies on (WCAG 2.2, 1.4.11)."""
