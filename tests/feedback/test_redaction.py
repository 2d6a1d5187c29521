"""Personal data goes, whatever it is dressed in; what people write about stays."""

from __future__ import annotations

import base64
import hashlib
import time
import uuid

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.feedback.redaction import redact

REPLACED = {
    "jane.roe+x@example.co.uk": "[email]",
    "<a@b.de>": "<[email]>",
    "mailto:a@b.de?subject=x": "mailto:[email]?subject=x",
    '"jane roe"@example.com': "[email]",
    "jörg@müller.de": "[email]",
    "jose\u0301@b.com": "[email]",
    "ｆｏｏ＠ｂａｒ．ｃｏｍ": "[email]",
    "foo\u200b@\u2060bar.com": "[email]",
    "请联系foo@bar.com谢谢": "请联系[email]谢谢",
    "用户@例子.中国": "[email]",
    "Write a@b.de.": "Write [email].",
    "a@b.de,c@d.fr;e@f.it": "[email],[email];[email]",
    "4111111111111111": "[card]",
    "4111 1111 1111 1111": "[card]",
    "4111\u00a01111\u20091111\u20111111": "[card]",
    "4111 – 1111 – 1111 – 1111": "[card]",
    "４１１１　１１１１　１１１１　１１１１": "[card]",
    "٤١١١ ١١١١ ١١١١ ١١١١": "[card]",
    "4111\u200b1111\u200c1111\u00ad1111": "[card]",
    "3782 822463 10005": "[card]",
    "4222222222222": "[card]",
    "6304000000000000000": "[card]",
    "order 12345 4111-1111-1111-1111 or 5": "order 12345 [card] or 5",
    "DE89 3704 0044 0532 0130 00 is mine": "[iban] is mine",
    "DE89\u202f3704\u202f0044\u202f0532\u202f0130\u202f00": "[iban]",
    "iban:gb29nwbk60161331926819.": "iban:[iban].",
    "NO93 8601 1117 947": "[iban]",
    "MT84MALT011000012345MTLCAST001S": "[iban]",
    "sk_live_51H8xYzABCDEFGHIJKL": "[token]",
    "sk_live_abcdefghijklmnop": "[token]",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a": "[token]",
    "AKIAIOSFODNN7EXAMPLE": "[token]",
    "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmN": "Bearer [token]",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709": "[token]",
    "123e4567-e89b-12d3-a456-426614174000": "[token]",
    "https://kb.test/reset?token=a8Fk39dkWm2lqPz0vN4x&u=1": "https://kb.test/reset?token=[token]&u=1",
    "/files/da39a3ee5e6b4b0d3255bfef95601890/logo.svg": "/files/[token]/logo.svg",
    "Kk3+9fQ/2xLw0ZtY7mB1cD4eG6hJ8pRs==": "[token]",
    "abcdefghij1234567890": "[token]",
    "from 192.168.1.17, 10.0.0.1:8080.": "from [ip], [ip]:8080.",
    "2001:db8::1 fe80::1%eth0 ::1": "[ip] [ip] [ip]",
    "http://[2001:db8::1]:443/": "http://[[ip]]:443/",
    "IP:2001:db8:0:0:0:0:0:1.": "IP:[ip].",
    "::ffff:192.0.2.7": "[ip]",
    "１９２.０.２.７": "[ip]",
}

KEPT = [
    "I followed all 7 steps, but the “Save” button — see step 3 — is grey!",
    "Version 1.2.3 of 2.0.1-beta, Windows 10.0.19041.1, Chrome/120.0.6099.109",
    "1.2.3 1.2.4 1.2.5 1.2.6 1.2.7 1.2.8 1.2.9",
    "Call +49 170 12345678, (555) 123-4567, 0049 170 1234 5678 or +1 212 555 0199 1234",
    "Order 123456789012 of 2026-03-02, paid 2026-03-03 and 2026-03-04",
    "ERR_CONNECTION_REFUSED 0x800f081f ERR_SSL_VERSION_OR_CIPHER_MISMATCH_0x80004005",
    "/usr/lib/x86_64-linux-gnu/python3/dist-packages/some_module.py",
    r"C:\Program Files\Foo2\settings.json",
    "Donaudampfschifffahrtsgesellschaft antidisestablishmentarianism",
    "how-to-reset-your-password-in-2026-on-windows-11",
    "https://kb.test/articles/2026/how-to-install-on-ubuntu-22-04/",
    "IMG_20260302_123456.jpg libstdc++6-x86_64-linux-gnu",
    "2026-03-02T12:34:56.789Z 12:30:45 a::b std::vector face::bad",
    "@someone user@localhost a @ b 50 % @ 3",
    "می\u200cخواهم 👨\u200d👩\u200d👧 ❤️ これはペンです ทดสอบ",
    "AB12 some text that only begins like an account",
    "1234 5678 9012 3456",  # fails Luhn
    "DE88 3704 0044 0532 0130 00"[:4] + " and so on",
    "tab\tand\nnewline",
]


@pytest.mark.parametrize(("text", "redacted"), REPLACED.items())
def test_personal_data_is_replaced(text: str, redacted: str) -> None:
    assert redact(text) == redacted
    assert redact(f"see {text} there") == f"see {redacted} there"


@pytest.mark.parametrize("text", KEPT)
def test_ordinary_text_is_untouched(text: str) -> None:
    assert redact(text) == text


def test_control_and_invisible_characters_go() -> None:
    assert redact("a\x00b\x1b[1m\x7f\x9b\u202ec\ufeff\u200bd") == "ab[1mcd"


def test_line_ends_become_newlines() -> None:
    assert redact("a\r\nb\rc\u2028d\n\te") == "a\nb\nc\nd\n\te"


def test_lone_surrogates_become_a_character_that_can_be_stored() -> None:
    assert redact("a\ud800b\udfff").encode() == "a\ufffdb\ufffd".encode()


PIECES = [*REPLACED, *KEPT, " ", ".", "-", "@", "1", "a", ":", "/", "[", "]", "+", "\n", "\u200d"]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join))
@example("a@b.co1.2.3.4.5")
@example("1.2.3.4a@b.co.5.6.7.8")
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(st.text(alphabet='abAB019@.:-_/+[]"% \t\u00a0é漢１\u200d', max_size=60))
def test_redacting_noise_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(st.text(max_size=200))
def test_the_result_can_be_stored_anywhere(text: str) -> None:
    redacted = redact(text)
    redacted.encode()
    assert all(char in "\n\t" or ord(char) >= 32 for char in redacted)


@given(
    st.text("0123456789", min_size=12, max_size=18).filter(lambda digits: digits[0] != "0"),
    st.lists(st.sampled_from([" ", "-", "\u00a0", "\u2009", "\u2012", " - "]), max_size=4),
)
def test_every_card_number_is_found_however_it_is_grouped(
    digits: str, separators: list[str]
) -> None:
    number = digits + next(str(check) for check in range(10) if _luhn(digits + str(check)))
    groups = [number[start : start + 4] for start in range(0, len(number), 4)]
    separators += [""] * len(groups)
    between = [*separators[: len(groups) - 1], ""]
    text = "".join(group + each for group, each in zip(groups, between, strict=True))
    assert redact(f"my card {text} please") == "my card [card] please"


def _luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (place % 2 + 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


@given(st.binary(min_size=16, max_size=16))
def test_every_uuid_is_found(seed: bytes) -> None:
    assert redact(f"id={uuid.UUID(bytes=seed)}") == "id=[token]"


@pytest.mark.parametrize("seed", range(50))
def test_random_keys_are_found(seed: int) -> None:
    key = hashlib.sha256(bytes([seed])).digest()
    for text in (key.hex(), base64.b32encode(key), base64.urlsafe_b64encode(key)):
        written = text if isinstance(text, str) else text.decode().rstrip("=")
        assert redact(f"key {written} end") == "key [token] end"


@given(st.ip_addresses())
def test_every_address_of_a_machine_is_found(address: object) -> None:
    text = str(address)
    found = redact(f"from {text} today") == "from [ip] today"
    assert found or (":" in text and not any(char.isdigit() for char in text))


@pytest.mark.parametrize(
    "piece",
    [
        *'a1@._-+/=%"[]:é１漢',
        *("a.", "a@", "a@a.", "1-", "1.", "1.1.1.1.", "::", ":a", "1:", "4111 ", "DE89 ", "DE89"),
        *("eyJ", "eyJhbGci.", "sk_", "sk_live_", "sk-a", "SG.", "AKIA", "aA1", "/a1B", '"a', "é@"),
        *("a@b.co", "x@y.zz1.2.3.4.", "4111111111111111 ", "漢@漢.", "[email]", "a%", "::1.", "\r"),
    ],
)
def test_hostile_text_takes_hardly_longer_than_ordinary_text(
    piece: str, ordinary_seconds: float
) -> None:
    assert _seconds(piece) < 40 * ordinary_seconds  # quadratic would be thousands


@pytest.fixture(scope="module")
def ordinary_seconds() -> float:
    return min(_seconds("The quick brown fox jumps over it. ") for _ in range(3))


def _seconds(piece: str) -> float:
    text = (piece * 200_000)[:200_000]
    began = time.thread_time()
    redact(text)
    return time.thread_time() - began
