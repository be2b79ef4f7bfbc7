"""What stands at the head of a line: 第四十条, 第三章, 一、, （二十三）, 1., 附件一, 问：."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from corpus.lines import drop_blanks
from corpus.numerals import to_chinese, to_integer

LabelKind = Literal["article", "division", "part", "item", "arabic", "attachment", "box", "question", "section"]

DAMAGE = "?？\ufffd□\ue000-\uf8ff"
"""The characters, as a pattern's set, that stand in a label for one that was lost."""

_GAP = r"[ \t\u3000\xa0\u2000-\u200b\u202f]*"
_NUMERAL = r"[0-9０-９一二三四五六七八九十百千零〇○两廿卅]"
_NUMBER = rf"{_NUMERAL}(?:{_GAP}{_NUMERAL}){{0,11}}"
_CHINESE = r"[一二三四五六七八九十百零〇○廿卅]{1,7}"

_ARTICLE = re.compile(
    rf"第{_GAP}({_NUMBER}){_GAP}(?:[-－]([0-9０-９]{{1,3}}){_GAP})?[条條](?:{_GAP}之{_GAP}({_NUMERAL}{{1,4}}))?"
)
_DIVISION = re.compile(rf"第{_GAP}({_NUMBER}){_GAP}(分{_GAP}[编編]|编|編|篇|卷|部{_GAP}分|章|节|節)")
_PART = re.compile(rf"({_CHINESE}){_GAP}[、．.]")
_ITEM = re.compile(rf"\\?[（(]{_GAP}({_CHINESE}){_GAP}\\?[）)]")
_ARABIC = re.compile(r"([0-9０-９]{1,3})(?:[、．]|\\?\.(?![0-9０-９]))")
_ATTACHMENT = re.compile(
    rf"(附(?!{_GAP}[则則]){_GAP}(?:件|表|录|錄|图|圖)?{_GAP}(?:{_NUMBER}|[A-Z])?)"
    rf"(?=$|{_GAP}[:：]|[ \t\u3000\xa0\u2000-\u200b]|\*\*|__)"
)
_BOX = re.compile(rf"(专{_GAP}栏{_GAP}(?:{_NUMBER})?)(?=$|[:： \t\u3000\xa0])")
_QUESTION = re.compile(
    rf"[【\[]?{_GAP}((?:记者|网友|网民)?{_GAP}(?:提问|问题|[问問])|记者|网友|网民|[Qq]){_GAP}({_NUMBER})?{_GAP}"
    rf"(?:[】\]]{_GAP}[:：]?|[:：])"
)
_DAMAGED_ARTICLE = re.compile(rf"第{_GAP}(?:(?:{_NUMERAL}|[{DAMAGE}]){_GAP}){{1,8}}[条條]")
_HALF_ARTICLE = re.compile(
    rf"(?:[{DAMAGE}]{{1,2}}{_GAP}{_NUMBER}{_GAP}[条條]|第{_GAP}{_NUMBER}{_GAP}[{DAMAGE}]{{1,2}})"
    r"(?=[ \t\u3000\xa0\u2000-\u200b])"
)
_DAMAGED_ITEM = re.compile(rf"[（(](?:{_NUMERAL}|[{DAMAGE}]){{1,5}}[）)]")
_DAMAGED_PART = re.compile(rf"[\ufffd□\ue000-\uf8ff]{{1,3}}{_GAP}、")
_IS_DAMAGED = re.compile(rf"[{DAMAGE}]")
_BLANK_OR_END = re.compile(r"$|[ \t\u3000\xa0\u2000-\u200b\u202f]|[【〔\[（(:：*_<|\\]|&[a-z]{2,6};")
_REFERENCE = re.compile(
    rf"第{_GAP}{_NUMBER}{_GAP}[条條]|{_GAP}(?:第{_GAP}{_NUMBER}{_GAP}[款项項目]|规定[的，,之、]|規定[的，,之、]|所[称列指稱]|的)"
    r"|[和與与及或至到的，,；;。]|中(?![国國华華央外小共医药等级介])|以(?:[上下内外前后後及]|[，,])|规定|規定|之规定|[前后後]?款"
)
_LIST = re.compile(rf"{_GAP}、{_GAP}第")
_TITLE_END = "。；;：:，,、"
_LONGEST = 60
"""The length beyond which a line is no heading."""
_HEAD_LENGTH = 80
"""How much of a line is read: more than ``_LONGEST``, so that a longer line is known for one."""
_HEADS = frozenset("第附专问問记网【[QqＱ（(\\?？\ufffd□0123456789０１２３４５６７８９一二三四五六七八九十百零〇○廿卅")


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the head of a line.

    ``printed`` is the label as the document prints it, without white space; ``number``
    its Chinese numerals, empty where it has none or where characters of it were lost;
    ``order`` (number, 之 number) to compare by; ``end`` the length of the label in the
    line. ``apart`` says that white space, a bracket or the line's end follows it.
    ``refers`` says that the words after it read as a cross-reference (第五条第二款规定的…).
    ``unit`` is 编, 章, 节… of a division. ``damaged`` says that characters of it were lost.
    """

    kind: LabelKind
    printed: str
    number: str
    order: tuple[int, int]
    end: int
    apart: bool = True
    refers: bool = False
    unit: str = ""
    damaged: bool = False


def read_label(line: str) -> Label | None:
    """Return the label that a line begins with, None where it begins with none."""
    head = line[:1]
    if head not in _HEADS and not "\ue000" <= head <= "\uf8ff":
        return None
    return _read_head(line[:_HEAD_LENGTH])


@lru_cache(maxsize=8192)
def _read_head(line: str) -> Label | None:
    """Read the label of a line from its first characters; every step of parsing asks for it again."""
    head = line[0]
    if head == "第":
        return _read_article(line) or _read_division(line) or _read_damaged(line)
    if head in "（(":
        return _read_plain("item", _ITEM.match(line)) or _read_damaged(line)
    if head in ("附", "专"):
        return _read_titled(line)
    if head in "问問记网【[QqＱ":
        match = _QUESTION.match(line)
        return _read_question(match) if match is not None else None
    if head in "?？\ufffd□" or "\ue000" <= head <= "\uf8ff":
        return _read_damaged(line)
    return (
        _read_plain("part", _PART.match(line))
        or _read_plain("arabic", _ARABIC.match(line))
        or _read_plain("item", _ITEM.match(line))
    )


def _read_article(line: str) -> Label | None:
    match = _ARTICLE.match(line)
    if match is None:
        return None
    after = match[2] or match[3]
    main, sub = to_integer(match[1]), to_integer(after or "0")
    if main is None or sub is None:
        return None
    number = to_chinese(match[1]) + (f"之{to_chinese(after)}" if after else "")
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
    if len(line) > _LONGEST or line[-1] in _TITLE_END:
        return None
    match = _DIVISION.match(line)
    if match is None:
        return None
    apart = _BLANK_OR_END.match(line, match.end()) is not None
    if not apart and (_REFERENCE.match(line, match.end()) is not None or len(line) > 30):
        return None
    order = to_integer(match[1])
    if order is None:
        return None
    number = to_chinese(match[1])
    unit = drop_blanks(match[2]).replace("編", "编").replace("節", "节")
    return Label("division", drop_blanks(match[0]), number, (order, 0), match.end(), apart=apart, unit=unit)


def _read_damaged(line: str) -> Label | None:
    """Read a label of which characters were lost (第?条, （�）): it begins something, and has no number."""
    if _IS_DAMAGED.search(line, 0, 20) is None:
        return None
    for kind, pattern in _DAMAGED:
        match = pattern.match(line)
        if match is not None and _IS_DAMAGED.search(match[0]) is not None:
            apart = _BLANK_OR_END.match(line, match.end()) is not None
            refers = kind == "article" and _REFERENCE.match(line, match.end()) is not None
            return Label(kind, drop_blanks(match[0]), "", (0, 0), match.end(), apart=apart, refers=refers, damaged=True)
    return None


_DAMAGED: tuple[tuple[LabelKind, re.Pattern[str]], ...] = (
    ("article", _DAMAGED_ARTICLE),
    ("article", _HALF_ARTICLE),
    ("item", _DAMAGED_ITEM),
    ("part", _DAMAGED_PART),
)


def _read_titled(line: str) -> Label | None:
    """Read the line that names an attachment or a box."""
    if len(line) > _LONGEST or line.endswith("。"):
        return None
    match = _ATTACHMENT.match(line) or _BOX.match(line)
    if match is None:
        return None
    kind: LabelKind = "attachment" if line[0] == "附" else "box"
    return Label(kind, drop_blanks(match[1]), "", (0, 0), match.end())


def _read_question(match: re.Match[str]) -> Label:
    number = to_chinese(match[2] or "")
    order = to_integer(match[2] or "0") or 0
    return Label("question", drop_blanks(match[1] + (match[2] or "")), number, (order, 0), match.end())


def _read_plain(kind: LabelKind, match: re.Match[str] | None) -> Label | None:
    if match is None:
        return None
    order = to_integer(match[1])
    if not order:
        return None
    printed = drop_blanks(match[0]).replace("\\", "")
    return Label(kind, printed, to_chinese(match[1]), (order, 0), match.end())
