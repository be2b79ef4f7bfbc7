from eval.compare import QuestionChange, compare_reports, render_comparison
from eval.measures import Outcome
from eval.report import Report, RunFacts, build_report
from tests.eval.builders import make_outcome, make_question

FACTS = RunFacts("set.jsonl", "wence eval run", "2025-01-02", "0.1.0", "e5", "abc", 1.0, {})
ONE = make_question("甲#一", evidence=("应当备案",), id="one")
TWO = make_question("甲#二", id="two")
NONE = make_question(id="none", type="unanswerable")


def report(*outcomes: Outcome) -> Report:
    return build_report(outcomes, FACTS)


BEFORE = report(
    make_outcome(ONE, "甲#三", total_ms=10.0),
    make_outcome(TWO, "甲#二", total_ms=10.0),
    make_outcome(NONE, "甲#一"),
)
AFTER = report(
    make_outcome(ONE, "甲#一", quotes=("应当备案",), total_ms=30.0),
    make_outcome(TWO, total_ms=10.0),
    make_outcome(NONE),
)


def test_each_question_says_what_got_better_and_what_worse() -> None:
    assert compare_reports(BEFORE, AFTER).questions == (
        QuestionChange(
            id="one",
            type="fact",
            was_right=False,
            is_right=True,
            better=("no longer missing: 甲#一", "no longer wrong: 甲#三", "no longer missing evidence: 应当备案"),
            worse=(),
        ),
        QuestionChange(
            id="two",
            type="fact",
            was_right=True,
            is_right=False,
            better=(),
            worse=("now missing: 甲#二", "now abstained where an answer was due"),
        ),
        QuestionChange(
            id="none",
            type="unanswerable",
            was_right=False,
            is_right=True,
            better=("no longer wrong: 甲#一", "no longer answered where it must abstain"),
            worse=(),
        ),
    )


def test_a_measure_is_better_by_its_own_direction() -> None:
    verdicts = {change.name: change.verdict for change in compare_reports(BEFORE, AFTER).measures}
    assert verdicts["citation_precision_micro"] == "better"  # 1/3 to 1/1
    assert verdicts["citation_recall_micro"] == "same"  # 1/2 both times
    assert verdicts["false_abstentions"] == "worse"  # 0 to 1
    assert verdicts["latency_p50_ms"] == "worse"  # 10 to 20
    assert verdicts["lookups_right"] == "unknown"  # none asked


def test_a_run_is_no_better_than_itself() -> None:
    comparison = compare_reports(BEFORE, BEFORE)
    assert (comparison.questions, comparison.only_before, comparison.only_after) == ((), (), ())
    assert {change.verdict for change in comparison.measures} == {"same", "unknown"}
    assert "no question that both asked went otherwise" in render_comparison(comparison)


def test_questions_of_one_run_alone_or_with_other_gold_are_named_and_not_compared() -> None:
    other = report(make_outcome(make_question("甲#九", id="one"), "甲#九"), make_outcome(TWO, "甲#二"))
    comparison = compare_reports(BEFORE, other)
    assert (comparison.only_before, comparison.only_after) == (("one", "none"), ("one",))
    assert comparison.questions == ()
    assert {change.verdict for change in comparison.measures} == {"unknown"}
    assert "only in A (2; so the measures above do not compare): one, none" in render_comparison(comparison)


def test_the_comparison_reads_as_a_table_and_a_list() -> None:
    lines = render_comparison(compare_reports(BEFORE, AFTER)).splitlines()
    assert "citation_precision_micro        0.333    1.000  better" in lines
    assert "two (fact): no longer right" in lines
    assert "  - now missing: 甲#二" in lines
    assert "  + no longer wrong: 甲#三" in lines
