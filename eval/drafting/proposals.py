"""Questions that a document's clauses answer, made of their own words by templates.

Every proposal names its document, and its evidence stands verbatim in its clauses. A
sentence that leans on one before it (前款, 情节严重的) is passed over: nobody could
tell what it asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from corpus.clauses import body_start
from corpus.gaps import AMENDS, find_gaps
from corpus.model import Clause, ParsedDocument
from corpus.names import normalise_name
from corpus.numerals import to_chinese, to_integer
from corpus.sentences import split_sentences
from eval.drafting.blanks import Blank, find_blanks

BODY_MIN_CHARACTERS = 8
"""What must be left of a sentence without what is asked for."""
BODY_MAX_CHARACTERS = 90
ITEMS_MAX = 10

_LEANS = re.compile(
    r"前款|前条|前项|前两款|上述|本条|本款|下列|以下简称|第[一二三四五六七八九十]+[款项]|条.{0,40}第[^条]{1,8}条"
    r"|[?？\ufffd]"
)
_DEPENDS = re.compile(
    r"^(?:情节|并|逾期|拒不|其|该|但|处|没收|责令|构成犯罪|违反前|有前|对其|对前|因此|同时|此外|具体|依照"
    r"|[（(]|[0-9一二三四五六七八九十]+[.、])"
)
_ITEM = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]\s*")
_CATCH_ALL = re.compile(r"^(?:[^，]{0,16}(?:规定|要求|需要)的)?其他|其他[^，。]{0,12}$")
_LIST_WORD = re.compile(r"(?:下列|以下)(?P<what>[^，。：:、]{0,12}?)(?:之一)?(?=的|，|：|:|$)")
_SELF = re.compile(r"^本(?:法|条例|办法|规定|意见|细则|决定|通知|规则|章程)")
_RULES = re.compile(
    r"应|必须|不得|可以|有权|处(?![罚分理])|(?<!行)为(?!的)|是|由|满|减按|施行|实施|执行|生效|废止|保存|不少于|享受|予以|给予"
)
_DANGLING = ("内", "前", "后", "起", "时", "以上", "以下")
_COMMA = re.compile(r"[，,]")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question with its gold, all of one document; ``asks`` is the question without the document's name.

    ``clauses`` are clause ids.
    """

    type: str
    document_id: str
    title: str
    clauses: tuple[str, ...]
    asks: str
    points: tuple[str, ...]
    evidence: tuple[str, ...]

    @property
    def question(self) -> str:
        """The question as a person would put it, the document named."""
        if _SELF.match(self.asks):
            return f"《{self.title}》{_SELF.sub('', self.asks)}"
        joint = "" if self.type in ("lookup", "unanswerable") else "规定，"
        return f"《{self.title}》{joint}{self.asks}"


def propose_from_clause(parsed: ParsedDocument, clause: Clause) -> list[Proposal]:
    """Return what a clause can be asked: its list, its facts in order, and the clause itself last."""
    spans = _list_sentences(parsed, clause)
    base = Proposal("", clause.document_id, _name(parsed), (clause.id,), "", (), ())
    return [
        *_propose_lists(base, spans),
        *_propose_facts(base, clause, spans),
        *_propose_lookup(base, clause, spans),
    ]


def propose_missing(parsed: ParsedDocument, random: Random, *, count: int) -> list[Proposal]:
    """Return questions about clause numbers that the copy lacks, each once: it must be said that they are not there.

    From gaps in the numbering first, then beyond its end. None of a document that amends
    others, whose words it quotes with their numbers.
    """
    labels = [label for gap in find_gaps(parsed) if gap.clauses for label in _spread(gap.labels)]
    numbered = [clause for clause in parsed.clauses if to_integer(clause.number) is not None]
    if AMENDS.search(parsed.document.title) or not numbered:
        return []
    last = max(numbered, key=lambda clause: to_integer(clause.number) or 0)
    beyond = (to_integer(last.number) or 0) + 1 + random.randrange(5)
    while len(labels) < count:
        if number := to_chinese(str(beyond)):
            labels.append(last.label.replace(last.number, number) if last.number in last.label else f"第{number}条")
        beyond += 1 + random.randrange(20)
    base = Proposal("unanswerable", parsed.document.id, _name(parsed), (), "", (), ())
    return [replace(base, asks=f"{label}规定了什么？") for label in dict.fromkeys(labels[:count])]


def join_proposals(first: Proposal, second: Proposal) -> Proposal:
    """Return one question that asks both, of two clauses of one document."""
    return replace(
        first,
        type="multi",
        clauses=(*first.clauses, *second.clauses),
        asks=f"{first.asks}{second.asks}",
        points=(*first.points, *second.points),
        evidence=(*first.evidence, *second.evidence),
    )


def _name(parsed: ParsedDocument) -> str:
    return normalise_name(parsed.document.title) or parsed.document.id


def _list_sentences(parsed: ParsedDocument, clause: Clause) -> list[str]:
    """Return the sentences of a clause's words; empty stands for one that runs over a line's end or damage."""
    begin = body_start(clause)
    spans = split_sentences(clause.text[begin - clause.start :], begin)
    text = parsed.document.text

    def is_whole(start: int, end: int) -> bool:
        return "\n" not in text[start:end] and not any(one.start < end and start < one.end for one in parsed.damaged)

    return [text[start:end] if is_whole(start, end) else "" for start, end in spans]


def _propose_facts(base: Proposal, clause: Clause, sentences: Sequence[str]) -> Iterator[Proposal]:
    for position, sentence in enumerate(sentences):
        leans = position > 0 and not sentences[position - 1].endswith(("。", "！"))
        if not sentence or leans or _LEANS.search(sentence) or _DEPENDS.match(sentence):
            continue
        for blank in find_blanks(sentence):
            if asked := _ask(sentence, blank, clause):
                words, evidence = asked
                yield replace(base, type="fact", asks=f"{words}？", points=(blank.answer,), evidence=(evidence,))


def _ask(sentence: str, blank: Blank, clause: Clause) -> tuple[str, str] | None:
    """Return a sentence up to the part that holds the blank, with the question word in it, and as it stands.

    None where that would not be a question: what is left is too short or too long, or a condition.
    """
    ends = [match.start() for match in _COMMA.finditer(sentence)] + [len(sentence.rstrip("。；！"))]
    begin, place = 0, next((place for place, end in enumerate(ends) if end >= blank.end), len(ends) - 1)
    while sentence[: ends[place]].endswith(_DANGLING) and place + 1 < len(ends):
        place += 1
    end = ends[place]
    where = ""
    if blank.kind == "measure":
        if not clause.heading or _asks_twice(blank, clause):
            return None
        begin = max((comma + 1 for comma in ends if comma < blank.start), default=0)
        where = f"在“{clause.heading}”方面，"
    evidence = sentence[begin:end]
    words = where + sentence[begin : blank.start] + blank.word + sentence[blank.end : end]
    says = len(words) - len(blank.word) >= BODY_MIN_CHARACTERS or _SELF.match(words) is not None
    fits = says and len(evidence) <= BODY_MAX_CHARACTERS
    rules = blank.kind == "measure" or _RULES.search(evidence) is not None
    asks = fits and rules and not evidence.endswith(("的", "）", ")", "部分")) and blank.answer not in words
    return (words, evidence) if asks else None


def _asks_twice(blank: Blank, clause: Clause) -> bool:
    """Say whether a clause has two answers to 建立什么机制."""
    alike = [one for one in find_blanks(clause.text) if one.kind == "measure" and one.frame == blank.frame]
    return len(alike) > 1


def _propose_lists(base: Proposal, sentences: Sequence[str]) -> Iterator[Proposal]:
    for position, sentence in enumerate(sentences):
        if not sentence.endswith(("：", ":")):
            continue
        items, rest = [], list(sentences[position + 1 :])
        while rest and _ITEM.match(rest[0]):
            items.append(_ITEM.sub("", rest.pop(0)).rstrip("；。;."))
        if any(_ITEM.match(following) or not following for following in rest):
            continue  # an item of several sentences, or of damaged ones: the list would be in part
        items = [item for item in items if item and not _CATCH_ALL.search(item)]
        word = _LIST_WORD.search(sentence)
        leans = position > 0 and not sentences[position - 1].endswith("。")
        if not 2 <= len(items) <= ITEMS_MAX or word is None or leans or _DEPENDS.match(sentence):
            continue
        intro = sentence.rstrip("：:")
        if len(intro) > BODY_MAX_CHARACTERS or "前款" in intro:
            continue
        asks = f"{intro[: word.start()]}哪些{word['what'] or '内容'}{intro[word.end() :]}"
        asks = f"{asks.removesuffix('的')}？"
        yield replace(base, type="list", asks=asks, points=tuple(items), evidence=tuple(items))


def _propose_lookup(base: Proposal, clause: Clause, sentences: Sequence[str]) -> Iterator[Proposal]:
    first = next(iter(sentences), "")
    if clause.number and len(first) >= BODY_MIN_CHARACTERS:
        words = first.rstrip("。；：;:")
        yield replace(base, type="lookup", asks=f"{clause.label}规定了什么？", points=(words,), evidence=(words,))


def _spread(labels: tuple[str, str]) -> list[str]:
    first, last = labels
    return [first] if first == last else [first, last]
