"""OFD files, the Chinese state's page format (GB/T 33190-2016): each printed character with its place."""

from __future__ import annotations

import logging
import math
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.errors import DocumentError
from corpus.formats.layout import Glyph, compose_page, is_han
from corpus.formats.ofdvalues import read_box, read_deltas, read_matrix, read_number, read_numbers
from corpus.formats.package import open_package, read_member
from corpus.formats.pages import LOST, PageCollector
from corpus.settings import CorpusSettings

if TYPE_CHECKING:
    from lxml.etree import _Element

    from corpus.model import SourceText

logger = logging.getLogger(__name__)

SCANNED = (
    "a scan without text: run OCR on it, or print it to PDF and run ocrmypdf -l chi_sim on that, and add the result"
)
_DAMAGED = "the OFD is damaged: save it again in its own program, or as PDF"
_ESCAPED = re.compile(r"\\([0-9A-Fa-f]{4})")
_PLACEHOLDER = "\xa4"
_NARROW = frozenset("iljtfr.,:;'|!()[]/I ")
_WIDE = frozenset("mwMW@%")
_A4 = (210.0, 297.0)
_READINGS = 2
"""How often a part is read: for the templates that it names, and for what it prints."""


@dataclass(slots=True)
class _Content:
    """What is printed on a page or template, as its content is read."""

    glyphs: list[Glyph] = field(default_factory=list)
    turned: list[str] = field(default_factory=list)
    pictures: int = 0


@dataclass(slots=True)
class _Reader:
    """The package that is read, with the names of its files and the pages as they are read."""

    package: zipfile.ZipFile
    names: Mapping[str, str]
    collector: PageCollector
    unread_bytes: int
    """How much XML may still be read: pages may name one part again and again."""


def read_ofd(data: bytes, limits: CorpusSettings) -> SourceText:
    """Return the text of an OFD: paragraphs joined over lines and pages, page furniture last and listed.

    Annotations, seals and pictures are not read.

    Raises
    ------
    DocumentError
        The file is damaged or encrypted, is larger than the limits, or holds no text.
    """
    with open_package(data, limits) as package:
        names = {_normalise(name): name for name in reversed(package.namelist())}
        reader = _Reader(package, names, PageCollector(limits), _READINGS * limits.unpacked_max_bytes)
        entry = _read_xml(reader, "OFD.xml")
        if entry is None:
            if any(name.endswith(("encryptions.xml", "encryptinfo.xml")) for name in names):
                raise DocumentError("the OFD is encrypted: save it without protection and add it again")
            raise DocumentError("not an OFD that can be read: save it again in its own program, or as PDF")
        title = ""
        for place in dict.fromkeys(_resolve("OFD.xml", root.text or "") for root in _find(entry, "DocRoot")):
            _read_body(reader, place)
        for name in _find(entry, "Title"):
            title = title or " ".join((name.text or "").split())
    if not reader.collector.next_number:
        raise DocumentError(_DAMAGED)
    return reader.collector.compose(title=title, scan_advice=SCANNED)


def _normalise(name: str) -> str:
    return posixpath.normpath("/" + name.replace("\\", "/").lstrip("/")).lstrip("/").lower()


def _resolve(base: str, path: str) -> str:
    """Return the place in the package that a path in one of its files names."""
    path = path.strip().replace("\\", "/")
    return path if path.startswith("/") else posixpath.join(posixpath.dirname(base), path)


def _read_xml(reader: _Reader, path: str) -> _Element | None:
    """Return the root of an XML file in the package, None where there is none that can be read."""
    from lxml import etree

    name = reader.names.get(_normalise(path))
    if name is None:
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True, remove_comments=True
    )
    try:
        data = read_member(reader.package, name) or b""
        reader.unread_bytes -= len(data)
        if reader.unread_bytes >= 0:
            return etree.fromstring(data, parser) if data else None
    except (DocumentError, etree.XMLSyntaxError, ValueError) as error:
        logger.debug("%s: %s", name, error)
        return None
    raise DocumentError("its pages name one part again and again: save it again in its own program, or as PDF")


def _find(root: _Element, name: str) -> Iterator[_Element]:
    """Return the elements of a name, in any namespace or none, at any depth."""
    return (element for element in root.iter() if _name(element) == name)


def _name(element: _Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _read_body(reader: _Reader, path: str) -> None:
    """Read the pages of one of the documents in the package."""
    document = _read_xml(reader, path)
    if document is None:
        raise DocumentError(_DAMAGED)
    places = [
        _resolve(path, page.get("BaseLoc", ""))
        for pages in document
        if _name(pages) == "Pages"
        for page in pages
        if _name(page) == "Page"
    ]
    reader.collector.expect(len(places))
    box = read_box(next(_find(document, "PhysicalBox"), None)) or _A4
    templates = {
        template.get("ID", ""): _resolve(path, template.get("BaseLoc", ""))
        for template in _find(document, "TemplatePage")
    }
    used = _count_templates(reader, places) if templates else Counter[str]()
    for key, place in templates.items():
        if used[key] > 1:
            _read_shared_template(reader, place)
    for place in places:
        root = _read_xml(reader, place)
        if root is None:
            reader.collector.add_broken()
            continue
        content = _Content()
        for key in _name_templates(root):
            # A letterhead is printed on one page; what several pages print alike is furniture.
            template = _read_xml(reader, templates.get(key, "")) if used[key] == 1 else None
            if template is not None:
                _read_content(template, content)
        _read_content(root, content)
        size = read_box(next(_find(root, "PhysicalBox"), None)) or box
        page = compose_page(
            content.glyphs,
            number=reader.collector.next_number,
            width=size[0],
            height=size[1],
            aside=content.turned,
        )
        reader.collector.add(page, scanned=bool(content.pictures) and not page.lines)


def _count_templates(reader: _Reader, places: Iterable[str]) -> Counter[str]:
    """Return how many pages are printed on each template."""
    used = Counter[str]()
    for place in places:
        root = _read_xml(reader, place)
        if root is not None:
            used.update(set(_name_templates(root)))
    return used


def _name_templates(root: _Element) -> list[str]:
    return [use.get("TemplateID", "") for use in root if _name(use) == "Template"]


def _read_shared_template(reader: _Reader, path: str) -> None:
    """Note what a template prints on several pages."""
    root = _read_xml(reader, path)
    if root is None:
        return
    printed = _Content()
    _read_content(root, printed)
    page = compose_page(printed.glyphs, number=0, width=_A4[0], height=_A4[1])
    reader.collector.templates += [line.text for line in page.lines] + printed.turned


def _read_content(root: _Element, content: _Content) -> None:
    """Read the text objects of a page in the order of the file, however deep its blocks."""
    from lxml import etree

    for part in root:
        if _name(part) != "Content":
            continue
        # iterwalk keeps its own stack, and passes over what is not to be read.
        walk = etree.iterwalk(part, events=("start",))
        for _, element in walk:
            name = _name(element)
            if element.get("Visible") == "false" or name in {"Annot", "Clips"}:
                walk.skip_subtree()
            elif name in {"ImageObject", "CompositeObject"}:
                content.pictures += 1
                walk.skip_subtree()
            elif name == "TextObject":
                _read_text_object(element, content)
                walk.skip_subtree()


def _read_text_object(element: _Element, content: _Content) -> None:
    left, top = (read_numbers(element.get("Boundary"), 4) or (0.0, 0.0))[:2]
    matrix = read_matrix(element.get("CTM"))
    size = read_number(element.get("Size"), 3.0)
    stretch = read_number(element.get("HScale"), 1.0)
    scale = math.hypot(matrix[2], matrix[3])
    angle = math.degrees(math.atan2(matrix[1], matrix[0])) + read_number(element.get("CharDirection"), 0.0)
    coded = any(_name(child) == "CGTransform" for child in element)
    x = y = 0.0
    for code in element:
        if _name(code) != "TextCode":
            continue
        text = _read_text(code, coded=coded)
        x, y = read_number(code.get("X"), x), read_number(code.get("Y"), y)
        if abs(angle) > 3:
            content.turned.append(" ".join(text.split()))
            continue
        spread = scale and math.hypot(matrix[0], matrix[1]) * stretch
        for character, place_x, place_y, width in _place(text, code, x, y, size):
            start = left + matrix[0] * place_x + matrix[2] * place_y + matrix[4]
            baseline = top + matrix[1] * place_x + matrix[3] * place_y + matrix[5]
            content.glyphs.append(Glyph(character, start, start + width * spread, baseline, max(size * scale, 0.1)))


def _read_text(code: _Element, *, coded: bool) -> str:
    r"""Return the characters of a TextCode: ``\xxxx`` is a character by its code, ``¤`` a glyph without one."""
    text = "".join(code.itertext(with_tail=False))
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    text = "".join(LOST if "\ud800" <= character <= "\udfff" else character for character in text)
    text = text.strip("\r\n\t").replace("\r", "").replace("\n", "").replace("\t", "")
    return text.replace(_PLACEHOLDER, LOST) if coded else text


def _place(text: str, code: _Element, x: float, y: float, size: float) -> Iterator[tuple[str, float, float, float]]:
    """Return each character with its place in the object and its width."""
    across = read_deltas(code.get("DeltaX"), len(text) - 1)
    down = read_deltas(code.get("DeltaY"), len(text) - 1)
    for position, character in enumerate(text):
        natural = _measure(character) * size
        step = across[position] if position < len(across) else None
        if step is not None and not is_han(character) and 0 < step <= 1.05 * size:
            yield character, x, y, step
        else:
            yield character, x, y, natural
        x += step if step is not None else 0.0 if down else natural
        y += down[position] if position < len(down) else 0.0


def _measure(character: str) -> float:
    """Return the usual width of a character, in sizes."""
    if is_han(character) or character in "\u3000":
        return 1.0
    if character in _NARROW:
        return 0.3
    if character in _WIDE:
        return 0.85
    return 0.68 if character.isupper() else 0.5
