"""Clause references in a question: 第二十四条, （二十四）, 第24条第2款, 第五部分, 最后一条."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.clauses import CLOSING, PREAMBLE
from corpus.numerals import to_chinese, to_integer

NUMERAL = r"(?:[0-9]{1,5}|(?:[零〇一二三四五六七八九十百千廿卅壹贰叁肆伍陆柒捌玖拾佰]|两(?=[百千])){1,9})"
_SUFFIX = rf"(?:之{NUMERAL})?"
_TOLD_OF = r"(?=$|有[什何没]|[的是说讲规写概都各分里中内对提怎和与跟及?、,。\s])"
"""What follows the 条 of a number that stands without 第, where it names a clause and counts none."""
_FREE = "(?<![0-9.第倒数零〇一二三四五六七八九十百千廿卅])"
_RANGE = re.compile(
    rf"(?<!第)[(]({NUMERAL})[)](?:到|至|-|—|~)[(]({NUMERAL})[)]|第[(]?({NUMERAL})[)]?条?(?:到|至|-|—|~)第?[(]?({NUMERAL})[)]?条|{_FREE}({NUMERAL})条?(?:到|至|-|—|~)({NUMERAL})条{_TOLD_OF}"
)
_AND = r"(?:条?[、,和及与]{1,2}第?"
_JOINED = re.compile(
    rf"第({NUMERAL})({_AND}{NUMERAL})+)(?:这?[两三几])?条|{_FREE}({NUMERAL})({_AND}{NUMERAL})+)(?:这?[两三几])?条{_TOLD_OF}"
)
_ROAD = "(?!出?路(?![面段灯政网基权])|街(?!道)|线路|红线|底线|生产线|渠道|途径|短信|消息|评论|腿)"
"""What the 条 of a number does not stand before where it names a clause (第二条路; but 第二条道路, 第二条街道)."""
_ARTICLE = re.compile(
    rf"(?<!倒数)(?:第[(]?({NUMERAL})[)]?(?:条{_ROAD}|调(?![查解整研度配]))|条款({NUMERAL}))({_SUFFIX})"
)
_ITEM = re.compile(rf"(?<!第)[(\[]({NUMERAL})[)\]](?!项)")
_BARE = re.compile(
    rf"^[(]?({NUMERAL})[)]?[?。]?$|^({NUMERAL})条(?=[末首最后前,])|(?:^|(?<=[法例定办则见看查按照据,。])|(?<=[看说讲念查]下)|(?<=[》\s]))({NUMERAL})条(?=第|{_TOLD_OF[3:]}"
)
_ENGLISH = re.compile(r"\barticles?\s*\(?([0-9]{1,4}(?:\s*(?:,|and|&)\s*[0-9]{1,4})*)", re.IGNORECASE)
_PARAGRAPH = re.compile(rf"第({NUMERAL})款")
_POINT = re.compile(rf"第?[(]?({NUMERAL})[)]?项")
_SECTION = re.compile(
    rf"(?:第({NUMERAL})大?|(?:^|(?<=[的规定法例说讲看]))([一二三四五六七八九十]{{1,3}}))(部[分份]|编|章|节)"
)
_HEADING = re.compile(
    r"[“\"'‘]?([一二三四五六七八九十]{1,3})[、,.][\u4e00-\u9fff、]{0,20}?[”\"'’]?(?:这个|那个|这一|这|那|大)?"
    r"(?=标题|大标题|部[分份]|下面|之下|里|中|包括)"
)
_LAST = re.compile(r"(?:最后|最末|末尾)的?那?(?:一|([两二三四五]))?条|(倒数第[一二三四五六七八九1-9])条")
_RELATIVE = re.compile(r"(?:(上|前)|(下|后))(?:面|边)?的?(?:那|这)?一?条(?=$|[的是说讲规写呢又还有,。?\s])")
_NEXT_TO = re.compile(
    rf"{NUMERAL}[)]?条?的?(?:(前面|之前|上面|前一条|上一条)|(后面|之后|下面|后一条|下一条))(?!的?规定)"
)
_LAST_SECTION = re.compile(r"最后一?(?:个)?(部分|编|章|节)")

_UNNUMBERED = (
    (re.compile(r"结语|结尾(?:那|的)?一?段|(?:最后|末尾|最末尾?)的?(?:没有编号的?)?(?:那|这)?一?段"), CLOSING),
    (re.compile(r"(?:前言|序言|引言)|开头的?(?:没有编号的?)?(?:那|这)?一?段"), PREAMBLE),
    (re.compile(r"没有?编号的?(?:那|这)?一?段|(?:文件|全文|正文|文章|通篇)的?(?:结尾|最后|末尾)一?句话?"), CLOSING),
)
"""The paragraphs without a number, and the labels that they are known by."""

LARGEST_RANGE = 30


@dataclass(frozen=True, slots=True)
class References:
    """What places a question names.

    ``numbers`` are canonical Chinese numerals in the order asked; ``from_end`` counts
    clauses from the last (1 is the last); ``beside`` is -1 for the clause before the one
    that is numbered, or else before the one spoken of last, and 1 for the one behind it
    (上一条, 三十条后面), else 0; ``sections`` pairs a numeral with its kind
    (部分, 编, 章, 节; 部分 also stands for 一、 headings), ``-1`` for the last one.
    ``paragraph`` (款) and ``point`` (项) narrow a single number. ``bracketed`` says that
    the numbers are written （二十三）, as policies number their items. ``unnumbered`` is the
    label of a paragraph that has none, empty without one.
    """

    numbers: tuple[str, ...] = ()
    from_end: tuple[int, ...] = ()
    beside: int = 0
    sections: tuple[tuple[int, str], ...] = ()
    paragraph: int = 0
    point: int = 0
    bracketed: bool = False
    unnumbered: str = ""

    def __bool__(self) -> bool:
        return bool(self.numbers or self.from_end or self.beside or self.sections or self.unnumbered)


def find_references(text: str) -> References:
    """Return the references in a question (normalised: NFKC, simplified).

    A numeral that counts clauses (哪三条, 有几条) is none.
    """
    numbers: dict[str, None] = {}

    def add(numeral: str) -> None:
        canonical = to_chinese(numeral)
        if canonical:
            numbers[canonical] = None

    for first, last in _find_pairs(_RANGE, text):
        low, high = to_integer(first), to_integer(last)
        if low is not None and high is not None and low <= high < low + LARGEST_RANGE:
            for value in range(low, high + 1):
                add(str(value))
    for first, rest in _find_pairs(_JOINED, text):
        for numeral in (first, *re.findall(NUMERAL, rest)):
            add(numeral)
    for numeral, behind, suffix in _ARTICLE.findall(text):
        add((numeral or behind) + suffix)
    for numeral in (*_ITEM.findall(text), *("".join(groups) for groups in _BARE.findall(text))):
        add(numeral)
    for numerals in _ENGLISH.findall(text):
        for numeral in re.findall("[0-9]+", numerals):
            add(numeral)
    sections: list[tuple[int, str]] = [
        (to_integer(numeral or bare) or 0, kind.replace("份", "分")) for numeral, bare, kind in _SECTION.findall(text)
    ]
    sections += [(to_integer(numeral) or 0, "部分") for numeral in _HEADING.findall(text)]
    sections += [(-1, kind) for kind in _LAST_SECTION.findall(text)]
    from_end: tuple[int, ...] = ()
    if match := _LAST.search(text):
        last_few = range(to_integer(match[1] or "") or 1, 0, -1)
        from_end = (to_integer(match[2][-1]) or 1,) if match[2] else tuple(last_few)
    beside = _NEXT_TO.search(text) if numbers else _RELATIVE.search(text) if not from_end else None
    return References(
        tuple(numbers),
        from_end,
        (-1 if beside[1] else 1) if beside else 0,
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
        _ENGLISH,
        _PARAGRAPH,
        _POINT,
        _SECTION,
        _HEADING,
        _LAST,
        _NEXT_TO,
        _RELATIVE,
        _LAST_SECTION,
        *(pattern for pattern, _ in _UNNUMBERED),
    ):
        text = pattern.sub(" ", text)
    return text


def _find_pairs(pattern: re.Pattern[str], text: str) -> list[tuple[str, str]]:
    """Return for each match what the first two groups hold that took part."""
    return [(pair[0], pair[1]) for found in pattern.findall(text) if (pair := [one for one in found if one])]


def _first(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.search(text)
    return (to_integer(match[1]) or 0) if match else 0
