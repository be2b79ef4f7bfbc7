"""The values of question answering: Turn, Passage, Citation, Statement, Removal, Answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from corpus.model import Clause
from index.model import Hit

Status = Literal["grounded", "partial", "abstained"]
Reason = Literal["", "no_support", "ambiguous", "out_of_scope", "empty"]
Origin = Literal["llm", "extract"]
Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier turn of the conversation; ``documents`` are the ids of those that an answer cites, if it is known."""

    role: Role
    content: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A hit with its clause; ``alike`` are the ids of clauses that say the same and were found below it."""

    hit: Hit
    clause: Clause
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a clause: ``quote`` is exactly ``document.text[start:end]``, inside that clause."""

    clause_id: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer with the positions, in ``Answer.citations``, of what supports it."""

    text: str
    citations: tuple[int, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Removal:
    """A sentence of a model's draft that was not let through, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified answer, or an abstention.

    ``text`` is for people: the statements, each followed by [n] (n counts citations from
    1), or, when abstaining, what is missing. ``related`` names clauses near an abstention,
    never as evidence. ``rest`` are the lines of ``text`` that say what was asked and not
    answered. ``notice`` tells of something that went wrong on the way without
    harm to the answer (an LLM that could not be reached). ``timings`` are milliseconds.
    """

    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    status: Status = "abstained"
    reason: Reason = ""
    related: tuple[str, ...] = ()
    removed: tuple[Removal, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    rest: tuple[str, ...] = ()
    notice: str = ""
