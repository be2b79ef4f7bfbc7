from pathlib import Path

import pytest

from tests.index.fakes import LAW, POLICY, fill_home, write_file


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One small document in place of those that ship, so that a new home is filled at once."""
    folder = tmp_path / "shipped"
    write_file(folder / "甲法.md", LAW)
    monkeypatch.setattr("index.ingest.shipped_documents", lambda: folder)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the shipped 甲法 and an ingested 乙意见."""
    fill_home(tmp_path / "home", write_file(tmp_path / "files" / "乙意见.txt", POLICY))
    return tmp_path / "home"
