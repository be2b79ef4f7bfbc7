"""Which lines are a document's particulars: title, number, history, addressees at the head, signature at the end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from corpus.labels import read_label
from corpus.lines import Line, drop_blanks
from corpus.metadata.dates import DATE, read_dates
from corpus.metadata.fields import read_fields
from corpus.metadata.signature import CLOSED, DATE_LINE, PUBLIC, find_signature
from corpus.metadata.titles import ISSUER_LINE, TITLE_END, TITLE_LINES, continues_title, find_title
from corpus.outline.cases import CASE_HEADINGS

DOC_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,16}(?:\s*[〔\[［（(【〈]\s*\d{4}\s*[〕\]］）)】〉]\s*|\d{4}[-－—])第?\s*\d{1,5}\s*号"
)
"""A number as 国发〔2023〕16号, in whatever brackets."""
ORDER_NUMBER = re.compile(
    r"(?:中华人民共和国)?[\u4e00-\u9fff、（）()\s]{0,60}?(?:令|公告|通告)\s*[（(]?(?:[〔\[][^〔〕\[\]]{1,12}[〕\]]|\d{4}\s*年)?\s*第?\s*[\d一二三四五六七八九十百零〇]+\s*号[）)]?"
)
"""A number as 国务院令第440号 or 公告2023年第16号."""

_HEAD_LINES = 60
_PAGE_LINES = 40
_LONGEST = 90
_HISTORY_LINES = 12
_ISSUER_LENGTH = 40
_INFO_END = "<!-- INFO END -->"
_NUMBER_LINE = re.compile(rf"[（(【\[]?(?:{DOC_NUMBER.pattern}[\s、，,]*)+[）)】\]]?\s*(?:{DATE})?")
_ORDER_LINE = re.compile(rf"[（(]?(?:{ORDER_NUMBER.pattern}[\s、，,]*)+[）)]?(?:{DATE})?")
_ORDER_HEAD = re.compile(r"[\u4e00-\u9fff、（）()\s]{2,60}(?:令|公告|通告|文件|公报)")
_NUMBER_ALONE = re.compile(
    r"[（(]?(?:[〔\[［][^〔〕\[\]］]{1,12}[〕\]］])?(?:\d{4}\s*年\s*)?第\s*[\d一二三四五六七八九十百零〇]+\s*号[）)]?"
)
_PROMULGATES = re.compile(
    r"[^。]{0,20}《[^《》]+(?:〈[^〉]*〉[^《》]*)*》.{0,200}(?:(?:现予|予以|特此)(?:公布|发布|印发|公告)|现将.{{0,80}}(?:公布|发布)).{0,120}|《[^《》]+》.{0,20}已.{0,160}(?:通过|批准).{0,160}(?:施行|实施|生效)。?"
)
_SIGNER = re.compile(
    r"[\u4e00-\u9fff]{0,12}(?:总理|部长|局长|署长|主任|主席|[省市州县区盟]长|行长|院长|检察长|会长|委员长|厅长|台长)[:：]?"
    r"[\u4e00-\u9fff·]{0,8}"
)
_HISTORY = re.compile(r"通过|公布|发布|施行|修正|修订|修改|批准|废止|印发|实施|颁布|失效")
_CODE = re.compile(r"[A-Z]{2,6}\d{0,2}\s*[-—－]\s*\d{4}\s*[-—－]\s*\d{3,6}")
"""A registered number of a local document: HNCR-2023-01005."""
STANDARD_NUMBER = re.compile(
    r"[A-Z]{1,6}\d{0,6}(?:/[A-Z]{1,6})?\s*\d+(?:\.\d+)*\s*[—–－-]\s*\d{4}|(?:指导性?案例|检例第)\s*\d+\s*号"
)
"""The number of a standard (DB33/T 1234—2022) or of a guiding case."""
_CLASS = re.compile(r"ICS\s*[\d.]+|(?:CCS\s*)?[A-Z]\s?\d{1,3}|[A-Za-z][A-Za-z’'-]+(?:[\s,:]+[A-Za-z’'()—–-]+){2,20}")
"""A standard's class, or its title in English."""
_NOTE = re.compile(
    r"[（(【\[](?:已|现已|经)?[^（）()。]{0,30}(?:废止|失效)[】\]）)]|(?:本|该)[\u4e00-\u9fff]{1,6}已[^。《》]{0,60}(?:废止|失效)。?"
)
_ADDRESSEE = re.compile(
    r"(?:各|国务院各|最高|中央|有关|全国|军委|省|市)[^。；]{2,200}[：:]"
    r"|[\u4e00-\u9fff、，（）()\s]{2,60}(?:人民政府|委员会|办公厅|厅|局|法院|检察院|集团|公司|大学|军区)[：:]"
)
_ANNOUNCES = re.compile(r"如下|下列|以下|决定|修改|现就|现将|规定")
_UNREAD = frozenset({"source and date", "keywords"})
"""The reasons of page furniture that may be a field of the document all the same."""


def find_metadata(
    lines: Sequence[Line],
    skipped: Mapping[int, str],
    title: str = "",
    levels: Mapping[int, int] | None = None,
) -> dict[int, str]:
    """Return the lines that are the document's own particulars, with what they are.

    These are the title, the history of adoption and amendment, the number, the order that
    promulgates, the addressees and a site's fields (all at the head), and the signature
    and date at the end. ``title`` is what the file's format calls the document and
    ``levels`` the levels of heading lines: where one of them tells which line is the
    title, short lines over it are "page head", no part of the document.
    """
    filled = [
        i for i, line in enumerate(lines) if line.text and (i not in skipped or line.text == _INFO_END)
    ]  # fmt: skip
    found = _find_fields(lines, skipped)
    info_end = next((i for i in filled[:80] if lines[i].text == _INFO_END), -1)
    if info_end >= 0:
        head = _read_info(lines, [i for i in filled if i <= info_end])
        head |= _read_head(lines, [i for i in filled if i > info_end], _titles(lines, head), named=True)
    else:
        front = [i for i in filled[:_HEAD_LINES] if i not in found]
        first = find_title(lines, front[:_PAGE_LINES], title, levels or {})
        before = front[: front.index(first)] if first in front else []
        head = _read_before(lines, before)
        head |= _read_head(lines, [i for i in front if i not in before], [], named=False, chosen=first)
    found |= head
    return found | find_signature(lines, {*skipped, *found})


def _titles(lines: Sequence[Line], found: Mapping[int, str]) -> list[str]:
    return [lines[position].text for position, kind in found.items() if kind == "title"]


def _find_fields(lines: Sequence[Line], skipped: Mapping[int, str]) -> dict[int, str]:
    """Find the lines of a site's fields before the document's text, a value on the line after its label among them."""
    found: dict[int, str] = {}
    filled = 0
    waiting = ""
    for position, line in enumerate(lines):
        if not line.text or (position in skipped and skipped[position] not in _UNREAD):
            continue
        filled += 1
        if filled > _HEAD_LINES or len(line.text) > 400:
            break
        fields = read_fields(line.text)
        if fields and not (fields[0][0] == "listed" and len(fields) == 1 and position in skipped and not found):
            found[position] = "particulars"
            waiting = fields[-1][0] if not fields[-1][1] else ""
        elif waiting and len(line.text) <= _LONGEST and read_label(line.text) is None:
            if waiting == "title" or not TITLE_END.search(line.text) or "号" in line.text:
                found[position] = "particulars"
            waiting = ""
        elif read_label(line.text) is not None or line.text[-1] in "。；":
            break
    return found


def _read_info(lines: Sequence[Line], head: Sequence[int]) -> dict[int, str]:
    """Name the lines of a block of particulars that ends with a mark of its own."""
    found: dict[int, str] = {}
    title = ""
    for position in head:
        line = lines[position].text
        if line == _INFO_END:
            found[position] = "particulars"
        elif not title and line.startswith("#"):
            found[position] = "title"
            title = drop_blanks(line)
        elif title and not read_dates(line) and len(line) > 1 and drop_blanks(line.lstrip("# ")) in title:
            found[position] = "repeated title"
        else:
            found[position] = "history"
    return found


def _read_before(lines: Sequence[Line], before: Sequence[int]) -> dict[int, str]:
    """Name the lines that stand over the title: particulars, or the head of the page."""
    found: dict[int, str] = {}
    for position in before:
        found[position] = _name_particulars(lines[position].text, promulgated=True) or "page head"
    return found


def _read_head(
    lines: Sequence[Line], filled: Sequence[int], title: list[str], *, named: bool, chosen: int = -1
) -> dict[int, str]:
    """Walk from the title, or the end of a block of particulars, to the first line of the document's own text."""
    found: dict[int, str] = {}
    title = list(title)
    promulgated = False
    open_until = -1
    for place, position in enumerate(filled[: _HEAD_LINES + 1]):
        line = lines[position].text
        if place <= open_until:
            found[position] = "history"
            continue
        open_until = place + _reach_history(lines, filled[place:])
        if open_until > place:
            found[position] = "history"
            continue
        kind = "title" if position == chosen else _name_head_line(line, title, named=named, promulgated=promulgated)
        if kind == "promulgation":
            promulgated = True
        above = found.get(filled[place - 1], "") if place else ""
        if not kind and above == "title" and _completes_title(lines, filled[place:], title):
            kind = "title"
        elif not kind and not place and _is_bare_attachment(line):
            kind = "particulars"
        if not kind:
            break
        found[position] = kind
        if kind == "title":
            title.append(line)
    return found


def _completes_title(lines: Sequence[Line], following: Sequence[int], title: Sequence[str]) -> bool:
    """Say whether a line stands inside a title that runs over several: one of the next short lines ends it."""
    if not title or title[0].startswith("#") or TITLE_END.search(title[-1]):
        return False
    for position in following[: TITLE_LINES - len(title)]:
        line = lines[position].text
        if len(line) > _ISSUER_LENGTH or line[-1] in CLOSED or read_label(line) or read_dates(line):
            return False
        if TITLE_END.search(line):
            return True
    return False


def _is_bare_attachment(line: str) -> bool:
    """Say whether a line is 附件1 and no more, as a file begins that was published as one."""
    label = read_label(line)
    return label is not None and label.kind == "attachment" and label.end == len(line)


def _reach_history(lines: Sequence[Line], filled: Sequence[int]) -> int:
    """Return over how many further lines a history in brackets runs on, 0 where it does not."""
    first = lines[filled[0]].text
    if first[0] not in "（(" or not read_dates(first) or read_label(first) is not None:
        return 0
    depth, told = 0, False
    for place, position in enumerate(filled[:_HISTORY_LINES]):
        line = lines[position].text
        told = told or _HISTORY.search(line) is not None
        depth += sum(line.count(sign) for sign in "（(") - sum(line.count(sign) for sign in "）)")
        if depth <= 0:
            return place if told else 0
        if read_label(line) is not None and place:
            return 0
    return 0


def _name_particulars(line: str, *, promulgated: bool) -> str:
    """Name a line that is a number, a date, an order or its signer, whatever stands around it; else ""."""
    if DATE_LINE.fullmatch(line) or PUBLIC.fullmatch(line):
        return "particulars"
    bare = drop_blanks(line)
    if len(line) < _LONGEST and any(
        pattern.fullmatch(line) for pattern in (_NUMBER_LINE, _CODE, STANDARD_NUMBER, _CLASS)
    ):
        return "particulars"
    if len(line) < _LONGEST and _ORDER_LINE.fullmatch(bare):
        return "particulars"
    if _NUMBER_ALONE.fullmatch(bare) or (_ORDER_HEAD.fullmatch(bare) and not bare.startswith("关于")):
        return "particulars"
    if len(line) < 400 and _PROMULGATES.fullmatch(line):
        return "promulgation"
    if promulgated and len(bare) < 24 and _SIGNER.fullmatch(bare):
        return "particulars"
    if len(line) < 200 and _NOTE.fullmatch(line):
        return "history"
    return ""


def _name_head_line(line: str, title: list[str], *, named: bool, promulgated: bool) -> str:
    """Name what a line at the head is; "" where the document's own text begins."""
    bare = line.lstrip("# ")
    if line.startswith("#"):
        return "title" if not title and line.startswith("# ") and read_label(bare) is None else ""
    if read_label(line) is not None or drop_blanks(line).strip("【】") in CASE_HEADINGS:
        return ""
    if kind := _name_particulars(line, promulgated=promulgated):
        ordered = _ORDER_HEAD.fullmatch(drop_blanks(line)) and not read_dates(line)
        # 关于…的通告 is a title; 国务院令 over 第440号 is not, nor is the red head 国务院文件.
        return "title" if ordered and not title and "关于" in line and TITLE_END.search(line) else kind
    if len(line) < 1000 and line[0] in "（(" and line[-1] in "）)" and _HISTORY.search(line) and read_dates(line):
        return "history"
    if len(line) < 200 and line[-1] not in "。；：:" and read_dates(line[:20]) and _HISTORY.search(line):
        return "history"
    if title and _ADDRESSEE.fullmatch(line) and not _ANNOUNCES.search(line):
        return "addressee"
    if len(line) > _LONGEST or line[-1] in CLOSED:
        return ""
    if named:
        return "repeated title" if drop_blanks(bare) in drop_blanks("".join(title)) and len(bare) > 1 else ""
    whole = drop_blanks("".join(title))
    if title and len(bare) > 3 and (drop_blanks(bare) == whole or (len(bare) > 7 and drop_blanks(bare) in whole)):
        return "repeated title"
    complete = TITLE_END.search(title[-1]) if title else promulgated
    if complete and len(line) < _ISSUER_LENGTH and ISSUER_LINE.fullmatch(line):
        return "issuer"
    return "title" if continues_title(title, bare) else ""
