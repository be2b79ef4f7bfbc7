"""Fit the log-odds that a sentence answers, by its reading and its match.

    python -m eval.training.fit_weights SET… --more SET --stard STARD [--home DIR]

Writes ``rag/weights.json``, by logistic regression over the first sentences for the questions
of the sets (those to tune on), for some of another set, of which neither reader nor known
questions know anything, and for questions on other subjects: with the reading and the known
questions of the documents, with the reading alone, and (without the other set, whose near
misses it cannot tell) by the match alone, as it is where no model reads. Prints how many questions have the answer
first, and the area under the curve that tells answered questions from near misses, cross-
validated over questions.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from eval.datasets import read_dataset
from eval.questions import Question, read_question_set
from eval.resolve import resolve_questions
from eval.training.candidates import ask_questions, label_sentence
from rag.parts import Parts
from rag.reading import WEIGHTS, Weights

if TYPE_CHECKING:
    from rag import Wence

FOLDS = 5
OFF = "off_subject"
OFF_SUBJECT = 180
DRAWN = 700
"""Questions drawn of the other set, half of them such that nothing answers."""
EVERYWHERE = 0.65
"""The share of these that is asked of all documents, not of their own alone."""
STRENGTH = 100.0
"""The inverse of the penalty on the weights."""


@dataclass(frozen=True, slots=True)
class Example:
    """What a question's sentences were read, matched and doubted as, shape (sentences,), and whether each answers.

    ``labels`` are 1, 0, and -1 where it is not known.
    """

    answerable: bool
    off_subject: bool
    readings: npt.NDArray[np.float64]
    matches: npt.NDArray[np.float64]
    doubts: npt.NDArray[np.float64]
    labels: npt.NDArray[np.int64]

    def take_first(self, *, reading: bool) -> tuple[tuple[float, float, float], int]:
        """Return the reading, match and doubt, and the label, of the first sentence; a reading of 0 without one."""
        readings = self.readings if reading else np.zeros_like(self.readings)
        place = int((readings + self.matches).argmax())
        measured = (float(readings[place]), float(self.matches[place]), float(self.doubts[place]))
        return measured, int(self.labels[place])


def draw_off_subject(wence: Wence, stard: Path) -> list[Question]:
    """Return questions of STARD that none of the documents answers: the laws that do are not among them."""
    dataset = read_dataset(stard, "train")
    held = {one.title.removeprefix("中华人民共和国") for one in wence.catalog.documents}
    laws = {text.id: text.title.partition("第")[0].strip() for text in dataset.corpus}
    off = [id for id, judged in dataset.qrels.items() if not {laws[one] for one in judged} & held]
    chosen = random.Random(0).sample(off, min(OFF_SUBJECT, len(off)))
    return [Question(id, OFF, dataset.queries[id], (), 0) for id in chosen]


def draw_questions(questions: Sequence[Question]) -> list[Question]:
    """Return some of the questions, as many that are answered as not, most of them asked of all documents."""
    rng = random.Random(0)
    drawn: list[Question] = []
    for wanted in (False, True):
        some = [one for one in questions if one.must_abstain is wanted]
        drawn += rng.sample(some, min(DRAWN // 2, len(some)))
    return [replace(one, documents=()) if rng.random() < EVERYWHERE else one for one in drawn]


def gather_examples(wence: Wence, sets: Sequence[Sequence[Question]]) -> list[Example]:
    """Return the examples of every question that is searched for."""
    found = []
    for questions in sets:
        for asked in ask_questions(wence, questions, day=date.today()):
            vector = wence.index.hybrid.encode_query(asked.query.search)
            sentences, readings = wence.reader.read(asked.query, vector, asked.scope)
            if not sentences:
                continue
            marks = [label_sentence(one, asked.question) for one in sentences]
            found.append(
                Example(
                    not asked.question.must_abstain,
                    asked.question.type == OFF,
                    readings.astype(np.float64),
                    np.array([one.match for one in sentences]),
                    np.array([one.doubt for one in sentences]),
                    np.array([-1 if mark is None else int(mark) for mark in marks], dtype=np.int64),
                )
            )
    return found


def fit(examples: Sequence[Example], *, reading: bool) -> Weights:
    """Return the weights; answered questions, near misses and other subjects count 2 : 1 : 1 together."""
    from sklearn.linear_model import LogisticRegression

    first = np.array([one.take_first(reading=reading)[0] for one in examples])
    kinds = np.array([0 if one.answerable else 2 if one.off_subject else 1 for one in examples])
    counts = np.bincount(kinds, minlength=3)
    shares = np.array([1.0, 0.5, 0.5])[kinds] * len(examples) / np.maximum(counts, 1)[kinds]
    spread = first.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=STRENGTH, max_iter=1_000).fit(first / spread, kinds == 0, sample_weight=shares)
    of_reading, of_match, of_doubt = (fitted.coef_[0] / spread).tolist()
    return Weights(of_reading if reading else 0.0, of_match, float(fitted.intercept_[0]), of_doubt)


def cross_validate(examples: Sequence[Example], *, reading: bool) -> dict[str, float]:
    """Return the share of answerable questions whose first sentence answers, and the area under the curve."""
    order = np.random.default_rng(0).permutation(len(examples))
    right, answerable, other = [], [], []
    for fold in range(FOLDS):
        held = {int(i) for i in order[fold::FOLDS]}
        weights = fit([one for i, one in enumerate(examples) if i not in held], reading=reading)
        for i in held:
            (read, match, doubt), label = examples[i].take_first(reading=reading)
            signal = weights.reading * read + weights.match * match + weights.doubt * doubt + weights.bias
            if examples[i].answerable:
                right.append(label == 1)
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
    parser.add_argument("--more", type=Path, required=True, help="a set of which some questions are drawn")
    parser.add_argument("--stard", type=Path, required=True, help="a BEIR folder of questions on all laws")
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    wence = Wence.open(given.home)
    sets = [resolve_questions(read_question_set(path), wence.catalog) for path in given.sets]
    sets.append(tuple(draw_off_subject(wence, given.stard)))
    drawn = draw_questions(resolve_questions(read_question_set(given.more), wence.catalog))
    plain = wence.write_with(None, parts=Parts(known=False))
    tuning = gather_examples(plain, sets)
    written = {}
    for key, examples, reading in (
        ("with_known", gather_examples(wence, [*sets, drawn]), True),
        ("with_reading", tuning + gather_examples(plain, [drawn]), True),
        ("without_reading", tuning, False),
    ):
        figures = {name: round(value, 3) for name, value in cross_validate(examples, reading=reading).items()}
        print(key, json.dumps(figures))  # noqa: T201
        weights = fit(examples, reading=reading)
        written[key] = {name: round(value, 4) for name, value in asdict(weights).items()}
    WEIGHTS.write_text(json.dumps(written, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
