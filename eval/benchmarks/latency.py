"""How long Wence takes to answer: ``python -m eval.benchmarks.latency [--home DIR] SET``.

Prints, as one JSON object, the seconds to load, the p50 and p95 of ``Wence.ask`` in
milliseconds by the wall clock over every question of the set, once warm, and the peak
memory of the process in MiB. The first questions of the set are asked beforehand, untimed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from corpus.errors import WenceError
from eval.measures.latency import find_percentile
from eval.questions import read_question_set
from eval.resolve import resolve_questions

WARM_UP_QUESTIONS = 3


def measure_latency(path: Path, *, home: Path | None) -> dict[str, object]:
    """Open Wence, ask the set's questions one after another, and return the figures."""
    question_set = read_question_set(path)
    begin = time.perf_counter()
    from rag import Wence

    wence = Wence.open(home)
    questions = resolve_questions(question_set, wence.catalog)
    load_seconds = time.perf_counter() - begin
    for question in questions[:WARM_UP_QUESTIONS]:
        wence.ask(question.question, documents=question.documents, history=question.history)
    times: list[float] = []
    for question in questions:
        begin = time.perf_counter()
        wence.ask(question.question, documents=question.documents, history=question.history)
        times.append((time.perf_counter() - begin) * 1000)
    return {
        "set": path.name,
        "n": len(times),
        "p50_ms": round(find_percentile(times, 0.50), 2),
        "p95_ms": round(find_percentile(times, 0.95), 2),
        "load_seconds": round(load_seconds, 2),
        "peak_memory_mib": read_peak_memory(),
    }


def read_peak_memory() -> float | None:
    """Return the most memory that this process has held, in MiB; ``None`` where the platform does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024**2 if sys.platform == "darwin" else 1024), 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 after a ``WenceError``, whose line goes to stderr."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.latency", description=__doc__)
    parser.add_argument("set", type=Path, help="a question set: .jsonl, .csv or .xlsx")
    parser.add_argument("--home", type=Path, default=None, help="the folder that holds the index")
    given = parser.parse_args(arguments)
    try:
        figures = measure_latency(given.set, home=given.home)
    except WenceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
