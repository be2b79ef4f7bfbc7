"""Small questions, outcomes and documents, and the hypothesis strategies that draw them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from hypothesis import strategies as st

from corpus.errors import NotFound, WenceError
from corpus.model import Clause, Document, ParsedDocument, Span
from eval.measures import CitedQuote, CitedStatement, Outcome, StatementSupport
from eval.questions import Question
from index.model import Vectors
from rag.model import Answer, Turn


def make_question(
    *clauses: str,
    also: tuple[str, ...] = (),
    evidence: tuple[str, ...] = (),
    answer_points: tuple[str, ...] = (),
    type: str = "fact",
    id: str = "q",
    question: str = "问？",
    documents: tuple[str, ...] = (),
    history: tuple[Turn, ...] = (),
) -> Question:
    return Question(
        id,
        type,
        question,
        clauses,
        1,
        documents=documents,
        also=also,
        evidence=evidence,
        answer_points=answer_points,
        history=history,
    )


def cite(clause_id: str, quote: str) -> CitedQuote:
    document, _, clause = clause_id.rpartition("#")
    return CitedQuote(document, clause, quote, 0, len(quote))


def make_outcome(
    question: Question,
    *cited: str,
    quotes: tuple[str, ...] = (),
    status: str = "",
    total_ms: float | None = None,
    violations: tuple[str, ...] | None = None,
    error: str = "",
    statements: tuple[CitedStatement, ...] = (),
    supports: tuple[StatementSupport, ...] | None = None,
    answer: str = "",
) -> Outcome:
    """An outcome citing these clauses; where ``quotes`` are given, they are all from the first one."""
    citations = [cite(clause, "引文") for clause in cited]
    if quotes:
        citations = [cite(cited[0], quote) for quote in quotes]
    return Outcome(
        question,
        status or ("grounded" if citations else "abstained"),
        tuple(citations),
        total_ms,
        violations,
        error,
        answer,
        statements,
        supports,
    )


def say(text: str, *citations: int, origin: str = "extract") -> CitedStatement:
    return CitedStatement(text, citations, origin)


def make_document(id: str = "甲法", *, damaged: tuple[Span, ...] = ()) -> ParsedDocument:
    """第一条 at [0:9] and 第二条 at [10:19] of a document of two lines."""
    text = "第一条 应当备案。\n第二条 不得转让。"
    clauses = tuple(
        Clause(f"{id}#{number}", id, (), number, f"第{number}条", "", text[start : start + 9], start, start + 9)
        for number, start in (("一", 0), ("二", 10))
    )
    document = Document(id, id, "", "", date(2020, 1, 1), None, None, f"{id}.md", text)
    return ParsedDocument(document, clauses, (), damaged)


@dataclass(frozen=True)
class FakeSources:
    parsed: dict[str, ParsedDocument]

    @classmethod
    def of(cls, *documents: ParsedDocument) -> FakeSources:
        return cls({parsed.document.id: parsed for parsed in documents})

    @property
    def clauses(self) -> dict[str, Clause]:
        return {clause.id: clause for parsed in self.parsed.values() for clause in parsed.clauses}


@dataclass(frozen=True)
class FakeCatalog:
    sources: FakeSources
    short_titles: dict[str, str]

    def resolve(self, name: str) -> Document:
        id = self.short_titles.get(name, name)
        if id not in self.sources.parsed:
            raise NotFound(f"no document {name}: `wence documents` lists them")
        return self.sources.parsed[id].document


_names = st.sampled_from(["甲#一", "甲#二", "甲#三", "乙#一"])
_texts = st.text(alphabet="应当备案，。 １1", min_size=1, max_size=6)
_points = st.text(alphabet="应当备案三日１1", min_size=1, max_size=6)
_types = st.sampled_from(["fact", "lay", "lookup", "clause_ref", "version", "follow_up", "unanswerable"])


@st.composite
def questions(draw: st.DrawFn) -> Question:
    clauses = tuple(draw(st.lists(_names, unique=True, max_size=3)))
    return make_question(
        *clauses,
        also=tuple(draw(st.lists(_names, max_size=2))),
        evidence=tuple(draw(st.lists(_texts, max_size=3))) if clauses else (),
        answer_points=tuple(draw(st.lists(_points, max_size=2))) if clauses else (),
        type=draw(_types),
    )


@st.composite
def statements(draw: st.DrawFn, citations: int) -> CitedStatement:
    positions = draw(st.lists(st.integers(0, citations - 1), unique=True, max_size=3)) if citations else []
    return CitedStatement(draw(_texts), tuple(positions), draw(st.sampled_from(["llm", "extract"])))


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    cited = draw(st.lists(st.builds(cite, _names, _texts), max_size=4))
    said = draw(st.lists(statements(len(cited)), max_size=3)) if cited else []
    judged = draw(st.booleans())
    return Outcome(
        draw(questions()),
        draw(st.sampled_from(["grounded", "partial"])) if cited else "abstained",
        tuple(cited),
        draw(st.none() | st.floats(0, 1e6)),
        () if judged else None,
        draw(st.sampled_from(["", "", "QuestionError: too long"])) if not cited else "",
        "\n".join(statement.text for statement in said),
        tuple(said),
        tuple(draw(_support(len(statement.citations))) for statement in said) if judged else None,
    )


@st.composite
def _support(draw: st.DrawFn, citations: int) -> StatementSupport:
    supported = citations > 0 and draw(st.booleans())
    return StatementSupport(supported, draw(st.integers(0, citations)) if supported else 0)


@st.composite
def perfect_outcomes(draw: st.DrawFn) -> Outcome:
    question = draw(questions())
    if question.must_abstain:
        return Outcome(question, "abstained", (), 1.0, ())
    quote = "。".join([*question.evidence, *question.answer_points]) or "引"
    cited = tuple(cite(id, quote) for id in question.clauses)
    said = tuple(CitedStatement(quote, (position,), "llm") for position in range(len(cited)))
    supports = tuple(StatementSupport(True, 1) for _ in said)
    return Outcome(question, "grounded", cited, 1.0, (), "", quote, said, supports)


@dataclass(frozen=True)
class FakeManifest:
    encoder: str = "fake-encoder"
    corpus_hash: str = "0123abcd"


@dataclass(frozen=True)
class FakeIndex(FakeSources):
    manifest: FakeManifest = FakeManifest()


class FakeWence:
    """Answers by a script, question to answer, and keeps what it was asked."""

    def __init__(self, script: Mapping[str, Answer | WenceError]) -> None:
        self.index = FakeIndex(
            {parsed.document.id: parsed for parsed in (make_document("甲法"), make_document("乙法"))}
        )
        self.catalog = FakeCatalog(self.index, {"甲": "甲法"})
        self.script = script
        self.asked: list[tuple[str, tuple[str, ...], tuple[Turn, ...]]] = []
        self.writers: list[object] = []

    def write_with(self, llm: object) -> FakeWence:
        self.writers.append(llm)
        return self

    def ask(self, question: str, *, documents: Sequence[str] = (), history: Sequence[Turn] = ()) -> Answer:
        self.asked.append((question, tuple(documents), tuple(history)))
        answer = self.script[question]
        if isinstance(answer, WenceError):
            raise answer
        return answer


class SharedLettersEncoder:
    """A deterministic encoder: a text's vector counts its characters, by code point modulo 64."""

    name = "shared-letters"

    def encode(self, texts: Sequence[str], *, kind: Literal["query", "passage"]) -> Vectors:
        vectors = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in enumerate(texts):
            for character in text:
                vectors[row, ord(character) % 64] += 1.0
        vectors[:, 0] += 1e-3
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit
