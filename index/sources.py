"""The documents as ingested, which a home keeps: all else in it can be made again from them."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import DocumentError, IndexDamaged, IndexUnusable
from index.generations import find_generation, link_file, list_generations
from index.manifest import MALFORMED, hash_file, read_manifest
from index.records import read_lines, write_lines

LISTS = ("sources.jsonl", "sources/list.jsonl")
"""Where a generation lists its documents: twice, since nothing else could replace the list."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """A document as ingested: its id, its path as given, where that was, and the copy that the home keeps.

    ``part`` names it among several documents of one file (``corpus.parse.parse_file``).
    """

    id: str
    source: str
    location: str
    sha256: str
    copy: Path
    part: str = ""


def read_sources(home: Path) -> tuple[list[Source], list[Source]]:
    """Return the home's documents as ingested, in order, and apart from them those whose copy is damaged.

    An index that cannot be loaded does not matter here: the list of the generation that
    serves is taken, or else the newest that can be read. In place of a damaged copy the
    file itself is taken, if it is where it was and unchanged.

    Raises
    ------
    IndexDamaged
        There are generations, but the list of none can be read.
    """
    try:
        current = find_generation(home)
    except IndexDamaged:
        current = None
    generations = list_generations(home)
    for folder in sorted(generations, key=lambda folder: folder != current):
        sources = _read_list(folder)
        if sources is not None:
            found = [(source, _find_copy(source)) for source in sources]
            whole = [replace(source, copy=copy) for source, copy in found if copy is not None]
            return whole, [source for source, copy in found if copy is None]
    if generations:
        raise IndexDamaged(f"the list of documents in {home} is damaged: move {home / 'index'} away and ingest again")
    return [], []


def _read_list(folder: Path) -> list[Source] | None:
    try:
        checksums = dict(read_manifest(folder).files)
    except IndexUnusable:
        checksums = {}
    for name in sorted(LISTS, key=lambda name: not _has_hash(folder / name, checksums.get(name, ""))):
        try:
            records = list(read_lines(folder / name))
            if not all(isinstance(value, str) for record in records for value in record.values()):
                raise TypeError("a value is not a text")
            return [Source(**(record | {"copy": folder / "sources" / record["copy"]})) for record in records]
        except MALFORMED as error:
            log.warning("the list of documents in %s cannot be read (%s)", folder / name, error)
    return None


def _find_copy(source: Source) -> Path | None:
    return next((path for path in (source.copy, Path(source.location)) if _has_hash(path, source.sha256)), None)


def _has_hash(path: Path, sha256: str) -> bool:
    try:
        return path.is_file() and hash_file(path) == sha256
    except (OSError, ValueError):
        return False


def write_sources(folder: Path, sources: Sequence[Source]) -> dict[str, str]:
    """Put the documents into ``folder``, the same bytes once, list them, and return the copies' checksums by name.

    Of a document that the home keeps already, the copy is linked.

    Raises
    ------
    DocumentError
        A file is no longer what it was when it was read.
    """
    (folder / "sources").mkdir()
    copies: dict[str, str] = {}
    records = []
    for source in sources:
        name = copies.get(source.sha256)
        if name is None:
            name = copies[source.sha256] = f"{len(copies):06d}{source.copy.suffix}"
            _take_copy(source, folder / "sources" / name, home=folder.parent)
        records.append(
            {"id": source.id, "source": source.source, "location": source.location}
            | {"sha256": source.sha256, "copy": name, "part": source.part}
        )
    for name in LISTS:
        write_lines(folder / name, records)
    return {f"sources/{name}": sha256 for sha256, name in copies.items()}


def _take_copy(source: Source, target: Path, *, home: Path) -> None:
    if source.copy.parent.parent.parent == home:  # the copy of another generation, whose hash has just been read
        link_file(source.copy, target)
        return
    shutil.copyfile(source.copy, target)
    if hash_file(target) != source.sha256:
        raise DocumentError(f"{source.source} changed while it was read: ingest it again")
