"""The systems that answer: Wence whole, Wence without a part, Wence with an LLM, and LangChain's plain chain."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import LLMError, WenceError
from eval.answers import Ask, record_error
from eval.benchmarks import baselines
from eval.benchmarks.answering.chain import REQUEST, RULES, K, PlainChain, Told
from eval.benchmarks.answering.kept import hash_files, list_code
from eval.jsonl import Record
from eval.questions import Question
from index.model import Progress
from rag.llm import ChatModel
from rag.parts import WHOLE, Parts
from rag.record import answer_record
from rag.settings import LLMSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rag import Wence
    from rag.prompts import Message

EXTRACTIVE = "Wence"
NO_ABSTENTION = "Wence without abstention"
NO_READER = "Wence without the reader"
NO_KNOWN = "Wence without known questions"
WRITTEN = "Wence with the LLM"
NO_VERIFICATION = "Wence with the LLM, unverified"
CHAIN = "LangChain's plain chain"

COMPARED = ((EXTRACTIVE, NO_ABSTENTION), (EXTRACTIVE, NO_READER), (EXTRACTIVE, NO_KNOWN))
COMPARED_WRITTEN = ((EXTRACTIVE, WRITTEN), (WRITTEN, NO_VERIFICATION), (WRITTEN, CHAIN))
"""What is compared, over all questions and over the sample: the whole, and what differs from it."""

FIRST_WORDS = "first_words"
"""Among a record's ``timings_ms``: until the first verified statement, or the first piece of the chain's reply."""
CALLS = "llm_calls"
FAILURE = "llm_failure"


@dataclass(frozen=True, slots=True)
class AnswerSystem:
    """A system by name; answers that are kept are its own while ``settings`` stay the same.

    ``writes``: it asks the LLM, so it is asked the sample alone.
    """

    name: str
    file: str
    note: str
    settings: Mapping[str, object]
    writes: bool
    open: Callable[[], Ask]


class WatchedLLM:
    """An LLM of which is known how often it was asked, and how it failed last since ``reset``."""

    def __init__(self, llm: ChatModel, settings: LLMSettings, name: str) -> None:
        self.name = name
        self.calls = 0
        self.failure = ""
        self.identity = {"name": name, "answer": settings.answer_max_tokens, "context": settings.context_tokens}
        self._llm = llm

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the answer in pieces; raises ``LLMError``."""
        self.calls += 1
        try:
            yield from self._llm.stream(messages)
        except LLMError as error:
            self.failure = str(error)
            raise

    def reset(self) -> None:
        """Begin to count anew."""
        self.calls, self.failure = 0, ""


def list_systems(wence: Wence, llm: WatchedLLM | None, *, cache: Path, progress: Progress) -> tuple[AnswerSystem, ...]:
    """Return every system that can be asked, in the order in which tables show them; ``wence`` itself has no LLM."""
    index = {"encoder": wence.index.manifest.encoder, "corpus": wence.index.manifest.corpus_hash}
    settings = wence.settings
    code = hash_files(list_code())

    def of_wence(name: str, file: str, note: str, parts: Parts, writer: WatchedLLM | None) -> AnswerSystem:
        told = {"answer": settings.answer.model_dump(), "index": settings.index.model_dump(exclude={"batch_size"})}
        kept = {**index, **told, "parts": asdict(parts), "llm": writer.identity if writer else None, "code": code}

        def open_system() -> Ask:
            opened = wence.write_with(writer, parts=parts)
            return watch(lambda question: tell_with(opened, question), opened, writer)

        return AnswerSystem(name, file, note, kept, writer is not None, open_system)

    systems = [
        of_wence(EXTRACTIVE, "wence", "answers are the clauses' own sentences; no LLM", WHOLE, None),
        of_wence(
            NO_ABSTENTION,
            "wence-without-abstention",
            "the best sentence is quoted however unlikely it answers",
            Parts(abstention=False),
            None,
        ),
        of_wence(
            NO_READER,
            "wence-without-reader",
            "sentences are weighed by search's measures alone; the model that reads question and sentence is left out",
            Parts(reading=False),
            None,
        ),
        of_wence(
            NO_KNOWN,
            "wence-without-known",
            "sentences are found and read without the questions written beforehand that they answer",
            Parts(known=False),
            None,
        ),
    ]
    if llm is None:
        return tuple(systems)
    chain = {**index, "llm": llm.identity, "prompt": [RULES, REQUEST], "k": K}
    chain |= {"chunks": [baselines.CHUNK_CHARACTERS, baselines.CHUNK_OVERLAP], "code": hash_files(list_chain_code())}

    def open_chain() -> Ask:
        encoder = wence.index.hybrid.encoder
        opened = PlainChain(wence.index.parsed, encoder, llm, cache=cache, progress=progress)
        return watch(opened.tell, wence, llm)

    systems += [
        of_wence(WRITTEN, "wence-llm", "the LLM's sentences, each verified against what it cites", WHOLE, llm),
        of_wence(
            NO_VERIFICATION,
            "wence-llm-unverified",
            "every sentence of the LLM that names a passage stands, and quotes it whole",
            Parts(verification=False),
            llm,
        ),
        AnswerSystem(
            CHAIN,
            "langchain-chain",
            f"RecursiveCharacterTextSplitter ({baselines.CHUNK_CHARACTERS} characters, {baselines.CHUNK_OVERLAP} "
            f"overlapping), a FAISS store over the same encoder, the best {K} chunks in one prompt that asks for the "
            "numbers of those used, the same LLM. A chunk that it names (all, where it names none) stands for every "
            "clause that it overlaps, the quote being what it holds of the clause",
            chain,
            True,
            open_chain,
        ),
    ]
    return tuple(systems)


def tell_with(wence: Wence, question: Question) -> Told:
    """Ask Wence, and note when the first statement stood."""
    begun = time.perf_counter()
    first, answer = None, None
    for answer in wence.stream(question.question, documents=question.documents, history=question.history):
        if first is None and answer.statements:
            first = (time.perf_counter() - begun) * 1000
    assert answer is not None, "the last answer is always yielded"
    return Told(answer, first)


def watch(tell: Callable[[Question], Told], wence: Wence, llm: WatchedLLM | None) -> Ask:
    """Return the ``Ask`` of a system: its record, with the time of its first words and what the LLM did."""

    def ask(question: Question) -> Record:
        if llm is not None:
            llm.reset()
        try:
            told = tell(question)
            answer = told.answer
            if told.first_words_ms is not None:
                answer = replace(answer, timings={**answer.timings, FIRST_WORDS: told.first_words_ms})
            record = dict(answer_record(answer, wence.index, id=question.id, question=question.question))
        except WenceError as error:
            record = record_error(question, error)
        if llm is not None:
            record[CALLS] = llm.calls
            if llm.failure:
                record[FAILURE] = llm.failure
        return record

    return ask


def list_chain_code() -> list[Path]:
    """Return the files that make the chain's answers."""
    import rag.draft
    from eval.benchmarks.answering import chain, reply

    return [Path(module.__file__ or "") for module in (chain, reply, baselines, rag.draft)]
