"""Which lines begin a clause and which are headings: the outline of a document's numbered lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from corpus.labels import Label, LabelKind
from corpus.lines import Line, tidy_blanks
from corpus.numerals import to_integer
from corpus.outline.articles import accept_articles, find_quoted, follows
from corpus.outline.attached import find_names
from corpus.outline.cases import find_case_headings
from corpus.outline.entries import BOLD, STATES, Entry, drop_signs, read_entries
from corpus.outline.sections import find_sections
from corpus.outline.through import find_through

_RANKS = {"编": 1, "篇": 1, "卷": 1, "部分": 1, "分编": 2, "章": 3, "节": 4}
ATTACHMENT_RANK = -1
"""The rank of an attachment, above all; the attached document's name comes next below."""
_NAME_RANK, _ARABIC_RANK, _BOLD_RANK = 0, 7, 8
_KIND_RANKS = {"part": 5, "item": 6, "box": 9, "question": 6}
_TITLE_LENGTH = 60
_LINE_LENGTH = 40
_SENTENCE_LENGTH = 20
_ANSWER = re.compile(r"[【\[]?(?:答复?|[Aa]\d*|回复|[\u4e00-\u9fff·]{2,16})[】\]]?\s*[:：]|【答】")
_SENTENCE = re.compile("[。；]")
_INLINE = re.compile(r"[ \t\u3000]([0-9０-９]{1,3})[．.、]")
_INLINE_ITEM = re.compile(r"[；;，,。][ \t\u3000]*[（(]([一二三四五六七八九十]{1,3})[）)]")
_NEAR_ANSWER = 3
"""How many lines away the answer to a question is looked for."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a line begins: a heading, or a clause (which may stand over other clauses, as a part does).

    ``names`` says that it is the title of an attached document.
    """

    kind: Literal["heading", "clause"]
    entry: Entry
    rank: int
    continued: tuple[Entry, ...] = ()
    names: bool = False

    @property
    def title(self) -> str:
        """The words of the line as a heading prints them, white space tidied, its further lines joined."""
        printed = "".join(entry.text for entry in (self.entry, *self.continued))
        return tidy_blanks(drop_signs(printed))


def mark_lines(lines: Sequence[Line], skipped: Collection[int], levels: Mapping[int, int]) -> dict[int, Mark]:
    """Return the headings and the first lines of clauses, by position; ``levels`` as ``split_clauses`` takes them.

    A document with 条 is read as law: its articles are the clauses, and 一、 or （一） are
    headings where an article follows, else text. Before the first article, and in a
    document without any, （一） items under a heading 一、 are the clauses, or 一、 parts
    where （一） only enumerates; 1. where nothing else numbers. Questions with answers are
    clauses where a document is made of them; so are the sections 1, 1.1, 1.1.1 of a
    document that has no other numbering.
    """
    entries = read_entries(lines, skipped, {**find_case_headings(lines, skipped), **levels})
    articles = accept_articles(entries)
    sections = {} if articles else find_sections(entries)
    if sections:
        marks = _mark_sections(entries, sections)
    else:
        names = find_names(entries, articles)
        first = min(articles, default=len(entries))
        first = max((name for name in names if name < first), default=first) if articles else first
        marks = _mark_policy(entries[:first], names, law=bool(articles))
        marks.update(_mark_law(entries, first, articles, names))
    _join_headings(entries, marks)
    return {entries[index].position: mark for index, mark in sorted(marks.items())}


def _join_headings(entries: Sequence[Entry], marks: dict[int, Mark]) -> None:
    """Join the second line of a heading that runs over two: a short line, no sentence, before the next mark.

    What the file's format calls a heading is whole, but for 章 and 节, whose second line is often left out of it.
    """
    for index, mark in list(marks.items()):
        formal = mark.entry.hashes > 0 and not mark.entry.text.startswith("第")
        if mark.kind != "heading" or mark.continued or formal or index + 1 in marks or index + 2 not in marks:
            continue
        line = entries[index + 1]
        if line.label is None and len(line.text) <= _LINE_LENGTH and not line.closed and line.text[0] not in "（(<|":
            marks[index] = replace(mark, continued=(line,))


def _mark_sections(entries: Sequence[Entry], sections: Mapping[int, tuple[Label, bool]]) -> dict[int, Mark]:
    """Mark the sections of a standard, and its annexes."""
    marks = {
        index: Mark("heading" if bare else "clause", replace(entries[index], label=label), label.order[0])
        for index, (label, bare) in sections.items()
    }
    for index, entry in enumerate(entries):
        if _has_kind(entry, "attachment"):
            marks[index] = Mark("clause", entry, ATTACHMENT_RANK)
    return marks


def _mark_law(
    entries: Sequence[Entry], first: int, articles: Mapping[int, Label], names: Mapping[int, int]
) -> dict[int, Mark]:
    """Mark what stands from the first article on, or from the heading that names what it is an article of."""
    marks: dict[int, Mark] = {}
    last: tuple[int, int] | None = None
    positions = sorted(articles)
    titles = {index for start, end in names.items() for index in range(start + 1, end + 1)}
    for index in range(first, len(entries)):
        entry = entries[index]
        if index in articles:
            marks[index] = Mark("clause", entry, _ARABIC_RANK)
            last = last if articles[index].damaged else articles[index].order
        elif index in names:
            marks[index] = _mark_name(entries, index, names)
        elif index in titles:
            continue
        elif _has_kind(entry, "attachment"):
            place = bisect_right(positions, index)
            following = articles[positions[place]].order if place < len(positions) else None
            if following is None or not follows(following, last):
                marks[index] = _mark_attachment(entry, heading=bool(entry.hashes) or index + 1 in {*names, *articles})
        elif _is_heading(entry) and _heads(entries, index, articles):
            marks[index] = Mark("heading", entry, _rank(entry))
    return marks


def _mark_name(entries: Sequence[Entry], index: int, names: Mapping[int, int]) -> Mark:
    return Mark("heading", entries[index], _NAME_RANK, tuple(entries[index + 1 : names[index] + 1]), names=True)


def _mark_attachment(entry: Entry, *, heading: bool) -> Mark:
    return Mark("heading" if heading else "clause", entry, ATTACHMENT_RANK)


def _heads(entries: Sequence[Entry], index: int, articles: Collection[int]) -> bool:
    """Say whether a line that reads as a heading stands over articles."""
    entry = entries[index]
    if entry.hashes == BOLD:
        return index + 1 in articles
    if entry.hashes or (entry.label is not None and entry.label.kind == "division"):
        return True
    return entry.label is not None and entry.label.kind != "article" and _leads(entries, index, articles)


def _leads(entries: Sequence[Entry], index: int, articles: Collection[int]) -> bool:
    """Say whether an article, or a heading over one, follows a line at once."""
    return any(i in articles for i in (index + 1, index + 2)) and (
        index + 1 in articles or _is_heading(entries[index + 1])
    )


def _is_heading(entry: Entry) -> bool:
    return bool(entry.hashes) or (
        entry.label is not None
        and entry.label.kind != "question"
        and len(entry.text) <= _TITLE_LENGTH
        and not _SENTENCE.search(entry.text)
        and (not entry.closed or (entry.label.kind == "attachment" and entry.text[-1] in "：:"))
    )


def _is_sentence_heading(entry: Entry) -> bool:
    """Say whether a part's line is a heading printed with a full stop (一、总体要求。)."""
    words = entry.text.removesuffix("。")
    return (
        _has_kind(entry, "part")
        and words != entry.text
        and len(words) <= _SENTENCE_LENGTH
        and not re.search("[。；，：]", words)
        and not STATES.search(words)
    )


def _rank(entry: Entry) -> int:
    label = entry.label
    if label is None or label.kind == "attachment":
        return _BOLD_RANK if entry.hashes == BOLD else _NAME_RANK
    if label.kind == "division":
        return _RANKS[label.unit]
    return _KIND_RANKS.get(label.kind, _ARABIC_RANK)


def _mark_policy(entries: Sequence[Entry], names: Mapping[int, int], *, law: bool) -> dict[int, Mark]:
    """Mark the parts, items and headings of a text without articles, or of what stands before the first of a law."""
    bounds = _find_bounds(entries, names)
    asked = _is_dialogue(entries)
    marks: dict[int, Mark] = {}
    for here, following in zip([-1, *bounds], [*bounds, len(entries)], strict=True):
        clauses = _find_clauses(entries, here, following, alone=not bounds, asked=asked)
        for index in clauses:
            marks[index] = Mark("clause", entries[index], _rank(entries[index]))
        if here < 0:
            continue
        entry = entries[here]
        if here in names:
            marks[here] = _mark_name(entries, here, names)
            continue
        over = here + 1 in clauses or (here + 1 == following and _stands_over(entries, here, following, law=law))
        heading = over and (_is_heading(entry) or (here + 1 in clauses and _is_sentence_heading(entry)))
        if _has_kind(entry, "attachment"):
            marks[here] = _mark_attachment(entry, heading=heading)
            continue
        numbered = entry.label is not None and not (law and entry.label.kind == "division")
        marks[here] = Mark("clause" if numbered and not heading else "heading", entry, _rank(entry))
    for index, above in find_through(entries).items():
        marks[index] = Mark("clause", entries[index], _ARABIC_RANK)
        if above >= 0:
            marks[above] = Mark("heading", entries[above], _rank(entries[above]))
    return marks


def _stands_over(entries: Sequence[Entry], here: int, following: int, *, law: bool) -> bool:
    """Say whether a part without text of its own stands over what follows; else its one line is all of it."""
    entry = entries[here]
    if not _has_kind(entry, "part"):
        return True
    if following == len(entries):
        return law
    below = entries[following]
    if entry.hashes and below.hashes:
        return below.hashes > entry.hashes
    return _rank(below) > _rank(entry)


def _find_bounds(entries: Sequence[Entry], names: Mapping[int, int]) -> list[int]:
    """Find the lines that begin a part: 一、, 第一部分, a heading by the file's format, an attachment or its name."""
    quoted = find_quoted(entries)
    bounds: list[int] = []
    last: tuple[int, int] | None = None
    for index, entry in enumerate(entries):
        label = entry.label
        kind = label.kind if label else None
        if kind == "part" and label is not None and not (index in quoted and not follows(label.order, last)):
            last = label.order
            bounds.append(index)
            continue
        titled = kind in {"division", "attachment"} and _is_heading(entry) and index not in quoted
        headed = entry.hashes and kind not in {"item", "arabic", "part", "question", "box"}
        if titled or headed or index in names:
            bounds.append(index)
    return bounds


def _is_dialogue(entries: Sequence[Entry]) -> bool:
    """Say whether most of the lines that read as questions are answered within the next lines."""
    questions = [index for index, entry in enumerate(entries) if _has_kind(entry, "question")]
    answered = sum(
        any(_ANSWER.match(entry.text) for entry in entries[index + 1 : index + 1 + _NEAR_ANSWER]) for index in questions
    )
    return bool(questions) and answered * 2 >= len(questions)


def _find_clauses(entries: Sequence[Entry], here: int, following: int, *, alone: bool, asked: bool) -> list[int]:
    """Find the lines that begin clauses between the part line ``here`` and the one that follows."""
    part = entries[here] if here >= 0 else None
    if part is not None and _has_kind(part, "attachment"):
        return []
    inside = range(here + 1, following)
    questions = [i for i in inside if _has_kind(entries[i], "question")] if asked else []
    if questions:
        return questions
    boxes = [i for i in inside if _has_kind(entries[i], "box")]
    items = [i for i in inside if _has_kind(entries[i], "item")]
    if items and not _enumerates(entries, items, part):
        return sorted([*items, *boxes])
    arabics = [i for i in inside if _has_kind(entries[i], "arabic")]
    bare = part is not None and _is_heading(part) and arabics[:1] == [here + 1]
    if arabics and not items and (bare or (part is None and alone)) and not _enumerates(entries, arabics, part):
        return sorted([*arabics, *boxes])
    return boxes


def _has_kind(entry: Entry, kind: LabelKind) -> bool:
    return entry.label is not None and entry.label.kind == kind


def _enumerates(entries: Sequence[Entry], items: Sequence[int], part: Entry | None) -> bool:
    """Say whether items only enumerate: introduced by a colon, ended by semicolons, or several on a line."""
    before = entries[items[0] - 1] if items[0] else None
    if part is not None and before is not None and before.text[-1] in "：:；;" and not part.hashes:
        return True
    if any(_runs_on(entries[i]) for i in items[:3]):
        return True
    return sum(entries[i].text[-1] in "；;" for i in items) * 2 >= len(items)


def _runs_on(entry: Entry) -> bool:
    """Say whether the next number stands on the same line: 1．甲罪 2．乙罪, （一）甲；（二）乙."""
    if entry.label is None or entry.label.kind not in {"arabic", "item"}:
        return False
    following = (_INLINE if entry.label.kind == "arabic" else _INLINE_ITEM).search(entry.text, entry.label.end)
    return following is not None and to_integer(following[1]) == entry.label.order[0] + 1
