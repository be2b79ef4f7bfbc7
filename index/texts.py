"""Many texts in one file, each read when it is asked for: a million of them cost no memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]


class Texts(Sequence[str]):
    """The texts of a file, the i-th in the bytes from ``bounds[i]`` to the line break before ``bounds[i + 1]``."""

    def __init__(self, path: Path) -> None:
        self._data = map_bytes(path)
        self._bounds = map_array(_bounds_of(path), np.int64, 1).data

    def __len__(self) -> int:
        return len(self._bounds) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        return str(self._data[self._bounds[place] : self._bounds[place + 1] - 1], "utf-8", "surrogatepass")


def write_texts(path: Path, texts: Iterable[str]) -> None:
    """Write texts one a line, with the offsets in bytes at which they begin beside them (``.npy``)."""
    bounds = [0]
    with path.open("wb") as file:
        for text in texts:
            bounds.append(bounds[-1] + file.write(text.encode("utf-8", "surrogatepass") + b"\n"))
    np.save(_bounds_of(path), np.array(bounds, dtype=np.int64), allow_pickle=False)


def map_bytes(path: Path) -> memoryview:
    """Return the bytes of a file, read from disk when they are asked for."""
    if not path.stat().st_size:  # an empty file cannot be mapped
        return memoryview(b"")
    return np.memmap(path, dtype=np.uint8, mode="r").data


def map_array(path: Path, dtype: npt.DTypeLike, dimensions: int) -> npt.NDArray[np.int64]:
    """Return the array of an ``.npy`` file, read from disk when asked for; ValueError where it is of another kind."""
    mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    if not np.issubdtype(mapped.dtype, dtype) or mapped.ndim != dimensions:
        raise ValueError(f"{path.name} is not the table that it should be")
    return np.asarray(mapped)


def _bounds_of(path: Path) -> Path:
    return path.with_name(path.name + ".npy")
