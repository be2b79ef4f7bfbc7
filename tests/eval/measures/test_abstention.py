import pytest

from eval.measures.abstention import count_false_abstentions, score_abstention_precision, score_abstention_recall
from eval.measures.model import Score
from tests.eval.builders import make_outcome, make_question

ANSWERABLE = make_question("甲#一")
UNANSWERABLE = make_question()


def test_precision_recall_and_false_abstentions() -> None:
    run = [
        make_outcome(UNANSWERABLE),
        make_outcome(UNANSWERABLE),
        make_outcome(UNANSWERABLE, "甲#一"),
        make_outcome(ANSWERABLE),
        make_outcome(ANSWERABLE, "甲#一"),
    ]
    assert score_abstention_precision(run) == Score(pytest.approx(2 / 3), 3)  # 2 rightly of 3 abstained
    assert score_abstention_recall(run) == Score(pytest.approx(2 / 3), 3)  # 2 abstained of 3 unanswerable
    assert count_false_abstentions(run) == Score(1.0, 2)


def test_a_partial_answer_is_no_abstention() -> None:
    run = [make_outcome(UNANSWERABLE, "甲#一", status="partial")]
    assert score_abstention_recall(run) == Score(0.0, 1)


def test_an_error_is_never_a_right_abstention() -> None:
    run = [make_outcome(UNANSWERABLE, error="QuestionError: too long"), make_outcome(ANSWERABLE, error="LLMError: x")]
    assert score_abstention_recall(run) == Score(0.0, 1)
    assert score_abstention_precision(run) == Score(0.0, 2)
    assert count_false_abstentions(run) == Score(1.0, 1)


def test_nothing_to_count_has_no_value() -> None:
    assert score_abstention_precision([make_outcome(ANSWERABLE, "甲#一")]) == Score(None, 0)
    assert score_abstention_recall([make_outcome(ANSWERABLE, "甲#一")]) == Score(None, 0)
    assert count_false_abstentions([make_outcome(UNANSWERABLE)]) == Score(None, 0)
