"""What multiplies the encoder's matrices for many passages: torch, or OpenVINO, whichever is faster on this machine."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from index.model import Vectors
from index.openvino_graph import BertShape, build_graph, describe_shape, import_openvino
from index.settings import Backend

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

CONTEST_TEXTS = 256
"""With as many passages at once, kernels compete: fewer do not repay the opening of a second one."""
SAMPLE_TEXTS = 16
"""How many of the passages each kernel encodes in a contest, twice."""
KEPT_COSINE = 0.995
"""How near to torch's vectors a kernel's must be, each of them."""
BATCH_TOKENS = 1_280
"""A batch holds as many tokens, padding included: its activations stay in a core's cache."""

_PROMPTS = ("document", "passage", "corpus")

log = logging.getLogger(__name__)


class Kernel(Protocol):
    """Encodes passages in one way."""

    name: Backend

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension), in the order of the texts."""
        ...


class PassageKernels:
    """Encodes passages by the kernel set, or by the fastest that keeps torch's vectors.

    Kernels compete on the first passages that come ``CONTEST_TEXTS`` or more at once, so that
    the choice fits the machine, its load and the texts, and nothing has to be kept on disk.
    ``plain`` is torch; ``open_others`` opens those named, or fewer where they are not to be had.
    """

    def __init__(
        self, plain: Kernel, open_others: Callable[[Sequence[Backend]], Sequence[Kernel]], *, backend: Backend
    ) -> None:
        self._plain = plain
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
                return self._plain.encode(texts)
            self._chosen = self._choose(texts)
        return self._chosen.encode(texts)

    def _choose(self, texts: Sequence[str]) -> Kernel:
        named: Sequence[Backend] = ("openvino", "openvino-int8") if self._backend == "auto" else (self._backend,)
        others = self._open_others(named)
        if not others:
            if self._backend != "auto":
                log.warning("%s cannot run this encoder on this machine: torch encodes instead", self._backend)
            return self._plain
        sample = texts[:: max(1, len(texts) // SAMPLE_TEXTS)][:SAMPLE_TEXTS]
        expected, seconds = _time_encoding(self._plain, sample)
        best = self._plain
        for kernel in others:
            found, needed = _time_encoding(kernel, sample)
            cosine = float((expected * found).sum(axis=1).min())
            log.info("%s: %.0f passages a second, cosine %.4f", kernel.name, len(sample) / needed, cosine)
            # Written so that a NaN is refused too.
            if not cosine >= KEPT_COSINE:
                log.warning("%s does not keep the encoder's vectors (cosine %.4f): left out", kernel.name, cosine)
            elif self._backend != "auto" or needed < seconds:
                best, seconds = kernel, needed
        return best


def _time_encoding(kernel: Kernel, texts: Sequence[str]) -> tuple[Vectors, float]:
    """Return the vectors and the seconds of the second of two runs: the first prepares what depends on lengths."""
    kernel.encode(texts)
    begun = time.perf_counter()
    vectors = kernel.encode(texts)
    return vectors, max(time.perf_counter() - begun, 1e-9)


class OpenVinoKernel:
    """A sentence-transformers model of BERT's shape, run by OpenVINO: one stream of batches on each thread."""

    def __init__(self, model: SentenceTransformer, shape: BertShape, *, name: Backend, batch_size: int) -> None:
        import torch

        openvino = import_openvino()
        self.name = name
        self._tokenizer: Any = model.tokenizer
        self._prompt = find_passage_prompt(model)
        self._tokens_max = model.max_seq_length or 512
        self._batch_size = batch_size
        body: Any = model.transformers_model
        weights = {key: value.float().numpy() for key, value in body.state_dict().items()}
        self._dimension = int(body.config.hidden_size)
        self._threads = torch.get_num_threads()
        options = {
            "INFERENCE_PRECISION_HINT": "bf16" if body.dtype == torch.bfloat16 else "f32",
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": self._dimension if name == "openvino-int8" else 0,
            "INFERENCE_NUM_THREADS": self._threads,
            "NUM_STREAMS": self._threads,
            "ENABLE_CPU_PINNING": False,  # other programs may be busy on these cores
        }
        graph = build_graph(shape, weights, int8=name == "openvino-int8")
        compiled = openvino.Core().compile_model(graph, "CPU", options)
        self._queue: Any = openvino.AsyncInferQueue(compiled, self._threads)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension), in the order of the texts."""
        vectors: Vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)

        def keep(request: Any, rows: list[int]) -> None:
            vectors[rows] = request.get_output_tensor(0).data

        self._queue.set_callback(keep)
        prompted = [self._prompt + text for text in texts]
        ids = self._tokenizer(prompted, truncation=True, max_length=self._tokens_max)["input_ids"]
        for rows in plan_batches([len(one) for one in ids], tokens=BATCH_TOKENS, texts=self._batch_size):
            longest = len(ids[rows[0]])
            padded = np.full((len(rows), longest), self._tokenizer.pad_token_id or 0, dtype=np.int64)
            mask = np.zeros_like(padded)
            for at, row in enumerate(rows):
                padded[at, : len(ids[row])] = ids[row]
                mask[at, : len(ids[row])] = 1
            self._queue.start_async({0: padded, 1: mask}, rows)
        self._queue.wait_all()
        return vectors


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


def open_openvino(model: SentenceTransformer, names: Sequence[Backend], *, batch_size: int) -> list[Kernel]:
    """Open the OpenVINO kernels named, or none where OpenVINO or the model's shape does not allow it."""
    shape = describe_shape(model)
    if shape is None or model.device.type != "cpu":
        return []
    try:
        import_openvino()
    except ImportError as error:
        log.info("OpenVINO is not installed (%s): torch encodes", error)
        return []
    return [OpenVinoKernel(model, shape, name=name, batch_size=batch_size) for name in names]


def find_passage_prompt(model: SentenceTransformer) -> str:
    """Return what sentence-transformers' ``encode_document`` puts in front of a passage."""
    prompts = dict(model.prompts)
    name = next((name for name in _PROMPTS if name in prompts), model.default_prompt_name)
    return (prompts[name] or "") if name else ""
