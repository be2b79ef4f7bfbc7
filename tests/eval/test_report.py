import json
from pathlib import Path

import pytest

from corpus.errors import QuestionSetError
from eval.measures import Score
from eval.report import Report, RunFacts, build_report, judge_question
from eval.report_files import read_report, write_report
from eval.report_markdown import render_markdown
from tests.eval.builders import make_outcome, make_question

FACTS = RunFacts(
    "set.jsonl", "wence eval run set.jsonl", "2025-01-02T03:04:05+00:00", "0.1.0", "e5", "abc", 1.5, {"extract": 2}
)


def make_report() -> Report:
    return build_report(
        [
            make_outcome(make_question("甲#一", evidence=("引文",), id="good"), "甲#一", total_ms=10.0, violations=()),
            make_outcome(
                make_question("甲#一", evidence=("备案",), id="bad", type="lay", question="要\n备案吗？"),
                "甲#二",
                total_ms=20.0,
                violations=(),
            ),
            make_outcome(make_question(id="none", type="unanswerable"), violations=()),
            make_outcome(make_question(id="dead", type="unanswerable"), error="LLMError: refused"),
        ],
        FACTS,
    )


def test_scores_stand_overall_and_by_type_with_n() -> None:
    report = make_report()
    assert (report.questions, report.errors) == (4, 1)
    assert {type: some.n for type, some in report.types.items()} == {"fact": 1, "lay": 1, "unanswerable": 2}
    # Of two questions 1 and 0: every resample of the two lies between, one in four all right, one in four all wrong.
    assert report.overall["citation_recall_micro"] == Score(0.5, 2, 0.0, 1.0)
    assert report.types["fact"].scores["citation_recall_micro"] == Score(1.0, 1, 1.0, 1.0)
    assert report.types["unanswerable"].scores["citation_recall_micro"] == Score(None, 0)


def test_failing_questions_are_listed_with_what_was_expected_and_what_came() -> None:
    report = make_report()
    assert [result.id for result in report.failing] == ["bad", "dead"]
    bad = report.failing[0]
    assert (bad.expected, bad.cited, bad.missing, bad.wrong) == (("甲#一",), ("甲#二",), ("甲#一",), ("甲#二",))
    assert bad.missing_evidence == ("备案",)
    page = render_markdown(report)
    assert "- **bad** (lay) 要 备案吗？" in page
    assert "  - expected: 甲#一\n  - grounded, cited: 甲#二" in page
    assert "  - evidence not quoted: 备案" in page
    assert "  - error: LLMError: refused" in page
    assert "**good**" not in page


def test_a_quote_that_is_untrue_fails_its_question() -> None:
    outcome = make_outcome(make_question("甲#一"), "甲#一", violations=("甲#一 [0:2]: outside its clause",))
    assert not judge_question(outcome, {}).right


def test_the_page_names_command_date_index_and_every_measure() -> None:
    page = render_markdown(make_report())
    for word in (FACTS.command, FACTS.date, "corpus abc", "encoder e5", "Wence 0.1.0", "extract 2"):
        assert word in page
    assert "| citation_recall_micro | 引用召回率（按条款） | 0.500 | [0.000, 1.000] | 2 | gold clauses |" in page
    assert "| measure | fact (n=1) | lay (n=1) | unanswerable (n=2) |" in page


def test_a_report_reads_back_as_it_was_written(tmp_path: Path) -> None:
    report = make_report()
    write_report(report, tmp_path)
    assert read_report(tmp_path) == report
    data = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert data["overall"]["citation_recall_micro"] == {"value": 0.5, "n": 2, "low": 0.0, "high": 1.0}
    assert (tmp_path / "report.md").read_text(encoding="utf-8") == render_markdown(report)


@pytest.mark.parametrize("text", ["", "{}", "[]", "\xff", '{"format": 2}', '{"format": "1"}'])
def test_what_is_no_report_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(QuestionSetError, match=r"not a report: .*run `wence eval run` again") as caught:
        read_report(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="no such file"):
        read_report(tmp_path)


def test_a_report_of_another_format_is_refused(tmp_path: Path) -> None:
    write_report(make_report(), tmp_path)
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "format": 99}), encoding="utf-8")
    with pytest.raises(QuestionSetError, match="another version"):
        read_report(tmp_path)
    path.write_text('{"format": 1, "facts": {}}', encoding="utf-8")
    with pytest.raises(QuestionSetError, match="another version of Wence; run `wence eval run` again"):
        read_report(tmp_path)
