"""Postings: how often each term stands in each row of one shard, as arrays that are read from disk when asked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.texts import map_array

BLOCK = 4_096
"""How many rows are counted at a time."""

Integers = npt.NDArray[np.integer]


class Postings:
    """The rows of each term with how often it stands there.

    Terms are sorted by their UTF-8 bytes, one after another in ``letters``, the i-th in
    ``letters[bounds[i]:bounds[i + 1]]``; its rows, rising, are ``rows[starts[i]:starts[i + 1]]``
    and the counts beside them. ``lengths`` holds the number of terms of each row.
    """

    NAMES = ("letters", "bounds", "starts", "rows", "counts", "lengths")

    def __init__(
        self,
        letters: Integers,
        bounds: Integers,
        starts: Integers,
        rows: Integers,
        counts: Integers,
        lengths: Integers,
    ) -> None:
        self.letters, self.bounds, self.starts = letters, bounds, starts
        self.rows, self.counts, self.lengths = rows, counts, lengths
        # A view gives Python's own numbers and bytes, which a search by halves reads faster than an array's.
        self._letters, self._bounds = letters.data, bounds.data

    @classmethod
    def build(cls, texts: Iterable[Sequence[str]]) -> Postings:
        """Count the terms of one list a row."""
        vocabulary: dict[str, int] = {}
        lengths: list[int] = []
        blocks: list[_Block] = []
        waiting: list[list[int]] = []
        for text in texts:
            waiting.append([vocabulary.setdefault(term, len(vocabulary)) for term in text])
            lengths.append(len(text))
            if len(waiting) == BLOCK:
                blocks.append(_count_block(waiting, len(lengths) - len(waiting)))
                waiting = []
        blocks.append(_count_block(waiting, len(lengths) - len(waiting)))
        encoded = sorted((term.encode("utf-8", "surrogatepass"), number) for term, number in vocabulary.items())
        place = np.empty(len(encoded), dtype=np.int64)
        place[[number for _, number in encoded]] = np.arange(len(encoded))
        held = np.zeros(len(encoded), dtype=np.int64)
        for block in blocks:
            np.add.at(held, place[block.terms], 1)
        starts = np.concatenate([[0], np.cumsum(held)])
        rows = np.empty(starts[-1], dtype=np.int32)
        counts = np.empty(starts[-1], dtype=np.result_type(np.uint8, *(block.counts.dtype for block in blocks)))
        free = starts[:-1].copy()
        for block in blocks:
            # Equal terms stand together: they go behind what earlier blocks put to their term.
            first = np.flatnonzero(np.diff(block.terms, prepend=-1))
            sizes = np.diff(np.append(first, block.terms.size))
            owners = place[block.terms[first]]
            there = np.repeat(free[owners] - first, sizes) + np.arange(block.terms.size)
            rows[there], counts[there] = block.rows, block.counts
            free[owners] += sizes
        letters = np.frombuffer(b"".join(term for term, _ in encoded), dtype=np.uint8)
        bounds = np.cumsum([0, *(len(term) for term, _ in encoded)])
        return cls(letters, bounds, starts, rows, counts, np.array(lengths, dtype=np.int32))

    def find(self, term: str) -> tuple[Integers, Integers]:
        """Return the rows that hold the term, rising, and how often each does."""
        wanted = term.encode("utf-8", "surrogatepass")
        terms = len(self._bounds) - 1
        place = bisect_left(range(terms), wanted, key=self._read_term)
        if place == terms or self._read_term(place) != wanted:
            return self.rows[:0], self.counts[:0]
        begin, end = int(self.starts[place]), int(self.starts[place + 1])
        return self.rows[begin:end], self.counts[begin:end]

    def _read_term(self, place: int) -> bytes:
        return bytes(self._letters[self._bounds[place] : self._bounds[place + 1]])

    def save(self, folder: Path) -> None:
        """Write one ``.npy`` file an array into ``folder``."""
        folder.mkdir()
        for name in self.NAMES:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """Map what ``save`` wrote into memory; a file that is absent or malformed raises OSError or ValueError."""
        letters, bounds, starts, rows, counts, lengths = (
            map_array(folder / f"{name}.npy", np.integer, 1) for name in cls.NAMES
        )
        return cls(letters, bounds, starts, rows, counts, lengths)


@dataclass(frozen=True, slots=True)
class _Block:
    """How often terms stand in some rows, term by term and then row by row."""

    terms: Integers
    rows: Integers
    counts: Integers


def _count_block(texts: Sequence[Sequence[int]], first: int) -> _Block:
    """Count the terms, by number, of rows that are numbered from ``first``."""
    owners = np.repeat(np.arange(first, first + len(texts)), [len(text) for text in texts])
    terms = np.fromiter((term for text in texts for term in text), dtype=np.int64, count=owners.size)
    # Term before row in one number, so that one sort does for both.
    pairs, counts = np.unique(terms << 32 | owners, return_counts=True)
    terms, rows = (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
    return _Block(terms, rows, counts.astype(np.min_scalar_type(counts.max(initial=0))))
