"""Learn how much BM25 over words and over bigrams counts beside the encoder.

    python -m index.training.fit_fusion STARD [--encoder NAME_OR_FOLDER --questions IDS]…

Prints recall@10, recall@100 and MRR@10 with 95 % bootstrap intervals, cross-validated over
folds that share no article, of the encoder alone, of reciprocal rank fusion (the fusion
before) and of the learned weights, with the paired difference of the last two; then writes
``index/models/fusion.json``, which search reads.

An encoder that was trained on questions ranks their articles better than those of any new
question, so weights are learned on questions that it has not seen: ``--questions`` names a
file of their ids, one a line. Encoders trained on other folds are added by giving both
options again, in the same order. Vectors are kept in ``--cache``, or given as files.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from index.dense import DenseIndex
from index.encoder import open_encoder
from index.fusion import FUSION
from index.lexical import LexicalIndex
from index.model import Vectors
from index.search import CANDIDATES, HybridIndex, encode_passages
from index.segment import segment_bigrams, segment_words
from index.settings import IndexSettings
from index.training.listwise import Candidates, Values, find_intervals, fit_weights, measure_order
from index.training.statutes import SEED, Statutes, read_statutes, split_by_article

RANK_WEIGHTS = (2.0, 0.5, 0.5)
RANK_CONSTANT = 10.0
"""The fusion before: ``weight / (constant + rank)`` of dense, words and bigrams, summed."""
Scalar = TypeVar("Scalar", bound=np.generic)
MEASURES = ("recall@10", "recall@100", "MRR@10")


def gather_candidates(
    index: HybridIndex, statutes: Statutes, vectors: Vectors, questions: Sequence[int]
) -> tuple[Candidates, Values]:
    """Return the candidates that search fuses for these questions, and their scores by reciprocal rank.

    ``vectors`` are those of the questions, in their order.
    """
    features: list[Values] = []
    relevant: list[npt.NDArray[np.bool_]] = []
    ranked: list[Values] = []
    for i, vector in zip(questions, vectors, strict=True):
        rows, found = index.gather_features(statutes.queries[i], vector, CANDIDATES)
        features.append(found)
        relevant.append(np.isin(rows, list(statutes.relevant[i])))
        ranked.append(score_ranks(found))
    candidates = Candidates.gather(features, relevant, [len(statutes.relevant[i]) for i in questions])
    padded = np.zeros(candidates.held.shape)
    for i, scores in enumerate(ranked):
        padded[i, : len(scores)] = scores
    return candidates, padded


def score_ranks(features: Values) -> Values:
    """Return the reciprocal rank scores of candidates; of each kind the first ``CANDIDATES`` are ranked."""
    scores = np.zeros(len(features))
    for column, weight in enumerate(RANK_WEIGHTS):
        order = np.argsort(-features[:, column], kind="stable")[:CANDIDATES]
        if column:
            order = order[features[order, column] > 0]
        scores[order] += weight / (RANK_CONSTANT + np.arange(1, len(order) + 1))
    return scores


def cross_validate(candidates: Candidates, folds: Sequence[Sequence[int]]) -> tuple[Values, Values]:
    """Return the measures of each question with weights learned without its fold, and the folds' weights."""
    measures = np.zeros((len(candidates.judged), len(MEASURES)))
    learned: list[Values] = []
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(candidates.judged)), fold)
        weights = fit_weights(candidates.take(rest))
        left = candidates.take(fold)
        measures[fold] = measure_order(left, left.features @ weights)
        learned.append(weights / weights[0])
    return measures, np.array(learned)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    given = _read_arguments(arguments)
    statutes = read_statutes(given.dataset)
    texts = [statutes.passage(row) for row in range(len(statutes.titles))]
    words = LexicalIndex.build(segment_words(text) for text in texts)
    bigrams = LexicalIndex.build(segment_bigrams(text) for text in texts)
    parts: list[tuple[list[int], Candidates, Values]] = []
    for number, name in enumerate(given.encoder or [""]):
        chosen = _choose_questions(statutes, given.questions[number] if given.questions else None)
        encoder = open_encoder(IndexSettings(encoder=name))
        if given.vectors:
            passages, queries = (np.load(path).astype(np.float32) for path in given.vectors)
        else:
            passages = encode_passages(texts, encoder, cache=given.cache)
            queries = encoder.encode(statutes.queries, kind="query")
        index = HybridIndex(list(map(str, range(len(texts)))), DenseIndex.build(passages), words, bigrams, encoder)
        parts.append((chosen, *gather_candidates(index, statutes, queries[chosen], chosen)))
    report(statutes, parts, seed=given.seed, out=given.out, encoders=given.encoder or ["shipped"])


def report(
    statutes: Statutes,
    parts: Sequence[tuple[list[int], Candidates, Values]],
    *,
    seed: int,
    out: Path,
    encoders: Sequence[str],
) -> None:
    """Print the figures over all parts (questions, candidates, reciprocal rank scores), and write the weights."""
    questions = [i for chosen, _, _ in parts for i in chosen]
    width = max(found.held.shape[1] for _, found, _ in parts)
    candidates = Candidates(
        np.concatenate([_widen(found.features, width) for _, found, _ in parts]),
        np.concatenate([_widen(found.held, width) for _, found, _ in parts]),
        np.concatenate([_widen(found.relevant, width) for _, found, _ in parts]),
        np.concatenate([found.judged for _, found, _ in parts]),
    )
    places = {question: place for place, question in enumerate(questions)}
    folds = [[places[i] for i in fold if i in places] for fold in split_by_article(statutes)]
    before = measure_order(candidates, np.concatenate([_widen(ranked, width) for _, _, ranked in parts]))
    after, learned = cross_validate(candidates, [fold for fold in folds if fold])
    rows = {
        "encoder alone": measure_order(candidates, candidates.features[:, :, 0]),
        "reciprocal ranks (before)": before,
        "learned weights": after,
        "difference of the two": after - before,
    }
    print(f"{len(questions)} questions, cross-validated over {len(learned)} folds that share no article, seed {seed}")
    print(f"{'':<28}" + "".join(f"{name:<28}" for name in MEASURES))
    for name, measures in rows.items():
        low, high = find_intervals(measures, seed=seed)
        told = zip(measures.mean(axis=0), low, high, strict=True)
        print(f"{name:<28}" + "".join(f"{f'{mean:+.4f} [{a:+.4f}, {b:+.4f}]':<28}" for mean, a, b in told))
    weights = fit_weights(candidates)
    weights = weights / weights[0]
    print("weights of the folds (dense 1):", "; ".join(f"words {w[1]:.3f}, bigrams {w[2]:.3f}" for w in learned))
    print(f"weights of all: words {weights[1]:.3f}, bigrams {weights[2]:.3f}")
    record = {
        "weights": {"words": round(float(weights[1]), 3), "bigrams": round(float(weights[2]), 3)},
        "questions": len(questions),
        "encoders": [Path(name).name for name in encoders],
        "seed": seed,
        "cross_validated": dict(zip(MEASURES, after.mean(axis=0).round(4).tolist(), strict=True)),
    }
    out.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(f"written: {out.name}")


def _widen(table: npt.NDArray[Scalar], width: int) -> npt.NDArray[Scalar]:
    """Return a table of candidates padded with zeros to ``width`` of them."""
    shape = [(0, 0), (0, width - table.shape[1])] + [(0, 0)] * (table.ndim - 2)
    return np.pad(table, shape)


def _choose_questions(statutes: Statutes, path: Path | None) -> list[int]:
    if path is None:
        return list(range(len(statutes.queries)))
    wanted = {line.split("\t")[0].strip() for line in path.read_text("utf-8").splitlines()}
    return [i for i, id in enumerate(statutes.query_ids) if id in wanted]


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m index.training.fit_fusion", description=__doc__.partition("\n")[0])
    parser.add_argument("dataset", type=Path, help="a BEIR folder: corpus, questions and judgements (STARD)")
    parser.add_argument("--encoder", action="append", help="name or folder; default: the one that ships")
    parser.add_argument("--questions", action="append", type=Path, help="the questions that the encoder has not seen")
    parser.add_argument("--vectors", nargs=2, type=Path, metavar=("PASSAGES", "QUERIES"), help="its vectors, as .npy")
    parser.add_argument("--cache", type=Path, help="a file in which the vectors of passages are kept")
    parser.add_argument("--seed", type=int, default=SEED, help="of the bootstrap")
    parser.add_argument("--out", type=Path, default=FUSION)
    given = parser.parse_args(arguments)
    if given.questions and len(given.questions) != len(given.encoder or [""]):
        parser.error("give --questions once for each --encoder")
    return given


if __name__ == "__main__":
    main()
