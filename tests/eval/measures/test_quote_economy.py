from eval.measures.model import Score
from eval.measures.quote_economy import score_quote_economy
from tests.eval.builders import make_outcome, make_question


def test_the_median_of_quoted_length_over_evidence_length() -> None:
    question = make_question("甲#一", evidence=("应当备案",))  # 4 characters
    run = [
        make_outcome(question, "甲#一", quotes=("应当备案",)),  # 4/4 = 1
        make_outcome(question, "甲#一", quotes=("应当备案，不得转让",)),  # 9/4 = 2.25
        make_outcome(question, "甲#一", quotes=("一二三四五六七八九十", "一二三四五六七八九十百千")),  # 22/4 = 5.5
    ]
    assert score_quote_economy(run) == Score(2.25, 3)


def test_evidence_lengths_are_added_up_and_a_quote_given_twice_counts_once() -> None:
    question = make_question("甲#一", evidence=("应当", "备案"))  # 2 + 2
    run = [make_outcome(question, "甲#一", quotes=("应当备案的。", "应当备案的。"))]  # 6
    assert score_quote_economy(run) == Score(1.5, 1)


def test_abstentions_other_types_and_questions_without_evidence_are_left_out() -> None:
    run = [
        make_outcome(make_question("甲#一", evidence=("应当",))),
        make_outcome(make_question("甲#一", evidence=("应当",), type="list"), "甲#一"),
        make_outcome(make_question("甲#一"), "甲#一"),
    ]
    assert score_quote_economy(run) == Score(None, 0)


def test_lay_questions_count() -> None:
    run = [make_outcome(make_question("甲#一", evidence=("引文",), type="lay"), "甲#一")]
    assert score_quote_economy(run) == Score(1.0, 1)
