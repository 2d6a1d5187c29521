"""The texts of the scripts: each is there in every language, and a page loads only its own."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from browsing import DESKTOP, chromium, needs_chromium, open_page, served
from sample_site import ROOT, Site, Visitor, make_site, sample

from kb.phrase import TRANSLATIONS
from kb.web.wording import LANGUAGES, SOURCE

if TYPE_CHECKING:
    from pathlib import Path

OTHERS = sorted(set(LANGUAGES) - {SOURCE})
CODE = "---\ntitle: Den Tarif kündigen\nlang: de\nslug: kuendigen\n---\n```bash\nkb build\n```\n"


def extracted() -> set[str]:
    with (TRANSLATIONS / "scripts.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, keywords={"say": None})
    return {str(message if isinstance(message, str) else message[0]) for _, _, message, *_ in found}


def catalog(lang: str) -> dict[str, str]:
    with (TRANSLATIONS / lang / "LC_MESSAGES" / "scripts.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def test_no_text_is_hidden_from_babel() -> None:
    """Inside a template string, say, it would be served but never translated."""
    scripts = [path.read_text("utf-8") for path in (ROOT / "static" / "js").rglob("*.js")]
    said = {text for script in scripts for text in re.findall(r'\bsay\("([^"]*)"\)', script)}
    assert sum(script.count("say(") for script in scripts) >= len(said) > 60
    assert all(re.search(r'say\((?!")', script) is None for script in scripts)
    assert said - extracted() == set()


@pytest.mark.parametrize("lang", OTHERS)
def test_every_text_of_the_scripts_is_translated_and_none_too_many(lang: str) -> None:
    words = catalog(lang)
    assert words.keys() == extracted()
    for text, said in words.items():
        assert said.strip(), text
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", said)), text
        assert re.sub(r"[^.:?]", "", text[-1:]) == re.sub(r"[^.:?]", "", said[-1:]), text
        assert not re.search(r'[<>"&!¡]|\b(bitte|leider|du|dein\w*|usted|por favor)\b', said, re.I)


@pytest.mark.parametrize("lang", OTHERS)
def test_what_is_served_is_compiled_from_what_people_edit(lang: str) -> None:
    folder = TRANSLATIONS / lang / "LC_MESSAGES"
    compiled = io.BytesIO()
    with (folder / "scripts.po").open("rb") as file:
        write_mo(compiled, read_po(file))
    assert (folder / "scripts.mo").read_bytes() == compiled.getvalue()


def test_a_page_names_the_scripts_of_its_own_language_and_no_other(visitor: Visitor) -> None:
    assert not re.search(r"/static/js/\w+\.\w+\.js", visitor.get("/articles/cancel"))
    english = visitor.client.get("/static/js/kb.js").get_data(as_text=True)
    assert '"Copied"' in english
    assert "Kopiert" not in english
    assert "say(" not in english


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root: Path = tmp_path_factory.mktemp("german")
    return make_site(root, {**sample(), "billing/de.md": CODE}, lang="de")


def test_a_german_site_has_german_scripts_on_every_page(german: Site) -> None:
    visitor = Visitor(german.app())
    for path in ("/", "/articles/kuendigen", "/contact", "/search"):
        page = visitor.get(path)
        for name in ("kb", "suggest"):
            assert f"/static/js/{name}.de.js?v=" in page, path
    assert "/static/js/kb.de.js?v=" in visitor.client.get("/worker.js").get_data(as_text=True)


@needs_chromium
def test_a_german_page_offers_to_copy_in_german(german: Site) -> None:
    with served(german) as address, chromium() as browser:
        page = open_page(browser, viewport=DESKTOP, permissions=["clipboard-write"])
        page.goto(address + "/articles/kuendigen")
        page.get_by_role("button", name="Kopieren", exact=True).click()
        page.get_by_role("button", name="Kopiert", exact=True).wait_for()
        page.get_by_role("button", name="Ja", exact=True).click()
        page.get_by_role("button", name="Meine Antwort ändern").wait_for()
        page.context.close()
