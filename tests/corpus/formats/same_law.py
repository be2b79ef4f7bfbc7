"""A law and a policy that ship, as their plain lines: every format must yield the same clauses of them."""

from __future__ import annotations

from importlib import resources

from corpus.lines import drop_blanks, split_lines
from corpus.model import SourceText
from corpus.parse import parse_source

LAW = "产品质量法(2018-12-29)"
POLICY = "关于开展质量提升行动的指导意见"


def read_lines(name: str) -> list[str]:
    """Return the filled lines of a document that ships, Markdown's heading signs and comments dropped."""
    folder = resources.files("corpus").joinpath("documents")
    file = next(file for file in folder.iterdir() if file.name.rpartition(".")[0] == name)
    lines = [line.text.lstrip("# ") for line in split_lines(file.read_text(encoding="utf-8"))]
    return [line for line in lines if line and not line.startswith("<!--")]


def read_policy() -> list[str]:
    """Return the title of the policy and its clauses, without the page that it was scraped from."""
    lines = read_lines(POLICY)
    first = next(place for place, line in enumerate(lines) if line.startswith("(二十)"))
    last = max(place for place, line in enumerate(lines) if line.startswith("(三十)"))
    return ["中共中央、国务院关于开展质量提升行动的指导意见", *lines[first : last + 2]]


def list_clauses(content: SourceText | str, *, id: str = LAW) -> list[tuple[str, str]]:
    """Return the numbers of the clauses and their texts without white space."""
    source = content if isinstance(content, SourceText) else SourceText(content)
    clauses = parse_source(source, id=id, source=id).clauses
    return [(clause.number or clause.label, drop_blanks(clause.text)) for clause in clauses]
