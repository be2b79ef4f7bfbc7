"""The documents of an index by the names people use, their versions, and which version is in force."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date

from corpus.errors import NotFound
from corpus.lines import drop_blanks
from corpus.model import Document
from corpus.names import list_names, normalise_name, split_date

_NEAREST = 3
_OLDEST = date.min


class Catalog:
    """Documents found by id, title or usual short title; a title that versions share means the one in force."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = {document.id: document for document in documents}
        self._versions: dict[str, list[Document]] = {}
        for document in self._documents.values():
            self._versions.setdefault(normalise_name(document.title), []).append(document)
        for versions in self._versions.values():
            versions.sort(key=_sort_key, reverse=True)
        self._names = self._collect_names()
        self._by_name: dict[str, tuple[str, ...]] = {}
        for name, ids in self._names.items():
            self._by_name.setdefault(normalise_name(name), ids)

    def __len__(self) -> int:
        return len(self._documents)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents, in the order given."""
        return tuple(self._documents.values())

    def versions(self, document_id: str) -> tuple[Document, ...]:
        """Return the versions of a document, itself among them, the latest published first.

        Raises
        ------
        NotFound
            No document has this id.
        """
        document = self._documents.get(document_id)
        if document is None:
            raise self._not_found(document_id)
        return tuple(self._versions[normalise_name(document.title)])

    def in_force(self, day: date | None = None) -> frozenset[str]:
        """Return the ids of the documents in force on a day (today, when none is given).

        Of the versions of one title that is the latest published by that day, unless
        repealed by then; a version without a date counts as the oldest. A title of which
        every version is later than the day has none in force.
        """
        day = day or date.today()
        found = set()
        for versions in self._versions.values():
            current = next((version for version in versions if (version.published or _OLDEST) <= day), None)
            if current is not None and not (current.repealed and current.repealed <= day):
                found.add(current.id)
        return frozenset(found)

    def resolve(self, name: str) -> Document:
        """Return the document that a person names: by id, title, or usual short title.

        Brackets, white space and 中华人民共和国 make no difference; a title shared by
        versions means the one in force (the latest, where none is), a title with a date
        behind it, 产品质量法(2018-12-29), the version of that date.

        Raises
        ------
        NotFound
            No document is called so; the message gives the nearest names.
        """
        exact = self._documents.get(name.strip())
        if exact is not None:
            return exact
        ids = self._by_name.get(normalise_name(name))
        if not ids:
            raise self._not_found(name)
        _, day = split_date(drop_blanks(name).strip("《》"))
        dated = [id for id in ids if day and str(self._documents[id].published) == day]
        if day and not dated:
            raise self._not_found(name)
        return self._documents[(dated or ids)[0]]

    def names(self) -> dict[str, tuple[str, ...]]:
        """Return every name that people use for a document, with the ids it may mean, the one in force first."""
        return dict(self._names)

    def _collect_names(self) -> dict[str, tuple[str, ...]]:
        collected: dict[str, list[str]] = {}
        current = self.in_force()
        for versions in self._versions.values():
            ordered = sorted(versions, key=lambda version: version.id not in current)
            for name in list_names([version.title for version in ordered], [version.id for version in ordered]):
                ids = collected.setdefault(name, [])
                ids += [version.id for version in ordered if version.id not in ids]
        return {name: tuple(sorted(ids, key=lambda id: id not in current)) for name, ids in collected.items()}

    def _not_found(self, name: str) -> NotFound:
        shown = name.strip()[:60]
        near = self._find_near(shown)
        step = f"the nearest are {'、'.join(near)}" if near else "ingest it first, or see the list of documents"
        return NotFound(f"no document is called 「{shown}」; {step}")

    def _find_near(self, name: str) -> Sequence[str]:
        wanted = normalise_name(name)
        near = [known for known in self._names if wanted and wanted in normalise_name(known)]
        near += difflib.get_close_matches(wanted, self._names, n=_NEAREST, cutoff=0.4)
        return list(dict.fromkeys(near))[:_NEAREST]


def _sort_key(document: Document) -> tuple[date, str]:
    return document.published or _OLDEST, document.id
