import itertools
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import search
from index.exact import ExactIndex
from index.search import HybridIndex, Mode, encode_passages, is_from
from tests.index.fakes import BigramEncoder

TEXTS = ["经营者应当备案。", "缺陷产品应当召回。", "许可不得转让。", "处五万元罚款。"]
IDS = ["备案", "召回", "转让", "罚款"]
MODES: list[Mode] = ["hybrid", "dense", "lexical"]
INDEX = HybridIndex.build(IDS, TEXTS, BigramEncoder())


def search_ids(index: HybridIndex, query: str, k: int = 9, **options: object) -> list[str]:
    return [id for id, _ in index.search(query, k, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("query", "id"), [("产品召回", "召回"), ("罚款五万元", "罚款")])
def test_the_text_that_shares_words_comes_first(mode: Mode, query: str, id: str) -> None:
    assert search_ids(INDEX, query, mode=mode)[0] == id


def test_traditional_characters_find_simplified_words() -> None:
    assert search_ids(INDEX, "許可轉讓", mode="lexical") == ["转让"]


def test_words_alone_find_nothing_where_no_term_is_shared() -> None:
    assert search_ids(INDEX, "天气", mode="lexical") == []
    assert search_ids(INDEX, "罚款", mode="lexical") == ["罚款"]


@pytest.mark.parametrize("query", ["", " ", "？！", "\ud800", "质" * 5000])
def test_any_query_is_searched_without_an_error(query: str) -> None:
    assert len(INDEX.search(query, 2)) == 2


def test_an_id_of_several_texts_stands_once_by_its_best_text() -> None:
    index = HybridIndex.build(["甲", "甲", "乙"], ["召回", "召回产品", "备案"], BigramEncoder())
    assert search_ids(index, "召回产品") == ["甲", "乙"]


def test_rows_keep_the_search_to_some_texts() -> None:
    rows = np.array([0, 2])
    for mode in MODES:
        assert set(search_ids(INDEX, "应当召回备案转让", mode=mode, rows=rows)) == {"备案", "转让"}
    assert search_ids(INDEX, "召回", rows=np.array([], dtype=np.int64)) == []


def test_other_candidates_of_its_document_speak_for_a_clause() -> None:
    texts = ["缺陷产品应当召回。", "缺陷产品应当召回。", "产品召回应当公告。", "许可不得转让。"]
    plain = HybridIndex.build(["甲一", "乙一", "乙二", "甲二"], texts, BigramEncoder())
    index = HybridIndex.build(plain.ids, texts, BigramEncoder(), documents=np.array([0, 1, 1, 0]))
    assert search_ids(plain, "缺陷产品召回")[0] == "甲一"
    assert search_ids(index, "缺陷产品召回")[0] == "乙一"
    assert search_ids(index, "缺陷产品召回", mode="dense") == search_ids(plain, "缺陷产品召回", mode="dense")


@pytest.mark.parametrize(("k", "count"), [(-1, 0), (0, 0), (1, 1), (3, 3), (100, 4)])
def test_at_most_k_hits_and_never_more_than_there_are(k: int, count: int) -> None:
    assert len(INDEX.search("召回", k)) == count


def test_an_index_of_nothing_finds_nothing() -> None:
    assert HybridIndex.build([], [], BigramEncoder()).search("召回", 5) == []


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=12), st.sampled_from(MODES), st.integers(1, 15))
@settings(deadline=None, max_examples=40)
def test_scores_fall_strictly_even_among_equal_texts(texts: list[str], mode: Mode, k: int) -> None:
    index = HybridIndex.build([str(i) for i in range(len(texts))], texts, BigramEncoder())
    found = index.search("应当备案", k, mode=mode)
    assert len({id for id, _ in found}) == len(found) <= k
    assert all(a > b for (_, a), (_, b) in itertools.pairwise(found))


@pytest.mark.parametrize("mode", MODES)
def test_every_feature_of_a_candidate_is_told_whichever_search_found_it(mode: Mode) -> None:
    query = "产品召回"
    vector = INDEX.encode_query(query)
    # One of each kind's best alone; the cosine of what words found is looked up all the same.
    found, features = INDEX.gather_features(query, vector, 1, mode=mode)
    assert found.tolist() == sorted(set(found.tolist()))
    every, whole = INDEX.gather_features(query, vector, 4, mode=mode)
    assert set(found.tolist()) <= set(every.tolist())
    assert features.shape == (found.size, 3)
    if mode == "dense":
        assert not whole[:, 1:].any()
        assert (whole[:, 0].min(), whole[:, 0].max()) == (0, 1)
    if mode == "lexical":
        assert not whole[:, 0].any()
        assert whole[:, 1:].max(axis=0).tolist() == [1, 1]


def test_candidates_come_best_first_each_once() -> None:
    found, scores = INDEX.rank_candidates("缺陷产品应当召回", INDEX.encode_query("缺陷产品应当召回"), 200)
    assert sorted(found.tolist()) == [0, 1, 2, 3]
    assert found[0] == 1
    assert (np.diff(scores) <= 0).all()


ARTICLES = ["产品质量法第一条", "产品质量法第二条", "标准化法第一条", "标准化法第二条"]
NAMED = HybridIndex.build(
    ARTICLES,
    [f"{title}\n{text}" for title, text in zip(ARTICLES, TEXTS, strict=True)],
    BigramEncoder(),
    exact=ExactIndex.from_titles(ARTICLES),
)


def test_a_clause_that_is_named_with_its_law_comes_first_whatever_else_is_alike() -> None:
    for title in ARTICLES:
        assert search_ids(NAMED, f"{title} 召回 罚款 备案 转让")[0] == title
    assert search_ids(NAMED, "标准化法第1条")[0] == "标准化法第一条"


def test_a_clause_that_is_named_is_found_though_no_ranking_has_it() -> None:
    row = NAMED.ids.index("标准化法第二条")
    found, scores = NAMED.rank_candidates("标准化法第二条", NAMED.encode_query("缺陷产品召回"), 1)
    assert found[0] == row
    assert scores[0] > scores[1]


def test_a_law_that_is_named_is_preferred() -> None:
    assert search_ids(NAMED, "标准化法规定缺陷产品应当召回吗")[0] == "产品质量法第二条"  # its words outweigh a name
    assert [id for id in search_ids(NAMED, "标准化法") if id.startswith("标准化法")] == search_ids(NAMED, "标准化法")[
        :2
    ]


def test_rows_hold_for_what_is_named_too() -> None:
    assert search_ids(NAMED, "标准化法第二条", rows=np.array([0, 1])) == ["产品质量法第二条", "产品质量法第一条"]


def test_queries_and_passages_are_encoded_as_such() -> None:
    encoder = BigramEncoder()
    HybridIndex.build(["甲"], ["备案"], encoder).search("怎么备案", 1)
    assert encoder.encoded == [("passage", "备案"), ("query", "怎么备案")]


def test_vectors_come_in_the_order_of_the_texts_and_the_same_text_is_encoded_once(tmp_path: Path) -> None:
    texts = ["短", "一段长得多的文字", "短"]
    vectors = encode_passages(texts, BigramEncoder(), cache=tmp_path / "c.sqlite")
    for text, vector in zip(texts, vectors, strict=True):
        np.testing.assert_array_equal(vector, BigramEncoder().encode([text], kind="passage")[0])


def test_a_second_build_encodes_only_what_is_new(tmp_path: Path) -> None:
    first, second = BigramEncoder(), BigramEncoder()
    encode_passages(["旧文", "更旧的文"], first, cache=tmp_path / "c.sqlite")
    vectors = encode_passages(["新的文", "旧文"], second, cache=tmp_path / "c.sqlite")
    assert second.encoded == [("passage", "旧文"), ("passage", "新的文")]  # 旧文: is the cache this encoder's?
    np.testing.assert_array_equal(vectors, BigramEncoder().encode(["新的文", "旧文"], kind="passage"))


def test_a_run_that_dies_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BLOCK", 2)
    texts = ["长长长长", "长长长", "长长", "长"]

    class Dies(BigramEncoder):
        def encode(self, texts, *, kind):  # type: ignore[no-untyped-def]
            if "长" in texts:
                raise KeyboardInterrupt
            return super().encode(texts, kind=kind)

    with pytest.raises(KeyboardInterrupt):
        encode_passages(texts, Dies(), cache=tmp_path / "c.sqlite")
    again = BigramEncoder()
    encode_passages(texts, again, cache=tmp_path / "c.sqlite")
    assert [text for _, text in again.encoded] == ["长长长", "长长", "长"]


@pytest.mark.parametrize("other", [BigramEncoder(salt="another"), BigramEncoder(dimension=32)], ids=["same", "shorter"])
def test_vectors_of_another_encoder_under_the_same_name_are_not_taken(tmp_path: Path, other: BigramEncoder) -> None:
    encode_passages(["旧文", "更旧的文"], BigramEncoder(), cache=tmp_path / "c.sqlite")
    vectors = encode_passages(["旧文", "更旧的文"], other, cache=tmp_path / "c.sqlite")
    np.testing.assert_array_equal(vectors, other.encode(["旧文", "更旧的文"], kind="passage"))


def test_no_texts_have_vectors_of_the_right_length() -> None:
    assert encode_passages([], BigramEncoder()).shape == (0, 64)


def test_progress_is_told_from_nothing_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BLOCK", 2)
    told: list[tuple[str, int, int]] = []
    encode_passages(["甲", "乙", "丙"], BigramEncoder(), progress=lambda *step: told.append(step))
    assert told == [("encode", 0, 3), ("encode", 2, 3), ("encode", 3, 3)]


def test_a_vector_is_told_from_that_of_another_encoder() -> None:
    vector = BigramEncoder().encode(["备案"], kind="passage")[0]
    assert is_from(BigramEncoder(), "备案", vector + np.float32(1e-3))
    assert not is_from(BigramEncoder(salt="x"), "备案", vector)
    assert not is_from(BigramEncoder(dimension=32), "备案", vector)


@pytest.mark.parametrize("data", [b"abc", b"", np.float32([9, 9, 9]).tobytes(), b"\xff" * 12])
def test_what_is_kept_but_is_no_unit_vector_is_made_again(tmp_path: Path, data: bytes) -> None:
    vectors = encode_passages(["旧文"], BigramEncoder(), cache=tmp_path / "c.sqlite")
    connection = sqlite3.connect(tmp_path / "c.sqlite")
    with connection:
        connection.execute("UPDATE entries SET value = ?", (data,))
    connection.close()
    again = BigramEncoder()
    assert (encode_passages(["旧文"], again, cache=tmp_path / "c.sqlite") == vectors).all()
    assert again.encoded == [("passage", "旧文")]
