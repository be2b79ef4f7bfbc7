"""Why a question is not answered, in words."""

from __future__ import annotations

from collections.abc import Sequence

from index.filters import Filter
from index.store import Index
from rag import messages
from rag.amounts import find_amounts
from rag.extract import Quotation
from rag.headings import find_lacking_opening
from rag.lookup import Lookup, describe_extent, find_missing_gap
from rag.messages import say
from rag.understand import Query


class Refusals:
    """Words about the documents of an index; ``wanted`` is the filter that chose them, to be named."""

    def __init__(self, index: Index, *, wanted: Filter | None = None) -> None:
        self._index = index
        self._wanted = wanted

    def explain(self, query: Query, scope: Sequence[str]) -> str:
        """Return why nothing in these documents answers: what is asked for is not there, or is not what is claimed."""
        name = self.name_scope(scope, english=query.english)
        amounts = find_amounts(query.claim)
        if amounts:
            return say(messages.PREMISE, english=query.english, scope=name, amount=next(iter(amounts)))
        for kind in sorted(query.asks & messages.ASKED.keys()):
            asked = messages.ASKED[kind][1 if query.english else 0]
            return say(messages.NO_TYPED, english=query.english, scope=name, asked=asked)
        return say(messages.NO_SUPPORT, english=query.english, scope=name)

    def name_scope(self, scope: Sequence[str], *, english: bool) -> str:
        """Return the documents that were searched as a message names them."""
        if 0 < len(scope) <= 2:
            return messages.join_titles(list(dict.fromkeys(map(self.title, scope))), english=english)
        if self._wanted:
            told = self._wanted.describe(english=english)
            return say(messages.FILTERED_DOCUMENTS, english=english, filter=told)
        return say(messages.ALL_DOCUMENTS, english=english)

    def title(self, id: str) -> str:
        """Return the title of a document."""
        return self._index.parsed[id].document.title

    def describe_missing(self, query: Query, found: Lookup, scope: Sequence[str]) -> str:
        """Return that the clause or the part that is named is not in the document, or not in this copy."""
        if len(scope) != 1 or not found.missing or query.references.sections:
            return say(
                messages.MISSING_PART, english=query.english, title=self.name_scope(scope, english=query.english)
            )
        parsed = self._index.parsed[scope[0]]
        first, last = describe_extent(parsed)
        item = first.startswith(("(", "（"))
        label = "、".join(f"（{number}）" if item else f"第{number}条" for number in found.missing)
        title = f"《{self.title(scope[0])}》"
        gap = find_missing_gap(parsed, found.missing)
        if gap is not None:
            told = messages.SKIPS if gap.before else messages.BEGINS_LATE
            before, following = gap.before, gap.following
            return say(told, english=query.english, title=title, label=label, before=before, first=following)
        return say(
            messages.MISSING_CLAUSE, english=query.english, title=title, label=label, first=first, last=last
        )  # fmt: skip

    def describe_lacking(self, query: Query, quotations: Sequence[Quotation], scope: Sequence[str]) -> str:
        """Return that what is asked stands in a part that this copy lacks, empty where that is not so."""
        ids = list(scope) if len(scope) == 1 else list({quotation.clause.document_id for quotation in quotations})
        if len(ids) != 1:
            return ""
        parsed = self._index.parsed[ids[0]]
        quoted = [parsed.document.text[quotation.start : quotation.end] for quotation in quotations]
        word, first = find_lacking_opening(query, parsed, quoted)
        if not word:
            return ""
        title = f"《{parsed.document.title}》"
        return say(messages.BEGINS_LATE, english=query.english, label=f"“{word}”", title=title, first=first)
