"""``wence eval``: run a question set or a retrieval data set, compare two runs, export or draft."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from corpus.errors import SettingsError
from ui.console import Paths

if TYPE_CHECKING:
    from eval.report import Report
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
    from ui.progress import show_progress

    settings = load_settings()
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
    from ui.progress import show_progress

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
    from ui.console import complain

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
