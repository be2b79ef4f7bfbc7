"""Whether a stretch of a clause bears a sentence out: wording, numbers, actors, force, negation, conditions.

The sentence is laid against windows of the clause, in order, so that swapped roles and words
gathered from far apart do not pass for support. Then what was skipped is looked at: a 不, a 不得
or a 情节严重的 left out turns the sentence into another rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from rag.wording import FORCES, MAY, MUST_NOT, NEGATIONS, Token, fold, read_tokens

COVER = 0.85
"""Share of a sentence's tokens that must stand, in order, in the stretch (tests/rag/data: the examples that set it)."""
LONGEST_NOVEL_RUN = 3
SHORTEST_SENTENCE = 4
"""Content tokens below which a sentence says too little to be verified."""

_CANDIDATES = 4
_LONGEST_WINDOW = 12
_NEGATION_REACH = 3
_FORCE_TOLERANCE = 1
_FIGURE_REACH = 2
_ITEM_HEAD = re.compile(r"\s*[（(][一二三四五六七八九十]+[）)]|\s*\d+[.、．]")
_CONDITION_END = re.compile(r"(?:的|时)$")
_GRAVE_CONDITION = re.compile(r"情节|构成.*罪|拒不|逾期|违法所得|后果严重")
_LATER_CONDITION = re.compile(r"造成|严重")
_ACTORS = re.compile(
    r"[\u4e00-\u9fff]{2}者|[\u4e00-\u9fff]{2}人(?![民员身体才类大])|[\u4e00-\u9fff]{2}(?:部门|机构|单位|协会|委员会|政府|机关|组织|法院|检察院)|企业|国务院|供应商|采购人|用户"
)
_SUBJECT = re.compile(rf"(?:^|[,;:]|由)\s*(?P<actor>{_ACTORS.pattern})")
_PART_ENDS = re.compile(r"[，,；;。：:！!？?\n]")
_DECISIVE = NEGATIONS | frozenset("只仅唯最") | {MAY, MUST_NOT}
"""Tokens that a sentence may not add."""
_UNITS = frozenset("条款项章节年月日天时分秒元倍次个人家名批级届号米克吨度周小岁份种类")
_LIMITS_AFTER = (("以", "上"), ("以", "下"), ("以", "外"))
_LIMITS_BEFORE = (("超", "过"), ("不", "足"), ("至", "少"), ("少", "于"), ("低", "于"), ("高", "于"), ("多", "于"))


class Weakness(StrEnum):
    """Why a stretch does not bear a sentence out."""

    WORDS = "条款中没有这样的内容"
    FIGURE = "数字、日期或编号与条款不符"
    ACTOR = "主体与条款不符"
    FORCE = "应当、可以、不得等用语与条款不符"
    NEGATION = "否定与条款不符"
    CONDITION = "漏掉了条款的前提条件"
    SHORT = "内容过短，无法核对"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence of a clause, or a part of one, free of damage; offsets in the document's text.

    ``conditions`` are the parts (by comma) that end in 的 or 时; ``head`` is the position of the
    stretch that introduces the list which this one is an item of, or -1. ``subjects`` are the
    positions of tokens that begin a body or person named as a subject (at a part's start, or after 由).
    """

    start: int
    end: int
    text: str
    tokens: tuple[Token, ...]
    conditions: Mapping[int, str]
    head: int
    subjects: frozenset[int]


@dataclass(frozen=True, slots=True)
class Support:
    """The stretches that bear the sentence out, in order, and the share of the sentence that they cover."""

    stretches: tuple[Stretch, ...]
    cover: float


@dataclass(frozen=True, slots=True)
class _Evidence:
    token: Token
    stretch: int


def read_stretches(text: str, spans: Sequence[tuple[int, int]], *, offset: int) -> list[Stretch]:
    """Read pieces of a clause; ``spans`` and ``offset`` (where ``text`` starts) count in the document's text."""
    found: list[Stretch] = []
    head = -1
    for start, end in spans:
        piece = text[start - offset : end - offset]
        item = _ITEM_HEAD.match(piece)
        is_item = item is not None
        if item:
            start += item.end()
            piece = piece[item.end() :]
        tokens = tuple(read_tokens(piece))
        if not tokens:
            continue
        conditions, subjects = _find_conditions(piece), _find_subjects(piece, tokens)
        found.append(Stretch(start, end, piece, tokens, conditions, head if is_item else -1, subjects))
        if not is_item:
            head = len(found) - 1 if piece.endswith(("：", ":")) else -1
    return found


def find_support(
    sentence: str, stretches: Sequence[Stretch], *, names: Sequence[Token], cover: float = COVER
) -> Support | Weakness:
    """Find the shortest window of the clause that bears the sentence out, or say what is wrong with the best.

    ``names`` are the tokens of the clause's label, headings and title, where numbers may stand too.
    """
    tokens = read_tokens(sentence)
    content = [token for token in tokens if token.key not in FORCES]
    if len(content) < SHORTEST_SENTENCE:
        return Weakness.SHORT
    best: tuple[float, Weakness] = (-1.0, Weakness.WORDS)
    for first, last in _propose_windows(tokens, stretches):
        verdict, reached = _judge(sentence, tokens, stretches, first, last, names=names, threshold=cover)
        if isinstance(verdict, Support):
            return verdict
        if reached > best[0]:
            best = (reached, verdict)
    return best[1]


def _propose_windows(tokens: Sequence[Token], stretches: Sequence[Stretch]) -> list[tuple[int, int]]:
    """Propose windows (first and last stretch), shortest text first."""
    pairs = _pairs(tokens)
    shares = [len(pairs & _pairs(stretch.tokens)) for stretch in stretches]
    best = sorted(range(len(stretches)), key=lambda i: -shares[i])[:_CANDIDATES]
    windows: set[tuple[int, int]] = set()
    touched = [i for i in range(len(stretches)) if shares[i]]
    for i in best:
        if not shares[i]:
            continue
        for first, last in ((i, i), (i - 1, i), (i, i + 1), (i - 1, i + 1), (min(best), max(best))):
            windows.add((max(first, 0), min(last, len(stretches) - 1)))
        if stretches[i].head >= 0:
            windows.add((stretches[i].head, i))
    if touched:
        windows.add((touched[0], touched[-1]))
    return sorted(
        (w for w in windows if w[1] - w[0] < _LONGEST_WINDOW), key=lambda w: stretches[w[1]].end - stretches[w[0]].start
    )


def _judge(
    sentence: str,
    tokens: Sequence[Token],
    stretches: Sequence[Stretch],
    first: int,
    last: int,
    *,
    names: Sequence[Token],
    threshold: float,
) -> tuple[Support | Weakness, float]:
    evidence = [_Evidence(token, i) for i in range(first, last + 1) for token in stretches[i].tokens]
    matches = _align([token.key for token in tokens], [item.token.key for item in evidence])
    content = [i for i, token in enumerate(tokens) if token.key not in FORCES]
    head = stretches[first].head
    known = _find_known(tokens, [*names, *(stretches[head].tokens if head >= 0 else ())])
    missing = [i for i in content if i not in matches and i not in known]
    cover = 1 - len(missing) / len(content)
    if cover < threshold or _longest_run(missing) > LONGEST_NOVEL_RUN:
        return Weakness.WORDS, cover
    evidence_tokens = [item.token for item in evidence]
    if not _agree_figures(tokens, evidence_tokens, names, matches):
        return Weakness.FIGURE, cover
    if not _agree_actors(sentence, tokens, matches) or _skips_subject(evidence, matches, stretches):
        return Weakness.ACTOR, cover
    if _substitutes(tokens, evidence, matches):
        return Weakness.WORDS, cover
    if not _agree_negations(tokens, evidence, matches, known):
        return Weakness.NEGATION, cover
    if not _agree_forces(tokens, evidence, matches, stretches):
        return Weakness.FORCE, cover
    if _skips_condition(evidence, matches, stretches):
        return Weakness.CONDITION, cover
    used = sorted({evidence[j].stretch for j in matches.values()})
    return Support(tuple(stretches[i] for i in used), cover), cover


def _find_known(tokens: Sequence[Token], context: Sequence[Token]) -> set[int]:
    """Find the words of a sentence that its clause's names, or its list's introduction, hold in pairs."""
    pairs = _pairs(context)
    return {k for i, pair in enumerate(pairwise(token.key for token in tokens)) if pair in pairs for k in (i, i + 1)}


def _align(sentence: Sequence[str], evidence: Sequence[str]) -> dict[int, int]:
    """Map positions of the sentence to positions of the evidence, in order; single characters do not count."""
    matches: dict[int, int] = {}
    for block in SequenceMatcher(None, sentence, evidence, autojunk=False).get_matching_blocks():
        alone = block.size == 1 and not sentence[block.a].startswith("#") and sentence[block.a] not in FORCES
        if not alone:
            matches |= {block.a + k: block.b + k for k in range(block.size)}
    return matches


def _agree_figures(
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


def _skips_subject(evidence: Sequence[_Evidence], matches: Mapping[int, int], stretches: Sequence[Stretch]) -> bool:
    """Whether words were taken from under another subject: 消费者……销售者有权 read as 消费者有权."""
    kept = sorted(matches.values())
    starts = {}
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


def _substitutes(tokens: Sequence[Token], evidence: Sequence[_Evidence], matches: Mapping[int, int]) -> bool:
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


def _count_displaced(evidence: Sequence[_Evidence], before: int | None, after: int | None) -> int:
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


def _agree_actors(sentence: str, tokens: Sequence[Token], matches: dict[int, int]) -> bool:
    """Whether each body or person that the sentence names was matched in its place."""
    folded, origins = fold(sentence)
    for actor in _ACTORS.finditer(folded):
        start, end = origins[actor.start()], origins[actor.end() - 1] + 1
        if any(i not in matches for i, token in enumerate(tokens) if token.start >= start and token.end <= end):
            return False
    return True


def _agree_negations(
    tokens: Sequence[Token], evidence: Sequence[_Evidence], matches: dict[int, int], known: set[int]
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


def _agree_forces(
    tokens: Sequence[Token], evidence: Sequence[_Evidence], matches: dict[int, int], stretches: Sequence[Stretch]
) -> bool:
    """Whether the words kept stand under the same 应当, 可以 or 不得 as in the clause.

    应当 may be left out, and may be put where the clause orders without it (policies do).
    """
    said, force = [], ""
    for token in tokens:
        force = token.key if token.key in FORCES else force
        said.append(force)
    clashes = 0
    for i, j in matches.items():
        if tokens[i].key in FORCES:
            continue
        ruled = _find_force(evidence[j], stretches)
        clashes += (ruled in (MUST_NOT, MAY) or said[i] in (MUST_NOT, MAY)) and ruled != said[i]
    return clashes <= _FORCE_TOLERANCE


def _find_force(item: _Evidence, stretches: Sequence[Stretch]) -> str:
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


def _skips_condition(evidence: Sequence[_Evidence], matches: dict[int, int], stretches: Sequence[Stretch]) -> bool:
    """Whether the sentence leaves out a 情节严重的 (or another condition after a semicolon) that governs what it keeps."""
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


def _find_subjects(text: str, tokens: Sequence[Token]) -> frozenset[int]:
    folded, origins = fold(text)
    starts = {token.start: i for i, token in enumerate(tokens)}
    found = (origins[match.start("actor")] for match in _SUBJECT.finditer(folded))
    return frozenset(starts[start] for start in found if start in starts)


def _find_conditions(text: str) -> dict[int, str]:
    parts = _PART_ENDS.split(fold(text)[0])
    return {i: part for i, part in enumerate(parts) if _CONDITION_END.search(part.strip())}


def _pairs(tokens: Sequence[Token]) -> set[tuple[str, str]]:
    return {(a.key, b.key) for a, b in pairwise(tokens)}


def _longest_run(positions: Sequence[int]) -> int:
    longest = run = 0
    previous = -2
    for position in positions:
        run = run + 1 if position == previous + 1 else 1
        longest, previous = max(longest, run), position
    return longest
