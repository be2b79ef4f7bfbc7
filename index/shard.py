"""A shard: some documents, whole, with all that searches them; written once, linked from generation to generation.

documents.json …         the documents (``index.records``)
vectors/, sentences/     one vector a chunk, one a sentence (``index.vectors``)
words/, bigrams/         how often each term stands in each chunk (``index.postings``)
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.model import ParsedDocument
from index.chunks import split_chunks, split_clause_sentences
from index.model import Encoder, Progress, Vectors
from index.parse_cache import hash_reader
from index.postings import Postings
from index.records import Entry, Records, write_records
from index.search import encode_passages
from index.segment import segment_bigrams
from index.settings import IndexSettings
from index.sources import Source
from index.term_cache import segment_kept
from index.vectors import ShardVectors

_MAKERS = ("chunks.py", "segment.py")


@dataclass(frozen=True, slots=True)
class Shard:
    """An opened shard."""

    name: str
    records: Records
    vectors: ShardVectors
    sentences: ShardVectors
    words: Postings
    bigrams: Postings


@functools.cache
def hash_code() -> str:
    """Return a hash of the code that documents are read, cut and segmented by: what other code made is made anew."""
    folder = importlib.resources.files("index")
    digest = hashlib.sha256(hash_reader().encode())
    for name in _MAKERS:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:16]


def write_shard(
    folder: Path,
    documents: Sequence[tuple[Source, ParsedDocument]],
    encoder: Encoder,
    settings: IndexSettings,
    *,
    cache: Path,
    progress: Progress | None = None,
) -> list[Entry]:
    """Cut, encode and index documents into ``folder``; what is in ``cache`` is not made again."""
    cut = [
        (
            source,
            parsed,
            split_chunks(parsed, max_characters=settings.chunk_max_characters),
            [sentence for clause in parsed.clauses for sentence in split_clause_sentences(clause)],
        )
        for source, parsed in documents
    ]
    texts = [chunk.text for _, _, chunks, _ in cut for chunk in chunks]
    quotes = [parsed.document.text[one.start : one.end] for _, parsed, _, sentences in cut for one in sentences]
    vectors = _encode(texts, encoder, "chunks", cache, progress)
    sentence_vectors = _encode(quotes, encoder, "sentences", cache, progress)
    folder.mkdir(parents=True)
    entries = [_describe(source, parsed, len(chunks), len(found)) for source, parsed, chunks, found in cut]
    write_records(
        folder,
        [(parsed, entry) for (_, parsed, _, _), entry in zip(cut, entries, strict=True)],
        [chunk for _, _, chunks, _ in cut for chunk in chunks],
        [sentence for _, _, _, found in cut for sentence in found],
    )
    ShardVectors.build(vectors).save(folder / "vectors")
    ShardVectors.build(sentence_vectors).save(folder / "sentences")
    Postings.build(segment_kept(texts, cache / "words.sqlite")).save(folder / "words")
    Postings.build(map(segment_bigrams, texts)).save(folder / "bigrams")
    return entries


def open_shard(folder: Path) -> Shard:
    """Open what ``write_shard`` wrote; what is malformed raises one of ``index.manifest.MALFORMED``."""
    shard = Shard(
        folder.name,
        Records(folder),
        ShardVectors.load(folder / "vectors"),
        ShardVectors.load(folder / "sentences"),
        Postings.load(folder / "words"),
        Postings.load(folder / "bigrams"),
    )
    rows = len(shard.records.chunks)
    if (shard.vectors.shape[0], shard.words.lengths.size, shard.bigrams.lengths.size) != (rows, rows, rows):
        raise ValueError("there are not as many vectors and rows of terms as chunks")
    if shard.sentences.shape != (len(shard.records.sentences), shard.vectors.shape[1]):
        raise ValueError("there are not as many vectors as sentences")
    return shard


def _encode(texts: Sequence[str], encoder: Encoder, what: str, cache: Path, progress: Progress | None) -> Vectors:
    tell = None if progress is None else lambda _step, done, total: progress(what, done, total)
    return encode_passages(texts, encoder, progress=tell, cache=cache / "vectors.sqlite")


def _describe(source: Source, parsed: ParsedDocument, chunks: int, sentences: int) -> Entry:
    text = hashlib.sha256(parsed.document.text.encode("utf-8", "surrogatepass")).hexdigest()
    return Entry(
        *(source.id, source.source, source.sha256, source.part, text),
        *(len(parsed.clauses), chunks, sentences),
    )
