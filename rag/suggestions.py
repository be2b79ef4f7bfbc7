"""What to ask next: questions about the clauses around an answer, each seen to be answered before it is shown.

No LLM writes them: ``rag.phrasing`` makes them of the clauses' own words, and each is asked
as it would be asked next. One that is not answered, or from another clause than it was made
of, is never suggested.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from corpus.catalog import Catalog
from corpus.model import Clause
from corpus.names import normalise_name
from corpus.references.find import Reference, find_references
from corpus.references.targets import resolve_references
from index.segment import segment_bigrams
from index.store import Index
from rag.answer import Extractor
from rag.finding import compose_answer
from rag.frames import LONGEST
from rag.model import Answer, Turn
from rag.phrasing import Proposal, propose_questions
from rag.scope import Scope
from rag.snapshot import Snapshot
from rag.wording import squeeze

MOST_VERIFIED = 8
"""How many questions are asked at the most to find those to be suggested."""
BUDGET_SECONDS = 0.5
"""After how long no further question is asked; the last may take another 0.1 s, on a busy machine more."""
NEIGHBOURS = 8
"""How far from a clause those under its heading are looked at, in clauses."""
MOST_SOURCES = 3
"""Of how many cited or related clauses the surroundings are looked at."""
MOST_REFERRING = 4
MOST_PENALTIES = 3
READ_CHARACTERS = 300
"""How much of a penalty is read to see what it is about."""
STEP, DULLNESS, NEARNESS, SAME = 0.2, 0.25, 3.0, 0.6
"""What puts a question later: a step away, a degree of dullness, less of what was said, another of its kind before."""
ALIKE = 0.6
"""The share of their bigrams that two questions have in common which ask the same."""

Ask = Callable[[str], Answer]
Stretch = tuple[str, int, int]
"""A clause's id with start and end in its document's text."""


class Suggester:
    """Suggests questions about one index's documents. Safe to share between threads."""

    def __init__(self, index: Index, catalog: Catalog, extractor: Extractor) -> None:
        self._index = index
        self._catalog = catalog
        self._extractor = extractor
        self._weigh = lru_cache(maxsize=4096)(self._weigh_term)
        self._read_references = lru_cache(maxsize=32)(self._find_references)

    def follow_up(
        self,
        question: str,
        answer: Answer,
        history: Sequence[Turn],
        scope: Scope,
        *,
        k: int,
        go_on: Callable[[], bool],
    ) -> list[str]:
        """Return up to ``k`` questions to ask after an answer, those nearest to it first.

        ``history`` are the turns before the question, whose questions are not suggested again.
        No further question is tried once ``go_on`` says no.
        """
        proposals = self._name_candidates(answer) if answer.reason == "ambiguous" else self._propose(question, answer)
        turns = turns_after(question, answer, history, self._index)

        def ask(asked: str) -> Answer:
            found = self._extractor.find(asked, documents=scope.documents, history=turns, day=scope.day)
            return compose_answer(found, self._extractor.cite)

        return verify_proposals(
            proposals,
            ask,
            k=k,
            asked=[turn.content for turn in turns if turn.role == "user"],
            quoted=[(one.clause_id, one.start, one.end) for one in answer.citations],
            most=MOST_VERIFIED,
            go_on=go_on,
        )

    def _propose(self, question: str, answer: Answer) -> list[Proposal]:
        """Return questions of the clauses around an answer, the likeliest to be wanted first, the kinds mixed."""
        ids = dict.fromkeys([one.clause_id for one in answer.citations] or answer.related)
        near = [self._index.clauses[id] for id in ids if id in self._index.clauses][:MOST_SOURCES]
        said = set(segment_bigrams(" ".join([question, *(one.quote for one in answer.citations)])))
        distances: dict[str, tuple[float, Clause]] = {}
        for place, clause in enumerate(near):
            around = [
                (0.0, [clause]),
                (0.0, self._list_referring(clause)),
                (0.5, self._list_referred(clause)),
                (0.5, self._list_neighbours(clause)),
                (0.8, self._list_penalties(clause, said)),
            ]
            for begin, clauses in around:
                for step, one in enumerate(clauses):
                    distances.setdefault(one.id, (begin + STEP * (place + step), one))
        quoted = [(one.clause_id, one.start, one.end) for one in answer.citations]
        scored = [
            (distance + DULLNESS * proposal.dullness - NEARNESS * self._share(proposal.question, said), proposal)
            for distance, clause in distances.values()
            for proposal in propose_questions(clause, self._index.parsed[clause.document_id])
            if not _is_covered((clause.id, proposal.start, proposal.end), quoted)
        ]
        return _mix(scored)

    def _share(self, question: str, said: set[str]) -> float:
        """Return the share, by weight, of a question's bigrams that were said: how near it keeps to the subject."""
        weights = {term: self._weigh(term) for term in segment_bigrams(question)}
        return sum(weight for term, weight in weights.items() if term in said) / (sum(weights.values()) or 1.0)

    def _weigh_term(self, term: str) -> float:
        total = max(1, len(self._index.chunks))
        count = self._index.hybrid.bigrams.count_rows(term)
        return math.log(1 + (total - count + 0.5) / (count + 0.5))

    def _list_referring(self, clause: Clause) -> list[Clause]:
        """Return the clauses of its document that refer to a clause, among them the penalties for breaking it."""
        parsed = self._index.parsed[clause.document_id]
        own = [one for one in self._read_references(parsed.document.id) if one.number and not one.document]
        targets = resolve_references(own, parsed, self._catalog, {parsed.document.id: parsed})
        ids = {one.reference.clause for one in targets if clause.id in one.clause_ids}
        return [one for one in parsed.clauses if one.id in ids and one.id != clause.id][:MOST_REFERRING]

    def _list_penalties(self, clause: Clause, said: set[str]) -> list[Clause]:
        """Return the clauses under the heading of penalties that speak of what was said: many name no number."""
        clauses = self._index.parsed[clause.document_id].clauses
        punishing = [one for one in clauses if any("责任" in head or "罚则" in head for head in one.path[:1])]
        shares = {one.id: len(said.intersection(segment_bigrams(one.text[:READ_CHARACTERS]))) for one in punishing}
        return sorted(punishing, key=lambda one: -shares[one.id])[:MOST_PENALTIES]

    def _list_referred(self, clause: Clause) -> list[Clause]:
        parsed = self._index.parsed[clause.document_id]
        own = [one for one in self._read_references(parsed.document.id) if one.clause == clause.id]
        targets = resolve_references(own, parsed, self._catalog, self._index.parsed)
        ids = dict.fromkeys(id for target in targets for id in target.clause_ids[:2])
        return [self._index.clauses[id] for id in ids if id in self._index.clauses and id != clause.id]

    def _list_neighbours(self, clause: Clause) -> list[Clause]:
        clauses = self._index.parsed[clause.document_id].clauses
        here = next((i for i, one in enumerate(clauses) if one.id == clause.id), None)
        if here is None:
            return []
        near = sorted(range(len(clauses)), key=lambda place: (abs(place - here), -place))[1 : 2 * NEIGHBOURS + 1]
        return [clauses[i] for i in near if clauses[i].path == clause.path and clauses[i].number]

    def _name_candidates(self, answer: Answer) -> Iterator[Proposal]:
        """Yield for each document of which a clause was meant the question that names it."""
        for id in answer.related:
            clause = self._index.clauses[id]
            title = normalise_name(self._index.parsed[clause.document_id].document.title)
            question = f"{title}{clause.label}规定了什么？"
            if len(question) <= LONGEST:
                yield Proposal(question, clause, clause.start, clause.end, 0)

    def _find_references(self, document_id: str) -> tuple[Reference, ...]:
        return find_references(self._index.parsed[document_id])


def verify_proposals(
    proposals: Iterable[Proposal],
    ask: Ask,
    *,
    k: int,
    asked: Sequence[str] = (),
    quoted: Sequence[Stretch] = (),
    most: int,
    go_on: Callable[[], bool] = lambda: True,
) -> list[str]:
    """Return the first ``k`` questions that are answered, with words of what they were made of that are new.

    At most ``most`` are asked, and none once ``go_on`` says no.
    """
    known = list(asked)
    told = list(quoted)
    kept: list[str] = []
    for proposal in proposals:
        if len(kept) >= k or most <= 0 or not go_on():
            break
        stretch = (proposal.clause.id, proposal.start, proposal.end)
        if _is_covered(stretch, told) or any(_is_like(proposal.question, one) for one in known):
            continue
        known.append(proposal.question)
        most -= 1
        answer = ask(proposal.question)
        cited = [(one.clause_id, one.start, one.end) for one in answer.citations]
        if answer.status != "grounded" or not any(_overlaps(one, stretch) for one in cited):
            continue
        if all(_is_covered(one, told) for one in cited):
            continue
        kept.append(proposal.question)
        told += cited
    return kept


def turns_after(question: str, answer: Answer, history: Sequence[Turn], index: Index | Snapshot) -> list[Turn]:
    """Return the turns before a follow-up; an answer names the documents that it cites.

    So 「第五十六条呢」 after an answer from one law is read as a question about that law.
    """
    ids = dict.fromkeys(index.clauses[one.clause_id].document_id for one in answer.citations)
    titles = "".join(f"《{index.parsed[id].document.title}》" for id in ids)
    return [*history, Turn("user", question), Turn("assistant", f"{answer.text}{titles}", tuple(ids))]


def _mix(scored: Sequence[tuple[float, Proposal]]) -> list[Proposal]:
    """Return proposals, the lowest score first, but one more of a kind or of a clause later than its score says."""
    left = sorted(scored, key=lambda one: one[0])
    mixed: list[Proposal] = []
    counts: Counter[str] = Counter()
    while left and len(mixed) < 2 * MOST_VERIFIED:
        best = min(left, key=lambda one: one[0] + SAME * (counts[one[1].question[-3:]] + counts[one[1].clause.id]))
        left.remove(best)
        mixed.append(best[1])
        counts.update((best[1].question[-3:], best[1].clause.id))
    return mixed


def _is_like(question: str, other: str) -> bool:
    """Whether two questions ask the same, as far as their words tell."""
    mine, others = set(segment_bigrams(question)), set(segment_bigrams(other))
    return squeeze(question) == squeeze(other) or len(mine & others) >= ALIKE * len(mine | others) > 0


def _is_covered(one: Stretch, quoted: Iterable[Stretch]) -> bool:
    return any(id == one[0] and start <= one[1] and one[2] <= end for id, start, end in quoted)


def _overlaps(one: Stretch, other: Stretch) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
