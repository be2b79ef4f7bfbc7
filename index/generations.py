"""Generations of an index in one folder, each whole or absent, and a pointer switched in one atomic step.

<home>/index/current          the name of the generation that serves, one line
<home>/index/<generation>/    its files; those that it shares with the one before are links to the same
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import IndexDamaged
from index.manifest import REBUILD

_GENERATION = re.compile(r"g-[0-9T]+")


def find_generation(home: Path) -> Path | None:
    """Return the folder of the generation that serves (it may be gone), or None where nothing says which.

    Raises
    ------
    IndexDamaged
        The pointer cannot be read, or names no generation.
    """
    pointer = home / "index" / "current"
    try:
        name = pointer.read_text("utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{pointer} cannot be read ({error}): {REBUILD}") from error
    if not _GENERATION.fullmatch(name):
        raise IndexDamaged(f"{pointer} does not name an index: {REBUILD}")
    return home / "index" / name


def list_generations(home: Path) -> list[Path]:
    """Return the generations on disk, newest first: the one that serves, and what a dead or ending writer left."""
    folder = home / "index"
    return sorted((path for path in folder.glob("g-*") if path.is_dir()), key=lambda path: path.name, reverse=True)


def publish_generation(home: Path, fill: Callable[[Path], None]) -> None:
    """Let ``fill`` write a new generation beside the old one, make it durable, then switch to it.

    The caller holds the home's lock. A failure, or death at any instant, leaves the old
    generation serving (or the new one, from the switch on); what it left behind is swept by
    the next call.
    """
    folder = home / "index"
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob("building-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    building = folder / f"building-{stamp}"
    building.mkdir()
    try:
        fill(building)
        _sync_tree(building)
        generation = folder / f"g-{stamp}"
        building.rename(generation)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    _sync_folder(folder)  # the new generation is there before the pointer names it, after a power cut too
    pointer = folder / "current.new"
    with pointer.open("w", encoding="utf-8") as file:
        file.write(generation.name + "\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(folder / "current")
    _sync_folder(folder)
    for old in list_generations(home):
        if old != generation:
            shutil.rmtree(old, ignore_errors=True)


def link_file(source: Path, target: Path) -> None:
    """Let ``target`` be the same file as ``source``, never written again; a copy where that cannot be linked."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_dir():
            _sync_folder(path)
        elif path.stat().st_nlink == 1:  # a link is to a file of the generation before, which was made durable then
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder to sync it; its rename is journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
