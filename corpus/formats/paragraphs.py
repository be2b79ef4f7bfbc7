"""The lines of pages into paragraphs: what the layout alone broke is joined, what the writer parted stays apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.formats.layout import PageLine, is_han
from corpus.labels import Label, read_label
from corpus.lines import BLANKS

_FLUSH = 0.6
"""Lines that begin nearer to each other than this, in sizes, begin at one edge."""
_FAR = 6.0
"""A line that begins further in than this, in sizes, is set to the middle or the right."""
_AROUND = 2.6
"""A line with more room than this on either side, in sizes, and as much on the other, stands in the middle."""
_NARROW = 0.6
"""The share of the width between equal margins that the text takes at least."""
_LOOSE = 1.4
"""Lines further apart than this, in usual distances, are not of one paragraph."""
_SENTENCE_END = "。！？!?；;：:"
_HANGING = "，。、；：！？）”》"
_CLOSING = "”’』」）)】》〉"
_LEADERS = re.compile(r"(?:[.．·•…‥﹒・]\s*){4,}[-—－（(]?[0-9０-９IVXivx]{1,5}[-—－）)]?$")
_EVENT = re.compile(r"[(（]?(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日[ \u3000]*[\u4e00-\u9fff《]")
_BROKEN_WORD = re.compile(r"[A-Za-z]{2}-$")


@dataclass(frozen=True, slots=True)
class _Column:
    """Where the text of a page or column begins and ends from left to right."""

    left: float
    right: float


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line with its label, the column that it stands in, and how far in it begins, in sizes."""

    line: PageLine
    label: Label | None
    column: _Column

    @property
    def indent(self) -> float:
        return (self.line.left - self.column.left) / self.line.size


@dataclass(frozen=True, slots=True)
class _Habits:
    """How a document is set: the size of its text, whether it indents paragraphs, how far apart lines are, by size."""

    size: float
    indented: bool
    distances: Mapping[float, float]


def join_lines(lines: Sequence[PageLine]) -> list[str]:
    """Return the paragraphs of lines in reading order."""
    columns = _measure_columns(lines)
    placed = [_Placed(line, read_label(line.text), column) for line, column in zip(lines, columns, strict=True)]
    habits = _learn_habits(placed)
    paragraphs: list[list[_Placed]] = []
    for line in placed:
        if paragraphs and _continues(paragraphs[-1], line, habits, title=len(paragraphs) == 1):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return [_join([placed.line for placed in paragraph]) for paragraph in paragraphs]


def _measure_columns(lines: Sequence[PageLine]) -> list[_Column]:
    """Return for each line the edges of the column that it stands in.

    Even and odd pages may have their own. An edge is the outermost place at which several
    lines end.
    """
    groups: dict[tuple[int, int], list[PageLine]] = defaultdict(list)
    for line in lines:
        groups[line.column, line.page % 2].append(line)
    edges = {key: _measure_edges(group) for key, group in groups.items()}
    for (column, parity), edge in list(edges.items()):
        other = edges.get((column, 1 - parity))
        if other is None:
            continue
        size = median(line.size for line in groups[column, parity])
        if abs(edge.left - other.left) < 4 * size and len(groups[column, parity]) < 12:
            edges[column, parity] = other
        elif abs(edge.left - other.left) < 0.4 * size:
            edges[column, parity] = _Column(min(edge.left, other.left), max(edge.right, other.right))
    return [edges[line.column, line.page % 2] for line in lines]


def _measure_edges(lines: Sequence[PageLine]) -> _Column:
    size = median(line.size for line in lines)
    needed = max(2, round(0.03 * len(lines)))
    left = _find_edge(sorted(line.left for line in lines), 0.4 * size, needed)
    right = -_find_edge(sorted(-_end_of_words(line) for line in lines), 1.2 * size, needed)
    # Where every line is short, none is full: the text may be as wide as its margins tell.
    narrow = max((line.page_width for line in lines if not line.column), default=0.0) - 2 * left
    return _Column(left, max(left + _NARROW * narrow, left, right))


def _end_of_words(line: PageLine) -> float:
    """Return where a line ends, without a sign at its end, which may hang over the edge of the text."""
    return line.right - line.size if line.text[-1] in _HANGING else line.right


def _find_edge(places: Sequence[float], near: float, needed: int) -> float:
    """Return the first place that so many others are near to; the first of all where none is."""
    for position, place in enumerate(places):
        last = position + needed - 1
        if last < len(places) and places[last] - place <= near:
            return place
    return places[0]


def _learn_habits(placed: Sequence[_Placed]) -> _Habits:
    begun = Counter[bool]()
    sizes = Counter[float]()
    gaps: dict[int, list[float]] = defaultdict(list)
    for place in placed:
        sizes[place.line.size] += len(place.line.text)
    for before, after in pairwise(placed):
        # A line after one that ends short begins a paragraph, and so does one with a label for the most part.
        apart = not _is_full(before, after.line) or after.label is not None
        if apart and after.indent < _FAR and "\t" not in after.line.text:
            begun[after.indent > 0.8] += 1
        if _stand_together(before.line, after.line) and _same_size(before.line, after.line):
            gap = after.line.baseline - before.line.baseline
            if gap > 0 and (not apart or len(placed) < 8):
                gaps[round(after.line.size)].append(gap)
    return _Habits(
        size=sizes.most_common(1)[0][0] if sizes else 1.0,
        indented=begun[True] > 1.5 * begun[False],
        distances={size: median(found) for size, found in gaps.items()},
    )


def _continues(paragraph: Sequence[_Placed], after: _Placed, habits: _Habits, *, title: bool) -> bool:
    """Say whether a line goes on with the paragraph before it, which is the first of all if ``title``."""
    first, before = paragraph[0], paragraph[-1]
    if not _are_alike(before, after, habits):
        return False
    if _is_centred(after):
        # A title goes on in the middle of the next line, where it had no room on its own.
        large = title or after.line.size > 1.12 * habits.size
        item = after.label is None or after.label.kind == "item"
        return large and item and not _ends_sentence(before.line) and _is_full(before, after.line)
    if after.indent > _FAR or first.indent > _FAR:
        return False
    if not _is_full(before, after.line) and not (habits.indented and _is_outdented(before, after)):
        return False
    ended = _ends_sentence(before.line)
    headed = ended and after.label is not None and not after.label.refers
    flush = after.indent < _FLUSH
    if len(paragraph) > 1:
        return abs(after.indent - before.indent) < _FLUSH and not (headed and not (habits.indented and flush))
    if after.indent - first.indent < -_FLUSH:
        return habits.indented or not headed
    if after.indent - first.indent <= _FLUSH:
        return not headed if flush else not ended and after.label is None and not habits.indented
    # The text of an item may hang: its first line alone begins further out.
    return first.label is not None and after.label is None


def _are_alike(before: _Placed, after: _Placed, habits: _Habits) -> bool:
    """Say whether two lines may be of one paragraph by their type, their kind and the distance between them."""
    if "\t" in before.line.text or "\t" in after.line.text or not _same_size(before.line, after.line):
        return False
    if _is_centred(before) or _LEADERS.search(before.line.text[-80:]) is not None:
        return False
    if _EVENT.match(after.line.text) is not None and not _ends_sentence(before.line):
        return False
    if not _stand_together(before.line, after.line):
        return True
    usual = habits.distances.get(round(after.line.size), 2.2 * after.line.size)
    return 0 < after.line.baseline - before.line.baseline <= _LOOSE * usual


def _stand_together(before: PageLine, after: PageLine) -> bool:
    return before.page == after.page and before.column == after.column


def _is_full(before: _Placed, after: PageLine) -> bool:
    """Say whether what the next line begins with had no room at the end of a line."""
    return before.column.right - before.line.right < after.head + 0.6 * before.line.size


def _is_outdented(before: _Placed, after: _Placed) -> bool:
    """Say whether a line begins at the margin, as none that begins a paragraph does, after a line that is long.

    Lines of a set number of characters end anywhere where some of these are narrow.
    """
    width = max(before.column.right - before.column.left, before.line.size)
    room = (before.column.right - before.line.right) / width
    return after.indent < _FLUSH and after.label is None and room < (0.2 if _ends_sentence(before.line) else 0.4)


def _ends_sentence(line: PageLine) -> bool:
    return line.text.rstrip(_CLOSING).endswith(tuple(_SENTENCE_END))


def _same_size(before: PageLine, line: PageLine) -> bool:
    return abs(before.size - line.size) <= 0.12 * max(before.size, line.size)


def _is_centred(placed: _Placed) -> bool:
    """Say whether a line stands in the middle, with room on both sides."""
    line = placed.line
    left, right = line.left - placed.column.left, placed.column.right - line.right
    return min(left, right) > _AROUND * line.size and abs(left - right) < line.size


def _join(lines: Sequence[PageLine]) -> str:
    """Return the text of lines as one: Latin words parted by a space, all else joined with nothing between."""
    pieces = [lines[0].text]
    for before, line in pairwise(lines):
        last, first = before.text[-1], line.text[0]
        if _BROKEN_WORD.search(before.text) is not None and first.islower() and first.isascii():
            pieces[-1] = pieces[-1][:-1]
        elif not is_han(last) and not is_han(first) and last not in "-/（(" and first not in "/)）":
            broken_number = last.isdigit() and first.isdigit() and not before.spaced
            pieces.append("" if broken_number else " ")
        pieces.append(line.text)
    return "".join(pieces).strip(BLANKS)
