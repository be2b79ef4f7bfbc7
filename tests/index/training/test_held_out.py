import numpy as np

from index.training.held_out import average_held_out, measure_held_out, measure_ranking
from tests.index.training.test_statutes import make_statutes


def test_a_ranking_is_measured_as_the_field_does() -> None:
    ranking = [7, 3, *range(100, 108), 5, *range(200, 300)]
    # Of {3, 5, 9}: 3 stands second, 5 eleventh, 9 nowhere.
    assert measure_ranking(ranking, {3, 5, 9}) == (1 / 3, 2 / 3, 1 / 2)
    assert measure_ranking([1, 2], {3}) == (0.0, 0.0, 0.0)


def test_seen_and_unseen_articles_are_told_apart() -> None:
    statutes = make_statutes([{0}, {0}, {1}, {2}])
    figures = average_held_out(statutes, [1, 2], lambda i: [0])
    assert figures["unseen"] == {"questions": 1, "recall@10": 0.0, "recall@100": 0.0, "MRR@10": 0.0}
    assert figures["seen"]["MRR@10"] == 1.0
    assert figures["all"]["MRR@10"] == 0.5


def test_articles_are_ranked_by_their_cosine() -> None:
    statutes = make_statutes([{1}, {0}])
    vectors = np.array([[1.0, 0.0], [0.8, 0.6]], dtype=np.float32)
    figures = measure_held_out(statutes, [0], vectors, np.array([[1.0, 0.0], [1.0, 0.0]], dtype=np.float32))
    assert figures["all"]["MRR@10"] == 0.5
