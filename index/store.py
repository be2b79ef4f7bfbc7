"""The index on disk, opened whole or refused.

    <home>/index/<generation>/
        manifest.json             format, encoder, corpus hash, shards, a checksum of every file
        sources.jsonl, sources/   the documents as ingested; the list stands in sources/ once more
        shards/<shard>/           some of the documents and what searches them (``index.shard``)

Nothing here is a pickle. A reader that finds a generation gone looks at the pointer once
more: a writer may just have replaced it (``index.generations``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexUnusable
from corpus.model import Clause, Document, ParsedDocument
from index.dense import DenseIndex
from index.encoder import name_encoder, open_encoder
from index.generations import find_generation, list_generations
from index.lexical import LexicalIndex
from index.library import Library
from index.manifest import MALFORMED, SHARDS, Manifest, check_files, read_manifest, refuse
from index.manifest import REBUILD as REBUILD
from index.model import Chunk, Encoder, Reranker, Sentence
from index.records import Records, read_lines
from index.search import HybridIndex, is_from
from index.settings import IndexSettings
from index.shard import Shard, open_shard

Loaded = TypeVar("Loaded")


@dataclass(frozen=True, slots=True)
class Index:
    """A loaded index: the documents it holds, and what searches them."""

    manifest: Manifest
    library: Library
    hybrid: HybridIndex
    sentence_vectors: DenseIndex

    @property
    def parsed(self) -> Mapping[str, ParsedDocument]:
        """The documents by id, in the order listed."""
        return self.library.parsed

    @property
    def documents(self) -> Sequence[Document]:
        """The documents without their clauses, in the order listed; read sooner than ``parsed``."""
        return self.library.documents

    @property
    def clauses(self) -> Mapping[str, Clause]:
        """The clauses by id."""
        return self.library.clauses

    @property
    def chunks(self) -> Mapping[str, Chunk]:
        """The chunks by id, in the order of the rows of ``hybrid``."""
        return self.library.chunks

    @property
    def sentences(self) -> Sequence[Sentence]:
        """The sentences, in the order of the rows of ``sentence_vectors``."""
        return self.library.sentences


def open_index(
    home: Path, settings: IndexSettings, *, encoder: Encoder | None = None, reranker: Reranker | None = None
) -> Index:
    """Load the index that serves in ``home``, every file checked against its checksum.

    ``reranker`` orders what its search finds; without one the order is that of the fused scores.

    Raises
    ------
    IndexMissing, IndexMismatch, IndexDamaged
        Each message ends with the command that mends it.
    EncoderError
        No encoder is given, and the one in the settings cannot be loaded.
    """
    return _open(home, lambda folder: _load(folder, settings, encoder, reranker))


def open_documents(home: Path) -> Mapping[str, ParsedDocument]:
    """Load the documents of the index alone, checked; whichever encoder it was built with.

    Raises
    ------
    IndexMissing, IndexMismatch, IndexDamaged
        As ``open_index``; a mismatch is one of format here.
    """
    return _open(home, _load_documents)


def open_manifest(home: Path) -> Manifest:
    """Return the manifest of the index, every file of it checked against its checksum.

    Raises
    ------
    IndexMissing, IndexMismatch, IndexDamaged
        As ``open_documents``.
    """
    return _open(home, lambda folder: check_files(folder, read_manifest(folder)))


def _open(home: Path, load: Callable[[Path], Loaded]) -> Loaded:
    folder = find_generation(home)
    if folder is None and list_generations(home):
        raise IndexDamaged(f"{home / 'index' / 'current'} is gone: {REBUILD}")
    if folder is None:
        raise IndexMissing(f"no index in {home}: run `wence ingest PATH…` to add documents")
    while True:
        try:
            return load(folder)
        except IndexUnusable:
            again = find_generation(home)
            if again is None or again == folder:
                raise
            folder = again


def _load(folder: Path, settings: IndexSettings, encoder: Encoder | None, reranker: Reranker | None) -> Index:
    manifest = read_manifest(folder)
    wanted = encoder.name if encoder else name_encoder(settings)
    if manifest.encoder != wanted:
        raise IndexMismatch(
            f"the index was built with encoder {manifest.encoder}, the settings say {wanted}: {REBUILD}"
        )
    check_files(folder, manifest)
    encoder = encoder or open_encoder(settings)
    try:
        shards = [open_shard(folder / SHARDS / name) for name in manifest.shards]
        library = _open_library(folder, manifest, [shard.records for shard in shards])
        index = _assemble(manifest, shards, library, encoder, reranker)
        first = library.chunks[library.chunk_ids[0]].text if library.chunk_ids else None
    except MALFORMED as error:
        refuse(folder, "its data", error)
    counted = (index.hybrid.dense.rows, len(library.sentences))
    if counted != (manifest.chunks, manifest.sentences):
        refuse(folder, "manifest.json", "its counts are not those of the files")
    if any(shard.vectors.shape[1] != manifest.dimension for shard in shards):
        refuse(folder, "manifest.json", "its dimension is not that of the vectors")
    if first is not None and not is_from(encoder, first, index.hybrid.dense.reconstruct_row(0)):
        raise IndexMismatch(f"{wanted} is no longer the encoder that the index was built with: {REBUILD}")
    return index


def _assemble(
    manifest: Manifest, shards: Sequence[Shard], library: Library, encoder: Encoder, reranker: Reranker | None
) -> Index:
    chunks = [stretch.kept for stretch in library.chunk_stretches]
    sentences = [stretch.kept for stretch in library.sentence_stretches]
    hybrid = HybridIndex(
        library.chunk_ids,
        DenseIndex([shard.vectors for shard in shards], chunks, manifest.dimension),
        LexicalIndex([shard.words for shard in shards], chunks),
        LexicalIndex([shard.bigrams for shard in shards], chunks),
        encoder,
        documents=library.chunk_documents,
        reranker=reranker,
        texts=library.chunk_texts,
    )
    vectors = DenseIndex([shard.sentences for shard in shards], sentences, manifest.dimension)
    return Index(manifest, library, hybrid, vectors)


def _load_documents(folder: Path) -> Mapping[str, ParsedDocument]:
    manifest = check_files(folder, read_manifest(folder))
    try:
        return _open_library(folder, manifest, [Records(folder / SHARDS / name) for name in manifest.shards]).parsed
    except MALFORMED as error:
        refuse(folder, "its data", error)


def _open_library(folder: Path, manifest: Manifest, shards: Sequence[Records]) -> Library:
    order = [record["id"] for record in read_lines(folder / "sources.jsonl")]
    library = Library(shards, [frozenset(ids) for ids in manifest.shards.values()], order)
    if (len(library.documents), len(library.clauses)) != (manifest.documents, manifest.clauses):
        refuse(folder, "manifest.json", "its counts are not those of the files")
    if manifest.corpus_hash != library.corpus_hash:
        refuse(folder, "manifest.json", "its corpus hash is not that of the documents")
    return library
