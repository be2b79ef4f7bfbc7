"""What readers thought of answers, as a question set for ``wence eval run``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from corpus.errors import NotFound
from rag.model import Answer
from ui.records.conversations import Exchange

if TYPE_CHECKING:
    from corpus.model import Clause
    from rag.wence import Wence


def write_ratings(rated: Iterable[tuple[Sequence[Exchange], Exchange]], wence: Wence) -> str:
    """Return the rated questions as JSON Lines, of those whose right answer the rating tells.

    A useful answer is right as it is: its clauses, its quotes, or that it abstained. One that
    is not is right as the reader says: with the clause that the remark names, or, where the
    documents do not answer, by abstaining. Others (an answer that is incomplete, without
    a clause named) tell no right answer and are left out. ``history`` is what was asked and
    answered before in the conversation.
    """
    lines = []
    for before, exchange in rated:
        record = _make_record(exchange, wence)
        if record is not None:
            turns = [
                {"role": role, "content": content}
                for one in before
                if one.answer is not None
                for role, content in (("user", one.question), ("assistant", one.answer.text))
            ]
            lines.append(json.dumps(record | ({"history": turns} if turns else {}), ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)


def _make_record(exchange: Exchange, wence: Wence) -> dict[str, Any] | None:
    answer, rating = exchange.answer, exchange.rating
    if answer is None:
        return None
    if rating.verdict == "up":
        clauses, evidence = _read_cited(answer)
    elif (named := _find_named(rating.remark, wence)) is not None:
        clauses, evidence = [named.id], []
    elif rating.reason == "should_abstain":
        clauses, evidence = [], []
    else:
        return None
    record: dict[str, Any] = {
        "id": f"rated-{exchange.key}",
        "type": f"rated_{rating.verdict}",
        "question": exchange.question,
        "clauses": clauses,
        "answer_points": [],
        "evidence": evidence,
    }
    return record | ({"documents": list(exchange.documents)} if exchange.documents else {})


def _read_cited(answer: Answer) -> tuple[list[str], list[str]]:
    clauses = dict.fromkeys(citation.clause_id for citation in answer.citations)
    return list(clauses), list(dict.fromkeys(citation.quote for citation in answer.citations))


def _find_named(remark: str, wence: Wence) -> Clause | None:
    """Return the clause that a remark names, None where it names none that is here."""
    try:
        return wence.find_clause(remark) if remark.strip() else None
    except NotFound:
        return None
