"""The gallery's table knows every page that there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gallery_index import index
from gallery_site import OWN, SETTINGS
from gallery_states import STATES, WIDTHS
from sample_site import Visitor, make_site, signed_in
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

EXCEPTIONS = {
    "public.source": "Markdown",
    "reading.source": "Markdown",
    "public.picture": "a picture",
    "public.short": "leads on to an article",
    "reading.short": "leads on to an article",
    "reading.elsewhere": "leads on to an article, or is the page that is not found",
    "public.media": "a writer's file",
    "reading.media": "a writer's file",
    "messages.file": "a customer's file",
    "static": "a file of the theme",
    "theme.file": "a file of the team's own theme",
    "public.generation": "JSON, on a writer's own machine",
    "picker.part": "a piece of the page of links, which has it",
    "feeds.sitemap_part": "XML",
    "api.article": "JSON",
    "api.gaps.gap": "JSON",
    "single_sign_on.leave": "leads on to the provider",
    "single_sign_on.come_back": "leads on from the provider",
}
"""GET addresses that are no page of their own, and cannot be asked for without an argument."""

BY_STEPS = {"public.own_vote", "widget.own_vote"}
"""Pages whose address only a form leads to: states without scripts send it."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    site = make_site(tmp_path_factory.mktemp("gallery"), base_url="http://localhost", **SETTINGS)
    return site.app()


def shown(app: Flask) -> set[str]:
    """The endpoints that the table's addresses lead to."""
    adapter, found = app.url_map.bind("localhost"), set(BY_STEPS)
    numbers = dict.fromkeys(("voice", "wall_switch", "gift_card", "refund", "report"), "1")
    for state in STATES:
        path = state.path.format(**numbers, sent="token").partition("?")[0].partition("#")[0]
        try:
            found.add(adapter.match(path)[0])
        except NotFound:
            assert "not-found" in state.slug or "/gallery" in path, state.slug
        except RequestRedirect:
            pytest.fail(f"{state.slug}: the address {path} leads elsewhere")
    return found


def test_every_page_is_in_the_gallery(app: Flask) -> None:
    ada, known = signed_in(Visitor(app)), shown(app)
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in known | EXCEPTIONS.keys():
            continue
        what = f"{rule.rule} ({rule.endpoint}) is not in tests/gallery_states.py"
        assert not rule.arguments, what
        assert ada.client.get(rule.rule).mimetype != "text/html", what


def test_no_exception_is_out_of_date(app: Flask) -> None:
    there = {rule.endpoint for rule in app.url_map.iter_rules()} | {
        name
        for name in EXCEPTIONS
        if name.startswith("single_sign_on.")  # with a provider only
    }
    assert EXCEPTIONS.keys() <= there
    assert not EXCEPTIONS.keys() & shown(app)


def test_each_state_has_a_name_of_its_own() -> None:
    names = [state.slug for state in STATES]
    assert len(names) == len(set(names))
    assert {state.path for state in STATES} >= {"/", f"{OWN}500"}


def test_the_index_shows_the_pictures_that_are_there(tmp_path: Path) -> None:
    home = next(state for state in STATES if state.slug == "home")
    for look in ("light", "dark"):
        (tmp_path / f"home-390-{look}.png").touch()
    page = index(tmp_path, [home])
    assert page.count("<img") == 2
    assert page.index("home-390-light.png") < page.index("home-390-dark.png")
    for width in WIDTHS:
        assert f"#w{width}:checked" in page
    assert "<script" not in page
