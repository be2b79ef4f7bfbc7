"""Texts that say the same, told by the bigrams they share, so that one of them stands for all.

No vector is asked: a cosine means something else with every encoder.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.segment import segment_bigrams

SAME_WORDS = 0.8
"""The share of their bigrams (Jaccard) from which on clauses of different documents are taken to be the same."""
SAME_CLAUSE = 0.4
"""The share from which on clauses of two versions of one document are taken to be the same clause."""
SHORTEST = 8
"""A text of fewer bigrams is like many others by chance."""

_LABEL = re.compile(r"^\s*(?:第[^条\s]{1,12}条(?:之[一二三四五六七八九十]{1,3})?|[（(][^（）()]{1,6}[）)])\s*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text as it is compared.

    ``family`` is what the versions of one document share; ``preferred`` says that the text
    is to stand for its like (it is in force); ``kept`` that it stands for itself whatever
    it is like (it was asked for by name).
    """

    text: str
    document: str
    family: str
    preferred: bool = True
    kept: bool = False


def fold_alike(candidates: Sequence[Candidate]) -> list[list[int]]:
    """Return the candidates, best first, in groups that say the same; each group is led by the one that stands for it.

    Groups come in the order of their best members. The leader is the best of those that
    are preferred, else the best; the others follow in their order. Every candidate is in
    exactly one group.
    """
    bigrams = [frozenset(segment_bigrams(_LABEL.sub("", one.text, count=1))) for one in candidates]
    groups: list[list[int]] = []
    for place, one in enumerate(candidates):
        alike = None
        if not one.kept:
            alike = next((group for group in groups if _says_the_same(candidates, bigrams, group[0], place)), None)
        if alike is None:
            groups.append([place])
        else:
            alike.append(place)
    for group in groups:
        group.sort(key=lambda place: (not candidates[place].kept, not candidates[place].preferred, place))
    return groups


def share_words(one: Collection[str], other: Collection[str]) -> float:
    """Return the part of all terms of two texts that both hold (Jaccard), 0 where neither has any."""
    shared = len(set(one) & set(other))
    whole = len(set(one)) + len(set(other)) - shared
    return shared / whole if whole else 0.0


def _says_the_same(candidates: Sequence[Candidate], bigrams: Sequence[frozenset[str]], first: int, second: int) -> bool:
    one, other = bigrams[first], bigrams[second]
    if candidates[first].document == candidates[second].document:
        return False  # clauses of one document are never the same, however alike: each has a number of its own
    if one == other and one:
        return True
    if min(len(one), len(other)) < SHORTEST:
        return False
    needed = SAME_CLAUSE if candidates[first].family == candidates[second].family else SAME_WORDS
    if min(len(one), len(other)) < needed * max(len(one), len(other)):
        return False
    return share_words(one, other) >= needed
