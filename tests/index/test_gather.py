import zipfile
from pathlib import Path

import pytest

from corpus.errors import DocumentError
from index.generations import find_generation
from tests.index.fakes import write_file
from tests.index.homes import ingest, law, rebuild, texts


def test_the_same_bytes_twice_among_new_files_are_added_once_and_named(home: Path, tmp_path: Path) -> None:
    _, second = (write_file(tmp_path / "new" / f"{name}.md", law("一")) for name in ("a", "b"))
    report = ingest(home, tmp_path / "new")
    assert (report.added, report.duplicates) == (("a",), ((str(second), "a"),))
    with pytest.raises(DocumentError, match=r"a\.txt: not text.*b\.txt: not text"):
        ingest(home, *(write_file(tmp_path / "bad" / f"{name}.txt", "\0\1") for name in "ab"))


def test_the_files_of_an_archive_are_documents_that_are_replaced_when_it_changes(home: Path, tmp_path: Path) -> None:
    def pack(**members: str) -> Path:
        with zipfile.ZipFile(tmp_path / "法规.zip", "w") as archive:
            for name, words in members.items():
                archive.writestr(f"部门/{name}.md", law(words))
        return tmp_path / "法规.zip"

    assert ingest(home, pack(丙="一", 丁="二")).added == ("丁", "丙")
    report = ingest(home, pack(丙="改", 丁="二"))
    assert (report.replaced, report.unchanged) == (("丙",), ("丁",))
    assert texts(home)["丙"] == law("改")
    (tmp_path / "法规.zip").unlink()
    rebuild(home)
    assert list(texts(home)) == ["甲法", "乙意见", "丁", "丙"]
    assert not list(home.glob("unpacked-*"))


def test_the_laws_of_a_table_are_documents_and_one_that_is_gone_from_it_is_removed(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "汇编.csv"
    rows = "法规名称,条号,内容\n丙法,第一条,应当备案。\n丁法,第一条,不得转让。\n"
    assert ingest(home, write_file(table, rows)).added == ("丙法", "丁法")
    copies = find_generation(home)
    assert copies is not None
    assert len(list((copies / "sources").glob("*.csv"))) == 1
    report = ingest(home, write_file(table, rows.replace("丁法", "戊法")))
    assert (report.added, report.replaced, report.removed) == (("戊法",), ("丙法",), ("丁法",))
    assert rebuild(home).documents == 4


def test_versions_that_are_no_longer_in_force_are_named(home: Path, tmp_path: Path) -> None:
    for day in ("2018-10-26", "2022-09-02"):
        write_file(tmp_path / "new" / f"丙法({day}).md", law(day))
    report = ingest(home, tmp_path / "new")
    assert report.superseded == (("丙法(2018-10-26)", "later version: 丙法(2022-09-02) (2022-09-02)"),)


def test_what_could_not_be_read_of_a_file_is_told(home: Path, tmp_path: Path) -> None:
    file = write_file(tmp_path / "丙法.md", law("一"))
    file.write_bytes(file.read_bytes()[:-2])
    ((path, note),) = ingest(home, file).notes
    assert path == str(file)
    assert note.startswith("1 place could not be decoded as UTF-8")


def test_a_page_without_a_clause_is_refused_with_the_way_to_see_why(home: Path, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"页\.txt: nothing in it is a clause.*--explain"):
        ingest(home, write_file(tmp_path / "页.txt", "首页 > 要闻 > 正文\n"))


def test_numbers_that_a_copy_lacks_are_told(home: Path, tmp_path: Path) -> None:
    file = write_file(tmp_path / "丁意见.txt", "丁意见\n\n（三）加强标准建设。\n（五）完善召回制度。\n")
    told = ["not in this copy: （一） … （二）", "not in this copy: （四）"]
    assert ingest(home, file).notes == tuple((str(file), line) for line in told)
