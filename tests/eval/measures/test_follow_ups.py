from eval.measures.follow_ups import score_follow_ups_right
from eval.measures.model import Score
from tests.eval.builders import make_outcome, make_question


def test_a_follow_up_is_right_where_every_gold_clause_is_cited_whatever_else_is() -> None:
    two = make_question("甲#一", "甲#二", type="follow_up")
    run = [
        make_outcome(two, "甲#一", "甲#二", "甲#九"),
        make_outcome(two, "甲#一"),
        make_outcome(two),
        make_outcome(make_question(type="follow_up")),  # must abstain: not counted
        make_outcome(make_question("甲#一"), "甲#一"),  # another type: not counted
    ]
    assert score_follow_ups_right(run) == Score(1 / 3, 3)
    assert score_follow_ups_right(run[3:]) == Score(None, 0)
