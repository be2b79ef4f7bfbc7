"""The figures that the benchmark is to reach, each with the system and the questions it is of; and published ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eval.benchmarks.systems import DENSE, HYBRID, RERANKED

Kind = Literal["quality", "query_ms", "encoding", "growth"]


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to reach.

    ``group`` and ``metric`` say which quality figure it is, ``rows`` which size of index.
    """

    name: str
    kind: Kind
    system: str
    target: float
    group: str = ""
    metric: str = ""
    rows: int = 0
    higher: bool = True
    digits: int = 3
    unit: str = ""

    def is_met(self, value: float) -> bool:
        """Whether the value, rounded as it is shown, reaches the target."""
        shown = round(value, self.digits)
        return shown >= self.target if self.higher else shown <= self.target


def _list_quality(about: str, system: str, group: str, targets: dict[str, float]) -> list[Goal]:
    return [
        Goal(f"{about}: {metric}", "quality", system, target, group=group, metric=metric)
        for metric, target in targets.items()
    ]


GOALS: tuple[Goal, ...] = (
    *_list_quality("encoder alone", DENSE, "all", {"recall@10": 0.68, "recall@100": 0.90, "MRR@10": 0.54}),
    *_list_quality("encoder alone, unseen articles", DENSE, "unseen", {"recall@10": 0.78, "MRR@10": 0.67}),
    *_list_quality("with the reranker", RERANKED, "all", {"recall@10": 0.74, "recall@100": 0.92, "MRR@10": 0.61}),
    *_list_quality("quality corpus, right clause", RERANKED, "quality", {"first": 0.72, "among ten": 0.95}),
    Goal("passages encoded per second", "encoding", DENSE, 250, digits=0),
    Goal("one query, p50", "query_ms", HYBRID, 20, higher=False, digits=1, unit=" ms"),
    Goal("one query with the reranker, p50", "query_ms", RERANKED, 250, higher=False, digits=1, unit=" ms"),
    Goal(
        "one search in 1,000,000 vectors, p50", "growth", DENSE, 30, rows=1_000_000, higher=False, digits=1, unit=" ms"
    ),
    Goal("its recall@10 of exact", "growth", DENSE, 0.99, metric="recall", rows=1_000_000),
)

PUBLISHED: tuple[tuple[str, dict[str, float]], ...] = (
    ("BM25", {"recall@10": 0.394}),
    ("bge-large-zh-v1.5 (326 M parameters)", {"recall@5": 0.460}),
    ("bge-large-zh-v1.5, fine-tuned", {"recall@5": 0.553}),
    ("the best fine-tuned dense model of STARD's authors", {"recall@10": 0.606, "recall@100": 0.907, "MRR@10": 0.472}),
    ("Qwen3-Embedding-4B", {"recall@10": 0.604, "recall@100": 0.837, "MRR@10": 0.501}),
    ("Qwen3-Embedding-4B with Qwen3-Reranker-0.6B", {"recall@10": 0.650, "MRR@10": 0.552}),
    ("a tuned 4 B reranker over a 4 B embedder", {"recall@10": 0.848, "MRR@10": 0.735}),
)
"""What others have published on STARD, each on a split of its own, for orientation only."""
