"""The filled lines of a document as its outline sees them: Markdown signs set aside, the label read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from corpus.labels import Label, read_label
from corpus.lines import BLANKS, Line

CLOSED = frozenset("。；;：:，,、！!？?")
"""The signs that end a sentence or a part of one, which no heading ends with."""
BOLD = 7
"""The level of a line that is wholly bold and so a heading: below those of #."""

STATES = re.compile(r"[\d是由]|应当|不得|可以|必须|禁止|适用|属于|负责|一般|本规定|本办法")
"""What a sentence that rules has and a heading has not."""
_TAGS = r"(?:</?[A-Za-z][^<>\n]{0,200}>|&[a-z]{2,6};|[ \t\u3000\xa0])*"
_SIGNS = re.compile(
    rf"(?:>[ \t\u3000]*)*(?:[-*+•●■]{{1,2}}[ \t]+|\|[ \t]*)?{_TAGS}(?:(#{{1,6}})[ \t\u3000\xa0]*)?{_TAGS}(\*\*|__)?"
)
_ENDING = re.compile(r"(?:</?[A-Za-z][^<>\n]{0,60}>|&[a-z]{2,6};|[*_”’」』）)\"' \t\u3000\xa0])+$")
_MARKED = frozenset(">-*+•●■|<&#_")
_TITLE_LENGTH = 60
_BOLD_LENGTH = 40
_NARROWEST = 20
_WRAPPED = 4
_TOLERANCE = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that may begin something.

    ``start`` and ``text`` are those of its words without the Markdown signs before them;
    ``hashes`` is its level as a heading, 0 where nothing calls it one; ``closed`` says
    that it ends as a sentence does, ``cell`` that it is a row of a Markdown table.
    """

    position: int
    start: int
    text: str
    hashes: int
    label: Label | None
    closed: bool
    cell: bool = False


def read_entries(lines: Sequence[Line], skipped: Collection[int], levels: Mapping[int, int]) -> list[Entry]:
    """Return the filled lines that are not skipped; ``levels`` are those of headings by the file's format."""
    filled = [(position, line) for position, line in enumerate(lines) if line.text and position not in skipped]
    wrapped = _find_continuations([line for _, line in filled])
    return [
        read_entry(line, position, levels.get(position, 0), continues=index in wrapped)
        for index, (position, line) in enumerate(filled)
    ]


def read_entry(line: Line, position: int, level: int = 0, *, continues: bool = False) -> Entry:
    """Read what a line begins with.

    ``level`` is that of a heading by the file's format, 0 where it calls it none; a line
    that ends as a sentence does is no heading whatever its style. A line that continues
    the one before it begins nothing, whatever it reads like.
    """
    text, cut, hashes = line.text, 0, 0
    if text[0] in _MARKED:
        match = _SIGNS.match(text)
        if match is not None and text[match.end() :].strip("*#_|" + BLANKS):
            hashes = len(match[1] or "")
            cut = match.end()
            if match[2] and _is_bold(text, cut, match[2]):
                hashes = hashes or BOLD
            text = text[cut:]
    closed = _is_closed(text)
    label = None if continues else read_label(text)
    if hashes == BOLD and (closed or label is not None):
        hashes = 0
    if not hashes and level and not closed and len(text) <= _TITLE_LENGTH:
        hashes = level
    return Entry(position, line.start + cut, text, hashes, label, closed, cell=line.text[0] == "|")


def is_markup(text: str) -> bool:
    """Say whether a text holds nothing but Markdown signs, tags and white space."""
    return len(text) <= 2000 and _ONLY_SIGNS.fullmatch(text) is not None


_ONLY_SIGNS = re.compile(rf"(?:[#*_>|+\-•●■]|</?[A-Za-z][^<>]{{0,200}}>|&[a-z]{{2,6}};|[{re.escape(BLANKS)}])*")


def drop_signs(text: str) -> str:
    """Return the words of a heading without the bold signs, tags and entities in them."""
    return _INNER_SIGNS.sub(" ", text) if _MARKED.intersection(text) else text


_INNER_SIGNS = re.compile(r"\*\*|__|</?[A-Za-z][^<>\n]{0,60}>|&[a-z]{2,6};|\s*#+$")


def _is_bold(text: str, start: int, sign: str) -> bool:
    return len(text) - start <= _BOLD_LENGTH and text.endswith(sign) and text.count(sign) == 2


def _is_closed(text: str) -> bool:
    """Say whether a line ends as a sentence does, the quotation marks, brackets and tags after it set aside."""
    last = text[-1]
    if last in CLOSED:
        return True
    if last == "." and "\u4e00" <= text[-2:-1] <= "\u9fff":
        return True
    if last not in "*_”’」』）)\"'>;":
        return False
    bare = _ENDING.sub("", text[-120:])
    return bare[-1:] in CLOSED


def _find_continuations(lines: Sequence[Line]) -> set[int]:
    """Find the lines that go on in the middle of a sentence, in a text broken into lines of one width.

    Such a text has many lines without a sentence's end, nearly all as long as its longest;
    a line after one of these continues it.
    """
    open_ended = [
        index for index, line in enumerate(lines) if len(line.text) >= _NARROWEST and not _is_closed(line.text)
    ]
    if len(open_ended) < _WRAPPED:
        return set()
    widths = Counter(len(lines[index].text) for index in open_ended)
    width = max(widths, key=lambda size: sum(widths[size + step] for step in range(-_TOLERANCE, 2)))
    full = [index for index in open_ended if width - _TOLERANCE <= len(lines[index].text) <= width + 1]
    if len(full) < _WRAPPED or len(full) * 10 < len(open_ended) * 7:
        return set()
    longer = sum(len(line.text) > width + _TOLERANCE for line in lines)
    if longer * 10 > len(full):
        return set()
    return {index + 1 for index in full}
