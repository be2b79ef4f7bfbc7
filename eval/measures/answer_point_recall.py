"""Answer-point recall: how much of what a right answer must say was said, or stands in what was quoted.

A point is compared by its letters and digits alone (white space, width, case and
punctuation fall away), with figures spelt one way: 三倍 and 3倍, 百分之五十 and 50%. It
counts where its figures (numbers, percentages and dates, each with its unit) all stand in
a text, and

- it stands there whole: in what the answer says, or in one quote; or
- at least ``NEAR`` of its bigrams do, in one statement together with the quotes it cites:
  the words of the point in another order, or with a word more between.

So 5日内 is not said by 15日内, nor 三倍 by 五倍, however much else agrees. A point that says
the same in other words altogether is missed: no judge is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from eval.measures.model import Outcome, Score, divide
from rag.wording import read_tokens, squeeze

NEAR = 0.8
"""Share of a point's bigrams that one statement and its quotes must hold."""

_KEPT = 1_024
"""Texts that are kept as read: every point of a question is laid against the same ones."""
_MARK = re.compile(r"\[\d+\]")

Figure = tuple[str, str]
"""A number in one spelling, and the character that follows it: ("15", "日"); ("50%", "")."""


def score_answer_point_recall(outcomes: Sequence[Outcome]) -> Score:
    """Return points found over points, answerable questions together (micro); n counts points."""
    answerable = [outcome for outcome in outcomes if not outcome.question.must_abstain]
    wanted = sum(len(outcome.question.answer_points) for outcome in answerable)
    missed = sum(len(find_missing_points(outcome)) for outcome in answerable)
    return divide(wanted - missed, wanted)


def find_missing_points(outcome: Outcome) -> tuple[str, ...]:
    """Return the points that the answer leaves out: all where it abstained, none where the question must abstain."""
    if outcome.question.must_abstain:
        return ()
    points = outcome.question.answer_points
    if outcome.abstained:
        return points
    texts, units = list(_list_texts(outcome)), list(_list_units(outcome))
    return tuple(point for point in points if not (_stands_whole(point, texts) or _stands_near(point, units)))


@lru_cache(maxsize=_KEPT)
def read_figures(text: str) -> frozenset[Figure]:
    """Return the figures of a text, in one spelling, each with its unit."""
    found = []
    for token in read_tokens(text):
        if token.is_number:
            value = token.key[1:]
            following = squeeze(text[token.end :].lstrip()[:1])
            found.append((value, "" if value.endswith("%") else following[:1]))
    return frozenset(found)


def _list_texts(outcome: Outcome) -> Iterator[str]:
    """Yield what the answer says, and each quote: where a point may stand whole."""
    # Not the answer's text where there are statements: it may also say what was asked and is not answered.
    said = "\n".join(statement.text for statement in outcome.statements) or _MARK.sub("", outcome.answer)
    yield said
    for citation in outcome.citations:
        yield citation.quote


def _list_units(outcome: Outcome) -> Iterator[tuple[str, ...]]:
    """Yield each statement with the quotes it cites; each quote by itself where there is no statement."""
    for statement in outcome.statements:
        yield (statement.text, *(outcome.citations[position].quote for position in statement.citations))
    if not outcome.statements:
        for citation in outcome.citations:
            yield (citation.quote,)


def _stands_whole(point: str, texts: Sequence[str]) -> bool:
    wanted, figures = _fold(point), read_figures(point)
    return bool(wanted) and any(wanted in _fold(text) and _holds_figures(figures, [text]) for text in texts)


def _stands_near(point: str, units: Sequence[Sequence[str]]) -> bool:
    wanted, figures = _read_bigrams(point), read_figures(point)
    if not wanted:
        return False
    return any(
        len(wanted & frozenset().union(*map(_read_bigrams, unit))) >= NEAR * len(wanted)
        and _holds_figures(figures, unit)
        for unit in units
    )


def _holds_figures(wanted: frozenset[Figure], texts: Sequence[str]) -> bool:
    held = frozenset().union(*map(read_figures, texts))
    values = {value for value, _ in held}
    return all((value, unit) in held if unit else value in values for value, unit in wanted)


@lru_cache(maxsize=_KEPT)
def _fold(text: str) -> str:
    pieces, position = [], 0
    for token in read_tokens(text):
        if token.is_number:
            pieces += [text[position : token.start], token.key[1:]]
            position = token.end
    return squeeze("".join([*pieces, text[position:]]))


def _read_bigrams(text: str) -> frozenset[str]:
    return frozenset(first + second for first, second in pairwise(_fold(text)))
