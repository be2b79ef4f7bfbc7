import sqlite3
from pathlib import Path

import numpy as np
import pytest

from index import vector_cache
from index.vector_cache import VectorCache

KEY, OTHER = b"k" * 32, b"o" * 32
VECTOR = np.array([0.6, 0.8, 0.0], dtype=np.float32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cache that holds VECTOR under KEY."""
    path = tmp_path / "cache" / "vectors.sqlite"
    with VectorCache(path) as cache:
        cache.put({KEY: VECTOR})
    return path


def read(path: Path) -> dict[bytes, list[float]]:
    with VectorCache(path) as cache:
        return {key: vector.tolist() for key, vector in cache.get([KEY, OTHER, KEY]).items()}


def holds(path: Path) -> bool:
    return read(path) == {KEY: VECTOR.tolist()}


def test_what_is_put_is_there_the_next_time(path: Path) -> None:
    assert holds(path)


def test_what_is_cleared_is_gone(path: Path) -> None:
    with VectorCache(path) as cache:
        cache.clear()
    assert read(path) == {}


def test_without_a_path_nothing_is_kept() -> None:
    with VectorCache(None) as cache:
        cache.put({KEY: VECTOR})
        assert cache.get([KEY]) == {}


@pytest.mark.parametrize("data", [b"not a database at all" * 50, b"\0" * 4096, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_file_that_is_no_database_is_begun_anew(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with VectorCache(path) as cache:
        assert cache.get([KEY]) == {}
        cache.put({KEY: VECTOR})
    assert holds(path)


def test_a_database_with_another_table_is_begun_anew(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE vectors (other TEXT)")
    connection.close()
    with VectorCache(path) as cache:
        cache.put({KEY: VECTOR})
    assert holds(path)


def test_damage_met_while_reading_gives_what_is_whole_and_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "vectors.sqlite"
    keys = [bytes([i]) * 32 for i in range(250)]
    wide = np.full(512, 512**-0.5, dtype=np.float32)
    with VectorCache(path) as cache:
        cache.put(dict.fromkeys(keys, wide))
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xa5" * (len(data) - 8192)
    path.write_bytes(data)
    with VectorCache(path) as cache:
        assert all((vector == wide).all() for vector in cache.get(keys).values())
        cache.put({KEY: VECTOR})
    assert holds(path)


@pytest.mark.parametrize("data", [b"abc", b"", np.float32([9, 9, 9]).tobytes(), b"\xff" * 12, "text", 7, None])
def test_what_is_no_unit_vector_is_not_known(path: Path, data: object) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE vectors SET vector = ?", (data,))
    connection.close()
    assert read(path) == {}


@pytest.mark.parametrize("end", ["-journal", "-wal", "-shm"])
def test_what_lies_beside_a_damaged_file_is_dropped_with_it(path: Path, end: str) -> None:
    path.write_bytes(b"damaged" * 500)
    beside = path.with_name(path.name + end)
    beside.write_bytes(bytes.fromhex("d9d505f920a163d7") + b"\x01" * 1000)
    with VectorCache(path) as cache:
        cache.put({KEY: VECTOR})
    assert not beside.exists()
    assert holds(path)


def test_a_file_that_another_process_writes_to_is_done_without_and_left_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(vector_cache, "LOCK_SECONDS", 0.0)
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    with VectorCache(path) as cache:
        cache.put({OTHER: VECTOR})
        assert cache.get([KEY, OTHER]) == {}
    other.close()
    assert "going on without it" in caplog.text
    assert holds(path)


@pytest.mark.parametrize("blocked", ["the folder is a file", "the file is a folder"])
def test_a_place_that_cannot_be_written_is_done_without(
    tmp_path: Path, blocked: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "cache" / "vectors.sqlite"
    if blocked == "the file is a folder":
        path.mkdir(parents=True)
    else:
        path.parent.write_text("")
    with VectorCache(path) as cache:
        cache.put({KEY: VECTOR})
        assert cache.get([KEY]) == {}
    assert "going on without it" in caplog.text


def test_a_disk_that_fills_up_costs_the_cache_and_nothing_else(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with VectorCache(path) as cache:
        assert cache._connection is not None
        cache._connection.execute("PRAGMA max_page_count = 3")
        cache.put({bytes([i]) * 32: np.full(4096, 1 / 64, dtype=np.float32) for i in range(9)})
        cache.put({OTHER: VECTOR})
    assert "going on without it" in caplog.text
    assert holds(path)
