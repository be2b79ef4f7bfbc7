"""The reranker: the one that ships, or a cross-encoder of sentence-transformers by name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.errors import RerankerError
from index.body import WEIGHTS
from index.joint_reranker import DAMAGED, NO_NUMBERS, UNLOADABLE, JointReranker
from index.kernels import replace_surrogates
from index.model import Reranker, RerankScores
from index.offline import load_offline
from index.settings import SHIPPED_ENCODER, SHIPPED_READER, SHIPPED_RERANKER, Backend, IndexSettings

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

NONE = "none"
"""In the settings: search without one."""
TOKENS_MAX = 512

_SCORING = ("ForSequenceClassification", "ForCausalLM")

_LOCK = threading.Lock()
_OPEN: dict[tuple[str, Backend], Reranker] = {}


class CrossEncoderReranker:
    """A cross-encoder behind the ``Reranker`` seam; ``name`` is the name or folder as set."""

    calibrated = False

    def __init__(self, model: CrossEncoder, *, name: str, batch_size: int) -> None:
        self.name = name
        self._model = model
        self._batch_size = batch_size
        self._lock = threading.Lock()

    def score(self, query: str, passages: Sequence[str]) -> RerankScores:
        """Return float32 scores, shape (len(passages),): the higher, the better a passage answers the query.

        Raises
        ------
        RerankerError
            A score is no number: the model is damaged.
        """
        if not passages:
            return np.zeros(0, dtype=np.float32)
        import torch

        pairs = [(replace_surrogates(query), replace_surrogates(passage)) for passage in passages]
        # One call at a time, as for the encoder.
        with self._lock:
            found: Any = self._model.predict(
                pairs,
                batch_size=self._batch_size,
                show_progress_bar=False,
                activation_fn=torch.nn.Identity(),
                convert_to_tensor=True,
            )
        scores: RerankScores = found.float().cpu().numpy()
        if not np.isfinite(scores).all():
            raise RerankerError(NO_NUMBERS.format(name=self.name))
        return scores


def open_reranker(settings: IndexSettings) -> Reranker | None:
    """Return the reranker that the settings name, one in a process; None where they say so.

    The one that ships is loaded when it is first needed.

    Raises
    ------
    RerankerError
        The one named is not on this machine, or is not a cross-encoder that gives one score.
    """
    if settings.reranker == NONE:
        return None
    with _LOCK:
        key = settings.reranker, settings.backend
        if key not in _OPEN:
            _OPEN[key] = _open(settings)
        return _OPEN[key]


def open_reader(settings: IndexSettings) -> Reranker:
    """Return the model that reads a question and a sentence, one in a process, loaded when it is first needed."""
    with _LOCK:
        key = str(SHIPPED_READER), settings.backend
        if key not in _OPEN:
            _OPEN[key] = JointReranker(SHIPPED_ENCODER, SHIPPED_READER, backend=settings.backend, unloadable=DAMAGED)
        return _OPEN[key]


def _open(settings: IndexSettings) -> Reranker:
    if not settings.reranker:
        return JointReranker(SHIPPED_ENCODER, SHIPPED_RERANKER, backend=settings.backend)
    folder = Path(settings.reranker)
    # Weights without a configuration are what index.training writes.
    if (folder / WEIGHTS).exists() and not (folder / "config.json").exists():
        ours = JointReranker(SHIPPED_ENCODER, folder, backend=settings.backend)
        ours.load()
        return ours
    model = _load_model(settings.reranker)
    return CrossEncoderReranker(model, name=settings.reranker, batch_size=settings.batch_size)


def _load_model(source: str) -> CrossEncoder:
    def refuse(reason: str) -> RerankerError:
        return RerankerError(UNLOADABLE.format(source=source, reason=reason))

    model = load_offline(_find_class, source, refuse)
    names = getattr(model.config, "architectures", None) or [""]
    # An encoder, or a bare body, would be given a head with weights drawn at random.
    if len(model) == 1 and not names[0].endswith(_SCORING):
        raise refuse(f"it is a {names[0] or 'model'} that does not score pairs, not a cross-encoder")
    if model.num_labels != 1:
        raise refuse(f"it gives {model.num_labels} scores for a passage, and one is wanted")
    model.max_seq_length = min(model.max_seq_length or TOKENS_MAX, TOKENS_MAX)
    model.eval()
    return model


def _find_class() -> Callable[..., CrossEncoder]:
    from sentence_transformers import CrossEncoder as Found

    found: Callable[..., CrossEncoder] = Found
    return found
