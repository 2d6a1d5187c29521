"""The command line: kb serve | build | check | search | report | gaps | staff | helpdesk | ..."""

from __future__ import annotations

import datetime as dt
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb import __version__
from kb.dispatching import helpdesk
from kb.errors import KbError, UsageError
from kb.settings import read_settings
from kb.staff_tokens import token

if TYPE_CHECKING:
    from kb.settings import Settings

FOLDER = click.argument("folder", required=False, type=click.Path(path_type=Path))


class _Commands(click.Group):
    """A KbError becomes two lines and an exit code here, and nowhere else."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KbError as error:
            click.echo(f"kb: {error.message}", err=True)
            if error.hint:
                click.echo(f"    {error.hint}", err=True)
            sys.exit(error.exit_code)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="kb %(version)s")
def main() -> None:
    """A folder of Markdown becomes a help center that knows what it is missing.

    \b
    Exit codes: 0 all is well, 1 problems were found, 2 wrong use.
    """


@main.command()
@FOLDER
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--drafts", is_flag=True, help="Show drafts and staff articles too; this machine only."
)
def serve(folder: Path | None, host: str, port: int, drafts: bool) -> None:
    """Build FOLDER (default: articles/) and serve it; an edit shows within a second.

    \b
    kb serve                    the folder articles/, or else the handbook
    kb serve docs --port 9000   another folder and port
    """
    from kb.serving import serve as start  # noqa: PLC0415  (only this command needs the server)

    start(_settings(folder, handbook=True), host, port, drafts=drafts)


@main.command()
@FOLDER
def build(folder: Path | None) -> None:
    """Build FOLDER (default: articles/) with all its pages, and make it the live generation.

    Servers that run kb.wsgi:app on the same data folder take it over at once.
    """
    from kb.serving import build as start  # noqa: PLC0415

    start(_settings(folder))


@main.command()
@FOLDER
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
)
@click.option("--select", multiple=True, metavar="CODE", help="Report only these codes.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Do not report these codes.")
def check(folder: Path | None, form: str, select: tuple[str, ...], ignore: tuple[str, ...]) -> None:
    """List every problem in FOLDER as path:line:column code message.

    The exit code is 1 when there is an error among them; warnings alone leave it at 0.
    """
    from kb.checking import check as start  # noqa: PLC0415

    sys.exit(start(_settings(folder), form, _codes(select), _codes(ignore)))


def _codes(given: tuple[str, ...]) -> frozenset[str]:
    return frozenset(code.strip() for codes in given for code in codes.split(",") if code.strip())


@main.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--explain", is_flag=True, help="Show how each score comes about.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 50))
@click.option("--folder", type=click.Path(path_type=Path), help="The folder of articles.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--literal", is_flag=True, help="Search just what was typed.")
def search(
    words: tuple[str, ...],
    explain: bool,
    limit: int,
    folder: Path | None,
    as_json: bool,
    literal: bool,
) -> None:
    """Show what readers find for WORDS, best first.

    \b
    kb search "cancel my plan"            what is found
    kb search --explain "cancel my plan"  why it stands where it stands

    The exit code is 1 when nothing is found.
    """
    from kb.search.results import Options  # noqa: PLC0415
    from kb.searching import search as start  # noqa: PLC0415

    options = Options(limit=limit, literal=literal)
    settings = _settings(folder, handbook=True)
    sys.exit(start(settings, " ".join(words), options, explained=explain, as_json=as_json))


@main.command()
@FOLDER
def doctor(folder: Path | None) -> None:
    """Look at the settings, folders, database and extras, and say what is missing.

    The exit code is 1 when something is a problem; notes alone leave it at 0.
    """
    from kb.doctor import examine  # noqa: PLC0415  (it imports what may be broken)

    sys.exit(examine(folder))


@main.group(invoke_without_command=True)
@click.option("--csv", "form", flag_value="csv", help="As comma-separated values.")
@click.option("--json", "form", flag_value="json", help="As JSON.")
@click.pass_context
def report(ctx: click.Context, form: str | None) -> None:
    """Print how helpful readers found each article, those that need attention first.

    \b
    kb report        each article with its votes
    kb report week   the week in figures and what to do next, to paste anywhere
    """
    from kb.reporting import report as start  # noqa: PLC0415

    if ctx.invoked_subcommand is None:
        start(_journal(), form or "table")


@report.command("week")
def report_week() -> None:
    """Print the week beside the one before, as Markdown that can be pasted anywhere."""
    from kb.week_reports import report_week as start  # noqa: PLC0415

    start(_journal())


@main.group(invoke_without_command=True)
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
    from kb.gap_reports import list_gaps  # noqa: PLC0415

    found = re.fullmatch(r"([1-9][0-9]{0,3})d?", since)
    if not found:
        raise UsageError(f"--since {since} is no time.", "Write days: kb gaps --since 30d")
    ctx.obj = dt.timedelta(days=int(found[1]))
    settings = _journal()
    if ctx.invoked_subcommand is None:
        list_gaps(settings, ctx.obj, form or "table")


GAP = click.argument("gap", type=click.IntRange(1))
WHO = click.option("--who", default="", help="Your name.")


@gaps.command("show")
@GAP
@click.pass_obj
def gaps_show(since: dt.timedelta, gap: int) -> None:
    """Print one gap: evidence, diagnosis, proposal, history."""
    from kb.gap_reports import show_gap  # noqa: PLC0415

    show_gap(read_settings(), gap, since)


@gaps.command("patch")
@GAP
@click.pass_obj
def gaps_patch(since: dt.timedelta, gap: int) -> None:
    """Print the proposal as a diff that git apply takes."""
    from kb.gap_reports import print_patch  # noqa: PLC0415

    print_patch(read_settings(), gap, since)


@gaps.command("new-article")
@GAP
@click.pass_obj
def gaps_new_article(since: dt.timedelta, gap: int) -> None:
    """Write the draft of a missing article into the articles folder."""
    from kb.gap_reports import write_article  # noqa: PLC0415

    write_article(read_settings(), gap, since)


@gaps.command("set")
@GAP
@click.argument("state", type=click.Choice(["open", "claimed", "documented", "ignored"]))
@WHO
@click.option("--note", default="", help="Why, or what was done.")
@click.option("--article", default="", metavar="SLUG", help="The article that answers it.")
def gaps_set(gap: int, state: str, who: str, note: str, article: str) -> None:
    """Bring a gap into a state by hand."""
    from kb.gap_reports import change_gap  # noqa: PLC0415

    change_gap(read_settings(), gap, state, who, note, article)


@gaps.command("merge")
@GAP
@click.argument("into", type=click.IntRange(1))
@WHO
def gaps_merge(gap: int, into: int, who: str) -> None:
    """Make GAP a part of the gap INTO; later runs keep it so."""
    from kb.gap_reports import merge_gaps  # noqa: PLC0415

    merge_gaps(read_settings(), gap, into, who)


@main.group()
def staff() -> None:
    """Say who may sign in to the staff pages, and what each may do.

    \b
    kb staff add ada --role admin   asks for a password at the terminal
    kb staff list                   all accounts

    A password is never an argument. Without a terminal it is the first line of the input.
    """


NAME = click.argument("name")
ROLE = click.Choice(["agent", "writer", "admin"])


@staff.command("add")
@NAME
@click.option("--role", type=ROLE, default="agent", show_default=True, help="What it may do.")
def staff_add(name: str, role: str) -> None:
    """Make an account."""
    from kb.staffing import add  # noqa: PLC0415

    add(read_settings(), name, role)


@staff.command("list")
def staff_list() -> None:
    """Print all accounts."""
    from kb.staffing import list_accounts  # noqa: PLC0415

    list_accounts(read_settings())


@staff.command("password")
@NAME
def staff_password(name: str) -> None:
    """Give an account a new password; ends its sessions."""
    from kb.staffing import set_password  # noqa: PLC0415

    set_password(read_settings(), name)


@staff.command("role")
@NAME
@click.argument("role", type=ROLE)
def staff_role(name: str, role: str) -> None:
    """Let an account do more or less, from its next click on."""
    from kb.staffing import set_role  # noqa: PLC0415

    set_role(read_settings(), name, role)


@staff.command("disable")
@NAME
def staff_disable(name: str) -> None:
    """Let nobody sign in with an account; ends its sessions at once."""
    from kb.staffing import disable  # noqa: PLC0415

    disable(read_settings(), name)


@staff.command("enable")
@NAME
def staff_enable(name: str) -> None:
    """Undo disable, and forget attempts to sign in that failed."""
    from kb.staffing import enable  # noqa: PLC0415

    enable(read_settings(), name)


@staff.command("link")
@NAME
@click.argument("subject")
def staff_link(name: str, subject: str) -> None:
    """Let a person whom the OpenID provider calls SUBJECT into an account that is there."""
    from kb.staffing import link  # noqa: PLC0415

    link(read_settings(), name, subject)


@staff.command("drop-code")
@NAME
def staff_drop_code(name: str) -> None:
    """Ask for no code any more, when the phone and the recovery codes are lost."""
    from kb.staffing import drop_code  # noqa: PLC0415

    drop_code(read_settings(), name)


staff.add_command(token)
main.add_command(helpdesk)


@main.command()
def retention() -> None:
    """Delete facts that are older than 90 days, and daily sums that are older than 25 months.

    A server does this by itself, once an hour.
    """
    from kb.knowledge_base import KnowledgeBase  # noqa: PLC0415

    kept = KnowledgeBase(read_settings()).forget()
    click.echo(f"{kept.summed} days summed up, {kept.deleted} facts deleted.")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="This machine only.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--weeks", default=8, show_default=True, type=click.IntRange(4, 12), help="How far back."
)
@click.option("--seed", default=1, show_default=True, help="Another number, other visitors.")
@click.option("--data-dir", type=click.Path(path_type=Path), help="A new folder to keep it all in.")
@click.option("--no-serve", is_flag=True, help="Only fill the folder of --data-dir.")
def demo(
    host: str, port: int, weeks: int, seed: int, data_dir: Path | None, no_serve: bool
) -> None:
    """Show the handbook with weeks of made-up visitors, to see the staff pages alive.

    \b
    kb demo                   until you stop it; then all of it is deleted
    kb demo --data-dir demo   keep it in the new folder demo/

    Your articles, settings and database are not touched.
    """
    from kb.demo.command import demo as start  # noqa: PLC0415

    start(host, port, weeks, seed, data_dir, serves=not no_serve)


def _journal() -> Settings:
    """The settings; whoever reads figures of a demo is told so."""
    settings = read_settings()
    if settings.made_up:
        click.echo("Made-up traffic: nothing here was done by real people (kb demo).", err=True)
    return settings


def _settings(folder: Path | None, *, handbook: bool = False) -> Settings:
    """The settings, with the folder from the command line or, where there is none, the handbook."""
    from kb.resources import resource_folder  # noqa: PLC0415

    settings = read_settings(**({"articles": folder} if folder else {}))
    default = settings.articles == Path("articles")
    if handbook and folder is None and default and not settings.articles.exists():
        click.echo(
            "There is no articles/ here: this is kb's own handbook.\n"
            "To start your own, put Markdown files into a folder: kb serve FOLDER",
            err=True,
        )
        return read_settings(articles=resource_folder("articles"))
    if folder is not None and not folder.exists():
        raise UsageError(
            f"{folder} does not exist.", "Name a folder of Markdown files: kb serve FOLDER"
        )
    return settings
