"""Drafts and staff articles do not exist for the public: no route shows a trace of one."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from sample_site import PNG, Site, Visitor, make_site, sample, signed_in

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

CANARY = "zqcanary"
SHOP = "https://shop.example.com"
OUTSIDE = "https://help.example.com"
READING = "/staff/read/"
SECRETS = {
    f"vault-{CANARY}/index.md": f"---\ntitle: Shelf {CANARY}\nstatus: draft\n---\n",
    f"vault-{CANARY}/hidden.md": (
        f"---\ntitle: Title {CANARY}\nid: id-{CANARY}\nslug: slug-{CANARY}\nstatus: draft\n"
        f"aliases: [/alias-{CANARY}]\ntags: [tag-{CANARY}]\nkeywords: [key-{CANARY}]\n"
        f"questions: [what is {CANARY}?]\nfeatured: true\nupdated: 2026-11-01\n---\n"
        f"## Head {CANARY}\n\nbody {CANARY} about plans and passwords ![x]({CANARY}.png)\n"
    ),
    f"vault-{CANARY}/{CANARY}.png": PNG,
    "billing/staff.md": (
        f"---\ntitle: Staff {CANARY}\naudience: staff\ncategory: Shelf {CANARY}\n---\n{CANARY}\n"
    ),
    "billing/typo.md": f"---\ntitle: Typo {CANARY}\nstatus: publishd\n---\n{CANARY}\n",
    "billing/archived.md": f"---\ntitle: Old {CANARY}\nstatus: archived\n---\n{CANARY}\n",
    "billing/translated.md": (
        f"---\ntitle: Übersetzt {CANARY}\nslug: de-{CANARY}\nlang: sv\ntranslates: cancel\n"
        f"status: draft\n---\n{CANARY}\n"
    ),
    "billing/translated-staff.md": (
        f"---\ntitle: Staff {CANARY}\nslug: fi-{CANARY}\nlang: fi\ntranslates: cancel\n"
        f"audience: staff\nupdated: 2020-01-01\n---\n{CANARY}\n"
    ),
    "billing/original.md": (
        f"---\ntitle: Original {CANARY}\nslug: o-{CANARY}\nlang: da\nstatus: draft\n---\n{CANARY}\n"
    ),
    "billing/twice.md": (
        f"---\ntitle: Twice {CANARY}\nstatus: draft\nstatus: published\n---\n{CANARY}\n"
    ),
    "billing/broken.md": f"---\ntitle: [{CANARY}\nstatus: published\n---\n{CANARY}\n",
    "billing/unclosed.md": f"---\ntitle: {CANARY}\nstatus: draft\n\n{CANARY}\n",
    "billing/linker.md": f"---\ntitle: Linker\ntranslates: o-{CANARY}\n---\nSee [this](../vault-{CANARY}/hidden.md).\n",
    "pins.yml": (
        f"pinned {CANARY}: slug-{CANARY}\nstaff pin: [staff, cancel]\n"
        f"draft pin: [slug-{CANARY}, vault-{CANARY}/hidden.md]\ntypo pin: [typo, archived]\n"
    ),
    "rigged-results.json": f'{{"plans": ["/articles/slug-{CANARY}/", "/articles/twice"]}}',
    "searches.yml": f"what is {CANARY}: slug-{CANARY}\n",
    "_redirects": f"/from-{CANARY} /articles/slug-{CANARY}\n/gone /articles/none\n",
}
# What fills the holes of a route's address. A route with another hole must be added here.
VALUES = {
    "slug": ["hidden", f"slug-{CANARY}", "staff", "typo", "archived", "twice", "broken", "linker"],
    "path": [f"vault-{CANARY}", f"vault-{CANARY}/{CANARY}.png", f"shelf-{CANARY}", "billing"],
    "id": [f"id-{CANARY}", "billing/staff", "billing/typo"],
    "token": ["x", CANARY],
    "name": ["css/kb.css", CANARY],
    "number": ["1"],
    "file": ["1"],
    "code": ["bbbbbbbb", CANARY],
}
EXTRA = [
    "/articles/cancel", "/sitemap.xml", f"/articles/de-{CANARY}", f"/articles/fi-{CANARY}",
    "/search?q=plans", "/search?q=passwords", f"/search?q={CANARY}", "/search?q=staff+body",
    f"/alias-{CANARY}", f"/from-{CANARY}", f"/articles/slug-{CANARY}.md", "/feed.atom",
    "/search?q=staff+pin", "/search?q=draft+pin", "/search?q=typo+pin",
    f"/search?q=pinned+{CANARY}", "/media/pins.yml", "/pins.yml", "/api/v1/search?q=draft+pin",
    "/api/v1/search?q=staff+pin", "/llms.txt", "/de/", "/articles/cancel.md",
    f"/api/v1/search?q={CANARY}", "/api/v1/search?q=plans", f"/api/v1/search?q=a&tag=tag-{CANARY}",
    f"/api/v1/suggest?q={CANARY}", f"/api/v1/suggest?q={CANARY[:4]}", "/api/v1/suggest?q=pla",
    "/api/v1/articles?limit=100", f"/api/v1/articles?tag=tag-{CANARY}",
    f"/api/v1/articles?category=shelf-{CANARY}",
    f"/search?q=plans&tag=tag-{CANARY}", f"/search?q=plans&category=shelf-{CANARY}",
    "/search?q=plans&sort=date", f"/search?q={CANARY}&literal=1", "/widget/search?q=plans",
    f"/widget/search?q={CANARY}", "/widget/?about=plans+and+passwords", f"/widget/?about={CANARY}",
    "/search?q=plans&sort=date", f"/search?q={CANARY}&literal=1", f"/staff/read/alias-{CANARY}",
    f"/staff/read/search?q={CANARY}", f"/staff/read/suggest?q={CANARY[:4]}",
    f"/oembed?url={OUTSIDE}/articles/slug-{CANARY}", f"/oembed?url={OUTSIDE}/a/id-{CANARY}",
    f"/oembed?url={OUTSIDE}/alias-{CANARY}", f"/oembed?url={OUTSIDE}/categories/vault-{CANARY}",
    f"/oembed?url={OUTSIDE}/articles/linker", f"/articles/slug-{CANARY}.png",
]  # fmt: skip


@pytest.fixture
def secretive(tmp_path) -> Site:  # type: ignore[no-untyped-def]
    return make_site(tmp_path, {**sample(), **SECRETS}, widget_origins=(SHOP,), base_url=OUTSIDE)


def addresses(site: Site) -> list[str]:
    """Every GET route of the application with every secret in its holes."""
    found = list(EXTRA)
    app = site.app()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        assert rule.arguments <= VALUES.keys(), f"add values for {rule}"
        names = sorted(rule.arguments)
        for values in itertools.product(*(VALUES[name] for name in names)):
            with app.test_request_context():
                found.append(app.url_for(rule.endpoint, **dict(zip(names, values, strict=True))))
    return found


@pytest.mark.parametrize("member", [False, True])
def test_no_route_shows_a_trace_of_what_is_not_public(secretive: Site, member: bool) -> None:
    """Below /staff/read/ a member sees it all; see the test below."""
    visitor = Visitor(secretive.app())
    if member:
        signed_in(visitor)
    asked = [a for a in addresses(secretive) if not (member and a.startswith(READING))]
    assert len(asked) > 40
    for address in asked:
        answer = visitor.client.get(address)
        location = answer.headers.pop("Location", "")
        if location != f"/staff/login?next={quote(address, safe='')}":  # where it was asked for
            assert CANARY not in location, address
        told = answer.data.decode(errors="replace").replace(f"?next={quote(address, safe='')}", "")
        shown = told + str(answer.headers)
        expected = {400} if address == "/api/v1/search" else {200, 302, 301, 303, 404}
        if address.startswith("/api/v1/gaps"):
            expected = {401}
        assert answer.status_code in expected, address
        # what the visitor typed may be repeated, nothing else
        shown = shown.replace(f'"query":"{CANARY}"', "")
        repeated = address.count(CANARY) and ("value=" in shown or "q=" in shown)
        for line in shown.splitlines():
            if CANARY in line:
                assert repeated, f"{address}: {line[:200]}"
                assert not any(word in line for word in ("Title", "Staff", "body z", "Shelf z"))


def test_a_draft_answers_byte_for_byte_like_a_page_that_never_existed(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with_secrets = Visitor(
        make_site(
            tmp_path / "with", {**sample(), **SECRETS}, widget_origins=(SHOP,), base_url=OUTSIDE
        ).app()
    )
    public = {n: c for n, c in SECRETS.items() if n == "billing/linker.md"}
    public["pins.yml"] = "staff pin: cancel\n"
    without = Visitor(
        make_site(
            tmp_path / "without", {**sample(), **public}, widget_origins=(SHOP,), base_url=OUTSIDE
        ).app()
    )
    third = make_site(tmp_path / "third", {**sample(), **SECRETS})
    for address in addresses(third):
        if address == "/metrics":  # names the generation, for this machine only
            continue
        for visitor in (with_secrets, without):  # else the staff pages count what came so far
            visitor.client.application.extensions["kb"].recorder.flush()
        one, other = with_secrets.client.get(address), without.client.get(address)
        assert one.status_code == other.status_code, address
        assert timeless(one) == timeless(other), address
    for visitor in (with_secrets, without):
        signed_in(visitor)
    inside = [address for address in addresses(third) if address.startswith("/staff/")]
    for address in inside:
        if address.startswith(READING):
            continue
        if address == "/staff/account/second":  # a new key each time
            continue
        one, other = with_secrets.client.get(address), without.client.get(address)
        assert one.status_code == other.status_code, address
        assert timeless(one) == timeless(other), address


def timeless(answer: TestResponse) -> tuple[bytes, dict[str, str]]:
    """Body and headers, without the time that something took or was made, and what depends on it."""
    body = re.sub(rb'"took_ms":[0-9.]+|Computed [^<]*|name="stamp" value="[^"]*"', b"", answer.data)
    headers = dict(answer.headers)
    if body != answer.data:
        del headers["Content-Length"]
    return body, headers


def test_a_public_page_does_not_link_to_what_the_public_cannot_see(secretive: Site) -> None:
    page = Visitor(secretive.app()).get("/articles/linker")
    assert CANARY not in page
    assert "this" in page


def test_nothing_of_a_draft_is_in_the_public_files_of_a_generation(secretive: Site) -> None:
    generation = next(g for g in secretive.builder.generations.candidates())
    for file in (generation.path / "public").rglob("*"):
        if file.is_file() and file.name != "articles.jsonl":  # linker.md names the draft's file
            assert CANARY.encode() not in file.read_bytes(), file
            assert CANARY not in file.name


def test_the_public_has_no_pin_to_what_is_not_public(secretive: Site) -> None:
    generation = next(g for g in secretive.builder.generations.candidates())
    assert generation.open("public").library.pins == {"staff pin": ("cancel",)}
    assert generation.open("staff").library.pins["draft pin"] == (f"slug-{CANARY}",)


def test_a_member_sees_it_all_in_one_place(secretive: Site) -> None:
    visitor = signed_in(Visitor(secretive.app()), "sam", "agent")
    for path, canary in (
        (f"articles/slug-{CANARY}", f"body {CANARY}"),
        ("articles/staff", f"Staff {CANARY}"),
        (f"search?q={CANARY}", f"/staff/read/articles/slug-{CANARY}"),
        (f"categories/vault-{CANARY}", f"Shelf {CANARY}"),
        ("drafts", f"Title {CANARY}"),
        ("articles/linker", f"/staff/read/articles/slug-{CANARY}"),
        ("search?q=draft+pin", f"/staff/read/articles/slug-{CANARY}"),
    ):
        assert canary in visitor.get(READING + path), path
    assert visitor.client.get(f"{READING}media/vault-{CANARY}/{CANARY}.png").data == PNG


def test_staff_see_everything_and_what_is_not_public_is_marked(secretive: Site) -> None:
    visitor = Visitor(secretive.app(audience="staff"))
    page = visitor.get(f"/articles/slug-{CANARY}")
    assert "Draft" in page
    assert "Preview" in page
    assert f"slug-{CANARY}" in visitor.get(f"/search?q={CANARY}")
