"""Whether a sentence answers a question: a model that reads both, and what search says of the sentence.

The model is ``index.joint_reranker``'s, trained on questions with the sentences that answer
them and on questions that nothing answers, to say what the match of search does not know
(``eval.training``): so its reading and the match are added, and the sentence with the most
comes first. Both are weighed into its log-odds of answering: above 0 more likely than not.
The weights were fitted by ``python -m eval.training.fit_weights``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.model import Reranker, RerankScores, Vectors
from index.segment import segment_bigrams
from rag.asks import asks_consequence, holds_consequence
from rag.enumerations import find_list, is_item
from rag.evidence import Evidence, EvidenceFinder
from rag.understand import Query

WEIGHTS = Path(__file__).parent / "weights.json"
READ = 16
"""How many sentences are read for one question, those that match best; 24 hold the answer hardly more often."""
READ_COVERED = 10
"""The same in documents with known questions, which lead to the sentence: no figure was lower for it."""
FAR = 4.0
"""How far below the best match a sentence is not read any more; 5.0 changed no figure of the sets to tune on."""
LEANING_FAR = 10.0
"""The same of a follow-up, in which the question before it blurs the match: all that are worth reading mostly are."""
LEAD_CHARACTERS = 60
SUBJECT = 1.5
"""How far a sentence of the document that the answer before a follow-up was about is put before others.

On follow-ups kept out of training the clause comes first for 0.71 instead of 0.67 (laws), 0.79 instead of 0.72
(policies); the price is questions on another subject that are asked in the middle of a conversation: of 70, 47 are
answered from the right clause instead of 49.
"""
CONSEQUENCE = 3.0
"""How far a sentence that names a penalty is put before others where one is asked for.

On the set to tune on follow-ups are right 13 of 17 times instead of 12, precision 0.875 instead of 0.879.
"""
TOLD = 6.0
"""How far a sentence that the answer before a follow-up has told is put back: what else there is, is asked for."""
TOLD_SHARE = 0.9
"""The share of the shorter one's bigrams that a sentence and an earlier answer have in common where it was told."""
SHORTEST_TOLD = 6
"""Bigrams below which one of them is too short to say so."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the reading, the match and the doubt of a sentence count for its log-odds, besides ``bias``."""

    reading: float
    match: float
    bias: float
    doubt: float = 0.0


@functools.cache
def open_weights(*, reading: bool = True, known: bool = False) -> Weights:
    """Return the weights that ship: with the model's reading, for documents with known questions or not, or without it.

    What matches and reads well among known questions is more than what does so without any.
    """
    key = ("with_known" if known else "with_reading") if reading else "without_reading"
    given = json.loads(WEIGHTS.read_text("utf-8"))[key]
    return Weights(**given)


class EvidenceReader:
    """Finds the sentences that may answer, each with its log-odds.

    Without a ``reader``, the match of search alone is weighed.
    """

    def __init__(
        self,
        finder: EvidenceFinder,
        titles: Mapping[str, str],
        reader: Reranker | None,
    ) -> None:
        self._finder = finder
        self._titles = titles
        self._reader = reader

    def find_evidence(
        self, query: Query, vector: Vectors, documents: Collection[str], *, clauses: Collection[str] | None = None
    ) -> list[Evidence]:
        """Return the best sentences of these documents (or of ``clauses``), the best first, with their ``score``."""
        consequence = asks_consequence(query.text)
        found, readings = self.read(query, vector, documents, clauses=clauses)
        scored = [
            replace(
                one,
                place=reading
                + one.match
                + one.lent
                + SUBJECT * (one.clause.document_id in query.subject)
                + CONSEQUENCE * (consequence and holds_consequence(one.text))
                - TOLD * is_told(one.text, query.told, consequence=consequence),
                score=self._weigh(one, reading),
            )
            for one, reading in zip(found, readings.tolist(), strict=True)
        ]
        return sorted(scored, key=lambda one: -one.place)

    def _weigh(self, one: Evidence, reading: float) -> float:
        """Return the log-odds that a sentence answers."""
        weights = open_weights(reading=self._reader is not None, known=one.covered)
        return weights.reading * reading + weights.match * one.match + weights.doubt * one.doubt + weights.bias

    def read(
        self, query: Query, vector: Vectors, documents: Collection[str], *, clauses: Collection[str] | None = None
    ) -> tuple[list[Evidence], RerankScores]:
        """Return the sentences worth reading, best match first, and what the model says of each, 0 without one."""
        found = self._finder.match_evidence(
            query.search, vector, documents, clauses=clauses, before=query.before, subject=query.subject
        )
        found = found[:READ]
        if self._reader is None or not found:
            return found, np.zeros(len(found), dtype=np.float32)
        if clauses is None:
            most, far = (READ, LEANING_FAR) if query.before else (READ_COVERED, FAR)
            found = [one for place, one in enumerate(found) if place < most or not one.covered]
            least = found[0].match + found[0].lent - far
            found = [one for one in found if one.match + one.lent >= least]
        texts = [show_sentence(one, self._titles[one.clause.document_id]) for one in found]
        return found, self._reader.score(query.search, texts)


def is_told(sentence: str, told: str, *, consequence: bool = False) -> bool:
    """Whether an earlier answer says a sentence, or is said by it.

    Where a ``consequence`` is asked for, one that names it repeats the rule that was told, and tells more.
    """
    if consequence and holds_consequence(sentence) and not holds_consequence(told):
        return False
    held, said = set(segment_bigrams(sentence)), set(segment_bigrams(told))
    shorter = min(len(held), len(said))
    return shorter >= SHORTEST_TOLD and len(held & said) >= TOLD_SHARE * shorter


def show_sentence(one: Evidence, title: str) -> str:
    """Return a sentence as the model reads it: after its document's title, its heading, and its list's lead-in.

    The nearest known question that it answers stands behind it.
    """
    heading = f"{one.clause.heading} " if one.clause.heading and one.clause.heading not in one.text else ""
    lead = ""
    if is_item(one.text) and (found := find_list(one.clause, one.start)) is not None:
        start, end = found.introduction
        lead = one.clause.text[start - one.clause.start : end - one.clause.start]
    asked = f"\n{one.known_question}" if one.known_question else ""
    return f"{title}\n{heading}{lead[-LEAD_CHARACTERS:]}{one.text}{asked}"
