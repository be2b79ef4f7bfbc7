"""Verification: a drafted sentence stands only when the passage that it cites bears it out.

What fails is dropped with the reason, never re-attached to a look-alike clause. What stands is
given the words of the clause themselves as its quote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from corpus.clauses import body_start
from corpus.model import Span
from corpus.names import normalise_name
from corpus.sentences import split_sentences
from rag.draft import DraftSentence, drop_affirmation, is_abstention, is_bare_affirmation
from rag.model import Citation, Passage, Removal
from rag.stretches import Stretch, read_stretches
from rag.support import COVER, Support, Weakness, find_support
from rag.wording import read_tokens, squeeze

_QUOTED = re.compile(r"“([^“”]{4,})”|「([^「」]{4,})」|『([^『』]{4,})』|\"([^\"]{4,})\"")
_TITLE = re.compile(r"《([^《》]{2,60})》")
_LABEL = (
    r"(?:第[一二三四五六七八九十百零〇\d]{1,7}条(?:之[一二三四五六七八九十])?(?:第[一二三四五六七八九十\d]{1,3}[款项])*"
    r"|[（(][一二三四五六七八九十]{1,4}[）)])"
)
_ATTRIBUTION = re.compile(
    rf"^(?:根据|依据|按照|依照|在)?(?:《[^《》]{{2,60}}》(?:中的?|的)?{_LABEL}?|{_LABEL}|(?:本|该|上述|以上)?(?:文件|材料|法律|政策|条款))"
    r"(?:的|之|中|中的)?(?:规定|要求|指出|提出|明确|明确规定)?(?:中|了)?[，,：:]?"
)
_MARKUP = re.compile(r"https?://|www\.|<[a-z/!][^>]*>|!\[|\]\(|javascript:", re.IGNORECASE)
_INCOMPLETE = re.compile(r"(?:(?:…|\.\.\.)+|的[”」]?|[：:])[。.；;，,]?$")
_EDGES = "，,、；;：: \t\n\u3000"


class RemovalReason(StrEnum):
    """Why a sentence was not let through, beside the reasons of ``Weakness``."""

    ABSTENTION = "模型称文件中没有规定"
    AFFIRMATION = "只有是或否，没有条款原文的内容"
    NO_PASSAGE = "所引材料编号不存在"
    QUOTE = "引号内的文字与条款原文不符"
    TITLE = "所称文件不是所引条款的文件"
    MARKUP = "含有链接或标记"
    QUESTION = "是提问，不是回答"
    INCOMPLETE = "句子没有写完"
    UNCITED = "没有标注出处，且没有唯一一条条款支持"


@dataclass(frozen=True, slots=True)
class Verified:
    """A sentence that stands, without its marks, and the words of the clauses that bear it out."""

    text: str
    citations: tuple[Citation, ...]


class Verify(Protocol):
    """Checks a sentence of a draft."""

    def __call__(
        self,
        sentence: DraftSentence,
        passages: Sequence[Passage],
        damaged: Mapping[str, Sequence[Span]],
        *,
        titles: Mapping[str, str],
    ) -> Verified | Removal:
        """Return the sentence with the words that bear it out, or why it is removed."""
        ...


def accept_sentence(
    sentence: DraftSentence,
    passages: Sequence[Passage],
    damaged: Mapping[str, Sequence[Span]],
    *,
    titles: Mapping[str, str],
) -> Verified | Removal:
    """Take a sentence at its word, to measure what verifying is worth: the clauses that it names are quoted whole."""
    del titles
    if is_abstention(sentence.text):
        return Removal(sentence.text, RemovalReason.ABSTENTION)
    cited = [passages[number - 1] for number in sentence.cited if 1 <= number <= len(passages)]
    stretches = [(passage, read_clause(passage, damaged.get(passage.clause.document_id, ()))) for passage in cited]
    citations = [_cite(passage, found[0].start, found[-1].end) for passage, found in stretches if found]
    return Verified(sentence.text, tuple(citations)) if citations else Removal(sentence.text, RemovalReason.UNCITED)


def verify_sentence(
    sentence: DraftSentence,
    passages: Sequence[Passage],
    damaged: Mapping[str, Sequence[Span]],
    *,
    titles: Mapping[str, str] | None = None,
    cover: float = COVER,
) -> Verified | Removal:
    """Verify a sentence of a draft against the passages that the prompt numbered.

    Parameters
    ----------
    passages
        As in ``Prompt.passages``: [n] is ``passages[n - 1]``.
    damaged
        Document id to the damaged spans of its text; nothing there supports or is quoted.
    titles
        Document id to title, for sentences that name a document in 《》.
    cover
        Share of the sentence that the clause must hold; the default is the calibrated one.

    Of several passages cited, those that bear the whole sentence out are kept. A sentence that
    cites none stands only when exactly one passage bears it out.
    """

    def remove(reason: str) -> Removal:
        return Removal(sentence.text, reason)

    if is_bare_affirmation(sentence.text):
        return remove(RemovalReason.AFFIRMATION)
    text = drop_affirmation(sentence.text)
    if _INCOMPLETE.search(text):
        return remove(RemovalReason.INCOMPLETE)
    if _MARKUP.search(text):
        return remove(RemovalReason.MARKUP)
    verbatim = any(squeeze(text) in squeeze(passage.clause.text) for passage in passages)
    if is_abstention(text) and not verbatim:
        return remove(RemovalReason.ABSTENTION)
    if text.endswith(("？", "?")) and not verbatim:
        return remove(RemovalReason.QUESTION)
    if any(not 1 <= number <= len(passages) for number in sentence.cited):
        return remove(RemovalReason.NO_PASSAGE)
    chosen = [passages[number - 1] for number in sentence.cited] or list(passages)
    verdicts = [
        _verify_against(text, passage, damaged.get(passage.clause.document_id, ()), titles or {}, cover)
        for passage in chosen
    ]
    found = [
        (passage, verdict) for passage, verdict in zip(chosen, verdicts, strict=True) if isinstance(verdict, Support)
    ]
    if not sentence.cited and len(found) != 1:
        return remove(RemovalReason.UNCITED)
    if not found:
        return remove(next(verdict for verdict in verdicts if not isinstance(verdict, Support)))
    citations = tuple(
        citation
        for passage, support in found
        for citation in _quote(passage, support, damaged.get(passage.clause.document_id, ()))
    )
    return Verified(text, citations)


def _verify_against(
    text: str, passage: Passage, damaged: Sequence[Span], titles: Mapping[str, str], cover: float
) -> Support | RemovalReason | Weakness:
    clause = passage.clause
    title = titles.get(clause.document_id, clause.document_id)
    names = f"{title}\n{clause.document_id}\n{clause.label}\n{'，'.join(clause.path)}\n{clause.heading}"
    for named in _TITLE.findall(text):
        wanted = normalise_name(named)
        if squeeze(wanted) not in squeeze(clause.text) and squeeze(wanted) not in squeeze(names):
            return RemovalReason.TITLE
    stretches = read_clause(passage, damaged)
    whole = "\n".join(squeeze(stretch.text) for stretch in stretches)
    for groups in _QUOTED.findall(text):
        if squeeze("".join(groups)) not in whole:
            return RemovalReason.QUOTE
    name_tokens = read_tokens(names)
    attribution = _ATTRIBUTION.match(text)
    claim = text
    if attribution:
        claim = text[attribution.end() :]
        numbers = {token.key for token in read_tokens(_TITLE.sub("", attribution[0])) if token.is_number}
        if not numbers <= {token.key for token in name_tokens}:
            return Weakness.FIGURE
    return find_support(claim, stretches, names=name_tokens, cover=cover)


def read_clause(passage: Passage, damaged: Sequence[Span]) -> list[Stretch]:
    """Read the words of a passage's clause, sentence by sentence, without label, heading and damage."""
    clause = passage.clause
    begin = body_start(clause)
    spans = split_sentences(clause.text[begin - clause.start :], begin)
    return read_stretches(clause.text, _cut_out(spans, damaged), offset=clause.start)


def _cut_out(spans: Sequence[tuple[int, int]], damaged: Sequence[Span]) -> list[tuple[int, int]]:
    """Return the spans without what is damaged, which may leave one in parts."""
    left: list[tuple[int, int]] = []
    for start, end in spans:
        for damage in sorted(damaged, key=lambda damage: damage.start):
            if damage.end <= start or damage.start >= end:
                continue
            if start < damage.start:
                left.append((start, damage.start))
            start = damage.end
        if start < end:
            left.append((start, end))
    return left


def _quote(passage: Passage, support: Support, damaged: Sequence[Span]) -> list[Citation]:
    """Quote the supporting stretches verbatim, neighbours in one quote, none of it over damage."""
    clause = passage.clause
    quotes: list[Citation] = []
    for stretch in support.stretches:
        start = quotes[-1].start if quotes else stretch.start
        between = clause.text[quotes[-1].end - clause.start : stretch.start - clause.start] if quotes else "x"
        if between.strip() or any(start < span.end and span.start < stretch.end for span in damaged):
            start = stretch.start
        else:
            quotes.pop()
        quotes.append(_cite(passage, start, stretch.end))
    return quotes


def _cite(passage: Passage, start: int, end: int) -> Citation:
    clause = passage.clause
    text = clause.text[start - clause.start : end - clause.start]
    start += len(text) - len(text.lstrip(_EDGES))
    text = text.lstrip(_EDGES).rstrip()
    return Citation(clause.id, text, start, start + len(text))
