"""The extractive answer: the sentences that answer, verbatim, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.clauses import body_start
from corpus.model import Clause
from corpus.sentences import split_sentences
from rag.asks import find_amounts, holds_asked
from rag.evidence import Evidence
from rag.understand import Query

CONFIDENT = 3.4
"""The score below which nothing is taken for an answer."""
TYPED_MARGIN = 1.6
"""How far below the best sentence one may stand that holds the kind of thing asked for."""
SAME_CLAUSE_MARGIN = 0.75
OTHER_CLAUSE_MARGIN = 1.0
MOST_SENTENCES = 3
MOST_CLAUSES = 3

_ITEM = re.compile(r"\s*(?:[（(][一二三四五六七八九十百]+[)）]|[0-9]{1,2}[.、．]|[①-⑳])")
_STRICT = frozenset({"money", "date", "duration", "percent"})


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch of a clause to be quoted; offsets in the document's text."""

    clause: Clause
    start: int
    end: int


def choose_evidence(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the sentences that answer, best first; none where nothing answers well enough.

    A question that asks for an amount, a date or a term is answered only by a sentence
    that holds one, and a question that states an amount for confirmation only by a
    clause in which that amount stands.
    """
    if not evidence or evidence[0].score < CONFIDENT:
        return []
    strict = query.asks & _STRICT
    fitting = [one for one in evidence if holds_asked(one.text, strict, query.text)]
    if not fitting or fitting[0].score < max(CONFIDENT, evidence[0].score - TYPED_MARGIN):
        return []
    if query.confirms:
        amounts = find_amounts(query.text)
        fitting = [one for one in fitting if all(amount in one.clause.text for amount in amounts)]
        if not fitting:
            return []
    best = fitting[0]
    chosen = [best]
    for one in fitting[1:]:
        if len(chosen) >= MOST_SENTENCES * (MOST_CLAUSES if query.several else 1):
            break
        mine = [other for other in chosen if other.clause.id == one.clause.id]
        if mine:
            if one.score >= mine[0].score - SAME_CLAUSE_MARGIN and len(mine) < MOST_SENTENCES:
                chosen.append(one)
        elif query.several and one.score >= best.score - OTHER_CLAUSE_MARGIN:
            if len({other.clause.id for other in chosen}) < MOST_CLAUSES:
                chosen.append(one)
    return chosen


def quote_evidence(query: Query, chosen: Sequence[Evidence]) -> list[Quotation]:
    """Return what is quoted for the chosen sentences: enumerations whole, in the clause's order.

    Clauses keep the order in which they were chosen.
    """
    spans: dict[str, list[tuple[int, int]]] = {}
    clauses: dict[str, Clause] = {}
    for one in chosen:
        clauses[one.clause.id] = one.clause
        spans.setdefault(one.clause.id, []).extend(_widen(one, listing=query.listing))
    return [Quotation(clauses[id], start, end) for id, found in spans.items() for start, end in _merge(found)]


def _widen(one: Evidence, *, listing: bool) -> list[tuple[int, int]]:
    """Return the spans that make a sentence readable: an item brings its lead-in, a lead-in its items."""
    begin = body_start(one.clause)
    sentences = split_sentences(one.clause.text[begin - one.clause.start :], begin)
    texts = [one.clause.text[start - one.clause.start : end - one.clause.start] for start, end in sentences]
    position = next((i for i, (start, _) in enumerate(sentences) if start == one.start), None)
    if position is None:
        return [(one.start, one.end)]
    lead = position
    while lead > 0 and _ITEM.match(texts[lead]):
        lead -= 1
    if texts[lead].rstrip()[-1:] not in "：:" or lead + 1 >= len(texts) or not _ITEM.match(texts[lead + 1]):
        return [(one.start, one.end)]
    if lead != position and not listing:
        return [sentences[lead], (one.start, one.end)]
    last = lead + 1
    while last + 1 < len(texts) and _ITEM.match(texts[last + 1]):
        last += 1
    return [(sentences[lead][0], sentences[last][1])]


def _merge(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
