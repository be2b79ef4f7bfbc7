"""The cases: questions, and documents, that carry an instruction, with what is to be cited all the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Direct:
    """A question with an instruction in it.

    ``genuine`` is the question without it, empty where there is none, and ``clauses`` are the ids
    that it must cite. ``payload`` are words that no answer holds but in the words of a clause.
    """

    id: str
    kind: str
    question: str
    genuine: str
    clauses: tuple[str, ...]
    payload: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indirect:
    """A document with an instruction in it, and a question on another clause; ``clauses`` are numbers."""

    id: str
    kind: str
    text: str
    question: str
    clauses: tuple[str, ...]
    payload: tuple[str, ...]


def read_direct() -> list[Direct]:
    """Return the questions, in the order of the file."""
    return [
        Direct(case["id"], case["kind"], case["question"], case["genuine"], *_read_lists(case))
        for case in _read_lines("direct.jsonl")
    ]


def read_indirect() -> list[Indirect]:
    """Return the documents, in the order of the file."""
    return [
        Indirect(case["id"], case["kind"], case["text"], case["question"], *_read_lists(case))
        for case in _read_lines("indirect.jsonl")
    ]


def _read_lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


def _read_lists(case: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(case["clauses"]), tuple(case["payload"])
