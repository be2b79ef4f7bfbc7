"""Files to clauses: loading, cleaning, clause parsing and document metadata."""

from corpus.catalog import Catalog
from corpus.clauses import CLOSING, PREAMBLE, WHOLE, body_start
from corpus.damage import find_damage
from corpus.load import SUFFIXES, find_files, read_document
from corpus.model import Clause, Document, ParsedDocument, Span
from corpus.numerals import to_chinese, to_integer
from corpus.parse import parse_document, parse_text
from corpus.sentences import split_sentences

__all__ = [
    "CLOSING",
    "PREAMBLE",
    "SUFFIXES",
    "WHOLE",
    "Catalog",
    "Clause",
    "Document",
    "ParsedDocument",
    "Span",
    "body_start",
    "find_damage",
    "find_files",
    "parse_document",
    "parse_text",
    "read_document",
    "split_sentences",
    "to_chinese",
    "to_integer",
]
