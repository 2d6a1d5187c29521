"""The catalogs: each language has every text of the code, and what kb reads is what people edit."""

from __future__ import annotations

import io
import re
from functools import cache
from gettext import GNUTranslations
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from sample_site import ROOT

from kb.web.wording import LANGUAGES, SOURCE, TRANSLATIONS

if TYPE_CHECKING:
    from pathlib import Path

    from babel.messages.catalog import Message

OTHERS = sorted(set(LANGUAGES) - {SOURCE})


@cache
def texts() -> Catalog:
    """What `pybabel extract` finds, with the settings beside the catalogs."""
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog()
    for _, _, message, _, context in extract_from_dir(ROOT, methods, options):
        found.add(message, context=context)
    return found


@cache
def catalog(lang: str) -> Catalog:
    with (folder(lang) / "messages.po").open("rb") as file:
        return read_po(file)


def folder(lang: str) -> Path:
    return TRANSLATIONS / lang / "LC_MESSAGES"


def messages(compiled: BinaryIO) -> dict[Any, str]:
    """Without the header, which names Babel's version."""
    with compiled:
        found = dict(GNUTranslations(compiled)._catalog)  # type: ignore[attr-defined]
    del found[""]
    return found


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def keys(found: Catalog) -> set[tuple[str | None, tuple[str, ...]]]:
    return {(message.context, forms(message.id)) for message in found if message.id}


def pairs(lang: str) -> list[tuple[Message, str]]:
    """Each text with each form of its translation."""
    return [
        (message, form) for message in catalog(lang) if message.id for form in forms(message.string)
    ]


def test_there_are_many_texts() -> None:
    assert len(keys(texts())) > 400
    assert (None, ("Was this helpful?",)) in keys(texts())
    assert (None, ("This is not an e-mail address.",)) in keys(texts())  # of a lower room
    assert ("theme", ("Dark",)) in keys(texts())


@pytest.mark.parametrize("lang", OTHERS)
def test_every_text_is_in_the_catalog_and_nothing_else(lang: str) -> None:
    assert keys(texts()) - keys(catalog(lang)) == set(), "pybabel update, then translate"
    assert keys(catalog(lang)) - keys(texts()) == set(), "no page says this any more"


@pytest.mark.parametrize("lang", OTHERS)
def test_every_text_is_translated(lang: str) -> None:
    assert [m.id for m in catalog(lang) if m.id and m.fuzzy] == []
    assert [m.id for m, form in pairs(lang) if not form.strip()] == []
    plurals = [m for m in catalog(lang) if isinstance(m.id, tuple)]
    assert [m.id for m in plurals if len(forms(m.string)) != catalog(lang).num_plurals] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_translations_name_the_values_that_the_code_gives(lang: str) -> None:
    def named(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)s|%%", text))

    def fits(message: Message, form: str) -> bool:
        """One form of a plural may leave out the number that the other has."""
        return named(form) in [named(text) for text in forms(message.id)]

    assert [(m.id, form) for m, form in pairs(lang) if not fits(m, form)] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_translations_can_stand_in_html_and_in_attributes(lang: str) -> None:
    assert [form for _, form in pairs(lang) if re.search(r'[<>"&]', form)] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_translations_end_as_the_text_does_and_are_as_quiet(lang: str) -> None:
    def ending(text: str) -> str:
        return re.sub(r"[^.:?]", "", text[-1:])

    assert [form for m, form in pairs(lang) if ending(form) != ending(forms(m.id)[0])] == []
    loud = r"[!¡]|\b(?:bitte|leider|hoppla|du|dein\w*|usted|ustedes|por favor|ups)\b"
    assert [form for _, form in pairs(lang) if re.search(loud, form, re.I)] == []
    assert [form for _, form in pairs(lang) if form != form.strip() or "  " in form] == []


@pytest.mark.parametrize("lang", OTHERS)
def test_what_kb_reads_is_compiled_from_what_people_edit(lang: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalog(lang))
    compiled.seek(0)
    edited, read = messages(compiled), messages((folder(lang) / "messages.mo").open("rb"))
    assert read == edited, "pybabel compile -d kb/translations"
    assert len(read) > 400
