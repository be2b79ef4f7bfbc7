import pytest

from eval.measures.citation_precision import score_macro_precision, score_micro_precision
from eval.measures.citation_recall import score_macro_recall, score_micro_recall
from eval.measures.model import Score
from tests.eval.builders import make_outcome, make_question

# Question 1 wants 一, 二; cites 一, 三:   1 right of 2 cited, 1 found of 2 wanted.
# Question 2 wants 一;     cites 一:       1 right of 1 cited, 1 found of 1 wanted.
# Question 3 wants 一, 二, 三; abstained:  0 cited,            0 found of 3 wanted.
THREE = [
    make_outcome(make_question("甲#一", "甲#二"), "甲#一", "甲#三"),
    make_outcome(make_question("甲#一"), "甲#一"),
    make_outcome(make_question("甲#一", "甲#二", "甲#三")),
]


def test_micro_precision_adds_citations_up() -> None:
    assert score_micro_precision(THREE) == Score(pytest.approx(2 / 3), 3)  # (1 + 1) / (2 + 1)


def test_macro_precision_is_the_mean_over_questions_that_cite() -> None:
    assert score_macro_precision(THREE) == Score(pytest.approx(0.75), 2)  # (1/2 + 1/1) / 2


def test_micro_recall_adds_clauses_up() -> None:
    assert score_micro_recall(THREE) == Score(pytest.approx(1 / 3), 6)  # (1 + 1 + 0) / (2 + 1 + 3)


def test_macro_recall_is_the_mean_over_answerable_questions() -> None:
    assert score_macro_recall(THREE) == Score(pytest.approx(0.5), 3)  # (1/2 + 1/1 + 0/3) / 3


def test_a_clause_quoted_twice_counts_once() -> None:
    outcome = make_outcome(make_question("甲#一"), "甲#二", "甲#二", "甲#一")
    assert score_micro_precision([outcome]) == Score(0.5, 2)  # 一 right, 二 wrong


def test_also_clauses_count_neither_for_nor_against() -> None:
    question = make_question("甲#一", also=("甲#二",))
    assert score_micro_precision([make_outcome(question, "甲#一", "甲#二")]) == Score(1.0, 1)  # 二 is taken out
    assert score_micro_precision([make_outcome(question, "甲#二", "甲#三")]) == Score(0.0, 1)  # 三 alone, wrong
    assert score_micro_recall([make_outcome(question, "甲#二")]) == Score(0.0, 1)
    assert score_macro_precision([make_outcome(question, "甲#二")]) == Score(None, 0)  # no citation that counts


def test_a_clause_both_wanted_and_allowed_is_wanted() -> None:
    question = make_question("甲#一", also=("甲#一",))
    assert score_micro_precision([make_outcome(question, "甲#一")]) == Score(1.0, 1)


def test_citing_where_it_must_abstain_lowers_precision_and_leaves_recall() -> None:
    run = [make_outcome(make_question("甲#一"), "甲#一"), make_outcome(make_question(), "甲#二")]
    assert score_micro_precision(run) == Score(0.5, 2)  # (1 + 0) / (1 + 1)
    assert score_micro_recall(run) == Score(1.0, 1)


def test_nothing_to_count_has_no_value() -> None:
    for score in (score_micro_precision, score_macro_precision, score_micro_recall, score_macro_recall):
        assert score([]) == Score(None, 0)
