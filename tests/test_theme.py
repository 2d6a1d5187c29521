"""The theme: logo, icon, styles, links and templates of a team's own, which survive every build."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from sample_site import PNG, Site, Visitor, make_site, write

from kb.configuring import read_settings
from kb.errors import UsageError
from kb.theme import MOST_BYTES, read_theme
from kb.web import create_app
from kb.web.publishing import publish

if TYPE_CHECKING:
    from pathlib import Path

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="60"><path d="M0 0h240v60z"/></svg>'
)
HOME = (
    '{% extends "kb/public/home.html" %}{% block title %}Ours · {{ super() }}{% endblock %}'
    "{% block content %}<p>Ours comes first</p>{{ super() }}{% endblock %}"
)
THEME: dict[str, str | bytes] = {
    "logo.svg": LOGO,
    "favicon.png": PNG,
    "theme.css": ".site-footer { border-top-width: 4px; }\n",
    "templates/public/home.html": HOME,
    "fonts/own.woff2": b"wOF2",
    ".secret": "hidden",
}


@pytest.fixture
def themed(tmp_path: Path) -> Site:
    write(tmp_path / "theme", THEME)
    return make_site(
        tmp_path, theme=tmp_path / "theme", footer_links={"Imprint": "https://example.com/imprint"}
    )


def test_logo_icon_styles_and_links_are_on_every_page(themed: Site) -> None:
    visitor = Visitor(themed.app())
    for path in ("/", "/articles/cancel", "/search?q=cancel", "/contact"):
        page = visitor.get(path)
        logo = re.search(
            r'<img class="logo" src="([^"]+)" alt="Help center" width="128" height="32">', page
        )
        assert logo, path
        assert visitor.client.get(logo[1]).data.decode() == LOGO
        assert re.search(r'rel="icon" href="/theme/favicon.png\?v=\w+" type="image/png"', page)
        assert re.search(r'rel="stylesheet" href="/theme/theme.css\?v=\w+"', page)
        assert '<a href="https://example.com/imprint">Imprint</a>' in page
    assert "Imprint" in visitor.get("/nowhere", 404)


def test_a_file_may_be_kept_for_as_long_as_its_address_names_it(themed: Site) -> None:
    client = Visitor(themed.app()).client
    page = client.get("/").get_data(as_text=True)
    address = re.search(r'"(/theme/theme.css\?v=\w+)"', page)[1]  # type: ignore[index]
    answer = client.get(address)
    assert answer.content_type == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/theme/theme.css?v=other").headers["Cache-Control"] == "public, no-cache"
    assert "sandbox" in client.get("/theme/logo.svg").headers["Content-Security-Policy"]
    etag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(address, headers=etag).status_code == 304


@pytest.mark.parametrize(
    "name", ["../kb.toml", "..%2fkb.toml", ".secret", "templates/public/home.html", "nothing", "link.txt"]
)  # fmt: skip
def test_nothing_else_is_to_be_had_below_theme(themed: Site, name: str) -> None:
    (themed.root / "outside.txt").write_text("outside")
    (themed.settings.theme / "link.txt").symlink_to(themed.root / "outside.txt")
    assert Visitor(themed.app()).client.get(f"/theme/{name}").status_code == 404


def test_a_dark_logo_stands_beside_the_light_one(themed: Site) -> None:
    (themed.settings.theme / "logo-dark.svg").write_text(LOGO)
    page = Visitor(themed.app()).get("/")
    assert re.findall(r'class="(logo logo-\w+)"', page) == ["logo logo-light", "logo logo-dark"]


def test_an_override_survives_builds_and_publishing(themed: Site) -> None:
    visitor = Visitor(themed.app())
    assert "Ours comes first" in visitor.get("/")
    themed.write({"billing/new.md": "# Something new\n\nText.\n"})
    themed.build()
    visitor.app.extensions["kb"].refresh()
    page = visitor.get("/")
    assert "Ours comes first" in page
    assert "<title>Ours · Help center</title>" in page
    assert "Something new" in visitor.get("/articles/new")  # the others are kb's own

    def publisher(edition: Any) -> None:
        publish(create_app(themed.settings, edition=edition), edition)

    themed.builder.build(publish=publisher)
    live = themed.builder.generations.candidates()[0]
    assert "Ours comes first" in (live.path / "public" / "pages" / "index.html").read_text()


def test_a_change_of_the_theme_shows_like_one_of_an_article(themed: Site) -> None:
    visitor = Visitor(themed.app())
    before = visitor.get("/")
    assert themed.build().content is None
    write(
        themed.settings.theme,
        {
            "templates/public/home.html": HOME.replace("first", "last"),
            "templates/errors/404.html": '{% extends "layout.html" %}{% block title %}Gone{% endblock %}'
            "{% block content %}<h1>Gone</h1>{% endblock %}",
            "theme.css": "a { color: red }",
        },
    )
    assert themed.build().content is not None
    visitor.app.extensions["kb"].refresh()
    after = visitor.get("/")
    assert "Ours comes last" in after
    assert "<h1>Gone</h1>" in visitor.get("/nowhere", 404)
    address = re.compile(r"/theme/theme.css\?v=\w+")
    assert address.search(before)[0] != address.search(after)[0]  # type: ignore[index]


def test_a_template_with_a_mistake_leaves_the_page_as_it_came(
    themed: Site, caplog: pytest.LogCaptureFixture
) -> None:
    write(themed.settings.theme, {"templates/public/home.html": "{% block content %}\n{{ oops"})
    page = Visitor(themed.app()).get("/")
    assert "How can we help?" in page
    assert "home.html, line 2" in caplog.text


def test_a_template_older_than_kb_may_ask_for_a_file_that_is_gone(
    themed: Site, caplog: pytest.LogCaptureFixture
) -> None:
    older = '{% extends "kb/layout.html" %}{% block head %}<script src="{{ static("js/gone.js") }}"></script>{% endblock %}'
    write(themed.settings.theme, {"templates/layout.html": older})
    visitor = Visitor(themed.app())
    for path in ("/", "/articles/cancel", "/search?q=cancel"):
        page = visitor.get(path)
        assert '<script src="/static/js/gone.js"></script>' in page
    assert visitor.client.get("/static/js/gone.js").status_code == 404
    (told,) = [one.getMessage() for one in caplog.records if "js/gone.js" in one.getMessage()]
    assert str(themed.settings.theme / "templates" / "layout.html") in told


def test_without_a_theme_nothing_is_there(site: Site) -> None:
    visitor = Visitor(site.app())
    assert "/theme/" not in visitor.get("/")
    assert visitor.client.get("/theme/logo.svg").status_code == 404


def test_what_cannot_be_read_or_is_huge_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"a.css": "x", "huge.png": b"\0" * (MOST_BYTES + 1)})
    (tmp_path / "gone.css").symlink_to(tmp_path / "nowhere.css")
    assert list(read_theme(tmp_path).files) == ["a.css"]
    assert read_theme(tmp_path / "none").files == {}


@pytest.mark.parametrize(
    "links", [{"Bad": "javascript:alert(1)"}, {" ": "/imprint"}, {f"l{n}": "/x" for n in range(9)}]
)  # fmt: skip
def test_footer_links_that_cannot_be_are_told(links: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="footer_links"):
        read_settings(footer_links=links)


def test_words_of_links_are_text(tmp_path: Path) -> None:
    words = "<script>alert(1)</script>"
    site = make_site(tmp_path, footer_links={words: "/articles/cancel?a=1&b=2"}, title="A & <B>")
    page = Visitor(site.app()).get("/")
    assert words not in page
    assert "&lt;script&gt;" in page
