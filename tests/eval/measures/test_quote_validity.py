from dataclasses import replace

import pytest

from corpus.model import Span
from eval.measures.model import CitedQuote, Score
from eval.measures.quote_validity import count_quote_violations, find_violations
from tests.eval.builders import FakeSources, make_document, make_outcome, make_question

SOURCES = FakeSources.of(make_document())  # 第一条 应当备案。 is [0:9], 第二条 不得转让。 [10:19]


def test_a_quote_that_is_the_documents_text_inside_its_clause_is_no_violation() -> None:
    assert (
        find_violations(
            [CitedQuote("甲法", "一", "应当备案", 4, 8), CitedQuote("甲法", "二", "转让。", 16, 19)], SOURCES
        )
        == ()
    )


@pytest.mark.parametrize(
    ("citation", "fault"),
    [
        (CitedQuote("甲法", "三", "应当备案", 4, 8), "no such clause"),
        (CitedQuote("乙法", "一", "应当备案", 4, 8), "no such document"),
        (CitedQuote("甲法", "一", "应当报备", 4, 8), "not the document's text"),
        (CitedQuote("甲法", "一", "应当备案", 3, 7), "not the document's text"),
        (CitedQuote("甲法", "二", "应当备案", 4, 8), "outside its clause"),
        (CitedQuote("甲法", "一", "备案。\n第", 6, 11), "outside its clause"),
        (CitedQuote("甲法", "一", "应", -15, -14), "outside its clause"),
        (CitedQuote("甲法", "一", "", 4, 4), "empty"),
        (CitedQuote("甲法", "一", " ", 3, 4), "empty"),
    ],
)
def test_an_untrue_quote_is_a_violation(citation: CitedQuote, fault: str) -> None:
    (line,) = find_violations([citation], SOURCES)
    assert fault in line
    assert citation.clause_id in line


def test_a_quote_over_damaged_characters_is_a_violation() -> None:
    sources = FakeSources.of(make_document(damaged=(Span("damaged", 5, 6),)))
    assert len(find_violations([CitedQuote("甲法", "一", "应当备案", 4, 8)], sources)) == 1
    assert find_violations([CitedQuote("甲法", "一", "备案", 6, 8)], sources) == ()


def test_violations_are_added_up_over_the_citations_that_were_checked() -> None:
    question = make_question("甲法#一")
    run = [
        make_outcome(question, "甲法#一", "甲法#二", violations=("x", "y")),
        make_outcome(question, "甲法#一", violations=()),
    ]
    assert count_quote_violations(run) == Score(2.0, 3)
    assert count_quote_violations([make_outcome(question, "甲法#一")]) == Score(None, 0)  # no index at hand


def test_where_a_number_stands_twice_either_clause_will_do() -> None:
    parsed = make_document()
    second = replace(parsed.clauses[1], id="甲法#一~2", number="一")
    sources = FakeSources.of(replace(parsed, clauses=(parsed.clauses[0], second)))
    assert find_violations([CitedQuote("甲法", "一", "应当备案", 4, 8)], sources) == ()
    assert find_violations([CitedQuote("甲法", "一", "不得转让", 14, 18)], sources) == ()
    assert len(find_violations([CitedQuote("甲法", "一", "。\n第", 8, 11)], sources)) == 1


def test_a_preamble_is_known_by_its_label() -> None:
    parsed = make_document()
    preamble = replace(parsed.clauses[0], id="甲法#引言", number="", label="引言")
    sources = FakeSources.of(replace(parsed, clauses=(preamble,)))
    assert find_violations([CitedQuote("甲法", "引言", "应当备案", 4, 8)], sources) == ()
