"""The report of an answer run: every measure overall and by question type, and each question that failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.judge import JudgeFacts
from eval.measures import JUDGED, MEASURES, CitedQuote, Judgement, Measure, Outcome, Score
from eval.measures.answer_point_recall import find_missing_points
from eval.measures.evidence_recall import find_missing_evidence
from eval.tallies import Tally, score_questions, tally_question
from rag.model import Turn

FORMAT = 2


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run was made with and of; ``seconds`` is the whole run, loading and judging left out.

    ``judge`` is ``None`` where no LLM judged the answers.
    """

    question_set: str
    command: str
    date: str
    version: str
    encoder: str
    corpus_hash: str
    seconds: float
    statements: Mapping[str, int]
    unknown_clauses: tuple[str, ...] = ()
    judge: JudgeFacts | None = None


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question as the report lists it; ``right`` is exact citations, all evidence and no fault.

    ``quotes`` are the citations, all of them; ``cited`` their clauses, each once. What a
    right answer to it cites and says is ``expected``, ``also``, ``evidence`` and
    ``points``. ``tallies`` has what each share measure counts in it. ``documents`` are those
    that it was asked of, none for all (as reports have it that were written before this was kept).
    """

    id: str
    type: str
    question: str
    history: tuple[Turn, ...]
    status: str
    answer: str
    quotes: tuple[CitedQuote, ...]
    right: bool
    must_abstain: bool
    expected: tuple[str, ...]
    also: tuple[str, ...]
    evidence: tuple[str, ...]
    points: tuple[str, ...]
    cited: tuple[str, ...]
    missing: tuple[str, ...]
    wrong: tuple[str, ...]
    missing_evidence: tuple[str, ...]
    missing_points: tuple[str, ...]
    violations: tuple[str, ...]
    error: str
    total_ms: float | None
    tallies: Mapping[str, Tally]
    judgement: Judgement | None = None
    documents: tuple[str, ...] = ()


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
    def measures(self) -> tuple[Measure, ...]:
        """The measures that it has, in the order in which they are shown."""
        return list_measures(self.facts)

    @property
    def failing(self) -> tuple[QuestionResult, ...]:
        """The questions that are not right."""
        return tuple(result for result in self.results if not result.right)


def build_report(outcomes: Sequence[Outcome], facts: RunFacts) -> Report:
    """Score the outcomes, together and by question type (in order of first appearance)."""
    measures = list_measures(facts)
    tallies = [tally_question(outcome, measures) for outcome in outcomes]
    by_type: dict[str, list[int]] = {}
    for position, outcome in enumerate(outcomes):
        by_type.setdefault(outcome.question.type, []).append(position)

    def score(places: Sequence[int]) -> dict[str, Score]:
        return score_questions([outcomes[i] for i in places], [tallies[i] for i in places], measures)

    return Report(
        facts=facts,
        questions=len(outcomes),
        errors=sum(bool(outcome.error) for outcome in outcomes),
        overall=score(range(len(outcomes))),
        types={type: TypeScores(len(places), score(places)) for type, places in by_type.items()},
        results=tuple(judge_question(outcome, tally) for outcome, tally in zip(outcomes, tallies, strict=True)),
    )


def list_measures(facts: RunFacts) -> tuple[Measure, ...]:
    """Return the measures of a run: those of a judge where there was one."""
    return (*MEASURES, *JUDGED) if facts.judge else MEASURES


def judge_question(outcome: Outcome, tallies: Mapping[str, Tally]) -> QuestionResult:
    """Return how one question went; ``tallies`` are its own."""
    missing_evidence = find_missing_evidence(outcome)
    violations = outcome.violations or ()
    return QuestionResult(
        id=outcome.question.id,
        type=outcome.question.type,
        question=outcome.question.question,
        history=outcome.question.history,
        status=outcome.status,
        answer=outcome.answer,
        quotes=outcome.citations,
        right=outcome.exact and not (missing_evidence or violations or outcome.error),
        must_abstain=outcome.question.must_abstain,
        expected=outcome.question.clauses,
        also=outcome.question.also,
        evidence=outcome.question.evidence,
        points=outcome.question.answer_points,
        cited=tuple(dict.fromkeys(citation.clause_id for citation in outcome.citations)),
        missing=tuple(clause for clause in outcome.question.clauses if clause in outcome.missing),
        wrong=tuple(sorted(outcome.wrong)),
        missing_evidence=missing_evidence,
        missing_points=find_missing_points(outcome),
        violations=violations,
        error=outcome.error,
        total_ms=outcome.total_ms,
        tallies=tallies,
        judgement=outcome.judgement,
        documents=outcome.question.documents,
    )
