"""Lexical search: BM25 (bm25s, Lucene's variant) over one kind of term."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.model import Vectors

K1 = 1.2
B = 0.6
_EMPTY = "no-terms"


class LexicalIndex:
    """BM25 scores of every row for a query's terms."""

    def __init__(self, scorer: Any, rows: int) -> None:
        self._scorer = scorer
        self._rows = rows

    @classmethod
    def build(cls, terms: Sequence[list[str]]) -> LexicalIndex:
        """Index one list of terms a row."""
        bm25s = _import_bm25s()
        vocabulary: dict[str, int] = {}
        ids = [[vocabulary.setdefault(term, len(vocabulary)) for term in row] for row in terms]
        if not vocabulary:
            return cls(None, len(terms))
        scorer = bm25s.BM25(method="lucene", k1=K1, b=B)
        scorer.index((ids, vocabulary), show_progress=False)
        return cls(scorer, len(terms))

    def score(self, terms: list[str]) -> Vectors:
        """Return one score a row (float32, zero where no term is shared)."""
        known = [term for term in terms if self._scorer is not None and term in self._scorer.vocab_dict]
        if not known:
            return np.zeros(self._rows, dtype=np.float32)
        scores: Vectors = np.asarray(self._scorer.get_scores(known), dtype=np.float32)
        return scores[: self._rows]

    def count_rows(self, term: str) -> int:
        """Return how many rows hold the term (its document frequency)."""
        if self._scorer is None or term not in self._scorer.vocab_dict:
            return 0
        column = self._scorer.vocab_dict[term]
        starts = self._scorer.scores["indptr"]
        return int(starts[column + 1] - starts[column])

    def save(self, folder: Path) -> None:
        """Write the index into ``folder`` (NumPy arrays and JSON)."""
        folder.mkdir()
        if self._scorer is None:
            (folder / _EMPTY).touch()
        else:
            self._scorer.save(folder, allow_pickle=False, show_progress=False)

    @classmethod
    def load(cls, folder: Path, rows: int) -> LexicalIndex:
        """Read what ``save`` wrote; a file that is absent or malformed raises OSError, ValueError or LookupError."""
        bm25s = _import_bm25s()
        if (folder / _EMPTY).exists():
            return cls(None, rows)
        return cls(bm25s.BM25.load(folder, allow_pickle=False, show_progress=False), rows)


def _import_bm25s() -> Any:
    import bm25s

    # It reports each step at debug level on stderr, which belongs to progress and warnings.
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return bm25s
