"""Learn how much BM25 over words and over bigrams counts beside the encoder, and the document's other candidates.

    python -m index.training.fit_fusion STARD [--encoder NAME_OR_FOLDER --questions IDS]…

Prints recall@10, recall@100 and MRR@10 with 95 % bootstrap intervals, cross-validated over
folds that share no article, of the encoder alone, of the fused scores, and of these with
what a candidate's document says for it (``index.fusion.score_documents``), with the paired
difference of the last two; then writes ``index/models/fusion.json``, which search reads.

An encoder that was trained on questions ranks their articles better than those of any new
question, so weights are learned on questions that it has not seen: ``--questions`` names a
file of their ids, one a line. Encoders trained on other folds are added by giving both
options again, in the same order. Vectors are kept in ``--cache``, or given as files.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from index.encoder import open_encoder
from index.fusion import FUSION, score_documents
from index.model import Vectors
from index.search import CANDIDATES, HybridIndex, encode_passages
from index.settings import IndexSettings
from index.training.candidates import StatuteWords
from index.training.listwise import Candidates, Numbers, Values, find_intervals, fit_weights, measure_order
from index.training.statutes import SEED, Statutes, read_statutes, split_by_article

Scalar = TypeVar("Scalar", bound=np.generic)
MEASURES = ("recall@10", "recall@100", "MRR@10")


@dataclass(frozen=True, slots=True)
class Fused:
    """The candidates that search fuses for each of some questions, and of which document each is.

    ``documents`` has the shape (questions, candidates), and means nothing where none is held.
    """

    questions: list[int]
    candidates: Candidates
    documents: Numbers

    @classmethod
    def gather(cls, index: HybridIndex, statutes: Statutes, vectors: Vectors, questions: Sequence[int]) -> Fused:
        """Search for each question; ``vectors`` are theirs, in their order."""
        assert index.documents is not None
        features: list[Values] = []
        relevant: list[npt.NDArray[np.bool_]] = []
        documents: list[Numbers] = []
        for i, vector in zip(questions, vectors, strict=True):
            rows, found = index.gather_features(statutes.queries[i], vector, CANDIDATES)
            features.append(found)
            relevant.append(np.isin(rows, list(statutes.relevant[i])))
            documents.append(index.documents[rows])
        candidates = Candidates.gather(features, relevant, [len(statutes.relevant[i]) for i in questions])
        padded = np.zeros(candidates.held.shape, dtype=np.int64)
        for i, of in enumerate(documents):
            padded[i, : len(of)] = of
        return cls(list(questions), candidates, padded)

    @classmethod
    def join(cls, parts: Sequence[Fused]) -> Fused:
        """Return the questions of all parts."""
        width = max(part.candidates.held.shape[1] for part in parts)
        return cls(
            [i for part in parts for i in part.questions],
            Candidates(
                np.concatenate([_widen(part.candidates.features, width) for part in parts]),
                np.concatenate([_widen(part.candidates.held, width) for part in parts]),
                np.concatenate([_widen(part.candidates.relevant, width) for part in parts]),
                np.concatenate([part.candidates.judged for part in parts]),
            ),
            np.concatenate([_widen(part.documents, width) for part in parts]),
        )

    def add_documents(self, weights: Values) -> Candidates:
        """Return candidates of two features: the scores fused by ``weights``, and what their document's others say."""
        given = self.candidates
        fused = given.features @ weights
        mates = np.zeros(fused.shape)
        for i, held in enumerate(given.held):
            mates[i, held] = score_documents(fused[i, held], self.documents[i, held])
        return Candidates(np.stack([fused, mates], axis=2), given.held, given.relevant, given.judged)

    def fit(self, questions: Sequence[int] | Numbers) -> tuple[Values, float]:
        """Return the weights (dense 1, words, bigrams) and the document's, learned on the questions at these places."""
        weights = fit_weights(self.candidates.take(questions))
        weights = weights / weights[0]
        both = fit_weights(self.add_documents(weights).take(questions))
        return weights, float(both[1] / both[0])


def cross_validate(fused: Fused, folds: Sequence[Sequence[int]]) -> tuple[Values, Values, list[str]]:
    """Return each question's measures without and with documents, by weights learned without its fold; and these."""
    without, with_documents = np.zeros((2, len(fused.questions), len(MEASURES)))
    learned: list[str] = []
    for fold in folds:
        weights, document = fused.fit(np.setdiff1d(np.arange(len(fused.questions)), fold))
        left = fused.add_documents(weights).take(fold)
        without[fold] = measure_order(left, left.features[:, :, 0])
        with_documents[fold] = measure_order(left, left.features @ np.array([1.0, document]))
        learned.append(_tell(weights, document))
    return without, with_documents, learned


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    given = _read_arguments(arguments)
    statutes = read_statutes(given.dataset)
    texts = [statutes.passage(row) for row in range(len(statutes.titles))]
    words = StatuteWords(statutes)
    parts: list[Fused] = []
    for number, name in enumerate(given.encoder or [""]):
        chosen = _choose_questions(statutes, given.questions[number] if given.questions else None)
        encoder = open_encoder(IndexSettings(encoder=name))
        if given.vectors:
            passages, queries = (np.load(path).astype(np.float32) for path in given.vectors)
        else:
            passages = encode_passages(texts, encoder, cache=given.cache)
            queries = encoder.encode(statutes.queries, kind="query")
        parts.append(Fused.gather(words.index(passages, encoder), statutes, queries[chosen], chosen))
    report(statutes, Fused.join(parts), seed=given.seed, out=given.out, encoders=given.encoder or ["shipped"])


def report(statutes: Statutes, fused: Fused, *, seed: int, out: Path, encoders: Sequence[str]) -> None:
    """Print the figures over all questions, and write the weights."""
    places = {question: place for place, question in enumerate(fused.questions)}
    folds = [[places[i] for i in fold if i in places] for fold in split_by_article(statutes)]
    without, with_documents, learned = cross_validate(fused, [fold for fold in folds if fold])
    rows = {
        "encoder alone": measure_order(fused.candidates, fused.candidates.features[:, :, 0]),
        "words and bigrams": without,
        "documents too": with_documents,
        "difference of the last two": with_documents - without,
    }
    count = len(fused.questions)
    print(f"{count} questions, cross-validated over {len(learned)} folds that share no article, seed {seed}")
    print(f"{'':<28}" + "".join(f"{name:<28}" for name in MEASURES))
    for name, measures in rows.items():
        low, high = find_intervals(measures, seed=seed)
        told = zip(measures.mean(axis=0), low, high, strict=True)
        print(f"{name:<28}" + "".join(f"{f'{mean:+.4f} [{a:+.4f}, {b:+.4f}]':<28}" for mean, a, b in told))
    weights, document = fused.fit(np.arange(count))
    print("weights of the folds (dense 1):", "; ".join(learned))
    print("weights of all:", _tell(weights, document))
    record = {
        "weights": {
            "words": round(float(weights[1]), 3),
            "bigrams": round(float(weights[2]), 3),
            "document": round(document, 3),
        },
        "questions": count,
        "encoders": [Path(name).name for name in encoders],
        "seed": seed,
        "cross_validated": dict(zip(MEASURES, with_documents.mean(axis=0).round(4).tolist(), strict=True)),
    }
    out.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(f"written: {out.name}")


def _tell(weights: Values, document: float) -> str:
    return f"words {weights[1]:.3f}, bigrams {weights[2]:.3f}, document {document:.3f}"


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
