"""A conversation as a Word document (Office Open XML, ECMA-376) with real footnotes, headings and page numbers.

The parts that are the same in every file, and the frames of the others, are in
``templates/docx/``; what is put into a frame's ``$fields`` is made and escaped here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

from ui.export.layout import lay_out
from ui.export.manuscript import Block, Line, Manuscript, Run, RunKind, Style
from ui.records.conversations import Conversation, Exchange
from ui.text import Language, say

TEMPLATES = Path(__file__).parent / "templates" / "docx"
_PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package_relations.xml",
    "docProps/app.xml": "app.xml",
    "docProps/core.xml": "core.xml",
    "word/_rels/document.xml.rels": "document_relations.xml",
    "word/document.xml": "document.xml",
    "word/fontTable.xml": "fontTable.xml",
    "word/footer.xml": "footer.xml",
    "word/footnotes.xml": "footnotes.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
    "word/styles.xml": "styles.xml",
}
"""The parts of the package, in the order of the file, each with its template."""

_STYLES: Mapping[Style, str] = {
    "title": "Title",
    "heading": "Heading1",
    "appendix": "Appendix",
    "subheading": "Heading2",
    "question": "Question",
    "words": "Normal",
    "status": "Status",
    "caption": "Label",
    "item": "ListBullet",
    "source": "Source",
    "clause": "Clause",
    "fact": "Fact",
}
_RUN_STYLES: Mapping[RunKind, str] = {"quoted": "Quoted", "damaged": "Damaged"}
_NOTE_STYLE = "FootnoteReference"


def write_docx(conversation: Conversation, exchanges: Sequence[Exchange], language: Language) -> bytes:
    """Return a conversation as a Word document: the same conversation gives the same bytes."""
    manuscript = lay_out(conversation, exchanges, language, marked="export_marked_shade")
    fields = {
        "body": _write_body(manuscript.blocks),
        "notes": "\n".join(_write_note(number, lines) for number, lines in enumerate(manuscript.notes, start=1)),
        "title": escape(manuscript.title),
        "program": escape(manuscript.program),
        "dates": _write_dates(manuscript),
        "name": _write_text(manuscript.title),
        "pages": _write_pages(language),
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        for part, template in _PARTS.items():
            frame = Template((TEMPLATES / template).read_text(encoding="utf-8"))
            # A ZipInfo of its own is of 1980, not of the moment, and of no machine.
            info = zipfile.ZipInfo(part)
            info.create_system, info.compress_type = 0, zipfile.ZIP_DEFLATED
            package.writestr(info, frame.substitute(fields).encode("utf-8"))
    return written.getvalue()


def _write_body(blocks: Sequence[Block]) -> str:
    seen: set[int] = set()
    paragraphs = []
    for block in blocks:
        words = _write_line(block.runs, seen)
        if block.entry:
            words = _mark_place(f"_Clause{block.entry}", 2 * block.entry, words)
        paragraphs.append(_write_paragraph(_STYLES[block.style], words))
    return "\n".join(paragraphs)


def _write_note(number: int, lines: Sequence[Line]) -> str:
    sign = f'<w:r><w:rPr><w:rStyle w:val="{_NOTE_STYLE}"/></w:rPr><w:footnoteRef/></w:r>{_write_text(" ")}'
    paragraphs = [
        _write_paragraph("FootnoteText", ("" if at else sign) + _write_line(line, set()))
        for at, line in enumerate(lines)
    ]
    return f'<w:footnote w:id="{number}">{"".join(paragraphs)}</w:footnote>'


def _write_paragraph(style: str, words: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{words}</w:p>'


def _write_line(runs: Line, seen: set[int]) -> str:
    """Return the runs of a line; ``seen`` holds the footnotes that were referred to so far, and is added to."""
    pieces: list[str] = []
    behind = False
    for run in runs:
        if run.note:
            # Numbers side by side would read as one.
            pieces.append(_write_text(" ", _NOTE_STYLE) if behind else "")
            pieces.append(_write_reference(run.note, again=run.note in seen))
            seen.add(run.note)
        else:
            pieces.append(_write_run(run))
        behind = bool(run.note)
    return "".join(pieces)


def _write_run(run: Run) -> str:
    words = _write_text(run.text, _RUN_STYLES.get(run.kind, ""))
    return f'<w:hyperlink w:anchor="_Clause{run.entry}">{words}</w:hyperlink>' if run.entry else words


def _write_reference(number: int, *, again: bool) -> str:
    place = f"_Note{number}"
    if again:
        # A footnote stands behind one reference alone; the others refer to that.
        shown = _write_text(str(number), _NOTE_STYLE)
        return f'<w:fldSimple w:instr=" NOTEREF {place} \\f \\h ">{shown}</w:fldSimple>'
    style = f'<w:rPr><w:rStyle w:val="{_NOTE_STYLE}"/></w:rPr>'
    return _mark_place(place, 2 * number + 1, f'<w:r>{style}<w:footnoteReference w:id="{number}"/></w:r>')


def _mark_place(name: str, id: int, words: str) -> str:
    return f'<w:bookmarkStart w:id="{id}" w:name="{name}"/>{words}<w:bookmarkEnd w:id="{id}"/>'


def _write_text(text: str, style: str = "") -> str:
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    words = escape(text).replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    return f'<w:r>{properties}<w:t xml:space="preserve">{words}</w:t></w:r>'


def _write_pages(language: Language) -> str:
    before, _, rest = say("export_page", language).partition("{page}")
    between, _, after = rest.partition("{pages}")
    return "".join(
        [_write_text(before), _write_field("PAGE"), _write_text(between), _write_field("NUMPAGES"), _write_text(after)]
    )


def _write_field(code: str) -> str:
    return f'<w:fldSimple w:instr=" {code} ">{_write_text("1")}</w:fldSimple>'


def _write_dates(manuscript: Manuscript) -> str:
    moments = {"created": manuscript.created, "modified": manuscript.updated}
    written = {name: moment.isoformat(timespec="seconds") for name, moment in moments.items() if moment}
    return "\n".join(
        f'  <dcterms:{name} xsi:type="dcterms:W3CDTF">{moment.replace("+00:00", "Z")}</dcterms:{name}>'
        for name, moment in written.items()
    )
