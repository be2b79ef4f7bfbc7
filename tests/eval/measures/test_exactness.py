import pytest

from eval.measures.exactness import score_exact, score_lookups_right, score_versions_right
from eval.measures.model import Score
from tests.eval.builders import make_outcome, make_question


@pytest.mark.parametrize(
    ("cited", "right"),
    [(("甲#一",), 1.0), (("甲#一", "甲#二"), 1.0), (("甲#二",), 0.0), (("甲#一", "甲#三"), 0.0), ((), 0.0)],
)
def test_a_lookup_is_right_when_all_that_is_wanted_and_nothing_wrong_is_cited(
    cited: tuple[str, ...], right: float
) -> None:
    question = make_question("甲#一", also=("甲#二",), type="clause_ref")
    assert score_lookups_right([make_outcome(question, *cited)]) == Score(right, 1)


def test_a_lookup_of_a_clause_that_is_not_there_is_right_when_abstained_on() -> None:
    question = make_question(type="lookup")
    run = [make_outcome(question), make_outcome(question, "甲#一"), make_outcome(question, error="LLMError: x")]
    assert score_lookups_right(run) == Score(pytest.approx(1 / 3), 3)


def test_lookups_and_versions_are_counted_by_themselves() -> None:
    run = [
        make_outcome(make_question("甲#一", type="lookup"), "甲#一"),
        make_outcome(make_question("甲#一", type="version"), "乙#一"),
        make_outcome(make_question("甲#一", type="fact"), "甲#一"),
    ]
    assert score_lookups_right(run) == Score(1.0, 1)
    assert score_versions_right(run) == Score(0.0, 1)
    assert score_exact(run) == Score(pytest.approx(2 / 3), 3)
