"""Ranking against Whoosh's own searcher: the same documents, order and scores."""

from __future__ import annotations

import random
import tempfile
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from corpus import WORDS, compile_into, document, texts_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_site import CORPORA, ROOT
from whoosh import query as asked
from whoosh.index import open_dir
from whoosh.scoring import BM25F

from kb.content.cache import RenderCache
from kb.content.reader import Reader
from kb.search.analysis import GAP, places, terms
from kb.search.compiling import K1
from kb.search.documents import FIELDS, LENGTH_SHARES, WEIGHTS, Document, documents_of
from kb.search.ranking import MOST_ENDINGS, Ranking, best

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whoosh.searching import Searcher

TOP = 10
RANDOM = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.data_too_large]
)


class AnyField(BM25F):  # type: ignore[misc]
    """Whoosh's BM25F with the one stated difference: a term's idf counts all its fields."""

    def __init__(self) -> None:
        super().__init__(K1=K1, **{f"{name}_B": share for name, share in LENGTH_SHARES.items()})

    def idf(self, searcher: Searcher, fieldname: str, text: bytes) -> float:
        reader = searcher.get_parent().reader()
        holding = {
            number
            for name in FIELDS
            if (name, text) in reader
            for number in reader.postings(name, text).all_ids()
        }
        return log(reader.doc_count() / (len(holding) + 1)) + 1


class Reference:
    """Whoosh's answers from the index that the arrays were compiled from."""

    def __init__(self, workshop: Path, documents: Sequence[Document]) -> None:
        self.searcher = open_dir(str(workshop)).searcher(weighting=AnyField())
        self.boosts = {one.key: one.boost for one in documents}

    def scores(self, query: asked.Query) -> dict[str, float]:
        """Key -> score, of all documents that are found."""
        hits = self.searcher.search(query, limit=None)
        return {
            (key := hit["key"]): score * self.boosts[key]
            for (score, _), hit in zip(hits.top_n, hits, strict=True)
        }

    def any_of(self, words: Sequence[str]) -> dict[str, float]:
        return self.scores(
            asked.Or(
                [
                    asked.Term(name, word, boost=weight)
                    for word in words
                    for name, weight in WEIGHTS.items()
                ]
            )
        )


def top(scores: dict[str, float]) -> list[str]:
    """The rule for ties: equal scores stand in the order of their keys."""
    order = sorted(scores, key=lambda key: (-np.float32(scores[key]).round(4), key))
    return order[:TOP]


def found_by(ranking: Ranking, scores: Any) -> dict[str, float]:
    return {ranking.keys[n]: float(scores[n]) for n in np.flatnonzero(scores)}


def assert_equal_to_whoosh(ranking: Ranking, reference: Reference, words: Sequence[str]) -> None:
    scores = ranking.sum(words)
    expected = reference.any_of(words)
    mine = found_by(ranking, scores)
    assert mine.keys() == expected.keys()
    for key, score in expected.items():
        assert mine[key] == pytest.approx(score, rel=1e-4), key
    shown = [ranking.keys[n] for n in best(scores, TOP)]
    assert_same_order(shown, top(expected), expected)


def assert_same_order(shown: list[str], wanted: list[str], scores: dict[str, float]) -> None:
    """The same keys at the same places, but for neighbours whose scores differ by rounding."""
    assert len(shown) == len(wanted)
    for mine, theirs in zip(shown, wanted, strict=True):
        assert mine == theirs or scores[mine] == pytest.approx(scores[theirs], rel=1e-5)


TEXT = st.lists(st.sampled_from((*WORDS[:6] * 3, *WORDS, "\n")), max_size=14).map(" ".join)
BOOST = st.sampled_from((1.0, 1.0, 1.0, 0.5, 2.0))


@st.composite
def corpora(draw: st.DrawFn) -> list[Document]:
    """Documents with empty, repeated and equal fields, so that ties are common."""
    kinds = draw(
        st.lists(st.fixed_dictionaries(dict.fromkeys(FIELDS, TEXT)), min_size=1, max_size=5)
    )
    chosen = draw(st.lists(st.tuples(st.sampled_from(kinds), BOOST), min_size=1, max_size=30))
    # what is the same but for its name stands in the order of the names
    slugs = draw(st.permutations(range(len(chosen))))
    return [
        document(f"doc-{slug}", boost, **texts)
        for slug, (texts, boost) in zip(slugs, chosen, strict=True)
    ]


QUERY = st.lists(st.sampled_from((*WORDS, "nowhere")), min_size=1, max_size=5, unique=True)


def compiled(documents: Sequence[Document], root: Path) -> tuple[Ranking, Reference]:
    ranking = Ranking(compile_into(root / "workshop", root / "arrays", documents))
    return ranking, Reference(root / "workshop", documents)


@RANDOM
@given(corpora(), st.lists(QUERY, min_size=1, max_size=4))
def test_random_queries_on_random_corpora_score_as_in_whoosh(
    documents: list[Document], queries: list[list[str]]
) -> None:
    with tempfile.TemporaryDirectory() as root:
        ranking, reference = compiled(documents, Path(root))
        for query in queries:
            assert_equal_to_whoosh(ranking, reference, query)
            assert_twins_stand_in_order(ranking, documents, query)


def assert_twins_stand_in_order(
    ranking: Ranking, documents: Sequence[Document], words: Sequence[str]
) -> None:
    """Documents that are the same but for their names score the same to the last bit."""
    twins: dict[str, list[str]] = {}
    for one in documents:
        twins.setdefault(repr((one.boost, one.fields)), []).append(one.key)
    scores = ranking.sum(words)
    shown = [ranking.keys[n] for n in best(scores, len(documents))]
    for keys in twins.values():
        assert [key for key in shown if key in keys] in ([], sorted(keys))


def test_a_term_in_most_of_many_documents_scores_as_in_whoosh(tmp_path: Path) -> None:
    """Common terms are kept as whole rows, which only exists from 64 documents on."""
    chance = random.Random(5)
    documents = [
        document(f"d{n:03}", body="ab " * (n % 9) + " ".join(chance.choices(WORDS, k=n % 40)))
        for n in range(300)
    ]
    ranking, reference = compiled(documents, tmp_path)
    assert ranking._row, "nothing is dense: the test misses its point"
    for query in (["ab"], ["ab", "zoom"], list(WORDS), ["zoom", "dot", "cat"]):
        assert_equal_to_whoosh(ranking, reference, query)


def test_equal_documents_stand_in_the_order_of_their_keys(tmp_path: Path) -> None:
    slugs = ["b", "a", "d", "c", "aa", "B", "é", "a-b"]
    ranking, reference = compiled([document(slug, title="cat") for slug in slugs], tmp_path)
    shown = [ranking.keys[n] for n in best(ranking.sum(["cat"]), TOP)]
    assert shown == sorted(f"{slug}#" for slug in slugs) == top(reference.any_of(["cat"]))


def side_by_side(one: Document, phrase: Sequence[str]) -> bool:
    """A scan of the fields' words, without the index."""
    for text in texts_of(one).values():
        for line in text.split("\n"):
            found = line.split()
            if any(
                found[n : n + len(phrase)] == list(phrase)
                for n in range(len(found) - len(phrase) + 1)
            ):
                return True
    return False


@RANDOM
@given(
    corpora(),
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), min_size=1, max_size=6),
)
def test_phrases_are_found_where_their_words_stand_side_by_side(
    documents: list[Document], phrases: list[list[str]]
) -> None:
    with tempfile.TemporaryDirectory() as root:
        ranking, _ = compiled(documents, Path(root))
        for phrase in phrases:
            mine = {ranking.keys[n] for n in np.flatnonzero(ranking.phrase(phrase))}
            assert mine == {one.key for one in documents if side_by_side(one, phrase)}


def test_no_phrase_reaches_across_two_blocks_or_two_fields(tmp_path: Path) -> None:
    documents = [
        document("across", title="cat", body="dog\n" + "ox\n" * GAP + "cat\ndog"),
        document("within", body="cat dog"),
    ]
    ranking, _ = compiled(documents, tmp_path)
    assert ranking.phrase(["cat", "dog"]).tolist() == [False, True]


@RANDOM
@given(corpora(), st.lists(st.sampled_from(("", "a", "ab", "abc", "b", "bo", "z", "q"))))
def test_prefixes_stand_for_the_most_frequent_terms(
    documents: list[Document], prefixes: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as root:
        ranking, reference = compiled(documents, Path(root))
        held = {
            word: {
                one.key
                for one in documents
                for text in texts_of(one).values()
                if word in text.split()
            }
            for word in WORDS
        }
        known = sorted((word for word in WORDS if held[word]), key=lambda w: (-len(held[w]), w))
        for prefix in prefixes:
            expected = [word for word in known if word.startswith(prefix)]
            assert ranking.starting_with(prefix) == expected
            assert ranking.starting_with(prefix, 2) == expected[:2]
            alone = [reference.any_of([word]) for word in expected]
            most = {
                key: max(scores.get(key, 0.0) for scores in alone) for key in set().union(*alone)
            }
            mine = found_by(ranking, ranking.best_of(expected))
            assert mine == pytest.approx(most, rel=1e-4)


def test_a_prefix_stands_for_so_many_terms_at_most(tmp_path: Path) -> None:
    documents = [document("a", body=" ".join(f"zz{n:03}" for n in range(90)))]
    ranking, _ = compiled(documents, tmp_path)
    assert ranking.starting_with("zz") == [f"zz{n:03}" for n in range(MOST_ENDINGS)]


@pytest.fixture(
    scope="module",
    params=[ROOT / "articles", CORPORA / "dnsimple" / "content" / "articles"],
    ids=["handbook", "dnsimple"],
)
def real(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Document], Ranking, Reference]:
    folder: Path = request.param
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here")
    root = tmp_path_factory.mktemp("real")
    library = Reader(folder, "en", RenderCache(root / "cache.sqlite")).read().public
    documents = documents_of(library)["en"]
    return documents, *compiled(documents, root)


def test_real_articles_score_as_in_whoosh(
    real: tuple[list[Document], Ranking, Reference],
) -> None:
    documents, ranking, reference = real
    chance = random.Random(7)
    for _ in range(60):
        texts = [text for text in texts_of(chance.choice(documents)).values() if text]
        words = list(dict.fromkeys(terms(chance.choice(texts), "en")))
        query = chance.sample(words, min(len(words), chance.randint(1, 6)))
        assert_equal_to_whoosh(ranking, reference, query)


def test_phrases_of_real_articles_are_found(
    real: tuple[list[Document], Ranking, Reference],
) -> None:
    documents, ranking, _ = real
    chance = random.Random(9)
    standing = {one.key: _standing(one) for one in documents}
    for one in chance.sample(documents, min(40, len(documents))):
        body = standing[one.key][-1]
        run = [place for place in sorted(body) if {place + 1, place + 2} <= body.keys()]
        if run:
            begin = chance.choice(run)
            phrase = [chance.choice(sorted(body[begin + n])) for n in range(3)]
            found = [ranking.keys[n] for n in np.flatnonzero(ranking.phrase(phrase))]
            assert found == [key for key, fields in standing.items() if _holds(phrase, fields)]


def _standing(one: Document) -> list[dict[int, set[str]]]:
    """Of each field, the terms at each place; the body last."""
    found = []
    for name in FIELDS:
        at: dict[int, set[str]] = {}
        for term, place in places(texts_of(one).get(name, ""), one.lang):
            at.setdefault(place, set()).add(term)
        found.append(at)
    return found


def _holds(phrase: Sequence[str], fields: list[dict[int, set[str]]]) -> bool:
    return any(
        all(term in at.get(place + n, ()) for n, term in enumerate(phrase))
        for at in fields
        for place in at
        if phrase[0] in at[place]
    )
