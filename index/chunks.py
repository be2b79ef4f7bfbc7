"""Clauses to chunks (what is embedded and searched) and to sentences (what is quoted)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus.clauses import body_start
from corpus.model import Clause, ParsedDocument
from corpus.sentences import split_sentences
from index.model import Chunk, Sentence


def split_chunks(parsed: ParsedDocument, *, max_characters: int) -> list[Chunk]:
    """Return the chunks of a document in order; a clause longer than ``max_characters`` is cut between sentences.

    Every chunk begins with its place (``describe_place``), so that a short article is found
    by the law it stands in. A clause without a word after its label has no chunk.
    """
    chunks: list[Chunk] = []
    text = parsed.document.text
    for clause in parsed.clauses:
        context = describe_place(parsed, clause)
        for part, (start, end) in enumerate(_group(clause, max_characters), 1):
            chunks.append(
                Chunk(f"{clause.id}/{part}", clause.id, clause.document_id, start, end, f"{context}\n{text[start:end]}")
            )
    return chunks


def describe_place(parsed: ParsedDocument, clause: Clause) -> str:
    """Return the context of a clause in one line: short title, last heading of its path, label and heading."""
    title = parsed.document.title.removeprefix("中华人民共和国")
    parent = clause.path[-1] if clause.path else ""
    return " ".join(part for part in (title, parent, f"{clause.label}{clause.heading}") if part)


def split_clause_sentences(clause: Clause) -> list[Sentence]:
    """Return the sentences of a clause in order, its label and heading line left out."""
    begin = body_start(clause)
    return [
        Sentence(clause.id, start, end) for start, end in split_sentences(clause.text[begin - clause.start :], begin)
    ]


def _group(clause: Clause, max_characters: int) -> Iterator[tuple[int, int]]:
    begin = body_start(clause)
    if clause.end - begin <= max_characters:
        if clause.text[begin - clause.start :].strip():
            yield begin, clause.end
        return
    start = end = 0
    for sentence in _bounded(split_clause_sentences(clause), max_characters):
        if end and sentence[1] - start > max_characters:
            yield start, end
            end = 0
        start, end = start if end else sentence[0], sentence[1]
    if end:
        yield start, end


def _bounded(sentences: Iterable[Sentence], max_characters: int) -> Iterator[tuple[int, int]]:
    """Cut what is longer than a chunk and has no sentence end (a damaged or hostile document)."""
    for sentence in sentences:
        for start in range(sentence.start, sentence.end, max_characters):
            yield start, min(start + max_characters, sentence.end)
