"""Fine-tune the encoder on lay questions, and on questions made from every article.

One step takes sixteen judged questions with an article that answers each and two hard
negatives, and twelve made questions (``pseudo_questions``) with their articles. Every
passage of the batch that is not known to be relevant to a question is a negative for it
(InfoNCE: van den Oord, Li and Vinyals, 2018). Half of the passages are shown without
their title: a law's name alone must not make an article relevant.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from index.training.negatives import NegativePool
from index.training.pseudo_questions import write_question
from index.training.statutes import SEED, Statutes
from index.training.tuning import Log, MasterAdamW, embed, freeze_lower, load_body, save_run, tokenise

QUERY_TOKENS = 64
PASSAGE_TOKENS = 128


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """How the encoder is trained in one round; the defaults are those of the first."""

    questions: int = 16
    negatives: int = 2
    made_questions: int = 12
    epochs: float = 2.5
    learning_rate: float = 5e-5
    temperature: float = 0.02
    frozen_layers: int = 6
    title_share: float = 0.5
    seed: int = SEED


ROUNDS = (
    EncoderRecipe(),
    EncoderRecipe(made_questions=8, epochs=5.0, learning_rate=1e-4, frozen_layers=4),
)
"""The rounds that made the encoder that ships. The second draws its negatives by what the first found hard."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Queries and passages; passage n answers query n, the rest are negatives.

    ``rows`` are the passages' articles, ``relevant`` the articles known to be relevant to each query.
    """

    queries: list[str]
    passages: list[str]
    rows: list[int]
    relevant: list[frozenset[int]]


def train_encoder(
    statutes: Statutes, training: Sequence[int], pool: NegativePool, start: Path, out: Path, recipe: EncoderRecipe
) -> Path:
    """Train on the questions ``training``, starting from the folder ``start``; return the file of trained weights.

    The file holds the layers that were trained, fp16, by the names of transformers' BertModel.
    """
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    log = Log()
    model, tokenizer = load_body(start)
    freeze_lower(model, recipe.frozen_layers)
    model.train()
    pairs = [(i, row) for i in training for row in sorted(statutes.relevant[i])]
    steps = int(recipe.epochs * (len(pairs) // recipe.questions))
    optimiser = MasterAdamW(dict(model.named_parameters()), learning_rate=recipe.learning_rate, steps=steps)
    mean = 0.0
    for step, batch in zip(range(1, steps + 1), make_batches(statutes, pairs, pool, recipe, rng), strict=False):
        queries = tokenise(tokenizer, [f"query: {text}" for text in batch.queries], QUERY_TOKENS)
        passages = tokenise(tokenizer, [f"passage: {text}" for text in batch.passages], PASSAGE_TOKENS)
        pad_id = tokenizer.pad_token_id
        loss = contrast(embed(model, queries, pad_id), embed(model, passages, pad_id), batch, recipe.temperature)
        loss.backward()
        optimiser.step()
        mean += (float(loss.detach()) - mean) / min(step, 20)
        if step % 10 == 0:
            log.say(f"encoder: step {step}/{steps}, loss {mean:.4f}")
    return save_run(optimiser.trained(), out, recipe)


def make_batches(
    statutes: Statutes, pairs: Sequence[tuple[int, int]], pool: NegativePool, recipe: EncoderRecipe, rng: random.Random
) -> Iterator[Batch]:
    """Yield batches without end; each epoch takes the pairs of question and article in a new order."""

    def show(row: int, body: str) -> str:
        return f"{statutes.titles[row]}\n{body}" if rng.random() < recipe.title_share else body

    order = list(pairs)
    while True:
        rng.shuffle(order)
        for begin in range(0, len(order) - recipe.questions + 1, recipe.questions):
            chosen = order[begin : begin + recipe.questions]
            batch = Batch(
                [statutes.queries[i] for i, _ in chosen],
                [show(row, statutes.bodies[row]) for _, row in chosen],
                [row for _, row in chosen],
                [statutes.relevant[i] for i, _ in chosen],
            )
            negatives = [row for i, _ in chosen for row in pool.draw(i, recipe.negatives, rng)]
            for row, question, shown in list(draw_made_questions(statutes, recipe.made_questions, rng)):
                batch.queries.append(question)
                batch.passages.append(show(row, shown))
                batch.rows.append(row)
                batch.relevant.append(frozenset({row}))
            batch.rows.extend(negatives)
            batch.passages.extend(show(row, statutes.bodies[row]) for row in negatives)
            yield batch


def draw_made_questions(statutes: Statutes, count: int, rng: random.Random) -> Iterator[tuple[int, str, str]]:
    """Yield articles drawn at random: row, a question made from it, and its words as shown with that question."""
    while count:
        row = rng.randrange(len(statutes.bodies))
        made = write_question(statutes.bodies[row], rng)
        if made:
            yield row, *made
            count -= 1


def contrast(queries: Any, passages: Any, batch: Batch, temperature: float) -> Any:
    """Return the mean cross-entropy of each query's own passage, other relevant ones left out of the sum."""
    scores = queries @ passages.T / temperature
    hidden = [
        [n != m and row in relevant for m, row in enumerate(batch.rows)] for n, relevant in enumerate(batch.relevant)
    ]
    scores = scores.masked_fill(torch.tensor(hidden), -1e4)
    return torch.nn.functional.cross_entropy(scores, torch.arange(len(batch.queries)))
