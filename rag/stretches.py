"""A clause as the pieces that can support a sentence: their tokens, conditions, subjects and list heads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.wording import Token, fold, read_tokens

ACTORS = re.compile(
    r"[\u4e00-\u9fff]{2}者|[\u4e00-\u9fff]{2}人(?![民员身体才类大])"
    r"|[\u4e00-\u9fff]{2}(?:部门|机构|单位|协会|委员会|政府|机关|组织|法院|检察院)|企业|国务院|供应商|采购人|用户"
)
"""Bodies and persons that a rule is laid upon, with the two characters that tell one from another."""

_SUBJECT = re.compile(rf"(?:^|[,;:]|由)\s*(?P<actor>{ACTORS.pattern})")
_PART_ENDS = re.compile(r"[，,；;。：:！!？?\n]")
_CONDITION_END = re.compile(r"(?:的|时)$")
_ITEM_HEAD = re.compile(r"\s*[（(][一二三四五六七八九十]+[）)]|\s*\d+[.、．]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence of a clause, or a part of one, free of damage; offsets in the document's text.

    ``conditions`` are the parts (counted by commas) that end in 的 or 时; ``head`` is the position of the
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
class Evidence:
    """A token of a clause, and the position of its stretch."""

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


def _find_subjects(text: str, tokens: Sequence[Token]) -> frozenset[int]:
    folded, origins = fold(text)
    starts = {token.start: i for i, token in enumerate(tokens)}
    found = (origins[match.start("actor")] for match in _SUBJECT.finditer(folded))
    return frozenset(starts[start] for start in found if start in starts)


def _find_conditions(text: str) -> dict[int, str]:
    parts = _PART_ENDS.split(fold(text)[0])
    return {i: part for i, part in enumerate(parts) if _CONDITION_END.search(part.strip())}
