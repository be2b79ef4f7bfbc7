"""A question's vector, turned towards the sentences that answer it: one learned matrix over the encoder that ships.

The encoder knows which texts are alike; an answer is not always like its question, least of
all like one in everyday words. The vector of the question alone is mapped, so that those of
an index stay as they are. ``index.training.train_adapter`` made the matrix.
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np

from corpus.errors import EncoderError
from index.model import Vectors
from index.offline import refuse_unloadable
from index.settings import SHIPPED_ADAPTER

MATRIX = "matrix"
FILE = "model.safetensors"
DAMAGED = "the question adapter {source} cannot be loaded ({reason}); install Wence again"


class QuestionAdapter:
    """Maps unit vectors of questions; ``matrix`` has the shape (dimension, dimension)."""

    def __init__(self, matrix: Vectors) -> None:
        self._matrix = matrix

    def adapt(self, vector: Vectors) -> Vectors:
        """Return the unit vector, shape (dimension,), by which sentences that answer are found."""
        turned = vector + vector @ self._matrix
        adapted: Vectors = (turned / max(float(np.linalg.norm(turned)), 1e-12)).astype(np.float32)
        return adapted


@functools.cache
def open_adapter(encoder: str, folder: Path = SHIPPED_ADAPTER) -> QuestionAdapter | None:
    """Return the adapter that ships, None where ``encoder`` (its name) is another than it was trained for.

    Raises
    ------
    EncoderError
        Its file is missing or damaged.
    """

    def refuse(reason: str) -> EncoderError:
        return EncoderError(DAMAGED.format(source=folder, reason=reason))

    with refuse_unloadable(refuse):
        from safetensors import safe_open

        with safe_open(folder / FILE, "np") as opened:
            facts, matrix = opened.metadata() or {}, opened.get_tensor(MATRIX).astype(np.float32)
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
            raise ValueError("it holds no square matrix of numbers")
    return QuestionAdapter(matrix) if facts.get("encoder") == encoder else None


def save_adapter(matrix: Vectors, encoder: str, folder: Path) -> Path:
    """Write a matrix, fp16, with the name of the encoder that it is for; return the folder."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    save_file({MATRIX: matrix.astype(np.float16)}, folder / FILE, {"format": "np", "encoder": encoder})
    return folder
