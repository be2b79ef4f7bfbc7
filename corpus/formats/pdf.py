"""PDF files with a text layer, read through PDFium: each printed character with its place."""

from __future__ import annotations

import ctypes
import logging
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from corpus.errors import DocumentError
from corpus.formats.layout import Glyph, Page, compose_page
from corpus.formats.pages import LOST, PageCollector
from corpus.lines import BLANKS
from corpus.settings import CorpusSettings

if TYPE_CHECKING:
    from corpus.model import SourceText

logger = logging.getLogger(__name__)

SCANNED = (
    "a scan without a text layer: run OCR on it (for example ocrmypdf -l chi_sim IN.pdf OUT.pdf) and add the result"
)
_FEW = 30
"""A page that is mostly picture and holds fewer characters has no text layer: a stamp, or a number, at most."""
_PICTURE = 0.4
"""The share of a page that a picture must cover for the page to count as scanned."""


_ADDED = frozenset(map(ord, " \r\n"))
"""What PDFium adds between the characters of the file."""
_HYPHENS = frozenset((0x02, 0x2D, 0xAD, 0xFFFE))
"""What PDFium tells of a hyphen at the end of a line."""


@dataclass(frozen=True, slots=True)
class _Run:
    """The type that consecutive characters share: their size, and the direction that they are written in."""

    size: float
    angle: int


class _Mark(NamedTuple):
    """A character as PDFium tells it: ``x`` and ``y`` where it stands, ``width`` how far it reaches along its line."""

    text: str
    x: float
    y: float
    width: float
    run: _Run


def read_pdf(data: bytes, limits: CorpusSettings) -> SourceText:
    """Return the text of a PDF: paragraphs joined over lines and pages, page furniture last and listed.

    Raises
    ------
    DocumentError
        The file is damaged, wants a password, is longer than the limits, or has no text layer.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(_explain(data, str(error))) from error
    collector = PageCollector(limits)
    try:
        collector.expect(len(document))
        for number in range(len(document)):
            try:
                page, scanned = _read_page(document, number)
            except pypdfium2.PdfiumError as error:
                logger.debug("page %d: %s", number + 1, error)
                collector.add_broken()
                continue
            collector.add(page, scanned=scanned)
        return collector.compose(title=document.get_metadata_value("Title"), scan_advice=SCANNED)
    finally:
        document.close()


def _explain(data: bytes, message: str) -> str:
    if "assword" in message:
        return "the PDF is protected by a password: save it without one and add it again"
    if "ecurity" in message:
        return "the PDF is protected in a way that is not read: print it to a new PDF and add that"
    if b"%PDF-" not in data[:1024]:
        return "not a PDF: open it in its own program and save it as PDF or text"
    return "the PDF is damaged or cut short: get it again, or open it in a viewer and print it to a new PDF"


def _read_page(document: Any, number: int) -> tuple[Page, bool]:
    """Return a page, and whether it is a picture without text."""
    page = document[number]
    textpage = page.get_textpage()
    try:
        left, bottom, right, top = page.get_bbox()
        marks = _read_marks(textpage.raw)
        angles = Counter[int]()
        for mark in marks:
            angles[mark.run.angle] += 1
        # Text that is turned with its page, or all alike on it, is upright to its reader.
        main = min((angle for angle in angles if angles[angle] == max(angles.values())), default=0)
        along = (round(math.cos(math.radians(main)), 6), round(math.sin(math.radians(main)), 6))
        corners = [(x, y) for x in (left, right) for y in (bottom, top)]
        first = min(x * along[0] + y * along[1] for x, y in corners)
        last = max(x * along[0] + y * along[1] for x, y in corners)
        upper = min(x * along[1] - y * along[0] for x, y in corners)
        lower = max(x * along[1] - y * along[0] for x, y in corners)
        glyphs = []
        for mark in marks:
            if mark.run.angle == main and left - 1 <= mark.x <= right + 1 and bottom - 1 <= mark.y <= top + 1:
                start = mark.x * along[0] + mark.y * along[1] - first
                baseline = mark.x * along[1] - mark.y * along[0] - upper
                glyphs.append(Glyph(mark.text, start, start + mark.width, baseline, mark.run.size))
        aside = _read_aside(mark for mark in marks if mark.run.angle != main)
        composed = compose_page(glyphs, number=number, width=last - first, height=lower - upper, aside=aside)
        printed = sum(not mark.text.isspace() for mark in marks)
        few = printed < _FEW and _covers_page(page, (right - left) * (top - bottom))
        return composed, few
    finally:
        textpage.close()
        page.close()


def _read_marks(textpage: Any) -> list[_Mark]:
    """Return the characters of a page in the file's order, without those that PDFium adds."""
    from pypdfium2 import raw

    x, y = ctypes.c_double(), ctypes.c_double()
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    x_ref, y_ref, box_ref, matrix_ref = (ctypes.byref(value) for value in (x, y, box, matrix))
    runs: dict[tuple[float, int], _Run] = {}
    run = _Run(1.0, 0)
    shared: tuple[float, float, float] | None = None
    marks: list[_Mark] = []
    high = 0
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if code in _ADDED and raw.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        if code in _HYPHENS and raw.FPDFText_IsHyphen(textpage, index) == 1:
            code = ord("-")
        if raw.FPDFText_HasUnicodeMapError(textpage, index) == 1:
            # What PDFium gives instead is the number of a shape in the font, not a character.
            code = 0
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        if not raw.FPDFText_GetCharOrigin(textpage, index, x_ref, y_ref):
            continue
        raw.FPDFText_GetLooseCharBox(textpage, index, box_ref)
        if shared != (y.value, box.top, box.bottom):
            # Characters of one height on one baseline are of one type: the file need not be asked of each.
            shared = (y.value, box.top, box.bottom)
            raw.FPDFText_GetMatrix(textpage, index, matrix_ref)
            size = abs(raw.FPDFText_GetFontSize(textpage, index)) * math.hypot(matrix.c, matrix.d)
            angle = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
            key = (size if math.isfinite(size) and 0.1 < size < 2000 else 1.0, angle)
            run = runs.setdefault(key, _Run(*key))
        if not (math.isfinite(x.value) and math.isfinite(y.value) and math.isfinite(box.right - box.left)):
            continue
        upright = run.angle in (0, 180)
        width = abs(box.right - box.left) if upright else abs(box.top - box.bottom)
        mark = _Mark(_to_text(code), x.value, y.value, _measure_width(code, width, run.size), run)
        if marks and (mark.x, mark.y, run) == (marks[-1].x, marks[-1].y, marks[-1].run):
            # A ligature: one sign printed, two characters told.
            mark = _Mark(marks[-1].text + mark.text, mark.x, mark.y, max(mark.width, 0.55 * run.size), run)
            marks.pop()
        marks.append(mark)
    return marks


def _measure_width(code: int, width: float, size: float) -> float:
    """Return how far a character reaches: fonts that tell no widths have Chinese characters as wide as their ink."""
    least = 0.97 * size if 0x2E80 <= code <= 0x2FDF or 0x3400 <= code <= 0x9FFF or code >= 0x20000 else 0.0
    return max(least, min(width, 3 * size))


def _to_text(code: int) -> str:
    """Return a character; U+FFFD where the file does not tell it, a space for what separates lines."""
    if code == 0 or code > 0x10FFFF or 0xD800 <= code < 0xE000:
        return LOST
    character = chr(code)
    return " " if character in BLANKS and character not in "\u3000\u200b\u200c\u200d\u2060\ufeff" else character


def _read_aside(marks: Iterable[_Mark]) -> Iterator[str]:
    """Return the text that is turned against the rest of its page, a string for each direction."""
    turned: dict[_Run, list[str]] = {}
    for mark in marks:
        turned.setdefault(mark.run, []).append(mark.text)
    for texts in turned.values():
        yield "".join(texts).strip(BLANKS)


def _covers_page(page: Any, area: float) -> bool:
    """Say whether pictures cover much of a page."""
    from pypdfium2 import raw

    covered = 0.0
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=5):
        left, bottom, right, top = item.get_bounds()
        covered += max(0.0, right - left) * max(0.0, top - bottom)
    return covered > _PICTURE * area > 0
