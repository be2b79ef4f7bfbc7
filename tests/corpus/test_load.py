import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import DocumentError, UnsupportedFormat
from corpus.load import ARCHIVE_SUFFIX, SUFFIXES, find_files, load_file, read_document
from corpus.settings import CorpusSettings

SIMPLIFIED = "第一条　为了加强对产品质量的监督管理，提高产品质量水平，制定本法。\r\n第二条　在中国境内适用本法。\r\n"
TRADITIONAL = "第一條　為了加強對產品質量的監督管理，提高產品質量水平，制定本法。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030", "gbk"])
def test_every_encoding_gives_the_same_text_with_its_line_breaks(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "法.txt"
    file.write_bytes(SIMPLIFIED.encode(encoding))
    assert read_document(file) == SIMPLIFIED


def test_big5_is_told_from_gb18030(tmp_path: Path) -> None:
    file = tmp_path / "法.txt"
    file.write_bytes(TRADITIONAL.encode("big5"))
    assert read_document(file) == TRADITIONAL


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02",
        b"text\x00text",
        b"%PDF-1.7\nabc",
        b"PK\x03\x04abc",
        bytes(range(1, 32)) * 9,
        b"\xff" * 9,
    ],
)
def test_what_is_not_text_is_refused_in_one_line_that_names_the_file(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "坏.txt"
    file.write_bytes(data)
    with pytest.raises(DocumentError, match=r"坏\.txt: not text; .*save it as UTF-8") as caught:
        read_document(file)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf", "　".encode()])
def test_an_empty_file_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "空.md"
    file.write_bytes(data)
    with pytest.raises(DocumentError, match=r"空\.md: the file is empty"):
        read_document(file)


def test_a_file_above_the_limit_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "大.txt"
    file.write_text("质量" * 100, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"大\.txt: .*split the file"):
        load_file(file, CorpusSettings(file_max_bytes=100))


def test_another_format_is_refused_naming_those_that_are_read(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormat, match=r"\.pages is not read; save it as \.md, \.txt, .* or \.zip"):
        read_document(tmp_path / "甲.pages")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"无\.txt: not a file"):
        read_document(tmp_path / "无.txt")
    with pytest.raises(DocumentError, match=r"无\.txt: no such file or folder"):
        find_files([tmp_path / "无.txt"])


def test_a_folder_gives_its_documents_sorted_and_passes_over_the_rest(tmp_path: Path) -> None:
    for name in ("乙.txt", "甲.MD", "子/丙.md", "图.png", ".隐/丁.md", ".戊.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = find_files([tmp_path])
    assert {file.name for file in found} == {"乙.txt", "甲.MD", "丙.md"}
    assert found == sorted(found)


def test_a_file_named_twice_is_found_once(tmp_path: Path) -> None:
    file = tmp_path / "甲.txt"
    file.write_text("x", encoding="utf-8")
    assert find_files([file, tmp_path]) == [file]


def test_an_empty_folder_is_refused_with_the_formats_that_are_read(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"nothing to read in this folder; put \.md, .* or \.zip files there"):
        find_files([tmp_path])


def test_a_path_that_the_system_refuses_is_one_clear_line() -> None:
    with pytest.raises(DocumentError, match="check the path"):
        find_files([Path("x" * 5_000)])


@pytest.mark.parametrize(
    ("name", "advice"), [("甲.rar", "unpack it"), ("甲.xls", "save it as .xlsx"), ("甲", "save it as")]
)
def test_what_to_do_with_a_format_that_is_not_read_is_said(tmp_path: Path, name: str, advice: str) -> None:
    with pytest.raises(UnsupportedFormat, match=advice):
        load_file(tmp_path / name, CorpusSettings())


def test_lost_bytes_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    file = tmp_path / "缺.txt"
    file.write_bytes(SIMPLIFIED.encode()[:-4])
    (loaded,) = load_file(file, CorpusSettings())
    assert loaded.content.text.endswith("适用本法\ufffd")
    assert loaded.content.notes == ("1 place could not be decoded as UTF-8: marked as damaged, never cited",)


def test_a_folder_in_a_folder_that_may_not_be_entered_is_told_of_and_the_rest_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scan = os.scandir
    for name in ("开/甲.md", "锁/乙.md"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("x", encoding="utf-8")

    def scan_unlocked(folder: str) -> object:
        if Path(folder).name == "锁":
            raise PermissionError(13, "Permission denied", folder)
        return scan(folder)

    monkeypatch.setattr(os, "scandir", scan_unlocked)
    assert [file.name for file in find_files([tmp_path])] == ["甲.md"]
    assert "锁" in caplog.text
    assert "what it holds is not read" in caplog.text


@given(suffix=st.sampled_from([suffix for suffix in SUFFIXES if suffix != ARCHIVE_SUFFIX]), data=st.binary())
@settings(max_examples=300, deadline=None)
def test_any_bytes_under_any_name_are_a_document_or_one_line(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / f"任意{suffix}"
    path.write_bytes(data)
    try:
        assert load_file(path, CorpusSettings())
    except DocumentError as error:
        assert "\n" not in str(error)
        assert path.name in str(error)
