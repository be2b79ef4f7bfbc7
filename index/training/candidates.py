"""What search finds among the statutes: the index of them, and the candidates of each question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.dense import DenseIndex
from index.exact import ExactIndex
from index.lexical import LexicalIndex
from index.model import Encoder, Reranker, Vectors
from index.search import CANDIDATES, HybridIndex
from index.segment import segment_bigrams, segment_words
from index.training.statutes import Statutes

Ranked = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]
"""The rows of a question's candidates, best first, and their fused scores."""


class StatuteWords:
    """The words and bigrams of the articles, and of which law each is: what one index shares with the next."""

    def __init__(self, statutes: Statutes) -> None:
        self._texts = [statutes.passage(row) for row in range(len(statutes.titles))]
        self._words = LexicalIndex.build(segment_words(text) for text in self._texts)
        self._bigrams = LexicalIndex.build(segment_bigrams(text) for text in self._texts)
        self._documents = ExactIndex.from_titles(statutes.titles).owners

    def index(self, vectors: Vectors, encoder: Encoder, reranker: Reranker | None = None) -> HybridIndex:
        """Return the index of the articles by their vectors, shape (articles, dimension), which ``encoder`` made.

        The ids are the articles' rows.
        """
        return HybridIndex(
            list(map(str, range(len(vectors)))),
            DenseIndex.build(vectors),
            self._words,
            self._bigrams,
            encoder,
            documents=self._documents,
            reranker=reranker,
            texts=self._texts,
        )


def rank_questions(
    index: HybridIndex, statutes: Statutes, queries: Vectors, questions: Sequence[int]
) -> dict[int, Ranked]:
    """Return the candidates of these questions; ``queries``, shape (all questions, dimension), are their vectors."""
    return {i: index.rank_candidates(statutes.queries[i], queries[i], CANDIDATES) for i in questions}
