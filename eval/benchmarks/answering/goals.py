"""The figures that answers are to reach, and whether they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.benchmarks.answering.groups import Group, Part
from eval.benchmarks.answering.scoring import FIRST_WORDS_P50, Table
from eval.measures import Score
from eval.measures.model import Unit

Verdict = Literal["yes", "no", "–"]


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to reach, over the part of every set that it is of."""

    part: Part
    measure: str
    target: float
    unit: Unit = "share"
    higher: bool = True

    def judge(self, score: Score) -> Verdict:
        """Say whether the score, rounded as it is shown, reaches the target; a dash where there is none."""
        if score.value is None:
            return "–"
        shown = round(score.value, {"share": 3, "ratio": 2, "ms": 1, "count": 0}[self.unit])
        return "yes" if (shown >= self.target if self.higher else shown <= self.target) else "no"


@dataclass(frozen=True, slots=True)
class Judged:
    """A goal with a group of questions, what the system reached there, and what another did (``None``: not asked)."""

    group: Group
    goal: Goal
    score: Score
    verdict: Verdict
    beside: Score | None


_BOTH = (
    Goal("whole", "abstention_recall", 0.90),
    Goal("whole", "false_abstention_share", 0.03, higher=False),
    Goal("whole", "quote_violations", 0, "count", higher=False),
    Goal("whole", "follow_ups_right", 0.90),
    Goal("whole", "quote_economy", 3.0, "ratio", higher=False),
)

GOALS = (
    Goal("one", "citation_recall_micro", 0.95),
    Goal("one", "citation_precision_micro", 0.90),
    Goal("one", "evidence_recall", 0.92),
    Goal("all", "citation_recall_micro", 0.90),
    Goal("all", "citation_precision_micro", 0.80),
    Goal("all", "evidence_recall", 0.85),
    *_BOTH,
    Goal("whole", "answer_point_recall", 0.90),
    Goal("whole", "latency_p50_ms", 150, "ms", higher=False),
)
"""Without an LLM."""

GOALS_WRITTEN = (
    Goal("one", "citation_recall_micro", 0.95),
    Goal("one", "citation_precision_micro", 0.90),
    Goal("one", "evidence_recall", 0.85),
    Goal("all", "citation_recall_micro", 0.88),
    Goal("all", "citation_precision_micro", 0.80),
    Goal("all", "evidence_recall", 0.80),
    *_BOTH,
    Goal("whole", "answer_point_recall", 0.80),
    Goal("whole", "own_sentences", 0.70),
    Goal("whole", FIRST_WORDS_P50, 3_000, "ms", higher=False),
)
"""With one, a model of 1.5 B parameters."""


def judge_goals(
    goals: Sequence[Goal], tables: Sequence[tuple[Group, Table]], system: str, *, beside: str = ""
) -> Iterator[Judged]:
    """Yield each goal for every group that it is of; ``beside`` names a system to show next to it."""
    for group, table in tables:
        ours, theirs = table.find(system), table.find(beside)
        if ours is None:
            continue
        for goal in goals:
            if goal.part in group.parts:
                score = ours.scores[goal.measure]
                yield Judged(group, goal, score, goal.judge(score), theirs.scores[goal.measure] if theirs else None)
