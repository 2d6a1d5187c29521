"""Requests of the API as models: a request is checked by one, and the document describes it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from kb.feedback.events import QUERY_LIMIT, TEXT_LIMIT
from kb.feedback.register import NOTE_LIMIT
from kb.helpdesk import message
from kb.search.searcher import MAX_LIMIT, MAX_PAGES

SOMETHING = r"[^\s\u0000-\u0020\u007f-\u00a0]"
LINE = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$"
MOST_SUGGESTED = 10
MOST_ANSWERS = 5
MOST_TEXT = 20_000


class Parameters(BaseModel):
    """What an address asks for; names that mean nothing are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Body(BaseModel):
    """What is sent; a name that means nothing is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _whole(given: Any) -> Any:
    """In JSON 3.0 is a whole number, too."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


def _figures(given: Any) -> Any:
    """pydantic would take ` 1_0.0` for 10."""
    if isinstance(given, str) and not re.fullmatch("[0-9]{1,7}", given):
        raise ValueError("no number")
    return given


FIGURES = BeforeValidator(_figures)
Page = Annotated[int, Field(ge=1, le=MAX_PAGES, description="The page"), FIGURES]
Language = Annotated[
    str,
    Field(
        pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3})?$",
        description="A language's code, such as en or pt-BR; empty: the language of the site",
    ),
]
Slug = Annotated[str, Field(min_length=1, max_length=200, description="The slug of an article")]
Words = Annotated[str, Field(pattern=SOMETHING, description="The words")]
Category = Annotated[str, Field(description="The path of a category, for what is in and below it")]
Tag = Annotated[str, Field(description="A tag")]


# What a schema says of two fields at once

REASON_FOR_NO: dict[str, Any] = {
    "if": {"properties": {"helpful": {"const": True}}},
    "then": {"properties": {"reason": {"const": ""}}},
}
NOTE_FOR_IGNORED: dict[str, Any] = {
    "if": {"properties": {"state": {"const": "ignored"}}},
    "then": {"properties": {"note": {"pattern": SOMETHING}}, "required": ["note"]},
}


# What is asked


class SearchAsked(Parameters):
    q: Words
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Results on a page"), FIGURES] = 10
    page: Page = 1
    lang: Language = ""
    sort: Literal["relevance", "date"] = "relevance"
    category: Category = ""
    tag: Tag = ""
    literal: Annotated[
        Literal["0", "1"], Field(description="1: no corrections, no synonyms, no meaning")
    ] = "0"


class SuggestAsked(Parameters):
    q: Annotated[str, Field(description="What was typed so far")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST_SUGGESTED, description="Most results"), FIGURES] = 6
    lang: Language = ""


class ArticlesAsked(Parameters):
    page: Annotated[int, Field(ge=1, le=100_000, description="The page"), FIGURES] = 1
    limit: Annotated[int, Field(ge=1, le=100, description="Articles on a page"), FIGURES] = 20
    category: Category = ""
    tag: Tag = ""


class AnswerAsked(Body):
    text: Annotated[
        str,
        Field(min_length=1, max_length=MOST_TEXT, description="A question, or a whole message"),
    ]
    lang: Language = ""
    limit: Annotated[
        int, Field(ge=1, le=MOST_ANSWERS, description="Most results"), BeforeValidator(_whole)
    ] = 3


class VoteGiven(Body):
    model_config = ConfigDict(json_schema_extra=REASON_FOR_NO)

    article: Slug
    helpful: bool
    visitor: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            description="What your program calls the person who votes; the digest of a day is kept",
        ),
    ]
    revision: Annotated[
        str, Field(max_length=64, description="Of the article that was read; empty: as it is now")
    ] = ""
    query: Annotated[
        str, Field(max_length=QUERY_LIMIT, description="The search that led there")
    ] = ""
    reason: Annotated[
        Literal["", "couldnt-find", "out-of-date", "hard-to-follow", "didnt-work", "other"],
        Field(description="Why it was not helpful"),
    ] = ""
    text: Annotated[str, Field(max_length=TEXT_LIMIT, description="A comment, redacted")] = ""

    @model_validator(mode="after")
    def _reasons_are_for_no(self) -> VoteGiven:
        if self.helpful and self.reason:
            raise ValueError("A reason is for a vote that is not helpful.")
        return self


class ContactGiven(Body):
    subject: Annotated[
        str,
        Field(
            min_length=1,
            max_length=message.SUBJECT_LIMIT,
            pattern=LINE,
            description="One line about it",
        ),
    ]
    text: Annotated[
        str, Field(max_length=message.TEXT_LIMIT, pattern=SOMETHING, description="The message")
    ]
    email: Annotated[
        str,
        Field(
            max_length=message.EMAIL_LIMIT,
            pattern=f"^{message.EMAIL.pattern}$",
            description="Of the customer, one address",
        ),
    ]
    visitor: Annotated[
        str, Field(max_length=200, description="What your program calls the customer")
    ] = ""
    article: Annotated[
        str, Field(max_length=200, description="The slug of the article it is about, or empty")
    ] = ""
    page: Annotated[
        str, Field(max_length=message.PAGE_LIMIT, description="The address it was written from")
    ] = ""
    searches: Annotated[
        list[Annotated[str, Field(max_length=QUERY_LIMIT)]],
        Field(
            max_length=message.MOST_SEARCHES,
            description="What was looked for, latest first",
        ),
    ] = []
    shown: Annotated[
        list[str],
        Field(max_length=message.MOST_IDS, description="Ids of articles offered"),
    ] = []
    opened: Annotated[
        list[str], Field(max_length=message.MOST_IDS, description="Ids of those that were read")
    ] = []
    lang: Language = ""
    once: Annotated[
        str, Field(max_length=100, description="The same again is the same message, sent once")
    ] = ""


class LinkAsked(Body):
    article: Slug
    section: Annotated[
        str, Field(max_length=200, description="The anchor of a section, or empty")
    ] = ""
    reference: Annotated[
        str,
        Field(
            pattern=r"^(#?[A-Za-z0-9_][A-Za-z0-9_./#-]{0,38})?$",
            description="The number of a ticket, such as #10234, or empty",
        ),
    ] = ""


class GapsAsked(Parameters):
    state: Annotated[
        Literal["todo", "open", "claimed", "documented", "proven", "reopened", "ignored", "all"],
        Field(description="todo: open, claimed or reopened"),
    ] = "todo"
    page: Page = 1
    limit: Annotated[int, Field(ge=1, le=100, description="Gaps on a page"), FIGURES] = 20


class StateGiven(Body):
    model_config = ConfigDict(json_schema_extra=NOTE_FOR_IGNORED)

    state: Literal["open", "claimed", "documented", "reopened", "ignored"]
    note: Annotated[str, Field(max_length=NOTE_LIMIT, description="Why; ignored needs it")] = ""
    article: Annotated[
        str, Field(max_length=200, description="The slug of the article that answers it")
    ] = ""
