"""Long work that a page starts and watches: it goes on when the page is closed, and can be cancelled."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from corpus.errors import WenceError
from index.model import Progress

log = logging.getLogger(__name__)


class JobCancelled(Exception):
    """Raised inside the work at its next step when a reader cancels it."""


class Job:
    """One piece of work in a thread of its own.

    ``what``, ``done`` and ``total`` are those it last told its ``Progress``. When it has
    ``ended``: ``result`` is what it returned; or ``error`` is one clear line; or neither,
    and it was ``cancelled``.
    """

    def __init__(self, kind: str, work: Callable[[Progress], Any]) -> None:
        self.kind = kind
        self.what, self.done, self.total = "", 0, 0
        self.result: Any = None
        self.error = ""
        self.cancelled = False
        self._wanted = True
        self._changed = threading.Condition()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(work,), name=f"wence-{kind}", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self._ended.is_set()

    @property
    def cancelling(self) -> bool:
        """Whether a reader has cancelled it, though it may still be on the way to its next step."""
        return not self._wanted

    def cancel(self) -> None:
        """End the work at its next step."""
        self._wanted = False

    def watch(self, *, seconds: float = 0.25) -> Iterator[None]:
        """Yield whenever there is something new to show, at most once in ``seconds``; end when the work has."""
        while not self._ended.is_set():
            yield
            begun = time.monotonic()
            with self._changed:
                self._changed.wait(timeout=1.0)
            if (left := seconds - (time.monotonic() - begun)) > 0:
                self._ended.wait(left)

    def _run(self, work: Callable[[Progress], Any]) -> None:
        try:
            self.result = work(self._tell)
        except JobCancelled:
            self.cancelled = True
        except WenceError as error:
            self.error = str(error)
        except Exception:
            # The edge of a thread: one clear line for the reader, the rest in the log.
            log.exception("%s failed", self.kind)
            self.error = "出错了，没有做成；原因在运行窗口的日志里 / it failed; the log says why"
        finally:
            self._ended.set()
            with self._changed:
                self._changed.notify_all()

    def _tell(self, what: str, done: int, total: int) -> None:
        if not self._wanted:
            raise JobCancelled
        with self._changed:
            self.what, self.done, self.total = what, done, total
            self._changed.notify_all()
