"""Wence's retrieval beside what a user would pick instead, in one run on the same data.

    python -m eval.benchmarks.retrieval DATASET --unchanged FOLDER [--out docs] [options]

DATASET is a BEIR folder. Writes ``benchmark.md`` and ``benchmark.png`` into the folder
``--out`` and prints the page. Figures of questions that an encoder was trained on say
nothing: name the encoder of a fold with --encoder, the questions that were kept out of its
training with --queries, and those that it was trained on with --trained-on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath

from corpus.errors import WenceError
from eval.benchmarks.ablation import ABLATION_NAME, read_ablation
from eval.benchmarks.baselines import check_libraries
from eval.benchmarks.growth import QUERIES, SIZES, Cost
from eval.benchmarks.held_out import HeldOut, choose_questions
from eval.benchmarks.machine import describe_machine
from eval.benchmarks.measuring import Measurement, compare_systems, measure_encoding, measure_system
from eval.benchmarks.page import PICTURE_NAME, BenchmarkReport, Group, render_page
from eval.benchmarks.plot import draw_costs
from eval.benchmarks.quality import METRICS as QUALITY_METRICS
from eval.benchmarks.quality import ClauseQuestions, read_clause_questions
from eval.benchmarks.scale import measure_scale
from eval.benchmarks.systems import REFERENCE, Workbench, list_systems
from eval.datasets import CorpusText, RetrievalDataset, read_dataset
from eval.folder import open_folder
from eval.retrieval import DEPTH, METRICS
from eval.runs import count_steps
from index.model import Encoder, Progress, Reranker
from index.settings import IndexSettings

PAGE_NAME = "benchmark.md"
QUALITY_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Encoders:
    """The encoder that is measured and the unchanged one, with the names that the page gives them, and the reranker.

    ``unchanged`` is ``None``, and its name empty, where it was not given; so is ``reranker``.
    """

    ours: Encoder
    name: str
    unchanged: Encoder | None
    unchanged_name: str
    reranker: Reranker | None = None

    def open_workbench(
        self,
        corpus: Sequence[CorpusText],
        *,
        cache: Path | None,
        progress: Progress,
        document_of: Callable[[str], str] | None = None,
    ) -> Workbench:
        """Return a workbench of the corpus; long texts are cut as the settings' defaults say."""
        return Workbench(
            corpus,
            encoder=self.ours,
            unchanged=self.unchanged,
            reranker=self.reranker,
            max_characters=IndexSettings().chunk_max_characters,
            cache=cache,
            document_of=document_of,
            progress=progress,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that is asked: of the data set, and of the quality corpus where there is one."""

    dataset: RetrievalDataset
    held_out: HeldOut
    quality: ClauseQuestions | None = None
    quality_about: str = ""


def run_benchmark(
    asked: Asked, encoders: Encoders, *, out: Path, cache: Path | None, largest: int, command: str, progress: Progress
) -> str:
    """Measure everything, write the page and its picture, and return the page.

    ``largest`` is the most vectors that a search is timed among; 0 leaves that out.

    Raises
    ------
    WenceError
        A file cannot be read or written, or a library of the ``bench`` extra is missing.
    """
    check_libraries()
    open_folder(out, ())
    ablation = read_ablation(out / ABLATION_NAME)
    machine = describe_machine()
    dataset, ids = asked.dataset, asked.held_out.ids
    questions = {id: dataset.queries[id] for id in ids}
    bench = encoders.open_workbench(dataset.corpus, cache=cache, progress=progress)
    measurements = measure_systems(bench, questions, dataset.qrels, METRICS, depth=DEPTH, progress=progress)
    places = {id: place for place, id in enumerate(ids)}
    groups = [
        Group(name, len(some), compare_systems(measurements, [places[id] for id in some], reference=REFERENCE))
        for name, some in asked.held_out.groups.items()
    ]
    speed = measure_encoding(bench.texts, encoders.ours)
    unchanged_speed = measure_encoding(bench.texts, encoders.unchanged) if encoders.unchanged else None
    costs = measure_costs(bench, list(questions.values()), largest, progress)
    quality = None
    if asked.quality is not None:
        clauses = encoders.open_workbench(
            asked.quality.corpus, cache=cache, progress=progress, document_of=lambda id: id.rpartition("#")[0]
        )
        quality = measure_quality(clauses, asked.quality, progress)
    report = BenchmarkReport(
        command=command,
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        machine=machine,
        dataset=f"{dataset.name}, split {dataset.split}: {len(dataset.corpus):,} texts, {len(ids):,} questions.",
        encoder=encoders.name,
        unchanged=encoders.unchanged_name,
        groups=groups,
        measurements=measurements,
        passages_per_second=speed,
        unchanged_per_second=unchanged_speed,
        costs=costs,
        quality=quality,
        quality_about=asked.quality_about,
        ablation=ablation,
    )
    page = render_page(report)
    if costs:
        draw_costs(costs, out / PICTURE_NAME)
    try:
        (out / PAGE_NAME).write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise WenceError(f"cannot write to {out}: {error.strerror or error}; name another folder with --out") from error
    return page


def measure_systems(
    bench: Workbench,
    questions: Mapping[str, str],
    qrels: Mapping[str, Mapping[str, int]],
    metrics: Mapping[str, str],
    *,
    depth: int,
    progress: Progress,
    scopes: Mapping[str, Collection[str]] | None = None,
) -> list[Measurement]:
    """Measure every system of the workbench, one after another."""
    measurements = []
    for system in list_systems(bench):
        step = count_steps(progress, system.name, len(questions))
        measurements.append(
            measure_system(system, questions, qrels, metrics=metrics, depth=depth, scopes=scopes, done=step)
        )
    return measurements


def measure_quality(bench: Workbench, asked: ClauseQuestions, progress: Progress) -> Group:
    """Return a row for each system over the questions on clauses."""
    measurements = measure_systems(
        bench,
        asked.questions,
        asked.qrels,
        QUALITY_METRICS,
        depth=QUALITY_DEPTH,
        progress=progress,
        scopes=asked.scopes,
    )
    places = range(len(asked.questions))
    return Group("quality", len(places), compare_systems(measurements, places, reference=REFERENCE))


def measure_costs(bench: Workbench, questions: Sequence[str], largest: int, progress: Progress) -> list[Cost]:
    """Return what a search costs at each size up to ``largest``, over the corpus's own vectors."""
    sizes = [size for size in SIZES if size <= largest]
    if not sizes:
        return []
    vectors = bench.encode(bench.texts, bench.encoder)
    queries = bench.encoder.encode(questions[:QUERIES], kind="query")
    step = count_steps(progress, "searches among more and more vectors", 2 * len(sizes))
    costs = []
    for cost in measure_scale(vectors, queries, sizes=sizes):
        costs.append(cost)
        step()
    return costs


def describe_command(arguments: Sequence[str]) -> str:
    """Return the command as the page shows it: of an absolute path, which is of one machine, the last name alone."""
    shown = [PurePath(word).name if PurePath(word).is_absolute() else word for word in arguments]
    return " ".join(["python -m eval.benchmarks.retrieval", *shown])


def open_encoders(encoder: str, unchanged: str, reranker: str) -> Encoders:
    """Load the encoder that is measured (empty: the one that ships), the unchanged one (empty: none) and the reranker.

    Raises
    ------
    EncoderError, RerankerError
        One is not on this machine.
    """
    from index.encoder import open_encoder
    from index.reranker import open_reranker

    ours = open_encoder(IndexSettings(encoder=encoder))
    return Encoders(
        ours,
        PurePath(ours.name).name,
        # As sentence-transformers itself runs it, which is what a user of LangChain has.
        open_encoder(IndexSettings(encoder=unchanged, backend="torch")) if unchanged else None,
        PurePath(unchanged).name,
        open_reranker(IndexSettings(reranker=reranker)),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 after a ``WenceError``, whose line goes to stderr."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    given = _parse_arguments(words)
    try:
        if bool(given.quality_questions) != bool(given.quality_corpus):
            raise WenceError("--quality-questions and --quality-corpus go together: give both or neither")
        from rag.settings import load_settings

        dataset = read_dataset(given.dataset, given.split)
        held_out = choose_questions(given.dataset, dataset, queries=given.queries, trained_on=given.trained_on)
        quality, about = None, ""
        if given.quality_questions:
            quality = read_clause_questions(given.quality_corpus, given.quality_questions)
            about = f"`{given.quality_questions.name}`, asked of {len(quality.corpus):,} clauses."
        page = run_benchmark(
            Asked(dataset, held_out, quality, about),
            open_encoders(given.encoder, given.unchanged, given.reranker),
            out=given.out,
            cache=given.cache or load_settings().home / "cache" / "vectors",
            largest=given.largest,
            command=describe_command(words),
            progress=_tell_progress,
        )
    except WenceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(page)
    return 0


def _parse_arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.retrieval", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("dataset", metavar="DATASET", type=Path, help="a BEIR folder")
    parser.add_argument("--split", default="train", help="which qrels/<split>.tsv (default: train)")
    parser.add_argument("--queries", type=Path, help="a file of the question ids to measure (default: all judged)")
    parser.add_argument("--trained-on", type=Path, help="a file of the question ids that the encoder was trained on")
    parser.add_argument("--encoder", default="", help="the encoder's folder (default: the one that ships)")
    parser.add_argument("--unchanged", default="", help="the folder of the encoder before our training")
    parser.add_argument(
        "--reranker", default="none", help="its folder, trained on no question that is asked (default: none)"
    )
    parser.add_argument("--quality-questions", type=Path, help="a question set to ask of --quality-corpus")
    parser.add_argument("--quality-corpus", type=Path, help="a folder of documents")
    parser.add_argument("--largest", type=int, default=SIZES[-1], help="the most vectors to search among; 0: none")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="the folder to write to (default: docs)")
    parser.add_argument("--cache", type=Path, help="where vectors are kept between runs (default: in WENCE_HOME)")
    return parser.parse_args(words)


def _tell_progress(what: str, done: int, total: int) -> None:
    """Write to stderr: on a terminal a line that the next one replaces, elsewhere one for what is done."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{what} {done}/{total}" + ("\n" if done == total else ""))
    elif done == total:
        sys.stderr.write(f"{what}: {total}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
