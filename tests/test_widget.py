"""The widget: its frame's pages, who may show them, and the script for other sites."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError
from sample_site import Site, Visitor, make_site, sample, signed_in

from kb.feedback.deflections import Deflections
from kb.settings import Settings
from kb.web import stamps
from kb.web.framing import framed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

SHOP, BLOG = "https://shop.example.com", "https://blog.example.com:8443"
LINKS = (
    "---\ntitle: All kinds of links\n---\n"
    "[sister](cancel.md#before-you-cancel) [shelf](index.md) [here](#top) [out](https://example.org)\n"
    "[mail](mailto:a@example.com) [source](/articles/cancel.md) [picture](receipt.png)\n"
    'Text like <a href="/articles/refund">this</a> stays text: `<a href="/articles/x">`.\n'
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    files = {**sample(), "billing/links.md": LINKS}
    folder = tmp_path_factory.mktemp("widget")
    return make_site(folder, files, widget_origins=(SHOP, BLOG), contact_url="/help-desk").app()


@pytest.fixture
def inside(app: Flask) -> Iterator[Visitor]:
    yield Visitor(app)
    app.extensions["kb"].recorder.flush()


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    """A site with a form of its own for what goes to support."""
    return Visitor(make_site(tmp_path_factory.mktemp("form"), widget_origins=(SHOP,)).app())


@pytest.fixture(scope="module")
def off(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    return Visitor(make_site(tmp_path_factory.mktemp("off")).app())


PAGES = [
    "/widget/", "/widget/?about=stop+paying", "/widget/search", "/widget/search?q=plan",
    "/widget/search?q=xyzzy", "/widget/search?q=pasword", "/widget/articles/cancel",
    "/widget/articles/faq", "/widget/articles/links",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_only_the_allowed_sites_may_frame_a_page_of_the_widget(inside: Visitor, path: str) -> None:
    for _ in range(2):  # made, then kept
        inside.get(path)
        headers = inside.client.get(path).headers
        assert f"frame-ancestors 'self' {SHOP} {BLOG}" in headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in headers


@pytest.mark.parametrize(
    "path",
    ["/", "/articles/cancel", "/search?q=plan", "/widget.js", "/widget", "/widget/nowhere/at/all",
     "/staff/login", "/static/js/widget.js", "/api/v1/search?q=plan", "/widgets", "/votes/x"],
)  # fmt: skip
def test_no_site_may_frame_any_other_page(inside: Visitor, path: str) -> None:
    headers = inside.client.get(path).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_without_allowed_sites_there_is_no_widget(off: Visitor) -> None:
    for path in PAGES:
        off.get(path, 404)
        assert off.client.get(path).headers["X-Frame-Options"] == "DENY"
    answer = off.client.get("/widget.js")
    assert answer.status_code == 404
    assert answer.mimetype == "text/javascript"
    assert "widget_origins" in answer.text
    assert off.post("/widget/articles/cancel/votes", {"helpful": "yes"}).status_code == 404


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://shop.example.com", "https://shop.example.com"),
        (" HTTPS://Shop.Example.com/ ", "https://shop.example.com"),
        ("https://shop.example.com:443", "https://shop.example.com"),
        ("https://shop.example.com:8443", "https://shop.example.com:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
    ],
)
def test_an_allowed_site_is_written_as_browsers_write_it(given: str, kept: str) -> None:
    assert Settings(widget_origins=(given, given)).widget_origins == (kept,)


@pytest.mark.parametrize(
    "given",
    ["", "*", "https://*", "https://*.example.com", "http://shop.example.com", "shop.example.com",
     "https://shop.example.com/path", "https://a.example; script-src *", "https://a.example https:",
     "https://user@shop.example", "'self'", "null", "data:", "https://shop.example:port",
     "https://-x", "https://shop.example\n", "http://localhost.evil.example"],
)  # fmt: skip
def test_what_is_no_site_is_refused(given: str) -> None:
    if given.strip() != given:
        assert "\n" not in Settings(widget_origins=(given,)).widget_origins[0]
        return
    with pytest.raises(ValidationError, match="widget_origins"):
        Settings(widget_origins=(given,))


def test_the_script_is_small_says_what_this_site_is_and_lasts_an_hour(inside: Visitor) -> None:
    answer = inside.client.get("/widget.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert len(answer.data) < 8 * 1024
    assert len(gzip.compress(answer.data)) < 4 * 1024
    told = re.search(r"\}\)\((\{.*\})\);\n$", answer.text)
    assert told
    assert json.loads(told[1]) == {
        "title": "Help center", "lang": "en", "accent": "#0f6b5c", "text": "#fff",
        "origins": [SHOP, BLOG],
    }  # fmt: skip
    again = inside.client.get("/widget.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_title_cannot_end_the_script(tmp_path) -> None:  # type: ignore[no-untyped-def]
    title = '"});alert(1);//\u2028</script>'
    site = make_site(tmp_path, None, widget_origins=(SHOP,), title=title, accent="#ffee00")
    script = Visitor(site.app()).client.get("/widget.js").text
    assert json.dumps(title) in script
    assert title not in script
    assert '"text": "#000"' in script


def test_links_to_articles_stay_in_the_frame_and_all_others_leave_it(inside: Visitor) -> None:
    page = inside.get("/widget/articles/links")
    away = 'target="_blank" rel="noopener"'
    assert '<a href="/widget/articles/cancel#before-you-cancel">sister</a>' in page
    assert f'<a href="/categories/billing" {away}>shelf</a>' in page
    assert '<a href="#top">here</a>' in page
    assert f'<a href="https://example.org" {away}>out</a>' in page
    assert '<a href="mailto:a@example.com">mail</a>' in page
    assert re.search(f'<a href="/media/billing/receipt.png"[^>]* {away}>picture</a>', page)
    assert '<a href="/widget/articles/refund">this</a>' in page
    assert (
        "&lt;a href=&quot;/articles/x&quot;&gt;" in page or '&lt;a href="/articles/x"&gt;' in page
    )
    assert f'{away} href="/articles/links">Open this article in a new tab</a>' in page


def stays(page: str) -> None:
    """Every link and form leads to a page that may be in the frame, or into a new tab."""
    for tag in re.findall(r"<(?:a|form)\s[^>]*>", page):
        if "<form" in tag and 'method="post"' in tag and "action" not in tag:
            continue  # vote.js gives it one
        if 'target="_blank"' in tag:
            assert 'rel="noopener"' in tag
            continue
        target = re.search(r'(?:href|action)="([^"]*)"', tag)
        assert target, tag
        assert re.match("#|/widget/|mailto:", target[1]), tag


@pytest.mark.parametrize("path", PAGES)
def test_no_link_of_the_frame_leads_to_a_page_that_cannot_be_framed(
    inside: Visitor, path: str
) -> None:
    stays(inside.get(path))


def test_what_has_no_twin_in_the_frame_leaves_it() -> None:
    away = ' target="_blank" rel="noopener">'
    for address in (
        "/articles/a.md",
        "/articles/a.md?x=1",
        "/articles/a.md#b",
        "/a/b",
        "/searches",
    ):
        assert framed(f'<a href="{address}">') == f'<a href="{address}"{away}'
    for address in ("/", "/articles/a", "/articles/a#b.md", "/search?q=a.md", "/votes/x"):
        assert framed(f'<a href="{address}">') == f'<a href="/widget{address}">'
    assert framed('<a rel="nofollow" href="//evil.example">') == f'<a href="//evil.example"{away}'


def test_the_first_suggestions_fit_the_page_around_the_frame(inside: Visitor, app: Flask) -> None:
    plain = inside.get("/widget/")
    assert "Suggested for this page" not in plain
    assert "Often needed" in plain
    page = inside.get("/widget/?about=reset+password+account")
    first = page.split("Suggested for this page")[1]
    assert first.index("/widget/articles/password") < first.index("</ul>")
    searched = [*app.extensions["kb"].signals.searches()]
    assert "reset password account" not in {search.text for search in searched}
    for hostile in ("x" * 5000, "%00", "%ED%A0%BD", '"><script>', "%F0%28"):
        inside.get(f"/widget/?about={hostile}")


def test_a_search_in_the_widget_is_recorded_as_one(inside: Visitor, app: Flask) -> None:
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
    inside.client.get("/widget/search?q=refunds+by+post", headers=agent)
    app.extensions["kb"].recorder.flush()
    [search] = [s for s in app.extensions["kb"].signals.searches() if "post" in s.text]
    assert (search.text, search.source, search.finished) == ("refunds by post", "widget", True)


def test_a_vote_without_javascript_stays_in_the_frame(inside: Visitor, app: Flask) -> None:
    page = inside.get("/widget/articles/cancel")
    assert 'action="/widget/articles/cancel/votes"' in page
    answer = inside.post("/widget/articles/cancel/votes", {"helpful": "no"})
    assert answer.status_code == 303
    assert answer.location.startswith("/widget/votes/")
    follow_up = inside.get(answer.location)
    assert f'action="{answer.location}"' in follow_up
    more = inside.post(answer.location, {"reason": "out-of-date", "text": "Moved."})
    assert more.location == f"{answer.location}?done=1"
    assert "your answer is saved" in inside.get(more.location)
    [vote] = [*app.extensions["kb"].journal.votes()]
    assert (vote.helpful, vote.reason) == (False, "out-of-date")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": SHOP}, {}])
def test_an_allowed_site_cannot_vote_by_itself(inside: Visitor, headers: dict[str, str]) -> None:
    votes = {"helpful": "yes"}
    for path in ("/articles/cancel/votes", "/widget/articles/cancel/votes", "/widget/votes/x"):
        assert inside.post(path, votes, headers=headers).status_code == 403


CONTACT = [
    "/widget/contact",
    "/widget/contact?article=cancel",
    "/widget/contact/answered?article=cancel",
]


@pytest.mark.parametrize("path", CONTACT)
def test_the_form_is_in_the_frame_where_the_site_has_one(
    form: Visitor, inside: Visitor, path: str
) -> None:
    page = form.get(path)
    assert 'class="widget' in page
    assert (
        f"frame-ancestors 'self' {SHOP}" in form.client.get(path).headers["Content-Security-Policy"]
    )
    stays(page)
    inside.get(path, 404)  # its contact_url leads elsewhere


def test_a_customer_writes_to_support_in_the_frame(
    form: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "QUICKEST", -1)
    assert 'href="/widget/contact?article=cancel"' in form.get("/widget/articles/cancel")
    before = {"Referer": "http://localhost/widget/search?q=plan"}
    assert 'name="page" value="/search"' in form.get("/widget/contact", headers=before)
    first = form.get("/widget/contact?article=cancel")
    assert 'data-may-answer="/widget/contact/suggestions"' in first
    written = {"subject": "Where is my refund", "text": "Charged twice.", "email": "a@example.org"}
    stamp = re.search('name="stamp" value="([^"]*)"', first)
    assert stamp
    fields = {**written, "stamp": stamp[1], "article": "cancel"}
    listed = form.post("/widget/contact/suggestions", fields).text
    assert 'action="/widget/contact/answered"' in listed
    looked = form.post("/widget/contact", {**fields, "step": "look"}).text
    assert "does one of these answer it?" in looked
    stays(looked)
    wrong = form.post("/widget/contact", {**fields, "step": "send", "email": "no"})
    assert wrong.status_code == 400
    stays(wrong.text)
    sent = form.post("/widget/contact", {**fields, "step": "send"})
    assert sent.location.startswith("/widget/contact/sent/")
    thanks = form.get(sent.location)
    stays(thanks)
    delivery = form.app.extensions["kb"].delivery
    [way] = delivery.outbox.ways(("kept", "waiting"), 9)
    [stored] = delivery.messages.some([way.message])
    assert stored.reference in thanks
    assert (stored.message.source, stored.message.article) == ("widget", "billing/cancel")


def test_an_answer_in_the_frame_is_a_contact_that_was_not_needed(form: Visitor) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
    headers = {"User-Agent": agent, "Sec-Fetch-Site": "same-origin"}
    fields = {"answered": "cancel", "shown": "billing/cancel", "subject": "stop paying"}
    answer = form.post("/widget/contact/answered", fields, headers=headers)
    assert answer.location == "/widget/contact/answered?article=cancel"
    form.app.extensions["kb"].recorder.flush()
    now, day = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
    assert Deflections(form.app.extensions["kb"].journal.database).count(now - day, now + day) == 1


def test_an_old_address_leads_on_inside_the_frame(tmp_path) -> None:  # type: ignore[no-untyped-def]
    files = {**sample(), "_redirects": "/articles/quit /articles/cancel\n/articles/far /search\n"}
    visitor = Visitor(make_site(tmp_path, files, widget_origins=(SHOP,)).app())
    answer = visitor.client.get("/widget/articles/quit")
    assert (answer.status_code, answer.location) == (301, "/widget/articles/cancel")
    page = visitor.get("/widget/articles/never", 404)
    assert "This page does not exist" in page
    assert 'class="widget' in page


def test_errors_in_the_frame_look_like_the_frame(inside: Visitor) -> None:
    answer = inside.post("/widget/articles/cancel/votes", {"helpful": "perhaps"})
    assert answer.status_code == 400
    assert 'class="widget' in answer.text
    assert "X-Frame-Options" not in answer.headers
    gone = inside.client.get("/widget/votes/x")
    assert gone.status_code == 404
    assert 'class="widget' in gone.text
    json_ = inside.post(
        "/widget/articles/none/votes",
        {"helpful": "yes"},
        headers={"Sec-Fetch-Site": "same-origin", "Accept": "application/json"},
    )
    assert json_.status_code == 404
    assert json_.json["error"]["message"]


def test_pages_of_the_frame_are_kept_and_the_same_for_everybody(inside: Visitor) -> None:
    for path in ("/widget/", "/widget/articles/cancel", "/widget.js"):
        one = inside.client.get(path, headers={"Accept-Language": "de", "DNT": "1"})
        other = inside.client.get(path, headers={"Referer": SHOP, "Cookie": "kb=x"})
        assert one.data == other.data
        assert one.headers["ETag"] == other.headers["ETag"]
        kept = inside.client.get(path, headers={"If-None-Match": one.headers["ETag"]})
        assert kept.status_code == 304
        assert "public" in one.headers["Cache-Control"]


def test_staff_read_how_to_embed_it_and_see_it(inside: Visitor) -> None:
    assert inside.client.get("/staff/widget").status_code == 303
    member = signed_in(inside)
    page = member.client.get("/staff/widget?label=Ask%20%22us%22&position=left")
    member._look_at("/staff/widget", page.text)
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert SHOP in page.text
    assert (
        '<script src="/widget.js" data-label="Ask &#34;us&#34;" data-position="left"' in page.text
    )
    shown = re.sub("<[^>]*>", "", page.text)
    assert "http://localhost/widget.js" in shown
    assert "data-position" in shown


def test_staff_read_how_to_switch_it_on(off: Visitor) -> None:
    page = signed_in(off).client.get("/staff/widget").text
    off._look_at("/staff/widget", page)
    assert "The widget is off." in page
    assert "/widget.js" not in page


def test_a_new_generation_renews_the_pages_of_the_frame(site: Site) -> None:
    app = Site(site.root, site.settings.model_copy(update={"widget_origins": (SHOP,)})).app()
    visitor = Visitor(app)
    assert "fortnight" not in visitor.get("/widget/articles/refund")
    site.write({"billing/refund.md": "---\ntitle: Get a refund\n---\nWithin a fortnight.\n"})
    site.build()
    app.extensions["kb"].refresh()
    assert "fortnight" in visitor.get("/widget/articles/refund")
