"""What a document's own words say of force: from when it applies, until when, and what it repeals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from corpus.labels import read_label
from corpus.lines import Line, drop_blanks, tidy_blanks
from corpus.metadata.dates import DATE, add_period, read_dates
from corpus.metadata.titles import TITLE_END
from corpus.numerals import to_integer

_KIND = (
    "法|法典|条例|办法|规定|细则|规则|决定|决议|解释|意见|通知|通告|公告|规范|准则|标准|方案|章程|修正案|规程|命令|令|安排|批复|措施"
    "|规划|纲要|制度|指引|指南|目录|守则|政策|文件|若干规定|实施细则|实施办法|实施意见|暂行规定|暂行办法|清单|计划|试行办法"
)
_START = r"(?:施行|实施|生效|执行|试行)"
_ISSUED = r"(?:公布|发布|印发|颁布|颁发|签署|通过|批准|下发|发文)"
_NUMERAL = r"[0-9０-９一二三四五六七八九十百]{1,4}"
_EFFECTIVE = re.compile(
    rf"(?:(?:本(?:{_KIND})|以上(?:规定|意见|办法)"
    rf"|(?:^|[。；，、．.,;\s）)]|^第[^条\n]{{1,8}}条)(?=自))[^。；\n第]{{0,16}}?)(?:自|从|于)"
    rf"\s*(?:(?P<date>{DATE})\s*(?:零时|0时|00:00)?|"
    rf"(?:本(?:{_KIND}))?\s*(?P<issued>(?:国务院|修订)?{_ISSUED})(?:之)?(?:日|后)?(?:起|之日起)?\s*"
    rf"(?:第?(?P<count>{_NUMERAL})\s*个?(?P<unit>日|天|月|年)(?:后|起|之后|之日起|内)?)?)"
    rf"\s*(?:起|开始|之日起|后)?\s*(?:正式|开始|公布|发布)?{_START}",
    re.MULTILINE,
)
_NEAR = 160
_REACH = 6_000
"""How far before a verb of repeal the list of what is repealed may begin."""
_EXPIRES = re.compile(
    rf"(?:本(?:{_KIND})[^。；\n]{{0,40}}?|(?:^|[。；\s条、])自[^。；\n]{{0,40}}?)(?:{_START}|印发)[^。；\n准证]{{0,30}}?有效期\s*(?:限)?\s*(?:为|至|到)?\s*(?:(?P<date>{DATE})|(?P<count>{_NUMERAL})\s*个?(?P<unit>月|年))"
    rf"|(?:本(?:{_KIND})|政策)[^。；\n]{{0,20}}?(?:有效期|执行期限|实施期限|执行|施行|实施)\s*(?:为|自{DATE})?\s*(?:起)?\s*(?:至|到)\s*(?P<until>{DATE})"
    rf"|(?:本(?:{_KIND}))(?:的)?有效期\s*(?:限)?\s*(?:为)?\s*(?P<count2>{_NUMERAL})\s*个?(?P<unit2>月|年)"
)
_FORMER = re.compile(r"现行[^，。；]{0,10}政策|此前|原有?政策|旧政策")
"""What runs out is what applied before, not the document that says so."""
_VOID = re.compile(
    rf"(?:本(?:{_KIND})|该(?:{_KIND}))[^。；\n]{{0,6}}?(?:已|自|于)[^。；\n《》]{{0,40}}?(?:废止|失效)"
    rf"|^[【\[（(]?\s*(?:已|现已)?(?:经|于|被|由)?[^。；\n]{{0,40}}?(?:废止|失效)\s*[】\]）)]?$"
)
_CEASE = re.compile(r"废止|停止(?:执行|施行|使用)|失效|作废")
_VERB = re.compile(
    rf"(?:[（(](?:[^（）()]|[（(][^（）()]*[）)])*[）)])*\s*(?:等)?(?:[一二两三四五六七八九十\d]+(?:件|部|个))?(?:法律|行政法规|规章|文件|规定|办法|通知|决定|条例|规范性文件)?[\s，,、]*"
    rf"(?:(?:自|从|于)?(?:本(?:{_KIND}))?(?:[^。；《》\n]{{0,16}})?(?:之日|日)?起)?[\s，,]*(?:均|也|亦|应|应当|一律|都|相应|随之|随即|届时)?"
    r"(?:同时|即行|予以|相应|一并|自行|立即|即时)?(?:予以)?"
)
_BETWEEN = re.compile(
    r"(?:[（(](?:[^（）()]|[（(][^（）()]*[）)])*[）)])*[\s、，,和及与以并]*(?:[^《》。；，,、]{0,60}?(?:[、，,][^《》。；，,、]{0,60}?){0,12}"
    r"(?:发布|公布|批准|通过|印发|制定|颁布|颁发|施行|修订|修正|下发|转发|联合发布|实施)的?|[^《》。；，]{0,24}的|原[^《》。；，]{0,20}|[^《》。；，的]{0,30})?"
)
_NOT_LISTED = re.compile(r"起施行|依照|按照|根据|依据|适用|抵触|本法|本条例")
_LISTS = re.compile(
    r"(?:法律|法规|规章|文件|条例|规定|决定|办法|解释|通知)[^；\n]{0,60}(?:废止|停止执行|失效)[^。；\n]{0,40}[：:]$|废止(?:下列|以下)[^；\n]{0,40}[：:]$"
)
_NOTE = re.compile(r"[（(][^（）()]*(?:\d|年|号|院|部|会|局)[^（）()]*[）)]")
_REPEALS = re.compile(r"废止")


def find_effective(text: str, issued: date | None) -> date | None:
    """Return the day from which a document says that it applies, None where it says none.

    Of several statements the last counts. 自公布之日起 and periods after it (30日后) are
    counted from ``issued``, the day of publication.
    """
    found: date | None = None
    for sentence in _find_sentences(text, "施行", "实施", "生效", "执行", "试行"):
        for match in _EFFECTIVE.finditer(sentence):
            day = _read_day(match, issued)
            found = day or found
    return found


def find_expiry(text: str, start: date | None) -> date | None:
    """Return the first day on which a document no longer applies by its own words (有效期至, 有效期5年), or None.

    A document that is valid to the end of a day no longer applies on the next one. A
    period is counted from ``start``, the day from which the document applies.
    """
    for sentence in _find_sentences(text, "有效期", "期限", "执行至", "执行到", "施行至", "实施至"):
        for match in _EXPIRES.finditer(sentence):
            if _FORMER.search(sentence, max(match.start() - _NEAR, 0), match.end()):
                continue
            until = match["date"] or match["until"]
            count, unit = match["count"] or match["count2"], match["unit"] or match["unit2"]
            if until:
                last = next(iter(read_dates(until)), None)
                return last + timedelta(days=1) if last and last < date.max else None
            if count and start is not None:
                return add_period(start, to_integer(count) or 0, unit)
    return None


def find_voidness(lines: Sequence[str]) -> str:
    """Return the line of a document's head that says that it is repealed or void, "" where none does."""
    for line in lines:
        if "《" not in line and _VOID.search(line) and not re.search(r"同时|应当|不得|如", line):
            return tidy_blanks(line)
    return ""


def find_repeals(text: str, lines: Sequence[Line], title: str) -> tuple[str, ...]:
    """Return the titles of the documents that a document says cease to be in force with it, in order.

    A title counts where the whole document ceases (《甲》、《乙》同时废止), not where
    some of its provisions do (《甲》第三条, 《甲》中与本法抵触的规定), and not what others have
    repealed before.
    """
    found: dict[str, None] = {}
    for match in _CEASE.finditer(text):
        floor = max(0, match.start() - _REACH)
        start = max(text.rfind("\n", floor, match.start()), text.rfind("。", floor, match.start()), floor - 1) + 1
        if text.rfind("》", max(start, match.start() - _NEAR), match.start()) < 0:
            continue
        words = text[start : match.start()]
        found.update(dict.fromkeys(_read_titles_before(words)))
    decides = _REPEALS.search(title) is not None
    for position, line in enumerate(lines):
        if _LISTS.search(line.text) or (decides and "废止" in line.text and len(line.text) < 60):
            found.update(dict.fromkeys(_read_list(lines, position + 1)))
        if decides and "废止" in line.text:
            found.update(dict.fromkeys(_read_titles_after(line.text)))
    return tuple(name for name in found if name)


def _find_sentences(text: str, *words: str) -> Iterator[str]:
    """Yield the stretches around words, once each, in order."""
    end = 0
    for match in re.finditer("|".join(words), text):
        if match.end() <= end:
            continue
        floor = max(match.start() - _NEAR, end, 0)
        begin = max(floor, *(text.rfind(mark, floor, match.start()) + 1 for mark in "。\n"))
        reach = match.end() + _NEAR
        stops = [place for mark in "。\n" if (place := text.find(mark, match.end(), reach)) >= 0]
        end = min(stops, default=min(reach, len(text)))
        yield text[begin:end]


def _read_day(match: re.Match[str], issued: date | None) -> date | None:
    if match["date"]:
        return next(iter(read_dates(match["date"])), None)
    if match["count"] is None or issued is None:
        return issued
    return add_period(issued, to_integer(match["count"]) or 0, match["unit"])


def _find_titles(words: str) -> list[tuple[int, int]]:
    """Return the offsets of the outermost 《…》."""
    found, depth, start = [], 0, 0
    for match in re.finditer("[《》]", words):
        if match[0] == "《":
            start = match.start() if depth == 0 else start
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                found.append((start, match.end()))
    return found


def _read_titles_before(words: str) -> list[str]:
    """Return the titles that words end with, before a verb of repeal: the list that the verb is said of."""
    titles = _find_titles(words)
    if not titles or _VERB.fullmatch(words, titles[-1][1]) is None:
        return []
    found: list[str] = []
    following = 0
    for start, end in reversed(titles):
        between = words[end:following] if found else ""
        if found and (_NOT_LISTED.search(between) or _BETWEEN.fullmatch(between) is None):
            break
        found.append(_clean_title(words[start + 1 : end - 1]))
        following = start
    return found[::-1]


def _read_titles_after(words: str) -> list[str]:
    """Return the titles that a verb of repeal is followed by, as a decision to repeal prints them."""
    found: list[str] = []
    for match in _REPEALS.finditer(words):
        titles = _find_titles(words[match.end() :])
        position = match.end()
        for start, end in titles:
            if _BETWEEN.fullmatch(words[position : match.end() + start]) is None:
                break
            position = match.end() + end
            if re.match(r"\s*(?:第|中)", words[position:]):
                break
            found.append(_clean_title(words[match.end() + start + 1 : position - 1]))
    return found


def _read_list(lines: Sequence[Line], position: int) -> list[str]:
    """Return the titles of a numbered list of documents that begins at a line."""
    found: list[str] = []
    for line in lines[position : position + 400]:
        if not line.text:
            continue
        label = read_label(line.text)
        if label is None or label.kind not in {"item", "arabic", "part"} or len(line.text) > 200:
            break
        words = line.text[label.end :].strip(" \t\u3000")
        titles = _find_titles(words)
        if titles and titles[0][0] < 80:
            found.append(_clean_title(words[titles[0][0] + 1 : titles[0][1] - 1]))
        elif titles or label.kind == "part":
            break
        else:
            named = _NOTE.sub("", words).strip("。；;，, ")
            found += [_clean_title(named)] if TITLE_END.search(named) else []
    return found


def _clean_title(title: str) -> str:
    return drop_blanks(title) if len(title) <= 120 else ""
