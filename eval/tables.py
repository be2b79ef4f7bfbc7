"""Read the rows of a question set kept as a spreadsheet: .xlsx or .csv, column names in the first row."""

from __future__ import annotations

import csv
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import ParseError

from corpus.errors import QuestionSetError
from eval.jsonl import unreadable

FILE_MAX_BYTES = 64_000_000
QUOTE = "'"
"""What stands before a cell in a .csv file that Wence wrote, where it would be taken for a formula."""
FORMULA = re.compile(rf"{QUOTE}*[=+\-@\t＝＋－＠]")
"""How a cell begins that a spreadsheet program takes for a formula, or that was kept from it."""

Row = dict[str, str]

# What openpyxl lets through when a workbook is damaged: it has no exception of its own for that.
_WORKBOOK_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    NotImplementedError,
    RuntimeError,
)


def read_csv_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Yield the line at which each row begins, from 1, and its cells by column name.

    UTF-8 or, as Chinese Excel saves it, GB 18030. Empty rows are passed over; the ``'``
    that keeps ``=…`` from being a formula is taken off.

    Raises
    ------
    QuestionSetError
        The file cannot be read or decoded, or a row does not fit its header.
    """
    text = _decode(path, _read_bytes(path))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            rows.append((begins, [_unquote(cell) for cell in cells]))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise QuestionSetError(f"{path}, line {begins}: not a CSV row: {error}") from error
    yield from _name_cells(path, rows)


def read_xlsx_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Yield the row number in the first sheet, from 1, and the cells by column name.

    Whole numbers are read without a decimal point. Empty rows are passed over.

    Raises
    ------
    QuestionSetError
        The file is not a workbook that can be read, or a row does not fit its header.
    """
    data = _read_bytes(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > 4 * FILE_MAX_BYTES:
            raise QuestionSetError(f"{path}: unpacks to {size:,} bytes, too large for a question set")
        rows = [(number, [_show_cell(cell) for cell in cells]) for number, cells in _read_sheet(data)]
    except _WORKBOOK_FAULTS as error:
        raise QuestionSetError(f"{path}: not an .xlsx workbook that can be read ({error}); save it anew") from error
    yield from _name_cells(path, rows)


def _read_sheet(data: bytes) -> list[tuple[int, Sequence[object]]]:
    import openpyxl

    with warnings.catch_warnings():
        # Styles and validations that openpyxl does not know have no bearing on the words.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            return list(enumerate(sheet.iter_rows(values_only=True), start=1))
        finally:
            book.close()


def _unquote(cell: str) -> str:
    return cell[1:] if cell.startswith(QUOTE) and FORMULA.match(cell) else cell


def _show_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _name_cells(path: Path, rows: list[tuple[int, list[str]]]) -> Iterator[tuple[int, Row]]:
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        return
    header_line, header = filled[0]
    names = [cell.strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise QuestionSetError(f"{path}, line {header_line}: column {min(doubled)!r} stands twice in the header")
    for line, cells in filled[1:]:
        if any(cell.strip() for cell in cells[len(names) :]):
            raise QuestionSetError(f"{path}, line {line}: more cells than the header has columns")
        yield line, {name: cell for name, cell in zip(names, cells, strict=False) if name}


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(FILE_MAX_BYTES + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(data) > FILE_MAX_BYTES:
        raise QuestionSetError(f"{path}: larger than {FILE_MAX_BYTES:,} bytes, too large for a question set")
    return data


def _decode(path: Path, data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    line = data[: _first_fault(data)].count(b"\n") + 1
    raise QuestionSetError(f"{path}, line {line}: neither UTF-8 nor GB 18030; save the file as UTF-8")


def _first_fault(data: bytes) -> int:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return error.start
    return 0
