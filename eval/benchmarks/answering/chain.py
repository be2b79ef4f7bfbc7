"""What a user would build instead: LangChain's plain question-answering chain over the same documents and LLM.

Set up as LangChain's tutorials do it: the recursive splitter, a FAISS store over the same
encoder, the best four chunks stuffed into one prompt, retriever | prompt | model. The
chain has no memory; earlier questions of a conversation are put before the question.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from corpus.model import ParsedDocument
from eval.benchmarks import baselines
from eval.benchmarks.answering.reply import Place, read_reply
from eval.questions import Question
from index.model import Encoder, Progress
from index.search import encode_passages
from rag.llm import ChatModel
from rag.model import Answer
from rag.prompts import Message

if TYPE_CHECKING:
    from langchain_core.prompt_values import PromptValue
    from langchain_core.runnables import Runnable

K = 4
"""How many chunks are stuffed into the prompt: the default of LangChain's stores."""

RULES = """你是问答助手。只根据下面的资料回答问题，用一至三句话。
资料中没有答案时，只写：资料中没有提到。
回答之后另起一行，写出所用资料的编号，如：[1][3]"""

REQUEST = """资料：
{context}

问题：{question}"""

_ROLES: dict[str, Literal["system", "user", "assistant"]] = {"system": "system", "human": "user", "ai": "assistant"}


@dataclass(frozen=True, slots=True)
class Told:
    """An answer with the milliseconds until its first words; ``None`` where it has none."""

    answer: Answer
    first_words_ms: float | None


class PlainChain:
    """The chain with its store; one question at a time."""

    def __init__(
        self, parsed: Mapping[str, ParsedDocument], encoder: Encoder, llm: ChatModel, *, cache: Path, progress: Progress
    ) -> None:
        self._parsed = parsed
        chunks = split_documents({id: one.document.text for id, one in parsed.items()})
        self._size = len(chunks)
        self._retriever = baselines.open_faiss_store(
            chunks,
            embed_passages=lambda texts: encode_passages(texts, encoder, progress=progress, cache=cache),
            embed_queries=lambda texts: encoder.encode(texts, kind="query"),
        ).retriever
        self._chain = build_chain(self._retriever, llm)

    def tell(self, question: Question) -> Told:
        """Answer a question from the documents that it is asked of.

        Raises
        ------
        LLMError
            The LLM failed.
        """
        from langsmith import tracing_context

        self._retriever.search_kwargs = {"k": K, **self._keep_to(question.documents)}
        earlier = [turn.content for turn in question.history if turn.role == "user"]
        begun = time.perf_counter()
        first, pieces, chunks = None, [], []
        with tracing_context(enabled=False):  # nothing is reported to anyone, whatever the environment says
            for part in self._chain.stream({"question": "\n".join([*earlier, question.question])}):
                chunks += part.get("chunks", ())
                if piece := part.get("answer", ""):
                    first = _since(begun) if first is None else first
                    pieces.append(piece)
        answer = read_reply("".join(pieces), [place_chunk(chunk) for chunk in chunks], self._parsed)
        answer = replace(answer, timings={"total": _since(begun)})
        return Told(answer, None if answer.status == "abstained" else first)

    def _keep_to(self, documents: Sequence[str]) -> dict[str, Any]:
        if not documents:
            return {}
        wanted = frozenset(documents)
        # All are fetched, for the store filters what it has fetched.
        return {"filter": lambda metadata: metadata["document"] in wanted, "fetch_k": self._size}


def split_documents(texts: Mapping[str, str]) -> list[Any]:
    """Cut documents with LangChain's recursive splitter into its chunks, by the sizes of ``eval.benchmarks.baselines``.

    The metadata of each are its ``document`` and ``start_index``.
    """
    with baselines.allow_deprecations():
        from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=baselines.CHUNK_CHARACTERS, chunk_overlap=baselines.CHUNK_OVERLAP, add_start_index=True
    )
    chunks: list[Any] = splitter.create_documents(
        list(texts.values()), metadatas=[{"document": document} for document in texts]
    )
    return chunks


def place_chunk(chunk: Any) -> Place:
    """Return where a chunk stands."""
    start = chunk.metadata["start_index"]
    return Place(chunk.metadata["document"], start, start + len(chunk.page_content))


def build_chain(retriever: Any, llm: ChatModel) -> Runnable[dict[str, Any], dict[str, Any]]:
    """Return the chain: ``{"question"}`` to that with the ``chunks`` found and the ``answer``, which streams."""
    from langchain_core.prompts import ChatPromptTemplate
    from langchain_core.runnables import RunnableGenerator, RunnableLambda, RunnablePassthrough

    prompt = ChatPromptTemplate([("system", RULES), ("human", REQUEST)])
    fill: Any = RunnableLambda(lambda given: {"question": given["question"], "context": print_chunks(given["chunks"])})
    answer: Any = fill | prompt | RunnableGenerator(wrap_llm(llm))
    found: Any = RunnableLambda(itemgetter("question")) | retriever
    chain: Any = RunnablePassthrough.assign(chunks=found) | RunnablePassthrough.assign(answer=answer)
    return chain  # type: ignore[no-any-return]


def wrap_llm(llm: ChatModel) -> Callable[[Iterator[PromptValue]], Iterator[str]]:
    """Return the LLM as LangChain streams it: from a prompt to pieces of text."""

    def write(prompts: Iterator[PromptValue]) -> Iterator[str]:
        for prompt in prompts:
            yield from llm.stream([Message(_ROLES[one.type], str(one.content)) for one in prompt.to_messages()])

    return write


def print_chunks(chunks: Sequence[Any]) -> str:
    """Return the chunks as the prompt shows them, numbered from 1."""
    return "\n\n".join(f"[{number}] {chunk.page_content}" for number, chunk in enumerate(chunks, 1))


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000
