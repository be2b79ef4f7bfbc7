"""Answers, clauses and lists as plain text for a terminal: pure functions.

Words from documents may hold control characters, which a terminal would obey; ``clean``
replaces them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from corpus.model import Clause, ParsedDocument, Span
from corpus.references.targets import Target
from rag.model import Answer
from ui.rendering.answers import Library, name_clause
from ui.text import Language, say

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_HAN = re.compile("[\u3400-\u9fff]")
_BREAKS = re.compile(r"\r\n?")


def clean(text: str) -> str:
    """Return the text with line breaks as ``\\n`` and all other control characters as ``\ufffd``."""
    return _CONTROLS.sub("\ufffd", _BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """Return the text on one line, cleaned."""
    return " ".join(clean(text).split())


def choose_language(question: str) -> Language:
    """Return the language of the labels around an answer: Chinese where the question holds a Chinese character."""
    return "zh" if _HAN.search(question) or not question.strip() else "en"


def list_answer(answer: Answer, library: Library, language: Language) -> str:
    """Return an answer with its citations numbered below it, or the clauses near an abstention."""
    blocks = [clean(answer.text)]
    if answer.citations:
        blocks.append(say("sources", language))
        for number, citation in enumerate(answer.citations, start=1):
            name = one_line(name_clause(library.clauses[citation.clause_id], library, language))
            blocks[-1] += f"\n[{number}] {name}\n    {one_line(citation.quote)}"
    if answer.related:
        blocks.append(say("related", language))
        for id in answer.related:
            blocks[-1] += f"\n  - {one_line(name_clause(library.clauses[id], library, language))}"
    if answer.removed:
        blocks.append(say("removed", language).format(count=len(answer.removed)))
    return "\n\n".join(blocks)


def list_clause(clause: Clause, parsed: ParsedDocument) -> str:
    """Return a clause under its document's title, its path and its label, damaged spans between 〔 and 〕."""
    marked = mark_damage(clause, parsed.damaged)
    head = [f"《{one_line(parsed.document.title)}》", *(one_line(heading) for heading in clause.path)]
    head += [
        one_line(f"{clause.label} {clause.heading}"),
        f"{one_line(clause.id)}  ({one_line(parsed.document.source)})",
    ]
    note = f"\n\n〔〕: {say('damaged', 'zh')} / {say('damaged', 'en')}" if marked != clause.text else ""
    return "\n".join(line for line in head if line) + "\n\n" + clean(marked) + note


def list_references(targets: Iterable[Target], parsed: ParsedDocument, documents: Mapping[str, ParsedDocument]) -> str:
    """Return what a clause of ``parsed`` refers to, a line each with the id to show it by; "" where to nothing."""
    lines: dict[str, None] = {}
    for target in targets:
        words = one_line(parsed.document.text[target.reference.start : target.reference.end])
        named = one_line(target.reference.document)
        words = f"《{named}》{words}" if named and named not in words else words
        if len(target.clause_ids) > 1:
            led = f"{target.clause_ids[0]} … {target.clause_ids[-1]}"
        elif target.clause_ids:
            led = target.clause_ids[0]
        elif target.document_id:
            led = f"《{documents[target.document_id].document.title}》"
        else:
            led = f"({say('not_here', 'zh')} / {say('not_here', 'en')})"
        lines[f"  {words} → {one_line(led)}"] = None
    return "\n".join(["", "", f"{say('refers_to', 'zh')} / {say('refers_to', 'en')}", *lines]) if lines else ""


def mark_damage(clause: Clause, damaged: Iterable[Span]) -> str:
    """Return the clause's text with 〔 and 〕 around what is damaged in it."""
    pieces: list[str] = []
    position = clause.start
    for span in damaged:
        start, end = max(span.start, position), min(span.end, clause.end)
        if start < end:
            pieces += [clause.text[position - clause.start : start - clause.start]]
            pieces += ["〔", clause.text[start - clause.start : end - clause.start], "〕"]
            position = end
    return "".join([*pieces, clause.text[position - clause.start :]])


def list_clauses(parsed: ParsedDocument) -> str:
    """Return what would be cited of a document: each clause's label, path, first words and offsets."""
    document = parsed.document
    lines = [f"《{one_line(document.title)}》 {one_line(document.source)}"]
    for clause in parsed.clauses:
        path = " / ".join(one_line(heading) for heading in clause.path)
        words = one_line(clause.text.removeprefix(clause.label))
        shown = words if len(words) <= 60 else words[:59] + "…"
        lines.append(f"  {one_line(clause.label)} [{clause.start}:{clause.end}] {f'〔{path}〕' if path else ''}{shown}")
    return "\n".join(lines)


def list_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns of one width each; a Chinese character takes two places."""
    cells = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(_measure_width(cell) for cell in column) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell + " " * (width - _measure_width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _measure_width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
