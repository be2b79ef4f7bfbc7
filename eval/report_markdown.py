"""The report of an answer run as a Markdown page."""

from __future__ import annotations

from eval.figures import format_interval, format_value
from eval.report import QuestionResult, Report, RunFacts
from eval.tallies import RESAMPLES


def render_markdown(report: Report) -> str:
    """Return the report as a Markdown page."""
    facts = report.facts
    index = f"corpus {facts.corpus_hash or 'unknown'}, encoder {facts.encoder or 'unknown'}"
    statements = ", ".join(f"{origin} {count}" for origin, count in facts.statements.items()) or "none"
    lines = [
        f"# {facts.question_set}: {report.questions} questions",
        "",
        f"- Command: `{facts.command}`",
        f"- Date: {facts.date}; Wence {facts.version}; {facts.seconds:.1f} s",
        f"- Index: {index}",
        f"- Statements by origin: {statements}",
        f"- Questions that ended in an error: {report.errors}",
        *_describe_judge(facts),
        *[f"- The index lacks the gold clause {clause}; it counts as missed" for clause in facts.unknown_clauses],
        "",
        f"In brackets: 95 % intervals, by {RESAMPLES:,} resamples of the questions.",
        "",
        "| measure | | value | 95 % | n | n counts |",
        "|---|---|---:|---|---:|---|",
    ]
    for measure in report.measures:
        score = report.overall[measure.name]
        value, interval = format_value(score, measure.unit), format_interval(score)
        lines.append(f"| {measure.name} | {measure.label} | {value} | {interval} | {score.n} | {measure.counts} |")
    lines += ["", "## By question type", ""]
    lines.append("| measure | " + " | ".join(f"{type} (n={some.n})" for type, some in report.types.items()) + " |")
    lines.append("|---|" + "---:|" * len(report.types))
    for measure in report.measures:
        values = (format_value(some.scores[measure.name], measure.unit) for some in report.types.values())
        lines.append(f"| {measure.name} | " + " | ".join(values) + " |")
    lines += ["", f"## Questions that failed: {len(report.failing)}", ""]
    for result in report.failing:
        lines += _render_failure(result)
    return "\n".join(lines).rstrip("\n") + "\n"


def _describe_judge(facts: RunFacts) -> list[str]:
    judge = facts.judge
    if judge is None:
        return []
    return [f"- Judge: {judge.model}, asked {judge.asked} times, undecided {judge.undecided}; prompts in report.json"]


def _render_failure(result: QuestionResult) -> list[str]:
    expected = "; ".join(result.expected) or "to abstain"
    lines = [
        f"- **{result.id}** ({result.type}) {' '.join(result.question.split())}",
        f"  - expected: {expected}",
        f"  - {result.status}, cited: {'; '.join(result.cited) or 'nothing'}",
    ]
    for what, found in (("missing", result.missing), ("wrong", result.wrong), ("untrue", result.violations)):
        if found:
            lines.append(f"  - {what}: {'; '.join(found)}")
    lines += [f"  - evidence not quoted: {' '.join(evidence.split())}" for evidence in result.missing_evidence]
    lines += [f"  - point not made: {' '.join(point.split())}" for point in result.missing_points]
    if result.error:
        lines.append(f"  - error: {result.error}")
    return lines
