"""Damaged characters: lost bytes, characters shifted out of place, private-use characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from corpus.model import Span

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_LOST = re.compile(
    "[\ufffd\ufffe\uffff\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+"
)
_CLASSIC = re.compile("(?:锟斤拷|烫烫|屯屯屯|锘縖?)+")
_LATIN = re.compile("[\xc0-\xff][\x80-\xbf\xc0-\xffŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]{2,}")
_GBK_AS_LATIN = re.compile("[\xa1-\xff]{4,}")
_UTF8_AS_GBK = re.compile(
    "[锛涓浜銆鐨殑鍏鏈紝浠屽鍙瀹鏉鐢鍔鍗鍥畾鍒娉悊搴缁浣璁斿姘佷屼璐璇勭鍚綋浼鏀簲鏂鍦鎴闄鑰勶瑙鍜満鍐鎵杩涔栬鐩垨湁鎶閲骇绠戞鏄鈥浣鎬€]"
)
"""What the bytes of everyday Chinese in UTF-8 become when they are read as GBK."""
_SYMBOLS = "\u0080-\u00b6\u00b8-\u1fff\u2100-\u2bff\u3021-\u312f\u3200-\u33ff"
_ODD = re.compile(f"[{_SYMBOLS}]")
_SUSPECT = re.compile(f"[{_SYMBOLS}]|{_UTF8_AS_GBK.pattern}")
_STRETCH = re.compile(f"[{_HAN}{_SYMBOLS}]")
_STRETCH_RUN = re.compile(f"[{_HAN}{_SYMBOLS}]+")
_QUESTION_WORD = re.compile(
    "吗|呢|么|吧|啥|什|哪|谁|怎|何|几|多少|多久|多大|多长|是否|能否|可否|能不能|是不是|有没有|要不要|该不该|可不可|否"
)
_MARKS = re.compile(r"\?(?:\?+|[;,:!]?\?)*")
_CLOSING = "”’」』）)】》\"'"
_COMMON = frozenset(
    "的人法第条定行十民当应者以国和有或规理关一管政务事机业院部二用不其门三对在作会保员生公证可工产为责本经地出合中"
    "制权依处上设四主发由五照安施物请所全级他提构件家查及品资动方审单等案实位下进监自期并同任得时成情要申府通款检内"
    "区准据利六告日报违收交建外诉年职予护决取重标营律分执议按七组向未百被受体共明立企罚督书委办使金计代后八与于境信"
    "相程求之开织起大备接项市调具记供运能害九个文限学表采专水批治过负列防性原商直活章认反解社正改费确险技加知前销服"
    "海指是场支质况量元农许术料持例造电止息根除高意形担需复华特化入度教育名口军协从基无月核到划展各结效措间适现因强"
    "力数严将验式域节系源环价义必算统送置布目序放投约该病参面新导道常长器助没易次全广信提升健创推战略完善服务加快"
)
_MAX_REACH = 8
_FEWEST = 4
"""The number from which question marks in a row, or characters of another encoding, tell of damage by themselves."""


def find_damage(text: str) -> list[Span]:
    """Return the damaged stretches of a text, in order, none touching another.

    A stretch covers generously what cannot be relied on: characters shifted out of place
    with the unreadable ones beside them, and the question marks that lost bytes left. A
    question mark that ends a question is not damage.
    """
    found: list[tuple[int, int, str]] = [(*_widen(text, m), "unreadable characters") for m in _LOST.finditer(text)]
    found += [(m.start(), m.end(), "garbled characters") for m in _CLASSIC.finditer(text)]
    found += [(m.start(), m.end(), "garbled characters") for m in _LATIN.finditer(text) if _is_double_encoded(m[0])]
    found += [(m.start(), m.end(), "garbled characters") for m in _GBK_AS_LATIN.finditer(text) if _is_gbk(m[0])]
    found += [(start, end, "garbled characters") for start, end in _find_garbled(text)]
    found += [(m.start(), m.end(), "lost characters") for m in _MARKS.finditer(text) if _is_lost(text, m)]
    return _merge(text, sorted(found))


def _find_garbled(text: str) -> list[tuple[int, int]]:
    """Find Chinese read in a shifted or wrong encoding: symbols of several scripts amid Han characters."""
    found = []
    for begin, close in _find_stretches(text):
        run = text[begin:close]
        beside_marks = text[max(begin - 1, 0) : begin] == "?" or text[close : close + 1] == "?"
        odd = [match.start() for match in _ODD.finditer(run)]
        wrong = [match.start() for match in _UTF8_AS_GBK.finditer(run)]
        if wrong and _is_utf8(run):
            found.append((begin, close))
            continue
        if len(wrong) >= 3 and len(wrong) * 5 >= len(run):
            odd = sorted({*odd, *wrong})
        elif not _is_mixed(run, odd, beside_marks=beside_marks):
            continue
        first = _reach(run, odd[0], -1)
        last = _reach(run, odd[-1], 1)
        if text[begin - 1 : begin] == "?" and first <= _MAX_REACH:
            first = 0
        if text[close : close + 1] == "?" and len(run) - last <= 2 * _MAX_REACH:
            last = len(run) - 1
        start, end = begin + first, begin + last + 1
        while start and text[start - 1] == "?":
            start -= 1
        while text[end : end + 1] == "?":
            end += 1
        found.append((start, end))
    return found


def _widen(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Return a stretch of lost bytes with the characters before it that the loss has shifted into others."""
    start = match.start()
    if match[0][0] != "\ufffd":
        return start, match.end()
    reach = start
    for place in range(start - 1, max(start - 1 - 2 * _MAX_REACH, -1), -1):
        if not _is_han(text[place]) or (text[place] in _COMMON and (place == 0 or text[place - 1] in _COMMON)):
            break
        reach = place
    return reach, match.end()


def _is_utf8(run: str) -> bool:
    """Say whether the bytes of a stretch in GBK are everyday Chinese in UTF-8."""
    if len(run) < _FEWEST:
        return False
    meant = run.encode("gb18030", "ignore").decode("utf-8", "ignore")
    return sum(character in _COMMON for character in meant) * 3 >= len(run)


def _find_stretches(text: str) -> Iterator[tuple[int, int]]:
    """Find the unbroken stretches of Han characters and symbols that hold anything out of the ordinary."""
    position = 0
    while (suspect := _SUSPECT.search(text, position)) is not None:
        start = suspect.start()
        while start > position and _STRETCH.match(text, start - 1):
            start -= 1
        match = _STRETCH_RUN.match(text, suspect.start())
        end = match.end() if match is not None else suspect.end()
        yield start, end
        position = end


def _is_mixed(run: str, odd: list[int], *, beside_marks: bool) -> bool:
    """Say whether symbols stand between Han characters as no writer puts them there."""
    inside = [i for i in odd if 0 < i < len(run) - 1 or beside_marks]
    if not inside or len(odd) == len(run):
        return False
    scripts = {_name_script(run[i]) for i in inside}
    rare = sum(character not in _COMMON for character in run)
    return rare * 2 >= len(run) and (len(scripts) >= 2 or beside_marks)


def _name_script(character: str) -> str:
    name = unicodedata.name(character, "?")
    return name.split()[0]


def _reach(run: str, position: int, step: int) -> int:
    """Return how far the damage at a position reaches: to the first of two everyday characters in a row."""
    reach = position
    for distance in range(1, _MAX_REACH + 1):
        i = position + step * distance
        if not 0 <= i < len(run):
            break
        following = run[i + step] if 0 <= i + step < len(run) else run[i]
        if run[i] in _COMMON and following in _COMMON:
            break
        reach = i
    return reach


def _is_gbk(run: str) -> bool:
    """Say whether letters of western Europe are bytes of GBK taken for characters."""
    meant = run[: len(run) // 2 * 2].encode("latin-1").decode("gbk", "ignore")
    return sum(character in _COMMON for character in meant) * 4 >= len(run)


def _is_double_encoded(run: str) -> bool:
    """Say whether letters of western Europe are bytes of UTF-8 taken for characters."""
    for encoding in ("cp1252", "latin-1"):
        try:
            run[: len(run) // 3 * 3].encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return True
    return False


def _is_lost(text: str, match: re.Match[str]) -> bool:
    """Say whether question marks stand for lost characters rather than for a question."""
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    marks = match[0].count("?")
    if marks >= _FEWEST:
        return True
    if not _is_chinese(before) and not _is_chinese(after):
        return False
    if marks != len(match[0]):
        return True
    if after in "，。；：、,;" and after:
        return marks > 1 or not _asks(text, match.start())
    if before and before in "，。；、,":
        return True
    if after in _CLOSING or not _is_chinese(after) or not _is_han(before):
        return False
    return marks > 1 or not _asks(text, match.start())


def _asks(text: str, end: int) -> bool:
    """Say whether the words before a question mark ask something."""
    start = max(end - 80, 0)
    for mark in "?\n。！？!；;":
        start = max(start, text.rfind(mark, start, end) + 1)
        if end - start < 2:
            return False
    return _QUESTION_WORD.search(text, start, end) is not None


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" if character else False


def _is_chinese(character: str) -> bool:
    return bool(character) and (_is_han(character) or character in "，。；：、（）《》“”")


def _merge(text: str, found: list[tuple[int, int, str]]) -> list[Span]:
    """Join stretches that touch, or that one punctuation mark alone keeps apart."""
    merged: list[tuple[int, int, str]] = []
    for start, end, reason in found:
        if merged:
            last_start, last_end, last_reason = merged[-1]
            between = text[last_end:start]
            if start <= last_end or (len(between) == 1 and not between.isalnum() and between not in "\r\n"):
                worst = reason if reason == "garbled characters" else last_reason
                merged[-1] = (last_start, max(last_end, end), worst)
                continue
        merged.append((start, end, reason))
    return [Span("damaged", start, end, reason) for start, end, reason in merged]
