"""Kill a process while it ingests, again and again, and look at what stands: run by ``test_crash.py``.

    python -m tests.index.crash operations HOME    die before the 1st, 2nd, … change to the disk
    python -m tests.index.crash instants HOME      die at random instants

Prints one line of JSON: the deaths, and how many left the old index and how many the new.
"""

from __future__ import annotations

import io
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType, ModuleType

import faiss

import index.ingest
from index.ingest import ingest_documents
from index.store import open_index
from tests.index.fakes import SETTINGS, BigramEncoder, write_file

CHANGES = {
    *("posix.open", "posix.write", "posix.fsync", "posix.sendfile", "posix.copy_file_range", "posix.truncate"),
    *("posix.mkdir", "posix.rename", "posix.replace", "posix.link", "posix.unlink", "posix.remove", "posix.rmdir"),
    *("_io.open", "file.__exit__", "file.close", "file.flush", "tofile"),
}
"""The built-in functions, and the methods of files, by which anything comes onto the disk or leaves it."""


def ingest_version(home: Path, version: int) -> None:
    file = write_file(home.parent / "丙法.md", f"丙法\n\n第一条　第{version}版应当备案。\n")
    ingest_documents(home, [file], SETTINGS, encoder=BigramEncoder())


def read_version(home: Path) -> int:
    """Open and search the index, and return the version that it holds."""
    opened = open_index(home, SETTINGS, encoder=BigramEncoder())
    text = opened.parsed["丙法"].document.text
    assert opened.hybrid.search("应当备案", 1)[0][0] in opened.chunks
    assert opened.clauses["丙法#一"].text in text
    return int(text.partition("版")[0].rpartition("第")[2])


def run_child(work: Callable[[], None], *, kill_after_seconds: float | None = None) -> bool:
    """Fork, do the work there, and say whether it died of SIGKILL (it may end well; it may not fail)."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    if kill_after_seconds is not None:
        time.sleep(kill_after_seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the writer failed of itself"
    return os.WIFSIGNALED(status)


def die_before_change(number: int) -> None:
    """Count the calls that change the disk while an index is written, and die just before the call of this number."""
    seen = 0

    def count(frame: FrameType, event: str, function: object) -> None:
        nonlocal seen
        if event == "c_call" and _name(function) in CHANGES:
            seen += 1
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

    publish = index.ingest.publish_generation

    def publish_counted(home: Path, fill: Callable[[Path], None]) -> None:
        sys.setprofile(count)
        publish(home, fill)
        sys.setprofile(None)

    index.ingest.publish_generation = publish_counted


def _name(function: object) -> str:
    owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
    if isinstance(owner, ModuleType):
        return f"{owner.__name__}.{name}"
    return f"file.{name}" if isinstance(owner, io.IOBase) else name


def kill_at_operations(home: Path) -> list[tuple[int, int, int]]:
    outcomes = []
    died, number, old = True, 0, read_version(home)
    while died:
        number += 1

        def work(number: int = number) -> None:
            die_before_change(number)
            ingest_version(home, number)

        died = run_child(work)
        found = read_version(home)
        outcomes.append((old, number, found))
        old = found
    return outcomes


def kill_at_instants(home: Path, deaths: int = 20) -> list[tuple[int, int, int]]:
    outcomes = []
    begun = time.perf_counter()
    ingest_version(home, 0)
    usual = time.perf_counter() - begun
    chance = random.Random(7)
    for number in range(1, deaths + 1):
        old = read_version(home)

        def work(number: int = number) -> None:
            while True:
                ingest_version(home, number)

        run_child(work, kill_after_seconds=chance.uniform(0, 3 * usual))
        outcomes.append((old, number, read_version(home)))
    return outcomes


def main() -> None:
    faiss.omp_set_num_threads(1)  # threads do not outlive a fork
    way, home = sys.argv[1], Path(sys.argv[2])
    ingest_version(home, 0)
    outcomes = kill_at_operations(home) if way == "operations" else kill_at_instants(home)
    assert all(found in (old, number) for old, number, found in outcomes), outcomes
    new = sum(found == number for _, number, found in outcomes)
    leftovers = len([*(home / "index").iterdir()])
    outcome = {"deaths": len(outcomes), "old": len(outcomes) - new, "new": new, "leftovers": leftovers}
    sys.stdout.write(json.dumps(outcome))


if __name__ == "__main__":
    main()
