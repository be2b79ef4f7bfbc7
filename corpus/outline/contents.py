"""A page of contents at the front of a document: its lines come again, as headings, in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.labels import read_label
from corpus.lines import Line, drop_blanks

_FRONT = 60
_MOST = 400
_FEWEST = 3
_LONGEST = 80
_CLOSED = "。；;：:，,、！!？?"
_PAGE = r"(?:[0-9０-９]{1,4}|[IVXivx]{1,6}|[Ⅰ-Ⅻ])"
_LEADERS = re.compile(rf"(?:[.．…·—-]+{_PAGE}?|[0-9０-９]*)$")
_LED = re.compile(rf".{{1,70}}?(?:[.．…·—]{{2,}}|\t|[ \u3000]{{2,}})[ \t\u3000]*{_PAGE}")


def find_contents(lines: Sequence[Line]) -> Sequence[int]:
    """Return the lines of a page of contents: 目录 and what it lists, or a list of headings without that word.

    Under 目录 they reach to where the first of them comes again. Without it, three or more
    short lines in a row at the front are contents where most end in a page number after
    leaders, or are labels that come again.
    """
    filled = [position for position, line in enumerate(lines) if line.text]
    for place, position in enumerate(filled[:_FRONT]):
        text = lines[position].text
        if len(text) <= _FEWEST * 3 and drop_blanks(text.strip("#* ")) in {"目录", "目次", "目錄"}:
            return [position, *_list_under(lines, filled[place + 1 : place + 1 + _MOST])]
    return _find_untitled(lines, filled)


def _list_under(lines: Sequence[Line], listed: Sequence[int]) -> Sequence[int]:
    words = [_name_line(lines[position].text) for position in listed]
    again = next((place for place in range(1, len(words)) if words[place] == words[0]), 0)
    if again:
        return _cut_text(lines, listed, words, again)
    count = 0
    while count < len(listed) and (_LED.fullmatch(lines[listed[count]].text) or _is_title(lines[listed[count]].text)):
        count += 1
    # Headings of the text itself may follow at once: only what has a page number is surely of the contents.
    while count and not _LED.fullmatch(lines[listed[count - 1]].text):
        count -= 1
    return listed[:count]


def _cut_text(lines: Sequence[Line], listed: Sequence[int], words: Sequence[str], again: int) -> Sequence[int]:
    """Return the lines of a contents page before ``again``: without a preamble between it and the first heading."""
    later = set(words[again:])
    for place in range(1, again):
        text = lines[listed[place]].text
        if (text[-1] == "。" or len(text) > _LONGEST) and words[place] not in later:
            return listed[:place]
    return listed[:again]


def _find_untitled(lines: Sequence[Line], filled: Sequence[int]) -> Sequence[int]:
    place, front = 0, min(_FRONT, len(filled))
    last: Mapping[str, int] | None = None
    while place < front:
        end = place
        while end < len(filled) and end - place < _MOST and _is_short(lines[filled[end]].text):
            end += 1
        block = filled[place:end]
        place = end + 1
        if sum(_is_listed(lines[position].text) for position in block) < _FEWEST:
            continue
        if last is None:
            last = {
                _name_line(lines[position].text): position
                for position in filled
                if len(lines[position].text) <= _LONGEST and read_label(lines[position].text.lstrip("#* ")) is not None
            }
        span = _cut_block(lines, block, last)
        if span:
            return span
    return []


def _cut_block(lines: Sequence[Line], block: Sequence[int], last: Mapping[str, int]) -> Sequence[int]:
    """Return the stretch of a block of short lines that is contents, none where too few are listed."""
    names = [_name_line(lines[position].text) for position in block]
    listed = [
        place
        for place, position in enumerate(block)
        if _LED.fullmatch(lines[position].text) or last.get(names[place], position) > position
    ]
    if len(listed) < _FEWEST:
        return []
    first = listed[0]
    again = next((place for place in range(first + 1, len(block)) if names[place] == names[first]), len(block))
    listed = [place for place in listed if place < again]
    if len(listed) < _FEWEST or len(listed) * 5 < (listed[-1] - first + 1) * 3:
        return []
    return block[first : listed[-1] + 1]


def _is_short(text: str) -> bool:
    return len(text) <= _LONGEST and text[-1] not in _CLOSED


def _is_listed(text: str) -> bool:
    return _LED.fullmatch(text) is not None or _is_title(text)


def _is_title(text: str) -> bool:
    if not _is_short(text):
        return False
    label = read_label(text.lstrip("#* "))
    return label is not None and label.kind not in {"article", "arabic", "item", "question"}


def _name_line(text: str) -> str:
    """Return the words of a line without blanks, Markdown signs, leaders and a page number."""
    return _LEADERS.sub("", drop_blanks(text[:_LONGEST].strip("#* ")))
