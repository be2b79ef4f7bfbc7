"""The files of an ingestion beside what a home holds: what is new, changed, unchanged or there twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.batch import FileResult, FoundFile, unpack_archives
from corpus.errors import DocumentError
from corpus.gaps import find_gaps, name_gap
from corpus.load import check_file, find_files
from corpus.model import ParsedDocument
from corpus.parse import rename_document
from corpus.settings import CorpusSettings
from index.manifest import hash_file
from index.model import Progress
from index.parse_cache import HashedFile, parse_kept
from index.report import IngestReport
from index.sources import Source, read_sources

CACHE = "cache/documents.sqlite"
NAMED_FAILURES = 3
"""How many files one line names, where none could be read."""
_NOTHING = "nothing in it is a clause, only page furniture; `wence ingest --explain` shows what it holds"


@dataclass(slots=True)
class Gathered:
    """What a home comes to hold: the sources in order, those of their documents that were read now, and the story.

    The story is told as it unfolds; ``tell`` sums it up.
    """

    sources: dict[str, Source]
    fresh: dict[str, ParsedDocument] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)

    def tell(self) -> IngestReport:
        """Return the report of this ingestion, the counts of the index left out."""
        return IngestReport(
            added=tuple(self.added),
            replaced=tuple(self.replaced),
            unchanged=tuple(self.unchanged),
            removed=tuple(self.removed),
            duplicates=tuple(self.duplicates),
            notes=tuple(self.notes),
            failed=tuple(self.failed),
        )


def gather_files(
    home: Path, paths: Sequence[Path], unpacked: Path, limits: CorpusSettings, progress: Progress | None
) -> Gathered:
    """Read the files that are new or changed; archives are unpacked into the folder ``unpacked``.

    A file from a place known already is replaced where it has changed; of others, one
    whose bytes are there already is left alone. What cannot be read is named, and its
    document stays as it was.

    Raises
    ------
    DocumentError
        A path does not exist, a folder holds nothing that can be read, or no file could be
        read at all.
    """
    sources, damaged = read_sources(home)
    gathered = Gathered({source.id: source for source in sources})
    files, gathered.failed = unpack_archives(find_files(paths), unpacked, limits)
    known: dict[str, list[Source]] = {}
    for source in (*sources, *damaged):
        known.setdefault(source.location, []).append(source)
    reading, twins = _plan_reading(files, known, gathered, limits)
    taken = {source.id for source in (*sources, *damaged)}
    results = parse_kept(reading, home / CACHE, limits, progress)
    for one, result in zip(reading, results, strict=True):
        _take(one, result, known.get(one.file.location, []), taken, gathered)
    _settle_twins(twins, gathered)
    if not (gathered.added or gathered.replaced or gathered.unchanged):
        raise DocumentError(join_failures(gathered.failed))
    gathered.failed += describe_damage(source for source in damaged if source.id not in gathered.sources)
    return gathered


def _plan_reading(
    files: Iterable[FoundFile], known: dict[str, list[Source]], gathered: Gathered, limits: CorpusSettings
) -> tuple[list[HashedFile], list[tuple[FoundFile, FoundFile]]]:
    """Return the files to read, and those with the bytes of one that is to be read, each with that one.

    Those that are there already come first, so that what they now hold is known when the others are compared.
    """
    reading: dict[str, HashedFile] = {}
    twins: list[tuple[FoundFile, FoundFile]] = []
    holders = {source.sha256: source for source in gathered.sources.values()}
    for file in sorted(files, key=lambda file: file.location not in known):
        try:
            check_file(file.path, limits, name=file.source)
            sha256 = hash_file(file.path)
        except DocumentError as error:
            gathered.failed.append((file.source, str(error)))
            continue
        except OSError as error:
            line = f"{file.source}: cannot be opened ({error.strerror or error}); check the file"
            gathered.failed.append((file.source, line))
            continue
        before = [source for source in known.get(file.location, []) if source.id in gathered.sources]
        if file.location in reading:
            continue
        if before and all(source.sha256 == sha256 for source in before):
            gathered.unchanged += [source.id for source in before]
            continue
        twin = next((one.file for one in reading.values() if one.sha256 == sha256), None)
        holder = holders.get(sha256)
        if file.location not in known and twin is not None:
            twins.append((file, twin))
        elif file.location not in known and holder is not None and holder.location not in reading:
            gathered.unchanged.append(holder.id)
            gathered.duplicates.append((file.source, holder.id))
        else:
            reading[file.location] = HashedFile(file, sha256)
    return list(reading.values()), twins


def _take(one: HashedFile, result: FileResult, before: Sequence[Source], taken: set[str], gathered: Gathered) -> None:
    """Put the documents of a file in the place of those that it held before."""
    file = one.file
    documents = {part: parsed for part, parsed in result.documents.items() if parsed.clauses}
    if not documents:
        gathered.failed.append((file.source, result.error or f"{file.source}: {_NOTHING}"))
        return
    earlier = {source.part: source.id for source in before}
    for part, parsed in documents.items():
        id = earlier.get(part) or make_unique(parsed.document.id, taken)
        taken.add(id)
        gathered.sources[id] = Source(id, file.source, file.location, one.sha256, file.path, part)
        gathered.fresh[id] = rename_document(parsed, id)
        (gathered.replaced if part in earlier else gathered.added).append(id)
        gathered.notes += [(file.source, note) for note in parsed.notes]
        gathered.notes += [(file.source, f"not in this copy: {name_gap(gap)}") for gap in find_gaps(parsed)]
    for part in earlier.keys() - documents.keys():
        gathered.sources.pop(earlier[part], None)
        gathered.removed.append(earlier[part])


def _settle_twins(twins: Iterable[tuple[FoundFile, FoundFile]], gathered: Gathered) -> None:
    """Say of files with the bytes of another what became of that one."""
    ids = {source.location: source.id for source in gathered.sources.values()}
    reasons = dict(gathered.failed)
    for file, twin in twins:
        if twin.source in reasons:
            line = reasons[twin.source].removeprefix(twin.source)
            gathered.failed.append((file.source, file.source + line))
        else:
            gathered.unchanged.append(ids[twin.location])
            gathered.duplicates.append((file.source, ids[twin.location]))


def parse_sources(
    home: Path, sources: Sequence[Source], limits: CorpusSettings, progress: Progress | None = None
) -> tuple[dict[str, ParsedDocument], list[tuple[str, str]]]:
    """Return the documents of copies that a home keeps, and a line for each that can no longer be read."""
    found: dict[str, ParsedDocument] = {}
    failed: list[tuple[str, str]] = []
    files = [HashedFile(FoundFile(source.copy, source.source, source.location), source.sha256) for source in sources]
    for source, result in zip(sources, parse_kept(files, home / CACHE, limits, progress), strict=True):
        parsed = result.documents.get(source.part)
        if parsed is None:
            failed.append((source.source, result.error or f"{source.source}: {source.part} is no longer found in it"))
        else:
            found[source.id] = rename_document(parsed, source.id)
    return found, failed


def make_unique(stem: str, taken: Collection[str]) -> str:
    """Return ``stem``, or ``stem~2``, ``stem~3``… where it is taken."""
    id, count = stem, 1
    while id in taken:
        count += 1
        id = f"{stem}~{count}"
    return id


def describe_damage(sources: Iterable[Source]) -> list[tuple[str, str]]:
    """Return a line for each document whose copy is damaged."""
    return [(s.source, f"the copy kept of {s.id} is damaged: ingest {s.source} again") for s in sources]


def join_failures(failed: Sequence[tuple[str, str]]) -> str:
    """Return the first failures as one line."""
    more = f"; and {len(failed) - NAMED_FAILURES} more" if len(failed) > NAMED_FAILURES else ""
    return "; ".join(line for _, line in failed[:NAMED_FAILURES]) + more
