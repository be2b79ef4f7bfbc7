"""Answers of several systems to the same questions, scored by ``eval.measures``, with the differences between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.benchmarks.answering.groups import Asked
from eval.benchmarks.answering.systems import CALLS, FAILURE, FIRST_WORDS, AnswerSystem
from eval.jsonl import Record
from eval.measures import MEASURES, Measure, Outcome, Score
from eval.measures.latency import find_percentile
from eval.measures.model import divide
from eval.measures.quote_validity import Sources
from eval.outcomes import read_outcome
from eval.significance import ShareTest, compare_shares
from eval.tallies import Tally, score_questions, tally_question

FIRST_WORDS_P50 = "first_words_p50_ms"
FIRST_WORDS_P95 = "first_words_p95_ms"


def score_false_abstention_share(outcomes: Sequence[Outcome]) -> Score:
    """Return the share of answerable questions that were abstained on; n counts the answerable ones."""
    answerable = [outcome for outcome in outcomes if not outcome.question.must_abstain]
    return divide(sum(outcome.abstained for outcome in answerable), len(answerable))


def score_own_verified(outcomes: Sequence[Outcome]) -> Score:
    """Return the share of answers with a sentence of the LLM's own that its citations bear out; n counts answers.

    What counts is borne out as ``sentence_support`` tells, whether the system verified it or not.
    """
    answered = [outcome for outcome in outcomes if not outcome.abstained]
    own = sum(
        any(
            statement.origin == "llm" and support.supported
            for statement, support in zip(outcome.statements, outcome.supports or (), strict=False)
        )
        for outcome in answered
    )
    return divide(own, len(answered))


_ADDED = {
    "false_abstentions": Measure(
        "false_abstention_share",
        "误拒答率",
        "share",
        "answerable questions",
        "lower",
        score_false_abstention_share,
    ),
    "own_sentences": Measure(
        "own_sentences_verified",
        "含经核对的大模型句子的答案",
        "share",
        "answers",
        "higher",
        score_own_verified,
    ),
}
SCORED: tuple[Measure, ...] = tuple(
    one for measure in MEASURES for one in (measure, _ADDED.get(measure.name)) if one is not None
)
"""The measures of every report, and behind two of them what the goals of this benchmark ask for besides."""
SHARES = tuple(measure.name for measure in SCORED if measure.unit == "share")


@dataclass(frozen=True, slots=True)
class Result:
    """What a system made of one question.

    ``first_words_ms`` is ``None`` where it abstained, and where a system with an LLM did without it.
    """

    outcome: Outcome
    tally: Mapping[str, Tally]
    first_words_ms: float | None
    asked_llm: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class SystemFigures:
    """A system's scores by measure; how many questions were put to the LLM, and how many failed."""

    name: str
    scores: Mapping[str, Score]
    asked_llm: int
    failed: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one system's shares are less another's, by measure."""

    whole: str
    other: str
    tests: Mapping[str, ShareTest]


@dataclass(frozen=True, slots=True)
class Table:
    """Systems side by side over the same questions."""

    questions: int
    systems: tuple[SystemFigures, ...]
    comparisons: tuple[Comparison, ...]

    def find(self, name: str) -> SystemFigures | None:
        """Return the system of this name, if it is there."""
        return next((system for system in self.systems if system.name == name), None)


Results = Mapping[str, Mapping[Asked, Result]]
"""By system's name, then by question."""


def read_results(
    asked: Sequence[Asked], records: Sequence[Record], system: AnswerSystem, sources: Sources
) -> dict[Asked, Result]:
    """Pair the records of a system with their questions.

    Raises
    ------
    QuestionSetError
        A record is broken.
    """
    return {one: _read_result(one, record, system, sources) for one, record in zip(asked, records, strict=True)}


def tabulate(asked: Sequence[Asked], results: Results, names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Table:
    """Score the systems of these names over the questions, and compare these pairs of them."""
    chosen = {name: [results[name][one] for one in asked] for name in names}
    comparisons = tuple(
        Comparison(whole, other, {test.name: test for test in _compare(chosen[whole], chosen[other])})
        for whole, other in pairs
    )
    return Table(len(asked), tuple(_score(name, some) for name, some in chosen.items()), comparisons)


def _read_result(asked: Asked, record: Record, system: AnswerSystem, sources: Sources) -> Result:
    place = f"{system.file}.jsonl, question {asked.question.id}"
    outcome = read_outcome(asked.question, record, place=place, sources=sources)
    timings = record.get("timings_ms")
    first = timings.get(FIRST_WORDS) if isinstance(timings, Mapping) else None
    asked_llm = bool(record.get(CALLS))
    counts = not outcome.abstained and asked_llm == system.writes
    return Result(
        outcome,
        tally_question(outcome, SCORED),
        float(first) if counts and isinstance(first, int | float) else None,
        asked_llm,
        bool(outcome.error or record.get(FAILURE)),
    )


def _score(name: str, results: Sequence[Result]) -> SystemFigures:
    outcomes = [result.outcome for result in results]
    scores = score_questions(outcomes, [result.tally for result in results], SCORED)
    times = [result.first_words_ms for result in results if result.first_words_ms is not None]
    for measure, share in ((FIRST_WORDS_P50, 0.50), (FIRST_WORDS_P95, 0.95)):
        scores[measure] = Score(find_percentile(times, share) if times else None, len(times))
    return SystemFigures(
        name, scores, sum(result.asked_llm for result in results), sum(result.failed for result in results)
    )


def _compare(whole: Sequence[Result], other: Sequence[Result]) -> tuple[ShareTest, ...]:
    return compare_shares([result.tally for result in whole], [result.tally for result in other], SHARES)
