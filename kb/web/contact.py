"""Contact: the form before somebody writes to support, and what it offers first.

Everything is here without JavaScript, in two steps: what was written is looked at, and the articles
that answer it are shown; then it is sent. A script only shows them while somebody still types.
Unlike the pages of the articles these are made for each request: a form has the time in it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from kb.errors import BadInput, JournalUnavailable, KbError, NoRoom, NotFound, TooMany
from kb.helpdesk import attachment as files
from kb.helpdesk.attachment import Attachment, attachment
from kb.helpdesk.message import EMAIL_LIMIT, MOST_IDS, SUBJECT_LIMIT, TEXT_LIMIT, Message, checked
from kb.phrase import N_
from kb.search.query import tidy
from kb.web import stamps
from kb.web.current import current_kb
from kb.web.errors import status_of, told
from kb.web.framing import ROOT, in_frame
from kb.web.offers import Offer, offers
from kb.web.places import public_page
from kb.web.reads import count_page
from kb.web.signals import visit
from kb.web.wording import speak_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from kb.content.article import Article

blueprint = Blueprint("contact", __name__, url_prefix="/contact")

MOST_FIELDS = 256 * 1024
"""Bytes of a form without files: 20,000 characters, each as long as one can be."""

OFFERS_COST = 4
"""Searches: a whole message takes about that much longer than a few words."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is in the form. `article` is a slug and `q` the search that led here; `website` is the
    field that no person sees."""

    subject: str = ""
    text: str = ""
    email: str = ""
    article: str = ""
    page: str = ""
    q: str = ""
    stamp: str = ""
    website: str = ""


@blueprint.before_request
def only_where_it_is() -> ResponseReturnValue | None:
    settings = current_kb().settings
    if settings.has_form:
        return None
    if settings.contact and request.endpoint == "contact.form":  # articles link here all the same
        return redirect(settings.contact, HTTPStatus.FOUND)
    raise NotFound(N_("There is no such page."))


@blueprint.get("")
def form() -> ResponseReturnValue:
    query = tidy(request.args.get("q", ""))
    article = _article(request.args.get("article", ""))
    speak_of(article)
    page = article.url if article else _page_before()
    draft = Draft(subject=query, article=article.slug if article else "", page=page, q=query)
    return _page(draft)


@blueprint.post("")
def send() -> ResponseReturnValue:
    """The first step shows what may answer it, the second one sends."""
    try:
        draft = _draft()
        sending = request.form.get("step") == "send"
        given = _files() if sending else []
    except RequestEntityTooLarge:
        return _too_large()
    except BadInput as error:
        return _again(_draft(), error, looked=True)
    try:
        _refuse_programs(draft)
        message = checked(_message(draft))
        if not sending:
            return _page(draft, looked=True)
        words, contents = (draft.subject, draft.text, draft.email), (one.content for one in given)
        once = stamps.once(draft.stamp, *words, files=contents)
        reference = current_kb().write_to_support(message, given, visit(), once)
    except (BadInput, TooMany, NoRoom, JournalUnavailable) as error:
        return _again(draft, error, looked=sending)
    token, article = stamps.signed(reference), draft.article or None
    return redirect(url_for("contact.sent", token=token, article=article), HTTPStatus.SEE_OTHER)


@blueprint.post("/suggestions")
def suggestions() -> ResponseReturnValue:
    """What static/js/contact.js shows while somebody types: a piece of the page."""
    request.max_content_length = request.max_form_memory_size = MOST_FIELDS
    draft = _draft()
    return render_template("contact/_offers.html", offers=_offers(draft), draft=draft)


@blueprint.post("/answered")
def deflect() -> ResponseReturnValue:
    """An article answered it, and nothing is sent."""
    request.max_content_length = request.max_form_memory_size = MOST_FIELDS
    article, shown = _article(request.form.get("answered", "")), _ids("shown")
    if article is None:
        message = N_("There is no such article.")
        raise BadInput(message, N_("Go back and choose one of those shown."))
    speak_of(article)
    kb, text = current_kb(), request.form.get("q", "") or request.form.get("subject", "")
    ids = [one for one in shown if one in kb.edition.library.by_id]
    kb.deflected(article, ids, visit(), text, kb.settings.lang)
    target = url_for("contact.answered", article=article.slug)
    return redirect(target, HTTPStatus.SEE_OTHER)


@blueprint.get("/answered")
def answered() -> ResponseReturnValue:
    article = _article(request.args.get("article"))
    speak_of(article)
    return render_template("contact/answered.html", article=article)


@blueprint.get("/sent/<token>")
def sent(token: str) -> ResponseReturnValue:
    speak_of(_article(request.args.get("article")))
    return render_template("contact/sent.html", reference=stamps.read(token))


def _page(draft: Draft, *, looked: bool = False, fault: KbError | None = None) -> str:
    kb = current_kb()
    most, offered = kb.settings.contact_attachments, _offers(draft) if looked else []
    return render_template(
        "contact/page.html",
        draft=_stamped(draft),
        looked=looked,
        fault=fault,
        offers=offered,
        shown=dict.fromkeys((*_ids("shown"), *(offer.hit.article.id for offer in offered))),
        opened=_ids("opened"),
        about=_article(draft.article),
        searches=_searches(draft),
        often=kb.edition.library.featured[:5],
        topics=kb.edition.library.children(""),
        most_files=most,
        file_limit=files.MOST_BYTES // 2**20,
        accepted=files.ACCEPTED,
        limits={"subject": SUBJECT_LIMIT, "text": TEXT_LIMIT, "email": EMAIL_LIMIT},
    )


def _again(draft: Draft, fault: KbError, *, looked: bool) -> ResponseReturnValue:
    """Whatever was wrong, nothing that was written is lost."""
    headers = {"Retry-After": str(fault.seconds)} if isinstance(fault, TooMany) else {}
    try:
        page = _page(draft, looked=looked, fault=told(fault))
    except TooMany:  # then without articles that may answer it
        page = _page(draft, fault=told(fault))
    return page, status_of(fault), headers


def _too_large() -> ResponseReturnValue:
    together = files.MOST_TOGETHER // 2**20
    hint = _(
        "Files may have %(size)s MB together. Go back: what you wrote is still there.",
        size=together,
    )
    title = _("That is too much at once")
    page = render_template("errors/error.html", code=413, title=title, message="", hint=hint)
    return page, HTTPStatus.REQUEST_ENTITY_TOO_LARGE


# What a form holds


def _draft() -> Draft:
    if request.mimetype == "multipart/form-data":
        request.max_content_length = files.MOST_TOGETHER + MOST_FIELDS
    else:
        request.max_content_length = MOST_FIELDS
    request.max_form_memory_size = MOST_FIELDS
    given = request.form
    draft = Draft(**{field.name: given.get(field.name, "") for field in fields(Draft)})
    speak_of(_article(draft.article))
    return draft


def _files() -> list[Attachment]:
    """Raises BadInput."""
    given = [one for one in request.files.getlist("files") if one.filename]
    if len(given) > files.MOST:
        hint = N_("At most %(count)s can be attached.", count=files.MOST)
        raise BadInput(N_("These are too many files."), hint, files.FIELD)
    return [attachment(one.filename or "", one.read(files.MOST_BYTES + 1)) for one in given]


def _message(draft: Draft) -> Message:
    article = _article(draft.article)
    return Message(
        subject=draft.subject,
        text=draft.text,
        email=draft.email,
        page=public_page(draft.page),
        article=article.id if article else "",
        searches=(draft.q,) if tidy(draft.q) else (),
        shown=_ids("shown"),
        opened=_ids("opened"),
        lang=current_kb().settings.lang,
        source="widget" if in_frame() else "contact",
    )


def _ids(name: str) -> tuple[str, ...]:
    """Ids of articles as a form names them; which of them exist is looked at later."""
    return tuple(dict.fromkeys(request.form.getlist(name)[: 3 * MOST_IDS]))[:MOST_IDS]


def _searches(draft: Draft) -> tuple[str, ...]:
    """What will be sent along, so that it can be read before."""
    try:
        earlier = current_kb().support.last_searches(visit())
    except JournalUnavailable:
        earlier = ()
    return tuple(dict.fromkeys(filter(None, (tidy(draft.q), *earlier))))[:5]


def _page_before() -> str:
    """The page of this site whose link was followed, without its query."""
    before = urlsplit(request.referrer or "")
    path = before.path.removeprefix(ROOT)
    return public_page(path) if before.netloc == request.host else ""


def _article(slug: str | None) -> Article | None:
    return current_kb().edition.library.by_slug.get(slug or "")


def _offers(draft: Draft) -> list[Offer]:
    """Raises TooMany."""
    count_page(OFFERS_COST)
    kb = current_kb()
    return offers(kb.edition, f"{draft.subject}\n{draft.text}", kb.settings.lang)


def _stamped(draft: Draft) -> Draft:
    return draft if stamps.is_fresh(draft.stamp) else replace(draft, stamp=stamps.new_stamp())


def _refuse_programs(draft: Draft) -> None:
    """Raises BadInput for what no person does; whoever was taken for a program sends it again."""
    if draft.website:
        hint = N_("A field that people do not see was filled in. It is empty now: send it again.")
        raise BadInput(N_("This looks like a program's message."), hint)
    stamps.refuse_haste(draft.stamp)
