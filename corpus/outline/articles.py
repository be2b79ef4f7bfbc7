"""Which lines that read as 第X条 are the articles of a document, and which refer to or quote one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.labels import Label, read_label
from corpus.lines import BLANKS, Line
from corpus.outline.entries import Entry

_QUOTATION = 30
_AFTER_SENTENCE = re.compile(
    r"(?<=[。；”）)])[ \t\u3000\xa0]*(?=第[0-9０-９一二三四五六七八九十百千零〇 \u3000]{1,12}条)"
)


def split_run_on(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with those cut that hold several articles, each after the end of a sentence and next in number.

    Pages and files that have lost their line breaks print whole chapters so.
    """
    found: list[Line] = []
    for line in lines:
        label = read_label(line.text) if line.text[:1] == "第" else None
        if label is not None and label.kind == "article":
            found += _cut(line, label)
        else:
            found.append(line)
    return found


def _cut(line: Line, label: Label) -> list[Line]:
    cuts, order = [0], label.order
    for match in _AFTER_SENTENCE.finditer(line.text, label.end):
        following = read_label(line.text[match.end() : match.end() + _LABEL_LENGTH])
        if following is None or following.refers or not following.apart or not follows(following.order, order):
            continue
        cuts.append(match.end())
        order = following.order
    if len(cuts) == 1:
        return [line]
    pieces = [(start, line.text[start:end].rstrip(BLANKS)) for start, end in pairwise([*cuts, len(line.text)])]
    return [Line(line.start + start, line.start + start + len(text), text) for start, text in pieces]


_LABEL_LENGTH = 30


def accept_articles(entries: Sequence[Entry]) -> dict[int, Label]:
    """Return the entries that are articles of this document; none where it has only quotations of some.

    A label that has lost characters is an article wherever the document has others: its
    text is neither lost nor cited under the number of the article before it.
    """
    candidates: list[tuple[int, Label]] = []
    damaged: list[tuple[int, Label]] = []
    for index, entry in enumerate(entries):
        if entry.label is not None and entry.label.kind == "article" and not entry.label.refers:
            (damaged if entry.label.damaged else candidates).append((index, entry.label))
    if not candidates:
        return {}
    quoted = find_quoted(entries)
    likely = _find_likely(entries, candidates)
    loose = sum(not label.apart for _, label in candidates) * 2 > len(candidates)
    accepted: dict[int, Label] = {}
    last: tuple[int, int] | None = None
    waiting = list(reversed(likely))
    for place, (index, label) in enumerate(candidates):
        while waiting and waiting[-1][0] < index:
            before, one = waiting.pop()
            if before not in quoted and follows(one.order, last):
                accepted[before] = one
                last = one.order
        upcoming = candidates[place + 1][1].order if place + 1 < len(candidates) else None
        # A table that lists the articles of other laws skips; one of the document's own does not.
        if entries[index].cell and not follows(label.order, last):
            continue
        if _is_article(label, last, upcoming, quoted=index in quoted, loose=loose):
            accepted[index] = label
            last = label.order
    if not _is_law(entries, accepted):
        return {}
    accepted.update(_find_missed(entries, accepted, quoted))
    accepted.update((index, label) for index, label in damaged if index not in quoted and (label.apart or loose))
    return dict(sorted(accepted.items()))


def _find_likely(entries: Sequence[Entry], candidates: Sequence[tuple[int, Label]]) -> list[tuple[int, Label]]:
    """Find the lines that read as references, to a number that no other line begins with though the next one does."""
    orders = {label.order for _, label in candidates}
    found = [
        (index, entry.label)
        for index, entry in enumerate(entries)
        if entry.label is not None and entry.label.kind == "article" and entry.label.refers and not entry.cell
        if not entry.label.damaged and entry.label.order not in orders
    ]
    every = orders | {label.order for _, label in found}
    return [(index, label) for index, label in found if (label.order[0] + 1, 0) in every]


def _find_missed(entries: Sequence[Entry], accepted: dict[int, Label], quoted: set[int]) -> dict[int, Label]:
    """Find the articles that read as references (第四条第三条规定的…) and are the one number missing between two."""
    found: dict[int, Label] = {}
    for (before, first), (after, second) in pairwise(sorted(accepted.items())):
        wanted = (first.order[0] + 1, 0)
        if second.order != (first.order[0] + 2, 0):
            continue
        between = [
            (index, label)
            for index in range(before + 1, after)
            if index not in quoted and (label := entries[index].label) is not None
            if label.kind == "article" and label.order == wanted and not label.damaged
        ]
        if len(between) == 1:
            found.update(between)
    return found


def follows(order: tuple[int, int], last: tuple[int, int] | None) -> bool:
    """Say whether a number is the next after the last: 十一 or 十之一 after 十."""
    if last is None:
        return order == (1, 0)
    return order in {(last[0] + 1, 0), (last[0], last[1] + 1)}


def find_quoted(entries: Sequence[Entry]) -> set[int]:
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
        # Each paragraph of a quotation opens it anew; the last alone closes it.
        anew = depth > 0 and entry.text.startswith("“")
        depth = max(depth - anew + entry.text.count("“") - entry.text.count("”"), 0)
    return found


def _is_article(
    label: Label, last: tuple[int, int] | None, upcoming: tuple[int, int] | None, *, quoted: bool, loose: bool
) -> bool:
    if follows(label.order, last):
        return True
    if not label.apart:
        near = last is not None and last[0] < label.order[0] <= last[0] + 3
        return loose and (near or label.order == (1, 0) or last is None)
    if quoted:
        return False
    # A number out of turn, after which the numbering goes on as before, is a reference at a line's head.
    return not (last is not None and upcoming is not None and label.order != last and follows(upcoming, last))


def _is_law(entries: Sequence[Entry], accepted: dict[int, Label]) -> bool:
    """Say whether accepted articles are the document's own numbering."""
    orders = [label.order for label in accepted.values()]
    if not orders:
        return False
    if orders[0] == (1, 0):
        return True
    steps = sum(follows(order, last) for last, order in pairwise(orders))
    others = any(entry.label is not None and entry.label.kind in {"part", "item"} for entry in entries[: min(accepted)])
    return steps * 2 >= len(orders) or not others
