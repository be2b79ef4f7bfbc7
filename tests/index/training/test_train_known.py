from __future__ import annotations

import numpy as np

from index.known import KnownAnswer, KnownSentence, project_vectors
from index.training.train_known import KnownRecipe, train_projection


def test_questions_with_a_common_answer_come_nearer_to_each_other_than_to_others() -> None:
    # The first two numbers of a vector tell the answer, the other six are louder and tell nothing.
    rng = np.random.default_rng(0)
    answers = [
        KnownAnswer("法", (KnownSentence("一", str(n)),), tuple(f"{n}-{i}" for i in range(20))) for n in range(4)
    ]
    angles = np.repeat(np.arange(4) * np.pi / 2, 20)
    vectors = np.concatenate([np.stack([np.cos(angles), np.sin(angles)], 1), 2 * rng.normal(size=(80, 6))], axis=1)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    def count_right(projection: np.ndarray) -> int:
        turned = project_vectors(vectors, projection.astype(np.float32))
        cosines = turned @ turned.T - 2 * np.eye(80)
        return int((cosines.argmax(axis=1) // 20 == np.arange(80) // 20).sum())

    recipe = KnownRecipe(dimension=8, questions=80, steps=150, learning_rate=1e-2, penalty=0.0)
    assert count_right(train_projection(answers, vectors, recipe)) > 60 > count_right(np.eye(8))
