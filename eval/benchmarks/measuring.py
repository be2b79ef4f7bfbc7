"""Ask a system every question: its quality question by question, and how long each took."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.benchmarks.systems import Kind, System
from eval.bootstrap import Interval, Values, draw_questions, find_interval
from eval.measures.latency import find_percentile
from eval.retrieval import Ranking
from index.model import Encoder

WARM_UP_QUESTIONS = 3
SPEED_TEXTS = 512
SPEED_CHARACTERS = 123
"""The length of an article of 80 tokens, at the corpus's 0.65 tokens a character."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a system did: each metric's value for every question, in their order, and the milliseconds of each."""

    name: str
    kind: Kind
    note: str
    part: str
    values: Mapping[str, Values]
    times_ms: Sequence[float]

    @property
    def p50_ms(self) -> float:
        """The median time of a query."""
        return find_percentile(self.times_ms, 0.50)

    @property
    def p95_ms(self) -> float:
        """The time that 95 of 100 queries do not exceed."""
        return find_percentile(self.times_ms, 0.95)


@dataclass(frozen=True, slots=True)
class Row:
    """A system's means over some questions, and their paired differences to the reference's (``None``: it is that)."""

    name: str
    kind: Kind
    part: str
    means: Mapping[str, Interval]
    differences: Mapping[str, Interval] | None


def measure_system(
    system: System,
    questions: Mapping[str, str],
    qrels: Mapping[str, Mapping[str, int]],
    *,
    metrics: Mapping[str, str],
    depth: int,
    scopes: Mapping[str, Collection[str]] | None = None,
    done: Callable[[], object] = lambda: None,
) -> Measurement:
    """Ask every question, one after another, and score what comes back.

    ``metrics`` gives ir-measures' name of each. A question in ``scopes`` is asked of these
    texts alone. The first questions are asked beforehand, untimed.
    """
    opened = system.open()
    scopes = scopes or {}
    for id in list(questions)[:WARM_UP_QUESTIONS]:
        opened.search(questions[id], depth, among=scopes.get(id))
    rankings: dict[str, Ranking] = {}
    times: list[float] = []
    for id, text in questions.items():
        begin = time.perf_counter()
        rankings[id] = opened.search(text, depth, among=scopes.get(id))
        times.append((time.perf_counter() - begin) * 1000)
        done()
    values = score_questions(list(questions), qrels, rankings, metrics)
    return Measurement(system.name, system.kind, system.note, system.part, values, times)


def score_questions(
    ids: Sequence[str],
    qrels: Mapping[str, Mapping[str, int]],
    rankings: Mapping[str, Ranking],
    metrics: Mapping[str, str],
) -> dict[str, Values]:
    """Return each metric's value for every question, in the order of ``ids``; one that is not ranked counts 0.

    A ranking counts as it stands: the tools that compute metrics would order equal scores anew.
    """
    import ir_measures

    wanted = {ir_measures.parse_measure(notation): name for name, notation in metrics.items()}
    places = {id: place for place, id in enumerate(ids)}
    judged = [ir_measures.Qrel(id, text, grade) for id in ids for text, grade in qrels[id].items()]
    ranked = [
        ir_measures.ScoredDoc(id, text, -float(rank))
        for id in ids
        for rank, (text, _) in enumerate(rankings.get(id, ()))
    ]
    values: dict[str, Values] = {name: np.zeros(len(ids)) for name in metrics}
    for metric in ir_measures.iter_calc(list(wanted), judged, ranked):
        values[wanted[metric.measure]][places[metric.query_id]] = metric.value
    return values


def compare_systems(measurements: Sequence[Measurement], places: Sequence[int], *, reference: str) -> tuple[Row, ...]:
    """Return a row for each system over the questions at ``places``, the same bootstrap draws for all.

    Where no system is called ``reference``, no row has differences.
    """
    chosen = np.asarray(places, dtype=np.int64)
    draws = draw_questions(chosen.size)
    base = next((some.values for some in measurements if some.name == reference), None)
    rows = []
    for some in measurements:
        means = {metric: find_interval(values[chosen], draws) for metric, values in some.values.items()}
        differences = None
        if base is not None and some.name != reference:
            differences = {
                metric: find_interval((values - base[metric])[chosen], draws) for metric, values in some.values.items()
            }
        rows.append(Row(some.name, some.kind, some.part, means, differences))
    return tuple(rows)


def measure_encoding(texts: Sequence[str], encoder: Encoder) -> float:
    """Return how many passages a second the encoder does, over those texts that are nearest to 80 tokens long.

    They are encoded twice: it is the second time that counts, when the encoder has settled
    on what it computes with.
    """
    chosen = sorted(texts, key=lambda text: abs(len(text) - SPEED_CHARACTERS))[:SPEED_TEXTS]
    encoder.encode(chosen, kind="passage")
    begin = time.perf_counter()
    encoder.encode(chosen, kind="passage")
    return len(chosen) / (time.perf_counter() - begin)


def find_row(rows: Sequence[Row], name: str) -> Row | None:
    """Return the row of the system with this name, if there is one."""
    return next((row for row in rows if row.name == name), None)
