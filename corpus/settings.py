"""The settings of reading files: the limits that keep a hostile file from taking the machine down."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CorpusSettings(BaseModel):
    """How files are read. A file beyond a limit is refused with one line; the rest is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file_max_bytes: int = Field(50_000_000, ge=1, description="larger files are refused")
    text_max_characters: int = Field(20_000_000, ge=1, description="files that hold more text are refused")
    pages_max: int = Field(3_000, ge=1, description="longer PDF and OFD files are refused")
    unpacked_max_bytes: int = Field(400_000_000, ge=1, description="what a zip, docx, xlsx or ofd may unpack to")
    compression_ratio_max: int = Field(200, ge=2, description="a packed file that unpacks to more is refused")
    archive_max_files: int = Field(10_000, ge=1, description="zip files that hold more are refused")
    timeout_seconds: float = Field(60, gt=0, description="a file that takes longer is given up")
    worker_max_bytes: int = Field(2_000_000_000, ge=200_000_000, description="memory of a process that reads files")
    workers: int = Field(0, ge=0, le=64, description="processes that read files; 0: one for each core")
