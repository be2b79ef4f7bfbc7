from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from corpus.model import ParsedDocument
from corpus.parse import parse_text
from index import library
from index.chunks import split_chunks, split_clause_sentences
from index.library import Library, hash_corpus
from index.records import Entry, Records, write_records

TEXTS = {
    "甲": "甲法\n\n第一条　应当备案。不得转让。\n第二条　应当召回。\n",
    "乙#1": "乙法\n\n第一条　处罚款。\n",
    "丙": "丙法\n\n第一条　另行规定。\n第二条　自公布之日起施行。\n",
}
PARSED = {id: parse_text(text, id=id, source=f"{id}.md") for id, text in TEXTS.items()}


def write_shard(folder: Path, *documents: ParsedDocument) -> Records:
    folder.mkdir()
    chunks = [split_chunks(one, max_characters=60) for one in documents]
    said = [[s for clause in one.clauses for s in split_clause_sentences(clause)] for one in documents]
    entries = [
        Entry(one.document.id, one.document.source, "", "", f"{len(one.document.text):064x}", *map(len, counted))
        for one, *counted in zip(documents, [one.clauses for one in documents], chunks, said, strict=True)
    ]
    write_records(folder, list(zip(documents, entries, strict=True)), list(chain(*chunks)), list(chain(*said)))
    return Records(folder)


@pytest.fixture
def held(tmp_path: Path) -> Library:
    """Two shards; of the first, an older 丙 no longer counts."""
    old = parse_text("丙法\n\n第一条　旧的规定。旧的话。\n", id="丙", source="丙.md")
    shards = [write_shard(tmp_path / "a", PARSED["甲"], old, PARSED["乙#1"]), write_shard(tmp_path / "b", PARSED["丙"])]
    return Library(shards, [frozenset({"丙"}), frozenset()], ["丙", "甲", "乙#1"])


def test_documents_come_in_the_order_listed_and_clauses_and_chunks_shard_by_shard(held: Library) -> None:
    assert dict(held.parsed) == PARSED
    assert list(held.parsed) == ["丙", "甲", "乙#1"]
    assert list(held.documents) == [PARSED[id].document for id in ("丙", "甲", "乙#1")]
    assert list(held.clauses) == ["甲#一", "甲#二", "乙#1#一", "丙#一", "丙#二"]
    assert list(held.chunks) == list(held.chunk_ids) == ["甲#一/1", "甲#二/1", "乙#1#一/1", "丙#一/1", "丙#二/1"]
    assert [held.chunks[id] for id in held.chunks] == [
        chunk for id in TEXTS for chunk in split_chunks(PARSED[id], max_characters=60)
    ]


def test_rows_know_what_they_belong_to(held: Library) -> None:
    assert held.clause_documents.tolist() == [1, 1, 2, 0, 0]
    assert held.chunk_clauses.tolist() == [0, 1, 2, 3, 4]
    assert held.sentence_clauses.tolist() == [0, 0, 1, 2, 3, 4]
    words = [PARSED["甲"].document.text[slice(*held.find_sentence(row))] for row in (0, 1, 2)]
    assert words == ["应当备案。", "不得转让。", "应当召回。"]
    assert [sentence.clause_id for sentence in held.sentences] == [
        "甲#一",
        "甲#一",
        "甲#二",
        "乙#1#一",
        "丙#一",
        "丙#二",
    ]


def test_a_clause_is_had_by_id_and_by_number(held: Library) -> None:
    for number, id in enumerate(held.clauses):
        assert held.number_clause(id) == number
        assert held.read_clause(number) == held.clauses[id]
        assert held.clauses[id].id == id


@pytest.mark.parametrize("id", ["", "甲", "甲#三", "丁#一", "#", "丙法#一"])
def test_what_is_not_held_is_no_clause_and_no_chunk(held: Library, id: str) -> None:
    assert id not in held.clauses
    assert f"{id}/1" not in held.chunks
    assert "甲#一/2" not in held.chunks


def test_documents_read_of_late_are_kept_and_others_let_go(held: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    assert held.parsed["甲"] is held.parsed["甲"]
    monkeypatch.setattr(library, "KEPT_CHARACTERS", 10)
    first = held.parsed["甲"]
    assert held.parsed["丙"] == PARSED["丙"]
    assert held.parsed["甲"] == first
    assert held.parsed["甲"] is not first


def test_documents_listed_that_are_not_held_or_held_twice_are_an_error(tmp_path: Path) -> None:
    shard = write_shard(tmp_path / "a", PARSED["甲"])
    for shards, order in (([shard], []), ([shard], ["甲", "乙#1"]), ([shard, shard], ["甲"]), ([shard], ["甲", "甲"])):
        with pytest.raises(ValueError, match="listed"):
            Library(shards, [frozenset()] * len(shards), order)


def test_a_library_of_nothing_is_empty() -> None:
    empty = Library([], [], [])
    assert (dict(empty.parsed), list(empty.documents), list(empty.chunk_ids)) == ({}, [], [])
    assert empty.chunk_clauses.dtype == np.int64


def test_the_hash_of_a_corpus_tells_ids_and_texts_but_not_their_order() -> None:
    texts = {"甲": "00" * 32, "乙": "11" * 32}
    assert hash_corpus(texts) == hash_corpus(dict(reversed(texts.items())))
    assert hash_corpus(texts) != hash_corpus({"甲": "11" * 32, "乙": "00" * 32})
