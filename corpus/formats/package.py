"""Zip packages (.docx, .xlsx, .ofd): opened only when what they unpack to is within the limits."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from corpus.errors import DocumentError
from corpus.settings import CorpusSettings

_SMALL = 1_000_000
"""Members that unpack to less may be packed as tightly as they like."""
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, EOFError, OSError, struct.error)
"""What the zip library raises on a file that is no zip or is damaged."""


def open_package(data: bytes, limits: CorpusSettings) -> zipfile.ZipFile:
    """Open a zip package for reading, once it is seen to unpack to no more than the limits allow.

    The sizes are those that the package declares of its members; the zip library never
    unpacks a member beyond its declared size.

    Raises
    ------
    DocumentError
        The bytes are no zip package, or are beyond the limits.
    """
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise DocumentError("the file is cut short or damaged: save it again in its own program") from error
    members = package.infolist()
    if len(members) > limits.archive_max_files:
        raise DocumentError(
            f"the file is packed of {len(members)} parts, more than the {limits.archive_max_files} that are read: "
            "save it again in its own program"
        )
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise DocumentError("the file is protected by a password: save it without one")
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_max_bytes:
        raise DocumentError(
            f"the file unpacks to {unpacked / 1e6:.0f} MB, more than the {limits.unpacked_max_bytes / 1e6:.0f} MB "
            "that are read: split the document"
        )
    for member in members:
        if member.file_size > max(_SMALL, member.compress_size * limits.compression_ratio_max):
            raise DocumentError(
                f"a part of the file unpacks to more than {limits.compression_ratio_max} times its size, as a "
                "zip bomb does: save the file again in its own program"
            )
    return package


def read_member(package: zipfile.ZipFile, name: str) -> bytes | None:
    """Return the bytes of a member, None where the package has none of this name.

    Raises
    ------
    DocumentError
        The member is damaged or packed in a way that is not read.
    """
    try:
        member = package.getinfo(name)
    except KeyError:
        return None
    try:
        return package.read(member)
    except (*_BROKEN, RuntimeError, zlib.error) as error:
        raise DocumentError("a part of the file is damaged: save it again in its own program") from error
