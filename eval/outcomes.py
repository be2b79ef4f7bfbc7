"""Answer records (the lines of ``answers.jsonl``) to the outcomes that measures work on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from corpus.errors import QuestionSetError
from eval.jsonl import read_json_lines
from eval.measures.model import CitedQuote, CitedStatement, Outcome
from eval.measures.quote_validity import Sources, find_violations
from eval.measures.sentence_support import judge_statements
from eval.questions import Question

STATUSES = ("grounded", "partial", "abstained")


def read_outcomes(path: Path, questions: Sequence[Question], sources: Sources | None = None) -> tuple[Outcome, ...]:
    """Read ``answers.jsonl`` again and pair it with its resolved questions, in their order.

    Raises
    ------
    QuestionSetError
        A line is broken, or the ids are not those of the questions.
    """
    known = {question.id: question for question in questions}
    found: dict[str, Outcome] = {}
    for line, record in read_json_lines(path):
        place = f"{path}, line {line}"
        question = known.get(str(record.get("id")))
        if question is None:
            raise QuestionSetError(f"{place}: id {record.get('id')!r} is not in the question set")
        if question.id in found:
            raise QuestionSetError(f"{place}: id {question.id!r} stands there already")
        found[question.id] = read_outcome(question, record, place=place, sources=sources)
    for question in questions:
        if question.id not in found:
            raise QuestionSetError(f"{path}: no answer to question {question.id!r}; run the set again")
    return tuple(found[question.id] for question in questions)


def read_outcome(
    question: Question, record: Mapping[str, object], *, place: str, sources: Sources | None = None
) -> Outcome:
    """Return what one record says of its question; quotes and statements are checked where there are ``sources``.

    Raises
    ------
    QuestionSetError
        A field is missing or of the wrong type; ``place`` names the record.
    """
    status = record.get("status")
    if status not in STATUSES:
        raise QuestionSetError(f"{place}: status {status!r} is none of {', '.join(STATUSES)}")
    citations = tuple(
        _read_citation(item, f"{place}, citation {number}")
        for number, item in enumerate(_read_list(record.get("citations"), "citations", place), 1)
    )
    statements = tuple(
        _read_statement(item, len(citations), f"{place}, statement {number}")
        for number, item in enumerate(_read_list(record.get("statements", ()), "statements", place), 1)
    )
    return Outcome(
        question=question,
        status=str(status),
        citations=citations,
        total_ms=_read_total(record.get("timings_ms"), place),
        violations=None if sources is None else find_violations(citations, sources),
        error=str(record.get("error", "")),
        answer=_read_text(record.get("answer", ""), "answer", place),
        statements=statements,
        supports=None if sources is None else judge_statements(statements, citations, sources),
    )


def _read_list(value: object, key: str, place: str) -> Sequence[object]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise QuestionSetError(f"{place}: {key!r} is to be a list")
    return value


def _read_text(value: object, key: str, place: str) -> str:
    if not isinstance(value, str):
        raise QuestionSetError(f"{place}: {key!r} is to be text")
    return value


def _read_citation(item: object, place: str) -> CitedQuote:
    if not isinstance(item, Mapping):
        raise QuestionSetError(f"{place}: an object is wanted")
    texts = {key: _read_text(item.get(key), key, place) for key in ("document", "clause", "label", "quote")}
    offsets = [item.get(key) for key in ("start", "end")]
    start, end = offsets
    if type(start) is not int or type(end) is not int:
        raise QuestionSetError(f"{place}: 'start' and 'end' are to be whole numbers")
    return CitedQuote(texts["document"], texts["clause"] or texts["label"], texts["quote"], start, end)


def _read_statement(item: object, citations: int, place: str) -> CitedStatement:
    if not isinstance(item, Mapping):
        raise QuestionSetError(f"{place}: an object is wanted")
    positions: list[int] = []
    for position in _read_list(item.get("citations"), "citations", place):
        if type(position) is not int or not 0 <= position < citations:
            raise QuestionSetError(f"{place}: {position!r} is the position of none of its {citations} citations")
        positions.append(position)
    text, origin = (_read_text(item.get(key), key, place) for key in ("text", "origin"))
    return CitedStatement(text, tuple(dict.fromkeys(positions)), origin)


def _read_total(timings: object, place: str) -> float | None:
    if not isinstance(timings, Mapping) or timings.get("total") is None:
        return None
    total = timings["total"]
    if isinstance(total, bool) or not isinstance(total, int | float) or not math.isfinite(total):
        raise QuestionSetError(f"{place}: 'timings_ms.total' is to be a number of milliseconds")
    return float(total)
