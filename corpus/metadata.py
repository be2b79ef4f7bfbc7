"""What a document says of itself: title, issuer, document number, dates; and the lines that say it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.labels import read_label
from corpus.lines import Line, drop_blanks, tidy_blanks
from corpus.numerals import to_integer

_HEAD_LINES = 30
_TITLE_LINES = 4
_TITLE_LENGTH = 90
_INFO_END = "<!-- INFO END -->"
_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_CHINESE_DATE = re.compile(
    r"([一二三四五六七八九零〇○０O]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_STEM_DATE = re.compile(r"[（(]\s*\d{4}-\d{1,2}-\d{1,2}\s*[）)]\s*(?:~\d+)?$")
_DATE_LINE = re.compile(rf"[（(]?\s*(?:{_DATE.pattern}|{_CHINESE_DATE.pattern})\s*[）)]?")
_DOC_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[〔\[［（(【]\s*\d{4}\s*[〕\]］）)】]\s*\d{1,5}\s*号")
_ORDER_NUMBER = re.compile(
    r"(?:中华人民共和国)?[\u4e00-\u9fff、\s]{0,40}?(?:令|公告|通告)\s*(?:\d{4}\s*年\s*)?第?\s*[\d一二三四五六七八九十百零〇]+\s*号"
)
_HISTORY = re.compile(r"通过|公布|发布|施行|修正|修订|修改|批准|废止|印发|实施|颁布")
_ADDRESSEE = re.compile(r"(?:各|国务院各|最高|中央|有关|全国|军委|省|市)[^。；]{2,200}[：:]")
_ANNOUNCES = re.compile(r"如下|下列|以下|决定|修改|现就|现将|规定")
_PUBLIC = re.compile(
    r"[（(]?此件(?:公开|依申请公开|不公开|删减)[^。]{0,12}[）)]?|(?:发文机关|成文日期|索引号|主题分类|主题词|标题|发文字号|公文种类|有效性)\s*[:：].{0,80}"
)
_TITLE_END = re.compile(
    r"(?:法|法典|条例|办法|规定|规则|细则|决定|决议|意见|通知|通报|公告|通告|公报|批复|复函|函|方案|规划|纲要|计划|要点|解释|解答|答复"
    r"|安排|章程|准则|标准|规范|制度|措施|目录|指南|指引|报告|命令|修正案|总则|序言|宪法|编|规程|守则|若干问题|补充规定)(?:\s*[（(][^（）()]{1,24}[）)])*$"
)
_ISSUER_END = (
    r"(?:总局|委员会|办公厅|办公室|人民政府|人民法院|检察院|国务院|中央|总署|银行|协会|学会|部|委|局|署|院|会|厅)"
)
_ISSUER_LINE = re.compile(rf"[\u4e00-\u9fff\s、（）()·]{{2,120}}{_ISSUER_END}(?:\s*[（(][^）)]*[）)])?")
_TITLE_ISSUER = re.compile(rf"(.{{1,120}}?{_ISSUER_END})\s*(?=关于|印发|转发|批转)")
_HISTORY_ISSUERS = (
    (re.compile(r"全国人民代表大会常务委员会|全国人大常委会"), "全国人民代表大会常务委员会"),
    (re.compile(r"第[一二三四五六七八九十]+届全国人民代表大会第"), "全国人民代表大会"),
    (
        re.compile(
            r"([\u4e00-\u9fff、]{2,60}?(?:部|总局|委员会|局|署|总署|银行|办公室))\s*(?:令|公告)\s*(?:\d{4}\s*年\s*)?第"
        ),
        "",
    ),
    (re.compile(r"最高人民法院审判委员会"), "最高人民法院"),
    (re.compile(r"最高人民检察院.{0,12}检察委员会"), "最高人民检察院"),
    (re.compile(r"国务院(?:令|第|常务会议|发布|公布|批准)"), "国务院"),
)
_EFFECTIVE = re.compile(
    rf"(?:本(?:法|条例|办法|规定|细则|规则|决定|解释|意见|通知|规范|准则|标准|方案|章程)[^。；\n]{{0,12}}?)自\s*(?:{_DATE.pattern}|{_CHINESE_DATE.pattern})\s*起\s*(?:施行|实施|生效|执行)"
)
_ENACTED = re.compile(rf"(?:{_DATE.pattern})[\s　]*(?:起)?(?:施行|实施|生效)")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says of itself; what it does not say is empty or ``None``."""

    title: str
    issuer: str
    doc_number: str
    published: date | None
    effective: date | None


def find_metadata(lines: Sequence[Line], skipped: Collection[int]) -> dict[int, str]:
    """Return the lines that are the document's own particulars, with what they are.

    These are the title, the history of adoption and amendment, the document number, the
    addressees (all at the head), and the signature and date at the end.
    """
    found = _find_head(lines, skipped)
    found.update(_find_signature(lines, {*skipped, *found}))
    return found


def read_metadata(text: str, lines: Sequence[Line], found: dict[int, str], *, stem: str) -> Metadata:
    """Read title, issuer, number and dates from the lines found, the text and the file's stem."""
    by_kind: dict[str, list[str]] = {}
    for position, kind in sorted(found.items()):
        by_kind.setdefault(kind, []).append(lines[position].text)
    bare_stem = tidy_blanks(_STEM_DATE.sub("", stem))
    title = _join_title(by_kind.get("title", [])) or bare_stem or stem
    history = by_kind.get("history", [])
    particulars = [*history, *by_kind.get("particulars", []), *by_kind.get("signature", [])]
    enacted = [day for line in history for match in _ENACTED.finditer(line) for day in read_dates(match[0])]
    dates = [day for line in particulars for day in read_dates(_ENACTED.sub("", line))]
    dates += read_dates(stem[len(stem) - 14 :] if _STEM_DATE.search(stem) else "")
    stated = [day for match in _EFFECTIVE.finditer(text) for day in read_dates(match[0])]
    return Metadata(
        title=title,
        issuer=_find_issuer(title, history, by_kind.get("signature", [])),
        doc_number=_find_number(particulars),
        published=max(dates, default=None),
        effective=stated[-1] if stated else max(enacted, default=None),
    )


def read_dates(text: str) -> list[date]:
    """Return the dates that stand in a text, Arabic or Chinese; impossible ones are left out."""
    found: list[date] = []
    for match in _DATE.finditer(text):
        found += _make_date(match[1], match[2], match[3])
    for match in _CHINESE_DATE.finditer(text):
        found += _make_date(re.sub("[○０O]", "〇", match[1]), match[2], match[3])
    return found


def _make_date(year: str, month: str, day: str) -> list[date]:
    numbers = [to_integer(part) for part in (year, month, day)]
    try:
        return [date(*(number or 0 for number in numbers))]
    except ValueError:
        return []


def _find_head(lines: Sequence[Line], skipped: Collection[int]) -> dict[int, str]:
    """Walk from the top to the first line of the document's own text."""
    filled = [i for i, line in enumerate(lines) if line.text and (i not in skipped or line.text == _INFO_END)]
    found: dict[int, str] = {}
    title: list[str] = []
    info_end = next((i for i in filled[:80] if lines[i].text == _INFO_END), -1)
    for position in filled[: _HEAD_LINES if info_end < 0 else len(filled)]:
        line = lines[position].text
        if position <= info_end:
            kind = "title" if not title and line.startswith("#") else "particulars" if line == _INFO_END else "history"
        else:
            kind = _name_head_line(line, title, named=info_end >= 0)
        if not kind:
            break
        found[position] = kind
        if kind == "title":
            title.append(line)
    return found


def _name_head_line(line: str, title: list[str], *, named: bool) -> str:
    """Name what a line at the head is; "" where the document's own text begins."""
    bare = line.lstrip("# ")
    if line.startswith("#"):
        return "title" if not title and line.startswith("# ") and read_label(bare) is None else ""
    if read_label(line) is not None:
        return ""
    if _DATE_LINE.fullmatch(line) or _PUBLIC.fullmatch(line):
        return "particulars"
    if len(line) < _TITLE_LENGTH and (_DOC_NUMBER.fullmatch(line) or _ORDER_NUMBER.fullmatch(drop_blanks(line))):
        return "particulars"
    if len(line) < 1000 and line[0] in "（(" and line[-1] in "）)" and _HISTORY.search(line) and read_dates(line):
        return "history"
    if len(line) < 200 and line[-1] not in "。；：:" and read_dates(line[:20]) and _HISTORY.search(line):
        return "history"
    if title and _ADDRESSEE.fullmatch(line) and not _ANNOUNCES.search(line):
        return "addressee"
    if len(line) > _TITLE_LENGTH or line[-1] in "。；：，！？;:,!?":
        return ""
    if named:
        return "repeated title" if drop_blanks(bare) in drop_blanks("".join(title)) and len(bare) > 1 else ""
    return "title" if _continues_title(title, bare) else ""


def _continues_title(title: list[str], line: str) -> bool:
    """Say whether a line belongs to a title: the first one, or one that completes what came before."""
    if not title:
        return True
    if title[0].startswith("#"):
        return drop_blanks(line) in drop_blanks(title[0])
    if len(title) >= _TITLE_LINES or _TITLE_END.search(title[-1]):
        return len(title) < _TITLE_LINES and line[0] in "（(" and len(line) < 20
    return bool(_TITLE_END.search(line)) or line.startswith("关于") or bool(_ISSUER_LINE.fullmatch(line))


def _join_title(parts: Iterable[str]) -> str:
    """Join the lines of a title, a blank between issuers and what follows them as printed on one line."""
    kept = [tidy_blanks(part.lstrip("# ")).strip("*") for part in parts]
    joined = ""
    for part in kept:
        apart = bool(joined) and (
            joined[-1].isascii() or bool(_ISSUER_LINE.fullmatch(joined) and _ISSUER_LINE.fullmatch(part))
        )
        joined += (" " if apart else "") + part
    return joined


def _find_signature(lines: Sequence[Line], skipped: Collection[int]) -> dict[int, str]:
    """Find the issuers and the date that a document ends with, attachments after them or not."""
    filled = [i for i, line in enumerate(lines) if line.text and i not in skipped]
    found: dict[int, str] = {}
    for place in range(len(filled) - 1, max(len(filled) - 400, 0), -1):
        line = lines[filled[place]].text
        attached = place + 1 < len(filled) and (read_label(lines[filled[place + 1]].text.lstrip("# ")) or None)
        last = place + 1 == len(filled) or filled[place + 1] in found or (attached and attached.kind == "attachment")
        if not last:
            continue
        dated = _DATE_LINE.fullmatch(line) or _PUBLIC.fullmatch(line)
        signed = place + 1 < len(filled) and filled[place + 1] in found and _ISSUER_LINE.fullmatch(line)
        if dated or (signed and len(line) < _TITLE_LENGTH):
            found[filled[place]] = "signature"
    return found


def _find_issuer(title: str, history: Sequence[str], signature: Sequence[str]) -> str:
    match = _TITLE_ISSUER.match(title)
    if match:
        return tidy_blanks(match[1])
    for line in history:
        for pattern, name in _HISTORY_ISSUERS:
            found = pattern.search(line)
            if found:
                return name or found[1]
    signed = [tidy_blanks(line) for line in signature if not read_dates(line) and not _PUBLIC.fullmatch(line)]
    return "、".join(signed)


def _find_number(particulars: Sequence[str]) -> str:
    """Return the document number, as 国发〔2023〕16号 or 国务院令第440号; of several, the first."""
    for pattern in (_DOC_NUMBER, _ORDER_NUMBER):
        for line in particulars:
            match = pattern.search(_CHINESE_DATE.sub(" ", _DATE.sub(" ", line)))
            if match:
                return drop_blanks(match[0]).rpartition("以")[2]
    return ""
