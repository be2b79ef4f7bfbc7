"""Word documents (.docx, .docm): the text as Word shows it, automatic numbers included.

The XML is read by lxml. python-docx models paragraphs and tables alone (no automatic
numbers, content controls, text boxes, notes) and refuses files that Word opens (a
relation to ``NULL``, .docm, strict Open XML), so that the package is opened here.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from corpus.errors import DocumentError, UnsupportedFormat
from corpus.formats.numbering import Numbering, read_attribute, read_name
from corpus.formats.package import open_package, read_member
from corpus.formats.source import SourceLine, build_source
from corpus.formats.wordbody import WordText
from corpus.formats.wordstyles import read_styles
from corpus.lines import drop_blanks, tidy_blanks
from corpus.model import SourceText
from corpus.settings import CorpusSettings

if TYPE_CHECKING:
    from lxml.etree import _Element

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of Office 97–2003 begin, and those that a password protects."""
PASSWORD_SIGN = "EncryptedPackage".encode("utf-16-le")
"""What stands in those that a password protects."""
_LEFT_OUT = {
    "picture": "{} pictures are not read",
    "diagram": "{} diagrams are not read",
    "embedded object": "{} embedded objects are not read",
    "embedded document": "{} embedded documents are not read: save the file again in Word",
    "tracked deletion": "{} tracked deletions are left out",
    "hidden text": "{} pieces of hidden text are left out",
    "formula sign": "formulas are given on one line, with / ^ _",
}
_WEAK_TITLES = ("microsoft word", "word document", "文档", "document", "untitled", "无标题", "新建")


def read_docx(data: bytes, limits: CorpusSettings) -> SourceText:
    """Read a Word document: its body in order, then its notes, headers and footers as removed lines.

    Raises
    ------
    UnsupportedFormat
        The file is something else under the name of a Word document.
    DocumentError
        It is damaged, protected, beyond the limits, or holds no text.
    """
    _check_kind(data)
    with open_package(data, limits) as package:
        main = _find_main(package)
        parts = _read_relations(package, main)
        styles, default_style = read_styles(_parse_part(package, parts, "styles"))
        numbering = Numbering(_parse_part(package, parts, "numbering"))
        reader = WordText(styles, default_style, numbering, limit=limits.text_max_characters)
        body = read_member(package, main)
        lines = _remove_contents_title(reader.read_part(body or b""))
        if not any(not line.removed for line in lines):
            raise DocumentError(
                "holds no text (pictures of pages?): recognise its text in Word or WPS and save it"
                if reader.left_out.get("picture")
                else "holds no text; check that it was saved whole"
            )
        notes = [_LEFT_OUT[kind].format(count) for kind, count in reader.left_out.items()]
        if parts.get("comments"):
            notes.append("its comments are left out")
        references = list(reader.references)
        for kind in ("footnote", "endnote"):
            lines += _read_notes(package, parts, reader, kind, [id for found, id in references if found == kind])
        for kind in ("header", "footer"):
            lines += _read_margins(package, parts, reader, kind)
        title = reader.title or _read_core_title(package)
    return build_source(lines, title=title, notes=notes)


def _check_kind(data: bytes) -> None:
    if data.startswith(OLE_MAGIC):
        if PASSWORD_SIGN in data:
            raise DocumentError("is protected by a password; open it in Word or WPS and save it without one")
        raise UnsupportedFormat("is a document of Word 97-2003 under the name .docx; rename it to .doc")
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<head", b"<meta")) or b"<html" in head:
        raise UnsupportedFormat("is a web page under the name .docx; rename it to .html")
    if head.startswith(b"{\\rtf"):
        raise UnsupportedFormat("is an RTF document under the name .docx; rename it to .rtf")
    if head.startswith(b"%pdf-"):
        raise UnsupportedFormat("is a PDF under the name .docx; rename it to .pdf")


def _find_main(package: zipfile.ZipFile) -> str:
    """Return the name of the part that holds the document's body."""
    main = (_read_relations(package, "").get("officeDocument") or ["word/document.xml"])[0]
    if main not in package.NameToInfo:
        raise UnsupportedFormat("is a zip file that holds no Word document; check what it is, and rename it")
    if not main.startswith("word/") and posixpath.basename(main) in {"workbook.xml", "presentation.xml"}:
        raise UnsupportedFormat("is a workbook or a presentation under the name .docx; rename it to .xlsx or .pptx")
    return main


def _read_relations(package: zipfile.ZipFile, part: str) -> dict[str, list[str]]:
    """Return the parts that a part refers to, by the last word of the relation's type; "" is the package itself."""
    folder, name = posixpath.split(part)
    root = _parse_xml(read_member(package, posixpath.join(folder, "_rels", f"{name}.rels")))
    found: dict[str, list[str]] = {}
    for relation in root if root is not None else ():
        if read_name(relation) != "Relationship" or read_attribute(relation, "TargetMode") == "External":
            continue
        target = unquote(read_attribute(relation, "Target"))
        path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found.setdefault(posixpath.basename(read_attribute(relation, "Type")), []).append(path)
    return found


def _parse_part(package: zipfile.ZipFile, parts: dict[str, list[str]], kind: str) -> _Element | None:
    names = parts.get(kind)
    return _parse_xml(read_member(package, names[0])) if names else None


def _parse_xml(data: bytes | None) -> _Element | None:
    """Parse a small part whole, without entities and network; raise ``DocumentError`` where it is not well-formed."""
    from lxml import etree

    if not data:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError("a part of the file is damaged; open it in Word or WPS and save it again") from error


def _remove_contents_title(lines: list[SourceLine]) -> list[SourceLine]:
    """Remove the line 目录 over a table of contents that the document's styles tell."""
    for place, line in enumerate(lines[1:], start=1):
        if line.removed == "contents":
            before = lines[place - 1]
            if drop_blanks(before.text) in {"目录", "目次"}:
                before.removed = "contents"
            break
    return lines


def _read_notes(
    package: zipfile.ZipFile, parts: dict[str, list[str]], reader: WordText, kind: str, ids: Iterable[str]
) -> list[SourceLine]:
    """Return the notes that the text refers to, in order, numbered as they come."""
    reader.notes.clear()
    for name in dict.fromkeys(parts.get(f"{kind}s", [])):
        reader.read_part(read_member(package, name) or b"<empty/>")
    lines: list[SourceLine] = []
    for number, id in enumerate(dict.fromkeys(ids), start=1):
        for place, line in enumerate(reader.notes.get(id, [])):
            text = f"[{number}] {line.text.lstrip()}" if place == 0 else line.text
            lines.append(SourceLine(text, removed="footnote", joint=line.joint))
    return lines


def _read_margins(
    package: zipfile.ZipFile, parts: dict[str, list[str]], reader: WordText, kind: str
) -> list[SourceLine]:
    """Return the distinct lines of the headers or footers."""
    found: dict[str, SourceLine] = {}
    for name in dict.fromkeys(parts.get(kind, [])):
        for line in reader.read_part(read_member(package, name) or b"<empty/>"):
            found.setdefault(drop_blanks(line.text), SourceLine(line.text, removed=f"page {kind}"))
    return list(found.values())


def _read_core_title(package: zipfile.ZipFile) -> str:
    """Return the title among the file's particulars, "" where it is the name that a program gave."""
    try:
        root = _parse_xml(read_member(package, "docProps/core.xml"))
        children = list(root) if root is not None else []
    except DocumentError:
        return ""
    titles = [tidy_blanks(child.text or "") for child in children if read_name(child) == "title"]
    return next((title for title in titles if not title.lower().startswith(_WEAK_TITLES)), "")
