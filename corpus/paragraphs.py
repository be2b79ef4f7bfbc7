"""The 款, 项 and 目 of a clause, as offsets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.clauses import body_start
from corpus.lines import BLANKS
from corpus.model import Clause
from corpus.numerals import to_integer

ParagraphKind = Literal["款", "项", "目"]

_POINT = re.compile(r"\\?[（(][ \t\u3000]*([一二三四五六七八九十百零〇]{1,5})[ \t\u3000]*\\?[）)](?!项)")
_ITEM = re.compile(r"[（(]?([0-9０-９]{1,3})(?:[）)]|[、．]|\\?\.(?![0-9０-９]))")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_SIGNS = re.compile(rf"{_POINT.pattern}|([{_CIRCLED}])")
_OPENS = "：:；;。，,、" + BLANKS
"""What may stand before an item that does not begin its line."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A part of a clause by its place: the 款 in order, a 项 （一） and a 目 1. by their printed numbers.

    Offsets are half-open, in the document's text, without the white space around it. A
    款 reaches over the items that it introduces, and a 项 over its 目.
    """

    kind: ParagraphKind
    number: int
    start: int
    end: int


def split_paragraphs(clause: Clause) -> list[Paragraph]:
    """Return the 款 of a clause, each followed by its 项 and 目, in the order of the text.

    A 款 is a paragraph of the clause's body; a line that begins with （一）, 1. or ① goes
    with the paragraph before it. Items that run on in one line (下列情形：（一）…；（二）…)
    are found where their numbers count from one.
    """
    found: list[Paragraph] = []
    for number, (start, end) in enumerate(_find_blocks(clause), start=1):
        found.append(Paragraph("款", number, start, end))
        found += _find_items(clause, start, end)
    return found


def find_paragraph(
    paragraphs: Sequence[Paragraph], *, paragraph: int = 0, point: int = 0, item: int = 0
) -> Paragraph | None:
    """Return the 款, the 项 or the 目 with these numbers, 0 where one is not given; None where there is none.

    A 项 without a 款 is the first with that number in the clause.
    """
    blocks = [one for one in paragraphs if one.kind == "款" and paragraph in (0, one.number)]
    if not blocks or not (paragraph or point or item):
        return None
    if not (point or item):
        return blocks[0]
    for block in blocks:
        inside = [one for one in paragraphs if one.kind != "款" and block.start <= one.start < block.end]
        if point:
            named = next((one for one in inside if one.kind == "项" and one.number == point), None)
            if named is None and not any(one.kind == "项" for one in inside):
                # Where 1. is all that a clause enumerates by, it is what a 项 means.
                named = next((one for one in inside if one.number == point), None)
            if named is None or not item:
                if named is not None:
                    return named
                continue
            inside = [one for one in inside if named.start <= one.start < named.end]
        last = next((one for one in inside if one.kind == "目" and one.number == item), None)
        if last is not None:
            return last
    return None


def _find_blocks(clause: Clause) -> list[tuple[int, int]]:
    """Return the paragraphs of a clause's body, lines that begin with an item's number going with the one before."""
    blocks: list[tuple[int, int]] = []
    begin = body_start(clause)
    position = begin
    for line in clause.text[begin - clause.start :].splitlines(keepends=True):
        right = line.rstrip(BLANKS)
        bare = right.lstrip(BLANKS)
        start, end = position + len(right) - len(bare), position + len(right)
        position += len(line)
        if not bare:
            continue
        if blocks and (_POINT.match(bare) or _ITEM.match(bare) or bare[0] in _CIRCLED):
            blocks[-1] = (blocks[-1][0], end)
        else:
            blocks.append((start, end))
    return blocks


def _find_items(clause: Clause, start: int, end: int) -> list[Paragraph]:
    """Return the 项 and 目 of one 款."""
    marks = _find_marks(clause.text[start - clause.start : end - clause.start])
    found: list[Paragraph] = []
    for place, (position, kind, number) in enumerate(marks):
        following = next(
            (mark[0] for mark in marks[place + 1 :] if kind == "目" or mark[1] == "项"), end - start
        )  # fmt: skip
        words = clause.text[start - clause.start + position : start - clause.start + following]
        found.append(Paragraph(kind, number, start + position, start + position + len(words.rstrip(BLANKS))))
    return found


def _find_marks(text: str) -> list[tuple[int, ParagraphKind, int]]:
    """Return where items begin, with what they are and their numbers."""
    marks: list[tuple[int, ParagraphKind, int]] = []
    point = item = 0
    position = 0
    for line in text.splitlines(keepends=True):
        lead = len(line) - len(line.lstrip(BLANKS))
        head = _ITEM.match(line, lead)
        if head is not None and (value := to_integer(head[1])) and value in (1, item + 1):
            marks.append((position + lead, "目", value))
            item = value
        for match in _SIGNS.finditer(line):
            place = match.start()
            if place > lead and line[place - 1] not in _OPENS:
                continue
            kind: ParagraphKind = "项" if match[1] else "目"
            number = (to_integer(match[1]) or 0) if match[1] else _CIRCLED.index(match[2]) + 1
            last = point if match[1] else item
            # At a line's head a number counts as printed; within a line only where it goes on counting.
            if not number or (place > lead and number != last + 1):
                continue
            marks.append((position + place, kind, number))
            if match[1]:
                point, item = number, 0
            else:
                item = number
        position += len(line)
    return marks
