"""The several things that one sentence asks, each as a question of its own.

One sentence may ask two things of one case (换工艺要报吗，不报怎么罚) or one thing of two
(农产品的抽查给几天，一般产品又给几天; 甲和乙各罚多少). Read as a whole it is answered by the
clause that fits the louder half; read apart each half is answered by its own. What is returned
are proposals: whoever searches takes those that are well answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

SHORTEST_CASE = 3
"""Characters that a case must have: 甲和乙 is no pair of cases, 甲方违约和乙方违约 is."""
SHORT_PIECE = 12
"""Characters up to which a further question leans on the one before it (不报怎么罚)."""
MOST_FACETS = 4
"""How many things are told apart, each of which is searched for and read; of more, none is."""

_ASKING = re.compile(
    r"什么|啥|咋|哪|谁|多少|多久|多长|(?<![好没])几[个条种类级年月天日倍项家成]|怎么|怎样|如何|[吗么不没]$|是否|能不能|可不可以"
    r"|有没有|要不要|是不是|为何|后果$|依据$"
)
_PIECE_END = re.compile(r"[,;]|以及|还有|同时")
_EDGES = " ?。!"
_EACH = re.compile(
    r"分别|各自?(?!种|类|级|地|部门|项|方|位|界|省|市|国|行|业|大|样)"
    r"|两(?:件|种|者|样|边|头|个(?!月|星期|小时|工作日))|(?<![成首古])都(?!市|城)|又"
)
"""That what is asked last is asked of each of the cases before it."""
_PAIR = re.compile(rf"(.{{{SHORTEST_CASE},30}}?)(?:和|与|跟|还|、)(.{{{SHORTEST_CASE},30}})")
_PAIR_ASKED = re.compile(
    rf"(.{{{SHORTEST_CASE},30}}?)(?:和|与|跟)(.{{{SHORTEST_CASE},30}}?)((?:{_EACH.pattern}).{{2,}})"
)
_COMPARED = re.compile(
    r"异同|一样|相同|同一|一致|区别|差别|不同(?!意)|比较|相比|[谁哪][个家边]?.{0,8}(?:更|重|轻|高|低|长|短|多|少|严|狠)|各自?(?:应|要|须|由|在|需)|,(?:分别|各)"
)
"""What asks how several cases compare, or stands apart."""
_BETWEEN = re.compile(r"[和与跟、]|以及")
_APART = re.compile(r"([^,;:?]{2,60}),(?=分别|各)")
_SHARED = 24
"""Characters within which the other case ends as the first does (电梯厂和汽车厂)."""


def split_facets(text: str) -> list[str]:
    """Return each thing that a sentence (normalised) asks as a question of its own; none where it asks one."""
    found = _split_sentence(text)
    return found if len(found) <= MOST_FACETS else []


def _split_sentence(text: str) -> list[str]:
    if compared := _split_compared(text):
        return compared
    pieces = [piece.strip(_EDGES) for whole in _PIECE_END.split(text) for piece in _split_pause(whole)]
    pieces = [piece for piece in pieces if piece]
    asking = [place for place, piece in enumerate(pieces) if _ASKING.search(piece)]
    if len(asking) > 1:
        return _split_questions(pieces, asking)
    if pieces and asking == [len(pieces) - 1]:
        return _split_cases(pieces)
    return []


def _split_pause(piece: str) -> list[str]:
    """Return the questions that 、 parts (按什么罚、罚多少), else the piece itself."""
    parts = piece.split("、")
    return parts if all(map(_ASKING.search, parts)) else [piece]


def _split_compared(text: str) -> list[str]:
    """Return what is asked of each of several cases that end alike: 电梯厂和汽车厂谁罚得重 of 电梯厂 and of 汽车厂."""
    if not _COMPARED.search(text):
        return []
    for match in _BETWEEN.finditer(text):
        start = match.end()
        before = re.split(r"[,;:?]|比较|关于|对于", text[: match.start()])[-1]
        apart = _APART.match(text, start)  # 甲、乙和丙,各要几天
        for end in [apart.end(1)] if apart else [_end_alike(text, start, before[-size:]) for size in (2, 1)]:
            cases = _BETWEEN.split(before) + _split_list(text[start:end])
            if min(map(len, cases)) >= SHORTEST_CASE and not _PIECE_END.search(text, start, end) and end < len(text):
                return [f"{text[: match.start() - len(before)]}{case}{text[end:]}" for case in cases]
    return []


def _split_list(text: str) -> list[str]:
    """Return the cases of a list; what would be too short for one is a part of one (标准化水平与贷款)."""
    cases = _BETWEEN.split(text)
    return cases if min(map(len, cases)) >= SHORTEST_CASE else text.split("、")


def _end_alike(text: str, start: int, tail: str) -> int:
    """Return where the cases from ``start`` on end that end in ``tail``; ``start`` where none does."""
    end = start
    while end == start or text[end : end + 1] in tuple("和与跟、"):
        place = text.find(tail, end + 1, end + _SHARED)
        if place < 0:
            break
        end = place + len(tail)
    return end


def _split_questions(pieces: Sequence[str], asking: Sequence[int]) -> list[str]:
    """Return the questions, each behind what leads to it, else behind what leads to the first."""
    first = pieces[asking[0]]
    lead = list(pieces[: asking[0]])
    if ":" in first:  # 要求复检:农产品给几天,一般产品又给几天
        before, _, first = first.rpartition(":")
        lead.append(before)
    found = [",".join([*lead, first])]
    for earlier, place in pairwise(asking):
        own = pieces[earlier + 1 : place]
        leads = own or lead
        piece = pieces[place]
        if not leads and len(piece) <= SHORT_PIECE:
            leads = [first]
        found.append(",".join([*leads, piece]))
    return found


def _split_cases(pieces: Sequence[str]) -> list[str]:
    """Return what is asked of each of several cases: the last piece, without the word for each, behind each case."""
    *cases, asked = pieces  # 甲和乙,分别怎么办
    if not cases:
        joined = _PAIR_ASKED.fullmatch(asked)
        cases, asked = ([joined[1], joined[2]], joined[3]) if joined else ([], asked)
    elif not _EACH.search(asked):
        return []
    elif len(cases) == 1:
        joined = _PAIR.fullmatch(cases[0])
        cases = [joined[1], joined[2]] if joined else []
    asked = _EACH.sub("", asked).strip(",")
    return [f"{case},{asked}" for case in cases] if len(cases) > 1 else []
