"""Two versions of a document, clause by clause: what stayed, was changed, added, deleted or renumbered."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from corpus.differences import Bonds, Change, code_pairs, find_bonds, find_changes, fold_words
from corpus.lines import BLANKS
from corpus.model import Clause, ParsedDocument

PairKind = Literal["same", "changed", "renumbered", "renumbered_and_changed", "added", "deleted"]

_IN_ORDER = 0.2
"""The likeness from which two clauses may be versions of one, where they keep their order among the others."""
_OUT_OF_ORDER = 0.36
"""The likeness from which they may be, wherever they stand."""
_RIVAL = 0.6
"""A pair is left out if a clause of it has another partner more like it by more than this factor."""
_COMMON = 0.25
"""The share of the clauses of both versions beyond which a pair of characters tells none apart."""
_FEW, _MANY = 20, 150
"""The number of clauses in which a pair of characters is never too common, and beyond which it always is."""

Pair = tuple[int, int]
"""The places of an old clause and of a new one."""


@dataclass(frozen=True, slots=True)
class ClausePair:
    """A clause in two versions of a document.

    ``same`` has the same number and words, ``changed`` the same number and other words,
    ``renumbered`` the same words under another number, ``renumbered_and_changed``
    neither; ``added`` has no ``old`` and ``deleted`` no ``new``. ``changes`` are in
    offsets of each document's text, in order, and lie behind the clauses' labels; outside
    them the two clauses have the same words, white space and full-width forms aside. They
    are empty where a clause was added or deleted: all of it was.
    """

    kind: PairKind
    old: Clause | None
    new: Clause | None
    changes: tuple[Change, ...] = ()


def compare_documents(old: ParsedDocument, new: ParsedDocument) -> tuple[ClausePair, ...]:
    """Return the clauses of two versions in pairs, each clause in one, in the order of the new version.

    A deleted clause comes after the one that it stood behind. Clauses are paired by their
    words, not by their numbers: first in the order in which they stand, then, where they
    are much alike, wherever they went.
    """
    old_words = [_read_words(clause) for clause in old.clauses]
    new_words = [_read_words(clause) for clause in new.clauses]
    chain, moved = _align(_score_pairs(old_words, new_words))
    partners = {new_place: old_place for old_place, new_place in [*chain, *moved]}
    behind = _place_deleted(chain, moved, len(old.clauses))
    bonds = find_bonds(clause.text for clause in [*old.clauses, *new.clauses])
    pairs = [ClausePair("deleted", old.clauses[place], None) for place in behind.get(-1, ())]
    for place, clause in enumerate(new.clauses):
        partner = old.clauses[partners[place]] if place in partners else None
        pairs.append(_compare_clauses(partner, clause, bonds))
        pairs += [ClausePair("deleted", old.clauses[gone], None) for gone in behind.get(place, ())]
    return tuple(pairs)


def words_start(clause: Clause) -> int:
    """Return the length of the label at the beginning of a clause's text, behind which its words are compared.

    0 where the text does not begin with its label. A heading behind it is part of the words.
    """
    position = 0
    for character in clause.label:
        while position < len(clause.text) and clause.text[position] in BLANKS:
            position += 1
        if clause.text[position : position + 1] != character:
            return 0
        position += 1
    return position


def _read_words(clause: Clause) -> str:
    return fold_words(clause.text[words_start(clause) :])[0]


def _compare_clauses(old: Clause | None, new: Clause, bonds: Bonds) -> ClausePair:
    if old is None:
        return ClausePair("added", None, new)
    old_at, new_at = words_start(old), words_start(new)
    changes = tuple(
        Change(
            change.kind,
            old.start + old_at + change.old_start,
            old.start + old_at + change.old_end,
            new.start + new_at + change.new_start,
            new.start + new_at + change.new_end,
        )
        for change in find_changes(old.text[old_at:], new.text[new_at:], bonds)
    )
    if (old.number or old.label) == (new.number or new.label):
        return ClausePair("changed" if changes else "same", old, new, changes)
    return ClausePair("renumbered_and_changed" if changes else "renumbered", old, new, changes)


def _score_pairs(old: Sequence[str], new: Sequence[str]) -> dict[Pair, float]:
    """Return how alike the words of old and new clauses are, for the pairs that may be versions of one clause.

    Likeness is the mean of two shares of the pairs of characters that both have, each
    weighed by how few clauses have it: of what both have together (Dice's coefficient),
    and of what the shorter one has, so that a clause which grew is still known.
    """
    if not old or not new:
        return {}
    held = [np.unique(code_pairs(f"\n{words}")) for words in [*old, *new]]
    ends = np.cumsum([len(codes) for codes in held])
    owners = np.repeat(np.arange(len(held)), np.diff(ends, prepend=0))
    _, grams, counts = np.unique(np.concatenate(held), return_inverse=True, return_counts=True)
    weights = _weigh_grams(counts, len(held))
    sizes = np.bincount(owners, weights[grams], len(held))
    scores = _pair_equal(old, new)
    # The old clauses that have a pair of characters, side by side: holders[firsts[pair] : firsts[pair + 1]].
    of_old = grams[: ends[len(old) - 1]]
    order = np.argsort(of_old, kind="stable")
    holders, firsts = owners[order], np.searchsorted(of_old[order], np.arange(len(weights) + 1))
    for place in range(len(old), len(held)):
        own = grams[ends[place - 1] : ends[place]]
        own = own[weights[own] > 0]
        holding = firsts[own + 1] - firsts[own]
        found = np.arange(holding.sum()) + np.repeat(firsts[own] - np.cumsum(holding) + holding, holding)
        both = np.bincount(holders[found], np.repeat(weights[own], holding), len(old))
        known = np.flatnonzero(both)
        shared, least = both[known], np.minimum(sizes[place], sizes[known])
        alike = shared / (sizes[place] + sizes[known]) + shared / least / 2
        for holder, score in zip(known.tolist(), alike.tolist(), strict=True):
            if score >= _IN_ORDER:
                scores.setdefault((holder, place - len(old)), score)
    return scores


def _weigh_grams(counts: np.ndarray, clauses: int) -> np.ndarray:
    """Return the weights of the pairs of characters that tell clauses apart: the fewer have one, the more it weighs.

    ``counts`` are the clauses that have each, of as many as there are; those too common weigh nothing.
    """
    most = min(max(_FEW, clauses * _COMMON), _MANY)
    return np.where(counts <= most, np.log(1 + clauses / counts), 0.0)


def _pair_equal(old: Sequence[str], new: Sequence[str]) -> dict[Pair, float]:
    """Return the pairs of clauses with the same words; of several with the same, the first with the first."""
    waiting: dict[str, list[int]] = {}
    for place in reversed(range(len(old))):
        waiting.setdefault(old[place], []).append(place)
    return {(waiting[words].pop(), place): 1.0 for place, words in enumerate(new) if waiting.get(words)}


def _align(scores: Mapping[Pair, float]) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs of clauses that keep their order, in order, and the pairs of those that went elsewhere."""
    likely = _drop_rivals(scores)
    chain = _find_chain(likely)
    moved = _pair_moved(likely, chain)
    # What is left between two clauses that kept their order may be one clause, written anew.
    old_taken, new_taken = {old for old, _ in [*chain, *moved]}, {new for _, new in [*chain, *moved]}
    olds, news = [old for old, _ in chain], [new for _, new in chain]
    left = {
        (old, new): score
        for (old, new), score in scores.items()
        if old not in old_taken and new not in new_taken and bisect(olds, old) == bisect(news, new)
    }
    return sorted([*chain, *_find_chain(left)]), moved


def _drop_rivals(scores: Mapping[Pair, float]) -> dict[Pair, float]:
    """Return the pairs without those of which a clause has a far better partner elsewhere."""
    best_old: dict[int, float] = {}
    best_new: dict[int, float] = {}
    for (old, new), score in scores.items():
        best_old[old] = max(score, best_old.get(old, 0.0))
        best_new[new] = max(score, best_new.get(new, 0.0))
    return {
        (old, new): score for (old, new), score in scores.items() if score >= _RIVAL * max(best_old[old], best_new[new])
    }


def _find_chain(scores: Mapping[Pair, float]) -> list[Pair]:
    """Return the pairs in one order in both versions whose likeness is the greatest together.

    The heaviest increasing subsequence, with a Fenwick tree of prefix maxima; the square
    of a likeness counts, so that two poor pairs do not outweigh a good one.
    """
    pairs = sorted(scores, key=lambda pair: (pair[0], -pair[1]))
    size = max((new for _, new in pairs), default=-1) + 1
    best: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)
    before: list[int] = []
    for place, (old, new) in enumerate(pairs):
        weight, last = 0.0, -1
        at = new
        while at:
            weight, last = max((weight, last), best[at])
            at &= at - 1
        before.append(last)
        reached = (weight + scores[old, new] ** 2, place)
        at = new + 1
        while at <= size:
            best[at] = max(best[at], reached)
            at += at & -at
    weight, last = 0.0, -1
    while size:
        weight, last = max((weight, last), best[size])
        size &= size - 1
    chain = []
    while last >= 0:
        chain.append(pairs[last])
        last = before[last]
    return chain[::-1]


def _pair_moved(scores: Mapping[Pair, float], chain: Sequence[Pair]) -> list[Pair]:
    """Return pairs of the clauses that are in no pair yet and much alike, the most alike first."""
    old_taken, new_taken = {old for old, _ in chain}, {new for _, new in chain}
    moved = []
    for (old, new), score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if score >= _OUT_OF_ORDER and old not in old_taken and new not in new_taken:
            moved.append((old, new))
            old_taken.add(old)
            new_taken.add(new)
    return moved


def _place_deleted(chain: Sequence[Pair], moved: Sequence[Pair], count: int) -> dict[int, list[int]]:
    """Return the old clauses that are in no pair by the new one behind which they stood, -1 for the beginning."""
    followers = dict(chain)
    kept = {old for old, _ in moved}
    behind: dict[int, list[int]] = {}
    at = -1
    for place in range(count):
        if place in followers:
            at = followers[place]
        elif place not in kept:
            behind.setdefault(at, []).append(place)
    return behind
