"""Printed characters with their places on a page into lines of text, in the order in which they are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from corpus.lines import BLANKS

_SAME_BASELINE = 0.35
"""Characters whose baselines lie nearer than this, in sizes of the larger, stand on one line."""
_CELL_GAP = 0.9
"""A blank stretch wider than this, in sizes, parts two cells of a table."""
_WORD_GAP = 0.17
"""A blank stretch wider than this, in sizes, parts two words of Latin letters."""
_HAN_GAP = 0.2
"""A blank stretch that is wider by this than is usual in its line, in sizes, parts two words of Chinese characters."""
_LEAST_IN_COLUMN = 9
"""The characters that a column of text has at least in most of its rows."""
_LABEL = re.compile(
    r"第[ \u3000]*[0-9０-９一二三四五六七八九十百千零〇]{1,9}[ \u3000]*"
    r"(?:条(?:之[一二三四五六七八九十]{1,3})?|编|章|节|款|项|部分)"
)
_BLANK_FORMS = {"\u3000": "\u3000", **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "")}
"""What white space becomes that is not an ordinary space."""
_OPENING = "（(《“‘〈【〔[「『{"
_CLOSING = "，。；：、！？）)》”’〉】〕]」』}…,.;:!?%％—"
_LATIN = re.compile(r"[0-9A-Za-z\u00c0-\u024f\u0370-\u04ff'’/.\-_@&+]")


class Glyph(NamedTuple):
    """A printed character. ``baseline`` counts downwards from the page's top; ``right`` is where the next may stand."""

    text: str
    left: float
    right: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line as printed, without the white space around it.

    Cells of a table row are parted by tabs. ``head`` is the width of what stands
    undivided at the line's beginning (a character with its signs, a word); ``spaced`` says
    that white space was printed at its end.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    head: float
    spaced: bool = False
    page: int = 0
    page_width: float = 0.0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A page with its lines in reading order; ``number`` counts from 0; ``aside`` is text turned against the rest."""

    number: int
    width: float
    height: float
    lines: tuple[PageLine, ...]
    aside: tuple[str, ...] = ()


def compose_page(
    glyphs: Iterable[Glyph], *, number: int, width: float, height: float, aside: Iterable[str] = ()
) -> Page:
    """Return a page whose lines are composed of the characters printed on it, in any order."""
    rows = _find_rows(glyphs)
    gutter = _find_gutter(rows)
    lines = [_compose_line(row) for row in rows] if gutter is None else _read_columns(rows, *gutter)
    kept = tuple(replace(line, page=number, page_width=width) for line in lines if line is not None)
    return Page(number, width, height, kept, tuple(text for text in aside if text.strip(BLANKS)))


def is_han(character: str) -> bool:
    """Say whether a character is one of Chinese writing, its punctuation and full-width forms included."""
    return (
        "\u2e80" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\uff00" <= character <= "\uffef"
        or "\U00020000" <= character <= "\U0003ffff"
        or character in "“”‘’…—·"
    )


def _find_rows(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Return the characters of each row, rows from top to bottom, characters from left to right."""
    rows: list[list[Glyph]] = []
    baseline, size = 0.0, 0.0
    for glyph in sorted(glyphs, key=lambda glyph: glyph.baseline):
        if rows and glyph.baseline - baseline <= _SAME_BASELINE * max(size, glyph.size):
            rows[-1].append(glyph)
            if glyph.size > size * 1.1:
                baseline, size = glyph.baseline, glyph.size
        else:
            rows.append([glyph])
            baseline, size = glyph.baseline, glyph.size
    return [_drop_doubles(sorted(row, key=lambda glyph: glyph.left)) for row in rows]


def _drop_doubles(row: list[Glyph]) -> list[Glyph]:
    """Drop characters printed again at their own place, as bold or shadowed type is made."""
    kept: list[Glyph] = []
    for glyph in row:
        near = (other for other in reversed(kept[-3:]) if other.text == glyph.text)
        if any(abs(other.left - glyph.left) < 0.12 * glyph.size for other in near):
            continue
        kept.append(glyph)
    return kept


def _compose_line(row: Sequence[Glyph]) -> PageLine | None:
    """Return the line that a row makes, None of a blank row."""
    printed = [glyph for glyph in row if glyph.text.strip(BLANKS)]
    if not printed:
        return None
    size = median(sorted(glyph.size for glyph in printed))
    pieces = [printed[0].text]
    blanks = _find_blanks(row, printed)
    gaps = [after.left - before.right for before, after in pairwise(printed)]
    usual = _find_usual_gap(printed, gaps)
    spread = _is_spread(printed, blanks, gaps, size)
    for before, after, gap, blank in zip(printed, printed[1:], gaps, blanks, strict=False):
        labelled = pieces[0] == "第" and len(pieces) < 26 and _LABEL.fullmatch("".join(pieces)) is not None
        pieces.append(_part(before.text, after.text, gap / size, usual / size, blank, labelled=labelled, spread=spread))
        pieces.append(after.text)
    last = max(position for position, glyph in enumerate(row) if glyph is printed[-1])
    return PageLine(
        text="".join(pieces),
        left=printed[0].left,
        right=max(glyph.right for glyph in printed),
        baseline=max(printed, key=lambda glyph: glyph.size).baseline,
        size=size,
        head=_measure_head(printed),
        spaced=last < len(row) - 1,
    )


def _find_usual_gap(printed: Sequence[Glyph], gaps: Sequence[float]) -> float:
    """Return the distance at which a line's characters are set, 0 where they are not Chinese."""
    between = [
        gap for gap, (a, b) in zip(gaps, pairwise(printed), strict=True) if is_han(a.text[-1]) and is_han(b.text[0])
    ]
    return sorted(gaps)[(len(gaps) - 1) // 3] if 2 * len(between) >= len(gaps) > 0 else 0.0


def _find_blanks(row: Sequence[Glyph], printed: Sequence[Glyph]) -> list[str]:
    """Return the white space that is printed after each printed character but the last."""
    blanks: list[str] = []
    run = ""
    place = 0
    for glyph in row:
        if place < len(printed) and glyph is printed[place]:
            if place:
                blanks.append(run)
            run = ""
            place += 1
        else:
            run += "".join(_BLANK_FORMS.get(character, " ") for character in glyph.text)
    return blanks


def _is_spread(printed: Sequence[Glyph], blanks: Sequence[str], gaps: Sequence[float], size: float) -> bool:
    """Say whether a line of Chinese has white space between most of its characters, as the layout alone makes it."""
    pairs = [
        (blank, gap)
        for before, after, blank, gap in zip(printed, printed[1:], blanks, gaps, strict=False)
        if is_han(before.text[-1]) and is_han(after.text[0])
    ]
    parted = sum(bool(blank) or gap > 0.3 * size for blank, gap in pairs)
    return len(pairs) * 2 >= len(printed) - 1 and parted * 2 > len(pairs) and (len(pairs) > 1 or len(printed) == 2)


def _part(before: str, after: str, gap: float, usual: float, blank: str, *, labelled: bool, spread: bool) -> str:
    """Return what stands between two printed characters: nothing, white space, or a tab between cells.

    ``gap`` and ``usual`` are in sizes; ``blank`` is the white space printed between them.
    """
    both_han = is_han(before[-1]) and is_han(after[0])
    wide = gap > max(_CELL_GAP, usual + _CELL_GAP)
    if labelled and (blank or gap > usual + 0.12):
        return blank or ("\u3000" if gap > 0.6 else " ")
    if wide and gap > 1.3 * len(blank) + 0.5:
        # White space that is wider than the blanks printed in it was made by a tab or by cells.
        return "\t"
    if both_han:
        if spread or gap < 0.12:
            return ""
        return blank or (" " if gap > usual + _HAN_GAP and before.isalnum() and after.isalnum() else "")
    if blank:
        return blank if gap > 0.05 else ""
    latin = not is_han(before[-1]) and not is_han(after[0])
    return " " if latin and gap > max(_WORD_GAP, usual + 0.12) else ""


def _measure_head(printed: Sequence[Glyph]) -> float:
    """Return the width of what a line break may not divide at the beginning of a line."""
    end = 0
    while end < len(printed) - 1 and printed[end].text in _OPENING:
        end += 1
    latin = _LATIN.match(printed[end].text) is not None
    while end < len(printed) - 1:
        following = printed[end + 1]
        joined = latin and _LATIN.match(following.text) and following.left - printed[end].right < 0.2 * following.size
        if not joined and following.text[0] not in _CLOSING:
            break
        end += 1
    return printed[end].right - printed[0].left


def _find_gutter(rows: Sequence[Sequence[Glyph]]) -> tuple[float, float] | None:
    """Return the left and right edge of the space between two columns of text, None where a page has one column."""
    filled = [[glyph for glyph in row if glyph.text.strip(BLANKS)] for row in rows]
    filled = [row for row in filled if row]
    if len(filled) < 12:
        return None
    left = min(row[0].left for row in filled)
    right = max(row[-1].right for row in filled)
    middle = (left + right) / 2
    near = 0.12 * (right - left)
    splits: list[tuple[float, float, float]] = []
    lengths: list[int] = []
    cells = 0
    for row in filled:
        gaps = [place for place in range(1, len(row)) if row[place].left - row[place - 1].right > 0.9 * row[place].size]
        cells += len(gaps) > 1
        for place in gaps:
            before, after = row[place - 1], row[place]
            if before.right < middle + near and after.left > middle - near:
                splits.append((before.right, after.left, after.size))
                lengths.append(min(place, len(row) - place))
                break
    # Rows of three cells or more, or of few characters, are those of a table.
    if len(splits) < max(8, 0.5 * len(filled)) or 4 * cells > len(filled) or median(lengths) < _LEAST_IN_COLUMN:
        return None
    size = median(split[2] for split in splits)
    edge, start = max(split[0] for split in splits), min(split[1] for split in splits)
    if start - edge < 0.5 * size:
        # A few wide rows, of a title or a table, may reach further: the usual edges decide.
        edges, starts = sorted(split[0] for split in splits), sorted(split[1] for split in splits)
        edge, start = edges[int(0.9 * (len(edges) - 1))], starts[int(0.1 * (len(starts) - 1))]
    full = sum(split[0] > edge - 2.5 * size for split in splits)
    flush = sum(split[1] < start + 2.6 * size for split in splits)
    if start - edge < 0.5 * size or full < 0.6 * len(splits) or flush < 0.8 * len(splits):
        return None
    return edge, start


def _read_columns(rows: Sequence[Sequence[Glyph]], edge: float, start: float) -> list[PageLine | None]:
    """Return the lines of a page of two columns: between rows that cross both, the left column, then the right."""
    lines: list[PageLine | None] = []
    columns: tuple[list[PageLine | None], list[PageLine | None]] = ([], [])
    middle = (edge + start) / 2
    head, foot = _count_outer(rows)
    for position, row in enumerate(rows):
        between = (glyph for glyph in row if glyph.left < start - 0.1 and glyph.right > edge + 0.1)
        outer = position < head or position >= len(rows) - foot
        if outer or any(glyph.text.strip(BLANKS) for glyph in between):
            lines += [*columns[0], *columns[1], _compose_line(row)]
            columns = ([], [])
            continue
        for place, side in enumerate(
            ([glyph for glyph in row if glyph.left < middle], [glyph for glyph in row if glyph.left >= middle])
        ):
            line = _compose_line(side)
            if line is not None:
                columns[place].append(replace(line, column=place + 1))
    return [*lines, *columns[0], *columns[1]]


def _count_outer(rows: Sequence[Sequence[Glyph]]) -> tuple[int, int]:
    """Return how many rows at the head and foot of a page stand apart from the rest, as headers and footers do."""
    heights = [row[0].baseline for row in rows if row]
    gaps = [after - before for before, after in pairwise(heights)]
    if len(heights) < len(rows) or len(gaps) < 8:
        return 0, 0
    apart = 2.2 * median(gaps)
    head = next((place + 1 for place in (2, 1, 0) if gaps[place] > apart), 0)
    foot = next((place + 1 for place in (2, 1, 0) if gaps[-1 - place] > apart), 0)
    return head, foot
