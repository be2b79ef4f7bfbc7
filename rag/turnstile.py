"""A turnstile: so many work at a time, the others in the order in which they came."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

CALM_SECONDS = 2.0


class Turnstile:
    """Lets ``places`` threads through at a time. What all of them need is then not shared out so that all are late."""

    def __init__(self, places: int) -> None:
        self._free = threading.Semaphore(places)
        self._lock = threading.Lock()
        self._count = 0
        self._came: deque[float] = deque(maxlen=2)

    @property
    def busy(self) -> bool:
        """Whether somebody is inside or waits, or two came within the last ``CALM_SECONDS``: another may come soon."""
        return self._count > 0 or (len(self._came) == 2 and time.monotonic() - self._came[0] < CALM_SECONDS)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Wait for a place, and hold it until the block ends."""
        with self._lock:
            self._count += 1
            self._came.append(time.monotonic())
        try:
            with self._free:
                yield
        finally:
            with self._lock:
                self._count -= 1

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Give up the place that is held until the block ends, as while another machine is asked."""
        self._free.release()
        try:
            yield
        finally:
            self._free.acquire()
