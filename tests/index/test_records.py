from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.parse import parse_text
from index.chunks import split_chunks
from index.records import read_all_parsed, read_chunks, read_lines, write_chunks, write_lines, write_parsed

LAW = "甲法\n（2013年10月25日通过，自2014年3月15日起施行）\n第一章　总则\n第一条　应当?;?备案。\n第二条　不得转让。\n"
ONCE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
ANY_TEXT = st.text(st.characters() | st.sampled_from("第一条。\n（）\r\x85\u2028\ud800\udfff"))


@given(st.just(LAW) | ANY_TEXT, st.sampled_from(["甲法", "a#b/c~2", "\udcff坏名", "长" * 300]))
@ONCE
def test_documents_and_chunks_come_back_as_they_were(tmp_path: Path, text: str, id: str) -> None:
    parsed = {id: parse_text(text, id=id, source=f"{id}.md"), "空": parse_text("", id="空", source="")}
    chunks = [chunk for one in parsed.values() for chunk in split_chunks(one, max_characters=60)]
    write_parsed(tmp_path, parsed)
    write_chunks(tmp_path, chunks)
    assert read_all_parsed(tmp_path) == parsed
    assert read_chunks(tmp_path, parsed) == chunks


def test_chinese_is_written_as_it_is_and_a_lone_surrogate_as_an_escape(tmp_path: Path) -> None:
    write_lines(tmp_path / "x", [{"a": "质量"}, {"a": "\ud800"}])
    assert (tmp_path / "x").read_text("utf-8") == '{"a": "质量"}\n{"a": "\\ud800"}\n'
    assert list(read_lines(tmp_path / "x")) == [{"a": "质量"}, {"a": "\ud800"}]


@pytest.mark.parametrize("line", ["[1]", "7", "{", "\\", '{"a": 1} x'])
def test_a_line_that_is_no_object_is_an_error(tmp_path: Path, line: str) -> None:
    (tmp_path / "x").write_text('{"a": 1}\n' + line + "\n")
    with pytest.raises((ValueError, TypeError)):
        list(read_lines(tmp_path / "x"))
