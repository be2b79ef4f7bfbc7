"""The index on disk: generations in one folder, each whole or absent, and a pointer switched in one atomic step.

    <home>/index/current              the name of the generation that serves, one line
    <home>/index/<generation>/
        manifest.json                 format, encoder, dimension, corpus hash, checksums
        sources.jsonl, sources/       the documents as ingested
        documents.jsonl, clauses.jsonl, chunks.jsonl
        vectors.faiss                 one vector a chunk
        sentences.faiss, sentences.npy  one vector a sentence; its clause, start and end
        words/, bigrams/              BM25

Nothing here is a pickle. A reader that finds a generation gone (a writer has just
replaced it) looks at the pointer once more.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, TypeVar

import numpy as np

from corpus.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexUnusable
from corpus.model import Clause, ParsedDocument
from index.dense import DenseIndex
from index.encoder import name_encoder, open_encoder
from index.lexical import LexicalIndex
from index.model import Chunk, Encoder, Sentence
from index.records import read_chunks, read_parsed, write_chunks, write_parsed
from index.search import HybridIndex
from index.settings import IndexSettings

FORMAT = 1
REBUILD = "run `wence index --rebuild`"

Loaded = TypeVar("Loaded")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index is: enough to tell whether it can serve, and to name it in a report."""

    format: int
    encoder: str
    dimension: int
    corpus_hash: str
    built: str
    documents: int
    clauses: int
    chunks: int
    sentences: int
    files: Mapping[str, str]


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
    return _open(home, lambda folder: _check_files(folder, read_manifest(folder)))


def _open(home: Path, load: Callable[[Path], Loaded]) -> Loaded:
    folder = find_generation(home)
    if folder is None and list_generations(home):
        raise IndexDamaged(f"{home / 'index' / 'current'} is gone: {REBUILD}")
    if folder is None:
        raise IndexMissing(f"no index in {home}: run `wence ingest PATH…` to add documents")
    try:
        return load(folder)
    except IndexUnusable:
        again = find_generation(home)
        if again is None or again == folder:
            raise
        return load(again)


def find_generation(home: Path) -> Path | None:
    """Return the folder of the generation that serves, or None where there is no index at all."""
    pointer = home / "index" / "current"
    try:
        name = pointer.read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{pointer} cannot be read ({error}): {REBUILD}") from error
    if not name or Path(name).name != name:
        raise IndexDamaged(f"{pointer} does not name an index: {REBUILD}")
    return home / "index" / name


def list_generations(home: Path) -> list[Path]:
    """Return the generations on disk, newest first."""
    folder = home / "index"
    return sorted((path for path in folder.glob("g-*") if path.is_dir()), key=lambda path: path.name, reverse=True)


def publish_generation(home: Path, fill: Callable[[Path], None]) -> None:
    """Let ``fill`` write a new generation beside the old one, make it durable, then switch to it.

    The caller holds the home's lock. A failure, or death at any instant, leaves the old
    generation serving; what it left behind is swept by the next call.
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
    manifest = {
        "format": FORMAT,
        "encoder": hybrid.encoder.name,
        "dimension": hybrid.dense.dimension,
        "corpus_hash": hash_corpus(parsed),
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "documents": len(parsed),
        "clauses": len(order),
        "chunks": len(chunks),
        "sentences": len(sentences),
        "files": {name: hash_file(folder / name) for name in _list_files(folder)},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")


def hash_corpus(parsed: Mapping[str, ParsedDocument]) -> str:
    """Return a hash of the documents' ids and texts, the same for the same documents in any order."""
    digest = hashlib.sha256()
    for id in sorted(parsed):
        for part in (id, parsed[id].document.text):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read a generation's manifest, without checking the files it lists."""
    try:
        record = json.loads((folder / "manifest.json").read_text("utf-8"))
        if not isinstance(record, dict):
            raise TypeError("not a JSON object")
        if record.get("format") != FORMAT:
            raise IndexMismatch(
                f"the index in {folder.parent.parent} has format {record.get('format')!r}, "
                f"this version reads {FORMAT}: {REBUILD}"
            )
        manifest = Manifest(**record)
        if not all(isinstance(k, str) and isinstance(v, str) for k, v in manifest.files.items()):
            raise TypeError("files is not a table of checksums")
        return manifest
    except (OSError, ValueError, TypeError, AttributeError) as error:
        _refuse(folder, "manifest.json", error)


def _load(folder: Path, settings: IndexSettings, encoder: Encoder | None) -> Index:
    manifest = read_manifest(folder)
    wanted = encoder.name if encoder else name_encoder(settings)
    if manifest.encoder != wanted:
        raise IndexMismatch(
            f"the index was built with encoder {manifest.encoder}, the settings say {wanted}: {REBUILD}"
        )
    _check_files(folder, manifest)
    try:
        parsed = read_parsed(folder)
        chunks = read_chunks(folder, parsed)
        dense = DenseIndex.load(folder / "vectors.faiss")
        clauses = _clauses_of(parsed)
        hybrid = HybridIndex(
            [chunk.id for chunk in chunks],
            dense,
            LexicalIndex.load(folder / "words", len(chunks)),
            LexicalIndex.load(folder / "bigrams", len(chunks)),
            encoder or open_encoder(settings),
        )
        table = np.load(folder / "sentences.npy", allow_pickle=False)
        sentences = tuple(Sentence(clauses[row].id, start, end) for row, start, end in table.tolist())
        sentence_vectors = DenseIndex.load(folder / "sentences.faiss")
    except (OSError, ValueError, TypeError, KeyError, RuntimeError) as error:
        _refuse(folder, "its data", error)
    if dense.rows != len(chunks) or sentence_vectors.rows != len(sentences) or dense.dimension != manifest.dimension:
        _refuse(folder, "vectors.faiss", "it does not fit the chunks")
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
    _check_files(folder, read_manifest(folder))
    try:
        return read_parsed(folder)
    except (OSError, ValueError, TypeError, KeyError) as error:
        _refuse(folder, "its data", error)


def _check_files(folder: Path, manifest: Manifest) -> Manifest:
    for name, checksum in manifest.files.items():
        try:
            found = hash_file(folder / name)
        except OSError as error:
            _refuse(folder, name, error)
        if found != checksum:
            _refuse(folder, name, "its checksum differs from the manifest's")
    return manifest


def _clauses_of(parsed: Mapping[str, ParsedDocument]) -> list[Clause]:
    return [clause for document in parsed.values() for clause in document.clauses]


def _refuse(folder: Path, name: str, reason: object) -> NoReturn:
    raise IndexDamaged(f"the index in {folder.parent.parent} is damaged ({name}: {reason}): {REBUILD}")


def _list_files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "manifest.json":
            yield path.relative_to(folder).as_posix()


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
