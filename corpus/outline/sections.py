"""The decimal numbering of standards and manuals: 1 范围, 4.2, 4.2.3."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.labels import Label
from corpus.numerals import to_chinese
from corpus.outline.entries import Entry

_DIGITS = "[0-9０-９]"
_DOTTED = re.compile(
    rf"({_DIGITS}{{1,2}}(?:\\?[.．]{_DIGITS}{{1,3}}){{1,5}})\\?[.．]?(?=$|[ \t\u3000\xa0*]|[\u4e00-\u9fff《“（(])"
)
_CHAPTER = re.compile(rf"({_DIGITS}{{1,2}})[ \t\u3000\xa0]+(?=[\u4e00-\u9fff《“])")
_TITLE_LENGTH = 40
_SKIP = 3
_FEWEST_DOTTED, _FEWEST = 2, 3


def find_sections(entries: Sequence[Entry]) -> dict[int, tuple[Label, bool]]:
    """Return the entries that begin a section, each with its label and whether a section below it follows at once.

    A document has sections when they follow on from one another, each a child or a next
    sibling, and it has no 一、 of its own. Their ``number`` is the decimal as printed
    (4.2.3), which no Chinese numeral says; that of a first-level section is 四, as everywhere.
    """
    if any(entry.label is not None and entry.label.kind == "part" for entry in entries):
        return {}
    found: dict[int, tuple[int, ...]] = {}
    labels: dict[int, Label] = {}
    last: tuple[int, ...] = ()
    for index, entry in enumerate(entries):
        match = _DOTTED.match(entry.text)
        if match is None and not entry.closed and len(entry.text) <= _TITLE_LENGTH:
            match = _CHAPTER.match(entry.text)
        if match is None:
            continue
        numbers = tuple(int(part) for part in re.split(r"\\?[.．]", match[1]))
        if _is_next(numbers, last):
            last = numbers
            found[index] = numbers
            labels[index] = _build_label(match, numbers)
    if len(found) < _FEWEST or sum(len(numbers) > 1 for numbers in found.values()) < _FEWEST_DOTTED:
        return {}
    return {index: (label, len(found.get(index + 1, ())) > len(found[index])) for index, label in labels.items()}


def _is_next(numbers: tuple[int, ...], last: tuple[int, ...]) -> bool:
    """Say whether a section may come after the last: its first child, or a sibling of it or of what it is in."""
    if not last:
        return numbers in {(0,), (1,), (1, 1)}
    if len(numbers) > len(last):
        return numbers in {(*last, 0), (*last, 1)}
    depth = len(numbers) - 1
    return numbers[:depth] == last[:depth] and last[depth] < numbers[depth] <= last[depth] + _SKIP


def _build_label(match: re.Match[str], numbers: tuple[int, ...]) -> Label:
    printed = match[1].replace("\\", "")
    number = ".".join(str(part) for part in numbers) if len(numbers) > 1 else to_chinese(str(numbers[0]))
    return Label("section", printed, number, (len(numbers), 0), match.end())
