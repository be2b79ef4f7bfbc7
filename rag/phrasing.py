"""Questions that the sentences of a clause answer, in the words in which people ask.

A phrase of the clause is put into a frame that is grammatical for every phrase of its kind:
a condition (经营者提供商品有欺诈行为的，…) into 怎么办, what is punished into 怎么处罚, a list into 哪些.
What fits no frame, is too long or leans on words that are not in it (前款, 其), gives none:
better no question than one that reads badly. Documents are data: a question holds letters,
digits and a few signs, on one line, and is never longer than ``LONGEST``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.clauses import body_start
from corpus.model import Clause, ParsedDocument
from corpus.sentences import split_sentences
from rag.enumerations import is_item, is_lead
from rag.frames import AIM, LAW_ITEM, ask_list, ask_sentence, is_fit

_NEEDS_FIRST = re.compile(r"未|不|发现|允许|涉及|采[取用]|无|已|仍|有|可|能|同意|确|需|组织|统一|被|对符合|符合")
"""How a sentence begins that, after another, is about what that one is about."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question with the stretch of the clause that it was made of, in the document's offsets.

    ``dullness`` puts what people ask most (怎么处罚, 怎么办) before what they ask less, 0 the first.
    """

    question: str
    clause: Clause
    start: int
    end: int
    dullness: int


def propose_questions(clause: Clause, parsed: ParsedDocument) -> list[Proposal]:
    """Return the questions that a clause's heading and sentences give, in the order of the text, none twice."""
    begin = body_start(clause)
    spans = split_sentences(clause.text[begin - clause.start :], begin)
    texts = [clause.text[start - clause.start : end - clause.start] for start, end in spans]
    found: list[Proposal] = []

    def add(question: str, dullness: int, start: int, end: int) -> None:
        if is_fit(question) and question not in {one.question for one in found}:
            found.append(Proposal(question, clause, start, end, dullness))

    if spans and (question := _ask_heading(clause)):
        add(question, 2, spans[0][0], spans[-1][1])
    for place, (start, end) in enumerate(spans):
        if place and _NEEDS_FIRST.match(texts[place]):
            continue
        opens = place == 0 or texts[place - 1].endswith(("。", "！", "？"))
        if is_item(texts[place]) or any(one.start <= end and start <= one.end for one in parsed.damaged):
            continue
        items = _take_items(texts, place)
        if items:
            lead = _join_lead(texts, place)
            for question, dullness, position in ask_list(lead, items):
                # A question about the list as a whole is made of all of it, one about an item of that item alone.
                first, last = (start, spans[place + len(items)][1]) if position is None else spans[place + 1 + position]
                add(question, dullness, first, last)
        if opens:
            for question, dullness in ask_sentence(texts[place], policy=not clause.label.startswith("第")):
                add(question, dullness, start, end)
    return found


def _ask_heading(clause: Clause) -> str:
    heading = "".join(clause.heading.split()).rstrip("。：:")
    if not 4 <= len(heading) <= 18 or "，" in heading:
        return ""
    if AIM.match(heading):
        return f"怎样{heading}？"
    return f"{re.sub('^(?:狠抓|抓好|抓实|切实)', '', heading)}有哪些规定？"


def _take_items(texts: Sequence[str], place: int) -> list[str]:
    """Return the items of the list that a sentence introduces, as they stand; none where it introduces none."""
    items: list[str] = []
    if is_lead(texts[place]):
        for text in texts[place + 1 :]:
            if not LAW_ITEM.match(text):
                break
            items.append(text)
    return items


def _join_lead(texts: Sequence[str], place: int) -> str:
    """Return the lead-in of a list with the pieces before it, up to a full stop: 有下列情形之一的，…；…的，…：."""
    first = place
    while first and "下列" not in texts[first] and texts[first - 1].endswith("；") and not is_item(texts[first - 1]):
        first -= 1
    return "".join(texts[first : place + 1])
