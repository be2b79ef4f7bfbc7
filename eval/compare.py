"""Two answer runs side by side: which measures and which questions got better, which worse, and what is chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from eval.figures import format_value
from eval.measures import JUDGED, MEASURES, Measure, Score
from eval.report import QuestionResult, Report
from eval.significance import LEVEL, RightTest, ShareTest, compare_right, compare_shares

Verdict = Literal["better", "worse", "same", "unknown"]

_IDS_SHOWN = 8
_FAULTS = ("missing", "wrong", "missing_evidence", "violations")


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """A measure in both runs.

    ``verdict`` is ``unknown`` where either has no value, or the runs asked different questions.
    """

    name: str
    before: float | None
    after: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A question that went otherwise: a line for each thing that got better, and that got worse."""

    id: str
    type: str
    was_right: bool
    is_right: bool
    better: tuple[str, ...]
    worse: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to the other.

    ``only_before`` and ``only_after`` are ids asked in one run alone, or with other gold:
    where there are any, the measures are over different questions and tell nothing.
    ``shares`` and ``right`` test the ``paired`` questions that both asked.
    """

    measures: tuple[MeasureChange, ...]
    questions: tuple[QuestionChange, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    paired: int
    shares: tuple[ShareTest, ...]
    right: RightTest


def compare_reports(before: Report, after: Report) -> Comparison:
    """Return what got better and what got worse from ``before`` to ``after``."""
    first = {_key(result): result for result in before.results}
    second = {_key(result): result for result in after.results}
    comparable = first.keys() == second.keys()
    pairs = [(first[key], second[key]) for key in first if key in second]
    changes = (_compare_question(old, new) for old, new in pairs)
    measures = before.measures if _judged_alike(before, after) else MEASURES
    shares = [measure.name for measure in measures if measure.unit == "share"]
    return Comparison(
        measures=tuple(
            _compare_measure(measure, before.overall[measure.name], after.overall[measure.name], comparable)
            for measure in measures
        ),
        questions=tuple(change for change in changes if change.better or change.worse),
        only_before=tuple(result.id for key, result in first.items() if key not in second),
        only_after=tuple(result.id for key, result in second.items() if key not in first),
        paired=len(pairs),
        shares=compare_shares([old.tallies for old, _ in pairs], [new.tallies for _, new in pairs], shares),
        right=compare_right([old.right for old, _ in pairs], [new.right for _, new in pairs]),
    )


def render_comparison(comparison: Comparison) -> str:
    """Return the comparison as a table of measures and a list of questions, for a terminal."""
    units = {measure.name: measure.unit for measure in (*MEASURES, *JUDGED)}
    tests = {test.name: test for test in comparison.shares}
    lines = [f"{'measure':<28}{'A':>9}{'B':>9}  {'B - A, 95 %':<25}{'p':>6}"]
    for change in comparison.measures:
        values = (format_value(Score(value, 0), units[change.name]) for value in (change.before, change.after))
        verdict = change.verdict if change.verdict in ("better", "worse") else ""
        test = tests.get(change.name)
        difference = f"{_format_difference(test):<25}{test.p:>6.3f}" if test else " " * 31
        line = f"{change.name:<28}" + "".join(f"{value:>9}" for value in values) + f"  {difference}"
        lines.append(f"{line}{'*' if test and test.significant else ' '} {verdict}".rstrip())
    for title, ids in (("only in A", comparison.only_before), ("only in B", comparison.only_after)):
        if ids:
            shown = ", ".join(ids[:_IDS_SHOWN]) + (" …" if len(ids) > _IDS_SHOWN else "")
            lines.append(f"{title} ({len(ids)}; so the values of A and B above do not compare): {shown}")
    lines += ["", *describe_significance(comparison), ""]
    for question in comparison.questions:
        lines.append(f"{question.id} ({question.type}){_describe_turn(question)}")
        lines += [f"  + {what}" for what in question.better]
        lines += [f"  - {what}" for what in question.worse]
    if not comparison.questions:
        lines.append("no question that both asked went otherwise")
    return "\n".join(lines)


def describe_significance(comparison: Comparison) -> list[str]:
    """Say in words which differences are more than chance, a line each."""
    better = {measure.name: measure.better for measure in (*MEASURES, *JUDGED)}
    if not comparison.paired:
        return ["No question was asked by both, so nothing can be tested."]
    lines = [f"Tested over the {comparison.paired} questions that both asked, significant (*) at p < {LEVEL}:"]
    found = [test for test in comparison.shares if test.significant]
    for test in found:
        word = "better" if (test.difference > 0) == (better[test.name] == "higher") else "worse"
        lines.append(f"  {test.name} is {word} in B: {_format_difference(test)}, p = {test.p:.4f}")
    if not found:
        lines.append("  no share differs by more than chance would have it")
    elif len(comparison.shares) > 1:
        lines.append(
            f"  ({len(comparison.shares)} shares were tested, each by itself: one in twenty differs by chance)"
        )
    right = comparison.right
    verdict = "significant" if right.significant else "not significant"
    before, after = right.both + right.only_before, right.both + right.only_after
    alone = f"{right.only_before} in A alone, {right.only_after} in B alone"
    lines.append(
        f"Questions right: {before} in A, {after} in B ({alone}); McNemar's exact test: p = {right.p:.4f}, {verdict}."
    )
    return lines


def _format_difference(test: ShareTest) -> str:
    return f"{test.difference:+.3f} [{test.low:+.3f}, {test.high:+.3f}]"


def _judged_alike(before: Report, after: Report) -> bool:
    """Whether one judge, asked the same, judged both: else its figures do not compare."""
    first, second = before.facts.judge, after.facts.judge
    return (
        first is not None
        and second is not None
        and (first.model, first.support_prompt, first.answer_prompt)
        == (second.model, second.support_prompt, second.answer_prompt)
    )


def _key(result: QuestionResult) -> tuple[str, str, tuple[str, ...]]:
    # The same id over another question or other gold is another question.
    return result.id, result.question, result.expected


def _compare_measure(measure: Measure, before: Score, after: Score, comparable: bool) -> MeasureChange:
    verdict: Verdict
    if not comparable or before.value is None or after.value is None:
        verdict = "unknown"
    elif before.value == after.value:
        verdict = "same"
    else:
        verdict = "better" if (after.value > before.value) == (measure.better == "higher") else "worse"
    return MeasureChange(measure.name, before.value, after.value, verdict)


def _compare_question(before: QuestionResult, after: QuestionResult) -> QuestionChange:
    old, new = _list_faults(before), _list_faults(after)
    return QuestionChange(
        id=after.id,
        type=after.type,
        was_right=before.right,
        is_right=after.right,
        better=tuple(f"no longer {fault}" for fault in old if fault not in new),
        worse=tuple(f"now {fault}" for fault in new if fault not in old),
    )


def _list_faults(result: QuestionResult) -> dict[str, None]:
    found: Mapping[str, tuple[str, ...]] = {name: getattr(result, name) for name in _FAULTS}
    faults = [f"{name.replace('_', ' ')}: {what}" for name, some in found.items() for what in some]
    if result.error:
        faults.append(f"an error: {result.error}")
    elif result.must_abstain and result.status != "abstained":
        faults.append("answered where it must abstain")
    elif not result.must_abstain and result.status == "abstained":
        faults.append("abstained where an answer was due")
    return dict.fromkeys(faults)


def _describe_turn(question: QuestionChange) -> str:
    if question.was_right == question.is_right:
        return ""
    return ": right now" if question.is_right else ": no longer right"
