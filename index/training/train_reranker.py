"""Train the reranker: to tell the article that answers from those that search ranks beside it.

One step takes eight judged questions and two made ones, each with an article that answers
it and nine of its best candidates (of a made question, of the articles most like its own),
and raises the first among the ten (softmax cross-entropy over the list). Of judged
questions the fused scores of search are added, as they are when the reranker is used, so
that it learns what search does not know.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from index.joint import JointModel
from index.joint_reranker import PASSAGE_TOKENS, PRODUCT_SHARE, QUESTION_TOKENS
from index.training.candidates import Ranked
from index.training.statutes import SEED, Statutes
from index.training.train_encoder import draw_made_questions
from index.training.tuning import Log, MasterAdamW, freeze_lower, load_body, pad, restore_order, save_run, tokenise

NEIGHBOURS = 50
"""Among how many articles most like its own the negatives of a made question are drawn."""
UNRANKED = 100
"""An article that search does not find has the score of the candidate of this rank."""


@dataclass(frozen=True, slots=True)
class RerankerRecipe:
    """How the reranker is trained; the defaults made the one that ships."""

    apart: int = 6
    questions: int = 8
    made_questions: int = 2
    negatives: int = 9
    depth: int = 50
    steps: int = 360
    schedule: int = 480
    """Over so many steps the rate would fall to nothing; the last quarter is not run."""
    learning_rate: float = 8e-5
    title_share: float = 0.8
    temperature: float = 0.02
    fused_weight: float = 2.5
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with its passages, the one that answers first, and what search gives each of them."""

    query: str
    passages: list[str]
    fused: list[float]


def train_reranker(
    statutes: Statutes,
    ranked: Mapping[int, Ranked],
    vectors: Any,
    start: Path,
    out: Path,
    recipe: RerankerRecipe,
) -> Path:
    """Train on the questions of ``ranked``, from the encoder in ``start``; return the file of trained weights.

    ``ranked`` has each question's candidates in search; ``vectors``, shape (articles,
    dimension), choose the negatives of made questions.
    """
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    log = Log()
    body, tokenizer = load_body(start)
    freeze_lower(body, recipe.apart)
    model = JointModel(body, apart=recipe.apart)
    model.train()
    optimiser = MasterAdamW(dict(model.named_parameters()), learning_rate=recipe.learning_rate, steps=recipe.schedule)
    mean = 0.0
    for step in range(1, recipe.steps + 1):
        choices = draw_choices(statutes, ranked, vectors, recipe, rng)
        features = read_choices(model, tokenizer, [(choice.query, choice.passages) for choice in choices])
        fused = torch.tensor([choice.fused for choice in choices])
        scores = weigh(features).view(fused.shape) / recipe.temperature + recipe.fused_weight * fused
        loss = torch.nn.functional.cross_entropy(scores, torch.zeros(len(choices), dtype=torch.long))
        loss.backward()
        optimiser.step()
        mean += (float(loss.detach()) - mean) / min(step, 25)
        if step % 10 == 0:
            log.say(f"reranker: step {step}/{recipe.steps}, loss {mean:.4f}")
    return save_run(optimiser.trained(), out, recipe)


def weigh(features: Any) -> Any:
    """Return the scores of features as ``JointModel`` gives them, shape (pairs,)."""
    return features[:, 0] + PRODUCT_SHARE * features[:, 1]


def read_choices(model: JointModel, tokenizer: Any, asked: Sequence[tuple[str, Sequence[str]]], block: int = 20) -> Any:
    """Return the features of every passage, question by question; passages of like length run together."""
    queries = tokenise(tokenizer, [f"query: {query}" for query, _ in asked], QUESTION_TOKENS)
    passages = tokenise(tokenizer, [f"passage: {text}" for _, texts in asked for text in texts], PASSAGE_TOKENS)
    owners = [n for n, (_, texts) in enumerate(asked) for _ in texts]
    question_ids, question_mask = pad(queries, tokenizer.pad_token_id)
    states = model.read_apart(question_ids, question_mask)
    order = sorted(range(len(passages)), key=lambda i: len(passages[i]))
    parts = []
    for begin in range(0, len(order), block):
        chosen = order[begin : begin + block]
        of = [owners[i] for i in chosen]
        longest = max(len(queries[n]) for n in of)
        ids, mask = pad([passages[i] for i in chosen], tokenizer.pad_token_id)
        parts.append(
            model.read_together(states[of, :longest], question_mask[of, :longest], model.read_apart(ids, mask), mask)
        )
    return restore_order(torch.cat(parts), order)


def draw_choices(
    statutes: Statutes, ranked: Mapping[int, Ranked], vectors: Any, recipe: RerankerRecipe, rng: random.Random
) -> list[Choice]:
    """Draw the questions of one step. Better candidates are drawn more often, and every third answers another."""

    def show(row: int, body: str, titled: bool) -> str:
        return f"{statutes.titles[row]}\n{body}" if titled else body

    questions = list(ranked)
    labelled = {row for i in questions for row in statutes.relevant[i]}
    choices = []
    for i in rng.choices(questions, k=recipe.questions):
        rows, scores = ranked[i]
        found = dict(zip(rows.tolist(), scores.tolist(), strict=True))
        own = rng.choice(sorted(statutes.relevant[i]))
        negatives = draw_negatives(
            [row for row in rows[: recipe.depth].tolist() if row not in statutes.relevant[i]], labelled, recipe, rng
        )
        titled = rng.random() < recipe.title_share
        least = float(scores[min(UNRANKED, len(scores) - 1)])
        shown = [own, *negatives]
        passages = [show(row, statutes.bodies[row], titled) for row in shown]
        choices.append(Choice(statutes.queries[i], passages, [found.get(row, least) for row in shown]))
    for row, question, words in draw_made_questions(statutes, recipe.made_questions, rng):
        like = vectors @ vectors[row]
        like[row] = -1.0
        nearest = rng.sample(np.argpartition(-like, NEIGHBOURS)[:NEIGHBOURS].tolist(), recipe.negatives)
        titled = rng.random() < recipe.title_share
        passages = [show(row, words, titled), *(show(other, statutes.bodies[other], titled) for other in nearest)]
        choices.append(Choice(question, passages, [0.0] * len(passages)))
    return choices


def draw_negatives(near: Sequence[int], labelled: set[int], recipe: RerankerRecipe, rng: random.Random) -> list[int]:
    """Draw candidates that do not answer, best first in ``near``: better ones more often, each once.

    Every third is one that answers another training question, where there is one: else what
    is learned is which articles are asked about.
    """
    weights = [1 / (3 + rank) for rank in range(len(near))]
    drawn: list[int] = []
    while len(drawn) < min(recipe.negatives, len(near)):
        [row] = rng.choices(near, weights)
        if row not in drawn:
            drawn.append(row)
    popular = [row for row in near if row in labelled and row not in drawn]
    for place in range(0, len(drawn), 3):
        if popular:
            drawn[place] = popular.pop(rng.randrange(len(popular)))
    return drawn
