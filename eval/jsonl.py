"""Read and write JSON Lines: one object a line, every fault named by file and line number."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, cast

from corpus.errors import QuestionSetError, WenceError

LINE_MAX_BYTES = 4_000_000

Record = dict[str, object]


def read_json_lines(path: Path) -> Iterator[tuple[int, Record]]:
    """Yield each line's number, from 1, and its object; blank lines are passed over.

    A name ending in ``.gz`` is decompressed. Lines end at a line feed alone, so that
    other separators may stand inside a text. A byte order mark in front is forgiven.

    Raises
    ------
    QuestionSetError
        The file cannot be read, or a line is longer than ``LINE_MAX_BYTES``, is not
        UTF-8, or is not one JSON object.
    """
    try:
        with open_binary(path) as file:
            number = 0
            while line := file.readline(LINE_MAX_BYTES + 1):
                number += 1
                place = f"{path}, line {number}"
                if len(line) > LINE_MAX_BYTES:
                    raise QuestionSetError(f"{place}: longer than {LINE_MAX_BYTES:,} bytes; put one object on a line")
                record = parse_json_object(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line, place)
                if record is not None:
                    yield number, record
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(path, error) from error


def parse_json_object(line: bytes, place: str) -> Record | None:
    """Return the object that a line holds, ``None`` for a blank line; ``place`` names it in errors."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QuestionSetError(f"{place}: not UTF-8 at byte {error.start + 1}; save the file as UTF-8") from error
    if not text.strip():
        return None
    try:
        value = json.loads(text)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise QuestionSetError(f"{place}: not JSON: {error.msg} at column {error.colno}") from error
    except UnicodeEncodeError as error:
        raise QuestionSetError(f"{place}: half a surrogate pair, which is no character") from error
    except (ValueError, RecursionError) as error:
        raise QuestionSetError(f"{place}: not JSON that can be read: {error}") from error
    if not isinstance(value, dict):
        raise QuestionSetError(f"{place}: a JSON object {{…}} is wanted, this is a {type(value).__name__}")
    return value


def write_json_lines(path: Path, records: Iterable[Mapping[str, object]]) -> int:
    """Write each record as it comes, flushed at once, and return how many there were.

    Raises
    ------
    WenceError
        The file cannot be written.
    """
    count = 0
    try:
        file = path.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise WenceError(f"cannot write {path}: {error.strerror or error}; name another folder with --out") from error
    with file:
        for record in records:
            try:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
                file.flush()
            except OSError as error:
                raise WenceError(f"cannot write {path}: {error.strerror or error}") from error
            count += 1
    return count


def open_binary(path: Path) -> IO[bytes]:
    """Open a file for reading, decompressing it where its name ends in ``.gz``."""
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def unreadable(path: Path, error: Exception) -> QuestionSetError:
    """Return the error that says why a file cannot be read."""
    if isinstance(error, FileNotFoundError):
        return QuestionSetError(f"{path}: no such file")
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return QuestionSetError(f"{path}: cannot be read: {reason}")
