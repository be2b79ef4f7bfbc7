import random

import numpy as np
import torch

from index.training.train_reranker import RerankerRecipe, make_groups, score_pairs
from tests.index.training.test_statutes import make_statutes


class LengthModel:
    def __call__(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return mask.sum(1).float()


def test_scores_come_in_the_order_of_the_pairs() -> None:
    pairs = [[1] * length for length in (5, 2, 9, 3)]
    assert score_pairs(LengthModel(), pairs, 0, block=2).tolist() == [5, 2, 9, 3]


def test_the_article_that_answers_comes_first_and_every_second_negative_answers_another_question() -> None:
    statutes = make_statutes([{0}, {1}, {2}, {9}])
    recipe = RerankerRecipe(questions=3, made_questions=0, negatives=4, title_share=1.0)
    candidates = {i: [0, 1, 2, 5, 6, 7, 8] for i in range(3)}
    pairs = [(0, 0), (1, 1), (2, 2)]
    labelled = {statutes.passage(row) for row in (0, 1, 2)}
    batch = next(make_groups(statutes, pairs, candidates, np.zeros((10, 2)), recipe, random.Random(1)))
    assert len(batch) == 3
    for query, passages in batch:
        own = statutes.passage(statutes.queries.index(query))
        assert passages[0] == own
        assert own not in passages[1:]
        assert all(passage in labelled for passage in passages[1::2])
