"""A real small model behind a real llama.cpp server, through the code that answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.citations import Verified, verify_sentence
from rag.draft import split_draft
from rag.llm import ChatModel, check_llm, open_chat_model
from rag.model import Removal
from rag.prompts import Message, build_messages
from rag.settings import LLMSettings
from tests.rag.shipped import POLICY, read_damaged, read_shipped, read_titles, take_passages

GGUF = os.environ.get("TEST_LLM_GGUF", "")
pytestmark = [
    pytest.mark.llm,
    pytest.mark.skipif(not GGUF, reason="TEST_LLM_GGUF names no model (shared/tools/fetch_test_llm.py fetches one)"),
]
SETTINGS = LLMSettings(gguf=GGUF, answer_max_tokens=120, timeout_seconds=300)


@pytest.fixture(scope="module")
def model() -> Iterator[ChatModel]:
    pytest.importorskip("xllamacpp", reason="the extra gguf is not installed")
    found = open_chat_model(SETTINGS)
    assert found is not None
    yield found


def test_a_prompt_gets_a_draft_whose_kept_sentences_are_verbatim(model: ChatModel) -> None:
    passages = take_passages("政府采购法实施条例(2015-01-30)#四十八", "政府采购法实施条例(2015-01-30)#十八")
    prompt = build_messages(
        "政府采购合同的履约保证金不能超过合同金额的多少？",
        passages,
        budget=2_000,
        titles=read_titles(),
        damaged=read_damaged(),
    )
    draft = "".join(model.stream(prompt.messages))
    sentences = split_draft(draft, passages=len(prompt.passages))
    assert sentences, draft
    found = [verify_sentence(s, prompt.passages, read_damaged(), titles=read_titles()) for s in sentences]
    for verdict in found:
        if isinstance(verdict, Verified):
            for citation in verdict.citations:
                document = read_shipped()[citation.clause_id.partition("#")[0]].document
                assert document.text[citation.start : citation.end] == citation.quote


def test_a_false_premise_leaves_nothing_standing(model: ChatModel) -> None:
    prompt = build_messages(
        "听说文件要求企业每年拿出营业额的3%搞质量培训，是这样吗？",
        take_passages(f"{POLICY}#二十五", f"{POLICY}#二十四", f"{POLICY}#二十六"),
        budget=3_000,
        titles=read_titles(),
        damaged=read_damaged(),
    )
    for sentence in split_draft("".join(model.stream(prompt.messages)), passages=3):
        verdict = verify_sentence(sentence, prompt.passages, read_damaged(), titles=read_titles())
        assert isinstance(verdict, Removal) or "3" not in verdict.text


def test_two_questions_at_once_are_both_answered(model: ChatModel) -> None:
    asked = [[Message("user", f"只回答一个数字：{n}加1等于几？")] for n in (1, 2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda messages: "".join(model.stream(messages)), asked))
    assert all(answers)


def test_the_file_is_reported_as_there() -> None:
    state = check_llm(SETTINGS)
    assert (state.kind, state.reachable) == ("gguf", True)
