"""Places as documents print them: 第十条, 第三、四条, 第五条第二款第（三）项, 第一项至第三项, 第二章."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.numerals import to_chinese, to_integer

NUMERAL = r"[0-9０-９〇零○一二三四五六七八九十百千两廿卅]{1,9}"
"""A numeral as clause numbers are printed."""
BLANK = r"[ \t\u3000\xa0]*"
SERIES = rf"(?:{BLANK}(?:[、,，和及]|至|到){BLANK}第?[（(]?{NUMERAL}[）)]?){{0,40}}"
"""What continues a series of numerals: 、四, 至七, 、第（三）."""

_ARTICLE = re.compile(rf"第{BLANK}({NUMERAL}{SERIES}){BLANK}条(?!件|约|例|款项)(?:{BLANK}之({NUMERAL}))?")
_PARAGRAPH = re.compile(rf"[的中]?{BLANK}第{BLANK}({NUMERAL}{SERIES}){BLANK}款(?!项)")
_POINT = re.compile(
    rf"[的中]?{BLANK}第?{BLANK}([（(]?{NUMERAL}[）)]?{SERIES}){BLANK}"
    r"项(?!目|工作|任务|措施|内容|议|业务|指标|权利|制度)"
)
_ITEM = re.compile(rf"[的中]?{BLANK}第{BLANK}({NUMERAL}){BLANK}目(?!的|标|录)")
_UNITS = ("分编", "部分", "编", "章", "节")
_HEADING = re.compile(rf"第?{BLANK}({NUMERAL}){BLANK}(部分|分编|编|章|节|[、,，.．])")
_NUMBERS = re.compile(NUMERAL)
_PARTS = re.compile("[、,，和及]")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The 款, 项 and 目 to which a clause is narrowed, 0 where it is not; the last ones end ranges."""

    paragraph: int = 0
    last_paragraph: int = 0
    point: int = 0
    last_point: int = 0
    item: int = 0

    def __bool__(self) -> bool:
        return bool(self.paragraph or self.point or self.item)


WHOLE_CLAUSE = Narrowing()
"""No narrowing."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a place names and where it ends.

    ``articles`` are pairs of the first and the last number of a range in Chinese numerals,
    the last "" where it is none; empty where only 款, 项 or 目 are named. ``narrowings``
    are those of the last article, one for each of a list; never empty.
    """

    end: int
    articles: tuple[tuple[str, str], ...]
    narrowings: tuple[Narrowing, ...]
    pointed: bool


def read_place(text: str, start: int, *, article: bool = True, paragraph: bool = True) -> Place:
    """Return the place that begins at an offset, its end the offset itself where none does.

    ``article`` and ``paragraph`` say whether it may begin with these: what follows 前款
    names a 项 alone.
    """
    end = start
    named = _ARTICLE.match(text, start) if article else None
    end = named.end() if named else end
    block = _PARAGRAPH.match(text, end) if paragraph else None
    end = block.end() if block else end
    point = _POINT.match(text, end)
    end = point.end() if point else end
    item = _ITEM.match(text, end) if point else None
    end = item.end() if item else end
    return Place(
        end,
        tuple(_read_articles(named[1], named[2] or "")) if named else (),
        tuple(_narrow(block[1] if block else "", point[1] if point else "", item[1] if item else "")),
        pointed=point is not None and block is None,
    )


def read_section(heading: str) -> tuple[int, str]:
    """Return the number and the unit (编, 章, 节, 部分) of a heading, (0, "") where it is of none; 一、 is a 部分."""
    match = _HEADING.match(heading.strip())
    if match is None:
        return 0, ""
    return to_integer(match[1]) or 0, match[2] if match[2] in _UNITS else "部分"


def _read_articles(printed: str, sub: str) -> list[tuple[str, str]]:
    """Return the numbers of a series as pairs of first and last: 三、五至七, and 二十之一 where ``sub`` is 一."""
    pairs: list[tuple[str, str]] = []
    for part in _PARTS.split(printed):
        numbers = [canonical for number in _NUMBERS.findall(part) if (canonical := to_chinese(number))]
        pairs += [(numbers[0], numbers[-1] if len(numbers) > 1 else "")] if numbers else []
    if sub and pairs and not pairs[-1][1]:
        pairs[-1] = (f"{pairs[-1][0]}之{to_chinese(sub)}", "") if to_chinese(sub) else pairs[-1]
    return pairs


def _narrow(paragraphs: str, points: str, item: str) -> list[Narrowing]:
    """Return the 款, 项 and 目 of a place, one for each of a list; the 项 are of the last 款, the 目 of the last 项."""
    found = [Narrowing(first, last) for first, last in _read_ranges(paragraphs)] or [Narrowing()]
    last = found[-1]
    pointed = [
        Narrowing(last.paragraph, last.last_paragraph, first, end, 0) for first, end in _read_ranges(points)
    ]  # fmt: skip
    found[-1:] = pointed or [last]
    if item and pointed:
        one = found[-1]
        found[-1] = Narrowing(one.paragraph, one.last_paragraph, one.point, one.last_point, to_integer(item) or 0)
    return found


def _read_ranges(printed: str) -> list[tuple[int, int]]:
    """Return the numbers of a series as pairs of first and last, the last 0 where it is no range."""
    found: list[tuple[int, int]] = []
    for part in _PARTS.split(printed):
        numbers = [value for number in _NUMBERS.findall(part) if (value := to_integer(number))]
        found += [(numbers[0], numbers[-1] if len(numbers) > 1 else 0)] if numbers else []
    return found
