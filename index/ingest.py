"""Files into a home: parse, chunk, encode, index, and switch to the new index in one step."""

from __future__ import annotations

import importlib.resources
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import DocumentError, HomeBusy, IndexDamaged, IndexUnusable, NotFound
from corpus.load import find_files, read_document
from corpus.model import ParsedDocument
from corpus.parse import parse_text
from index.chunks import split_chunks, split_clause_sentences
from index.dense import DenseIndex
from index.encoder import open_encoder
from index.manifest import hash_file
from index.model import Encoder, Progress
from index.search import HybridIndex, encode_passages
from index.settings import IndexSettings
from index.sources import Source, read_sources, write_sources
from index.store import find_generation, list_generations, publish_generation, write_index

NAMED_FAILURES = 3
"""How many files one line names, where none could be read."""


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
    """Fill a home that has no index with the shipped documents, or finish what died just before its first index."""
    if find_generation(home) is None:
        with lock_home(home, wait_seconds=600):
            if find_generation(home) is None:
                _rebuild(home, settings, encoder, progress)


def ingest_documents(
    home: Path,
    paths: Sequence[Path],
    settings: IndexSettings,
    *,
    encoder: Encoder | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Add files and folders to a home (the shipped documents first, where it is new).

    A file ingested before from the same place is replaced where it has changed; of others,
    one whose content is already there is left alone. One bad file does not stop the rest.

    Raises
    ------
    DocumentError
        A path does not exist, a folder holds nothing that can be read, or no file could be
        read at all.
    IndexUnusable
        Another process is writing to this home (``HomeBusy``), or it cannot be written.
    """
    files = find_files(paths)
    with lock_home(home):
        new = not list_generations(home)
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
    IndexUnusable
        Another process is writing to this home (``HomeBusy``), or it cannot be written.
    """
    with lock_home(home):
        sources, damaged = read_sources(home)
        unknown = sorted(set(ids) - {source.id for source in (*sources, *damaged)})
        if unknown:
            raise NotFound(f"no document {unknown[0]} in {home}: `wence documents` lists them")
        kept = [source for source in sources if source.id not in ids]
        parsed = {source.id: _parse(source) for source in kept}
        failed = _describe_damage(source for source in damaged if source.id not in ids)
        report = IngestReport(removed=tuple(dict.fromkeys(ids)), failed=failed)
        return _publish(home, kept, parsed, settings, encoder, progress, report)


def rebuild_index(
    home: Path, settings: IndexSettings, *, encoder: Encoder | None = None, progress: Progress | None = None
) -> IngestReport:
    """Build the index anew from the copies that the home keeps; damaged copies are named and left out.

    A home that keeps nothing is filled with the shipped documents.

    Raises
    ------
    IndexUnusable
        Every copy is damaged, or the list of them is (``IndexDamaged``); another process is
        writing to this home (``HomeBusy``); or it cannot be written.
    """
    with lock_home(home):
        return _rebuild(home, settings, encoder, progress)


@contextmanager
def lock_home(home: Path, *, wait_seconds: float = 2) -> Iterator[None]:
    """Hold the home's lock, so that one process at a time writes to it; what the disk refuses is one clear line."""
    from filelock import FileLock, Timeout

    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / "lock")
        try:
            lock.acquire(timeout=wait_seconds)
        except Timeout as error:
            raise HomeBusy(f"another process is writing to {home}: wait for it to end, then try again") from error
        except NotImplementedError as error:
            raise OSError(str(error)) from error  # a file system without locks
        try:
            yield
        finally:
            lock.release()
    except OSError as error:
        raise IndexUnusable(
            f"the index in {home} could not be written ({error}): free some space and check who may write there, "
            "or set WENCE_HOME to another folder"
        ) from error


def _describe_damage(sources: Iterable[Source]) -> tuple[tuple[str, str], ...]:
    return tuple((s.source, f"the copy kept of {s.id} is damaged: ingest {s.source} again") for s in sources)


def _rebuild(home: Path, settings: IndexSettings, encoder: Encoder | None, progress: Progress | None) -> IngestReport:
    if not list_generations(home):
        return _ingest(home, [shipped_documents()], settings, encoder, progress)
    sources, damaged = read_sources(home)
    failed = _describe_damage(damaged)
    if failed and not sources:
        raise IndexDamaged(_join_failures(failed))
    parsed = {source.id: _parse(source) for source in sources}
    report = IngestReport(unchanged=tuple(parsed), failed=failed)
    return _publish(home, sources, parsed, settings, encoder, progress, report)


def _ingest(
    home: Path, paths: Iterable[Path], settings: IndexSettings, encoder: Encoder | None, progress: Progress | None
) -> IngestReport:
    sources, damaged = read_sources(home)
    by_location = {source.location: source for source in (*sources, *damaged)}
    kept = {source.id: source for source in sources}
    failed: list[tuple[str, str]] = []
    added: list[str] = []
    replaced: list[str] = []
    unchanged: list[str] = []
    parsed: dict[str, ParsedDocument] = {}
    # Those that are there already come first, so that what they now hold is known when the others are compared.
    files = sorted(find_files(list(paths)), key=lambda path: str(path.resolve()) not in by_location)
    for done, path in enumerate(files):
        if progress:
            progress("parse", done, len(files))
        try:
            text = read_document(path)
            checksum = hash_file(path)
            location = str(path.resolve())
            before = by_location.get(location)
            same = kept.get(before.id) if before else next((s for s in kept.values() if s.sha256 == checksum), None)
            if same is not None and same.sha256 == checksum:
                unchanged.append(same.id)
                continue
            id = before.id if before else make_unique(path.stem, {source.id for source in by_location.values()})
            source = Source(id, str(path), location, checksum, path)
            parsed[id] = parse_text(text, id=id, source=source.source)
        except (DocumentError, OSError) as error:
            failed.append((str(path), str(error)))
            continue
        kept[id] = by_location[location] = source
        (replaced if before else added).append(id)
    if progress:
        progress("parse", len(files), len(files))
    if not added and not replaced and not unchanged:
        raise DocumentError(_join_failures(failed))
    failed.extend(_describe_damage(source for source in damaged if source.id not in kept))
    report = IngestReport(tuple(added), tuple(replaced), tuple(unchanged), (), tuple(failed))
    whole = {id: parsed.get(id) or _parse(source) for id, source in kept.items()}
    return _publish(home, list(kept.values()), whole, settings, encoder, progress, report)


def _join_failures(failed: Sequence[tuple[str, str]]) -> str:
    more = f"; and {len(failed) - NAMED_FAILURES} more" if len(failed) > NAMED_FAILURES else ""
    return "; ".join(line for _, line in failed[:NAMED_FAILURES]) + more


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
        write_sources(folder, sources)
        write_index(folder, parsed, hybrid, chunks, sentences, vectors)

    publish_generation(home, fill)
    return replace(report, documents=len(parsed), clauses=len(clauses))


def _named(progress: Progress | None, what: str) -> Progress | None:
    return None if progress is None else lambda _step, done, total: progress(what, done, total)
