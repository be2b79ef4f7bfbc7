import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from index.joint import JointModel
from index.training.train_reranker import RerankerRecipe, draw_choices, draw_negatives, read_choices, train_reranker
from index.training.tuning import load_body
from tests.index.test_joint_reranker import draw_body
from tests.index.training.test_statutes import make_statutes

ROWS = np.array([0, 1, 2, 5, 6, 7, 8])


def rank_alike(questions: int) -> dict[int, tuple[np.ndarray, np.ndarray]]:  # type: ignore[type-arg]
    return {i: (ROWS, np.linspace(1, 0, len(ROWS))) for i in range(questions)}


def test_the_article_that_answers_comes_first_with_what_search_gives_it() -> None:
    statutes = make_statutes([{0}, {1}, {2}, {9}])
    recipe = RerankerRecipe(questions=6, made_questions=0, negatives=4, title_share=1.0)
    for choice in draw_choices(statutes, rank_alike(4), np.zeros((10, 2)), recipe, random.Random(1)):
        own = statutes.queries.index(choice.query)
        [row] = statutes.relevant[own]
        assert choice.passages[0] == statutes.passage(row)
        assert choice.passages[0] not in choice.passages[1:]
        # 9 is no candidate: it has the last one's score.
        assert choice.fused[0] == (1 - row / 6 if row != 9 else 0)
        assert len(choice.passages) == len(choice.fused) == 5


def test_a_made_question_has_the_articles_most_like_its_own_beside_it() -> None:
    few = make_statutes([{59}, {0}])
    statutes = replace(few, bodies=tuple(f"经营第{row}种产品的企业应当备案，违反的处以罚款。" for row in range(60)))
    recipe = RerankerRecipe(questions=1, made_questions=2, negatives=3)
    choices = draw_choices(statutes, rank_alike(2), np.eye(60), recipe, random.Random(2))
    assert [len(choice.passages) for choice in choices] == [4, 4, 4]
    assert [choice.fused for choice in choices[1:]] == [[0.0] * 4] * 2


def test_every_third_negative_answers_another_question_and_none_comes_twice() -> None:
    recipe = RerankerRecipe(negatives=6)
    for seed in range(20):
        drawn = draw_negatives(list(range(30)), {25, 26, 27}, recipe, random.Random(seed))
        assert len(set(drawn)) == 6
        assert len({25, 26, 27} & set(drawn)) >= 2
    assert sorted(draw_negatives([4, 7], set(), recipe, random.Random(1))) == [4, 7]


def test_features_come_in_the_order_of_the_passages(tmp_path: Path) -> None:
    draw_body(tmp_path, seed=1)
    body, tokenizer = load_body(tmp_path)
    model = JointModel(body, apart=1).eval()
    asked = [("召回？", ["质" * 40, "应当召回。"]), ("谁来备案，在哪里备案？", ["经营者应当备案。", "召"])]
    with torch.inference_mode():
        together = read_choices(model, tokenizer, asked, block=3)
        alone = torch.cat(
            [read_choices(model, tokenizer, [(query, [text])]) for query, texts in asked for text in texts]
        )
    torch.testing.assert_close(together, alone, atol=0.02, rtol=0)


def test_training_learns_and_leaves_the_lower_layers_alone(tmp_path: Path) -> None:
    statutes = make_statutes([{0}, {1}, {8}])
    draw_body(tmp_path / "start", seed=1)
    recipe = RerankerRecipe(apart=2, questions=2, made_questions=0, negatives=3, steps=2)
    file = train_reranker(statutes, rank_alike(3), np.zeros((10, 2)), tmp_path / "start", tmp_path / "run", recipe)
    names = load_file(file).keys()
    assert "product" in names
    assert {name.split(".")[3] for name in names if "layer" in name} == {"2"}
