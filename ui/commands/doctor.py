"""``wence doctor``: what Wence needs, looked at piece by piece; each piece is well, or says what to do."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import WenceError

if TYPE_CHECKING:
    from index.model import Encoder
    from rag.settings import Settings

PYTHON = (3, 11)
LIBRARIES = (
    *("torch", "sentence-transformers", "faiss-cpu", "langchain-core", "gradio", "fastapi", "typer"),
    *("lxml", "pypdfium2", "openpyxl"),
)
FREE_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """How one piece is; where it is not ``well``, the text says what to do."""

    well: bool
    piece: str
    text: str


def examine(home: Path | None) -> Iterator[Finding]:
    """Yield a finding a piece, as each is looked at. Loads the models and the index; writes nothing."""
    yield _examine_python()
    missing = [name for name in LIBRARIES if _find_version(name) is None]
    if missing:
        yield Finding(False, "libraries", f"{', '.join(missing)} not installed: run `make setup`, or `pip install .`")
        return
    yield Finding(True, "libraries", ", ".join(f"{name} {_find_version(name)}" for name in LIBRARIES))
    from rag.settings import load_settings

    try:
        settings = load_settings() if home is None else load_settings(home=home)
    except WenceError as error:
        yield Finding(False, "settings", str(error))
        return
    yield Finding(True, "settings", "understood")
    yield from _examine_home(settings.home)
    encoder, finding = _examine_encoder(settings)
    yield finding
    yield from _examine_readers(settings)
    yield _examine_index(settings, encoder)
    yield from _examine_llm(settings)
    yield _examine_libreoffice()


def _examine_libreoffice() -> Finding:
    from corpus.formats.office import find_libreoffice

    found = find_libreoffice()
    return Finding(True, "formats", f"LibreOffice: {found or 'not found, and only .doc, .wps and .rtf need it'}")


def _examine_python() -> Finding:
    found = sys.version.split()[0]
    if sys.version_info[:2] < PYTHON:
        return Finding(False, "python", f"{found} is too old: install Python {PYTHON[0]}.{PYTHON[1]} or newer")
    return Finding(True, "python", f"{found} ({sys.executable})")


def _examine_home(home: Path) -> Iterator[Finding]:
    standing = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    if not standing.is_dir() or not os.access(standing, os.W_OK | os.X_OK):
        yield Finding(False, "home", f"{home} cannot be written to: choose another folder with WENCE_HOME or --home")
        return
    yield Finding(True, "home", str(home))
    free = shutil.disk_usage(standing).free
    text = f"{free / 1e9:.1f} GB free"
    if free < FREE_BYTES:
        yield Finding(
            False, "disk", f"{text}: free {FREE_BYTES / 1e9:.1f} GB, or choose another folder with WENCE_HOME"
        )
    else:
        yield Finding(True, "disk", text)


def _examine_encoder(settings: Settings) -> tuple[Encoder | None, Finding]:
    from index.encoder import open_encoder

    try:
        encoder = open_encoder(settings.index)
        dimension = encoder.encode(["试"], kind="query").shape[1]
    except WenceError as error:
        return None, Finding(False, "encoder", str(error))
    return encoder, Finding(True, "encoder", f"{encoder.name}, {dimension} dimensions")


def _examine_readers(settings: Settings) -> Iterator[Finding]:
    from index.reranker import open_reader, open_reranker

    for name, opening in (("reranker", open_reranker), ("reader", open_reader)):
        try:
            model = opening(settings.index)
            if model is not None:
                model.score("试", ["试"])
        except WenceError as error:
            yield Finding(False, name, str(error))
        else:
            yield Finding(True, name, model.name if model else "none: set so")


def _examine_index(settings: Settings, encoder: Encoder | None) -> Finding:
    from index.generations import find_generation, list_generations
    from index.store import open_index, open_manifest

    try:
        if find_generation(settings.home) is None and not list_generations(settings.home):
            return Finding(True, "index", "none yet: built from the shipped documents when first needed")
        if encoder is None:
            manifest = open_manifest(settings.home)
        else:
            manifest = open_index(settings.home, settings.index, encoder=encoder).manifest
    except WenceError as error:
        return Finding(False, "index", str(error))
    return Finding(
        True, "index", f"{manifest.documents:,} documents, {manifest.clauses:,} clauses, built {manifest.built}"
    )


def _examine_llm(settings: Settings) -> Iterator[Finding]:
    from rag.llm import check_llm

    state = check_llm(settings.llm)
    yield Finding(state.reachable or state.kind == "none", "llm", state.detail)
    installed = find_spec("xllamacpp") is not None
    version = _find_version("xllamacpp") or ""
    hint = "not installed (needed for WENCE_LLM__GGUF alone): `pip install xllamacpp`"
    yield Finding(installed or not settings.llm.gguf, "gguf", f"xllamacpp {version}" if installed else hint)


def _find_version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
