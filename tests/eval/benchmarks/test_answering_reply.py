"""A chain's reply and chunks, over 第一条 at [0:9] and 第二条 at [10:19] of a document."""

import pytest

from eval.benchmarks.answering.reply import Place, cite_place, read_reply
from eval.measures.quote_validity import find_violations
from eval.outcomes import read_outcome
from rag.record import answer_record
from tests.eval.builders import FakeSources, make_document, make_question

PARSED = {"甲法": make_document("甲法"), "乙法": make_document("乙法")}
PLACES = [Place("甲法", 0, 9), Place("乙法", 10, 19), Place("甲法", 4, 14)]
"""第一条 of one law, 第二条 of the other, and a chunk that begins and ends inside a clause of the first."""


def list_quotes(text: str, places: list[Place] = PLACES) -> list[tuple[str, str]]:
    return [(citation.clause_id, citation.quote) for citation in read_reply(text, places, PARSED).citations]


def test_a_chunk_stands_for_every_clause_it_overlaps_and_quotes_what_it_holds() -> None:
    found = cite_place(Place("甲法", 4, 14), PARSED)
    assert [(one.clause_id, one.quote, one.start, one.end) for one in found] == [
        ("甲法#一", "应当备案。", 4, 9),
        ("甲法#二", "第二条", 10, 13),  # [10:14] less the space at its end
    ]


def test_a_chunk_between_clauses_cites_nothing() -> None:
    assert cite_place(Place("甲法", 9, 10), PARSED) == ()
    assert cite_place(Place("甲法", 3, 4), PARSED) == ()


@pytest.mark.parametrize(
    ("reply", "cited"),
    [
        ("应当备案。\n[1]", ["甲法#一"]),
        ("应当备案[1]。", ["甲法#一"]),
        ("应当备案。\n[1][2]", ["甲法#一", "乙法#二"]),
        ("应当备案。\n所用资料的编号：2、1", ["乙法#二", "甲法#一"]),
        ("应当备案。\n资料编号：[1]、[2]。", ["甲法#一", "乙法#二"]),
        ("<think>看[2]。</think>应当备案。\n[1]", ["甲法#一"]),
        ("应当备案[1]。不得转让[9]。", ["甲法#一"]),
    ],
)
def test_the_passages_that_a_reply_names_are_cited(reply: str, cited: list[str]) -> None:
    assert [clause for clause, _ in list_quotes(reply)] == cited


@pytest.mark.parametrize("reply", ["应当备案。", "应当备案[9]。", "应当备案。\n[0]"])
def test_a_reply_that_names_none_cites_all_it_was_given(reply: str) -> None:
    assert list_quotes(reply, PLACES[:2]) == [("甲法#一", "第一条 应当备案。"), ("乙法#二", "第二条 不得转让。")]


def test_the_same_words_of_two_chunks_are_cited_once() -> None:
    assert list_quotes("备案。[1][2]", [Place("甲法", 0, 9), Place("甲法", 0, 9)]) == [("甲法#一", "第一条 应当备案。")]


def test_a_sentence_without_marks_cites_all_that_the_reply_does() -> None:
    answer = read_reply("应当备案[1]。不得转让。\n[2]", PLACES, PARSED)
    assert [(one.text, one.citations, one.origin) for one in answer.statements] == [
        ("应当备案。", (0,), "llm"),
        ("不得转让。", (0, 1), "llm"),
    ]


@pytest.mark.parametrize("reply", ["资料中没有提到。", "资料中没有提到。\n[1]", "", "[1]", "<think>第一条"])
def test_a_reply_that_says_so_or_says_nothing_abstains(reply: str) -> None:
    answer = read_reply(reply, PLACES, PARSED)
    assert (answer.status, answer.reason, answer.citations) == ("abstained", "no_support", ())


@pytest.mark.parametrize("places", [[], [Place("甲法", 9, 10)]])
def test_a_reply_from_no_clause_abstains(places: list[Place]) -> None:
    assert read_reply("应当备案。", places, PARSED).status == "abstained"


def test_its_record_is_scored_like_every_other_and_its_quotes_are_true() -> None:
    sources = FakeSources(PARSED)
    answer = read_reply("应当备案。\n[3]", PLACES, PARSED)
    record = answer_record(answer, sources, id="q", question="问？")  # type: ignore[arg-type]
    outcome = read_outcome(make_question("甲法#一"), record, place="here", sources=sources)
    assert outcome.cited == {"甲法#一", "甲法#二"}
    assert outcome.violations == find_violations(outcome.citations, sources) == ()
    assert outcome.supports is not None
    assert outcome.supports[0].supported
