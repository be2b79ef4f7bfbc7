"""The folder that a run is written to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from corpus.errors import WenceError


def open_folder(folder: Path, names: Iterable[str]) -> None:
    """Make the folder where there is none, and remove an earlier run's files of these names.

    A report of an earlier run must not be left to stand beside answers of a later one.

    Raises
    ------
    WenceError
        It cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise WenceError(f"cannot write to {folder}: {error.strerror or error}; name another with --out") from error
