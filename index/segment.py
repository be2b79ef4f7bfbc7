"""Text to terms: one normal form for matching, jieba words and character bigrams for BM25."""

from __future__ import annotations

import functools
import re
import threading
import unicodedata
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[a-z0-9]+(?:\.[0-9]+)?")
_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaffa-z0-9]")
_LONE_SURROGATES = re.compile(r"[\ud800-\udfff]")
_STRETCH = 2_000
"""How many characters jieba is given at a time: its time grows with the square of a run it does not know."""
_LOCK = threading.Lock()


def normalise(text: str) -> str:
    """Return the form in which texts are matched: NFKC, lower case, simplified characters.

    Not length-preserving; never use it where offsets matter.
    """
    return simplify(unicodedata.normalize("NFKC", text)).lower()


def simplify(text: str) -> str:
    """Return ``text`` in simplified characters, one for one where OpenCC's ``t2s`` is; lone surrogates become ``?``."""
    return str(_open_converter()(_LONE_SURROGATES.sub("?", text)))


def segment_words(text: str) -> list[str]:
    """Return the words of ``text`` in order, as jieba cuts them, without punctuation."""
    tokenizer = _open_tokenizer()
    plain = normalise(text)
    stretches = (plain[begin : begin + _STRETCH] for begin in range(0, len(plain), _STRETCH))
    return [word for stretch in stretches for word in tokenizer.cut(stretch) if _WORD.search(word)]


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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its source has escapes that newer Pythons warn of when they compile it
        import jieba

    # jieba would write a cache file to the shared temporary folder and read it back with marshal.
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
