"""Exact matches: the documents that a query names by title, short title or document number, and the clauses by number.

What stands in a query word for word is told from what is merely like it: 产品质量法第四十条
means that clause, whatever other clauses share words with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.lines import drop_blanks
from corpus.model import Document
from corpus.names import list_names
from corpus.numerals import to_chinese
from index.segment import simplify

Rows = npt.NDArray[np.int64]

_NUMERAL = r"(?:[0-9]{1,5}|[零〇一二三四五六七八九十百千两]{1,9})"
_ARTICLE = re.compile(rf"第\s*({_NUMERAL})\s*条(之{_NUMERAL})?")
_ITEM = re.compile(r"(?<!第)\(([0-9]{1,3}|[一二三四五六七八九十百零两]{1,7})\)(?!项)")
"""(2017) is a year."""
_ARTICLE_TITLE = re.compile(rf"(第{_NUMERAL}条(?:之{_NUMERAL})?)$")
_OPENING, _CLOSING = re.compile(r"[\[【(〔]"), re.compile(r"[\]】)〕]")
_STATE = "中华人民共和国"
_SHORT = 2
"""A name of so many characters (民法, 消法) counts in brackets or before a clause number alone: 取消法定代表人."""
_GOES_ON = re.compile(r"(?<=法)(?:规(?!定)|定(?!义)|[律院庭官治人理典])")
"""What shows that 法 at the end of a name is the beginning of another word."""


@dataclass(frozen=True, slots=True)
class ExactMatch:
    """What a query names: documents by their place in the list of them, and clause numbers in Chinese numerals.

    ``certain`` are the documents that it names by their own number, 国办发〔2017〕5号.
    """

    documents: frozenset[int] = frozenset()
    numbers: frozenset[str] = frozenset()
    certain: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.documents or self.numbers)


class ExactIndex:
    """The names of the documents, and which row is of which document and clause.

    ``owners``, shape (rows,), gives each row the place of its document; ``read_number`` the
    number of its clause, "" for none.
    """

    def __init__(
        self,
        names: Mapping[str, Iterable[int]],
        doc_numbers: Mapping[str, Iterable[int]],
        owners: Rows,
        read_number: Callable[[int], str],
    ) -> None:
        self._names = {name: frozenset(places) for name, places in names.items()}
        self._doc_numbers = {number: frozenset(places) for number, places in doc_numbers.items()}
        self._lengths = sorted({len(name) for name in self._names}, reverse=True)
        self.owners = owners
        self._read_number = read_number

    @classmethod
    def from_documents(cls, documents: Sequence[Document], chunk_ids: Sequence[str], owners: Rows) -> ExactIndex:
        """Index the chunks of documents, one row each; ``owners`` says which document, by its place, each is of."""
        names: dict[str, list[int]] = {}
        doc_numbers: dict[str, list[int]] = {}
        for place, document in enumerate(documents):
            for name in list_names([document.title], [document.id]):
                names.setdefault(_normalise(name), []).append(place)
            for number in _split_numbers(document.doc_number):
                doc_numbers.setdefault(number, []).append(place)
        return cls(names, doc_numbers, owners, lambda row: _read_number(chunk_ids[row]))

    @classmethod
    def from_titles(cls, titles: Sequence[str]) -> ExactIndex:
        """Index texts by their titles, one row each: 民法典第四百一十八条 is 第四百一十八条 of 民法典."""
        names: dict[str, list[int]] = {}
        places: dict[str, int] = {}
        owners: list[int] = []
        numbers: list[str] = []
        for title in titles:
            match = _ARTICLE_TITLE.search(title)
            law = title[: match.start()] if match else title
            if law not in places:
                places[law] = len(places)
                for name in list_names([law], []) if law else ():
                    names.setdefault(_normalise(name), []).append(places[law])
            owners.append(places[law])
            numbers.append(next(iter(_find_numbers(match[1])), "") if match else "")
        return cls(names, {}, np.array(owners, dtype=np.int64), numbers.__getitem__)

    def find(self, query: str) -> ExactMatch:
        """Return what a query names; nothing where it names neither a document nor a clause."""
        text = _normalise(query, brackets=True)
        certain: set[int] = set()
        printed = _print_number(text)
        for number, found in self._doc_numbers.items():
            if number in printed:
                certain |= found
        owners = set(certain)
        rest: list[str] = []
        place = 0
        while place < len(text):
            name = self._match_name(text, place)
            if name:
                owners |= self._names[name]
            rest.append(" " if name else text[place])
            place += len(name) or 1
        return ExactMatch(frozenset(owners), frozenset(_find_numbers("".join(rest))), frozenset(certain))

    def list_clauses(self, match: ExactMatch) -> Rows:
        """Return the rows of the clauses that are named together with their document, rising.

        Without clause numbers those are all clauses of the documents named by their own numbers.
        """
        if not match.numbers:
            return np.flatnonzero(np.isin(self.owners, list(match.certain)))
        rows = np.flatnonzero(np.isin(self.owners, list(match.documents)))
        return np.array([row for row in rows.tolist() if self._read_number(row) in match.numbers], dtype=np.int64)

    def are_named(self, rows: Rows, match: ExactMatch) -> npt.NDArray[np.bool_]:
        """Say of each row whether its document is named, or, where the query names none, its clause's number."""
        if match.documents:
            return np.isin(self.owners[rows], list(match.documents))
        return np.array([self._read_number(row) in match.numbers for row in rows.tolist()], dtype=np.bool_)

    def _match_name(self, text: str, place: int) -> str:
        """Return the longest name that begins at a place, "" where none does."""
        for length in self._lengths:
            name = text[place : place + length]
            if name not in self._names or _GOES_ON.match(text, place + length):
                continue
            if length > _SHORT or text[place + length : place + length + 1] in ("》", "第") or text == name:
                return name
        return ""


def _normalise(text: str, *, brackets: bool = False) -> str:
    plain = drop_blanks(simplify(unicodedata.normalize("NFKC", text))).lower().replace(_STATE, "")
    return plain if brackets else re.sub("[《》]", "", plain)


def _print_number(text: str) -> str:
    """Return document numbers as they are compared: one kind of bracket, without 第."""
    return _CLOSING.sub(")", _OPENING.sub("(", text)).replace("第", "")


def _split_numbers(doc_number: str) -> list[str]:
    numbers = [_print_number(_normalise(one)) for one in re.split("[、，,；;]", doc_number)]
    return [number for number in numbers if re.search(r"\d.*号$", number)]


def _find_numbers(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text)
    found = [number + (part or "") for number, part in _ARTICLE.findall(plain)] + _ITEM.findall(plain)
    return [number for one in found if (number := to_chinese(one))]


def _read_number(chunk_id: str) -> str:
    """Return the number in a chunk's id, without the mark that tells apart clauses of one number."""
    return chunk_id.rpartition("/")[0].rpartition("#")[2].partition("~")[0]
