"""Settings: what kb.toml and KB_* environment variables may say, as one typed value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

T = TypeVar("T")

FILE = "kb.toml"
CONTACT = "/contact"
MOST_FOOTER_LINKS = 8
MADE_UP = "made-up-traffic"  # a file in data_dir: what the database beside it holds is a demo

_NEEDED: dict[str, tuple[str, ...]] = {
    "": (),
    "smtp": ("helpdesk_url", "helpdesk_to"),
    "webhook": ("helpdesk_url", "helpdesk_secret"),
    "zammad": ("helpdesk_url", "helpdesk_secret", "helpdesk_queue"),
    "zendesk": ("helpdesk_url",),
    "freshdesk": ("helpdesk_url", "helpdesk_secret"),
    "helpscout": ("helpdesk_user", "helpdesk_secret", "helpdesk_queue"),
}
_SIGNING = r"(whsec_)?[A-Za-z0-9+/]{20,}={0,2}"


_ORIGIN = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([0-9]{1,5}))?/?")
_USUAL_PORT = {"https": "443", "http": "80"}


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
    theme: Path = Field(
        Path("theme"), description="The folder of your own logo, styles and templates."
    )
    footer_links: dict[str, str] = Field(
        {}, description="Links at the foot of every page: their words -> where they lead."
    )
    offline: bool = Field(
        True,
        description="Whether articles that somebody has read are kept in their browser, to be "
        "read without a connection.",
    )
    contact_url: str = Field(
        "",
        description="Where customers reach support, such as mailto:. Empty: kb's own form.",
    )
    contact_label: str = Field(
        "Contact support", max_length=40, description="The words on that link."
    )
    contact_form: bool = Field(
        True, description="Whether kb's own form at /contact is there, without contact_url."
    )
    contact_attachments: int = Field(
        5, ge=0, le=5, description="Files that may come with a message; 0: none."
    )
    contact_days: int = Field(
        30, ge=0, le=365, description="Days after which a message that is done loses its words."
    )
    helpdesk: Literal["", "smtp", "webhook", "zammad", "zendesk", "freshdesk", "helpscout"] = Field(
        "", description="Where messages are sent. Empty: they are read at /staff/messages."
    )
    helpdesk_url: str = Field(
        "", description="The helpdesk's address, or smtp://host:587 or smtps://host of a server."
    )
    helpdesk_user: str = Field(
        "", description="The name to sign in with: of SMTP, or the app id of Help Scout."
    )
    helpdesk_secret: SecretStr = Field(
        SecretStr(""), description="The password, token, key, or the secret that signs webhooks."
    )
    helpdesk_to: str = Field("", description="SMTP: the address that support reads.")
    helpdesk_from: str = Field("", description="SMTP: the sender. Empty: helpdesk_to.")
    helpdesk_queue: str = Field(
        "", description="Zammad: the group. Help Scout: the number of the inbox."
    )
    helpdesk_private: bool = Field(
        False, description="Whether the helpdesk is in a private network or on this machine."
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
    panel_origins: tuple[str, ...] = Field(
        (), description="Sites that may show /staff/panel in a frame, such as a help desk's."
    )
    proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="How many reverse proxies stand in front and set X-Forwarded-For.",
    )

    widget_origins: tuple[str, ...] = Field(
        (),
        description="The sites that may show the help center in a panel, such as "
        "https://shop.example.com. Empty: the widget is off.",
    )
    cross_origin: bool = Field(
        False, description="Let pages of any other site read the public part of the JSON API."
    )

    oidc_issuer: str = Field(
        "", description="The address of the OpenID provider at which staff sign in."
    )
    oidc_client_id: str = Field(
        "", validate_default=True, description="What the provider calls this site."
    )
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="What the provider knows this site by; empty: PKCE alone."
    )
    oidc_scope: str = Field(
        "openid profile", description="What is asked of the provider, separated by spaces."
    )
    oidc_role_claim: str = Field(
        "groups", description="Where the provider says what somebody may do."
    )
    oidc_roles: dict[str, Literal["agent", "writer", "admin"]] = Field(
        {}, validate_default=True, description="What it says there -> the role here."
    )

    @field_validator("oidc_issuer")
    @classmethod
    def _private(cls, value: str) -> str:
        here = r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/|$)"
        if value and not re.match(rf"https://[^/\s?#@]+|{here}", value):
            raise ValueError("must start with https://, or be on this machine")
        return value

    @field_validator("oidc_scope")
    @classmethod
    def _openid(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("must have openid among its words")
        return value

    @field_validator("oidc_client_id", "oidc_roles")
    @classmethod
    def _wanted(cls, value: T, info: ValidationInfo) -> T:
        if info.data.get("oidc_issuer") and not value:
            raise ValueError("is needed with oidc_issuer")
        return value

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
    def _contactable(cls, value: str) -> str:
        return _reachable(value) if value else value

    @field_validator("footer_links")
    @classmethod
    def _all_reachable(cls, value: dict[str, str]) -> dict[str, str]:
        if len(value) > MOST_FOOTER_LINKS or not all(label.strip() for label in value):
            raise ValueError(f"must be at most {MOST_FOOTER_LINKS} links, each with words")
        return {label.strip(): _reachable(address) for label, address in value.items()}

    @field_validator("widget_origins", "panel_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(_origin, value)))

    @model_validator(mode="after")
    def _connectable(self) -> Self:
        """A helpdesk has all that it needs, told together."""
        wrong = [f"{name} is missing" for name in _NEEDED[self.helpdesk] if not self._has(name)]
        schemes = ("smtp", "smtps") if self.helpdesk == "smtp" else ("https", "http")
        if (
            self.helpdesk
            and self.helpdesk_url
            and urlsplit(self.helpdesk_url).scheme not in schemes
        ):
            wrong.append(f"helpdesk_url must begin with {' or '.join(s + '://' for s in schemes)}")
        if self.helpdesk == "helpscout" and not re.fullmatch(r"[0-9]{1,12}", self.helpdesk_queue):
            wrong.append("helpdesk_queue must be the number of an inbox")
        if self.helpdesk == "webhook" and not re.fullmatch(_SIGNING, self.secret):
            wrong.append("helpdesk_secret must be whsec_ and base64")
        for name in ("helpdesk_to", "helpdesk_from"):
            if not re.fullmatch(r"([^\s@,;<>]+@[^\s@,;<>]+)?", getattr(self, name)):
                wrong.append(f"{name} must be one address such as support@example.com")
        if wrong:
            raise ValueError(f"helpdesk {self.helpdesk}: " + ", ".join(wrong))
        return self

    def _has(self, name: str) -> bool:
        return bool(self.secret if name == "helpdesk_secret" else getattr(self, name))

    @property
    def secret(self) -> str:
        """The secret of the helpdesk in clear text."""
        return self.helpdesk_secret.get_secret_value()

    @property
    def has_form(self) -> bool:
        """Whether customers write to support here, and not elsewhere or not at all."""
        return self.contact_form and self.contact_url in ("", CONTACT)

    @property
    def contact(self) -> str:
        """Where the contact link leads, "" when there is none."""
        return CONTACT if self.has_form else self.contact_url

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


def _reachable(address: str) -> str:
    if not re.match(r"(https?://|mailto:|tel:|/)", address):
        raise ValueError("must start with https://, mailto:, tel: or /")
    return address


def _origin(given: str) -> str:
    """An origin as browsers write it: it is compared with theirs, and stands in a header."""
    found = _ORIGIN.fullmatch(given.strip().lower())
    if not found:
        raise ValueError(f"{given!r} must look like https://shop.example.com, without a path")
    scheme, host, port = found.groups()
    if scheme == "http" and host not in ("localhost", "127.0.0.1"):
        raise ValueError(f"{given!r} must begin with https:// (http is for localhost only)")
    return f"{scheme}://{host}" + (f":{port}" if port not in (None, _USUAL_PORT[scheme]) else "")
