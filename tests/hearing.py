"""Hearing: a page as a screen reader gets it, from Chromium's accessibility tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

CONTROLS = {
    "link", "button", "textbox", "searchbox", "combobox", "ComboBoxSelect", "checkbox", "radio", "listbox",
    "option", "DisclosureTriangle", "dialog", "spinbutton", "slider", "menuitem",
}  # fmt: skip

# What only the document tells: words on a control that its name leaves out, what is focusable and hidden,
# the current page among links
DOCUMENT = """() => {
  const plain = (text) => text.trim().replace(/\\s+/g, " ").toLowerCase();
  const shown = (e) => e.checkVisibility({ visibilityProperty: true });
  const faults = [];
  for (const e of document.querySelectorAll("a[aria-label], button[aria-label], summary[aria-label]")) {
    const words = plain(e.innerText).replace(/^[#↩]+$/, "");
    if (words && shown(e) && !plain(e.ariaLabel).includes(words)) faults.push(`“${words}” is not in the name “${e.ariaLabel}”`);
  }
  for (const e of document.querySelectorAll("[aria-hidden=true] :is(a[href], button, input, select, textarea, [tabindex]), :is(a[href], button, input)[aria-hidden=true]")) {
    if (e.tabIndex >= 0 && shown(e)) faults.push(`${e.outerHTML.slice(0, 80)} is hidden and has the focus`);
  }
  for (const e of document.querySelectorAll("[tabindex]")) if (e.tabIndex > 0) faults.push(`${e.localName} has an order of its own`);
  for (const e of document.querySelectorAll("[aria-describedby], [aria-labelledby], [aria-controls]")) {
    for (const kind of ["aria-describedby", "aria-labelledby", "aria-controls"]) {
      for (const id of (e.getAttribute(kind) ?? "").split(" ").filter(Boolean)) {
        if (!document.getElementById(id)) faults.push(`${kind} of ${e.localName}: there is no #${id}`);
      }
    }
  }
  for (const nav of document.querySelectorAll("nav")) {
    if (!shown(nav) || nav.matches(".crumbs, .neighbours, .sorts")) continue;
    const here = [...nav.querySelectorAll("a")].filter((a) => a.pathname + a.search === location.pathname + location.search && !a.hash);
    if (here.length && !here.some((a) => a.ariaCurrent)) faults.push(`nobody says which page of “${nav.ariaLabel ?? nav.textContent.trim().slice(0, 20)}” this is`);
  }
  for (const table of document.querySelectorAll("table")) {
    if (shown(table) && !table.querySelector("th")) faults.push("a table has no heads");
    for (const th of table.querySelectorAll("thead th")) if (!th.scope && table.querySelector("tbody th")) faults.push(`${th.textContent}: a head of what?`);
  }
  return faults;
}"""


@dataclass(frozen=True)
class Node:
    role: str
    name: str
    states: dict[str, Any]
    depth: int


def nodes(page: Page) -> list[Node]:
    """What a screen reader goes through, in its order."""
    session = page.context.new_cdp_session(page)
    raw = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {one["nodeId"]: one for one in raw}
    return list(_below(by_id, raw[0], 0)) if raw else []


def _below(by_id: dict[str, Any], one: dict[str, Any], depth: int) -> Iterator[Node]:
    if not one["ignored"]:
        states = {p["name"]: p["value"].get("value") for p in one.get("properties", [])}
        name = str(one.get("name", {}).get("value", ""))
        yield Node(str(one["role"]["value"]), name.strip(), states, depth)
    for child in one.get("childIds", []):
        if child in by_id:
            yield from _below(by_id, by_id[child], depth + (not one["ignored"]))


def faults(page: Page) -> list[str]:
    """What is wrong with a page as it is heard."""
    tree = nodes(page)
    return [
        *_landmarks(tree),
        *_headings(tree),
        *(f"a {one.role} has no name" for one in tree if one.role in CONTROLS and not one.name),
        *page.evaluate(DOCUMENT),
    ]


def _landmarks(tree: list[Node]) -> Iterator[str]:
    for role in ("main", "banner", "contentinfo"):
        if (many := sum(one.role == role for one in tree)) != 1:
            yield f"{many} {role}"
    for role in ("navigation", "search", "complementary", "region"):
        names = [one.name for one in tree if one.role == role]
        if len(names) > 1 or role in ("navigation", "region"):
            yield from (f"a {role} has no name" for name in names if not name)
            yield from (f"two {role}: {name}" for name in set(names) if names.count(name) > 1)


def _headings(tree: list[Node]) -> Iterator[str]:
    levels = [(one.states["level"], one.name) for one in tree if one.role == "heading"]
    if (many := sum(level == 1 for level, _ in levels)) != 1:
        yield f"{many} headings of the first level"
    above = 0
    for level, name in levels:
        if level > above + 1:
            yield f"“{name}” of level {level} follows one of level {above}"
        if not name:
            yield f"a heading of level {level} says nothing"
        above = level


def find(page: Page, role: str, name: str) -> Node:
    """The first of this role whose name has these words."""
    found = [one for one in nodes(page) if one.role == role and name in one.name]
    assert found, f"no {role} “{name}”"
    return found[0]


def announced(page: Page, role: str = "status") -> list[str]:
    """What live regions of this role say."""
    tree, found = nodes(page), []
    for at, one in enumerate(tree):
        if one.role != role:
            continue
        words = []
        for inner in tree[at + 1 :]:
            if inner.depth <= one.depth:
                break
            if inner.role == "StaticText":
                words.append(inner.name)
        found.append(" ".join(words))
    return [text for text in found if text]
