"""Known questions: questions written beforehand with the sentences that answer them, and how near another is to them.

A question in everyday words shares little with the clause that answers it, and often much
with other questions that the same clause answers (expansion of documents by their questions;
Nogueira et al., doc2query, 2019). Those that ship are of the documents that ship:
``models/known/README.md``. A known question is tied to words, not to an id: to its document's
name and to the sentences that answer it, so that it serves every copy in which these stand.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.errors import EncoderError
from index.model import Vectors
from index.offline import refuse_unloadable
from index.settings import SHIPPED_KNOWN

QUESTIONS = "questions.jsonl"
FILE = "model.safetensors"
VECTORS, PROJECTION = "vectors", "projection"
DAMAGED = "the known questions {source} cannot be loaded ({reason}); install Wence again"
_STEPS = 127


@dataclass(frozen=True, slots=True)
class KnownSentence:
    """A sentence, verbatim, with the number of its clause in the document that the question was written for."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """Sentences of the document called ``title`` (``corpus.names.name_versions``), and what they answer together.

    With no sentences, questions that the document does not answer, near as they come to it.
    """

    title: str
    sentences: tuple[KnownSentence, ...]
    questions: tuple[str, ...]


class KnownQuestions:
    """The known questions of some documents, by their vectors.

    ``vectors`` has the shape (questions, dimension), unit rows, in the order of the
    questions of ``answers``; ``projection`` turns an encoder's vector of a question into
    that space.
    """

    def __init__(self, answers: Sequence[KnownAnswer], vectors: Vectors, projection: Vectors) -> None:
        self.answers = tuple(answers)
        self._vectors = vectors
        self._projection = projection
        counts = [len(one.questions) for one in answers]
        self._owners = np.repeat(np.arange(len(answers)), counts)
        self._first = np.cumsum([0, *counts])
        if len(self._owners) != len(vectors):
            raise ValueError(f"{len(vectors)} vectors of {len(self._owners)} questions")
        titles = sorted({one.title for one in answers})
        self._titles = {title: number for number, title in enumerate(titles)}
        self._title_of = np.array([self._titles[one.title] for one in answers], dtype=np.int64)[self._owners]
        self._answered = np.array([bool(one.sentences) for one in answers], dtype=np.bool_)[self._owners]

    def find_nearest(
        self, vector: Vectors, titles: Collection[str], k: int, *, before: Vectors | None = None
    ) -> list[tuple[KnownAnswer, str, float]]:
        """Return the answers of the known questions nearest to a question, each with that one and the cosine.

        Nearest first, of documents called one of ``titles``: the ``k`` nearest that are answered, and
        the ``k`` nearest that are not. An answer comes as often as its questions do. Those
        nearer to the question ``before`` are what that one asked, and do not count.
        """
        wanted = np.zeros(len(self._titles), dtype=np.bool_)
        wanted[[self._titles[title] for title in titles if title in self._titles]] = True
        kept = wanted[self._title_of]
        if not kept.any() or k < 1:
            return []
        cosines = self._vectors @ project_vectors(vector[None], self._projection)[0]
        if before is not None:
            kept &= cosines >= self._vectors @ project_vectors(before[None], self._projection)[0]
        nearest = [_take_largest(cosines, np.flatnonzero(kept & kind), k) for kind in (self._answered, ~self._answered)]
        rows = np.concatenate(nearest)
        found = []
        for row in rows[np.argsort(-cosines[rows], kind="stable")].tolist():
            owner = self._owners[row]
            answer = self.answers[owner]
            found.append((answer, answer.questions[row - self._first[owner]], float(cosines[row])))
        return found


def _take_largest(values: Vectors, rows: npt.NDArray[np.int64], k: int) -> npt.NDArray[np.int64]:
    """Return the ``k`` of ``rows`` whose values are largest, in the order of the rows."""
    if k >= rows.size:
        return rows
    return np.sort(rows[np.argpartition(-values[rows], k)[:k]])


def project_vectors(vectors: Vectors, projection: Vectors) -> Vectors:
    """Return unit rows, shape (rows, dimension of the projection)."""
    turned = vectors @ projection
    lengths = np.linalg.norm(turned, axis=1, keepdims=True)
    unit: Vectors = (turned / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def read_known(path: Path) -> Iterator[KnownAnswer]:
    """Yield what a file holds: JSON Lines of ``title``, ``sentences`` [[number of the clause, text]], ``questions``."""
    for line in path.read_text("utf-8").splitlines():
        given = json.loads(line)
        sentences = tuple(KnownSentence(number, text) for number, text in given["sentences"])
        yield KnownAnswer(given["title"], sentences, tuple(given["questions"]))


@functools.cache
def open_known(encoder: str, folder: Path = SHIPPED_KNOWN) -> KnownQuestions | None:
    """Return the known questions that ship, None where ``encoder`` (its name) did not make their vectors.

    Raises
    ------
    EncoderError
        A file of them is missing or damaged, or they do not belong together.
    """

    def refuse(reason: str) -> EncoderError:
        return EncoderError(DAMAGED.format(source=folder, reason=reason))

    with refuse_unloadable(refuse):
        from safetensors import safe_open

        with safe_open(folder / FILE, "np") as opened:
            facts = opened.metadata() or {}
            kept, projection = opened.get_tensor(VECTORS), opened.get_tensor(PROJECTION).astype(np.float32)
        if facts.get("questions") != hash_questions(folder):
            raise ValueError("the vectors are of other questions")
        if not np.isfinite(projection).all():
            raise ValueError("it holds what is no number")
        if facts.get("encoder") != encoder:
            return None
        return KnownQuestions(list(read_known(folder / QUESTIONS)), _normalise(kept), projection)


def save_known(vectors: Vectors, projection: Vectors, encoder: str, folder: Path) -> None:
    """Write the projected vectors, int8, of the questions that lie in ``folder``, with the name of their encoder."""
    from safetensors.numpy import save_file

    scale = _STEPS / np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    kept = np.rint(vectors * scale).astype(np.int8)
    facts = {"format": "np", "encoder": encoder, "questions": hash_questions(folder)}
    save_file({VECTORS: kept, PROJECTION: projection.astype(np.float16)}, folder / FILE, facts)


def hash_questions(folder: Path) -> str:
    """Return the SHA-256 of the file of questions."""
    return hashlib.sha256((folder / QUESTIONS).read_bytes()).hexdigest()


def _normalise(kept: npt.NDArray[np.int8]) -> Vectors:
    vectors = kept.astype(np.float32)
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit
