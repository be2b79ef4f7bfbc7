"""What an ingestion did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingestion did, by document id.

    ``duplicates`` pairs a path with the document that has the same content; ``superseded``
    a document with the reason why it is not in force; ``notes`` a path with a line on what
    of it could not be read, or what of its numbering the copy lacks; ``failed`` a path with
    the one clear line that says why nothing of it was read. ``documents`` and ``clauses``
    count the index.
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    superseded: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    documents: int = 0
    clauses: int = 0

    @property
    def changes(self) -> bool:
        """Whether the index is another than before."""
        return bool(self.added or self.replaced or self.removed)
