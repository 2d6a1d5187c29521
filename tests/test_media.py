"""Media: videos and sounds in articles: safe, from this site alone, with captions, in parts."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING

import pytest
from browsing import chromium, needs_chromium, open_page, served
from sample_site import Site, Visitor, make_site

from kb.content.markdown import render

if TYPE_CHECKING:
    pass

CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\nOpen the box.\n"
ARTICLE = """---
title: Watch it
---
<video src="film.wav" width="640" height="360">
<track kind="captions" srclang="en" label="English" src="film.vtt" default>
</video>

<audio src="https://elsewhere.example/a.mp3"></audio>
"""


def sound(seconds: int = 1) -> bytes:
    """Silence, which a browser plays in a video as well."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(bytes(16000 * seconds))
    return file.getvalue()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    files: dict[str, str | bytes] = {"watch.md": ARTICLE, "film.wav": sound(), "film.vtt": CAPTIONS}
    return make_site(tmp_path_factory.mktemp("media"), files)


@pytest.mark.parametrize(
    "attack",
    [
        '<video src="javascript:alert(1)"></video>',
        '<video src="a.mp4" poster="javascript:alert(1)"></video>',
        '<video src="a.mp4" onplay="alert(1)" onerror=alert(1)></video>',
        '<video><source src="data:text/html,x" onerror="alert(1)"></video>',
        '<audio src="java&#10;script:alert(1)"></audio>',
        '<track src="javascript:alert(1)" onload="alert(1)">',
        '<video src="a.mp4"><track kind="metadata" src="vbscript:x" oncuechange=alert(1)></video>',
    ],
)
def test_a_player_runs_no_script(attack: str) -> None:
    html = render(attack).html.lower()
    for sign in ("alert", "script:", "data:", " on"):
        assert sign not in html


def test_nothing_plays_or_is_fetched_by_itself_and_the_reader_has_the_controls(site: Site) -> None:
    page = Visitor(site.app()).get("/articles/watch")
    assert "<video" in render('<video src="a.mp4" autoplay></video>').html
    assert "autoplay" not in render('<video src="a.mp4" autoplay></video>').html
    assert page.count('controls=""') == page.count('preload="none"') == 2


def test_only_files_beside_the_articles_are_played(site: Site) -> None:
    visitor = Visitor(site.app())
    page = visitor.get("/articles/watch")
    assert 'src="/media/film.wav"' in page
    assert 'src="/media/film.vtt"' in page
    assert "elsewhere.example" not in page
    answer = visitor.client.get("/articles/watch")
    assert "media-src 'self';" in answer.headers["Content-Security-Policy"]
    assert visitor.client.get("/media/film.vtt").mimetype == "text/vtt"


def test_a_player_gets_the_part_that_it_asks_for(site: Site) -> None:
    client, whole = site.app().test_client(), sound()
    full = client.get("/media/film.wav")
    assert (full.status_code, full.data) == (200, whole)
    assert full.headers["Accept-Ranges"] == "bytes"
    part = client.get("/media/film.wav", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert part.headers["Content-Security-Policy"].startswith("sandbox")
    old = client.get("/media/film.wav", headers={"Range": "bytes=0-9", "If-Range": '"old"'})
    assert (old.status_code, len(old.data)) == (200, len(whole))
    assert client.get("/media/film.wav", headers={"Range": "bytes=9999999-"}).status_code == 416
    assert client.get("/media/film.wav", headers={"Range": "bytes=x"}).status_code in (200, 416)
    same = client.get("/media/film.wav", headers={"If-None-Match": full.headers["ETag"]})
    assert same.status_code == 304


@needs_chromium
def test_a_browser_plays_it_and_shows_the_captions(site: Site) -> None:
    with served(site) as address, chromium() as browser:
        page = open_page(browser)
        page.goto(f"{address}/articles/watch")
        told = page.locator("video").evaluate(
            """(film) => new Promise((done) => {
                film.addEventListener("loadedmetadata", () => {
                    const track = film.querySelector("track");
                    const say = () => done([Math.round(film.duration), film.textTracks[0].cues[0].text]);
                    if (track.readyState === 2) say();
                    else track.addEventListener("load", say);
                });
                film.addEventListener("error", () => done([film.error.message]));
                film.preload = "auto";
                film.load();
                setTimeout(() => done(["nothing came"]), 15000);
            })"""
        )
        assert told == [1, "Open the box."]
