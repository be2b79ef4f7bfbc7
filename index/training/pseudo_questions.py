"""Questions made from the articles' own words, so that every article, not only the labelled ones, is trained on.

A question is a phrase of the article in the frame of a question (居住权人死亡的 → 居住权人死亡的，怎么办？),
and the article is mostly shown without that phrase: the inverse cloze task (Lee, Chang and
Toutanova, ACL 2019) in the form in which people ask.
"""

from __future__ import annotations

import random
import re

HIDDEN_SHARE = 0.7
"""How often the article is shown without the phrase that became its question."""
SHORTEST = 7
LONGEST = 40

_FRAMES = (
    "怎么办？ 如何处理？ 合法吗？ 可以吗？ 应当承担什么责任？ 有什么规定？ 怎么处罚？ 需要什么条件？ 由谁负责？ "
    "有什么要求？ 会受到什么处罚？ 怎么认定？ 是否有效？ 应该怎么做？ 违法吗？ 有法律依据吗？ 的程序是什么？ "
    "是什么意思？"
).split()
_LEAD = re.compile(
    r"^(?:但是?|并且?|而且|且|以及|或者?|及|和|其中|其|同时|对于?|由|经|应当|可以|不得|必须|有权|负责|依法|按照规定|前款规定的|本法所称)+"
)
_BREAK = re.compile(r"[，,；;。：:、\n（）()《》“”]+")
_NOT_ASKED = re.compile(
    r"第[一二三四五六七八九十百千零〇]+[条款项章]|自.{4,14}起施行|^[一二三四五六七八九十]+$|本法|本条例|本办法"
)


def write_question(body: str, rng: random.Random) -> tuple[str, str] | None:
    """Return a question and the article's words as they are to be shown with it, or None where no phrase serves."""
    phrases: list[tuple[int, int]] = []
    position = 0
    for mark in [*_BREAK.finditer(body), None]:
        end = mark.start() if mark else len(body)
        if end > position:
            phrases.append((position, end))
        position = mark.end() if mark else end
    spans = [
        (start, end)
        for i in range(len(phrases))
        for start, end in [(phrases[i][0], phrases[min(i + n, len(phrases) - 1)][1]) for n in (0, 1)]
        if SHORTEST <= end - start <= LONGEST and not _NOT_ASKED.search(body[start:end])
    ]
    if not spans:
        return None
    start, end = rng.choice(spans)
    words = _LEAD.sub("", body[start:end])
    if len(words) < SHORTEST - 1:
        return None
    question = words if rng.random() < 0.15 else words + ("，" if words.endswith("的") else "") + rng.choice(_FRAMES)
    rest = body[:start] + body[end:]
    shown = rest if rng.random() < HIDDEN_SHARE and len(rest) >= 2 * SHORTEST else body
    return question, shown
