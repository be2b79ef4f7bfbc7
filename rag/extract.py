"""The extractive answer: the sentences that answer, verbatim, or none."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from corpus.model import Clause
from rag.amounts import holds_amounts, read_amounts
from rag.asks import holds_asked
from rag.enumerations import Stretch, find_list, find_sentence
from rag.evidence import Evidence
from rag.settings import Strictness
from rag.understand import Query

ANSWERS = -2.5
"""Log-odds from which a sentence is taken to answer; like those below, chosen on the sets to tune on."""
COVERED = 0.5
"""How much more the bar is in documents with known questions, whose near misses are told from answers better."""
STRANGE = 2.2
"""How much more the bar is where clause and question share no word: it may be on another subject."""
UNSPOKEN = 1.2
"""How much more the bar is where neither the words that a question shares with the clause nor known questions, where
its document has any, speak for a sentence (食品安全法里酒驾怎么罚).

Of 120 questions on subjects of which the documents do not speak, most asked of one by its name, 113 abstain, 109
without; with 2.2 it is 114, and on the set to tune on 3 abstain wrongly instead of 1.
"""
VOUCHED = 0.1
SHARED = 0.05
"""What known questions vouch for it, and the share of the words, below which they do not speak for it."""
FAINT = 4.2
"""And the match below which such a clause never answers; of 79 sentences that do, none to a question in Chinese is."""
NAMED_ANSWERS = -4.0
"""The same inside clauses that the question names, whose subject is not in doubt."""
STRICTNESS: Mapping[Strictness, float] = {"strict": 1.0, "balanced": 0.0, "lenient": -1.0}
"""How much higher these bars are where a person wants it so."""
SAME_CLAUSE_MARGIN = 6.0
"""How far below the best sentence of its clause another is quoted with it."""
LISTING_MARGIN = 4.0
"""The same where a question asks for a list."""
OTHER_CLAUSE_MARGIN = 6.0
"""How far below the best sentence one of another clause is quoted where the question wants several."""
OTHER_DOCUMENT_MARGIN = 9.0
"""The same of the best sentence of one of several documents that a question names.

Of 20 on the sets to tune on those that answer are up to 7.9 behind, others that are far behind 10.7 to 17.2.
"""
MENTION_SHARE = 0.4
"""The part of the best sentence's cover that another needs where a question asks which clauses mention something."""
MOST_SENTENCES = 3
MOST_LISTED = 5
"""Sentences of one clause that are quoted, and of one where a question asks for a list."""
MOST_CLAUSES = 2

_HAN = re.compile(r"[\u3400-\u9fff]")
FIGURES = frozenset({"money", "date", "duration", "percent", "times", "measure"})
"""The kinds of things asked for that are figures: a sentence without one does not answer."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch of a clause to be quoted; offsets in the document's text."""

    clause: Clause
    start: int
    end: int


def choose_evidence(
    query: Query, evidence: Sequence[Evidence], *, bar: float = ANSWERS, stricter: float = 0.0
) -> list[Evidence]:
    """Return the sentences that answer, best first; none where nothing answers well enough.

    A question that asks for an amount, a date, a term, a measure or how often is answered only by a sentence
    that holds one, and a question that states a figure for confirmation only by a
    clause in which that figure stands. ``bar`` is the least log-odds of the best sentence;
    it and the bar of sentences in other clauses are ``stricter`` by so much.
    """
    if query.mentions:
        return _choose_mentions(evidence)
    best = _find_best(query, evidence, bar + stricter)
    if best is None:
        return []
    chosen = [best]
    same_margin = LISTING_MARGIN if query.listing else SAME_CLAUSE_MARGIN
    most = MOST_LISTED if query.listing else MOST_SENTENCES
    for one in evidence:
        mine = [other for other in chosen if other.clause.id == one.clause.id]
        if one in mine or len(chosen) >= most * (MOST_CLAUSES if query.several else 1):
            continue
        if mine:
            fits = one.place >= mine[0].place - same_margin and len(mine) < most
        else:
            fits = query.several and _count_clauses(chosen) < MOST_CLAUSES
            fits = fits and reaches_bar(one, ANSWERS + stricter) and one.place >= best.place - OTHER_CLAUSE_MARGIN
        if fits:
            chosen.append(one)
    return chosen


def drop_silent(answers: Sequence[Sequence[Evidence]]) -> list[list[Evidence]]:
    """Return what was chosen in each of several documents, without what is far from answering as another's does.

    Where one uses the question's very words its place is beyond others', so what is as likely to answer stays.
    """
    best = max((one for chosen in answers for one in chosen), key=lambda one: one.place, default=None)
    return [
        list(chosen)
        for chosen in answers
        if best is not None
        and any(one.place >= best.place - OTHER_DOCUMENT_MARGIN or one.score >= best.score for one in chosen)
    ]


def _choose_mentions(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return for each clause that speaks of what was asked the sentence that does so most."""
    most = max((one.cover for one in evidence), default=0.0)
    found: dict[str, Evidence] = {}
    for one in sorted(evidence, key=lambda one: -one.cover):
        if one.cover >= MENTION_SHARE * most > 0:
            found.setdefault(one.clause.id, one)
    return list(found.values())


def _find_best(query: Query, evidence: Sequence[Evidence], bar: float) -> Evidence | None:
    """Return the sentence that answers best, or None where the best clauses lack what is asked for.

    The subject of a rule often stands in another sentence than its figure (…的，责令改正；
    货值金额不足五千元的，并处……), so clauses are gone through from the best, and the figure
    is looked for inside them.
    """
    strict = query.asks & FIGURES
    stated = read_amounts(query.claim)
    for clause in dict.fromkeys(one.clause for one in evidence if answers_surely(one, query, bar)):
        if not holds_amounts(clause.text, stated):
            continue
        for one in evidence:
            if one.clause is clause and holds_asked(one.text, strict, query.text):
                return one
    return None


def answers_surely(one: Evidence, query: Query, bar: float) -> bool:
    """Whether a sentence is likely enough to answer; more is asked of one that may be on another subject."""
    if bar > -math.inf and _is_strange(one, query):
        return one.match >= FAINT and reaches_bar(one, bar + STRANGE)
    return reaches_bar(one, bar + UNSPOKEN * (bar > NAMED_ANSWERS and _is_unspoken_for(one, query)))


def reaches_bar(one: Evidence, bar: float) -> bool:
    """Whether a sentence is as likely to answer as ``bar``, in log-odds, asks in its document."""
    return one.score >= bar + COVERED * one.covered


def _is_strange(one: Evidence, query: Query) -> bool:
    """Whether clause and question share no word, in whatever words they say it.

    Across languages nothing is shared, so there known questions tell, where the document has any.
    """
    if _HAN.search(query.text) is None:
        return one.covered and not one.known
    return not (one.clause_cover or one.things)


def _is_unspoken_for(one: Evidence, query: Query) -> bool:
    """Whether neither shared words nor known questions, where its document has any, speak for a sentence."""
    unspoken = one.covered and one.known < VOUCHED and one.clause_cover < SHARED
    return unspoken and _HAN.search(query.text) is not None


def _count_clauses(chosen: Sequence[Evidence]) -> int:
    return len({one.clause.id for one in chosen})


def quote_evidence(query: Query, chosen: Sequence[Evidence]) -> list[Quotation]:
    """Return what is quoted for the chosen sentences: enumerations whole, in the clause's order.

    Clauses keep the order in which they were chosen.
    """
    spans: dict[str, list[tuple[int, int]]] = {}
    clauses: dict[str, Clause] = {}
    items = {
        (one.clause.id, found.lead) for one in chosen if (found := find_list(one.clause, one.start)) and found.item
    }
    for one in chosen:
        clauses[one.clause.id] = one.clause
        widened = widen_span(one.clause, one.start, one.end, listing=query.listing, items=items)
        spans.setdefault(one.clause.id, []).extend(widened)
    return [Quotation(clauses[id], start, end) for id, found in spans.items() for start, end in merge_spans(found)]


def widen_span(
    clause: Clause,
    start: int,
    end: int,
    *,
    listing: bool = False,
    items: Collection[tuple[str, Stretch]] = (),
) -> list[tuple[int, int]]:
    """Return the spans that make a sentence readable: an item brings its lead-in, a lead-in its items.

    ``items`` are the lists, by clause and lead-in, of which some items are quoted: unless a list is
    asked for, their lead-ins bring no others.
    """
    found = find_list(clause, start, ahead=listing)
    if found is None:
        return [find_sentence(clause, start, end)]
    if listing:
        return [found.whole]
    if found.item is not None:
        return [found.lead, found.item]
    return [found.lead if (clause.id, found.lead) in items else found.whole]


def merge_spans(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that overlap or follow each other as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
