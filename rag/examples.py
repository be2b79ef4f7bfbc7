"""Example questions that suit the documents loaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice

from corpus.catalog import Catalog
from corpus.model import ParsedDocument
from corpus.names import normalise_name
from index.store import Index
from rag.model import Answer
from rag.phrasing import Proposal, propose_questions
from rag.suggestions import verify_proposals

MOST_DOCUMENTS = 8
"""Of how many documents questions are made."""
MOST_CLAUSES = 150
"""How many clauses of each are looked at."""
MOST_VERIFIED = 4
"""How many questions are asked to find those that are answered."""

_KNOWN = (
    ("消费者权益保护法", "买到假货能赔多少？"),
    ("关于开展质量提升行动的指导意见", "质量提升行动的指导意见对小企业有什么帮助？"),
    ("产品质量法", "产品质量法对以次充好怎么处罚？"),
    ("食品安全法", "食品召回以后还能再卖吗？"),
    ("关于开展质量提升行动的指导意见", "第五部分有哪些条款？"),
)
_CLOSE = re.compile(
    r"消费者|劳动者|职工|员工|业主|患者|学生|未成年人|子女|老年人|妇女|残疾人|用人单位|个人|居民|公民|村民|父母|夫妻|当事人|承租|乘客|旅游者"
    r"|赔偿|工资|加班|试用期|押金|退|费用|补偿|合同|假|保险|房|车|伤|病|投诉|举报|隐私"
)
"""What people meet in their own lives."""
_BEST_LENGTH = range(10, 23)


class Examples:
    """The example questions of one index: found when they are first asked for, and kept."""

    def __init__(self, index: Index, catalog: Catalog, ask: Callable[[str], Answer]) -> None:
        self._index = index
        self._catalog = catalog
        self._ask = ask

    def list_questions(self, k: int) -> list[str]:
        """Return up to ``k`` questions.

        Known good ones for documents that are there come first, then such as the documents
        are seen to answer, then one a document's first clause.
        """
        found = self._known[:k]
        if len(found) < k:
            found = [*found, *self._verified, *islice(self._name_clauses(), k)]
        return list(dict.fromkeys(found))[:k]

    @cached_property
    def _known(self) -> list[str]:
        names = self._catalog.names()
        return [question for name, question in _KNOWN if name in names and self._is_clear(question)]

    def _is_clear(self, question: str) -> bool:
        return not question.startswith("第") or len(self._index.parsed) == 1

    @cached_property
    def _verified(self) -> list[str]:
        known = {id for name, question in _KNOWN if question in self._known for id in self._catalog.names()[name]}
        proposals = [self._choose(parsed) for parsed in self._list_documents() if parsed.document.id not in known]
        best = sorted((one for one in proposals if one is not None), key=_score)
        return verify_proposals(best, self._ask, k=MOST_VERIFIED, most=MOST_VERIFIED)

    def _list_documents(self) -> Iterator[ParsedDocument]:
        """Yield documents in force, of more than are looked at some from all over."""
        in_force = self._catalog.in_force()
        ids = [one.id for one in self._catalog.documents if one.id in in_force]
        step = max(1, len(ids) // MOST_DOCUMENTS)
        yield from (self._index.parsed[id] for id in ids[::step][:MOST_DOCUMENTS])

    def _choose(self, parsed: ParsedDocument) -> Proposal | None:
        proposals = [one for clause in parsed.clauses[:MOST_CLAUSES] for one in propose_questions(clause, parsed)]
        return min(proposals, key=_score, default=None)

    def _name_clauses(self) -> Iterator[str]:
        for document in self._catalog.documents:
            clauses = self._index.parsed[document.id].clauses
            first = next((clause for clause in clauses if clause.number), None)
            if first is not None:
                yield f"《{normalise_name(document.title)}》{first.label}规定了什么？"


def _score(proposal: Proposal) -> float:
    """Return how late a question comes: those of what people meet themselves, neither short nor long, come first."""
    close = len(set(_CLOSE.findall(proposal.question)))
    return proposal.dullness - 1.5 * min(close, 2) + (0 if len(proposal.question) in _BEST_LENGTH else 1)
