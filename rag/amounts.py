"""Amounts as values with units, so that 7天 and 七日, 5万元 and 五万元 are the same."""

from __future__ import annotations

import re
import unicodedata

from corpus.numerals import to_integer

Amount = tuple[float, str]
"""A value and its unit: 元, %, 日, 月, 年…; empty where none is written."""

_SCALES = {"十": 10.0, "百": 100.0, "千": 1_000.0, "万": 10_000.0, "亿": 100_000_000.0}
_SAME_UNIT = {
    "天": "日",
    "工作日": "日",
    "块钱": "元",
    "块": "元",
    "周岁": "岁",
    "钟头": "小时",
    "星期": "周",
    "个百分点": "%",
    "百分点": "%",
    "成": "%",
}
_UNITS = (
    "个?工作日|个?百分点|个?小时|个?钟头|个?星期|个?月|周岁|岁|年|日|天|周|元|块钱|块|倍|%|成|次|家|人|名|份|件|吨"
    "|公里|平方米"
)
_HAN = "零〇一二两三四五六七八九十百千万亿"
_AMOUNT = re.compile(
    rf"(?<!第)(?!零件|零售|零部件|一[家人名份件次])(?P<percent>百分之)?(?P<number>[0-9]+(?![0-9.]*[A-Z])(?:\.[0-9]+)?[十百千万亿]*|[{_HAN}]+)(?P<unit>{_UNITS})?(?!分之)"
)
_SPACES = re.compile(r"(?<=\d)\s+|[,，](?=\d{3}(?!\d))")


def find_amounts(text: str) -> dict[str, Amount]:
    """Return the amounts that a text states, in order, by their words (3%, 十万元, 2020年).

    A Chinese numeral counts only with a unit (or after 百分之); 第八天, 一家 and 4S店 are no amounts.
    """
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text))
    found: dict[str, Amount] = {}
    for match in _AMOUNT.finditer(plain):
        value = _read_number(match["number"])
        unit = (match["unit"] or "").removeprefix("个")
        if value is None or not (unit or match["percent"] or match["number"][0].isdigit()):
            continue
        if match["percent"]:
            unit = "%"
        elif unit == "成":
            value *= 10
        found[match[0]] = (value, _SAME_UNIT.get(unit, unit))
    return found


def read_amounts(text: str) -> frozenset[Amount]:
    """Return the amounts that a text states."""
    return frozenset(find_amounts(text).values())


def holds_amounts(text: str, stated: frozenset[Amount]) -> bool:
    """Whether a text states all of these; one without a unit may have any there."""
    held = read_amounts(text)
    values = {value for value, _ in held}
    return all(amount in held or (not amount[1] and amount[0] in values) for amount in stated)


def _read_number(number: str) -> float | None:
    digits = number.rstrip("十百千万亿")
    if digits and digits[0].isascii():
        value = float(digits)
        for scale in number[len(digits) :]:
            value *= _SCALES[scale]
        return value
    whole = to_integer(number)
    return None if whole is None else float(whole)
