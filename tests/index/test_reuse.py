"""What of an index goes on serving when documents come, change and go."""

import os
from pathlib import Path

import numpy as np
import pytest

from index import reuse
from index.generations import find_generation, link_file
from index.ingest import ingest_documents, remove_documents
from index.settings import IndexSettings
from index.store import Index, open_index
from tests.index.fakes import LAW, POLICY, SETTINGS, BigramEncoder, write_file
from tests.index.homes import ingest, rebuild


@pytest.fixture
def grown(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home with 丁法 of ten articles besides, in one shard; none is made anew only because it is small."""
    monkeypatch.setattr(reuse, "SMALL", 0)
    text = "丁法\n\n" + "".join(f"第{n}条　第{n}种情形应当备案。\n" for n in "一二三四五六七八九十")
    ingest(home, write_file(tmp_path / "big" / "丁法.md", text))
    rebuild(home)
    return home


def shards(home: Path) -> dict[str, int]:
    """The inode of each shard's vectors by its name."""
    folder = find_generation(home)
    assert folder is not None
    found = {path.name: (path / "vectors" / "vectors.npy").stat().st_ino for path in (folder / "shards").iterdir()}
    return dict(sorted(found.items()))


def load(home: Path, encoder: BigramEncoder | None = None) -> Index:
    return open_index(home, SETTINGS, encoder=encoder or BigramEncoder())


def search_words(index: Index) -> dict[str, dict[str, float]]:
    """The BM25 score of each chunk that shares a term, for some terms."""
    scores = {term: index.hybrid.bigrams.score([term]).tolist() for term in ("备案", "退回", "召回")}
    return {term: {id: x for id, x in zip(index.chunks, row, strict=True) if x} for term, row in scores.items()}


def add(home: Path, path: Path, words: str) -> None:
    ingest(home, write_file(path, f"丙法\n\n第一条　{words}。\n"))


def test_what_has_not_changed_is_linked_and_only_what_is_new_is_indexed(grown: Path, tmp_path: Path) -> None:
    before = shards(grown)
    encoder = BigramEncoder()
    ingest_documents(
        grown, [write_file(tmp_path / "丙法.md", "丙法\n\n第一条　从新规定。\n")], SETTINGS, encoder=encoder
    )
    after = shards(grown)
    assert len(before) == 1
    assert len(after) == 2
    assert before.items() <= after.items()
    assert {text for kind, text in encoder.encoded if kind == "passage" and "规定" in text} == {
        "丙法 第一条\n从新规定。",
        "从新规定。",
    }


def test_an_index_that_grew_finds_what_one_built_whole_does(grown: Path, tmp_path: Path) -> None:
    add(grown, tmp_path / "丙法.md", "缺陷产品应当备案")
    write_file(tmp_path / "files" / "乙意见.txt", POLICY.replace("召回", "退回"))
    ingest(grown, tmp_path / "files")
    remove_documents(grown, ["甲法"], SETTINGS, encoder=BigramEncoder())
    index = load(grown)
    assert len(shards(grown)) > 1
    assert list(index.parsed) == ["乙意见", "丁法", "丙法"]
    assert len(index.chunks) == index.manifest.chunks == 13
    found = search_words(index)
    rebuild(grown)
    whole = load(grown)
    assert len(shards(grown)) == 1
    assert search_words(whole) == found
    assert found["召回"] == {}
    assert whole.manifest.corpus_hash == index.manifest.corpus_hash


def test_an_old_version_and_a_removed_document_are_never_found_again(grown: Path, tmp_path: Path) -> None:
    write_file(tmp_path / "files" / "乙意见.txt", POLICY.replace("召回", "退回"))
    ingest(grown, tmp_path / "files")
    remove_documents(grown, ["甲法"], SETTINGS, encoder=BigramEncoder())
    index = load(grown)
    assert {index.chunks[id].document_id for id, _ in index.hybrid.search("为了保证食品安全", 20)} == {"乙意见", "丁法"}
    assert "召回" not in "".join(index.chunks[id].text for id, _ in index.hybrid.search("缺陷产品召回", 20))
    assert "甲法#一" not in index.clauses


def test_a_document_that_comes_back_is_there_once(grown: Path, tmp_path: Path) -> None:
    remove_documents(grown, ["乙意见"], SETTINGS, encoder=BigramEncoder())
    ingest(grown, tmp_path / "files")
    index = load(grown)
    assert list(index.parsed) == ["甲法", "丁法", "乙意见"]
    assert [id for id in index.chunks if id.startswith("乙")] == ["乙意见#一/1", "乙意见#二/1"]


def test_shards_stay_few_however_often_a_document_changes(grown: Path, tmp_path: Path) -> None:
    for version in range(8):
        add(grown, tmp_path / "丙法.md", f"第{version}版")
        assert len(shards(grown)) <= 2
    assert "第7版" in load(grown).parsed["丙法"].document.text


def test_shards_stay_few_however_many_documents_come_one_by_one(grown: Path, tmp_path: Path) -> None:
    for number in range(24):
        add(grown, tmp_path / f"丙法{number}.md", f"第{number}份")
        assert len(shards(grown)) <= 5  # each of more than double the chunks of all smaller ones together
    assert len(load(grown).parsed) == 27


def test_a_shard_of_which_less_than_half_counts_is_made_anew(grown: Path) -> None:
    remove_documents(grown, ["丁法"], SETTINGS, encoder=BigramEncoder())
    assert load(grown).manifest.shards == {name: [] for name in shards(grown)}


@pytest.mark.parametrize("reason", ["a longer chunk", "other code", "another encoder", "another under its name"])
def test_nothing_is_kept_that_was_made_otherwise(
    grown: Path, tmp_path: Path, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shards(grown)
    settings, encoder = SETTINGS, BigramEncoder()
    if reason == "a longer chunk":
        settings = IndexSettings(chunk_max_characters=80)
    elif reason == "other code":
        monkeypatch.setattr("index.reuse.hash_code", lambda: "other")
    else:
        encoder = BigramEncoder("bigrams" if "name" in reason else "other", salt="other")
    ingest_documents(grown, [write_file(tmp_path / "丙法.md", "丙法\n\n第一条　新。\n")], settings, encoder=encoder)
    assert not before.keys() & shards(grown).keys()
    assert "丙法" in open_index(grown, settings, encoder=encoder).parsed


def test_a_damaged_shard_is_made_anew_by_the_next_change(grown: Path, tmp_path: Path) -> None:
    folder = find_generation(grown)
    assert folder is not None
    (name,) = shards(grown)
    np.save(folder / "shards" / name / "vectors" / "vectors.npy", np.zeros((14, 64), dtype=np.float32))
    add(grown, tmp_path / "丙法.md", "新")
    assert name not in shards(grown)
    assert load(grown).parsed["甲法"].document.text == LAW


def test_where_files_cannot_be_linked_they_are_copied(
    grown: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: object, target: object) -> None:
        raise OSError("no links here")

    before = shards(grown)
    monkeypatch.setattr(os, "link", refuse)
    add(grown, tmp_path / "丙法.md", "新")
    after = shards(grown)
    assert before.keys() < after.keys()
    assert not set(before.values()) & set(after.values())
    assert "丙法" in load(grown).parsed


def test_a_link_is_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("甲")
    link_file(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a").stat().st_ino == (tmp_path / "b").stat().st_ino
