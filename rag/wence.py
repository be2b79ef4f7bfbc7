"""Wence: one opened home, asked questions."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from corpus.catalog import Catalog
from corpus.errors import QuestionError
from corpus.model import Clause
from index.encoder import open_encoder
from index.ingest import ensure_index
from index.model import Progress
from index.store import Index, open_index
from rag import messages
from rag.answer import Extractor, Finding, compose_answer
from rag.evidence import EvidenceFinder
from rag.examples import suggest_questions
from rag.llm import ChatModel, LLMState, check_llm, open_chat_model
from rag.lookup import find_clause
from rag.model import Answer, Passage, Turn
from rag.settings import Settings, load_settings
from rag.write import write_answer


@dataclass(frozen=True, slots=True)
class State:
    """What a page or ``wence doctor`` tells of an opened home; ``built`` is an ISO time."""

    documents: int
    clauses: int
    encoder: str
    built: str
    llm: LLMState


class Wence:
    """Answers questions from one index. Safe to share between threads."""

    def __init__(self, index: Index, settings: Settings, llm: ChatModel | None = None) -> None:
        self.index = index
        self.settings = settings
        self.catalog = Catalog([parsed.document for parsed in index.parsed.values()])
        self.finder = EvidenceFinder(index)
        self.extractor = Extractor(index, self.catalog, self.finder)
        self._llm = llm

    @classmethod
    def open(
        cls, home: Path | None = None, *, settings: Settings | None = None, progress: Progress | None = None
    ) -> Wence:
        """Open a home (the one in the settings, if none is given), filling it with the shipped documents if new.

        Raises
        ------
        WenceError
            The index cannot serve, the encoder cannot be loaded, or a setting is wrong.
        """
        settings = settings or load_settings()
        home = home or settings.home
        ensure_index(home, settings.index, limits=settings.corpus, progress=progress)
        index = open_index(home, settings.index, encoder=open_encoder(settings.index))
        return cls(index, settings, open_chat_model(settings.llm))

    def ask(self, question: str, *, documents: Sequence[str] = (), history: Sequence[Turn] = ()) -> Answer:
        """Answer a question, from the documents named (by id or title) or from all in force.

        Raises
        ------
        QuestionError
            The question is longer than the settings allow.
        NotFound
            A document named is not in the index.
        """
        *_, last = self.stream(question, documents=documents, history=history)
        return last

    def stream(self, question: str, *, documents: Sequence[str] = (), history: Sequence[Turn] = ()) -> Iterator[Answer]:
        """Yield the answer as it grows; each is verified and whole in itself, the last is final."""
        begun = time.perf_counter()
        limit = self.settings.answer.question_max_characters
        if len(question) > limit:
            raise QuestionError(messages.TOO_LONG.format(length=len(question), limit=limit))
        scope = tuple(dict.fromkeys(self.catalog.resolve(name).id for name in documents))
        if not question.strip():
            example = next(iter(self.suggest_questions(1)), "")
            text = messages.say(messages.EMPTY, english=False, example=example)
            yield Answer(text=text, reason="empty", timings={"total": _since(begun)})
            return
        findings = self.extractor.find(question, documents=scope, history=history, day=date.today())
        found = _since(begun)
        for answer in self._compose(history, findings):
            yield replace(answer, timings={"find": found, "write": _since(begun) - found, "total": _since(begun)})

    def _compose(self, history: Sequence[Turn], findings: list[Finding]) -> Iterator[Answer]:
        extracted = compose_answer(findings, self.extractor)
        if self._llm is None or all(finding.settled for finding in findings) or extracted.status == "abstained":
            yield extracted
            return
        yield from write_answer(
            history,
            findings,
            extracted=extracted,
            llm=self._llm,
            index=self.index,
            settings=self.settings,
        )

    def search(self, query: str, *, k: int = 6, documents: Sequence[str] = ()) -> list[Passage]:
        """Return the ``k`` best clauses for a query, best first, without deciding whether they answer.

        Raises
        ------
        NotFound
            A document named is not in the index.
        """
        scope = [self.catalog.resolve(name).id for name in documents] or list(self.catalog.in_force(date.today()))
        return self.finder.find_passages(query, self.index.hybrid.encode_query(query), scope, k)

    def find_clause(self, name: str) -> Clause:
        """Return the clause that a person names: 产品质量法#四十, or 产品质量法 第40条.

        Raises
        ------
        NotFound
            No such clause; the message names what is near.
        """
        return find_clause(name, self.index.parsed, self.catalog)

    def suggest_questions(self, k: int = 4) -> list[str]:
        """Return up to ``k`` example questions that suit the documents loaded."""
        return suggest_questions(self.index, self.catalog, k)

    def describe(self) -> State:
        """Return what is loaded and whether the LLM can be reached (asks it, briefly)."""
        manifest = self.index.manifest
        return State(
            manifest.documents, manifest.clauses, manifest.encoder, manifest.built, check_llm(self.settings.llm)
        )


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000
