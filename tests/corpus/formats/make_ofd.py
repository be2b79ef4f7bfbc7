"""OFD packages for the tests, as WPS and other makers write them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from tests.corpus.formats.make_pdf import wrap

NAMESPACE = "http://www.ofdspec.org/2016"
SIZE = 5.0
LEFT, TOP, LEADING = 28.0, 40.0, 9.0


def pack(files: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return buffer.getvalue()


def write_text(
    left: float, baseline: float, text: str, *, size: float = SIZE, attributes: str = "", code: str = ""
) -> str:
    """Write a TextObject of one TextCode, whose steps between characters are told as ``g N V`` where all are alike."""
    steps = code
    if not code and len(text) > 1:
        ascii_only = text.isascii()
        steps = f'DeltaX="g {len(text) - 1} {size / 2 if ascii_only else size}"'
        if not ascii_only and any(character.isascii() for character in text):
            steps = f'DeltaX="{" ".join(str(size / 2 if c.isascii() else size) for c in text[:-1])}"'
    boundary = f"{left} {baseline - size} 180 {size * 1.4}"
    return (
        f'<ofd:TextObject ID="9" Boundary="{boundary}" Font="3" Size="{size}" {attributes}>'
        f'<ofd:TextCode X="0" Y="{size}" {steps}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def write_page(content: str, *, before: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:Page xmlns:ofd="{NAMESPACE}">'
        f"<ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area>{before}"
        f'<ofd:Content><ofd:Layer ID="2" Type="Body">{content}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def pack_pages(pages: Sequence[str], *, common: str = "", others: Mapping[str, str] | None = None) -> bytes:
    """Pack pages, given as their XML, into a package of one document."""
    listed = "".join(f'<ofd:Page ID="{n + 10}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    files = {
        "OFD.xml": f'<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        "<ofd:Title>关于提升质量的通知</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData><ofd:PageArea>'
        f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        **{f"Doc_0/Pages/Page_{n}/Content.xml": page for n, page in enumerate(pages)},
        **(others or {}),
    }
    return pack(files)


def pack_lines(*texts: str) -> bytes:
    """Pack a page of lines that all begin at one place."""
    return pack_pages([write_page("".join(write_text(LEFT, TOP + LEADING * n, text) for n, text in enumerate(texts)))])


def set_document(paragraphs: Sequence[str], *, header: str = "", rows: int = 25, width: int = 30) -> bytes:
    """Set paragraphs in lines on pages, the first one and headings in the middle, with a header and page numbers."""
    lines: list[tuple[float, str]] = []
    for position, paragraph in enumerate(paragraphs):
        if position == 0 or (paragraph.startswith("第") and "条" not in paragraph[:8] and len(paragraph) < width):
            lines.append((LEFT + (width - len(paragraph)) * SIZE / 2, paragraph))
        else:
            first, *others = wrap(paragraph, width=width)
            lines += [(LEFT + 2 * SIZE, first[2:]), *((LEFT, line) for line in others)]
    pages = []
    for number, start in enumerate(range(0, len(lines), rows), start=1):
        objects = [write_text(LEFT, 20, header, size=3)] if header else []
        placed = enumerate(lines[start : start + rows])
        objects += [write_text(left, TOP + row * LEADING, line) for row, (left, line) in placed]
        objects.append(write_text(100, 285, f"— {number} —", size=4))
        pages.append(write_page("".join(objects)))
    return pack_pages(pages)
