"""LangChain's chain, really run, over two documents with the scripted LLM."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import pytest

from corpus.errors import LLMError
from eval.benchmarks.answering.chain import K, PlainChain, place_chunk, split_documents
from eval.benchmarks.answering.systems import CALLS, FAILURE, FIRST_WORDS, WatchedLLM, watch
from rag.model import Turn
from rag.settings import LLMSettings
from tests.eval.builders import FakeSources, FakeWence, make_document, make_question
from tests.fakes import ScriptedChatModel
from tests.index.fakes import BigramEncoder
from tests.rag.shipped import read_shipped

pytestmark = pytest.mark.skipif(
    find_spec("langchain_community") is None, reason="the bench extra is not installed: pip install -e .[bench]"
)

PARSED = {id: make_document(id) for id in ("甲法", "乙法", "丙法", "丁法", "戊法")}


def silent(what: str, done: int, total: int) -> None:
    pass


def open_chain(llm: Any, folder: Path) -> PlainChain:
    return PlainChain(PARSED, BigramEncoder(), llm, cache=folder / "vectors.sqlite", progress=silent)


def test_every_chunk_of_the_shipped_documents_stands_where_it_says() -> None:
    texts = {id: parsed.document.text for id, parsed in read_shipped().items()}
    for chunk in split_documents(texts):
        place = place_chunk(chunk)
        assert texts[place.document][place.start : place.end] == chunk.page_content


def test_the_best_chunks_are_stuffed_into_one_prompt_and_the_one_named_is_cited(tmp_path: Path) -> None:
    llm = ScriptedChatModel("应当备案。\n[2]")
    told = open_chain(llm, tmp_path).tell(make_question(question="要备案吗？"))
    rules, request = llm.prompts[0]
    assert (rules.role, request.role) == ("system", "user")
    assert "写出所用资料的编号" in rules.content
    assert request.content.count("第一条 应当备案。") == K
    assert "[1] 第一条" in request.content
    assert f"[{K}] 第一条" in request.content
    assert request.content.endswith("问题：要备案吗？")
    assert [one.quote for one in told.answer.citations] == ["第一条 应当备案。", "第二条 不得转让。"]
    assert len({one.clause_id.partition("#")[0] for one in told.answer.citations}) == 1
    assert told.first_words_ms is not None
    assert 0 < told.first_words_ms <= told.answer.timings["total"]


def test_a_question_of_one_document_is_answered_from_it_alone(tmp_path: Path) -> None:
    llm = ScriptedChatModel("应当备案。", "应当备案。")
    chain = open_chain(llm, tmp_path)
    one = chain.tell(make_question(documents=("丁法",)))
    assert {citation.clause_id for citation in one.answer.citations} == {"丁法#一", "丁法#二"}
    # It names none of its passages: all four that it was given, and the next question is not held to the document.
    assert len({c.clause_id.partition("#")[0] for c in chain.tell(make_question()).answer.citations}) == K


def test_earlier_questions_are_put_before_the_question(tmp_path: Path) -> None:
    llm = ScriptedChatModel("应当备案。")
    history = (Turn("user", "要备案吗？"), Turn("assistant", "要。"))
    open_chain(llm, tmp_path).tell(make_question(question="那转让呢？", history=history))
    assert llm.prompts[0][1].content.endswith("问题：要备案吗？\n那转让呢？")


def test_an_abstention_has_no_first_words(tmp_path: Path) -> None:
    told = open_chain(ScriptedChatModel("资料中没有提到。"), tmp_path).tell(make_question())
    assert (told.answer.status, told.first_words_ms) == ("abstained", None)


def test_braces_in_documents_and_questions_mean_nothing(tmp_path: Path) -> None:
    llm = ScriptedChatModel("应当备案。")
    open_chain(llm, tmp_path).tell(make_question(question="{question}是什么？{x}"))
    assert "{question}是什么？{x}" in llm.prompts[0][1].content


def test_the_record_tells_of_first_words_calls_and_failures(tmp_path: Path) -> None:
    scripted = ScriptedChatModel("应当备案。\n[1]", LLMError("the endpoint is gone: start it"))
    llm = WatchedLLM(scripted, LLMSettings(), "scripted")
    wence = FakeWence({})
    wence.index = cast("Any", FakeSources(PARSED))
    ask = watch(open_chain(llm, tmp_path).tell, cast("Any", wence), llm)
    good, bad = ask(make_question(id="a")), ask(make_question(id="b"))
    assert (good["status"], good[CALLS], FAILURE in good) == ("grounded", 1, False)
    assert set(cast("dict[str, float]", good["timings_ms"])) == {"total", FIRST_WORDS}
    assert (bad["status"], bad[CALLS], bad["error"]) == ("abstained", 1, "LLMError: the endpoint is gone: start it")
    assert bad[FAILURE] == "the endpoint is gone: start it"
