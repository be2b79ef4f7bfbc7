"""Which documents a search keeps to: by issuer, level, date, and what was in force on a day."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from corpus.catalog import Catalog
from corpus.errors import FilterError
from corpus.lines import drop_blanks
from corpus.metadata.dates import find_dates
from corpus.metadata.levels import LEVELS
from corpus.model import Document

_PARTS = re.compile(r"[、，,；;]")
_STATE = re.compile(r"^(?:中华人民共和国|中国|国家)")
_USUAL = {
    "全国人大": "全国人民代表大会",
    "国办": "国务院办公厅",
    "中办": "中共中央办公厅",
    "最高法": "最高人民法院",
    "最高检": "最高人民检察院",
}
"""Short names of bodies that leave out the word for their kind."""
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Filter:
    """What a document must be to be searched; an empty field asks for nothing.

    Of several ``issuers`` or ``levels`` one is enough. ``since`` and ``until`` bound the
    day of publication, both days included; a document that states none counts by its day
    of effect, and one without either date is left out. ``in_force_on`` is the day on
    which it was in force; without one, today.
    """

    issuers: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    in_force_on: date | None = None

    def __post_init__(self) -> None:
        for level in self.levels:
            if level not in LEVELS:
                raise FilterError(f"no level is called 「{_show(level)}」: write one of {'、'.join(LEVELS)}")
        if any(not issuer.strip() for issuer in self.issuers):
            raise FilterError("an issuer is empty: write its name, such as 国务院, or leave it out")
        if self.since and self.until and self.since > self.until:
            raise FilterError(
                f"the first day, {self.since}, is later than the last, {self.until}: no document can be of both"
            )

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    @property
    def narrows(self) -> bool:
        """Whether anything but a day of force is asked for."""
        return bool(self.issuers or self.levels or self.since or self.until)

    def admits(self, document: Document) -> bool:
        """Say whether a document has the issuer, the level and the date, whenever it was in force."""
        day = document.published or document.effective
        if (self.since or self.until) and day is None:
            return False
        return (
            (not self.levels or document.level in self.levels)
            and (not self.issuers or any(names_issuer(name, document.issuer) for name in self.issuers))
            and (day is None or (self.since or day) <= day <= (self.until or day))
        )

    def describe(self, *, english: bool) -> str:
        """Return the filter in words, such as 国务院制定、2020-01-01 施行有效."""
        parts: list[str] = []
        if self.issuers:
            names = "、".join(self.issuers)
            parts.append(f"issued by {names}" if english else f"制定机关为{names}")
        if self.levels:
            names = "、".join(self.levels)
            parts.append(f"of level {names}" if english else f"效力级别为{names}")
        if self.since:
            parts.append(f"published since {self.since}" if english else f"{self.since} 以后公布")
        if self.until:
            parts.append(f"published until {self.until}" if english else f"{self.until} 以前公布")
        if self.in_force_on:
            parts.append(f"in force on {self.in_force_on}" if english else f"{self.in_force_on} 有效")
        return (", " if english else "、").join(parts)


def choose_documents(catalog: Catalog, wanted: Filter, *, within: Iterable[str] = (), today: date) -> tuple[str, ...]:
    """Return the ids of the documents that a filter admits, in the catalog's order.

    Of the documents ``within`` (ids) where these are given, in force or not unless a day
    of force is asked for; else of those in force.
    """
    named = set(within)
    kept = catalog.in_force(wanted.in_force_on or today) if not named or wanted.in_force_on else None
    return tuple(
        document.id
        for document in catalog.documents
        if (not named or document.id in named) and (kept is None or document.id in kept) and wanted.admits(document)
    )


def names_issuer(name: str, issuer: str) -> bool:
    """Say whether a name is that of one of a document's issuers, in full or as it is usually shortened.

    市场监管总局 is 国家市场监督管理总局 and 全国人大常委会 全国人民代表大会常务委员会: the
    characters of a short name stand in the full one in the same order, from its first to
    its last. 国务院 is not 国务院办公厅: what a full name begins with is another body.
    """
    wanted = _trim(name)
    wanted = _trim(_USUAL.get(wanted, wanted))
    return any(_is_short_for(wanted, _trim(body)) for body in _PARTS.split(issuer) if body)


def list_issuers(documents: Iterable[Document]) -> list[str]:
    """Return the bodies that issued documents, each once, in order."""
    return list(dict.fromkeys(body for one in documents for body in _PARTS.split(one.issuer) if body))


def suggest_issuers(names: Iterable[str], documents: Iterable[Document]) -> list[str]:
    """Return the issuers whose names come nearest to names that none of the documents has."""
    known = list_issuers(documents)
    near = [body for name in names for body in known if _trim(name) in body or body in name]
    near += [body for name in names for body in difflib.get_close_matches(name, known, n=_NEAREST, cutoff=0.4)]
    return list(dict.fromkeys(near))[:_NEAREST]


def read_day(text: str) -> date:
    """Return the day that a person writes: 2020-01-01, 2020/1/1, 2020年1月1日.

    Raises
    ------
    FilterError
        It is no day, or there is more than one.
    """
    plain = text.strip()
    found = find_dates(plain)
    if len(found) != 1 or found[0][:2] != (0, len(plain)):
        raise FilterError(f"「{_show(plain)}」 is not a day: write it as 2020-01-01")
    return found[0][2]


def _show(text: str) -> str:
    """Return what a person wrote, in one short line."""
    return " ".join(text.split())[:40]


def _trim(name: str) -> str:
    return _STATE.sub("", drop_blanks(name)) or name


def _is_short_for(short: str, full: str) -> bool:
    if short == full:
        return True
    if len(short) < 3 or full.startswith(short) or short[0] != full[0]:
        return False
    ends = {full[-1], "委"} if full.endswith("委员会") else {full[-1]}
    letters = iter(full)
    return short[-1] in ends and all(letter in letters for letter in short)
