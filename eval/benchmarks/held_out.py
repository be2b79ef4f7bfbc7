"""Which questions of a data set are measured, and which of them ask for articles that training has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QuestionSetError
from eval.datasets import RetrievalDataset, read_qrels
from eval.jsonl import unreadable

Qrels = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The questions to measure, in the order of their file.

    ``unseen`` are those whose articles no question that was trained on shares; ``None``
    where it is not known what was trained on.
    """

    ids: tuple[str, ...]
    unseen: frozenset[str] | None

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The groups that every quality figure is told for, by name; an empty one is left out."""
        found = {"all": self.ids}
        if self.unseen is not None:
            found["unseen"] = tuple(id for id in self.ids if id in self.unseen)
            found["seen"] = tuple(id for id in self.ids if id not in self.unseen)
        return {name: ids for name, ids in found.items() if ids}


def choose_questions(
    folder: Path, dataset: RetrievalDataset, *, queries: Path | None, trained_on: Path | None
) -> HeldOut:
    """Return the judged questions, or those of them that the file ``queries`` names.

    ``trained_on`` names the questions that the encoder was trained on; their judgements
    are looked up in every split of the BEIR folder.

    Raises
    ------
    QuestionSetError
        A file cannot be read or names a question that is not judged, or a question that
        is to be measured was trained on.
    """
    asked = set(read_ids(queries)) if queries else set(dataset.queries)
    if lost := asked - dataset.queries.keys():
        raise QuestionSetError(f"{queries}: {min(lost)!r} is no judged question of the split {dataset.split!r}")
    ids = tuple(id for id in dataset.queries if id in asked)
    if trained_on is None:
        return HeldOut(ids, None)
    trained = set(read_ids(trained_on))
    if both := trained & asked:
        raise QuestionSetError(
            f"{trained_on}: {min(both)!r} was trained on, and is to be measured; name those kept out with --queries"
        )
    judged = _read_every_split(folder)
    if lost := trained - judged.keys():
        raise QuestionSetError(f"{trained_on}: {min(lost)!r} is judged in no split of {folder}")
    seen = {article for id in trained for article in find_relevant(judged[id])}
    return HeldOut(ids, frozenset(id for id in ids if not seen & find_relevant(dataset.qrels[id])))


def read_ids(path: Path) -> list[str]:
    """Return the question ids of a file, one a line; of a line with tabs, its first cell.

    Raises
    ------
    QuestionSetError
        It cannot be read, or names none.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(path, error) from error
    ids = [line.split("\t")[0].strip() for line in text.splitlines()]
    ids = [id for id in dict.fromkeys(ids) if id and id != "query-id"]
    if not ids:
        raise QuestionSetError(f"{path}: no question id in it; one a line is wanted")
    return ids


def find_relevant(judged: Mapping[str, int]) -> set[str]:
    """Return the texts that were judged relevant."""
    return {id for id, grade in judged.items() if grade > 0}


def _read_every_split(folder: Path) -> Qrels:
    judged: dict[str, dict[str, int]] = {}
    for path in sorted((folder / "qrels").glob("*.tsv")):
        for id, some in read_qrels(path).items():
            judged.setdefault(id, {}).update(some)
    return judged
