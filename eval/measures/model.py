"""The values that measures work on: what was cited and stated, how it was judged, Outcome, Score, Measure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.questions import Question

Better = Literal["higher", "lower"]
Unit = Literal["share", "count", "ratio", "ms"]
Verdict = Literal["yes", "no", "undecided"]
"""What a judge said; undecided where it said neither, or nothing."""


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """A citation as recorded: where it is from and the words quoted.

    ``clause`` is the clause's number, or its label where it has none (a preamble).
    """

    document: str
    clause: str
    quote: str
    start: int
    end: int

    @property
    def clause_id(self) -> str:
        """The clause as question sets name it."""
        return f"{self.document}#{self.clause}"


@dataclass(frozen=True, slots=True)
class CitedStatement:
    """A sentence of an answer as recorded: ``citations`` are positions in ``Outcome.citations``, each once.

    ``origin`` is ``llm`` or ``extract``.
    """

    text: str
    citations: tuple[int, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class StatementSupport:
    """Whether all that a statement cites bears it out, and how many of its citations have a part in that."""

    supported: bool
    precise: int


@dataclass(frozen=True, slots=True)
class StatementVerdict:
    """Whether the quotes of a statement support it, in a judge's opinion."""

    text: str
    supported: Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judge's opinion of an answer: of each statement, and whether the question is answered."""

    statements: tuple[StatementVerdict, ...]
    answers: Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question with what was answered to it.

    ``violations`` says in a line each what is untrue of a quote, and ``supports`` how each
    statement stands to what it cites; both are ``None`` where no index was at hand to
    check against. ``judgement`` is ``None`` where no judge was asked. ``error`` is why
    the question got no answer at all. ``total_ms`` is ``None`` where the record has no time.
    """

    question: Question
    status: str
    citations: tuple[CitedQuote, ...] = ()
    total_ms: float | None = None
    violations: tuple[str, ...] | None = None
    error: str = ""
    answer: str = ""
    statements: tuple[CitedStatement, ...] = ()
    supports: tuple[StatementSupport, ...] | None = None
    judgement: Judgement | None = None

    @property
    def abstained(self) -> bool:
        """Whether it abstained; an error counts so too where an answer was due, see ``abstained_rightly``."""
        return self.status == "abstained"

    @property
    def abstained_rightly(self) -> bool:
        """Whether it abstained where it must; one that died of an error has decided nothing."""
        return self.abstained and self.question.must_abstain and not self.error

    @property
    def cited(self) -> frozenset[str]:
        """The clauses cited, each once."""
        return frozenset(citation.clause_id for citation in self.citations)

    @property
    def judged(self) -> frozenset[str]:
        """The clauses cited less those that count neither for nor against (``also``)."""
        return self.cited - (frozenset(self.question.also) - self.gold)

    @property
    def gold(self) -> frozenset[str]:
        """The clauses that must be cited."""
        return frozenset(self.question.clauses)

    @property
    def right(self) -> frozenset[str]:
        """The clauses cited that must be."""
        return self.cited & self.gold

    @property
    def missing(self) -> frozenset[str]:
        """The clauses that must be cited and are not."""
        return self.gold - self.cited

    @property
    def wrong(self) -> frozenset[str]:
        """The clauses cited that are neither wanted nor allowed."""
        return self.judged - self.gold

    @property
    def exact(self) -> bool:
        """Whether all that must be cited is, and nothing wrong is; where it must abstain, that it did."""
        if self.question.must_abstain:
            return self.abstained_rightly and not self.citations
        return not self.missing and not self.wrong


@dataclass(frozen=True, slots=True)
class Score:
    """A measure's value over some outcomes, and how many things it counts over (``value`` is None over none).

    ``low`` and ``high`` bound its 95 % interval, where one was computed.
    """

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure by name: its unit, what ``Score.n`` counts, which way is better, and the function that computes it."""

    name: str
    label: str
    unit: Unit
    counts: str
    better: Better
    score: Callable[[Sequence[Outcome]], Score]


def divide(count: float, n: int) -> Score:
    """Return ``count / n`` over ``n``, with no value where ``n`` is 0."""
    return Score(count / n if n else None, n)
