from hypothesis import given
from hypothesis import strategies as st

from corpus.parse import parse_text
from index.chunks import describe_place, split_chunks, split_clause_sentences

PIECES = st.sampled_from(
    ["第一条", "第二条　", "（三）", "经营者应当备案", "。", "；", "\n", "　", "?;?;?", "甲" * 70, "x"]
)


def parse(text: str, id: str = "甲法"):  # type: ignore[no-untyped-def]
    return parse_text(text, id=id, source=f"{id}.md")


LAW = "中华人民共和国甲法\n\n第一章　总则\n\n第一条　经营者应当备案。经营者不得转让。\n\n第二条　缺陷产品应当召回。\n"


def test_a_chunk_is_the_place_of_a_clause_and_its_words() -> None:
    chunk = split_chunks(parse(LAW), max_characters=100)[0]
    assert chunk.text == "甲法 第一章 总则 第一条\n经营者应当备案。经营者不得转让。"
    assert (chunk.id, chunk.clause_id, chunk.document_id) == ("甲法#一/1", "甲法#一", "甲法")
    assert LAW[chunk.start : chunk.end] == "经营者应当备案。经营者不得转让。"


def test_a_long_clause_is_cut_between_sentences_and_each_part_tells_its_place() -> None:
    chunks = split_chunks(parse(LAW), max_characters=10)
    assert [chunk.text.partition("\n")[2] for chunk in chunks] == [
        "经营者应当备案。",
        "经营者不得转让。",
        "缺陷产品应当召回。",
    ]
    assert [chunk.id for chunk in chunks] == ["甲法#一/1", "甲法#一/2", "甲法#二/1"]
    assert chunks[1].text.startswith("甲法 第一章 总则 第一条\n")


def test_a_sentence_of_100_000_characters_without_an_end_is_cut_to_size() -> None:
    parsed = parse("甲法\n第一条　" + "质" * 100_000)
    chunks = split_chunks(parsed, max_characters=400)
    assert len(chunks) == 250
    assert sum(chunk.end - chunk.start for chunk in chunks) == 100_000


def test_a_clause_without_words_has_no_chunk() -> None:
    chunks = split_chunks(parse("甲法\n第一条\n\n第二条　应当备案。\n"), max_characters=100)
    assert [chunk.clause_id for chunk in chunks] == ["甲法#二"]


def test_the_label_and_the_heading_are_in_no_sentence() -> None:
    parsed = parse("乙意见\n（一）加强标准建设\n推动标准提升。各地应当落实。\n")
    text = parsed.document.text
    found = [text[s.start : s.end] for s in split_clause_sentences(parsed.clauses[0])]
    assert found == ["推动标准提升。", "各地应当落实。"]


def test_the_place_leaves_out_the_name_of_the_country() -> None:
    parsed = parse(LAW)
    assert describe_place(parsed, parsed.clauses[1]) == "甲法 第一章 总则 第二条"


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(), st.integers(50, 90))
def test_chunks_hold_every_sentence_and_stay_within_their_size(text: str, limit: int) -> None:
    parsed = parse(text)
    chunks = split_chunks(parsed, max_characters=limit)
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    clauses = {clause.id: clause for clause in parsed.clauses}
    for chunk in chunks:
        clause = clauses[chunk.clause_id]
        assert clause.start <= chunk.start < chunk.end <= clause.end
        assert chunk.text.startswith(f"{describe_place(parsed, clause)}\n")
        assert 0 < chunk.end - chunk.start <= limit
        assert chunk.text == f"{chunk.text.partition(chr(10))[0]}\n{text[chunk.start : chunk.end]}"
    covered = {offset for chunk in chunks for offset in range(chunk.start, chunk.end)}
    for clause in parsed.clauses:
        for sentence in split_clause_sentences(clause):
            assert clause.start <= sentence.start < sentence.end <= clause.end
            assert covered.issuperset(range(sentence.start, sentence.end))
