"""Files into a home: parse, chunk, encode, index, and switch to the new index in one step."""

from __future__ import annotations

import importlib.resources
import logging
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import DocumentError, HomeBusy, IndexDamaged, IndexMissing, NotFound
from corpus.load import find_files, read_document
from corpus.model import ParsedDocument
from corpus.parse import parse_text
from index.chunks import split_chunks, split_clause_sentences
from index.dense import DenseIndex
from index.encoder import open_encoder
from index.model import Encoder, Progress
from index.records import read_lines, write_lines
from index.search import HybridIndex, encode_passages
from index.settings import IndexSettings
from index.store import find_generation, hash_file, list_generations, publish_generation, write_index

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """A document as ingested: its id, its path as given, where that was, and the copy that the home keeps."""

    id: str
    source: str
    location: str
    sha256: str
    copy: Path


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingestion did, by document id; ``failed`` pairs a path with its one clear line."""

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    documents: int = 0
    clauses: int = 0


def shipped_documents() -> Path:
    """Return the folder of the documents that ship with Wence."""
    return Path(str(importlib.resources.files("corpus"))) / "documents"


def ensure_index(
    home: Path, settings: IndexSettings, *, encoder: Encoder | None = None, progress: Progress | None = None
) -> None:
    """Fill a home that has no index with the shipped documents."""
    if find_generation(home) is None and not list_generations(home):
        with lock_home(home, wait_seconds=600):
            if find_generation(home) is None:
                _ingest(home, [shipped_documents()], settings, encoder, progress)


def ingest_documents(
    home: Path,
    paths: Sequence[Path],
    settings: IndexSettings,
    *,
    encoder: Encoder | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Add files and folders to a home (the shipped documents first, where it is new).

    A file ingested before from the same place is replaced; one whose content is already
    there is left alone. One bad file does not stop the rest.

    Raises
    ------
    DocumentError
        No file could be read at all.
    HomeBusy
        Another process is writing to this home.
    """
    files = find_files(paths)
    with lock_home(home):
        new = find_generation(home) is None and not list_generations(home)
        return _ingest(home, [shipped_documents(), *files] if new else files, settings, encoder, progress)


def remove_documents(
    home: Path,
    ids: Collection[str],
    settings: IndexSettings,
    *,
    encoder: Encoder | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Take documents out of a home.

    Raises
    ------
    NotFound
        An id is not in the home.
    """
    with lock_home(home):
        sources, failed = read_sources(home)
        unknown = sorted(set(ids) - {source.id for source in sources})
        if unknown:
            raise NotFound(f"no document {unknown[0]} in {home}: `wence documents` lists them")
        kept = [source for source in sources if source.id not in ids]
        parsed = {source.id: _parse(source) for source in kept}
        return _publish(
            home, kept, parsed, settings, encoder, progress, IngestReport(removed=tuple(ids), failed=failed)
        )


def rebuild_index(
    home: Path, settings: IndexSettings, *, encoder: Encoder | None = None, progress: Progress | None = None
) -> IngestReport:
    """Build the index anew from the copies that the home keeps; damaged copies are named and left out."""
    with lock_home(home):
        sources, failed = read_sources(home)
        if not sources and not failed:
            return _ingest(home, [shipped_documents()], settings, encoder, progress)
        parsed = {source.id: _parse(source) for source in sources}
        report = IngestReport(unchanged=tuple(parsed), failed=failed)
        return _publish(home, sources, parsed, settings, encoder, progress, report)


@contextmanager
def lock_home(home: Path, *, wait_seconds: float = 2) -> Iterator[None]:
    """Hold the home's lock, so that one process at a time writes to it."""
    from filelock import FileLock, Timeout

    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "lock")
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise HomeBusy(f"another process is writing to {home}: wait for it to end, then try again") from error
    try:
        yield
    finally:
        lock.release()


def read_sources(home: Path) -> tuple[list[Source], tuple[tuple[str, str], ...]]:
    """Return the home's documents as ingested, and those whose copy is damaged, each with one line.

    An index that cannot be loaded does not matter here: the newest generation whose list
    of sources can be read is taken.
    """
    try:
        current = find_generation(home)
    except IndexDamaged:
        current = None
    for folder in dict.fromkeys([*([current] if current else []), *list_generations(home)]):
        try:
            records = list(read_lines(folder / "sources.jsonl"))
            sources = [Source(**(record | {"copy": folder / "sources" / record["copy"]})) for record in records]
        except (OSError, ValueError, TypeError, KeyError) as error:
            log.warning("the list of documents in %s cannot be read (%s)", folder, error)
            continue
        whole = [source for source in sources if _is_whole(source)]
        damaged = [source for source in sources if source not in whole]
        return whole, tuple((s.source, f"the copy kept of {s.id} is damaged: ingest {s.source} again") for s in damaged)
    if current is not None:
        raise IndexMissing(f"the list of documents in {home} is damaged: move {home / 'index'} away and ingest again")
    return [], ()


def _is_whole(source: Source) -> bool:
    try:
        return hash_file(source.copy) == source.sha256
    except OSError:
        return False


def _ingest(
    home: Path, paths: Iterable[Path], settings: IndexSettings, encoder: Encoder | None, progress: Progress | None
) -> IngestReport:
    sources, failures = read_sources(home)
    by_location = {source.location: source for source in sources}
    by_content = {source.sha256: source for source in sources}
    failed = list(failures)
    added: list[str] = []
    replaced: list[str] = []
    unchanged: list[str] = []
    parsed: dict[str, ParsedDocument] = {}
    files = find_files(list(paths))
    for done, path in enumerate(files):
        if progress:
            progress("parse", done, len(files))
        try:
            checksum = hash_file(path)
            before = by_location.get(str(path.resolve()))
            same = by_content.get(checksum)
            if same is not None and same.id not in replaced:
                unchanged.append(same.id)
                continue
            id = before.id if before else make_unique(path.stem, {source.id for source in by_content.values()})
            source = Source(id, str(path), str(path.resolve()), checksum, path)
            parsed[id] = _parse(source)
        except (DocumentError, OSError) as error:
            failed.append((str(path), str(error)))
            continue
        if before:
            by_content.pop(before.sha256, None)
        by_content[checksum] = by_location[source.location] = source
        (replaced if before else added).append(id)
    if progress:
        progress("parse", len(files), len(files))
    report = IngestReport(tuple(added), tuple(replaced), tuple(unchanged), (), tuple(failed))
    if not added and not replaced and not unchanged:
        raise DocumentError("; ".join(line for _, line in failed) or "there is nothing to read")
    kept = list(by_content.values())
    for source in kept:
        if source.id not in parsed:
            parsed[source.id] = _parse(source)
    return _publish(home, kept, {s.id: parsed[s.id] for s in kept}, settings, encoder, progress, report)


def make_unique(stem: str, taken: Collection[str]) -> str:
    """Return ``stem``, or ``stem~2``, ``stem~3``… where it is taken."""
    id, count = stem, 1
    while id in taken:
        count += 1
        id = f"{stem}~{count}"
    return id


def _parse(source: Source) -> ParsedDocument:
    return parse_text(read_document(source.copy), id=source.id, source=source.source)


def _publish(
    home: Path,
    sources: Sequence[Source],
    parsed: dict[str, ParsedDocument],
    settings: IndexSettings,
    encoder: Encoder | None,
    progress: Progress | None,
    report: IngestReport,
) -> IngestReport:
    encoder = encoder or open_encoder(settings)
    cache = home / "cache" / "vectors.sqlite"
    chunks = [c for one in parsed.values() for c in split_chunks(one, max_characters=settings.chunk_max_characters)]
    clauses = [clause for one in parsed.values() for clause in one.clauses]
    sentences = [sentence for clause in clauses for sentence in split_clause_sentences(clause)]
    texts = {clause.id: clause for clause in clauses}
    hybrid = HybridIndex.build(
        [c.id for c in chunks],
        [c.text for c in chunks],
        encoder,
        progress=_named(progress, "chunks"),
        vectors_cache=cache,
    )
    quotes = [
        texts[s.clause_id].text[s.start - texts[s.clause_id].start : s.end - texts[s.clause_id].start]
        for s in sentences
    ]
    vectors = DenseIndex.build(encode_passages(quotes, encoder, progress=_named(progress, "sentences"), cache=cache))

    def fill(folder: Path) -> None:
        _copy_sources(folder, sources)
        write_index(folder, parsed, hybrid, chunks, sentences, vectors)

    publish_generation(home, fill)
    return replace(report, documents=len(parsed), clauses=len(clauses))


def _named(progress: Progress | None, what: str) -> Progress | None:
    return None if progress is None else lambda _step, done, total: progress(what, done, total)


def _copy_sources(folder: Path, sources: Sequence[Source]) -> None:
    (folder / "sources").mkdir()
    records = []
    for i, source in enumerate(sources):
        name = f"{i:06d}{source.copy.suffix}"
        shutil.copyfile(source.copy, folder / "sources" / name)
        records.append(
            {"id": source.id, "source": source.source, "location": source.location}
            | {"sha256": source.sha256, "copy": name}
        )
    write_lines(folder / "sources.jsonl", records)
