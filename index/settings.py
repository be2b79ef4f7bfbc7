"""The settings of the index."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from corpus.settings import CorpusSettings

Backend = Literal["auto", "torch", "openvino", "openvino-int8"]

SHIPPED_ENCODER = Path(__file__).parent / "models" / "encoder"
SHIPPED_RERANKER = Path(__file__).parent / "models" / "reranker"
SHIPPED_READER = Path(__file__).parent / "models" / "reader"
SHIPPED_ADAPTER = Path(__file__).parent / "models" / "adapter"
SHIPPED_KNOWN = Path(__file__).parent / "models" / "known"


class IndexSettings(BaseModel):
    """How documents are embedded and searched. A change of ``encoder`` needs ``wence index --rebuild``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoder: str = Field("", description="sentence-transformers name or folder; empty: the one that ships")
    reranker: str = Field(
        "", description="cross-encoder name or folder that orders what a search finds; empty: the one that ships; none"
    )
    backend: Backend = Field("auto", description="what encodes passages; auto: the fastest here that keeps the vectors")
    chunk_max_characters: int = Field(420, ge=50, le=8_000, description="longer clauses are split between sentences")
    batch_size: int = Field(32, ge=1, le=1_024, description="texts encoded at a time")


LIMITS = CorpusSettings()
"""How files are read where no other settings are given."""
