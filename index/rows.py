"""The rows of several shards, those that still count numbered through from 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows of one shard: ``size`` of them, of which ``kept`` count (all, for None), numbered from ``begin``."""

    begin: int
    size: int
    kept: Rows | None = None

    @property
    def end(self) -> int:
        """One past the number of the last row that counts."""
        return self.begin + (self.size if self.kept is None else self.kept.size)

    def number(self, local: Rows) -> Rows:
        """Return the numbers of rows of the shard, all of which count."""
        return self.begin + (local if self.kept is None else np.searchsorted(self.kept, local))

    def locate(self, numbers: Rows) -> Rows:
        """Return the shard's own rows of these numbers."""
        local = numbers - self.begin
        return local if self.kept is None else self.kept[local]

    def mark(self) -> npt.NDArray[np.bool_] | None:
        """Return for each row of the shard whether it counts, None where all do."""
        if self.kept is None:
            return None
        marks = np.zeros(self.size, dtype=np.bool_)
        marks[self.kept] = True
        return marks


def number_rows(sizes: Sequence[int], kept: Sequence[Rows | None]) -> tuple[Stretch, ...]:
    """Number the rows that count of shards of these sizes, shard by shard."""
    stretches: list[Stretch] = []
    for size, rows in zip(sizes, kept, strict=True):
        stretches.append(Stretch(stretches[-1].end if stretches else 0, size, rows))
    return tuple(stretches)


def divide_rows(stretches: Sequence[Stretch], rows: Rows | None) -> Iterator[tuple[int, Rows | None]]:
    """Yield each stretch's place with its share of ``rows`` (rising) as the shard's own rows; None means all."""
    if rows is None:
        yield from ((place, None) for place in range(len(stretches)))
        return
    for place, stretch in enumerate(stretches):
        first, last = np.searchsorted(rows, [stretch.begin, stretch.end])
        if last > first:
            yield place, stretch.locate(rows[first:last])
