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
from index.adapter import open_adapter
from index.encoder import open_encoder
from index.exact import ExactIndex
from index.filters import Filter
from index.ingest import ensure_index
from index.known import open_known
from index.model import Progress, Reranker
from index.reranker import open_reader, open_reranker
from index.store import Index, open_index
from rag import messages
from rag.answer import Extractor
from rag.citations import accept_sentence, verify_sentence
from rag.evidence import EvidenceFinder
from rag.examples import Examples
from rag.finding import Finding, compose_answer
from rag.llm import ChatModel, LLMState, check_llm, open_chat_model
from rag.lookup import find_clause
from rag.model import Answer, Passage, Turn
from rag.parts import WHOLE, Parts
from rag.passages import fold_passages
from rag.reading import EvidenceReader
from rag.rewrite import rewrite_question
from rag.scope import choose_scope, refuse_filtered
from rag.settings import Settings, load_settings
from rag.suggestions import BUDGET_SECONDS, Suggester
from rag.turnstile import Turnstile
from rag.understand import understand_question
from rag.write import write_answer

EVERYTHING = Filter()
SEARCHES_AT_ONCE = 2
"""Questions whose clauses are looked for at a time, each of which keeps two cores busy."""
FOLDED = 3
"""How many times the clauses wanted are looked at, so that enough are left where some say the same."""


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

    def __init__(
        self,
        index: Index,
        settings: Settings,
        llm: ChatModel | None = None,
        *,
        reader: Reranker | None = None,
        parts: Parts = WHOLE,
    ) -> None:
        self.index = index
        self.settings = settings
        self.catalog = Catalog(index.documents)
        encoder = index.manifest.encoder
        known = open_known(encoder) if parts.known else None
        self.finder = EvidenceFinder(index, open_adapter(encoder), known)
        index.hybrid.exact = ExactIndex.from_documents(
            self.catalog.documents, index.hybrid.ids, index.library.chunk_documents
        )
        titles = {one.id: one.title for one in self.catalog.documents}
        self.reader = EvidenceReader(self.finder, titles, reader if parts.reading else None)
        strictness = settings.answer.strictness
        self.extractor = Extractor(index, self.catalog, self.finder, self.reader, strictness=strictness, parts=parts)
        self._suggester = Suggester(index, self.catalog, self.extractor)
        self._examples = Examples(index, self.catalog, self._extract)
        self._searches = Turnstile(SEARCHES_AT_ONCE)
        self._llm = llm
        self._reading = reader
        self._parts = parts

    def write_with(self, llm: ChatModel | None, *, parts: Parts = WHOLE) -> Wence:
        """Return the same home with another LLM, or with none (then answers are extractive), or with parts left out."""
        return Wence(self.index, self.settings, llm, reader=self._reading, parts=parts)

    @classmethod
    def open(
        cls, home: Path | None = None, *, settings: Settings | None = None, progress: Progress | None = None
    ) -> Wence:
        """Open a home (the one in the settings, if none is given), filling it with the shipped documents if new.

        Raises
        ------
        WenceError
            The index cannot serve, the encoder or the reranker cannot be loaded, or a setting is wrong.
        """
        if settings is None:
            settings = load_settings() if home is None else load_settings(home=home)
        elif home is not None:
            settings = settings.model_copy(update={"home": home})
        home = settings.home
        ensure_index(home, settings.index, limits=settings.corpus, progress=progress)
        reranker = open_reranker(settings.index)
        index = open_index(home, settings.index, encoder=open_encoder(settings.index), reranker=reranker)
        return cls(index, settings, open_chat_model(settings.llm), reader=open_reader(settings.index))

    def reopen(self, settings: Settings | None = None) -> Wence:
        """Return the home as it is on disk now, or as other settings say; models that they name too stay loaded.

        Raises
        ------
        WenceError
            As ``open``. This one goes on serving.
        """
        settings = settings or self.settings
        encoder, reranker, reader = self.index.hybrid.encoder, self.index.hybrid.reranker, self._reading
        if settings.index != self.settings.index:
            encoder, reranker = open_encoder(settings.index), open_reranker(settings.index)
            reader = open_reader(settings.index)
        index = open_index(settings.home, settings.index, encoder=encoder, reranker=reranker)
        llm = self._llm if settings.llm == self.settings.llm else open_chat_model(settings.llm)
        return Wence(index, settings, llm, reader=reader, parts=self._parts)

    def ask(
        self,
        question: str,
        *,
        documents: Sequence[str] = (),
        history: Sequence[Turn] = (),
        filter: Filter = EVERYTHING,
    ) -> Answer:
        """Answer a question, from the documents named (by id or title) that a filter admits, or from all in force.

        A filter that leaves no document, or not the one that the question names, is an
        abstention that names it.

        Raises
        ------
        QuestionError
            The question is longer than the settings allow.
        NotFound
            A document named is not in the index.
        """
        *_, last = self.stream(question, documents=documents, history=history, filter=filter)
        return last

    def stream(
        self,
        question: str,
        *,
        documents: Sequence[str] = (),
        history: Sequence[Turn] = (),
        filter: Filter = EVERYTHING,
    ) -> Iterator[Answer]:
        """Yield the answer as it grows; each is verified and whole in itself, the last is final."""
        begun = time.perf_counter()
        limit = self.settings.answer.question_max_characters
        if len(question) > limit:
            raise QuestionError(messages.TOO_LONG.format(length=len(question), limit=limit))
        scope = choose_scope(self.catalog, documents, filter, today=date.today())
        if not question.strip():
            example = next(iter(self.suggest_questions(1)), "")
            text = messages.say(messages.EMPTY, english=False, example=example)
            yield Answer(text=text, reason="empty", timings={"total": _since(begun)})
            return
        refused = refuse_filtered(question, scope, self.catalog)
        if refused is not None:
            yield replace(refused, timings={"total": _since(begun)})
            return
        extractor = self.extractor
        if filter:
            extractor = extractor.keep_to(filter)
        llm = self._llm

        def rewrite(asked: str) -> str:
            assert llm is not None
            with self._searches.outside():
                return rewrite_question(asked, history, llm)

        with self._searches.inside():
            findings = extractor.find(
                question,
                documents=scope.documents,
                history=history,
                day=scope.day,
                rewrite=rewrite if llm else None,
            )
        found = _since(begun)
        for answer in self._compose(history, findings):
            yield replace(answer, timings={"find": found, "write": _since(begun) - found, "total": _since(begun)})

    def _compose(self, history: Sequence[Turn], findings: list[Finding]) -> Iterator[Answer]:
        extracted = compose_answer(findings, self.extractor.cite)
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
            verify=verify_sentence if self._parts.verification else accept_sentence,
        )

    def _extract(self, question: str) -> Answer:
        """Answer a question of all documents in force without an LLM."""
        findings = self.extractor.find(question, documents=(), history=(), day=date.today())
        return compose_answer(findings, self.extractor.cite)

    def search(
        self,
        query: str,
        *,
        k: int = 6,
        documents: Sequence[str] = (),
        filter: Filter = EVERYTHING,
        fold: bool = True,
    ) -> list[Passage]:
        """Return the ``k`` best clauses for a query, best first, without deciding whether they answer.

        Clauses that say the same, in versions of one document or in several, stand as
        one, that in force; its ``alike`` names the others. ``fold=False`` leaves every
        clause to itself.

        Raises
        ------
        NotFound
            A document named is not in the index.
        """
        scope = choose_scope(self.catalog, documents, filter, today=date.today())
        in_force = self.catalog.in_force(scope.day)
        asked = understand_question(query, self.catalog, day=scope.day).documents
        within = scope.documents
        if not within and not filter:
            within = tuple(one.id for one in self.catalog.documents if one.id in in_force or one.id in asked)
        vector = self.index.hybrid.encode_query(query)
        found = self.finder.find_passages(query, vector, within, FOLDED * k if fold else k, rerank=True)
        if not fold:
            return found
        return fold_passages(found, self.catalog, in_force=in_force, named=asked)[:k]

    def find_clause(self, name: str) -> Clause:
        """Return the clause that a person names: 产品质量法#四十, or 产品质量法 第40条.

        Raises
        ------
        NotFound
            No such clause; the message names what is near.
        """
        return find_clause(name, self.index.parsed, self.catalog)

    def suggest_questions(self, k: int = 4) -> list[str]:
        """Return up to ``k`` example questions that suit the documents loaded; once found, they are kept."""
        return self._examples.list_questions(k)

    def suggest_follow_ups(
        self,
        question: str,
        answer: Answer,
        history: Sequence[Turn] = (),
        *,
        documents: Sequence[str] = (),
        k: int = 3,
        budget_seconds: float = BUDGET_SECONDS,
        give_way: bool = True,
    ) -> list[str]:
        """Return up to ``k`` questions to ask after this one was answered, each seen to be answered by these documents.

        ``history`` and ``documents`` are those with which the question was asked. No LLM is
        asked. Once the budget is spent, or with ``give_way`` while others ask, no further one
        is tried; there may be none.

        Raises
        ------
        NotFound
            A document named is not in the index.
        """
        scope = choose_scope(self.catalog, documents, EVERYTHING, today=date.today())
        end = time.perf_counter() + budget_seconds

        def go_on() -> bool:
            return time.perf_counter() < end and not (give_way and self._searches.busy)

        return self._suggester.follow_up(question, answer, history, scope, k=k, go_on=go_on)

    def describe(self) -> State:
        """Return what is loaded and whether the LLM can be reached (asks it, briefly)."""
        manifest = self.index.manifest
        return State(
            manifest.documents, manifest.clauses, manifest.encoder, manifest.built, check_llm(self.settings.llm)
        )


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000
