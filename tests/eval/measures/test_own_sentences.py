from eval.measures.model import Score
from eval.measures.own_sentences import score_own_sentences
from tests.eval.builders import make_outcome, make_question, say


def test_an_answer_counts_with_one_sentence_of_the_llm() -> None:
    question = make_question("甲#一")
    run = [
        make_outcome(question, "甲#一", statements=(say("a", 0), say("b", 0, origin="llm"))),
        make_outcome(question, "甲#一", statements=(say("a", 0),)),
        make_outcome(question, "甲#一", status="partial", statements=(say("b", 0, origin="llm"),)),
        make_outcome(question, "甲#一"),
        make_outcome(question),  # abstained: not counted
    ]
    assert score_own_sentences(run) == Score(0.5, 4)  # 2 of 4
    assert score_own_sentences(run[4:]) == Score(None, 0)
