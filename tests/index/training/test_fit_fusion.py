import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from index.training import fit_fusion
from index.training.fit_fusion import main
from tests.index.fakes import BigramEncoder

WORDS = ["备案", "转让", "罚款", "召回", "检验", "赔偿", "许可", "处罚"]


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Articles of a word each, and two questions for each of them."""
    monkeypatch.setattr(fit_fusion, "open_encoder", lambda _: BigramEncoder())
    folder = tmp_path / "set"
    (folder / "qrels").mkdir(parents=True)
    articles = [{"_id": f"d{i}", "title": f"甲法第{i}条", "text": f"企业应当{word}。"} for i, word in enumerate(WORDS)]
    questions = [{"_id": f"q{i}", "text": f"怎么{WORDS[i % len(WORDS)]}"} for i in range(2 * len(WORDS))]
    with gzip.open(folder / "corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(json.dumps(one) for one in articles))
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(one) for one in questions), "utf-8")
    lines = [f"q{i}\td{i % len(WORDS)}\t1" for i in range(2 * len(WORDS))]
    (folder / "qrels" / "train.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *lines]), "utf-8")
    return folder


def test_weights_are_written_with_what_they_come_from(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(dataset), "--out", str(tmp_path / "fusion.json")])
    record = json.loads((tmp_path / "fusion.json").read_text("utf-8"))
    assert record["weights"].keys() == {"words", "bigrams", "document"}
    assert (record["questions"], record["cross_validated"]["recall@10"]) == (16, 1.0)
    printed = capsys.readouterr().out
    assert "16 questions, cross-validated over 4 folds that share no article" in printed
    assert all(row in printed for row in ("encoder alone", "words and bigrams", "documents too", "difference"))


def test_the_same_seed_writes_the_same(dataset: Path, tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        main([str(dataset), "--out", str(tmp_path / name), "--seed", "3"])
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_each_encoder_is_asked_only_what_it_has_not_seen(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("q0\nq1\nq2\nq3\nq4\n", "utf-8")
    (tmp_path / "b.txt").write_text("q5\nq6\nq7\n", "utf-8")
    out = tmp_path / "fusion.json"
    two = ["--encoder", "a", "--questions", str(tmp_path / "a.txt"), "--encoder", "b", "--questions"]
    main([str(dataset), *two, str(tmp_path / "b.txt"), "--out", str(out)])
    record = json.loads(out.read_text("utf-8"))
    assert (record["questions"], record["encoders"]) == (8, ["a", "b"])
    with pytest.raises(SystemExit):
        main([str(dataset), "--encoder", "a", "--encoder", "b", "--questions", str(tmp_path / "a.txt")])


def test_vectors_at_hand_are_taken(dataset: Path, tmp_path: Path) -> None:
    encoder = BigramEncoder()
    np.save(tmp_path / "p.npy", encoder.encode(WORDS, kind="passage").astype(np.float16))
    np.save(tmp_path / "q.npy", encoder.encode(WORDS * 2, kind="query"))
    out = tmp_path / "fusion.json"
    main([str(dataset), "--vectors", str(tmp_path / "p.npy"), str(tmp_path / "q.npy"), "--out", str(out)])
    assert json.loads(out.read_text("utf-8"))["cross_validated"]["MRR@10"] == 1.0
