"""Metadata: the values of an article's front matter, read and checked."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from kb.content.article import Audience, Kind, Metadata, Status
from kb.content.characters import clean_value
from kb.content.dates import parse_date
from kb.content.keys import field_of, fold, is_foreign, rank
from kb.content.problems import Problem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from kb.content.frontmatter import Entry, Value

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,6}")


def read_metadata(
    entries: Sequence[Entry], path: str = ""
) -> tuple[Metadata, tuple[Problem, ...], tuple[Entry, ...]]:
    """Entries -> Metadata, what is wrong with them, and the entries with unknown keys."""
    reader = _Reader(path, entries)
    return reader.metadata(), tuple(reader.problems), tuple(reader.unknown)


class _Reader:
    """Entries -> Metadata, collecting the problems on the way."""

    def __init__(self, path: str, entries: Sequence[Entry]) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.unknown: list[Entry] = []
        self.fields: dict[str, list[Entry]] = {}
        self.extra: dict[str, str] = {}
        self._sort(entries)

    def metadata(self) -> Metadata:
        search = self._mapping("search")
        status, audience = self._status(), self._audience()
        return Metadata(
            title=self._line("title"),
            summary=self._line("summary"),
            slug=next(self._slugs(), ""),
            id=self._line("id"),
            aliases=(*self._list("aliases", split=False), *self._permalinks()),
            categories=self._categories(),
            tags=self._list("tags"),
            keywords=self._list("keywords"),
            questions=self._list("questions", split=False),
            authors=self._list("authors"),
            audience=audience,
            status=status,
            kind=self._kind(),
            listed=not self._any_true("hidden"),
            searchable=str(search.get("exclude", "")).lower() not in _TRUE,
            noindex=self._any_true("noindex"),
            featured=self._any_true("featured"),
            weight=self._number("weight"),
            boost=_boost(search.get("boost")),
            lang=self._lang(),
            translates=self._line("translates"),
            icon=self._line("icon"),
            created=self._date("created"),
            updated=self._date("updated"),
            review_by=self._date("review_by"),
            extra=self.extra,
        )

    def _sort(self, entries: Sequence[Entry]) -> None:
        seen: dict[str, Entry] = {}
        for entry in map(self._clean, entries):
            name = fold(entry.key)
            if name in seen:
                first = seen[name].line
                self._problem(entry, "duplicate-key", f"`{entry.key}` is already on line {first}")
            seen[name] = entry
            if field := field_of(entry.key):
                self.fields.setdefault(field, []).append(entry)
            else:
                self.extra[entry.key] = _flat(entry.value)
                if not is_foreign(entry.key):
                    self.unknown.append(entry)
        for found in self.fields.values():  # the most specific name first; of equals the last
            found.reverse()
            found.sort(key=lambda e: rank(e.key))

    def _clean(self, entry: Entry) -> Entry:
        value = clean_value(entry.value)
        if value == entry.value:
            return entry
        message = f"`{entry.key}` has a control character, which is left out"
        self._problem(entry, "control-character", message, "Type the value anew.")
        return replace(entry, value=value)

    def _problem(self, entry: Entry, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.path, entry.line, entry.column, code, message, hint))

    def _given(self, field: str) -> Iterator[Entry]:
        return (entry for entry in self.fields.get(field, ()) if entry.value not in ("", [], {}))

    def _line(self, field: str) -> str:
        for entry in self._given(field):
            value = entry.value
            if isinstance(value, dict) and field == "summary":  # `meta: {description: ...}`
                value = value.get("description", "")
            if isinstance(value, str):
                return " ".join(value.split())
            self._problem(entry, "bad-value", f"`{entry.key}` must be one line of text")
        return ""

    def _lang(self) -> str:
        """A language's tag (RFC 5646). An index is kept in a folder of this name."""
        for entry in self._given("lang"):
            tag = entry.value.strip().replace("_", "-") if isinstance(entry.value, str) else ""
            if _LANGUAGE.fullmatch(tag):
                return tag
            message = f"`{entry.key}: {_flat(entry.value)}` is no language"
            self._problem(entry, "bad-value", message, "Write it as de or pt-BR.")
        return ""

    def _list(self, field: str, *, split: bool = True) -> tuple[str, ...]:
        for entry in self._given(field):
            return _items(entry.value, split=split)
        return ()

    def _categories(self) -> tuple[str, ...]:
        for entry in self._given("categories"):
            items = [i for i in _items(entry.value, split=False) if i.casefold() not in _NOTHING]
            if items:
                return tuple(items)
        return ()

    def _mapping(self, field: str) -> dict[str, Any]:
        entry = next(self._given(field), None)
        return entry.value if entry and isinstance(entry.value, dict) else {}

    def _any_true(self, field: str) -> bool:
        return any(self._truth(entry) for entry in self._given(field))

    def _truth(self, entry: Entry) -> bool | None:
        """None, and a problem, when the value is neither yes nor no."""
        word = entry.value.casefold() if isinstance(entry.value, str) else ""
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
        self._problem(entry, "bad-value", f"`{entry.key}` must be true or false")
        return None

    def _status(self) -> Status:
        """The most private of all that is said: a mistake must not publish a draft."""
        said: list[Status] = []
        for entry in self._given("status"):
            allowed = get_args(Status)
            word = entry.value.casefold() if isinstance(entry.value, str) else ""
            if word not in allowed:
                hint = f"Use one of {', '.join(allowed)}{_nearest(word, allowed)}"
                message = f"unknown status `{_flat(entry.value)}`: not published"
                self._problem(entry, "unknown-status", message, hint)
            said.append(word if word in allowed else "draft")  # type: ignore[arg-type]
        said += ["draft" for e in self._given("draft") if self._truth(e) is not False]
        said += ["draft" for e in self._given("published") if _is_no(e) or self._odd_published(e)]
        return max(said, key=("published", "archived", "draft").index, default="published")

    def _odd_published(self, entry: Entry) -> bool:
        """`published:` is a date in some tools: then it is no statement about the status."""
        word = entry.value.casefold() if isinstance(entry.value, str) else ""
        if word in _TRUE or parse_date(word):
            return False
        return self._truth(entry) is not True

    def _audience(self) -> Audience:
        said: list[Audience] = []
        for entry in self._given("audience"):
            allowed = get_args(Audience)
            word = entry.value.casefold() if isinstance(entry.value, str) else ""
            if word not in allowed:
                message = f"unknown audience `{_flat(entry.value)}`: not public"
                hint = f"Use one of {', '.join(allowed)}{_nearest(word, allowed)}"
                self._problem(entry, "unknown-audience", message, hint)
            said.append(word if word in allowed else "staff")  # type: ignore[arg-type]
        for entry in self._given("segment"):
            message = f"`{entry.key}` restricts the article: not public"
            hint = "Say `audience: public` and remove the key to publish it."
            self._problem(entry, "unknown-audience", message, hint)
            said.append("staff")
        if self._kind() == "reply":
            self._mind_public_reply()
            return "staff"
        return "staff" if "staff" in said else "public"

    def _mind_public_reply(self) -> None:
        """What is written to be pasted is no article for customers."""
        for entry in self._given("audience"):
            if entry.value == "public":
                message = "a reply is for staff only: not public"
                self._problem(entry, "unknown-audience", message, "Remove the key.")

    def _kind(self) -> Kind | None:
        word = self._line("kind").casefold()
        return word if word in get_args(Kind) else None  # type: ignore[return-value]

    def _number(self, field: str) -> float | None:
        for entry in self._given(field):
            try:
                number = float(entry.value)  # type: ignore[arg-type]
            except (TypeError, ValueError):
                self._problem(entry, "bad-value", f"`{entry.key}` must be a number")
                continue
            if abs(number) < 1e9:  # neither inf nor nan
                return number
            self._problem(entry, "bad-value", f"`{entry.key}` must be a number")
        return None

    def _date(self, field: str) -> dt.date | None:
        for entry in self._given(field):
            value = entry.value.get("date", "") if isinstance(entry.value, dict) else entry.value
            date = parse_date(value) if isinstance(value, str) else None
            if date:
                return date
            message = f"`{entry.key}: {_flat(entry.value)}` is not a date"
            self._problem(entry, "bad-date", message, "Write it as 2026-05-31.")
        return None

    def _slugs(self) -> Iterator[str]:
        for entry in self._given("slug"):
            if not isinstance(entry.value, str):
                self._problem(entry, "bad-value", f"`{entry.key}` must be one line of text")
                continue
            last = _address(entry.value).rstrip("/").rsplit("/", 1)[-1]
            last = re.sub(r"\.(html?|json|mdx?)$", "", last)
            if last and ":" not in last and last != "index":
                yield last

    def _permalinks(self) -> Iterator[str]:
        """The address that another tool gave the article keeps working as a redirect."""
        for entry in self._given("slug"):
            own = fold(entry.key) != "slug" or "/" in str(entry.value).strip("/")
            if own and isinstance(entry.value, str):
                address = _address(entry.value)
                if address.strip("/") and ":" not in address:
                    yield "/" + address.strip("/")


_TRUE, _FALSE = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})
_NOTHING = frozenset({"", "undefined", "null", "none", "~"})


def _is_no(entry: Entry) -> bool:
    return isinstance(entry.value, str) and entry.value.casefold() in _FALSE


def _address(value: str) -> str:
    """`https://host/hc/articles/1-x?y#z` -> `/hc/articles/1-x`."""
    return re.sub(r"^https?://[^/]*|[?#].*$", "", value.strip())


def _items(value: Value, *, split: bool) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [*value.split(",")] if split else [value]
    if isinstance(value, dict):
        value = [*value.values()]
    found = [_named(v) for v in value]
    return tuple(dict.fromkeys(" ".join(v.split()) for v in found if v.strip()))


def _named(value: Value) -> str:
    """An author may be a mapping: `{name: ..., url: ...}`."""
    return str(value.get("name", "")) if isinstance(value, dict) else _flat(value)


def _flat(value: Value) -> str:
    return value if isinstance(value, str) else ", ".join(map(_flat, value))


def _boost(value: Any) -> float:
    try:
        return min(10.0, max(0.1, float(value)))
    except (TypeError, ValueError):
        return 1.0


def _nearest(word: str, allowed: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, allowed, n=1)
    return f"; did you mean {near[0]}?" if near else ""
