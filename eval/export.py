"""The answers of a run as a spreadsheet, one row a question."""

from __future__ import annotations

from pathlib import Path

from eval.report import QuestionResult, Report
from eval.sheets import join_for_reading, write_sheet

COLUMNS = (
    "id",
    "type",
    "question",
    "status",
    "answer",
    "cited",
    "quotes",
    "expected",
    "evidence",
    "right",
    "missing",
    "wrong",
    "missing_evidence",
    "untrue",
    "error",
)


def export_answers(report: Report, path: Path, *, force: bool = False) -> None:
    """Write every question of a run with its answer, what it cites, what was expected, and what is wrong with it.

    Raises
    ------
    WenceError
        The file exists and ``force`` was not given, cannot be written, or is neither
        .xlsx nor .csv.
    """
    write_sheet(path, COLUMNS, [_list_cells(result) for result in report.results], force=force)


def _list_cells(result: QuestionResult) -> tuple[str, ...]:
    return (
        result.id,
        result.type,
        result.question,
        result.status,
        result.answer,
        join_for_reading(result.cited),
        join_for_reading([quote.quote for quote in result.quotes]),
        join_for_reading(result.expected),
        join_for_reading(result.evidence),
        "yes" if result.right else "no",
        join_for_reading(result.missing),
        join_for_reading(result.wrong),
        join_for_reading(result.missing_evidence),
        join_for_reading(result.violations),
        result.error,
    )
