"""Files into a home: parse, chunk, encode, index, and switch to the new index in one step."""

from __future__ import annotations

import importlib.resources
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.catalog import Catalog
from corpus.errors import HomeBusy, IndexDamaged, IndexUnusable, NotFound
from corpus.load import find_files
from corpus.model import ParsedDocument
from corpus.settings import CorpusSettings
from index.chunks import split_chunks, split_clause_sentences
from index.dense import DenseIndex
from index.encoder import name_encoder, open_encoder
from index.gather import describe_damage, gather_files, join_failures, parse_sources
from index.manifest import Manifest
from index.model import Encoder, Progress
from index.parse_cache import hash_reader
from index.report import IngestReport
from index.search import HybridIndex, encode_passages
from index.settings import LIMITS, IndexSettings
from index.sources import Source, read_sources, write_sources
from index.store import find_generation, list_generations, open_manifest, publish_generation, write_index

UNPACKED = "unpacked-"
"""How the folders begin that archives are unpacked into."""


def shipped_documents() -> Path:
    """Return the folder of the documents that ship with Wence."""
    return Path(str(importlib.resources.files("corpus"))) / "documents"


def ensure_index(
    home: Path,
    settings: IndexSettings,
    *,
    limits: CorpusSettings = LIMITS,
    encoder: Encoder | None = None,
    progress: Progress | None = None,
) -> None:
    """Fill a home that has no index with the shipped documents, or finish what died just before its first index."""
    if find_generation(home) is None:
        with lock_home(home, wait_seconds=600):
            if find_generation(home) is None:
                _rebuild(home, settings, limits, encoder, progress)


def ingest_documents(
    home: Path,
    paths: Sequence[Path],
    settings: IndexSettings,
    *,
    limits: CorpusSettings = LIMITS,
    encoder: Encoder | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Add files and folders to a home (the shipped documents first, where it is new).

    A file ingested before from the same place is replaced where it has changed; of others,
    one whose content is already there is left alone. One bad file does not stop the rest.
    Where nothing has changed, nothing is written.

    Raises
    ------
    DocumentError
        A path does not exist, a folder holds nothing that can be read, or no file could be
        read at all.
    IndexUnusable
        Another process is writing to this home (``HomeBusy``), or it cannot be written.
    """
    find_files(paths)
    with lock_home(home):
        new = not list_generations(home)
        return _ingest(home, [shipped_documents(), *paths] if new else paths, settings, limits, encoder, progress)


def remove_documents(
    home: Path,
    ids: Collection[str],
    settings: IndexSettings,
    *,
    limits: CorpusSettings = LIMITS,
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
        failed = describe_damage(source for source in damaged if source.id not in ids)
        report = IngestReport(removed=tuple(dict.fromkeys(ids)), failed=tuple(failed))
        return _publish(home, kept, {}, report, settings, limits, encoder, progress)


def rebuild_index(
    home: Path,
    settings: IndexSettings,
    *,
    limits: CorpusSettings = LIMITS,
    encoder: Encoder | None = None,
    progress: Progress | None = None,
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
        return _rebuild(home, settings, limits, encoder, progress)


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


def _rebuild(
    home: Path, settings: IndexSettings, limits: CorpusSettings, encoder: Encoder | None, progress: Progress | None
) -> IngestReport:
    if not list_generations(home):
        return _ingest(home, [shipped_documents()], settings, limits, encoder, progress)
    sources, damaged = read_sources(home)
    failed = describe_damage(damaged)
    if failed and not sources:
        raise IndexDamaged(join_failures(failed))
    report = IngestReport(unchanged=tuple(source.id for source in sources), failed=tuple(failed))
    return _publish(home, sources, {}, report, settings, limits, encoder, progress)


def _ingest(
    home: Path,
    paths: Sequence[Path],
    settings: IndexSettings,
    limits: CorpusSettings,
    encoder: Encoder | None,
    progress: Progress | None,
) -> IngestReport:
    for leftover in home.glob(f"{UNPACKED}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    with TemporaryDirectory(prefix=UNPACKED, dir=home, ignore_cleanup_errors=True) as unpacked:
        gathered = gather_files(home, paths, Path(unpacked), limits, progress)
        report = gathered.tell()
        manifest = None if report.changes else _find_serving(home, encoder.name if encoder else name_encoder(settings))
        if manifest is not None:
            return replace(report, documents=manifest.documents, clauses=manifest.clauses)
        sources = list(gathered.sources.values())
        return _publish(home, sources, gathered.fresh, report, settings, limits, encoder, progress)


def _find_serving(home: Path, encoder: str) -> Manifest | None:
    """Return the manifest of an index that is whole and of this encoder and this code, None where there is none."""
    try:
        manifest = open_manifest(home)
    except IndexUnusable:
        return None
    return manifest if (manifest.encoder, manifest.reader) == (encoder, hash_reader()) else None


def _publish(
    home: Path,
    sources: Sequence[Source],
    fresh: Mapping[str, ParsedDocument],
    report: IngestReport,
    settings: IndexSettings,
    limits: CorpusSettings,
    encoder: Encoder | None,
    progress: Progress | None,
) -> IngestReport:
    """Build the index of these sources, of which ``fresh`` have been read just now, and switch to it."""
    others = [source for source in sources if source.id not in fresh]
    read, failed = parse_sources(home, others, limits, progress)
    sources = [source for source in sources if source.id in fresh or source.id in read]
    parsed = {source.id: fresh.get(source.id) or read[source.id] for source in sources}
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
    return replace(
        report,
        superseded=_find_superseded(parsed, fresh),
        failed=(*report.failed, *failed),
        documents=len(parsed),
        clauses=len(clauses),
    )


def _find_superseded(
    parsed: Mapping[str, ParsedDocument], fresh: Mapping[str, ParsedDocument]
) -> tuple[tuple[str, str], ...]:
    """Return the documents that are not in force, and why, where one that was read just now has to do with it."""
    found = []
    for one in Catalog(one.document for one in parsed.values()).superseded():
        if one.document_id in fresh or one.by in fresh:
            reason = f"{one.cause}: {one.by}" if one.by else one.cause
            found.append((one.document_id, f"{reason} ({one.day})" if one.day else reason))
    return tuple(found)


def _named(progress: Progress | None, what: str) -> Progress | None:
    return None if progress is None else lambda _step, done, total: progress(what, done, total)
