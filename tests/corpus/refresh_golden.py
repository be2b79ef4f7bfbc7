"""Writes the golden files anew: ``python -m tests.corpus.refresh_golden``; read the difference before keeping it."""

from tests.corpus.golden_files import (
    ARCHIVE,
    ARCHIVED,
    FOLDER,
    NAMES,
    golden_path,
    parse_archived,
    parse_shipped,
    render,
)

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in NAMES:
        golden_path(name).write_text(render(parse_shipped(name)), encoding="utf-8")
    for name in ARCHIVED if ARCHIVE.is_file() else ():
        golden_path(name).write_text(render(parse_archived(name)), encoding="utf-8")
