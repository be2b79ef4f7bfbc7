"""Draft a question set: of every type a share, spread over the documents and their clauses, the same for a seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from random import Random

from corpus.catalog import Catalog
from corpus.errors import QuestionSetError
from corpus.model import ParsedDocument
from eval.drafting.proposals import Proposal, join_proposals, propose_from_clause, propose_missing
from eval.questions import Question

SHARES = {"fact": 0.45, "list": 0.15, "lookup": 0.15, "multi": 0.15, "unanswerable": 0.10}
"""What part of a set each type has, where the documents give enough of it; facts fill what is left."""

Phrase = Callable[[Proposal], str]
"""Returns the question of a proposal in other words; the proposal's own where it has none."""


def draft_questions(
    documents: Sequence[ParsedDocument], *, count: int, seed: int, day: date | None = None, phrase: Phrase | None = None
) -> tuple[Question, ...]:
    """Propose up to ``count`` questions for a person to edit, fewer where the documents give no more.

    Of documents with versions the one in force on the day is asked about (today, when
    none is given). A clause is asked about once, but for lookups where there are too few.

    Raises
    ------
    QuestionSetError
        No question can be made of the documents.
    """
    random = Random(seed)
    current = sorted(_choose_documents(documents, day), key=lambda parsed: parsed.document.id)
    chosen = _choose(current, random, count)
    if not chosen:
        raise QuestionSetError("no question can be made of these documents: `wence clauses` shows what is in them")
    by_id = {parsed.document.id: parsed for parsed in current}
    for proposal in chosen:
        check_evidence(proposal, by_id)
    numbers: Counter[str] = Counter()
    questions = []
    for line, proposal in enumerate(chosen, 1):
        numbers[proposal.type] += 1
        questions.append(
            Question(
                id=f"draft-{proposal.type}-{numbers[proposal.type]:02}",
                type=proposal.type,
                question=phrase(proposal) if phrase else proposal.question,
                clauses=proposal.clauses,
                line=line,
                answer_points=proposal.points,
                evidence=proposal.evidence,
            )
        )
    return tuple(questions)


def check_evidence(proposal: Proposal, documents: Mapping[str, ParsedDocument]) -> None:
    """See that every clause of a proposal is there, and that its evidence stands in them word for word.

    Raises
    ------
    ValueError
        It does not: the templates are at fault.
    """
    parsed = documents[proposal.document_id]
    texts = {clause.id: clause.text for clause in parsed.clauses}
    for clause in proposal.clauses:
        if clause not in texts:
            raise ValueError(f"{proposal.question}: no clause {clause}")
    for words in proposal.evidence:
        if not any(words in texts[clause] for clause in proposal.clauses):
            raise ValueError(f"{proposal.question}: {words!r} is not in its clauses")


def _choose_documents(documents: Sequence[ParsedDocument], day: date | None) -> list[ParsedDocument]:
    """Return the documents in force; all of them where none is."""
    in_force = Catalog(parsed.document for parsed in documents).in_force(day)
    return [parsed for parsed in documents if parsed.document.id in in_force] or list(documents)


def _choose(documents: Sequence[ParsedDocument], random: Random, count: int) -> list[Proposal]:
    pools = _collect(documents, random, count)
    wanted = {type: round(share * count) for type, share in SHARES.items()}
    chosen: dict[str, list[Proposal]] = {type: [] for type in SHARES}
    taken: set[Proposal] = set()
    used: set[str] = set()

    def take(type: str, most: int, *, again: bool = False) -> None:
        for proposal in pools[type]:
            if len(chosen[type]) >= most:
                return
            if proposal not in taken and (again or not used.intersection(proposal.clauses)):
                taken.add(proposal)
                used.update(proposal.clauses)
                chosen[type].append(proposal)

    # The scarce first: a clause with a list is asked for its list.
    for type in ("list", "multi", "unanswerable", "fact", "lookup"):
        take(type, wanted[type])
    for type, again in (("fact", False), ("list", False), ("lookup", False), ("lookup", True)):
        missing = count - sum(map(len, chosen.values()))
        take(type, len(chosen[type]) + missing, again=again)
    return [proposal for some in chosen.values() for proposal in some][:count]


def _collect(documents: Sequence[ParsedDocument], random: Random, count: int) -> dict[str, list[Proposal]]:
    """Return the proposals of each type, in an order that goes round the documents and about in each of them."""
    found: dict[str, list[list[Proposal]]] = {type: [] for type in SHARES}
    asked: Counter[str] = Counter()
    for parsed in documents:
        doubled = {id for id, times in Counter(clause.id for clause in parsed.clauses).items() if times > 1}
        by_type: dict[str, list[Proposal]] = {type: [] for type in SHARES}
        for clause in parsed.clauses:
            if not clause.number or clause.id in doubled:
                continue
            proposals = propose_from_clause(parsed, clause)
            asked.update(proposal.question for proposal in proposals)
            for type in ("fact", "list", "lookup"):
                if some := [proposal for proposal in proposals if proposal.type == type]:
                    by_type[type].append(random.choice(some))
        for some in by_type.values():
            random.shuffle(some)
        # A question of two clauses takes its facts from the last half, so that the first is left for those of one.
        facts = by_type["fact"][len(by_type["fact"]) // 2 :]
        by_type["multi"] = [join_proposals(*facts[i : i + 2]) for i in range(len(facts) - 2, -1, -2)]
        by_type["unanswerable"] = propose_missing(parsed, random, count=1 + count // (4 * len(documents)))
        for type, some in by_type.items():
            found[type].append(some)
    for lists in found.values():
        random.shuffle(lists)
    return {type: [one for one in _take_turns(lists) if asked[one.question] < 2] for type, lists in found.items()}


def _take_turns(lists: Sequence[Sequence[Proposal]]) -> Iterator[Proposal]:
    for place in range(max(map(len, lists), default=0)):
        for some in lists:
            if place < len(some):
                yield some[place]
