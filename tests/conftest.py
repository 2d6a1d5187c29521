"""Fixtures for the sample site."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from sample_site import Site, Visitor, copy_site

settings.register_profile("kb", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("kb")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return copy_site(tmp_path)


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return Visitor(site.app())


LONG = (
    "test_serve", "test_axe", "test_privacy_everywhere", "test_corpora", "test_staff_pages",
    "test_generations", "test_demo_command", "test_faults", "test_accounts", "test_signals_requests",
    "test_signals_browser", "test_pixels", "test_tree", "test_sizes", "test_keyboard", "test_leaks",
    "test_corpora_markdown", "test_ask_browser", "test_browser", "test_surveying",
)  # fmt: skip
"""Files that take long. They begin, or one of them would run alone at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


def pytest_xdist_auto_num_workers() -> int:
    """Twice as many as there are processors: tests wait for browsers and servers a lot."""
    return max(2, (os.cpu_count() or 1) * 2)
