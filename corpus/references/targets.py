"""Where cross-references lead: the clauses of the documents that are here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.catalog import Catalog
from corpus.model import Clause, ParsedDocument
from corpus.paragraphs import find_paragraph, split_paragraphs
from corpus.references.find import Reference
from corpus.references.places import Narrowing, read_section
from corpus.versions import is_part

_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference leads to.

    ``document_id`` is "" where the document is not here. ``clause_ids`` are in the order
    of the text: one, or all of a range or a section; none where a whole document is meant
    or where the copy has no such clause. ``start`` and ``end`` are the words of the one 款,
    项 or 目 in the target's text, 0 where the whole clause is meant.
    """

    reference: Reference
    document_id: str = ""
    clause_ids: tuple[str, ...] = ()
    start: int = 0
    end: int = 0


def resolve_references(
    references: Iterable[Reference],
    parsed: ParsedDocument,
    catalog: Catalog,
    documents: Mapping[str, ParsedDocument],
    *,
    day: date | None = None,
) -> tuple[Target, ...]:
    """Return where the references of a document lead, in their order.

    Another document is its version in force on ``day`` (today, when none is given), or the
    version of the date behind its name. A number that a document has several times, in
    attachments or in each part, is the one of the same run of numbers as the reference.
    """
    finders: dict[str, _Finder] = {}
    found: list[Target] = []
    for reference in references:
        target = _find_document(reference.document, parsed, catalog, documents, day)
        if target is None:
            found.append(Target(reference))
            continue
        led = Target(reference)
        for one in _list_parts(target, catalog, documents):
            if one.document.id not in finders:
                finders[one.document.id] = _Finder(one)
            led = finders[one.document.id].find(reference, near=reference.clause if one is parsed else "")
            if led.clause_ids or not (reference.number or reference.sections):
                break
        found.append(led if led.clause_ids else replace(led, document_id=target.document.id))
    return tuple(found)


def _list_parts(
    target: ParsedDocument, catalog: Catalog, documents: Mapping[str, ParsedDocument]
) -> list[ParsedDocument]:
    """Return a document and those that hold other parts of it, as the 编 of 民法典 in files of their own."""
    others = catalog.versions(target.document.id) if target.document.id in catalog else ()
    parts = [
        documents[one.id]
        for one in others
        if one.id in documents and one.id != target.document.id and is_part(one, target.document)
    ]
    return [target, *parts]


def _find_document(
    name: str,
    parsed: ParsedDocument,
    catalog: Catalog,
    documents: Mapping[str, ParsedDocument],
    day: date | None,
) -> ParsedDocument | None:
    """Return the document of a name, or of the longest known name that its words end with."""
    if not name:
        return parsed
    for start in range(max(len(name) - _SHORTEST_NAME + 1, 1)):
        document = catalog.find(name[start:], day)
        if document is not None:
            return documents.get(document.id)
    return None


class _Finder:
    """Finds the clauses of one document by number, of several with a number the one near a place."""

    def __init__(self, parsed: ParsedDocument) -> None:
        self._parsed = parsed
        self._clauses = parsed.clauses
        self._by_number: dict[tuple[str, str], list[int]] = {}
        self._under: dict[tuple[tuple[int, str], ...], tuple[str, ...]] = {}
        self._words: dict[tuple[str, Narrowing], tuple[int, int]] = {}
        self._places = {clause.id: place for place, clause in enumerate(parsed.clauses)}
        for place, clause in enumerate(parsed.clauses):
            if clause.number:
                self._by_number.setdefault((_kind(clause), clause.number), []).append(place)

    def find(self, reference: Reference, *, near: str) -> Target:
        id = self._parsed.document.id
        if reference.sections:
            return Target(reference, id, self._list_under(reference.sections))
        if not reference.number:
            return Target(reference, id if reference.document else "")
        first = self._find_place(reference.number, reference, near)
        if first is None:
            return Target(reference, id)
        last = self._find_place(reference.last, reference, self._clauses[first].id) if reference.last else first
        if last is None or last < first:
            return Target(reference, id)
        clauses = self._clauses[first : last + 1]
        start, end = self._find_words(clauses[0], reference.within) if first == last else (0, 0)
        return Target(reference, id, tuple(clause.id for clause in clauses if clause.number), start, end)

    def _list_under(self, sections: tuple[tuple[int, str], ...]) -> tuple[str, ...]:
        """Return the ids of the clauses under headings with these numbers."""
        if sections not in self._under:
            inside = (clause.id for clause in self._clauses if _stands_under(clause, sections))
            self._under[sections] = tuple(inside)
        return self._under[sections]

    def _find_words(self, clause: Clause, within: Narrowing) -> tuple[int, int]:
        """Return the offsets of the 款, 项 or 目 that is meant, (0, 0) where the clause is, or has none such."""
        key = (clause.id, within)
        if within and key not in self._words:
            self._words[key] = _find_words(clause, within)
        return self._words[key] if within else (0, 0)

    def _find_place(self, number: str, reference: Reference, near: str) -> int | None:
        kinds = ("item", "article") if reference.bracketed else ("article", "item")
        places = next((found for kind in kinds if (found := self._by_number.get((kind, number)))), [])
        if len(places) < 2 or near not in self._places:
            return places[0] if places else None
        here = self._places[near]
        return min(places, key=lambda place: (self._restarts(place, here), abs(place - here)))

    def _restarts(self, one: int, other: int) -> bool:
        """Say whether the numbers begin again between two clauses."""
        low, high = sorted((one, other))
        return any(self._clauses[place].number == "一" for place in range(low + 1, high + 1))


def _kind(clause: Clause) -> str:
    return "article" if clause.label.startswith("第") else "item"


def _stands_under(clause: Clause, sections: Sequence[tuple[int, str]]) -> bool:
    """Say whether a clause stands under headings with these numbers, the widest first."""
    over = iter(read_section(heading) for heading in clause.path)
    return all(any(section == one for one in over) for section in sections)


def _find_words(clause: Clause, within: Narrowing) -> tuple[int, int]:
    paragraphs = split_paragraphs(clause)
    first = find_paragraph(paragraphs, paragraph=within.paragraph, point=within.point, item=within.item)
    if first is None:
        return 0, 0
    if not (within.last_point or within.last_paragraph):
        return first.start, first.end
    paragraph = within.paragraph if within.last_point else within.last_paragraph
    last = find_paragraph(paragraphs, paragraph=paragraph, point=within.last_point)
    return (first.start, last.end) if last is not None else (0, 0)
