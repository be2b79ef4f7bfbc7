"""What multiplies the encoder's matrices: torch, or OpenVINO where it is to be had and faster on this machine."""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.body import Body
from index.model import Kind, Vectors
from index.openvino_graph import build_graph, import_openvino
from index.settings import Backend

CONTEST_TEXTS = 256
"""With as many passages at once, kernels compete: fewer do not repay the opening of a second one."""
SAMPLE_TEXTS = 16
"""On so many of the passages a kernel must keep torch's vectors before it competes."""
TIMED_TEXTS = 8
"""How many of these each kernel encodes in every round of a contest."""
ROUNDS = 3
"""The fastest of so many rounds counts, so that what else the machine does decides nothing."""
KEPT_COSINE = 0.995
"""How near to torch's vectors a kernel's must be, each of them."""
BATCH_TOKENS = 1_280
"""A batch holds as many tokens, padding included: its activations stay in a core's cache."""

TOKENS_STEP = 16
"""Questions and what is read with them are padded to a multiple of it: each shape costs a preparation, and memory."""
SHAPES_KEPT = 32
"""Preparations that OpenVINO keeps; of its own accord 5,000, which came to 900 MB after 200 questions, no faster."""

Numbers = npt.NDArray[np.int64]

log = logging.getLogger(__name__)


class Kernel(Protocol):
    """Encodes texts in one way."""

    @property
    def name(self) -> Backend:
        """The name of that way in the settings."""
        ...

    def encode(self, texts: Sequence[str], *, kind: Kind) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension), in the order of the texts."""
        ...


class PassageKernels:
    """Encodes passages by the kernel set, or by the fastest that keeps torch's vectors.

    Kernels compete on the first passages that come ``CONTEST_TEXTS`` or more at once, so that
    the choice fits the machine, its load and the texts, and nothing has to be kept on disk.
    ``plain`` is torch, or what was judged by it; ``few`` encodes before that; ``open_others``
    opens those named, or fewer where they are not to be had.
    """

    def __init__(
        self,
        plain: Kernel,
        few: Kernel,
        open_others: Callable[[Sequence[Backend]], Sequence[Kernel]],
        *,
        backend: Backend,
    ) -> None:
        self._plain = plain
        self._few = few
        self._open_others = open_others
        self._backend = backend
        self._chosen: Kernel | None = plain if backend == "torch" else None

    @property
    def chosen(self) -> Backend | None:
        """The name of the kernel in use, or None before a choice was needed."""
        return self._chosen.name if self._chosen else None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension), in the order of the texts."""
        if self._chosen is None:
            if self._backend == "auto" and len(texts) < CONTEST_TEXTS:
                return self._few.encode(texts, kind="passage")
            self._chosen = self._choose(texts)
        return self._chosen.encode(texts, kind="passage")

    def _choose(self, texts: Sequence[str]) -> Kernel:
        named: Sequence[Backend] = ("openvino", "openvino-int8") if self._backend == "auto" else (self._backend,)
        if self._backend == self._plain.name:
            return self._plain
        others = self._open_others([name for name in named if name != self._plain.name])
        if not others:
            if self._backend != "auto":
                log.warning("%s cannot run this encoder on this machine: torch encodes instead", self._backend)
            return self._plain
        sample = texts[:: max(1, len(texts) // SAMPLE_TEXTS)][:SAMPLE_TEXTS]
        expected = self._plain.encode(sample, kind="passage")
        kept = [self._plain, *(one for one in others if keeps_vectors(one, sample, expected, kind="passage"))]
        if self._backend != "auto":
            return kept[-1]
        timed = sample[:: len(sample) // TIMED_TEXTS]
        seconds = [_time_encoding(kept, timed) for _ in range(ROUNDS)]
        fastest = np.min(seconds, axis=0)
        for kernel, needed in zip(kept, fastest, strict=True):
            log.info("%s: %.0f passages a second", kernel.name, len(timed) / needed)
        return kept[int(fastest.argmin())]


def keeps_vectors(kernel: Kernel, texts: Sequence[str], expected: Vectors, *, kind: Kind) -> bool:
    """Say whether a kernel gives the vectors expected, but for rounding; a line says where it does not."""
    cosine = float((expected * kernel.encode(texts, kind=kind)).sum(axis=1).min())
    # Written so that a NaN is refused too.
    if cosine >= KEPT_COSINE:
        return True
    log.warning("%s does not keep the encoder's vectors (cosine %.4f): left out", kernel.name, cosine)
    return False


def _time_encoding(kernels: Sequence[Kernel], texts: Sequence[str]) -> list[float]:
    """Return the seconds that each kernel needs for these passages, one after the other."""
    seconds = []
    for kernel in kernels:
        begun = time.perf_counter()
        kernel.encode(texts, kind="passage")
        seconds.append(time.perf_counter() - begun)
    return seconds


class OpenVinoKernel:
    """A model of BERT's shape, run by OpenVINO: one stream of batches on each thread."""

    def __init__(self, body: Body, *, name: Backend, batch_size: int) -> None:
        self.name = name
        self._body = body
        self._batch_size = batch_size
        self._threads = count_threads()
        int8 = name == "openvino-int8"
        self._queue: Any = open_queue(
            build_graph(body.shape, body.read_weights(), int8=int8),
            bfloat16=body.bfloat16,
            group=body.dimension if int8 else 0,
            threads=self._threads,
        )

    def encode(self, texts: Sequence[str], *, kind: Kind) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension), in the order of the texts."""
        vectors: Vectors = np.zeros((len(texts), self._body.dimension), dtype=np.float32)

        def keep(request: Any, rows: list[int]) -> None:
            vectors[rows] = request.get_output_tensor(0).data

        self._queue.set_callback(keep)
        ids = self._body.tokenise([self._body.prompts[kind] + text for text in texts], self._body.tokens_max)
        step = TOKENS_STEP if kind == "query" else 1
        # Every thread has a part of them, however few they are: in a contest, half of the threads would lose.
        most = min(self._batch_size, math.ceil(len(ids) / self._threads))
        for rows in plan_batches([len(one) for one in ids], tokens=BATCH_TOKENS, texts=most):
            padded, mask = pad_ids([ids[row] for row in rows], self._body.pad_id, step=step)
            self._queue.start_async({0: padded, 1: mask}, rows)
        self._queue.wait_all()
        return vectors


def open_queue(graph: Any, *, bfloat16: bool, group: int, threads: int) -> Any:
    """Compile a graph, and return a queue that runs it on so many threads, each a batch of its own.

    ``group`` is how many activations share a scale in eight bits; 0: none are rounded.
    """
    openvino = import_openvino()
    options = {
        "INFERENCE_PRECISION_HINT": "bf16" if bfloat16 else "f32",
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": group,
        "INFERENCE_NUM_THREADS": threads,
        "NUM_STREAMS": threads,
        "ENABLE_CPU_PINNING": False,  # other programs may be busy on these cores
        "CPU_RUNTIME_CACHE_CAPACITY": SHAPES_KEPT,
    }
    return openvino.AsyncInferQueue(openvino.Core().compile_model(graph, "CPU", options), threads)


def replace_surrogates(text: str) -> str:
    """Return a text that tokenizers take: they refuse lone surrogates, which become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def pad_ids(ids: Sequence[Sequence[int]], pad_id: int, *, step: int = 1) -> tuple[Numbers, Numbers]:
    """Return token ids and what of them is no padding, both int64, shape (texts, longest as a multiple of ``step``)."""
    padded = np.full((len(ids), math.ceil(max(map(len, ids)) / step) * step), pad_id, dtype=np.int64)
    mask = np.zeros_like(padded)
    for row, one in enumerate(ids):
        padded[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return padded, mask


def plan_batches(lengths: Sequence[int], *, tokens: int, texts: int) -> Iterator[list[int]]:
    """Yield the positions of texts in batches of like length, longest first.

    A batch holds at most so many texts, and at most so many tokens with its padding, unless
    a single text is longer.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    begin = 0
    while begin < len(order):
        count = max(1, min(texts, tokens // max(1, lengths[order[begin]])))
        yield order[begin : begin + count]
        begin += count


def open_openvino(body: Body | None, names: Sequence[Backend], *, batch_size: int) -> list[Kernel]:
    """Open the OpenVINO kernels named, or none where OpenVINO or the model's shape does not allow it."""
    if body is None:
        return []
    try:
        import_openvino()
    except ImportError as error:
        log.info("OpenVINO is not installed (%s): torch encodes", error)
        return []
    return [OpenVinoKernel(body, name=name, batch_size=batch_size) for name in names]


def count_threads() -> int:
    """Return how many threads compute: as ``OMP_NUM_THREADS`` says, else one for each core open to this process.

    Two that share a core's multipliers are no faster than one.
    """
    if (said := os.environ.get("OMP_NUM_THREADS", "")).isdecimal() and int(said):
        return int(said)
    if not hasattr(os, "sched_getaffinity"):
        return max(1, (os.cpu_count() or 1) // 2)
    cores = set()
    for thread in os.sched_getaffinity(0):
        siblings = Path(f"/sys/devices/system/cpu/cpu{thread}/topology/thread_siblings_list")
        cores.add(siblings.read_text() if siblings.is_file() else str(thread))
    return len(cores)
