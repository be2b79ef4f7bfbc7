"""An encoder that cannot lie, and small homes for it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from index.ingest import ingest_documents
from index.model import Vectors
from index.settings import IndexSettings

SETTINGS = IndexSettings()
DIMENSION = 64
LAW = "甲法\n\n第一条　为了保证食品安全，制定本法。\n第二条　经营者应当备案。经营者不得转让许可。\n"
POLICY = "乙意见\n\n（一）加强标准建设\n推动标准提升。\n（二）完善召回制度\n缺陷产品应当召回。\n"


class BigramEncoder:
    """The sum of a vector for each pair of neighbouring characters, made from the pair's hash.

    The same text has the same vector, and texts that share pairs are alike.
    """

    def __init__(self, name: str = "bigrams", dimension: int = DIMENSION, salt: str = "") -> None:
        self.name = name
        self.encoded: list[tuple[str, str]] = []
        self._dimension = dimension
        self._salt = salt

    def encode(self, texts: Sequence[str], *, kind: Literal["query", "passage"]) -> Vectors:
        self.encoded.extend((kind, text) for text in texts)
        rows = np.array([self._add_pairs(text) for text in texts], dtype=np.float32).reshape(-1, self._dimension)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def _add_pairs(self, text: str) -> Vectors:
        marked = f"^{text}$"
        return np.sum([self._hash(marked[i : i + 2]) for i in range(len(marked) - 1)], axis=0)

    def _hash(self, pair: str) -> Vectors:
        digest = hashlib.shake_128((self._salt + pair).encode("utf-8", "surrogatepass")).digest(self._dimension)
        return np.frombuffer(digest, dtype=np.uint8).astype(np.float32) - 127.5


def write_file(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def fill_home(home: Path, *paths: Path) -> None:
    ingest_documents(home, paths, SETTINGS, encoder=BigramEncoder())
