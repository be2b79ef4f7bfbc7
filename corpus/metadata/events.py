"""The steps in a document's history: adopted, promulgated, amended, approved, in force, repealed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from corpus.lines import BLANKS, drop_blanks, tidy_blanks
from corpus.metadata.dates import find_dates
from corpus.model import Event

ENACTING = frozenset({"通过", "公布", "批准", "修正", "修订"})
"""The actions whose day is one of publication; the others are 施行 and 废止."""

_TITLE = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》|〈[^〈〉]*〉|<[^<>]*>")
_ACTIONS = re.compile(r"废止|失效|修正|修改|修订|批准|通过|公布|发布|颁布|颁发|印发|施行|实施|生效|执行|试行")
_NAMES = {
    "失效": "废止", "修改": "修正", "发布": "公布", "颁布": "公布", "颁发": "公布", "印发": "公布",
    "实施": "施行", "生效": "施行", "执行": "施行", "试行": "施行",
}  # fmt: skip
_ON_ISSUE = re.compile(r"自?(?:本\w{1,4})?(?:公布|发布|颁布|印发|通过|批准)之日(?:起)?(?:施行|实施|生效|执行|试行)")
_ANNOUNCED = re.compile(r"[现特]?予以?(?:公布|发布|印发)|现(?:公布|发布|印发)")
"""An order's words that it promulgates: the day is that of the order, told elsewhere."""
_EDGES = BLANKS + "（）()，,；;、。:："
_LOOSE_END = re.compile(r"(?:根据|按照|依据|经|并|自|由|于|已|该修正|该修订|现予|和|[（(，,；;、])$")
_LONGEST = 4_000
"""The length beyond which a line is no history."""
_SESSION = re.compile(r"会议$|会议[）)]?$")


def read_events(lines: Iterable[str]) -> tuple[Event, ...]:
    """Return the steps that lines of history tell, in the order told.

    A line may tell several (…通过 根据…修正), and may be continued by the next one; words
    without an action, as an issuer's name alone, tell nothing. The 施行 of 自公布之日起施行
    has the day of the promulgation told with it.
    """
    steps: list[tuple[date | None, str]] = []
    for line in lines:
        bare = tidy_blanks(line[:_LONGEST])
        places = [place for place in find_dates(bare) if not _is_titled(bare, place[0])]
        lead = bare[: places[0][0]] if places else bare
        if steps and lead.strip(_EDGES):
            steps[-1] = (steps[-1][0], steps[-1][1] + _trim(lead))
        elif not places:
            steps.append((None, lead))
        ends = [*(start for start, _, _ in places[1:]), len(bare)]
        steps += [(day, bare[start:end]) for (start, _, day), end in zip(places, ends, strict=bool(places))]
    found: list[Event] = []
    for step_day, words in steps:
        found += _name_events(step_day, _trim(words), found)
    return tuple(found)


def _is_titled(text: str, position: int) -> bool:
    """Say whether a place lies inside 《》."""
    return text.count("《", 0, position) > text.count("》", 0, position)


def _trim(words: str) -> str:
    words = words.strip(_EDGES)
    while match := _LOOSE_END.search(words):
        words = words[: match.start()].strip(_EDGES)
    return words


def _name_events(day: date | None, words: str, before: list[Event]) -> list[Event]:
    bare = _ANNOUNCED.sub("", _TITLE.sub("《》", drop_blanks(words)))
    on_issue = _ON_ISSUE.search(bare)
    actions = list(dict.fromkeys(_NAMES.get(one, one) for one in _ACTIONS.findall(_ON_ISSUE.sub("", bare))))
    if day is None and not on_issue:
        return []
    if "通过的《》" in bare and "修改" in words and not {"修正", "修订"} & set(actions):
        actions = ["修正"]
    for action in ("废止", "修正", "修订"):
        if action in actions:
            # 修订通过 and 修订发布 are one step; 公布施行 are two.
            actions = [action, *(["施行"] if "施行" in actions else [])]
            break
    if not actions and not on_issue and _SESSION.search(bare):
        actions = ["通过"]
    found = [Event(day, action, words) for action in actions if day is not None]
    if on_issue:
        issued = next((event.day for event in reversed([*before, *found]) if event.action in ENACTING), day)
        found.append(Event(issued, "施行", words))
    return found
