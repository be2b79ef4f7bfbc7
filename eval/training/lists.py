"""What the reader is trained on: questions, each with the sentences that search proposes for it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from eval.questions import Question
from eval.training.candidates import Asked, ask_questions, label_sentence
from index.training.train_reader import Candidate, ReadingList
from rag.evidence import Evidence
from rag.reading import show_sentence

if TYPE_CHECKING:
    from rag import Wence

OTHERS = 24
"""How many other documents a question is asked of besides its own, the second time it is asked."""
DEPTH = 24
"""How many sentences a list has, of those that match best; more than are read, so that what is drawn is varied."""


def gather_lists(wence: Wence, questions: Sequence[Question], rng: random.Random) -> Iterator[ReadingList]:
    """Yield a list for each question as it is asked, and one among more documents where it names its own."""
    for asked in ask_questions(wence, questions, day=date.today()):
        yield _list_sentences(wence, asked, asked.scope)
        if len(asked.scope) == 1 and not asked.question.must_abstain:
            yield _list_sentences(wence, asked, (*asked.scope, *draw_others(wence, asked.scope, rng)))


def draw_others(wence: Wence, scope: Sequence[str], rng: random.Random) -> list[str]:
    """Return other documents, at random, to ask a question of besides its own."""
    others = [id for id in sorted(wence.index.parsed) if id not in scope]
    return rng.sample(others, min(OTHERS, len(others)))


def _list_sentences(wence: Wence, asked: Asked, scope: Sequence[str]) -> ReadingList:
    vector = wence.index.hybrid.encode_query(asked.query.search)
    found = wence.finder.match_evidence(asked.query.search, vector, scope)
    labels = [label_sentence(one, asked.question) for one in found]
    chosen = list(zip(found[:DEPTH], labels[:DEPTH], strict=True))
    if not any(label for _, label in chosen):
        chosen += [pair for pair in zip(found, labels, strict=True) if pair[1]][:1]

    def show(one: Evidence) -> str:
        return show_sentence(one, wence.index.parsed[one.clause.document_id].document.title)

    return ReadingList(
        asked.query.search,
        not asked.question.must_abstain,
        tuple(Candidate(show(one), one.match, one.clause.id, label) for one, label in chosen),
    )
