"""Answers kept on disk: each under a key of what was asked, of which system, so that a run cut off goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import WenceError
from eval.benchmarks.answering.groups import Asked
from eval.jsonl import Record, read_json_lines

if TYPE_CHECKING:
    from eval.benchmarks.answering.systems import AnswerSystem

KEY = "key"
ASKED_AT = "asked_at"
"""When it was asked, in UTC to the minute: what is kept was timed then."""
GIVES_UP = 3
"""Failures of the LLM one after another from which on a run ends: it would go on measuring nothing."""

_CODE = (".py", ".json", ".safetensors")
_NO_CODE = frozenset(("training", "documents", "encoder", "reranker", "__pycache__"))
"""Folders that answers do not depend on, but by the index: the encoder's name has its hash."""


def answer_kept(
    asked: Sequence[Asked], system: AnswerSystem, folder: Path, *, done: Callable[[], object]
) -> list[Record]:
    """Return the record of each question, asking those that the system's file does not hold; each is kept at once.

    A question that ended in an error, or in which the LLM failed, is asked again.

    Raises
    ------
    WenceError
        The file cannot be read or written, or the LLM failed again and again.
    """
    path = folder / f"{system.file}.jsonl"
    kept = read_kept(path)
    ask = None
    failed = 0
    records: list[Record] = []
    for one in asked:
        key = find_key(one, system)
        record = kept.get(key)
        if record is None:
            ask = ask or system.open()
            record = {**ask(one.question), KEY: key, ASKED_AT: f"{datetime.now(UTC):%Y-%m-%d %H:%M}"}
            append_record(path, record)
            failed = failed + 1 if record.get("llm_failure") else 0
            if failed == GIVES_UP:
                raise WenceError(f"{record['llm_failure']} (it failed {failed} times on end; run again to go on)")
        records.append(record)
        done()
    return records


def find_key(asked: Asked, system: AnswerSystem) -> str:
    """Return the key of an answer: the set's name, what is asked of what, and the system with its settings.

    What a right answer is has no part in it, so that gold that is mended asks nothing again.
    """
    question = asked.question
    history = [asdict(turn) for turn in question.history]
    what = [asked.set, question.id, question.question, list(question.documents), history]
    words = json.dumps([what, system.name, system.settings], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def read_kept(path: Path) -> dict[str, Record]:
    """Return the answers that a file holds, by key, but those that failed; a last line that was cut off is dropped.

    Raises
    ------
    WenceError
        The file cannot be read, or a line is no answer that was kept.
    """
    if not path.exists():
        return {}
    _drop_half_line(path)
    kept: dict[str, Record] = {}
    for line, record in read_json_lines(path):
        key = record.get(KEY)
        if not isinstance(key, str):
            raise WenceError(f"{path}, line {line}: no answer of this benchmark; name another folder with --out")
        if not record.get("error") and not record.get("llm_failure"):
            kept[key] = record
    return kept


def append_record(path: Path, record: Record) -> None:
    """Add a line to the file.

    Raises
    ------
    WenceError
        It cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    except OSError as error:
        raise WenceError(f"cannot write {path}: {error.strerror or error}; name another folder with --out") from error


def list_code() -> list[Path]:
    """Return the files that Wence's answers depend on: code, and what was learned and ships with it."""
    import corpus
    import index
    import rag

    found = []
    for package in (corpus, index, rag):
        root = Path(package.__file__ or "").parent
        found += [
            path
            for path in sorted(root.rglob("*"))
            if path.suffix in _CODE and not _NO_CODE.intersection(path.relative_to(root).parts)
        ]
    return found


def hash_files(paths: Iterable[Path]) -> str:
    """Return a hash of files' names and bytes."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _drop_half_line(path: Path) -> None:
    try:
        data = path.read_bytes()
        if data and not data.endswith(b"\n"):
            path.write_bytes(data[: data.rfind(b"\n") + 1])
    except OSError as error:
        raise WenceError(f"{path}: cannot be read: {error.strerror or error}; name another with --out") from error
