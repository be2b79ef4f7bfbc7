from eval.measures.judged import score_judged_answers, score_judged_support
from eval.measures.model import Judgement, Outcome, Score, StatementVerdict, Verdict
from tests.eval.builders import make_outcome, make_question


def judged(answers: Verdict, *supported: Verdict) -> Outcome:
    outcome = make_outcome(make_question("甲#一"), "甲#一")
    statements = tuple(StatementVerdict("句", one) for one in supported)
    return Outcome(outcome.question, outcome.status, outcome.citations, judgement=Judgement(statements, answers))


def test_shares_are_over_what_was_decided() -> None:
    run = [
        judged("yes", "yes", "no", "undecided"),
        judged("no", "yes"),
        judged("undecided"),
        make_outcome(make_question("甲#一")),  # not judged
    ]
    assert score_judged_support(run) == Score(2 / 3, 3)  # yes, no, yes
    assert score_judged_answers(run) == Score(0.5, 2)  # yes, no
    assert score_judged_answers(run[2:]) == Score(None, 0)
