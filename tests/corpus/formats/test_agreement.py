"""The same document in every format, written to files as a person has them, yields the same clauses."""

import html
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pytest

from corpus.labels import read_label
from corpus.lines import drop_blanks
from corpus.parse import parse_file
from corpus.settings import CorpusSettings
from tests.corpus.formats import make_ofd, make_pdf
from tests.corpus.formats.same_law import read_lines, read_policy

DOCUMENTS = {
    "产品质量法(2018-12-29)": read_lines,
    "标准化法(2017-11-04)": read_lines,
    "质量提升": lambda _: read_policy(),
}


def write_markdown(lines: Sequence[str]) -> bytes:
    title, *rest = lines
    return "\n\n".join([f"# {title}", *(f"## {line}" if is_heading(line) else line for line in rest)]).encode()


def write_word(lines: Sequence[str]) -> bytes:
    document = docx.Document()
    for place, line in enumerate(lines):
        document.add_paragraph(line, style="Title" if not place else "Heading 1" if is_heading(line) else None)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def write_page(lines: Sequence[str]) -> bytes:
    title, *rest = (html.escape(line) for line in lines)
    body = "".join(f"<h2>{line}</h2>" if is_heading(line) else f"<p>　　{line}</p>" for line in rest)
    head = f"<head><meta charset=utf-8><title>{title}_某市人民政府</title></head>"
    return f"<html>{head}<nav><a href=/>首页</a></nav><h1>{title}</h1>{body}<footer>版权所有</footer>".encode()


def is_heading(line: str) -> bool:
    label = read_label(line)
    return label is not None and label.kind in {"division", "part"} and len(line) < 30


WRITERS: dict[str, Callable[[Sequence[str]], bytes]] = {
    ".md": write_markdown,
    ".html": write_page,
    ".docx": write_word,
    ".pdf": lambda lines: make_pdf.set_document(lines, header="某某政府公报"),
    ".ofd": lambda lines: make_ofd.set_document(lines, header="某某政府公报"),
}


def list_clauses(path: Path) -> list[tuple[str, str, tuple[str, ...], str]]:
    (parsed,) = parse_file(path, CorpusSettings()).values()
    return [
        (one.number, drop_blanks(one.label), tuple(drop_blanks(head) for head in one.path), drop_blanks(one.text))
        for one in parsed.clauses
    ]


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_yields_the_clauses_of_its_plain_text(tmp_path: Path, name: str, suffix: str) -> None:
    lines = DOCUMENTS[name](name)
    plain, other = tmp_path / f"{name}.txt", tmp_path / f"{name}{suffix}"
    plain.write_text("\n".join(lines), encoding="utf-8")
    other.write_bytes(WRITERS[suffix](lines))
    assert list_clauses(other) == list_clauses(plain)
    assert len(list_clauses(plain)) > 10
