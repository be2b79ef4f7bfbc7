"""Web pages (.html, .htm): the visible text in its lines, the page's furniture as removed lines."""

from __future__ import annotations

import re

from corpus.decode import decode_bytes
from corpus.errors import DocumentError, UnsupportedFormat
from corpus.formats.source import build_source, check_length
from corpus.formats.webblocks import mark_furniture
from corpus.formats.webpage import Page, PageLine, read_page
from corpus.lines import BLANKS, tidy_blanks
from corpus.model import SourceText
from corpus.settings import CorpusSettings

_HEAD = 8_192
_CHARSET = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_GB = ("gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "ms936", "gb2312-80", "csgb2312")
_CODECS = {
    **dict.fromkeys(_GB, "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cp950", "big5hkscs"), "big5hkscs"),
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    **{name: name for name in ("euc-jp", "shift_jis", "euc-kr", "windows-1251", "koi8-r")},
}
"""The encodings that are taken at their word. Those of western Europe are what programs write by default: only
where nothing Chinese fits is a page read as one."""
_SURE = 8
"""Bytes beyond ASCII from which text that fits UTF-8 is UTF-8, whatever it is declared to be."""
_WESTERN_SHARE = 0.1
"""The share of letters beyond ASCII that a text of western Europe has at most."""
_TITLE_NAMES = ("articletitle", "title", "og:title")
_TITLE_CUT = re.compile(r"\s*[_|｜]+\s*|\s+[-–—]+\s+|——+|(?<![0-9])-(?![0-9])")


def read_html(data: bytes, limits: CorpusSettings) -> SourceText:
    """Read a saved web page.

    Raises
    ------
    UnsupportedFormat
        The file is a web archive (.mht), a PDF or a zip file under the name of a page.
    DocumentError
        The page is in no known encoding, beyond the limits, holds no text or nothing but links.
    """
    _check_kind(data)
    text, notes = _decode_page(data)
    page = _read_visible(text, limits, notes)
    check_length(sum(len(line.text) for line in page.lines), limits.text_max_characters)
    if not page.lines:
        raise DocumentError(
            "holds no text (a page that is filled in by scripts?): open it in a browser and save the text"
        )
    mark_furniture(page.lines, page.blocks, _list_titles(page, []))
    kept = [line for line in page.lines if not line.removed]
    if not kept:
        raise DocumentError("holds nothing but links, menus and forms; open the page of the document and save that")
    titles = _list_titles(page, kept)
    return build_source(page.lines, title=titles[0] if titles else "", notes=notes)


def _check_kind(data: bytes) -> None:
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-"):
        raise UnsupportedFormat("is a PDF under the name .html; rename it to .pdf")
    if head.startswith(b"PK\x03\x04"):
        raise UnsupportedFormat("is a zip file or Office document under the name .html; give it its right name")
    lowered = head.lower()
    if b"mime-version:" in lowered and b"multipart/related" in lowered:
        raise UnsupportedFormat(
            "is a web archive (.mht); open it in a browser, save it as 'web page, HTML only' or copy its text"
        )


def _read_visible(text: str, limits: CorpusSettings, notes: list[str]) -> Page:
    """Read what the page shows, or, where it shows nothing, what it hides until its scripts run."""
    page = read_page(text, limit=limits.text_max_characters, timeout_seconds=limits.timeout_seconds)
    if not page.lines and page.has_hidden_text:
        page = read_page(
            text, limit=limits.text_max_characters, timeout_seconds=limits.timeout_seconds, show_hidden=True
        )
        if page.lines:
            notes.append("all its text is hidden until scripts run; it is read as if shown")
    return page


def _decode_page(data: bytes) -> tuple[str, list[str]]:
    """Return the text of a page, and notes on what of it could not be decoded.

    A byte order mark decides; then UTF-8 where it fits beyond chance; then the encoding
    that the page declares, where it fits; then what the bytes themselves tell.
    """
    notes: list[str] = []
    decoded = (
        decode_bytes(data) if b"\0" in data or data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")) else None
    )
    if decoded is None:
        if b"\0" in data:
            notes.append("null bytes are left out")
            data = data.replace(b"\0", b"")
        declared = _find_declared(data)
        sure = len(data) - len(data.decode("ascii", "ignore")) >= _SURE
        for codec in ("utf-8", declared) if sure else (declared, "utf-8"):
            try:
                return data.decode(codec), notes
            except UnicodeDecodeError:
                continue
        decoded = decode_bytes(data)
    if decoded is None:
        western = data.decode("cp1252", "replace")
        beyond = sum(character > "\x7f" for character in western)
        if beyond > len(western) * _WESTERN_SHARE:
            raise DocumentError("is in no known encoding; open it in a browser and save its text as UTF-8")
        return western, [*notes, "read as text of western Europe"]
    if decoded.lost:
        notes.append(f"{decoded.lost} characters could not be decoded as {decoded.encoding}: marked as damaged")
    return decoded.text, notes


def _find_declared(data: bytes) -> str:
    """Return the encoding that a page declares, "ascii" where it declares none that is taken at its word."""
    match = _CHARSET.search(data[:_HEAD])
    return _CODECS.get(match[1].decode("ascii", "replace").lower(), "ascii") if match else "ascii"


def _list_titles(page: Page, kept: list[PageLine]) -> list[str]:
    """Return what the page calls itself, the surest first; ``kept`` are the lines among which its heading counts."""
    article, *others = [page.particulars.get(name, "") for name in _TITLE_NAMES]
    heading = [line.text for line in kept if line.level == 1][:1]
    named = [max(_TITLE_CUT.split(tidy_blanks(name)), key=len) for name in (*others, page.title)]
    titles = [article, *named[:-1], *heading, named[-1]]
    return [tidy_blanks(title) for title in titles if title.strip(BLANKS)]
