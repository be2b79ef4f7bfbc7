"""What a home is at a glance: what it holds, of which make its index is, and what it takes up."""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ui.home import OpenHome


@dataclass(frozen=True, slots=True)
class Overview:
    """What is loaded and where it stands; ``built`` is local time, sizes are bytes on disk."""

    documents: int
    clauses: int
    built: str
    format: int
    encoder: str
    index_bytes: int
    home_bytes: int
    home: Path
    version: str


def take_overview(home: OpenHome) -> Overview:
    """Return what a home is now."""
    manifest = home.wence.index.manifest
    return Overview(
        documents=manifest.documents,
        clauses=manifest.clauses,
        built=_tell_local_time(manifest.built),
        format=manifest.format,
        encoder=manifest.encoder,
        index_bytes=measure_folder(home.folder / "index"),
        home_bytes=measure_folder(home.folder),
        home=home.folder.absolute(),
        version=importlib.metadata.version("wence"),
    )


def measure_folder(folder: Path) -> int:
    """Return the bytes of the files in a folder; one that several names link to counts once."""
    return sum({(stat.st_dev, stat.st_ino): stat.st_size for stat in _list_files(folder)}.values())


def _list_files(folder: Path) -> Iterator[os.stat_result]:
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # gone since it was listed
                yield Path(where, name).lstat()


def _tell_local_time(built: str) -> str:
    try:
        return datetime.fromisoformat(built).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return built
