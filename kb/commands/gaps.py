"""Gaps: `kb gaps`, the queue of what to write next from the command line."""

from __future__ import annotations

import datetime as dt
import re

import click

from kb.commands import journal_settings
from kb.configuring import read_settings
from kb.errors import UsageError

GAP = click.argument("gap", type=click.IntRange(1))
WHO = click.option("--who", default="", help="Your name.")


@click.group(invoke_without_command=True)
@click.option(
    "--since", default="28d", show_default=True, metavar="DAYS", help="How far back, as 30d."
)
@click.option("--json", "form", flag_value="json", help="As JSON.")
@click.option("--csv", "form", flag_value="csv", help="As comma-separated values.")
@click.option("--markdown", "form", flag_value="markdown", help="As a list to paste anywhere.")
@click.pass_context
def gaps(ctx: click.Context, since: str, form: str | None) -> None:
    """Print what customers look for and do not find: what to write next.

    \b
    kb gaps                      the queue, what helps most people first
    kb gaps show 7               one gap with its evidence
    kb gaps patch 7 | git apply  what is proposed
    """
    from kb.gap_reports import list_gaps

    found = re.fullmatch(r"([1-9][0-9]{0,3})d?", since)
    if not found:
        raise UsageError(f"--since {since} is no time.", "Write days: kb gaps --since 30d")
    ctx.obj = dt.timedelta(days=int(found[1]))
    settings = journal_settings()
    if ctx.invoked_subcommand is None:
        list_gaps(settings, ctx.obj, form or "table")


@gaps.command("show")
@GAP
@click.pass_obj
def gaps_show(since: dt.timedelta, gap: int) -> None:
    """Print one gap: evidence, diagnosis, proposal, history."""
    from kb.gap_reports import show_gap

    show_gap(read_settings(), gap, since)


@gaps.command("patch")
@GAP
@click.pass_obj
def gaps_patch(since: dt.timedelta, gap: int) -> None:
    """Print the proposal as a diff that git apply takes."""
    from kb.gap_reports import print_patch

    print_patch(read_settings(), gap, since)


@gaps.command("new-article")
@GAP
@click.pass_obj
def gaps_new_article(since: dt.timedelta, gap: int) -> None:
    """Write the draft of a missing article into the articles folder."""
    from kb.gap_reports import write_article

    write_article(read_settings(), gap, since)


@gaps.command("set")
@GAP
@click.argument("state", type=click.Choice(["open", "claimed", "documented", "ignored"]))
@WHO
@click.option("--note", default="", help="Why, or what was done.")
@click.option("--article", default="", metavar="SLUG", help="The article that answers it.")
def gaps_set(gap: int, state: str, who: str, note: str, article: str) -> None:
    """Bring a gap into a state by hand."""
    from kb.gap_reports import change_gap

    change_gap(read_settings(), gap, state, who, note, article)


@gaps.command("merge")
@GAP
@click.argument("into", type=click.IntRange(1))
@WHO
def gaps_merge(gap: int, into: int, who: str) -> None:
    """Make GAP a part of the gap INTO; later runs keep it so."""
    from kb.gap_reports import merge_gaps

    merge_gaps(read_settings(), gap, into, who)
