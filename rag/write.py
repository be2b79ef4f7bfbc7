"""The written answer: an LLM's draft, let through sentence by sentence once verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.errors import LLMError
from index.model import Hit
from index.store import Index
from rag import messages
from rag.answer import Finding
from rag.citations import Verified, verify_sentence
from rag.draft import DraftSentence, DraftSplitter
from rag.llm import ChatModel
from rag.messages import say
from rag.model import Answer, Citation, Passage, Removal, Statement, Turn
from rag.prompts import Prompt, build_messages
from rag.settings import Settings


def write_answer(
    history: Sequence[Turn],
    findings: Sequence[Finding],
    *,
    extracted: Answer,
    llm: ChatModel,
    index: Index,
    settings: Settings,
) -> Iterator[Answer]:
    """Yield the written answer as it grows; ``extracted`` stands in where the LLM fails or nothing is verified."""
    english = findings[0].query.english
    damaged = {id: parsed.damaged for id, parsed in index.parsed.items()}
    titles = {id: parsed.document.title for id, parsed in index.parsed.items()}
    prompt = build_messages(
        " ".join(finding.query.text for finding in findings),
        choose_passages(findings, settings.answer.passages),
        history,
        budget=settings.llm.context_tokens - settings.llm.answer_max_tokens,
        titles=titles,
        damaged=damaged,
    )
    page = _Page(extracted)
    try:
        for sentence in _draft(llm, prompt):
            checked = verify_sentence(sentence, prompt.passages, damaged, titles=titles)
            if page.add(checked):
                yield page.answer()
    except LLMError as error:
        notice = say(messages.LLM_FAILED, english=english, reason=str(error))
        yield replace(extracted, removed=tuple(page.removed), notice=notice)
        return
    if page.statements:
        yield page.answer()
    else:
        notice = say(messages.LLM_UNVERIFIED, english=english)
        yield replace(extracted, removed=tuple(page.removed), notice=notice)


def choose_passages(findings: Sequence[Finding], k: int) -> list[Passage]:
    """Return up to ``k`` passages: the clauses that the extractive answer quotes, then the next best."""
    quoted = [quotation.clause for finding in findings for quotation in finding.quotations]
    others = sorted((one for finding in findings for one in finding.evidence), key=lambda one: -one.score)
    clauses = list(dict.fromkeys([*quoted, *(one.clause for one in others)]))[:k]
    return [Passage(Hit(f"{clause.id}/1", 1.0 / rank, rank), clause) for rank, clause in enumerate(clauses, 1)]


def _draft(llm: ChatModel, prompt: Prompt) -> Iterator[DraftSentence]:
    splitter = DraftSplitter(passages=len(prompt.passages))
    for piece in llm.stream(prompt.messages):
        yield from splitter.feed(piece)
    yield from splitter.finish()


class _Page:
    """The statements let through so far, their citations each once, and what was removed."""

    def __init__(self, extracted: Answer) -> None:
        self.statements: list[Statement] = []
        self.removed: list[Removal] = []
        self._citations: list[Citation] = []
        self._rest = extracted.rest
        self._status = extracted.status

    def add(self, checked: Verified | Removal) -> bool:
        """Take a checked sentence; return whether it stands and is new."""
        if isinstance(checked, Removal):
            self.removed.append(checked)
            return False
        if any(statement.text == checked.text for statement in self.statements):
            return False
        self._citations.extend(citation for citation in checked.citations if citation not in self._citations)
        positions = tuple(self._citations.index(citation) for citation in checked.citations)
        self.statements.append(Statement(checked.text, positions, "llm"))
        return True

    def answer(self) -> Answer:
        """Return the answer so far."""
        lines = [s.text + "".join(f"[{position + 1}]" for position in s.citations) for s in self.statements]
        return Answer(
            text="\n".join([*lines, *self._rest]),
            statements=tuple(self.statements),
            citations=tuple(self._citations),
            status=self._status,
            removed=tuple(self.removed),
            rest=self._rest,
        )
