"""Cross-references: 依照本法第四十条, 前款, 《标准化法》第十条, 民法典第五百七十七条, 本章, as data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.lines import drop_blanks
from corpus.model import Clause, ParsedDocument
from corpus.numerals import to_chinese, to_integer
from corpus.paragraphs import Paragraph, split_paragraphs
from corpus.references.naming import LONGEST_NAME, UNKNOWN, Naming
from corpus.references.places import BLANK, NUMERAL, SERIES, WHOLE_CLAUSE, Narrowing, Place, read_place, read_section

_KINDS = (
    "法典|法|条例|办法|规定|细则|规则|决定|决议|解释|意见|通知|通告|公告|规范|准则|标准|方案|章程|规程|命令|令|安排|批复|规划|纲要"
    "|守则|修正案"
)
_TOKEN = re.compile(
    r"《(?P<title>(?:[^《》\n]|《[^《》\n]{1,80}》){1,120})》(?:[（(](?:[^（）()\n]|[（(][^（）()\n]{0,80}[）)]){1,80}[）)])?"
    rf"|(?P<own>(?:(?<!基)本|该|(?<!合)同|上述)(?:{_KINDS}))(?={BLANK}[第（(])"
    r"|(?P<near>前款|前[两二三四五]款|前条|前[两二三四五]条|上款|上条|本条(?!例|约|件)|本款(?!项))"
    r"|(?P<part>本章|本节(?!目)|本编(?!制)|本分编)"
    rf"|第{BLANK}(?P<section>{NUMERAL}){BLANK}(?P<unit>章|节(?!课|车)|分编|编(?!制|号|辑|码)|部分)"
    rf"|第{BLANK}[（(]{BLANK}(?P<bracket>{NUMERAL}){BLANK}[）)]{BLANK}条"
    rf"|(?P<place>第{BLANK}[（(]?{NUMERAL}[）)]?{SERIES}{BLANK}[条款项])"
    rf"|[（(]{BLANK}(?P<inside>[一二三四五六七八九十百]{{1,5}}){BLANK}[）)](?!项)"
)
_ADJACENT = re.compile(rf"{BLANK}(?:的|中|中的|之)?{BLANK}")
_JOIN = re.compile(
    rf"{BLANK}(?:规定的?|所列的?)?(?:“[^”\n]{{0,24}}”|[\u4e00-\u9fff]{{0,16}}罪)?{BLANK}"
    rf"(?:、|和|及|与|或|或者|以及|并|，以及|，和|，或者){BLANK}"
)
_RANGE = re.compile(rf"{BLANK}[至到—－~～-]{BLANK}")
_AMENDS_NEXT = re.compile(r"(?:修改|修订|对|将|废止)$")
_NO_DOCUMENT = re.compile(r"(?:证|执照|书|表|单|图|合同|协议|报|杂志|志|账簿|护照|名录)$")
"""What stands in 《》 and is no document that rules."""
_ITSELF = re.compile(r"本(?:决定|修正案)")
_LABEL_BEFORE = re.compile(r"[。；][ \t\u3000\xa0\n]+$|\n[#*]{0,8}$")
"""What stands before an article's own label that is not at a line's head, or was taken for none."""
_BLANKS = frozenset(" \t\u3000\xa0")
_POINTS_TO = re.compile(r"(?:详?见|按照|依照|按|同)(?:上述|前述|本文|本意见|本通知)?第?$")
_BEHIND = 40


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that a document's words name.

    ``start`` and ``end`` are offsets in the text, half-open; ``clause`` the id of the
    clause in which the words stand. ``document`` is the title or name of the document
    referred to, "" for its own. ``number`` is the clause in Chinese numerals, "" where a
    whole document or a section is meant, and ``last`` the end of a range (第十条至第十二条),
    else "". ``within`` narrows the clause to a 款, 项 or 目, or to several (前两款).
    ``sections`` are the numbers of 编, 章, 节 or 部分 with their units, the widest first.
    ``bracketed`` says that the number is a policy's （二十三）. A reference with none of
    these names a whole document, or, without ``document``, a place that is not there
    (前款 in a first paragraph).
    """

    start: int
    end: int
    clause: str
    document: str = ""
    number: str = ""
    last: str = ""
    within: Narrowing = WHOLE_CLAUSE
    sections: tuple[tuple[int, str], ...] = ()
    bracketed: bool = False


def find_references(parsed: ParsedDocument) -> tuple[Reference, ...]:
    """Return the cross-references in a document's clauses, in the order of the text.

    A list (第十条、第十一条) gives one for each, a range one in all. What is relative
    (前款, 前条, 本条第一款, 本章) is told by number. In a document that amends another,
    本法 and bare numbers are those of the other, where its words tell which; where they
    do not, they are left out, and so is what is relative to the words it quotes.
    """
    naming = Naming(parsed)
    articles = {clause.number for clause in parsed.clauses if clause.number and "条" in clause.label}
    found: list[Reference] = []
    for place in range(len(parsed.clauses)):
        found += _Reader(parsed.clauses, place, naming, articles).read()
    return tuple(found)


class _Reader:
    """Reads the references of one clause from left to right."""

    def __init__(self, clauses: Sequence[Clause], place: int, naming: Naming, articles: set[str]) -> None:
        self._clauses = clauses
        self._place = place
        self._naming = naming
        self._articles = articles
        self._clause = clauses[place]
        self._text = self._clause.text
        self._paragraphs: list[Paragraph] | None = None
        self._points: set[int] | None = None
        self._found: list[Reference] = []
        self._named = ""
        self._named_end = -1
        self._listed_end = -1
        self._that = ""

    def read(self) -> list[Reference]:
        """Return the references of the clause, in order."""
        position = len(self._clause.label) if self._clause.number else 0
        while (match := _TOKEN.search(self._text, position)) is not None:
            position = max(self._read_token(match), match.end())
        return self._found

    def _read_token(self, match: re.Match[str]) -> int:
        """Read one token and what belongs to it; return where that ends."""
        if match["title"] is not None:
            return self._read_title(match)
        if match["own"] is not None:
            self._named, self._named_end = self._name_own(match["own"]), match.end()
            return match.end()
        if match["near"] is not None:
            return self._read_near(match)
        if match["part"] is not None:
            return self._read_part(match)
        if match["section"] is not None:
            return self._read_section(match)
        if match["place"] is not None:
            return self._read_place(match.start())
        return self._read_bracketed(match)

    def _add(self, start: int, end: int, made: Iterable[Reference], *, follows_name: bool = False) -> int:
        """Add what was read between two offsets of the clause, in place of the whole document that it is a part of."""
        known = [one for one in made if one.document != UNKNOWN]
        begin = self._clause.start + start
        if follows_name and self._found and self._found[-1].end == self._clause.start + self._named_end:
            begin = self._found.pop().start
        self._found += [replace(one, start=begin, end=self._clause.start + end) for one in known]
        self._listed_end = end if known else -1
        return end

    def _make(self, document: str = "", number: str = "", within: Narrowing = WHOLE_CLAUSE) -> Reference:
        return Reference(0, 0, self._clause.id, document, number, within=within)

    def _before(self, end: int) -> str:
        """Return the words just before an offset of the clause."""
        return self._text[max(0, end - _BEHIND) : end]

    def _read_title(self, match: re.Match[str]) -> int:
        self._named, self._named_end = self._naming.name(drop_blanks(match["title"])), match.end()
        self._that = self._named or self._that
        self._listed_end = -1
        if self._naming.amends and self._naming.several and _AMENDS_NEXT.search(self._before(match.start())):
            self._naming.amended = self._named
        if self._named and not _NO_DOCUMENT.search(self._named):
            start = self._clause.start + match.start()
            self._found.append(Reference(start, self._clause.start + match.end(), self._clause.id, self._named))
        return match.end()

    def _name_own(self, word: str) -> str:
        if word.startswith("本"):
            return "" if _ITSELF.match(word) else self._naming.default
        return self._that or UNKNOWN

    def _follows_name(self, start: int) -> bool:
        return self._named_end >= 0 and _ADJACENT.fullmatch(self._text, self._named_end, start) is not None

    def _name_before(self, start: int) -> tuple[str, bool, bool]:
        """Return the document that a place is of, whether its name stands before it, and whether it goes on a list."""
        if self._follows_name(start):
            return self._named, True, False
        if self._listed_end >= 0 and self._found and _JOIN.fullmatch(self._text, self._listed_end, start):
            return self._found[-1].document, False, True
        name = self._naming.find_name(self._text[max(0, start - LONGEST_NAME) : start])
        if name is None:
            return self._naming.default, False, False
        self._that = name or self._that
        return name, False, False

    def _read_place(self, start: int) -> int:
        """Read 第N条 with its 款, 项 and 目, or one of these alone; a range's end goes with its beginning."""
        place = read_place(self._text, start)
        if place.end == start or self._end_range(start, place):
            return place.end
        document, named, joined = self._name_before(start)
        if place.articles:
            if _LABEL_BEFORE.search(self._before(start)) and self._text[place.end : place.end + 1] in _BLANKS:
                return place.end
            if not document and not joined and not self._follows_name(start) and not self._has_articles(place):
                # A number that the document itself has not is of the law named before, or of the one that it explains.
                document = self._that or self._naming.subject or ("" if self._articles else UNKNOWN)
            made = [replace(self._make(document, number), last=last) for number, last in place.articles]
            made[-1:] = [replace(made[-1], within=within) for within in place.narrowings]
            return self._add(start, place.end, made, follows_name=named)
        before = self._find_narrowed(start, place, joined=joined)
        if before is not None:
            return self._add(start, place.end, [_narrow_again(before, within) for within in place.narrowings])
        if self._naming.amends or named or not self._clause.number:
            # 款 and 项 of what is quoted, of another document, or of nothing.
            self._listed_end = -1
            return place.end
        return self._add(
            start, place.end, [self._make("", self._clause.number, within) for within in place.narrowings]
        )  # fmt: skip

    def _end_range(self, start: int, place: Place) -> bool:
        """Take a place as the end of the range that the last reference begins; say whether it is."""
        if self._listed_end < 0 or not self._found or not _RANGE.fullmatch(self._text, self._listed_end, start):
            return False
        before, within = self._found[-1], place.narrowings[0]
        if place.articles and before.number and not before.last:
            ended = replace(before, last=place.articles[0][0])
        elif within.point and before.within.point and not before.within.last_point:
            ended = replace(before, within=replace(before.within, last_point=within.point))
        elif within.paragraph and before.within.paragraph and not before.within.last_paragraph:
            ended = replace(before, within=replace(before.within, last_paragraph=within.paragraph))
        else:
            return False
        self._found[-1] = replace(ended, end=self._clause.start + place.end)
        self._listed_end = place.end
        return True

    def _has_articles(self, place: Place) -> bool:
        return all(number in self._articles for number, _ in place.articles)

    def _find_narrowed(self, start: int, place: Place, *, joined: bool) -> Reference | None:
        """Return the reference of whose clause a 款 or 项 alone is: the list's, or one before where no such is here."""
        before = next((one for one in reversed(self._found) if one.number), None)
        if before is None or (joined and before is self._found[-1]):
            return before
        return before if place.pointed and place.narrowings[0].point not in self._list_points() else None

    def _list_points(self) -> set[int]:
        """Return the numbers of the clause's own 项, of its 目 where these are all that it enumerates by."""
        if self._points is None:
            items = [one for one in self._split() if one.kind != "款"]
            points = {one.number for one in items if one.kind == "项"}
            self._points = points or {one.number for one in items}
        return self._points

    def _split(self) -> list[Paragraph]:
        if self._paragraphs is None:
            self._paragraphs = split_paragraphs(self._clause)
        return self._paragraphs

    def _read_near(self, match: re.Match[str]) -> int:
        """Read 前款, 前条, 本条 and what narrows them."""
        word = match["near"]
        place = read_place(self._text, match.end(), article=False, paragraph=word.endswith("条"))
        if self._naming.amends or not self._clause.number:
            self._listed_end = -1
            return place.end
        count = to_integer(word[1]) or 1
        if word[0] in "前上" and word.endswith("款") and self._listed_end == match.start() and self._found:
            # 刑法第三百零七条之一前三款: the first three of that article.
            within = Narrowing(1, count if count > 1 else 0)
            self._found[-1] = replace(self._found[-1], end=self._clause.start + match.end(), within=within)
            self._listed_end = match.end()
            return match.end()
        base = self._read_relative(word, count, match.start())
        if word.startswith("本") and not place.narrowings[0]:
            return place.end
        return self._add(match.start(), place.end, [_narrow_further(base, within) for within in place.narrowings])

    def _read_relative(self, word: str, count: int, position: int) -> Reference:
        """Return what 前款, 前两款, 前条, 本条 or 本款 stands for at a place of the clause."""
        own = self._clause.number
        if word == "本条":
            return self._make("", own)
        if word.endswith("条"):
            numbers = self._find_before(count)
            made = self._make("", numbers[0] if numbers else "")
            return replace(made, last=numbers[-1] if len(numbers) > 1 else "")
        block = next(
            (
                one.number
                for one in self._split()
                if one.kind == "款" and one.start <= self._clause.start + position < one.end
            ),
            1,
        )
        if word == "本款":
            return self._make("", own, Narrowing(block))
        if block <= count:
            return self._make()
        return self._make("", own, Narrowing(block - count, block - 1 if count > 1 else 0))

    def _find_before(self, count: int) -> list[str]:
        """Return the numbers of the clauses before this one that are numbered as it is."""
        head = self._clause.label[:1]
        before = self._clauses[max(0, self._place - count) : self._place]
        numbers = [one.number for one in before if one.number and one.label[:1] == head]
        return numbers if len(numbers) == count else []

    def _read_part(self, match: re.Match[str]) -> int:
        unit = match["part"][1:]
        sections = [read_section(heading) for heading in self._clause.path]
        places = [place for place, (number, kind) in enumerate(sections) if kind == unit and number]
        if places and not self._naming.amends:
            over = tuple(one for one in sections[: places[-1] + 1] if one[0])
            self._add(match.start(), match.end(), [replace(self._make(), sections=over)])
        return match.end()

    def _read_section(self, match: re.Match[str]) -> int:
        """Read 第二章 and the 节 named with it."""
        sections = [(to_integer(match["section"]) or 0, match["unit"])]
        end = match.end()
        while (further := _TOKEN.match(self._text, end)) is not None and further["section"] is not None:
            sections.append((to_integer(further["section"]) or 0, further["unit"]))
            end = further.end()
        document, named, _ = self._name_before(match.start())
        made = [replace(self._make(document), sections=tuple(sections))] if all(one[0] for one in sections) else []
        return self._add(match.start(), end, made, follows_name=named)

    def _read_bracketed(self, match: re.Match[str]) -> int:
        """Read 第（二十三）条, and （二十三） behind a document's name or 见."""
        document, named, joined = self._name_before(match.start())
        number = to_chinese(match["bracket"] or match["inside"])
        meant = match["bracket"] is not None or named or _POINTS_TO.search(self._before(match.start())) is not None
        if not number or not meant or (joined and match["bracket"] is None):
            return match.end()
        made = replace(self._make(document, number), bracketed=True)
        return self._add(match.start(), match.end(), [made], follows_name=named)


def _narrow_again(before: Reference, within: Narrowing) -> Reference:
    """Return the clause of a reference narrowed anew: its 款 stays where a 项 alone is named."""
    if not within.paragraph:
        within = replace(within, paragraph=before.within.paragraph)
    return replace(before, last="", within=within)


def _narrow_further(base: Reference, within: Narrowing) -> Reference:
    """Return a reference with what narrows it further, its own 款 kept where no other is named."""
    if not within:
        return base
    if not within.paragraph:
        within = replace(within, paragraph=base.within.paragraph, last_paragraph=base.within.last_paragraph)
    return replace(base, within=within)
