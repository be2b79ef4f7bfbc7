"""``wence eval``: run a question set or a retrieval data set, compare, export, draft; and what the page needs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from corpus.errors import QuestionSetError, SettingsError, WenceError
from ui.commands.console import Paths
from ui.records.runs import Asked, Figure, FigureChange, Run, RunComparison, list_run_folders

if TYPE_CHECKING:
    from corpus.catalog import Catalog
    from eval.questions import QuestionSet
    from eval.report import QuestionResult, Report
    from index.model import Progress
    from rag import Wence
    from rag.llm import ChatModel
    from rag.settings import Settings

app = typer.Typer(name="eval", help="How good the answers and the search are / 评测回答与检索", no_args_is_help=True)

Home = Annotated[
    Path | None,
    typer.Option("--home", help="the folder that holds the index (default: WENCE_HOME)", show_default=False),
]
Force = Annotated[bool, typer.Option("--force", help="overwrite OUT where it exists / 覆盖已有文件")]
Out = Annotated[Path, typer.Option("--out", help="the folder to write to / 输出文件夹")]


@app.command("run")
def run_set(
    question_set: Annotated[Path, typer.Argument(metavar="SET", help="a question set: .jsonl, .csv or .xlsx / 题集")],
    out: Out,
    home: Home = None,
    judge: Annotated[
        bool, typer.Option("--judge", help="let the LLM of the settings judge the answers / 由大模型评审")
    ] = False,
) -> None:
    """Ask every question of SET, write answers.jsonl and a report, and print the figures / 运行题集."""
    from eval.judge import Judge, name_llm
    from eval.runs import run_question_set
    from rag import Wence
    from rag.settings import load_settings
    from ui.commands.progress import show_progress

    settings = load_settings() if home is None else load_settings(home=home)
    llm = _open_llm(settings, option="--judge") if judge else None

    def open_wence() -> Wence:
        opened = Wence.open(home, settings=settings, progress=progress)
        return opened if llm is None else opened.write_with(llm)  # one model writes and judges, loaded once

    with show_progress() as progress:
        report = run_question_set(
            question_set,
            out,
            open_wence=open_wence,
            command=_command(),
            progress=progress,
            judge=Judge(llm, name_llm(settings.llm)) if llm else None,
        )
    typer.echo(render_figures(report))
    typer.echo(f"{len(report.failing)} of {report.questions} questions failed, {report.errors} by an error: {out}")


@app.command("retrieval")
def run_dataset(
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="a BEIR folder / BEIR 格式的数据集")],
    out: Out,
    split: Annotated[str, typer.Option("--split", help="which qrels/<split>.tsv")] = "test",
    mode: Annotated[Literal["hybrid", "dense", "lexical"], typer.Option("--mode", help="how to search")] = "hybrid",
    home: Home = None,
) -> None:
    """Search DATASET, write run.trec and metrics.json, and print the metrics / 运行检索数据集."""
    from eval.passages import build_system
    from eval.runs import run_retrieval
    from rag.settings import load_settings
    from ui.commands.progress import show_progress

    settings = load_settings() if home is None else load_settings(home=home)
    with show_progress() as progress:
        metrics = run_retrieval(
            dataset,
            out,
            split=split,
            mode=mode,
            build=lambda corpus: build_system(corpus, settings.index, mode=mode, home=settings.home, progress=progress),
            command=_command(),
            progress=progress,
        )
    typer.echo(render_metrics(metrics))


@app.command("compare")
def compare_runs(
    before: Annotated[Path, typer.Argument(metavar="A", help="the folder of a run / 先前的运行")],
    after: Annotated[Path, typer.Argument(metavar="B", help="the folder of another / 之后的运行")],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Say what got better and what got worse from run A to run B / 比较两次运行."""
    from pydantic import TypeAdapter

    from eval.compare import Comparison, compare_reports, render_comparison
    from eval.report_files import read_report

    comparison = compare_reports(read_report(before), read_report(after))
    if as_json:
        typer.echo(TypeAdapter(Comparison).dump_json(comparison, indent=2).decode())
    else:
        typer.echo(render_comparison(comparison))


@app.command("export")
def export_run(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="the folder of a run / 运行的文件夹")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="the file to write: .xlsx or .csv / 表格文件")],
    force: Force = False,
) -> None:
    """Write the answers of RUN as a spreadsheet, one row a question / 把答案导出为表格."""
    from eval.export import export_answers
    from eval.report_files import read_report

    report = read_report(run)
    export_answers(report, out, force=force)
    typer.echo(f"{report.questions} answers: {out}")


@app.command("draft")
def draft_set(
    paths: Paths,
    out: Annotated[Path, typer.Option("--out", help="the set to write: .jsonl, .xlsx or .csv / 题集文件")],
    count: Annotated[int, typer.Option("--count", min=1, max=10_000, help="how many questions / 题数")] = 30,
    seed: Annotated[int, typer.Option("--seed", help="another draws other questions / 随机种子")] = 1,
    llm: Annotated[bool, typer.Option("--llm", help="let the LLM of the settings word them / 由大模型措辞")] = False,
    force: Force = False,
) -> None:
    """Propose a question set from documents, for a person to edit / 由文件草拟题集."""
    from eval.drafting import draft_questions, read_corpus
    from eval.drafting.phrase import phrase_with
    from eval.question_files import refuse_existing, write_question_set
    from rag.settings import load_settings
    from ui.commands.console import complain

    settings = load_settings()
    refuse_existing(out, force=force)
    phrase = phrase_with(_open_llm(settings, option="--llm")) if llm else None
    corpus = read_corpus(paths, settings.corpus)
    for line in corpus.failed:
        complain(line)
    questions = draft_questions(corpus.documents, count=count, seed=seed, phrase=phrase)
    write_question_set(questions, out, force=force)
    fewer = f" of the {count} asked for: the documents give no more" if len(questions) < count else ""
    typer.echo(f"{len(questions)} questions{fewer}; read and edit them before use: {out}")
    if corpus.failed:
        raise typer.Exit(1)


def render_figures(report: Report) -> str:
    """Return the figures of a run as a short table."""
    from eval.figures import format_interval, format_value

    lines = [f"{'measure':<28}{'value':>9}  {'95 %':<16}{'n':>6}"]
    for measure in report.measures:
        score = report.overall[measure.name]
        value, interval = format_value(score, measure.unit), format_interval(score)
        lines.append(f"{measure.name:<28}{value:>9}  {interval:<16}{score.n:>6}  {measure.label}")
    return "\n".join(lines)


def render_metrics(metrics: dict[str, object]) -> str:
    """Return the metrics of a retrieval run, one a line."""
    return "\n".join(
        f"{name:<20}{value:>10.4f}" if isinstance(value, float) else f"{name:<20}{value!s:>10}"
        for name, value in metrics.items()
        if isinstance(value, int | float)
    )


def _open_llm(settings: Settings, *, option: str) -> ChatModel:
    from rag.llm import open_chat_model

    llm = open_chat_model(settings.llm)
    if llm is None:
        raise SettingsError(f"{option} asks an LLM, and none is set: set WENCE_LLM__BASE_URL or WENCE_LLM__GGUF")
    return llm


def _command() -> str:
    return " ".join(["wence", *sys.argv[1:]])


# what the page asks of eval ------------------------------------------------------------------


def count_questions(path: Path, catalog: Catalog | None = None) -> int:
    """Return how many questions a set has.

    Raises
    ------
    QuestionSetError
        The set is broken, or names a document that ``catalog`` lacks.
    """
    from eval.resolve import resolve_questions

    with _call_by_name(path):
        try:
            question_set = _read_set(path, path.stat().st_mtime_ns)
        except OSError as error:
            raise QuestionSetError(f"{path}: cannot be read ({error.strerror or error})") from error
        if catalog is not None:
            resolve_questions(question_set, catalog)
    return len(question_set.questions)


def run_in_page(path: Path, folder: Path, *, wence: Wence, command: str, progress: Progress) -> None:
    """Run a set on a Wence that is open; ``run_question_set`` says what is written to the folder, and raised."""
    from eval.runs import run_question_set

    with _call_by_name(path):
        run_question_set(path, folder, open_wence=lambda: wence, command=command, progress=progress)


def list_runs(home: Path) -> list[Run]:
    """Return the runs of a home, the last first; those whose report cannot be read come last."""
    from eval.report_files import DATA_NAME

    runs = []
    for folder in list_run_folders(home):
        try:
            runs.append(_read_run(folder, (folder / DATA_NAME).stat().st_mtime_ns))
        except (WenceError, OSError) as error:
            runs.append(Run(folder.name, error=str(error)))
    return sorted(runs, key=lambda run: (run.date, run.name), reverse=True)


def read_questions(folder: Path) -> list[Asked]:
    """Return every question of a run and how it went, in the order of the set."""
    from eval.report_files import read_report

    return [_take_question(result) for result in read_report(folder).results]


def compare_folders(before: Path, after: Path) -> RunComparison:
    """Return what changed from one run to another (``eval.compare``)."""
    from eval.compare import compare_reports
    from eval.figures import format_value
    from eval.measures import JUDGED, MEASURES, Score
    from eval.report_files import read_report

    first, second = read_report(before), read_report(after)
    found = compare_reports(first, second)
    measures = {measure.name: measure for measure in (*MEASURES, *JUDGED)}
    tests = {test.name: test for test in found.shares}
    figures = []
    for change in found.measures:
        measure, test = measures[change.name], tests.get(change.name)
        old, new = (format_value(Score(value, 0), measure.unit) for value in (change.before, change.after))
        figure = FigureChange(change.name, measure.label, old, new, change.verdict)
        if test is not None:
            difference = f"{test.difference:+.3f} [{test.low:+.3f}, {test.high:+.3f}]"
            figure = replace(figure, difference=difference, p=test.p, significant=test.significant)
        figures.append(figure)
    asked = [{result.id: result for result in report.results} for report in (first, second)]
    right = found.right
    return RunComparison(
        figures=tuple(figures),
        changed=tuple(
            (_take_question(asked[0][change.id]), _take_question(asked[1][change.id])) for change in found.questions
        ),
        alone=len(found.only_before) + len(found.only_after),
        paired=found.paired,
        right=(right.both + right.only_before, right.both + right.only_after),
        lost=right.only_before,
        won=right.only_after,
        p=right.p,
        significant=right.significant,
    )


@lru_cache(maxsize=64)
def _read_set(path: Path, _written: int) -> QuestionSet:
    from eval.questions import read_question_set

    return read_question_set(path)


@lru_cache(maxsize=1_024)
def _read_run(folder: Path, _written: int) -> Run:
    from eval.figures import format_interval, format_value
    from eval.report_files import read_report
    from eval.report_html import HEADLINE

    report = read_report(folder)
    scores = [(measure, report.overall[measure.name]) for measure in report.measures if measure.name in HEADLINE]
    return Run(
        folder.name,
        question_set=report.facts.question_set,
        date=report.facts.date,
        questions=report.questions,
        right=report.questions - len(report.failing),
        figures=tuple(
            Figure(measure.name, measure.label, format_value(score, measure.unit), format_interval(score), score.n)
            for measure, score in scores
        ),
    )


def _take_question(result: QuestionResult) -> Asked:
    return Asked(**{field.name: getattr(result, field.name) for field in fields(Asked)})


@contextmanager
def _call_by_name(path: Path) -> Iterator[None]:
    # Whoever dropped a file on the page knows its name, and nothing of where the home keeps it.
    try:
        yield
    except QuestionSetError as error:
        raise QuestionSetError(str(error).replace(str(path), path.name)) from error
