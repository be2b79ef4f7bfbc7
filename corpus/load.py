"""Files to their text: which files are read, and by which reader.

A reader takes a file's bytes and the limits, and returns the ``SourceText``; each format
has a module of its own in ``corpus/formats/``, loaded when a file of it is read.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.decode import decode_bytes
from corpus.errors import DocumentError, UnsupportedFormat
from corpus.model import SourceText

if TYPE_CHECKING:
    from corpus.settings import CorpusSettings

TEXT_SUFFIXES = (".md", ".txt")
ARCHIVE_SUFFIX = ".zip"
_TABLES = (".xlsx", ".csv", ".tsv")
_OFFICE = (".doc", ".wps", ".rtf")
SUFFIXES = (*TEXT_SUFFIXES, ".html", ".htm", ".docx", ".pdf", ".ofd", *_TABLES, *_OFFICE, ARCHIVE_SUFFIX)
"""The formats that are read, by the end of the file's name."""

_ADVICE = {
    ".rar": "unpack it and add the folder",
    ".7z": "unpack it and add the folder",
    ".xls": "save it as .xlsx",
    ".et": "save it as .xlsx",
    ".mht": "open it in a browser and save it as .html",
    ".mhtml": "open it in a browser and save it as .html",
    ".ceb": "print it to .pdf",
    ".caj": "print it to .pdf",
    ".jpg": "run OCR on it and save the text",
    ".png": "run OCR on it and save the text",
}
_HIDDEN = (".", "~$")
"""How the names of files and folders begin that are passed over."""
_EMPTY = "the file is empty; check that it was saved whole"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoadedDocument:
    """A document that a file holds: its text and the name that it goes by.

    ``part`` names it among several in one file (the laws of a table), "" where the file
    holds one.
    """

    part: str
    content: SourceText


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files to ingest: the files named, and for each folder those in it that are read, sorted.

    A file that is named is returned whatever its suffix (``load_file`` then says what
    is wrong with it); hidden files and folders inside a folder are passed over.

    Raises
    ------
    DocumentError
        A path does not exist, or a folder holds nothing that can be read.
    """
    found: dict[Path, None] = {}
    for path in paths:
        try:
            found.update(dict.fromkeys(_expand(path)))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise DocumentError(
                f"{str(path)[:200]}: cannot be read ({reason}); check the path and its rights"
            ) from error
    return list(found)


def _expand(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(_walk(path))
        if not inside:
            raise DocumentError(
                f"{path}: nothing to read in this folder; put {name_formats()} files there, or name another folder"
            )
        return inside
    if not path.exists():
        raise DocumentError(f"{path}: no such file or folder; check the path")
    return [path]


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder that are read; one in it that may not be entered is told of, and passed over."""

    def pass_over(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise error
        log.warning("%r cannot be entered (%s): what it holds is not read", error.filename, error.strerror)

    for parent, folders, names in os.walk(folder, onerror=pass_over):
        folders[:] = [name for name in folders if not name.startswith(_HIDDEN)]
        for name in names:
            file = Path(parent, name)
            if file.suffix.lower() in SUFFIXES and not name.startswith(_HIDDEN) and _is_file(file):
                yield file


def _is_file(path: Path) -> bool:
    """Say whether a path is a file; one that cannot be looked at is, and its reader says what is wrong."""
    try:
        return path.is_file()
    except OSError:
        return True


def load_file(path: Path, limits: CorpusSettings, *, name: str = "") -> list[LoadedDocument]:
    """Return the documents that a file holds, nearly always one; ``name`` is what errors call it (the path).

    Raises
    ------
    UnsupportedFormat
        The suffix is not one of ``SUFFIXES``, or is an archive's.
    DocumentError
        The file cannot be opened, is empty, too large or damaged, or is not what its suffix says.
    """
    with _naming(name or str(path)):
        _check(path, limits)
        return _load(path, limits)


def check_file(path: Path, limits: CorpusSettings, *, name: str = "") -> None:
    """See, without reading it, that a file may be read. Raises as ``load_file`` does."""
    with _naming(name or str(path)):
        _check(path, limits)


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Put the file's name before what is wrong with it."""
    try:
        yield
    except DocumentError as error:
        raise type(error)(f"{name}: {error}") from error


def _check(path: Path, limits: CorpusSettings) -> None:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES or suffix == ARCHIVE_SUFFIX:
        advice = _ADVICE.get(suffix, f"save it as {name_formats()}")
        raise UnsupportedFormat(f"{path.suffix or 'a file without suffix'} is not read; {advice}")
    try:
        if not path.is_file():
            raise DocumentError(f"not a file; name a {name_formats()} file or a folder of them")
        size = path.stat().st_size
    except OSError as error:
        raise DocumentError(f"cannot be opened ({error.strerror or error}); check the file") from error
    if size > limits.file_max_bytes:
        most = limits.file_max_bytes / 1e6
        raise DocumentError(f"{size / 1e6:.0f} MB is more than the {most:.0f} MB that are read; split the file")


def _load(path: Path, limits: CorpusSettings) -> list[LoadedDocument]:
    suffix = path.suffix.lower()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"cannot be opened ({error.strerror or error}); check the file") from error
    if not data.strip():
        raise DocumentError(_EMPTY)
    try:
        documents = _read(data, suffix, limits)
    except DocumentError:
        raise
    except MemoryError as error:
        raise DocumentError("needs more memory than a document may take; split it") from error
    except Exception as error:
        # What the formats' libraries raise on broken bytes has no end, and one bad file must not stop the rest.
        log.debug("%s cannot be read", path, exc_info=True)
        raise DocumentError(
            f"damaged, or not a {suffix} file ({type(error).__name__}); open it in its own program and save it again"
        ) from error
    for document in documents:
        if len(document.content.text) > limits.text_max_characters:
            raise DocumentError(f"holds more than {limits.text_max_characters:,} characters; split it")
    if not any(document.content.text.strip() for document in documents):
        raise DocumentError(_EMPTY)
    return documents


def _read(data: bytes, suffix: str, limits: CorpusSettings) -> list[LoadedDocument]:
    """Give the bytes to the reader of their format."""
    if suffix in TEXT_SUFFIXES:
        return [LoadedDocument("", read_text(data))]
    if suffix in _TABLES:
        from corpus.formats.table import read_table

        return [LoadedDocument(one.name, one.content) for one in read_table(data, limits, suffix=suffix)]
    if suffix in _OFFICE:
        from corpus.formats.office import read_office

        return [LoadedDocument("", read_office(data, limits, suffix=suffix))]
    if suffix in (".html", ".htm"):
        from corpus.formats.html import read_html as read
    elif suffix == ".docx":
        from corpus.formats.docx import read_docx as read
    elif suffix == ".pdf":
        from corpus.formats.pdf import read_pdf as read
    else:
        from corpus.formats.ofd import read_ofd as read
    return [LoadedDocument("", read(data, limits))]


def read_document(path: Path) -> str:
    """Return the text of a file that holds one document, within the usual limits. Raises as ``load_file`` does."""
    from corpus.settings import CorpusSettings

    return load_file(path, CorpusSettings())[0].content.text


def read_text(data: bytes) -> SourceText:
    r"""Return plain text or Markdown unaltered: line breaks (``\r\n`` too) as they are, a byte order mark dropped.

    Raises
    ------
    DocumentError
        The bytes are not text.
    """
    decoded = decode_bytes(data)
    if decoded is None:
        raise DocumentError("not text; open it in its own program and save it as UTF-8 text")
    places = "1 place" if decoded.lost == 1 else f"{decoded.lost:,} places"
    note = f"{places} could not be decoded as {decoded.encoding}: marked as damaged, never cited"
    return SourceText(decoded.text, notes=(note,) if decoded.lost else ())


def name_formats() -> str:
    """Return the formats that are read, as a message names them."""
    return ", ".join(SUFFIXES[:-1]) + " or " + SUFFIXES[-1]
