"""Whether a sentence answers a question: a model that reads both, weighed with what search says of the sentence.

The model is ``index.joint_reranker``'s, trained on questions with the sentences that answer
them and on questions that nothing answers (``eval.training``). What it says is weighed with
the search's own measures into log-odds: above 0 a sentence answers more likely than not. The
weights were fitted by ``python -m eval.training.fit_weights``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.model import Reranker, Vectors
from rag.asks import holds_asked
from rag.enumerations import find_list, is_item, is_lead
from rag.evidence import Evidence, EvidenceFinder
from rag.understand import Query

WEIGHTS = Path(__file__).parent / "weights.json"
READ = 16
"""How many sentences are read for one question, those that match best; 24 hold the answer hardly more often."""
LEAD_CHARACTERS = 60
DEFINES = ("是指", "系指", "，指", "所称")

Features = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature, by name, counts for the order of sentences, and for their log-odds besides ``bias``."""

    order: Mapping[str, float]
    odds: Mapping[str, float]
    bias: float


@functools.cache
def open_weights(*, reading: bool = True) -> Weights:
    """Return the weights that ship: with the model's reading, or those fitted without it."""
    given = json.loads(WEIGHTS.read_text("utf-8"))["with_reading" if reading else "without_reading"]
    return Weights(given["order"], given["odds"], given["bias"])


def weigh_features(features: Features, weights: Mapping[str, float]) -> npt.NDArray[np.float64]:
    """Return the weighted sum of features, shape (sentences,)."""
    columns = [FEATURES.index(name) for name in weights]
    sums: npt.NDArray[np.float64] = features[:, columns] @ np.array(list(weights.values()))
    return sums


class EvidenceReader:
    """Finds the sentences that may answer, each with its log-odds.

    Without a ``reader``, search's measures alone are weighed.
    """

    def __init__(
        self,
        finder: EvidenceFinder,
        titles: Mapping[str, str],
        reader: Reranker | None,
        *,
        weights: Weights | None = None,
    ) -> None:
        self._finder = finder
        self._titles = titles
        self._reader = reader
        self._given = weights

    @property
    def _weights(self) -> Weights:
        return self._given or open_weights(reading=self._reader is not None)

    def find_evidence(
        self, query: Query, vector: Vectors, documents: Collection[str], *, clauses: Collection[str] | None = None
    ) -> list[Evidence]:
        """Return the best sentences of these documents (or of ``clauses``), the best first, with their ``score``."""
        found, features = self.describe(query, vector, documents, clauses=clauses)
        if not found:
            return []
        places = weigh_features(features, self._weights.order)
        scores = weigh_features(features, self._weights.odds) + self._weights.bias
        order = np.argsort(-places, kind="stable").tolist()
        return [replace(found[i], score=float(scores[i]), place=float(places[i])) for i in order]

    def describe(
        self, query: Query, vector: Vectors, documents: Collection[str], *, clauses: Collection[str] | None = None
    ) -> tuple[list[Evidence], Features]:
        """Return the sentences worth reading, best match first, and their features, shape (sentences, features)."""
        found = self._finder.match_evidence(query.search, vector, documents, clauses=clauses)[:READ]
        readings = np.zeros(len(found))
        if self._reader is not None and found:
            texts = [show_sentence(one, self._titles[one.clause.document_id]) for one in found]
            readings = self._reader.score(query.search, texts).astype(np.float64)
        return found, describe_evidence(query, found, readings)


def show_sentence(one: Evidence, title: str) -> str:
    """Return a sentence as the model reads it: after its document's title, its heading, and its list's lead-in."""
    heading = f"{one.clause.heading} " if one.clause.heading and one.clause.heading not in one.text else ""
    lead = ""
    if is_item(one.text) and (found := find_list(one.clause, one.start)) is not None:
        lead = one.clause.text[found.lead[0] - one.clause.start : found.lead[1] - one.clause.start]
    return f"{title}\n{heading}{lead[-LEAD_CHARACTERS:]}{one.text}"


FEATURES = (
    "reading",
    "similarity",
    "chunk_similarity",
    "cover",
    "clause_cover",
    "fused",
    "rank",
    "things",
    "held",
    "lacking",
    "leading",
    "defining",
    "english",
)


def describe_evidence(query: Query, found: Sequence[Evidence], readings: npt.NDArray[np.float64]) -> Features:
    """Return the features of sentences, shape (sentences, len(FEATURES))."""
    rows = []
    for one, reading in zip(found, readings.tolist(), strict=True):
        held = bool(query.asks) and holds_asked(one.text, query.asks, query.text)
        rows.append(
            (
                reading,
                one.similarity,
                one.chunk_similarity,
                one.cover,
                one.clause_cover,
                one.fused,
                1 / (1 + one.rank),
                one.things,
                held,
                bool(query.asks) and not held,
                query.listing and is_lead(one.text),
                query.defines and any(word in one.text for word in DEFINES),
                query.english,
            )
        )
    return np.array(rows, dtype=np.float64)
