"""Many files to parsed documents: archives unpacked, files read side by side, one bad file never stopping the rest."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus.archive import INSIDE
from corpus.errors import DocumentError
from corpus.load import ARCHIVE_SUFFIX, TEXT_SUFFIXES
from corpus.model import ParsedDocument
from corpus.parse import parse_file
from corpus.record import read_parsed
from corpus.settings import CorpusSettings
from corpus.workers import WorkerPool

FEW_BYTES = 2_000_000
"""Up to this much plain text is read in this process: starting others would take longer."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: where it lies, the path it is known by, and the absolute form of that.

    For a file of an archive ``path`` is where it was unpacked to, and ``source`` the
    archive's path, ``!/`` and its name in there.
    """

    path: Path
    source: str
    location: str

    @property
    def stem(self) -> str:
        """The file's own name without its suffix: the id that its document gets."""
        return PurePosixPath(self.source.replace("\\", "/")).stem


@dataclass(frozen=True, slots=True)
class FileResult:
    """What a file gave: its documents by part (``parse_file``), or the one line that says why none."""

    file: FoundFile
    documents: dict[str, ParsedDocument]
    error: str = ""


def parse_files(
    files: Sequence[FoundFile],
    limits: CorpusSettings,
    *,
    progress: Callable[[int], None] | None = None,
) -> Generator[FileResult]:
    """Parse files, in their order; ``progress`` is told how many are done.

    Some plain text is read at once. All else is read in processes of its own, as many as
    the settings or the cores say, each bounded in memory and time: what cannot be read
    within them gives a line, as does what crashes its reader.
    """
    for done, result in enumerate(_parse_here(files, limits) if _is_light(files) else _parse_apart(files, limits), 1):
        if progress:
            progress(done)
        yield result


def unpack_archives(
    paths: Sequence[Path], folder: Path, limits: CorpusSettings
) -> tuple[list[FoundFile], list[tuple[str, str]]]:
    """Return the files to read, those of zip archives unpacked into ``folder``, and what cannot be unpacked.

    The latter are pairs of a path and one line.
    """
    archives = [path for path in paths if path.suffix.lower() == ARCHIVE_SUFFIX and path.is_file()]
    targets = {path: folder / f"{place:06d}" for place, path in enumerate(archives)}
    for target in targets.values():
        target.mkdir()
    with WorkerPool(limits, tasks=len(archives)) as pool:
        tasks = [{"path": str(path), "source": str(path), "folder": str(targets[path])} for path in archives]
        answers = dict(zip(archives, pool.map(tasks), strict=True))
    found: list[FoundFile] = []
    failed: list[tuple[str, str]] = []
    for path in paths:
        if path not in answers:
            found.append(FoundFile(path, str(path), str(path.resolve())))
            continue
        if "error" in answers[path]:
            failed.append((str(path), f"{path}: {answers[path]['error'].removeprefix(f'{path}: ')}"))
            continue
        members = answers[path]["members"]
        if not members:
            failed.append((str(path), f"{path}: nothing to read in this archive; see which formats `wence` reads"))
        for member in members:
            source = f"{path}{INSIDE}{member['name']}"
            if member["reason"]:
                failed.append((source, f"{source}: {member['reason']}"))
            else:
                found.append(FoundFile(Path(member["path"]), source, f"{path.resolve()}{INSIDE}{member['name']}"))
    return found, failed


def _is_light(files: Sequence[FoundFile]) -> bool:
    total = 0
    for file in files:
        if file.path.suffix.lower() not in TEXT_SUFFIXES:
            return False
        try:
            total += file.path.stat().st_size
        except OSError:
            continue  # its reader says what is wrong with it
        if total > FEW_BYTES:
            return False
    return True


def _parse_here(files: Sequence[FoundFile], limits: CorpusSettings) -> Iterator[FileResult]:
    for file in files:
        try:
            yield FileResult(file, parse_file(file.path, limits, stem=file.stem, source=file.source))
        except DocumentError as error:
            yield FileResult(file, {}, str(error))


def _parse_apart(files: Sequence[FoundFile], limits: CorpusSettings) -> Iterator[FileResult]:
    with WorkerPool(limits, tasks=len(files)) as pool:
        tasks = ({"path": str(file.path), "stem": file.stem, "source": file.source} for file in files)
        for file, answer in zip(files, pool.map(tasks), strict=True):
            if "error" in answer:
                yield FileResult(file, {}, answer["error"])
                continue
            documents = {one["part"]: read_parsed(one["document"], one["clauses"]) for one in answer["documents"]}
            yield FileResult(file, documents)
