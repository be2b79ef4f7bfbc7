"""The words of texts, dear to find, kept between builds by a hash of the text and of the code that finds them."""

from __future__ import annotations

import functools
import hashlib
import logging
import zlib
from collections.abc import Sequence
from pathlib import Path

from index.disk_cache import DiskCache
from index.segment import segment_words

BLOCK = 1_000
_BETWEEN = "\0"

log = logging.getLogger(__name__)


def segment_kept(texts: Sequence[str], cache: Path) -> list[list[str]]:
    """Return the words of each text, taking known ones from ``cache`` and keeping there what is new."""
    found: list[list[str]] = []
    with DiskCache(cache) as store:
        for begin in range(0, len(texts), BLOCK):
            block = texts[begin : begin + BLOCK]
            keys = [_make_key(text) for text in block]
            kept = {key: words for key, data in store.get(keys).items() if (words := _unpack(data)) is not None}
            fresh = {key: segment_words(text) for key, text in zip(keys, block, strict=True) if key not in kept}
            store.put({key: zlib.compress(_BETWEEN.join(words).encode(), 1) for key, words in fresh.items()})
            found += [kept[key] if key in kept else fresh[key] for key in keys]
    return found


@functools.cache
def hash_segmentation() -> bytes:
    """Return a hash of the code that cuts texts into words and bigrams."""
    return hashlib.sha256(Path(segment_words.__code__.co_filename).read_bytes()).digest()


def _make_key(text: str) -> bytes:
    return hashlib.sha256(hash_segmentation() + text.encode("utf-8", "surrogatepass")).digest()


def _unpack(data: bytes) -> list[str] | None:
    """Return the words, None where they are damaged: they are then found again."""
    try:
        words = zlib.decompress(data).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        log.warning("the words kept of a text are damaged (%s): they are found again", error)
        return None
    return words.split(_BETWEEN) if words else []
