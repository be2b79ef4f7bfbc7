"""The page of the benchmark of answers: goals, then every group of questions with its measures and differences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.benchmarks.answering.goals import GOALS, GOALS_WRITTEN, Goal, judge_goals
from eval.benchmarks.answering.groups import Group
from eval.benchmarks.answering.scoring import FIRST_WORDS_P50, FIRST_WORDS_P95, SCORED, SHARES, Comparison, Table
from eval.benchmarks.answering.systems import CHAIN, EXTRACTIVE, WRITTEN
from eval.benchmarks.machine import Machine
from eval.benchmarks.page import render_table
from eval.figures import NONE, format_interval, format_value
from eval.measures import Score
from eval.measures.model import Unit
from eval.significance import LEVEL, SWAPS, ShareTest
from eval.tallies import RESAMPLES

_UNITS: dict[str, Unit] = {measure.name: measure.unit for measure in SCORED}
_UNITS |= {FIRST_WORDS_P50: "ms", FIRST_WORDS_P95: "ms"}
_LABELS = {measure.name: measure.label for measure in SCORED}
_LABELS |= {FIRST_WORDS_P50: "首句用时中位数（毫秒）", FIRST_WORDS_P95: "首句用时 95 分位（毫秒）"}

GroupTable = tuple[Group, Table]


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """Everything that the page shows.

    ``tables`` are over all questions of each group, ``sampled`` over those that were put
    to the LLM too; there are none where ``llm``, its name, is empty. ``asked_at`` is when
    the first and the last answer was asked for, ``systems`` are names with what each is.
    """

    command: str
    date: str
    asked_at: tuple[str, str]
    machine: Machine
    encoder: str
    documents: int
    clauses: int
    llm: str
    seed: int
    systems: tuple[tuple[str, str], ...]
    tables: tuple[GroupTable, ...]
    sampled: tuple[GroupTable, ...]
    unknown: tuple[str, ...] = ()


def render_page(report: AnswersReport) -> str:
    """Return the page."""
    parts = [_render_head(report), *_render_goals(report)]
    sampled = dict(report.sampled)
    for group, table in report.tables:
        parts += [f"## {group.title} ({table.questions} questions)", *_render_figures(table)]
        if group in sampled:
            some = sampled[group]
            parts += [f"### With the LLM, a sample of {some.questions}", *_render_figures(some, llm=True)]
    parts.append("## What each system is\n\n" + "\n".join(f"- **{name}**: {note}." for name, note in report.systems))
    return "\n\n".join(parts) + "\n"


def _render_head(report: AnswersReport) -> str:
    machine = report.machine
    memory = NONE if machine.memory_gib is None else f"{machine.memory_gib:g} GiB"
    instructions = ", ".join(f"{name} {'yes' if there else 'no'}" for name, there in machine.instructions.items())
    libraries = ", ".join(f"{name} {version}" for name, version in machine.libraries.items())
    llm = f"{report.llm}; asked a sample, drawn by type with seed {report.seed}" if report.llm else "none was given"
    return "\n".join(
        [
            "# Benchmark of answers",
            "",
            f"Measured on {report.date} by `{report.command}`, every system over the same index, scored by the same "
            "measures.",
            "",
            f"- Machine: {machine.processor}, {machine.cores} cores, {memory}, {machine.system}; {instructions}.",
            f"- Software: Python {machine.python}, {libraries}.",
            f"- Index: {report.documents:,} documents, {report.clauses:,} clauses, encoder {report.encoder}.",
            f"- LLM: {llm}.",
            f"- Asked and timed from {report.asked_at[0]} to {report.asked_at[1]} UTC.",
            f"- In brackets: 95 % intervals by bootstrap over the questions ({RESAMPLES:,} resamples); in round ones "
            "what the figure counts over. Differences are paired; p is of approximate randomisation "
            f"({SWAPS:,} swaps), and a star marks p < {LEVEL}.",
            *[f"- The index lacks the gold clause {clause}; it counts as missed." for clause in report.unknown],
        ]
    )


def _render_goals(report: AnswersReport) -> Iterator[str]:
    yield "## The figures to reach"
    yield f"{EXTRACTIVE}, without an LLM:"
    yield _render_goal_table(GOALS, report.tables, EXTRACTIVE)
    if report.sampled:
        yield f"{WRITTEN}, over the sample:"
        yield _render_goal_table(GOALS_WRITTEN, report.sampled, WRITTEN, beside=CHAIN)


def _render_goal_table(goals: Sequence[Goal], tables: Sequence[GroupTable], system: str, *, beside: str = "") -> str:
    head = ["questions", "figure", system, "to reach", "reached", *([beside] if beside else [])]
    rows = []
    for judged in judge_goals(goals, tables, system, beside=beside):
        goal = judged.goal
        target = ("≥ " if goal.higher else "≤ ") + format_value(Score(goal.target, 0), goal.unit)
        row = [judged.group.title, goal.measure, _print_score(judged.score, goal.unit), target, judged.verdict]
        rows.append([*row, _print_score(judged.beside, goal.unit)] if judged.beside else row)
    return render_table(head, rows, texts=(0, 1, 4))


def _render_figures(table: Table, *, llm: bool = False) -> Iterator[str]:
    names = [system.name for system in table.systems]
    rows = [
        [name, label, *(_print_score(system.scores[name], _UNITS[name]) for system in table.systems)]
        for name, label in _LABELS.items()
        if llm or name not in (FIRST_WORDS_P50, FIRST_WORDS_P95)
    ]
    if llm:
        rows.append(["llm_asked", "交给大模型的问题数", *(str(system.asked_llm) for system in table.systems)])
    rows.append(["failed", "出错的问题数", *(str(system.failed) for system in table.systems)])
    yield render_table(["measure", "", *names], rows, texts=(0, 1))
    shown = [name for name in SHARES if any(_moves(comparison, name) for comparison in table.comparisons)]
    heads = [f"{comparison.other} − {comparison.whole}" for comparison in table.comparisons]
    if not shown:
        yield f"No share differs: {'; '.join(heads)}."
        return
    yield render_table(
        ["difference", *heads],
        ([name, *(_print_test(comparison.tests.get(name)) for comparison in table.comparisons)] for name in shown),
    )


def _moves(comparison: Comparison, name: str) -> bool:
    test = comparison.tests.get(name)
    return test is not None and bool(test.difference or test.low or test.high)


def _print_score(score: Score, unit: Unit) -> str:
    value, interval = format_value(score, unit), format_interval(score)
    return " ".join(part for part in (value, interval, f"({score.n})" if score.value is not None else "") if part)


def _print_test(test: ShareTest | None) -> str:
    if test is None:
        return NONE
    star = " *" if test.significant else ""
    return f"{test.difference:+.3f} [{test.low:+.3f}, {test.high:+.3f}], p {test.p:.3f}{star}"
