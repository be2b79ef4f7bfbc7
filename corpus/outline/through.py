"""Numbers that count through a document across its parts, as in minutes and plans: 1. to 30. under 一、 and （一）."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.outline.entries import Entry

_FEWEST = 4


def find_through(entries: Sequence[Entry]) -> dict[int, int]:
    """Return the 1. that are the clauses of a document, each with the （一） line right over it, -1 where none is.

    They are where they count from one to the end without beginning again, in two parts or
    more, and where each （一） that has any is a bare heading over its first. Else （一） is
    the clause and 1. only enumerates in it.
    """
    found: dict[int, int] = {}
    item = part = -1
    parts: set[int] = set()
    headings: set[int] = set()
    for index, entry in enumerate(entries):
        kind = entry.label.kind if entry.label is not None else ""
        if kind in {"part", "division"}:
            item, part = -1, index
        elif kind == "item":
            item = index
        elif kind in {"attachment", "question"}:
            return {}
        elif kind == "arabic" and entry.label is not None and not entry.cell:
            if entry.label.order != (len(found) + 1, 0) or entry.text[-1] in "；;":
                return {}
            over = item if item == index - 1 else -1
            if (item >= 0 and over < 0 and item not in headings) or (over >= 0 and entries[over].closed):
                return {}
            headings.add(over)
            found[index] = over
            parts.add(max(item, part))
    return found if len(found) >= _FEWEST and len(parts) > 1 and -1 not in parts else {}
