"""Real knowledge bases are served unchanged: pages answer, and nothing is logged."""

from __future__ import annotations

import logging
import random

import pytest
from sample_site import CORPORA, Site, Visitor

from kb.settings import Settings

FOLDERS = ["rackspace/content", "dnsimple/content/articles", "bitwarden/_articles"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_pages_of_a_real_knowledge_base_answer(tmp_path, caplog, folder: str) -> None:  # type: ignore[no-untyped-def]
    root = CORPORA / folder
    if not root.is_dir():
        pytest.skip(f"{root} is not here")
    site = Site(tmp_path, Settings(articles=root, data_dir=tmp_path / ".kb"))
    with caplog.at_level(logging.WARNING):
        built = site.build()
        visitor = Visitor(site.app())
        library = built.content.public
        assert len(library.articles) > 150
        looked_at = random.Random(3).sample(library.articles, 40)
        for number, article in enumerate(library.articles):
            if article in looked_at:
                visitor.get(article.url)  # and is valid HTML with one h1, no inline script
            elif number % 6 == 0:
                assert visitor.client.get(article.url).status_code == 200, article.url
        for category in library.categories:
            visitor.get(category.url)
        for article in (one for one in looked_at if one.searchable):
            hits = visitor.app.extensions["kb"].edition.search(article.title, "en").hits
            assert article.slug in [hit.article.slug for hit in hits], article.title
    assert [record.getMessage() for record in caplog.records] == []
