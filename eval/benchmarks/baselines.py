"""What a user would pick instead: LangChain's FAISS store, BM25 and ensemble retrievers, and rank_bm25 itself.

Each is set up as its own documentation does it, over the same texts, and gives what
``eval.benchmarks.systems`` asks of a system. Needs the ``bench`` extra.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import numpy as np

from corpus.errors import WenceError

CHUNK_CHARACTERS = 1000
CHUNK_OVERLAP = 200
"""The sizes of LangChain's own tutorials."""
LIBRARIES = ("langchain_classic", "langchain_community", "langchain_text_splitters", "matplotlib", "rank_bm25")
_SPARE = 2
"""How many times as many chunks are asked for as texts, since a text may have several."""

Ranking = list[tuple[str, float]]
Embed = Callable[[Sequence[str]], Any]
"""Texts to vectors, shape (len(texts), dimension)."""


def split_recursively(ids: Sequence[str], texts: Sequence[str]) -> list[Any]:
    """Cut the texts with LangChain's recursive splitter into its documents, each with its text's id."""
    with allow_deprecations():
        from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_CHARACTERS, chunk_overlap=CHUNK_OVERLAP)
    documents: list[Any] = splitter.create_documents(list(texts), metadatas=[{"id": id} for id in ids])
    return documents


class LangChainRetriever:
    """Any LangChain retriever as a system; a text's best chunk counts."""

    def __init__(self, retriever: Any, chunks: Sequence[Any], set_depth: Callable[[int], None]) -> None:
        self.retriever = retriever
        self.set_depth = set_depth
        self._chunks = chunks

    def search(self, query: str, k: int, *, among: Collection[str] | None = None) -> Ranking:
        """Return at most ``k`` ids, best first, scored by their rank."""
        from langsmith import tracing_context

        self.set_depth(_choose_depth(k, among, len(self._chunks)))
        found: dict[str, None] = {}
        with tracing_context(enabled=False):  # nothing is reported to anyone, whatever the environment says
            documents = self.retriever.invoke(query)
        for document in documents:
            id = document.metadata["id"]
            if among is None or id in among:
                found[id] = None
        return [(id, -float(rank)) for rank, id in enumerate(list(found)[:k], 1)]


def open_faiss_store(chunks: Sequence[Any], *, embed_passages: Embed, embed_queries: Embed) -> LangChainRetriever:
    """Return LangChain's FAISS store as a retriever."""
    with allow_deprecations():
        from langchain_community.vectorstores import FAISS
        from langchain_core.embeddings import Embeddings

    class GivenEncoder(Embeddings):
        """The encoder that is given, where LangChain wants its own kind."""

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            """Return a vector for each text."""
            vectors: list[list[float]] = embed_passages(texts).tolist()
            return vectors

        def embed_query(self, text: str) -> list[float]:
            """Return the vector of a query."""
            vector: list[float] = embed_queries([text])[0].tolist()
            return vector

    store: Any = FAISS.from_documents(list(chunks), GivenEncoder())
    retriever = store.as_retriever()

    def set_depth(k: int) -> None:
        retriever.search_kwargs = {"k": k}

    return LangChainRetriever(retriever, chunks, set_depth)


def open_bm25_retriever(
    chunks: Sequence[Any], *, preprocess: Callable[[str], list[str]] | None = None
) -> LangChainRetriever:
    """Return LangChain's ``BM25Retriever``, with its own preprocessing (white space) where none is given."""
    with allow_deprecations():
        from langchain_community.retrievers import BM25Retriever

    options: dict[str, Any] = {} if preprocess is None else {"preprocess_func": preprocess}
    with np.errstate(divide="ignore", invalid="ignore"):
        retriever: Any = BM25Retriever.from_documents(list(chunks), **options)

    def set_depth(k: int) -> None:
        retriever.k = k

    return LangChainRetriever(retriever, chunks, set_depth)


def open_ensemble(first: LangChainRetriever, second: LangChainRetriever, chunks: Sequence[Any]) -> LangChainRetriever:
    """Return LangChain's ``EnsembleRetriever`` of two, with equal weights and its own rank constant of 60."""
    with allow_deprecations():
        from langchain_classic.retrievers import EnsembleRetriever

    retriever: Any = EnsembleRetriever(retrievers=[first.retriever, second.retriever], weights=[0.5, 0.5])

    def set_depth(k: int) -> None:
        first.set_depth(k)
        second.set_depth(k)

    return LangChainRetriever(retriever, chunks, set_depth)


class RankBM25:
    """rank_bm25's ``BM25Okapi`` over words, with its own constants."""

    def __init__(self, ids: Sequence[str], texts: Sequence[str], segment: Callable[[str], list[str]]) -> None:
        with allow_deprecations():
            from rank_bm25 import BM25Okapi

        self._ids = list(ids)
        self._segment = segment
        self._scorer: Any = BM25Okapi([segment(text) for text in texts])

    def search(self, query: str, k: int, *, among: Collection[str] | None = None) -> Ranking:
        """Return at most ``k`` ids, best first, with their scores."""
        scores = self._scorer.get_scores(self._segment(query))
        order = np.argsort(-scores, kind="stable")
        if among is not None:
            order = np.array([row for row in order if self._ids[row] in among], dtype=np.int64)
        return [(self._ids[row], float(scores[row])) for row in order[:k]]


def check_libraries() -> None:
    """See that everything that the benchmark needs is installed, before an hour is spent on the rest.

    Raises
    ------
    WenceError
        A library is missing; the message has the command that brings it.
    """
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise WenceError(f"the benchmark needs {', '.join(missing)}: run `pip install -e .[bench]`, or `make bench`")


@contextmanager
def allow_deprecations() -> Iterator[None]:
    """Let libraries be imported that warn of their own end, as langchain-community does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def _choose_depth(k: int, among: Collection[str] | None, chunks: int) -> int:
    """Return how many chunks to ask for: all, where only some texts are wanted, since not every retriever filters."""
    return chunks if among is not None else min(_SPARE * k, chunks)
