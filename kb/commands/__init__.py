"""Commands: one module for each group of `kb`. They import what they need when they run, so that
`kb --help` answers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kb.configuring import read_settings

if TYPE_CHECKING:
    from kb.settings import Settings


def journal_settings() -> Settings:
    """The settings; whoever reads figures of a demo is told so."""
    settings = read_settings()
    if settings.made_up:
        click.echo("Made-up traffic: nothing here was done by real people (kb demo).", err=True)
    return settings
