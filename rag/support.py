"""Whether a clause bears a sentence out.

The sentence is laid against windows of the clause, in order, so that swapped roles and words
gathered from far apart do not pass for support. Then what was changed or skipped is looked at: a
不, a 不得 or a 情节严重的 left out turns the sentence into another rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from rag.agreement import (
    agree_actors,
    agree_figures,
    agree_forces,
    agree_negations,
    skips_condition,
    skips_subject,
    substitutes,
)
from rag.stretches import Evidence, Stretch
from rag.wording import FORCES, Token, read_tokens, squeeze

COVER = 0.85
"""Share of a sentence's tokens that must stand, in order, in the window (tests/rag/verification_examples.jsonl)."""
LONGEST_NOVEL_RUN = 3
"""Most tokens side by side that the window may lack."""
SHORTEST_SENTENCE = 4
"""Content tokens below which a sentence says too little to be verified."""

_WHOLE = tuple("。；！？：;!?:")
_CANDIDATES = 4
_LONGEST_WINDOW = 12


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
class Support:
    """The stretches that bear the sentence out, in order, and the share of the sentence that they cover."""

    stretches: tuple[Stretch, ...]
    cover: float


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
    if copied := _find_copy(squeeze(sentence), stretches):
        return Support(copied, 1.0)
    best: tuple[float, Weakness] = (-1.0, Weakness.WORDS)
    for first, last in _propose_windows(tokens, stretches):
        verdict, reached = _judge(sentence, tokens, stretches, first, last, names=names, threshold=cover)
        if isinstance(verdict, Support):
            return verdict
        if reached > best[0]:
            best = (reached, verdict)
    return best[1]


def _find_copy(wanted: str, stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Find the whole sentences of the clause, side by side, that the sentence copies; empty where it copies none."""
    for first in range(len(stretches)):
        copied = ""
        for last in range(first, len(stretches)):
            copied += squeeze(stretches[last].text)
            if copied == wanted:
                return tuple(stretches[first : last + 1])
            if not wanted.startswith(copied) or not stretches[last].text.endswith(_WHOLE):
                break
    return ()


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
    evidence = [Evidence(token, i) for i in range(first, last + 1) for token in stretches[i].tokens]
    matches = _align([token.key for token in tokens], [item.token.key for item in evidence])
    content = [i for i, token in enumerate(tokens) if token.key not in FORCES]
    head = stretches[first].head
    known = _find_known(tokens, [*names, *(stretches[head].tokens if head >= 0 else ())])
    missing = [i for i in content if i not in matches and i not in known]
    cover = 1 - len(missing) / len(content)
    if cover < threshold or _longest_run(missing) > LONGEST_NOVEL_RUN:
        return Weakness.WORDS, cover
    evidence_tokens = [item.token for item in evidence]
    if not agree_figures(tokens, evidence_tokens, names, matches):
        return Weakness.FIGURE, cover
    if not agree_actors(sentence, tokens, matches) or skips_subject(evidence, matches, stretches):
        return Weakness.ACTOR, cover
    if substitutes(tokens, evidence, matches):
        return Weakness.WORDS, cover
    if not agree_negations(tokens, evidence, matches, known):
        return Weakness.NEGATION, cover
    if not agree_forces(sentence, tokens, evidence, matches, stretches):
        return Weakness.FORCE, cover
    if skips_condition(evidence, matches, stretches):
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


def _pairs(tokens: Sequence[Token]) -> set[tuple[str, str]]:
    return {(a.key, b.key) for a, b in pairwise(tokens)}


def _longest_run(positions: Sequence[int]) -> int:
    longest = run = 0
    previous = -2
    for position in positions:
        run = run + 1 if position == previous + 1 else 1
        longest, previous = max(longest, run), position
    return longest
