"""The lines of a text with their offsets; what counts as white space in a document."""

from __future__ import annotations

import re
from dataclasses import dataclass

BLANKS = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff"
)
"""White space, the full-width space and the characters of no width."""
_NO_WIDTH = frozenset("\u200b\u200c\u200d\u2060\ufeff")
"""The characters of ``BLANKS`` that ``str.strip`` leaves."""
_RUN = re.compile(f"[{BLANKS}]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without the white space around it; ``start == end`` on a blank line."""

    start: int
    end: int
    text: str


def split_lines(text: str) -> list[Line]:
    """Return every line of a text, blank ones included, in order."""
    lines, position = [], 0
    for raw in text.splitlines(keepends=True):
        right = raw.rstrip()
        content = right.lstrip()
        if content and (content[0] in _NO_WIDTH or content[-1] in _NO_WIDTH):
            right = raw.rstrip(BLANKS)
            content = right.lstrip(BLANKS)
        start = position + len(right) - len(content)
        lines.append(Line(start, start + len(content), content))
        position += len(raw)
    return lines


def tidy_blanks(text: str) -> str:
    """Return a text with each run of white space as one space, and none at its ends."""
    return _RUN.sub(" ", text).strip(" ")


def drop_blanks(text: str) -> str:
    """Return a text without any white space."""
    return _RUN.sub("", text)
