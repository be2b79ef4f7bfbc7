"""Homes filled with the deterministic encoder, and what they hold."""

from pathlib import Path

from index.ingest import ingest_documents, rebuild_index
from index.report import IngestReport
from index.store import open_index
from tests.index.fakes import SETTINGS, BigramEncoder


def ingest(home: Path, *paths: Path) -> IngestReport:
    return ingest_documents(home, paths, SETTINGS, encoder=BigramEncoder())


def rebuild(home: Path) -> IngestReport:
    return rebuild_index(home, SETTINGS, encoder=BigramEncoder())


def texts(home: Path) -> dict[str, str]:
    loaded = open_index(home, SETTINGS, encoder=BigramEncoder())
    return {id: one.document.text for id, one in loaded.parsed.items()}


def law(words: str) -> str:
    return f"丙法\n\n第一条　{words}。\n"
