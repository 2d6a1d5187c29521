"""Parameters: what programs and scripts send by name -> values that can be, or BadInput."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from werkzeug.routing import IntegerConverter

from kb.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    Values = Mapping[str, str]

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


class RowNumber(IntegerConverter):
    """In addresses: none that a database would not take."""

    regex = r"[0-9]{1,18}"


def number(values: Values, name: str, usual: int | None, least: int, most: int) -> int:
    """`usual` where nothing is given; None: it is needed."""
    given = values.get(name, "" if usual is None else str(usual))
    found = int(given) if re.fullmatch("[0-9]{1,7}", given) else -1
    if not least <= found <= most:
        raise BadInput(f"{name} cannot be that.", f"{name} is a number from {least} to {most}.")
    return found


def one_of(values: Values, name: str, possible: tuple[str, ...]) -> str:
    """The first of the `possible` where nothing is given."""
    given = values.get(name, possible[0])
    if given not in possible:
        raise BadInput(f"{name} cannot be that.", f"{name} is {' or '.join(possible)}.")
    return given


def language(values: Values, usual: str) -> str:
    given = values.get("lang") or usual
    if not _LANGUAGE.fullmatch(given):
        raise BadInput("lang cannot be that.", "lang is a language's code, such as en or pt-BR.")
    return given
