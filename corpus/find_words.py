"""Where words stand in a document, white space aside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.model import Clause, ParsedDocument

Range = tuple[int, int]


def find_words(parsed: ParsedDocument, words: str) -> Iterator[tuple[Clause, tuple[Range, ...]]]:
    """Yield the clauses that hold the words, each with their places as offsets in the document's text.

    White space between characters does not count, on either side, and neither does case; words that a reader
    parts by white space must all be there, wherever.
    """
    patterns = [re.compile(r"\s*".join(map(re.escape, part)), re.IGNORECASE) for part in words.split()]
    if not patterns:
        return
    for clause in parsed.clauses:
        places = [[match.span() for match in pattern.finditer(clause.text)] for pattern in patterns]
        if all(places):
            spans = sorted((clause.start + start, clause.start + end) for found in places for start, end in found)
            yield clause, tuple(spans)
