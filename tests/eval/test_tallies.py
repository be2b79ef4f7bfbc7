import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import MEASURES, Outcome, Score, score_outcomes
from eval.tallies import score_questions, tally_question
from tests.eval.builders import make_outcome, make_question, outcomes


def score(run: list[Outcome]) -> dict[str, Score]:
    return score_questions(run, [tally_question(outcome) for outcome in run])


def test_a_question_is_counted_as_each_measure_counts_it() -> None:
    tally = tally_question(make_outcome(make_question("甲#一", "甲#二", "甲#三"), "甲#一", "甲#九"))
    assert tally["citation_precision_micro"] == (1.0, 2)
    assert tally["citation_recall_micro"] == (1.0, 3)  # 1/3 × 3, whole again
    assert tally["citation_recall_macro"] == (pytest.approx(1 / 3), 1)
    assert tally["exact"] == (0.0, 1)
    assert "abstention_recall" not in tally
    assert "latency_p50_ms" not in tally


@given(st.lists(outcomes(), max_size=6))
def test_the_tallies_of_questions_add_up_to_every_measure(run: list[Outcome]) -> None:
    expected = score_outcomes(run)
    for name, found in score(run).items():
        assert found.n == expected[name].n
        assert found.value == pytest.approx(expected[name].value)
        if found.low is not None and found.high is not None and found.value is not None:
            assert -1e-9 <= found.low <= found.high <= 1 + 1e-9


def test_shares_have_an_interval_and_nothing_else_has() -> None:
    run = [
        make_outcome(make_question("甲#一"), "甲#一" if number % 2 else "甲#二", total_ms=1.0) for number in range(400)
    ]
    scores = score(run)
    # Half of 400 right: standard error sqrt(0.25/400) = 0.025, bounds 0.5 ± 1.96 × 0.025.
    exact = scores["exact"]
    assert (exact.value, exact.n) == (0.5, 400)
    assert (exact.low, exact.high) == (pytest.approx(0.451, abs=0.006), pytest.approx(0.549, abs=0.006))
    assert scores == score(run)
    for measure in MEASURES:
        if measure.unit != "share":
            assert scores[measure.name].low is None


def test_three_hundred_questions_take_less_than_two_seconds() -> None:
    question = make_question("甲#一", evidence=("应当备案",), answer_points=("应当在十五日内备案",))
    quotes = ("企业应当自取得营业执照之日起三十日内向所在地的主管部门备案，并公开其承诺。",) * 3
    run = [make_outcome(question, "甲#一", quotes=quotes) for _ in range(300)]
    begin = time.perf_counter()
    score(run)
    assert time.perf_counter() - begin < 2
