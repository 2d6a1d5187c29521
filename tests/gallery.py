"""The gallery: a picture of every page and state, at three widths and in two schemes, to leaf through.

    python tests/gallery.py OUT [--only NAME] [--width N] [--scheme light|dark]
    python tests/gallery.py --axe [--only NAME] [--width N] [--scheme light|dark]
    python tests/gallery.py --references

The second goes the same way with axe and prints what violates its rules. The third renews what
tests/test_pixels.py compares with.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gallery_axe import Inspector
from gallery_camera import Camera, camera
from gallery_index import index
from gallery_states import SCHEMES, STATES, WIDTHS, State

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


def take(camera: Camera, folder: Path, chosen: Choice) -> list[State]:
    """Pictures of what is chosen -> the states that have any."""

    def visit(page: Page, state: State, width: int) -> None:
        for look in chosen.looks(state):
            path = folder / f"{state.slug}-{width}-{look}.png"
            path.write_bytes(camera.look(page, state, look))

    return along(camera, chosen, visit)


def examine(inspector: Inspector, chosen: Choice) -> None:
    """What axe finds in what is chosen becomes a fault."""

    def visit(page: Page, state: State, width: int) -> None:
        inspector.faults += map(str, inspector.violations(page, state, chosen.looks(state)))

    along(inspector, chosen, visit)


def along(camera: Camera, chosen: Choice, visit: Callable[[Page, State, int], None]) -> list[State]:
    """Visit what is chosen, and tell what has been -> the states."""
    states = [state for state in STATES if chosen.has(state)]
    for number, state in enumerate(states, 1):
        begin = time.perf_counter()
        try:
            for width in chosen.widths(state):
                with camera.at(state, width) as page:
                    visit(page, state, width)
        except Exception as error:  # the others are worth a look all the same
            camera.faults.append(f"{state.slug}: {str(error).splitlines()[0]}")
        print(
            f"[{number}/{len(states)}] {state.slug} {time.perf_counter() - begin:.1f} s", flush=True
        )
    return states


@dataclass(frozen=True)
class Choice:
    """What of the table is wanted: states with `only` in their names, one width, one scheme."""

    only: str = ""
    width: int = 0
    scheme: str = ""

    def has(self, state: State) -> bool:
        return self.only.lower() in f"{state.page} {state.name} {state.slug}".lower() and bool(
            self.widths(state)
        )

    def widths(self, state: State) -> list[int]:
        return [width for width in state.widths if self.width in (0, width)]

    def looks(self, state: State) -> tuple[str, ...]:
        return tuple(look for look in state.looks if self.scheme in ("", look))


def main() -> int:
    given = _arguments()
    chosen = Choice(given.only, given.width, given.scheme)
    with camera(Inspector if given.axe else Camera, whole=not given.references) as one:
        if given.references:
            from pixels import renew

            renew(one)
        elif isinstance(one, Inspector):
            examine(one, chosen)
        else:
            given.out.mkdir(parents=True, exist_ok=True)
            states = take(one, given.out, chosen)
            (given.out / "index.html").write_text(index(given.out, states), "utf-8")
            print(given.out / "index.html")
        print(*one.faults, sep="\n", file=sys.stderr)
        return bool(one.faults)


def _arguments() -> Any:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "out", type=Path, nargs="?", help="the folder for the pictures and their index.html"
    )
    parser.add_argument(
        "--only",
        default="",
        metavar="NAME",
        help="only pages and states with these letters in their name",
    )
    parser.add_argument("--width", type=int, default=0, choices=WIDTHS)
    parser.add_argument("--scheme", default="", choices=SCHEMES)
    parser.add_argument(
        "--axe", action="store_true", help="look for what axe finds, not for pictures"
    )
    parser.add_argument("--references", action="store_true", help="renew tests/references")
    given = parser.parse_args()
    if (given.out is not None) + given.axe + given.references != 1:
        parser.error("Name a folder, or give --axe or --references.")
    return given


if __name__ == "__main__":
    sys.exit(main())
