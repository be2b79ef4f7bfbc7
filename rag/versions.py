"""Which version of a document a question is about: the one in force, an older one, or both to be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from corpus.catalog import Catalog
from corpus.numerals import to_integer

Wanted = Literal["", "old", "both"]

_DIGITS = "零〇一二三四五六七八九"
_YEAR = re.compile(rf"(?<!\d)((?:19|20)\d{{2}})(?!\d)|(?<![{_DIGITS}])([一二][九〇零][{_DIGITS}]{{2}})(?=年|版|修)")
_BEFORE = re.compile(r"^年?(?:的?修?[订改正]*)?(?:之前|以前|前)")
"""What follows a year where the version before it is meant (2022年修订前的)."""
_REVISED = r"(?:修?[订改正]{1,2})"
_OLD_WORDS = rf"(?:[旧老]|原来|以前|{_REVISED}之?前)"
_NEW_WORDS = rf"(?:新|现行|现在|{_REVISED}之?后)"
_OLD = re.compile(
    r"(?<![部个些么])(?:旧的(?=[\u4e00-\u9fff]{2,20}(?:法|条例|规定|办法)))|(?<![部个些么])[旧老]的?(?:版|法(?![院人])|条例|规定|办法|文本|那)|(?:原来|以前)的?(?:版|法(?![院人])|条例|规定|那)"
    rf"|{_REVISED}之?前(?!后)|没改.{{0,3}}(?:前|时)|(?:已经?)?被?(?:废止|失效)的"
)
_BOTH = re.compile(
    rf"新旧|新老|两个?版|前后两|{_REVISED}前后|{_OLD_WORDS}.{{0,30}}{_NEW_WORDS}.{{0,30}}(?:不同|不一样|区别|差别|出入|变|比|各|分别|换)"
    rf"|{_NEW_WORDS}.{{0,12}}(?:和|与|跟|比|同|、)?.{{0,6}}(?:[旧老](?:版|法(?![院人])|条例|规定|的)|原来|以前|{_REVISED}之?前)"
    r"|从.{1,20}(?:改成|变成|改为|变为|提高到|降到)"
)


@dataclass(frozen=True, slots=True)
class Versions:
    """What a question says of versions: whether it wants an old one or both, and of which years; ``before`` one."""

    wanted: Wanted = ""
    years: tuple[int, ...] = ()
    before: int = 0


def find_versions(text: str) -> Versions:
    """Return what a question (normalised) says of the version that it is about."""
    years: dict[int, None] = {}
    before = 0
    for match in _YEAR.finditer(text):
        year = int(match[1]) if match[1] else to_integer(match[2]) or 0
        if _BEFORE.match(text[match.end() :]):
            before = year
        else:
            years[year] = None
    both = bool(_BOTH.search(text)) or len(years) > 1
    return Versions("both" if both else "old" if before or _OLD.search(text) else "", tuple(years), before)


def choose_versions(said: Versions, ids: Sequence[str], catalog: Catalog, day: date) -> Sequence[str]:
    """Return of the versions of one document, latest first, those that a question is about; an old one before a new."""
    if len(ids) < 2:
        return ids
    in_force = catalog.in_force(day)
    current = [id for id in ids if id in in_force][:1] or list(ids[:1])
    dated = [id for id in ids if _year(id, catalog) in said.years]
    older = [id for id in ids if id not in current]
    if said.before:
        older = [id for id in older if _year(id, catalog) < said.before] or older
    if said.wanted == "both" or len(dated) > 1:
        first = dated[-1:] if set(dated) - set(current) else older[:1]
        return [*first, *[id for id in (*dated[:1], *current) if id not in first][:1]]
    return dated[:1] or (older[:1] if said.wanted == "old" else current)


def _year(id: str, catalog: Catalog) -> int:
    published = catalog.resolve(id).published
    return published.year if published else 0
