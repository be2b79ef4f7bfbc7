"""The systems that the benchmark compares, each by name: Wence's own, and what a user would pick instead."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from eval.benchmarks import baselines
from eval.datasets import CorpusText
from eval.retrieval import Mode, join_text, split_passages
from index.model import Encoder, Progress, Reranker, Vectors
from index.search import RERANKED as RERANKED_CANDIDATES

if TYPE_CHECKING:
    from index.search import HybridIndex

Kind = Literal["wence", "instead", "part"]
"""A part is measured for the ablation alone."""

BM25 = "Wence: BM25 over words"
DENSE = "Wence: encoder alone"
HYBRID = "Wence: hybrid"
RERANKED = "Wence: hybrid + reranker (default)"
REFERENCE = "LangChain FAISS, encoder unchanged"
"""What the others are compared with."""


Rows = npt.NDArray[np.int64]

_NO_VECTOR: Vectors = np.zeros(0, dtype=np.float32)


class Search(Protocol):
    """What a system does."""

    def search(self, query: str, k: int, *, among: Collection[str] | None = None) -> list[tuple[str, float]]:
        """Return at most ``k`` distinct ids, best first, of those in ``among`` where it is given."""
        ...


@dataclass(frozen=True, slots=True)
class System:
    """A system by name. ``part`` is what it adds, as the ablation names it; empty: not in the ablation."""

    name: str
    kind: Kind
    note: str
    open: Callable[[], Search]
    part: str = ""


class IndexSearch:
    """An index of Wence as a system."""

    def __init__(self, index: HybridIndex, *, mode: Mode = "hybrid") -> None:
        self._index = index
        self._mode = mode

    def search(self, query: str, k: int, *, among: Collection[str] | None = None) -> list[tuple[str, float]]:
        """Return at most ``k`` distinct ids, best first."""
        rows = None
        if among is not None:
            rows = np.array([row for row, id in enumerate(self._index.ids) if id in among], dtype=np.int64)
        # Words alone need no vector, and its time is not theirs.
        vector = _NO_VECTOR if self._mode == "lexical" else self._index.encode_query(query)
        return self._index.search_vector(query, vector, k, mode=self._mode, rows=rows)


class Workbench:
    """One corpus, and what is made of it once and shared by several systems."""

    def __init__(
        self,
        corpus: Sequence[CorpusText],
        *,
        encoder: Encoder,
        unchanged: Encoder | None,
        max_characters: int,
        cache: Path | None,
        reranker: Reranker | None = None,
        document_of: Callable[[str], str] | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Open a corpus. ``document_of`` says of which document an id is; without it, the titles do."""
        self.ids = [text.id for text in corpus]
        self.texts = [join_text(text) for text in corpus]
        self.encoder = encoder
        self.unchanged = unchanged
        self.reranker = reranker
        self._corpus = corpus
        self._document_of = document_of
        self._max_characters = max_characters
        self._cache = cache
        self._progress = progress
        self._words: dict[str, list[str]] = {}

    @cached_property
    def index(self) -> HybridIndex:
        """Wence's index of the corpus."""
        from corpus.sentences import split_sentences
        from index.exact import ExactIndex
        from index.search import HybridIndex

        ids, texts = split_passages(self._corpus, max_characters=self._max_characters, split_sentences=split_sentences)
        titles = {text.id: text.title for text in self._corpus}
        exact = ExactIndex.from_titles([titles[id] for id in ids])
        return HybridIndex.build(
            ids,
            texts,
            self.encoder,
            exact=exact,
            documents=self._number_documents(ids) if self._document_of else exact.owners,
            progress=self._progress,
            vectors_cache=self._find_cache(self.encoder),
        )

    def keep_parts(self, *, words: bool, bigrams: bool, documents: bool = False) -> HybridIndex:
        """Return Wence's index without its exact matches, and with these parts alone beside the vectors."""
        from index.lexical import LexicalIndex
        from index.search import HybridIndex

        whole = self.index
        nothing = LexicalIndex.build([[] for _ in whole.ids])
        return HybridIndex(
            whole.ids,
            whole.dense,
            whole.words if words else nothing,
            whole.bigrams if bigrams else nothing,
            whole.encoder,
            documents=whole.documents if documents else None,
        )

    def rerank(self) -> HybridIndex:
        """Return Wence's index with the reranker."""
        from index.search import HybridIndex

        whole = self.index
        return HybridIndex(
            whole.ids,
            whole.dense,
            whole.words,
            whole.bigrams,
            whole.encoder,
            exact=whole.exact,
            documents=whole.documents,
            reranker=self.reranker,
            texts=whole.texts,
        )

    @cached_property
    def chunks(self) -> list[Any]:
        """The corpus as LangChain's splitter cuts it."""
        return baselines.split_recursively(self.ids, self.texts)

    @cached_property
    def faiss_store(self) -> baselines.LangChainRetriever:
        """LangChain's FAISS store over the unchanged encoder."""
        encoder = self.unchanged
        assert encoder is not None, "listed only where there is one"
        return baselines.open_faiss_store(
            self.chunks,
            embed_passages=lambda texts: self.encode(texts, encoder),
            embed_queries=lambda texts: encoder.encode(texts, kind="query"),
        )

    @cached_property
    def bm25_retriever(self) -> baselines.LangChainRetriever:
        """LangChain's BM25 over words."""
        return baselines.open_bm25_retriever(self.chunks, preprocess=self.segment)

    def encode(self, texts: Sequence[str], encoder: Encoder) -> Vectors:
        """Return the vectors of passages, from the cache where they are there."""
        from index.search import encode_passages

        return encode_passages(texts, encoder, progress=self._progress, cache=self._find_cache(encoder))

    def segment(self, text: str) -> list[str]:
        """Return the words of a text as jieba cuts them; a text of the corpus is cut once, a query each time."""
        from index.segment import segment_words

        if not self._words:
            self._words = {text: [sys.intern(word) for word in segment_words(text)] for text in self.texts}
        return self._words.get(text) or segment_words(text)

    def _number_documents(self, ids: Sequence[str]) -> Rows:
        assert self._document_of is not None, "the titles say otherwise"
        places: dict[str, int] = {}
        return np.array([places.setdefault(self._document_of(id), len(places)) for id in ids], dtype=np.int64)

    def _find_cache(self, encoder: Encoder) -> Path | None:
        # A file for each encoder: one that is replaced under its name empties its own alone.
        name = hashlib.sha256(encoder.name.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        return None if self._cache is None else self._cache / f"benchmark-{name}.sqlite"


def list_systems(bench: Workbench) -> tuple[System, ...]:
    """Return every system that can be measured, in the order in which tables show them."""
    systems = [
        System(
            BM25,
            "wence",
            "BM25 over jieba words, nothing else",
            lambda: IndexSearch(bench.keep_parts(words=True, bigrams=False), mode="lexical"),
            part="BM25 over words alone",
        ),
        System(
            "Wence: BM25 over bigrams",
            "part",
            "BM25 over character bigrams, nothing else",
            lambda: IndexSearch(bench.keep_parts(words=False, bigrams=True), mode="lexical"),
            part="BM25 over bigrams alone",
        ),
        System(
            DENSE,
            "wence",
            "cosine of the vectors, nothing else",
            lambda: IndexSearch(bench.index, mode="dense"),
            part="encoder alone",
        ),
        System(
            "Wence: encoder + words",
            "part",
            "the default search without bigrams",
            lambda: IndexSearch(bench.keep_parts(words=True, bigrams=False)),
            part="encoder + words",
        ),
        System(
            "Wence: encoder + words + bigrams",
            "part",
            "the default search without what a document's clauses say for each other, and without exact matches",
            lambda: IndexSearch(bench.keep_parts(words=True, bigrams=True)),
            part="encoder + words + bigrams",
        ),
        System(
            "Wence: encoder + words + bigrams + documents",
            "part",
            "the default search without exact matches",
            lambda: IndexSearch(bench.keep_parts(words=True, bigrams=True, documents=True)),
            part="encoder + words + bigrams + documents",
        ),
        System(
            HYBRID,
            "wence",
            "vectors, words and bigrams, fused; what a document's clauses say for each other; "
            "and exact matches of the titles that a question names",
            lambda: IndexSearch(bench.index),
            part="encoder + words + bigrams + documents + exact matches",
        ),
        System(
            "LangChain BM25Retriever as it comes",
            "instead",
            "its own preprocessing parts words at white space, which Chinese has not",
            lambda: baselines.open_bm25_retriever(bench.chunks),
        ),
        System(
            "LangChain BM25Retriever, jieba",
            "instead",
            "the same over jieba words, cut and normalised as Wence does",
            lambda: bench.bm25_retriever,
        ),
        System(
            "rank_bm25, jieba",
            "instead",
            "BM25Okapi with its own constants over the same words, the texts not split",
            lambda: baselines.RankBM25(bench.ids, bench.texts, bench.segment),
        ),
    ]
    if bench.reranker is not None:
        place = 1 + [system.name for system in systems].index(HYBRID)
        reranked = System(
            RERANKED,
            "wence",
            f"the best {RERANKED_CANDIDATES} of the default search put in order by the reranker",
            lambda: IndexSearch(bench.rerank()),
            part="and the reranker (default)",
        )
        systems.insert(place, reranked)
    if bench.unchanged is not None:
        systems += [
            System(
                REFERENCE,
                "instead",
                f"RecursiveCharacterTextSplitter ({baselines.CHUNK_CHARACTERS} characters, "
                f"{baselines.CHUNK_OVERLAP} overlapping) and an exact FAISS store; the encoder before our training, "
                "with its prompts",
                lambda: bench.faiss_store,
            ),
            System(
                "LangChain EnsembleRetriever",
                "instead",
                "that store and BM25Retriever over jieba words, equal weights",
                lambda: baselines.open_ensemble(bench.bm25_retriever, bench.faiss_store, bench.chunks),
            ),
        ]
    return tuple(systems)
