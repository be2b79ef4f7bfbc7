"""Files sent to the page: bounded, whole or not there, and never outside the home."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect

from corpus.errors import DocumentError
from corpus.settings import CorpusSettings
from ui.records.uploads import (
    BATCH_MAX_FILES,
    clean_collection,
    clean_name,
    drop_batch,
    drop_uploads,
    find_batch,
    list_files,
    move_into_library,
    receive_file,
)

BATCH = "0123456789abcdef"
LIMITS = CorpusSettings(file_max_bytes=10)


async def send(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def run(coroutine: Coroutine[Any, Any, str]) -> str:
    # A loop of its own: asyncio.run would let go of the one that Gradio left open, which is a warning, here an error.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        return runner.run(coroutine)


def receive(home: Path, name: str, *pieces: bytes, batch: str = BATCH) -> str:
    return run(receive_file(home, batch, name, send(*pieces), LIMITS))


def test_a_file_is_kept_under_its_own_name(tmp_path: Path) -> None:
    assert receive(tmp_path, "办法.md", b"12345", b"67890") == "办法.md"
    (path,) = list_files(tmp_path, BATCH)
    assert path.read_bytes() == b"1234567890"
    assert path.parent == find_batch(tmp_path, BATCH)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/a.md", "a.md"),
        ("C:\\x\\b.TXT", "b.TXT"),
        ("a\x00\u202eb:c.md", "a__b_c.md"),
        ("a" * 300 + ".md", "a" * 197 + ".md"),
    ],
)
def test_a_name_is_no_path_and_harmless(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@pytest.mark.parametrize("name", ["", ".md", "...md", "x.exe", "x.py", "x", "..", " .md"])
def test_a_name_that_is_not_read_is_refused(name: str) -> None:
    with pytest.raises(DocumentError, match="not a file that is read"):
        clean_name(name)


@given(st.text())
def test_any_name_is_refused_or_one_plain_file_name(name: str) -> None:
    try:
        kept = clean_name(f"{name}.md")
    except DocumentError:
        return
    assert Path(kept).name == kept
    assert len(kept.encode()) <= 200


@given(st.text())
def test_any_collection_is_one_plain_folder_name(name: str) -> None:
    kept = clean_collection(name)
    assert kept not in ("", ".", "..")
    assert Path(kept).name == kept


def test_a_file_that_is_too_large_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="larger than 10 bytes"):
        receive(tmp_path, "a.md", b"123456", b"78901")
    assert list(find_batch(tmp_path, BATCH).iterdir()) == []


def test_a_file_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"12"
        raise ClientDisconnect

    with pytest.raises(ClientDisconnect):
        run(receive_file(tmp_path, BATCH, "a.md", broken(), LIMITS))
    assert list(find_batch(tmp_path, BATCH).iterdir()) == []


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    folder = find_batch(tmp_path, BATCH)
    folder.mkdir(parents=True)
    for number in range(BATCH_MAX_FILES):
        (folder / f"{number}.md").touch()
    with pytest.raises(DocumentError, match="1,000 files at once"):
        receive(tmp_path, "a.md", b"1")


@pytest.mark.parametrize("batch", ["", "..", "x" * 16, "0123", "../0123456789", "A123456789ABCDEF", "0" * 40])
def test_a_batch_that_is_none_is_refused(tmp_path: Path, batch: str) -> None:
    for use in (find_batch, list_files, drop_batch):
        with pytest.raises(DocumentError, match="no such upload"):
            use(tmp_path, batch)


def test_files_come_from_their_collection_once_they_are_added(tmp_path: Path) -> None:
    receive(tmp_path, "a.md", b"1")
    (moved,) = move_into_library(tmp_path, list_files(tmp_path, BATCH), "../我的/法规 ")
    assert moved.read_bytes() == b"1"
    assert moved.relative_to(tmp_path).parts[0] == "library"
    assert len(moved.relative_to(tmp_path).parts) == 3
    assert list_files(tmp_path, BATCH) == []
    receive(tmp_path, "a.md", b"2")
    assert move_into_library(tmp_path, list_files(tmp_path, BATCH), "../我的/法规 ") == [moved]
    assert moved.read_bytes() == b"2"


def test_what_was_never_added_is_forgotten(tmp_path: Path) -> None:
    receive(tmp_path, "a.md", b"1")
    drop_batch(tmp_path, BATCH)
    assert list_files(tmp_path, BATCH) == []
    receive(tmp_path, "a.md", b"1")
    drop_uploads(tmp_path)
    drop_uploads(tmp_path)
    assert list_files(tmp_path, BATCH) == []
