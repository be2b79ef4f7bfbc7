import pytest

from eval.benchmarks import systems
from eval.benchmarks.systems import BM25, DENSE, HYBRID, REFERENCE, RERANKED, IndexSearch, Workbench, list_systems
from eval.datasets import CorpusText
from index.segment import segment_words
from tests.eval.benchmarks.datasets import CORPUS
from tests.index.fakes import BigramEncoder
from tests.index.test_reranker import ShortestFirst

TEXTS = [CorpusText(id, title, text) for id, (title, text) in CORPUS.items()]


def open_workbench(encoder: BigramEncoder | None = None, unchanged: BigramEncoder | None = None) -> Workbench:
    return Workbench(TEXTS, encoder=encoder or BigramEncoder(), unchanged=unchanged, max_characters=420, cache=None)


def open_system(bench: Workbench, name: str) -> systems.Search:
    (system,) = (system for system in list_systems(bench) if system.name == name)
    return system.open()


@pytest.mark.parametrize("name", [BM25, "Wence: BM25 over bigrams", DENSE, "Wence: encoder + words", HYBRID])
def test_every_search_of_wence_finds_the_article(name: str) -> None:
    query = "甲法第二条\n缺陷产品应当立即召回并公告。"
    assert open_system(open_workbench(), name).search(query, 3)[0][0] == "a2"


def test_the_reranker_has_a_line_of_its_own_where_there_is_one() -> None:
    assert RERANKED not in {system.name for system in list_systems(open_workbench())}
    bench = Workbench(
        TEXTS,
        encoder=BigramEncoder(),
        unchanged=None,
        max_characters=420,
        cache=None,
        reranker=ShortestFirst(),
    )
    plain, reranked = (open_system(bench, name).search("召回", 4) for name in (HYBRID, RERANKED))
    assert [id for id, _ in reranked] != [id for id, _ in plain]
    assert {id for id, _ in reranked} == {id for id, _ in plain}


def test_a_part_left_out_finds_nothing_alone() -> None:
    bench = open_workbench()
    neither = IndexSearch(bench.keep_parts(words=False, bigrams=False), mode="lexical")
    assert neither.search("召回", 3) == []


def test_words_alone_encode_no_query() -> None:
    encoder = BigramEncoder()
    search = open_system(open_workbench(encoder), BM25)
    encoder.encoded.clear()
    assert search.search("召回", 1)[0][0] == "a2"
    assert encoder.encoded == []


def test_a_search_may_keep_to_some_texts() -> None:
    found = open_system(open_workbench(), HYBRID).search("召回", 9, among={"a1", "a4"})
    assert sorted(id for id, _ in found) == ["a1", "a4"]


def test_the_passages_are_encoded_once_for_all_systems() -> None:
    encoder = BigramEncoder()
    bench = open_workbench(encoder)
    for system in list_systems(bench):
        if system.kind != "instead":
            system.open()
    assert len(encoder.encoded) == len(TEXTS)


def test_words_of_the_corpus_are_cut_once_and_those_of_a_query_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[str] = []

    def segment(text: str) -> list[str]:
        cut.append(text)
        return segment_words(text)

    monkeypatch.setattr("index.segment.segment_words", segment)
    bench = open_workbench()
    for _ in range(2):
        assert bench.segment(bench.texts[0]) == segment_words(bench.texts[0])
        assert bench.segment("召回公告") == ["召回", "公告"]
    assert (cut.count(bench.texts[0]), cut.count("召回公告")) == (1, 2)


def test_without_the_unchanged_encoder_its_systems_are_left_out() -> None:
    assert REFERENCE not in {system.name for system in list_systems(open_workbench())}
    names = [system.name for system in list_systems(open_workbench(unchanged=BigramEncoder("unchanged")))]
    assert REFERENCE in names
    assert len(set(names)) == len(names)
