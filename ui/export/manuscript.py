"""A conversation as one document to be kept: the blocks and footnotes that ``ui/export/layout.py`` lays out.

``ui/export/markdown.py`` and ``ui/export/docx.py`` write them down, each in its format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from ui.rendering.plain import clean

Style = Literal[
    "title",
    "heading",
    "appendix",
    "subheading",
    "question",
    "words",
    "status",
    "caption",
    "item",
    "source",
    "clause",
    "fact",
]
RunKind = Literal["", "quoted", "damaged"]

_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile("[\n\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Run:
    """Words on one line, or, where ``note`` is not 0, the reference to that footnote.

    ``kind`` is ``quoted`` for words of a clause that an answer quotes, ``damaged`` for
    characters that the source holds damaged. ``entry`` is the number of the clause in the
    appendix that the words lead to, or 0.
    """

    text: str = ""
    kind: RunKind = ""
    note: int = 0
    entry: int = 0


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, never empty; ``entry`` is the number of the clause whose heading it is, or 0."""

    style: Style
    runs: Line
    entry: int = 0


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A conversation to be written down.

    ``notes`` holds the lines of each footnote, number 1 first. ``created`` and ``updated``
    are in UTC, None where the conversation does not say them. No text in it holds a control
    character but tabs, nor what XML forbids.
    """

    title: str
    created: datetime | None
    updated: datetime | None
    program: str
    blocks: tuple[Block, ...]
    notes: tuple[tuple[Line, ...], ...]


def join_line(text: str) -> str:
    """Return the text cleaned, on one line."""
    return " ".join(clean_text(text).split())


def lay_text(style: Style, text: str) -> Iterator[Block]:
    """Give a block for each line of the text."""
    return (Block(style, line) for line in break_lines([Run(text)]))


def break_lines(runs: Iterable[Run]) -> list[Line]:
    """Clean the runs and break them into lines; lines that hold nothing are left out."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *others = _BREAK.split(clean_text(run.text))
        lines[-1].append(replace(run, text=first))
        lines += ([replace(run, text=words)] for words in others)
    kept = (tuple(run for run in line if run.note or run.text) for line in lines)
    return [line for line in kept if any(run.note or run.text.strip() for run in line)]


def clean_text(text: str) -> str:
    """Return the text with what no file or reader can take (controls, lone surrogates, …) as U+FFFD, as on the page."""
    return _UNWRITABLE.sub("\ufffd", clean(text))
