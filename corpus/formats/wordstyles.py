"""The paragraph styles of a Word document: which are headings, which are numbered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.formats.numbering import read_attribute, read_integer, read_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*(?:[1-9]|heading|标题)|toc", re.IGNORECASE)
_TITLES = {"title", "标题"}
_BODY_TEXT = 9
"""The outline level that Word gives to what is no heading."""


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """What the format of a paragraph, its own or its style's, says; ``None`` where it says nothing.

    ``level`` is that of a heading, from 1, and 0 for body text.
    """

    style: str = ""
    num_id: str | None = None
    num_level: int | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style, what it is based on included."""

    format: ParagraphFormat
    numbered_by: str = ""
    is_contents: bool = False
    is_title: bool = False


def read_format(properties: _Element | None) -> ParagraphFormat:
    """Read what a ``w:pPr`` says of style, numbering and outline level; what was so before a change is passed over."""
    style, num_id, num_level, level = "", None, None, None
    for child in properties if properties is not None else ():
        name = read_name(child)
        if name == "pStyle":
            style = read_attribute(child, "val")
        elif name == "outlineLvl":
            outline = read_integer(child, "val", _BODY_TEXT)
            level = outline + 1 if 0 <= outline < _BODY_TEXT else 0
        elif name == "numPr":
            for part in child:
                if read_name(part) == "numId":
                    num_id = read_attribute(part, "val")
                elif read_name(part) == "ilvl":
                    num_level = read_integer(part, "val", 0)
    return ParagraphFormat(style, num_id, num_level, level)


def read_styles(root: _Element | None) -> tuple[dict[str, Style], str]:
    """Return the paragraph styles by their ids, and the id of the default one, "" where there is none."""
    raw: dict[str, tuple[str, str, ParagraphFormat]] = {}
    default = ""
    for element in root if root is not None else ():
        if read_name(element) != "style" or read_attribute(element, "type") not in {"paragraph", ""}:
            continue
        id = read_attribute(element, "styleId")
        parts = {read_name(child): child for child in element}
        name = read_attribute(parts.get("name"), "val").strip()
        raw[id] = (name, read_attribute(parts.get("basedOn"), "val"), read_format(parts.get("pPr")))
        if read_attribute(element, "default") in {"1", "true", "on"}:
            default = id
    return {id: _resolve_style(id, raw) for id in raw}, default


def _resolve_style(id: str, raw: Mapping[str, tuple[str, str, ParagraphFormat]]) -> Style:
    """Follow a style to those that it is based on."""
    own_name = raw[id][0]
    num_id, num_level, level, numbered_by = None, None, None, ""
    seen: set[str] = set()
    current = id
    while current in raw and current not in seen and len(seen) < 50:
        seen.add(current)
        name, based_on, found = raw[current]
        if num_id is None and found.num_id is not None:
            num_id, numbered_by = found.num_id, current
        if num_level is None:
            num_level = found.num_level
        if level is None:
            heading = _HEADING.fullmatch(name)
            level = found.level if found.level is not None else int(heading[1]) if heading else None
        current = based_on
    is_title = own_name.lower() in _TITLES
    return Style(
        ParagraphFormat(id, num_id, num_level, 1 if is_title and not level else level),
        numbered_by,
        is_contents=_CONTENTS.fullmatch(own_name) is not None,
        is_title=is_title,
    )
