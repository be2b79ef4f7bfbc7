"""Wording made comparable: tokens in which 三倍 and 3倍, 百分之五十 and ５０％, 必须 and 应当 are one.

White space, punctuation and full-width forms fall away; function words too. What carries the
force of a rule (应当, 可以, 不得) and every number becomes a token of its own.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from corpus.numerals import to_integer

MUST, MAY, MUST_NOT = "应当", "可以", "不得"
FORCES = frozenset((MUST, MAY, MUST_NOT))
NEGATIONS = frozenset("不未无没非免")

_NUMERAL = "[一二三四五六七八九十百千万亿零〇两]"
_NUMBER = re.compile(
    rf"百分之(?P<percent>{_NUMERAL}+)|千分之(?P<permille>{_NUMERAL}+)|万分之(?P<myriad>{_NUMERAL}+)"
    rf"|(?P<arabic>\d[\d,]*(?:\.\d+)?)(?P<sign>[%‰]|[百千]?[万亿](?![众一能事物])|千(?=元))?"
    rf"|(?P<chinese>{_NUMERAL}+)"
)
_NOT_NUMBERS = re.compile(
    r"(?<![第之])(?:一般|一律|一定|一致|一切|一并|一起|一同|一些|一旦|一道|一方面|一体|一站|一线|一带|一路|一经|一类|一种"
    r"|一个(?!月|工作)|一项|进一步|第一时间|统一|单一|唯一|同一|专一|任一|逐一|某一|另一|之一|十分|万众|万能|百姓|千方百计|百货|三包|七一)"
)
_FORCE = re.compile(
    r"(?P<not>不得|(?<!明令)(?<!依法)(?<!被)禁止|严禁|不准|不许|不能|不可以|不允许|不应当?|不该|无权)"
    r"|(?P<may>可以|有权)"
    r"|(?P<must>应当|应该|必须|务必|(?<![无所急])必?需要?(?![的求])|须|(?<![相适供反对响效感])应(?![用急对付邀聘试变])"
    r"|(?<![主重需纲必提摘首])要(?![求素点件约闻]))"
)
_FUNCTION = re.compile(
    r"以及|或者|并且|而且|其中|根据|按照|依照|依据|规定|关于|对于|包括|主要|具体|进行|通过|以下简称|该|这些|这|那|其"
    r"|[的了是在和与及或等对为于由将把被此并且也都就而之所有中即则]"
)
_PART_ENDS = frozenset("，,；;。：:！!？?\n")
_FACTORS = {
    "": 1,
    "千": 10**3,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "百亿": 10**10,
    "千亿": 10**11,
}


@dataclass(frozen=True, slots=True)
class Token:
    """A comparable piece of a text, with its offsets there; ``part`` counts the commas before it."""

    key: str
    start: int
    end: int
    part: int

    @property
    def is_number(self) -> bool:
        """Whether the token is a number."""
        return self.key.startswith("#")


def fold(text: str) -> tuple[str, list[int]]:
    """Return the text in half-width, lower-case forms, and for each of its characters the offset it came from."""
    characters: list[str] = []
    origins: list[int] = []
    for offset, character in enumerate(text):
        for folded in unicodedata.normalize("NFKC", character).lower():
            characters.append(folded)
            origins.append(offset)
    return "".join(characters), origins


def squeeze(text: str) -> str:
    """Return only the letters and digits of a text, folded: what a verbatim comparison looks at."""
    return "".join(character for character in fold(text)[0] if character.isalnum() or character in "%‰")


def read_tokens(text: str) -> list[Token]:
    """Read a text as tokens, in order."""
    folded, origins = fold(text)
    keys: list[tuple[str, int, int]] = []
    position = 0
    while position < len(folded):
        key, end = _read_token(folded, position)
        if key:
            keys.append((key, position, end))
        position = end
    parts = _count_parts(folded)
    return [Token(key, origins[start], origins[end - 1] + 1, parts[start]) for key, start, end in keys]


def _read_token(folded: str, position: int) -> tuple[str, int]:
    character = folded[position]
    if _NOT_NUMBERS.match(folded, position) or _inside_word(folded, position):
        return character, position + 1
    if (number := _NUMBER.match(folded, position)) and (value := _read_value(number)):
        return f"#{value}", number.end()
    if force := _FORCE.match(folded, position):
        name = force.lastgroup
        return {"not": MUST_NOT, "may": MAY, "must": MUST}[name or "must"], force.end()
    if function := _FUNCTION.match(folded, position):
        return "", function.end()
    if character.isascii() and character.isalpha():
        end = position
        while end < len(folded) and folded[end].isascii() and folded[end].isalnum():
            end += 1
        return folded[position:end], end
    return (character, position + 1) if character.isalnum() else ("", position + 1)


def _inside_word(folded: str, position: int) -> bool:
    """Whether the numeral at ``position`` is the later part of a word such as 统一."""
    return any(
        (word := _NOT_NUMBERS.match(folded, position - back)) is not None and word.end() > position
        for back in (1, 2)
        if position >= back
    )


def _read_value(number: re.Match[str]) -> str:
    """Return the value in one spelling (3, 30000, 50%), "" where the characters are no number."""
    for name, divisor in (("percent", 1), ("permille", 10), ("myriad", 100)):
        if number[name]:
            share = _read_chinese(number[name])
            return "" if share is None else f"{Fraction(share, divisor)}%"
    if number["arabic"]:
        value = Fraction(number["arabic"].replace(",", ""))
        sign = number["sign"] or ""
        return {"%": f"{value}%", "‰": f"{value / 10}%"}.get(sign) or str(value * _FACTORS[sign])
    whole = _read_chinese(number["chinese"])
    return "" if whole is None else str(whole)


def _read_chinese(number: str) -> int | None:
    """Read a Chinese numeral, 亿 and a bare 百, 千, 万 after another numeral included; None where it is none."""
    head, found, tail = number.rpartition("亿")
    if found:
        high, low = _read_chinese(head) if head else None, to_integer(tail) if tail else 0
        return None if high is None or low is None else high * 10**8 + low
    return to_integer(number)


def _count_parts(folded: str) -> list[int]:
    counts, part = [], 0
    for character in folded:
        counts.append(part)
        if character in _PART_ENDS:
            part += 1
    return counts
