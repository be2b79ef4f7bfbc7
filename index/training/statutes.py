"""The training data: a BEIR folder of articles and questions, split so that what is measured was never seen.

Source: STARD (Su et al., 2024), a set of statutes and lay questions, in BEIR's format.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDS = 4
SEED = 20261124


@dataclass(frozen=True, slots=True)
class Statutes:
    """Articles and the questions judged against them; ``relevant`` gives each question its articles' rows."""

    titles: tuple[str, ...]
    bodies: tuple[str, ...]
    query_ids: tuple[str, ...]
    queries: tuple[str, ...]
    relevant: tuple[frozenset[int], ...]

    def passage(self, row: int) -> str:
        """Return an article as it is indexed: its title, a line break, its words."""
        return f"{self.titles[row]}\n{self.bodies[row]}" if self.titles[row] else self.bodies[row]

    def find_unseen(self, held_out: Collection[int]) -> set[int]:
        """Return the questions of ``held_out`` none of whose articles a question outside it has."""
        known = {row for i, rows in enumerate(self.relevant) if i not in held_out for row in rows}
        return {i for i in held_out if not self.relevant[i] & known}


def read_statutes(folder: Path, split: str = "train") -> Statutes:
    """Read the articles, and the questions that are judged in ``split``, in the order of their files."""
    articles = list(_read_lines(folder / "corpus.jsonl.gz"))
    rows = {article["_id"]: row for row, article in enumerate(articles)}
    judged: dict[str, set[int]] = {}
    for line in (folder / "qrels" / f"{split}.tsv").read_text("utf-8").splitlines()[1:]:
        query, article, score = line.split("\t")
        if int(score) > 0:
            judged.setdefault(query, set()).add(rows[article])
    questions = [one for one in _read_lines(folder / "queries.jsonl") if one["_id"] in judged]
    return Statutes(
        titles=tuple(article["title"] for article in articles),
        bodies=tuple(article["text"] for article in articles),
        query_ids=tuple(one["_id"] for one in questions),
        queries=tuple(one["text"] for one in questions),
        relevant=tuple(frozenset(judged[one["_id"]]) for one in questions),
    )


def hold_out(statutes: Statutes, fold: int | None) -> list[int]:
    """Return the questions of one fold of ``FOLDS`` (drawn at random, the same at every call); none for None."""
    if fold is None:
        return []
    order = list(range(len(statutes.queries)))
    random.Random(SEED).shuffle(order)
    return sorted(order[fold::FOLDS])


def split_by_article(statutes: Statutes) -> list[list[int]]:
    """Return ``FOLDS`` folds of questions of which no two share an article, about equal in size."""
    parent = list(range(len(statutes.queries)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[int, int] = {}
    for i, rows in enumerate(statutes.relevant):
        for row in rows:
            parent[find(i)] = find(first.setdefault(row, i))
    groups: dict[int, list[int]] = {}
    for i in range(len(parent)):
        groups.setdefault(find(i), []).append(i)
    order = list(groups.values())
    random.Random(SEED).shuffle(order)
    folds: list[list[int]] = [[] for _ in range(FOLDS)]
    for group in sorted(order, key=len, reverse=True):
        min(folds, key=len).extend(group)
    return [sorted(fold) for fold in folds]


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
