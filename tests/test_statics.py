"""Statics: what every page loads, as it is served: one sheet, one script, and little of both."""

from __future__ import annotations

import gzip
import re

from sample_site import ROOT, Site, Visitor

KB = 1024
PAGES = (
    "/",
    "/search?q=plan",
    "/categories/billing",
    "/articles/cancel",
    "/articles/faq",
    "/contact",
)


def _loaded(page: str, ending: str) -> set[str]:
    """The addresses of this kind that a page names: it loads nothing in another way."""
    return set(re.findall(rf'"(/static/[^"?]+\.{ending}\?v=\w+)"', page))


def _weight(visitor: Visitor, addresses: set[str]) -> int:
    return sum(len(gzip.compress(visitor.client.get(a).data, 6, mtime=0)) for a in addresses)


def test_a_public_page_weighs_little_with_all_that_it_may_ever_load(visitor: Visitor) -> None:
    for path in PAGES:
        page = visitor.get(path)
        assert len(_loaded(page, "css")) >= 1
        assert len(_loaded(page, "js")) >= 3
        assert _weight(visitor, _loaded(page, "css")) <= 25 * KB, path
        assert _weight(visitor, _loaded(page, "js")) <= 15 * KB, path


def test_a_script_loads_no_other_but_by_an_address_of_its_page(visitor: Visitor) -> None:
    """Else the weights above would not be all."""
    for path in (ROOT / "static" / "js").rglob("*.js"):
        text = path.read_text("utf-8")
        assert not re.search(r'^import\b|\bimport\(["\'`]|\bfrom ["\']', text, re.M), path


def test_an_articles_first_view_takes_at_most_six_requests_and_60_kb(visitor: Visitor) -> None:
    """What its head names; its vote is the sixth, where it is in view at once. The browser counts
    in test_speed_browser.py."""
    page = visitor.get("/articles/cancel")
    head = page.partition("</head>")[0]
    at_once = set(re.findall(r'<(?:script|link)[^>]+(?:src|href)="(/static/[^"]+)"', head))
    assert len(at_once) <= 4, at_once
    whole = len(gzip.compress(page.encode(), 6)) + _weight(visitor, at_once)
    assert whole <= 40 * KB
    sheet = visitor.client.get(next(iter(_loaded(page, "css")))).get_data(as_text=True)
    assert set(re.findall(r"url\(\"?(\w+:|[^\"]*)", sheet)) == {"data:"}


def test_the_sheet_carries_the_accent_and_a_new_one_has_a_new_address(site: Site) -> None:
    def sheet(accent: str) -> tuple[str, str]:
        settings = site.settings.model_copy(update={"accent": accent})
        visitor = Visitor(Site(site.root, settings).app())
        address = next(iter(_loaded(visitor.get("/"), "css")))
        return address, visitor.client.get(address).get_data(as_text=True)

    green, blue = sheet("#0f6b5c"), sheet("#1234ab")
    assert "--accent-source: #1234ab; --accent-text: #fff;" in blue[1]
    assert green[0] != blue[0]


def test_the_parts_of_the_sheet_come_after_the_order_of_their_layers(visitor: Visitor) -> None:
    sheet = visitor.client.get(next(iter(_loaded(visitor.get("/"), "css")))).get_data(as_text=True)
    order, *parts = re.findall(r"^@layer ([\w, ]+\w)", sheet, re.M)
    assert len(parts) == len([*(ROOT / "static/css/kb").iterdir()]) + 1
    assert set(parts) == set(order.split(", "))


def test_only_the_address_with_the_right_digest_is_kept_for_good(site: Site) -> None:
    """Nor can anybody fill the memory with addresses of their own."""
    app = site.app()
    visitor = Visitor(app)
    right = next(iter(_loaded(visitor.get("/"), "css")))
    kept = "public, max-age=31536000, immutable"
    assert visitor.client.get(right).headers["Cache-Control"] == kept
    for wrong in ("/static/css/kb.css?v=other", f"{right}&x=1"):
        for _ in range(2):
            answer = visitor.client.get(wrong)
            assert answer.headers["Cache-Control"] == "public, max-age=3600", wrong
    assert not [name for name in app.extensions["pages"].kept() if "other" in name or "x=1" in name]


def test_a_part_of_the_script_is_no_file_of_its_own(visitor: Visitor) -> None:
    script = visitor.client.get("/static/js/kb.js").get_data(as_text=True)
    assert script.count("{\n") >= 4
    assert "\n//" not in script
    assert visitor.client.get("/static/js/kb/reader.js").status_code == 404
