"""A file of each format with some of its bytes altered: each reader returns a text, or raises a DocumentError alone."""

import io
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.formats.docx import read_docx
from corpus.formats.html import read_html
from corpus.formats.ofd import read_ofd
from corpus.formats.pdf import read_pdf
from corpus.formats.table import read_table
from corpus.load import read_text
from corpus.settings import CorpusSettings
from tests.corpus.formats.make_ofd import pack_lines
from tests.corpus.formats.make_pdf import draw_pages

LIMITS = CorpusSettings()
LAW = "第一条　为了加强对产品质量的监督管理，制定本法。\n第二条　在中国境内适用本法。\n"
READERS: dict[str, Callable[[bytes], object]] = {
    ".txt": read_text,
    ".html": lambda data: read_html(data, LIMITS),
    ".csv": lambda data: read_table(data, LIMITS, suffix=".csv"),
    ".docx": lambda data: read_docx(data, LIMITS),
    ".xlsx": lambda data: read_table(data, LIMITS, suffix=".xlsx"),
    ".ofd": lambda data: read_ofd(data, LIMITS),
    ".pdf": lambda data: read_pdf(data, LIMITS),
}


def make_small_files() -> dict[str, bytes]:
    """Return a small file of every format, .doc aside: LibreOffice would be started for it."""
    document, package = docx.Document(), io.BytesIO()
    document.add_paragraph(LAW)
    document.save(package)
    book, workbook = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0].append(["第一条", "甲"])
    book.save(workbook)
    return {
        ".txt": LAW.encode("gb18030"),
        ".html": f"<html><meta charset=gbk><table><tr><td>{LAW}".encode("gb18030"),
        ".csv": b"\xef\xbb\xbf" + '条号,内容\n第一条,"甲\n乙"\n'.encode(),
        ".docx": package.getvalue(),
        ".xlsx": workbook.getvalue(),
        ".ofd": pack_lines("第一条 甲", "第二条 乙"),
        ".pdf": draw_pages([[(80, 0, "第一条 甲"), (80, 1, "第二条 乙")]]),
    }


def alter(data: bytes, draw: st.DataObject) -> bytes:
    """Return bytes with some altered and the end cut off, perhaps."""
    altered = bytearray(data)
    for place in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=8)) if data else ():
        altered[place] = draw.draw(st.integers(0, 255))
    return bytes(altered[: draw.draw(st.just(len(altered)) | st.integers(0, len(altered)))])


def alter_part(data: bytes, draw: st.DataObject) -> bytes:
    """Return a package with one of its parts altered: altered itself, it would be refused unread."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(buffer, "w") as other:
        chosen = draw.draw(st.sampled_from(package.namelist()))
        for name in package.namelist():
            part = package.read(name)
            other.writestr(name, alter(part, draw) if name == chosen else part)
    return buffer.getvalue()


SMALL_FILES = make_small_files()


@pytest.mark.parametrize("suffix", READERS)
@given(data=st.data())
@settings(max_examples=100)
def test_an_altered_file_is_read_or_refused_in_one_line(suffix: str, data: st.DataObject) -> None:
    whole = SMALL_FILES[suffix]
    packed = zipfile.is_zipfile(io.BytesIO(whole)) and data.draw(st.booleans())
    altered = alter_part(whole, data) if packed else alter(whole, data)
    try:
        assert READERS[suffix](altered)
    except DocumentError as error:
        assert "\n" not in str(error)
