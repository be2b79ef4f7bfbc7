from __future__ import annotations

from datetime import date

from corpus.errors import LLMError
from corpus.model import Clause
from rag import Wence
from rag.citations import Verified
from rag.extract import Quotation
from rag.model import Answer, Citation, Removal, Turn
from rag.write import find_answering, find_untold, require_answer
from tests.fakes import ScriptedChatModel

QUESTION = "生产许可证的有效期是几年？"
GOOD = "生产许可证有效期为5年[1]。"


def write(wence: Wence, llm: ScriptedChatModel, question: str = QUESTION) -> list[Answer]:
    return list(wence.write_with(llm).stream(question))


def test_a_verified_sentence_stands_with_the_clauses_own_words(wence: Wence) -> None:
    answer = write(wence, ScriptedChatModel(GOOD))[-1]
    assert [statement.origin for statement in answer.statements] == ["llm"]
    assert answer.citations[0].clause_id == "工业产品生产许可证管理条例(2023-07-20)#二十五"
    assert "有效期为5年" in answer.citations[0].quote


def test_an_unverified_sentence_is_dropped_and_counted(wence: Wence) -> None:
    answer = write(wence, ScriptedChatModel(GOOD + "有效期届满可以自动延长十年[1]。"))[-1]
    assert len(answer.statements) == 1
    assert [removal.text for removal in answer.removed] == ["有效期届满可以自动延长十年。"]


def test_a_citation_to_a_passage_that_was_not_given_is_dropped(wence: Wence) -> None:
    answer = write(wence, ScriptedChatModel("生产许可证有效期为5年[99]。"))[-1]
    assert [statement.origin for statement in answer.statements] == ["extract"] * len(answer.statements)
    assert answer.removed


def test_nothing_verified_leaves_the_extractive_answer_and_says_so(wence: Wence) -> None:
    answer = write(wence, ScriptedChatModel("是的。有效期为十年[1]。"))[-1]
    assert answer.status == "grounded"
    assert {statement.origin for statement in answer.statements} == {"extract"}
    assert "没有一句通过核对" in answer.notice


def test_a_model_that_fails_leaves_the_extractive_answer_and_says_so(wence: Wence) -> None:
    answer = write(wence, ScriptedChatModel(LLMError("the endpoint refused: start it")))[-1]
    assert answer.status == "grounded"
    assert "the endpoint refused" in answer.notice


def test_a_model_that_dies_mid_answer_leaves_nothing_half_said(wence: Wence) -> None:
    answer = write(wence, ScriptedChatModel(GOOD * 3, fails_after=6))[-1]
    assert {statement.origin for statement in answer.statements} == {"extract"}
    assert answer.notice


def test_no_citation_is_shown_before_it_is_verified(wence: Wence) -> None:
    grown = write(wence, ScriptedChatModel(GOOD + "食品加工企业生产许可证的有效期为3年[1]。", piece_characters=1))
    for answer in grown:
        for citation in answer.citations:
            clause = wence.index.clauses[citation.clause_id]
            text = wence.index.parsed[clause.document_id].document.text
            assert text[citation.start : citation.end] == citation.quote
    assert len(grown[-1].statements) == 2


def test_the_model_is_not_asked_where_the_documents_are_silent(wence: Wence) -> None:
    llm = ScriptedChatModel()
    assert write(wence, llm, "今天天气怎么样？")[-1].status == "abstained"
    assert write(wence, llm, "第五条规定了什么？")[-1].reason == "ambiguous"
    assert llm.prompts == []


def test_a_clause_that_is_asked_for_is_given_as_it_stands(wence: Wence) -> None:
    llm = ScriptedChatModel()
    assert write(wence, llm, "消保法第55条")[-1].statements[0].origin == "extract"
    assert llm.prompts == []


def test_what_answers_and_the_model_left_out_is_quoted_after_its_sentences(wence: Wence) -> None:
    left_out = "质检部门应当自作出决定之日起10日内向申请人颁发生产许可证[1]。"
    answer = write(wence, ScriptedChatModel(GOOD, left_out), QUESTION)[-1]
    quoted = wence.ask(QUESTION)
    for quote in quoted.citations:
        assert any(
            quote.clause_id == one.clause_id and one.start < quote.end and quote.start < one.end
            for one in answer.citations
        )


def test_a_sentence_beside_what_answers_is_removed() -> None:
    text = "第一条 应当登记。应当公告。"
    answering = [Quotation(Clause("d#一", "d", (), "一", "第一条", "", text, 0, len(text)), 4, 9)]
    beside = Verified("应当公告。", (Citation("d#一", "应当公告。", 9, 14),))
    told = Verified("应当登记。", (Citation("d#一", "应当登记。", 4, 9),))
    assert require_answer(beside, answering) == Removal("应当公告。", "所引原文没有回答所问")
    assert require_answer(told, answering) is told
    assert require_answer(beside, []) == Removal("应当公告。", "所引原文没有回答所问")


def test_what_nothing_answers_may_not_be_answered_by_the_model_either(wence: Wence) -> None:
    asked = "生产许可证的有效期是几年？换证要交多少元手续费？"
    findings = wence.extractor.find(asked, documents=(), history=(), day=date.today())
    assert [bool(finding.quotations) for finding in findings] == [True, False]
    assert find_answering(findings[1:]) == []
    assert find_answering(findings) == find_answering(findings[:1])


def test_only_the_sentences_that_the_model_left_out_are_quoted_again() -> None:
    quote = Citation("d#一", "应当登记。应当公告。应当归档。", 10, 25)
    assert find_untold(quote, []) == [quote]
    assert find_untold(quote, [Citation("d#二", "应当公告。", 15, 20)]) == [quote]
    assert find_untold(quote, [Citation("d#一", "应当公告。", 15, 20)]) == [
        Citation("d#一", "应当登记。", 10, 15),
        Citation("d#一", "应当归档。", 20, 25),
    ]
    assert find_untold(quote, [Citation("d#一", "应当登记。", 10, 15)]) == [
        Citation("d#一", "应当公告。应当归档。", 15, 25)
    ]
    assert find_untold(quote, [Citation("d#一", quote.quote, 10, 25)]) == []


def test_a_long_clause_is_shown_by_what_may_answer(wence: Wence) -> None:
    llm = ScriptedChatModel(GOOD)
    write(wence, llm)
    shown = llm.prompts[0][-1].content
    assert "有效期为5年" in shown
    assert len(shown) < 1_500


def test_a_question_copied_from_the_prompt_is_no_answer(wence: Wence) -> None:
    answer = write(wence, ScriptedChatModel(GOOD + "生产许可证的有效期是5年？[1]"))[-1]
    assert [removal.reason for removal in answer.removed] == ["是提问，不是回答"]


def test_a_follow_up_written_out_badly_does_not_win_over_an_answer(wence: Wence) -> None:
    history = [Turn("user", "生产许可证的有效期是几年？"), Turn("assistant", "有效期为5年。")]
    asked = "那食品加工企业的生产许可证有效期呢？"
    llm = ScriptedChatModel("《不存在的食品加工企业生产许可证有效期条例》怎么规定？", "无")
    *_, answer = wence.write_with(llm).stream(asked, history=history)
    assert len(llm.prompts) == 2
    assert answer.status == wence.ask(asked, history=history).status == "grounded"
