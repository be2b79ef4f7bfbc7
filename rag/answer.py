"""A question to an answer without an LLM: look up, or search, choose and quote; abstain where nothing answers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter

from corpus.catalog import Catalog
from corpus.model import Clause
from index.filters import Filter
from index.store import Index
from rag import messages
from rag.amounts import find_amounts
from rag.asks import find_asks
from rag.evidence import Evidence, EvidenceFinder, cut_damage
from rag.extract import ANSWERS, FIGURES, NAMED_ANSWERS, STRICTNESS, Quotation, choose_evidence, quote_evidence
from rag.headings import PART, find_headed, find_lacking_opening, find_under
from rag.lookup import (
    MOST_CLAUSES,
    Lookup,
    describe_extent,
    find_missing_gap,
    look_up,
    quote_clause,
    quote_heading,
    step,
)
from rag.messages import say
from rag.model import Answer, Citation, Reason, Statement, Turn
from rag.parts import WHOLE, Parts
from rag.reading import SUBJECT, EvidenceReader
from rag.references import References
from rag.settings import Strictness
from rag.understand import Query, asks_nothing, leans_on_history, points_back, understand_question
from rag.versions import choose_versions

RELATED = 3
SAID_CHARACTERS = 300
"""How much of the last question and of its answer tells which document they were about."""
FACET = 1.0
"""Log-odds from which one of several things that a sentence asks is answered, in a clause that does not answer all."""
CLEAR = 3.0
"""Log-odds from which an answer to a short question stands without the turns before it."""
JOINED = 1.5
"""How much better, in log-odds, a question that follows another is answered alone where it is not read with it."""
HOPELESS = -2.5
"""Log-odds below which a short question is off the subject, whatever was asked before it."""
VERSIONED = 5
"""Of so many sentences, the best of a document with several versions tells which is meant where versions are."""
ASKED_APART = 6
"""So many clauses that a question names are each asked for themselves; more of them together."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one question or a part of it.

    ``evidence`` is everything looked at, best first; ``quotations`` what answers; with
    none, ``reason`` and ``text`` say why. ``settled`` findings (a lookup, a refusal)
    leave nothing for an LLM to write.
    """

    query: Query
    evidence: tuple[Evidence, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    related: tuple[Clause, ...] = ()
    reason: Reason = ""
    text: str = ""
    settled: bool = False


class Extractor:
    """Finds what answers a question in one index; ``wanted`` is the filter that chose the documents, to be named."""

    def __init__(
        self,
        index: Index,
        catalog: Catalog,
        finder: EvidenceFinder,
        reader: EvidenceReader,
        *,
        wanted: Filter | None = None,
        strictness: Strictness = "balanced",
        parts: Parts = WHOLE,
    ) -> None:
        self._index = index
        self._catalog = catalog
        self._finder = finder
        self._reader = reader
        self._wanted = wanted
        self._strictness = strictness
        self._parts = parts
        self._bar = ANSWERS if parts.abstention else -math.inf
        self._stricter = STRICTNESS[strictness]

    def keep_to(self, wanted: Filter) -> Extractor:
        """Return the same with a filter to be named."""
        return Extractor(
            self._index,
            self._catalog,
            self._finder,
            self._reader,
            wanted=wanted,
            strictness=self._strictness,
            parts=self._parts,
        )

    def find(
        self,
        question: str,
        *,
        documents: Sequence[str],
        history: Sequence[Turn],
        day: date,
        rewrite: Callable[[str], str] | None = None,
    ) -> list[Finding]:
        """Return one finding for each question in ``question``, in order; at least one.

        A short question that does not point back is first read alone, and with the turns
        before it only where that finds no clear answer. ``rewrite`` writes one that leans on
        them out as a question of its own, or returns nothing; what finds the better answer
        stands.
        """
        if not history:
            return self._find(question, documents, (), day)
        read: list[tuple[float, list[Finding]]] = []
        alone = self.understand(question, documents, (), day)
        subject = () if alone.references or alone.documents else self._find_subject(history, documents, day)
        if alone.text and not alone.references and not points_back(alone.text):
            found = self._find(question, documents, (), day, subject)
            if all(finding.settled or stands_alone(finding) for finding in found):
                return found
            read.append((score_findings(found), found))
        joined = self._find(question, documents, history, day, subject)
        if any(finding.settled for finding in joined):
            return joined
        read.insert(0, (score_findings(joined) + JOINED, joined))
        if rewrite is not None and leans_on_history(alone.text) and (written := rewrite(question)):
            found = self._find(written, documents, history[-1:], day, subject)
            read.append((score_findings(found) + JOINED, found))
        return max(read, key=itemgetter(0))[1]

    def _find_subject(self, history: Sequence[Turn], documents: Sequence[str], day: date) -> tuple[str, ...]:
        """Return the id of the document that the last answer was about, as it or its words tell; none among one."""
        if history[-1].documents:
            return history[-1].documents[:1]
        said = " ".join(turn.content[:SAID_CHARACTERS] for turn in history[-2:])
        scope = documents or self._list_in_force(day)
        if len(scope) < 2 or not said.strip():
            return ()
        found = self._finder.find_passages(said, self._index.hybrid.encode_query(said), scope, 1)
        return tuple(one.clause.document_id for one in found)

    def _find(
        self,
        question: str,
        documents: Sequence[str],
        history: Sequence[Turn],
        day: date,
        subject: tuple[str, ...] = (),
    ) -> list[Finding]:
        whole = replace(self.understand(question, documents, history, day), subject=subject)
        if not whole.text.strip() and whole.instructed:
            text = say(messages.INSTRUCTION, english=whole.english)
            return [Finding(whole, reason="out_of_scope", text=text, settled=True)]
        if whole.unknown:
            name = messages.join_titles(whole.unknown, english=whole.english)
            text = say(messages.UNKNOWN_DOCUMENT, english=whole.english, name=name)
            return [
                Finding(
                    whole, related=self._related(whole, documents, day), reason="out_of_scope", text=text, settled=True
                )
            ]
        if whole.references:
            return [self._look_up(whole, documents, day)]
        if len(whole.parts) < 2:
            return [self._search(whole, self.choose_scope(whole, documents, day), day)]
        return self._find_parts(whole, documents, day)

    def _find_parts(self, whole: Query, documents: Sequence[str], day: date) -> list[Finding]:
        findings: list[Finding] = []
        for position, part in enumerate(whole.parts):
            query = self.understand(part, documents, (), day)
            if position and leans_on_history(query.text):
                query = replace(query, search=f"{query.text} {whole.parts[0]}")
            elif not position:
                query = replace(query, search=whole.search.replace(whole.text, query.text))
            query = replace(query, several=query.several or whole.several, subject=whole.subject)
            if not query.documents:
                query = replace(query, documents=whole.documents)
            if whole.versions.wanted and not query.documents:
                chosen = findings[0].query.documents if findings else ()
                query = replace(query, versions=whole.versions, documents=chosen)
            followed = self._follow(findings, query) if position else ()
            findings.append(self._search(query, followed or self.choose_scope(query, documents, day), day))
        return findings

    def understand(self, question: str, documents: Sequence[str], history: Sequence[Turn], day: date) -> Query:
        """Return the question understood; one that points back is about the document that a turn before it named."""
        query = understand_question(question, self._catalog, history=history, within=documents, day=day)
        if query.references.beside and not query.references.numbers:
            query = self._resolve_beside(query, documents, history, day)
        if query.documents or not history or not (query.references or points_back(query.text)):
            return query
        for turn in reversed(history):
            named = understand_question(turn.content[:500], self._catalog, within=documents, day=day).documents
            if named:
                return replace(query, documents=named, unknown=())
        return query

    def _resolve_beside(self, query: Query, documents: Sequence[str], history: Sequence[Turn], day: date) -> Query:
        """Return the question with the number of the clause before or behind the one last spoken of (上一条)."""
        last = self._find_last_clause(query, documents, history, day)
        beside = step(last, query.references.beside, self._index.parsed) if last else None
        if beside is None:
            return replace(query, references=replace(query.references, beside=0))
        named = References(numbers=(beside.number,)) if beside.number else References(unnumbered=beside.label)
        return replace(query, references=named, documents=(beside.document_id,))

    def _find_last_clause(
        self, query: Query, documents: Sequence[str], history: Sequence[Turn], day: date
    ) -> Clause | None:
        """Return the clause that the conversation last spoke of: by its number, or by its words."""
        scope = query.documents or history[-1].documents if history else ()
        scope = scope or tuple(documents) or self._list_in_force(day)
        for turn in reversed(history):
            told = understand_question(turn.content[:SAID_CHARACTERS], self._catalog, within=documents, day=day)
            if told.references:
                found = look_up(told.references, self._index.parsed, told.documents or scope, named=False)
                if found.clauses:
                    return found.clauses[-1]
            elif turn.role == "assistant" and turn.content.strip():
                vector = self._index.hybrid.encode_query(turn.content[:SAID_CHARACTERS])
                passages = self._finder.find_passages(turn.content[:SAID_CHARACTERS], vector, scope, 1)
                return passages[0].clause if passages else None
        return None

    def choose_scope(self, query: Query, documents: Sequence[str], day: date) -> tuple[str, ...]:
        """Return the ids of the documents to search: those named, those given, else all in force."""
        if query.documents:
            return query.documents
        return tuple(documents) or self._list_in_force(day)

    def _list_in_force(self, day: date) -> tuple[str, ...]:
        in_force = self._catalog.in_force(day)
        return tuple(id for id in self._index.parsed if id in in_force)

    def _follow(self, findings: Sequence[Finding], query: Query) -> tuple[str, ...]:
        """Return the documents that the clauses already quoted refer to, where they leave what is asked open."""
        if not query.asks or not leans_on_history(query.text):
            return ()
        quoted = [quotation for finding in findings for quotation in finding.quotations]
        names = self._catalog.names()
        found: dict[str, None] = {}
        for quotation in quoted:
            own = quotation.clause.document_id
            words = quotation.clause.text[
                quotation.start - quotation.clause.start : quotation.end - quotation.clause.start
            ]
            for name, ids in names.items():
                if f"《{name}》" in words and own not in ids:
                    found[ids[0]] = None
        return tuple(found)

    def _search(self, query: Query, scope: Sequence[str], day: date) -> Finding:
        headed = find_headed(query, self._index.parsed, scope)
        if headed:
            return self._list_part(query, headed)
        heading, part = find_under(query.topic, self._index.parsed, scope)
        under = [clause.id for clause in part] or None
        if part:
            if asks_nothing(re.sub(f"{heading}{PART}", " ", query.besides)):
                return self._list_part(query, part)
            query = replace(query, search=re.sub(f"{query.topic}{PART}", " ", query.search))
        if query.versions.wanted and not query.documents:
            query = self._choose_versions(query, scope, day)
            scope = query.documents or scope
        vector = self._index.hybrid.encode_query(query.search)
        groups = [(id,) for id in query.documents] if len(query.documents) > 1 else [tuple(scope)]
        if len(groups) > 1:
            query = replace(query, several=False)
        # Where one clause or one document is in no doubt, little is needed to see that it answers.
        lenient = query.locates or (query.versions.wanted == "both" and len(groups) > 1)
        bar = min(self._bar, NAMED_ANSWERS) if lenient else self._bar
        evidence: list[Evidence] = []
        quotations: list[Quotation] = []
        for group in groups:
            found = self._reader.find_evidence(query, vector, group, clauses=under)
            evidence.extend(found)
            chosen = choose_evidence(query, found, bar=bar, stricter=self._stricter)
            if len(groups) == 1:
                chosen = self._choose_facets(query, chosen, scope, under)
            quotations.extend(quote_evidence(query, chosen))
        evidence.sort(key=lambda one: -one.score)
        lacking = self._describe_lacking(query, quotations, scope)
        if quotations and not lacking:
            return Finding(query, tuple(evidence), tuple(quotations))
        text = lacking or self._explain(query, scope)
        related = tuple(dict.fromkeys(one.clause for one in evidence))[:RELATED]
        return Finding(query, tuple(evidence), related=related, reason="no_support", text=text, settled=bool(lacking))

    def _choose_versions(self, query: Query, scope: Sequence[str], day: date) -> Query:
        """Return a question that speaks of versions (新旧两版) with those of the document that it is about."""
        vector = self._index.hybrid.encode_query(query.search)
        for one in self._reader.find_evidence(query, vector, scope)[:VERSIONED]:
            ids = [version.id for version in self._catalog.versions(one.clause.document_id)]
            if len(ids) > 1:
                return replace(query, documents=tuple(choose_versions(query.versions, ids, self._catalog, day)))
        return query

    def _describe_lacking(self, query: Query, quotations: Sequence[Quotation], scope: Sequence[str]) -> str:
        """Return that what is asked stands in a part that this copy lacks, empty where that is not so."""
        if len(scope) != 1:
            return ""
        parsed = self._index.parsed[scope[0]]
        quoted = [parsed.document.text[quotation.start : quotation.end] for quotation in quotations]
        word, first = find_lacking_opening(query, parsed, quoted)
        if not word:
            return ""
        title = f"《{parsed.document.title}》"
        return say(messages.BEGINS_LATE, english=query.english, label=f"“{word}”", title=title, first=first)

    def _choose_facets(
        self, query: Query, chosen: Sequence[Evidence], scope: Sequence[str], clauses: Collection[str] | None
    ) -> list[Evidence]:
        """Return what answers a sentence, and of other clauses what clearly answers each thing that it asks."""
        found = list(chosen)
        for facet in query.facets:
            search = f"{facet} {query.before}".rstrip()
            asked = replace(query, search=search, text=facet, asks=find_asks(facet), several=False)
            evidence = self._reader.find_evidence(
                asked, self._index.hybrid.encode_query(search), scope, clauses=clauses
            )
            best = choose_evidence(asked, evidence, bar=FACET, stricter=self._stricter)[:1]
            found += [one for one in best if all(one.clause.id != other.clause.id for other in found)]
        return found

    def _explain(self, query: Query, scope: Sequence[str]) -> str:
        name = self._name_scope(scope, english=query.english)
        amounts = find_amounts(query.claim)
        if amounts:
            return say(messages.PREMISE, english=query.english, scope=name, amount=next(iter(amounts)))
        for kind in sorted(query.asks & messages.ASKED.keys()):
            asked = messages.ASKED[kind][1 if query.english else 0]
            return say(messages.NO_TYPED, english=query.english, scope=name, asked=asked)
        return say(messages.NO_SUPPORT, english=query.english, scope=name)

    def _name_scope(self, scope: Sequence[str], *, english: bool) -> str:
        if 0 < len(scope) <= 2:
            return messages.join_titles([self._title(id) for id in scope], english=english)
        if self._wanted:
            told = self._wanted.describe(english=english)
            return say(messages.FILTERED_DOCUMENTS, english=english, filter=told)
        return say(messages.ALL_DOCUMENTS, english=english)

    def _title(self, id: str) -> str:
        return self._index.parsed[id].document.title

    def _related(self, query: Query, documents: Sequence[str], day: date) -> tuple[Clause, ...]:
        vector = self._index.hybrid.encode_query(query.search)
        scope = self.choose_scope(query, documents, day)
        return tuple(one.clause for one in self._finder.find_passages(query.search, vector, scope, RELATED))

    def _look_up(self, query: Query, documents: Sequence[str], day: date) -> Finding:
        scope = self.choose_scope(query, documents, day)
        found = look_up(query.references, self._index.parsed, scope, named=bool(query.documents))
        if found.candidates:
            return self._ask_which(query, found.candidates)
        if not found.clauses:
            return self._refuse_lookup(query, found, scope)
        whole = query.tells_only or (query.listing and found.headings_only)
        if not whole and not (query.references.paragraph or query.references.point):
            narrowed = self._narrow(query, found, scope)
            if narrowed is not None:
                return narrowed
        if found.headings_only:
            return self._list_part(query, found.clauses)
        quotations = tuple(q for clause in found.clauses for q in quote_clause(clause, query.references))
        if not quotations:
            return self._refuse_lookup(query, found, scope)
        text = self._describe_missing(query, found, scope) if found.missing else ""
        return Finding(query, quotations=quotations, text=text, settled=True)

    def _ask_which(self, query: Query, candidates: Sequence[Clause]) -> Finding:
        """Return that the documents of these clauses all have what is named, and it is for the person to choose."""
        titles = list(dict.fromkeys(self._title(clause.document_id) for clause in candidates))
        text = say(
            messages.AMBIGUOUS,
            english=query.english,
            count=len(titles),
            titles=messages.join_titles(titles, english=query.english),
        )
        return Finding(query, related=tuple(candidates), reason="ambiguous", text=text, settled=True)

    def _list_part(self, query: Query, clauses: Sequence[Clause]) -> Finding:
        """Return the clauses of a part by their headings, or the clause itself where it is the only one."""
        if len({clause.document_id for clause in clauses}) > 1:
            return self._ask_which(query, clauses[:MOST_CLAUSES])
        if len(clauses) == 1:
            return Finding(query, quotations=tuple(quote_clause(clauses[0], query.references)), settled=True)
        return Finding(query, quotations=tuple(map(quote_heading, clauses[:MOST_CLAUSES])), settled=True)

    def _narrow(self, query: Query, found: Lookup, scope: Sequence[str]) -> Finding | None:
        """Return what answers inside the clauses or the part named, None where all of it is the better answer.

        Of several clauses that are named, each is asked for itself.
        """
        vector = self._index.hybrid.encode_query(query.search)
        named = [clause.id for clause in found.clauses]
        groups = [[id] for id in named] if len(named) <= ASKED_APART and not found.headings_only else [named]
        bar = self._bar if found.headings_only else NAMED_ANSWERS
        evidence: list[Evidence] = []
        quotations: list[Quotation] = []
        for group in groups:
            read = self._reader.find_evidence(query, vector, scope, clauses=group)
            evidence.extend(read)
            quotations += quote_evidence(query, choose_evidence(query, read, bar=bar, stricter=self._stricter))
        evidence.sort(key=lambda one: -one.score)
        if quotations:
            return Finding(query, tuple(evidence), tuple(quotations))
        if query.claim or query.asks & (FIGURES if found.headings_only else query.asks):
            text = self._explain(query, scope)
            related = tuple(dict.fromkeys(one.clause for one in evidence))[:RELATED]
            return Finding(query, tuple(evidence), related=related, reason="no_support", text=text)
        return None

    def _refuse_lookup(self, query: Query, found: Lookup, scope: Sequence[str]) -> Finding:
        text = self._describe_missing(query, found, scope)
        related = tuple(found.clauses) or self._nearest(scope)
        return Finding(query, related=related, reason="no_support", text=text, settled=True)

    def _describe_missing(self, query: Query, found: Lookup, scope: Sequence[str]) -> str:
        if len(scope) != 1 or not found.missing or query.references.sections:
            return say(
                messages.MISSING_PART, english=query.english, title=self._name_scope(scope, english=query.english)
            )
        parsed = self._index.parsed[scope[0]]
        first, last = describe_extent(parsed)
        item = first.startswith(("(", "（"))
        label = "、".join(f"（{number}）" if item else f"第{number}条" for number in found.missing)
        title = f"《{self._title(scope[0])}》"
        gap = find_missing_gap(parsed, found.missing)
        if gap is not None:
            told = messages.SKIPS if gap.before else messages.BEGINS_LATE
            before, following = gap.before, gap.following
            return say(told, english=query.english, title=title, label=label, before=before, first=following)
        return say(
            messages.MISSING_CLAUSE, english=query.english, title=title, label=label, first=first, last=last
        )  # fmt: skip

    def _nearest(self, scope: Collection[str]) -> tuple[Clause, ...]:
        if len(scope) != 1:
            return ()
        return tuple(clause for id in scope for clause in self._index.parsed[id].clauses if clause.number)[:RELATED]

    def cite(self, quotation: Quotation) -> list[Citation]:
        """Return the citations of a quotation: one, or one for each stretch between damaged spans."""
        parsed = self._index.parsed[quotation.clause.document_id]
        text = parsed.document.text
        pieces = cut_damage(quotation.start, quotation.end, text, parsed.damaged)
        return [Citation(quotation.clause.id, text[start:end], start, end) for start, end in pieces]


def score_findings(findings: Sequence[Finding]) -> float:
    """Return the log-odds of the worst-answered of several questions; of one that was refused none is lower."""
    return min(
        max((_favour(one, finding.query) for one in finding.evidence), default=-math.inf) for finding in findings
    )


def stands_alone(finding: Finding) -> bool:
    """Whether a question needs no earlier turn: it is clearly answered, or clearly off the subject."""
    if not finding.evidence:
        return True
    best = finding.evidence[0]
    if not finding.quotations:
        return best.score < HOPELESS
    elsewhere = bool(finding.query.subject) and best.clause.document_id not in finding.query.subject
    return best.score >= CLEAR + SUBJECT * elsewhere


def _favour(one: Evidence, query: Query) -> float:
    """Return the log-odds of a sentence, higher in the document that the answer before was about."""
    return one.score + SUBJECT * (one.clause.document_id in query.subject)


def compose_answer(findings: Sequence[Finding], extractor: Extractor) -> Answer:
    """Return the extractive answer of the findings: grounded, partial, or abstained."""
    citations: list[Citation] = []
    statements: list[Statement] = []
    for citation in (one for finding in findings for quote in finding.quotations for one in extractor.cite(quote)):
        if not any(_stands_in(citation, known) for known in citations):
            statements.append(quote_statement(citation, len(citations)))
            citations.append(citation)
    if not statements:
        first = findings[0]
        return Answer(
            text=first.text, status="abstained", reason=first.reason or "no_support", related=name_related(findings)
        )
    notes = [finding.text for finding in findings if finding.text]
    open_parts = [finding.query.asked.strip() for finding in findings if not finding.quotations]
    english = findings[0].query.english
    if open_parts:
        notes.append(say(messages.REST, english=english, parts="；".join(open_parts)))
    rest = tuple(dict.fromkeys(notes))
    body = [f"{statement.text}[{position + 1}]" for position, statement in enumerate(statements)]
    return Answer(
        text="\n".join([*body, *rest]),
        statements=tuple(statements),
        citations=tuple(citations),
        status="partial" if rest else "grounded",
        rest=rest,
    )


def quote_statement(citation: Citation, position: int) -> Statement:
    """Return the statement that is a quote and no more; ``position`` is that of its citation."""
    return Statement(" ".join(citation.quote.split()).rstrip("；;"), (position,), "extract")


def _stands_in(one: Citation, other: Citation) -> bool:
    return one.clause_id == other.clause_id and other.start <= one.start and one.end <= other.end


def name_related(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the ids of the related clauses of all findings, each once."""
    return tuple(dict.fromkeys(clause.id for finding in findings for clause in finding.related))
