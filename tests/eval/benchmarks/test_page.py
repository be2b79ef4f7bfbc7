import numpy as np
import pytest

from eval.benchmarks.ablation import Ablation, AblationRow
from eval.benchmarks.goals import GOALS
from eval.benchmarks.growth import Cost
from eval.benchmarks.machine import Machine
from eval.benchmarks.measuring import Measurement, compare_systems
from eval.benchmarks.page import BenchmarkReport, Group, format_interval, format_number, render_page, render_table
from eval.benchmarks.systems import DENSE, HYBRID, REFERENCE, RERANKED
from eval.bootstrap import Interval

MACHINE = Machine("Fast 9000", 2, 24.0, {"VNNI": True, "AMX int8": False}, "Linux", "3.11.7", {"torch": "2.13.0"})


def measure(name: str, value: float, part: str = "", kind: str = "wence") -> Measurement:
    values = {metric: np.full(3, value) for metric in ("recall@10", "recall@100", "MRR@10", "first", "among ten")}
    return Measurement(name, kind, f"what {name} is", part, values, [10.0, 10.0, 30.0])  # type: ignore[arg-type]


MEASUREMENTS = [
    measure(DENSE, 0.75, "encoder alone"),
    measure("Wence: parts", 0.7, "encoder + words", "part"),
    measure(HYBRID, 0.8),
    measure(RERANKED, 0.7),
    measure(REFERENCE, 0.5, kind="instead"),
]


def make_report(*, groups: tuple[str, ...] = ("all", "unseen"), quality: bool = True) -> BenchmarkReport:
    rows = compare_systems(MEASUREMENTS, [0, 1, 2], reference=REFERENCE)
    return BenchmarkReport(
        command="python -m eval.benchmarks.retrieval stard",
        date="2026-01-02 03:04 UTC",
        machine=MACHINE,
        dataset="stard, split train: 4 texts, 3 questions.",
        encoder="wence-0123",
        unchanged="e5",
        groups=[Group(name, 3, rows) for name in groups],
        measurements=MEASUREMENTS,
        passages_per_second=260.4,
        unchanged_per_second=135.0,
        costs=[
            Cost("exact", "exact", 1_000_000, 148.0, 150.0, 1465.0, 1.0),
            Cost("chosen", "cells", 1_000_000, 30.04, 33.0, 700.0, 0.9899),
        ],
        quality=Group("quality", 3, rows) if quality else None,
        quality_about="`set.jsonl`, asked of 4 clauses.",
        ablation=Ablation(
            (AblationRow("no | negatives", {"recall@10": 0.6, "MRR@10": Interval(0.5, 0.4, 0.6)}, "one\nfold"),),
            ("More steps did not help.",),
        ),
    )


def find_line(page: str, begin: str) -> str:
    (line,) = (line for line in page.splitlines() if line.startswith(begin))
    return line


def test_the_page_tells_command_date_and_machine() -> None:
    page = render_page(make_report())
    assert "Measured on 2026-01-02 03:04 UTC by `python -m eval.benchmarks.retrieval stard`" in page
    assert find_line(page, "- Machine") == "- Machine: Fast 9000, 2 cores, 24 GiB, Linux; VNNI yes, AMX int8 no."
    assert "torch 2.13.0" in find_line(page, "- Software")
    assert "![Time and memory against the number of vectors](benchmark.png)" in page


@pytest.mark.parametrize(
    ("goal", "line"),
    [
        ("encoder alone: recall@10", "| 0.750 [0.750, 0.750] | ≥ 0.680 | yes | 0.500 [0.500, 0.500] |"),
        ("encoder alone, unseen articles: recall@10", "| 0.750 [0.750, 0.750] | ≥ 0.780 | no | 0.500 [0.500, 0.500] |"),
        ("quality corpus, right clause: first", "| 0.700 [0.700, 0.700] | ≥ 0.720 | no | 0.500 [0.500, 0.500] |"),
        ("passages encoded per second", "| 260 | ≥ 250 | yes | 135 |"),
        ("one query, p50", "| 10.0 ms | ≤ 20.0 ms | yes | 10.0 ms |"),
        ("one search in 1,000,000 vectors, p50", "| 30.0 ms | ≤ 30.0 ms | yes | 148.0 ms |"),
        ("its recall@10 of exact", "| 0.990 | ≥ 0.990 | yes | 1.000 |"),
    ],
)
def test_each_figure_stands_beside_its_goal(goal: str, line: str) -> None:
    assert find_line(render_page(make_report()), f"| {goal} |").endswith(line)


def test_a_figure_that_was_not_measured_is_a_dash() -> None:
    page = render_page(make_report(groups=("all",), quality=False))
    assert find_line(page, "| encoder alone, unseen articles: MRR@10").endswith("| – | ≥ 0.670 | – | – |")
    assert find_line(page, "| quality corpus, right clause: first").endswith("| – | ≥ 0.720 | – | – |")
    assert "It was not told which questions the encoder was trained on." in page
    assert "It was not told" not in render_page(make_report())


def test_every_goal_is_listed_once() -> None:
    page = render_page(make_report())
    for goal in GOALS:
        assert find_line(page, f"| {goal.name} |")


def test_systems_have_intervals_and_differences_and_parts_are_left_to_the_ablation() -> None:
    page = render_page(make_report(groups=("all",), quality=False))
    assert f"| {DENSE} | 0.750 [0.750, 0.750] |" in page
    assert f"| {DENSE} | +0.250 [+0.250, +0.250] * |" in page
    assert f"| {REFERENCE} | +0" not in page
    assert "Wence: parts" not in page
    assert "| encoder + words | 0.700 [0.700, 0.700] |" in page


def test_costs_are_told_of_both_searches() -> None:
    page = render_page(make_report())
    assert "| Wence's search: cells | 1,000,000 | 30 | 33 | 700 | 0.990 |" in page
    assert "| exact search: exact | 1,000,000 | 148 | 150 | 1,465 | 1.000 |" in page


def test_the_ablation_takes_rows_of_training_with_their_remarks() -> None:
    page = render_page(make_report())
    assert "| no \\| negatives | 0.600 | – | 0.500 [0.400, 0.600] | – | – | one fold |" in page
    assert "\n\n- More steps did not help.\n" in page


def test_numbers_read_well() -> None:
    assert format_interval(Interval(0.5, 0.4, 0.6)) == "0.500 [0.400, 0.600]"
    assert format_interval(Interval(-0.1, -0.2, 0.1), signed=True) == "-0.100 [-0.200, +0.100]"
    assert [format_number(value) for value in (0.07034, 1.5, 46.53, 1464.8)] == ["0.0703", "1.5", "46.5", "1,465"]
    assert render_table(["a", "b", "c"], [["x", "1", "y"]], texts=(0, 2)) == (
        "| a | b | c |\n| --- | ---: | --- |\n| x | 1 | y |"
    )
