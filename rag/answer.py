"""A question to an answer without an LLM: look up, or search, choose and quote; abstain where nothing answers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter

from corpus.catalog import Catalog
from corpus.model import Clause
from corpus.numerals import to_chinese, to_integer
from index.filters import Filter
from index.model import Vectors
from index.store import Index
from rag import messages
from rag.asks import find_asks
from rag.evidence import Evidence, EvidenceFinder, cut_damage
from rag.extract import (
    ANSWERS,
    NAMED_ANSWERS,
    STRICTNESS,
    Quotation,
    answers_surely,
    choose_evidence,
    drop_silent,
    quote_evidence,
)
from rag.finding import RELATED, Finding, score_findings, stands_alone
from rag.handed import HandedOn
from rag.headings import PART, find_headed, find_under
from rag.lookup import look_up, step
from rag.messages import say
from rag.model import Citation, Turn
from rag.parts import WHOLE, Parts
from rag.places import PlaceFinder
from rag.reading import EvidenceReader
from rag.references import References
from rag.refusals import Refusals
from rag.settings import Strictness
from rag.understand import Query, asks_nothing, leans_on_history, points_back, understand_question
from rag.versions import choose_versions

SAID_CHARACTERS = 300
"""How much of the last question and of its answer tells which document they were about."""
SHORT_ANSWER = 40
"""Characters up to which an answer that names a clause is about that one (在第二十二条)."""
FACET = 1.0
"""Log-odds from which one of several things that a sentence asks is answered, in a clause that does not answer all."""
UNTOLD = 1.0
"""The same of one of several questions that is answered by what answers another too, for what else answers it."""
MOST_PARTS = 8
"""Questions in one message that are answered; the answer names the others."""
JOINED = 1.5
"""How much better, in log-odds, a question that follows another is answered alone, or as an LLM wrote it out, where it
is not read with that one.

Of 272 follow-ups 221 are right where one that the 0.5 B model wrote out need not be better, 224 where it must, 223
without it."""
VERSIONED = 5
"""Of so many sentences, the best of a document with several versions tells which is meant where versions are."""

_MARK = re.compile(r"\[[0-9]+\]")
"""The mark of a citation in an answer, which names no clause."""


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
        self._strictness = strictness
        self._parts = parts
        self._handed = HandedOn(index, catalog)
        self._bar = ANSWERS if parts.abstention else -math.inf
        self._stricter = STRICTNESS[strictness]
        self._refusals = Refusals(index, wanted=wanted)
        self._places = PlaceFinder(index, reader, self._refusals, bar=self._bar, stricter=self._stricter)

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
            read.append((score_findings(found), found))
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
            return [self._places.look_up(whole, self.choose_scope(whole, documents, day))]
        if len(whole.parts) < 2:
            return [self._search(whole, self.choose_scope(whole, documents, day), day)]
        return self._find_parts(whole, documents, day)

    def _find_parts(self, whole: Query, documents: Sequence[str], day: date) -> list[Finding]:
        findings: list[Finding] = []
        for position, part in enumerate(whole.parts[:MOST_PARTS]):
            query = self.understand(part, documents, (), day)
            if not position:
                query = replace(query, search=whole.search.replace(whole.text, query.text))
            before = [quotation.clause.document_id for finding in findings for quotation in finding.quotations]
            subject = whole.subject or tuple(before[:1])
            query = replace(query, several=query.several or whole.several, subject=subject)
            if not query.documents:
                query = replace(query, documents=whole.documents)
            if whole.versions.wanted and not query.documents:
                chosen = findings[0].query.documents if findings else ()
                query = replace(query, versions=whole.versions, documents=chosen)
            followed = self._follow(findings, query) if position else ()
            scope = followed or self.choose_scope(query, documents, day)
            leaning = position and leans_on_history(query.text)
            found = (
                self._search_leaning(query, whole.parts[0], scope, day) if leaning else self._search(query, scope, day)
            )
            findings.append(self._add_untold(found, findings))
        if len(whole.parts) > MOST_PARTS:
            rest = "；".join(whole.parts[MOST_PARTS:])[:SAID_CHARACTERS]
            text = say(messages.TOO_MANY, english=whole.english, count=MOST_PARTS, rest=rest)
            findings.append(Finding(whole, reason="no_support", text=text, settled=True, unasked=True))
        return findings

    def _search_leaning(self, query: Query, before: str, scope: Sequence[str], day: date) -> Finding:
        """Return what answers a short question behind another: read alone, or with that one, whichever is better."""
        alone = None if points_back(query.text) else self._search(query, scope, day)
        if alone is not None and alone.quotations and stands_alone(alone):
            return alone
        joined = self._search(replace(query, search=f"{query.text} {before}", before=before), scope, day)
        if alone is None or score_findings([joined]) + JOINED >= score_findings([alone]):
            return joined
        return alone

    def _add_untold(self, found: Finding, earlier: Sequence[Finding]) -> Finding:
        """Return what answers one of several questions; where that is what answers another too, with what else does."""
        quoted = {quotation.clause.id for finding in earlier for quotation in finding.quotations}
        if not found.quotations or any(one.clause.id not in quoted for one in found.quotations):
            return found
        others = [one for one in found.evidence if one.clause.id not in quoted]
        chosen = choose_evidence(found.query, others, bar=UNTOLD, stricter=self._stricter)
        return replace(found, quotations=(*found.quotations, *quote_evidence(found.query, chosen)))

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
        if beside is None and last is not None and last.number:
            number = to_chinese(str(max(0, (to_integer(last.number) or 0) + query.references.beside)))
            return replace(query, references=References(numbers=(number,)), documents=(last.document_id,))
        if beside is None:
            return replace(query, references=replace(query.references, beside=0))
        named = References(numbers=(beside.number,)) if beside.number else References(unnumbered=beside.label)
        return replace(query, references=named, documents=(beside.document_id,))

    def _find_last_clause(
        self, query: Query, documents: Sequence[str], history: Sequence[Turn], day: date
    ) -> Clause | None:
        """Return the clause that the conversation last spoke of: by its number, or by its words."""
        told_of = tuple(filter(query.admits, history[-1].documents)) if history else ()
        scope = query.documents or told_of or tuple(documents) or self._list_in_force(day)
        for place in range(len(history) - 1, -1, -1):
            turn = history[place]
            content = _MARK.sub("", turn.content)[:SAID_CHARACTERS]
            told = understand_question(content, self._catalog, within=documents, day=day)
            named = told.references.numbers or told.references.from_end or told.references.unnumbered
            # A long answer quotes, and what its clause refers to is not the clause.
            if named and (turn.role == "user" or len(content) <= SHORT_ANSWER):
                found = look_up(told.references, self._index.parsed, told.documents or scope, named=False)
                if found.clauses:
                    return found.clauses[-1]
            elif turn.role == "assistant" and content.strip() and (named or not told.references):
                said = " ".join(
                    [*(one.content[:SAID_CHARACTERS] for one in history[max(0, place - 1) : place]), content]
                )
                passages = self._finder.find_passages(said, self._index.hybrid.encode_query(said), scope, 1)
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
                if f"《{name}》" in words and own not in ids and query.admits(ids[0]):
                    found[ids[0]] = None
        return tuple(found)

    def _search(self, query: Query, scope: Sequence[str], day: date) -> Finding:
        headed = find_headed(query, self._index.parsed, scope)
        if headed:
            return self._places.list_part(query, headed)
        heading, part = find_under(query.topic, self._index.parsed, scope)
        under = [clause.id for clause in part] or None
        if part:
            if asks_nothing(re.sub(f"{heading}{PART}", " ", query.besides)):
                return self._places.list_part(query, part)
            query = replace(query, search=re.sub(f"{query.topic}{PART}", " ", query.search))
        if query.versions.wanted and not query.documents:
            query = self._choose_versions(query, scope, day)
            scope = query.documents or scope
        vector = self._index.hybrid.encode_query(query.search)
        groups = [(id,) for id in query.documents] if len(query.documents) > 1 else [tuple(scope)]
        if len(groups) > 1:
            query = replace(query, several=False)
        # Where one clause or one document is in no doubt, little is needed to see that it answers.
        lenient = query.locates or len(part) == 1 or (query.versions.wanted == "both" and len(groups) > 1)
        bar = min(self._bar, NAMED_ANSWERS) if lenient or len(groups) > 1 else self._bar
        evidence: list[Evidence] = []
        answers: list[list[Evidence]] = []
        for group in groups:
            found = self._reader.find_evidence(query, vector, group, clauses=under)
            evidence.extend(found)
            chosen = choose_evidence(query, found, bar=bar, stricter=self._stricter)
            if len(groups) == 1:
                chosen = self._choose_facets(query, chosen, scope, under)
            answers.append(chosen)
        if not query.versions.wanted:
            answers = drop_silent(answers)
        if len(groups) > 1 and not (lenient or self._is_answered(query, answers)):
            answers = []
        quotations = [quotation for chosen in answers for quotation in quote_evidence(query, chosen)]
        quotations.extend(self._quote_handed(query, vector, quotations))
        evidence.sort(key=lambda one: -one.score)
        lacking = self._refusals.describe_lacking(query, quotations, scope)
        if quotations and not lacking:
            return Finding(query, tuple(evidence), tuple(quotations))
        text = lacking or self._refusals.explain(query, scope)
        related = tuple(dict.fromkeys(one.clause for one in evidence))[:RELATED]
        return Finding(query, tuple(evidence), related=related, reason="no_support", text=text, settled=bool(lacking))

    def _is_answered(self, query: Query, answers: Sequence[Sequence[Evidence]]) -> bool:
        """Whether one of several documents answers in no doubt: beside it the others need little."""
        return any(answers_surely(one, query, self._bar + self._stricter) for chosen in answers for one in chosen)

    def _choose_versions(self, query: Query, scope: Sequence[str], day: date) -> Query:
        """Return a question that speaks of versions (新旧两版) with those of the document that it is about."""
        vector = self._index.hybrid.encode_query(query.search)
        for one in self._reader.find_evidence(query, vector, scope)[:VERSIONED]:
            versions = self._catalog.versions(one.clause.document_id)
            ids = [version.id for version in versions if query.admits(version.id)]
            if len(ids) > 1:
                return replace(query, documents=tuple(choose_versions(query.versions, ids, self._catalog, day)))
        return query

    def _quote_handed(self, query: Query, vector: Vectors, quotations: Sequence[Quotation]) -> list[Quotation]:
        """Return what answers best in each clause to which what is quoted hands on what is asked."""
        found: list[Quotation] = []
        for clause in self._handed.find(query.text, quotations):
            if not query.admits(clause.document_id):
                continue
            read = self._reader.find_evidence(query, vector, [clause.document_id], clauses=[clause.id])
            found += quote_evidence(query, choose_evidence(query, read, bar=-math.inf))
        return found

    def _choose_facets(
        self, query: Query, chosen: Sequence[Evidence], scope: Sequence[str], clauses: Collection[str] | None
    ) -> list[Evidence]:
        """Return what answers a sentence, and of other clauses what clearly answers each thing that it asks.

        Where nothing answers the whole, each of these must be answered, or nothing is.
        """
        found = list(chosen)
        for facet in query.facets:
            first, text, before = query.facets[0], facet, query.before
            if facet.startswith(f"{first},"):  # 换工艺要报吗,不报怎么罚: as one that follows the other
                text, before = facet[len(first) + 1 :], f"{first} {before}".rstrip()
            search = f"{text} {before}".rstrip()
            asked = replace(query, search=search, before=before, text=text, asks=find_asks(text), several=False)
            evidence = self._reader.find_evidence(
                asked, self._index.hybrid.encode_query(search), scope, clauses=clauses
            )
            best = choose_evidence(asked, evidence, bar=FACET, stricter=self._stricter)[:1]
            if not best and not chosen:
                return []
            found += [one for one in best if all(one.clause.id != other.clause.id for other in found)]
        return found

    def _related(self, query: Query, documents: Sequence[str], day: date) -> tuple[Clause, ...]:
        vector = self._index.hybrid.encode_query(query.search)
        scope = self.choose_scope(query, documents, day)
        return tuple(one.clause for one in self._finder.find_passages(query.search, vector, scope, RELATED))

    def cite(self, quotation: Quotation) -> list[Citation]:
        """Return the citations of a quotation: one, or one for each stretch between damaged spans."""
        parsed = self._index.parsed[quotation.clause.document_id]
        text = parsed.document.text
        pieces = cut_damage(quotation.start, quotation.end, text, parsed.damaged)
        return [Citation(quotation.clause.id, text[start:end], start, end) for start, end in pieces]
