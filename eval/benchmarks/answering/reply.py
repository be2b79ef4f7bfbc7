"""What a plain chain replies, as an ``Answer``: the passages that it names become citations of clauses.

A chain cites chunks, and Wence clauses. So that both are scored alike, a chunk stands for
every clause that it overlaps, and what it holds of the clause is the quote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.model import ParsedDocument
from rag.draft import is_abstention, split_draft
from rag.model import Answer, Citation, Statement

_THOUGHT = re.compile(r"^.*</think>", re.DOTALL)
_NUMBERS = r"\d{1,2}(?:\s*(?:[,，、;；和及]|\]\s*\[|】\s*【)?\s*\d{1,2})*"
_LIST_LINE = re.compile(
    rf"\s*[（(【\[]?(?:所?使?用|引用|参考|依据|来源|出处)?(?:到?了?)?(?:的)?(?:资料|段落|材料|来源)?(?:的)?(?:编号|序号)?(?:为|是)?"
    rf"\s*[:：]?\s*[\[【（(]?\s*(?:资料)?\s*({_NUMBERS})\s*[\]】）)]?\s*[。.）)】\]]?\s*"
)
_NUMBER = re.compile(r"\d{1,2}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chunk stands: half-open offsets in the text of its document."""

    document: str
    start: int
    end: int


def cite_place(place: Place, parsed: Mapping[str, ParsedDocument]) -> tuple[Citation, ...]:
    """Return what the chunk holds of each clause that it overlaps, white space at the ends left off."""
    document = parsed[place.document]
    text = document.document.text
    found = []
    for clause in document.clauses:
        start, end = max(place.start, clause.start), min(place.end, clause.end)
        quote = text[start:end] if start < end else ""
        if quote.strip():
            start += len(quote) - len(quote.lstrip())
            quote = quote.strip()
            found.append(Citation(clause.id, quote, start, start + len(quote)))
    return tuple(found)


def read_reply(text: str, places: Sequence[Place], parsed: Mapping[str, ParsedDocument]) -> Answer:
    """Return a chain's reply as an answer; [n] in it is ``places[n - 1]``.

    A reply that names none of its passages cites all that it was given. It abstains where
    it says that the passages do not tell, or where no clause is cited in the end.
    """
    written = _THOUGHT.sub("", text).strip()
    body, listed = _take_list(written)
    sentences = split_draft(body, passages=len(places))
    named = [number for sentence in sentences for number in sentence.cited]
    cited = _keep_valid([*named, *listed], len(places)) or tuple(range(1, len(places) + 1))
    quoted = {number: cite_place(places[number - 1], parsed) for number in cited}
    citations = tuple(dict.fromkeys(citation for number in cited for citation in quoted[number]))
    if not citations or not sentences or is_abstention(written):
        return Answer(text=written, reason="no_support")
    numbers = {citation: position for position, citation in enumerate(citations)}
    statements = []
    for sentence in sentences:
        own = [c for number in _keep_valid(sentence.cited, len(places)) for c in quoted[number]] or citations
        statements.append(Statement(sentence.text, tuple(dict.fromkeys(numbers[c] for c in own)), "llm"))
    return Answer(text=written, statements=tuple(statements), citations=citations, status="grounded")


def _take_list(text: str) -> tuple[str, list[int]]:
    """Return the text without a last line that names passages and nothing more, and their numbers."""
    head, _, last = text.rpartition("\n")
    found = _LIST_LINE.fullmatch(last)
    if found is None or not head.strip():
        return text, []
    return head, [int(number) for number in _NUMBER.findall(found[1])]


def _keep_valid(numbers: Sequence[int], most: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for number in numbers if 1 <= number <= most))
