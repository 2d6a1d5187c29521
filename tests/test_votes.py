"""Votes as a visitor gives them: as a plain form, in place, and against the rules."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sample_site import Site, Visitor

VOTES = "/articles/cancel/votes"
PLACE = {"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}


def recorded(visitor: Visitor) -> list[Any]:
    return list(visitor.app.extensions["kb"].journal.votes())


def test_a_vote_works_as_a_plain_form(visitor: Visitor) -> None:
    answer = visitor.post(VOTES, {"helpful": "no", "revision": "x"})
    assert answer.status_code == 303
    thanks = answer.headers["Location"]
    assert "What went wrong?" in visitor.get(thanks)
    explained = visitor.post(thanks, {"reason": "out-of-date", "text": "The button moved."})
    assert explained.status_code == 303
    assert "your answer is saved" in visitor.get(explained.headers["Location"])
    [vote] = recorded(visitor)
    assert (vote.helpful, vote.reason, vote.text) == (False, "out-of-date", "The button moved.")


def test_a_vote_counts_at_the_first_click_and_can_be_changed(visitor: Visitor) -> None:
    visitor.post(VOTES, {"helpful": "yes"})
    assert [v.helpful for v in recorded(visitor)] == [True]
    visitor.post(VOTES, {"helpful": "no"})
    assert [v.helpful for v in recorded(visitor)] == [False]


def test_a_text_that_is_too_long_for_the_server_is_told_what_to_do(visitor: Visitor) -> None:
    thanks = visitor.post(VOTES, {"helpful": "no"}).headers["Location"]
    answer = visitor.post(thanks, {"reason": "other", "text": "x" * 100_000})
    assert answer.status_code == 413
    page = answer.get_data(as_text=True)
    assert "<h1>That is too much at once</h1>" in page
    assert '<p class="lede">Shorten the text, or send it in several parts.</p>' in page
    in_place = visitor.post(thanks, {"text": "x" * 100_000}, headers=PLACE).json["error"]
    assert in_place["code"] == "content_too_large"
    assert in_place["hint"] == "Shorten the text, or send it in several parts."


def test_every_reason_that_is_offered_is_accepted(visitor: Visitor) -> None:
    import re

    page = visitor.get("/articles/cancel")
    reasons = set(re.findall(r'name="reason" value="([^"]+)"', page))
    assert len(reasons) == 5
    url = visitor.post(VOTES, {"helpful": "no"}, headers=PLACE).json["url"]
    for reason in reasons:
        assert visitor.post(url, {"reason": reason}, headers=PLACE).json == {"ok": True}


def test_a_vote_belongs_to_the_revision_that_was_read(site: Site, visitor: Visitor) -> None:
    kb = visitor.app.extensions["kb"]
    old = kb.edition.article("cancel").revision
    site.write({"billing/cancel.md": "---\ntitle: Cancel your plan\n---\nRewritten.\n"})
    site.build()
    kb.refresh()
    visitor.post(VOTES, {"helpful": "no", "revision": old})
    visitor.post(VOTES, {"helpful": "yes", "revision": kb.edition.article("cancel").revision})
    assert {(v.revision == old, v.helpful) for v in recorded(visitor)} == {
        (True, False),
        (False, True),
    }


def test_a_made_up_revision_is_no_second_vote(visitor: Visitor) -> None:
    for n in range(5):
        visitor.post(VOTES, {"helpful": "no", "revision": f"made-up-{n}"})
    assert len(recorded(visitor)) == 1


def test_fifty_parallel_votes_of_one_visitor_make_one_row(visitor: Visitor) -> None:
    def vote(number: int) -> None:
        data = {"helpful": "yes" if number % 2 else "no"}
        headers = {"Sec-Fetch-Site": "same-origin"}
        statuses.append(
            visitor.app.test_client().post(VOTES, data=data, headers=headers).status_code
        )

    statuses: list[int] = []
    threads = [threading.Thread(target=vote, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 50
    assert len(recorded(visitor)) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_post_from_another_site_is_refused(visitor: Visitor, headers: dict[str, str]) -> None:
    answer = visitor.post(VOTES, {"helpful": "yes"}, headers=headers)
    assert answer.status_code == 403
    assert recorded(visitor) == []


def test_an_old_browser_that_sends_only_its_origin_can_vote(visitor: Visitor) -> None:
    answer = visitor.post(VOTES, {"helpful": "yes"}, headers={"Origin": "http://localhost"})
    assert answer.status_code == 303


def test_nobody_can_explain_anothers_vote(visitor: Visitor) -> None:
    url = visitor.post(VOTES, {"helpful": "no"}, headers=PLACE).json["url"]
    token = url.removeprefix("/votes/")
    forged = ("x" if token[0] != "x" else "y") + token[1:]
    for bad in (forged, token[:-3], "1", "a.b.c"):
        answer = visitor.post(f"/votes/{bad}", {"text": "not mine"}, headers=PLACE)
        assert answer.status_code == 404
        assert answer.json["error"]["code"] == "not_found"
    assert recorded(visitor)[0].text == ""


def test_what_cannot_be_accepted_is_said(visitor: Visitor) -> None:
    assert visitor.post(VOTES, {"helpful": "perhaps"}, headers=PLACE).status_code == 400
    assert (
        visitor.post("/articles/none/votes", {"helpful": "yes"}, headers=PLACE).status_code == 404
    )
    url = visitor.post(VOTES, {"helpful": "no"}, headers=PLACE).json["url"]
    too_long = visitor.post(url, {"text": "x" * 2001}, headers=PLACE)
    assert too_long.status_code == 400
    assert "2,000" in too_long.json["error"]["message"]


def test_personal_data_in_a_text_is_never_stored(visitor: Visitor) -> None:
    url = visitor.post(VOTES, {"helpful": "yes"}, headers=PLACE).json["url"]
    visitor.post(url, {"text": "I am jo@example.org, card 4111 1111 1111 1111"}, headers=PLACE)
    [vote] = recorded(visitor)
    assert vote.text == "I am [email], card [card]"
    stored = b"".join(
        p.read_bytes() for p in visitor.app.extensions["kb"].settings.data_dir.glob("kb.sqlite*")
    )
    assert b"jo@example" not in stored
    # four digits alone may stand in a random token
    assert b"4111 1111" not in stored
    assert b"41111111" not in stored


def test_html_in_a_text_stays_text(visitor: Visitor) -> None:
    url = visitor.post(VOTES, {"helpful": "yes"}, headers=PLACE).json["url"]
    visitor.post(url, {"text": "&lt;script&gt;alert(1)&lt;/script&gt;<b>"}, headers=PLACE)
    assert recorded(visitor)[0].text == "&lt;script&gt;alert(1)&lt;/script&gt;<b>"


@pytest.mark.parametrize("path", [VOTES, "/votes/abc", "/articles/none/votes"])
def test_large_and_strange_bodies_never_fail(visitor: Visitor, path: str) -> None:
    post = visitor.client.post
    headers = {"Sec-Fetch-Site": "same-origin"}
    fields = {f"f{n}": "x" for n in range(20_000)}
    answers = [
        post(path, data=fields, headers=headers),
        post(path, data=b"[" * 60_000, content_type="application/json", headers=headers),
        post(path, data=b"x" * 1_000_000, headers=headers),
        post(path, data={"helpful": "no\x00", "revision": "\ud800"[:0] + "\x00"}, headers=headers),
    ]
    assert all(400 <= answer.status_code < 500 for answer in answers)
