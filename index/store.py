"""The index on disk: generations in one folder, each whole or absent, and a pointer switched in one atomic step.

    <home>/index/current              the name of the generation that serves, one line
    <home>/index/<generation>/
        manifest.json                 format, encoder, dimension, corpus hash, checksums
        sources.jsonl, sources/       the documents as ingested; the list stands in sources/ once more
        documents.jsonl, clauses.jsonl, chunks.jsonl
        vectors.faiss                 one vector a chunk
        sentences.faiss, sentences.npy  one vector a sentence; its clause, start and end
        words/, bigrams/              BM25

Nothing here is a pickle. A reader that finds a generation gone looks at the pointer once
more: a writer may just have replaced it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np

from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexUnusable
from corpus.model import Clause, ParsedDocument
from index.dense import DenseIndex
from index.encoder import name_encoder, open_encoder
from index.lexical import LexicalIndex
from index.manifest import MALFORMED, Manifest, check_files, hash_corpus, read_manifest, refuse, write_manifest
from index.manifest import REBUILD as REBUILD
from index.model import Chunk, Encoder, Sentence
from index.parse_cache import hash_reader
from index.records import read_all_parsed, read_chunks, write_chunks, write_parsed
from index.search import HybridIndex, is_from
from index.settings import IndexSettings

Loaded = TypeVar("Loaded")

_GENERATION = re.compile(r"g-[0-9T]+")


@dataclass(frozen=True, slots=True)
class Index:
    """A loaded index: the documents and clauses it holds, and what searches them."""

    manifest: Manifest
    parsed: Mapping[str, ParsedDocument]
    clauses: Mapping[str, Clause]
    chunks: Mapping[str, Chunk]
    hybrid: HybridIndex
    sentences: tuple[Sentence, ...]
    sentence_vectors: DenseIndex


def open_index(home: Path, settings: IndexSettings, *, encoder: Encoder | None = None) -> Index:
    """Load the index that serves in ``home``, every file checked against its checksum.

    Raises
    ------
    IndexMissing, IndexMismatch, IndexDamaged
        Each message ends with the command that mends it.
    EncoderError
        No encoder is given, and the one in the settings cannot be loaded.
    """
    return _open(home, lambda folder: _load(folder, settings, encoder))


def open_documents(home: Path) -> dict[str, ParsedDocument]:
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


def find_generation(home: Path) -> Path | None:
    """Return the folder of the generation that serves (it may be gone), or None where nothing says which.

    Raises
    ------
    IndexDamaged
        The pointer cannot be read, or names no generation.
    """
    pointer = home / "index" / "current"
    try:
        name = pointer.read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{pointer} cannot be read ({error}): {REBUILD}") from error
    if not _GENERATION.fullmatch(name):
        raise IndexDamaged(f"{pointer} does not name an index: {REBUILD}")
    return home / "index" / name


def list_generations(home: Path) -> list[Path]:
    """Return the generations on disk, newest first: the one that serves, and what a dead or ending writer left."""
    folder = home / "index"
    return sorted((path for path in folder.glob("g-*") if path.is_dir()), key=lambda path: path.name, reverse=True)


def publish_generation(home: Path, fill: Callable[[Path], None]) -> None:
    """Let ``fill`` write a new generation beside the old one, make it durable, then switch to it.

    The caller holds the home's lock. A failure, or death at any instant, leaves the old
    generation serving (or the new one, from the switch on); what it left behind is swept by
    the next call.
    """
    folder = home / "index"
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob("building-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    building = folder / f"building-{stamp}"
    building.mkdir()
    try:
        fill(building)
        _sync_tree(building)
        generation = folder / f"g-{stamp}"
        building.rename(generation)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    _sync_folder(folder)  # the new generation is there before the pointer names it, after a power cut too
    pointer = folder / "current.new"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(generation.name + "\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(folder / "current")
    _sync_folder(folder)
    for old in list_generations(home):
        if old != generation:
            shutil.rmtree(old, ignore_errors=True)


def write_index(
    folder: Path,
    parsed: Mapping[str, ParsedDocument],
    hybrid: HybridIndex,
    chunks: list[Chunk],
    sentences: list[Sentence],
    sentence_vectors: DenseIndex,
) -> None:
    """Write the files of an index into ``folder``, the manifest last."""
    write_parsed(folder, parsed)
    write_chunks(folder, chunks)
    hybrid.dense.save(folder / "vectors.faiss")
    hybrid.words.save(folder / "words")
    hybrid.bigrams.save(folder / "bigrams")
    sentence_vectors.save(folder / "sentences.faiss")
    order = {clause.id: i for i, clause in enumerate(_clauses_of(parsed))}
    table = np.array([(order[s.clause_id], s.start, s.end) for s in sentences], dtype=np.int64).reshape(-1, 3)
    np.save(folder / "sentences.npy", table, allow_pickle=False)
    counts = {"documents": len(parsed), "clauses": len(order), "chunks": len(chunks), "sentences": len(sentences)}
    write_manifest(
        folder,
        reader=hash_reader(),
        encoder=hybrid.encoder.name,
        dimension=hybrid.dense.dimension,
        corpus_hash=hash_corpus(parsed),
        **counts,
    )


def _load(folder: Path, settings: IndexSettings, encoder: Encoder | None) -> Index:
    manifest = read_manifest(folder)
    wanted = encoder.name if encoder else name_encoder(settings)
    if manifest.encoder != wanted:
        raise IndexMismatch(
            f"the index was built with encoder {manifest.encoder}, the settings say {wanted}: {REBUILD}"
        )
    check_files(folder, manifest)
    encoder = encoder or open_encoder(settings)
    try:
        parsed = read_all_parsed(folder)
        chunks = read_chunks(folder, parsed)
        dense = DenseIndex.load(folder / "vectors.faiss")
        clauses = _clauses_of(parsed)
        hybrid = HybridIndex(
            [chunk.id for chunk in chunks],
            dense,
            LexicalIndex.load(folder / "words", len(chunks)),
            LexicalIndex.load(folder / "bigrams", len(chunks)),
            encoder,
        )
        table = np.load(folder / "sentences.npy", allow_pickle=False)
        sentences = tuple(Sentence(clauses[row].id, start, end) for row, start, end in table.tolist())
        sentence_vectors = DenseIndex.load(folder / "sentences.faiss")
    except MALFORMED as error:
        refuse(folder, "its data", error)
    counted = (len(parsed), len(clauses), len(chunks), len(sentences))
    if counted != (manifest.documents, manifest.clauses, manifest.chunks, manifest.sentences):
        refuse(folder, "manifest.json", "its counts are not those of the files")
    if manifest.corpus_hash != hash_corpus(parsed):
        refuse(folder, "manifest.json", "its corpus hash is not that of the documents")
    for name, vectors, rows in (
        ("vectors.faiss", dense, len(chunks)),
        ("sentences.faiss", sentence_vectors, len(sentences)),
    ):
        if (vectors.rows, vectors.dimension) != (rows, manifest.dimension):
            refuse(folder, name, "its shape is not what the manifest says")
    if chunks and not is_from(encoder, chunks[0].text, dense.reconstruct_row(0)):
        raise IndexMismatch(f"{wanted} is no longer the encoder that the index was built with: {REBUILD}")
    return Index(
        manifest,
        parsed,
        {clause.id: clause for clause in clauses},
        {chunk.id: chunk for chunk in chunks},
        hybrid,
        sentences,
        sentence_vectors,
    )


def _load_documents(folder: Path) -> dict[str, ParsedDocument]:
    check_files(folder, read_manifest(folder))
    try:
        return read_all_parsed(folder)
    except MALFORMED as error:
        refuse(folder, "its data", error)


def _clauses_of(parsed: Mapping[str, ParsedDocument]) -> list[Clause]:
    return [clause for document in parsed.values() for clause in document.clauses]


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_dir():
            _sync_folder(path)
        else:
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder to sync it; its rename is journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
