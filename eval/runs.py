"""The two kinds of run, from reading what was asked to writing what came of it."""

from __future__ import annotations

import importlib.metadata
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from eval.answers import ANSWERS_NAME, ask_wence, write_answers
from eval.datasets import CorpusText, read_dataset
from eval.folder import open_folder
from eval.jsonl import Record
from eval.judge import Judge
from eval.outcomes import read_outcome
from eval.questions import read_question_set
from eval.report import Report, RunFacts, build_report
from eval.report_files import REPORT_NAMES, write_report
from eval.resolve import find_unknown_clauses, resolve_questions
from eval.retrieval import (
    METRICS_NAME,
    RUN_NAME,
    Mode,
    RetrievalSystem,
    score_rankings,
    search_dataset,
    write_metrics,
    write_run,
)
from index.model import Progress

if TYPE_CHECKING:
    from rag import Wence


def run_question_set(
    path: Path,
    folder: Path,
    *,
    open_wence: Callable[[], Wence],
    command: str,
    progress: Progress,
    judge: Judge | None = None,
) -> Report:
    """Ask every question of a set and write ``answers.jsonl`` and the report: ``report.json``, ``.md`` and ``.html``.

    The set is read before Wence is opened, and resolved before the folder is touched, so
    that a broken line leaves nothing half-done. Where there is a judge, it is asked when
    all answers are on disk.

    Raises
    ------
    QuestionSetError
        The set is broken, or names a document that the index lacks.
    WenceError
        The index cannot serve, or the folder cannot be written to.
    """
    question_set = read_question_set(path)
    wence = open_wence()
    questions = resolve_questions(question_set, wence.catalog)
    unknown = find_unknown_clauses(questions, wence.index.clauses)
    open_folder(folder, (ANSWERS_NAME, *REPORT_NAMES))
    begin = time.perf_counter()
    records = write_answers(
        questions, ask_wence(wence), folder / ANSWERS_NAME, done=count_steps(progress, "ask", len(questions))
    )
    seconds = time.perf_counter() - begin
    outcomes = [
        read_outcome(question, record, place=f"question {question.id}", sources=wence.index)
        for question, record in zip(questions, records, strict=True)
    ]
    if judge is not None:
        outcomes = judge.judge_outcomes(outcomes, done=count_steps(progress, "judge", len(outcomes)))
    facts = RunFacts(
        question_set=path.name,
        command=command,
        date=_now(),
        version=importlib.metadata.version("wence"),
        encoder=wence.index.manifest.encoder,
        corpus_hash=wence.index.manifest.corpus_hash,
        seconds=seconds,
        statements=count_statements(records),
        unknown_clauses=unknown,
        judge=judge.describe() if judge is not None else None,
    )
    report = build_report(outcomes, facts)
    write_report(report, folder)
    return report


def run_retrieval(
    dataset_folder: Path,
    folder: Path,
    *,
    split: str,
    mode: Mode,
    build: Callable[[Sequence[CorpusText]], RetrievalSystem],
    command: str,
    progress: Progress,
) -> dict[str, object]:
    """Search a data set and write ``run.trec`` and ``metrics.json``, whose object is returned.

    ``n`` is the number of judged queries; ``seconds_per_query`` is the mean, the query's
    encoding included; ``filled`` counts the queries for which the search found too few.

    Raises
    ------
    QuestionSetError
        A file of the data set is missing or broken.
    WenceError
        The folder cannot be written to, or the encoder not loaded.
    """
    dataset = read_dataset(dataset_folder, split)
    open_folder(folder, (RUN_NAME, METRICS_NAME))
    begin = time.perf_counter()
    system = build(dataset.corpus)
    seconds = time.perf_counter() - begin
    run = search_dataset(dataset, system.index, mode=mode, done=count_steps(progress, "search", len(dataset.queries)))
    write_run(run.rankings, folder / RUN_NAME, tag=f"wence-{mode}")
    metrics: dict[str, object] = {
        **score_rankings(dataset.qrels, run.rankings),
        "n": len(dataset.qrels),
        "seconds_per_query": run.seconds_per_query,
        "filled": run.filled,
        "dataset": dataset.name,
        "split": dataset.split,
        "mode": mode,
        "encoder": system.encoder,
        "reranker": system.reranker,
        "corpus": len(dataset.corpus),
        "passages": system.passages,
        "index_seconds": seconds,
        "command": command,
        "date": _now(),
        "version": importlib.metadata.version("wence"),
    }
    write_metrics(metrics, folder / METRICS_NAME)
    return metrics


def count_statements(records: Iterable[Record]) -> dict[str, int]:
    """Return how many statements came from where (``llm``, ``extract``), and how many were removed."""
    found: Counter[str] = Counter()
    for record in records:
        statements, removed = record.get("statements"), record.get("removed")
        for statement in statements if isinstance(statements, list) else []:
            found[str(statement.get("origin", ""))] += 1
        found["removed"] += len(removed) if isinstance(removed, list) else 0
    return dict(found)


def count_steps(progress: Progress, what: str, total: int) -> Callable[[], None]:
    """Return a function that tells ``progress`` of one more step at each call."""
    done = 0
    progress(what, done, total)

    def step() -> None:
        nonlocal done
        done += 1
        progress(what, done, total)

    return step


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
