"""Processes that read files, side by side: each ended and replaced when it takes too long or crashes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any

from corpus.settings import CorpusSettings

Task = dict[str, str]
Answer = dict[str, Any]

GRACE_SECONDS = 2
"""How much longer than a file may take its process is let be: a reader that watches the clock says more of it."""
LEAVE_SECONDS = 1
"""How long a process that is told to end may take: LibreOffice is to be ended, its folder to be removed."""
_AHEAD = 4
"""How many tasks for each process are given out before their answers are taken."""


class WorkerPool:
    """Some worker processes (``corpus/worker.py``), started when first needed and ended on leaving."""

    def __init__(self, limits: CorpusSettings, *, tasks: int) -> None:
        self._limits = limits
        self._count = max(1, min(limits.workers or os.cpu_count() or 1, tasks))
        self._own = threading.local()
        self._workers: list[_Worker] = []
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="wence-reader")

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:  # what is under way is given up, not waited for
            for worker in self._workers:
                worker.dismiss()
            for worker in self._workers:
                worker.stop()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.stop()

    def map(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield the answers in the order of the tasks, as ``corpus.worker.answer_task`` describes them."""
        waiting: deque[Future[Answer]] = deque()
        for task in tasks:
            waiting.append(self._threads.submit(self._answer, task))
            if len(waiting) >= _AHEAD * self._count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _answer(self, task: Task) -> Answer:
        worker: _Worker | None = getattr(self._own, "worker", None)
        if worker is None:
            worker = self._own.worker = _Worker(self._limits)
            self._workers.append(worker)
        return worker.answer(task)


class _Worker:
    """One process; a new one takes its place when it ends."""

    def __init__(self, limits: CorpusSettings) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def answer(self, task: Task) -> Answer:
        """Have a task done; the answer is an error where the process takes too long or dies."""
        name = task["source"]
        process = self._start()
        if process is None:
            return {"error": f"{name}: given up"}
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()

        def give_up() -> None:
            late.set()
            _end_process(process)

        timer = threading.Timer(self._limits.timeout_seconds + GRACE_SECONDS, give_up)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(json.dumps(task).encode("ascii") + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            timer.cancel()
        if line.endswith(b"\n") and not late.is_set():
            answer: Answer = json.loads(line)
            return answer
        self._end()
        if late.is_set():
            return {
                "error": f"{name}: not read within {self._limits.timeout_seconds:g} seconds; split it or simplify it"
            }
        return {"error": f"{name}: the program that reads it broke down; open it in its own program and save it again"}

    def dismiss(self) -> None:
        """Tell the process to end, for good, and do not wait for it."""
        self._stopped = True
        process = self._process
        if process is not None:
            process.terminate()

    def stop(self) -> None:
        """End the process, for good."""
        self._stopped = True
        self._end()

    def _start(self) -> subprocess.Popen[bytes] | None:
        """Return the process, started if need be; None where it has been stopped for good."""
        if self._stopped:
            return None
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "corpus.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
            assert self._process.stdin is not None
            self._process.stdin.write(self._limits.model_dump_json().encode() + b"\n")
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _end_process(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue  # what was not yet written is of no use to a dead process


def _end_process(process: subprocess.Popen[bytes]) -> None:
    """End a process: by its own means, so that it ends what it started, or, where it has none left, by force."""
    process.terminate()
    try:
        process.wait(LEAVE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
