"""Settings: kb.toml and KB_* environment variables, read once into one typed value."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from kb.errors import UsageError

FILE = "kb.toml"
MADE_UP = "made-up-traffic"  # a file in data_dir: what the database beside it holds is a demo


class Settings(BaseSettings):
    """One field a setting; its description is the text in the handbook's reference."""

    model_config = SettingsConfigDict(env_prefix="KB_", toml_file=FILE, extra="forbid", frozen=True)

    title: Annotated[str, Field(min_length=1, max_length=80)] = Field(
        "Help center", description="The name in the header and in every page's title."
    )
    headline: str = Field(
        "How can we help?", max_length=120, description="The question on the home page."
    )
    base_url: str = Field(
        "",
        description="The public address, such as https://help.example.com; absolute links need it.",
    )
    lang: str = Field(
        "en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="The articles' language."
    )
    accent: str = Field("#0f6b5c", description="The colour of links and buttons, as #rrggbb.")
    contact_url: str = Field(
        "", description="Where customers reach support: an https: or mailto: address."
    )
    contact_label: str = Field(
        "Contact support", max_length=40, description="The words on that link."
    )
    articles: Path = Field(Path("articles"), description="The folder of Markdown that is served.")
    data_dir: Path = Field(Path(".kb"), description="The folder for everything that kb writes.")
    database_url: str = Field(
        "", description="The database of votes. Empty: a SQLite file in data_dir."
    )
    semantic: bool = Field(
        True, description="Find by meaning too, when the extra `semantic` is installed."
    )
    trusted_hosts: tuple[str, ...] = Field(
        (), description="More host names to answer to, besides base_url's and this machine's own."
    )
    proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="How many reverse proxies stand in front and set X-Forwarded-For.",
    )

    @field_validator("base_url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^/\s?#@]+", value.rstrip("/")):
            raise ValueError("must look like https://help.example.com, without a path")
        return value.rstrip("/")

    @field_validator("accent")
    @classmethod
    def _hex(cls, value: str) -> str:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise ValueError("must look like #0f6b5c")
        return value.lower()

    @field_validator("contact_url")
    @classmethod
    def _reachable(cls, value: str) -> str:
        if value and not re.match(r"(https?://|mailto:|tel:|/)", value):
            raise ValueError("must start with https://, mailto:, tel: or /")
        return value

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'kb.sqlite'}"

    @property
    def made_up(self) -> bool:
        """Whether no real person is in the database: `kb demo` filled it."""
        return not self.database_url and (self.data_dir / MADE_UP).is_file()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What a command says wins over the environment, which wins over kb.toml."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))


def read_settings(**overrides: Any) -> Settings:
    """Settings of this folder and environment. Raises UsageError naming every mistake."""
    unknown = [
        name for name in os.environ if name.startswith("KB_") and not _known(name[3:].lower())
    ]
    mistakes = [f"{name}: no such setting{_suggestion(name[3:].lower())}" for name in unknown]
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
        wrong = {str(e["loc"][0]) for e in error.errors()} & Settings.model_fields.keys()
        defaults = {name: Settings.model_fields[name].default for name in wrong}
        return _Lenient(**(overrides | defaults))
    except (ValueError, OSError):
        return Settings.model_construct(**overrides)


def _told(loc: tuple[int | str, ...], message: str) -> str:
    name = ".".join(map(str, loc))
    if "Extra inputs" in message:
        return f"{name}: no such setting{_suggestion(name)}"
    return f"{name}: {message.removeprefix('Value error, ')}"


def _known(name: str) -> bool:
    return name in Settings.model_fields


def _suggestion(name: str) -> str:
    near = difflib.get_close_matches(name, Settings.model_fields, n=1)
    return f"; did you mean {near[0]}?" if near else ""
