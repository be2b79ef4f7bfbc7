"""A process that reads files for another: ``python -m corpus.worker``, driven by ``corpus/batch.py``.

A document may be hostile, and the libraries that read it are native code. Here it can use up
no more than its own process: memory is bounded, the time too (the caller ends the process,
which otherwise ends itself), and a crash costs one file. The first line on stdin holds the
limits; each line after it is a task, and each is answered with one line of JSON on stdout.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import IO, Any, NoReturn

from corpus.archive import unpack_archive
from corpus.errors import DocumentError
from corpus.load import ARCHIVE_SUFFIX, SUFFIXES
from corpus.parse import parse_file
from corpus.record import bare_clause_record, document_record
from corpus.settings import CorpusSettings

GRACE_SECONDS = 5
"""How long after its time is up the process ends itself: its caller, if there is one, has ended it by then."""


def main() -> None:
    """Answer tasks until stdin ends."""
    answers = _claim_stdout()
    signal.signal(signal.SIGTERM, _leave)
    limits = CorpusSettings(**json.loads(sys.stdin.buffer.readline()))
    _bound_memory(limits.worker_max_bytes)
    for line in sys.stdin.buffer:
        _arm_timer(limits.timeout_seconds + GRACE_SECONDS)
        answer = answer_task(json.loads(line), limits)
        _arm_timer(0)
        answers.write(json.dumps(answer).encode("ascii") + b"\n")
        answers.flush()


def answer_task(task: dict[str, str], limits: CorpusSettings) -> dict[str, Any]:
    """Do a task: ``unpack`` an archive into a folder, or parse a file.

    The answer holds ``error``, the one line that says why it cannot be done, or
    ``members`` [{name, path, reason}], or ``documents`` [{part, document, clauses}].
    """
    path = Path(task["path"])
    try:
        if "folder" in task:
            suffixes = tuple(suffix for suffix in SUFFIXES if suffix != ARCHIVE_SUFFIX)
            members = list(unpack_archive(path, Path(task["folder"]), limits, suffixes=suffixes))
            return {"members": [{"name": m.name, "path": str(m.path or ""), "reason": m.reason} for m in members]}
        parsed = parse_file(path, limits, stem=task["stem"], source=task["source"])
    except DocumentError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"{task['source']}: needs more memory than a document may take; split it"}
    return {
        "documents": [
            {"part": part, "document": document_record(one), "clauses": [bare_clause_record(c) for c in one.clauses]}
            for part, one in parsed.items()
        ]
    }


def _leave(_signal: int, _frame: object) -> NoReturn:
    """End this process in good order: what it started is ended and what it wrote aside is taken away."""
    raise SystemExit(1)


def _claim_stdout() -> IO[bytes]:
    """Return what stdout was, and let whatever a library prints go to stderr."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _bound_memory(most: int) -> None:
    """Bound the address space, where the system can; the hard limit stays, for programs started from here."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _arm_timer(seconds: float) -> None:
    """Let the system end this process after some seconds, should its caller be gone; 0 takes that back."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main()
