"""How fast passages are encoded: ``python -m eval.benchmarks.encoding DATASET``.

Prints a Markdown table for the machine it runs on: for every kernel, passages a second on
articles of about 80 tokens and on articles as they come, in the same run, the cosine of its
vectors to torch's, and what it multiplies a second; then the time of a single query. The
number of threads is that of ``OMP_NUM_THREADS``, where it is set.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import get_args

import numpy as np

from corpus.errors import WenceError
from eval.benchmarks.machine import describe_machine
from eval.datasets import read_dataset
from eval.measures.latency import find_percentile
from index.encoder import SentenceEncoder, open_encoder
from index.model import Vectors
from index.settings import Backend, IndexSettings

TOKENS = range(76, 85)
"""The lengths of the articles of about 80 tokens, the prompt included."""
QUERIES = 50
LAYER_WEIGHTS = 21_233_664
"""Weights that every token of multilingual-e5-small is multiplied by: 12 layers of 4 x 384² and 2 x 384 x 1536."""


@dataclass(frozen=True, slots=True)
class KernelFigures:
    """What one kernel did: passages a second, and the cosine of its vectors to torch's."""

    backend: str
    even_per_second: float
    mixed_per_second: float
    cosine_mean: float
    cosine_min: float

    @property
    def operations_per_second(self) -> float:
        """Multiplications and additions of the layers' matrices, on the articles of about 80 tokens."""
        return self.even_per_second * 2 * LAYER_WEIGHTS * 80


def choose_articles(texts: Sequence[str], encoder: SentenceEncoder, *, count: int) -> tuple[list[str], list[str]]:
    """Return ``count`` articles of about 80 tokens, and as many spread over the corpus."""
    mixed = list(texts[:: max(1, len(texts) // count)][:count])
    even: list[str] = []
    for begin in range(0, len(texts), 2_000):
        block = texts[begin : begin + 2_000]
        even += [text for text, tokens in zip(block, encoder.count_tokens(block), strict=True) if tokens in TOKENS]
        if len(even) >= count:
            break
    return even[:count], mixed


def measure_kernel(
    encode: Callable[[Sequence[str]], Vectors],
    even: Sequence[str],
    mixed: Sequence[str],
    expected: Vectors,
    *,
    runs: int,
) -> tuple[float, float, float, float]:
    """Return passages a second on each set, the best of some runs, and the mean and least cosine on the second."""
    cosines = (encode(mixed) * expected).sum(axis=1)
    speeds = [len(texts) / min(_time(encode, texts) for _ in range(runs)) for texts in (even, mixed)]
    return speeds[0], speeds[1], float(cosines.mean()), float(cosines.min())


def measure_kernels(texts: Sequence[str], *, count: int, runs: int) -> Iterator[KernelFigures]:
    """Measure every kernel of the encoder that ships, torch first."""
    plain = open_encoder(IndexSettings(backend="torch"))
    even, mixed = choose_articles(texts, plain, count=count)
    expected = plain.encode(mixed, kind="passage")
    backends: Sequence[Backend] = [name for name in get_args(Backend) if name != "auto"]
    for backend in backends:
        encoder = open_encoder(IndexSettings(backend=backend))
        figures = measure_kernel(partial(encoder.encode, kind="passage"), even, mixed, expected, runs=runs)
        if encoder.backend == backend:
            yield KernelFigures(backend, *figures)


def measure_queries(texts: Sequence[str]) -> float:
    """Return the median milliseconds of encoding a single query."""
    encoder = open_encoder(IndexSettings(backend="torch"))
    encoder.encode([texts[0]], kind="query")
    seconds = [_time(lambda some: encoder.encode(some, kind="query"), [text]) for text in texts]
    return find_percentile(seconds, 0.5) * 1_000


def measure_products(runs: int = 5) -> float:
    """Return what numpy's float32 product does in a second, on matrices of the encoder's size."""
    rows, matrix = np.ones((2_560, 384), dtype=np.float32), np.ones((384, 1_536), dtype=np.float32)
    seconds = min(_time(lambda _: rows @ matrix, []) for _ in range(runs))
    return 2 * rows.size * matrix.shape[1] / seconds


def _time(work: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    begun = time.perf_counter()
    work(texts)
    return time.perf_counter() - begun


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the table; 1 after a ``WenceError``, whose line goes to stderr."""
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.encoding", description=__doc__)
    parser.add_argument("dataset", metavar="DATASET", type=Path, help="a BEIR folder of statute articles")
    parser.add_argument("--split", default="train", help="the split whose questions are the queries (train)")
    parser.add_argument("--passages", type=int, default=256, help="how many of each kind (256)")
    parser.add_argument("--runs", type=int, default=3, help="how often each is timed; the best counts (3)")
    given = parser.parse_args(arguments)
    machine = describe_machine()
    natively = ", ".join(name for name, there in machine.instructions.items() if there)
    write = sys.stdout.write
    try:
        dataset = read_dataset(given.dataset, given.split)
        texts = [f"{one.title}\n{one.text}" for one in dataset.corpus]
        write(f"{machine.processor}, {machine.cores} cores ({natively}); ")
        write(f"numpy's float32 product: {measure_products() / 1e9:.0f} GFLOP/s\n\n")
        write("| kernel | passages a second, 80 tokens | of mixed lengths | cosine to torch, mean / least | GOP/s |\n")
        write("|---|---|---|---|---|\n")
        for one in measure_kernels(texts, count=given.passages, runs=given.runs):
            write(f"| {one.backend} | {one.even_per_second:.0f} | {one.mixed_per_second:.0f} ")
            write(f"| {one.cosine_mean:.5f} / {one.cosine_min:.5f} | {one.operations_per_second / 1e9:.0f} |\n")
            sys.stdout.flush()
        write(f"\nA single query: {measure_queries(list(dataset.queries.values())[:QUERIES]):.1f} ms (p50)\n")
    except WenceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
