"""Problem: something in a file that a writer should mend, and the list of all its codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

CODES: dict[str, tuple[Severity, str]] = {
    "unreadable": ("error", "The file could not be read."),
    "not-utf8": ("error", "The file is not UTF-8 text."),
    "too-large": ("error", "The file is larger than 2 MB, or nested too deeply."),
    "bad-yaml": ("error", "The front matter is not valid YAML or TOML."),
    "yaml-alias": ("error", "The front matter uses YAML anchors, aliases or merge keys."),
    "duplicate-key": ("error", "A front-matter key is given twice."),
    "bad-value": ("error", "A front-matter value has the wrong type."),
    "control-character": ("warning", "A text has characters that no page can show."),
    "bad-date": ("error", "A date could not be understood."),
    "unknown-status": ("error", "The status is not published, draft or archived."),
    "unknown-audience": ("error", "The audience is not public or staff."),
    "unknown-key": ("warning", "A front-matter key is misspelt, or kb does not know it."),
    "render-timeout": ("error", "The article took over two seconds to render."),
    "render-failed": ("error", "The article could not be rendered."),
    "duplicate-slug": ("error", "Two articles ask for the same address."),
    "duplicate-id": ("error", "Two articles have the same id."),
    "translates-nowhere": ("error", "A translation names an original that does not exist."),
    "translates-hidden": ("warning", "Customers cannot see the original of a translation."),
    "translates-translation": ("error", "A translation names another translation."),
    "translation-language": ("error", "A translation is in the language of its original."),
    "duplicate-translation": ("error", "An article has two translations into one language."),
    "outdated-translation": ("warning", "The original has changed after its translation."),
    "missing-title": ("warning", "There is no title in the front matter and no heading."),
    "broken-link": ("error", "A link leads to an article or file that does not exist."),
    "broken-anchor": ("error", "A link leads to a heading that does not exist."),
    "missing-image": ("error", "An image does not exist."),
    "missing-media": ("error", "A video, its captions or a sound is not beside the articles."),
    "missing-captions": ("warning", "A video has no captions."),
    "missing-transcript": ("warning", "A sound has no text beside it that says the same."),
    "missing-alt": ("warning", "An image has no alternative text."),
    "unknown-tag": ("warning", "Something in angle brackets is not an HTML tag."),
    "liquid-leftover": ("warning", "A template tag of another tool is shown as plain text."),
    "heading-jump": ("warning", "A heading skips a level."),
    "bad-redirect": ("error", "A line of _redirects could not be understood."),
    "redirect-nowhere": ("error", "A redirect leads to an address that does not exist."),
    "redirect-loop": ("error", "Redirects lead in a circle."),
    "redirect-shadowed": ("warning", "A redirect can never apply: something else has its address."),
    "bad-synonym": ("error", "A line of synonyms.txt could not be understood."),
    "bad-pin": ("error", "An entry of pins.yml could not be understood."),
    "pin-nowhere": ("error", "A search is pinned to an article that does not exist."),
    "bad-search": ("error", "A row of searches.yml could not be understood."),
    "search-nowhere": ("error", "A row of searches.yml expects an article that does not exist."),
    "search-rank": ("error", "A search of searches.yml finds its article too late, or not."),
    "question-not-found": (
        "error",
        "An article is not among the first three for one of its own questions.",
    ),
    "title-not-found": ("warning", "An article is not among the first three for its own title."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `path` is relative to the articles folder; line and column count from 1."""

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    @property
    def severity(self) -> Severity:
        return CODES[self.code][0]

    def __str__(self) -> str:
        return f"{self.place} {self.code} {self.message}" + (f" ({self.hint})" if self.hint else "")
