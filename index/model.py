"""The values of retrieval: Chunk, Sentence, Hit, and the seams Encoder, Reranker and Retriever."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Kind = Literal["query", "passage"]
Vectors = npt.NDArray[np.float32]
RerankScores = npt.NDArray[np.float32]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is embedded: a clause, or a part of a long one, with its context in front.

    ``text`` is a line that tells its place (title, last heading of the path, label and
    heading), then ``document.text[start:end]``.
    """

    id: str
    clause_id: str
    document_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or one item of an enumeration, inside a clause; offsets in the document's text."""

    clause_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found for a query. ``rank`` counts from 1; ``score`` falls strictly with it."""

    chunk_id: str
    score: float
    rank: int


class Encoder(Protocol):
    """Turns texts into unit vectors of one fixed dimension."""

    name: str

    def encode(self, texts: Sequence[str], *, kind: Kind) -> Vectors:
        """Return float32 unit vectors, shape (len(texts), dimension), in the order of the texts."""
        ...


class Reranker(Protocol):
    """Says how well passages answer a query, having read each together with it.

    ``calibrated``: its scores are on the scale of the fused ones, to which they are added.
    """

    calibrated: bool

    @property
    def name(self) -> str:
        """What identifies its weights."""
        ...

    def score(self, query: str, passages: Sequence[str]) -> RerankScores:
        """Return float32 scores, shape (len(passages),), the higher the better; they compare within one query."""
        ...


class Retriever(Protocol):
    """Finds the chunks that matter for a query."""

    def search(self, query: str, *, k: int, documents: Collection[str] = ()) -> list[Hit]:
        """Return at most ``k`` hits, best first, from the documents named (none named: from all)."""
        ...
