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
from corpus.model import Document, ParsedDocument
from corpus.settings import CorpusSettings
from index.encoder import name_encoder, open_encoder
from index.gather import describe_damage, gather_files, join_failures, parse_sources
from index.generation_files import write_generation
from index.generations import find_generation, list_generations, publish_generation
from index.manifest import Manifest
from index.model import Encoder, Progress
from index.report import IngestReport
from index.reuse import choose_shards
from index.settings import LIMITS, IndexSettings
from index.shard import hash_code
from index.sources import Source, read_sources
from index.store import open_manifest

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
    return _publish(home, sources, {}, report, settings, limits, encoder, progress, anew=True)


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
    return manifest if (manifest.encoder, manifest.code) == (encoder, hash_code()) else None


def _publish(
    home: Path,
    sources: Sequence[Source],
    fresh: Mapping[str, ParsedDocument],
    report: IngestReport,
    settings: IndexSettings,
    limits: CorpusSettings,
    encoder: Encoder | None,
    progress: Progress | None,
    *,
    anew: bool = False,
) -> IngestReport:
    """Index these sources, of which ``fresh`` have been read just now, and switch to the new index.

    Shards of documents that have not changed go on serving as they are, unless all is made ``anew``.
    """
    encoder = encoder or open_encoder(settings)
    unchanged = [] if anew else [source for source in sources if source.id not in fresh]
    added = sum(len(parsed.clauses) for parsed in fresh.values())
    shards = choose_shards(home, unchanged, added=added, encoder=encoder, settings=settings)
    kept = {id for shard in shards for id in shard.living}
    others = [source for source in sources if source.id not in fresh and source.id not in kept]
    read, failed = parse_sources(home, others, limits, progress)
    parsed = {**read, **fresh}
    sources = [source for source in sources if source.id in parsed or source.id in kept]
    new = [(source, parsed[source.id]) for source in sources if source.id in parsed]
    written: list[Manifest] = []

    def fill(folder: Path) -> None:
        written.append(
            write_generation(folder, sources, shards, new, encoder, settings, cache=home / "cache", progress=progress)
        )

    publish_generation(home, fill)
    documents = {id: one.document for id, one in parsed.items()}
    documents |= {one.id: one for shard in shards for one in shard.read_documents()}
    return replace(
        report,
        superseded=_find_superseded([documents[source.id] for source in sources], fresh),
        failed=(*report.failed, *failed),
        documents=written[0].documents,
        clauses=written[0].clauses,
    )


def _find_superseded(documents: Sequence[Document], fresh: Mapping[str, ParsedDocument]) -> tuple[tuple[str, str], ...]:
    """Return the documents that are not in force, and why, where one that was read just now has to do with it."""
    found = []
    for one in Catalog(documents).superseded():
        if one.document_id in fresh or one.by in fresh:
            reason = f"{one.cause}: {one.by}" if one.by else one.cause
            found.append((one.document_id, f"{reason} ({one.day})" if one.day else reason))
    return tuple(found)
