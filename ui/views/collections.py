"""Collections: the documents that came from one folder, which readers list, filter and ask together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from corpus.archive import INSIDE
from corpus.catalog import Catalog
from corpus.model import Document
from index.ingest import shipped_documents

SHIPPED = "随附文件"
"""The collection of the documents that ship."""
OTHERS = "其他"

_CHOSEN = "collection:"
"""How the value begins that stands for a collection where documents are chosen; no document's id does."""


def name_collection(document: Document) -> str:
    """Return the collection of a document: the name of the folder that its file, or its archive, came from."""
    folder = PurePath(document.source.split(INSIDE)[0]).parent
    return SHIPPED if folder == PurePath(shipped_documents()) else folder.name or OTHERS


def list_choices(catalog: Catalog) -> list[tuple[str, str]]:
    """Return what a question can be asked of, as pairs of a label and a value: collections first, then documents."""
    documents = catalog.documents
    collections = Counter(name_collection(document) for document in documents)
    titles = Counter(document.title for document in documents)
    groups = [(f"▣ {name} ({count})", f"{_CHOSEN}{name}") for name, count in sorted(collections.items())]
    singles = sorted(
        (document.title if titles[document.title] == 1 else f"{document.title}（{document.id}）", document.id)
        for document in documents
    )
    return [*(groups if len(groups) > 1 else []), *singles]


def expand_choices(chosen: Sequence[str], catalog: Catalog) -> list[str]:
    """Return the ids of the documents chosen, those of each collection among them."""
    ids: dict[str, None] = {}
    for value in chosen:
        if value.startswith(_CHOSEN) and value not in catalog:
            name = value.removeprefix(_CHOSEN)
            ids.update(dict.fromkeys(one.id for one in catalog.documents if name_collection(one) == name))
        else:
            ids[value] = None
    return list(ids)
