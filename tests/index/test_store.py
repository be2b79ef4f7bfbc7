import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexUnusable
from index.generations import find_generation, publish_generation
from index.ingest import ensure_index, ingest_documents, rebuild_index, remove_documents
from index.store import Index, open_documents, open_index, open_manifest
from tests.index.fakes import LAW, POLICY, SETTINGS, BigramEncoder, fill_home, write_file

REBUILD = r": run `wence index --rebuild`$"
DOCUMENTS = {"甲法": LAW, "乙意见": POLICY}


def load(home: Path, encoder: BigramEncoder | None = None) -> Index:
    return open_index(home, SETTINGS, encoder=encoder or BigramEncoder())


def texts(home: Path) -> dict[str, str]:
    return {id: one.document.text for id, one in load(home).parsed.items()}


def current(home: Path) -> Path:
    folder = find_generation(home)
    assert folder is not None
    return folder


def rebuild(home: Path) -> tuple[tuple[str, str], ...]:
    return rebuild_index(home, SETTINGS, encoder=BigramEncoder()).failed


def edit_manifest(home: Path, **changes: object) -> None:
    path = current(home) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


def test_a_loaded_index_holds_the_documents_clauses_and_sentences_that_were_written(home: Path) -> None:
    index = load(home)
    assert texts(home) == DOCUMENTS
    assert list(index.clauses) == ["甲法#一", "甲法#二", "乙意见#一", "乙意见#二"]
    law = index.parsed["甲法"].document.text
    assert [law[s.start : s.end] for s in index.sentences if s.clause_id == "甲法#二"] == [
        "经营者应当备案。",
        "经营者不得转让许可。",
    ]
    assert index.hybrid.search("缺陷产品召回", 1)[0][0] == "乙意见#二/1"
    manifest = index.manifest
    assert (manifest.documents, manifest.clauses, manifest.chunks, manifest.sentences) == (2, 4, 4, 5)
    assert open_manifest(home) == manifest
    assert open_documents(home) == index.parsed


def test_an_index_of_no_document_loads_and_finds_nothing(home: Path) -> None:
    remove_documents(home, ["甲法", "乙意见"], SETTINGS, encoder=BigramEncoder())
    index = load(home)
    assert (index.clauses, list(index.sentences), index.hybrid.search("召回", 5)) == ({}, [], [])


def test_an_index_of_documents_without_clauses_loads(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fill_home(home, write_file(tmp_path / "无条款.txt", "无条款\n\n？\n"))
    remove_documents(home, ["甲法"], SETTINGS, encoder=BigramEncoder())
    assert "无条款" in load(home).parsed


@pytest.mark.parametrize("make", [lambda _: None, Path.mkdir, Path.touch])
def test_a_home_without_an_index_says_how_to_make_one(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "none")
    with pytest.raises(IndexMissing, match=r"no index in .*none: run `wence ingest PATH…`"):
        load(tmp_path / "none")


def flip(data: bytes, position: int, bit: int) -> bytes:
    return data[:position] + bytes(byte ^ bit for byte in data[position : position + 1]) + data[position + 1 :]


DAMAGE: dict[str, Callable[[bytes], bytes | None]] = {
    "deleted": lambda _: None,
    "emptied": lambda _: b"",
    "truncated": lambda data: data[: len(data) // 2],
    "a bit flipped": lambda data: flip(data, len(data) // 2, 1),
    "replaced": lambda _: b"\xff\x00garbage" * 9,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_to_any_file_is_one_line_with_the_mend_and_rebuilding_mends_it(home: Path, damage: str) -> None:
    whole = home.with_name("whole")
    home.rename(whole)
    names = [path.relative_to(current(whole)) for path in sorted(current(whole).rglob("*")) if path.is_file()]
    assert len(names) >= 30
    for name in names:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(whole, home)
        path = current(home) / name
        data = DAMAGE[damage](path.read_bytes())
        if data == path.read_bytes():
            continue  # empty as it is
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)
        for read in (load, open_documents, open_manifest):
            with pytest.raises(IndexUnusable, match=REBUILD) as caught:
                read(home)
            assert "\n" not in str(caught.value)
        assert rebuild(home) == ()
        assert texts(home) == DOCUMENTS


def test_no_flipped_bit_of_the_manifest_gets_through_as_another_error(home: Path) -> None:
    path = current(home) / "manifest.json"
    data = path.read_bytes()
    for position in range(0, len(data), 5):
        path.write_bytes(flip(data, position, 1 << position % 8))
        try:
            assert set(load(home).parsed) == {"甲法", "乙意见"}  # the time of building alone is not checked
        except IndexUnusable as error:
            assert str(error).endswith("run `wence index --rebuild`")


@pytest.mark.parametrize(
    "content",
    ["[]", "null", "7", "{}", '"' * 3, "[" * 100_000, '{"format": 1}', '{"format": 1, "extra": 2}', "\udcff"],
)
def test_a_manifest_that_is_none_is_damage(home: Path, content: str) -> None:
    (current(home) / "manifest.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(IndexUnusable, match=REBUILD):
        load(home)
    assert rebuild(home) == ()
    assert texts(home) == DOCUMENTS


@pytest.mark.parametrize(
    "changes",
    [
        {"dimension": "64"},
        {"dimension": 63},
        {"documents": None},
        {"documents": 3},
        {"clauses": 4.0},
        {"chunks": 5},
        {"sentences": True},
        {"built": 7},
        {"encoder": ["bigrams"]},
        {"corpus_hash": "0" * 64},
        {"chunk_max_characters": "420"},
        {"shards": {}},
        {"shards": []},
        {"shards": {"s-1": []}},
        {"files": {}},
        {"files": []},
        {"files": None},
        {"files": {"a\0b": "x"}},
    ],
    ids=str,
)
def test_a_manifest_with_wrong_values_is_damage(home: Path, changes: dict[str, Any]) -> None:
    edit_manifest(home, **changes)
    with pytest.raises(IndexDamaged, match=REBUILD):
        load(home)


@pytest.mark.parametrize("format", [0, 1, 2, "3", None, [1], "x" * 10_000])
def test_another_format_is_a_mismatch(home: Path, format: object) -> None:
    edit_manifest(home, format=format)
    with pytest.raises(IndexMismatch, match=r"this version reads 3: run `wence index --rebuild`$") as caught:
        load(home)
    assert len(str(caught.value)) < 500
    assert rebuild(home) == ()
    assert texts(home) == DOCUMENTS


def test_another_encoder_is_a_mismatch_that_names_both(home: Path) -> None:
    other = BigramEncoder("other", salt="other")
    with pytest.raises(IndexMismatch, match=r"built with encoder bigrams, the settings say other: run `wence index"):
        load(home, other)
    rebuild_index(home, SETTINGS, encoder=other)
    assert load(home, other).manifest.encoder == "other"


@pytest.mark.parametrize("other", [BigramEncoder(salt="x"), BigramEncoder(dimension=32)], ids=["same", "shorter"])
def test_another_encoder_under_the_same_name_is_a_mismatch_that_rebuilding_mends(
    home: Path, other: BigramEncoder
) -> None:
    with pytest.raises(IndexMismatch, match=r"bigrams is no longer the encoder .*: run `wence index --rebuild`$"):
        load(home, other)
    rebuild_index(home, SETTINGS, encoder=other)
    assert load(home, other).hybrid.search("召回", 1)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"\xff\xfe\x00", b"..", b".", b"g-19990101T000000000000", b"g-1\ng-2", b"g-\0", b"x" * 9000, b"/etc"],
    ids=str,
)
def test_a_pointer_to_nowhere_is_damage_that_rebuilding_mends(home: Path, content: bytes) -> None:
    (home / "index" / "current").write_bytes(content)
    for attempt in (load, lambda home: ensure_index(home, SETTINGS, encoder=BigramEncoder()) or load(home)):
        with pytest.raises(IndexDamaged, match=REBUILD) as caught:
            attempt(home)
        assert "\n" not in str(caught.value)
    assert rebuild(home) == ()
    assert texts(home) == DOCUMENTS


def test_a_lost_pointer_is_damage_that_the_next_start_mends(home: Path) -> None:
    (home / "index" / "current").unlink()
    with pytest.raises(IndexDamaged, match=r"current is gone: run `wence index --rebuild`$"):
        load(home)
    ensure_index(home, SETTINGS, encoder=BigramEncoder())
    assert texts(home) == DOCUMENTS


def test_a_generation_lost_with_all_its_documents_is_filled_anew(home: Path) -> None:
    shutil.rmtree(current(home))
    with pytest.raises(IndexDamaged, match=REBUILD):
        load(home)
    rebuild(home)
    assert texts(home) == {"甲法": LAW}


def test_a_failure_while_writing_leaves_the_old_index_and_nothing_else(home: Path) -> None:
    def fill(folder: Path) -> None:
        (folder / "half").write_text("written")
        raise KeyboardInterrupt

    before = sorted(path.name for path in (home / "index").iterdir())
    with pytest.raises(KeyboardInterrupt):
        publish_generation(home, fill)
    assert sorted(path.name for path in (home / "index").iterdir()) == before
    assert texts(home) == DOCUMENTS


def test_what_the_dead_left_is_swept_by_the_next_build_and_read_by_nobody(home: Path) -> None:
    folder = home / "index"
    (folder / "building-20200101T000000000000" / "sources").mkdir(parents=True)
    shutil.copytree(current(home), folder / "g-20990101T000000000000")
    (folder / "g-20990101T000000000000" / "manifest.json").write_text("damaged")
    (folder / "g-19990101T000000000000").mkdir()
    (folder / "current.new").write_text("half")
    assert texts(home) == DOCUMENTS
    rebuild(home)
    assert sorted(path.name for path in folder.iterdir()) == sorted(["current", current(home).name])
    assert texts(home) == DOCUMENTS


def test_readers_never_see_a_writer_at_work(home: Path, tmp_path: Path) -> None:
    def write() -> None:
        for version in range(12):
            file = write_file(tmp_path / "丙法.md", f"丙法\n第一条　第{version}版。\n")
            ingest_documents(home, [file], SETTINGS, encoder=BigramEncoder())

    with ThreadPoolExecutor() as pool:
        writing = pool.submit(write)
        while not writing.done():
            index = load(home)
            assert {"甲法", "乙意见"} <= set(index.parsed)
            assert index.hybrid.search("缺陷产品召回", 1)[0][0] == "乙意见#二/1"
        writing.result()
    assert "第11版" in texts(home)["丙法"]
