"""The lists inside a clause: a lead-in that ends in a colon, and the items after it."""

from __future__ import annotations

import re

from corpus.clauses import body_start
from corpus.model import Clause
from corpus.sentences import split_sentences

_ITEM = re.compile(r"\s*(?:[（(][一二三四五六七八九十百]+[）)]|[0-9]{1,2}[.、．]|[①-⑳])")

Stretch = tuple[int, int]
"""Start and end in the document's text."""


def is_item(text: str) -> bool:
    """Whether a sentence begins as an item of a list does."""
    return _ITEM.match(text) is not None


def is_lead(text: str) -> bool:
    """Whether a sentence introduces a list."""
    return text.rstrip().endswith(("：", ":"))


def find_sentence_start(clause: Clause, start: int) -> int:
    """Return where the whole sentence begins of which the piece at ``start`` is a part: pieces end in ； too.

    The subject and the condition often stand before the ； alone. An item stands for itself.
    """
    spans, texts, place = _place_sentence(clause, start)
    if place is None:
        return start
    while place > 0 and texts[place - 1].rstrip().endswith(("；", ";")) and not is_item(texts[place]):
        if is_item(texts[place - 1]):
            break
        place -= 1
    return spans[place][0]


def find_list(clause: Clause, start: int) -> tuple[Stretch, Stretch] | None:
    """Return the lead-in of the list that the sentence at ``start`` belongs to, and the whole list; None if none."""
    spans, texts, lead = _place_sentence(clause, start)
    if lead is None:
        return None
    while lead > 0 and is_item(texts[lead]):
        lead -= 1
    if not is_lead(texts[lead]) or lead + 1 >= len(texts) or not is_item(texts[lead + 1]):
        return None
    last = lead + 1
    while last + 1 < len(texts) and is_item(texts[last + 1]):
        last += 1
    return spans[lead], (spans[lead][0], spans[last][1])


def _place_sentence(clause: Clause, start: int) -> tuple[list[Stretch], list[str], int | None]:
    """Return the sentences of a clause, their words, and which of them begins at ``start``."""
    begin = body_start(clause)
    spans = list(split_sentences(clause.text[begin - clause.start :], begin))
    texts = [clause.text[first - clause.start : last - clause.start] for first, last in spans]
    return spans, texts, next((i for i, (first, _) in enumerate(spans) if first == start), None)
