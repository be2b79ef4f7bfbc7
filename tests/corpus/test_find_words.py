"""Where words stand in a document."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from corpus import parse_document
from corpus.find_words import find_words
from corpus.model import ParsedDocument

LAW = "试验法\n第一条　为了保护消费\n者，制定本法。\n第二条　保护 ISO 标准，保护消费者。\n"


def parse(folder: Path) -> ParsedDocument:
    path = folder / "试验法.md"
    path.write_text(LAW, encoding="utf-8")
    return parse_document(path)


def test_words_are_found_across_lines_and_whatever_their_case(tmp_path: Path) -> None:
    parsed = parse(tmp_path)
    found = [(clause.number, [LAW[a:b] for a, b in places]) for clause, places in find_words(parsed, "消费者")]
    assert found == [("一", ["消费\n者"]), ("二", ["消费者"])]
    assert [clause.number for clause, _ in find_words(parsed, "iso标准")] == ["二"]


def test_several_words_must_all_be_there(tmp_path: Path) -> None:
    parsed = parse(tmp_path)
    (found,) = find_words(parsed, "标准 保护")
    assert [LAW[a:b] for a, b in found[1]] == ["保护", "标准", "保护"]
    assert list(find_words(parsed, "标准 没有")) == list(find_words(parsed, "  ")) == []


@given(st.text())
def test_any_words_are_looked_for_as_they_are(words: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        parsed = parse(Path(folder))
    for clause, places in find_words(parsed, words):
        assert all(clause.start <= start < end <= clause.end for start, end in places)
