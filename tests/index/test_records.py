import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.parse import parse_text
from index.chunks import split_chunks, split_clause_sentences
from index.records import Entry, Records, read_lines, write_lines, write_records

LAW = "甲法\n（2013年10月25日通过，自2014年3月15日起施行）\n第一章　总则\n第一条　应当?;?备案。\n第二条　不得转让。\n"
ONCE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
ANY_TEXT = st.text(st.characters() | st.sampled_from("第一条。\n（）\r\x85\u2028\ud800\udfff"))


@given(st.just(LAW) | ANY_TEXT, st.sampled_from(["甲法", "a#b/c~2", "\udcff坏名", "长" * 300]))
@ONCE
def test_documents_chunks_and_sentences_come_back_as_they_were(tmp_path: Path, text: str, id: str) -> None:
    documents = [parse_text(text, id=id, source=f"{id}.md"), parse_text("", id="空", source="")]
    chunks = [split_chunks(one, max_characters=60) for one in documents]
    sentences = [[s for clause in one.clauses for s in split_clause_sentences(clause)] for one in documents]
    entries = [
        Entry(one.document.id, one.document.source, "", "", "", len(one.clauses), len(cut), len(said))
        for one, cut, said in zip(documents, chunks, sentences, strict=True)
    ]
    flat = [chunk for cut in chunks for chunk in cut]
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    write_records(folder, list(zip(documents, entries, strict=True)), flat, [s for said in sentences for s in said])
    records = Records(folder)
    assert records.entries == tuple(entries)
    assert [records.read_parsed(place) for place in (0, 1)] == documents
    assert [records.read_document(place) for place in (0, 1)] == [one.document for one in documents]
    assert [records.read_chunk(row, documents[0]) for row in range(len(flat))] == flat
    clauses = list(documents[0].clauses)
    assert [(clauses[clause].id, start, end) for clause, start, end in records.sentences.tolist()] == [
        (one.clause_id, one.start, one.end) for one in sentences[0]
    ]


def test_counts_that_are_not_those_of_the_files_are_an_error(tmp_path: Path) -> None:
    entry = Entry("甲法", "甲法.md", "", "", "", 2, 7, 2)
    write_records(tmp_path, [(parse_text(LAW, id="甲法", source=""), entry)], [], [])
    with pytest.raises(ValueError, match="counts"):
        Records(tmp_path)


def test_chinese_is_written_as_it_is_and_a_lone_surrogate_as_an_escape(tmp_path: Path) -> None:
    write_lines(tmp_path / "x", [{"a": "质量"}, {"a": "\ud800"}])
    assert (tmp_path / "x").read_text("utf-8") == '{"a": "质量"}\n{"a": "\\ud800"}\n'
    assert list(read_lines(tmp_path / "x")) == [{"a": "质量"}, {"a": "\ud800"}]


@pytest.mark.parametrize("line", ["[1]", "7", "{", "\\", '{"a": 1} x'])
def test_a_line_that_is_no_object_is_an_error(tmp_path: Path, line: str) -> None:
    (tmp_path / "x").write_text('{"a": 1}\n' + line + "\n")
    with pytest.raises((ValueError, TypeError)):
        list(read_lines(tmp_path / "x"))
