"""Index the corpus of a retrieval data set with the encoder that the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from eval.datasets import CorpusText
from eval.retrieval import Mode, RetrievalSystem, split_passages
from index.model import Encoder, Progress, Vectors
from index.settings import IndexSettings


class NoEncoder:
    """Stands in where only words are searched, so that no vector is computed for nothing."""

    name = ""

    def encode(self, texts: Sequence[str], *, kind: Literal["query", "passage"]) -> Vectors:
        """Return the same vector for every text."""
        return np.ones((len(texts), 1), dtype=np.float32)


def build_system(
    corpus: Sequence[CorpusText], settings: IndexSettings, *, mode: Mode, home: Path, progress: Progress
) -> RetrievalSystem:
    """Return the corpus, searchable in this mode; vectors are kept in ``<home>/cache/vectors/`` between runs.

    Raises
    ------
    EncoderError, RerankerError
        The encoder, or the reranker that is named, is not on this machine.
    """
    from corpus.sentences import split_sentences
    from index.encoder import open_encoder
    from index.exact import ExactIndex
    from index.reranker import open_reranker
    from index.search import HybridIndex

    ids, texts = split_passages(corpus, max_characters=settings.chunk_max_characters, split_sentences=split_sentences)
    lexical = mode == "lexical"
    reranker = open_reranker(settings) if mode == "hybrid" else None
    encoder: Encoder = NoEncoder() if lexical else open_encoder(settings)
    cache = None if lexical else home / "cache" / "vectors" / "retrieval.sqlite"
    titles = {text.id: text.title for text in corpus}
    exact = ExactIndex.from_titles([titles[id] for id in ids])
    index = HybridIndex.build(
        ids,
        texts,
        encoder,
        exact=exact,
        documents=exact.owners,
        reranker=reranker,
        progress=progress,
        vectors_cache=cache,
    )
    return RetrievalSystem(index, encoder.name, len(texts), reranker.name if reranker else "")
