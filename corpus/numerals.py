"""Numerals as Chinese law prints them: any written form to one canonical Chinese form, and back."""

from __future__ import annotations

import re
from functools import lru_cache

DIGITS = "零一二三四五六七八九"
LARGEST = 99_999_999
"""The largest number that is converted; anything longer is not a clause number."""

_VALUES = {character: value for value, character in enumerate(DIGITS)} | {
    "〇": 0, "○": 0, "Ｏ": 0, "两": 2, "兩": 2,
    "壹": 1, "贰": 2, "貳": 2, "叁": 3, "參": 3, "肆": 4, "伍": 5, "陆": 6, "陸": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS = {"廿": "二十", "卄": "二十", "卅": "三十", "卌": "四十"}
_ARABIC = str.maketrans("０１２３４５６７８９", "0123456789")
_BLANKS = re.compile(r"\s+")
_LONGEST = 64
"""The length beyond which a text is no numeral, however many blanks it has."""


def to_chinese(text: str) -> str:
    """Return a number in canonical Chinese numerals (40 → 四十, １２０之1 → 一百二十之一), "" where it is none.

    A number may carry a 之 part (一百二十之一); each side is converted. Zeros inside are
    printed 零 as laws print them: 一百零三, 一千零一十.
    """
    if len(text) > _LONGEST:
        return ""
    return _convert(text)


@lru_cache(maxsize=4096)
def _convert(text: str) -> str:
    parts = _BLANKS.sub("", text).split("之")
    values = [to_integer(part) for part in parts]
    if any(value is None for value in values):
        return ""
    return "之".join(_print_integer(value) for value in values if value is not None)


def to_integer(number: str) -> int | None:
    """Return the value of a Chinese, Arabic or full-width numeral, None where it is none or has a 之 part."""
    return _read_number(number) if len(number) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _read_number(number: str) -> int | None:
    number = _BLANKS.sub("", number).translate(_ARABIC)
    if not number or len(number) > 20:
        return None
    if number.isascii():
        return int(number) if number.isdecimal() and len(number) <= len(str(LARGEST)) else None
    for short, long in _TENS.items():
        number = number.replace(short, long)
    if all(character in _VALUES for character in number):
        return _read_digits(number)
    head, ten_thousand, tail = number.partition("万")
    if not ten_thousand:
        return _read_below_ten_thousand(number)
    high = _read_below_ten_thousand(head)
    low = _read_below_ten_thousand(tail.lstrip("零〇○")) if tail else 0
    return None if not high or low is None else high * 10_000 + low


def _read_digits(number: str) -> int | None:
    """Read digits written one by one: 一二〇 is 120."""
    value = int("".join(str(_VALUES[character]) for character in number))
    return value if value <= LARGEST else None


def _read_below_ten_thousand(number: str) -> int | None:
    total, digit, last_unit = 0, None, 10_000
    for position, character in enumerate(number):
        if character in _UNITS:
            unit = _UNITS[character]
            if unit >= last_unit or digit == 0 or (digit is None and unit != 10):
                return None
            total += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
        elif character in _VALUES:
            if digit is not None and digit != 0:
                return None
            digit = _VALUES[character]
            if digit == 0 and position == 0 and len(number) > 1:
                return None
        else:
            return None
    return total + (digit or 0)


def _print_integer(value: int) -> str:
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        if not low:
            return _print_integer(high) + "万"
        return _print_integer(high) + "万" + ("零" if low < 1000 else "") + _print_below_ten_thousand(low)
    if 10 <= value < 20:
        return "十" + (DIGITS[value - 10] if value > 10 else "")
    return _print_below_ten_thousand(value)


def _print_below_ten_thousand(value: int) -> str:
    if value == 0:
        return DIGITS[0]
    printed, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            printed += ("零" if gap and printed else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return printed
