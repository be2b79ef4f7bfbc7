"""Whether a sentence, laid against a clause, says the same: figures, actors, force, negation, conditions.

In all of these ``tokens`` are the sentence, ``evidence`` the window of the clause, and ``matches``
maps positions of the one to positions of the other, in order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from rag.stretches import ACTORS, Evidence, Stretch
from rag.wording import FORCES, MAY, MUST_NOT, NEGATIONS, Token, fold

_NEGATION_REACH = 3
_FORCE_TOLERANCE = 1
_FIGURE_REACH = 2
_GRAVE_CONDITION = re.compile(r"情节|构成.*罪|拒不|逾期|违法所得|后果严重")
_LATER_CONDITION = re.compile(r"造成|严重")
_STRONG_STOP = re.compile(r"[；;。！？]")
_DECISIVE = NEGATIONS | frozenset("只仅唯最") | {MAY, MUST_NOT}
"""Tokens that a sentence may not add."""
_UNITS = frozenset("条款项章节年月日天时分秒元倍次个人家名批级届号米克吨度周小岁份种类")
_LIMITS_AFTER = (("以", "上"), ("以", "下"), ("以", "外"))
_LIMITS_BEFORE = (("超", "过"), ("不", "足"), ("至", "少"), ("少", "于"), ("低", "于"), ("高", "于"), ("多", "于"))


def agree_figures(
    tokens: Sequence[Token], evidence: Sequence[Token], names: Sequence[Token], matches: Mapping[int, int]
) -> bool:
    """Whether every figure, unit and limit (以上, 不足) included, stands in the evidence beside the same words.

    Every Latin word must stand there too; a figure of the label or title may stand anywhere.
    """
    words = {token.key for token in (*evidence, *names)}
    if any(token.key.isascii() and token.key.isalnum() and token.key not in words for token in tokens):
        return False
    i = 0
    while i < len(tokens):
        if not tokens[i].is_number:
            i += 1
            continue
        end = i + 1
        while (
            end < len(tokens)
            and (tokens[end].is_number or tokens[end].key in _UNITS)
            and tokens[end - 1].end >= tokens[end].start - 1
        ):
            end += 1
        begin = i - 1 if i and tokens[i - 1].key == "第" else i
        if not _stands_in(tokens, begin, end, names) and not (
            _stands_in(tokens, begin, end, evidence) and _stands_beside(i, end, len(tokens), matches)
        ):
            return False
        i = end
    return True


def _stands_in(tokens: Sequence[Token], begin: int, end: int, evidence: Sequence[Token]) -> bool:
    keys = [token.key for token in tokens]
    there = [token.key for token in evidence]
    run, size = keys[begin:end], end - begin
    for at in range(len(there) - size + 1):
        if (
            there[at : at + size] == run
            and all(
                (tuple(keys[end : end + 2]) == limit) == (tuple(there[at + size : at + size + 2]) == limit)
                for limit in _LIMITS_AFTER
            )
            and all(
                (tuple(keys[max(begin - 2, 0) : begin]) == limit) == (tuple(there[max(at - 2, 0) : at]) == limit)
                for limit in _LIMITS_BEFORE
            )
        ):
            return True
    return False


def _stands_beside(begin: int, end: int, size: int, matches: Mapping[int, int]) -> bool:
    """Whether a figure was matched, and the nearest matched word on one side is its neighbour in the clause too."""
    if any(i not in matches for i in range(begin, end)):
        return False
    before = next((matches[i] for i in range(begin - 1, -1, -1) if i in matches), None)
    after = next((matches[i] for i in range(end, size) if i in matches), None)
    return (before is not None and matches[begin] - before <= _FIGURE_REACH) or (
        after is not None and after - matches[end - 1] <= _FIGURE_REACH
    )


def skips_subject(evidence: Sequence[Evidence], matches: Mapping[int, int], stretches: Sequence[Stretch]) -> bool:
    """Whether words were taken from under another subject: 消费者……销售者有权 read as 消费者有权."""
    kept = sorted(matches.values())
    starts: dict[int, int] = {}
    for j, item in enumerate(evidence):
        starts.setdefault(item.stretch, j)
    taken = set(kept)
    for before, after in pairwise(kept):
        stretch = evidence[after].stretch
        if stretch != evidence[before].stretch and stretches[stretch].head < 0 and after - starts[stretch] > 1:
            return True
        for j in range(before + 1, after):
            stretch = evidence[j].stretch
            if stretch != evidence[after].stretch:
                continue
            if j - starts[stretch] in stretches[stretch].subjects and j not in taken:
                return True
    return False


def substitutes(tokens: Sequence[Token], evidence: Sequence[Evidence], matches: Mapping[int, int]) -> bool:
    """Whether words of the clause were put out and others put in their place: 降低 by 提高, 省级 by 县级."""
    i = 0
    while i < len(tokens):
        if i in matches or tokens[i].key in FORCES:
            i += 1
            continue
        end = i
        while end < len(tokens) and end not in matches:
            end += 1
        before = next((matches[k] for k in range(i - 1, -1, -1) if k in matches), None)
        after = matches.get(end)
        if _count_displaced(evidence, before, after):
            return True
        i = end
    return False


def _count_displaced(evidence: Sequence[Evidence], before: int | None, after: int | None) -> int:
    """Count the words of the clause, in the same part as a neighbour kept, where a novel run of the sentence stands."""
    if before is not None and after is not None:
        between = range(before + 1, after)
    elif after is not None:
        between = range(after)
    else:
        between = range((before or 0) + 1, len(evidence))
    places = {(evidence[j].stretch, evidence[j].token.part) for j in (before, after) if j is not None}
    return sum(
        (evidence[j].stretch, evidence[j].token.part) in places and evidence[j].token.key not in FORCES for j in between
    )


def agree_actors(sentence: str, tokens: Sequence[Token], matches: dict[int, int]) -> bool:
    """Whether each body or person that the sentence names was matched in its place."""
    folded, origins = fold(sentence)
    for actor in ACTORS.finditer(folded):
        start, end = origins[actor.start()], origins[actor.end() - 1] + 1
        if any(i not in matches for i, token in enumerate(tokens) if token.start >= start and token.end <= end):
            return False
    return True


def agree_negations(
    tokens: Sequence[Token], evidence: Sequence[Evidence], matches: dict[int, int], known: set[int]
) -> bool:
    """Whether no 不, 未 or 无 was added, and none left out right before words that were kept."""
    if any(token.key in _DECISIVE and i not in matches and i not in known for i, token in enumerate(tokens)):
        return False
    kept = sorted(matches.values())
    taken = set(kept)
    for j in kept:
        for back in range(1, _NEGATION_REACH + 1):
            k = j - back
            if (
                k < 0
                or k in taken
                or evidence[k].stretch != evidence[j].stretch
                or evidence[k].token.part != evidence[j].token.part
            ):
                break
            if evidence[k].token.key in NEGATIONS:
                return False
    return True


def agree_forces(
    sentence: str,
    tokens: Sequence[Token],
    evidence: Sequence[Evidence],
    matches: dict[int, int],
    stretches: Sequence[Stretch],
) -> bool:
    """Whether the words kept stand under the same 应当, 可以 or 不得 as in the clause.

    应当 may be left out, and may be put where the clause orders without it (policies do).
    """
    said, force, position = [], "", 0
    for token in tokens:
        if _STRONG_STOP.search(sentence, position, token.start):
            force = ""
        position = token.end
        force = token.key if token.key in FORCES else force
        said.append(force)
    clashes = 0
    for i, j in matches.items():
        if tokens[i].key in FORCES:
            continue
        ruled = _find_force(evidence[j], stretches)
        clashes += (ruled in (MUST_NOT, MAY) or said[i] in (MUST_NOT, MAY)) and ruled != said[i]
    return clashes <= _FORCE_TOLERANCE


def _find_force(item: Evidence, stretches: Sequence[Stretch]) -> str:
    """Return the force word that governs a token of the clause: the nearest before it outside conditions."""
    stretch = stretches[item.stretch]
    force = ""
    if stretch.head >= 0:
        force = next((token.key for token in reversed(stretches[stretch.head].tokens) if token.key in FORCES), "")
    for token in stretch.tokens:
        if token.start >= item.token.start:
            break
        if token.key in FORCES and (token.part not in stretch.conditions or token.part == item.token.part):
            force = token.key
    return force


def skips_condition(evidence: Sequence[Evidence], matches: dict[int, int], stretches: Sequence[Stretch]) -> bool:
    """Whether a 情节严重的, or another condition after a semicolon, that governs what is kept was left out."""
    taken = set(matches.values())
    by_part: dict[tuple[int, int], list[int]] = {}
    for j, item in enumerate(evidence):
        by_part.setdefault((item.stretch, item.token.part), []).append(j)
    kept = {key for key, positions in by_part.items() if sum(j in taken for j in positions) >= 2}
    for (stretch, part), positions in by_part.items():
        condition = stretches[stretch].conditions.get(part)
        if condition is None or sum(j in taken for j in positions) / len(positions) >= 0.4:
            continue
        after_semicolon = stretch > 0 and stretches[stretch - 1].text.endswith(("；", ";"))
        decisive = (
            _GRAVE_CONDITION.search(condition) or after_semicolon or (part > 0 and _LATER_CONDITION.search(condition))
        )
        if decisive and any(s == stretch and p > part for s, p in kept):
            return True
    return False
