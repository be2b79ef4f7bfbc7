"""The report of an answer run: every measure overall and by question type, and each question that failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.errors import QuestionSetError, WenceError
from eval.jsonl import unreadable
from eval.measures import MEASURES, Outcome, Score, score_outcomes
from eval.measures.evidence_recall import find_missing_evidence
from eval.measures.model import Unit

REPORT_NAME = "report.json"
REPORT_PAGE_NAME = "report.md"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run was made with and of; ``seconds`` is the whole run, loading left out."""

    question_set: str
    command: str
    date: str
    version: str
    encoder: str
    corpus_hash: str
    seconds: float
    statements: Mapping[str, int]
    unknown_clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question as the report lists it; ``right`` is exact citations, all evidence and no fault."""

    id: str
    type: str
    question: str
    status: str
    right: bool
    must_abstain: bool
    expected: tuple[str, ...]
    cited: tuple[str, ...]
    missing: tuple[str, ...]
    wrong: tuple[str, ...]
    missing_evidence: tuple[str, ...]
    violations: tuple[str, ...]
    error: str
    total_ms: float | None


@dataclass(frozen=True, slots=True)
class TypeScores:
    """The scores over the ``n`` questions of one type."""

    n: int
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class Report:
    """A run's facts and figures, overall and by question type."""

    facts: RunFacts
    questions: int
    errors: int
    overall: Mapping[str, Score]
    types: Mapping[str, TypeScores]
    results: tuple[QuestionResult, ...]
    format: int = FORMAT

    @property
    def failing(self) -> tuple[QuestionResult, ...]:
        """The questions that are not right."""
        return tuple(result for result in self.results if not result.right)


def build_report(outcomes: Sequence[Outcome], facts: RunFacts) -> Report:
    """Score the outcomes, together and by question type (in order of first appearance)."""
    by_type: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_type.setdefault(outcome.question.type, []).append(outcome)
    return Report(
        facts=facts,
        questions=len(outcomes),
        errors=sum(bool(outcome.error) for outcome in outcomes),
        overall=score_outcomes(outcomes),
        types={type: TypeScores(len(some), score_outcomes(some)) for type, some in by_type.items()},
        results=tuple(judge_question(outcome) for outcome in outcomes),
    )


def judge_question(outcome: Outcome) -> QuestionResult:
    """Return how one question went."""
    missing_evidence = find_missing_evidence(outcome)
    violations = outcome.violations or ()
    return QuestionResult(
        id=outcome.question.id,
        type=outcome.question.type,
        question=outcome.question.question,
        status=outcome.status,
        right=outcome.exact and not (missing_evidence or violations or outcome.error),
        must_abstain=outcome.question.must_abstain,
        expected=outcome.question.clauses,
        cited=tuple(dict.fromkeys(citation.clause_id for citation in outcome.citations)),
        missing=tuple(clause for clause in outcome.question.clauses if clause in outcome.missing),
        wrong=tuple(sorted(outcome.wrong)),
        missing_evidence=missing_evidence,
        violations=violations,
        error=outcome.error,
        total_ms=outcome.total_ms,
    )


def write_report(report: Report, folder: Path) -> None:
    """Write ``report.json`` and ``report.md``.

    Raises
    ------
    WenceError
        They cannot be written.
    """
    try:
        (folder / REPORT_PAGE_NAME).write_text(render_report(report), encoding="utf-8", newline="\n")
        (folder / REPORT_NAME).write_bytes(TypeAdapter(Report).dump_json(report, indent=2) + b"\n")
    except OSError as error:
        raise WenceError(f"cannot write to {folder}: {error.strerror or error}; name another with --out") from error


def read_report(folder: Path) -> Report:
    """Read ``report.json`` of a run's folder.

    Raises
    ------
    QuestionSetError
        There is none, or it is not a report of this version.
    """
    path = folder / REPORT_NAME
    try:
        report = TypeAdapter(Report).validate_json(path.read_bytes())
    except OSError as error:
        raise unreadable(path, error) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise QuestionSetError(f"{path}: not a report: {place} {first['msg']}; run `wence eval run` again") from error
    names = {measure.name for measure in MEASURES}
    if report.format != FORMAT or names - report.overall.keys():
        raise QuestionSetError(f"{path}: written by another version of Wence; run `wence eval run` again")
    return report


def render_report(report: Report) -> str:
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
        *[f"- The index lacks the gold clause {clause}; it counts as missed" for clause in facts.unknown_clauses],
        "",
        "| measure | | value | n | n counts |",
        "|---|---|---:|---:|---|",
    ]
    for measure in MEASURES:
        score = report.overall[measure.name]
        value = format_value(score, measure.unit)
        lines.append(f"| {measure.name} | {measure.label} | {value} | {score.n} | {measure.counts} |")
    lines += ["", "## By question type", ""]
    lines.append("| measure | " + " | ".join(f"{type} (n={some.n})" for type, some in report.types.items()) + " |")
    lines.append("|---|" + "---:|" * len(report.types))
    for measure in MEASURES:
        values = (format_value(some.scores[measure.name], measure.unit) for some in report.types.values())
        lines.append(f"| {measure.name} | " + " | ".join(values) + " |")
    lines += ["", f"## Questions that failed: {len(report.failing)}", ""]
    for result in report.failing:
        lines += _render_failure(result)
    return "\n".join(lines).rstrip("\n") + "\n"


def format_value(score: Score, unit: Unit) -> str:
    """Return a score's value as reports show it, ``–`` where there is none."""
    if score.value is None:
        return "–"
    digits = {"share": 3, "ratio": 2, "ms": 1, "count": 0}[unit]
    return f"{score.value:.{digits}f}"


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
    if result.error:
        lines.append(f"  - error: {result.error}")
    return lines
