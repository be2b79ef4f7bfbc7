"""The written answer: an LLM's draft, let through sentence by sentence once verified."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.clauses import body_start
from corpus.errors import LLMError
from corpus.sentences import split_sentences
from index.model import Hit
from index.store import Index
from rag import messages
from rag.answer import Finding
from rag.citations import Verified, Verify, verify_sentence
from rag.draft import DraftSentence, DraftSplitter
from rag.enumerations import find_list
from rag.evidence import Evidence
from rag.llm import ChatModel
from rag.messages import say
from rag.model import Answer, Citation, Passage, Removal, Statement, Turn
from rag.prompts import Prompt, build_messages
from rag.settings import Settings

BESIDE = -2.0
"""Log-odds of answering below which what a sentence quotes is beside the question."""
SHOWN_WHOLE = 220
"""Characters up to which a prompt shows a clause whole: a small model reads some 150 a second."""
SHOWN_SENTENCES = 2
"""How many sentences of a longer clause it shows, each with its neighbours."""
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
    prompt = build_messages(
        " ".join(finding.query.text for finding in findings),
        choose_passages(findings, settings.answer.passages),
        history,
        budget=settings.llm.context_tokens - settings.llm.answer_max_tokens,
        titles=titles,
        damaged=damaged,
        focus=choose_focus(findings),
    )
    page = _Page(extracted)
    evidence = [one for finding in findings for one in finding.evidence]
    try:
        for sentence in _draft(llm, prompt):
            checked = verify(sentence, prompt.passages, damaged, titles=titles)
            if page.add(require_answer(checked, evidence)):
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


def require_answer(checked: Verified | Removal, evidence: Sequence[Evidence]) -> Verified | Removal:
    """Return a verified sentence as it is where its quotes answer; else why it is removed.

    What stands in a clause may still be beside the question. What was not read for it
    (``evidence``) says nothing for or against where nothing was read at all.
    """
    if isinstance(checked, Removal) or not evidence:
        return checked
    scores = (
        one.score
        for citation in checked.citations
        for one in evidence
        if one.clause.id == citation.clause_id and one.start < citation.end and citation.start < one.end
    )
    return checked if max(scores, default=-math.inf) >= BESIDE else Removal(checked.text, NOT_ASKED)


def choose_passages(findings: Sequence[Finding], k: int) -> list[Passage]:
    """Return up to ``k`` passages: the clauses that the extractive answer quotes, then the next best."""
    quoted = [quotation.clause for finding in findings for quotation in finding.quotations]
    others = sorted((one for finding in findings for one in finding.evidence), key=lambda one: -one.score)
    clauses = list(dict.fromkeys([*quoted, *(one.clause for one in others)]))[:k]
    return [Passage(Hit(f"{clause.id}/1", 1.0 / rank, rank), clause) for rank, clause in enumerate(clauses, 1)]


def choose_focus(findings: Sequence[Finding]) -> dict[str, list[tuple[int, int]]]:
    """Return of each long clause the stretches worth showing: what may answer, with its list and its neighbours."""
    read: dict[str, list[Evidence]] = {}
    for finding in findings:
        for one in finding.evidence:
            read.setdefault(one.clause.id, []).append(one)
    focus: dict[str, list[tuple[int, int]]] = {}
    for id, found in read.items():
        clause = found[0].clause
        if len(clause.text) <= SHOWN_WHOLE:
            continue
        begin = body_start(clause)
        sentences = split_sentences(clause.text[begin - clause.start :], begin)
        wanted: set[int] = set()
        for one in sorted(found, key=lambda one: -one.score)[:SHOWN_SENTENCES]:
            place = next((i for i, (start, _) in enumerate(sentences) if start == one.start), None)
            if place is not None:
                wanted |= {place - 1, place, place + 1} & set(range(len(sentences)))
                listed = find_list(clause, one.start)
                wanted |= {i for i, sentence in enumerate(sentences) if listed and sentence == listed.lead}
        focus[id] = [sentences[i] for i in sorted(wanted)]
    return {id: stretches for id, stretches in focus.items() if stretches}


def _draft(llm: ChatModel, prompt: Prompt) -> Iterator[DraftSentence]:
    splitter = DraftSplitter(passages=len(prompt.passages))
    for piece in llm.stream(prompt.messages):
        yield from splitter.feed(piece)
    yield from splitter.finish()


def _overlap(one: Citation, other: Citation) -> bool:
    return one.clause_id == other.clause_id and one.start < other.end and other.start < one.end


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
            quotes = [extracted.citations[position] for position in statement.citations]
            if any(_overlap(quote, known) for quote in quotes for known in self._citations):
                continue
            self._citations.extend(quotes)
            positions = tuple(self._citations.index(quote) for quote in quotes)
            self.statements.append(Statement(statement.text, positions, "extract"))
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
