"""Links in replies over HTTP: where they lead, who is counted, and what staff can do with them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sample_site import Site, Visitor, make_site, sample

from kb.linking import Linking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

BROWSER = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0"}
CANARY = "zqcanary"
SECRETS: dict[str, str | bytes] = {
    "billing/plans.md": (
        f"---\ntitle: Draft {CANARY}\nid: billing/plans\nstatus: draft\n---\n"
        f"## Secret {CANARY}\n\nThe {CANARY} plan costs less.\n"
    ),
    "billing/handling.md": (
        f"---\ntitle: Staff {CANARY}\naudience: staff\n---\nHow we handle a {CANARY} refund.\n"
    ),
    "billing/leaving.md": "---\ntitle: Leaving us\naliases: [/articles/bye]\n---\nGoodbye.\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    files = {**sample(), **SECRETS}
    return make_site(tmp_path_factory.mktemp("links"), files, base_url="https://help.example.com")


@pytest.fixture(scope="module")
def app(site: Site) -> Flask:
    return site.app()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def later(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Replies have been sent: nothing that happens is too soon."""
    monkeypatch.setattr("kb.linking.SENDING", dt.timedelta(seconds=-1))
    return


def linking(app: Flask) -> Linking:
    found: Linking = app.extensions["linking"]
    return found


def opened(app: Flask, code: str, **how: Any) -> int:
    """By how many visitors, after one came by; each link has a reader of its own."""
    how.setdefault("environ_base", {"REMOTE_ADDR": "10." + ".".join(str(ord(c)) for c in code[:3])})
    headers = {**BROWSER, **how.pop("headers", {})}
    app.test_client().open(f"/r/{code}", headers=headers, **how)
    app.extensions["kb"].recorder.flush()
    return uses(app, code)


def uses(app: Flask, code: str) -> int:
    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    return next(u.opened for u in linking(app).links.uses("ada", since, 500) if u.link.code == code)


# ── Where a link leads ──────────────────────────────────────────────────


def test_a_link_leads_to_the_section_and_tells_nobody_who_followed(
    app: Flask, visitor: Visitor
) -> None:
    code = linking(app).make("cancel", "cancel-on-the-web", "ada", "#10234")
    answer = visitor.client.get(f"/r/{code}", headers=BROWSER)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/articles/cancel#cancel-on-the-web"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "10234" not in str(answer.headers) + answer.get_data(as_text=True)
    assert "ada" not in str(answer.headers)
    assert "Disallow: /r/" in visitor.get("/robots.txt")


def test_what_leads_nowhere_is_answered_alike_whatever_it_was(app: Flask, visitor: Visitor) -> None:
    """An unknown code, a cut one, an article that went: none tells which it is."""
    kb = app.extensions["kb"]
    hidden = Linking(kb)
    staff = next(g for g in kb.generations.candidates()).open("staff")
    codes = [
        hidden.links.make(staff.article(slug), "", "ada", dt.datetime.now(dt.UTC))
        for slug in ("plans", "handling")
    ]
    asked = [*codes, "bbbbbbbb", codes[0][:5], "x", "%3Cscript%3E", CANARY, "b" * 3_000]
    pages = {visitor.get(f"/r/{code}", status=404, headers=BROWSER) for code in asked}
    assert len(pages) == 1
    (page,) = pages
    assert "This link has come to an end" in page
    assert CANARY not in page
    assert '<meta name="robots" content="noindex">' in page


def test_no_link_is_made_to_what_customers_cannot_see(app: Flask) -> None:
    from kb.errors import NotFound

    for slug in ("plans", "handling", "none"):
        with pytest.raises(NotFound):
            linking(app).make(slug, "", "ada")


def test_a_link_survives_another_file_name_a_redirect_and_a_lost_section(tmp_path: Any) -> None:
    site = make_site(tmp_path)
    app = site.app()
    codes = {
        name: linking(app).make(slug, section, "ada")
        for name, slug, section in (
            ("moved", "password", ""), ("renamed", "faq", ""), ("section", "cancel", "before-you-cancel"),
            ("retired", "refund", "when"),
        )
    }  # fmt: skip
    for gone in ("account/password.md", "account/faq.md", "billing/refund.md"):
        (site.articles / gone).unlink()
    site.write(
        {
            "secret/password.md": "---\ntitle: Reset your password\n---\nAs before.\n",
            "account/questions.md": "---\ntitle: Questions\naliases: [faq]\n---\nMany.\n",
            "billing/cancel.md": "---\ntitle: Cancel your plan\n---\nShort.\n",
        }
    )
    site.build()
    app.extensions["kb"].refresh()
    client = app.test_client()
    found = {n: client.get(f"/r/{c}").headers.get("Location") for n, c in codes.items()}
    assert found == {
        "moved": "/articles/password", "renamed": "/articles/questions", "section": "/articles/cancel",
        "retired": None,
    }  # fmt: skip


# ── Who is counted ──────────────────────────────────────────────────────


@pytest.mark.usefixtures("later")
def test_who_opens_a_link_is_counted_once_a_day(app: Flask) -> None:
    code = linking(app).make("cancel", "", "ada")
    assert opened(app, code) == 1
    assert opened(app, code) == 1
    assert opened(app, code, environ_base={"REMOTE_ADDR": "192.0.2.9"}) == 2
    private = {"Sec-GPC": "1"}
    assert opened(app, code, headers=private, environ_base={"REMOTE_ADDR": "192.0.2.10"}) == 3


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(
    "how",
    [{"method": "HEAD"}, {"headers": {"User-Agent": ""}}, {"headers": {"Sec-Purpose": "prefetch;prerender"}},
     {"headers": {"Purpose": "preview"}}, {"headers": {"X-Moz": "prefetch"}}, {"headers": {"X-Purpose": "preview"}},
     {"headers": {"User-Agent": "Slackbot-LinkExpanding 1.0"}}, {"headers": {"User-Agent": "WhatsApp/2.23"}},
     {"headers": {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}},
     {"headers": {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}}],
    ids=str,
)  # fmt: skip
def test_previews_and_scanners_are_led_there_and_not_counted(app: Flask, how: Any) -> None:
    code = linking(app).make("cancel", "", "ada")
    headers = {**BROWSER, **how.get("headers", {})}
    assert app.test_client().open(f"/r/{code}", **{**how, "headers": headers}).status_code == 302
    assert opened(app, code, **how) == 0
    told = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert opened(app, code, headers=told) == 1


def test_who_copied_a_link_and_tries_it_at_once_is_no_customer(app: Flask) -> None:
    code = linking(app).make("cancel", "", "ada")
    assert opened(app, code) == 0


@pytest.mark.usefixtures("later")
def test_no_address_and_no_browser_is_stored(app: Flask) -> None:
    from sqlalchemy import select

    from kb.feedback.link_tables import link_opens, reply_links

    code = linking(app).make("cancel", "", "ada")
    opened(app, code, environ_base={"REMOTE_ADDR": "192.0.2.77"})
    with app.extensions["kb"].journal.database.reading() as connection:
        rows = [*connection.execute(select(link_opens)), *connection.execute(select(reply_links))]
    assert code in str(rows)
    assert "192.0.2.77" not in str(rows)
    assert "Firefox" not in str(rows)
