"""The golden form of a parsed document: one readable text file each."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from corpus import ParsedDocument, body_start, parse_text, read_document

FOLDER = Path(__file__).parent / "golden"
NAMES = (
    "关于开展质量提升行动的指导意见.txt",
    "消费者权益保护法(2013-10-25).md",
    "缺陷汽车产品召回管理条例(2019-03-02).md",
    "农产品质量安全法(2018-10-26).md",
)


def parse_shipped(name: str) -> ParsedDocument:
    file = Path(str(resources.files("corpus") / "documents" / name))
    return parse_text(read_document(file), id=file.stem, source=name)


def render(parsed: ParsedDocument) -> str:
    """Return every fact and span of a parsed document, a line each, the text itself shortened."""
    document = parsed.document
    facts = (document.id, document.title, document.issuer, document.doc_number)
    dates = (document.published, document.effective, document.repealed)
    lines = ["document\t" + "\t".join([*facts, *(str(day or "") for day in dates), str(len(document.text))])]
    clauses = {clause.start: clause for clause in parsed.clauses}
    for span in sorted([*parsed.spans, *parsed.damaged], key=lambda span: (span.start, span.kind)):
        if span.reason == "blank":
            continue
        shown = document.text[span.start : span.end]
        shown = shown if len(shown) <= 60 else f"{shown[:30]}……{shown[-28:]}"
        line = [span.kind, f"{span.start}-{span.end}", span.reason]
        clause = clauses.get(span.start) if span.kind == "clause" else None
        if clause is not None:
            line += [clause.id, clause.number, clause.label, clause.heading, " / ".join(clause.path)]
            line.append(str(body_start(clause)))
        lines.append("\t".join([*line, json.dumps(shown, ensure_ascii=False)]))
    return "\n".join(lines) + "\n"


def golden_path(name: str) -> Path:
    return FOLDER / f"{Path(name).stem}.tsv"
