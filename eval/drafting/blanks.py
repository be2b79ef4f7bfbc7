"""What a sentence of a rule can be asked for, and the sentence with a question word in its place.

Chinese asks where the answer stands: 诉讼时效期间为二年 becomes 诉讼时效期间为多少年. So
a question is made of a clause's own words, whatever the clause is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

BlankKind = Literal["date", "amount", "term", "body", "measure"]

_NUMERALS = "一二两三四五六七八九十百千万"
_N = rf"(?>[0-9０-９][0-9０-９,.．]*|[{_NUMERALS}]+)"
"""A number, whole: never the 五 of 五十."""
_SIZE = rf"(?:{_N}(?:[百千]?[万亿])?元|{_N}倍|百分之{_N}|{_N}[%％])"
_TIME = rf"{_N}(?:个工作日|个月|工作日|小时|日|天|年|月)"
_YEAR = r"(?:[0-9０-９]{4}|[一二三四五六七八九〇零○]{4})"
_VERBS = "建立健全|建立完善|建立|健全|完善|推广|实施|开展|制定|设立|组建|推行|构建|编制"
_NOUNS = "制度|机制|体系|平台|工程|行动|办法|规划|纲要|目录|格局|基地|模式|计划"

_DAY = rf"{_YEAR}年{_N}月{_N}日"
_DATE = re.compile(
    rf"(?P<value>(?<=[自于从至到]){_DAY}|{_DAY}(?=起|前|以前|止))(?=.{{0,6}}(?:施行|实施|执行|生效|截止|废止|止))"
)
_AMOUNT = re.compile(rf"(?<![、至{_NUMERALS}])(?P<value>{_SIZE}(?:以上(?:不满)?{_SIZE}(?:以下|以内)?)?)(?![、至])")
_TERM = re.compile(
    rf"(?<!最后)(?<![第年月上、至0-9０-９{_NUMERALS}])(?P<value>{_TIME}(?:以上{_TIME}(?:以下|以内)?)?)(?![份度级末初中底、至])"
)
_BODY = re.compile(
    r"由(?P<value>[^，。；：、（）由的]{2,20}?(?:部门|机关|机构|政府|委员会|法院|检察院|协会|单位))"
    r"(?=(?:负责(?!人)|责令|会同(?=[^，]{2,30}(?:定|织|施|布))|组织|决定|规定|制定|核发|批准|审批|给予|依法|依照|按照|处|公布|主管|承担|受理|管理)(?!的))"
)
_MEASURE = re.compile(
    rf"(?:{_VERBS})(?P<value>(?!(?:{_VERBS}))[^，,。；：、和及与的“”]{{2,14}}?)(?:{_NOUNS})(?=[，,。；]|$)"
)
_UNIT = re.compile(r"(?:个工作日|个月|工作日|小时|日|天|年|月)$")
_VAGUE = re.compile(r"^(?:其|该|有关|相关|上述|本级|同级|各级|所在)")
_PATTERNS: tuple[tuple[BlankKind, re.Pattern[str]], ...] = (
    ("date", _DATE),
    ("amount", _AMOUNT),
    ("term", _TERM),
    ("body", _BODY),
    ("measure", _MEASURE),
)


@dataclass(frozen=True, slots=True)
class Blank:
    """What may be asked for: its place in the sentence, its words, and the question word that takes its place.

    ``frame`` is what stands around it that another answer could stand in as well: 建立…机制.
    """

    kind: BlankKind
    start: int
    end: int
    answer: str
    word: str
    frame: str = ""


def find_blanks(sentence: str) -> list[Blank]:
    """Return what a sentence can be asked for, in its order; none of it overlaps."""
    found: list[Blank] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(sentence):
            start, end = match.span("value")
            if any(start < other.end and other.start < end for other in found):
                continue
            if kind == "body" and _VAGUE.match(match["value"]):
                continue
            answer, word = _name_answer(kind, match), _choose_word(kind, match["value"])
            found.append(Blank(kind, start, end, answer, word, match[0].replace(match["value"], "…")))
    return sorted(_drop_dates(found, sentence), key=lambda blank: blank.start)


def _choose_word(kind: BlankKind, value: str) -> str:
    if kind == "term":
        unit = _UNIT.search(value)
        return "多长时间" if "以上" in value or unit is None else f"多少{unit[0]}"
    if kind == "amount":
        if "以上" in value:
            return "多少"
        if value.startswith("百分之") or value.endswith(("%", "％")):
            return "百分之多少"
        return "多少元" if value.endswith("元") else "多少倍"
    return {"date": "什么时候", "body": "谁"}.get(kind, "什么")


def _name_answer(kind: BlankKind, match: re.Match[str]) -> str:
    """Return the answer with what says of what it is: 三年内, not 三; 建立预警机制, not 预警."""
    if kind == "measure":
        return match[0]
    following = match.string[match.end("value") :]
    bound = re.match("以上|以下|以内|以前|以后|内|前", following) if kind in ("amount", "term") else None
    return match["value"] + (bound[0] if bound else "")


def _drop_dates(found: list[Blank], sentence: str) -> Iterator[Blank]:
    """Leave out what is part of a date without its year (1月1日) or is a year (2020年)."""
    for blank in found:
        digits = re.match(r"[0-9０-９]+|[〇零○一二三四五六七八九]{4}", blank.answer)
        year = blank.kind == "term" and digits is not None and len(digits[0]) == 4
        day = blank.kind == "term" and re.match(rf"{_N}月{_N}日", sentence[blank.start :]) is not None
        if not (year or day):
            yield blank
