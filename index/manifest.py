"""The manifest of an index: what it was built from and with, and a checksum of every file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NoReturn

from corpus.errors import IndexDamaged, IndexMismatch

FORMAT = 3
SHARDS = "shards"
"""The folder of a generation that holds its shards."""
THREADS = 2
"""How many files are hashed at once."""
REBUILD = "run `wence index --rebuild`"

_NEEDED = {"sources.jsonl", "sources/list.jsonl"}
_NEEDED_OF_A_SHARD = {"documents.json", "documents.jsonl", "clauses.jsonl", "chunks.npy", "vectors/vectors.npy"}
MALFORMED = (OSError, ValueError, TypeError, LookupError, RuntimeError, EOFError)
"""What the readers of an index's files, and JSON nested too deep, raise for what cannot be read."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index is: enough to tell whether it can serve, and to name it in a report.

    ``code`` is the hash of the code that read, cut and segmented the documents
    (``index.shard.hash_code``). ``shards`` names the shards in order, each with the ids of
    its documents that no longer count.
    """

    format: int
    code: str
    encoder: str
    dimension: int
    chunk_max_characters: int
    corpus_hash: str
    built: str
    documents: int
    clauses: int
    chunks: int
    sentences: int
    shards: Mapping[str, Sequence[str]]
    files: Mapping[str, str]


def write_manifest(folder: Path, manifest: Manifest, known: Mapping[str, str]) -> None:
    """Write the manifest of the files that stand in ``folder``, each with its checksum: as ``known``, else computed."""
    files = {name: known.get(name) or hash_file(folder / name) for name in _list_files(folder)}
    record = asdict(replace(manifest, files=files))
    (folder / "manifest.json").write_text(json.dumps(record, ensure_ascii=True, indent=1), "utf-8")


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
    if not all(type(number) is int for number in (*numbers, manifest.chunk_max_characters)):
        raise TypeError("a count is not a number")
    if not all(
        isinstance(word, str) for word in (manifest.code, manifest.encoder, manifest.corpus_hash, manifest.built)
    ):
        raise TypeError("a name is not a text")
    if not isinstance(manifest.files, dict) or not all(isinstance(sum, str) for sum in manifest.files.values()):
        raise TypeError("files is not a table of checksums")
    if not isinstance(manifest.shards, dict) or not all(isinstance(ids, list) for ids in manifest.shards.values()):
        raise TypeError("shards is not a table of lists")
    needed = _NEEDED | {f"{SHARDS}/{name}/{file}" for name in manifest.shards for file in _NEEDED_OF_A_SHARD}
    absent = needed - set(manifest.files)
    if absent:
        raise ValueError(f"{min(absent)} has no checksum")


def check_files(folder: Path, manifest: Manifest) -> Manifest:
    """Return the manifest, once every file that it lists has the checksum that it says. Raises ``IndexDamaged``."""
    for name, reason in find_damage(folder, manifest.files).items():
        refuse(folder, name if name.isprintable() else ascii(name), reason)
    return manifest


def find_damage(folder: Path, files: Mapping[str, str]) -> dict[str, object]:
    """Return which of these files do not have the checksum that stands beside their name, and why."""

    def check(name: str) -> object:
        try:
            found = hash_file(folder / name)
        except (OSError, ValueError) as error:
            return error
        return None if found == files[name] else "its checksum differs from the manifest's"

    with ThreadPoolExecutor(THREADS) as pool:  # hashing holds no lock of Python's
        reasons = pool.map(check, files)
        return {name: reason for name, reason in zip(files, reasons, strict=True) if reason is not None}


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
