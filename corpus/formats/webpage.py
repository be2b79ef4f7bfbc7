"""A web page to lines, as a browser shows them: visible text, block by block, its furniture named by its markup.

libxml2's HTML parser (through lxml) reports the tags; no tree is built, so that depth
costs nothing. lxml's tree and lexbor were tried on 100,000 nested elements: the first
loses the text, the second takes 14 s where this takes 0.1 s.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.errors import DocumentError
from corpus.formats.source import SourceLine, check_length, join_row
from corpus.formats.webblocks import Block, name_block
from corpus.labels import read_label
from corpus.lines import BLANKS
from corpus.numerals import to_chinese

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol p plaintext pre search "
    "section summary table tbody td tfoot th thead tr ul xmp".split()
)
_CONTROLS = frozenset({"button", "select", "optgroup", "option", "textarea"})
_NOT_SHOWN = frozenset(
    "script style noscript noframes noembed template svg head xml object embed applet iframe audio video canvas "
    "datalist map rt rp title".split()
)
_KEPT_LINES = frozenset({"pre", "xmp", "listing", "plaintext"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid|list-item|table)\b", re.IGNORECASE)
_UNNUMBERED = re.compile(r"list-style(?:-type)?\s*:[^;]*none", re.IGNORECASE)
_FILE = re.compile(r"\.(?:docx?|wps|pdf|ofd|xlsx?|et|pptx?|rar|zip|7z|tiff?|jpe?g)(?:$|[?#])", re.IGNORECASE)
_HAN = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’…—"
_WRAP = re.compile(rf"(?<=[{_HAN}])[ \t\r\f]*\n[ \t\n\r\f]*(?=[{_HAN}])")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_OWN_LABEL = re.compile(
    r"[（(【\[]?\s*(?:[0-9０-９]{1,3}|[a-zA-Z]|[一二三四五六七八九十百]{1,5})\s*[)）.．、:：】\]]"
    r"|[①-⓿⒈-⒛]|第[一二三四五六七八九十百千零0-9]+"
)
_PIECE = 16_384
_MAX_DEPTH = 200_000


@dataclass(slots=True)
class PageLine(SourceLine):
    """A line of a page; how many of its characters, white space aside, lead to other pages, in how many links."""

    link_characters: int = 0
    links: int = 0


@dataclass(slots=True)
class Page:
    """What a page holds: its lines, the blocks that may be furniture, its title and what its head says of it."""

    lines: list[PageLine] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    title: str = ""
    particulars: dict[str, str] = field(default_factory=dict)
    has_hidden_text: bool = False


@dataclass(slots=True)
class _List:
    number_format: str
    start: int
    step: int
    items: list[tuple[int, int, int | None]] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    cells: list[tuple[int, int]] = field(default_factory=list)
    cell: int | None = None


@dataclass(slots=True)
class _Open:
    """An open element, and what is to be done when it closes."""

    tag: str
    is_block: bool
    is_link: bool = False
    block: Block | None = None
    items: _List | None = None
    item: int = -1
    table: _Table | None = None
    is_article: bool = False


def read_page(text: str, *, limit: int, timeout_seconds: float, show_hidden: bool = False) -> Page:
    """Return what a page shows; ``show_hidden`` shows what its styles hide as well.

    Raises
    ------
    DocumentError
        The page holds more text than is read, is nested beyond reason, or takes too long.
    """
    from lxml import etree

    reader = _PageReader(limit=limit, show_hidden=show_hidden)
    parser = etree.HTMLParser(target=reader, encoding="utf-8", huge_tree=True)
    data = text.encode("utf-8", "replace")
    ends = time.monotonic() + timeout_seconds
    for start in range(0, len(data), _PIECE):
        parser.feed(data[start : start + _PIECE])
        if time.monotonic() > ends:
            raise DocumentError(f"takes longer than {timeout_seconds:g} s to read; save the page as text")
    return parser.close() if data else Page()


class _PageReader:
    """The target of the parser."""

    def __init__(self, *, limit: int, show_hidden: bool) -> None:
        self._page = Page()
        self._limit = limit
        self._show_hidden = show_hidden
        self._length = 0
        self._open: list[_Open] = []
        self._lists: list[_List] = []
        self._tables: list[_Table] = []
        self._hidden = 0
        self._in_title = False
        self._articles = 0
        self._links = 0
        self._kept = 0
        self._controls = 0
        self._level = 0
        self._pieces: list[str] = []
        self._link_characters = 0
        self._link_count = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "meta":
            self._read_meta(attributes)
        if self._hidden:
            self._hidden += 1
            self._in_title = tag == "title" and not self._page.title
            return
        style = attributes.get("style", "")
        is_block = tag in _BLOCKS or tag in _CONTROLS or (style != "" and _BLOCK_STYLE.search(style) is not None)
        if is_block or tag == "br":
            self._break_line(tag)
        if self._is_hidden(tag, attributes, style):
            self._hidden = 1
            self._in_title = tag == "title" and not self._page.title
            return
        if len(self._open) >= _MAX_DEPTH:
            raise DocumentError(f"its elements are nested more than {_MAX_DEPTH} deep; save the page as text")
        opened = _Open(tag, is_block)
        self._open.append(opened)
        if tag == "a":
            href = attributes.get("href", "").strip()
            opened.is_link = bool(href) and not href.startswith("#") and _FILE.search(href) is None
            self._links += opened.is_link
            self._link_count += opened.is_link
        elif is_block:
            self._open_block(opened, attributes, style)

    def end(self, tag: str) -> None:
        if self._hidden:
            self._hidden -= 1
            self._in_title = False
            return
        # The parser closes what is open in order; anything else is passed over.
        if self._open and self._open[-1].tag == tag:
            self._close(self._open.pop())

    def data(self, text: str) -> None:
        if self._hidden:
            if self._in_title:
                self._page.title += text
            elif text.strip(BLANKS):
                self._page.has_hidden_text = True
            return
        if self._kept:
            first, *others = text.split("\n")
            self._write(first)
            for other in others:
                self._flush()
                self._write(other)
        else:
            self._write(text)

    def comment(self, text: str) -> None:
        """Pass a comment over."""

    def close(self) -> Page:
        while self._open:
            self._close(self._open.pop())
        self._flush()
        return self._page

    def _is_hidden(self, tag: str, attributes: Mapping[str, str], style: str) -> bool:
        if tag in _NOT_SHOWN:
            return True
        if self._show_hidden:
            return False
        return (
            "hidden" in attributes
            or (style != "" and _HIDING.search(style) is not None)
            or (tag == "dialog" and "open" not in attributes)
        )

    def _read_meta(self, attributes: Mapping[str, str]) -> None:
        name = (attributes.get("name") or attributes.get("property") or "").strip().lower()
        if name and name not in self._page.particulars:
            self._page.particulars[name] = attributes.get("content", "")

    def _write(self, text: str) -> None:
        self._length += len(text)
        check_length(self._length, self._limit * 2)
        self._pieces.append(text)
        if self._links:
            self._link_characters += len("".join(text.split()))

    def _break_line(self, tag: str) -> None:
        if tag == "br" and self._level:
            self._pieces.append(" ")
        else:
            self._flush()

    def _flush(self) -> None:
        """End the line."""
        if not self._pieces:
            return
        text = "".join(self._pieces)
        self._pieces.clear()
        characters, self._link_characters = self._link_characters, 0
        links, self._link_count = self._link_count, int(self._links > 0)
        if not text.strip(BLANKS):
            return
        text = text.rstrip(" \t\n\r\f") if self._kept else _squeeze(text)
        line = PageLine(text, self._level, "form" if self._controls else "", link_characters=characters, links=links)
        self._page.lines.append(line)

    def _open_block(self, opened: _Open, attributes: Mapping[str, str], style: str) -> None:
        tag, place = opened.tag, len(self._page.lines)
        opened.block = name_block(tag, attributes, place, in_article=self._articles > 0)
        if opened.block is not None:
            self._page.blocks.append(opened.block)
        if tag in _HEADINGS:
            self._level = _HEADINGS[tag]
        elif tag in _KEPT_LINES:
            self._kept += 1
        elif tag in _CONTROLS:
            self._controls += 1
        elif tag in {"article", "main"}:
            opened.is_article = True
            self._articles += 1
        elif tag in {"ol", "ul", "menu", "dir"}:
            opened.items = _open_list(tag, attributes, style)
            self._lists.append(opened.items)
        elif tag == "li":
            opened.item = place
            if self._lists:
                value = attributes.get("value", "").strip()
                self._lists[-1].items.append((place, -1, int(value) if re.fullmatch(r"-?[0-9]{1,6}", value) else None))
        elif tag == "table":
            opened.table = _Table()
            self._tables.append(opened.table)
        elif tag in {"td", "th"} and self._tables:
            self._tables[-1].cell = place
        elif tag == "tr" and self._tables:
            self._end_row(self._tables[-1])

    def _close(self, opened: _Open) -> None:
        tag = opened.tag
        if not opened.is_block:
            self._links -= opened.is_link
            return
        self._flush()
        place = len(self._page.lines)
        if opened.block is not None:
            opened.block.end = place
        if tag in _HEADINGS:
            self._level = 0
        elif tag in _KEPT_LINES:
            self._kept -= 1
        elif tag in _CONTROLS:
            self._controls -= 1
        elif opened.is_article:
            self._articles -= 1
        elif opened.items is not None:
            _number_items(self._page.lines, opened.items)
            self._lists.pop()
        elif tag == "li" and self._lists and self._lists[-1].items:
            start, _, value = self._lists[-1].items[-1]
            self._lists[-1].items[-1] = (start, place, value)
        elif opened.table is not None:
            self._end_row(opened.table)
            self._tables.pop()
        elif tag in {"td", "th"} and self._tables and self._tables[-1].cell is not None:
            self._tables[-1].cells.append((self._tables[-1].cell, place))
            self._tables[-1].cell = None
        elif tag == "tr" and self._tables:
            self._end_row(self._tables[-1])

    def _end_row(self, table: _Table) -> None:
        if table.cells:
            join_row(self._page.lines, table.cells)
            table.cells = []


def _squeeze(text: str) -> str:
    """Collapse white space as a browser does; a line break of the source between Han characters is none.

    Firefox drops such a break (CSS Text 3, 4.1.3), other browsers print a space, which
    would stand in the middle of words. After a label it parts the label from its text.
    """
    text = text.strip(" \t\n\r\f")
    head, wrapped, tail = text.partition("\n")
    label = read_label(head.strip(BLANKS)) if wrapped and len(head) < 40 else None
    if label is not None and label.end == len(head.strip(BLANKS)):
        return f"{_SPACES.sub(' ', head).rstrip(' ')} {_squeeze_wraps(tail.lstrip())}"
    return _squeeze_wraps(text)


def _squeeze_wraps(text: str) -> str:
    return _SPACES.sub(" ", _WRAP.sub("", text))


def _open_list(tag: str, attributes: Mapping[str, str], style: str) -> _List:
    number_format = attributes.get("type", "1").strip() if tag == "ol" and not _UNNUMBERED.search(style) else ""
    if "cjk" in style or "chinese" in style:
        number_format = "一" if number_format else ""
    start = attributes.get("start", "").strip()
    step = -1 if "reversed" in attributes else 1
    return _List(number_format, int(start) if re.fullmatch(r"-?[0-9]{1,6}", start) else 0, step)


def _number_items(lines: list[PageLine], items: _List) -> None:
    """Print the numbers of a list at the head of its items, where they have no labels of their own."""
    filled = [lines[start] for start, end, _ in items.items if start < end]
    labelled = sum(_OWN_LABEL.match(line.text.lstrip(BLANKS)) is not None for line in filled)
    if not items.number_format or not filled or labelled * 2 >= len(filled):
        return
    number = items.start or (len(items.items) if items.step < 0 else 1)
    for start, end, value in items.items:
        number = number if value is None else value
        if start < end:
            lines[start].text = f"{_print_number(number, items.number_format)}{lines[start].text.lstrip(BLANKS)}"
        number += items.step


def _print_number(number: int, number_format: str) -> str:
    from corpus.formats.numbering import print_number

    if number_format == "一":
        return f"{to_chinese(str(number)) or number}、"
    formats = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
    return f"{print_number(number, formats.get(number_format, 'decimal'))}. "
