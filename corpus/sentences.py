"""Sentences of a clause, and the items of its enumerations, as offsets."""

from __future__ import annotations

import re

from corpus.damage import find_damage
from corpus.labels import read_label
from corpus.lines import BLANKS

_ENDS = "。！？；!?;"
_CLOSERS = "”’」』）)】》〉\"'"
_PAIRS = {"“": "”", "《": "》", "〈": "〉", "「": "」", "『": "』", "（": "）", "(": ")", "【": "】"}
_INSIDE = 60
"""The length up to which quoted or bracketed words are never broken."""
_LOOSE = "，、。；：,;:" + BLANKS
"""What is left behind damage and says nothing by itself."""
_NEAR = 400
_NARROWEST, _WIDEST = 20, 120
"""The length of a line from which, and up to which, it may be one that was wrapped."""
_CLOSES_LINE = "。；！？!?;：:”’」』）)】》〉\"'"
_LINE = re.compile(r"[^\r\n]*")
_SURE = frozenset("。！？!?")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]")


def split_sentences(text: str, start: int = 0) -> list[tuple[int, int]]:
    """Return the half-open offsets of the sentences of a text, ``start`` added, in order, white space trimmed.

    A sentence ends at 。！？； (and ! ? ;) with the closing quotes after it, and at a line's
    end; so an enumeration's introduction and each of its items is a span of its own. A
    line break that only wraps a long line, in the middle of a sentence, does not end it.
    Nothing is broken inside 《》, “” or brackets whose words are short. Damaged characters
    are in no span: what stands before and after them are spans apart.
    """
    found: list[tuple[int, int]] = []
    position = 0
    for damage in find_damage(text):
        _split_stretch(text, position, damage.start, start, found)
        position = damage.end
        while position < len(text) and text[position] in _LOOSE:
            position += 1
    _split_stretch(text, position, len(text), start, found)
    return found


def _split_stretch(text: str, begin: int, length: int, start: int, found: list[tuple[int, int]]) -> None:
    """Add the sentences of an undamaged stretch."""
    position = begin
    while position < length:
        character = text[position]
        if character in "\r\n" and _is_soft(text, position):
            position += 1
            continue
        if character in "\r\n":
            _append(text, begin, position, start, found)
            begin = position = position + 1
            continue
        if character in _PAIRS:
            position = min(_skip_pair(text, position), length)
            continue
        if character in _ENDS and not _is_inner(text, position):
            position += 1
            while position < length and text[position] in _ENDS + _CLOSERS and not _opens_next(text, position):
                position += 1
            _append(text, begin, position, start, found)
            begin = position
            continue
        position += 1
    _append(text, begin, length, start, found)


def _is_soft(text: str, position: int) -> bool:
    """Say whether a line break only wraps: after a long line, open at its end, before one that begins nothing."""
    start = max(
        text.rfind("\n", max(position - _WIDEST, 0), position), text.rfind("\r", max(position - _WIDEST, 0), position)
    )
    if start < 0 and position > _WIDEST:
        return False
    line = text[start + 1 : position].strip(BLANKS)
    if len(line) < _NARROWEST or line[-1] in _CLOSES_LINE or "\t" in line or "|" in line:
        return False
    after = position + 2 if text[position : position + 2] == "\r\n" else position + 1
    following = _LINE.match(text, after, after + _WIDEST)
    words = following[0].strip(BLANKS) if following is not None else ""
    return bool(words) and len(words) <= len(line) + 3 and "\t" not in words and read_label(words) is None


def _append(text: str, begin: int, end: int, start: int, found: list[tuple[int, int]]) -> None:
    while begin < end and text[begin] in BLANKS:
        begin += 1
    while end > begin and text[end - 1] in BLANKS:
        end -= 1
    if begin < end:
        found.append((start + begin, start + end))


def _skip_pair(text: str, position: int) -> int:
    """Return the place after short quoted words, on this line; else the next place.

    Words in quotes that end with a full stop of their own, as a whole quoted sentence
    does, end the sentence around them too, so their last sign is left to the caller.
    """
    close = _PAIRS[text[position]]
    end = text.find(close, position + 1, position + _INSIDE + 2)
    if end < 0 or "\n" in text[position:end]:
        return position + 1
    if text[position] == "“" and text[end - 1] in _SURE and end - 1 > position and not _goes_on(text, end + 1):
        return end - 1
    return end + 1


def _goes_on(text: str, position: int) -> bool:
    """Say whether a sentence goes on after a closing quote: “……吗？”的提问 does."""
    following = text[position : position + 1]
    return bool(following) and following not in BLANKS and following not in _ENDS + _CLOSERS


def _is_inner(text: str, position: int) -> bool:
    """Say whether an ASCII sign stands inside a word, an address or an entity (a;b, x?y=1)."""
    if text[position] not in "!?;":
        return False
    before, after = text[position - 1 : position], text[position + 1 : position + 2]
    return bool(_ASCII_WORD.match(before) and _ASCII_WORD.match(after))


def _opens_next(text: str, position: int) -> bool:
    """Say whether a straight quote after a sentence's end opens the next one rather than closing this one."""
    if text[position] not in "\"'":
        return False
    near = max(text.rfind("\n", 0, position) + 1, position - _NEAR)
    return text.count(text[position], near, position) % 2 == 0
