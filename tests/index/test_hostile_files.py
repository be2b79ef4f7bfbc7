"""Hostile and broken files beside good ones: each ends in one line or in its document, and the rest lands."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.settings import CorpusSettings
from index.ingest import ingest_documents
from index.report import IngestReport
from index.store import open_documents
from tests.index.fakes import LAW, SETTINGS, BigramEncoder, write_file

GOOD = "丁法\n\n第一条　为了保证质量，制定本法。\n第二条　应当备案。\n"
TRADITIONAL = "丁法\n\n第一條　為了保證質量，制定本法。\n第二條　應當備案。\n"
LIMITS = CorpusSettings(timeout_seconds=30, workers=2)


def make_docx() -> bytes:
    document = docx.Document()
    for line in GOOD.splitlines():
        document.add_paragraph(line)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def make_pdf() -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.setFont("STSong-Light", 14)
    for place, line in enumerate(GOOD.splitlines()):
        canvas.drawString(72, 760 - 24 * place, line)
    canvas.save()
    return file.getvalue()


def pack(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def break_xref(data: bytes) -> bytes:
    place = data.index(b"xref\n")
    return data[:place] + b"xref\n0 9\nbroken" + data[place + 20 :]


def bomb_package() -> bytes:
    return pack({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>" + b" " * 30_000_000})


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "炸弹.zip": (lambda: pack({"弹.txt": bytes(20_000_000)}), "弹.txt: unpacks to more than 200 times its size"),
    "越界.zip": (lambda: pack({"../../越界.md": GOOD.encode()}), "越界.md: its name leads out of the archive"),
    "炸弹.docx": (bomb_package, "times"),
    "截断.docx": (lambda: make_docx()[:-2_000], "截断.docx: "),
    "截断.pdf": (lambda: make_pdf()[:300], "截断.pdf: "),
    "空字节.txt": (lambda: b"\0" * 10_000, "not text"),
    "夹空.md": (lambda: GOOD.encode().replace("质量".encode(), b"\0\0"), "not text"),
    "假.pdf": (lambda: GOOD.encode(), "假.pdf: "),
    "假.docx": (lambda: b"PK\x03\x04" + bytes(99), "假.docx: "),
    "假.ofd": (lambda: pack({"OFD.xml": b"<a" * 999}), "假.ofd: "),
    "假.xlsx": (lambda: pack({"xl/workbook.xml": b"<workbook/>"}), "假.xlsx: "),
    "空.html": (lambda: b"<html><script>var a = 1;</script>", "空.html: "),
    "空.txt": (lambda: b"", "the file is empty"),
}
READ: dict[str, Callable[[], bytes]] = {
    "坏表.pdf": lambda: break_xref(make_pdf()),
    "深.html": lambda: b"<div>" * 100_000 + GOOD.replace("\n", "<p>").encode(),
    "空字节.html": lambda: GOOD.replace("\n", "<p>").encode().replace(b"<p>", b"<p>\0"),
    "断.utf8.txt": lambda: GOOD.encode()[:-2],
    "断.gbk.txt": lambda: (GOOD[:-2] + "。").encode("gb18030")[:-1],
    "断.big5.txt": lambda: TRADITIONAL.encode("big5")[:-2],
    "断.utf16.txt": lambda: GOOD.encode("utf-16")[:-1],
}


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_file(tmp_path / "shipped" / "甲法.md", LAW)
    monkeypatch.setattr("index.ingest.shipped_documents", lambda: tmp_path / "shipped")


def ingest(tmp_path: Path, files: dict[str, bytes]) -> IngestReport:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    with (folder / "长行.txt").open("wb") as file:
        file.truncate(200_000_000)  # 200 MB in one line, of which the disk holds nothing
    write_file(folder / "好.md", GOOD.replace("丁", "丙"))
    return ingest_documents(tmp_path / "home", [folder], SETTINGS, limits=LIMITS, encoder=BigramEncoder())


@pytest.mark.usefixtures("shipped")
def test_each_hostile_file_is_one_line_that_names_it_and_the_rest_lands(tmp_path: Path) -> None:
    report = ingest(tmp_path, {name: make() for name, (make, _) in REFUSED.items()})
    lines = {Path(path.split("!/")[0]).name: line for path, line in report.failed}
    assert lines.keys() == {*REFUSED, "长行.txt"}
    for name, (_, words) in REFUSED.items():
        assert words in lines[name], lines[name]
        assert name in lines[name]
        assert "\n" not in lines[name]
    assert "200 MB is more than the 50 MB that are read" in lines["长行.txt"]
    assert report.added == ("甲法", "好")
    assert not list(tmp_path.rglob("越界.md"))


@pytest.mark.usefixtures("shipped")
def test_what_can_be_read_of_a_damaged_file_is_read(tmp_path: Path) -> None:
    report = ingest(tmp_path, {name: make() for name, make in READ.items()})
    assert [Path(path).name for path, _ in report.failed] == ["长行.txt"]
    documents = open_documents(tmp_path / "home")
    for name in READ:
        assert [clause.number for clause in documents[Path(name).stem].clauses] == ["一", "二"], name
    assert {Path(path).name for path, _ in report.notes} >= {name for name in READ if name.startswith("断")}
