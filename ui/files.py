"""What the page downloads and sends: conversations, runs and ratings as files, documents and question sets."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from corpus.errors import NotFound
from ui.home import OpenHome
from ui.records.ratings import write_ratings
from ui.records.runs import PAGE_NAME, SET_SUFFIXES, find_run
from ui.records.uploads import receive_file
from ui.text import Language

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def add_files(app: FastAPI, home: OpenHome) -> None:
    """Add the routes under ``/page``."""
    router = APIRouter(prefix="/page")

    @router.get("/conversations/{id}.{kind}")
    def export_conversation(id: str, kind: Literal["docx", "md"], language: Language = "zh") -> Response:
        from ui.export.docx import write_docx
        from ui.export.markdown import write_markdown

        conversation, exchanges = home.conversations.find(id), home.conversations.read(id)
        name = f"{conversation.name}.{kind}"
        if kind == "md":
            text = write_markdown(conversation, exchanges, language)
            return _attach(text.encode("utf-8", "replace"), "text/markdown; charset=utf-8", name)
        return _attach(write_docx(conversation, exchanges, language), WORD, name)

    @router.get("/ratings.jsonl")
    def export_ratings() -> Response:
        text = write_ratings(home.conversations.list_rated(), home.wence)
        return _attach(text.encode(), "application/jsonl; charset=utf-8", "ratings.jsonl")

    @router.put("/uploads/{batch}/{name}")
    async def receive_upload(batch: str, name: str, request: Request) -> dict[str, str]:
        limits = home.wence.settings.corpus
        return {"name": await receive_file(home.folder, batch, name, request.stream(), limits)}

    @router.put("/uploads/sets/{batch}/{name}")
    async def receive_set(batch: str, name: str, request: Request) -> dict[str, str]:
        limits = home.wence.settings.corpus
        kept = await receive_file(home.folder, batch, name, request.stream(), limits, suffixes=SET_SUFFIXES)
        return {"name": kept}

    @router.get("/runs/{run}/{name}")
    def download_run(run: str, name: Literal["report.html", "answers.jsonl"]) -> Response:
        folder = find_run(home.folder, run)
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise NotFound(f"the run {run} has no {name}: run the question set again") from error
        kind = "text/html; charset=utf-8" if name == PAGE_NAME else "application/jsonl; charset=utf-8"
        return _attach(content, kind, f"{run}-{name}")

    app.include_router(router)


def _attach(content: bytes, kind: str, name: str) -> Response:
    plain = "".join("_" if letter in '\\/:*?"<>|' or ord(letter) < 32 else letter for letter in name)
    return Response(
        content, media_type=kind, headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(plain)}"}
    )
