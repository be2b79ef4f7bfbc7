"""Write rows as a spreadsheet that opens in Excel: .xlsx, or .csv with a byte order mark; every cell is text.

A cell that a spreadsheet program would take for a formula (it begins with ``=``, ``+``,
``-``, ``@`` or their full-width forms) is kept as text: answers and questions are data. In
.csv it gets a ``'`` in front, which ``tables.read_csv_rows`` takes off again.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from corpus.errors import WenceError
from eval.tables import FORMULA, QUOTE

LIST_SEPARATOR = "；"
CELL_MAX_CHARACTERS = 32_767
"""Excel's own limit; longer texts are cut in .xlsx."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDTHS = {"id": 14, "type": 12, "status": 11, "right": 7}
_WIDTH = 36

Row = Sequence[str]


def write_sheet(path: Path, header: Row, rows: Sequence[Row], *, force: bool = False) -> None:
    """Write the header and the rows, whole or not at all.

    White space stays; characters that no workbook can hold become U+FFFD.

    Raises
    ------
    WenceError
        The name ends in neither .xlsx nor .csv, the file exists and ``force`` was not
        given, or it cannot be written.
    """
    writers: dict[str, Callable[[IO[bytes], Sequence[Row]], None]] = {".csv": _write_csv, ".xlsx": _write_xlsx}
    write = writers.get(path.suffix.lower())
    if write is None:
        raise WenceError(f"{path}: a spreadsheet is a .xlsx or .csv file; name it so")
    cells = [[_clean(cell) for cell in row] for row in (header, *rows)]
    write_whole(path, lambda file: write(file, cells), force=force)


def write_whole(path: Path, write: Callable[[IO[bytes]], object], *, force: bool) -> None:
    """Write a file under another name first, so that what bears its name is whole.

    Raises
    ------
    WenceError
        It exists and ``force`` was not given, or it cannot be written.
    """
    if path.exists() and not force:
        raise WenceError(f"{path} exists already: name another file, or add --force")
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            write(file)
        part.replace(path)
    except OSError as error:
        raise WenceError(f"cannot write {path}: {error.strerror or error}; name another file") from error
    finally:
        part.unlink(missing_ok=True)


def join_list(pieces: Sequence[str]) -> str:
    """Return a list as a cell that reads back as the same list: ``；`` between, or JSON where a piece has one."""
    if any(LIST_SEPARATOR in piece or piece.startswith("[") or piece != piece.strip() for piece in pieces):
        return json.dumps(list(pieces), ensure_ascii=False)
    return LIST_SEPARATOR.join(pieces)


def join_for_reading(pieces: Sequence[str]) -> str:
    """Return a list as a cell for people: ``；`` between, none added to a piece that ends in one."""
    ended = [piece if piece.endswith(LIST_SEPARATOR) else piece + LIST_SEPARATOR for piece in pieces[:-1]]
    return "".join([*ended, *pieces[-1:]])


def _clean(cell: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", cell).replace("\r\n", "\n").replace("\r", "\n")


def _write_csv(file: IO[bytes], rows: Sequence[Row]) -> None:
    lines: list[str] = []

    class Lines:
        write = staticmethod(lines.append)

    writer = csv.writer(Lines)
    for row in rows:
        writer.writerow([QUOTE + cell if FORMULA.match(cell) else cell for cell in row])
    file.write("".join(lines).encode("utf-8-sig"))


def _write_xlsx(file: IO[bytes], rows: Sequence[Row]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Wence")
    sheet.freeze_panes = "A2"
    for column, name in enumerate(rows[0], 1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(name, _WIDTH)
    wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
    for number, row in enumerate(rows):
        cells = []
        for text in row:
            shown = text if len(text) <= CELL_MAX_CHARACTERS else text[: CELL_MAX_CHARACTERS - 1] + "…"
            cell = WriteOnlyCell(sheet, value=shown)
            cell.data_type = "s"  # openpyxl takes =… for a formula and #N/A for an error
            cell.alignment = wrapped
            cell.quotePrefix = FORMULA.match(text) is not None
            if number == 0:
                cell.font = bold
            cells.append(cell)
        sheet.append(cells)
    book.save(file)
