"""One run of the benchmark: ask every system, score what it answers, write the page."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import WenceError
from eval.benchmarks.answering.groups import Asked, Group, sample_questions, split_groups
from eval.benchmarks.answering.kept import ASKED_AT, answer_kept
from eval.benchmarks.answering.page import AnswersReport, render_page
from eval.benchmarks.answering.scoring import Result, Table, read_results, tabulate
from eval.benchmarks.answering.systems import (
    COMPARED,
    COMPARED_WRITTEN,
    EXTRACTIVE,
    AnswerSystem,
    WatchedLLM,
    list_systems,
)
from eval.benchmarks.machine import describe_machine
from eval.folder import open_folder
from eval.resolve import find_unknown_clauses
from eval.runs import count_steps
from index.model import Progress

if TYPE_CHECKING:
    from rag import Wence

PAGE_NAME = "answers.md"
WARM_UP_QUESTIONS = 3


@dataclass(frozen=True, slots=True)
class Draw:
    """How the questions for the systems with an LLM are drawn."""

    most: int
    seed: int


def run_benchmark(
    asked: Sequence[Asked],
    wence: Wence,
    llm: WatchedLLM | None,
    *,
    out: Path,
    home: Path,
    draw: Draw,
    command: str,
    progress: Progress,
) -> str:
    """Ask every system, write ``answers.md`` and each system's answers into ``out``, and return the page.

    ``wence`` has no LLM. Vectors of the chain's chunks are kept in the home's cache.

    Raises
    ------
    WenceError
        A file cannot be read or written, or the LLM failed again and again.
    """
    open_folder(out, ())
    unknown = find_unknown_clauses(tuple(one.question for one in asked), wence.index.clauses)
    sample = sample_questions(asked, draw.most, seed=draw.seed) if llm else ()
    systems = list_systems(wence, llm, cache=_name_cache(home, wence), progress=progress)
    for one in asked[:WARM_UP_QUESTIONS]:
        wence.ask(one.question.question, documents=one.question.documents, history=one.question.history)
    results: dict[str, dict[Asked, Result]] = {}
    times: list[str] = []
    for system in systems:
        some = sample if system.writes else asked
        records = answer_kept(some, system, out, done=count_steps(progress, system.name, len(some)))
        times += (str(record[ASKED_AT]) for record in records)
        results[system.name] = read_results(some, records, system, wence.index)
    groups = split_groups(asked)
    manifest = wence.index.manifest
    report = AnswersReport(
        command=command,
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        asked_at=(min(times), max(times)),
        machine=describe_machine(),
        encoder=manifest.encoder,
        documents=manifest.documents,
        clauses=manifest.clauses,
        llm=llm.name if llm else "",
        seed=draw.seed,
        systems=tuple((system.name, system.note) for system in systems),
        tables=tuple((group, _tabulate_all(group, systems, results)) for group in groups),
        sampled=tuple(
            (group, table) for group in groups if (table := _tabulate_sample(group, sample, systems, results))
        ),
        unknown=unknown,
    )
    page = render_page(report)
    try:
        (out / PAGE_NAME).write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise WenceError(f"cannot write to {out}: {error.strerror or error}; name another folder with --out") from error
    return page


def _tabulate_all(group: Group, systems: Sequence[AnswerSystem], results: dict[str, dict[Asked, Result]]) -> Table:
    return tabulate(group.asked, results, [system.name for system in systems if not system.writes], COMPARED)


def _tabulate_sample(
    group: Group, sample: Sequence[Asked], systems: Sequence[AnswerSystem], results: dict[str, dict[Asked, Result]]
) -> Table | None:
    """Return the systems with an LLM, extractive answers beside them, over those of the group that were drawn."""
    drawn = frozenset(sample)
    some = [one for one in group.asked if one in drawn]
    names = [EXTRACTIVE, *(system.name for system in systems if system.writes)]
    return tabulate(some, results, names, COMPARED_WRITTEN) if some else None


def _name_cache(home: Path, wence: Wence) -> Path:
    # A file for each encoder, for one that is replaced under its name empties its own.
    name = hashlib.sha256(wence.index.manifest.encoder.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return home / "cache" / "vectors" / f"answering-{name}.sqlite"
