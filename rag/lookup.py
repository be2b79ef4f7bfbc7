"""Questions that name a clause: the clause itself, or why it cannot be given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from corpus.catalog import Catalog
from corpus.clauses import body_start
from corpus.errors import NotFound
from corpus.gaps import Gap, find_gap
from corpus.model import Clause, ParsedDocument
from corpus.numerals import to_chinese, to_integer
from corpus.paragraphs import find_paragraph, split_paragraphs
from corpus.references.places import read_section
from corpus.sentences import split_sentences
from rag.extract import Quotation
from rag.references import References

MOST_CLAUSES = 60


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a reference leads to.

    ``clauses`` in the order asked; ``missing`` the labels that no document in scope has;
    ``candidates`` the clauses to choose from where several documents have the number
    (then ``clauses`` is empty); ``headings_only`` says that a part's clauses are listed
    by their headings.
    """

    clauses: tuple[Clause, ...] = ()
    missing: tuple[str, ...] = ()
    candidates: tuple[Clause, ...] = ()
    headings_only: bool = False


def look_up(
    references: References, parsed: Mapping[str, ParsedDocument], documents: Sequence[str], *, named: bool
) -> Lookup:
    """Find the clauses that the references name in these documents.

    Where several have one, all are meant if the question names the documents (``named``),
    else it is for the person to choose.
    """
    if references.sections:
        return _look_up_sections(references, parsed, documents)
    found: dict[str, Clause] = {}
    missing: list[str] = []
    for number in references.numbers:
        matches = [c for id in documents for c in parsed[id].clauses if c.number == number]
        if len({clause.document_id for clause in matches}) > 1:
            alike = [clause for clause in matches if clause.label.startswith("第") != references.bracketed]
            matches = alike or matches
        if not matches:
            missing.append(number)
        elif len({clause.document_id for clause in matches}) > 1 and not named:
            return Lookup(candidates=tuple(matches[:MOST_CLAUSES]))
        else:
            found.update((clause.id, clause) for clause in matches)
    if references.beside:
        found = {near.id: near for one in found.values() if (near := step(one, references.beside, parsed))}
    if references.from_end:
        ends = [
            numbered[-place]
            for id in documents
            for place in references.from_end
            if len(numbered := [clause for clause in parsed[id].clauses if clause.number]) >= place
        ]
        if len({clause.document_id for clause in ends}) > 1:
            return Lookup(candidates=tuple(ends[:MOST_CLAUSES]))
        found.update((clause.id, clause) for clause in ends)
    if references.unnumbered:
        own = [clause for id in documents for clause in parsed[id].clauses if clause.label == references.unnumbered]
        if len(own) > 1 and not named:
            return Lookup(candidates=tuple(own[:MOST_CLAUSES]))
        found.update((clause.id, clause) for clause in own)
    return Lookup(tuple(found.values()), tuple(missing))


def step(clause: Clause, steps: int, parsed: Mapping[str, ParsedDocument]) -> Clause | None:
    """Return the clause so many places behind another in its document, None where there is none."""
    clauses = parsed[clause.document_id].clauses
    place = clauses.index(clause) + steps
    return clauses[place] if 0 <= place < len(clauses) else None


def find_clause(name: str, parsed: Mapping[str, ParsedDocument], catalog: Catalog) -> Clause:
    """Return the clause that a person names: 产品质量法#四十, or 产品质量法 第40条.

    Raises
    ------
    NotFound
        No such clause; the message names what is near.
    """
    title, _, number = name.rpartition("#") if "#" in name else name.strip().rpartition(" ")
    if not title:
        raise NotFound(
            f"「{name}」 does not name a clause: write 产品质量法#四十, or the document, a space and 第四十条"
        )
    document = parsed[catalog.resolve(title).id]
    wanted = to_chinese(number.strip("第条（）() ")) or number.strip()
    for clause in document.clauses:
        if name == clause.id or wanted in (clause.number, clause.label):
            return clause
    gap = find_missing_gap(document, [wanted])
    if gap is not None:
        raise NotFound(
            f"clause 「{number}」 is not in this copy of {document.document.id}: "
            + (f"it begins at {gap.following}" if not gap.before else f"{gap.following} follows {gap.before}")
        )
    first, last = describe_extent(document)
    held = f"it holds {first} to {last}" if first else "it holds no numbered clause"
    raise NotFound(f"{document.document.id} has no clause 「{number}」: {held}")


def quote_clause(clause: Clause, references: References) -> list[Quotation]:
    """Return the whole clause from its label on, or the 款 or 项 that the references narrow it to."""
    if not (references.paragraph or references.point) or len(references.numbers) != 1:
        return [Quotation(clause, clause.start, clause.end)]
    found = find_paragraph(split_paragraphs(clause), paragraph=references.paragraph, point=references.point)
    return [Quotation(clause, found.start, found.end)] if found is not None else []


def quote_heading(clause: Clause) -> Quotation:
    """Return label and heading of a clause, or its first sentence where it has no heading."""
    begin = body_start(clause)
    if clause.heading:
        return Quotation(clause, clause.start, clause.start + len(clause.text[: begin - clause.start].rstrip()))
    sentences = split_sentences(clause.text[begin - clause.start :], begin)
    return Quotation(clause, clause.start, sentences[0][1] if sentences else clause.end)


def describe_extent(parsed: ParsedDocument) -> tuple[str, str]:
    """Return the labels of the first and the last numbered clause, empty strings where there is none."""
    numbered = [clause for clause in parsed.clauses if clause.number]
    return (numbered[0].label, numbered[-1].label) if numbered else ("", "")


def find_missing_gap(parsed: ParsedDocument, numbers: Collection[str]) -> Gap | None:
    """Return the gap of a copy's numbering in which all the numbers would stand, None where there is no such gap."""
    gap = find_gap(parsed, next(iter(numbers), ""))
    return gap if gap is not None and all(number in gap.numbers for number in numbers) else None


def _look_up_sections(
    references: References, parsed: Mapping[str, ParsedDocument], documents: Collection[str]
) -> Lookup:
    under: dict[str, list[Clause]] = {}
    missing: list[str] = []
    for value, kind in references.sections:
        matches = [
            clause
            for id in documents
            for clause in parsed[id].clauses
            if _stands_under(clause, value, kind, parsed[id])
        ]
        if not matches:
            missing.append(f"第{value}{kind}" if value > 0 else f"最后一{kind}")
        under.setdefault(kind, []).extend(matches)
    # A 节 is one of the 章 that is named with it.
    first, *others = under.values()
    found = [clause for clause in dict.fromkeys(first) if all(clause in other for other in others)]
    if len({clause.document_id for clause in found}) > 1:
        return Lookup(candidates=tuple(found[:MOST_CLAUSES]))
    if found and references.numbers:
        return Lookup(tuple(_pick(found, references.numbers)), tuple(missing))
    return Lookup(tuple(found)[:MOST_CLAUSES], tuple(missing), headings_only=True)


def _pick(clauses: Sequence[Clause], numbers: Sequence[str]) -> list[Clause]:
    """Return the clauses of a part that have these numbers, or else stand at these places in it (第五部分第一条)."""
    found: list[Clause] = []
    for number in numbers:
        named = [clause for clause in clauses if clause.number == number]
        place = to_integer(number) or 0
        found += named or clauses[place - 1 : place] if place else named
    return found


def _stands_under(clause: Clause, value: int, kind: str, parsed: ParsedDocument) -> bool:
    if value == -1:
        numbers = [read_section(head) for one in parsed.clauses for head in one.path]
        value = max((number for number, unit in numbers if unit == kind), default=0)
    return value > 0 and any(read_section(head) == (value, kind) for head in clause.path)
