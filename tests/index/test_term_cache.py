import sqlite3
import zlib
from pathlib import Path

import pytest

from index.segment import segment_words
from index.term_cache import segment_kept

TEXTS = ["经营者应当备案。", "", "？！", "质量\ud800提升", "经营者应当备案。"]
WORDS = [segment_words(text) for text in TEXTS]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    path = tmp_path / "words.sqlite"
    assert segment_kept(TEXTS, path) == WORDS
    return path


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    def segment(text: str) -> list[str]:
        raise AssertionError(f"segmented again: {text}")

    monkeypatch.setattr("index.term_cache.segment_words", segment)


def test_words_kept_are_not_found_again(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid(monkeypatch)
    assert segment_kept(TEXTS, cache) == WORDS


def test_words_that_other_code_found_are_found_again(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.term_cache.hash_segmentation", lambda: b"other")
    forbid(monkeypatch)
    with pytest.raises(AssertionError, match="segmented again"):
        segment_kept(TEXTS, cache)


@pytest.mark.parametrize("data", [b"", b"garbage", zlib.compress(b"\xff\xfe")])
def test_damaged_words_are_found_again(cache: Path, data: bytes) -> None:
    connection = sqlite3.connect(cache)
    with connection:
        connection.execute("UPDATE entries SET value = ?", (data,))
    connection.close()
    assert segment_kept(TEXTS, cache) == WORDS
