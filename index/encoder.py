"""The encoder: a sentence-transformers model, opened from this machine and never from a network."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from corpus.errors import EncoderError
from index.kernels import Kernel, Kind, PassageKernels, find_prompt, keeps_vectors, open_openvino, replace_surrogates
from index.model import Vectors
from index.offline import load_offline
from index.settings import SHIPPED_ENCODER, Backend, IndexSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FEW_TEXTS = 4
PROBE = ("经营者有欺诈行为的，应当如何赔偿？",)
"""The text by which a kernel for few texts is judged: one choice, whatever is asked first."""
UNLOADABLE = (
    "the encoder {source} cannot be loaded from this machine ({reason}); put the model's folder on this machine and "
    "set WENCE_INDEX__ENCODER to it, or unset that to use the encoder that ships"
)

_LOCK = threading.Lock()
_OPEN: dict[tuple[str, Backend], SentenceEncoder] = {}


class SentenceEncoder:
    """A sentence-transformers model behind the ``Encoder`` seam.

    ``name`` identifies the weights: ``wence-<hash>`` for the encoder that ships, else the
    name or folder as set. ``backend`` says what encodes passages when they are many. Queries
    and single texts are OpenVINO's in the processor's own precision, where it can be had: torch
    packs its matrices anew at every call, which is half the time of a text as short as a question.
    """

    def __init__(self, model: SentenceTransformer, *, name: str, batch_size: int, backend: Backend = "torch") -> None:
        self.name = name
        self._model = model
        self._batch_size = batch_size
        self._lock = threading.Lock()
        self._kernels = PassageKernels(
            TorchKernel(model, batch_size=batch_size),
            lambda names: open_openvino(model, names, batch_size=batch_size),
            backend=backend,
        )
        self._few: Kernel | None = TorchKernel(model, batch_size=batch_size) if backend == "torch" else None

    @property
    def backend(self) -> Backend | None:
        """What encodes passages when they are many, or None before so many came."""
        return self._kernels.chosen

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each passage is to the model, its prompt included and nothing cut off."""
        prompted = [find_prompt(self._model, "passage") + text for text in texts]
        with self._lock:
            return [len(ids) for ids in self._model.tokenizer(prompted)["input_ids"]]

    def encode(self, texts: Sequence[str], *, kind: Kind) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension), in the order of the texts."""
        if not texts:
            return np.zeros((0, self._model.get_embedding_dimension() or 0), dtype=np.float32)
        plain = [replace_surrogates(text) for text in texts]
        few = len(plain) <= FEW_TEXTS
        # One call at a time: torch already uses every core, and a tokenizer is not to be shared between threads.
        with self._lock, _limit_threads(1 if few else None):
            if few:
                self._few = self._few or self._open_few()
                return self._few.encode(plain, kind=kind)
            if kind == "query":
                return encode_with_torch(self._model, plain, kind=kind, batch_size=self._batch_size)
            return self._kernels.encode(plain)

    def _open_few(self) -> Kernel:
        torch = TorchKernel(self._model, batch_size=self._batch_size)
        others = open_openvino(self._model, ["openvino"], batch_size=self._batch_size, threads=1)
        expected = torch.encode(PROBE, kind="query")
        return next((other for other in others if keeps_vectors(other, PROBE, expected, kind="query")), torch)


class TorchKernel:
    """The model as sentence-transformers runs it, by which every other kernel is judged."""

    name: Backend = "torch"

    def __init__(self, model: SentenceTransformer, *, batch_size: int) -> None:
        self._model = model
        self._batch_size = batch_size

    def encode(self, texts: Sequence[str], *, kind: Kind) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension), in the order of the texts."""
        return encode_with_torch(self._model, texts, kind=kind, batch_size=self._batch_size)


def encode_with_torch(model: SentenceTransformer, texts: Sequence[str], *, kind: Kind, batch_size: int) -> Vectors:
    """Return float32 unit vectors, shape (len(texts), dimension), in the order of the texts."""
    encode = model.encode_query if kind == "query" else model.encode_document
    found = encode(list(texts), batch_size=batch_size, convert_to_tensor=True, show_progress_bar=False)
    vectors = found.float().cpu().numpy().reshape(len(texts), -1)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(norms, 1e-12)
    return unit


@contextmanager
def _limit_threads(threads: int | None) -> Iterator[None]:
    """Let torch use so many threads for a while, as many as it likes for None.

    A short text gains nothing from a second thread, and where another program is busy on
    that core the two wait for each other at every layer: measured on two busy cores, a
    query took 11 ms (p95 24) with one thread and 33 ms (p95 1,080) with two.
    """
    if threads is None:
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def name_encoder(settings: IndexSettings) -> str:
    """Return the name that an index built with these settings carries, without loading the model."""
    if settings.encoder:
        return settings.encoder
    try:
        weights = (SHIPPED_ENCODER / "model.safetensors").read_bytes()
        tokenizer = (SHIPPED_ENCODER / "tokenizer.json").read_bytes()
    except OSError as error:
        raise EncoderError(f"the shipped encoder is not whole ({error}); install Wence again") from error
    return "wence-" + hashlib.sha256(weights + tokenizer).hexdigest()[:12]


def open_encoder(settings: IndexSettings) -> SentenceEncoder:
    """Load the encoder named in the settings; each is loaded once in a process.

    Raises
    ------
    EncoderError
        It is not on this machine, or is not a sentence-transformers model.
    """
    name = name_encoder(settings)
    key = (name, settings.backend)
    with _LOCK:
        if key not in _OPEN:
            model = _load_model(settings.encoder or str(SHIPPED_ENCODER))
            _OPEN[key] = SentenceEncoder(model, name=name, batch_size=settings.batch_size, backend=settings.backend)
        return _OPEN[key]


def _load_model(source: str) -> SentenceTransformer:
    model = load_offline(
        _find_class, source, lambda reason: EncoderError(UNLOADABLE.format(source=source, reason=reason))
    )
    model.max_seq_length = min(model.max_seq_length or 512, 512)
    model.eval()
    return model


def _find_class() -> type[SentenceTransformer]:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer
