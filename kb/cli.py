"""The command line: kb serve | build | check | search | report | gaps | staff | helpdesk | ..."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb import __version__
from kb.commands import journal_settings
from kb.commands.gaps import gaps
from kb.commands.helpdesk import helpdesk
from kb.commands.staff import staff
from kb.configuring import read_settings
from kb.errors import KbError, UsageError

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
    from kb.serving import serve as start

    start(_settings(folder, handbook=True), host, port, drafts=drafts)


@main.command()
@FOLDER
def build(folder: Path | None) -> None:
    """Build FOLDER (default: articles/) with all its pages, and make it the live generation.

    Servers that run kb.wsgi:app on the same data folder take it over at once.
    """
    from kb.serving import build as start

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
    from kb.checking import check as start

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
    from kb.search.results import Options
    from kb.searching import search as start

    options = Options(limit=limit, literal=literal)
    settings = _settings(folder, handbook=True)
    sys.exit(start(settings, " ".join(words), options, explained=explain, as_json=as_json))


@main.command()
@FOLDER
def doctor(folder: Path | None) -> None:
    """Look at the settings, folders, database and extras, and say what is missing.

    The exit code is 1 when something is a problem; notes alone leave it at 0.
    """
    from kb.doctor import examine  # it imports what may be broken

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
    from kb.reporting import report as start

    if ctx.invoked_subcommand is None:
        start(journal_settings(), form or "table")


@report.command("week")
def report_week() -> None:
    """Print the week beside the one before, as Markdown that can be pasted anywhere."""
    from kb.week_reports import report_week as start

    start(journal_settings())


main.add_command(gaps)
main.add_command(staff)
main.add_command(helpdesk)


@main.command()
def retention() -> None:
    """Delete facts that are older than 90 days, and daily sums that are older than 25 months.

    A server does this by itself, once an hour.
    """
    from kb.knowledge_base import KnowledgeBase

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
    from kb.demo.command import demo as start

    start(host, port, weeks, seed, data_dir, serves=not no_serve)


def _settings(folder: Path | None, *, handbook: bool = False) -> Settings:
    """The settings, with the folder from the command line or, where there is none, the handbook."""
    from kb.resources import resource_folder

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
