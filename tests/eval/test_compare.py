from eval.compare import QuestionChange, compare_reports, describe_significance, render_comparison
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
    assert "only in A (2; so the values of A and B above do not compare): one, none" in render_comparison(comparison)


def test_the_comparison_reads_as_a_table_and_a_list() -> None:
    lines = render_comparison(compare_reports(BEFORE, AFTER)).splitlines()
    # One gold clause of two cited, in A the second's and in B the first's: every swap gives at least that: p = 1.
    recall = next(line for line in lines if line.startswith("citation_recall_micro"))
    assert recall.split() == ["citation_recall_micro", "0.500", "0.500", "+0.000", "[-1.000,", "+1.000]", "1.000"]
    precision = next(line for line in lines if line.startswith("citation_precision_micro"))
    assert precision.split()[:3] == ["citation_precision_micro", "0.333", "1.000"]
    assert precision.endswith("better")
    assert next(line for line in lines if line.startswith("false_abstentions")).split() == [
        "false_abstentions",
        "0",
        "1",
        "worse",
    ]
    assert "two (fact): no longer right" in lines
    assert "  - now missing: 甲#二" in lines
    assert "  + no longer wrong: 甲#三" in lines


def test_what_is_more_than_chance_is_said_in_words() -> None:
    # Ten questions wrong in A and right in B: McNemar 2/2^10 = 0.0020, and about as many swaps by randomisation.
    many = [make_question("甲#一", id=f"q{number}") for number in range(10)]
    before = report(*(make_outcome(question, "甲#二") for question in many))
    after = report(*(make_outcome(question, "甲#一") for question in many))
    lines = describe_significance(compare_reports(before, after))
    assert lines[0] == "Tested over the 10 questions that both asked, significant (*) at p < 0.05:"
    assert any(line.startswith("  exact is better in B: +1.000 [+1.000, +1.000], p = 0.00") for line in lines)
    assert lines[-1] == (
        "Questions right: 0 in A, 10 in B (0 in A alone, 10 in B alone); McNemar's exact test: p = 0.0020, significant."
    )
    back = describe_significance(compare_reports(after, before))
    assert any(line.startswith("  exact is worse in B: -1.000") for line in back)
    table = render_comparison(compare_reports(before, after)).splitlines()
    assert next(line for line in table if line.startswith("exact")).endswith("* better")


def test_what_may_be_chance_is_said_too() -> None:
    lines = describe_significance(compare_reports(BEFORE, AFTER))
    assert "  no share differs by more than chance would have it" in lines
    # none and one are right in B alone, two in A alone: 2 × (1 + 3)/8 = 1.
    assert lines[-1].endswith("(1 in A alone, 2 in B alone); McNemar's exact test: p = 1.0000, not significant.")


def test_questions_that_both_asked_are_tested_though_the_sets_differ() -> None:
    comparison = compare_reports(BEFORE, report(make_outcome(TWO), make_outcome(make_question("甲#一", id="new"))))
    assert comparison.paired == 1
    recall = next(test for test in comparison.shares if test.name == "citation_recall_micro")
    assert (recall.before, recall.after) == (1.0, 0.0)  # of TWO alone
    nothing = compare_reports(BEFORE, report(make_outcome(make_question("甲#一", id="new"))))
    assert describe_significance(nothing) == ["No question was asked by both, so nothing can be tested."]
    assert nothing.shares == ()
