import random

from hypothesis import given
from hypothesis import strategies as st

from index.training.pseudo_questions import write_question

ARTICLE = "居住权期限届满或者居住权人死亡的,居住权消灭。居住权消灭的,应当及时办理注销登记。"


def test_a_question_asks_of_a_phrase_of_the_article() -> None:
    questions = {made[0] for seed in range(60) if (made := write_question(ARTICLE, random.Random(seed)))}
    assert any(question.startswith("居住权期限届满或者居住权人死亡的，") for question in questions)
    assert any(question.endswith("怎么办？") for question in questions)


def test_the_article_is_mostly_shown_without_the_phrase() -> None:
    made = [one for seed in range(200) if (one := write_question(ARTICLE, random.Random(seed)))]
    whole = sum(shown == ARTICLE for _, shown in made)
    assert 0.15 < whole / len(made) < 0.45  # HIDDEN_SHARE is 0.7


def test_an_article_without_a_phrase_to_ask_of_makes_none() -> None:
    assert write_question("本法自2021年1月1日起施行。", random.Random(1)) is None
    assert write_question("", random.Random(1)) is None


@given(st.text(), st.integers())
def test_any_text_makes_a_question_or_none(body: str, seed: int) -> None:
    made = write_question(body, random.Random(seed))
    assert made is None or (made[0] and len(made[1]) <= len(body))
