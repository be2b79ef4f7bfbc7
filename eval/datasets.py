"""Retrieval data sets: a BEIR folder, read and checked line by line.

The format is that of BEIR (Thakur et al., NeurIPS 2021): ``corpus.jsonl`` (``_id``,
``title``, ``text``), ``queries.jsonl`` (``_id``, ``text``), either of them gzipped if
need be, and ``qrels/<split>.tsv`` (query-id, corpus-id, score, with a header line).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QuestionSetError
from eval.jsonl import read_json_lines, unreadable

logger = logging.getLogger(__name__)

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class CorpusText:
    """A text of the corpus; ``title`` may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class RetrievalDataset:
    """A corpus, and one split of judged queries.

    ``queries`` are the judged ones that have a text, in the order of their file;
    ``qrels`` every judgement, by query id and then corpus id.
    """

    name: str
    split: str
    corpus: tuple[CorpusText, ...]
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]


def read_dataset(folder: Path, split: str) -> RetrievalDataset:
    """Read a BEIR folder.

    A judged query without a text, or a judgement of a text that the corpus lacks, stays
    in the qrels with a warning: it cannot be found, and counts as not found.

    Raises
    ------
    QuestionSetError
        A file is missing, or has a broken line, which is named by file and number.
    """
    if not folder.is_dir():
        raise QuestionSetError(f"{folder}: no such folder; name one with corpus.jsonl, queries.jsonl and qrels/")
    qrels = read_qrels(_find_qrels(folder, split))
    queries = _read_queries(_find_file(folder, "queries"), qrels)
    corpus = _read_corpus(_find_file(folder, "corpus"))
    ids = {text.id for text in corpus}
    lost = sum(id not in ids for judged in qrels.values() for id in judged)
    if lost:
        logger.warning("%s: %d judgements are of texts that the corpus lacks; they count as not found", folder, lost)
    return RetrievalDataset(folder.resolve().name, split, corpus, queries, qrels)


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read judgements: query id, corpus id and relevance on a line, separated by tabs."""
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise unreadable(path, error) from error
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines, 1):
        place = f"{path}, line {number}"
        try:
            cells = [cell.strip() for cell in line.decode("utf-8").rstrip("\r").split("\t")]
        except UnicodeDecodeError as error:
            raise QuestionSetError(f"{place}: not UTF-8") from error
        if cells == [""] or (number == 1 and cells[-1] == "score"):
            continue
        if len(cells) != 3 or not all(cells):
            raise QuestionSetError(f"{place}: query-id, corpus-id and score are wanted, separated by tabs")
        query, text, relevance = cells
        if not _WHOLE_NUMBER.fullmatch(relevance):
            raise QuestionSetError(f"{place}: the score is to be a whole number, this is {relevance[:40]!r}")
        judged = qrels.setdefault(query, {})
        if judged.setdefault(text, int(relevance)) != int(relevance):
            raise QuestionSetError(f"{place}: query {query!r} and text {text!r} are judged twice, differently")
    if not qrels:
        raise QuestionSetError(f"{path}: no judgement in it")
    return qrels


def _read_corpus(path: Path) -> tuple[CorpusText, ...]:
    texts: dict[str, CorpusText] = {}
    for line, record in read_json_lines(path):
        place = f"{path}, line {line}"
        id = _read_id(record, place)
        if id in texts:
            raise QuestionSetError(f"{place}: _id {id!r} is there already")
        text = _read_text(record, "text", place)
        title = _read_text(record, "title", place) if record.get("title") is not None else ""
        texts[id] = CorpusText(id, title, text)
    if not texts:
        raise QuestionSetError(f"{path}: no text in it")
    return tuple(texts.values())


def _read_queries(path: Path, qrels: Mapping[str, object]) -> dict[str, str]:
    queries: dict[str, str] = {}
    seen: set[str] = set()
    for line, record in read_json_lines(path):
        place = f"{path}, line {line}"
        id = _read_id(record, place)
        if id in seen:
            raise QuestionSetError(f"{place}: _id {id!r} is there already")
        seen.add(id)
        text = _read_text(record, "text", place)
        if id in qrels:
            queries[id] = text
    if not queries:
        raise QuestionSetError(f"{path}: none of its queries is judged in this split")
    if len(queries) < len(qrels):
        logger.warning("%s: %d judged queries have no text there; they count 0", path, len(qrels) - len(queries))
    return queries


def _read_id(record: Mapping[str, object], place: str) -> str:
    id = record.get("_id")
    if not isinstance(id, str) or not id:
        raise QuestionSetError(f"{place}: '_id' is to be text, and not empty")
    if id.split() != [id]:
        raise QuestionSetError(f"{place}: _id {id!r} holds white space, which a TREC run cannot carry")
    return id


def _read_text(record: Mapping[str, object], key: str, place: str) -> str:
    text = record.get(key)
    if not isinstance(text, str):
        raise QuestionSetError(f"{place}: {key!r} is to be text")
    return text


def _find_file(folder: Path, stem: str) -> Path:
    for name in (f"{stem}.jsonl", f"{stem}.jsonl.gz"):
        if (folder / name).is_file():
            return folder / name
    raise QuestionSetError(f"{folder}: no {stem}.jsonl or {stem}.jsonl.gz in it; a BEIR folder is wanted")


def _find_qrels(folder: Path, split: str) -> Path:
    path = folder / "qrels" / f"{split}.tsv"
    if path.is_file():
        return path
    splits = sorted(found.stem for found in (folder / "qrels").glob("*.tsv"))
    known = f"its splits: {', '.join(splits)}" if splits else "it has no qrels/*.tsv at all"
    raise QuestionSetError(f"{folder}: no qrels/{split}.tsv in it; {known}")
