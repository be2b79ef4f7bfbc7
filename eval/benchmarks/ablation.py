"""What each part of the search and of the training adds: rows that training wrote, and rows that a run measured.

The file is JSON: ``rows``, each with a ``name``, any of ``COLUMNS`` (a share between 0
and 1, or three: it and its bounds) and a ``note``; and ``remarks``, lines of text that
stand below the table (what was tried, and why a figure was not reached).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import WenceError
from eval.bootstrap import Interval

ABLATION_NAME = "ablation.json"
COLUMNS = ("recall@10", "recall@100", "MRR@10", "unseen recall@10", "unseen MRR@10")


@dataclass(frozen=True, slots=True)
class AblationRow:
    """A variant with its figures by column; a column that was not measured is absent."""

    name: str
    figures: Mapping[str, Interval | float]
    note: str


@dataclass(frozen=True, slots=True)
class Ablation:
    """The rows in the order of their file, and the remarks on them."""

    rows: tuple[AblationRow, ...] = ()
    remarks: tuple[str, ...] = ()


def read_ablation(path: Path) -> Ablation:
    """Read the file; one that is not there has no rows.

    Raises
    ------
    WenceError
        It cannot be read, or is not of this form; the message names the row.
    """
    if not path.exists():
        return Ablation()
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WenceError(f"{path}: cannot be read as JSON ({error}); the training commands write it") from error
    if not isinstance(content, dict) or content.keys() - {"rows", "remarks"}:
        raise WenceError(f"{path}: an object with 'rows' and 'remarks' is wanted, and nothing else")
    rows, remarks = content.get("rows", []), content.get("remarks", [])
    if not isinstance(rows, list) or not isinstance(remarks, list) or not all(isinstance(one, str) for one in remarks):
        raise WenceError(f"{path}: 'rows' is to be a list of objects, and 'remarks' one of texts")
    return Ablation(
        tuple(_read_row(row, f"{path}, row {number}") for number, row in enumerate(rows, 1)), tuple(remarks)
    )


def _read_row(row: object, place: str) -> AblationRow:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        raise WenceError(f"{place}: an object with a 'name' is wanted")
    if unknown := row.keys() - {"name", "note", *COLUMNS}:
        raise WenceError(f"{place}: unknown column {min(unknown)!r}; the columns are {', '.join(COLUMNS)}")
    figures = {
        column: _read_figure(row[column], f"{place}: {column!r}") for column in COLUMNS if row.get(column) is not None
    }
    return AblationRow(row["name"], figures, str(row.get("note", "")))


def _read_figure(value: object, place: str) -> Interval | float:
    shares = value if isinstance(value, list) else [value]
    good = [share for share in shares if isinstance(share, int | float) and not isinstance(share, bool)]
    if len(shares) not in (1, 3) or len(good) != len(shares) or not all(0 <= share <= 1 for share in good):
        raise WenceError(f"{place} is to be between 0 and 1, or such a mean with its two bounds; this is {value!r}")
    return Interval(*map(float, good)) if len(good) == 3 else float(good[0])
