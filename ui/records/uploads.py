"""Files that a reader drops on the page, documents or question sets: kept in the home until they are added or given up.

    <home>/uploads/<batch>/<name>     as dropped, not read yet
    <home>/library/<collection>/      where a file is said to come from once it is added

The copy that counts is the index's own. A file of the same name, dropped into the same
collection again, replaces the one before, because it comes from the same place.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path, PurePosixPath

from corpus.errors import DocumentError
from corpus.load import SUFFIXES
from corpus.settings import CorpusSettings

FOLDER = "uploads"
LIBRARY = "library"
NAME_MAX_BYTES = 200
COLLECTION_LENGTH = 40
BATCH_MAX_FILES = 1_000

_BATCH = re.compile(r"[0-9a-f]{8,32}")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')


def find_batch(home: Path, batch: str) -> Path:
    """Return the folder of a batch, which may not be there yet.

    Raises
    ------
    DocumentError
        ``batch`` is no name of one.
    """
    if not _BATCH.fullmatch(batch):
        raise DocumentError("no such upload: load the page anew, then drop the files again")
    return home / FOLDER / batch


def clean_name(name: str, suffixes: Sequence[str] = SUFFIXES) -> str:
    """Return a file's name without folders and without what a file system refuses.

    Raises
    ------
    DocumentError
        Its suffix is none of ``suffixes``, or nothing of a name is left.
    """
    plain = _UNSAFE.sub("_", PurePosixPath(name.replace("\\", "/")).name).strip(" .")
    path = PurePosixPath(plain.encode("utf-8", "replace").decode())
    stem, suffix = path.stem, path.suffix
    if suffix.lower() not in suffixes or not stem.strip("._ "):
        formats = f"{', '.join(suffixes[:-1])} or {suffixes[-1]}"
        raise DocumentError(f"{plain[:80]}: not a file that is read here; save it as {formats}")
    while len((stem + suffix).encode()) > NAME_MAX_BYTES:
        stem = stem[:-1]
    return stem + suffix


def clean_collection(name: str) -> str:
    """Return the name of a collection as a folder may be called; 「我的文件」 where there is none."""
    plain = " ".join(_UNSAFE.sub(" ", name.encode("utf-8", "replace").decode()).split()).strip(" .")
    return plain[:COLLECTION_LENGTH].strip(" .") or "我的文件"


async def receive_file(
    home: Path,
    batch: str,
    name: str,
    body: AsyncIterator[bytes],
    limits: CorpusSettings,
    *,
    suffixes: Sequence[str] = SUFFIXES,
) -> str:
    """Keep a file that comes in pieces; return the name it has. It is there whole, or not at all.

    Raises
    ------
    DocumentError
        It is too large, its suffix is none of ``suffixes``, or the batch holds too many.
    """
    folder, plain = find_batch(home, batch), clean_name(name, suffixes)
    folder.mkdir(parents=True, exist_ok=True)
    if sum(1 for _ in folder.iterdir()) >= BATCH_MAX_FILES:
        raise DocumentError(f"more than {BATCH_MAX_FILES:,} files at once: add these first, or put them in a zip")
    part, size = folder / f"{plain}.part", 0
    try:
        with part.open("wb") as file:
            async for piece in body:
                size += len(piece)
                if size > limits.file_max_bytes:
                    raise DocumentError(f"{plain}: larger than {limits.file_max_bytes:,} bytes; split it")
                file.write(piece)
        part.replace(folder / plain)
    except OSError as error:
        raise DocumentError(f"{plain}: could not be kept ({error.strerror}): see that the disk has room") from error
    finally:
        part.unlink(missing_ok=True)
    return plain


def list_files(home: Path, batch: str) -> list[Path]:
    """Return the whole files of a batch, by name."""
    folder = find_batch(home, batch)
    return sorted(path for path in folder.iterdir() if path.suffix != ".part") if folder.is_dir() else []


def move_into_library(home: Path, files: Sequence[Path], collection: str) -> list[Path]:
    """Put files where a collection's come from; return where they are now."""
    folder = home / LIBRARY / clean_collection(collection)
    folder.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.move(file, folder / file.name)) for file in files]


def drop_batch(home: Path, batch: str) -> None:
    """Forget the files of a batch."""
    shutil.rmtree(find_batch(home, batch), ignore_errors=True)


def drop_uploads(home: Path) -> None:
    """Forget what earlier servers of this home were sent and never added."""
    shutil.rmtree(home / FOLDER, ignore_errors=True)
