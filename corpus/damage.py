"""Damaged characters: lost bytes, characters shifted out of place, private-use characters."""

from __future__ import annotations

import re
import unicodedata

from corpus.model import Span

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_LOST = re.compile(
    "[\ufffd\ufffe\uffff\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+"
)
_CLASSIC = re.compile("(?:锟斤拷|烫烫|屯屯屯|锘縖?)+")
_LATIN = re.compile("[\xc0-\xff][\x80-\xbf\xc0-\xffŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]{2,}")
_UTF8_AS_GBK = re.compile("[鐨涓銆锛鍜鍦鏄涔鈥鍏鍥璐閲浜鎬€]")
_STRETCH = re.compile(f"[{_HAN}\u0080-\u00b6\u00b8-\u1fff\u2100-\u2bff\u3021-\u312f\u3200-\u33ff]+")
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


def find_damage(text: str) -> list[Span]:
    """Return the damaged stretches of a text, in order, none touching another.

    A stretch covers generously what cannot be relied on: characters shifted out of place
    with the unreadable ones beside them, and the question marks that lost bytes left. A
    question mark that ends a question is not damage.
    """
    found: list[tuple[int, int, str]] = [(m.start(), m.end(), "unreadable characters") for m in _LOST.finditer(text)]
    found += [(m.start(), m.end(), "garbled characters") for m in _CLASSIC.finditer(text)]
    found += [(m.start(), m.end(), "garbled characters") for m in _LATIN.finditer(text) if _is_double_encoded(m[0])]
    found += [(start, end, "garbled characters") for start, end in _find_garbled(text)]
    found += [(m.start(), m.end(), "lost characters") for m in _MARKS.finditer(text) if _is_lost(text, m)]
    return _merge(text, sorted(found))


def _find_garbled(text: str) -> list[tuple[int, int]]:
    """Find Chinese read in a shifted or wrong encoding: symbols of several scripts amid Han characters."""
    found = []
    for match in _STRETCH.finditer(text):
        run = match[0]
        odd = [i for i, character in enumerate(run) if not "\u3400" <= character <= "\u9fff"]
        beside_marks = (
            text[max(match.start() - 1, 0) : match.start()] == "?" or text[match.end() : match.end() + 1] == "?"
        )
        wrong = [m.start() for m in _UTF8_AS_GBK.finditer(run)]
        if len(wrong) >= 3 and len(wrong) * 5 >= len(run):
            odd = sorted({*odd, *wrong})
        elif not _is_mixed(run, odd, beside_marks=beside_marks):
            continue
        first = _reach(run, odd[0], -1)
        last = _reach(run, odd[-1], 1)
        if text[match.start() - 1 : match.start()] == "?" and first <= _MAX_REACH:
            first = 0
        if text[match.end() : match.end() + 1] == "?" and len(run) - last <= 2 * _MAX_REACH:
            last = len(run) - 1
        start, end = match.start() + first, match.start() + last + 1
        while start and text[start - 1] == "?":
            start -= 1
        while text[end : end + 1] == "?":
            end += 1
        found.append((start, end))
    return found


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
    if not _is_chinese(before) and not _is_chinese(after):
        return False
    marks = match[0].count("?")
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
    start = max(text.rfind(mark, max(end - 80, 0), end) for mark in "\n。！？!?；;")
    words = text[max(start + 1, end - 80, 0) : end]
    return _QUESTION_WORD.search(words) is not None


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
