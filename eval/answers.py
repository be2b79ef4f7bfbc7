"""Put the questions of a set to Wence and write down what it answers, line by line."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import WenceError
from eval.jsonl import Record, write_json_lines
from eval.questions import Question

if TYPE_CHECKING:
    from rag import Wence

logger = logging.getLogger(__name__)

ANSWERS_NAME = "answers.jsonl"

Ask = Callable[[Question], Record]
"""Answers a question with the object that ``answers.jsonl`` keeps; raises ``WenceError``."""


def ask_wence(wence: Wence) -> Ask:
    """Return the ``Ask`` of an open Wence."""
    from rag.record import answer_record

    def ask(question: Question) -> Record:
        answer = wence.ask(question.question, documents=question.documents, history=question.history)
        return dict(answer_record(answer, wence.index, id=question.id, question=question.question))

    return ask


def write_answers(questions: Sequence[Question], ask: Ask, path: Path, *, done: Callable[[], object]) -> list[Record]:
    """Answer each question in turn, each line on disk before the next is asked; ``done`` is called after each.

    A question that ends in a ``WenceError`` is recorded as abstained without a reason,
    with ``error`` saying what happened, and the run goes on.
    """
    records: list[Record] = []

    def keep(made: Iterable[Record]) -> Iterator[Record]:
        for record in made:
            records.append(record)
            yield record
            done()

    write_json_lines(path, keep(_answer_question(question, ask) for question in questions))
    return records


def _answer_question(question: Question, ask: Ask) -> Record:
    try:
        return ask(question)
    except WenceError as error:
        logger.warning("question %s: %s", question.id, error)
        return record_error(question, error)


def record_error(question: Question, error: WenceError) -> Record:
    """Return the record of a question that got no answer."""
    return {
        "id": question.id,
        "question": question.question,
        "answer": "",
        "status": "abstained",
        "reason": "",
        "citations": [],
        "statements": [],
        "removed": [],
        "related": [],
        "timings_ms": {},
        "error": f"{type(error).__name__}: {error}",
    }
