"""The documents of an index by the names people use, their versions, and which version is in force."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date

from corpus.errors import NotFound
from corpus.lines import drop_blanks
from corpus.model import Document
from corpus.names import is_draft, list_names, name_versions, normalise_name, split_date
from corpus.versions import Cause, Superseded, is_part, start_day

_NEAREST = 3
_OLDEST = date.min


class Catalog:
    """Documents found by id, title or usual short title; a title that versions share means the one in force."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = {document.id: document for document in documents}
        self._versions: dict[str, list[Document]] = {}
        for document in self._documents.values():
            self._versions.setdefault(name_versions(document.title), []).append(document)
        for versions in self._versions.values():
            versions.sort(key=_sort_key, reverse=True)
        self._repeals = self._collect_repeals()
        self._superseded: dict[date, tuple[Superseded, ...]] = {}
        self._names = self._collect_names()
        self._by_name: dict[str, tuple[str, ...]] = {}
        for name, ids in self._names.items():
            self._by_name.setdefault(normalise_name(name), ids)

    def __len__(self) -> int:
        return len(self._documents)

    def __contains__(self, document_id: object) -> bool:
        return document_id in self._documents

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents, in the order given."""
        return tuple(self._documents.values())

    def versions(self, document_id: str) -> tuple[Document, ...]:
        """Return the versions of a document, itself among them, the latest published first.

        Titles that differ in 中华人民共和国 or in a note as （2018年修正） are of one
        document, and so is a draft's （征求意见稿）.

        Raises
        ------
        NotFound
            No document has this id.
        """
        document = self._documents.get(document_id)
        if document is None:
            raise self._not_found(document_id)
        return tuple(self._versions[name_versions(document.title)])

    def in_force(self, day: date | None = None) -> frozenset[str]:
        """Return the ids of the documents in force on a day (today, when none is given).

        Of the versions of one title that is the latest in force by that day: from its day
        of effect where that is after its publication, else from its publication; a
        version without a date counts as the oldest. A draft never is, nor is what was
        repealed by then, by its own words or by another document here. A title of which
        every version is later than the day has none in force.
        """
        return frozenset(self._documents.keys() - {one.document_id for one in self.superseded(day)})

    def superseded(self, day: date | None = None) -> tuple[Superseded, ...]:
        """Return the documents that are not in force on a day (today, when none is given), and why, in their order."""
        day = day or date.today()
        if day not in self._superseded:
            self._superseded = {day: self._find_superseded(day)}
        return self._superseded[day]

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
        found = self.find(name)
        if found is None:
            raise self._not_found(name)
        return found

    def find(self, name: str, day: date | None = None) -> Document | None:
        """Return the document of a name as ``resolve`` does, of its versions the one in force on ``day``, or None."""
        exact = self._documents.get(name.strip())
        if exact is not None:
            return exact
        ids = self._by_name.get(normalise_name(name))
        if not ids:
            return None
        _, printed = split_date(drop_blanks(name).strip("《》"))
        if printed:
            ids = tuple(id for id in ids if str(self._documents[id].published) == printed)
        elif day is not None:
            in_force = self.in_force(day)
            ids = tuple(id for id in ids if id in in_force) or ids
        return self._documents[ids[0]] if ids else None

    def names(self) -> dict[str, tuple[str, ...]]:
        """Return every name that people use for a document, with the ids it may mean, the one in force first."""
        return dict(self._names)

    def _collect_repeals(self) -> dict[str, tuple[date | None, str]]:
        """Return for each document that another repeals the first day on which it is so, and the other's id."""
        found: dict[str, tuple[date | None, str]] = {}
        for document in self._documents.values():
            if is_draft(document.title):
                continue
            day = document.effective or document.published
            for title in document.repeals:
                for target in self._versions.get(name_versions(title), ()):
                    if not _repeals(document, day, target):
                        continue
                    known = found.get(target.id)
                    if known is None or (day or _OLDEST) < (known[0] or _OLDEST):
                        found[target.id] = (day, document.id)
        return found

    def _find_superseded(self, day: date) -> tuple[Superseded, ...]:
        found: dict[str, Superseded] = {}
        for versions in self._versions.values():
            # The latest supersedes the others even where it is itself repealed: none of them comes back.
            latest = next((one for one in versions if not is_draft(one.title) and start_day(one) <= day), None)
            for one in versions:
                ceased = self._ceases(one, day)
                if ceased is not None:
                    found[one.id] = ceased
                elif latest is not None and one is not latest and not is_part(one, latest):
                    start = start_day(latest)
                    copied = one.published is not None and one.published == latest.published
                    cause: Cause = "another copy" if copied else "later version"
                    found[one.id] = Superseded(one.id, cause, latest.id, None if start == _OLDEST else start)
        return tuple(found[id] for id in self._documents if id in found)

    def _ceases(self, document: Document, day: date) -> Superseded | None:
        """Return why a document is not in force on a day whatever its other versions are, None where it is."""
        if is_draft(document.title):
            return Superseded(document.id, "draft")
        start = start_day(document)
        if start > day:
            return Superseded(document.id, "not yet in force", day=start)
        if document.repealed is not None and document.repealed <= day:
            return Superseded(document.id, "repealed", day=document.repealed)
        if document.repealed is None and any(e.action == "废止" and e.day is None for e in document.history):
            return Superseded(document.id, "repealed")
        repealed, by = self._repeals.get(document.id, (None, ""))
        if by and (repealed or _OLDEST) <= day:
            return Superseded(document.id, "repealed", by, repealed)
        return None

    def _collect_names(self) -> dict[str, tuple[str, ...]]:
        collected: dict[str, list[str]] = {}
        current = self.in_force()
        for versions in self._versions.values():
            ordered = sorted(versions, key=lambda version: version.id not in current)
            for name in list_names([version.title for version in ordered], [version.id for version in ordered]):
                ids = collected.setdefault(name, [])
                ids += [version.id for version in _choose_named(name, ordered) if version.id not in ids]
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


def _choose_named(name: str, versions: Sequence[Document]) -> Sequence[Document]:
    """Return the versions that a name means: all, or those with its note (2018年修正, 征求意见稿) where it has one."""
    bare = normalise_name(name)
    if bare == name_versions(name):
        return versions
    return [version for version in versions if normalise_name(version.title) == bare] or versions


def _repeals(document: Document, day: date | None, target: Document) -> bool:
    """Say whether a document that names a title among those it repeals means this version of it."""
    if name_versions(target.title) == name_versions(document.title):
        # 原《甲办法》同时废止, in the new 甲办法: the older versions, which the later one supersedes anyway.
        return False
    return target.published is None or day is None or target.published < day
