"""Which documents a question is asked of: those named, those that a filter admits, else all in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from corpus.catalog import Catalog
from index.filters import Filter, choose_documents, suggest_issuers
from rag import messages
from rag.messages import join_titles, say
from rag.model import Answer
from rag.understand import understand_question


@dataclass(frozen=True, slots=True)
class Scope:
    """The ids to keep to (none: all in force on ``day``), the filter that chose them, whether any were named."""

    documents: tuple[str, ...]
    day: date
    wanted: Filter
    named: bool


def choose_scope(catalog: Catalog, documents: Sequence[str], wanted: Filter, *, today: date) -> Scope:
    """Return the scope of documents (by id or title) and a filter; with a filter, ``documents`` is what is left.

    Raises
    ------
    NotFound
        A document named is not in the index.
    """
    named = tuple(dict.fromkeys(catalog.resolve(name).id for name in documents))
    left = choose_documents(catalog, wanted, within=named, today=today) if wanted else named
    return Scope(left, wanted.in_force_on or today, wanted, bool(named))


def refuse_filtered(question: str, scope: Scope, catalog: Catalog) -> Answer | None:
    """Return the abstention where a filter leaves no document, or not the one that the question names; else None."""
    if not scope.wanted:
        return None
    query = understand_question(question, catalog, day=scope.day)
    told = scope.wanted.describe(english=query.english)
    if not scope.documents:
        text = say(messages.FILTERED_OUT, english=query.english, filter=told)
        near = suggest_issuers(scope.wanted.issuers, catalog.documents)
        if near and not any(Filter(issuers=scope.wanted.issuers).admits(one) for one in catalog.documents):
            text += say(messages.NEAR_ISSUERS, english=query.english, names="、".join(near))
        return Answer(text=text, reason="out_of_scope")
    if query.unknown and not scope.named:
        titles = join_titles(query.unknown, english=query.english)
        return Answer(text=say(messages.UNKNOWN_DOCUMENT, english=query.english, name=titles), reason="out_of_scope")
    if query.documents and not set(query.documents) & set(scope.documents):
        titles = join_titles([catalog.resolve(id).title for id in query.documents], english=query.english)
        text = say(messages.NAMED_FILTERED_OUT, english=query.english, filter=told, titles=titles)
        return Answer(text=text, reason="out_of_scope")
    return None
