"""Fixtures for the sample site."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_site import Site, Visitor, make_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return make_site(tmp_path)


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return Visitor(site.app())
