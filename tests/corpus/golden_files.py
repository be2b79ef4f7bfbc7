"""The golden form of a parsed document: one readable text file each, of documents that differ in kind."""

from __future__ import annotations

import json
import tarfile
from functools import cache
from importlib import resources
from pathlib import Path

from corpus import ParsedDocument, body_start, parse_document, parse_text

FOLDER = Path(__file__).parent / "golden"
ARCHIVE = Path(__file__).parents[3] / "shared" / "corpora" / "national-laws.tar.gz"
"""The national laws, which lie beside the project and not in it."""

NAMES = (
    "关于开展质量提升行动的指导意见.txt",
    "消费者权益保护法(2013-10-25).md",
    "缺陷汽车产品召回管理条例(2019-03-02).md",
    "农产品质量安全法(2018-10-26).md",
    "侵害消费者权益行为处罚办法(2015-01-05).md",
)
"""Shipped documents: a policy from a news page, laws, a regulation of the State Council, a departmental rule."""

ARCHIVED = (
    "民法典/物权编.md",  # 分编, 章 and 节
    "刑法/刑法.md",  # articles 之一, two attachments
    "刑法/刑法修正案（八）.md",  # an amendment
    "司法解释/最高人民法院关于人民法院强制执行股权若干问题的规定(2021-12-20).md",  # with a form attached
    "司法解释/关于审理非法行医刑事案件具体应用法律若干问题的解释(2016-12-16).md",  # a decision, the text
    "司法解释/人民检察院办理行政执法机关移送涉嫌犯罪案件的规定(2001-12-03).md",  # in 一、
    "司法解释/最高人民法院关于审理名誉权案件若干问题的解答(1993-08-07).md",  # questions and answers
    "司法解释/最高人民法院关于新民间借贷司法解释适用范围问题的批复.md",  # a reply
    "司法解释/最高人民检察院关于构成嫖宿幼女罪主观上是否需要具备明知要件的解释(2001-06-11).md",  # without numbering
    "行政法规/女职工劳动保护特别规定(2012-04-28).md",  # a regulation with an appendix
    "行政法规/关于实行专业技术职务聘任制度的规定(1986-02-18).md",  # in 一、 and 1．
    "行政法规/飞行基本规则(2007-10-18).md",  # articles that run on, a chapter to a line
)
"""Documents of the archive, by their names in it."""
_SHORTENED = {"刑法/刑法.md", "民法典/物权编.md", "行政法规/飞行基本规则(2007-10-18).md"}
"""Of these, articles 之一 and those that follow another span than an article are kept."""


def parse_shipped(name: str) -> ParsedDocument:
    file = Path(str(resources.files("corpus") / "documents" / name))
    parsed = parse_document(file)
    return parse_text(parsed.document.text, id=file.stem, source=name)


def parse_archived(name: str) -> ParsedDocument:
    return parse_text(_read_archive()[name], id=Path(name).stem, source=name)


@cache
def _read_archive() -> dict[str, str]:
    texts = {}
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            name = member.name.removeprefix("./")
            file = archive.extractfile(member) if name in ARCHIVED else None
            if file is not None:
                texts[name] = file.read().decode("utf-8")
    return texts


def render(parsed: ParsedDocument) -> str:
    """Return every fact and span of a parsed document, a line each, the text itself shortened."""
    document = parsed.document
    facts = (document.id, document.title, document.issuer, document.doc_number)
    dates = (document.published, document.effective, document.repealed)
    lines = ["document\t" + "\t".join([*facts, *(str(day or "") for day in dates), str(len(document.text))])]
    last = ""
    clauses = {clause.start: clause for clause in parsed.clauses}
    for span in sorted([*parsed.spans, *parsed.damaged], key=lambda span: (span.start, span.kind)):
        if span.reason == "blank":
            continue
        follows, last = last == "clause", span.kind
        shown = document.text[span.start : span.end]
        shown = shown if len(shown) <= 60 else f"{shown[:30]}……{shown[-28:]}"
        line = [span.kind, f"{span.start}-{span.end}", span.reason]
        clause = clauses.get(span.start) if span.kind == "clause" else None
        if clause is not None:
            if document.source in _SHORTENED and follows and "之" not in clause.number:
                continue
            line += [clause.id, clause.number, clause.label, clause.heading, " / ".join(clause.path)]
            line.append(str(body_start(clause)))
        lines.append("\t".join([*line, json.dumps(shown, ensure_ascii=False)]))
    return "\n".join(lines) + "\n"


def golden_path(name: str) -> Path:
    return FOLDER / f"{Path(name).stem}.tsv"
