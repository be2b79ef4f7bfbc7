"""Zip archives to the files in them, unpacked under names of our own."""

from __future__ import annotations

import errno
import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus.errors import DocumentError
from corpus.settings import CorpusSettings

INSIDE = "!/"
"""What stands between the path of an archive and the name of a file in it."""

_UTF8_NAMES = 0x800
_ENCRYPTED = 0x1
_SMALL = 1_000_000
"""Up to this size a file may be packed as well as it can be: it does no harm."""
_BLOCK = 1 << 20
_SUFFIX = ".zip"
_WORD = "word/document.xml"
_REMADE = "unpack it yourself and add the folder"


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its name there, and where it was unpacked to, or why it was not."""

    name: str
    path: Path | None = None
    reason: str = ""


def unpack_archive(path: Path, folder: Path, limits: CorpusSettings, *, suffixes: tuple[str, ...]) -> Iterator[Member]:
    """Unpack the files of a zip archive that end in one of ``suffixes`` into ``folder``, sorted by name.

    They are named by number, never by what the archive calls them. Hidden files and those
    of other formats are passed over, as in a folder. A file that cannot be unpacked (it is
    encrypted, a link, or named so as to leave the archive) is a ``Member`` with a reason.

    Raises
    ------
    DocumentError
        It is no zip archive, is cut short, or unpacks to more than the limits allow.
    """
    try:
        archive = zipfile.ZipFile(path)
    except UnicodeDecodeError as error:
        raise DocumentError(f"the names in it are in no known encoding; {_REMADE}") from error
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DocumentError(f"not a zip archive, or cut short ({error}); fetch it again") from error
    with archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        _check_sizes(members, limits)
        if any(info.filename == _WORD for info in members):
            raise DocumentError("a Word document under the name .zip; rename it to .docx")
        named = sorted(((_read_name(info), info) for info in members), key=lambda pair: pair[0])
        for count, (name, info) in enumerate(named):
            suffix = PurePosixPath(name).suffix.lower()
            if (suffix not in suffixes and suffix != _SUFFIX) or _is_hidden(name):
                continue
            reason = _find_fault(name, info, limits)
            if suffix == _SUFFIX:
                reason = f"an archive inside an archive is not read; {_REMADE}"
            elif count and named[count - 1][0] == name:
                reason = reason or f"there is another file of this name in the archive; {_REMADE}"
            target = folder / f"{count:06d}{suffix}"
            if not reason:
                reason = _extract(archive, info, target)
            yield Member(name, None if reason else target, reason)


def _check_sizes(members: list[zipfile.ZipInfo], limits: CorpusSettings) -> None:
    if len(members) > limits.archive_max_files:
        raise DocumentError(f"holds {len(members):,} files, more than the {limits.archive_max_files:,} that are read")
    unpacked = sum(info.file_size for info in members)
    if unpacked > limits.unpacked_max_bytes:
        raise DocumentError(
            f"unpacks to {unpacked / 1e6:,.0f} MB, more than the {limits.unpacked_max_bytes / 1e6:,.0f} MB allowed; "
            + _REMADE
        )


def _find_fault(name: str, info: zipfile.ZipInfo, limits: CorpusSettings) -> str:
    """Return why a file is not unpacked, "" where it may be."""
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or ":" in parts[0]:
        return f"its name leads out of the archive; {_REMADE}"
    if stat.S_ISLNK(info.external_attr >> 16):
        return f"a link, not a file; {_REMADE}"
    if info.flag_bits & _ENCRYPTED:
        return f"encrypted; {_REMADE}"
    if info.file_size > limits.file_max_bytes:
        return f"{info.file_size / 1e6:,.0f} MB is more than the {limits.file_max_bytes / 1e6:,.0f} MB that are read"
    if info.file_size > _SMALL and info.file_size > limits.compression_ratio_max * max(info.compress_size, 1):
        return f"unpacks to more than {limits.compression_ratio_max} times its size, as no document does"
    return ""


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> str:
    """Write a file to ``target`` and return "", or the reason why it cannot be unpacked."""
    try:
        with archive.open(info) as source, target.open("wb") as file:
            while block := source.read(_BLOCK):
                file.write(block)
    except NotImplementedError:
        return f"packed in a way that is not read; {_REMADE}"
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError) as error:
        target.unlink(missing_ok=True)
        room = getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT}
        return f"cannot be unpacked ({error}); {'free some space' if room else 'fetch the archive again'}"
    return ""


def _read_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name; one without the UTF-8 flag was mostly written in the writer's own encoding."""
    if info.flag_bits & _UTF8_NAMES:
        return info.filename
    data = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or any(part.startswith(".") and part != ".." for part in parts)
