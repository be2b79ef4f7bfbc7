"""Word's automatic numbering: the label that Word shows at the head of a numbered paragraph.

The rules are those of ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (number formats).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.numerals import to_chinese

if TYPE_CHECKING:
    from lxml.etree import _Element

LEVELS = 9
"""How many levels a list has."""

_LEGAL_DIGITS = {"Simplified": "零壹贰叁肆伍陆柒捌玖拾佰仟", "Traditional": "零壹貳參肆伍陸柒捌玖拾佰仟"}
_SEQUENCES = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
}
_COUNTED = {
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCountingThousand",
    "ideographTraditionalCounting",
}
_COUNTED_BELOW_100 = {"chineseCounting", "taiwaneseCounting"}
_DIGIT_BY_DIGIT = {"ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"}
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_LARGEST = 1_000_000
_LONGEST = 255
"""The characters of a label that are printed: what is longer would be printed at every paragraph of its list."""


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered.

    ``text`` is what is printed, ``%1`` standing for the number of the first level, and so
    on. ``restart`` is the level (from 1) after which the level begins again, 0 never,
    ``None`` after any higher one. ``legal`` prints every number in it as decimal.
    """

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False
    style: str = ""


@dataclass(frozen=True, slots=True)
class _Num:
    """An instance of a list: the definition it counts by, and where it begins anew."""

    abstract: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]


class Numbering:
    """The lists of a document, and how far each has been counted.

    Parameters
    ----------
    root
        The element ``w:numbering`` of ``numbering.xml``; ``None`` where there is none.
    """

    def __init__(self, root: _Element | None) -> None:
        self._abstract: dict[str, dict[int, Level]] = {}
        self._nums: dict[str, _Num] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()
        if root is not None:
            self._read(root)

    def find_level(self, num_id: str, style: str) -> int:
        """Return the level of a list that a paragraph style stands for, 0 where none does."""
        levels = self._nums[num_id].levels if num_id in self._nums else {}
        return next((level for level, definition in sorted(levels.items()) if style and definition.style == style), 0)

    def print_next(self, num_id: str, level: int) -> str:
        """Count the next paragraph at a level of a list, and return its label, the white space after it included.

        "" where the list is not defined or is one of bullets.
        """
        num = self._nums.get(num_id)
        if num is None or level not in num.levels:
            return ""
        counts = self._counts.setdefault(num.abstract, {})
        if level in num.starts and (num_id, level) not in self._started:
            counts[level] = num.starts[level]
        else:
            counts[level] = counts[level] + 1 if level in counts else num.starts.get(level, num.levels[level].start)
        self._started.add((num_id, level))
        for deeper in [deeper for deeper in counts if deeper > level]:
            restart = num.levels[deeper].restart if deeper in num.levels else None
            if restart is None or level < restart:
                del counts[deeper]
        return _print_label(num.levels, level, counts)

    def _read(self, root: _Element) -> None:
        styles: dict[str, str] = {}
        linked: dict[str, str] = {}
        for element in root:
            if read_name(element) != "abstractNum":
                continue
            key = read_attribute(element, "abstractNumId")
            self._abstract[key] = {}
            for child in element:
                if read_name(child) == "lvl":
                    self._abstract[key].update(_read_level(child))
                elif read_name(child) == "styleLink":
                    styles[read_attribute(child, "val")] = key
                elif read_name(child) == "numStyleLink":
                    linked[key] = read_attribute(child, "val")
        for element in root:
            if read_name(element) == "num":
                abstract = next(
                    (read_attribute(child, "val") for child in element if read_name(child) == "abstractNumId"), ""
                )
                if not self._abstract.get(abstract) and linked.get(abstract) in styles:
                    abstract = styles[linked[abstract]]
                self._nums[read_attribute(element, "numId")] = self._read_num(element, abstract)

    def _read_num(self, element: _Element, abstract: str) -> _Num:
        levels = dict(self._abstract.get(abstract, {}))
        starts: dict[int, int] = {}
        for override in element:
            if read_name(override) != "lvlOverride":
                continue
            for child in override:
                if read_name(child) == "lvl":
                    levels.update(_read_level(child))
                elif read_name(child) == "startOverride":
                    starts[read_integer(override, "ilvl", 0)] = read_integer(child, "val", 1)
        return _Num(abstract, levels, starts)


def print_number(value: int, number_format: str) -> str:
    """Return a number as a format of Word prints it, as decimal where the format is not one that is known."""
    if number_format == "none":
        return ""
    sequence = _SEQUENCES.get(number_format, "")
    if 1 <= value <= len(sequence):
        return sequence[value - 1]
    if value < 0 or value > _LARGEST:
        return str(value)
    if number_format in _COUNTED or (number_format in _COUNTED_BELOW_100 and value < 100):
        return to_chinese(str(value))
    if number_format in _DIGIT_BY_DIGIT or number_format in _COUNTED_BELOW_100:
        return "".join("○一二三四五六七八九"[int(digit)] for digit in str(value))
    if number_format in {"chineseLegalSimplified", "ideographLegalTraditional"}:
        return _print_legal(value, _LEGAL_DIGITS["Simplified" if number_format[0] == "c" else "Traditional"])
    if number_format in {"lowerLetter", "upperLetter"} and 1 <= value <= 780:
        letters = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letters if number_format == "lowerLetter" else letters.upper()
    if number_format in {"lowerRoman", "upperRoman"} and 1 <= value < 4000:
        return _print_roman(value) if number_format == "lowerRoman" else _print_roman(value).upper()
    if number_format in {"decimalFullWidth", "decimalFullWidth2"}:
        return str(value).translate(_FULL_WIDTH)
    return f"{value:02}" if number_format == "decimalZero" else str(value)


def _print_label(levels: Mapping[int, Level], level: int, counts: Mapping[int, int]) -> str:
    definition = levels[level]
    if definition.format == "bullet" or not definition.text:
        return ""
    printed, position, text = [], 0, definition.text
    while position < len(text):
        digit = text[position + 1 : position + 2]
        if text[position] == "%" and digit and digit in "123456789":
            place = int(digit) - 1
            of_place = levels.get(place, Level())
            # A level that has not been counted yet shows the number that it begins with.
            value = counts.get(place, of_place.start)
            legal = definition.legal and of_place.format != "none"
            printed.append(print_number(value, "decimal" if legal else of_place.format))
            position += 2
        else:
            printed.append(text[position])
            position += 1
    label = "".join(printed)
    return label if definition.suffix == "nothing" or not label.strip() else f"{label} "


def _print_legal(value: int, digits: str) -> str:
    if value == 0 or value > 9999:
        return digits[0] if value == 0 else str(value)
    printed, gap = "", False
    for place, unit in ((1000, digits[12]), (100, digits[11]), (10, digits[10]), (1, "")):
        digit = value // place % 10
        if digit:
            printed += (digits[0] if gap and printed else "") + digits[digit] + unit
        gap = not digit
    return printed


def _print_roman(value: int) -> str:
    printed = ""
    for worth, letters in _ROMAN:
        count, value = divmod(value, worth)
        printed += letters * count
    return printed


def _read_level(element: _Element) -> dict[int, Level]:
    level = read_integer(element, "ilvl", 0)
    if not 0 <= level < LEVELS:
        return {}
    found: dict[str, _Element] = {}
    for child in element.iter():
        # The format may stand in mc:AlternateContent: the first is the one for today's Word.
        found.setdefault(read_name(child), child)
    legal = found.get("isLgl")
    custom = found.get("numFmt")
    return {
        level: Level(
            start=read_integer(found.get("start"), "val", 0 if "start" not in found else 1),
            format=read_attribute(custom, "val") or "decimal",
            text=read_attribute(found.get("lvlText"), "val")[:_LONGEST],
            suffix=read_attribute(found.get("suff"), "val") or "tab",
            restart=read_integer(found["lvlRestart"], "val", 0) if "lvlRestart" in found else None,
            legal=legal is not None and read_attribute(legal, "val") not in {"0", "false", "off"},
            style=read_attribute(found.get("pStyle"), "val"),
        )
    }


def read_name(element: _Element) -> str:
    """Return an element's name without its namespace, "" of a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def read_attribute(element: _Element | None, name: str) -> str:
    """Return an attribute by its local name: Word writes two namespaces, transitional and strict."""
    if element is None:
        return ""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def read_integer(element: _Element | None, name: str, default: int) -> int:
    """Return an attribute that is a whole number, the default where it is absent or none."""
    value = read_attribute(element, name).strip()
    digits = value.removeprefix("-")
    return int(value) if digits.isascii() and digits.isdecimal() and len(digits) <= 9 else default
