"""Who signs a document and when: the issuers and the date at its end, or at the end of the notice that carries it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise, takewhile

from corpus.labels import read_label
from corpus.lines import Line
from corpus.metadata.dates import DATE
from corpus.metadata.titles import ISSUER_LINE, TITLE_END, TITLE_LINES

PUBLIC = re.compile(
    r"[（(]?此件(?:公开|依申请公开|不公开|删减|主动公开)[^。]{0,12}[）)]?|[（(]\s*公开方式[^）)]{0,20}[）)]|[（(]?(?:本文|此件|本件)?有删减[）)]?"
)
DATE_LINE = re.compile(rf"[（(]?\s*{DATE}\s*[）)]?")
"""A line that is a date and no more."""
CLOSED = "。；：，！？;:,!?"
"""The signs that end a sentence or a part of one."""
_ISSUED_BY = re.compile(
    rf"(?:抄送|主送|抄报|分送)\s*[：:].{{0,300}}|.{{2,40}}(?:办公[厅室]|局|委|部)\s*{DATE}\s*印发|{DATE}\s*印发"
)
_LONGEST = 90
_SIGNERS = 7
_SIGNER_LENGTH = 30
_DAY_LENGTH = 24


def find_signature(lines: Sequence[Line], skipped: Collection[int]) -> dict[int, str]:
    """Find the issuers and the date that a document ends with, attachments after them or not."""
    filled = [i for i, line in enumerate(lines) if line.text and i not in skipped]
    found: dict[int, str] = {}
    for place in range(len(filled) - 1, max(len(filled) - 400, 0), -1):
        line = lines[filled[place]].text
        attached = place + 1 < len(filled) and (read_label(lines[filled[place + 1]].text.lstrip("# ")) or None)
        last = place + 1 == len(filled) or filled[place + 1] in found or (attached and attached.kind == "attachment")
        if not last:
            continue
        dated = DATE_LINE.fullmatch(line) or PUBLIC.fullmatch(line) or (len(line) < 320 and _ISSUED_BY.fullmatch(line))
        signed = place + 1 < len(filled) and filled[place + 1] in found and ISSUER_LINE.fullmatch(line)
        if dated or (signed and len(line) < _LONGEST):
            found[filled[place]] = "signature"
    return found | _find_signature_before_attached(lines, filled)


def _find_signature_before_attached(lines: Sequence[Line], filled: Sequence[int]) -> dict[int, str]:
    """Find the issuer and the date that end a notice above the title of the document that it issues."""
    for place, (before, here) in enumerate(pairwise(filled)):
        day = lines[here].text
        if len(day) >= _DAY_LENGTH or len(lines[before].text) >= _LONGEST or not DATE_LINE.fullmatch(day):
            continue
        title = [lines[position].text for position in filled[place + 2 : place + 2 + TITLE_LINES]]
        bare = takewhile(lambda line: len(line) < _LONGEST and line[-1] not in CLOSED and not read_label(line), title)
        if any(TITLE_END.search(line) for line in bare):
            over = filled[max(place - _SIGNERS, 0) : place + 1]
            above = list(takewhile(lambda i: ISSUER_LINE.fullmatch(lines[i].text), reversed(over)))
            if not above and _stands_alone(lines, over):
                above = [before]
            noted = takewhile(lambda i: PUBLIC.fullmatch(lines[i].text), filled[place + 2 : place + 4])
            return dict.fromkeys([here, *above, *noted], "signature")
    return {}


def _stands_alone(lines: Sequence[Line], over: Sequence[int]) -> bool:
    """Say whether the last of some lines is a short one under the end of a sentence, as a signer's name is."""
    name = lines[over[-1]].text
    above = lines[over[-2]].text if len(over) > 1 else ""
    return (
        above[-1:] in tuple("。！") and len(name) <= _SIGNER_LENGTH and name[-1] not in CLOSED and not read_label(name)
    )
