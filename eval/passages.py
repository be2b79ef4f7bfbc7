"""Index the corpus of a retrieval data set with the encoder that the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.datasets import CorpusText
from eval.retrieval import RetrievalSystem, split_passages
from index.model import Progress
from index.settings import IndexSettings


def build_system(
    corpus: Sequence[CorpusText], settings: IndexSettings, *, home: Path, progress: Progress
) -> RetrievalSystem:
    """Return the searchable corpus; vectors are kept in ``<home>/cache/vectors/`` between runs.

    Raises
    ------
    EncoderError
        The encoder is not on this machine.
    """
    from corpus.sentences import split_sentences
    from index.encoder import open_encoder
    from index.search import HybridIndex

    ids, texts = split_passages(corpus, max_characters=settings.chunk_max_characters, split_sentences=split_sentences)
    encoder = open_encoder(settings)
    cache = home / "cache" / "vectors" / "retrieval.sqlite"
    index = HybridIndex.build(ids, texts, encoder, progress=progress, vectors_cache=cache)
    return RetrievalSystem(index, encoder.name, len(texts))
