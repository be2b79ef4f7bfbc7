"""A home of the documents with instructions in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.settings import IndexSettings
from rag import Wence
from rag.settings import Settings
from tests.rag.injections.cases import read_indirect


def open_injected(folder: Path) -> Wence:
    """Return an opened home that holds every document, by its case's id, and nothing else; the encoder that ships."""
    documents = folder / "documents"
    documents.mkdir()
    for case in read_indirect():
        (documents / f"{case.id}.md").write_text(case.text, encoding="utf-8")
    home = folder / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.ingest.shipped_documents", lambda: documents)
        return Wence.open(home, settings=Settings(home=home, index=IndexSettings(backend="openvino-int8")))
