"""Configuring: reads the settings of a folder and environment, and tells every mistake in them."""

from __future__ import annotations

import difflib
import os
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict

from kb.errors import UsageError
from kb.settings import FILE, Settings

PREFIX = "KB_"


def read_settings(**overrides: Any) -> Settings:
    """Settings of this folder and environment. Raises UsageError naming every mistake."""
    unknown = [name for name in os.environ if name.startswith(PREFIX) and not _known(name)]
    mistakes = [f"{name}: no such setting{_suggestion(name)}" for name in unknown]
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        mistakes += [_told(e["loc"], e["msg"]) for e in error.errors()]
    except (ValueError, OSError) as error:  # a kb.toml that is not TOML, or may not be read
        mistakes.append(f"{FILE}: {error}")
    if mistakes:
        raise UsageError(
            "\n".join(mistakes),
            f"See the settings reference in the handbook; {FILE} is read where kb runs.",
        )
    return settings


class _Lenient(Settings):
    model_config = SettingsConfigDict(extra="ignore")


def readable_settings(**overrides: Any) -> Settings:
    """What can be understood of the settings, defaults for the rest. For `kb doctor` alone."""
    try:
        return _Lenient(**overrides)
    except ValidationError as error:
        wrong = {str(e["loc"][0]) for e in error.errors() if e["loc"]}
        if not all(e["loc"] for e in error.errors()):  # the helpdesk as a whole
            wrong.update(name for name in Settings.model_fields if name.startswith("helpdesk"))
        wrong &= Settings.model_fields.keys()
        defaults = {name: Settings.model_fields[name].default for name in wrong}
        return _Lenient(**(overrides | defaults))
    except (ValueError, OSError):
        return Settings.model_construct(**overrides)


def _told(loc: tuple[int | str, ...], message: str) -> str:
    name = ".".join(map(str, loc))
    if "Extra inputs" in message:
        return f"{name}: no such setting{_suggestion(name)}"
    told = message.removeprefix("Value error, ")
    return f"{name}: {told}" if name else told


def _known(name: str) -> bool:
    return name.removeprefix(PREFIX).lower() in Settings.model_fields


def _suggestion(name: str) -> str:
    """In the form in which it was given: contact -> contact_url, KB_CONTACT -> KB_CONTACT_URL."""
    prefix = PREFIX if name.startswith(PREFIX) else ""
    near = difflib.get_close_matches(name.removeprefix(PREFIX).lower(), Settings.model_fields, n=1)
    return f"; did you mean {prefix}{near[0].upper() if prefix else near[0]}?" if near else ""
