"""The lists inside a clause: a lead-in that ends in a colon, and the items after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from corpus.clauses import body_start
from corpus.model import Clause
from corpus.sentences import split_sentences

_ITEM = re.compile(r"\s*(?:[（(](?:[一二三四五六七八九十百]+|[0-9]{1,2})[）)]|[0-9]{1,2}[.、．]|[①-⑳])")

_OPEN = ("；", ";")
_GRAVER = re.compile(r"情节|造成|逾期|拒不|构成犯罪|后果")
"""How a piece begins that says what holds when what was said before it is graver."""

WHOLE_CHARACTERS = 120
"""Up to which length a sentence is quoted to its end, over ；, also where what follows is another case."""

Stretch = tuple[int, int]
"""Start and end in the document's text."""


class List(NamedTuple):
    """A list's lead-in, the end of it behind a ；, the whole list, and the item asked for (None of the lead-in)."""

    lead: Stretch
    introduction: Stretch
    whole: Stretch
    item: Stretch | None


def is_item(text: str) -> bool:
    """Whether a sentence begins as an item of a list does."""
    return _ITEM.match(text) is not None


def is_lead(text: str) -> bool:
    """Whether a sentence introduces a list."""
    return text.rstrip().endswith(("：", ":"))


def find_sentence(clause: Clause, start: int, end: int) -> Stretch:
    """Return the whole sentence of which the piece at ``start`` is a part: pieces end in ； too.

    The subject and the condition often stand before the ； alone, and behind it what holds in
    graver cases; an exception (但是…) may be a sentence of its own. An item stands for itself.
    """
    spans, texts, place = _place_sentence(clause, start)
    if place is None:
        return start, end
    first = last = place
    while first > 0 and texts[first - 1].rstrip().endswith(_OPEN) and not is_item(texts[first]):
        if is_item(texts[first - 1]):
            break
        first -= 1
    while last + 1 < len(texts):
        open = texts[last].rstrip().endswith(_OPEN)
        short = spans[last + 1][1] - spans[first][0] <= WHOLE_CHARACTERS and not is_item(texts[last + 1])
        if not (open and short) and not _depends(texts[last + 1], open=open):
            break
        last += 1
    return spans[first][0], max(end, spans[last][1])


def find_list(clause: Clause, start: int, *, ahead: bool = False) -> List | None:
    """Return the list that the sentence at ``start`` belongs to, None if it is of none.

    With ``ahead`` what stands before a ； of its lead-in (有下列情形之一的，处警告；) belongs to it too.
    """
    spans, texts, place = _place_sentence(clause, start)
    if place is None:
        return None
    owners = _find_owners(clause, spans, texts)
    lead = place
    while lead > 0 and owners[lead] is not None:
        lead -= 1
    while ahead and lead + 1 < len(texts) and owners[lead + 1] is None and texts[lead].rstrip().endswith(_OPEN):
        lead += 1
    if not is_lead(texts[lead]) or lead + 1 >= len(texts) or not is_item(texts[lead + 1]):
        return None
    last = lead + 1
    while last + 1 < len(texts) and owners[last + 1] is not None:
        last += 1
    mine = [spans[i] for i in range(lead + 1, last + 1) if owners[i] == owners[place]]
    item = (mine[0][0], mine[-1][1]) if mine else None
    # What stands before a ； is of the lead-in too: behind it is often the graver case alone.
    first = lead
    while first > 0 and texts[first - 1].rstrip().endswith(_OPEN) and owners[first - 1] is None:
        first -= 1
    return List((spans[first][0], spans[lead][1]), spans[lead], (spans[first][0], spans[last][1]), item)


def _depends(text: str, *, open: bool) -> bool:
    """Whether a piece says nothing without the one before it; ``open`` is that one's ending in ；."""
    return text.startswith("但") or (open and _GRAVER.match(text) is not None)


def _find_owners(clause: Clause, spans: Sequence[Stretch], texts: Sequence[str]) -> list[int | None]:
    """Return for each sentence the place of the item that it begins, or goes on with in its line; None outside."""
    owners: list[int | None] = []
    for i, text in enumerate(texts):
        if is_item(text):
            owners.append(i)
            continue
        begins_line = i == 0 or "\n" in clause.text[spans[i - 1][1] - clause.start : spans[i][0] - clause.start]
        owners.append(None if begins_line else owners[-1])
    return owners


def _place_sentence(clause: Clause, start: int) -> tuple[list[Stretch], list[str], int | None]:
    """Return the sentences of a clause, their words, and which of them begins at ``start``."""
    begin = body_start(clause)
    spans = list(split_sentences(clause.text[begin - clause.start :], begin))
    texts = [clause.text[first - clause.start : last - clause.start] for first, last in spans]
    return spans, texts, next((i for i, (first, _) in enumerate(spans) if first == start), None)
