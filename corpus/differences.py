"""The words in which two texts differ, cut so that a person can read them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType
from typing import Literal

import numpy as np

from corpus.lines import BLANKS

ChangeKind = Literal["deleted", "inserted", "replaced"]

Edit = tuple[int, int, int, int]
"""Half-open stretches of the old words and of the new ones that differ."""

Bonds = Mapping[str, float]
"""How much pairs of characters keep together, up to 1."""

NO_BONDS: Bonds = MappingProxyType({})

_BLANK = frozenset(BLANKS)
_STOPS = "。;!?"
_PAUSES = ",:、"
_OPENERS = "(《“‘「【〈"
_CLOSERS = ")》”’」】〉"
_SIGNS = frozenset(_STOPS + _PAUSES + _OPENERS + _CLOSERS)
_LOOSE = _SIGNS | frozenset("的地得和与及或等在对为由被把将从向于其之不应可各有是本")
"""Signs, and characters that stand beside any word without being part of it."""
_MARK = re.compile(r"\([一二三四五六七八九十百零〇]{1,5}\)|\d{1,3}[.、)]|[①-⑳]")
_FIGURE = re.compile(
    r"第?[一二三四五六七八九十百千万亿零〇两]+(?:之[一二三四五六七八九十]+)?[条款项章节目元年月日倍]?"
    r"|(?:\d[\d.,]*[%年月日条元倍万]?)+|[A-Za-z]+"
)
_PIECE = re.compile(rf"[^{_STOPS}{_PAUSES}]*[{_STOPS}{_PAUSES}]+|[^{_STOPS}{_PAUSES}]+")
_ISLAND = 6
"""The number of characters, signs left aside, up to which what two changes leave between them goes into one change."""
_BOND = 0.2
"""How much two characters keep together, at least, in a word."""
_BY_CHARACTERS = 12_000
"""The length of both texts up to which they are compared by characters, beyond it by phrases."""


@dataclass(frozen=True, slots=True)
class Change:
    """Words that one text has and another has not, in their place: ``deleted``, ``inserted`` or ``replaced``.

    Offsets are half-open; of an insertion ``old_start == old_end``, the place where it
    was put in, and of a deletion likewise ``new_start == new_end``.
    """

    kind: ChangeKind
    old_start: int
    old_end: int
    new_start: int
    new_end: int


def fold_words(text: str) -> tuple[str, list[int]]:
    """Return the characters of a text that count as words, and where each stands.

    White space is left out, and full-width forms are as their plain ones: copies of one
    text differ in both.
    """
    places = [place for place, character in enumerate(text) if character not in _BLANK]
    return "".join([_fold(text[place]) for place in places]), places


def find_bonds(texts: Iterable[str]) -> dict[str, float]:
    """Return how much pairs of characters keep together in some texts, as those of one word do (部门, 监督).

    Dice's coefficient of the two: 1 where each stands only beside the other. Left out are
    pairs that stand there once and those with a sign or with a character as 的.
    """
    words = [fold_words(text)[0] for text in texts]
    pairs, counts = np.unique(np.concatenate([code_pairs(""), *map(code_pairs, words)]), return_counts=True)
    singles = Counter("".join(words))
    bonds = {}
    for code, count in zip(pairs[counts > 1].tolist(), counts[counts > 1].tolist(), strict=True):
        first, second = chr(code >> 32), chr(code & 0xFFFFFFFF)
        if first not in _LOOSE and second not in _LOOSE:
            bonds[first + second] = 2 * count / (singles[first] + singles[second])
    return bonds


def code_pairs(text: str) -> np.ndarray:
    """Return the pairs of neighbouring characters of a text, in order, as numbers: one less than it has characters."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    return points[:-1] << 32 | points[1:]


def find_changes(old: str, new: str, bonds: Bonds = NO_BONDS) -> tuple[Change, ...]:
    """Return what was deleted, inserted and replaced between two texts, in order.

    Outside the changes the texts have the same words, white space and full-width forms
    aside. A change takes in the whole of a figure that it cuts, up to two characters of a
    word that it cuts (``bonds``, from ``find_bonds``, tell what is one), and the few that
    two changes would leave between them. An insertion or deletion that could stand in several
    places stands where a sentence, phrase or word begins.
    """
    old_words, old_places = fold_words(old)
    new_words, new_places = fold_words(new)
    if old_words == new_words:
        return ()
    edits = _merge_islands(old_words, _find_edits(old_words, new_words))
    edits = _slide(old_words, new_words, edits, bonds)
    edits = _widen(old_words, new_words, edits, bonds)
    return tuple(_place(edit, old_places, new_places) for edit in edits)


@lru_cache(maxsize=20_000)
def _fold(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 and folded not in _BLANK else character


def _pair(text: str) -> list[str]:
    return [text[place : place + 2] for place in range(len(text) - 1)]


def _find_edits(old: str, new: str) -> list[Edit]:
    """Return the stretches outside the longest runs of words that both texts have."""
    head = _count_common(old, new)
    tail = min(_count_common(old[::-1], new[::-1]), len(old) - head, len(new) - head)
    if len(old) + len(new) - 2 * (head + tail) > _BY_CHARACTERS:
        head = tail = 0  # so that the phrases are whole
    one, other = old[head : len(old) - tail], new[head : len(new) - tail]
    edits: list[Edit] = []
    old_at = new_at = 0
    for old_start, new_start, size in [*_match_runs(one, other), (len(one), len(other), 0)]:
        # Runs of pairs may overlap by the one character that two pairs share: it goes to the first.
        taken = max(old_at - old_start, new_at - new_start, 0)
        if taken > size:
            continue
        old_start, new_start, size = old_start + taken, new_start + taken, size - taken
        if old_at < old_start or new_at < new_start:
            edits.append((head + old_at, head + old_start, head + new_at, head + new_start))
        old_at, new_at = old_start + size, new_start + size
    return edits


def _count_common(one: str, other: str) -> int:
    """Return how many characters two texts have in common from the beginning."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _match_runs(old: str, new: str) -> list[tuple[int, int, int]]:
    """Return the common runs, in order: where each begins in both, and its length in characters."""
    if len(old) + len(new) <= _BY_CHARACTERS:
        # Pairs of characters are far rarer than characters: matching is fast, and no run is a single stray one.
        blocks = SequenceMatcher(None, _pair(old), _pair(new)).get_matching_blocks()
        return [(block.a, block.b, block.size + 1) for block in blocks if block.size]
    one, other = _PIECE.findall(old), _PIECE.findall(new)
    starts, other_starts = ([0, *accumulate(map(len, pieces))] for pieces in (one, other))
    blocks = SequenceMatcher(None, one, other).get_matching_blocks()
    return [
        (starts[block.a], other_starts[block.b], starts[block.a + block.size] - starts[block.a])
        for block in blocks
        if block.size
    ]


def _merge_islands(old: str, edits: Iterable[Edit]) -> list[Edit]:
    """Take what two changes leave between them into one change, where it is too short to help a reader."""
    merged: list[Edit] = []
    for edit in edits:
        while merged and _is_island(old[merged[-1][1] : edit[0]], merged[-1], edit):
            before = merged.pop()
            edit = (before[0], edit[1], before[2], edit[3])
        merged.append(edit)
    return merged


def _is_island(words: str, before: Edit, after: Edit) -> bool:
    if any(sign in words for sign in _STOPS) or _MARK.search(words):
        return False
    size = sum(character not in _SIGNS for character in words)
    return size <= 1 or size <= min(_ISLAND, _size(before), _size(after))


def _size(edit: Edit) -> int:
    return max(edit[1] - edit[0], edit[3] - edit[2])


def _slide(old: str, new: str, edits: Sequence[Edit], bonds: Bonds) -> list[Edit]:
    """Move insertions and deletions along the words that they repeat to where they are cut best."""
    moved: list[Edit] = []
    for place, (old_start, old_end, new_start, new_end) in enumerate(edits):
        before = old_start - (moved[-1][1] if moved else 0)
        after = (edits[place + 1][0] if place + 1 < len(edits) else len(old)) - old_end
        by = 0
        if old_start == old_end:
            by = _choose_cut(new, (new_start, new_end), (before, after), bonds)
        elif new_start == new_end:
            by = _choose_cut(old, (old_start, old_end), (before, after), bonds)
        moved.append((old_start + by, old_end + by, new_start + by, new_end + by))
    return moved


def _choose_cut(text: str, stretch: tuple[int, int], room: tuple[int, int], bonds: Bonds) -> int:
    """Return by how much to move a stretch, within the room before and after it, so that it is cut out best."""
    start, end = stretch
    least = most = 0
    while -least < room[0] and text[start + least - 1] == text[end + least - 1]:
        least -= 1
    while most < room[1] and text[start + most] == text[end + most]:
        most += 1

    def rate(by: int) -> tuple[int, int]:
        return _rate_cut(text, start + by, bonds) + _rate_cut(text, end + by, bonds), -abs(by)

    return max(range(least, most + 1), key=rate)


def _rate_cut(text: str, place: int, bonds: Bonds) -> int:
    """Say how good a place is to cut at: best after a sentence or before an item's number, worst inside a word."""
    if place in (0, len(text)) or text[place - 1] in _STOPS or _MARK.match(text, place):
        return 4
    if text[place - 1] in _PAUSES:
        return 3
    if text[place] in _STOPS + _PAUSES:
        return 2
    if text[place - 1] in _CLOSERS or text[place] in _OPENERS:
        return 1
    return -_is_inside_word(text, place, bonds)


def _is_inside_word(text: str, place: int, bonds: Bonds) -> bool:
    """Say whether a place lies inside a word: what stands before and after it keeps together more than with others."""
    if not 0 < place < len(text):
        return False
    here = bonds.get(text[place - 1 : place + 1], 0.0)
    beside = (bonds.get(text[max(place - 2, 0) : place], 0.0), bonds.get(text[place : place + 2], 0.0))
    return here >= _BOND and here > max(beside)


def _widen(old: str, new: str, edits: Sequence[Edit], bonds: Bonds) -> list[Edit]:
    """Widen the changes to the whole of the figures and words that they cut; those that then touch are one."""
    old_figures, new_figures = _find_figures(old), _find_figures(new)
    widened: list[Edit] = []
    for place, (old_start, old_end, new_start, new_end) in enumerate(edits):
        before = old_start - (edits[place - 1][1] if place else 0)
        after = (edits[place + 1][0] if place + 1 < len(edits) else len(old)) - old_end
        old_left, old_right = _reach_out(old, old_start, old_end, old_figures, bonds)
        new_left, new_right = _reach_out(new, new_start, new_end, new_figures, bonds)
        left, right = min(before, max(old_left, new_left)), min(after, max(old_right, new_right))
        edit = (old_start - left, old_end + right, new_start - left, new_end + right)
        if widened and edit[0] <= widened[-1][1]:
            last = widened.pop()
            edit = (last[0], edit[1], last[2], edit[3])
        widened.append(edit)
    return widened


def _find_figures(text: str) -> dict[int, tuple[int, int]]:
    """Return for each place inside a figure or Latin word how far it reaches before the place and after it."""
    return {
        place: (place - match.start(), match.end() - place)
        for match in _FIGURE.finditer(text)
        for place in range(match.start() + 1, match.end())
    }


def _reach_out(text: str, start: int, end: int, figures: dict[int, tuple[int, int]], bonds: Bonds) -> tuple[int, int]:
    """Return how far the figures and words that a stretch cuts reach before it and after it."""
    left = right = 0
    # Where nothing was put in or taken out, no word is cut: the words on both sides are the other text's too.
    if start < end and _is_inside_word(text, start, bonds):
        left = 1 + (bonds.get(text[max(start - 2, 0) : start], 0.0) >= _BOND)
    if start < end and _is_inside_word(text, end, bonds):
        right = 1 + (bonds.get(text[end : end + 2], 0.0) >= _BOND)
    return figures.get(start, (left, 0))[0], figures.get(end, (0, right))[1]


def _place(edit: Edit, old_places: Sequence[int], new_places: Sequence[int]) -> Change:
    """Return a change of words as one of the texts that they stand in."""
    kind: ChangeKind = "inserted" if edit[0] == edit[1] else "deleted" if edit[2] == edit[3] else "replaced"
    return Change(kind, *_place_stretch(edit[0], edit[1], old_places), *_place_stretch(edit[2], edit[3], new_places))


def _place_stretch(start: int, end: int, places: Sequence[int]) -> tuple[int, int]:
    if start < end:
        return places[start], places[end - 1] + 1
    at = places[start - 1] + 1 if start else 0
    return at, at
