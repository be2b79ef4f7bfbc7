"""Wence's answers beside those of its parts and of a plain LangChain chain, scored by the same measures.

    python -m eval.benchmarks.answering SET… --out FOLDER [--home DIR] [--llm-questions N] [--seed S]
                                        [--gguf FILE | --base-url URL --model NAME]

Asks the questions of the sets, writes ``answers.md`` and each system's answers into the
folder ``--out``, and prints the page. Systems with an LLM are asked a sample. A run that
is cut off goes on where it was: what is answered in the folder is not asked again, nor
timed, while the index, the settings and the code stay the same.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path, PurePath

from corpus.errors import WenceError
from eval.benchmarks.answering.groups import read_sets
from eval.benchmarks.answering.run import Draw, run_benchmark
from eval.benchmarks.answering.systems import WatchedLLM
from eval.benchmarks.baselines import check_libraries
from eval.judge import name_llm
from rag.llm import open_chat_model
from rag.prompts import Message
from rag.settings import LLMSettings, Settings, load_settings

LLM_QUESTIONS = 100
SEED = 1
PATIENCE_SECONDS = 600.0
"""A model on two busy cores may read a prompt for minutes; slowness is measured, and is no failure."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; 1 after a ``WenceError``, whose line goes to stderr."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    given = _parse_arguments(words)
    try:
        if given.gguf or given.base_url:
            check_libraries()
        settings = load_settings()
        plain = settings.model_copy(update={"llm": LLMSettings()})
        from rag import Wence

        home = given.home or settings.home
        wence = Wence.open(home, settings=plain, progress=tell_progress)
        asked = read_sets(given.sets, wence.catalog)
        page = run_benchmark(
            asked,
            wence,
            open_llm(choose_llm(settings, given.gguf, given.base_url, given.model)),
            out=given.out,
            home=home,
            draw=Draw(given.llm_questions, given.seed),
            command=describe_command(words),
            progress=tell_progress,
        )
    except WenceError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(page)
    return 0


def choose_llm(settings: Settings, gguf: str, base_url: str, model: str) -> LLMSettings:
    """Return the settings of the LLM that the command names, of all else those given; of none, where it names none."""
    named = {"gguf": gguf, "base_url": base_url, "model": model}
    patience = max(settings.llm.timeout_seconds, PATIENCE_SECONDS)
    return settings.llm.model_copy(update={**named, "timeout_seconds": patience})


def open_llm(settings: LLMSettings) -> WatchedLLM | None:
    """Open the LLM and ask it a word, so that it is loaded before anything is timed; None where there is none.

    Raises
    ------
    LLMError
        It does not answer.
    """
    llm = open_chat_model(settings)
    if llm is None:
        return None
    for _ in llm.stream([Message("user", "请只回答：好")]):
        pass
    return WatchedLLM(llm, settings, name_llm(settings))


def describe_command(arguments: Sequence[str]) -> str:
    """Return the command as the page shows it: of an absolute path, which is of one machine, the last name alone."""
    shown = [PurePath(word).name if PurePath(word).is_absolute() else word for word in arguments]
    return " ".join(["python -m eval.benchmarks.answering", *shown])


def tell_progress(what: str, done: int, total: int) -> None:
    """Write to stderr: on a terminal a line that the next one replaces, elsewhere one for every tenth of the way."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{what} {done}/{total}" + ("\n" if done == total else ""))
    elif done == total or done % max(1, total // 10) == 0:
        sys.stderr.write(f"{what}: {done}/{total}\n")
    sys.stderr.flush()


def _parse_arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.answering", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("sets", metavar="SET", type=Path, nargs="+", help="a question set: .jsonl, .csv or .xlsx")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to, and to go on from")
    parser.add_argument("--home", type=Path, help="the folder that holds the index (default: that of the settings)")
    parser.add_argument("--gguf", default="", help="the LLM: a GGUF file, run in-process")
    parser.add_argument("--base-url", default="", help="or an OpenAI-compatible endpoint")
    parser.add_argument("--model", default="", help="the model's name at that endpoint")
    parser.add_argument(
        "--llm-questions",
        type=int,
        default=LLM_QUESTIONS,
        help=f"the most questions that systems with an LLM are asked (default: {LLM_QUESTIONS})",
    )
    parser.add_argument("--seed", type=int, default=SEED, help=f"draws those questions (default: {SEED})")
    given = parser.parse_args(words)
    if given.gguf and given.base_url:
        parser.error("--gguf and --base-url are two LLMs: give one")
    if given.model and not given.base_url:
        parser.error("--model goes with --base-url")
    if given.llm_questions < 1:
        parser.error("--llm-questions is to be at least 1")
    return given


if __name__ == "__main__":
    sys.exit(main())
