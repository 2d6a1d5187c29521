"""Terms: how pages call the states, outcomes, reasons and roles that kb knows by short names."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

Terms = Mapping[str, str]  # each value is worded when it is shown

GAP_STATES: Terms = {
    "todo": _("To do"),
    "open": pgettext("state of a gap", "Open"),
    "claimed": _("Claimed"),
    "documented": _("Documented"),
    "proven": _("Proven"),
    "reopened": _("Reopened"),
    "ignored": _("Ignored"),
    "all": pgettext("gaps", "All"),
}
"""`todo` and `all` are those of several states."""

DIAGNOSES: Terms = {
    "": _("Any reason"),
    "missing": _("Missing article"),
    "words": _("Other words"),
    "ranking": _("Found too low"),
    "article": _("Article does not help"),
    "audience": _("For staff only"),
}

OUTCOMES: Terms = {
    "contacted": _("Wrote to support"),
    "read_voted_no": _("Read, and voted No"),
    "reformulated": _("Asked again in other words"),
    "settled": pgettext("outcome of a search", "Settled"),
    "no_result": _("Nothing found"),
    "no_click": _("Nothing opened"),
}

VERDICTS: Terms = {
    "better": _("Better since the edit"),
    "worse": _("Worse since the edit"),
    "not enough data": _("Edited, not enough data"),
}

FLAGS: Terms = {
    "out-of-date": pgettext("an article is", "Out of date"),
    "wrong": pgettext("an article is", "Wrong"),
    "unclear": pgettext("an article is", "Unclear"),
}

MESSAGE_STATES: Terms = {
    "todo": _("To do"),
    "waiting": _("On its way"),
    "failed": _("Did not arrive"),
    "kept": _("To answer"),
    "sent": _("In the helpdesk"),
    "closed": pgettext("state of a message", "Closed"),
}

ROLES: Terms = {
    "agent": pgettext("role", "agent"),
    "writer": pgettext("role", "writer"),
    "admin": pgettext("role", "admin"),
}

COPIES: Terms = {
    "address": _("Address"),
    "markdown": _("Link in Markdown"),
    "html": _("Link with its title"),
    "title": _("Title and address"),
    "excerpt": _("Title with excerpt"),
    "section": _("Whole section"),
}
"""What the picker copies of an article."""
