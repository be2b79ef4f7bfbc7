"""Page furniture: the lines of a saved page that are not the document, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.labels import read_label
from corpus.lines import BLANKS, Line, drop_blanks

_BUTTONS = "微信|新浪微博|微博|QQ空间|QQ好友|朋友圈|收藏|点赞|打印|关闭|关闭窗口|返回顶部|复制链接|大|中|小|A[+-]?"
_PATTERNS: dict[str, tuple[str, ...]] = {
    "markup": (r"<!--.*?-->",),
    "breadcrumb": (
        r"您?的?(?:当前|所在)的?位置\s*[:：].*",
        r"首页(?:\s*[>＞»›/|·\-—→].*)?",
        r"[^。；，]{1,12}(?:\s*[>＞»›]\s*[^。；，>＞»›]{1,14}){2,}",
    ),
    "source and date": (
        r"(?:信息|文章|稿件|内容|新闻)?来源\s*[:：].{0,60}",
        r"(?:发布|发表|发稿|更新|公开|生成)(?:时间|日期)\s*[:：].{0,60}",
        r"\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s+\d{1,2}:\d{2}(?::\d{2})?.{0,60}",
        r"(?:新华社|新华网|中新网|中国网|央视网)[^。]{0,14}\d{1,2}月\d{1,2}日(?:电|讯)?",
    ),
    "share bar": (
        r"【?(?:字体|字号|大小)\s*[:：]?.{0,20}",
        r"分享(?:到|至|给|按钮)?(?:\s*[:：].{0,40})?",
        r"(?:扫一扫|扫码|微信扫|用微信).{0,30}",
        rf"(?:{_BUTTONS})(?:[\s|｜·/】【\[\]]+(?:{_BUTTONS}))+",
        r"(?:浏览|点击|阅读|访问)(?:次数|量|数)\s*[:：]?\s*\d*.{0,6}",
        r"(?:[【\[]?(?:打印|关闭)(?:本页|窗口|页面)?[】\]]?\s*)+",
    ),
    "editor": (
        r"[【\[（(]?\s*(?:责任编辑|责编|文字编辑|网络编辑|值班编辑|编辑|编审|审核|校对)\s*[:：][^。？?]{0,24}",
        r"[【\[（(]?\s*(?:记者|作者|撰稿|供稿|摄影|监制|主编|终审)\s*[:：][^。？?]{0,16}",
    ),
    "keywords": (r"(?:关键词|关键字|标签|TAG|Tags?)\s*[:：].{0,120}",),
    "related links": (
        r"相关(?:链接|阅读|新闻|报道|稿件|文章|推荐|专题|解读|文档|附件下载)\s*[:：]?",
        r"(?:延伸阅读|推荐阅读|热点新闻|最新推荐|最新文章|猜你喜欢|图片新闻)\s*[:：]?",
        r"(?:热门(?:推荐|文章|新闻)|更多(?:>>|＞＞|»)?)\s*[:：]?",
        r"[上下]一[篇条页]\s*[:：].*",
    ),
    "page footer": (
        r"[^。；]{0,40}(?:ICP备|公网安备|版权所有|Copyright\b|©|All Rights Reserved|网站标识码)[^。；]*",
        r"(?:主办单位|承办单位|技术支持)\s*[:：|｜].*",
        r"(?:网站地图|联系我们|关于我们|免责声明|法律声明)(?:\s*[:：|｜].*)?",
    ),
    "end mark": (r"[（(【]\s*(?:完|全文完|正文完|正文结束|END|end)\s*[）)】]",),
    "disclaimer": (r"(?:特别声明|免责声明|版权声明)\s*[:：].{0,200}",),
}
_REASONS = tuple(_PATTERNS)
_FURNITURE = re.compile(
    "|".join(f"(?P<r{place}>{'|'.join(patterns)})" for place, patterns in enumerate(_PATTERNS.values())), re.IGNORECASE
)
_ENDING = frozenset({"editor", "keywords", "related links", "end mark", "page footer"})
_END_MARK = re.compile(r"[（(]\s*(?:完|全文完|正文完)\s*[）)]$")
_SENTENCE_SIGNS = "。；！"
_NOT_CAPTION = "。；|#"
_REPEATS = 3
_LONG = 100
_FRONT = 40
_CONTENTS = 400
_LEADERS = re.compile(r"[.．…·—-]*[0-9０-９]*$")


def find_furniture(lines: Sequence[Line]) -> dict[int, str]:
    """Return the lines that are page furniture: their positions and the reason of each.

    A line is furniture by what it is (a breadcrumb, a source line, a share bar, an
    editor's line, keywords, related links, a footer), by repeating its neighbours as
    captions do ("A B" above "B C"), or by standing after the line that ends the page's
    text, unless it continues the document (a numbered clause or an attachment).
    """
    found: dict[int, str] = {}
    for position, line in enumerate(lines):
        if line.text:
            reason = _name_furniture(line.text)
            if reason:
                found[position] = reason
    for position in _find_contents(lines):
        found.setdefault(position, "contents")
    for position in _find_captions(lines):
        found.setdefault(position, "captions")
    _mark_tail(lines, found)
    return found


def find_end_mark(line: Line) -> int | None:
    """Return where the words before a trailing （完） end in the text, None where the line has none."""
    match = _END_MARK.search(line.text)
    kept = line.text[: match.start()].rstrip(BLANKS) if match else ""
    return line.start + len(kept) if kept else None


def _name_furniture(line: str) -> str:
    if len(line) > 400:
        return ""
    if line[0] in "第一二三四五六七八九十" and read_label(line):
        return ""
    match = _FURNITURE.fullmatch(line)
    if match is None or match.lastgroup is None:
        return ""
    return _REASONS[int(match.lastgroup[1:])]


def _find_contents(lines: Sequence[Line]) -> list[int]:
    """Find a page of contents at the front: 目录 and its lines, up to where the first of them comes again."""
    filled = [position for position, line in enumerate(lines) if line.text]
    for place, position in enumerate(filled[:_FRONT]):
        if drop_blanks(lines[position].text.lstrip("#")) not in {"目录", "目次"}:
            continue
        listed = filled[place + 1 : place + 1 + _CONTENTS]
        words = [_LEADERS.sub("", drop_blanks(lines[i].text.lstrip("# "))) for i in listed]
        again = next((i for i in range(1, len(words)) if words[i] == words[0]), 0)
        return [position, *listed[:again]]
    return []


def _find_captions(lines: Sequence[Line]) -> set[int]:
    """Find runs of three or more lines of which each ends as the next begins."""
    filled = [position for position, line in enumerate(lines) if line.text]
    found: set[int] = set()
    run: list[int] = []
    for here, following in zip(filled, [*filled[1:], -1], strict=False):
        run.append(here)
        if following < 0 or not _repeats(lines[here].text, lines[following].text):
            if len(run) > _REPEATS:
                found.update(run)
            run = []
    return found


def _repeats(line: str, following: str) -> bool:
    """Say whether a line ends, at a blank, in the words that the next one begins with."""
    if len(line) > 80 or any(sign in line for sign in _NOT_CAPTION) or read_label(line):
        return False
    words, next_words = line.split(), following.split()
    return any(
        words[-count:] == next_words[:count] and len("".join(next_words[:count])) > 1
        for count in range(1, min(len(words), len(next_words)) + 1)
    )


def _mark_tail(lines: Sequence[Line], found: dict[int, str]) -> None:
    """Mark what follows the end of the page's text as its tail."""
    content = [position for position, line in enumerate(lines) if position not in found and _is_content(line.text)]
    last = content[-1] if content else -1
    endings = [position for position, reason in found.items() if reason in _ENDING and position > last]
    ended = [
        position + 1 for position, line in enumerate(lines) if position >= last and find_end_mark(line) is not None
    ]
    start = min([*endings, *ended], default=len(lines))
    if last < 0 and not _is_late(lines, start):
        return
    for position in range(start, len(lines)):
        if lines[position].text:
            found.setdefault(position, "page tail")


def _is_content(line: str) -> bool:
    """Say whether a line is certainly of the document: a label, or a paragraph of some length."""
    if len(line) > _LONG and line[-1] in _SENTENCE_SIGNS:
        return True
    label = read_label(line)
    return label is not None and label.kind != "arabic"


def _is_late(lines: Sequence[Line], position: int) -> bool:
    """Say whether a line stands in the second half of the text."""
    return position < len(lines) and lines[position].start * 2 > lines[-1].end
