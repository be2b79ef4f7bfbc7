"""The title of a document: which line of a head it is, and its lines joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from corpus.labels import read_label
from corpus.lines import Line, drop_blanks, tidy_blanks

TITLE_END = re.compile(
    r"(?:法|法典|条例|办法|规定|规则|细则|决定|决议|意见|通知|通报|公告|通告|公报|批复|复函|函|方案|规划|纲要|计划|要点|解释|解答|答复"
    r"|安排|章程|准则|标准|规范|制度|措施|目录|指南|指引|报告|命令|修正案|总则|序言|宪法|编|规程|守则|预案|大纲|须知|解读|公约|若干问题|补充规定|清单|政策|纪要)"
    r"(?:\s*[（(〔\[【][^（）()]{1,24}[）)〕\]】])*$"
)
_ISSUER_END = (
    r"(?:总局|委员会|办公厅|办公室|人民政府|人民法院|检察院|国务院|中央|总署|银行|协会|学会|部|委|局|署|院|会|厅)"
)
ISSUER_LINE = re.compile(rf"[\u4e00-\u9fff\s、（）()·]{{2,120}}{_ISSUER_END}(?:\s*[（(][^）)]*[）)])?")
"""A line that is the names of issuers."""
TITLE_ISSUER = re.compile(rf"(.{{1,120}}?{_ISSUER_END})\s*(?=关于|印发|转发|批转)")
"""The issuers that a title begins with."""

TITLE_LINES = 5
_LONGEST = 90
_SENTENCE = "。；：，！？;:,!?"
_SECTION = re.compile(r"[0-9０-９]{1,2}(?:[.．][0-9０-９]{1,2})*[ \t\u3000]")
_SITE = re.compile(r"\s*[_|｜—]+\s*|\s+[-–—]\s*|\s*[-–—]\s+|[-–—]{2,}")
_JUNK = re.compile(r"^(?:Microsoft|PowerPoint|Word|文档|无标题|未命名|新建|附件\d*$|untitled)", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SHORTEST = 4


def find_title(lines: Sequence[Line], front: Sequence[int], hint: str, levels: Mapping[int, int]) -> int:
    """Return the position of the line with which the title begins, -1 where the first line that may be one does.

    ``hint`` (a format's own title, a site's name behind it) and a heading of the highest
    level confirm a line; failing both, a line that ends as titles do is chosen before
    short words over it that do not.
    """
    named = _find_named(lines, front, hint)
    if named >= 0:
        return named
    headed = [i for i in front if levels.get(i) == 1 and read_label(lines[i].text) is None]
    if headed and len(lines[headed[0]].text) >= _SHORTEST and TITLE_END.search(lines[headed[0]].text):
        return headed[0]
    return _find_under_page_words(lines, front)


def clean_hint(hint: str) -> str:
    """Return a format's title without the site's name behind it, "" where it is no title of a document."""
    parts = [part for part in _SITE.split(tidy_blanks(hint)) if part.strip()]
    best = max(parts, key=lambda part: (bool(TITLE_END.search(part)), len(part)), default="").strip()
    titled = len(_HAN.findall(best)) >= _SHORTEST and (TITLE_END.search(best) or "关于" in best)
    return best if titled and not _JUNK.search(best) and len(best) <= 200 else ""


def continues_title(title: Sequence[str], line: str) -> bool:
    """Say whether a line belongs to a title: the first one, or one that completes what came before."""
    if not title:
        return True
    if _SECTION.match(line):
        return False
    if title[0].startswith("#"):
        return drop_blanks(line) in drop_blanks(title[0])
    if len(title) >= TITLE_LINES or TITLE_END.search(title[-1]):
        return len(title) < TITLE_LINES and line[0] in "（(" and len(line) < 20
    return bool(TITLE_END.search(line)) or line.startswith("关于") or bool(ISSUER_LINE.fullmatch(line))


def join_title(parts: Iterable[str]) -> str:
    """Join the lines of a title, a blank between issuers and what follows them as printed on one line."""
    kept = [tidy_blanks(part.lstrip("# ")).strip("*") for part in parts]
    joined = ""
    for part in kept:
        apart = bool(joined) and (
            joined[-1].isascii() or bool(ISSUER_LINE.fullmatch(joined) and _begins_with_issuer(part))
        )
        joined += (" " if apart else "") + part
    return joined


def _begins_with_issuer(part: str) -> bool:
    """Say whether a title's line is issuers, or begins with one that is no rest of a name (…人民政府 | 办公厅关于…)."""
    match = TITLE_ISSUER.match(part)
    return ISSUER_LINE.fullmatch(part) is not None or (match is not None and len(match[1]) > _SHORTEST)


def _find_named(lines: Sequence[Line], front: Sequence[int], hint: str) -> int:
    """Return where the lines begin that say what the hint says, -1 where none do."""
    wanted = drop_blanks(hint)
    core = drop_blanks(clean_hint(hint))
    if len(_HAN.findall(core)) < _SHORTEST:
        return -1
    for place, position in enumerate(front):
        joined = ""
        for following in front[place : place + TITLE_LINES]:
            line = lines[following].text.lstrip("# ")
            if len(line) > 200 or read_label(line) is not None:
                break
            joined += drop_blanks(line)
            if joined not in wanted:
                break
            if joined == core or (joined in core and len(joined) * 5 >= len(core) * 4):
                return position
    return -1


def _find_under_page_words(lines: Sequence[Line], front: Sequence[int]) -> int:
    """Return the first line that ends as titles do where only short page words stand over it, else -1."""
    for place, position in enumerate(front[:12]):
        line = lines[position].text
        if line.startswith("#") or read_label(line) is not None or len(line) > _LONGEST or line[-1] in _SENTENCE:
            return -1
        if TITLE_END.search(line) and len(line) > _SHORTEST + 2:
            return position if place else -1
        if not place and (ISSUER_LINE.fullmatch(line) or "关于" in line or len(line) > 8):
            return -1
        if place and len(line) > 16:
            return -1
    return -1
