"""What a growing index costs: ``python -m eval.benchmarks.scale [--laws PATH] [--vectors V --query-vectors Q]``.

With ``--laws`` (a folder or archive of ``.md`` documents), a home is made of them with an
encoder that costs nothing, one clause is changed in each of ten documents, and these are
ingested again: the seconds until the new index is published, and until it is loaded.

With ``--vectors`` and ``--query-vectors`` (``.npy``, a vector a row), for 10³ to 10⁶ vectors,
the given ones drawn again with a little noise: p50 and p95 of an exact search, and, in a
process of its own that opens the index and answers the queries, those of the search that
Wence chooses, its recall@10 of exact, and the memory that the process then holds, mapped
files included. With ``--dataset`` (the BEIR folder that the vectors are of, in order) that
process searches by words as well.

One JSON object a line. Threads are as many as OMP_NUM_THREADS allows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from corpus.errors import WenceError
from eval.benchmarks.growth import QUERIES, SIZES, Cost, K, resample_vectors, time_searches
from eval.benchmarks.latency import read_peak_memory
from eval.measures.latency import find_percentile
from index.model import Vectors

CHANGED = 10
DIMENSION = 384
RECALL_AT = 10
_ARTICLE = re.compile(r"^第[一二三四五六七八九十百千零]+条[^\n]*", re.MULTILINE)


class HashEncoder:
    """Gives each text a unit vector made of its hash: costs nothing, and means nothing."""

    name = "hash"

    def encode(self, texts: Sequence[str], *, kind: Literal["query", "passage"]) -> Vectors:
        """Return the vectors of texts; the kind does not matter."""
        digests = (hashlib.shake_128(text.encode("utf-8", "surrogatepass")).digest(DIMENSION) for text in texts)
        rows = np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(len(texts), DIMENSION)
        centred: Vectors = rows.astype(np.float32) - np.float32(127.5)
        centred /= np.linalg.norm(centred, axis=1, keepdims=True)
        return centred


@dataclass(frozen=True, slots=True)
class UpdateCost:
    """What changing ten clauses costs; ``first_seconds`` is what the whole index did."""

    documents: int
    clauses: int
    changed: int
    first_seconds: float
    publish_seconds: float
    load_seconds: float


@dataclass(frozen=True, slots=True)
class Served:
    """What a process of its own found and needed; ``hybrid_ms`` are the times of a search by words as well, if any."""

    found: Sequence[Sequence[int]]
    times_ms: Sequence[float]
    hybrid_ms: Sequence[float]
    memory_mib: float | None


def measure_update(laws: Path) -> UpdateCost:
    """Make a home of documents, change one clause in each of ten, and time their ingestion and the new index's load."""
    from index.ingest import ingest_documents
    from index.settings import IndexSettings
    from index.store import open_index

    settings, encoder = IndexSettings(), HashEncoder()
    with tempfile.TemporaryDirectory() as folder:
        home, texts = Path(folder) / "home", Path(folder) / "laws"
        if laws.is_dir():
            shutil.copytree(laws, texts)
        else:
            shutil.unpack_archive(laws, texts, filter="data")
        begin = time.perf_counter()
        ingest_documents(home, [texts], settings, encoder=encoder)
        first = time.perf_counter() - begin
        changed = list(_change_clauses(sorted(texts.rglob("*.md"))))
        begin = time.perf_counter()
        report = ingest_documents(home, changed, settings, encoder=encoder)
        published = time.perf_counter()
        index = open_index(home, settings, encoder=encoder)
        loaded = time.perf_counter()
        assert len(report.replaced) == CHANGED
        return UpdateCost(
            len(index.documents), len(index.clauses), CHANGED, first, published - begin, loaded - published
        )  # fmt: skip


def measure_scale(
    vectors: Vectors,
    queries: Vectors,
    *,
    sizes: Sequence[int] = SIZES,
    texts: Sequence[str] = (),
    questions: Sequence[str] = (),
) -> Iterator[Cost]:
    """Yield at each size what exact search costs, then what that costs which Wence chooses, in a process of its own.

    ``texts`` (one a vector) and ``questions`` (one a query), where given, are searched by words as well.
    """
    from index.vectors import EXACT_ROWS, ShardVectors

    queries = queries[:QUERIES].astype(np.float32)
    terms = _segment(texts[: max(sizes)])
    for rows in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            sample = resample_vectors(vectors, rows)
            exact = _Exact(sample)
            times = time_searches(exact, queries)
            best = [{row for row, _ in exact.search(query, RECALL_AT)} for query in queries]
            yield _weigh("exact", "every vector", rows, times, sample.nbytes / 1024**2, 1.0)
            ShardVectors.build(sample).save(folder / "vectors")
            del sample, exact
            _write_words(folder, rows, terms, questions[:QUERIES])
            np.save(folder / "queries.npy", queries)
            served = _serve_apart(folder)
            shared = [len(right & {*found}) for right, found in zip(best, served.found, strict=True)]
            about = "every vector" if rows <= EXACT_ROWS else "cells, then the exact vectors of what they give"
            if served.hybrid_ms:
                about += f"; by words as well {find_percentile(served.hybrid_ms, 0.5):.1f} ms"
            recall = sum(shared) / sum(map(len, best))
            yield _weigh("chosen", about, rows, served.times_ms, served.memory_mib, recall)


def serve_index(folder: Path) -> Served:
    """Open the index in ``folder``, answer its queries, and say how much memory this process then holds."""
    from index.dense import DenseIndex
    from index.lexical import LexicalIndex
    from index.postings import Postings
    from index.search import HybridIndex
    from index.texts import Texts
    from index.vectors import ShardVectors

    shard = ShardVectors.load(folder / "vectors")
    dense = DenseIndex([shard], [None], shard.shape[1])
    queries: Vectors = np.load(folder / "queries.npy")
    times = time_searches(dense, queries)
    found = [[row for row, _ in dense.search(query, K)][:RECALL_AT] for query in queries]
    hybrid: list[float] = []
    if (folder / "words").exists():
        words, bigrams = (LexicalIndex([Postings.load(folder / kind)], [None]) for kind in ("words", "bigrams"))
        index = HybridIndex(Texts(folder / "ids.txt"), dense, words, bigrams, HashEncoder())
        for question, query in zip(Texts(folder / "questions.txt"), queries, strict=True):
            begin = time.perf_counter()
            index.search_vector(question, query, RECALL_AT)
            hybrid.append((time.perf_counter() - begin) * 1000)
    return Served(found, times, hybrid, read_resident_memory())


def read_resident_memory(status: Path = Path("/proc/self/status")) -> float | None:
    """Return how much memory is resident in this process, in MiB, files mapped into it included."""
    if not status.is_file():
        return read_peak_memory()
    kibibytes = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(kibibytes) / 1024


class _Exact:
    """A search of every vector."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors

    def search(self, query: Vectors, k: int) -> list[tuple[int, float]]:
        """Return the ``k`` best rows with their cosine, best first."""
        scores = self._vectors @ query
        best = np.argpartition(-scores, min(k, scores.size) - 1)[:k]
        best = best[np.argsort(-scores[best])]
        return list(zip(best.tolist(), scores[best].tolist(), strict=True))


def _segment(texts: Sequence[str]) -> dict[str, list[list[str]]]:
    from index.segment import segment_bigrams, segment_words

    kinds = {"words": segment_words, "bigrams": segment_bigrams}
    return {kind: [segment(text) for text in texts] for kind, segment in kinds.items()} if texts else {}


def _write_words(
    folder: Path, rows: int, terms: Mapping[str, Sequence[Sequence[str]]], questions: Sequence[str]
) -> None:
    from index.postings import Postings
    from index.texts import write_texts

    for kind, lists in terms.items():
        Postings.build(lists[row % len(lists)] for row in range(rows)).save(folder / kind)
    write_texts(folder / "ids.txt", map(str, range(rows)))
    write_texts(folder / "questions.txt", questions)


def _serve_apart(folder: Path) -> Served:
    command = [sys.executable, "-m", "eval.benchmarks.scale", "--serve", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no word of why"])[-1]
        raise WenceError(f"a process that searches an index failed ({reason}); measure fewer rows")
    return Served(**json.loads(done.stdout))


def _weigh(
    kind: Literal["exact", "chosen"], about: str, rows: int, times: Sequence[float], memory: float | None, recall: float
) -> Cost:
    p50, p95 = find_percentile(times, 0.50), find_percentile(times, 0.95)
    return Cost(kind, about, rows, p50, p95, memory, recall)


def _change_clauses(files: Sequence[Path]) -> Iterator[Path]:
    """Change a clause in each of ten documents, evenly chosen of those that have articles."""
    fitting = [file for file in files if _ARTICLE.search(file.read_text("utf-8", "replace"))]
    for file in fitting[:: max(1, len(fitting) // CHANGED)][:CHANGED]:
        text = file.read_text("utf-8")
        file.write_text(_ARTICLE.sub(lambda match: match[0] + "本条经修改。", text, count=1), "utf-8")
        yield file


def main(argv: Sequence[str] | None = None) -> None:
    """Measure what is asked for and print one JSON object a line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--laws", type=Path)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--query-vectors", type=Path)
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args(argv)
    if wanted.serve:
        sys.stdout.write(json.dumps(asdict(serve_index(wanted.serve))))
        return
    if wanted.laws:
        print_line(measure_update(wanted.laws))
    if wanted.vectors:
        vectors: Vectors = np.load(wanted.vectors).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        texts, questions = _read_texts(wanted.dataset) if wanted.dataset else ([], [])
        queries: Vectors = np.load(wanted.query_vectors)
        for cost in measure_scale(vectors, queries, sizes=wanted.sizes, texts=texts, questions=questions):
            print_line(cost)


def print_line(figures: UpdateCost | Cost) -> None:
    """Print figures as one JSON object."""
    rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(figures).items()}
    sys.stdout.write(json.dumps(rounded) + "\n")
    sys.stdout.flush()


def _read_texts(folder: Path) -> tuple[list[str], list[str]]:
    from eval.datasets import read_dataset
    from eval.retrieval import join_text

    dataset = read_dataset(folder, "train")
    return [join_text(text) for text in dataset.corpus], list(dataset.queries.values())


if __name__ == "__main__":
    main()
