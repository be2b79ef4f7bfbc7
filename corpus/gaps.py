"""What of a document's own numbering its copy lacks: it begins late, skips, or has 之一 without its base."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.labels import Label, read_label
from corpus.lines import BLANKS
from corpus.model import ParsedDocument
from corpus.numerals import to_chinese

GapKind = Literal["begins late", "skips"]

AMENDS = re.compile(r"修正案|(?:修改|修订|修正).*决定")
"""The title of a document that amends others, whose words it quotes."""
_NUMERAL = r"[0-9０-９〇零○一二三四五六七八九十百千两]{1,9}"
_LARGEST = 2_000
_BELOW = {"part": 1, "item": 2, "arabic": 3, "question": 1}
"""What a numbered line stands under: 一、 over （一） over 1."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that are not in this copy of a document.

    ``labels`` are the first and the last of them as the document would print them (equal
    where one is missing), ``numbers`` all of them in Chinese numerals; ``start`` is where
    the next clause or heading stands, in the document's text, and ``following`` its
    label; ``before`` is the label of the last one before the gap, empty where the
    numbering begins late. ``clauses`` says that clauses are missing, not headings.
    """

    kind: GapKind
    labels: tuple[str, str]
    numbers: tuple[str, ...]
    before: str
    following: str
    start: int
    clauses: bool = True


@dataclass(frozen=True, slots=True)
class _Place:
    """A numbered clause or heading: its label, where it stands, and the numbered headings over it."""

    label: Label
    start: int
    over: tuple[str, ...]
    clause: bool


def find_gaps(parsed: ParsedDocument) -> tuple[Gap, ...]:
    """Return the gaps in a document's numbering, in the order of the text.

    Each sequence is looked at for itself: articles; parts 一、; items （一）, which may
    begin again in each part or go on through the document; 章 and 节. A number that is
    out of turn while the count goes on as if it were right (二十一, 二十三, 二十三) is a
    misprint, and one whose label was damaged counts as there; so does a number that is
    printed between its neighbours without being taken for a clause. A copy's end cannot
    be told from the document's. In a document that amends another only a late beginning
    is told: the rest of its numbers may be those of the text that it quotes.
    """
    text = parsed.document.text
    found: list[Gap] = []
    for sequence in _find_sequences(parsed):
        found += _read_sequence(sequence, text)
    if AMENDS.search(parsed.document.title):
        found = [gap for gap in found if gap.kind == "begins late" and gap.clauses]
    return tuple(sorted(found, key=lambda gap: (gap.start, not gap.clauses)))


def name_gap(gap: Gap) -> str:
    """Return the labels that are missing as a message names them: （一） … （十九）, or the one."""
    first, last = gap.labels
    return first if first == last else f"{first} … {last}"


def find_gap(parsed: ParsedDocument, number: str) -> Gap | None:
    """Return the gap in which the clause with a number (Chinese numerals) would stand, None where none has it."""
    return next((gap for gap in find_gaps(parsed) if gap.clauses and number in gap.numbers), None)


def _find_sequences(parsed: ParsedDocument) -> Iterator[list[_Place]]:
    """Yield the numbered places that count together, each sequence in the order of the text."""
    places = _list_places(parsed)
    sequences: dict[tuple[str, ...], list[_Place]] = {}
    for place in places:
        key = place.label.kind if place.label.kind != "division" else place.label.unit
        if place.label.kind == "attachment":
            # What an attachment holds counts for itself.
            for one in sequences.values():
                if one:
                    yield one
            sequences = {}
            continue
        if place.label.kind == "division" and place.label.unit != "章":
            # 节 begin again in each 章, and what 编 and 部分 hold counts as their kind does.
            sequences.setdefault((key, *place.over), []).append(place)
        else:
            sequences.setdefault((key,), []).append(place)
    yield from (one for one in sequences.values() if one)


def _list_places(parsed: ParsedDocument) -> list[_Place]:
    text = parsed.document.text
    starts = {clause.start: clause for clause in parsed.clauses}
    places: list[_Place] = []
    over: list[tuple[int, str]] = []
    for span in parsed.spans:
        if span.kind not in {"clause", "heading"}:
            continue
        clause = starts.get(span.start)
        words = text[span.start : span.start + 120].split("\n", 1)[0]
        label = read_label(
            clause.label if clause else words[: span.end - span.start].lstrip("#*" + BLANKS).rstrip("*" + BLANKS)
        )
        if label is None:
            continue
        rank = _rank(label)
        while over and over[-1][0] >= rank:
            over.pop()
        places.append(_Place(label, span.start, tuple(printed for _, printed in over), clause is not None))
        if label.kind != "article":
            over.append((rank, label.printed))
    return places


def _rank(label: Label) -> int:
    if label.kind == "division":
        return {"编": -6, "篇": -6, "卷": -6, "部分": -5, "分编": -4, "章": -3, "节": -2}.get(label.unit, -6)
    return {"attachment": -9, "article": 9}.get(label.kind, _BELOW.get(label.kind, 4))


def _read_sequence(places: Sequence[_Place], text: str) -> list[Gap]:
    found: list[Gap] = []
    restarts = sum(place.label.order == (1, 0) for place in places) > 1
    last = (0, 0)
    before: _Place | None = None
    lost = 0
    for index, place in enumerate(places):
        order = place.label.order
        if place.label.damaged or not place.label.number:
            lost += 1
            continue
        following = places[index + 1].label.order if index + 1 < len(places) else None
        if order == (1, 0) and last != (0, 0):
            last, before, lost = order, place, 0
            continue
        fresh = before is not None and place.over != before.over and (restarts or place.label.kind == "division")
        if fresh and order <= last:
            last, before, lost = order, place, 0
            continue
        missing = _find_missing(last, order, lost)
        if missing and _is_misprint(last, order, following):
            order = (last[0] + 1, 0)
        elif missing:
            begin = before.start if before else 0
            found += _make_gaps(missing, place, before, text[begin : place.start], last)
        elif order <= last and last != (0, 0):
            # A number that comes again stands for the next one where the count goes on from there.
            order = (last[0] + 1, 0) if following == (last[0] + 2, 0) else max(order, last)
        last, before, lost = order, place, 0
    return found


def _find_missing(last: tuple[int, int], order: tuple[int, int], lost: int) -> list[tuple[int, int]]:
    """Return the numbers between two that follow each other in the text, those of damaged labels allowed for."""
    missing = [(value, 0) for value in range(last[0] + 1, min(order[0], last[0] + _LARGEST))]
    if order[1]:
        if order[0] != last[0]:
            missing.append((order[0], 0))
        missing += [(order[0], value) for value in range(last[1] + 1 if order[0] == last[0] else 1, order[1])]
    return [] if len(missing) <= lost else missing


def _is_misprint(last: tuple[int, int], order: tuple[int, int], following: tuple[int, int] | None) -> bool:
    """Say whether a number is out of turn while the count goes on as if it were right: 二十一, 二十三, 二十三."""
    return last != (0, 0) and following == (last[0] + 2, 0) and order[0] != last[0] + 1


def _make_gaps(
    missing: Sequence[tuple[int, int]], place: _Place, before: _Place | None, between: str, last: tuple[int, int]
) -> list[Gap]:
    """Return a gap for each run of missing numbers, those left out that stand in the text between all the same."""
    printed = _find_printed(place.label, between)
    runs: list[list[tuple[int, int]]] = [[]]
    for order in missing:
        if _number(order) in printed:
            runs.append([])
        else:
            runs[-1].append(order)
    return [
        Gap(
            kind="skips" if last != (0, 0) else "begins late",
            labels=(_print(run[0], place.label), _print(run[-1], place.label)),
            numbers=tuple(_number(order) for order in run),
            before=before.label.printed if before else "",
            following=place.label.printed,
            start=place.start,
            clauses=place.clause,
        )
        for run in runs
        if run
    ]


def _find_printed(label: Label, between: str) -> set[str]:
    """Return the numbers that stand in the text as such a label would, though no clause was made of them."""
    pattern = {
        "article": rf"(?:^|[\n。；：）)])[#*{BLANKS}]*第({_NUMERAL})条(?:之({_NUMERAL}))?(?![第的规和、至款])",
        "division": rf"(?:^|[\n。；：）)])[#*{BLANKS}]*第({_NUMERAL}){label.unit}()(?![第的规和、至款])",
        "item": rf"[（(]({_NUMERAL})[）)]()",
        "arabic": r"([0-9０-９]{1,3})()[.．、）)]",
    }.get(label.kind, rf"({_NUMERAL})()[、．.]")
    found = ((to_chinese(main), to_chinese(sub) if sub else "") for main, sub in re.findall(pattern, between))
    return {main + (f"之{sub}" if sub else "") for main, sub in found}


def _number(order: tuple[int, int]) -> str:
    return to_chinese(str(order[0])) + (f"之{to_chinese(str(order[1]))}" if order[1] else "")


def _print(order: tuple[int, int], label: Label) -> str:
    """Return a label as the document would print it for another number."""
    number = _number(order)
    if label.kind == "article":
        main, _, sub = number.partition("之")
        return f"第{main}条" + (f"之{sub}" if sub else "")
    if label.kind == "division":
        return f"第{number}{label.unit}"
    if label.kind == "item":
        return f"（{number}）"
    if label.kind == "arabic":
        return f"{order[0]}{label.printed[-1]}"
    return f"{number}、" if label.kind == "part" else f"{number}"
