"""Parts of a document that a question names by their heading (附则, 组织领导部分), or that every such document has."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from corpus.gaps import find_gaps
from corpus.model import Clause, ParsedDocument
from rag.understand import Query, asks_nothing

SHORTEST = 3
"""Characters of a topic from which a heading that holds them is meant."""
PART = "(?:[这那]?一?部分|[这那]?一?块|[这那]?一?章|[这那]一?条)"

SHORTEST_HEADING = 4
"""Characters of a clause's heading, its verb aside, from which it is meant."""

_VERB = re.compile(r"^(?:加强|加大|健全完善|健全|完善|深化|推进|实施|强化|提升|优化|建立|推动|促进)")
_ENDING = re.compile(r"(?:体系|力度|制度|机制|工作)$")
_ALL = re.compile(
    rf"体系|力度|制度|机制|工作|方面|{PART}|(?:要|该|应当?|都|打算|准备)*(?:怎么|如何)?(?:做|抓|搞|办|干|列)了?(?:好|一下)?"
    r"|(?:哪|几|什么|啥|哪几|多少)[件项些个条点]?(?:事|方面|内容|措施|招数?|举措|要求|任务)"
)
"""What asks for all that stands under a heading."""
_NUMBER = re.compile(r"^\s*第?[0-9零〇一二三四五六七八九十百]+(?:部分|分编|编|章|节|[、,，.．])\s*")
_OPENING = re.compile(
    r"总体要求|指导思想|基本原则|(?:总体|主要|发展|工作)目标"
    r"|(?P<asked>目标|原则)(?=(?:都|具体)?(?:是|有|包括|为)?(?:什么|哪些|哪几|啥|几))"
    r"|(?:哪些|什么|啥|哪几[条个项])(?P<open>目标|原则)"
)
"""What an opinion or a plan says in its first part."""


def find_headed(query: Query, parsed: Mapping[str, ParsedDocument], scope: Sequence[str]) -> list[Clause]:
    """Return the clauses under the heading that a question is about and asks nothing else of; none without one.

    The heading is named whole, with one document to look in (特种设备安全法附则).
    """
    if len(scope) != 1:
        return []
    asked = re.sub(r"\s", "", query.besides)
    clauses = parsed[scope[0]].clauses
    for clause in clauses:
        words = _VERB.sub("", _ENDING.sub("", re.sub(r"\s", "", clause.heading)))
        if len(words) >= SHORTEST_HEADING and words in asked and asks_nothing(_ALL.sub(" ", asked.replace(words, " "))):
            return [clause]
    for heading in sorted({heading for clause in clauses for heading in clause.path}, key=len, reverse=True):
        words = re.sub(r"\s", "", _NUMBER.sub("", heading))
        if words and words in asked and asks_nothing(re.sub(f"{re.escape(words)}{PART}?", " ", asked)):
            return [clause for clause in clauses if heading in clause.path]
    return []


def find_under(topic: str, parsed: Mapping[str, ParsedDocument], scope: Sequence[str]) -> tuple[str, list[Clause]]:
    """Return the end of a topic that a heading holds, and the clauses under such headings; none without one."""
    for length in range(len(topic), SHORTEST - 1, -1):
        words = topic[-length:]
        found = [
            clause
            for id in scope
            for clause in parsed[id].clauses
            if words in clause.heading or any(words in heading for heading in clause.path)
        ]
        if found:
            return words, found
    return "", []


def find_lacking_opening(query: Query, parsed: ParsedDocument, quoted: Collection[str]) -> tuple[str, str]:
    """Return what a question asks of the part that this copy lacks, and the label with which the copy begins.

    That is the goals, principles or guiding thought of a document that begins late, where
    none of the sentences quoted speaks of such a thing; else both are empty.
    """
    match = _OPENING.search(query.text)
    gap = next((gap for gap in find_gaps(parsed) if gap.kind == "begins late" and gap.clauses), None)
    if match is None or gap is None:
        return "", ""
    word = match["asked"] or match["open"] or match[0]
    return ("", "") if any(word[-2:] in text for text in quoted) else (word, gap.following)
