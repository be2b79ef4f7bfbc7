"""Which sentences of an index known questions vouch for, and how near these are to what is asked."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.lines import drop_blanks
from corpus.names import name_versions
from index.known import KnownQuestions, KnownSentence, Leaning
from index.model import Vectors
from index.store import Index

NEAREST = 64
"""How many known questions are looked at, of those that are answered and of those that are not."""
SOFT = 0.08
"""How soft the maximum is, in cosines: ten questions as near as the nearest count as one nearer by 0.18."""
DOUBTFUL = 0.04
"""The same among known questions that nothing answers."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """How much the known questions say that a sentence answers, and the nearest of them."""

    score: float
    question: str


NOTHING = Vouched(0.0, "")


@dataclass(frozen=True, slots=True)
class Testimony:
    """What the known questions say of a question: which sentences (by row) they vouch for, those most first.

    ``doubt`` is how much nearer those are that the documents do not answer than those that
    they do, in cosines; 0 without any.
    """

    vouched: Mapping[int, Vouched]
    doubt: float


NO_TESTIMONY = Testimony({}, 0.0)


class KnownAnswers:
    """The sentences of one index that known questions, if there are any, are answered by."""

    def __init__(self, index: Index, known: KnownQuestions | None) -> None:
        self._index = index
        self._known = known
        self._titles = {one.id: name_versions(one.title) for one in index.documents} if known else {}
        self._rows: dict[str, dict[KnownSentence, int]] = {}
        self._chosen: dict[str, frozenset[str]] = {}

    def testify(self, vector: Vectors, documents: Collection[str], *, leaning: Leaning | None = None) -> Testimony:
        """Return what the nearest known questions say of a question.

        What they vouch by is a soft maximum of the cosines, so that several near questions count more than one.
        ``leaning`` tells of a follow-up, which ``vector`` is of with the question before.
        """
        if self._known is None:
            return NO_TESTIMONY
        by_title: dict[str, list[str]] = {}
        for id in documents:
            if self.covers(id):
                by_title.setdefault(self._titles[id], []).append(id)
        near: dict[int, list[float]] = {}
        nearest: dict[int, str] = {}
        found = self._known.find_nearest(vector, by_title.keys(), NEAREST, leaning=leaning)
        for answer, question, cosine in found:
            for id in by_title[answer.title]:
                rows = self._find_rows(id)
                for sentence in answer.sentences:
                    if (row := _find_row(sentence, rows)) is not None:
                        near.setdefault(row, []).append(cosine)
                        nearest.setdefault(row, question)
        scores = {row: _soften(cosines, SOFT) for row, cosines in near.items()}
        vouched = {row: Vouched(scores[row], nearest[row]) for row in sorted(scores, key=lambda row: -scores[row])}
        answered = [cosine for answer, _, cosine in found if answer.sentences]
        unanswered = [cosine for answer, _, cosine in found if not answer.sentences]
        doubt = _soften(unanswered, DOUBTFUL) - max(answered) if answered and unanswered else 0.0
        return Testimony(vouched, doubt)

    def covers(self, document: str) -> bool:
        """Whether the known questions are of this document, in this version."""
        return document in self._titles and document in self._choose_versions(self._titles[document])

    def _choose_versions(self, title: str) -> frozenset[str]:
        """Return the documents of a title that hold most of what its known questions are answered by, at least half.

        Of several versions that is the one for which they were written. Another is asked for what
        is different in it, of which they know nothing.
        """
        if title not in self._chosen:
            assert self._known is not None
            sentences = {one for answer in self._known.answers if answer.title == title for one in answer.sentences}
            held = {
                id: sum(_find_row(one, self._find_rows(id)) is not None for one in sentences)
                for id, its in self._titles.items()
                if sentences and its == title
            }
            most = max(len(sentences) / 2, *held.values()) if held else 0
            self._chosen[title] = frozenset(id for id, count in held.items() if count >= most)
        return self._chosen[title]

    def _find_rows(self, document: str) -> dict[KnownSentence, int]:
        """Return the rows of a document's sentences by clause and text, and, the first of each, by their text alone."""
        if document not in self._rows:
            library, text = self._index.library, self._index.parsed[document].document.text
            clauses = np.flatnonzero(library.clause_documents == list(self._titles).index(document))
            begin, end = (
                np.searchsorted(library.sentence_clauses, [clauses[0], clauses[-1] + 1]) if clauses.size else (0, 0)
            )
            rows: dict[KnownSentence, int] = {}
            for row in range(begin, end):
                words = drop_blanks(text[slice(*library.find_sentence(row))])
                for number in (library.read_clause(int(library.sentence_clauses[row])).number, ""):
                    rows.setdefault(KnownSentence(number, words), row)
            self._rows[document] = rows
        return self._rows[document]


def _soften(cosines: Sequence[float], soft: float) -> float:
    """Return the soft maximum."""
    return soft * math.log(sum(math.exp(cosine / soft) for cosine in cosines))


def _find_row(sentence: KnownSentence, rows: Mapping[KnownSentence, int]) -> int | None:
    text = drop_blanks(sentence.text)
    return rows.get(KnownSentence(sentence.number, text), rows.get(KnownSentence("", text)))
