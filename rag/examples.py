"""Example questions that suit the documents loaded."""

from __future__ import annotations

from corpus.catalog import Catalog
from index.store import Index

_KNOWN = (
    ("消费者权益保护法", "买到假货能赔多少？"),
    ("关于开展质量提升行动的指导意见", "质量提升行动的指导意见对小企业有什么帮助？"),
    ("产品质量法", "产品质量法对以次充好怎么处罚？"),
    ("食品安全法", "食品召回以后还能再卖吗？"),
    ("关于开展质量提升行动的指导意见", "第五部分有哪些条款？"),
)


def suggest_questions(index: Index, catalog: Catalog, k: int) -> list[str]:
    """Return up to ``k`` questions: known good ones for documents that are there, else one a document's last clause."""
    names = catalog.names()
    found = [question for name, question in _KNOWN if name in names and _is_clear(question, index)]
    for parsed in index.parsed.values():
        numbered = [clause for clause in parsed.clauses if clause.number]
        if numbered:
            title = parsed.document.title.removeprefix("中华人民共和国")
            found.append(f"《{title}》{numbered[0].label}规定了什么？")
    return list(dict.fromkeys(found))[:k]


def _is_clear(question: str, documents: Index) -> bool:
    return not question.startswith("第") or len(documents.parsed) == 1
