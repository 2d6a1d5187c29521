"""Second factor: codes of a phone (TOTP, RFC 6238), and recovery codes for a lost one."""

from __future__ import annotations

import base64
import datetime as dt  # noqa: TC003  (a parameter's type)
import hashlib
import hmac
import secrets

import pyotp

STEP = 30
CODES = 8


def new_seed() -> str:
    """What the database keeps. Without the installation's secret it is no key, nor says one."""
    return secrets.token_hex(16)


def key_of(seed: str, secret: bytes) -> str:
    """The key to share with a phone, in base32 as people type it."""
    made = hmac.digest(secret, f"second factor {seed}".encode(), hashlib.sha256)
    return base64.b32encode(made[:20]).decode()


def uri(key: str, name: str, site: str) -> str:
    """What a QR code tells a phone."""
    return pyotp.TOTP(key).provisioning_uri(name=name, issuer_name=site)


def step_of(key: str, code: str, now: dt.datetime) -> int:
    """The half minute that a code is of: this one, or one earlier or later; 0: none of them."""
    typed = code.replace(" ", "")
    if not (len(typed) == 6 and typed.isascii() and typed.isdecimal()):
        return 0
    this, totp = int(now.timestamp()) // STEP, pyotp.TOTP(key)
    fitting = [
        step
        for step in (this - 1, this, this + 1)
        if hmac.compare_digest(totp.at(step * STEP), typed)
    ]
    return max(fitting, default=0)


def new_codes() -> list[str]:
    """Recovery codes of 80 bits each: too many to be guessed, even from their digests."""
    return ["-".join(_fours(secrets.token_bytes(10))) for _ in range(CODES)]


def digest(code: str) -> str:
    """What is kept of a recovery code; capitals, spaces and hyphens do not matter."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _fours(data: bytes) -> list[str]:
    text = base64.b32encode(data).decode().lower()
    return [text[at : at + 4] for at in range(0, len(text), 4)]
