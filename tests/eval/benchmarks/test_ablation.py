import json
from pathlib import Path

import pytest

from corpus.errors import WenceError
from eval.benchmarks.ablation import Ablation, AblationRow, read_ablation
from eval.bootstrap import Interval


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_rows_and_remarks_are_read_in_order(tmp_path: Path) -> None:
    rows = [
        {"name": "without negatives", "recall@10": [0.5, 0.4, 0.6], "MRR@10": 1, "unseen recall@10": None},
        {"name": "all", "note": "ships"},
    ]
    found = read_ablation(write(tmp_path / "a.json", {"rows": rows, "remarks": ["a larger batch did not help"]}))
    assert found.rows == (
        AblationRow("without negatives", {"recall@10": Interval(0.5, 0.4, 0.6), "MRR@10": 1.0}, ""),
        AblationRow("all", {}, "ships"),
    )
    assert found.remarks == ("a larger batch did not help",)


def test_no_file_is_no_rows(tmp_path: Path) -> None:
    assert read_ablation(tmp_path / "none.json") == Ablation()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "an object with 'rows'"),
        ({"rows": [], "row": []}, "and nothing else"),
        ({"rows": {}}, "'rows' is to be a list"),
        ({"rows": [], "remarks": [1]}, "one of texts"),
        ({"rows": [{"name": "a"}, {"note": ""}]}, "row 2: an object with a 'name'"),
        ({"rows": [{"name": "a", "recall@1": 0.5}]}, "row 1: unknown column 'recall@1'"),
        ({"rows": [{"name": "a", "recall@10": 50.5}]}, "is to be between 0 and 1, .* this is 50.5"),
        ({"rows": [{"name": "a", "recall@10": "0.5"}]}, "between 0 and 1"),
        ({"rows": [{"name": "a", "recall@10": [0.5, 0.4]}]}, "between 0 and 1"),
    ],
)
def test_a_broken_file_is_refused_by_the_row(tmp_path: Path, content: object, message: str) -> None:
    with pytest.raises(WenceError, match=message):
        read_ablation(write(tmp_path / "a.json", content))


def test_what_is_not_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    with pytest.raises(WenceError, match="cannot be read as JSON"):
        read_ablation(tmp_path / "a.json")
