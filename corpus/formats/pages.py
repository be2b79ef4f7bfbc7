"""The pages of a file to its text: page furniture last, what could not be read said, a scan refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from corpus.errors import DocumentError
from corpus.formats.layout import Page, is_han
from corpus.formats.paragraphs import join_lines
from corpus.formats.running import find_running
from corpus.formats.source import SourceLine, build_source
from corpus.model import SourceText
from corpus.settings import CorpusSettings

TURNED = "turned text"
TEMPLATE = "page template"
LOST = "\ufffd"
"""What stands for a character that the file's font does not tell."""

_UNTOLD = (
    "the fonts in the file do not tell their text: print it to PDF, run OCR on that "
    "(for example ocrmypdf --force-ocr -l chi_sim IN.pdf OUT.pdf) and add the result"
)
_NO_TITLE = re.compile(r"\.(?:docx?|wps|wpt|rtf|txt|html?|pdf|ofd|indd|cdr)\b|Microsoft|WPS|://", re.IGNORECASE)


@dataclass(slots=True)
class PageCollector:
    """The pages of one file as they are read, held to the limits.

    ``scanned`` and ``broken`` are the numbers, from 1, of pages that are pictures and of
    pages that cannot be read. ``templates`` is what several pages print alike.
    """

    limits: CorpusSettings
    pages: list[Page] = field(default_factory=list)
    scanned: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    templates: list[str] = field(default_factory=list)
    characters: int = 0

    @property
    def next_number(self) -> int:
        """The number of the page that comes next, from 0."""
        return len(self.pages) + len(self.broken)

    def expect(self, count: int) -> None:
        """Raise ``DocumentError`` where so many pages more are too many."""
        total = self.next_number + count
        if total > self.limits.pages_max:
            raise DocumentError(
                f"{total} pages are more than the {self.limits.pages_max} that are read: split the document"
            )

    def add(self, page: Page, *, scanned: bool) -> None:
        """Add the next page, one that is a picture without text if ``scanned``."""
        self.pages.append(page)
        if scanned:
            self.scanned.append(page.number + 1)
        self.characters += sum(len(line.text) for line in page.lines) + sum(len(text) for text in page.aside)
        if self.characters > self.limits.text_max_characters:
            raise DocumentError(
                f"more text than the {self.limits.text_max_characters} characters that are read: split the document"
            )

    def add_broken(self) -> None:
        """Pass over the next page, which cannot be read."""
        self.broken.append(self.next_number + 1)

    def compose(self, *, title: str, scan_advice: str) -> SourceText:
        """Return the text of the pages.

        Raises
        ------
        DocumentError
            No page has text (``scan_advice`` is said where pages are pictures), or most of
            it is of fonts that do not tell which characters their shapes are.
        """
        if not any(page.lines and page.number + 1 not in self.scanned for page in self.pages):
            if self.scanned:
                raise DocumentError(scan_advice)
            if self.broken:
                raise DocumentError("no page can be read: open the file in a viewer and print it to a new PDF")
            if not any(page.aside for page in self.pages) and not self.templates:
                raise DocumentError("the file holds no text: check that it is the right one")
        lost = self._count_lost()
        if 2 * lost > self.characters:
            raise DocumentError(_UNTOLD)
        running = find_running(self.pages)
        lines = [line for page in self.pages for line in page.lines]
        source = [SourceLine(text) for text in join_lines([line for line in lines if line not in running])]
        source += [SourceLine(line.text, removed=running[line]) for line in lines if line in running]
        source += [SourceLine(text, removed=TURNED) for page in self.pages for text in page.aside]
        source += [SourceLine(text, removed=TEMPLATE) for text in self.templates]
        return build_source(source, title=_check_title(title), notes=self._find_notes(lost))

    def _count_lost(self) -> int:
        return sum(_is_lost(character) for page in self.pages for line in page.lines for character in line.text)

    def _find_notes(self, lost: int) -> Iterable[str]:
        if self.scanned:
            yield f"{_name_pages(self.scanned)} without a text layer, not read: run OCR on the file to have the text"
        if self.broken:
            yield f"{_name_pages(self.broken)} damaged, not read"
        if lost:
            yield f"{lost} characters of fonts that do not tell their text, marked as damaged"


def _is_lost(character: str) -> bool:
    return character == LOST or "\ue000" <= character <= "\uf8ff" or character >= "\U000f0000"


def _check_title(title: str) -> str:
    """Return a title that a file gives of itself, "" where it is the name of a file or program."""
    words = " ".join(title.split())
    return words if sum(map(is_han, words)) >= 4 and _NO_TITLE.search(words) is None and len(words) <= 200 else ""


def _name_pages(numbers: Iterable[int]) -> str:
    """Return page numbers in words, runs of them as such: pages 2, 5-7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    listed = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"page {listed}" if listed.isdigit() else f"pages {listed}"
