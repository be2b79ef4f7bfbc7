"""Hard negatives: articles that BM25 or an encoder ranks high for a question and that nobody judged relevant.

Half of a question's negatives come from the articles that answer another training
question. Where all are drawn from the whole corpus, being labelled at all is what tells
positives from negatives, and the encoder learns which articles are popular; an index of
someone's own documents has none of those.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from typing import Any

import numpy as np

from index.lexical import LexicalIndex
from index.segment import segment_words
from index.training.statutes import Statutes

DENSE_DEPTH = 60
WORDS_DEPTH = 40
LABELLED_DEPTH = 20


class NegativePool:
    """Candidate negatives of each training question, from the whole corpus and from the labelled articles."""

    def __init__(self, statutes: Statutes, training: Collection[int], vectors: Any, queries: Any) -> None:
        """Rank the corpus for the ``training`` questions.

        ``vectors``, shape (articles, dimension), and ``queries``, shape (questions,
        dimension), are unit vectors of the encoder that training starts from.
        """
        words = LexicalIndex.build([segment_words(statutes.passage(row)) for row in range(len(statutes.titles))])
        labelled = np.array(sorted({row for i in training for row in statutes.relevant[i]}))
        self.corpus: dict[int, list[int]] = {}
        self.labelled: dict[int, list[int]] = {}
        for i in sorted(training):
            scores = vectors @ queries[i]
            dense = np.argsort(-scores)[:DENSE_DEPTH].tolist()
            lexical = np.argsort(-words.score(segment_words(statutes.queries[i])), kind="stable")[:WORDS_DEPTH].tolist()
            known = statutes.relevant[i]
            self.corpus[i] = [row for row in dict.fromkeys([*dense, *lexical]) if row not in known]
            near = labelled[np.argsort(-scores[labelled])[: LABELLED_DEPTH + len(known)]].tolist()
            self.labelled[i] = [row for row in near if row not in known][:LABELLED_DEPTH]

    def draw(self, question: int, count: int, rng: random.Random) -> list[int]:
        """Return ``count`` negatives of a question, every second one a labelled article."""
        pools = (self.corpus[question], self.labelled[question])
        return [rng.choice(pools[n % 2]) for n in range(count)]
