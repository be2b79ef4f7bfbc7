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
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import EncoderError
from index.model import Vectors
from index.offline import refuse_unloadable
from index.settings import SHIPPED_KNOWN

QUESTIONS = "questions.jsonl"
FILE = "model.safetensors"
PARTS = ("follow_ups", "more_follow_ups")
"""Folders of known follow-ups, the later ones in one of their own; their vectors are made under the others' matrix."""
VECTORS, PROJECTION, ALONE = "vectors", "projection", "alone"
DAMAGED = "the known questions {source} cannot be loaded ({reason}); install Wence again"
OWN = 0.65
"""What the likeness of follow-ups alone counts beside that of them with the questions before, which are longer.

On 159 follow-ups, known ones of other writers lead to the right clause first for 0.54 with 0, 0.65 with 0.5."""
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
    ``before`` are the questions that these follow, one for each, or none: then each stands alone.
    """

    title: str
    sentences: tuple[KnownSentence, ...]
    questions: tuple[str, ...]
    before: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Each question as a follow-up is searched: behind it the one that it follows."""
        return tuple(map(" ".join, zip(self.questions, self.before, strict=True))) if self.before else self.questions


@dataclass(frozen=True, slots=True)
class Leaning:
    """The vectors of a follow-up by itself, and of the question ``before`` it."""

    alone: Vectors
    before: Vectors


class KnownQuestions:
    """The known questions of some documents, by their vectors.

    ``vectors`` has the shape (questions, dimension), unit rows, in the order of the
    texts of ``answers``; ``projection`` turns an encoder's vector of a question into that
    space. The last of them may be follow-ups: ``alone`` has their vectors without the
    question before.
    """

    def __init__(
        self, answers: Sequence[KnownAnswer], vectors: Vectors, projection: Vectors, alone: Vectors | None = None
    ) -> None:
        self.answers = tuple(answers)
        self._vectors = vectors
        self._alone = np.zeros((0, vectors.shape[1]), dtype=np.float32) if alone is None else alone
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
        self, vector: Vectors, titles: Collection[str], k: int, *, leaning: Leaning | None = None
    ) -> list[tuple[KnownAnswer, str, float]]:
        """Return the answers of the known questions nearest to a question, each with that one and the cosine.

        Nearest first, of documents called one of ``titles``: the ``k`` nearest that are answered, and
        the ``k`` nearest that are not. An answer comes as often as its questions do.
        ``vector`` is of a follow-up with the question before it, where ``leaning`` tells of
        both: then likeness to the follow-up alone counts too, and those nearer to the
        question before are what that one asked, and do not count.
        """
        wanted = np.zeros(len(self._titles), dtype=np.bool_)
        wanted[[self._titles[title] for title in titles if title in self._titles]] = True
        kept = wanted[self._title_of]
        if not kept.any() or k < 1:
            return []
        [asked] = project_vectors(vector[None], self._projection)
        cosines: Vectors = self._vectors @ asked
        if leaning is not None:
            alone, before = project_vectors(np.stack([leaning.alone, leaning.before]), self._projection)
            others = len(self._vectors) - len(self._alone)
            kept[:others] &= cosines[:others] >= self._vectors[:others] @ before
            own = np.concatenate([self._vectors[:others] @ alone, self._alone @ alone])
            cosines = ((cosines + OWN * own) / (1 + OWN)).astype(np.float32)
        nearest = [_take_largest(cosines, np.flatnonzero(kept & kind), k) for kind in (self._answered, ~self._answered)]
        rows = np.concatenate(nearest)
        found = []
        for row in rows[np.argsort(-cosines[rows], kind="stable")].tolist():
            owner = self._owners[row]
            answer = self.answers[owner]
            found.append((answer, answer.texts[row - self._first[owner]], float(cosines[row])))
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
    """Yield what a file holds: JSON Lines of ``title``, ``sentences`` [[number of the clause, text]], ``questions``.

    Where these are follow-ups, ``before`` has the question that each follows.
    """
    for line in path.read_text("utf-8").splitlines():
        given = json.loads(line)
        sentences = tuple(KnownSentence(number, text) for number, text in given["sentences"])
        yield KnownAnswer(given["title"], sentences, tuple(given["questions"]), tuple(given.get("before", ())))


@functools.cache
def open_known(encoder: str, folder: Path = SHIPPED_KNOWN) -> KnownQuestions | None:
    """Return the known questions that ship, None where ``encoder`` (its name) did not make their vectors.

    They are those of ``folder`` and of the parts in it (``PARTS``) that are there.

    Raises
    ------
    EncoderError
        A file of them is missing or damaged, or they do not belong together.
    """

    def refuse(reason: str) -> EncoderError:
        return EncoderError(DAMAGED.format(source=folder, reason=reason))

    with refuse_unloadable(refuse):
        projection = read_projection(folder)
        if not np.isfinite(projection).all():
            raise ValueError("it holds what is no number")
        answers: list[KnownAnswer] = []
        kept: dict[str, list[Vectors]] = {VECTORS: [], ALONE: []}
        for part in (folder, *(folder / name for name in PARTS)):
            if part != folder and not part.exists():
                continue
            facts, tensors = _read_vectors(part)
            if facts.get("questions") != hash_questions(part):
                raise ValueError("the vectors are of other questions")
            if part != folder and facts.get("projection") != _hash(projection):
                raise ValueError("the vectors were made under another matrix")
            if facts.get("encoder") != encoder:
                return None
            answers += read_known(part / QUESTIONS)
            for name, vectors in tensors.items():
                kept[name].append(_normalise(vectors))
        alone = np.concatenate(kept[ALONE]) if kept[ALONE] else None
        return KnownQuestions(answers, np.concatenate(kept[VECTORS]), projection, alone)


def read_projection(folder: Path) -> Vectors:
    """Return the matrix that lies in a folder, shape (dimension of the encoder, dimension)."""
    from safetensors import safe_open

    with safe_open(folder / FILE, "np") as opened:
        kept: Vectors = opened.get_tensor(PROJECTION).astype(np.float32)
    return kept


def save_known(vectors: Vectors, projection: Vectors, encoder: str, folder: Path) -> None:
    """Write the projected vectors, int8, of the questions that lie in ``folder``, with the name of their encoder."""
    _save({VECTORS: _round(vectors), PROJECTION: projection.astype(np.float16)}, {}, encoder, folder)


def save_part(vectors: Vectors, alone: Vectors, projection: Vectors, encoder: str, folder: Path) -> None:
    """Write the projected vectors of follow-ups, with the questions before them and ``alone``, for others' matrix."""
    _save({VECTORS: _round(vectors), ALONE: _round(alone)}, {"projection": _hash(projection)}, encoder, folder)


def _save(tensors: dict[str, npt.NDArray[Any]], facts: dict[str, str], encoder: str, folder: Path) -> None:
    from safetensors.numpy import save_file

    facts = {"format": "np", "encoder": encoder, "questions": hash_questions(folder), **facts}
    save_file(tensors, folder / FILE, facts)


def _round(vectors: Vectors) -> npt.NDArray[np.int8]:
    scale = _STEPS / np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    rounded: npt.NDArray[np.int8] = np.rint(vectors * scale).astype(np.int8)
    return rounded


def hash_questions(folder: Path) -> str:
    """Return the SHA-256 of the file of questions."""
    return hashlib.sha256((folder / QUESTIONS).read_bytes()).hexdigest()


def _read_vectors(folder: Path) -> tuple[dict[str, str], dict[str, npt.NDArray[np.int8]]]:
    from safetensors import safe_open

    with safe_open(folder / FILE, "np") as opened:
        names = [name for name in (VECTORS, ALONE) if name in opened.keys()]  # noqa: SIM118 - it is no dict
        return opened.metadata() or {}, {name: opened.get_tensor(name) for name in names}


def _hash(projection: Vectors) -> str:
    return hashlib.sha256(projection.tobytes()).hexdigest()


def _normalise(kept: npt.NDArray[np.int8]) -> Vectors:
    vectors = kept.astype(np.float32)
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit
