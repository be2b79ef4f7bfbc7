"""How fast files are read: ``python -m eval.benchmarks.parsing PATH…``, without encoding anything.

Prints, as one JSON object, the seconds to parse all files side by side, the most memory that
the processes held together, and the seconds of an ingestion of the same files when nothing
has changed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np

from corpus.batch import parse_files, unpack_archives
from corpus.errors import WenceError
from corpus.load import find_files
from corpus.settings import CorpusSettings
from index.ingest import ingest_documents
from index.model import Vectors
from index.settings import IndexSettings


@dataclass(frozen=True, slots=True)
class Reading:
    """What the first reading of some files took.

    ``memory_bytes`` is that of all processes, at most
    (``None`` where the platform does not tell)."""

    files: int
    source_bytes: int
    clauses: int
    failed: int
    seconds: float
    memory_bytes: int | None


class BlankEncoder:
    """An encoder that costs nothing: one direction for every text. For timing all that is not encoding."""

    name = "blank"

    def encode(self, texts: Sequence[str], *, kind: Literal["query", "passage"]) -> Vectors:
        """Return the same unit vector for each text, shape (len(texts), 8)."""
        vectors: Vectors = np.tile(np.eye(1, 8, dtype=np.float32), (len(texts), 1))
        return vectors


def measure_reading(paths: Sequence[Path], limits: CorpusSettings) -> Reading:
    """Parse files and archives once, keeping nothing, and time it."""
    with TemporaryDirectory() as unpacked:
        begun = time.perf_counter()
        files, failed = unpack_archives(find_files(paths), Path(unpacked), limits)
        count = len(failed)
        clauses = 0
        for result in parse_files(files, limits):
            count += bool(result.error)
            clauses += sum(len(parsed.clauses) for parsed in result.documents.values())
        seconds = time.perf_counter() - begun
        size = sum(file.path.stat().st_size for file in files)
    return Reading(len(files), size, clauses, count, seconds, _measure_memory(limits))


def measure_unchanged(paths: Sequence[Path], limits: CorpusSettings) -> float:
    """Ingest files into a new home, then again, and return the seconds of the second time."""
    with TemporaryDirectory() as home:
        settings, encoder = IndexSettings(), BlankEncoder()
        ingest_documents(Path(home), paths, settings, limits=limits, encoder=encoder)
        begun = time.perf_counter()
        report = ingest_documents(Path(home), paths, settings, limits=limits, encoder=encoder)
        seconds = time.perf_counter() - begun
    if report.changes:
        raise AssertionError(f"the second ingestion was to change nothing, and changed {report}")
    return seconds


def _measure_memory(limits: CorpusSettings) -> int | None:
    """Return the peak of this process and that of the largest reader for each of them, in bytes."""
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    workers = limits.workers or os.cpu_count() or 1
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + workers * largest) * unit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 after a ``WenceError``, whose line goes to stderr."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.parsing", description=__doc__)
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="files, folders and archives")
    parser.add_argument("--workers", type=int, default=0, help="processes that read; 0: one for each core")
    given = parser.parse_args(arguments)
    limits = CorpusSettings(workers=given.workers)
    try:
        reading = measure_reading(given.paths, limits)
        unchanged = measure_unchanged(given.paths, limits)
    except WenceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    figures = {
        "files": reading.files,
        "failed": reading.failed,
        "megabytes": round(reading.source_bytes / 1e6, 1),
        "clauses": reading.clauses,
        "seconds": round(reading.seconds, 2),
        "memory_mb": reading.memory_bytes and round(reading.memory_bytes / 1e6),
        "unchanged_seconds": round(unchanged, 2),
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
