"""Who issued a document: the bodies in its title, in its history, in the order that promulgates it, that sign it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.lines import drop_blanks, tidy_blanks
from corpus.metadata.dates import read_dates
from corpus.metadata.signature import PUBLIC
from corpus.metadata.titles import ISSUER_LINE, TITLE_ISSUER

_BODY = r"(?:部|总局|委员会|局|署|总署|银行|办公室|会|院|厅|人民政府)"
_HISTORY_ISSUERS = (
    (
        re.compile(
            r"(?!全国)([\u4e00-\u9fff]{2,24}?)(?:第[一二三四五六七八九十]+届)?(人民代表大会常务委员会|人大常委会)"
        ),
        "local",
    ),
    (re.compile(r"([\u4e00-\u9fff]{2,24}?[省市州县区旗])第[一二三四五六七八九十]+届(人民代表大会)第"), "local"),
    (re.compile(r"全国人民代表大会常务委员会|全国人大常委会"), "全国人民代表大会常务委员会"),
    (re.compile(r"第[一二三四五六七八九十]+届全国人民代表大会第"), "全国人民代表大会"),
    (re.compile(rf"([\u4e00-\u9fff、]{{2,60}}?{_BODY})\s*(?:令|公告)\s*(?:\d{{4}}\s*年\s*)?第"), ""),
    (re.compile(r"国务院、?(?:中华人民共和国)?中央军(?:委|事委员会)(?!关于)"), "国务院、中央军事委员会"),
    (re.compile(r"最高人民法院审判委员会.{0,40}最高人民检察院"), "最高人民法院、最高人民检察院"),
    (re.compile(r"最高人民法院审判委员会"), "最高人民法院"),
    (re.compile(r"最高人民检察院.{0,12}检察委员会"), "最高人民检察院"),
    (re.compile(r"国务院(?:令|第|常务会议|发布|公布|批准)"), "国务院"),
    (
        re.compile(
            rf"([\u4e00-\u9fff、]{{2,40}}?{_BODY})(?:\d{{4}}年)?(?:发布|公布|颁布|印发|联合发布|第\d+次|部长办公会|[部局署委室]务会)"
        ),
        "",
    ),
)
_STATE = "中华人民共和国"


def find_issuer(
    title: str,
    stated: str,
    told: Sequence[str],
    signature: Sequence[str],
) -> str:
    """Return the issuers: those in the title, those stated beside it, those of the history, those that sign."""
    match = TITLE_ISSUER.match(title)
    if match and "《" not in match[1]:
        return _join_issuers(match[1].removeprefix(_STATE))
    if stated:
        return _join_issuers(stated)
    for line in [*told, "".join(told)]:
        for pattern, name in _HISTORY_ISSUERS:
            found = pattern.search(drop_blanks(line))
            if found is None:
                continue
            if name == "local":
                place = found[1].removeprefix("经").split("日")[-1]
                if place and not re.search(r"全国|届$", place):
                    return f"{place}{found[2]}".replace("人大常委会", "人民代表大会常务委员会")
                continue
            return name or found[1].split("日")[-1].removeprefix("经").replace(_STATE, "").replace(
                "中央军委", "中央军事委员会"
            )
    signed = [tidy_blanks(line) for line in signature if not read_dates(line) and not PUBLIC.fullmatch(line)]
    return "、".join(line for line in signed if ISSUER_LINE.fullmatch(line))


def _join_issuers(names: str) -> str:
    """Return issuers parted by 、, whatever parts them in print."""
    parts = [part for part in re.split(r"[\s、，,；;]+", names) if part]
    return "、".join(parts)
