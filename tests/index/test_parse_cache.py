import sqlite3
from pathlib import Path

import pytest

from corpus.batch import parse_files
from index.ingest import ingest_documents
from tests.index.fakes import LAW, POLICY, SETTINGS, BigramEncoder, write_file
from tests.index.homes import ingest, law, rebuild, texts


def test_what_was_parsed_before_a_run_died_is_not_parsed_again(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dies(BigramEncoder):
        def encode(self, texts, *, kind):  # type: ignore[no-untyped-def]
            raise KeyboardInterrupt

    for number in range(5):
        write_file(tmp_path / "new" / f"{number}.md", law(str(number)))
    with pytest.raises(KeyboardInterrupt):
        ingest_documents(home, [tmp_path / "new"], SETTINGS, encoder=Dies())
    read: list[list[str]] = []

    def parse(files, limits, *, progress):  # type: ignore[no-untyped-def]
        read.append([file.source for file in files])
        return parse_files(files, limits, progress=progress)

    monkeypatch.setattr("index.parse_cache.parse_files", parse)
    assert len(ingest(home, tmp_path / "new").added) == 5
    assert not any(read)


def test_a_kept_document_that_is_damaged_is_parsed_again(home: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(home / "cache" / "documents.sqlite")
    with connection:
        connection.execute("UPDATE entries SET value = x'00ff'")
    connection.close()
    assert rebuild(home).unchanged == ("甲法", "乙意见")
    assert texts(home) == {"甲法": LAW, "乙意见": POLICY}
