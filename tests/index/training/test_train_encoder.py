import random
from math import exp, log

import torch

from index.training.train_encoder import Batch, EncoderRecipe, contrast, make_batches
from tests.index.training.test_statutes import make_statutes


class FixedPool:
    def draw(self, question: int, count: int, rng: random.Random) -> list[int]:
        return [9] * count


def test_other_relevant_passages_are_no_negatives() -> None:
    batch = Batch(["问一", "问二"], ["甲", "乙", "丙"], [0, 1, 2], [frozenset({0, 1}), frozenset({1})])
    queries = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    passages = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    # Question one: its own passage scores 1, passage two is relevant too and left out, passage three scores 0.
    # Question two: its own passage (two) scores 0, passage one 0, passage three 1.
    expected = (-log(exp(1) / (exp(1) + 1)) - log(1 / (1 + 1 + exp(1)))) / 2
    assert abs(float(contrast(queries, passages, batch, 1.0)) - expected) < 1e-6


def test_every_passage_of_a_batch_stands_behind_its_query_and_negatives_come_last() -> None:
    statutes = make_statutes([{0, 1}, {2}, {3}, {4, 5}, {6, 9}])
    pairs = [(i, row) for i, rows in enumerate(statutes.relevant) for row in sorted(rows)]
    recipe = EncoderRecipe(questions=3, negatives=2, made_questions=0, title_share=1.0)
    batch = next(make_batches(statutes, pairs, FixedPool(), recipe, random.Random(1)))  # type: ignore[arg-type]
    assert len(batch.queries) == 3
    assert len(batch.passages) == len(batch.rows) == 9
    assert all(row in relevant for row, relevant in zip(batch.rows, batch.relevant, strict=False))
    assert batch.rows[3:] == [9] * 6
    assert batch.passages[0] == statutes.passage(batch.rows[0])


def test_half_of_the_passages_are_shown_without_their_title() -> None:
    statutes = make_statutes([{0, 1}, {2}, {3}, {4, 5}, {6, 9}])
    pairs = [(0, 0)] * 4
    batches = make_batches(
        statutes,
        pairs,
        FixedPool(),
        EncoderRecipe(questions=4, made_questions=0),
        random.Random(1),  # type: ignore[arg-type]
    )
    shown = [text for _ in range(50) for text in next(batches).passages]
    titled = sum("\n" in text for text in shown)
    assert 0.4 < titled / len(shown) < 0.6
