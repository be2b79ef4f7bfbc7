"""The benchmark's one page of Markdown: figures against their goals, systems side by side, cost, ablation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.benchmarks.ablation import COLUMNS, Ablation
from eval.benchmarks.goals import GOALS, PUBLISHED, Goal
from eval.benchmarks.growth import Cost
from eval.benchmarks.machine import Machine
from eval.benchmarks.measuring import SPEED_TEXTS, Measurement, Row, find_row
from eval.benchmarks.systems import REFERENCE
from eval.bootstrap import CONFIDENCE, DRAWS, SEED, Interval

PICTURE_NAME = "benchmark.png"
_NONE = "–"
_CURVES = {"exact": "exact search", "chosen": "Wence's search"}
_GROUPS = {
    "all": "All questions",
    "unseen": "Questions whose articles no question that was trained on shares",
    "seen": "Questions that share an article with one that was trained on",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the questions, with a row for each system."""

    name: str
    questions: int
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class BenchmarkReport:
    """Everything that the page shows.

    ``unchanged`` and its speed are empty where that encoder was not given, ``quality`` is
    ``None`` where no question set was asked.
    """

    command: str
    date: str
    machine: Machine
    dataset: str
    encoder: str
    unchanged: str
    groups: Sequence[Group]
    measurements: Sequence[Measurement]
    passages_per_second: float
    unchanged_per_second: float | None
    costs: Sequence[Cost]
    quality: Group | None
    quality_about: str
    ablation: Ablation


def render_page(report: BenchmarkReport) -> str:
    """Return the page."""
    parts = [_render_head(report), _render_goals(report)]
    parts += [_render_group(group, report) for group in report.groups]
    parts += [_render_quality(report), _render_speed(report), _render_costs(report.costs)]
    parts += [_render_ablation(report), _render_published(), _render_systems(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def render_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, texts: Collection[int] = (0,)) -> str:
    """Return a Markdown table; the columns ``texts`` are set to the left, the others, numbers, to the right."""
    rule = ["---" if place in texts else "---:" for place in range(len(head))]
    lines = [head, rule, *rows]
    return "\n".join("| " + " | ".join(_escape_cell(cell) for cell in line) + " |" for line in lines)


def format_interval(interval: Interval, *, signed: bool = False) -> str:
    """Return a mean with its bounds; a difference has its sign, and a star where zero lies outside its bounds."""
    sign = "+" if signed else ""
    star = " *" if signed and interval.excludes_zero else ""
    return f"{interval.mean:{sign}.3f} [{interval.low:{sign}.3f}, {interval.high:{sign}.3f}]{star}"


def format_number(value: float) -> str:
    """Return a measured number at three significant digits, whole from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _escape_cell(cell: str) -> str:
    return " ".join(cell.replace("|", "\\|").split())


def _render_head(report: BenchmarkReport) -> str:
    machine = report.machine
    memory = _NONE if machine.memory_gib is None else f"{machine.memory_gib:g} GiB"
    instructions = ", ".join(f"{name} {'yes' if there else 'no'}" for name, there in machine.instructions.items())
    libraries = ", ".join(f"{name} {version}" for name, version in machine.libraries.items())
    return "\n".join(
        [
            "# Benchmark of retrieval",
            "",
            f"Measured on {report.date} by `{report.command}`, every system in the same run on the same data.",
            "",
            f"- Machine: {machine.processor}, {machine.cores} cores, {memory}, {machine.system}; {instructions}.",
            f"- Software: Python {machine.python}, {libraries}.",
            f"- Data: {report.dataset}",
            f"- Encoder: {report.encoder}; unchanged: {report.unchanged or 'not given, so its systems are left out'}.",
            f"- In brackets: {CONFIDENCE:.0%} bounds by bootstrap over the questions ({DRAWS:,} draws, seed {SEED}). "
            "Differences are paired, and a star marks those whose bounds leave zero out.",
        ]
    )


def _render_goals(report: BenchmarkReport) -> str:
    rows = []
    for goal in GOALS:
        ours = _find_figure(goal, goal.system, report)
        theirs = _find_figure(goal, REFERENCE, report)
        met = _NONE if ours is None else ("yes" if goal.is_met(_take_mean(ours)) else "no")
        target = ("≥ " if goal.higher else "≤ ") + _format_figure(goal, goal.target)
        rows.append([goal.name, _format_figure(goal, ours), target, met, _format_figure(goal, theirs)])
    table = render_table(["figure", "Wence", "to reach", "reached", REFERENCE], rows, texts=(0, 3))
    return f"## The figures to reach\n\n{table}"


def _find_figure(goal: Goal, system: str, report: BenchmarkReport) -> Interval | float | None:
    groups = {group.name: group for group in report.groups}
    if report.quality is not None:
        groups["quality"] = report.quality
    if goal.kind == "quality":
        row = find_row(groups[goal.group].rows, system) if goal.group in groups else None
        return None if row is None else row.means[goal.metric]
    if goal.kind == "query_ms":
        return next((some.p50_ms for some in report.measurements if some.name == system), None)
    if goal.kind == "encoding":
        return report.unchanged_per_second if system == REFERENCE else report.passages_per_second
    curve = "exact" if system == REFERENCE else "chosen"
    cost = next((cost for cost in report.costs if cost.kind == curve and cost.rows == goal.rows), None)
    if cost is None:
        return None
    return cost.recall if goal.metric == "recall" else cost.p50_ms


def _take_mean(figure: Interval | float) -> float:
    return figure.mean if isinstance(figure, Interval) else figure


def _format_figure(goal: Goal, figure: Interval | float | None) -> str:
    if figure is None:
        return _NONE
    if isinstance(figure, Interval):
        return format_interval(figure)
    return f"{figure:.{goal.digits}f}{goal.unit}"


def _render_published() -> str:
    metrics = ("recall@5", "recall@10", "recall@100", "MRR@10")
    rows = (
        [name, *(f"{figures[metric]:.3f}" if metric in figures else _NONE for metric in metrics)]
        for name, figures in PUBLISHED
    )
    table = render_table(["published by others", *metrics], rows)
    return f"## What others have published on STARD\n\nOn splits of their own, so for orientation only.\n\n{table}"


def _render_group(group: Group, report: BenchmarkReport) -> str:
    title = _GROUPS.get(group.name, group.name)
    known = any(other.name != "all" for other in report.groups)
    doubt = "" if known else " It was not told which questions the encoder was trained on."
    lines = [f"## {title} ({group.questions})", "", _render_rows(group.rows)]
    if doubt:
        lines[1:1] = ["", doubt.strip()]
    return "\n".join(lines)


def _render_rows(rows: Sequence[Row]) -> str:
    shown = [row for row in rows if row.kind != "part"]
    metrics = list(shown[0].means)
    head = ["system", *metrics]
    means = render_table(head, ([row.name, *(format_interval(row.means[name]) for name in metrics)] for row in shown))
    apart = [row for row in shown if row.differences is not None]
    if not apart:
        return means
    differences = render_table(
        [f"less {REFERENCE}", *metrics],
        (
            [row.name, *(format_interval(row.differences[name], signed=True) for name in metrics)]
            for row in apart
            if row.differences is not None
        ),
    )
    return f"{means}\n\n{differences}"


def _render_quality(report: BenchmarkReport) -> str:
    if report.quality is None:
        return ""
    return (
        f"## The quality corpus ({report.quality.questions} questions)\n\n{report.quality_about} "
        "A right clause found first, and among the first ten.\n\n" + _render_rows(report.quality.rows)
    )


def _render_speed(report: BenchmarkReport) -> str:
    queries = render_table(
        ["system", "p50 ms", "p95 ms"],
        (
            [some.name, format_number(some.p50_ms), format_number(some.p95_ms)]
            for some in report.measurements
            if some.kind != "part"
        ),
    )
    encoders = [(f"Wence: {report.encoder}", report.passages_per_second)]
    if report.unchanged_per_second is not None:
        encoders.append((f"unchanged: {report.unchanged}", report.unchanged_per_second))
    speeds = render_table(
        ["encoder", "passages per second"], ([name, format_number(speed)] for name, speed in encoders)
    )
    return (
        "## Time of one query\n\nEncoding, search and fusion, by the wall clock, one query at a time, each asked for "
        f"100 texts.\n\n{queries}\n\n## Encoding\n\n"
        f"Of {SPEED_TEXTS} articles of about 80 tokens each, nothing cached.\n\n{speeds}"
    )


def _render_costs(costs: Sequence[Cost]) -> str:
    if not costs:
        return ""
    table = render_table(
        ["search", "vectors", "p50 ms", "p95 ms", "MiB", "recall@10 of exact"],
        (
            [
                f"{_CURVES.get(cost.kind, cost.kind)}: {cost.about}",
                f"{cost.rows:,}",
                format_number(cost.p50_ms),
                format_number(cost.p95_ms),
                _NONE if cost.memory_mib is None else format_number(cost.memory_mib),
                f"{cost.recall:.3f}",
            ]
            for cost in costs
        ),
    )
    return (
        "## Cost against size\n\n"
        "One search among so many vectors for 200 rows, the query's vector at hand; that of Wence in a process of its "
        "own that opens the index from disk, whose memory is what is resident then, mapped files included (of exact "
        "search, the vectors alone). Beyond the corpus, its own vectors are drawn again with small noise.\n\n"
        f"![Time and memory against the number of vectors]({PICTURE_NAME})\n\n{table}"
    )


def _render_ablation(report: BenchmarkReport) -> str:
    groups = {group.name: group.rows for group in report.groups}
    rows = []
    for some in report.measurements:
        if some.part:
            cells = [_find_cell(groups, column, some.name) for column in COLUMNS]
            rows.append([some.part, *cells, "measured in this run"])
    for row in report.ablation.rows:
        cells = [_format_share(row.figures.get(column)) for column in COLUMNS]
        rows.append([row.name, *cells, row.note])
    remarks = "".join(f"\n- {remark}" for remark in report.ablation.remarks)
    table = render_table(["variant", *COLUMNS, "note"], rows, texts=(0, len(COLUMNS) + 1))
    return f"## What each part adds\n\n{table}" + (f"\n{remarks}" if remarks else "")


def _format_share(figure: Interval | float | None) -> str:
    if figure is None:
        return _NONE
    return format_interval(figure) if isinstance(figure, Interval) else f"{figure:.3f}"


def _find_cell(groups: Mapping[str, Sequence[Row]], column: str, system: str) -> str:
    group, _, metric = column.rpartition(" ")
    row = find_row(groups.get(group or "all", ()), system)
    return _NONE if row is None else format_interval(row.means[metric])


def _render_systems(report: BenchmarkReport) -> str:
    lines = [f"- **{some.name}**: {some.note}." for some in report.measurements if some.kind != "part"]
    return "## What each system is\n\n" + "\n".join(lines)
