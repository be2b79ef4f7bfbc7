"""Text to terms: one normal form for matching, jieba words and character bigrams for BM25."""

from __future__ import annotations

import functools
import re
import threading
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[a-z0-9]+(?:\.[0-9]+)?")
_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaffa-z0-9]")
_LOCK = threading.Lock()


def normalise(text: str) -> str:
    """Return the form in which texts are matched: NFKC, lower case, simplified characters.

    Not length-preserving; never use it where offsets matter.
    """
    return simplify(unicodedata.normalize("NFKC", text)).lower()


def simplify(text: str) -> str:
    """Return ``text`` in simplified characters, one for one where OpenCC's ``t2s`` is."""
    return str(_open_converter()(text))


def segment_words(text: str) -> list[str]:
    """Return the words of ``text`` in order, as jieba cuts them, without punctuation."""
    return [word for word in _open_tokenizer().cut(normalise(text)) if _WORD.search(word)]


def segment_bigrams(text: str) -> list[str]:
    """Return the character bigrams of each Chinese run (a lone character as itself) and whole Latin words."""
    terms: list[str] = []
    for run in _RUN.findall(normalise(text)):
        if run[0].isascii() or len(run) == 1:
            terms.append(run)
        else:
            terms.extend(run[i : i + 2] for i in range(len(run) - 1))
    return terms


@functools.cache
def _open_converter() -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def _open_tokenizer() -> jieba.Tokenizer:
    with _LOCK:
        return _load_tokenizer()


@functools.cache
def _load_tokenizer() -> jieba.Tokenizer:
    import jieba

    # jieba would write a cache file to the shared temporary folder and read it back with marshal.
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
