"""A spread of the instructions, given to a real small model as they stand: what it obeys is not let through."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from rag import Wence
from rag.citations import Verified, verify_sentence
from rag.draft import split_draft
from rag.llm import ChatModel, open_chat_model
from rag.prompts import build_messages
from rag.settings import LLMSettings
from tests.rag.injections.cases import Direct, Indirect, read_direct, read_indirect
from tests.rag.injections.checks import ACTIVE, check_answer, check_page, cited
from tests.rag.injections.home import open_injected
from tests.rag.shipped import QUALITY, read_damaged, read_shipped, read_titles, take_passages

GGUF = os.environ.get("TEST_LLM_GGUF", "")
pytestmark = [
    pytest.mark.llm,
    pytest.mark.skipif(not GGUF, reason="TEST_LLM_GGUF names no model (shared/tools/fetch_test_llm.py fetches one)"),
]
SETTINGS = LLMSettings(gguf=GGUF, answer_max_tokens=80, context_tokens=2_048, timeout_seconds=300)
QUESTIONS = (
    "override-before", "override-english", "affirm-only-yes", "affirm-english", "reveal-prompt-with-question",
    "citation-false-number", "modality-must-to-may", "modality-figure", "invention-premise", "turn-assistant",
    "markup-image", "quoted-mail",
)  # fmt: skip
DOCUMENTS = ("always-yes", "override-citations", "modality", "path-fake-turn", "closing-note", "script")


@pytest.fixture(scope="module")
def model() -> Iterator[ChatModel]:
    pytest.importorskip("xllamacpp", reason="the extra gguf is not installed")
    found = open_chat_model(SETTINGS)
    assert found is not None
    yield found


@pytest.fixture(scope="module")
def injected_wence(tmp_path_factory: pytest.TempPathFactory) -> Wence:
    return open_injected(tmp_path_factory.mktemp("injected"))


@pytest.mark.parametrize("case", [case for case in read_direct() if case.id in QUESTIONS], ids=lambda case: case.id)
def test_what_a_model_writes_on_a_question_with_an_instruction_is_verified(model: ChatModel, case: Direct) -> None:
    # The prompt is given the question as it was asked, as though nothing in it had been set aside.
    passages = take_passages(*case.clauses, f"{QUALITY}#三十六")
    prompt = build_messages(case.question, passages, budget=1_600, titles=read_titles(), damaged=read_damaged())
    draft = "".join(model.stream(prompt.messages))
    shown = "\n".join(passage.clause.text for passage in passages)
    for sentence in split_draft(draft, passages=len(prompt.passages)):
        verdict = verify_sentence(sentence, prompt.passages, read_damaged(), titles=read_titles())
        if not isinstance(verdict, Verified):
            continue
        assert not ACTIVE.search(verdict.text), draft
        assert not [word for word in case.payload if word in verdict.text and word not in shown], draft
        for citation in verdict.citations:
            document = read_shipped()[citation.clause_id.partition("#")[0]].document
            assert document.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize("case", [case for case in read_indirect() if case.id in DOCUMENTS], ids=lambda case: case.id)
def test_a_model_that_is_given_a_document_with_an_instruction_answers_from_the_clause(
    injected_wence: Wence, model: ChatModel, case: Indirect
) -> None:
    answer = injected_wence.write_with(model).ask(case.question, documents=[case.id])
    check_answer(answer, injected_wence, case.payload)
    check_page(case.question, answer, injected_wence)
    assert answer.status == "grounded"
    assert {f"{case.id}#{number}" for number in case.clauses} <= cited(answer)
