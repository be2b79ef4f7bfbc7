"""Clauses that hand what is asked on to another: 依照《中华人民共和国消费者权益保护法》第五十六条执行."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.catalog import Catalog
from corpus.model import Clause
from corpus.references.find import Reference, find_references
from corpus.references.targets import resolve_references
from index.store import Index
from rag.extract import Quotation

MOST = 2
"""Clauses that one quotation is followed to."""

_HANDS_ON = re.compile(r"(?:依照|按照|根据|适用)[^。；]{0,60}?第[^。；]{1,40}?(?:执行|处罚|追究|处理|承担|办理)")
_CONSEQUENCE = re.compile(r"罚|后果|责任|处理|怎么办|会怎[么样]|赔|[那哪]一?条|多少|如何|怎么[定规]")
"""What asks for that which such words hand on."""


class HandedOn:
    """Finds the clauses of an index to which quotations hand on what is asked."""

    def __init__(self, index: Index, catalog: Catalog) -> None:
        self._index = index
        self._catalog = catalog
        self._references: dict[str, tuple[Reference, ...]] = {}

    def find(self, text: str, quotations: Sequence[Quotation]) -> list[Clause]:
        """Return the clauses that answer a question (its ``text``) where a quotation only names them; each once.

        Those that are quoted already are none.
        """
        if not _CONSEQUENCE.search(text):
            return []
        quoted = {one.clause.id for one in quotations}
        ids = dict.fromkeys(id for one in quotations for id in self._follow(one)[:MOST])
        return [self._index.clauses[id] for id in ids if id not in quoted]

    def _follow(self, quotation: Quotation) -> list[str]:
        """Return the ids of the clauses in whose name a quotation decides."""
        parsed = self._index.parsed[quotation.clause.document_id]
        handing = [
            (quotation.start + match.start(), quotation.start + match.end())
            for match in _HANDS_ON.finditer(parsed.document.text[quotation.start : quotation.end])
        ]
        if not handing:
            return []
        if parsed.document.id not in self._references:
            self._references[parsed.document.id] = find_references(parsed)
        named = [
            one
            for one in self._references[parsed.document.id]
            if one.number and not one.last and any(start <= one.start and one.end <= end for start, end in handing)
        ]
        targets = resolve_references(named, parsed, self._catalog, self._index.parsed)
        return [id for target in targets for id in target.clause_ids]
