"""Wence inside a LangChain program: a retriever of clauses, and the whole of it as a Runnable."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict, SkipValidation

from index.filters import Filter
from rag.model import Answer
from rag.wence import EVERYTHING, Wence


class WenceRetriever(BaseRetriever):
    """Returns the best ``k`` clauses for a query, best first.

    ``page_content`` is the clause's text; ``metadata`` holds ``clause`` (its id),
    ``document``, ``title``, ``label``, ``score``, ``start`` and ``end``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    wence: SkipValidation[Wence]
    k: int = 6
    documents: tuple[str, ...] = ()
    filter: SkipValidation[Filter] = EVERYTHING

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        found = self.wence.search(query, k=self.k, documents=self.documents, filter=self.filter)
        parsed = self.wence.index.parsed
        return [
            LangChainDocument(
                page_content=passage.clause.text,
                metadata={
                    "clause": passage.clause.id,
                    "document": passage.clause.document_id,
                    "title": parsed[passage.clause.document_id].document.title,
                    "label": passage.clause.label,
                    "score": passage.hit.score,
                    "start": passage.clause.start,
                    "end": passage.clause.end,
                },
            )
            for passage in found
        ]


def as_runnable(wence: Wence) -> Runnable[str | dict[str, Any], Answer]:
    """Return Wence as a Runnable: a question, or ``{"question", "documents", "history", "filter"}``, to an Answer."""

    def ask(given: str | dict[str, Any]) -> Answer:
        return wence.ask(given) if isinstance(given, str) else wence.ask(**given)

    return RunnableLambda(ask, name="wence")
