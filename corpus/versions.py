"""When a version of a document applies, and why one does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from corpus.model import Document

Cause = Literal["later version", "another copy", "repealed", "draft", "not yet in force"]

_ARTICLE = re.compile(r"^[ \t\u3000#*]*第([一二三四五六七八九十百千零〇\d]+)条", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Superseded:
    """A document that is not in force: why, by which other document ("" where by none), and since which day.

    ``day`` of one that is not yet in force is the day from which it will be; ``None``
    where nothing tells it.
    """

    document_id: str
    cause: Cause
    by: str = ""
    day: date | None = None


def start_day(document: Document) -> date:
    """Return the first day on which a version applies: its day of effect where that is after its publication.

    An amended law's day of effect is that of its first version, so its publication counts;
    a document without dates counts as the oldest.
    """
    published, effective = document.published, document.effective
    if published is None:
        return effective or date.min
    return max(published, effective) if effective is not None else published


def first_article(text: str) -> str:
    """Return the number of the first article that a text prints, "" where it has none."""
    match = _ARTICLE.search(text)
    return match[1] if match else ""


def is_part(one: Document, other: Document) -> bool:
    """Say whether two documents of one title and day are parts of it, as the 编 of 民法典 in files of their own."""
    return one.published == other.published and first_article(one.text) != first_article(other.text)
