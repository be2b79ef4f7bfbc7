"""Question sets: Question and QuestionSet, read from .jsonl, .csv or .xlsx and checked line by line."""

from __future__ import annotations

import difflib
import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QuestionSetError
from eval.jsonl import read_json_lines
from eval.tables import read_csv_rows, read_xlsx_rows
from rag.model import Turn

logger = logging.getLogger(__name__)

LIST_SEPARATOR = "；"
_LISTS = ("documents", "clauses", "also", "answer_points", "evidence")
COLUMNS = ("id", "type", "question", *_LISTS, "history")
_REQUIRED = ("id", "type", "question", "clauses")
_TURN_START = re.compile(rf"{LIST_SEPARATOR}\s*(?=(?:user|assistant)\s*[:：])")
_TURN = re.compile(r"\s*(user|assistant)\s*[:：]\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what a right answer to it cites.

    ``clauses`` must all be cited (empty: the right answer is to abstain); ``also`` may be
    cited besides. Both are clause ids once ``resolve_questions`` has seen them, and may be
    bare numbers before. ``evidence`` is verbatim. ``line`` is where it stands in its file.
    """

    id: str
    type: str
    question: str
    clauses: tuple[str, ...]
    line: int
    documents: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    answer_points: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()

    @property
    def must_abstain(self) -> bool:
        """Whether the documents do not answer it."""
        return not self.clauses


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of a file, in its order; never empty, ids unique."""

    path: Path
    questions: tuple[Question, ...]


def read_question_set(path: Path) -> QuestionSet:
    """Read a question set; in .csv and .xlsx, lists are separated by ``；``.

    A cell that begins with ``[`` is read as a JSON list instead, for pieces that hold a
    ``；`` themselves. A history cell is turns, each begun by ``user:`` or ``assistant:``.
    Columns that Wence does not know are passed over with a warning.

    Raises
    ------
    QuestionSetError
        The file cannot be read, is empty, or has a broken line or an id twice; the
        message names the file and the line, from 1.
    """
    questions: list[Question] = []
    lines: dict[str, int] = {}
    ignored: set[str] = set()
    for line, row in _read_rows(path):
        place = f"{path}, line {line}"
        for key in row.keys() - set(COLUMNS) - ignored:
            _refuse_misspelling(key, place)
            logger.warning("%s: %r is not a column of a question set; it is passed over", place, key)
            ignored.add(key)
        question = parse_question(row, line, place)
        if question.id in lines:
            raise QuestionSetError(f"{place}: id {question.id!r} stands already at line {lines[question.id]}")
        lines[question.id] = line
        questions.append(question)
    if not questions:
        raise QuestionSetError(f"{path}: no question in it; one a line is wanted, with id, type, question and clauses")
    return QuestionSet(path, tuple(questions))


def parse_question(row: Mapping[str, object], line: int, place: str) -> Question:
    """Check one row and return its question; ``place`` names the row in errors."""
    for key in _REQUIRED:
        if key not in row:
            hint = " ([] where the right answer is to abstain)" if key == "clauses" else ""
            raise QuestionSetError(f"{place}: {key!r} is missing{hint}")
    lists = {key: _parse_list(row.get(key), key, place) for key in _LISTS}
    if len(lists["documents"]) != 1:
        for clause in (*lists["clauses"], *lists["also"]):
            if "#" not in clause:
                raise QuestionSetError(
                    f"{place}: clause {clause!r} is a bare number, but {len(lists['documents'])} documents are named; "
                    "write <document id>#<number>"
                )
    for clause in (*lists["clauses"], *lists["also"]):
        document, separator, number = clause.rpartition("#")
        if separator and not (document.strip() and number.strip()):
            raise QuestionSetError(f"{place}: clause {clause!r} is not <document id>#<number>")
    return Question(
        id=_parse_text(row["id"], "id", place),
        type=_parse_text(row["type"], "type", place),
        question=_parse_text(row["question"], "question", place),
        line=line,
        history=_parse_history(row.get("history"), place),
        **lists,
    )


def _read_rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        yield from read_json_lines(path)
    elif suffix == ".csv":
        yield from read_csv_rows(path)
    elif suffix == ".xlsx":
        yield from read_xlsx_rows(path)
    else:
        raise QuestionSetError(f"{path}: a question set is a .jsonl, .csv or .xlsx file")


def _refuse_misspelling(key: str, place: str) -> None:
    # A misspelt optional column would drop gold without a word, and flatter the figures.
    near = difflib.get_close_matches(key.strip().lower(), COLUMNS, n=1, cutoff=0.8)
    if near:
        raise QuestionSetError(f"{place}: unknown column {key!r}; is {near[0]!r} meant?")


def _parse_text(value: object, key: str, place: str) -> str:
    if not isinstance(value, str):
        raise QuestionSetError(f"{place}: {key!r} is to be text, this is a {type(value).__name__}")
    if not value.strip():
        raise QuestionSetError(f"{place}: {key!r} is empty")
    if not value.isascii() and re.search("[\ud800-\udfff]", value):
        raise QuestionSetError(f"{place}: {key!r} holds half a surrogate pair, which is no character")
    return value.strip()


def _parse_list(value: object, key: str, place: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = _split_cell(value, key, place)
    if not isinstance(value, list):
        raise QuestionSetError(f"{place}: {key!r} is to be a list, this is a {type(value).__name__}")
    return tuple(_parse_text(item, f"{key}[{position}]", place) for position, item in enumerate(value))


def _split_cell(cell: str, key: str, place: str) -> list[object]:
    cell = cell.strip()
    if cell.startswith("["):
        return _load_json_list(cell, key, place)
    return [piece for piece in cell.split(LIST_SEPARATOR) if piece.strip()]


def _load_json_list(cell: str, key: str, place: str) -> list[object]:
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError) as error:
        raise QuestionSetError(f"{place}: {key!r} begins with [ but is not a JSON list: {error}") from error
    if not isinstance(value, list):
        raise QuestionSetError(f"{place}: {key!r} begins with [ but is not a JSON list")
    return value


def _parse_history(value: object, place: str) -> tuple[Turn, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = _split_history(value, place)
    if not isinstance(value, list):
        raise QuestionSetError(f"{place}: 'history' is to be a list of turns, this is a {type(value).__name__}")
    return tuple(_parse_turn(turn, f"history[{position}]", place) for position, turn in enumerate(value))


def _split_history(cell: str, place: str) -> list[object]:
    cell = cell.strip()
    if cell.startswith("["):
        return _load_json_list(cell, "history", place)
    turns: list[object] = []
    for piece in _TURN_START.split(cell) if cell else []:
        match = _TURN.fullmatch(piece)
        if match is None:
            raise QuestionSetError(f"{place}: a turn of 'history' is to begin with user: or assistant:")
        turns.append({"role": match[1], "content": match[2]})
    return turns


def _parse_turn(turn: object, key: str, place: str) -> Turn:
    if not isinstance(turn, dict) or turn.keys() != {"role", "content"}:
        raise QuestionSetError(f"{place}: {key!r} is to have 'role' and 'content', and nothing else")
    role = turn["role"]
    if role not in ("user", "assistant"):
        raise QuestionSetError(f"{place}: the role of {key!r} is to be user or assistant, this is {role!r}")
    return Turn(role, _parse_text(turn["content"], f"{key}.content", place))
