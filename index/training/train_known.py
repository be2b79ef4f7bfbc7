"""Train what known questions are compared by: one matrix under which those with a common answer are near each other.

    python -m index.training.train_known [--folder DIR] [--part NAME]

Reads ``questions.jsonl`` in ``index/models/known``, or in DIR, and writes ``model.safetensors`` beside it; with
``--part`` the follow-ups in the folder of that name there, under the matrix that is there already. The
matrix takes the encoder's vector of a question to fewer dimensions, from their principal
components on, by softmax cross-entropy: each question of a batch stands against all others,
and those that a sentence of its answer answers too are right. A quarter of an hour on two cores.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from index.encoder import open_encoder
from index.known import (
    PARTS,
    QUESTIONS,
    KnownAnswer,
    KnownSentence,
    project_vectors,
    read_known,
    read_projection,
    save_known,
    save_part,
)
from index.model import Encoder, Vectors
from index.settings import SHIPPED_KNOWN, IndexSettings

AT_ONCE = 4
"""Questions encoded at a time: as one that is asked is, in the processor's own precision."""


@dataclass(frozen=True, slots=True)
class KnownRecipe:
    """How the matrix is trained; the defaults made the one that ships."""

    dimension: int = 128
    questions: int = 512
    steps: int = 150
    learning_rate: float = 1e-3
    temperature: float = 0.05
    penalty: float = 0.1
    seed: int = 0


def encode_questions(answers: Sequence[KnownAnswer], encoder: Encoder) -> Vectors:
    """Return the vectors of all questions in order, shape (questions, dimension of the encoder)."""
    return _encode([text for one in answers for text in one.texts], encoder)


def _encode(texts: Sequence[str], encoder: Encoder) -> Vectors:
    parts = [encoder.encode(texts[i : i + AT_ONCE], kind="query") for i in range(0, len(texts), AT_ONCE)]
    return np.concatenate(parts)


def train_projection(answers: Sequence[KnownAnswer], vectors: Vectors, recipe: KnownRecipe) -> Vectors:
    """Return the matrix, shape (dimension of the encoder, dimension)."""
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    owners = np.repeat(np.arange(len(answers)), [len(one.questions) for one in answers])
    alike = _pair_answers(answers)
    asked = torch.from_numpy(vectors)
    components = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)[2]
    begin = torch.from_numpy(components[: recipe.dimension].T.copy())
    matrix = torch.nn.Parameter(begin.clone())
    optimiser = torch.optim.Adam([matrix], lr=recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, recipe.steps)
    for _ in range(recipe.steps):
        chosen = rng.choice(len(vectors), min(recipe.questions, len(vectors)), replace=False)
        right = torch.from_numpy(alike[owners[chosen]][:, owners])
        right[torch.arange(len(chosen)), torch.from_numpy(chosen)] = False
        some = right.any(dim=1)
        turned = torch.nn.functional.normalize(asked @ matrix, dim=-1)
        scores = turned[chosen] @ turned.T / recipe.temperature
        scores[torch.arange(len(chosen)), torch.from_numpy(chosen)] = -torch.inf
        of_right = torch.logsumexp(scores.masked_fill(~right, -torch.inf)[some], 1)
        loss = (torch.logsumexp(scores[some], 1) - of_right).mean()
        loss = loss + recipe.penalty * ((matrix - begin) ** 2).sum() / recipe.dimension
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    trained: Vectors = matrix.detach().numpy()
    return trained


def _pair_answers(answers: Sequence[KnownAnswer]) -> npt.NDArray[np.bool_]:
    """Return which answers have a sentence in common, shape (answers, answers).

    Questions that nothing answers have nothing in common: they only stand against the others.
    """
    by_sentence: dict[tuple[str, KnownSentence], list[int]] = {}
    for number, one in enumerate(answers):
        for sentence in one.sentences:
            by_sentence.setdefault((one.title, sentence), []).append(number)
    alike = np.zeros((len(answers), len(answers)), dtype=np.bool_)
    for numbers in by_sentence.values():
        alike[np.ix_(numbers, numbers)] = True
    return alike


def main() -> None:
    """Read the questions, train, and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--folder", type=Path, default=SHIPPED_KNOWN, help="where the questions lie, and the model goes"
    )
    parser.add_argument("--part", choices=PARTS, help="the follow-ups in this folder there, under the matrix there")
    given = parser.parse_args()
    folder = given.folder / (given.part or "")
    answers, encoder = list(read_known(folder / QUESTIONS)), open_encoder(IndexSettings())
    vectors = encode_questions(answers, encoder)
    if given.part:
        projection = read_projection(given.folder)
        alone = _encode([question for one in answers for question in one.questions], encoder)
        turned, alone = project_vectors(vectors, projection), project_vectors(alone, projection)
        save_part(turned, alone, projection, encoder.name, folder)
    else:
        projection = train_projection(answers, vectors, KnownRecipe())
        save_known(project_vectors(vectors, projection), projection, encoder.name, folder)


if __name__ == "__main__":
    main()
