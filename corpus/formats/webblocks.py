"""Which parts of a web page are its furniture by their markup: menus, share bars, footers, lists of links."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from corpus.labels import read_label
from corpus.lines import BLANKS, drop_blanks

if TYPE_CHECKING:
    from corpus.formats.webpage import PageLine

_TAGS = {"nav": "navigation", "form": "form", "search": "form"}
_PAGE_TAGS = {"header": "page header", "footer": "page footer", "aside": "sidebar"}
"""Elements that are furniture of the page; inside an article they are the article's own."""
_ROLES = {
    "navigation": "navigation",
    "menu": "navigation",
    "menubar": "navigation",
    "banner": "page header",
    "contentinfo": "page footer",
    "complementary": "sidebar",
    "search": "form",
    "toolbar": "share bar",
}
_WORDS = {
    "navigation": "nav navbar navi navigation menu submenu topnav mainnav subnav daohang topbar",
    "breadcrumb": "breadcrumb breadcrumbs crumb crumbs mbx mianbaoxie bread dqwz curpos",
    "share bar": "share sharebox sharing bdshare bshare jiathis fenxiang toolbar fontsize qrcode ewm print",
    "sidebar": "sidebar sidenav rightbar leftbar",
    "page footer": "copyright footbar icp beian",
    "related links": "related relate relation recommend recommended recommendation xgyd xglj xgwj hotnews ranking",
    "pagination": "pagination pager pagebar paging",
    "form": "search searchbox login",
    "comments": "comments pinglun",
}
_OUTER_WORDS = {
    "page header": "header head top banner logo masthead",
    "page footer": "footer foot bottom",
}
"""Words that name a part of the page, unless another word says that it is a part of the article."""
_NAMES = {
    **dict.fromkeys(
        "position location curposition currentposition weizhi wz path site_path sitepath".split(), "breadcrumb"
    )
}
_BY_WORD = {word: reason for reason, words in _WORDS.items() for word in words.split()}
_BY_OUTER_WORD = {word: reason for reason, words in _OUTER_WORDS.items() for word in words.split()}
_BY_PREFIX = ("bdshare", "bshare", "jiathis", "addthis")
_ARTICLE_WORDS = frozenset(
    "article content contents cont con main text body detail details zoom editor doc document title view".split()
)
_NEGATIONS = frozenset({"no", "has", "with", "without"})
_WHOLE = frozenset({"html", "body", "main", "article"})
_WORD = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+")
_PROSE = re.compile("[。；，]")
_SENTENCE_END = "。；：！？;"
_BREADCRUMB_LENGTH = 200
_LINK_LENGTH = 60
_LINKS = 3


@dataclass(slots=True)
class Block:
    """An element that may be furniture, with the half-open range of the page's lines that it holds.

    ``by_name`` says that its class or id tells it, not its tag or role.
    """

    reason: str
    start: int
    end: int = 0
    by_name: bool = False


def name_block(tag: str, attributes: Mapping[str, str], start: int, *, in_article: bool) -> Block | None:
    """Return the furniture that an element is by its tag, role, class or id; ``None`` where these tell of none."""
    if tag in _WHOLE:
        return None
    role = _ROLES.get(attributes.get("role", "").strip().lower()) if "role" in attributes else None
    reason = role or _TAGS.get(tag) or (None if in_article else _PAGE_TAGS.get(tag))
    if reason:
        return Block(reason, start)
    for attribute in ("class", "id"):
        for name in attributes.get(attribute, "")[:500].split():
            named = _name_by_words(name)
            if named:
                return Block(named, start, by_name=True)
    return None


@lru_cache(maxsize=4096)
def _name_by_words(name: str) -> str:
    """Return the furniture that a class or id stands for, read as words (``content-header``, ``bdshare_box``)."""
    lowered = name.lower()
    if lowered in _NAMES:
        return _NAMES[lowered]
    if lowered.startswith(_BY_PREFIX):
        return "share bar"
    words = [word.lower() for word in _WORD.findall(name)]
    if not _NEGATIONS.isdisjoint(words):
        return ""
    found = next((_BY_WORD[word] for word in words if word in _BY_WORD), "")
    if found or not _ARTICLE_WORDS.isdisjoint(words):
        return found
    return next((_BY_OUTER_WORD[word] for word in words if word in _BY_OUTER_WORD), "")


def mark_furniture(lines: Sequence[PageLine], blocks: Sequence[Block], titles: Sequence[str]) -> None:
    """Give the lines that are furniture their reasons: those of furniture blocks, and lists of links.

    A block that holds most of the page's prose is never furniture, whatever it is called;
    nor is a page's header that holds the title.
    """
    prose = [_count_prose(line) for line in lines]
    if not any(prose):
        prose = [len(line.text) - line.link_characters for line in lines]
    sums = [0, *accumulate(prose)]
    lengths = [0, *accumulate(len(line.text) for line in lines)]
    known = {drop_blanks(title) for title in titles if len(drop_blanks(title)) >= 6}
    titled = [place for place, line in enumerate(lines) if not line.links and drop_blanks(line.text) in known]
    reached = 0
    # Blocks come in the order in which they begin, the outer before the inner.
    for block in blocks:
        share = (sums[block.end] - sums[block.start]) / (sums[-1] or 1)
        length = lengths[block.end] - lengths[block.start]
        place = bisect_left(titled, block.start)
        holds_title = place < len(titled) and titled[place] < block.end
        if (
            share >= (0.3 if block.by_name else 0.5)
            or (block.reason == "breadcrumb" and length > _BREADCRUMB_LENGTH)
            or (block.reason in {"page header", "form"} and holds_title)
        ):
            continue
        for line in lines[max(block.start, reached) : block.end]:
            line.removed = line.removed or block.reason
        reached = max(reached, block.end)
    _mark_links(lines)


def _count_prose(line: PageLine) -> int:
    return len(line.text) - line.link_characters if _PROSE.search(line.text) else 0


def _mark_links(lines: Sequence[PageLine]) -> None:
    """Mark lists of links: three lines in a row, or one line of three links, that are links for the most part."""
    run: list[PageLine] = []
    count = 0
    place = 0
    while place < len(lines):
        end = place + 1
        while end < len(lines) and lines[end].joint != "\n":
            end += 1
        pieces = lines[place:end]
        place = end
        if all(piece.removed for piece in pieces):
            continue
        links = sum(piece.links for piece in pieces)
        if not _is_links(pieces, links):
            _end_run(run, count)
            run, count = [], 0
            continue
        if links >= _LINKS:
            count += _LINKS
        run += pieces
        count += 1
    _end_run(run, count)


def _end_run(run: Sequence[PageLine], count: int) -> None:
    if count >= _LINKS:
        for line in run:
            line.removed = line.removed or "links"


def _is_links(pieces: Sequence[PageLine], links: int) -> bool:
    characters = sum(len(drop_blanks(piece.text)) for piece in pieces)
    linked = sum(piece.link_characters for piece in pieces)
    if not links or linked * 2 <= characters or characters > links * _LINK_LENGTH:
        return False
    text = pieces[0].text.strip(BLANKS)
    return pieces[-1].text.rstrip(BLANKS)[-1:] not in _SENTENCE_END and read_label(text) is None
