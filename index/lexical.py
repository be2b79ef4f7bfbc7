"""Lexical search: BM25 (Lucene's variant) over one kind of term, the same however the rows are divided into shards.

The score of a row is the sum over the query's terms of
``ln(1 + (N - df + 0.5) / (df + 0.5)) * tf / (tf + K1 * (1 - B + B * length / mean length))``
(Robertson and Zaragoza 2009; Lucene's ``BM25Similarity``). Shards hold counts alone: what
depends on all rows, N, df and the mean length, is put in when a query comes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from index.model import Vectors
from index.postings import Postings
from index.rows import Rows, Stretch, number_rows

K1 = 1.2
B = 0.6


class LexicalIndex:
    """BM25 scores of every row for a query's terms."""

    def __init__(self, shards: Sequence[Postings], kept: Sequence[Rows | None]) -> None:
        self._shards = tuple(shards)
        self._stretches = number_rows([shard.lengths.size for shard in shards], kept)
        self._numbers = [_number_all(stretch) for stretch in self._stretches]
        parts = [
            shard.lengths[:] if stretch.kept is None else shard.lengths[stretch.kept]
            for shard, stretch in zip(self._shards, self._stretches, strict=True)
        ]
        lengths = np.concatenate([np.zeros(0), *parts])
        self._rows = lengths.size
        mean = lengths.mean() if lengths.any() else 1.0
        self._damping = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)

    @classmethod
    def build(cls, terms: Iterable[Sequence[str]]) -> LexicalIndex:
        """Index one list of terms a row."""
        return cls([Postings.build(terms)], [None])

    def score(self, terms: Sequence[str]) -> Vectors:
        """Return one score a row (float32, zero where no term is shared)."""
        scores = np.zeros(self._rows, dtype=np.float32)
        for term, times in Counter(terms).items():
            found = list(self._find(term))
            held = sum(rows.size for rows, _ in found)
            weight = np.float32(times * math.log(1 + (self._rows - held + 0.5) / (held + 0.5)))
            for rows, counts in found:
                scores[rows] += weight * counts / (counts + self._damping[rows])
        return scores

    def search(self, terms: Sequence[str], k: int, rows: Rows | None = None) -> list[tuple[int, float]]:
        """Return the ``k`` best rows with a score above zero, best first; equal scores in row order."""
        scores = self.score(terms)
        return [(int(row), float(scores[row])) for row in rank_rows(scores, k, rows)]

    def count_rows(self, term: str) -> int:
        """Return how many rows hold the term (its document frequency)."""
        return sum(rows.size for rows, _ in self._find(term))

    def _find(self, term: str) -> Iterable[tuple[Rows, Vectors]]:
        for shard, stretch, numbers in zip(self._shards, self._stretches, self._numbers, strict=True):
            local, counts = shard.find(term)
            if not local.size:
                continue
            if numbers is None:
                yield local + np.int64(stretch.begin), counts.astype(np.float32)
            else:
                rows = numbers[local]
                yield rows[rows >= 0], counts[rows >= 0].astype(np.float32)


def rank_rows(scores: Vectors, k: int, rows: Rows | None = None) -> Rows:
    """Return the ``k`` rows (among ``rows``, rising, where given) with the best scores above zero, best first.

    Equal scores come in row order.
    """
    candidates = np.flatnonzero(scores > 0) if rows is None else rows[scores[rows] > 0]
    if k < 1:
        return candidates[:0]
    if candidates.size > 4 * k:
        worst = np.partition(scores[candidates], candidates.size - k)[candidates.size - k]
        candidates = candidates[scores[candidates] >= worst]
    return candidates[np.argsort(-scores[candidates], kind="stable")][:k]


def _number_all(stretch: Stretch) -> Rows | None:
    """Return the number of each row of a shard, -1 where it does not count; None where all do."""
    if stretch.kept is None:
        return None
    numbers: npt.NDArray[np.int64] = np.full(stretch.size, -1, dtype=np.int64)
    numbers[stretch.kept] = np.arange(stretch.begin, stretch.end)
    return numbers
