"""Tables of clauses (.xlsx, .csv, .tsv): their rows to the documents that they hold."""

from __future__ import annotations

import csv
import datetime
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from corpus.decode import decode_bytes
from corpus.errors import DocumentError, UnsupportedFormat
from corpus.formats.clausetable import lay_out_sheets
from corpus.formats.docx import OLE_MAGIC
from corpus.formats.package import open_package, read_member
from corpus.formats.source import build_source, check_length
from corpus.lines import BLANKS
from corpus.model import SourceText
from corpus.numerals import to_chinese
from corpus.settings import CorpusSettings

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_DELIMITERS = ",\t;|"
_SNIFFED = 200
_ROWS = 1_048_576
"""The rows that a sheet of Excel has: openpyxl makes one for every number up to that of the last."""
_ESCAPES = {"_x000D_": "", "_x000d_": "", "_x000A_": "\n", "_x000a_": "\n"}
_ESCAPE = re.compile("|".join(_ESCAPES))
_UNVALUED = re.compile(rb"(?:</f>|<f[^>]{0,400}/>)(?:<v\s*/>|<v></v>)?\s*</c>")
_LITERAL = re.compile(r'(\[DBNum\d\])?(?:\[[^\]]*\])*((?:"[^"]*"|[\u4e00-\u9fff])*)0((?:"[^"]*"|[\u4e00-\u9fff])*)')
_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, NotImplementedError, OSError,
    RecursionError, SyntaxError, TypeError, ValueError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What openpyxl raises on a workbook whose parts do not say what they should."""


@dataclass(frozen=True, slots=True)
class TableDocument:
    """A document that a table holds: its name, "" where the table is one document, and its text."""

    name: str
    content: SourceText


@dataclass(slots=True)
class Sheet:
    """A sheet of a table: its rows, every cell as it is printed."""

    name: str
    rows: list[list[str]] = field(default_factory=list)


def read_table(data: bytes, limits: CorpusSettings, *, suffix: str) -> list[TableDocument]:
    """Read a workbook (``suffix`` .xlsx) or delimited text (.csv, .tsv).

    One document for the file, or one for each document that a column, or sheets that
    begin the numbering anew, name.

    Raises
    ------
    UnsupportedFormat
        The file is something else under the name of a table.
    DocumentError
        It is damaged, protected, beyond the limits, or holds no text.
    """
    if data.startswith(OLE_MAGIC):
        raise UnsupportedFormat(
            "is a workbook of Excel 97-2003 or protected by a password; save it as .xlsx without a password"
        )
    if data.startswith(b"PK\x03\x04") or suffix == ".xlsx":
        sheets, notes = _read_workbook(data, limits)
    else:
        sheets, notes = _read_delimited(data, limits)
    documents, more = lay_out_sheets([(sheet.name, sheet.rows) for sheet in sheets if sheet.rows])
    notes += more
    if not documents:
        raise DocumentError("holds no text; check that it was saved whole")
    return [TableDocument(name, build_source(lines, title=name, notes=notes)) for name, lines in documents.items()]


def _read_delimited(data: bytes, limits: CorpusSettings) -> tuple[list[Sheet], list[str]]:
    decoded = decode_bytes(data)
    if decoded is None:
        raise DocumentError("is not text; open it in Excel or WPS and save it as .xlsx or as CSV UTF-8")
    check_length(len(decoded.text), limits.text_max_characters)
    notes = [f"{decoded.lost} places could not be decoded as {decoded.encoding}"] if decoded.lost else []
    text = decoded.text
    # Excel may say in the first line what parts the cells.
    declared = re.match(r"sep=(.)\r?\n", text)
    text = text[declared.end() :] if declared else text
    delimiter = declared[1] if declared else _find_delimiter(text)
    # A cell may hold a whole law: the text is within its limit already.
    csv.field_size_limit(limits.text_max_characters)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [Sheet("", _collect(rows, limits))], notes
    except csv.Error as error:
        raise DocumentError(f"is not a table as CSV has it ({error}); save it as .xlsx") from error


def _find_delimiter(text: str) -> str:
    """Return what parts the cells: what gives the most rows the same number of cells, two at least."""
    sample = "".join(text[:200_000].splitlines(keepends=True)[:_SNIFFED])
    best, most = ",", 0
    for delimiter in _DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        alike = max((count for width, count in widths.items() if width > 1), default=0)
        if alike > most:
            best, most = delimiter, alike
    return best


def _read_workbook(data: bytes, limits: CorpusSettings) -> tuple[list[Sheet], list[str]]:
    notes: list[str] = []
    with open_package(data, limits) as package:
        if not any(name.lower().startswith("xl/") for name in package.namelist()):
            raise UnsupportedFormat("is a zip file that holds no workbook; check what it is, and rename it")
        unvalued = _check_parts(package)
    if unvalued:
        notes.append(f"{unvalued} formulas have no stored value: open the file in Excel or WPS and save it")
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # openpyxl warns of what it does not keep when it writes: it is never asked to.
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        except _BROKEN as error:
            raise _refuse(error) from error
        try:
            sheets = _read_sheets(book, limits, notes)
        except _BROKEN as error:
            raise _refuse(error) from error
        finally:
            book.close()
    return sheets, notes


def _refuse(error: BaseException) -> DocumentError:
    return DocumentError(f"the workbook is damaged ({type(error).__name__}); open it in Excel or WPS and save it again")


def _check_parts(package: zipfile.ZipFile) -> int:
    """Return how many formulas have no value; refuse parts that declare a document type, as no workbook does."""
    unvalued = 0
    for name in package.namelist():
        if not name.lower().endswith((".xml", ".rels")):
            continue
        part = read_member(package, name) or b""
        if b"<!DOCTYPE" in part[:4096]:
            raise DocumentError("a part of the workbook declares a document type, as none does; save it again")
        if "/worksheets/" in name:
            unvalued += len(_UNVALUED.findall(part))
    return unvalued


def _read_sheets(book: Workbook, limits: CorpusSettings, notes: list[str]) -> list[Sheet]:
    sheets = []
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        rows = _collect(([_print_cell(cell) for cell in row] for row in sheet.iter_rows(max_row=_ROWS)), limits)
        if rows and sheet.sheet_state != "visible":
            notes.append(f"the sheet {sheet.title} is hidden; it is read all the same")
        sheets.append(Sheet(sheet.title or "", rows))
    return sheets


def _collect(rows: Iterable[Sequence[str]], limits: CorpusSettings) -> list[list[str]]:
    """Return the filled rows, as long as they stay within the limits."""
    return list(_check_rows(rows, limits.text_max_characters))


def _check_rows(rows: Iterable[Sequence[str]], limit: int) -> Iterator[list[str]]:
    length = 0
    for row in rows:
        length += sum(map(len, row)) + len(row)
        check_length(length, limit)
        if any(cell.strip(BLANKS) for cell in row):
            yield list(row)


def _print_cell(cell: Any) -> str:
    """Return a cell as Excel shows it, near enough: 40 for 40.0, ISO dates, per cent, 第0条 formats."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _print_amount(value, cell.number_format or "")
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return _ESCAPE.sub(lambda match: _ESCAPES[match[0]], str(value))


def _print_amount(value: float, number_format: str) -> str:
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
    if number_format.rstrip().endswith("%"):
        decimals = len(number_format.rpartition(".")[2].strip("% ")) if "." in number_format else 0
        return f"{value * 100:.{min(decimals, 10)}f}%"
    printed = str(int(value)) if whole else format(value, ".15g")
    literal = _LITERAL.fullmatch(number_format[:100]) if whole else None
    if literal is None:
        return printed
    before, after = literal[2].replace('"', ""), literal[3].replace('"', "")
    return f"{before}{(to_chinese(printed) if literal[1] else '') or printed}{after}"
