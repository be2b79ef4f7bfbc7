"""Fit how sentences are put in order, by their reading and search's measures, and the log-odds that they answer.

    python -m eval.training.fit_weights SET… --stard STARD [--home DIR]

Writes ``rag/weights.json``, by logistic regression over the sentences that are read for the
questions of the sets (those to tune on): the reading with the measures, and the measures
alone, as they are weighed where no model reads. Prints how many questions have the answer
first, and the area under the curve that tells answered questions from those that nothing
answers, each cross-validated over questions.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from eval.datasets import read_dataset
from eval.questions import Question, read_question_set
from eval.resolve import resolve_questions
from eval.training.candidates import ask_questions, label_sentence
from rag.reading import FEATURES, WEIGHTS, Weights, weigh_features

if TYPE_CHECKING:
    from rag import Wence

FOLDS = 5
OFF = "off_subject"
OFF_SUBJECT = 180
READING = "reading"
WITH_READING = (
    READING,
    "similarity",
    "clause_cover",
    "fused",
    "rank",
    "held",
    "lacking",
    "leading",
    "english",
    "things",
)
ODDS = (READING, "similarity", "clause_cover", "things")
"""What tells whether the first sentence answers: a question on another subject shares no word with it."""
REGRESSED = 0.5
"""What the regression counts beside the reading alone; of 0.1, 0.2, 0.3 and 0.5 the best, cross-validated."""
STRENGTH = 1.0
"""The inverse of the penalty on the weights of standardised features."""


@dataclass(frozen=True, slots=True)
class Example:
    """The sentences read for a question: features, shape (sentences, features), and whether each answers.

    ``labels`` are 1, 0, and -1 where it is not known.
    """

    answerable: bool
    off_subject: bool
    features: npt.NDArray[np.float64]
    labels: npt.NDArray[np.int64]


def draw_off_subject(wence: Wence, stard: Path) -> list[Question]:
    """Return questions of STARD that none of the documents answers: the laws that do are not among them."""
    dataset = read_dataset(stard, "train")
    held = {one.title.removeprefix("中华人民共和国") for one in wence.catalog.documents}
    laws = {text.id: text.title.partition("第")[0].strip() for text in dataset.corpus}
    off = [id for id, judged in dataset.qrels.items() if not {laws[one] for one in judged} & held]
    chosen = random.Random(0).sample(off, min(OFF_SUBJECT, len(off)))
    return [Question(id, OFF, dataset.queries[id], (), 0) for id in chosen]


def gather_examples(wence: Wence, sets: Sequence[Sequence[Question]]) -> list[Example]:
    """Return the examples of every question that is searched for."""
    found = []
    for questions in sets:
        for asked in ask_questions(wence, questions, day=date.today()):
            vector = wence.index.hybrid.encode_query(asked.query.search)
            sentences, features = wence.reader.describe(asked.query, vector, asked.scope)
            marks = [label_sentence(one, asked.question) for one in sentences]
            labels = np.array([-1 if mark is None else int(mark) for mark in marks], dtype=np.int64)
            if sentences:
                found.append(Example(not asked.question.must_abstain, asked.question.type == OFF, features, labels))
    return found


def fit(examples: Sequence[Example], names: Sequence[str]) -> Weights:
    """Return the weights of the named features, and the log-odds.

    The reading orders sentences better than a regression over single sentences has it, which
    knows nothing of their being in one list: it counts once more.
    """
    from sklearn.linear_model import LogisticRegression

    columns = [FEATURES.index(name) for name in names]
    features = np.concatenate([one.features[:, columns] for one in examples])
    labels = np.concatenate([one.labels for one in examples])
    features, labels = features[labels >= 0], labels[labels >= 0]
    spread = features.std(axis=0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=1_000).fit(features / spread, labels)
    order = {name: float(weight) for name, weight in zip(names, model.coef_[0] / spread, strict=True)}
    if READING in order:
        order = {name: REGRESSED * weight for name, weight in order.items()}
        order[READING] += 1
    first = np.array([take_first(one, order) for one in examples])
    columns = [FEATURES.index(name) for name in ODDS if name in names]
    answerable = np.array([one.answerable for one in examples])
    # Answered questions, near misses, and questions on other subjects count 2 : 1 : 1 together.
    kinds = np.array([0 if one.answerable else 2 if one.off_subject else 1 for one in examples])
    counts = np.bincount(kinds, minlength=3)
    shares = np.array([1.0, 0.5, 0.5])[kinds] * len(examples) / np.maximum(counts, 1)[kinds]
    fitted = LogisticRegression(C=100.0, max_iter=1_000).fit(first[:, columns], answerable, sample_weight=shares)
    odds = {FEATURES[column]: float(weight) for column, weight in zip(columns, fitted.coef_[0], strict=True)}
    return Weights(order, odds, float(fitted.intercept_[0]))


def take_first(example: Example, order: Mapping[str, float]) -> npt.NDArray[np.float64]:
    """Return the features of the sentence that stands first."""
    features: npt.NDArray[np.float64] = example.features[int(weigh_features(example.features, order).argmax())]
    return features


def cross_validate(examples: Sequence[Example], names: Sequence[str]) -> dict[str, float]:
    """Return the share of answerable questions whose first sentence answers, and the area under the curve."""
    order = np.random.default_rng(0).permutation(len(examples))
    right, answerable, other = [], [], []
    for fold in range(FOLDS):
        held = {int(i) for i in order[fold::FOLDS]}
        weights = fit([one for i, one in enumerate(examples) if i not in held], names)
        for i in held:
            first = take_first(examples[i], weights.order)
            signal = float(weigh_features(first[None], weights.odds)[0])
            if examples[i].answerable:
                place = weigh_features(examples[i].features, weights.order).argmax()
                right.append(examples[i].labels[place] == 1)
                answerable.append(signal)
            elif not examples[i].off_subject:
                other.append(signal)
    above = np.array(answerable)[:, None] > np.array(other)[None, :]
    return {"first answers": float(np.mean(right)), "area": float(above.mean())}


def main() -> None:
    """Fit, print and write."""
    from rag import Wence

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--stard", type=Path, required=True, help="a BEIR folder of questions on all laws")
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    wence = Wence.open(given.home)
    sets = [resolve_questions(read_question_set(path), wence.catalog) for path in given.sets]
    examples = gather_examples(wence, [*sets, draw_off_subject(wence, given.stard)])
    written = {}
    for key, names in (("with_reading", WITH_READING), ("without_reading", FEATURES[1:])):
        figures = {name: round(value, 3) for name, value in cross_validate(examples, names).items()}
        print(key, json.dumps(figures))  # noqa: T201
        weights = fit(examples, names)
        order = {name: round(value, 4) for name, value in weights.order.items()}
        odds = {name: round(value, 4) for name, value in weights.odds.items()}
        written[key] = {"order": order, "odds": odds, "bias": round(weights.bias, 4)}
    WEIGHTS.write_text(json.dumps(written, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
