"""The manifest of an index: what it was built from and with, and a checksum of every file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from corpus.errors import IndexDamaged, IndexMismatch
from corpus.model import ParsedDocument

FORMAT = 2
REBUILD = "run `wence index --rebuild`"

_NEEDED = {
    *("sources.jsonl", "documents.jsonl", "clauses.jsonl", "chunks.jsonl"),
    *("vectors.faiss", "sentences.faiss", "sentences.npy"),
}
MALFORMED = (OSError, ValueError, TypeError, LookupError, RuntimeError, EOFError)
"""What the readers of an index's files, and JSON nested too deep, raise for what cannot be read."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index is: enough to tell whether it can serve, and to name it in a report.

    ``reader`` is the hash of the code that read the documents (``index.parse_cache.hash_reader``).
    """

    format: int
    reader: str
    encoder: str
    dimension: int
    corpus_hash: str
    built: str
    documents: int
    clauses: int
    chunks: int
    sentences: int
    files: Mapping[str, str]


def write_manifest(
    folder: Path,
    *,
    reader: str,
    encoder: str,
    dimension: int,
    corpus_hash: str,
    documents: int,
    clauses: int,
    chunks: int,
    sentences: int,
) -> None:
    """Write the manifest of the files that stand in ``folder``, each with its checksum."""
    manifest = Manifest(
        format=FORMAT,
        reader=reader,
        encoder=encoder,
        dimension=dimension,
        corpus_hash=corpus_hash,
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        documents=documents,
        clauses=clauses,
        chunks=chunks,
        sentences=sentences,
        files={name: hash_file(folder / name) for name in _list_files(folder)},
    )
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), "utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read a generation's manifest, without checking the files it lists.

    Raises
    ------
    IndexMismatch
        It has another format.
    IndexDamaged
        It cannot be read, or is no manifest.
    """
    try:
        record = json.loads((folder / "manifest.json").read_text("utf-8"))
        if not isinstance(record, dict):
            raise TypeError("not a JSON object")
        if record.get("format") != FORMAT:
            raise IndexMismatch(
                f"the index in {folder.parent.parent} has format {str(record.get('format'))[:20]!r}, "
                f"this version reads {FORMAT}: {REBUILD}"
            )
        manifest = Manifest(**record)
        _check_types(manifest)
        return manifest
    except MALFORMED as error:
        refuse(folder, "manifest.json", error)


def _check_types(manifest: Manifest) -> None:
    numbers = (manifest.dimension, manifest.documents, manifest.clauses, manifest.chunks, manifest.sentences)
    if not all(type(number) is int for number in numbers):
        raise TypeError("a count is not a number")
    if not all(
        isinstance(word, str) for word in (manifest.reader, manifest.encoder, manifest.corpus_hash, manifest.built)
    ):
        raise TypeError("a name is not a text")
    if not isinstance(manifest.files, dict) or not all(isinstance(sum, str) for sum in manifest.files.values()):
        raise TypeError("files is not a table of checksums")
    absent = _NEEDED - set(manifest.files)
    if absent:
        raise ValueError(f"{min(absent)} has no checksum")


def check_files(folder: Path, manifest: Manifest) -> Manifest:
    """Return the manifest, once every file that it lists has the checksum that it says. Raises ``IndexDamaged``."""
    for name, checksum in manifest.files.items():
        try:
            found = hash_file(folder / name)
        except (OSError, ValueError) as error:
            refuse(folder, ascii(name), error)
        if found != checksum:
            refuse(folder, name, "its checksum differs from the manifest's")
    return manifest


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


def refuse(folder: Path, name: str, reason: object) -> NoReturn:
    """Raise ``IndexDamaged`` for a file of the generation in ``folder``, in one line that ends with the mend."""
    line = " ".join(str(reason).split())[:300]
    raise IndexDamaged(f"the index in {folder.parent.parent} is damaged ({name}: {line}): {REBUILD}")


def _list_files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "manifest.json":
            yield path.relative_to(folder).as_posix()
