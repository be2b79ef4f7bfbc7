"""Word documents made in the tests: paragraphs given as WordprocessingML, or as words with a list level."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from corpus.labels import read_label

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_LABEL = re.compile(r"(?:第[一二三四五六七八九十百]+[章条]|[（(][一二三四五六七八九十]+[）)])\s*")
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def paragraph(text: str = "", *, properties: str = "", runs: str = "") -> str:
    """Return a ``w:p`` of one run, or of the runs given."""
    run = runs or (f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else "")
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}</w:p>"


def numbered(text: str, level: int = 0, num_id: int = 1) -> str:
    """Return a paragraph that a list numbers."""
    numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num_id}"/></w:numPr>'
    return paragraph(text, properties=numbering)


def level(place: int, text: str, number_format: str = "decimal", more: str = "") -> str:
    """Return a ``w:lvl`` that begins at 1."""
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels: str, nums: Iterable[str] = ('<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',)) -> str:
    """Return a numbering part with one list."""
    definition = f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
    return f'<w:numbering xmlns:w="{W}">{definition}{"".join(nums)}</w:numbering>'


def make_docx(
    *body: str,
    numbering: str = "",
    styles: str = "",
    parts: Mapping[str, Sequence[str]] | None = None,
    title: str = "",
) -> bytes:
    """Return a Word document; ``parts`` are further parts by kind ("header", "footnotes"…), their XML without root."""
    files = {"word/document.xml": f"<w:document {_NAMESPACES}><w:body>{''.join(body)}</w:body></w:document>"}
    relations = []
    for kind, xml in (("numbering", numbering), ("styles", styles)):
        if xml:
            files[f"word/{kind}.xml"] = xml
            relations.append((kind, f"{kind}.xml"))
    for kind, contents in (parts or {}).items():
        for place, content in enumerate(contents):
            files[f"word/{kind}{place}.xml"] = f"<w:root {_NAMESPACES}>{content}</w:root>"
            relations.append((kind, f"{kind}{place}.xml"))
    if title:
        files["docProps/core.xml"] = f'<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></c>'
    files["[Content_Types].xml"] = _declare(files)
    files["_rels/.rels"] = _relate([("officeDocument", "word/document.xml")])
    files["word/_rels/document.xml.rels"] = _relate(relations)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(name, text)
    return buffer.getvalue()


def make_numbered(lines: Iterable[str]) -> bytes:
    """Return a law whose chapters, articles and items Word numbers: their labels stand in no paragraph."""
    lists = numbering(
        level(0, "第%1章", "chineseCounting"),
        level(1, "第%2条", "chineseCountingThousand", '<w:lvlRestart w:val="0"/>'),
        level(2, "（%3）", "chineseCounting", '<w:suff w:val="nothing"/>'),
    )
    body = []
    for line in lines:
        label = read_label(line)
        place = {"division": 0, "article": 1, "item": 2}.get(label.kind) if label and not label.refers else None
        body.append(paragraph(line) if place is None else numbered(_LABEL.sub("", line, count=1), place))
    return make_docx(*body, numbering=lists)


def make_styles(*styles: str) -> str:
    """Return a styles part."""
    return f'<w:styles xmlns:w="{W}">{"".join(styles)}</w:styles>'


def style(id: str, name: str, properties: str = "", based_on: str = "") -> str:
    """Return a paragraph style."""
    return (
        f'<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/><w:basedOn w:val="{based_on}"/>'
        f"<w:pPr>{properties}</w:pPr></w:style>"
    )


def _declare(names: Iterable[str]) -> str:
    """Return the types of the parts, without which LibreOffice opens none."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    main = {"document.xml": "document.main", "numbering.xml": "numbering", "styles.xml": "styles"}
    parts = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}.{main[name.removeprefix("word/")]}+xml"/>'
        for name in names
        if name.removeprefix("word/") in main
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def _relate(relations: Iterable[tuple[str, str]]) -> str:
    lines = (
        f'<Relationship Id="r{place}" Type="{_RELATION}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(relations)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{"".join(lines)}</Relationships>'
