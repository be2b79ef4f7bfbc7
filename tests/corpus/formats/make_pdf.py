"""PDF files for the tests: lines drawn at places, laws set as pages, scans, encrypted files."""

import io
from collections.abc import Sequence

from reportlab.lib import pdfencrypt
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
LEFT, TOP, LEADING, SIZE = 80.0, 760.0, 26.0, 14.0
EM = SIZE


def open_canvas(buffer: io.BytesIO, *, user: str | None = None) -> Canvas:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    encrypt = None if user is None else pdfencrypt.StandardEncryption(user, ownerPassword="owner")
    return Canvas(buffer, encrypt=encrypt, invariant=1)


def draw_pages(
    pages: Sequence[Sequence[tuple[float, float, str]]], *, size: float = SIZE, user: str | None = None
) -> bytes:
    """Draw (left in points, baseline in lines from the top, text) on pages."""
    buffer = io.BytesIO()
    canvas = open_canvas(buffer, user=user)
    for page in pages:
        canvas.setFont(FONT, size)
        for left, row, text in page:
            canvas.drawString(left, TOP - row * LEADING, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def wrap(paragraph: str, *, width: int, indent: int = 2) -> list[str]:
    """Break a paragraph into lines of so many sizes, ASCII half as wide, the first indented by full-width blanks."""
    lines, taken = ["　" * indent], float(indent)
    for character in paragraph:
        step = 0.5 if character.isascii() else 1.0
        if taken + step > width:
            lines.append("")
            taken = 0.0
        lines[-1] += character
        taken += step
    return lines


def set_document(
    paragraphs: Sequence[str],
    *,
    header: str = "",
    number: str = "— {page} —",
    rows: int = 25,
    width: int = 31,
    indent: int = 2,
) -> bytes:
    """Set paragraphs in lines on pages, the first one and headings in the middle, with a header and page numbers."""
    lines: list[tuple[str, bool]] = []
    for position, paragraph in enumerate(paragraphs):
        if position == 0 or (paragraph.startswith("第") and "条" not in paragraph[:8] and len(paragraph) < width):
            lines.append((paragraph, True))
        else:
            lines += [(line, False) for line in wrap(paragraph, width=width, indent=indent)]
    buffer = io.BytesIO()
    canvas = open_canvas(buffer)
    for page, start in enumerate(range(0, len(lines), rows), start=1):
        canvas.setFont(FONT, 9)
        canvas.drawString(LEFT, 805, header)
        canvas.drawCentredString(LEFT + width * EM / 2, 40, number.format(page=page, pages=-(-len(lines) // rows)))
        canvas.setFont(FONT, SIZE)
        for row, (line, centred) in enumerate(lines[start : start + rows]):
            place = TOP - row * LEADING
            if centred:
                canvas.drawCentredString(LEFT + width * EM / 2, place, line)
            else:
                canvas.drawString(LEFT, place, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scan_pages(texts: Sequence[str]) -> bytes:
    """Make pages that are pictures where the text is empty, and text elsewhere."""
    from reportlab.lib.utils import ImageReader

    # A bitmap of one byte, in the portable format that every reader of pictures knows.
    picture = ImageReader(io.BytesIO(b"P5\n1 1\n255\n\xff"))
    buffer = io.BytesIO()
    canvas = open_canvas(buffer)
    for text in texts:
        if text:
            canvas.setFont(FONT, SIZE)
            canvas.drawString(LEFT, TOP, text)
        else:
            canvas.drawImage(picture, 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def draw_untold(shapes: int, text: str) -> bytes:
    """Draw so many shapes of a font that does not tell which characters they are, and below them a text in ASCII."""
    font = b"/Type/Font/BaseFont/Untold"
    content = b"BT /F1 14 Tf 80 760 Td <%s> Tj ET BT /F2 14 Tf 80 700 Td (%s) Tj ET" % (b"0024" * shapes, text.encode())
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/F2 7 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<<%s/Subtype/Type0/Encoding/Identity-H/DescendantFonts[6 0 R]>>" % font,
        b"<<%s/Subtype/CIDFontType2/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>" % font,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"".join(b"%d 0 obj%s\nendobj\n" % (number, made) for number, made in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 8>>\n%%EOF"
