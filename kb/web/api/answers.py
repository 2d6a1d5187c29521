"""Answers of the API as models: an answer is made of one, and the document describes it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kb.content.article import Kind

GapState = Literal["open", "claimed", "documented", "proven", "reopened", "ignored"]


class Reply(BaseModel):
    model_config = ConfigDict(frozen=True)


class Error(Reply):
    code: str
    message: Annotated[str, Field(description="What is wrong")]
    hint: Annotated[str, Field(description="What to do next, or empty")]


class Refusal(Reply):
    error: Error


class SectionName(Reply):
    title: str
    anchor: str


class Place(Reply):
    """An article, or a section of it."""

    id: Annotated[str, Field(description="The front matter's id, else the path of the file")]
    slug: str
    title: str
    lang: Annotated[str, Field(description="The language of the title")]
    url: Annotated[str, Field(description="With the section; absolute when base_url is set")]
    section: Annotated[SectionName | None, Field(description="null: the article as a whole")]
    category: Annotated[str | None, Field(description="The title of the first category")]


class Result(Place):
    snippet: Annotated[str, Field(description="A few lines of plain text")]
    score: Annotated[float, Field(description="For comparing results of one answer")]


class Found(Reply):
    query: Annotated[str, Field(description="What was asked, tidied")]
    total: Annotated[int, Field(description="Results on all pages")]
    took_ms: float
    corrected: Annotated[str | None, Field(description="What was searched instead")]
    results: list[Result]


class Suggested(Reply):
    query: str
    completions: Annotated[list[str], Field(description="Ways to finish what was typed")]
    results: list[Place]


class Answering(Place):
    """A section that answers."""

    snippet: Annotated[str, Field(description="The sentence that matched")]
    text: Annotated[str, Field(description="The whole section as plain text")]


class Answered(Reply):
    results: Annotated[list[Answering], Field(description="One for an article, best first")]


class Entry(Reply):
    """An article in a list."""

    id: str
    slug: str
    title: str
    url: str
    summary: str
    kind: Kind
    lang: str
    categories: Annotated[list[str], Field(description="Their paths")]
    tags: list[str]
    created: dt.date | None
    updated: dt.date | None


class Articles(Reply):
    total: int
    page: int
    pages: int
    articles: list[Entry]


class SectionText(Reply):
    anchor: str
    level: int
    title: str
    text: Annotated[str, Field(description="Plain text, up to the next heading")]


class WholeArticle(Entry):
    revision: Annotated[str, Field(description="Of what a reader sees; votes belong to it")]
    html: Annotated[str, Field(description="Sanitised; its links begin with / as on the site")]
    sections: list[SectionText]


class CategoryEntry(Reply):
    path: str
    title: str
    url: str
    summary: str
    parent: Annotated[str | None, Field(description="The path of the category above")]
    articles: Annotated[int, Field(description="Articles in it and below it")]


class Categories(Reply):
    categories: Annotated[list[CategoryEntry], Field(description="Parents before children")]


class VoteTaken(Reply):
    article: str
    helpful: bool


class ContactTaken(Reply):
    reference: Annotated[str, Field(description="What support knows the message by")]


class LinkMade(Reply):
    code: str
    url: Annotated[str, Field(description="What goes into the reply")]


class Sample(Reply):
    text: str
    people: int


class GapEntry(Reply):
    """A gap. The figures are those of four weeks; all are 0 when nobody failed in them."""

    id: int
    label: str
    lang: str
    state: GapState
    who: str
    article: Annotated[str | None, Field(description="The slug of the article that answers it")]
    note: str
    since: Annotated[dt.datetime, Field(description="When it came into its state")]
    diagnosis: Annotated[str | None, Field(description="Why it is a gap")]
    demand: Annotated[float, Field(description="People a week who would be helped, at least")]
    people: int
    before: Annotated[int, Field(description="People in the four weeks before those")]
    surge: bool
    contacts: int
    samples: Annotated[list[Sample], Field(description="Texts of three people or more")]
    url: Annotated[str, Field(description="Its page for staff")]


class Gaps(Reply):
    at: Annotated[dt.datetime, Field(description="When the figures were worked out")]
    total: int
    page: int
    pages: int
    gaps: list[GapEntry]


class GapChange(Reply):
    at: dt.datetime
    who: Annotated[str, Field(description="Empty for what kb noticed by itself")]
    state: str
    note: str


class WholeGap(GapEntry):
    history: list[GapChange]
    patch: Annotated[str, Field(description="What is proposed, as a diff, or empty")]
