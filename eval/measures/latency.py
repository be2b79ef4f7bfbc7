"""Latency: the time from question to verified answer, in milliseconds, at the 50th and 95th percentile."""

from __future__ import annotations

import math
from collections.abc import Sequence

from eval.measures.model import Outcome, Score


def score_p50(outcomes: Sequence[Outcome]) -> Score:
    """Return the median of ``timings_ms.total``; n counts the answers that have one."""
    return _score_percentile(outcomes, 0.50)


def score_p95(outcomes: Sequence[Outcome]) -> Score:
    """Return the 95th percentile of ``timings_ms.total``; n counts the answers that have one."""
    return _score_percentile(outcomes, 0.95)


def find_percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of the values lie, interpolated linearly (numpy's default).

    The values, sorted, stand at 0 … n-1, and the answer at ``share × (n-1)``.
    """
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    low = ordered[math.floor(position)]
    high = ordered[math.ceil(position)]
    return low + (high - low) * (position - math.floor(position))


def _score_percentile(outcomes: Sequence[Outcome], share: float) -> Score:
    times = [outcome.total_ms for outcome in outcomes if outcome.total_ms is not None]
    return Score(find_percentile(times, share) if times else None, len(times))
