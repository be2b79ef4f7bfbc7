"""The documents that a file carries besides its own: the 办法 that a notice issues, the text that a decision amends."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.labels import Label
from corpus.metadata.dates import DATE
from corpus.outline.entries import Entry

_TITLE = re.compile(
    r"(?:法|条例|條例|办法|辦法|规定|規定|规则|規則|细则|細則|规程|章程|准则|守则|公约|制度|方案|标准|规范|指南|指引|措施|意见|计划"
    r"|规划|纲要|要点|决定|解释|目录|清单|预案|程序|大纲|须知|政策|纪要|报告|请示)(?:\s*[（(《〈][^（）()]{1,24}[）)》〉])*$"
)
_ISSUER = re.compile(r"(?:府|院|部|委|局|会|厅|署|室|中央)$")
_CARRIES = re.compile(r"印发|转发|批转|下发|公布|发布|通过|同意|收悉|全文")
"""What a notice says of the document that it carries."""
_DAY = re.compile(rf"[（(]?\s*{DATE}\s*[）)]?")
_NOTE = re.compile(r"[（(](?:此件|此页|本文|公开)[^（）()]{1,16}[）)]")
_STAGE = re.compile(r"[（(][^（）()。；，]{1,16}[）)]")
"""A title's last line in brackets: （试行）, （征求意见稿）, （2024—2026年）."""
_NEAR_ARTICLE, _NEAR_PART = 4, 8
"""How many lines above its first article, or part, the title of a document is looked for."""
_TITLE_LENGTH, _LINE_LENGTH = 60, 40
_TITLE_LINES = 3


def find_names(entries: Sequence[Entry], articles: Mapping[int, Label]) -> dict[int, int]:
    """Find the lines that name an attached document: a title above its 第一条, or above a 一、 that begins again.

    Returned are the first and the last line of each title.
    """
    found: dict[int, int] = {}
    parts, divided = 0, False
    body = next((index for index, entry in enumerate(entries) if entry.closed or entry.label is not None), 0)
    for index, entry in enumerate(entries):
        label = articles.get(index)
        kind = entry.label.kind if entry.label is not None else ""
        begins = entry.label is not None and entry.label.order == (1, 0)
        # 第一节 begins again in each chapter: of divisions only the first of all may follow a title.
        restarts = begins and (kind == "part" or (kind == "division" and not divided and not parts))
        divided = divided or kind == "division"
        if label is not None and label.order == (1, 0):
            last = _look_back(entries, index, reach=_NEAR_ARTICLE)
        elif restarts and not articles:
            last = _look_back(entries, index, reach=_NEAR_PART)
        else:
            last = None
        if last is not None and last > body:
            start = _find_title_start(entries, last)
            if label is not None or parts > 0 or _is_carried(entries, start):
                staged = last + 1 < index and _STAGE.fullmatch(entries[last + 1].text)
                found[start] = last + 1 if staged else last
        parts += kind == "part"
    return found


def _look_back(entries: Sequence[Entry], index: int, *, reach: int) -> int | None:
    """Return the nearest line before one that reads as a title, past headings, dates and a preamble."""
    for place in range(index - 1, max(index - 1 - reach, -1), -1):
        entry = entries[place]
        if _is_bare(entry, _TITLE_LENGTH) and _TITLE.search(entry.text):
            return place
        if entry.label is not None and entry.label.kind != "division":
            return None
    return None


def _is_carried(entries: Sequence[Entry], start: int) -> bool:
    """Say whether the words above a title announce it: a notice's text or signature, or 附件."""
    while start and _NOTE.fullmatch(entries[start - 1].text):
        start -= 1
    if not start:
        return False
    above = entries[start - 1]
    attached = above.label is not None and above.label.kind == "attachment"
    return attached or _DAY.fullmatch(above.text) is not None or (above.closed and bool(_CARRIES.search(above.text)))


def _find_title_start(entries: Sequence[Entry], last: int) -> int:
    """Return the first line of a title that runs over several: the one with 关于, and the issuers above it.

    Without 关于 they are the short lines between the end of what comes before and the last.
    """
    start = last
    while "关于" not in entries[start].text:
        start -= 1
        if start < 0 or last - start > _TITLE_LINES or not _is_bare(entries[start], _LINE_LENGTH):
            above = entries[start] if start >= 0 else None
            apart = above is not None and (above.closed or above.label is not None)
            return start + 1 if apart and last - start <= _TITLE_LINES else last
        if _DAY.fullmatch(entries[start].text):
            return start + 1
    above = entries[start - 1] if start else None
    if entries[start].text.startswith("关于") and above is not None and _is_bare(above, _LINE_LENGTH):
        return start - 1 if _ISSUER.search(above.text) else start
    return start


def _is_bare(entry: Entry, length: int) -> bool:
    return entry.label is None and not entry.closed and len(entry.text) <= length
