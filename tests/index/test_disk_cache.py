import sqlite3
from pathlib import Path

import pytest

from index import disk_cache
from index.disk_cache import DiskCache

KEY, OTHER = b"k" * 32, b"o" * 32
VALUE = b"what was made"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cache that holds VALUE under KEY."""
    path = tmp_path / "cache" / "cache.sqlite"
    with DiskCache(path) as cache:
        cache.put({KEY: VALUE})
    return path


def read(path: Path) -> dict[bytes, bytes]:
    with DiskCache(path) as cache:
        return cache.get([KEY, OTHER, KEY])


def holds(path: Path) -> bool:
    return read(path) == {KEY: VALUE}


def test_what_is_put_is_there_the_next_time(path: Path) -> None:
    assert holds(path)


def test_what_is_cleared_is_gone(path: Path) -> None:
    with DiskCache(path) as cache:
        cache.clear()
    assert read(path) == {}


def test_without_a_path_nothing_is_kept() -> None:
    with DiskCache(None) as cache:
        cache.put({KEY: VALUE})
        assert cache.get([KEY]) == {}


@pytest.mark.parametrize("data", [b"not a database at all" * 50, b"\0" * 4096, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_file_that_is_no_database_is_begun_anew(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with DiskCache(path) as cache:
        assert cache.get([KEY]) == {}
        cache.put({KEY: VALUE})
    assert holds(path)


def test_a_database_with_another_table_is_begun_anew(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE entries (other TEXT)")
    connection.close()
    with DiskCache(path) as cache:
        cache.put({KEY: VALUE})
    assert holds(path)


def test_damage_met_while_reading_gives_what_is_whole_and_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    keys = [bytes([i]) * 32 for i in range(250)]
    wide = bytes(2048)
    with DiskCache(path) as cache:
        cache.put(dict.fromkeys(keys, wide))
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xa5" * (len(data) - 8192)
    path.write_bytes(data)
    with DiskCache(path) as cache:
        assert set(cache.get(keys).values()) <= {wide}
        cache.put({KEY: VALUE})
    assert holds(path)


@pytest.mark.parametrize("data", ["text", 7, None])
def test_what_is_not_bytes_is_not_known(path: Path, data: object) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE entries SET value = ?", (data,))
    connection.close()
    assert read(path) == {}


@pytest.mark.parametrize("end", ["-journal", "-wal", "-shm"])
def test_what_lies_beside_a_damaged_file_is_dropped_with_it(path: Path, end: str) -> None:
    path.write_bytes(b"damaged" * 500)
    beside = path.with_name(path.name + end)
    beside.write_bytes(bytes.fromhex("d9d505f920a163d7") + b"\x01" * 1000)
    with DiskCache(path) as cache:
        cache.put({KEY: VALUE})
    assert not beside.exists()
    assert holds(path)


def test_a_file_that_another_process_writes_to_is_done_without_and_left_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(disk_cache, "LOCK_SECONDS", 0.0)
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    with DiskCache(path) as cache:
        cache.put({OTHER: VALUE})
        assert cache.get([KEY, OTHER]) == {}
    other.close()
    assert "going on without it" in caplog.text
    assert holds(path)


@pytest.mark.parametrize("blocked", ["the folder is a file", "the file is a folder"])
def test_a_place_that_cannot_be_written_is_done_without(
    tmp_path: Path, blocked: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "cache" / "cache.sqlite"
    if blocked == "the file is a folder":
        path.mkdir(parents=True)
    else:
        path.parent.write_text("")
    with DiskCache(path) as cache:
        cache.put({KEY: VALUE})
        assert cache.get([KEY]) == {}
    assert "going on without it" in caplog.text


def test_a_disk_that_fills_up_costs_the_cache_and_nothing_else(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with DiskCache(path) as cache:
        assert cache._connection is not None
        cache._connection.execute("PRAGMA max_page_count = 3")
        cache.put({bytes([i]) * 32: bytes(16_384) for i in range(9)})
        cache.put({OTHER: VALUE})
    assert "going on without it" in caplog.text
    assert holds(path)
