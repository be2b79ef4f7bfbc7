"""Progress on stderr, as tqdm bars."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from index.model import Progress


@contextmanager
def show_progress() -> Iterator[Progress]:
    """Give a ``Progress`` that draws one bar for each thing being done, in turn."""
    from tqdm import tqdm

    bar: tqdm | None = None
    current = ""

    def progress(what: str, done: int, total: int) -> None:
        nonlocal bar, current
        if bar is None or what != current:
            if bar is not None:
                bar.close()
            bar, current = tqdm(total=total, desc=what, file=sys.stderr), what
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield progress
    finally:
        if bar is not None:
            bar.close()
