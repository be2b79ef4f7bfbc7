"""The other systems, really run, over a corpus of four articles."""

from importlib.util import find_spec

import pytest

from eval.benchmarks import baselines
from index.segment import segment_words
from tests.eval.benchmarks.datasets import CORPUS
from tests.index.fakes import BigramEncoder

pytestmark = pytest.mark.skipif(
    find_spec("langchain_community") is None, reason="the bench extra is not installed: pip install -e .[bench]"
)

IDS = list(CORPUS)
TEXTS = [f"{title}\n{text}" for title, text in CORPUS.values()]


def open_store() -> baselines.LangChainRetriever:
    encoder = BigramEncoder()
    return baselines.open_faiss_store(
        baselines.split_recursively(IDS, TEXTS),
        embed_passages=lambda texts: encoder.encode(texts, kind="passage"),
        embed_queries=lambda texts: encoder.encode(texts, kind="query"),
    )


def list_ids(found: list[tuple[str, float]]) -> list[str]:
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    return [id for id, _ in found]


def test_the_splitter_leaves_a_short_text_whole_and_cuts_a_long_one_by_its_id() -> None:
    chunks = baselines.split_recursively(["短", "长"], ["备案。", "召回公告" * 400])
    assert [chunk.metadata["id"] for chunk in chunks] == ["短", "长", "长"]
    assert chunks[0].page_content == "备案。"
    assert all(len(chunk.page_content) <= baselines.CHUNK_CHARACTERS for chunk in chunks)


def test_the_faiss_store_finds_what_is_nearest() -> None:
    store = open_store()
    assert list_ids(store.search(TEXTS[1], 2))[0] == "a2"
    assert len(store.search(TEXTS[1], 2)) == 2


def test_a_text_of_several_chunks_stands_once() -> None:
    chunks = baselines.split_recursively(["甲", "乙"], ["召回公告。" * 500, "备案。"])
    retriever = baselines.open_bm25_retriever(chunks, preprocess=segment_words)
    assert sorted(list_ids(retriever.search("召回", 5))) == ["乙", "甲"]


def test_bm25_over_words_finds_what_shares_them_and_as_it_comes_does_not() -> None:
    chunks = baselines.split_recursively(IDS, TEXTS)
    words = baselines.open_bm25_retriever(chunks, preprocess=segment_words)
    assert list_ids(words.search("许可能不能出租？", 1)) == ["a3"]
    # Without white space, a question is one term, which no text holds: every score is 0.
    as_it_comes = baselines.open_bm25_retriever(chunks).retriever
    assert as_it_comes.vectorizer.get_scores(as_it_comes.preprocess_func("许可能不能出租？")).tolist() == [0.0] * 4


def test_the_ensemble_fuses_both() -> None:
    chunks = baselines.split_recursively(IDS, TEXTS)
    words, store = baselines.open_bm25_retriever(chunks, preprocess=segment_words), open_store()
    ensemble = baselines.open_ensemble(words, store, chunks)
    assert list_ids(ensemble.search(TEXTS[1], 4))[0] == "a2"
    assert sorted(list_ids(ensemble.search("缺陷产品召回", 4))) == IDS


def test_rank_bm25_scores_words() -> None:
    scorer = baselines.RankBM25(IDS, TEXTS, segment_words)
    found = scorer.search("处罚款五万元", 4)
    assert found[0][0] == "a4"
    assert found[0][1] > found[1][1]


@pytest.mark.parametrize("name", ["store", "words", "rank_bm25"])
def test_a_search_may_keep_to_some_texts(name: str) -> None:
    chunks = baselines.split_recursively(IDS, TEXTS)
    system = {
        "store": open_store,
        "words": lambda: baselines.open_bm25_retriever(chunks, preprocess=segment_words),
        "rank_bm25": lambda: baselines.RankBM25(IDS, TEXTS, segment_words),
    }[name]()
    assert sorted(list_ids(system.search("缺陷产品召回", 9, among={"a1", "a4"}))) == ["a1", "a4"]
