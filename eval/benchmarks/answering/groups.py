"""The questions that are asked: sets told apart by whether they name one document, and a sample for the LLM."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from corpus.errors import QuestionSetError
from eval.questions import Question, read_question_set
from eval.resolve import Catalog, resolve_questions

Scope = Literal["one", "all"]
Part = Literal["one", "all", "whole"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A resolved question with the name of the set that it is of."""

    set: str
    question: Question

    @property
    def scope(self) -> Scope:
        """Whether it is asked of one document, which it names, or of all (or several)."""
        return "one" if len(self.question.documents) == 1 else "all"


@dataclass(frozen=True, slots=True)
class Group:
    """Some questions of a set, and the parts of it that they are: both, where the set has questions of one scope."""

    set: str
    parts: frozenset[Part]
    asked: tuple[Asked, ...]

    @property
    def title(self) -> str:
        """The group in words, as the page names it."""
        if self.parts == {"whole"}:
            return f"{self.set}, all its questions"
        return f"{self.set}, asked of {'one document' if 'one' in self.parts else 'all documents'}"


def read_sets(paths: Sequence[Path], catalog: Catalog) -> tuple[Asked, ...]:
    """Read the sets and tie their questions to the index, in the order given.

    Raises
    ------
    QuestionSetError
        A set is broken or names what the index lacks, or two sets have one name.
    """
    asked: list[Asked] = []
    for path in paths:
        if any(one.set == path.name for one in asked):
            raise QuestionSetError(f"{path}: a set called {path.name} was given already; rename one of them")
        asked += (Asked(path.name, question) for question in resolve_questions(read_question_set(path), catalog))
    return tuple(asked)


def split_groups(asked: Sequence[Asked]) -> tuple[Group, ...]:
    """Return the groups of every set: all its questions, those of one document, and those of all."""
    groups: list[Group] = []
    for name in dict.fromkeys(one.set for one in asked):
        own = tuple(one for one in asked if one.set == name)
        scopes = sorted({one.scope for one in own}, reverse=True)
        if len(scopes) == 1:
            groups.append(Group(name, frozenset(("whole", scopes[0])), own))
            continue
        groups.append(Group(name, frozenset(("whole",)), own))
        groups += (Group(name, frozenset((scope,)), tuple(o for o in own if o.scope == scope)) for scope in scopes)
    return tuple(groups)


def sample_questions(asked: Sequence[Asked], most: int, *, seed: int) -> tuple[Asked, ...]:
    """Return at most ``most`` of the questions, in their order: of every set, scope and type its share.

    Shares are rounded by the largest remainders. The same seed draws the same, and more
    questions add to those of before, but for a few that rounding moves.
    """
    if len(asked) <= most:
        return tuple(asked)
    strata: dict[tuple[str, str, str], list[int]] = {}
    for place, one in enumerate(asked):
        strata.setdefault((one.set, one.scope, one.question.type), []).append(place)
    shares = {key: most * len(places) / len(asked) for key, places in strata.items()}
    counts = {key: math.floor(share) for key, share in shares.items()}
    nearest = sorted(strata, key=lambda key: counts[key] - shares[key])
    for key in nearest[: most - sum(counts.values())]:
        counts[key] += 1
    chosen: set[int] = set()
    for key, places in strata.items():
        Random("/".join((str(seed), *key))).shuffle(places)
        chosen.update(places[: counts[key]])
    return tuple(one for place, one in enumerate(asked) if place in chosen)
