"""Fixtures for the sample site."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from sample_site import Site, Visitor, make_site

settings.register_profile("kb", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("kb")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path)


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return Visitor(site.app())


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are processors: tests wait for browsers and servers a lot."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)
