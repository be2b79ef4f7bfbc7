"""Passages for people to read: those that say the same stand as one, the version in force first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from corpus.catalog import Catalog
from corpus.names import name_versions
from index.diversify import Candidate, fold_alike
from rag.model import Passage


def fold_passages(
    passages: Sequence[Passage], catalog: Catalog, *, in_force: Collection[str], named: Collection[str] = ()
) -> list[Passage]:
    """Return the passages, best first, without those that repeat another; these are named in its ``alike``.

    Of passages that say the same the best of those in force stands for all, at the place
    and with the score of the best. A clause of a document that was asked for by name
    (``named``) stands for itself.
    """
    documents = {one.id: one for one in catalog.documents}
    groups = fold_alike(
        [
            Candidate(
                text=passage.clause.text,
                document=passage.clause.document_id,
                family=name_versions(documents[passage.clause.document_id].title),
                preferred=passage.clause.document_id in in_force,
                kept=passage.clause.document_id in named,
            )
            for passage in passages
        ]
    )
    folded: list[Passage] = []
    for rank, group in enumerate(groups, 1):
        leader = passages[group[0]]
        score = passages[min(group)].hit.score
        alike = tuple(passages[place].clause.id for place in group[1:])
        folded.append(replace(leader, hit=replace(leader.hit, score=score, rank=rank), alike=alike))
    return folded
