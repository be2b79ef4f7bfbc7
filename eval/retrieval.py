"""Search a retrieval data set, write the run as TREC has it, and compute its metrics.

A run line is ``query Q0 text rank score tag``. The metrics are those of ir-measures
(recall@k is its ``R@k``, MRR@10 its ``RR@10``), averaged over every judged query; one
that the run misses counts 0.
"""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from corpus.errors import WenceError
from eval.datasets import CorpusText, RetrievalDataset

logger = logging.getLogger(__name__)

Mode = Literal["hybrid", "dense", "lexical"]
MODES: tuple[Mode, ...] = ("hybrid", "dense", "lexical")
DEPTH = 100
RUN_NAME = "run.trec"
METRICS_NAME = "metrics.json"
METRICS = {"recall@5": "R@5", "recall@10": "R@10", "recall@100": "R@100", "MRR@10": "RR@10", "nDCG@10": "nDCG@10"}
"""The metrics by the name they are reported under, with ir-measures' own name."""

Ranking = Sequence[tuple[str, float]]
"""Corpus ids with their scores, best first."""


class SearchIndex(Protocol):
    """What can be searched: ``index.search.HybridIndex`` is one."""

    def search(self, query: str, k: int, *, mode: Mode) -> list[tuple[str, float]]:
        """Return at most ``k`` distinct corpus ids, best first, with their scores."""
        ...


@dataclass(frozen=True, slots=True)
class RetrievalSystem:
    """An index over a data set's corpus, the names of its models, and how many passages are indexed.

    ``reranker`` is empty where none reads what is found.
    """

    index: SearchIndex
    encoder: str
    passages: int
    reranker: str = ""


@dataclass(frozen=True, slots=True)
class RetrievalRun:
    """The rankings by query id. ``filled`` counts queries for which the search found too few texts."""

    rankings: Mapping[str, Ranking]
    seconds_per_query: float
    filled: int


def join_text(text: CorpusText) -> str:
    """Return what is indexed of a corpus text: its title, a line break, its words."""
    return f"{text.title}\n{text.text}" if text.title else text.text


def split_passages(
    corpus: Sequence[CorpusText],
    *,
    max_characters: int,
    split_sentences: Callable[[str, int], Iterable[tuple[int, int]]],
) -> tuple[list[str], list[str]]:
    """Return the ids and texts to index: one of each text, or one of each part of a long one.

    A text longer than ``max_characters`` is cut between sentences, each part under its
    title; its id stands once for every part. A sentence longer than that stays whole.
    """
    ids: list[str] = []
    texts: list[str] = []
    for text in corpus:
        for start, end in _find_parts(text.text, max_characters, split_sentences):
            ids.append(text.id)
            texts.append(join_text(CorpusText(text.id, text.title, text.text[start:end])))
    return ids, texts


def search_dataset(
    dataset: RetrievalDataset, index: SearchIndex, *, mode: Mode = "hybrid", done: Callable[[], object]
) -> RetrievalRun:
    """Rank at least ``DEPTH`` distinct texts for every judged query, or the whole of a smaller corpus.

    Where the search finds fewer (BM25 returns none that share no word), the rest follow
    in corpus order below the last that was found. Scores fall strictly, in single
    precision too, as trec_eval reads them. ``done`` is called after each query.
    """
    corpus_ids = [text.id for text in dataset.corpus]
    rankings: dict[str, Ranking] = {}
    filled = 0
    seconds = 0.0
    for query, text in dataset.queries.items():
        begin = time.perf_counter()
        found = index.search(text, DEPTH, mode=mode)
        seconds += time.perf_counter() - begin
        best: dict[str, float] = {}
        for id, score in found:
            best.setdefault(id, score)
        if len(best) < min(DEPTH, len(corpus_ids)):
            filled += 1
            _fill_ranking(best, corpus_ids)
        rankings[query] = _separate_scores(best)
        done()
    if filled:
        logger.info("%d queries found fewer than %d texts and were filled up in corpus order", filled, DEPTH)
    return RetrievalRun(rankings, seconds / max(len(dataset.queries), 1), filled)


def score_rankings(qrels: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Ranking]) -> dict[str, float]:
    """Return each of ``METRICS``, the mean over every judged query; a query without a ranking counts 0."""
    import ir_measures

    wanted = {name: ir_measures.parse_measure(notation) for name, notation in METRICS.items()}
    judgements = [ir_measures.Qrel(query, id, grade) for query, judged in qrels.items() for id, grade in judged.items()]
    scored = [ir_measures.ScoredDoc(query, id, score) for query, ranking in rankings.items() for id, score in ranking]
    found = ir_measures.calc_aggregate(list(wanted.values()), judgements, scored)
    return {name: float(found[measure]) for name, measure in wanted.items()}


def write_run(rankings: Mapping[str, Ranking], path: Path, *, tag: str) -> None:
    """Write the rankings as a TREC run, ranks from 1.

    Raises
    ------
    WenceError
        The file cannot be written.
    """
    lines = (
        f"{query} Q0 {id} {rank} {score!r} {tag}\n"
        for query, ranking in rankings.items()
        for rank, (id, score) in enumerate(ranking, 1)
    )
    _write_text(path, "".join(lines))


def write_metrics(metrics: Mapping[str, object], path: Path) -> None:
    """Write the metrics, and what is known of the run, as one JSON object."""
    _write_text(path, json.dumps(metrics, ensure_ascii=False, indent=2) + "\n")


def _find_parts(
    text: str, max_characters: int, split_sentences: Callable[[str, int], Iterable[tuple[int, int]]]
) -> list[tuple[int, int]]:
    if len(text) <= max_characters:
        return [(0, len(text))]
    parts: list[tuple[int, int]] = []
    start = end = 0
    for sentence_start, sentence_end in split_sentences(text, 0):
        if end > start and sentence_end - start > max_characters:
            parts.append((start, end))
            start = sentence_start
        end = sentence_end
    # White space or damage alone has no sentences.
    return [*parts, (start, end)] if end > start else [(0, len(text))]


def _fill_ranking(best: dict[str, float], corpus_ids: Iterable[str]) -> None:
    lowest = min(best.values(), default=0.0)
    for id in corpus_ids:
        if len(best) >= DEPTH:
            return
        if id not in best:
            lowest -= 1.0
            best[id] = lowest


def _separate_scores(best: Mapping[str, float]) -> Ranking:
    separate: list[tuple[str, float]] = []
    last = np.float32(math.inf)
    for id, score in best.items():
        last = min(np.float32(score), np.nextafter(last, np.float32(-math.inf)))
        separate.append((id, float(last)))
    return separate


def _write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise WenceError(f"cannot write {path}: {error.strerror or error}; name another folder with --out") from error
