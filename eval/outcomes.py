"""Answer records (the lines of ``answers.jsonl``) to the outcomes that measures work on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from corpus.errors import QuestionSetError
from eval.jsonl import read_json_lines
from eval.measures.model import CitedQuote, Outcome
from eval.measures.quote_validity import Sources, find_violations
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
    """Return what one record says of its question; quotes are checked where there are ``sources``.

    Raises
    ------
    QuestionSetError
        A field is missing or of the wrong type; ``place`` names the record.
    """
    status = record.get("status")
    if status not in STATUSES:
        raise QuestionSetError(f"{place}: status {status!r} is none of {', '.join(STATUSES)}")
    listed = record.get("citations")
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise QuestionSetError(f"{place}: 'citations' is to be a list")
    citations = tuple(_read_citation(item, f"{place}, citation {number}") for number, item in enumerate(listed, 1))
    return Outcome(
        question=question,
        status=str(status),
        citations=citations,
        total_ms=_read_total(record.get("timings_ms"), place),
        violations=None if sources is None else find_violations(citations, sources),
        error=str(record.get("error", "")),
    )


def _read_citation(item: object, place: str) -> CitedQuote:
    if not isinstance(item, Mapping):
        raise QuestionSetError(f"{place}: an object is wanted")
    texts = {key: item.get(key) for key in ("document", "clause", "label", "quote")}
    offsets = [item.get(key) for key in ("start", "end")]
    for key, value in texts.items():
        if not isinstance(value, str):
            raise QuestionSetError(f"{place}: {key!r} is to be text")
    start, end = offsets
    if type(start) is not int or type(end) is not int:
        raise QuestionSetError(f"{place}: 'start' and 'end' are to be whole numbers")
    clause = str(texts["clause"] or texts["label"])
    return CitedQuote(str(texts["document"]), clause, str(texts["quote"]), start, end)


def _read_total(timings: object, place: str) -> float | None:
    if not isinstance(timings, Mapping) or timings.get("total") is None:
        return None
    total = timings["total"]
    if isinstance(total, bool) or not isinstance(total, int | float) or not math.isfinite(total):
        raise QuestionSetError(f"{place}: 'timings_ms.total' is to be a number of milliseconds")
    return float(total)
