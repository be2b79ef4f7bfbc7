from hypothesis import given
from hypothesis import strategies as st

from eval.measures import MEASURES, Outcome, score_outcomes
from tests.eval.builders import outcomes, perfect_outcomes


@given(st.lists(outcomes(), max_size=6))
def test_shares_lie_between_0_and_1_and_have_a_value_exactly_where_something_counts(run: list[Outcome]) -> None:
    for measure in MEASURES:
        score = measure.score(run)
        if measure.unit == "share":
            assert (score.value is None) == (score.n == 0)
            assert score.value is None or 0.0 <= score.value <= 1.0
        assert score.value is None or score.value >= 0.0


@given(st.lists(perfect_outcomes(), max_size=6))
def test_perfect_answers_score_1_and_have_no_faults(run: list[Outcome]) -> None:
    scores = score_outcomes(run)
    for measure in MEASURES:
        if measure.unit == "share":
            assert scores[measure.name].value in (None, 1.0)
    for name in ("false_abstentions", "quote_violations"):
        assert scores[name].value in (None, 0.0)


@given(st.lists(outcomes(), min_size=1, max_size=5))
def test_the_order_of_questions_does_not_matter(run: list[Outcome]) -> None:
    shuffled = run[::-1]
    first, second = score_outcomes(run), score_outcomes(shuffled)
    for name, score in first.items():
        other = second[name]
        assert score.n == other.n
        assert (score.value is None) == (other.value is None)
        assert score.value is None or other.value is None or abs(score.value - other.value) < 1e-9


def test_names_are_unique() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
