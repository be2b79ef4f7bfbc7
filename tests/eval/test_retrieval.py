import itertools
import math
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import WenceError
from eval.datasets import CorpusText, RetrievalDataset
from eval.retrieval import (
    DEPTH,
    METRICS,
    Mode,
    Ranking,
    join_text,
    score_rankings,
    search_dataset,
    split_passages,
    write_run,
)


class ScriptedIndex:
    """Gives each query its own hits, and keeps what it was asked."""

    def __init__(self, hits: dict[str, list[tuple[str, float]]]) -> None:
        self.hits = hits
        self.asked: list[tuple[str, int, str]] = []

    def search(self, query: str, k: int, *, mode: Mode) -> list[tuple[str, float]]:
        self.asked.append((query, k, mode))
        return self.hits[query][:k]


def make_dataset(texts: int, queries: dict[str, str]) -> RetrievalDataset:
    corpus = tuple(CorpusText(f"d{number}", "", "文") for number in range(texts))
    return RetrievalDataset("set", "test", corpus, queries, {query: {"d0": 1} for query in queries})


def test_metrics_by_hand() -> None:
    # q1 wants a, b; gets x a y b z …:  a at 2, b at 4.
    #   recall@5 = 2/2; MRR = 1/2; DCG = 1/log2(3) + 1/log2(5), ideal 1/log2(2) + 1/log2(3).
    # q2 wants c; gets it at rank 6:    recall@5 = 0, recall@10 = 1; MRR = 1/6; nDCG = 1/log2(7).
    # q3 wants d; the run misses it:    0 throughout.
    qrels = {"q1": {"a": 1, "b": 1}, "q2": {"c": 1}, "q3": {"d": 1}}
    rankings = {"q1": rank("xaybz"), "q2": rank("vwxyzc")}
    ndcg = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3)) + 1 / math.log2(7)
    assert score_rankings(qrels, rankings) == {
        "recall@5": pytest.approx(1 / 3),  # (1 + 0 + 0) / 3
        "recall@10": pytest.approx(2 / 3),
        "recall@100": pytest.approx(2 / 3),
        "MRR@10": pytest.approx((1 / 2 + 1 / 6) / 3),
        "nDCG@10": pytest.approx(ndcg / 3),
    }


def test_the_11th_rank_counts_for_recall_at_100_alone() -> None:
    found = score_rankings({"q": {"k": 1}}, {"q": rank("abcdefghijk")})
    assert found == {"recall@5": 0.0, "recall@10": 0.0, "recall@100": 1.0, "MRR@10": 0.0, "nDCG@10": 0.0}


def rank(ids: str) -> Ranking:
    return [(id, float(len(ids) - place)) for place, id in enumerate(ids)]


@given(
    st.dictionaries(
        st.sampled_from(["q1", "q2", "q3"]), st.lists(st.sampled_from("abcdefghijklm"), unique=True, max_size=13)
    ),
    st.dictionaries(
        st.sampled_from(["q1", "q2", "q4"]),
        st.dictionaries(st.sampled_from("abcdz"), st.integers(0, 1), min_size=1),
        min_size=1,
    ),
)
def test_metrics_are_those_of_a_run_file_read_by_ir_measures(
    tmp_path_factory: pytest.TempPathFactory, ids: dict[str, list[str]], qrels: dict[str, dict[str, int]]
) -> None:
    rankings = {query: rank("".join(some)) for query, some in ids.items()}
    path = tmp_path_factory.mktemp("run") / "run.trec"
    write_run(rankings, path, tag="test")
    wanted = [ir_measures.parse_measure(name) for name in METRICS.values()]
    judged = [ir_measures.Qrel(query, id, grade) for query, some in qrels.items() for id, grade in some.items()]
    found = ir_measures.calc_aggregate(wanted, judged, list(ir_measures.read_trec_run(str(path))))
    ours = score_rankings(qrels, rankings)
    for (name, _), measure in zip(METRICS.items(), wanted, strict=True):
        assert ours[name] == pytest.approx(found[measure])
        assert 0.0 <= ours[name] <= 1.0


def test_every_judged_query_is_searched_to_the_depth_in_the_mode_given() -> None:
    hits = [(f"d{number}", 1.0 / (number + 1)) for number in range(150)]
    index = ScriptedIndex({"甲": hits, "乙": hits[50:]})
    done: list[None] = []
    run = search_dataset(
        make_dataset(150, {"q1": "甲", "q2": "乙"}), index, mode="dense", done=lambda: done.append(None)
    )
    assert index.asked == [("甲", DEPTH, "dense"), ("乙", DEPTH, "dense")]
    assert [len(ranking) for ranking in run.rankings.values()] == [100, 100]
    assert [id for id, _ in run.rankings["q2"]][:2] == ["d50", "d51"]
    assert (run.filled, len(done)) == (0, 2)


def test_the_best_chunk_counts_for_its_document() -> None:
    index = ScriptedIndex({"甲": [("d1", 3.0), ("d0", 2.0), ("d1", 1.0)]})
    run = search_dataset(make_dataset(2, {"q": "甲"}), index, done=lambda: None)
    assert run.rankings["q"] == [("d1", 3.0), ("d0", 2.0)]


def test_a_search_that_finds_too_few_is_filled_up_below_in_corpus_order() -> None:
    index = ScriptedIndex({"甲": [("d7", 0.5), ("d3", 0.25)], "无": []})
    run = search_dataset(make_dataset(200, {"q": "甲", "none": "无"}), index, mode="lexical", done=lambda: None)
    ids = [id for id, _ in run.rankings["q"]]
    assert ids[:5] == ["d7", "d3", "d0", "d1", "d2"]
    assert len(set(ids)) == len({id for id, _ in run.rankings["none"]}) == 100
    assert run.filled == 2


def test_a_corpus_smaller_than_the_depth_is_ranked_whole() -> None:
    run = search_dataset(make_dataset(3, {"q": "甲"}), ScriptedIndex({"甲": [("d2", 1.0)]}), done=lambda: None)
    assert [id for id, _ in run.rankings["q"]] == ["d2", "d0", "d1"]


@given(st.lists(st.floats(-1e6, 1e6) | st.sampled_from([0.1, 0.1 + 1e-12]), min_size=1, max_size=30))
def test_scores_fall_strictly_in_single_precision_and_keep_the_order(scores: list[float]) -> None:
    hits = [(f"d{place}", score) for place, score in enumerate(sorted(scores, reverse=True))]
    run = search_dataset(make_dataset(len(hits), {"q": "甲"}), ScriptedIndex({"甲": hits}), done=lambda: None)
    ranking = run.rankings["q"]
    assert [id for id, _ in ranking] == [id for id, _ in hits]
    single = [np.float32(score) for _, score in ranking]
    assert all(first > second for first, second in itertools.pairwise(single))


def test_a_run_is_written_as_trec_has_it(tmp_path: Path) -> None:
    write_run({"q1": [("d2", 1.5), ("d1", 0.25)], "q2": [("d1", 2.0)]}, tmp_path / "run.trec", tag="wence-dense")
    assert (tmp_path / "run.trec").read_text(encoding="utf-8") == (
        "q1 Q0 d2 1 1.5 wence-dense\nq1 Q0 d1 2 0.25 wence-dense\nq2 Q0 d1 1 2.0 wence-dense\n"
    )
    with pytest.raises(WenceError, match="cannot write"):
        write_run({}, tmp_path / "none" / "run.trec", tag="x")


def split_at_stops(text: str, offset: int) -> list[tuple[int, int]]:
    ends = [place + 1 for place, character in enumerate(text) if character == "。"]
    if not ends or ends[-1] != len(text):
        ends.append(len(text))
    return [(offset + start, offset + end) for start, end in zip([0, *ends], ends, strict=False)]


def test_a_text_is_indexed_under_its_title() -> None:
    assert join_text(CorpusText("d", "甲法第一条", "应当备案。")) == "甲法第一条\n应当备案。"
    assert join_text(CorpusText("d", "", "应当备案。")) == "应当备案。"


def test_a_long_text_is_cut_between_sentences_each_part_under_its_title() -> None:
    corpus = [CorpusText("a", "甲", "一二。三四。五六。"), CorpusText("b", "乙", "七八。")]
    ids, texts = split_passages(corpus, max_characters=6, split_sentences=split_at_stops)
    assert ids == ["a", "a", "b"]
    assert texts == ["甲\n一二。三四。", "甲\n五六。", "乙\n七八。"]


@given(st.text("一二。 \n", max_size=60), st.integers(1, 20))
def test_splitting_loses_nothing(text: str, size: int) -> None:
    ids, texts = split_passages([CorpusText("a", "", text)], max_characters=size, split_sentences=split_at_stops)
    assert set(ids) == {"a"}
    assert "".join(texts) == text
