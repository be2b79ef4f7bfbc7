"""Dates as documents print them, Arabic or Chinese, and the periods that are counted from them."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from corpus.numerals import to_integer

_ZERO = "零〇○Ｏ０O0ОΟ◯"
_ARABIC = r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?"
_CHINESE = (
    rf"([一二三四五六七八九{_ZERO}](?:\s?[一二三四五六七八九{_ZERO}]){{3}})\s*年\s*"
    r"([一二三四五六七八九十元]{1,3})\s*月\s*([一二三四五六七八九十廿卅]{1,3})\s*日"
)
_DATE = re.compile(f"{_ARABIC}|{_CHINESE}")
_ZEROS = re.compile(f"[{_ZERO}]")
DATE = re.sub(r"\((?!\?)", "(?:", f"(?:{_ARABIC}|{_CHINESE})")
"""A pattern of one date, without groups, for patterns of other modules."""


def find_dates(text: str) -> list[tuple[int, int, date]]:
    """Return the dates that stand in a text with their half-open offsets, in order; impossible ones are left out."""
    found = []
    for match in _DATE.finditer(text):
        year, month, day = match.groups()[:3] if match[1] else match.groups()[3:]
        made = _make_date(year, month, day)
        if made is not None:
            found.append((match.start(), match.end(), made))
    return found


def read_dates(text: str) -> list[date]:
    """Return the dates that stand in a text, in order; impossible ones are left out."""
    return [day for _, _, day in find_dates(text)]


def add_period(day: date, count: int, unit: str) -> date | None:
    """Return the day ``count`` 日 (or 天), 月 or 年 after a day, None beyond the calendar.

    A month's or a year's end is kept to: one month after 31 January is the last of February.
    """
    try:
        if unit in {"日", "天"}:
            return day + timedelta(days=count)
        months = day.year * 12 + day.month - 1 + count * (12 if unit == "年" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        return None


def _make_date(year: str, month: str, day: str) -> date | None:
    digits = _ZEROS.sub("〇", year) if not year.isdecimal() else year
    numbers = [to_integer(part) for part in (digits, month.replace("元", "一"), day)]
    try:
        return date(*(number or 0 for number in numbers))
    except ValueError:
        return None
