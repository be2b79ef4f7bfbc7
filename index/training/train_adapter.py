"""Train the question adapter: one matrix that brings a question's vector nearer to the sentences that answer it.

One step takes 192 questions. The sentences that answer each stand against thousands drawn
from all documents, and against sentences of the documents that some of the questions are
asked of (softmax cross-entropy over the cosines, divided by the temperature). Vectors of
questions and sentences are the encoder's and stay as they are, so that it takes half a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from index.model import Vectors

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question's vector, the rows of the sentences that answer it, and those of the document they stand in."""

    vector: Vectors
    answers: Rows
    document: Rows


@dataclass(frozen=True, slots=True)
class AdapterRecipe:
    """How the adapter is trained; the defaults made the one that ships."""

    questions: int = 192
    drawn: int = 12_000
    of_document: int = 60
    documents: int = 64
    steps: int = 150
    learning_rate: float = 5e-4
    temperature: float = 0.02
    penalty: float = 1e-3
    seed: int = 0


def train_adapter(answered: Sequence[Answered], sentences: Vectors, recipe: AdapterRecipe) -> Vectors:
    """Return the matrix, shape (dimension, dimension), to be added to the identity.

    ``sentences`` are the unit vectors that rows count, shape (rows, dimension).
    """
    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    passages = torch.from_numpy(sentences)
    questions = torch.from_numpy(np.stack([one.vector for one in answered]))
    matrix = torch.nn.Parameter(torch.zeros(sentences.shape[1], sentences.shape[1]))
    optimiser = torch.optim.Adam([matrix], lr=recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, recipe.steps)
    for _ in range(recipe.steps):
        chosen = rng.choice(len(answered), min(recipe.questions, len(answered)), replace=False)
        own = [rng.permutation(answered[i].document)[: recipe.of_document] for i in chosen[: recipe.documents]]
        drawn = rng.choice(len(sentences), min(recipe.drawn, len(sentences)), replace=False)
        rows = np.unique(np.concatenate([drawn, *own, *(answered[i].answers for i in chosen)]))
        right = torch.zeros(len(chosen), len(rows), dtype=torch.bool)
        for place, i in enumerate(chosen):
            right[place, np.searchsorted(rows, answered[i].answers)] = True
        asked = torch.nn.functional.normalize(questions[chosen] + questions[chosen] @ matrix, dim=-1)
        scores = asked @ passages[rows].T / recipe.temperature
        of_right = torch.logsumexp(scores.masked_fill(~right, -torch.inf), 1)
        loss = (torch.logsumexp(scores, 1) - of_right).mean() + recipe.penalty * (matrix**2).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    trained: Vectors = matrix.detach().numpy()
    return trained
