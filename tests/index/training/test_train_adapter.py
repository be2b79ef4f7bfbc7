"""The adapter learns what parts questions from their answers, where something does."""

from __future__ import annotations

import numpy as np

from index.adapter import QuestionAdapter
from index.training.train_adapter import AdapterRecipe, Answered, train_adapter


def test_questions_that_are_turned_away_from_their_answers_are_turned_back() -> None:
    rng = np.random.default_rng(0)
    sentences = rng.normal(size=(400, 16)).astype(np.float32)
    sentences /= np.linalg.norm(sentences, axis=1, keepdims=True)
    turn = np.linalg.qr(rng.normal(size=(16, 16)))[0].astype(np.float32)
    vectors = sentences @ turn
    answered = [
        Answered(vectors[row], np.array([row]), np.arange(row - row % 10, row - row % 10 + 10)) for row in range(300)
    ]
    recipe = AdapterRecipe(questions=64, drawn=200, steps=300, learning_rate=0.02, temperature=0.1, penalty=0.0)
    adapter = QuestionAdapter(train_adapter(answered, sentences, recipe))
    unseen = range(300, 400)
    before = sum(int((sentences @ vectors[row]).argmax() == row) for row in unseen)
    after = sum(int((sentences @ adapter.adapt(vectors[row])).argmax() == row) for row in unseen)
    assert before < 20
    assert after > 80
