"""Every article of the 1,524 national laws, against a count that shares no code with the parser.

The count is a regular expression over lines. An article is right when its number is, and
its text is, white space apart, what stands from its label to the next article or heading.
"""

import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from corpus import ParsedDocument, parse_text, to_chinese
from corpus.parse import FURNITURE_IN_CLAUSE
from tests.corpus.golden_files import ARCHIVE
from tests.corpus.test_parse import check_whole

pytestmark = pytest.mark.skipif(not ARCHIVE.is_file(), reason=f"{ARCHIVE} is not on this machine")

_HEAD = re.compile(r"[#*\s]*第([一二三四五六七八九十百千零〇]+)条(?:之([一二三四五六七八九十]+))?(?:[\s\u3000]|$)")
_HEADING = re.compile(
    r"\s*#|\s*第[一二三四五六七八九十百]+(?:编|分编|章|节)\s|\s*附(?:件|录|表|图)?\s*[一二三四五六七八九十\d]*\s*[:：]?\s*$"
    r"|\s*附(?:件|录|表|图)\s*[一二三四五六七八九十\d]*\s*[:：\s]|\s*附\s*[:：]"
)
_PLAIN_HEADING = re.compile(r"\s*(?:[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、)[^。；：，]{1,40}$")
_LISTED = "回避 诉讼参加人 证据 期间和送达 调解 保全和先予执行 对妨害民事诉讼的强制措施 诉讼费用".split()
_SIGNS = re.compile(r"[\s\u3000\u200b*]")

FALL_SHORT = {
    "刑事诉讼法(2018-10-26).md": "第一百二十八条 has no blank after it: found, and not counted",
    "最高人民法院关于适用《刑事诉讼法》的解释(2021-01-26).md": "four articles without a blank, so not counted",
    "飞行基本规则(2007-10-18).md": "its articles run on, a chapter to a line: 124 found, 12 counted",
}
"""The files of which the articles are not as the count has them, each with the reason."""


@dataclass(frozen=True, slots=True)
class Law:
    """A file of the archive: its text, and how it was parsed."""

    name: str
    parsed: ParsedDocument


@cache
def read_laws() -> tuple[Law, ...]:
    """Parse the archive once for all tests."""
    return tuple(Law(name, parse_text(text, id=Path(name).stem, source=name)) for name, text in _read_archive())


def _read_archive() -> Iterator[tuple[str, str]]:
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(".md"):
                file = archive.extractfile(member)
                assert file is not None
                yield member.name, file.read().decode("utf-8")


def count_articles(text: str) -> list[tuple[str, str]]:
    """Return the number and the text of every article whose label begins a line."""
    found: list[tuple[str, list[str]]] = []
    taking = False
    lines = [line for line in text.split("\n") if line.strip()]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        head = _HEAD.match(line)
        if head is not None:
            found.append((head[1].replace("〇", "零") + (f"之{head[2]}" if head[2] else ""), []))
            taking = True
        elif _HEADING.match(line) or (_PLAIN_HEADING.match(line) and _HEAD.match(following)):
            taking = False
        if taking:
            found[-1][1].append(line)
    return [(number, _strip("\n".join(lines))) for number, lines in found]


def _strip(text: str) -> str:
    return _SIGNS.sub("", text)


def find_articles(parsed: ParsedDocument) -> list[tuple[str, str]]:
    return [
        (clause.number, _strip(clause.text))
        for clause in parsed.clauses
        if re.match(r"第[^章节编篇卷部]+条", clause.label)
    ]


def test_at_least_999_in_1000_articles_are_found_with_their_number_and_text() -> None:
    counted = right = 0
    for law in read_laws():
        articles = count_articles(law.parsed.document.text)
        found = Counter(find_articles(law.parsed))
        counted += len(articles)
        right += sum((Counter(articles) & found).values())
    assert counted > 64_000
    assert right / counted >= 0.999


def test_articles_that_run_on_in_one_line_are_found_one_by_one() -> None:
    rules = next(law for law in read_laws() if "飞行基本规则" in law.name)
    assert [clause.number for clause in rules.parsed.clauses][:124] == [to_chinese(str(n)) for n in range(1, 125)]


def test_the_files_that_fall_short_of_the_count_are_those_listed() -> None:
    """Any difference falls short: an article missed, merged with another, split, or found where none is counted."""
    assert {
        Path(law.name).name
        for law in read_laws()
        if count_articles(law.parsed.document.text) != find_articles(law.parsed)
    } == set(FALL_SHORT)


def test_nothing_of_any_law_is_lost() -> None:
    for law in read_laws():
        check_whole(law.parsed)


def test_no_line_of_a_law_is_taken_for_page_furniture() -> None:
    removed = [
        law.parsed.document.text[span.start : span.end]
        for law in read_laws()
        for span in law.parsed.spans
        if span.kind == "removed" and span.reason not in {"blank", "markup"}
    ]
    # The front matter of the archive's fourteen indexes, and a list of headings before the text of one interpretation.
    assert {line for line in removed if not line.startswith("## ")} == {"---", "bookCollapseSection: true"}
    headings = [line.partition("、")[2] for line in removed if line.startswith("## ")]
    assert len(headings) == 22
    assert headings[:8] == _LISTED


def test_the_damage_in_the_laws_is_their_private_use_characters_alone() -> None:
    damaged = [
        law.parsed.document.text[span.start : span.end]
        for law in read_laws()
        for span in law.parsed.damaged
        if span.reason != FURNITURE_IN_CLAUSE
    ]
    assert len(damaged) == 10
    assert set(damaged) <= {"\ue003", "\ue004"}
