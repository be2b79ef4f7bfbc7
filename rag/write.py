"""The written answer: an LLM's draft, let through sentence by sentence once verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.errors import LLMError
from corpus.sentences import split_sentences
from index.model import Hit
from index.store import Index
from rag import messages
from rag.citations import Verified, Verify, verify_sentence
from rag.draft import DraftSentence, DraftSplitter
from rag.extract import ANSWERS, STRICTNESS, Quotation, merge_spans, reaches_bar, widen_span
from rag.finding import Finding, quote_statement
from rag.llm import ChatModel
from rag.messages import say
from rag.model import Answer, Citation, Passage, Removal, Statement, Turn
from rag.prompts import Prompt, build_messages
from rag.settings import Settings

MARGIN = 1.0
"""How far below the best sentence another may be and still answer, beside what the extractive answer quotes."""
TOLD = 0.8
"""The share of a sentence that the model's own sentences quote from which it is not quoted again."""
SHOWN_WHOLE = 120
"""Characters up to which a prompt shows a clause whole: a small model reads some 150 tokens a second."""
NOT_ASKED = "所引原文没有回答所问"


def write_answer(
    history: Sequence[Turn],
    findings: Sequence[Finding],
    *,
    extracted: Answer,
    llm: ChatModel,
    index: Index,
    settings: Settings,
    verify: Verify = verify_sentence,
) -> Iterator[Answer]:
    """Yield the written answer as it grows; ``extracted`` stands in where the LLM fails or nothing is verified.

    At the end it gets the quotations that answer and that the model left out.
    """
    english = findings[0].query.english
    damaged = {id: parsed.damaged for id, parsed in index.parsed.items()}
    titles = {id: parsed.document.title for id, parsed in index.parsed.items()}
    answering = find_answering(findings, bar=ANSWERS + STRICTNESS[settings.answer.strictness])
    prompt = build_messages(
        " ".join(finding.query.text for finding in findings),
        choose_passages(answering, settings.answer.passages),
        history,
        budget=settings.llm.context_tokens - settings.llm.answer_max_tokens,
        titles=titles,
        damaged=damaged,
        focus=choose_focus(answering),
    )
    page = _Page(extracted)
    try:
        for sentence in _draft(llm, prompt):
            checked = verify(sentence, prompt.passages, damaged, titles=titles)
            if page.add(require_answer(checked, answering)):
                yield page.answer()
    except LLMError as error:
        notice = say(messages.LLM_FAILED, english=english, reason=str(error))
        yield replace(extracted, removed=tuple(page.removed), notice=notice)
        return
    if page.statements:
        yield page.complete(extracted)
    else:
        notice = say(messages.LLM_UNVERIFIED, english=english)
        yield replace(extracted, removed=tuple(page.removed), notice=notice)


def find_answering(findings: Sequence[Finding], *, bar: float = ANSWERS) -> list[Quotation]:
    """Return the stretches that may answer: what the extractive answer quotes, and what was read as nearly as good.

    Of a part of the question that nothing answers there is none: the model may not answer it either.
    """
    found: list[Quotation] = []
    for finding in findings:
        if not finding.quotations:
            continue
        found += finding.quotations
        best = max((one.place for one in finding.evidence), default=0.0)
        near = [one for one in finding.evidence if reaches_bar(one, bar) and one.place >= best - MARGIN]
        found += [Quotation(one.clause, one.start, one.end) for one in near]
    return found


def require_answer(checked: Verified | Removal, answering: Sequence[Quotation]) -> Verified | Removal:
    """Return a verified sentence as it is where it quotes what answers; else why it is removed.

    What stands in a clause may still be beside the question.
    """
    if isinstance(checked, Removal) or any(
        one.clause.id == citation.clause_id and one.start < citation.end and citation.start < one.end
        for citation in checked.citations
        for one in answering
    ):
        return checked
    return Removal(checked.text, NOT_ASKED)


def choose_passages(answering: Sequence[Quotation], k: int) -> list[Passage]:
    """Return up to ``k`` passages, the clauses of what may answer; a small model would copy any other as readily."""
    clauses = list(dict.fromkeys(one.clause for one in answering))[:k]
    return [Passage(Hit(f"{clause.id}/1", 1.0 / rank, rank), clause) for rank, clause in enumerate(clauses, 1)]


def choose_focus(answering: Sequence[Quotation]) -> dict[str, list[tuple[int, int]]]:
    """Return of each long clause the stretches that are shown: what may answer, with its list and its exceptions."""
    focus: dict[str, list[tuple[int, int]]] = {}
    for one in answering:
        if len(one.clause.text) > SHOWN_WHOLE:
            focus.setdefault(one.clause.id, []).extend(widen_span(one.clause, one.start, one.end))
    return {id: merge_spans(stretches) for id, stretches in focus.items()}


def _draft(llm: ChatModel, prompt: Prompt) -> Iterator[DraftSentence]:
    splitter = DraftSplitter(passages=len(prompt.passages))
    for piece in llm.stream(prompt.messages):
        yield from splitter.feed(piece)
    yield from splitter.finish()


def find_untold(quote: Citation, known: Sequence[Citation]) -> list[Citation]:
    """Return the sentences of ``quote`` that ``known`` does not quote, neighbours in one; all of it, or none, too."""
    told = [(one.start, one.end) for one in known if one.clause_id == quote.clause_id]
    left: list[tuple[int, int]] = []
    for start, end in split_sentences(quote.quote, quote.start):
        covered = sum(max(0, min(end, last) - max(start, first)) for first, last in merge_spans(told))
        if covered < TOLD * (end - start):
            begun = (
                left.pop()[0]
                if left and not quote.quote[left[-1][1] - quote.start : start - quote.start].strip()
                else start
            )
            left.append((begun, end))
    return [Citation(quote.clause_id, quote.quote[a - quote.start : b - quote.start], a, b) for a, b in left]


class _Page:
    """The statements let through so far, their citations each once, and what was removed."""

    def __init__(self, extracted: Answer) -> None:
        self.statements: list[Statement] = []
        self.removed: list[Removal] = []
        self._citations: list[Citation] = []
        self._rest = extracted.rest
        self._status = extracted.status

    def add(self, checked: Verified | Removal) -> bool:
        """Take a checked sentence; return whether it stands and is new."""
        if isinstance(checked, Removal):
            self.removed.append(checked)
            return False
        if any(statement.text == checked.text for statement in self.statements):
            return False
        self._citations.extend(citation for citation in checked.citations if citation not in self._citations)
        positions = tuple(self._citations.index(citation) for citation in checked.citations)
        self.statements.append(Statement(checked.text, positions, "llm"))
        return True

    def complete(self, extracted: Answer) -> Answer:
        """Return the whole answer: what the model wrote, and the words that answer and that it left out."""
        for statement in extracted.statements:
            for position in statement.citations:
                for quote in find_untold(extracted.citations[position], self._citations):
                    self._citations.append(quote)
                    self.statements.append(quote_statement(quote, len(self._citations) - 1))
        return self.answer()

    def answer(self) -> Answer:
        """Return the answer so far."""
        lines = [s.text + "".join(f"[{position + 1}]" for position in s.citations) for s in self.statements]
        return Answer(
            text="\n".join([*lines, *self._rest]),
            statements=tuple(self.statements),
            citations=tuple(self._citations),
            status=self._status,
            removed=tuple(self.removed),
            rest=self._rest,
        )
