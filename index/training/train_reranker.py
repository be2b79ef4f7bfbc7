"""Train the reranker: a cross-encoder of the encoder's lower layers, to put the answering article first.

One step takes eight judged questions and four made ones, each with the article that
answers it and seven that the encoder ranks high, and raises the first among the eight
(softmax cross-entropy over the list). Every second negative is an article that answers
another training question, as for the encoder (``negatives``).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from index.training.held_out import Score
from index.training.statutes import SEED, Statutes
from index.training.train_encoder import draw_made_questions
from index.training.tuning import Log, MasterAdamW, load_body, pad, restore_order, save_run

QUERY_TOKENS = 48
PASSAGE_TOKENS = 112
NEIGHBOURS = 30
"""Among how many articles most like its own the negatives of a made question are drawn."""

Group = tuple[str, list[str]]
"""A question, and its passages: the one that answers first."""


@dataclass(frozen=True, slots=True)
class RerankerRecipe:
    """How the reranker is trained; the defaults made the one that ships."""

    layers: int = 6
    questions: int = 8
    made_questions: int = 4
    negatives: int = 7
    depth: int = 50
    epochs: float = 2.5
    learning_rate: float = 1e-4
    title_share: float = 0.7
    seed: int = SEED


class CrossEncoder(torch.nn.Module):
    """The body over a question and a passage, and one number from its first token.

    The modules are those of transformers' BertForSequenceClassification with one label.
    """

    def __init__(self, body: Any) -> None:
        super().__init__()
        width = body.config.hidden_size
        self.bert = body
        self.dense = torch.nn.Linear(width, width).to(torch.bfloat16)
        self.classifier = torch.nn.Linear(width, 1).to(torch.bfloat16)

    def forward(self, ids: Any, mask: Any) -> Any:
        """Return one score a pair, float32, shape (pairs,)."""
        first = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state[:, 0]
        return self.classifier(torch.tanh(self.dense(first))).float().squeeze(-1)


def train_reranker(
    statutes: Statutes,
    training: Sequence[int],
    vectors: Any,
    queries: Any,
    start: Path,
    out: Path,
    recipe: RerankerRecipe,
) -> Path:
    """Train on the questions ``training``, from the encoder in ``start``; return the file of trained weights.

    ``vectors``, shape (articles, dimension), and ``queries``, shape (questions,
    dimension), are the encoder's, and choose the negatives.
    """
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    log = Log()
    candidates = {i: np.argsort(-(vectors @ queries[i]))[: recipe.depth].tolist() for i in training}
    body, tokenizer = load_body(start, layers=recipe.layers)
    model = CrossEncoder(body)
    model.train()
    pairs = [(i, row) for i in training for row in sorted(statutes.relevant[i])]
    steps = int(recipe.epochs * (len(pairs) // recipe.questions))
    optimiser = MasterAdamW(dict(model.named_parameters()), learning_rate=recipe.learning_rate, steps=steps)
    mean = 0.0
    groups = make_groups(statutes, pairs, candidates, vectors, recipe, rng)
    for step, batch in zip(range(1, steps + 1), groups, strict=False):
        joined = join_pairs(tokenizer, [(query, passage) for query, passages in batch for passage in passages])
        scores = score_pairs(model, joined, tokenizer.pad_token_id).view(len(batch), 1 + recipe.negatives)
        loss = torch.nn.functional.cross_entropy(scores, torch.zeros(len(batch), dtype=torch.long))
        loss.backward()
        optimiser.step()
        mean += (float(loss.detach()) - mean) / min(step, 20)
        if step % 10 == 0:
            log.say(f"reranker: step {step}/{steps}, loss {mean:.4f}")
    return save_run(optimiser.trained(), out, recipe)


def load_scorer(start: Path, trained: Path) -> Score:
    """Return what scores passages for a question with the weights of ``train_reranker``."""
    from safetensors.torch import load_file

    weights = load_file(trained)
    layers = len({name.split(".")[3] for name in weights if name.startswith("bert.encoder.layer.")})
    body, tokenizer = load_body(start, layers=layers)
    model = CrossEncoder(body)
    model.load_state_dict(weights)
    model.eval()

    def score(query: str, passages: Sequence[str]) -> list[float]:
        with torch.inference_mode():
            joined = join_pairs(tokenizer, [(query, passage) for passage in passages])
            scores: list[float] = score_pairs(model, joined, tokenizer.pad_token_id).tolist()
        return scores

    return score


def join_pairs(tokenizer: Any, pairs: Sequence[tuple[str, str]]) -> list[list[int]]:
    """Return the token ids of ``<s> question </s> passage </s>`` for each pair."""
    options = {"add_special_tokens": False, "truncation": True}
    queries = tokenizer([query for query, _ in pairs], max_length=QUERY_TOKENS, **options)["input_ids"]
    passages = tokenizer([passage for _, passage in pairs], max_length=PASSAGE_TOKENS, **options)["input_ids"]
    first, end = tokenizer.cls_token_id, tokenizer.sep_token_id
    return [[first, *query, end, *passage, end] for query, passage in zip(queries, passages, strict=True)]


def score_pairs(model: Any, pairs: Sequence[Sequence[int]], pad_id: int, *, block: int = 24) -> Any:
    """Return the scores of token lists, in their order; lists of like length run together."""
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i]))
    parts = [
        model(*pad([pairs[i] for i in order[begin : begin + block]], pad_id)) for begin in range(0, len(order), block)
    ]
    return restore_order(torch.cat(parts), order)


def make_groups(
    statutes: Statutes,
    pairs: Sequence[tuple[int, int]],
    candidates: dict[int, list[int]],
    vectors: Any,
    recipe: RerankerRecipe,
    rng: random.Random,
) -> Iterator[list[Group]]:
    """Yield batches without end; each epoch takes the pairs of question and article in a new order."""
    labelled = {row for _, row in pairs}

    def show(row: int, body: str, titled: bool) -> str:
        return f"{statutes.titles[row]}\n{body}" if titled else body

    def group(query: str, row: int, body: str, negatives: Sequence[int]) -> Group:
        titled = rng.random() < recipe.title_share
        return query, [show(row, body, titled), *(show(other, statutes.bodies[other], titled) for other in negatives)]

    order = list(pairs)
    while True:
        rng.shuffle(order)
        for begin in range(0, len(order) - recipe.questions + 1, recipe.questions):
            batch = []
            for i, row in order[begin : begin + recipe.questions]:
                near = [other for other in candidates[i] if other not in statutes.relevant[i]]
                popular = [other for other in near if other in labelled]
                negatives = rng.sample(near, recipe.negatives)
                if popular:
                    negatives[::2] = rng.choices(popular, k=len(negatives[::2]))
                batch.append(group(statutes.queries[i], row, statutes.bodies[row], negatives))
            for row, question, shown in list(draw_made_questions(statutes, recipe.made_questions, rng)):
                like = vectors @ vectors[row]
                like[row] = -1.0
                nearest = np.argpartition(-like, NEIGHBOURS)[:NEIGHBOURS].tolist()
                batch.append(group(question, row, shown, rng.sample(nearest, recipe.negatives)))
            yield batch
