"""Files, folders and archives to parsed documents, for questions to be drafted from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.batch import parse_files, unpack_archives
from corpus.load import find_files
from corpus.model import ParsedDocument
from corpus.settings import CorpusSettings


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents read, of each id the first, and a line for each file that gave none."""

    documents: tuple[ParsedDocument, ...]
    failed: tuple[str, ...]


def read_corpus(paths: Sequence[Path], limits: CorpusSettings) -> Corpus:
    """Read documents as `wence ingest` would.

    Raises
    ------
    DocumentError
        A path does not exist, or a folder holds nothing that can be read.
    """
    documents: dict[str, ParsedDocument] = {}
    with TemporaryDirectory(prefix="wence-") as unpacked:
        files, failures = unpack_archives(find_files(paths), Path(unpacked), limits)
        failed = [line for _, line in failures]
        for result in parse_files(files, limits):
            if result.error:
                failed.append(result.error)
            for parsed in result.documents.values():
                if parsed.document.id in documents:
                    other = documents[parsed.document.id].document.source
                    failed.append(f"{parsed.document.source}: passed over, {other} has the same name")
                else:
                    documents[parsed.document.id] = parsed
    return Corpus(tuple(documents.values()), tuple(failed))
