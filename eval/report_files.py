"""The files of a run's report: written whole, and read again."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.errors import QuestionSetError, WenceError
from eval.jsonl import unreadable
from eval.report import FORMAT, Report
from eval.report_html import render_html
from eval.report_markdown import render_markdown

DATA_NAME = "report.json"
TEXT_NAME = "report.md"
PAGE_NAME = "report.html"
REPORT_NAMES = (DATA_NAME, TEXT_NAME, PAGE_NAME)


def write_report(report: Report, folder: Path) -> None:
    """Write ``report.json`` into the folder, and what people read of it: ``report.html`` and ``report.md``.

    Raises
    ------
    WenceError
        The folder cannot be written to.
    """
    try:
        (folder / TEXT_NAME).write_text(render_markdown(report), encoding="utf-8", newline="\n")
        (folder / PAGE_NAME).write_text(render_html(report), encoding="utf-8", newline="\n")
        (folder / DATA_NAME).write_bytes(TypeAdapter(Report).dump_json(report, indent=2) + b"\n")
    except OSError as error:
        raise WenceError(f"cannot write to {folder}: {error.strerror or error}; name another with --out") from error


def read_report(folder: Path) -> Report:
    """Read ``report.json`` of a run's folder.

    Raises
    ------
    QuestionSetError
        There is none, or it is not a report of this version.
    """
    path = folder / DATA_NAME
    try:
        data = path.read_bytes()
        report = TypeAdapter(Report).validate_json(data)
    except OSError as error:
        raise unreadable(path, error) from error
    except ValidationError as error:
        if _read_format(data) != FORMAT:
            raise _of_another_version(path) from error
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise QuestionSetError(f"{path}: not a report: {place} {first['msg']}; run `wence eval run` again") from error
    names = {measure.name for measure in report.measures}
    if report.format != FORMAT or names - report.overall.keys():
        raise _of_another_version(path)
    return report


def _read_format(data: bytes) -> int:
    """Return the format that a file says it is in, this version's where it says none."""
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        return FORMAT
    found = record.get("format") if isinstance(record, dict) else None
    return found if isinstance(found, int) else FORMAT


def _of_another_version(path: Path) -> QuestionSetError:
    return QuestionSetError(f"{path}: written by another version of Wence; run `wence eval run` again")
