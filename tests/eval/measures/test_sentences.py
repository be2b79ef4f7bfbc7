from dataclasses import replace

import pytest

from corpus.model import Clause
from eval.measures.model import CitedQuote, CitedStatement, Score, StatementSupport
from eval.measures.sentence_citation_precision import score_sentence_citation_precision
from eval.measures.sentence_citation_recall import score_sentence_citation_recall
from eval.measures.sentence_support import judge_statements
from tests.eval.builders import FakeSources, make_document, make_outcome, make_question, say

# make_document: 第一条 应当备案。 at [0:9], 第二条 不得转让。 at [10:19]
ONE = CitedQuote("甲法", "一", "应当备案。", 4, 9)
TWO = CitedQuote("甲法", "二", "不得转让。", 14, 19)
SOURCES = FakeSources.of(make_document())


def judge(statement: CitedStatement, *citations: CitedQuote) -> StatementSupport:
    (support,) = judge_statements([statement], citations, SOURCES)
    return support


def test_an_extract_stands_where_it_is_the_words_of_its_quote() -> None:
    assert judge(say("应当 备案", 0), ONE) == StatementSupport(True, 1)
    assert judge(say("应当报备", 0), ONE) == StatementSupport(False, 0)
    assert judge(say("应当备案"), ONE) == StatementSupport(False, 0)  # cites nothing
    assert judge(say("。", 0), ONE) == StatementSupport(False, 0)  # says nothing


def test_a_citation_is_irrelevant_if_alone_it_supports_nothing_and_the_others_do_without_it() -> None:
    assert judge(say("应当备案", 0, 1), ONE, TWO) == StatementSupport(True, 1)  # TWO neither supports nor is missed
    assert judge(say("应当备案。不得转让", 0, 1), ONE, TWO) == StatementSupport(True, 2)  # only both together do
    again = CitedQuote("甲法", "一", "应当备案", 4, 8)
    assert judge(say("应当备案", 0, 1), ONE, again) == StatementSupport(True, 2)  # each does alone
    assert judge(say("应当备案", 0, 1, 2), ONE, TWO, again) == StatementSupport(True, 2)  # not TWO


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("生产者对其生产的产品质量应当负责。", True),
        ("生产者应当对其产品质量负责。", True),
        ("销售者应当对其生产的产品质量负责。", False),
        ("生产者不得对其生产的产品质量负责。", False),
        ("生产者应当每三年对产品质量负责。", False),
    ],
)
def test_a_sentence_of_an_llm_stands_where_the_clause_bears_it_out(text: str, supported: bool) -> None:
    words = "第二十六条 生产者应当对其生产的产品质量负责。"
    clause = Clause("乙法#二十六", "乙法", (), "二十六", "第二十六条", "", words, 0, len(words))
    document = make_document("乙法")
    sources = FakeSources.of(
        replace(document, document=replace(document.document, text=words), clauses=(clause,)), make_document()
    )
    citation = CitedQuote("乙法", "二十六", "生产者应当对其生产的产品质量负责。", 6, len(words))
    assert judge_statements([say(text, 0, origin="llm")], [citation], sources) == (
        StatementSupport(supported, int(supported)),
    )
    # The same words as an extract would have to be the quote's own.
    assert judge_statements([say(text, 0)], [citation], sources) == (StatementSupport(False, 0),)
    # A second citation that has no part in it is irrelevant.
    assert judge_statements([say(text, 0, 1, origin="llm")], [citation, ONE], sources) == (
        StatementSupport(supported, int(supported)),
    )


def test_a_clause_that_is_not_in_the_index_supports_no_sentence_of_an_llm() -> None:
    elsewhere = CitedQuote("丙法", "一", "生产者应当负责。", 0, 8)
    assert judge(say("应当由生产者负责赔偿", 0, origin="llm"), elsewhere) == StatementSupport(False, 0)


def test_recall_and_precision_are_means_over_answers() -> None:
    question = make_question("甲法#一")
    run = [
        make_outcome(
            question,
            "甲法#一",
            "甲法#二",
            statements=(say("a", 0, 1), say("b", 1), say("c")),
            supports=(StatementSupport(True, 1), StatementSupport(True, 1), StatementSupport(False, 0)),
        ),  # recall 2/3, precision (1 + 1)/(2 + 1) = 2/3
        make_outcome(
            question, "甲法#一", statements=(say("a", 0),), supports=(StatementSupport(True, 1),)
        ),  # recall 1, precision 1
        make_outcome(question, "甲法#一", statements=(say("a"),), supports=(StatementSupport(False, 0),)),  # 0 and 0
        make_outcome(question, supports=()),  # abstained: no statement, not counted
        make_outcome(question, "甲法#一", statements=(say("a", 0),)),  # no index to check against: not counted
    ]
    assert score_sentence_citation_recall(run) == Score(pytest.approx(5 / 9), 3)  # (2/3 + 1 + 0) / 3
    assert score_sentence_citation_precision(run) == Score(pytest.approx(5 / 9), 3)  # (2/3 + 1 + 0) / 3


def test_without_an_answer_there_is_no_value() -> None:
    assert score_sentence_citation_recall([]) == Score(None, 0)
    assert score_sentence_citation_precision([make_outcome(make_question(), supports=())]) == Score(None, 0)
