"""What stands at the head of a line: 第四十条, 第三章, 一、, （二十三）, 1., 附件一."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corpus.lines import drop_blanks
from corpus.numerals import to_chinese, to_integer

LabelKind = Literal["article", "division", "part", "item", "arabic", "attachment"]

_GAP = r"[ \t\u3000\xa0\u2000-\u200b\u202f]*"
_NUMERAL = r"[0-9０-９一二三四五六七八九十百千零〇○两廿卅]"
_NUMBER = rf"{_NUMERAL}(?:{_GAP}{_NUMERAL}){{0,11}}"
_CHINESE = r"[一二三四五六七八九十百零〇○廿卅]{1,7}"

_ARTICLE = re.compile(rf"第{_GAP}({_NUMBER}){_GAP}条(?:{_GAP}之{_GAP}({_NUMERAL}{{1,4}}))?")
_DIVISION = re.compile(rf"第{_GAP}({_NUMBER}){_GAP}(分{_GAP}编|编|篇|卷|部{_GAP}分|章|节)")
_PART = re.compile(rf"({_CHINESE}){_GAP}[、．.]")
_ITEM = re.compile(rf"[（(]{_GAP}({_CHINESE}){_GAP}[）)]")
_ARABIC = re.compile(r"([0-9０-９]{1,3})(?:[、．]|\.(?![0-9０-９]))")
_ATTACHMENT = re.compile(
    rf"(附(?!{_GAP}则){_GAP}(?:件|表|录|图)?{_GAP}(?:{_NUMBER}|[A-Z])?)(?=$|{_GAP}[:：]|[ \t\u3000\xa0\u2000-\u200b])"
)
_BLANK_OR_END = re.compile(r"$|[ \t\u3000\xa0\u2000-\u200b\u202f]|[【〔\[（(:：*]")
_REFERENCE = re.compile(
    rf"{_GAP}(?:第{_GAP}{_NUMBER}{_GAP}[款项条目]|规定[的，,之、]|所[称列指]|的)|[和与及或至到以的中，,；;。]|规定|之规定|[前后]?款"
)
_LIST = re.compile(rf"{_GAP}、{_GAP}第")
_TITLE_END = "。；;：:，,、"


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the head of a line.

    ``printed`` is the label as the document prints it, without white space; ``number``
    its Chinese numerals, empty where it has none; ``order`` (number, 之 number) to
    compare by; ``end`` the length of the label in the line. ``apart`` says that white
    space, a bracket or the line's end follows it. ``refers`` says that the words after
    it read as a cross-reference (第五条第二款规定的…). ``unit`` is 编, 章, 节… of a division.
    """

    kind: LabelKind
    printed: str
    number: str
    order: tuple[int, int]
    end: int
    apart: bool = True
    refers: bool = False
    unit: str = ""


def read_label(line: str) -> Label | None:
    """Return the label that a line begins with, None where it begins with none."""
    if not line:
        return None
    head = line[0]
    if head == "第":
        return _read_article(line) or _read_division(line)
    if head in "（(":
        return _read_plain("item", _ITEM.match(line))
    if head == "附":
        match = _ATTACHMENT.match(line)
        if match is None or len(line) > 60 or line.endswith("。"):
            return None
        return Label("attachment", drop_blanks(match[1]), "", (0, 0), match.end())
    return _read_plain("part", _PART.match(line)) or _read_plain("arabic", _ARABIC.match(line))


def _read_article(line: str) -> Label | None:
    match = _ARTICLE.match(line)
    if match is None:
        return None
    main, sub = to_integer(match[1]), to_integer(match[2] or "0")
    if main is None or sub is None:
        return None
    number = to_chinese(match[1]) + (f"之{to_chinese(match[2])}" if match[2] else "")
    return Label(
        "article",
        drop_blanks(match[0]),
        number,
        (main, sub),
        match.end(),
        apart=_BLANK_OR_END.match(line, match.end()) is not None,
        refers=any(pattern.match(line, match.end()) for pattern in (_REFERENCE, _LIST)),
    )


def _read_division(line: str) -> Label | None:
    match = _DIVISION.match(line)
    if match is None or len(line) > 60 or line[-1] in _TITLE_END:
        return None
    apart = _BLANK_OR_END.match(line, match.end()) is not None
    if not apart and (_REFERENCE.match(line, match.end()) is not None or len(line) > 30):
        return None
    order = to_integer(match[1])
    if order is None:
        return None
    number = to_chinese(match[1])
    unit = drop_blanks(match[2])
    return Label("division", drop_blanks(match[0]), number, (order, 0), match.end(), apart=apart, unit=unit)


def _read_plain(kind: LabelKind, match: re.Match[str] | None) -> Label | None:
    if match is None:
        return None
    order = to_integer(match[1])
    if not order:
        return None
    return Label(kind, drop_blanks(match[0]), to_chinese(match[1]), (order, 0), match.end())
