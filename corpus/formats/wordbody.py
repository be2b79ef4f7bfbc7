"""The body of a Word document (WordprocessingML) to lines, as Word shows them.

The elements are those of ECMA-376 part 1, 17, in its two namespaces (transitional and
strict). The XML is read as it streams by and let go, so that depth and length cost
neither stack nor memory.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.errors import DocumentError
from corpus.formats.numbering import Numbering, read_attribute, read_name
from corpus.formats.source import SourceLine, check_length, join_row
from corpus.formats.wordstyles import ParagraphFormat, Style, read_format
from corpus.lines import BLANKS

if TYPE_CHECKING:
    from lxml.etree import _Element

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
}
_DELETED = {"del", "moveFrom"}
_NOT_SHOWN = {*_DELETED, "rt"}
_PICTURES = {"x:blip", "x:imagedata"}
_SYMBOLS = {
    "wingdings": {
        0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖", 0x9F: "•", 0xA1: "○",
        0xA7: "▪", 0xA8: "□", 0xD8: "➢", 0xE0: "→", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
        **{0x81 + i: "①②③④⑤⑥⑦⑧⑨⑩"[i] for i in range(10)},
    },
    "wingdings 2": {0x50: "✓", 0x4F: "✗", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□",
                    **{0x6A + i: "①②③④⑤⑥⑦⑧⑨⑩"[i] for i in range(10)}},
    "symbol": {
        0x61: "α", 0x62: "β", 0x67: "γ", 0x64: "δ", 0x6C: "λ", 0x6D: "μ", 0x70: "π", 0x73: "σ", 0x57: "Ω", 0x44: "Δ",
        0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xA5: "∞", 0xD7: "·",
    },
}  # fmt: skip
"""Characters of the symbol fonts that official forms use, by their place in the font."""
_FORMULA_SIGNS = {"m:den": "/", "m:sup": "^", "m:sub": "_"}


@dataclass(slots=True)
class _Paragraph:
    """A paragraph in the making; ``codes`` are where the codes of open fields begin, -1 once their result does."""

    pieces: list[str] = field(default_factory=list)
    format: ParagraphFormat = field(default_factory=ParagraphFormat)
    joins_next: bool = False
    boxes: list[SourceLine] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    row: int = 0
    cell: int = 0
    cells: list[tuple[int, int]] = field(default_factory=list)
    is_merged: bool = False
    is_deleted: bool = False


class WordText:
    """Reads the parts of a Word document one after another; the numbering runs through them.

    ``references`` are the notes that the text refers to, in order, as ("footnote" or
    "endnote", id); ``left_out`` counts what was seen and is not in the lines, by kind.
    """

    def __init__(self, styles: dict[str, Style], default_style: str, numbering: Numbering, *, limit: int) -> None:
        self.title = ""
        self.references: list[tuple[str, str]] = []
        self.left_out: dict[str, int] = {}
        self.notes: dict[str, list[SourceLine]] = {}
        self._styles = styles
        self._default_style = default_style
        self._numbering = numbering
        self._limit = limit
        self._length = 0
        self._lines: list[SourceLine] = []
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[_Table] = []
        self._boxes: list[tuple[list[SourceLine], list[_Table], str]] = []
        self._choices: list[bool] = []
        self._carried = ""
        self._is_hidden = False
        self._note_start = 0
        self._starts: dict[str, Callable[[_Element], None]] = {
            "p": self._start_paragraph,
            "r": self._start_run,
            "tbl": lambda _: self._tables.append(_Table()),
            "tr": self._start_row,
            "tc": self._start_cell,
            "txbxContent": self._start_box,
            "fldChar": self._read_field,
            "footnote": self._start_note,
            "endnote": self._start_note,
            "x:AlternateContent": lambda _: self._choices.append(False),
            "altChunk": lambda _: self._count("embedded document"),
            "x:OLEObject": lambda _: self._count("embedded object"),
            "x:relIds": lambda _: self._count("diagram"),
            **dict.fromkeys(_PICTURES, lambda _: self._count("picture")),
            **dict.fromkeys(_FORMULA_SIGNS, self._write_sign),
        }
        self._ends: dict[str, Callable[[_Element], None]] = {
            "p": self._end_paragraph,
            "pPr": self._read_properties,
            "rPr": self._read_run_properties,
            "t": lambda element: self._write(" ".join((element.text or "").splitlines())),
            "m:t": lambda element: self._write(element.text or ""),
            "tab": self._write_tab,
            "ptab": self._write_tab,
            "br": lambda _: self._write("\n"),
            "cr": lambda _: self._write("\n"),
            "noBreakHyphen": lambda _: self._write("-"),
            "sym": self._write_symbol,
            "tcPr": self._read_cell_properties,
            "trPr": self._read_row_properties,
            "tc": self._end_cell,
            "tr": self._end_row,
            "tbl": self._end_table,
            "txbxContent": self._end_box,
            "footnoteReference": lambda element: self.references.append(("footnote", read_attribute(element, "id"))),
            "endnoteReference": lambda element: self.references.append(("endnote", read_attribute(element, "id"))),
            "footnote": self._end_note,
            "endnote": self._end_note,
            "x:AlternateContent": self._end_alternatives,
        }

    def read_part(self, data: bytes) -> list[SourceLine]:
        """Return the lines of one part (document.xml, a header, the footnotes…).

        Raises
        ------
        DocumentError
            The part is not well-formed, or holds more text than is read.
        """
        from lxml import etree

        if b"<!DOCTYPE" in data[:4096]:
            raise DocumentError("a part of the file declares a document type, as no Word file does; save it again")
        self._lines, self._paragraphs, self._tables, self._boxes, self._choices = [], [], [], [], []
        self._carried = ""
        keys: dict[str, str] = {}
        skipped = 0
        events = etree.iterparse(
            io.BytesIO(data),
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for event, element in events:
                key = keys.get(element.tag)
                if key is None:
                    key = keys[element.tag] = _name_element(element.tag)
                if event == "start":
                    if skipped or self._is_skipped(key, element):
                        skipped += 1
                    elif key in self._starts:
                        self._starts[key](element)
                elif skipped:
                    skipped -= 1
                elif key in self._ends:
                    self._ends[key](element)
        except etree.XMLSyntaxError as error:
            raise DocumentError(
                f"its text is damaged at line {error.lineno}; open the file in Word or WPS and save it again"
            ) from error
        self._flush_carried()
        return self._lines

    def _is_skipped(self, key: str, element: _Element) -> bool:
        """Say whether Word does not show an element; of alternatives, the first is the one that is shown."""
        if key in _NOT_SHOWN:
            parent = element.getparent()
            if key in _DELETED and parent is not None and read_name(parent) not in {"rPr", "trPr"}:
                self._count("tracked deletion")
            return True
        if key in {"x:Choice", "x:Fallback"} and self._choices:
            taken, self._choices[-1] = self._choices[-1], True
            return taken
        return False

    def _end_alternatives(self, _: _Element) -> None:
        if self._choices:
            self._choices.pop()

    def _count(self, kind: str) -> None:
        self.left_out[kind] = self.left_out.get(kind, 0) + 1

    def _write(self, text: str) -> None:
        if self._is_hidden:
            self._count("hidden text")
        elif self._paragraphs and text:
            self._length += len(text)
            check_length(self._length, self._limit)
            self._paragraphs[-1].pieces.append(text)

    def _write_tab(self, element: _Element) -> None:
        # Inside the properties of a paragraph, w:tab is a tab stop.
        parent = element.getparent()
        if parent is not None and read_name(parent) == "r":
            self._write(" " if self._tables else "\t")

    def _write_symbol(self, element: _Element) -> None:
        font = read_attribute(element, "font").lower()
        try:
            code = int(read_attribute(element, "char"), 16)
        except ValueError:
            return
        known = _SYMBOLS.get(font, {}).get(code & 0xFF)
        self._write(known or (chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE else "\ufffd"))

    def _write_sign(self, element: _Element) -> None:
        self._write(_FORMULA_SIGNS[f"m:{read_name(element)}"])
        self._count("formula sign")

    def _start_run(self, _: _Element) -> None:
        self._is_hidden = False

    def _read_run_properties(self, element: _Element) -> None:
        parent = element.getparent()
        if parent is None or read_name(parent) != "r":
            return
        for child in element:
            if read_name(child) == "vanish" and read_attribute(child, "val") not in {"0", "false", "off"}:
                self._is_hidden = True

    def _read_field(self, element: _Element) -> None:
        """Leave out the code of a field, keep its result; a code that is not closed in its paragraph stays as text."""
        if not self._paragraphs:
            return
        paragraph = self._paragraphs[-1]
        kind = read_attribute(element, "fldCharType")
        if kind == "begin":
            paragraph.codes.append(len(paragraph.pieces))
        elif paragraph.codes:
            if paragraph.codes[-1] >= 0:
                del paragraph.pieces[paragraph.codes[-1] :]
            paragraph.codes[-1] = -1
            if kind == "end":
                paragraph.codes.pop()

    def _start_paragraph(self, _: _Element) -> None:
        self._is_hidden = False
        self._paragraphs.append(_Paragraph())

    def _read_properties(self, element: _Element) -> None:
        parent = element.getparent()
        if not self._paragraphs or parent is None or read_name(parent) != "p":
            return
        paragraph = self._paragraphs[-1]
        paragraph.format = read_format(element)
        marks = [read_name(part) for child in element if read_name(child) == "rPr" for part in child]
        paragraph.joins_next = not _DELETED.isdisjoint(marks)

    def _end_paragraph(self, element: _Element) -> None:
        paragraph = self._paragraphs.pop()
        text = self._carried + "".join(paragraph.pieces)
        self._carried = ""
        if paragraph.joins_next:
            self._carried = text
        else:
            self._add_paragraph(paragraph.format, text)
        self._lines += paragraph.boxes
        _let_go(element)

    def _add_paragraph(self, own: ParagraphFormat, text: str) -> None:
        style = self._styles.get(own.style or self._default_style) or self._styles.get(self._default_style)
        label = self._print_label(own, style)
        self._length += len(label)
        check_length(self._length, self._limit)
        level = own.level if own.level is not None else style.format.level if style else None
        if style is not None and style.is_title and not self.title:
            self.title = " ".join(text.split())
        parts = (label + text.lstrip(BLANKS) if label else text).split("\n")
        lines = [part.rstrip(BLANKS) for part in parts if part.strip(BLANKS)]
        if level and lines:
            lines = [" ".join(line.strip(BLANKS) for line in lines)]
        removed = "contents" if style is not None and style.is_contents else ""
        self._lines += [SourceLine(line, level or 0, removed) for line in lines]

    def _print_label(self, own: ParagraphFormat, style: Style | None) -> str:
        num_id, level = own.num_id, own.num_level
        if num_id is None and style is not None:
            num_id = style.format.num_id
            if num_id is not None and level is None and style.format.num_level is None:
                level = self._numbering.find_level(num_id, style.numbered_by)
        if not num_id or num_id == "0":
            return ""
        if level is None:
            level = style.format.num_level if style is not None else None
        return self._numbering.print_next(num_id, level or 0)

    def _flush_carried(self) -> None:
        if self._carried:
            text, self._carried = self._carried, ""
            self._add_paragraph(ParagraphFormat(), text)

    def _start_box(self, _: _Element) -> None:
        self._boxes.append((self._lines, self._tables, self._carried))
        self._lines, self._tables, self._carried = [], [], ""

    def _end_box(self, _: _Element) -> None:
        self._flush_carried()
        inside = self._lines
        self._lines, self._tables, self._carried = self._boxes.pop()
        if self._paragraphs:
            self._paragraphs[-1].boxes += inside
        else:
            self._lines += inside

    def _start_row(self, _: _Element) -> None:
        if self._tables:
            self._tables[-1].row, self._tables[-1].cells = len(self._lines), []
            self._tables[-1].is_deleted = False

    def _start_cell(self, _: _Element) -> None:
        if self._tables:
            self._tables[-1].cell, self._tables[-1].is_merged = len(self._lines), False

    def _read_cell_properties(self, element: _Element) -> None:
        for child in element:
            if read_name(child) in {"vMerge", "hMerge"} and read_attribute(child, "val") != "restart" and self._tables:
                self._tables[-1].is_merged = True

    def _read_row_properties(self, element: _Element) -> None:
        if self._tables and any(read_name(child) == "del" for child in element):
            self._tables[-1].is_deleted = True
            self._count("tracked deletion")

    def _end_cell(self, _: _Element) -> None:
        self._flush_carried()
        if self._tables:
            table = self._tables[-1]
            if table.is_merged:
                del self._lines[table.cell :]
            table.cells.append((table.cell, len(self._lines)))

    def _end_row(self, element: _Element) -> None:
        if self._tables:
            table = self._tables[-1]
            if table.is_deleted:
                del self._lines[table.row :]
            else:
                join_row(self._lines, table.cells)
            table.cells = []
        _let_go(element)

    def _end_table(self, element: _Element) -> None:
        if self._tables:
            self._tables.pop()
        _let_go(element)

    def _start_note(self, _: _Element) -> None:
        self._note_start = len(self._lines)

    def _end_note(self, element: _Element) -> None:
        # Notes with a type are the lines that Word draws between text and notes.
        if read_attribute(element, "type") in {"", "normal"}:
            self.notes[read_attribute(element, "id")] = self._lines[self._note_start :]
        del self._lines[self._note_start :]


def _name_element(tag: str) -> str:
    """Return a short name of an element: its own, with "m:" for mathematics and "x:" for whatever is not Word's."""
    namespace, _, name = tag.rpartition("}")
    return _PREFIXES.get(namespace[1:], "x:") + name


def _let_go(element: _Element) -> None:
    """Free an element that has been read, and those before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        while parent[0] is not element:
            del parent[0]
