"""The extractive answer: the sentences that answer, verbatim, or none."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.clauses import body_start
from corpus.model import Clause
from corpus.sentences import split_sentences
from rag.asks import find_amounts, holds_asked
from rag.evidence import Evidence
from rag.understand import Query

THIN_SENTENCES = 1_000
"""From how many sentences on one that shares almost no words with the question must score higher to be trusted."""
THIN_COVER = 0.05
THIN_BONUS = 0.7
TYPED_MARGIN = 1.5
"""How far below the best sentence one may stand that holds the kind of thing asked for."""
TYPED_COVER = 0.12
"""The share of a question's words that its clause must hold where an amount, a term or a date is asked for."""
LISTING_BONUS = 2.0
"""What the lead-in of an enumeration deserves where a question asks for a list."""
DEFINITION_BONUS = 2.0
"""What a sentence that defines (所称……是指) deserves where a question asks what a thing is."""
SAME_CLAUSE_MARGIN = 0.7
LISTING_MARGIN = 1.3
OTHER_CLAUSE_MARGIN = 1.0
MENTION_SHARE = 0.4
"""The part of the best sentence's cover that another needs where a question asks which clauses mention something."""
MOST_SENTENCES = 3
MOST_CLAUSES = 2

_ITEM = re.compile(r"\s*(?:[（(][一二三四五六七八九十百]+[)）]|[0-9]{1,2}[.、．]|[①-⑳])")
_DEFINITION = re.compile(r"是指|系指|，指|所称")
_STRICT = frozenset({"money", "date", "duration", "percent"})


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch of a clause to be quoted; offsets in the document's text."""

    clause: Clause
    start: int
    end: int


def topical_score(sentences: int) -> float:
    """Return the score that the best of ``sentences`` must reach to be about a question's subject.

    The best of many unrelated sentences scores higher than the best of few. Measured with
    250 questions on other fields of law (``eval.benchmarks.topicality``): among 56
    sentences half stay below -0.4 and a tenth pass 1.0, among 3,457 below 1.9 and past 3.6.
    Of questions that the documents do answer nine tenths pass 1.3 and 2.5.
    """
    return min(3.6, max(0.5, 0.5 + 0.53 * (math.log(max(sentences, 1)) - 3.8)))


def topical_cosine(sentences: int) -> float:
    """Return the cosine that the best of ``sentences`` must reach for a question in English.

    Cosines across languages are lower throughout, and no words are shared to go by.
    """
    return 0.56 + 0.024 * max(0.0, math.log(max(sentences, 1)) - 3.8)


def choose_evidence(query: Query, evidence: Sequence[Evidence], *, sentences: int | None) -> list[Evidence]:
    """Return the sentences that answer, best first; none where nothing answers well enough.

    A question that asks for an amount, a date or a term is answered only by a sentence
    that holds one, and a question that states a figure for confirmation only by a
    clause in which that figure stands. ``sentences`` is how many were searched;
    None where the question names the clauses, so that their subject is not in doubt.
    """
    if not evidence:
        return []
    if sentences is not None and not query.mentions and not _is_topical(query, evidence, sentences):
        return []
    best = _find_best(query, evidence, named=sentences is None)
    if best is None:
        return []
    chosen = [best]
    same_margin = LISTING_MARGIN if query.listing else SAME_CLAUSE_MARGIN
    for one in evidence:
        mine = [other for other in chosen if other.clause.id == one.clause.id]
        if one in mine or len(chosen) >= MOST_SENTENCES * (MOST_CLAUSES if query.several else 1):
            continue
        if mine:
            if one.score >= mine[0].score - same_margin and len(mine) < MOST_SENTENCES:
                chosen.append(one)
        elif query.mentions:
            if one.cover >= MENTION_SHARE * max(other.cover for other in evidence) > 0:
                chosen.append(one)
        elif query.several and one.score >= best.score - OTHER_CLAUSE_MARGIN and _count_clauses(chosen) < MOST_CLAUSES:
            chosen.append(one)
    return [one for one in chosen if one.cover > 0] if query.mentions else chosen


def _is_topical(query: Query, evidence: Sequence[Evidence], sentences: int) -> bool:
    if query.english:
        return max(one.similarity for one in evidence) >= topical_cosine(sentences)
    best, floor = evidence[0], topical_score(sentences)
    if sentences >= THIN_SENTENCES and best.clause_cover < THIN_COVER and best.things < 2:
        floor += THIN_BONUS
    return best.score >= floor


def _find_best(query: Query, evidence: Sequence[Evidence], *, named: bool) -> Evidence | None:
    """Return the sentence that answers best, or None where the best clauses lack what is asked for.

    The subject of a rule often stands in another sentence than its figure (…的，责令改正；
    货值金额不足五千元的，并处……), so clauses are gone through from the best, and the figure
    is looked for inside them.
    """
    strict = query.asks & _STRICT
    floor = evidence[0].score - TYPED_MARGIN
    stated = find_amounts(query.text) if query.claims else []
    ordered = list(evidence)
    if query.listing:
        ordered.sort(key=lambda one: -one.score - LISTING_BONUS * one.text.rstrip().endswith(("：", ":")))
    if query.defines:
        ordered.sort(key=lambda one: -one.score - DEFINITION_BONUS * bool(_DEFINITION.search(one.text) and one.cover))
    for clause in dict.fromkeys(one.clause for one in ordered if one.score >= floor or not strict):
        if not all(figure in clause.text for figure in stated):
            continue
        fitting = [one for one in ordered if one.clause is clause and holds_asked(one.text, strict, query.text)]
        if not fitting:
            continue
        if strict and not named and not query.english and fitting[0].clause_cover < TYPED_COVER:
            continue
        return fitting[0]
    return None


def _count_clauses(chosen: Sequence[Evidence]) -> int:
    return len({one.clause.id for one in chosen})


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
