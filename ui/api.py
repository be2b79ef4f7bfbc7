"""The HTTP API: ask a question, read a clause, see that Wence is well.

Errors are JSON, ``{"error": "one clear line"}``: 404 for a document or clause that is not
there, 422 for a body or a filter that is malformed, 503 for an index that cannot serve, 400
for everything else that Wence refuses.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from corpus.errors import FilterError, IndexUnusable, NotFound, WenceError
from corpus.record import clause_record
from index.filters import Filter, read_day
from rag.model import Role, Turn

if TYPE_CHECKING:
    from rag.wence import Wence
    from ui.home import OpenHome

_STATUS = {NotFound: 404, FilterError: 422, IndexUnusable: 503}


class TurnBody(BaseModel):
    """An earlier turn of the conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    content: str


class AskBody(BaseModel):
    """A question, the documents to keep to (none: all), and the turns before it, oldest first.

    The other fields are those of ``index.filters.Filter``; days are written 2020-01-01.
    """

    model_config = ConfigDict(extra="forbid")

    question: str
    documents: Annotated[list[str], Field(max_length=1_000)] = []
    history: Annotated[list[TurnBody], Field(max_length=1_000)] = []
    issuers: Annotated[list[str], Field(max_length=100)] = []
    levels: Annotated[list[str], Field(max_length=100)] = []
    since: str | None = None
    until: str | None = None
    in_force_on: str | None = None

    def read_filter(self) -> Filter:
        """Return the filter.

        Raises
        ------
        FilterError
            It names a level or a day that is none.
        """
        since, until, day = (
            None if day is None else read_day(day) for day in (self.since, self.until, self.in_force_on)
        )
        return Filter(tuple(self.issuers), tuple(self.levels), since, until, day)


def add_api(app: FastAPI, home: OpenHome) -> None:
    """Add the routes under ``/api`` and the handlers that turn errors into JSON."""
    from rag.record import answer_record

    router = APIRouter(prefix="/api")

    # Plain functions: FastAPI runs them on worker threads, so that a slow answer holds nobody up.
    @router.post("/ask")
    def ask(body: AskBody) -> dict[str, Any]:
        wence = home.wence
        history = [Turn(turn.role, turn.content) for turn in body.history]
        answer = wence.ask(body.question, documents=body.documents, history=history, filter=body.read_filter())
        return answer_record(answer, wence.index, id=uuid.uuid4().hex, question=body.question)

    @router.get("/clauses/{clause_id:path}")
    def read_clause(clause_id: str) -> dict[str, Any]:
        return describe_clause(home.wence, clause_id)

    @router.get("/health")
    def report_health() -> dict[str, Any]:
        state = home.wence.describe()
        return {
            "status": "ok",
            "documents": state.documents,
            "clauses": state.clauses,
            "encoder": state.encoder,
            "built": state.built,
            "llm": {"kind": state.llm.kind, "name": state.llm.name, "reachable": state.llm.reachable},
        }

    app.include_router(router)
    app.add_exception_handler(WenceError, _answer_wence_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid_body)


def describe_clause(wence: Wence, name: str) -> dict[str, Any]:
    """Return a clause, named by its id or as a person would, as the object of ``wence clauses --json`` and more.

    Besides those keys: ``id``, ``title`` and ``damaged``, the damaged stretches inside it
    as [start, end] in the document's text.
    """
    clause = wence.index.clauses.get(name) or wence.find_clause(name)
    parsed = wence.index.parsed[clause.document_id]
    damaged = [
        [max(span.start, clause.start), min(span.end, clause.end)]
        for span in parsed.damaged
        if span.start < clause.end and span.end > clause.start
    ]
    record = clause_record(clause, parsed.document)
    return {"id": clause.id, "title": parsed.document.title, **record, "damaged": damaged}


async def _answer_wence_error(_request: Request, error: Exception) -> JSONResponse:
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)
    return JSONResponse({"error": str(error)}, status_code=status)


async def _answer_invalid_body(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return JSONResponse({"error": f"{place}: {first['msg']}"}, status_code=422)
