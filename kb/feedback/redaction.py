"""Redaction: what must not be stored is replaced in a text before anybody keeps it."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

Span = tuple[int, int]
Finder = Callable[[str], Iterable[Span]]


def redact(text: str) -> str:
    """The text with [email], [iban], [token], [card] and [ip] in the place of such things.

    Line ends become a newline; control and invisible characters go; lone surrogates become
    U+FFFD. Redacting twice changes nothing more. Takes time linear in the text's length.
    """
    text = _LINE_END.sub("\n", text).translate(_UNPRINTABLE)
    while (shorter := _redact_once(text)) != text:  # a removal may bare its neighbour's edge
        text = shorter
    return text


def _redact_once(text: str) -> str:
    for label, find in _FINDERS:
        text = _replace(text, find(_plain(text)), f"[{label}]")
    return text


def _replace(text: str, spans: Iterable[Span], label: str) -> str:
    parts, end = [], 0
    for start, stop in spans:
        parts += [text[end:start], label]
        end = stop
    return "".join([*parts, text[end:]])


# Characters. Everything is found in a plain copy of equal length, so that full-width digits,
# no-break spaces and the many Unicode dashes need no mention in any pattern.

_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_INVISIBLE = (0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF, 0xE0001)
_INVISIBLE_RANGES = ((0x202A, 0x202F), (0x2060, 0x2070), (0xFFF9, 0xFFFC), (0xE0020, 0xE0080))
_UNPRINTABLE: dict[int, str | None] = {
    **dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {0x09, 0x0A}),
    **dict.fromkeys(_INVISIBLE),
    **{code: None for first, end in _INVISIBLE_RANGES for code in range(first, end)},
    **dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}"),
}


class _Plain(dict[int, str]):
    """A character's ASCII equivalent, worked out once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = plain = _plain_character(char)
        return plain


def _plain_character(char: str) -> str:
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category == "Pd" or char == "\N{MINUS SIGN}":
        return "-"
    if category == "Zs" or char in "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}":
        return " "
    compatible = unicodedata.normalize("NFKC", char)
    return compatible if len(compatible) == 1 else char


_PLAIN = _Plain((code, chr(code)) for code in range(0x80))


def _plain(text: str) -> str:
    return text if text.isascii() else text.translate(_PLAIN)


# E-mail addresses. A name is looked for only where it can begin, else a long word without
# an @ would be read once for each of its letters.

_APART = r"\s@<>()\[\]{},;:\"\\|/?&="
_SCRIPTS_WITHOUT_SPACES = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u9fff\uac00-\ud7af"


def _email(apart: str) -> re.Pattern[str]:
    label = rf"[^{apart}.]"
    return re.compile(
        rf'(?:(?<![^{apart}])[^{apart}]++|"[^"\n]{{1,64}}")@(?:{label}+\.)+{label}{{2,}}'
    )


# The stricter first: in Chinese or Japanese the sentence goes on right after the address.
_EMAILS = (_email(_APART + _SCRIPTS_WITHOUT_SPACES), _email(_APART))


def _emails(pattern: re.Pattern[str]) -> Finder:
    return lambda plain: (match.span() for match in pattern.finditer(plain))


# IBANs: the country says how long one is, the remainder modulo 97 is 1.

_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}")
_IBAN_COUNTRIES = {
    15: "NO", 16: "BE", 18: "DK FI FK FO GL NL SD", 19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST",
    26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
_IBAN_LENGTHS = {
    country: length for length, group in _IBAN_COUNTRIES.items() for country in group.split()
}


def _ibans(plain: str) -> Iterator[Span]:
    end = 0
    for match in _IBAN_START.finditer(plain):
        length = _IBAN_LENGTHS.get(match[0][:2].upper())
        if length is None or match.start() < end:
            continue
        shape = rf"[A-Za-z0-9](?:[ \t.-]{{0,3}}[A-Za-z0-9]){{{length - 1}}}(?![A-Za-z0-9])"
        found = re.compile(shape).match(plain, match.start())
        if found and _mod_97(re.sub(r"[^A-Za-z0-9]", "", found[0])) == 1:
            end = found.end()
            yield found.span()


def _mod_97(iban: str) -> int:
    """ISO 13616: the first four characters go last, letters count from A = 10."""
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97


# Tokens: known shapes, and long runs that switch between digits, capitals and small letters
# more often than words, file names and identifiers do.

_KNOWN_TOKEN = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      eyJ[\w-]{5,}+(?:\.[\w-]*+){1,4}                               # JSON Web Token
    | (?:sk|pk|rk|whsec|gh[opsur]|github_pat|glpat|xox[a-z]|npm|pypi|hf|dop_v1|shpat|SG)
      [_.-](?=[\w.-]{0,60}\d)[\w-]{10,}+(?:\.[\w-]{10,}+)*          # keys that say what they are
    | (?:sk|pk|rk)_(?:live|test)_\w{8,}+
    | kb_[0-9a-f]{64}                                               # our own
    | AKIA[A-Z0-9]{16} | ASIA[A-Z0-9]{16} | AIza[\w-]{35}
    | [0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}          # UUID
    )(?![A-Za-z0-9])""",
    re.VERBOSE | re.ASCII,
)
_TOKEN_RUN = re.compile(r"(?<![A-Za-z0-9_+/-])[A-Za-z0-9_+/-]{20,}+={0,2}")
_WORD = re.compile(r"[A-Za-z0-9]{20,}+")
_FOLDER = re.compile(r"(?:^|/)[a-z]{3,}+(?:/|$)")  # rare in base64, usual in paths
_SWITCH = re.compile(r"[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])|[a-z](?=[A-Z])")


def _known_tokens(plain: str) -> Iterator[Span]:
    return (match.span() for match in _KNOWN_TOKEN.finditer(plain))


def _tokens(plain: str) -> Iterator[Span]:
    for match in _TOKEN_RUN.finditer(plain):
        if _is_secret(match[0], 0.3) and not _FOLDER.search(match[0]):
            yield match.span()
            continue
        for part in re.finditer(r"[^/]{20,}+", match[0]):  # perhaps a path to a secret
            if _is_secret(part[0], 0.2):
                yield match.start() + part.start(), match.start() + part.end()


def _is_secret(run: str, share: float) -> bool:
    """Whether switches are a `share` of the characters, or a long word holds a few digits."""
    letters, digits = (sum(map(kind, run)) for kind in (str.isalpha, str.isdigit))
    if not letters or not digits:
        return False
    if sum(1 for _ in _SWITCH.finditer(run)) >= share * (letters + digits):
        return True
    return "/" not in run and any(_is_mixed(word) for word in _WORD.findall(run))


def _is_mixed(word: str) -> bool:
    return not word.isdigit() and sum(map(str.isdigit, word)) >= 2


# Cards: 13 to 19 digits, alone or in up to six groups, whose Luhn sum is right.

_DIGIT_GROUPS = re.compile(r"(?<![0-9+])[0-9]++(?:[ \t.-]{1,3}[0-9]++)*+")
_CARD_GROUPS = 6


def _cards(plain: str) -> Iterator[Span]:
    for run in _DIGIT_GROUPS.finditer(plain):
        yield from _merged(_cards_among([*re.finditer("[0-9]+", run[0])], run.start()))


def _cards_among(groups: list[re.Match[str]], offset: int) -> Iterator[Span]:
    for first, start in enumerate(groups):
        digits = ""
        for group in groups[first : first + _CARD_GROUPS]:
            digits += group[0]
            if len(digits) > 19:
                break
            if len(digits) >= 13 and digits[0] != "0" and _luhn(digits):
                yield offset + start.start(), offset + group.end()


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(d), 10)) for d in even)) % 10 == 0


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Overlapping spans as one: which of two was the card nobody can tell."""
    current: Span | None = None
    for start, stop in spans:
        if current and start < current[1]:
            current = current[0], max(current[1], stop)
            continue
        if current:
            yield current
        current = start, stop
    if current:
        yield current


# Addresses of machines.

_IPV4 = re.compile(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?!\w|\.\w)")
_IPV6 = re.compile(r"(?<![0-9A-Fa-f:.])[0-9A-Fa-f:.]++(?:%\w{1,16})?")


def _ipv4(plain: str) -> Iterator[Span]:
    for match in _IPV4.finditer(plain):
        if all(int(part) < 256 for part in match[0].split(".")):
            yield match.span()


def _ipv6(plain: str) -> Iterator[Span]:
    for match in _IPV6.finditer(plain):
        start, stop = match.span()
        if match[0].count(":") < 2 or stop - start > 64:
            continue
        if plain[start] == ":" and plain[start + 1] != ":":  # "address:2001:db8::1"
            start += 1
        elif start and (plain[start - 1].isalnum() or plain[start - 1] == "_"):  # "std::"
            continue
        while stop > start and not _is_ipv6(plain[start:stop]) and plain[stop - 1] in ":.":
            stop -= 1
        if _is_ipv6(plain[start:stop]):
            yield start, stop


def _is_ipv6(found: str) -> bool:
    """With a digit: `dead::beef` is more often a name in a program."""
    try:
        ipaddress.IPv6Address(found)
    except ValueError:
        return False
    return any(char.isdigit() for char in found)


_FINDERS: tuple[tuple[str, Finder], ...] = (
    *(("email", _emails(pattern)) for pattern in _EMAILS),
    ("iban", _ibans),
    ("token", _known_tokens),
    ("token", _tokens),
    ("card", _cards),
    ("ip", _ipv6),
    ("ip", _ipv4),
)
