"""Running headers, running footers, page numbers and footnotes: the lines of a page that are no part of its text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from corpus.formats.layout import Page, PageLine
from corpus.labels import read_label
from corpus.lines import drop_blanks
from corpus.numerals import to_integer

HEADER, FOOTER, NUMBER, FOOTNOTE = "page header", "page footer", "page number", "footnote"

_ZONE = 0.2
"""The share of a page's height, above and below, in which headers and footers stand."""
_DEPTH = 3
"""As many lines a header or footer has at most."""
_NEAR = 0.012
"""The share of a page's height by which a running line may stand higher or lower from page to page."""
_DIGITS = re.compile(r"[0-9０-９]+")
_SIGNS = r"[-‐-―─－~～·•.|_*【】\[\]()（）<>《》]*"
_COUNT = r"(?:[0-9０-９]{1,4}|[ivxlcIVXLC]{1,7}|[一二三四五六七八九十百零〇]{1,5})"
_BARE = re.compile(rf"({_SIGNS})([0-9０-９]{{1,4}})({_SIGNS})")
_TOLD = re.compile(
    rf"{_SIGNS}(?:第{_COUNT}页(?:{_SIGNS}[,，/／;；]?(?:共|总)?{_COUNT}页?)?|共{_COUNT}页[,，/／]?第{_COUNT}页"
    rf"|{_COUNT}[/／]{_COUNT}页?|{_COUNT}页|(?:[Pp]age|PAGE){_COUNT}(?:of{_COUNT})?|[ivxIVX]{{1,7}}){_SIGNS}"
)
_PRINTED = re.compile(
    r"[0-9]{1,4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}日?[,，]?(?:上午|下午)?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[AP]M)?.{0,80}"
    r"|(?:https?|file)://\S{1,300}[0-9]{1,4}/[0-9]{1,4}"
)
"""What a browser prints above and below a page: date, time and title; address and page number."""
_NOTE = re.compile(r"[①-⑳]|[\[〔【(（][0-9]{1,2}[\]〕】)）]|\*|[0-9]{1,2}(?![0-9.．、年月日])")


def find_running(pages: Sequence[Page]) -> dict[PageLine, str]:
    """Return the lines that are page furniture, with the reason of each.

    A running line stands at one height, in the same words but for numbers, at the head or
    foot of most pages; outside it stands nothing but other running lines. A page number
    alone on its line needs signs around it, or to count on from page to page.
    """
    found: dict[PageLine, str] = {}
    for side in (1, -1):
        numbers = _find_numbers(pages, side)
        repeated = _find_repeated(pages, side)
        for page in pages:
            for line in _edge(page, side):
                if line in numbers:
                    found[line] = NUMBER
                elif line in repeated or _PRINTED.fullmatch(drop_blanks(line.text)) is not None:
                    found[line] = HEADER if side == 1 else FOOTER
                else:
                    break
    _find_footnotes(pages, found)
    return found


def _edge(page: Page, side: int) -> list[PageLine]:
    """Return the outermost lines of a page, the outermost first: of its head (1) or foot (-1)."""
    ordered = sorted(page.lines, key=lambda line: line.baseline * side)
    limit = page.height * _ZONE
    return [
        line
        for line in ordered[: 2 * _DEPTH]
        if (line.baseline <= limit if side == 1 else line.baseline >= page.height - limit)
    ][:_DEPTH]


def _name_line(line: PageLine) -> str:
    """Return the words of a line that stay the same from page to page."""
    words = drop_blanks(line.text)
    return words if read_label(line.text) is not None else _DIGITS.sub("#", words)


def _find_repeated(pages: Sequence[Page], side: int) -> set[PageLine]:
    """Return the lines that stand at one height of most pages, or of most even or odd ones."""
    heights: dict[str, list[tuple[float, int, PageLine]]] = defaultdict(list)
    for page in pages:
        for line in _edge(page, side):
            name = _name_line(line)
            worded = any(character.isalpha() for character in name) and not name.endswith(tuple("。；，、："))
            if page.height > 0 and worded:
                offset = line.baseline if side == 1 else page.height - line.baseline
                heights[name].append((offset / page.height, page.number, line))
    filled = sum(bool(page.lines) for page in pages)
    needed = max(2, round(0.4 * (filled - 1))) if filled < 20 else max(5, round(0.15 * filled))
    repeated: set[PageLine] = set()
    for places in heights.values():
        places.sort(key=lambda place: place[:2])
        first = 0
        for last, (height, _, _) in enumerate(places):
            while height - places[first][0] > _NEAR:
                first += 1
            if last - first + 1 == needed:
                repeated |= {line for _, _, line in places[first : last + 1]}
            elif last - first + 1 > needed:
                repeated.add(places[last][2])
    return repeated


def _find_numbers(pages: Sequence[Page], side: int) -> set[PageLine]:
    """Return the lines that are a page number alone."""
    numbers: set[PageLine] = set()
    bare: list[tuple[int, PageLine]] = []
    for page in pages:
        for line in _edge(page, side):
            words = drop_blanks(line.text)
            match = _BARE.fullmatch(words)
            if match is not None and not (match[1] and match[3]):
                bare.append(((to_integer(match[2]) or 0) - page.number, line))
            elif match is not None or (_TOLD.fullmatch(words) is not None and read_label(line.text) is None):
                numbers.add(line)
    counts = Counter(offset for offset, _ in bare)
    for offset, line in bare:
        if counts[offset] > 1 or (len(pages) == 1 and offset == 1):
            numbers.add(line)
    return numbers


def _find_footnotes(pages: Sequence[Page], found: dict[PageLine, str]) -> None:
    """Add the lines in smaller type at the foot of a page that begin with the mark of a note."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size, 1)] += len(line.text)
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    for page in pages:
        below = []
        for line in sorted(page.lines, key=lambda line: -line.baseline):
            if line in found:
                continue
            if line.size > 0.88 * usual or "\t" in line.text:
                break
            below.append(line)
        while below and _NOTE.match(below[-1].text) is None:
            below.pop()
        if len(below) < sum(line not in found for line in page.lines):
            found.update(dict.fromkeys(below, FOOTNOTE))
