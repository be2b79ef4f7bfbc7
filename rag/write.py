"""The written answer: an LLM's draft, let through sentence by sentence once verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.store import Index
from rag.answer import Finding
from rag.llm import ChatModel
from rag.model import Answer, Turn
from rag.settings import Settings


def write_answer(
    question: str,
    history: Sequence[Turn],
    findings: Sequence[Finding],
    *,
    extracted: Answer,
    llm: ChatModel,
    index: Index,
    settings: Settings,
) -> Iterator[Answer]:
    """Yield the written answer as it grows; ``extracted`` stands in where nothing of the draft is verified."""
    yield extracted
