"""Clause references in a question: 第二十四条, （二十四）, 第24条第2款, 第五部分, 最后一条."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.clauses import CLOSING, PREAMBLE
from corpus.numerals import to_chinese, to_integer

NUMERAL = r"(?:[0-9]{1,5}|[零〇一二三四五六七八九十百千两廿卅]{1,9})"
_SUFFIX = rf"(?:之{NUMERAL})?"
_RANGE = re.compile(rf"第({NUMERAL})(?:条)?(?:到|至|-|—|~)(?:第)?({NUMERAL})条")
_JOINED = re.compile(rf"第({NUMERAL})((?:[、,和及与]{{1,2}}第?{NUMERAL})+)条")
_ARTICLE = re.compile(rf"第({NUMERAL})条({_SUFFIX})")
_ITEM = re.compile(rf"(?<!第)[(\[]({NUMERAL})[)\]](?!项)")
_BARE = re.compile(rf"(?:^|(?<=[法例定办则见])|(?<=[》\s]))({NUMERAL})条(?=$|[的是说讲规写第,。\s])")
_PARAGRAPH = re.compile(rf"第({NUMERAL})款")
_POINT = re.compile(rf"第?[(]?({NUMERAL})[)]?项")
_SECTION = re.compile(rf"第({NUMERAL})(部分|编|章|节)")
_HEADING = re.compile(
    r"[“\"'‘]?([一二三四五六七八九十]{1,3})[、,.][”\"'’]?(?:这个|那个|这一|这|那|大)?(?=标题|大标题|部分|下面|之下|里|中|包括)"
)
_LAST = re.compile(r"(最后|倒数第[一二三四五六七八九1-9])(?:一)?条")
_LAST_SECTION = re.compile(r"最后一?(?:个)?(部分|编|章|节)")

_UNNUMBERED = (
    (re.compile(r"结语|结尾(?:那|的)?一?段|(?:最后|末尾|最末尾?)的?(?:没有编号的?)?(?:那|这)?一?段"), CLOSING),
    (re.compile(r"(?:前言|序言|引言)|开头的?(?:没有编号的?)?(?:那|这)?一?段"), PREAMBLE),
    (re.compile(r"没有?编号的?(?:那|这)?一?段"), CLOSING),
)
"""The paragraphs without a number, and the labels that they are known by."""

LARGEST_RANGE = 30


@dataclass(frozen=True, slots=True)
class References:
    """What places a question names.

    ``numbers`` are canonical Chinese numerals in the order asked; ``from_end`` counts
    clauses from the last (1 is the last); ``sections`` pairs a numeral with its kind
    (部分, 编, 章, 节; 部分 also stands for 一、 headings), ``-1`` for the last one.
    ``paragraph`` (款) and ``point`` (项) narrow a single number. ``bracketed`` says that
    the numbers are written （二十三）, as policies number their items. ``unnumbered`` is the
    label of a paragraph that has none, empty without one.
    """

    numbers: tuple[str, ...] = ()
    from_end: int = 0
    sections: tuple[tuple[int, str], ...] = ()
    paragraph: int = 0
    point: int = 0
    bracketed: bool = False
    unnumbered: str = ""

    def __bool__(self) -> bool:
        return bool(self.numbers or self.from_end or self.sections or self.unnumbered)


def find_references(text: str) -> References:
    """Return the references in a question (normalised: NFKC, simplified).

    A numeral that counts clauses (哪三条, 有几条) is none.
    """
    numbers: dict[str, None] = {}

    def add(numeral: str) -> None:
        canonical = to_chinese(numeral)
        if canonical:
            numbers[canonical] = None

    for first, last in _RANGE.findall(text):
        low, high = to_integer(first), to_integer(last)
        if low is not None and high is not None and low <= high < low + LARGEST_RANGE:
            for value in range(low, high + 1):
                add(str(value))
    for first, rest in _JOINED.findall(text):
        for numeral in (first, *re.findall(NUMERAL, rest)):
            add(numeral)
    for numeral, suffix in _ARTICLE.findall(text):
        add(numeral + suffix)
    for pattern in (_ITEM, _BARE):
        for numeral in pattern.findall(text):
            add(numeral)
    sections: list[tuple[int, str]] = [(to_integer(numeral) or 0, kind) for numeral, kind in _SECTION.findall(text)]
    sections += [(to_integer(numeral) or 0, "部分") for numeral in _HEADING.findall(text)]
    sections += [(-1, kind) for kind in _LAST_SECTION.findall(text)]
    from_end = 0
    if match := _LAST.search(text):
        from_end = 1 if match[1] == "最后" else to_integer(match[1][-1]) or 1
    return References(
        tuple(numbers),
        from_end,
        tuple(dict.fromkeys(sections)),
        _first(_PARAGRAPH, text),
        _first(_POINT, text),
        bracketed=bool(_ITEM.search(text)) and not _ARTICLE.search(text),
        unnumbered=next((label for pattern, label in _UNNUMBERED if pattern.search(text)), ""),
    )


def strip_references(text: str) -> str:
    """Return the question without its references: what it asks about them."""
    for pattern in (
        _RANGE,
        _JOINED,
        _ARTICLE,
        _ITEM,
        _BARE,
        _PARAGRAPH,
        _POINT,
        _SECTION,
        _HEADING,
        _LAST,
        _LAST_SECTION,
        *(pattern for pattern, _ in _UNNUMBERED),
    ):
        text = pattern.sub(" ", text)
    return text


def _first(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.search(text)
    return (to_integer(match[1]) or 0) if match else 0
