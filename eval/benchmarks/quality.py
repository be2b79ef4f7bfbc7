"""Questions asked of a folder of documents, as a retrieval data set of its clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.batch import parse_files, unpack_archives
from corpus.catalog import Catalog
from corpus.clauses import body_start
from corpus.errors import WenceError
from corpus.load import find_files
from corpus.model import ParsedDocument
from corpus.settings import CorpusSettings
from eval.datasets import CorpusText
from eval.questions import read_question_set
from eval.resolve import resolve_questions
from index.chunks import describe_place

METRICS = {"first": "Success@1", "among ten": "Success@10"}
"""Whether a right clause is the first that is found, or one of the first ten, by ir-measures' name."""


@dataclass(frozen=True, slots=True)
class ClauseQuestions:
    """Clauses as texts (their place as title), and questions with the clauses that answer them.

    ``scopes`` has the clauses of the documents that a question is asked of, where it names any.
    """

    corpus: tuple[CorpusText, ...]
    questions: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]
    scopes: Mapping[str, frozenset[str]]


def read_clause_questions(folder: Path, question_set: Path) -> ClauseQuestions:
    """Parse the folder and tie the question set to it; questions that nothing answers are left out.

    Raises
    ------
    WenceError
        A document cannot be read, or the set is broken or names what the folder lacks.
    """
    parsed = _parse_folder(folder)
    catalog = Catalog(one.document for one in parsed)
    asked = [one for one in resolve_questions(read_question_set(question_set), catalog) if one.clauses]
    if not asked:
        raise WenceError(f"{question_set}: no question in it that a clause answers; name another set")
    corpus = tuple(text for one in parsed for text in _list_clauses(one))
    clauses: dict[str, list[str]] = {}
    for text in corpus:
        clauses.setdefault(text.id.rpartition("#")[0], []).append(text.id)
    return ClauseQuestions(
        corpus,
        {question.id: question.question for question in asked},
        {question.id: dict.fromkeys(question.clauses, 1) for question in asked},
        {
            question.id: frozenset(id for document in question.documents for id in clauses.get(document, ()))
            for question in asked
            if question.documents
        },
    )


def _parse_folder(folder: Path) -> Sequence[ParsedDocument]:
    limits = CorpusSettings()
    with TemporaryDirectory() as unpacked:
        files, failed = unpack_archives(find_files([folder]), Path(unpacked), limits)
        parsed: list[ParsedDocument] = []
        for result in parse_files(files, limits):
            if result.error:
                raise WenceError(f"{folder}: {result.error}")
            parsed.extend(result.documents.values())
    if failed:
        raise WenceError(f"{folder}: {failed[0][1]}")
    return parsed


def _list_clauses(parsed: ParsedDocument) -> list[CorpusText]:
    text = parsed.document.text
    found = []
    for clause in parsed.clauses:
        body = text[body_start(clause) : clause.end]
        if body.strip():
            found.append(CorpusText(clause.id, describe_place(parsed, clause), body))
    return found
