import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import DocumentError, UnsupportedFormat
from corpus.formats import office
from corpus.formats.office import find_libreoffice, read_office
from corpus.settings import CorpusSettings
from tests.corpus.formats.same_law import LAW, list_clauses, read_lines
from tests.corpus.formats.word_files import make_docx, make_numbered, paragraph

LIMITS = CorpusSettings()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "WordDocument".encode("utf-16-le")


@pytest.fixture
def libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand a script in LibreOffice's place: it runs what the test writes to it, with the output folder as ``out``."""
    program = tmp_path / "soffice"
    monkeypatch.setattr(office, "find_libreoffice", lambda: str(program))
    return program


def script(program: Path, body: str) -> None:
    program.write_text(
        f"#!{sys.executable}\nimport pathlib, subprocess, sys, time\n"
        "out = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1])\nout.mkdir()\n" + body
    )
    program.chmod(0o755)


def convert(data: bytes, to: str, folder: Path) -> bytes:
    source = folder / "made.docx"
    source.write_bytes(data)
    profile = (folder / "profile").as_uri()
    command = [str(find_libreoffice()), f"-env:UserInstallation={profile}", "--headless", "--convert-to", to]
    subprocess.run([*command, "--outdir", str(folder), str(source)], check=True, capture_output=True, timeout=120)
    return next(folder.glob(f"made.{to.split(':')[0]}")).read_bytes()


def test_a_docx_under_the_name_of_an_old_document_is_read_as_what_it_is() -> None:
    assert read_office(make_docx(paragraph("第一条 甲。")), LIMITS, suffix=".doc").text == "第一条 甲。"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_web_page_under_the_name_of_an_old_document_is_read_as_what_it_is(encoding: str) -> None:
    data = "<html xmlns:w='urn:x'><body><p>第一条 产品质量应当检验合格。</p></body></html>".encode(encoding)
    assert read_office(data, LIMITS, suffix=".doc").text == "第一条 产品质量应当检验合格。"


def test_without_libreoffice_the_next_step_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "find_libreoffice", lambda: None)
    for data, suffix in ((OLE, ".doc"), (OLE, ".wps"), (b"{\\rtf1 x}", ".rtf")):
        with pytest.raises(UnsupportedFormat, match=f"{suffix} file needs LibreOffice .*save it as .docx"):
            read_office(data, LIMITS, suffix=suffix)


def test_libreoffice_is_found_on_the_path_or_in_its_usual_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office, "_PLACES", ())
    assert find_libreoffice() is None
    (tmp_path / "libreoffice").write_text("")
    (tmp_path / "libreoffice").chmod(0o755)
    assert find_libreoffice() == str(tmp_path / "libreoffice")
    monkeypatch.setattr(office, "_COMMANDS", ())
    monkeypatch.setattr(office, "_PLACES", (str(tmp_path / "no"), str(tmp_path / "libreoffice")))
    assert find_libreoffice() == str(tmp_path / "libreoffice")


def test_what_libreoffice_converts_is_read(libreoffice: Path) -> None:
    made = libreoffice.with_name("made.docx")
    made.write_bytes(make_docx(paragraph("第一条 甲。")))
    script(libreoffice, f"(out / 'document.docx').write_bytes(pathlib.Path({str(made)!r}).read_bytes())")
    content = read_office(OLE, LIMITS, suffix=".doc")
    assert (content.text, content.notes) == ("第一条 甲。", (office.NOTE,))


def test_a_conversion_that_yields_nothing_is_refused(libreoffice: Path) -> None:
    script(libreoffice, "sys.exit(1)")
    with pytest.raises(DocumentError, match="cannot convert"):
        read_office(OLE, LIMITS, suffix=".doc")


def test_a_conversion_that_yields_too_much_is_refused(libreoffice: Path) -> None:
    script(libreoffice, "(out / 'document.docx').write_bytes(bytes(2000))")
    with pytest.raises(DocumentError, match="when converted"):
        read_office(OLE, CorpusSettings(file_max_bytes=1000), suffix=".doc")


def test_a_conversion_that_takes_too_long_is_ended_with_all_that_it_started(libreoffice: Path) -> None:
    child = libreoffice.with_name("child")
    program = f"import time, pathlib; time.sleep(3); pathlib.Path({str(child)!r}).touch()"
    script(libreoffice, f"subprocess.Popen([sys.executable, '-c', {program!r}])\ntime.sleep(60)")
    begins = time.monotonic()
    with pytest.raises(DocumentError, match=r"within 0\.5 s"):
        read_office(OLE, CorpusSettings(timeout_seconds=0.5), suffix=".doc")
    assert time.monotonic() - begins < 3
    assert not child.exists()


def test_a_program_that_does_not_start_is_named(libreoffice: Path) -> None:
    libreoffice.write_text("")
    with pytest.raises(UnsupportedFormat, match="does not start"):
        read_office(OLE, LIMITS, suffix=".doc")


def make_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("a.txt", "甲")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("第一条 甲。".encode(), "rename it from .doc to .txt"),
        (b"", "no Word document"),
        (b"%PDF-1.4", "rename it to .pdf"),
        (b"<?xml version='1.0'?><w:wordDocument/>", "XML document"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; x\n\n<html>", "web archive"),
        (make_zip(), "holds no Word document"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE[:-20], "holds no Word document|needs LibreOffice"),
    ],
)
def test_what_is_no_word_document_is_refused_with_its_name(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read_office(data, LIMITS, suffix=".doc")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_office(data, LIMITS, suffix=".doc")
    except DocumentError as error:
        assert "\n" not in str(error)


@pytest.mark.skipif(find_libreoffice() is None, reason="LibreOffice is not installed")
def test_a_law_saved_as_an_old_document_yields_the_clauses_of_the_plain_text(tmp_path: Path) -> None:
    # LibreOffice does not know the setting by which articles run on over chapters: the first chapter alone.
    lines = read_lines(LAW)
    lines = lines[: next(place for place, line in enumerate(lines) if line.startswith("第二章"))]
    content = read_office(convert(make_numbered(lines), "doc", tmp_path), LIMITS, suffix=".doc")
    assert list_clauses(content) == list_clauses("\n".join(lines))
    assert len(list_clauses(content)) > 10
