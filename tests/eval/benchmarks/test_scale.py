from pathlib import Path

import numpy as np
import pytest

from eval.benchmarks.scale import HashEncoder, measure_scale, measure_update, read_resident_memory


def test_ten_changed_clauses_are_ingested_and_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "laws").mkdir()
    for number in range(12):
        text = f"第{number}号法\n\n第一条　应当备案{number}。\n第二条　不得转让。\n"
        (tmp_path / "laws" / f"{number:02}.md").write_text(text, "utf-8")
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "甲法.md").write_text("甲法\n\n第一条　应当召回。\n", "utf-8")
    monkeypatch.setattr("index.ingest.shipped_documents", lambda: tmp_path / "shipped")
    cost = measure_update(tmp_path / "laws")
    assert (cost.documents, cost.clauses, cost.changed) == (13, 25, 10)
    assert min(cost.first_seconds, cost.publish_seconds, cost.load_seconds) > 0


def test_a_process_of_its_own_finds_what_exact_search_does_and_tells_its_memory() -> None:
    texts = ["应当备案。", "缺陷产品应当召回。", "许可不得转让。"]
    vectors = HashEncoder().encode(texts, kind="passage")
    exact, chosen = measure_scale(vectors, vectors, sizes=[9], texts=texts, questions=texts)
    assert [(cost.kind, cost.rows, cost.recall) for cost in (exact, chosen)] == [("exact", 9, 1), ("chosen", 9, 1)]
    assert "by words as well" in chosen.about
    assert chosen.memory_mib is None or chosen.memory_mib > 10


def test_the_same_text_has_the_same_unit_vector() -> None:
    vectors = HashEncoder().encode(["甲", "乙", "甲"], kind="query")
    np.testing.assert_array_equal(vectors[0], vectors[2])
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1, 1, 1])
    assert abs(float(vectors[0] @ vectors[1])) < 0.5


def test_memory_is_read_as_linux_tells_it(tmp_path: Path) -> None:
    (tmp_path / "status").write_text("Name:\tpython\nVmRSS:\t  2048 kB\nThreads:\t1\n")
    assert read_resident_memory(tmp_path / "status") == 2
