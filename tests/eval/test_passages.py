import itertools
import json
from pathlib import Path

import ir_measures
import pytest

from eval.datasets import CorpusText
from eval.passages import build_system
from eval.retrieval import Mode, RetrievalSystem
from eval.runs import run_retrieval
from index.settings import IndexSettings
from tests.eval.builders import SharedLettersEncoder

WORDS = ["备案", "转让", "罚款", "召回", "检验"]


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """150 texts, five of which have a word of their own; two judged queries, and one that no text is asked for."""
    folder = tmp_path / "set"
    (folder / "qrels").mkdir(parents=True)
    texts = [f"第{number}项规定。" for number in range(145)] + [f"企业应当{word}。" for word in WORDS]
    lines = [{"_id": f"d{number}", "title": "甲法", "text": text} for number, text in enumerate(texts)]
    (folder / "corpus.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    queries = [{"_id": "q1", "text": "怎么备案"}, {"_id": "q2", "text": "召回"}, {"_id": "q3", "text": "不判"}]
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(line) for line in queries))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td145\t1\nq2\td148\t1\nlost\td1\t1\n")
    return folder


def silent(what: str, done: int, total: int) -> None:
    pass


@pytest.fixture(autouse=True)
def fake_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.encoder.open_encoder", lambda _: SharedLettersEncoder())


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_a_data_set_is_searched_and_scored(tmp_path: Path, dataset: Path, mode: Mode) -> None:
    def build(corpus: object) -> RetrievalSystem:
        return build_system(corpus, IndexSettings(), mode=mode, home=tmp_path / "home", progress=silent)  # type: ignore[arg-type]

    metrics = run_retrieval(
        dataset, tmp_path / "out", split="test", mode=mode, build=build, command="wence eval", progress=silent
    )
    assert json.loads((tmp_path / "out" / "metrics.json").read_text("utf-8")) == metrics
    assert (metrics["n"], metrics["corpus"], metrics["mode"]) == (3, 150, mode)
    assert metrics["encoder"] == ("" if mode == "lexical" else "shared-letters")
    run = list(ir_measures.read_trec_run(str(tmp_path / "out" / "run.trec")))
    for query in ("q1", "q2"):
        scores = [line.score for line in run if line.query_id == query]
        assert len({line.doc_id for line in run if line.query_id == query}) == len(scores) == 100
        assert all(first > second for first, second in itertools.pairwise(scores))
    assert {line.query_id for line in run} == {"q1", "q2"}
    if mode != "dense":
        assert metrics["recall@5"] == pytest.approx(2 / 3)  # found for q1 and q2; the lost query counts 0


def test_a_long_text_is_indexed_in_parts_and_found_by_any_of_them(tmp_path: Path) -> None:
    long = CorpusText("long", "甲法", "企业应当依法经营。" * 30 + "产品应当召回。" + "企业应当依法经营。" * 30)
    other = [CorpusText(f"d{number}", "乙法", "企业应当依法经营。") for number in range(5)]
    system = build_system(
        [*other, long], IndexSettings(chunk_max_characters=60), mode="hybrid", home=tmp_path / "home", progress=silent
    )
    assert system.passages > 6
    found = system.index.search("召回", 3, mode="lexical")
    assert found[0][0] == "long"
    assert len({id for id, _ in found}) == len(found)


def test_vectors_are_kept_in_the_home_between_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = [CorpusText("d", "甲法", "应当备案。"), CorpusText("e", "甲法", "不得转让许可。")]
    build_system(corpus, IndexSettings(), mode="dense", home=tmp_path, progress=silent)
    encoded: list[str] = []

    class Recorder(SharedLettersEncoder):
        def encode(self, texts, *, kind):  # type: ignore[no-untyped-def]
            encoded.extend(texts)
            return super().encode(texts, kind=kind)

    monkeypatch.setattr("index.encoder.open_encoder", lambda _: Recorder())
    system = build_system(corpus, IndexSettings(), mode="dense", home=tmp_path, progress=silent)
    assert len(encoded) == 1  # one passage alone, to see that the vectors kept are this encoder's
    assert list((tmp_path / "cache" / "vectors").iterdir())
    assert system.index.search("备案", 1, mode="dense")[0][0] == "d"


def test_searching_words_alone_opens_no_encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.encoder.open_encoder", lambda _: pytest.fail("opened"))
    corpus = [CorpusText("d1", "", "应当备案。"), CorpusText("d2", "", "不得转让。")]
    system = build_system(corpus, IndexSettings(), mode="lexical", home=tmp_path, progress=silent)
    assert system.index.search("转让", 2, mode="lexical")[0][0] == "d2"
