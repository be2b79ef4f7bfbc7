"""Page furniture: the lines of a saved page that are not the document, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.labels import read_label
from corpus.lines import BLANKS, Line
from corpus.outline.contents import find_contents

_BUTTONS = "微信|新浪微博|微博|QQ空间|QQ好友|朋友圈|收藏|点赞|打印|关闭|关闭窗口|返回顶部|复制链接|大|中|小|A[+-]?"
_TOOLS = (
    r"登录|登陆|注册|退出|用户名|密码|验证码|搜索|检索|站内搜索|高级搜索|搜本站|请输入[^。；]{0,12}|无障碍(?:阅读|浏览|版)?|适老版"
    r"|长者(?:模式|版)|关怀版|繁體?(?:版|中文)?|繁体(?:版|中文)?|简体(?:版|中文)?|English|EN|手机版|客户端|移动端|RSS|邮箱|收藏本站"
    r"|加入收藏|设为首页|返回(?:首页|列表|顶部|上级|上一页)?|回到顶部|我要(?:收藏|纠错|打印|评论)|纠错|智能问答|网站支持IPv6"
)
_PLACES = (
    r"(?:网站)?首页|(?:今日)?要闻|新闻(?:中心|动态|发布|资讯)?|(?:工作|政务|部门)?动态|资讯|政策(?:法规|文件|解读|服务|库)?|解读|法规"
    r"|(?:政务|办事|便民|网上|公共)?服务|(?:政民)?互动(?:交流)?|交流互动|(?:政务|信息|政府信息)?公开|政务|数据(?:开放|发布)?|国情|机构(?:职能|设置)?"
    r"|专题(?:专栏)?|专栏|通知公告|公告公示|公示公告|领导(?:之窗|信息)?|图片新闻|视频|图解|党建|办事(?:大厅)?|关于我们|联系我们|网站地图"
    r"|走进[\u4e00-\u9fff]{1,6}|[\u4e00-\u9fff]{1,6}概况"
)
_FILE = r"\.(?:docx?|xlsx?|pdf|zip|rar|7z|ofd|wps|et|pptx?|jpe?g|png|tiff?|ceb)"
_PATTERNS: dict[str, tuple[str, ...]] = {
    "markup": (
        r"<!--.*?-->",
        r"(?:</?[A-Za-z][^<>]{0,200}>|&[a-z]{2,6};|\s)+",
        r"\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?",
    ),
    "breadcrumb": (
        r"您?的?(?:当前|所在)的?位置\s*[:：].*",
        r"首页(?:\s*[>＞»›/|·\-—→].*)?",
        r"[^。；，]{1,12}(?:\s*[>＞»›]\s*[^。；，>＞»›]{1,14}){2,}",
    ),
    "navigation": (
        r"(?:网站)?首页(?:[\s|｜·]+[^\s。；，：:|｜]{1,8}){2,}",
        rf"(?:{_PLACES})(?:[\s|｜·]+(?:{_PLACES}|{_TOOLS})){{2,}}",
        rf"(?:{_TOOLS})(?:[\s|｜·/]+(?:{_TOOLS}|{_PLACES}))*",
    ),
    "source and date": (
        r"(?:信息|文章|稿件|内容|新闻|本文|图片)?来源\s*[:：].{0,60}",
        r"(?:发布|发表|发稿|更新|公开|生成)(?:时间|日期)\s*[:：].{0,60}",
        r"(?:作者\s*[:：].{0,20}\s)?(?:时间|日期)\s*[:：]\s*\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}.{0,12}(?:\d:\d\d|来源|浏览|点击|阅读).{0,60}",
        r"\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s+\d{1,2}:\d{2}(?::\d{2})?.{0,60}",
        r"\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?\s+(?:信息|文章|稿件)?来源\s*[:：].{0,60}",
        r"(?:新华社|新华网|中新网|中国网|央视网)[^。]{0,14}\d{1,2}月\d{1,2}日(?:电|讯)?",
    ),
    "share bar": (
        r"【?(?:字体|字号|大小|字体大小|文字大小)\s*[:：]?\s*[\[【（(]?\s*(?:大|中|小|A|T|默认|放大|缩小|正常|\+|-)[^。；]{0,24}",
        r"分享(?:到|至|给|按钮)?(?:\s*[:：].{0,40})?",
        r"(?:扫一扫|微信扫|用微信扫|手机扫|扫描二维码|扫码(?:关注|查看|阅读|分享|下载|浏览|看))[^。；]{0,30}",
        r"(?:关注|下载)(?:我们|公众号|官方微信|官方微博|[^。；]{0,10}客户端)",
        rf"(?:{_BUTTONS})(?:[\s|｜·/】【\[\]]+(?:{_BUTTONS}))+",
        r"(?:本文)?(?:已被)?(?:浏览|点击|阅读|访问)(?:次数|量|数|率)?\s*[:：]?\s*\d+\s*次?",
        r"(?:浏览|点击|阅读|访问)(?:次数|量|数)\s*[:：]?\s*.{0,6}",
        r"(?:[【\[]?(?:我要)?(?:打印|关闭)(?:本页|窗口|页面|此页)?[】\]]?\s*)+",
    ),
    "editor": (
        r"[【\[（(]?\s*(?:责任编辑|责编|文字编辑|网络编辑|值班编辑|编辑|编审|审核|校对)\s*[:：][^。？?]{0,24}",
        r"[【\[（(]?\s*(?:记者|作者|撰稿|供稿|摄影|监制|主编|终审)\s*[:：](?!.*(?:请|如何|什么|哪|为何|怎|问))[^。？?]{0,16}",
        r"[（(]原标题\s*[:：].{0,100}[）)]",
    ),
    "captions": (r".{0,80}(?:新华社|中新社|本报|记者)[^。；]{0,16}(?:摄|供图)[）)]?",),
    "keywords": (r"(?:关键词|关键字|标签|TAG|Tags?)\s*[:：].{0,120}",),
    "attachment links": (
        r"附件下载\s*[:：]?.{0,120}",
        r"(?:点击|点此)?下载(?:附件|地址|文件|文字版|图片版|[A-Z]{3,4}版)?\s*(?:[:：].{0,120})?",
        rf"(?:附件\s*\d{{0,2}}\s*[:：.]?\s*)?(?:\d{{1,2}}\s*[.、．]\s*)?[^。；]{{1,100}}{_FILE}\s*(?:[（(\[]?\s*[\d.]+\s*[KMG]B?\s*[)）\]]?)?\s*(?:下载|预览)?",
    ),
    "related links": (
        r"相关(?:链接|阅读|新闻|报道|稿件|文章|推荐|专题|解读|文档|文件|信息|政策|附件下载)\s*[:：]?",
        r"相关(?:链接|阅读|新闻|报道|稿件|文章|推荐)\s*[:：][^。；]{1,80}",
        r"(?:延伸阅读|推荐阅读|热点新闻|最新推荐|最新文章|最新发布|猜你喜欢|图片新闻)\s*[:：]?",
        r"(?:热门(?:推荐|文章|新闻|搜索)|(?:查看)?更多(?:>>|＞＞|»|>)?)\s*[:：]?",
        r"[上下]一[篇条页](?:\s*[:：].*|\s+[^。；]{1,60}|)",
    ),
    "page footer": (
        r"[^。；]{0,40}(?:ICP备|公网安备|版权所有(?!者|人|权)|Copyright\b|©|All Rights Reserved|网站标识码)[^。；]*",
        r"技术支持\s*[:：|｜].*",
        r"(?:网站|政府网站|页面)(?:纠错|找错)",
        r"(?:网站地图|联系我们|关于我们|免责声明|法律声明|网站声明|隐私声明)(?:\s*[:：|｜].*)?",
        r"(?:建议使用|为了您更好的浏览).{0,40}(?:浏览器|分辨率).{0,20}",
        r"您是第\s*\d*\s*位(?:访客|访问者|浏览者)",
    ),
    "end mark": (r"[（(【]\s*(?:完|全文完|正文完|正文结束|END|end)\s*[）)】]",),
    "disclaimer": (
        r"(?:>\s*)*[【（(]?编者(?:注|按)\s*[】]?\s*[:：].{0,200}",
        r"[（(]此页无正文[^）)]{0,20}[）)]",
        r"(?:特别声明|免责声明|版权声明)\s*[:：].{0,200}",
        r"(?:凡本网|凡注明|未经(?:本网|授权)[^。]{0,12}转载|转载请注明)[^；]{0,200}",
    ),
}
_REASONS = tuple(_PATTERNS)
_FURNITURE = re.compile(
    "|".join(f"(?P<r{place}>{'|'.join(patterns)})" for place, patterns in enumerate(_PATTERNS.values())), re.IGNORECASE
)
_ENDING = frozenset({"editor", "keywords", "related links", "end mark", "page footer"})
_END_MARK = re.compile(r"[（(]\s*(?:完|全文完|正文完)\s*[）)]$")
_FOOTER = re.compile(
    r"(?:主办|承办|协办|主管)(?:单位)?\s*[:：|｜].*|(?:地址|联系地址|通讯地址|邮编|邮政编码|电话|联系电话|传真|邮箱|电子邮箱|联系方式)\s*[:：].{0,120}"
)
"""Lines that close a page, yet may stand in a document: furniture below the page's other furniture alone."""
_MENU = re.compile(rf"[•·●○>\-*\s]*(?:{_PLACES}|{_TOOLS})")
_MENU_LINES = 3
_SENTENCE_SIGNS = "。；！"
_NOT_CAPTION = "。；|#"
_REPEATS = 3
_LONG = 100
_MENU_LENGTH = 12
_FRONT = 60
_PARTICULAR = re.compile(r"[A-Za-z\u4e00-\u9fff_-]{1,30}\s*:|- |\[")
_LAST = Line(0, 0, "")


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
    for position in _find_front_matter(lines):
        found[position] = "front matter"
    for position in _find_menus(lines):
        found.setdefault(position, "navigation")
    for position in find_contents(lines):
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


def _find_front_matter(lines: Sequence[Line]) -> list[int]:
    """Find the particulars that a Markdown file carries for a program: lines between --- and --- at its very top."""
    filled = [position for position, line in enumerate(lines[:_FRONT]) if line.text]
    if not filled or lines[filled[0]].text != "---":
        return []
    for place, position in enumerate(filled[1:], start=1):
        text = lines[position].text
        if text in {"---", "..."}:
            return filled[: place + 1]
        if not _PARTICULAR.match(text):
            return []
    return []


def _find_menus(lines: Sequence[Line]) -> list[int]:
    """Find a page's menu that has a line for each of its words: three or more such lines in a row."""
    found: list[int] = []
    run: list[int] = []
    for position, line in enumerate([*lines, _LAST]):
        if not line.text and line is not _LAST:
            continue
        if len(line.text) <= _MENU_LENGTH and _MENU.fullmatch(line.text):
            run.append(position)
            continue
        found += run if len(run) >= _MENU_LINES else []
        run = []
    return found


def _find_captions(lines: Sequence[Line]) -> set[int]:
    """Find runs of three or more lines of which each ends as the next begins."""
    filled = [position for position, line in enumerate(lines) if line.text]
    found: set[int] = set()
    run: list[int] = []
    for here, following in zip(filled, [*filled[1:], -1], strict=False):
        run.append(here)
        if following < 0 or not _repeats(lines[here].text, lines[following].text):
            # The same line again and again is a column of a table, not captions.
            if len(run) > _REPEATS and len({lines[place].text for place in run}) >= _REPEATS:
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
    footers = [position for position in found if found[position] in _ENDING and position > last]
    for position in range(min(footers, default=len(lines)), len(lines)):
        if _FOOTER.fullmatch(lines[position].text[:200]):
            found.setdefault(position, "page footer")
    if last < 0 and not _is_late(lines, start):
        return
    for position in range(start, len(lines)):
        if lines[position].text:
            found.setdefault(position, "page tail")


def _is_content(line: str) -> bool:
    """Say whether a line is certainly of the document: a label, or a paragraph of some length."""
    if len(line) > _LONG and line[-1] in _SENTENCE_SIGNS:
        return True
    label = read_label(line.lstrip("#*>- "))
    return label is not None and label.kind != "arabic"


def _is_late(lines: Sequence[Line], position: int) -> bool:
    """Say whether a line stands in the second half of the text."""
    return position < len(lines) and lines[position].start * 2 > lines[-1].end
