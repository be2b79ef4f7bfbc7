import errno
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import index.ingest
from corpus.errors import DocumentError, HomeBusy, IndexDamaged, IndexUnusable, NotFound
from index.gather import make_unique
from index.generations import find_generation
from index.ingest import ensure_index, ingest_documents, lock_home, remove_documents
from index.report import IngestReport
from index.sources import read_sources
from index.store import open_index
from tests.index.fakes import LAW, POLICY, SETTINGS, BigramEncoder, write_file
from tests.index.homes import ingest, law, rebuild, texts


def remove(home: Path, *ids: str) -> IngestReport:
    return remove_documents(home, ids, SETTINGS, encoder=BigramEncoder())


def copies(home: Path) -> list[Path]:
    folder = find_generation(home)
    assert folder is not None
    return [folder / "sources" / "000000.md", folder / "sources" / "000001.txt"]


# A new home.


def test_a_new_home_is_filled_with_the_shipped_documents_once(tmp_path: Path) -> None:
    encoder = BigramEncoder()
    ensure_index(tmp_path / "a" / "home", SETTINGS, encoder=encoder)
    assert texts(tmp_path / "a" / "home") == {"甲法": LAW}
    encoder.encoded.clear()
    ensure_index(tmp_path / "a" / "home", SETTINGS, encoder=encoder)
    assert encoder.encoded == []


def test_a_first_ingestion_adds_to_the_shipped_documents(tmp_path: Path) -> None:
    report = ingest(tmp_path / "home", write_file(tmp_path / "乙意见.txt", POLICY))
    assert (report.added, report.documents, report.clauses) == (("甲法", "乙意见"), 2, 4)


def test_the_shipped_documents_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    names = {path.name for path in index.ingest.shipped_documents().iterdir()}
    assert {"关于开展质量提升行动的指导意见.txt", "消费者权益保护法(2013-10-25).md"} <= names


def test_a_first_build_that_died_before_the_switch_is_finished(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ensure_index(home, SETTINGS, encoder=BigramEncoder())
    (home / "index" / "current").unlink()
    ensure_index(home, SETTINGS, encoder=BigramEncoder())
    assert texts(home) == {"甲法": LAW}


# Files that come again.


def test_the_same_file_again_is_unchanged(home: Path, tmp_path: Path) -> None:
    assert ingest(home, tmp_path / "files").unchanged == ("乙意见",)
    assert texts(home) == {"甲法": LAW, "乙意见": POLICY}


def test_a_changed_file_is_replaced_in_its_place(home: Path, tmp_path: Path) -> None:
    write_file(tmp_path / "shipped" / "甲法.md", LAW + "第三条　本法自公布之日起施行。\n")
    assert ingest(home, tmp_path / "shipped").replaced == ("甲法",)
    assert list(texts(home)) == ["甲法", "乙意见"]
    assert "第三条" in texts(home)["甲法"]


def test_the_same_name_in_another_folder_is_another_document(home: Path, tmp_path: Path) -> None:
    paths = [write_file(tmp_path / folder / "甲法.md", law(folder)) for folder in ("二", "三")]
    assert ingest(home, *paths).added == ("甲法~2", "甲法~3")
    write_file(paths[0], law("改"))
    assert ingest(home, paths[0]).replaced == ("甲法~2",)
    assert texts(home)["甲法~2"] == law("改")


def test_the_same_content_under_another_name_is_left_alone(home: Path, tmp_path: Path) -> None:
    copy = write_file(tmp_path / "copy" / "别名.md", LAW)
    report = ingest(home, copy)
    assert (report.unchanged, report.duplicates) == (("甲法",), ((str(copy), "甲法"),))
    assert list(texts(home)) == ["甲法", "乙意见"]


def test_a_file_named_twice_is_added_once(home: Path, tmp_path: Path) -> None:
    file = write_file(tmp_path / "丙法.md", law("一"))
    (tmp_path / "link.md").symlink_to(file)
    assert ingest(home, file, file, tmp_path / "link.md").added == ("丙法",)
    assert list(texts(home)) == ["甲法", "乙意见", "丙法"]


def test_files_that_swapped_their_contents_are_both_replaced(home: Path, tmp_path: Path) -> None:
    a, b = (write_file(tmp_path / f"{name}.md", law(name)) for name in ("a", "b"))
    ingest(home, a, b)
    write_file(a, law("b"))
    write_file(b, law("a"))
    assert ingest(home, a, b).replaced == ("a", "b")
    assert (texts(home)["a"], texts(home)["b"]) == (law("b"), law("a"))


def test_a_changed_file_whose_new_content_is_there_already_does_not_keep_its_old_one(
    home: Path, tmp_path: Path
) -> None:
    a, b = (write_file(tmp_path / f"{name}.md", law(name)) for name in ("a", "b"))
    ingest(home, a, b)
    write_file(a, law("b"))
    ingest(home, a)
    assert law("a") not in texts(home).values()


def test_old_content_moved_to_a_new_file_is_kept_when_its_place_takes_another(home: Path, tmp_path: Path) -> None:
    moved = write_file(tmp_path / "files" / "a-moved.md", POLICY)
    write_file(tmp_path / "files" / "乙意见.txt", POLICY + "（三）另行规定。\n")
    report = ingest(home, tmp_path / "files")
    assert (report.replaced, report.added) == (("乙意见",), ("a-moved",))
    assert texts(home)["a-moved"] == moved.read_text("utf-8")


def test_where_nothing_changed_nothing_is_written_and_no_encoder_asked(home: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (home / "index").rglob("*")}
    encoder = BigramEncoder()
    report = ingest_documents(home, [tmp_path / "files", tmp_path / "shipped"], SETTINGS, encoder=encoder)
    assert (report.unchanged, report.documents, report.clauses) == (("乙意见", "甲法"), 2, 4)
    assert {path: path.stat().st_mtime_ns for path in (home / "index").rglob("*")} == before
    assert encoder.encoded == []


@pytest.mark.parametrize("reason", ["damaged", "read by other code"])
def test_an_index_that_should_not_stay_is_built_anew_though_no_file_changed(
    home: Path, tmp_path: Path, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = find_generation(home)
    assert before is not None
    shards = {path.name for path in (before / "shards").iterdir()}
    if reason == "damaged":
        (next((before / "shards").iterdir()) / "chunks.npy").write_text("{}")
    else:
        monkeypatch.setattr("index.ingest.hash_code", lambda: "other")
        monkeypatch.setattr("index.reuse.hash_code", lambda: "other")
    assert ingest(home, tmp_path / "files").unchanged == ("乙意见",)
    after = find_generation(home)
    assert after is not None
    assert not {path.name for path in (after / "shards").iterdir()} & shards
    assert list(texts(home)) == ["甲法", "乙意见"]


# Bad files.


def test_one_bad_file_is_named_and_the_rest_lands(home: Path, tmp_path: Path) -> None:
    write_file(tmp_path / "new" / "丙法.md", law("一"))
    (tmp_path / "new" / "坏.txt").write_bytes(b"\0\1\2")
    write_file(tmp_path / "new" / "空.md", "")
    report = ingest(home, tmp_path / "new")
    assert report.added == ("丙法",)
    assert [Path(path).name for path, _ in report.failed] == ["坏.txt", "空.md"]
    assert "not text" in report.failed[0][1]
    assert "丙法" in texts(home)


def test_a_document_whose_file_went_bad_is_kept_as_it_was(home: Path, tmp_path: Path) -> None:
    (tmp_path / "files" / "乙意见.txt").write_bytes(b"\0\1\2")
    with pytest.raises(DocumentError, match="not text"):
        ingest(home, tmp_path / "files")
    assert texts(home)["乙意见"] == POLICY


def test_where_all_files_are_bad_nothing_changes_and_some_are_named(home: Path, tmp_path: Path) -> None:
    for number in range(9):
        write_file(tmp_path / "new" / f"{number}.txt", "")
    before = find_generation(home)
    with pytest.raises(DocumentError, match=r"0\.txt: the file is empty.*2\.txt.*; and 6 more$"):
        ingest(home, tmp_path / "new")
    assert find_generation(home) == before


@pytest.mark.parametrize("name", ["empty", "absent"])
def test_an_empty_or_absent_folder_is_one_line(home: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DocumentError, match=f"{name}: no"):
        ingest(home, tmp_path / name)


def test_a_device_without_an_end_is_refused_unread(home: Path) -> None:
    with pytest.raises(DocumentError, match=r"/dev/zero: .* is not read"):
        ingest(home, Path("/dev/zero"))


def test_a_file_that_changes_while_it_is_read_is_not_kept_under_the_wrong_hash(home: Path, tmp_path: Path) -> None:
    file = write_file(tmp_path / "丙法.md", law("一"))

    class Meddler(BigramEncoder):
        def encode(self, texts, *, kind):  # type: ignore[no-untyped-def]
            write_file(file, law("二"))
            return super().encode(texts, kind=kind)

    with pytest.raises(DocumentError, match=r"丙法\.md changed while it was read: ingest it again"):
        ingest_documents(home, [file], SETTINGS, encoder=Meddler())
    assert "丙法" not in texts(home)
    assert ingest(home, file).added == ("丙法",)


@pytest.mark.parametrize(
    "name", ["a#b.md", "a~2.md", "a b【】.TXT", "%2e%2e.md", "..x.md", "'\"`$(x).md", "长" * 80 + ".md", "é\u0301.md"]
)
def test_any_file_name_gives_an_id_that_clauses_are_found_by(home: Path, tmp_path: Path, name: str) -> None:
    (id,) = ingest(home, write_file(tmp_path / "new" / name, law("应当备案"))).added
    loaded = open_index(home, SETTINGS, encoder=BigramEncoder())
    assert id == Path(name).stem
    assert loaded.clauses[f"{id}#一"].document_id == id
    assert loaded.chunks[f"{id}#一/1"].clause_id == f"{id}#一"
    assert remove(home, id).removed == (id,)


def test_a_file_name_that_is_not_unicode_is_kept(home: Path, tmp_path: Path) -> None:
    try:
        file = write_file(tmp_path / "new" / "\udcff\udcfe.md", "第一条　应当备案。\n")
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    (id,) = ingest(home, file).added
    assert texts(home)[id].startswith("第一条")


def test_a_sentence_of_100_000_characters_is_indexed(home: Path, tmp_path: Path) -> None:
    ingest(home, write_file(tmp_path / "长.md", "长法\n第一条　" + "质量提升行动" * 17_000))
    loaded = open_index(home, SETTINGS, encoder=BigramEncoder())
    assert len(loaded.clauses["长#一"].text) > 100_000
    assert loaded.hybrid.search("质量提升行动", 1)[0][0].startswith("长#一/")


def test_ids_are_made_unique_past_those_that_are_taken() -> None:
    assert make_unique("甲", ()) == "甲"
    assert make_unique("甲", {"甲", "甲~2"}) == "甲~3"


# Removing and rebuilding.


def test_a_removed_document_is_gone_and_the_last_one_may_be_removed(home: Path) -> None:
    assert remove(home, "甲法", "甲法").removed == ("甲法",)
    assert list(texts(home)) == ["乙意见"]
    assert remove(home, "乙意见").documents == 0
    assert texts(home) == {}


def test_a_home_that_was_emptied_stays_empty(home: Path, tmp_path: Path) -> None:
    remove(home, "甲法", "乙意见")
    ensure_index(home, SETTINGS, encoder=BigramEncoder())
    rebuild(home)
    assert texts(home) == {}
    ingest(home, write_file(tmp_path / "丙法.md", law("一")))
    assert list(texts(home)) == ["丙法"]


def test_removing_an_unknown_document_names_it_and_removes_nothing(home: Path) -> None:
    with pytest.raises(NotFound, match="no document 丙法 in"):
        remove(home, "甲法", "丙法")
    assert list(texts(home)) == ["甲法", "乙意见"]


def test_rebuilding_needs_no_original_file(home: Path, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "files")
    shutil.rmtree(tmp_path / "shipped")
    assert rebuild(home).unchanged == ("甲法", "乙意见")
    assert texts(home) == {"甲法": LAW, "乙意见": POLICY}


def test_a_damaged_copy_is_taken_from_the_original_where_that_is_unchanged(home: Path) -> None:
    for copy in copies(home):
        copy.write_text("damaged")
    assert rebuild(home).failed == ()
    assert texts(home) == {"甲法": LAW, "乙意见": POLICY}


def test_a_damaged_copy_whose_original_is_gone_is_named_and_left_out(home: Path, tmp_path: Path) -> None:
    copies(home)[1].write_text("damaged")
    (tmp_path / "files" / "乙意见.txt").unlink()
    report = rebuild(home)
    (failure,) = report.failed
    assert failure[1].startswith("the copy kept of 乙意见 is damaged: ingest ")
    assert texts(home) == {"甲法": LAW}


def test_a_damaged_copy_comes_back_under_its_id_when_its_file_is_ingested_again(home: Path, tmp_path: Path) -> None:
    copies(home)[1].write_text("damaged")
    write_file(tmp_path / "files" / "乙意见.txt", POLICY + "（三）另行规定。\n")
    report = ingest(home, tmp_path / "files")
    assert (report.replaced, report.failed) == (("乙意见",), ())


def test_a_document_whose_copy_is_damaged_can_be_removed(home: Path, tmp_path: Path) -> None:
    copies(home)[1].write_text("damaged")
    (tmp_path / "files" / "乙意见.txt").unlink()
    assert remove(home, "乙意见").failed == ()
    assert list(texts(home)) == ["甲法"]


def test_where_every_copy_is_damaged_the_old_index_stays(home: Path, tmp_path: Path) -> None:
    for copy in copies(home):
        copy.write_text("damaged")
    shutil.rmtree(tmp_path / "files")
    write_file(tmp_path / "shipped" / "甲法.md", law("改"))
    before = find_generation(home)
    with pytest.raises(IndexDamaged, match=r"the copy kept of 甲法 is damaged: ingest .*甲法\.md again; the copy"):
        rebuild(home)
    assert find_generation(home) == before
    assert ingest(home, tmp_path / "shipped").replaced == ("甲法",)
    assert texts(home) == {"甲法": law("改")}


def test_the_list_of_documents_is_kept_twice(home: Path) -> None:
    folder = copies(home)[0].parent.parent
    (folder / "sources.jsonl").write_text('{"id": 7}\n')
    assert [source.id for source in read_sources(home)[0]] == ["甲法", "乙意见"]
    (folder / "sources" / "list.jsonl").unlink()
    for attempt in (lambda: rebuild(home), lambda: ingest(home, Path(__file__).parent), lambda: remove(home, "甲法")):
        with pytest.raises((IndexDamaged, DocumentError)):
            attempt()
    with pytest.raises(IndexDamaged, match=r"the list of documents in .* is damaged: move .* and ingest again"):
        rebuild(home)
    shutil.move(home / "index", home / "away")
    ensure_index(home, SETTINGS, encoder=BigramEncoder())
    assert texts(home) == {"甲法": LAW}


# What the machine refuses.


@pytest.fixture
def busy(home: Path) -> Iterator[Path]:
    """A home that another thread writes to."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with lock_home(home):
            held.set()
            done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(60)
    yield home
    done.set()
    thread.join()


def test_two_writers_do_not_meet(busy: Path, tmp_path: Path) -> None:
    file = write_file(tmp_path / "丙法.md", law("一"))
    with pytest.raises(HomeBusy, match=r"another process is writing to .*: wait for it to end, then try again"):
        ingest(busy, file)
    assert list(texts(busy)) == ["甲法", "乙意见"]


def test_a_home_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    for attempt in (rebuild, lambda home: ensure_index(home, SETTINGS, encoder=BigramEncoder())):
        with pytest.raises(IndexUnusable, match=r"could not be written .* set WENCE_HOME to another folder") as caught:
            attempt(tmp_path / "home")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("where", ["shutil.copyfile", "numpy.save", "os.fsync", "pathlib.Path.write_text"])
def test_a_full_disk_is_one_line_and_leaves_the_old_index(
    home: Path, tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = write_file(tmp_path / "丙法.md", law("一"))
    with monkeypatch.context() as patch:
        patch.setattr(where, refuse)
        with pytest.raises(IndexUnusable, match=r"No space left on device.*: free some space") as caught:
            ingest(home, file)
    assert "\n" not in str(caught.value)
    assert list(texts(home)) == ["甲法", "乙意见"]
    assert not list((home / "index").glob("building-*"))


def test_a_vector_cache_that_cannot_be_used_costs_nothing_but_time(home: Path, tmp_path: Path) -> None:
    shutil.rmtree(home / "cache")
    (home / "cache").write_text("")
    assert ingest(home, write_file(tmp_path / "丙法.md", law("一"))).added == ("丙法",)


def test_progress_names_each_step(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    ensure_index(tmp_path / "home", SETTINGS, encoder=BigramEncoder(), progress=lambda *step: told.append(step))
    assert told == [
        *[("parse", 0, 1), ("parse", 1, 1)],
        *[("chunks", 0, 2), ("chunks", 2, 2)],
        *[("sentences", 0, 3), ("sentences", 3, 3)],
    ]
