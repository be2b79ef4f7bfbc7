"""Write a question set, to be read again by ``eval.questions``: .jsonl, or .xlsx and .csv for people to edit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from corpus.errors import WenceError
from eval.questions import COLUMNS, Question
from eval.sheets import join_list, write_sheet, write_whole
from rag.model import Turn

SUFFIXES = (".jsonl", ".xlsx", ".csv")
_REQUIRED = frozenset(("id", "type", "question", "clauses"))


def write_question_set(questions: Sequence[Question], path: Path, *, force: bool = False) -> None:
    """Write the questions, whole or not at all.

    Raises
    ------
    WenceError
        The name ends in none of .jsonl, .xlsx and .csv, the file exists and ``force`` was
        not given, or it cannot be written.
    """
    refuse_existing(path, force=force)
    if path.suffix.lower() == ".jsonl":
        lines = "".join(json.dumps(_make_record(question), ensure_ascii=False) + "\n" for question in questions)
        write_whole(path, lambda file: file.write(lines.encode("utf-8")), force=force)
    else:
        write_sheet(path, COLUMNS, [_list_cells(question) for question in questions], force=force)


def refuse_existing(path: Path, *, force: bool) -> None:
    """Refuse what ``write_question_set`` would, before any work is done for it.

    Raises
    ------
    WenceError
        As there.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise WenceError(f"{path}: a question set is a .jsonl, .xlsx or .csv file; name it so")
    if path.exists() and not force:
        raise WenceError(f"{path} exists already: name another file, or add --force")


def _make_record(question: Question) -> dict[str, object]:
    """Return the object of a line: the columns that must be there, and those that hold something."""
    values = {column: getattr(question, column) for column in COLUMNS}
    values["history"] = _list_turns(question.history)
    return {
        column: list(value) if isinstance(value, tuple) else value
        for column, value in values.items()
        if value or column in _REQUIRED
    }


def _list_cells(question: Question) -> list[str]:
    return [_print_cell(question, column) for column in COLUMNS]


def _print_cell(question: Question, column: str) -> str:
    if column == "history":
        return json.dumps(_list_turns(question.history), ensure_ascii=False) if question.history else ""
    value: str | tuple[str, ...] = getattr(question, column)
    return value if isinstance(value, str) else join_list(value)


def _list_turns(history: Sequence[Turn]) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.content} for turn in history]
