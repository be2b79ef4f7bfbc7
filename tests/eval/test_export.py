from pathlib import Path

import pytest

from corpus.errors import WenceError
from eval.export import COLUMNS, export_answers
from eval.report import Report, RunFacts, build_report
from eval.tables import read_csv_rows, read_xlsx_rows
from tests.eval.builders import make_outcome, make_question

FACTS = RunFacts("set.jsonl", "wence eval run", "2025-01-02", "0.1.0", "e5", "abc", 1.0, {})


def make_report() -> Report:
    good = make_question("甲#一", evidence=("应当备案",), id="good")
    bad = make_question("甲#一", "甲#二", evidence=("三年内；",), id="bad", type="lay", question="=1+1")
    return build_report(
        [
            make_outcome(good, "甲#一", quotes=("应当备案；", "应当备案"), answer="应当备案。[1]"),
            make_outcome(bad, "甲#三", "甲#一", answer="-1"),
            make_outcome(make_question("甲#一", id="dead"), error="LLMError: refused"),
        ],
        FACTS,
    )


@pytest.mark.parametrize("name", ["answers.xlsx", "answers.csv"])
def test_each_question_is_a_row(tmp_path: Path, name: str) -> None:
    export_answers(make_report(), tmp_path / name)
    read = read_csv_rows if name.endswith("csv") else read_xlsx_rows
    good, bad, dead = (row for _, row in read(tmp_path / name))
    assert tuple(good) == COLUMNS
    assert (good["id"], good["status"], good["answer"], good["right"]) == ("good", "grounded", "应当备案。[1]", "yes")
    assert (good["cited"], good["quotes"], good["expected"]) == ("甲#一", "应当备案；应当备案", "甲#一")
    assert (bad["question"], bad["answer"]) == ("=1+1", "-1")
    assert (bad["cited"], bad["expected"], bad["missing"], bad["wrong"]) == (
        "甲#三；甲#一",
        "甲#一；甲#二",
        "甲#二",
        "甲#三",
    )
    assert (bad["evidence"], bad["missing_evidence"], bad["right"]) == ("三年内；", "三年内；", "no")
    assert (dead["status"], dead["error"]) == ("abstained", "LLMError: refused")


def test_a_file_that_exists_is_kept_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    export_answers(make_report(), path)
    with pytest.raises(WenceError, match="exists already"):
        export_answers(make_report(), path)
    export_answers(make_report(), path, force=True)
