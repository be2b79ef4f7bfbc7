import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical import K1, B, LexicalIndex, rank_rows
from index.postings import Postings

ROWS = [["备案", "经营者"], ["召回"], [], ["备案", "备案", "许可", "转让"]]
TERMS = st.lists(st.sampled_from("甲乙丙丁戊"), max_size=8)


def test_scores_are_lucenes_bm25() -> None:
    # Four rows, lengths 2 1 0 4, mean 1.75; 备案 stands in two: idf = ln(1 + (4 - 2 + .5) / (2 + .5)) = ln 2.
    # Row 0: tf 1, ln 2 * 1 / (1 + K1 * (1 - B + B * 2 / 1.75)); row 3: tf 2, length 4.
    row_0 = math.log(2) * 1 / (1 + K1 * (1 - B + B * 2 / 1.75))
    row_3 = math.log(2) * 2 / (2 + K1 * (1 - B + B * 4 / 1.75))
    assert LexicalIndex.build(ROWS).score(["备案"]).tolist() == pytest.approx([row_0, 0, 0, row_3], rel=1e-5)


def test_scores_are_those_of_bm25s() -> None:
    import bm25s

    vocabulary: dict[str, int] = {}
    ids = [[vocabulary.setdefault(term, len(vocabulary)) for term in row] for row in ROWS]
    scorer = bm25s.BM25(method="lucene", k1=K1, b=B)
    scorer.index((ids, vocabulary), show_progress=False)
    query = ["备案", "备案", "许可", "召回"]
    np.testing.assert_allclose(LexicalIndex.build(ROWS).score(query), scorer.get_scores(query), rtol=1e-5)


def test_a_term_asked_twice_counts_twice_and_an_unknown_one_not_at_all() -> None:
    index = LexicalIndex.build(ROWS)
    assert index.score(["召回", "召回", "无"]).tolist() == pytest.approx((2 * index.score(["召回"])).tolist())


def test_document_frequency_is_the_number_of_rows() -> None:
    index = LexicalIndex.build(ROWS)
    assert [index.count_rows(term) for term in ("备案", "召回", "无")] == [2, 1, 0]


@given(st.lists(st.tuples(TERMS, st.integers(0, 2), st.booleans()), max_size=20), TERMS)
def test_scores_are_the_same_however_rows_are_divided_and_as_if_the_dead_had_never_been(
    rows: list[tuple[list[str], int, bool]], query: list[str]
) -> None:
    shards = [[(terms, living) for terms, shard, living in rows if shard == number] for number in range(3)]
    divided = LexicalIndex(
        [Postings.build(terms for terms, _ in shard) for shard in shards],
        [np.flatnonzero([living for _, living in shard]).astype(np.int64) for shard in shards],
    )
    whole = LexicalIndex.build([terms for shard in shards for terms, living in shard if living])
    np.testing.assert_array_equal(divided.score(query), whole.score(query))
    assert [divided.count_rows(term) for term in "甲乙丙"] == [whole.count_rows(term) for term in "甲乙丙"]


def test_an_index_of_no_rows_scores_none() -> None:
    for index in (LexicalIndex([], []), LexicalIndex.build([])):
        assert (index.score(["备案"]).tolist(), index.search(["备案"], 3), index.count_rows("备案")) == ([], [], 0)


def test_a_search_finds_the_best_rows_first_and_none_without_the_terms() -> None:
    index = LexicalIndex.build(ROWS)
    found = index.search(["备案", "召回"], 9)
    assert [row for row, _ in found] == [1, 3, 0]  # 召回 stands in one row, 备案 in two
    assert [row for row, _ in index.search(["备案", "召回"], 9, np.array([0, 2]))] == [0]


@given(st.lists(st.integers(0, 4), max_size=60), st.integers(0, 12), st.booleans())
def test_the_best_rows_are_those_of_a_full_stable_sort(scores: list[int], k: int, some: bool) -> None:
    array = np.array(scores, dtype=np.float32)
    rows = np.arange(0, len(scores), 2) if some else None
    expected = sorted((row for row in range(0, len(scores), 2 if some else 1) if scores[row]), key=lambda r: -scores[r])
    assert rank_rows(array, k, rows).tolist() == expected[:k]
