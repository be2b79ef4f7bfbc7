"""What a document says of itself: title, issuer, number, dates, history, level, and what it repeals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from corpus.lines import Line, drop_blanks, tidy_blanks
from corpus.metadata.dates import DATE, find_dates, read_dates
from corpus.metadata.events import ENACTING, read_events
from corpus.metadata.fields import read_fields
from corpus.metadata.force import find_effective, find_expiry, find_repeals, find_voidness
from corpus.metadata.issuers import find_issuer
from corpus.metadata.levels import find_level
from corpus.metadata.lines import DOC_NUMBER, ORDER_NUMBER, STANDARD_NUMBER
from corpus.metadata.titles import clean_hint, join_title
from corpus.model import Event

_STEM_DATE = re.compile(r"[（(]\s*(\d{4}-\d{1,2}-\d{1,2})\s*[）)]\s*(?:~\d+)?$")
_STEM_VOID = re.compile(r"[（(\[【](?:已)?(?:废止|失效)[）)\]】]")
_PAGE_DAY = re.compile(
    rf"(?:(?:发布|发稿|更新|发表)?(?:时间|日期)[:：]\s*)?{DATE}\s*(?:\d{{1,2}}:\d{{2}}|来源|$)"
    rf"|来源\s*[:：].{{1,40}}?(?:发布|发稿|更新|发表)?(?:时间|日期)[:：]\s*{DATE}"
)
_AT_ONCE = re.compile(r"现?予?以?(?:公布|发布)施行")
_YEAR = 366
_PAGE_HEAD, _PAGE_LINE = 60, 120
_DRAFT = re.compile(r"征求意见|草案|公开征集")
"""The title of what is not in force yet, whatever day its text names."""
_VOID = re.compile(r"^(?:失效|废止|已废止|已失效|无效|宣布失效|全文废止|全文失效|否|已修改废止)$")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says of itself; the fields are those of ``Document``, empty or ``None`` where it is silent.

    ``published`` is the day of the version: the last amendment, else the publication, else
    the date on the document. ``effective`` is the day on which the document's words say
    that it applies: of an amended law that is, as printed, the day of its first version.
    ``repealed`` is the first day on which it does not apply; a document that is said to
    be void without a day has an ``Event`` 废止 without one.
    """

    title: str
    issuer: str
    doc_number: str
    published: date | None
    effective: date | None
    repealed: date | None = None
    level: str = ""
    history: tuple[Event, ...] = ()
    repeals: tuple[str, ...] = ()


def read_metadata(
    text: str, lines: Sequence[Line], found: Mapping[int, str], *, stem: str, title: str = ""
) -> Metadata:
    """Read what the lines found, the text and the file's stem say; ``title`` is what the file's format says."""
    by_kind: dict[str, list[str]] = {}
    for position, kind in sorted(found.items()):
        by_kind.setdefault(kind, []).append(lines[position].text)
    told = by_kind.get("history", [])
    particulars, signature = by_kind.get("particulars", []), by_kind.get("signature", [])
    dated = [line for line in signature if not line.endswith("印发")] or signature
    promulgation = by_kind.get("promulgation", [])
    fields = _read_fields(particulars)
    plain = [line for line in particulars if not read_fields(line)]
    named = _name_document(by_kind.get("title", []), fields.get("title", ""), title, stem)
    events = [*read_events(told), *_read_order(promulgation, plain)]
    published = _find_published(events, [*told, *plain], dated, fields, stem) or _find_page_day(lines)
    issued = _find_issued(events, read_dates(" ".join(dated)), fields, published)
    draft = _DRAFT.search(named) is not None
    effective = (
        None
        if draft
        else find_effective(text, issued) or _first_day(fields.get("effective", "")) or _find_applied(events)
    )
    number = _find_numbers(fields.get("number", ""), plain, [*promulgation, *told])
    stated = fields.get("issuer", "") or "、".join(by_kind.get("issuer", []))
    order = _join_order(plain)
    issuer = find_issuer(named, stated, [*told, *promulgation, *([order] if order else []), *plain], signature)
    repealed, void = _find_repealed(text, told, fields, stem, events, effective or published)
    history = list({(event.day, event.action): event for event in reversed([*events, *void])}.values())[::-1]
    if effective is not None and not any(event.action == "施行" and event.day == effective for event in events):
        history.append(Event(effective, "施行", ""))
    if repealed is not None and not any(event.action == "废止" for event in history):
        history.append(Event(repealed, "废止", ""))
    return Metadata(
        title=named,
        issuer=issuer,
        doc_number=number,
        published=published,
        effective=effective,
        repealed=repealed,
        level=find_level(
            title=named,
            issuer=issuer,
            doc_number=number,
            told=[*told, *promulgation, *plain],
            stated=fields.get("level", ""),
        ),
        history=tuple(history),
        repeals=find_repeals(text, lines, named),
    )


def _read_fields(particulars: Sequence[str]) -> dict[str, str]:
    """Return a site's fields by kind, the first of each; a value may stand on the line after its label."""
    fields: dict[str, str] = {}
    waiting = ""
    for line in particulars:
        pairs = read_fields(line)
        if not pairs and waiting:
            fields.setdefault(waiting, tidy_blanks(line))
        for kind, value in pairs:
            if value:
                fields.setdefault(kind, value)
        waiting = pairs[-1][0] if pairs and not pairs[-1][1] else ""
    return fields


def _name_document(parts: Sequence[str], field: str, hint: str, stem: str) -> str:
    """Return the title: as printed, else the site's field, else the format's title, else the file's name."""
    printed = join_title(parts)
    if printed:
        return printed
    bare_stem = tidy_blanks(_STEM_DATE.sub("", stem))
    return field or clean_hint(hint) or bare_stem or stem


def _read_order(promulgation: Sequence[str], particulars: Sequence[str]) -> list[Event]:
    """Return the steps that an order of promulgation tells: the adoption and the day of effect, and its own day."""
    if not promulgation:
        return []
    events = list(read_events(promulgation))
    days = [day for line in particulars for day in read_dates(line)]
    if days and not any(event.action == "公布" for event in events):
        number = _find_numbers("", particulars, [])
        events.append(Event(max(days), "公布", number or promulgation[0]))
        if any(_AT_ONCE.search(line) for line in promulgation):
            events.append(Event(max(days), "施行", promulgation[0]))
    return events


def _find_published(
    events: Sequence[Event],
    told: Sequence[str],
    signature: Sequence[str],
    fields: Mapping[str, str],
    stem: str,
) -> date | None:
    days = [event.day for event in events if event.action in ENACTING and event.day is not None]
    match = _STEM_DATE.search(stem)
    days += read_dates(match[1]) if match else []
    if not days:
        applied = {event.day for event in events}
        days = [day for line in told for day in read_dates(line) if day not in applied]
    if not days and (stated := _first_day(fields.get("published", ""))):
        days = [stated]
    if not days:
        days = [day for line in signature for day in read_dates(line)]
    if not days:
        days = [day for kind in ("written", "listed") if (day := _first_day(fields.get(kind, "")))][:1]
    return max(days, default=None)


def _find_page_day(lines: Sequence[Line]) -> date | None:
    """Return the day on which a page was put up, by the line that tells its date and source at the head."""
    head = [line.text for line in lines[:_PAGE_HEAD] if 0 < len(line.text) < _PAGE_LINE]
    return next((day for line in head if _PAGE_DAY.match(line) for day in read_dates(line)), None)


def _find_issued(
    events: Sequence[Event], signed: Sequence[date], fields: Mapping[str, str], published: date | None
) -> date | None:
    """Return the day that 自公布之日起 means: that of the first publication, or of the last whole revision."""
    whole = [
        event
        for event in events
        if event.action in {"通过", "公布", "批准"} or (event.action == "修订" and "《" not in event.text)
    ]
    revised = max((place for place, event in enumerate(whole) if event.action == "修订"), default=-1)
    if revised >= 0:
        return whole[revised].day
    # Adopted, then promulgated: the day of the promulgation; what comes after an amendment is of the amendment.
    first = next((place for place, event in enumerate(events) if event.action in {"修正", "修订"}), len(events))
    early = [event.day for event in events[:first] if event.action in {"公布", "通过", "批准"} and event.day]
    if early:
        # Approved by the State Council, published by the ministry some days later.
        approved = all(event.action == "批准" for event in events[:first])
        late = published is not None and approved and 0 < (published - max(early)).days < _YEAR
        return published if late and first == len(events) else max(early)
    written = _first_day(fields.get("written", ""))
    return written or max(signed, default=None) or published


def _find_applied(events: Sequence[Event]) -> date | None:
    return max((event.day for event in events if event.action == "施行" and event.day), default=None)


def _find_repealed(
    text: str,
    told: Sequence[str],
    fields: Mapping[str, str],
    stem: str,
    events: Sequence[Event],
    start: date | None,
) -> tuple[date | None, list[Event]]:
    """Return the first day on which the document does not apply, and a step where it is void without a day."""
    days = [event.day for event in events if event.action == "废止" and event.day]
    stated = _first_day(fields.get("expires", ""))
    if stated:
        days.append(stated)
    void = find_voidness(told)
    if void:
        days += read_dates(void)
    if days:
        return min(days), []
    if _VOID.match(fields.get("status", "")) or void or _STEM_VOID.search(stem):
        return None, [Event(None, "废止", void or fields.get("status", "") or stem)]
    return find_expiry(text, start), []


def _first_day(text: str) -> date | None:
    return next(iter(read_dates(text)), None)


def _find_numbers(field: str, particulars: Sequence[str], told: Sequence[str]) -> str:
    """Return the document number, as 国发〔2023〕16号 or 国务院令第440号; those of one line joined by 、."""
    if field:
        return "、".join(drop_blanks(match[0]) for match in DOC_NUMBER.finditer(field)) or drop_blanks(field)
    order = _join_order(particulars)
    for lines in ([*particulars, *([order] if order else [])], told):
        for pattern in (DOC_NUMBER, ORDER_NUMBER, *([] if lines is told else [STANDARD_NUMBER])):
            for line in lines:
                found = [drop_blanks(match[0]) for match in pattern.finditer(_drop_dates(line))]
                if found:
                    return "、".join(_trim_number(one) for one in (found if lines is not told else found[:1]))
    return ""


def _join_order(particulars: Sequence[str]) -> str:
    """Return the number of an order whose name and number stand on lines of their own."""
    for line, following in pairwise(particulars):
        if re.search(r"(?:令|公告|通告)$", drop_blanks(line)) and drop_blanks(following).startswith(
            ("第", "20", "19", "〔")
        ):
            return drop_blanks(line) + drop_blanks(following)
    return ""


def _drop_dates(line: str) -> str:
    kept, position = "", 0
    for start, end, _ in find_dates(line):
        kept += line[position:start] + " "
        position = end
    return kept + line[position:]


def _trim_number(number: str) -> str:
    return number.strip("（）()").rpartition("以")[2].rpartition("经")[2] if "〔" not in number[:1] else number
