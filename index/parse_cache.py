"""Parsed documents kept between builds, so that a file is read once: by its bytes, its name and the reader's code."""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import json
import logging
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path

from corpus.batch import FileResult, FoundFile, parse_files
from corpus.model import ParsedDocument
from corpus.record import bare_clause_record, document_record, read_parsed
from corpus.settings import CorpusSettings
from index.disk_cache import DiskCache
from index.model import Progress

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HashedFile:
    """A file to read with the SHA-256 of its bytes."""

    file: FoundFile
    sha256: str


def parse_kept(
    files: Sequence[HashedFile], cache: Path, limits: CorpusSettings, progress: Progress | None = None
) -> Iterator[FileResult]:
    """Parse files in their order, taking from ``cache`` what was parsed before and keeping there what was not.

    Each is kept as soon as it is parsed, so that a run cut off goes on where it was.
    """
    keys = [_make_key(one) for one in files]
    with DiskCache(cache) as store:
        kept = {key: found for key, data in store.get(keys).items() if (found := _unpack(data)) is not None}
        missing = [one.file for one, key in zip(files, keys, strict=True) if key not in kept]
        known = len(files) - len(missing)
        tell = (lambda done: progress("parse", known + done, len(files))) if progress else None
        if progress and files:
            progress("parse", known, len(files))
        with closing(parse_files(missing, limits, progress=tell)) as fresh:
            for one, key in zip(files, keys, strict=True):
                if key in kept:
                    yield FileResult(one.file, {part: _move(doc, one.file) for part, doc in kept[key].items()})
                    continue
                result = next(fresh)
                if result.documents:
                    store.put({key: _pack(result.documents)})
                yield result


@functools.cache
def hash_reader() -> str:
    """Return a hash of the code that reads files: another one may read them otherwise."""
    digest = hashlib.sha256()
    for name, data in sorted(_list_modules(importlib.resources.files("corpus"), "")):
        digest.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    return digest.hexdigest()[:16]


def _list_modules(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.name.endswith(".py"):
            yield prefix + entry.name, entry.read_bytes()
        elif entry.is_dir():
            yield from _list_modules(entry, prefix + entry.name + "/")


def _make_key(one: HashedFile) -> bytes:
    words = "\0".join((hash_reader(), one.sha256, one.file.stem, one.file.path.suffix.lower()))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()


def _move(parsed: ParsedDocument, file: FoundFile) -> ParsedDocument:
    """Return a kept document as of this file: the same bytes may have come from another place."""
    return replace(parsed, document=replace(parsed.document, source=file.source))


def _pack(documents: dict[str, ParsedDocument]) -> bytes:
    records = [
        [part, document_record(one), [bare_clause_record(clause) for clause in one.clauses]]
        for part, one in documents.items()
    ]
    return zlib.compress(json.dumps(records).encode("ascii"), 1)


def _unpack(data: bytes) -> dict[str, ParsedDocument] | None:
    """Return the documents, None where they are damaged: they are then parsed again."""
    try:
        return {part: read_parsed(record, clauses) for part, record, clauses in json.loads(zlib.decompress(data))}
    except (zlib.error, ValueError, TypeError, LookupError) as error:
        log.warning("a parsed document kept is damaged (%s): it is read again", error)
        return None
