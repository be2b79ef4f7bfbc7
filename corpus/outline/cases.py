"""The headings of a guiding case, which have no number: 关键词, 裁判要点, 基本案情, 裁判理由…"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from corpus.lines import Line, drop_blanks

CASE_HEADINGS = frozenset(
    "关键词 裁判要点 裁判要旨 案例要旨 要旨 相关法条 相关规定 法律依据 基本案情 案件事实 裁判结果 裁判理由 诉讼过程"
    " 处理结果 检察机关履职过程 检察履职情况 检察机关监督情况 指导意义 典型意义 案例评析 争议焦点".split()
)
_FEWEST = 3
_LONGEST = 14
_LEVEL = 2


def find_case_headings(lines: Sequence[Line], skipped: Collection[int]) -> dict[int, int]:
    """Return the lines that are such headings, bare or in 【】, with their level; none where they are of few kinds."""
    found: dict[int, str] = {}
    for position, line in enumerate(lines):
        if 0 < len(line.text) <= _LONGEST and position not in skipped:
            words = drop_blanks(line.text).strip("【】[]*：:")
            if words in CASE_HEADINGS:
                found[position] = words
    return dict.fromkeys(found, _LEVEL) if len(set(found.values())) >= _FEWEST else {}
