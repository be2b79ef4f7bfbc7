"""Which lines begin a clause and which are headings: the outline of a document's numbered lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from corpus.labels import Label, read_label
from corpus.lines import BLANKS, Line, tidy_blanks

_MARKUP = re.compile(r"(#{1,6})[ \t\u3000\xa0]*(?:\*\*)?|\*\*")
_CLOSED = "。；;：:，,！!？?"
_RANKS = {"编": 1, "篇": 1, "卷": 1, "部分": 1, "分编": 2, "章": 3, "节": 4}
_PART_RANK, _ITEM_RANK, _ARABIC_RANK = 5, 6, 7
_TITLE_LENGTH = 60
_LINE_LENGTH = 40
_QUOTATION = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that may begin something: its position, its words without Markdown signs, and its label if any."""

    position: int
    start: int
    text: str
    hashes: int
    label: Label | None


@dataclass(frozen=True, slots=True)
class Mark:
    """What a line begins: a heading, or a clause (which may stand over other clauses, as a part does)."""

    kind: Literal["heading", "clause"]
    entry: Entry
    rank: int
    continued: Entry | None = None

    @property
    def title(self) -> str:
        """The words of the line as a heading prints them, white space tidied, its second line joined."""
        printed = self.entry.text.removesuffix("**") + (self.continued.text if self.continued else "")
        return tidy_blanks(printed)


def mark_lines(lines: Sequence[Line], skipped: Collection[int], levels: Mapping[int, int]) -> dict[int, Mark]:
    """Return the headings and the first lines of clauses, by position; ``levels`` as ``split_clauses`` takes them.

    A document with 条 is read as law: its articles are the clauses, and 一、 or （一） are
    headings where an article follows, else text. Before the first article, and in a
    document without any, （一） items under a heading 一、 are the clauses, or 一、 parts
    where （一） only enumerates; 1. where nothing else numbers.
    """
    entries = [
        read_entry(line, position, levels.get(position, 0))
        for position, line in enumerate(lines)
        if line.text and position not in skipped
    ]
    articles = _accept_articles(entries)
    first = min(articles, default=len(entries))
    marks = _mark_policy(entries[:first], law=first < len(entries))
    marks.update(_mark_law(entries, first, articles))
    _join_headings(entries, marks)
    return {entries[index].position: mark for index, mark in sorted(marks.items())}


def _join_headings(entries: Sequence[Entry], marks: dict[int, Mark]) -> None:
    """Join the second line of a heading that runs over two: a short line, no sentence, before the next mark."""
    for index, mark in list(marks.items()):
        if mark.kind != "heading" or index + 1 in marks or index + 2 not in marks:
            continue
        line = entries[index + 1]
        if line.label is None and len(line.text) <= _LINE_LENGTH and line.text[-1] not in _CLOSED:
            marks[index] = replace(mark, continued=line)


def read_entry(line: Line, position: int, level: int = 0) -> Entry:
    """Read what a line begins with, Markdown's heading and bold signs set aside.

    ``level`` is that of a heading by the file's format, 0 where it calls it none; a line
    that ends as a sentence does is no heading whatever its style.
    """
    level = 0 if line.text[-1:] in _CLOSED or len(line.text) > _TITLE_LENGTH else level
    match = _MARKUP.match(line.text)
    if match is None or not line.text[match.end() :].strip("*" + BLANKS):
        return Entry(position, line.start, line.text, level, read_label(line.text))
    text = line.text[match.end() :]
    return Entry(position, line.start + match.end(), text, len(match[1] or "") or level, read_label(text))


def _follows(order: tuple[int, int], last: tuple[int, int] | None) -> bool:
    """Say whether a number is the next after the last: 十一 or 十之一 after 十."""
    if last is None:
        return order == (1, 0)
    return order in {(last[0] + 1, 0), (last[0], last[1] + 1)}


def _accept_articles(entries: Sequence[Entry]) -> dict[int, Label]:
    """Return the entries that are articles of this document; none where it has only quotations of some."""
    candidates = [
        (index, entry.label)
        for index, entry in enumerate(entries)
        if entry.label is not None and entry.label.kind == "article" and not entry.label.refers
    ]
    quoted = _find_quoted(entries)
    loose = sum(not label.apart for _, label in candidates) * 2 > len(candidates)
    accepted: dict[int, Label] = {}
    last: tuple[int, int] | None = None
    for place, (index, label) in enumerate(candidates):
        upcoming = candidates[place + 1][1].order if place + 1 < len(candidates) else None
        if _is_article(label, last, upcoming, quoted=index in quoted, loose=loose):
            accepted[index] = label
            last = label.order
    return accepted if _is_law(entries, accepted) else {}


def _is_article(
    label: Label, last: tuple[int, int] | None, upcoming: tuple[int, int] | None, *, quoted: bool, loose: bool
) -> bool:
    if _follows(label.order, last):
        return True
    if not label.apart:
        near = last is not None and last[0] < label.order[0] <= last[0] + 3
        return loose and (near or label.order == (1, 0) or last is None)
    if quoted:
        return False
    # A number out of turn, after which the numbering goes on as before, is a reference at a line's head.
    return not (last is not None and upcoming is not None and label.order != last and _follows(upcoming, last))


def _find_quoted(entries: Sequence[Entry]) -> set[int]:
    """Find the entries that begin inside a quotation opened on an earlier line since the last heading.

    A quotation that is not closed within ``_QUOTATION`` lines counts as a slip of the pen.
    """
    found, depth, opened = set(), 0, 0
    for index, entry in enumerate(entries):
        if entry.hashes or index - opened > _QUOTATION:
            depth = 0
        if depth > 0:
            found.add(index)
        opened = opened if depth > 0 else index
        depth = max(depth + entry.text.count("“") - entry.text.count("”"), 0)
    return found


def _is_law(entries: Sequence[Entry], accepted: dict[int, Label]) -> bool:
    """Say whether accepted articles are the document's own numbering."""
    orders = [label.order for label in accepted.values()]
    if not orders:
        return False
    if orders[0] == (1, 0):
        return True
    steps = sum(_follows(order, last) for last, order in pairwise(orders))
    others = any(entry.label is not None and entry.label.kind in {"part", "item"} for entry in entries[: min(accepted)])
    return steps * 2 >= len(orders) or not others


def _mark_law(entries: Sequence[Entry], first: int, articles: dict[int, Label]) -> dict[int, Mark]:
    """Mark what stands from the first article on."""
    marks: dict[int, Mark] = {}
    last: tuple[int, int] | None = None
    positions = sorted(articles)
    for index in range(first, len(entries)):
        entry = entries[index]
        if index in articles:
            marks[index] = Mark("clause", entry, _ARABIC_RANK)
            last = articles[index].order
        elif entry.label is not None and entry.label.kind == "attachment":
            place = bisect_right(positions, index)
            following = articles[positions[place]].order if place < len(positions) else None
            if following is None or not _follows(following, last):
                marks[index] = Mark("heading" if entry.hashes else "clause", entry, 0)
        elif _is_heading(entry) and (
            entry.hashes
            or (entry.label is not None and (entry.label.kind == "division" or _leads(entries, index, articles)))
        ):
            marks[index] = Mark("heading", entry, _rank(entry))
    return marks


def _leads(entries: Sequence[Entry], index: int, articles: Collection[int]) -> bool:
    """Say whether an article, or a heading over one, follows a line at once."""
    return any(i in articles for i in (index + 1, index + 2)) and (
        index + 1 in articles or _is_heading(entries[index + 1])
    )


def _is_heading(entry: Entry) -> bool:
    return bool(entry.hashes) or (
        entry.label is not None and len(entry.text) <= _TITLE_LENGTH and entry.text[-1] not in _CLOSED
    )


def _rank(entry: Entry) -> int:
    label = entry.label
    if label is None or label.kind == "attachment":
        return 0
    if label.kind == "division":
        return _RANKS[label.unit]
    return {"part": _PART_RANK, "item": _ITEM_RANK}.get(label.kind, _ARABIC_RANK)


def _mark_policy(entries: Sequence[Entry], *, law: bool) -> dict[int, Mark]:
    """Mark the parts, items and headings of a text without articles, or of what stands before the first of a law."""
    bounds = _find_bounds(entries)
    marks: dict[int, Mark] = {}
    for here, following in zip([-1, *bounds], [*bounds, len(entries)], strict=True):
        clauses = _find_clauses(entries, here, following, alone=not bounds)
        for index in clauses:
            marks[index] = Mark("clause", entries[index], _rank(entries[index]))
        if here < 0:
            continue
        bare = here + 1 == following or here + 1 in clauses
        entry = entries[here]
        numbered = entry.label is not None and not (law and entry.label.kind == "division")
        kind: Literal["heading", "clause"] = "clause" if numbered and not (bare and _is_heading(entry)) else "heading"
        marks[here] = Mark(kind, entry, _rank(entry))
    return marks


def _find_bounds(entries: Sequence[Entry]) -> list[int]:
    """Find the lines that begin a part: 一、, 第一部分, a Markdown heading, an attachment."""
    quoted = _find_quoted(entries)
    bounds: list[int] = []
    last: tuple[int, int] | None = None
    for index, entry in enumerate(entries):
        label = entry.label
        kind = label.kind if label else None
        if kind == "part" and label is not None and not (index in quoted and not _follows(label.order, last)):
            last = label.order
            bounds.append(index)
            continue
        titled = kind in {"division", "attachment"} and _is_heading(entry) and index not in quoted
        if titled or (entry.hashes and kind not in {"item", "arabic", "part"}):
            bounds.append(index)
    return bounds


def _find_clauses(entries: Sequence[Entry], here: int, following: int, *, alone: bool) -> list[int]:
    """Find the items that are clauses between the part line ``here`` and the one that follows."""
    part = entries[here] if here >= 0 else None
    if part is not None and part.label is not None and part.label.kind == "attachment":
        return []
    inside = range(here + 1, following)
    items = [i for i in inside if _has_kind(entries[i], "item")]
    if items and not _enumerates(entries, items, part):
        return items
    arabics = [i for i in inside if _has_kind(entries[i], "arabic")]
    bare = part is not None and _is_heading(part) and arabics[:1] == [here + 1]
    if arabics and not items and (bare or (part is None and alone)) and not _enumerates(entries, arabics, part):
        return arabics
    return []


def _has_kind(entry: Entry, kind: str) -> bool:
    return entry.label is not None and entry.label.kind == kind


def _enumerates(entries: Sequence[Entry], items: Sequence[int], part: Entry | None) -> bool:
    """Say whether items only enumerate: introduced by a colon, or ended by semicolons."""
    before = entries[items[0] - 1] if items[0] else None
    if part is not None and before is not None and before.text[-1] in "：:；;" and not part.hashes:
        return True
    return sum(entries[i].text[-1] in "；;" for i in items) * 2 >= len(items)
