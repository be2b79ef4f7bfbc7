import errno
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.archive import Member, unpack_archive
from corpus.errors import DocumentError
from corpus.settings import CorpusSettings

SUFFIXES = (".md", ".txt")


def pack(path: Path, members: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def unpack(path: Path, **limits: int) -> list[Member]:
    folder = path.parent / "unpacked"
    folder.mkdir()
    return list(unpack_archive(path, folder, CorpusSettings(**limits), suffixes=SUFFIXES))


def test_files_are_unpacked_under_names_of_our_own_sorted_by_theirs(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "a.zip", {"乙/二.TXT": b"2", "甲.md": b"1", "图.png": b"", "__MACOSX/甲.md": b"", ".隐/x.md": b""}
    )
    members = unpack(path)
    assert [(member.name, member.reason) for member in members] == [("乙/二.TXT", ""), ("甲.md", "")]
    assert [member.path and member.path.read_bytes() for member in members] == [b"2", b"1"]
    assert all(member.path and member.path.parent == tmp_path / "unpacked" for member in members)


@pytest.mark.parametrize("name", ["../../evil.md", "/etc/evil.md", "a/../../evil.md", "C:/evil.md", "..\\..\\evil.md"])
def test_a_name_that_leads_out_of_the_archive_is_refused_and_the_rest_is_unpacked(tmp_path: Path, name: str) -> None:
    evil, good = sorted(
        unpack(pack(tmp_path / "a.zip", {name: b"x", "好.md": b"1"})), key=lambda member: member.reason == ""
    )
    assert "leads out of the archive" in evil.reason
    assert (evil.path, good.name, good.reason) == (None, "好.md", "")
    assert not list(tmp_path.rglob("*evil*"))


def test_a_bomb_is_refused_by_what_it_says_it_unpacks_to(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"弹.txt": bytes(20_000_000), "好.md": b"1"})
    bomb, good = sorted(unpack(path), key=lambda member: member.reason == "")
    assert "more than 200 times its size" in bomb.reason
    assert good.reason == ""


def test_a_bomb_of_many_files_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {f"{i}.txt": bytes(1_000_000) for i in range(9)})
    with pytest.raises(DocumentError, match=r"unpacks to 9 MB, more than the 5 MB allowed; unpack it yourself"):
        unpack(path, unpacked_max_bytes=5_000_000)


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {f"{i}.txt": b"" for i in range(9)})
    with pytest.raises(DocumentError, match="holds 9 files, more than the 5 that are read"):
        unpack(path, archive_max_files=5)


def test_a_file_that_lies_about_its_size_is_no_larger_than_it_says(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"弹.txt": bytes(500_000)})
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    for place in (data.index(b"PK\x03\x04") + 22, entry + 24):
        data[place : place + 4] = (100).to_bytes(4, "little")
    path.write_bytes(data)
    (member,) = unpack(path)
    assert member.path is None
    assert "cannot be unpacked" in member.reason


def test_an_encrypted_file_and_a_link_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    link = zipfile.ZipInfo("链.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("密.md", "x")
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert [member.reason.split(";")[0] for member in unpack(path)] == ["encrypted", "a link, not a file"]


def test_names_written_in_gbk_are_read(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"xxxxxxxx.md": b"1"})
    name = "办法条例".encode("gbk")
    path.write_bytes(path.read_bytes().replace(b"xxxxxxxx", name))
    assert [member.name for member in unpack(path)] == ["办法条例.md"]


@pytest.mark.parametrize("cut", [0, 1, 10, 40, -1, -10, -22])
def test_an_archive_cut_short_is_one_line(tmp_path: Path, cut: int) -> None:
    path = pack(tmp_path / "a.zip", {"甲.md": b"1" * 99})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(DocumentError, match="not a zip archive, or cut short"):
        unpack(path)


@given(st.integers(0, 400), st.integers(0, 255))
@settings(max_examples=200)
def test_any_altered_byte_is_a_member_a_reason_or_one_line(
    tmp_path_factory: pytest.TempPathFactory, place: int, value: int
) -> None:
    folder = tmp_path_factory.mktemp("altered")
    path = pack(folder / "a.zip", {"甲.md": b"first" * 9, "乙.txt": b"second"})
    data = bytearray(path.read_bytes())
    data[place % len(data)] = value
    path.write_bytes(data)
    try:
        members = unpack(path)
    except DocumentError as error:
        assert "\n" not in str(error)
    else:
        assert all((member.path is None) == bool(member.reason) for member in members)


def test_an_archive_in_an_archive_and_a_second_file_of_one_name_are_told_of(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"内.zip": b"PK", "甲.md": b"1", "己.md": b"2"})
    path.write_bytes(path.read_bytes().replace("己".encode(), "甲".encode()))
    assert [(member.name, member.reason.split(";")[0]) for member in unpack(path)] == [
        ("内.zip", "an archive inside an archive is not read"),
        ("甲.md", ""),
        ("甲.md", "there is another file of this name in the archive"),
    ]


def test_what_is_packed_in_a_way_that_is_not_read_says_so(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"甲.md": b"1" * 99})
    data = bytearray(path.read_bytes())
    data[8] = data[data.index(b"PK\x01\x02") + 10] = 9  # Deflate64
    path.write_bytes(data)
    assert [member.reason.split(";")[0] for member in unpack(path)] == ["packed in a way that is not read"]


def test_a_word_document_under_the_name_of_an_archive_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"rename it to \.docx"):
        unpack(pack(tmp_path / "a.zip", {"word/document.xml": b"<a/>"}))


def test_a_full_disk_is_named_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = pack(tmp_path / "a.zip", {"甲.md": b"1"})
    monkeypatch.setattr(Path, "open", open_full)
    (member,) = unpack(path)
    assert member.reason.endswith("free some space")
