"""The encoder: a sentence-transformers model, opened from this machine and never from a network."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.errors import EncoderError
from index.body import Body, describe_body, find_prompt, read_body, read_probe
from index.kernels import Kernel, PassageKernels, keeps_vectors, open_openvino, replace_surrogates
from index.model import Kind, Vectors
from index.offline import load_offline, refuse_unloadable
from index.settings import SHIPPED_ENCODER, Backend, IndexSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

FEW_TEXTS = 4
PROBE_QUERY = "经营者有欺诈行为的，应当如何赔偿？"
"""The query by which a kernel for few texts is judged: one choice, whatever is asked first."""
UNLOADABLE = (
    "the encoder {source} cannot be loaded from this machine ({reason}); put the model's folder on this machine and "
    "set WENCE_INDEX__ENCODER to it, or unset that to use the encoder that ships"
)

_LOCK = threading.Lock()
_OPEN: dict[tuple[str, Backend], SentenceEncoder] = {}


class SentenceEncoder:
    """A sentence-transformers model behind the ``Encoder`` seam.

    ``name`` identifies the weights: ``wence-<hash>`` for the encoder that ships, else the
    name or folder as set. ``load`` gives the model, once torch is needed. ``backend`` says
    what encodes passages when they are many. Queries and few texts are OpenVINO's in the
    processor's own precision, where it can be had: torch packs its matrices anew at every
    call, which is half the time of a text as short as a question. ``body`` is what OpenVINO
    runs, that of the model if None, and ``probe`` a query with its vector, by which it is
    judged without torch.
    """

    def __init__(
        self,
        load: Callable[[], SentenceTransformer],
        *,
        name: str,
        batch_size: int,
        backend: Backend = "torch",
        body: Body | None = None,
        probe: tuple[str, Vectors] | None = None,
    ) -> None:
        self.name = name
        self._load = load
        self._body = body
        self._lock = threading.Lock()
        self._torch = TorchKernel(lambda: self.model, batch_size=batch_size)

        def open_others(names: Sequence[Backend]) -> list[Kernel]:
            return open_openvino(body or describe_body(self.model), names, batch_size=batch_size)

        self.few: TorchKernel | FewKernel = self._torch
        if backend != "torch":
            self.few = FewKernel(self._torch, open_others, probe)
        # Where OpenVINO was judged by the probe, passages need no torch either.
        judge = self.few if probe else self._torch
        self._kernels = PassageKernels(judge, self.few, open_others, backend=backend)

    @cached_property
    def model(self) -> SentenceTransformer:
        """The model as sentence-transformers loads it."""
        return self._load()

    @property
    def backend(self) -> Backend | None:
        """What encodes passages when they are many, or None before so many came."""
        return self._kernels.chosen

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each passage is to the model, its prompt included and nothing cut off."""
        prompted = [find_prompt(self.model, "passage") + text for text in texts]
        with self._lock:
            return [len(ids) for ids in self.model.tokenizer(prompted)["input_ids"]]

    def encode(self, texts: Sequence[str], *, kind: Kind) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension), in the order of the texts."""
        if not texts:
            dimension = self._body.dimension if self._body else self.model.get_embedding_dimension()
            return np.zeros((0, dimension or 0), dtype=np.float32)
        plain = [replace_surrogates(text) for text in texts]
        # One call at a time: torch already uses every core, and a tokenizer is not to be shared between threads.
        with self._lock:
            if len(plain) <= FEW_TEXTS:
                return self.few.encode(plain, kind=kind)
            return self._kernels.encode(plain) if kind == "passage" else self._torch.encode(plain, kind=kind)


class TorchKernel:
    """The model as sentence-transformers runs it, by which every other kernel is judged."""

    name: Backend = "torch"

    def __init__(self, find_model: Callable[[], SentenceTransformer], *, batch_size: int) -> None:
        self._find_model = find_model
        self._batch_size = batch_size

    def encode(self, texts: Sequence[str], *, kind: Kind) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension), in the order of the texts."""
        model = self._find_model()
        encode = model.encode_query if kind == "query" else model.encode_document
        with _limit_threads(1 if len(texts) <= FEW_TEXTS else None):
            found = encode(list(texts), batch_size=self._batch_size, convert_to_tensor=True, show_progress_bar=False)
        vectors = found.float().cpu().numpy().reshape(len(texts), -1)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = vectors / np.maximum(norms, 1e-12)
        return unit


class FewKernel:
    """What encodes queries, and texts while they are few: OpenVINO if it keeps torch's vectors, else torch.

    Opened at the first text, and judged by the probe or, where there is none, by torch.
    """

    def __init__(
        self,
        torch: Kernel,
        open_others: Callable[[Sequence[Backend]], Sequence[Kernel]],
        probe: tuple[str, Vectors] | None,
    ) -> None:
        self._torch = torch
        self._open_others = open_others
        self._probe = probe
        self._chosen: Kernel | None = None

    @property
    def name(self) -> Backend:
        """The name of the kernel that encodes."""
        return self.open().name

    def encode(self, texts: Sequence[str], *, kind: Kind) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension), in the order of the texts."""
        return self.open().encode(texts, kind=kind)

    def open(self) -> Kernel:
        """Return the kernel that encodes, opening it if need be."""
        if self._chosen is None:
            self._chosen = self._torch
            for other in self._open_others(["openvino"]):
                query, vector = self._probe or (PROBE_QUERY, self._torch.encode([PROBE_QUERY], kind="query"))
                if keeps_vectors(other, [query], vector, kind="query"):
                    self._chosen = other
        return self._chosen


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
    """Open the encoder named in the settings; each is opened once in a process.

    Raises
    ------
    EncoderError
        It is not on this machine, or is not a sentence-transformers model.
    """
    name = name_encoder(settings)
    key = (name, settings.backend)
    with _LOCK:
        if key not in _OPEN:
            _OPEN[key] = _open(settings, name)
        return _OPEN[key]


def _open(settings: IndexSettings, name: str) -> SentenceEncoder:
    source = settings.encoder or str(SHIPPED_ENCODER)
    options: dict[str, Any] = {"name": name, "batch_size": settings.batch_size, "backend": settings.backend}
    if settings.encoder or settings.backend == "torch":
        model = load_model(source)
        return SentenceEncoder(lambda: model, **options)
    with refuse_unloadable(partial(_refuse, source)):
        body, probe = read_body(SHIPPED_ENCODER), read_probe(SHIPPED_ENCODER)
        encoder = SentenceEncoder(lambda: load_model(source), body=body, probe=probe, **options)
        assert isinstance(encoder.few, FewKernel)
        encoder.few.open()  # now, so that weights which cannot be read are told of here
    return encoder


def load_model(source: str, **options: Any) -> SentenceTransformer:
    """Load a model from this machine; ``options`` are those of ``load_offline``.

    Raises
    ------
    EncoderError
        It is not on this machine, or is not a sentence-transformers model.
    """
    model = load_offline(_find_class, source, partial(_refuse, source), **options)
    model.max_seq_length = min(model.max_seq_length or 512, 512)
    model.eval()
    return model


def _find_class() -> type[SentenceTransformer]:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer


def _refuse(source: str, reason: str) -> EncoderError:
    return EncoderError(UNLOADABLE.format(source=source, reason=reason))
