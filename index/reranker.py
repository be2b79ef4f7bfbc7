"""The reranker: a cross-encoder of sentence-transformers, which reads a question and a passage together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.errors import RerankerError
from index.model import Reranker, RerankScores
from index.offline import load_offline
from index.settings import IndexSettings

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

UNLOADABLE = (
    "the reranker {source} cannot be loaded from this machine ({reason}); put the model's folder on this machine and "
    "set WENCE_INDEX__RERANKER to it, or unset that to search without one"
)
TOKENS_MAX = 512

_SCORING = ("ForSequenceClassification", "ForCausalLM")

_LOCK = threading.Lock()
_OPEN: dict[str, CrossEncoderReranker] = {}


class CrossEncoderReranker:
    """A cross-encoder behind the ``Reranker`` seam; ``name`` is the name or folder as set."""

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

        # Lone surrogates, which tokenizers refuse, become question marks.
        pairs = [
            tuple(text.encode("utf-8", "replace").decode("utf-8") for text in (query, passage)) for passage in passages
        ]
        # One call at a time, as for the encoder.
        with self._lock:
            found: Any = self._model.predict(
                pairs,  # type: ignore[arg-type]
                batch_size=self._batch_size,
                show_progress_bar=False,
                activation_fn=torch.nn.Identity(),
                convert_to_tensor=True,
            )
        scores: RerankScores = found.float().cpu().numpy()
        if not np.isfinite(scores).all():
            raise RerankerError(f"the reranker {self.name} gives scores that are no numbers: set another, or none")
        return scores


def open_reranker(settings: IndexSettings) -> Reranker | None:
    """Load the reranker named in the settings, once in a process; None where none is named.

    Raises
    ------
    RerankerError
        It is not on this machine, or is not a cross-encoder that gives one score.
    """
    if not settings.reranker:
        return None
    with _LOCK:
        if settings.reranker not in _OPEN:
            model = _load_model(settings.reranker)
            _OPEN[settings.reranker] = CrossEncoderReranker(
                model, name=settings.reranker, batch_size=settings.batch_size
            )
        return _OPEN[settings.reranker]


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
