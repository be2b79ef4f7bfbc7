"""The sentences that might answer a question, each scored by how well it and its clause fit."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt

from corpus.model import Clause, Span
from index.adapter import QuestionAdapter
from index.dense import DenseIndex
from index.known import KnownQuestions, Leaning
from index.model import Hit, Vectors
from index.segment import segment_bigrams, segment_words
from index.store import Index
from rag.known import NOTHING, KnownAnswers
from rag.lay_terms import count_held, find_terms
from rag.model import Passage

CLAUSES = 24
"""How many clauses are looked into, sentence by sentence, and how many sentences whose own clauses are besides."""
UNRANKED = 2 * CLAUSES
"""The place in search of a clause that it did not find."""
RANK_OFFSET = 10
"""A clause's place in search counts as 1 / (this + place)."""


@dataclass(frozen=True, slots=True)
class MatchWeights:
    """What the measures of a sentence count in its match, and ``unrelated``, the cosine of texts that share nothing."""

    sentence: float
    chunk: float
    clause_cover: float
    things: float
    rank: float
    known: float
    unrelated: float


ADAPTED = MatchWeights(sentence=8.0, chunk=14.0, clause_cover=17.0, things=1.5, rank=8.0, known=24.0, unrelated=0.17)
"""With the question adapter: half of the way from what ``eval.training.match`` learns to what a listwise fit beside the
reading and the known questions gave (855 questions, ``docs/figures.md``; no command repeats that fit yet)."""
PLAIN = MatchWeights(sentence=13.6, chunk=11.3, clause_cover=9.8, things=1.8, rank=7.7, known=6.0, unrelated=0.48)
"""The same without one."""
LEANING = MatchWeights(sentence=13.3, chunk=12.3, clause_cover=8.1, things=1.3, rank=5.7, known=20.0, unrelated=0.17)
"""What they count in a follow-up, whose words are in part those of the question before: learned without the reading.

With those of other questions clauses cited of 80 follow-ups over laws were 0.74, and 0.78 with these. On 247
follow-ups of four sets, with half of the known follow-ups: 0.74 with 6 for ``known``, 0.79 with 16 and 20.
"""
KNOWN = 0.5
"""The cosine from which a known question is like the one asked."""
LEANING_KNOWN = 0.4
"""The same of a follow-up, which is compared by itself besides (``index.known.OWN``), and so with lower cosines."""
ASTRAY = 6.0
"""What likeness counts in one that follows an answer from a document without known questions: they say little of it."""
LENT = 0.8
"""The part of what known questions vouch for at most that a document without any is taken to have had.

What no known question was written for is not known not to answer. Without it documents of one's own would stand behind
those that ship: of 140 questions, asked as if their own document had no known questions, the clause that answers comes
first for 0.40 with 0, 0.68 with 0.8, 0.78 with 1; as if only others had none, 0.86, 0.81 and 0.74.
"""
CLOSE = 0.15
"""How much more a sentence must be vouched for to be read with a known question: one that is not like what is asked
makes a sentence look like an answer to anything (你是谁)."""
SHORTEST_QUOTE = 4

_FUNCTION = frozenset(
    (
        "什么 多少 哪些 哪个 哪几 哪几条 几条 条 哪种 哪 几 谁 怎么 怎样 怎么样 如何 是不是 是否 能不能 "
        "可不可以 有没有 要不要 请问 请 介绍 一下 说说 说 讲 讲讲 规定 文件 政策 关于 需要 应该 应当 "
        "可以 这个 那个 这 那 我们 我 你们 你 他们 他 她 它 吗 呢 啊 吧 么 的 了 是 有 在 和 与 及 要 会 "
        "能 把 被 给 也 都 还 就 到 对 上 下 里 中 为 以 并 或 而 各 吗 得 地 着 过 提到 涉及 提及 具体 "
        "方面 情况 内容 事情 东西 一 一个 一类 一种 个"
    ).split()
)
_EDGE = "、，,；;：:。 \t\r\n\u3000"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a clause with its fit to a question.

    ``similarity`` and ``chunk_similarity`` are cosines of the (adapted) question with the
    sentence and with the clause's best chunk; ``cover`` and ``clause_cover`` the idf-weighted share
    of the question's bigrams that stand in the sentence (clause), 0…1; ``things`` the share
    of what it says in everyday words that the sentence speaks of; ``rank`` the place of its
    clause in search, from 0; ``covered`` whether its document has known questions, ``known``
    how much these vouch for it (``rag.known``), 0 where none is near, and ``known_question``
    the nearest; ``doubt`` how much nearer such as it does not answer are, 0 where it has
    none. ``match`` weighs these for a first choice, to which ``lent`` is added where its
    document has no known questions and others have. Once it has been read
    (``rag.reading``), ``place`` puts it in order and ``score`` is the log-odds that it answers.
    """

    clause: Clause
    start: int
    end: int
    text: str
    similarity: float
    chunk_similarity: float
    cover: float
    clause_cover: float
    things: float
    rank: int
    match: float
    covered: bool = False
    known: float = 0.0
    known_question: str = ""
    doubt: float = 0.0
    lent: float = 0.0
    score: float = float("nan")
    place: float = float("nan")


class EvidenceFinder:
    """Scores sentences for questions. Of an index's clauses, only those that may answer are read."""

    def __init__(
        self, index: Index, adapter: QuestionAdapter | None = None, known: KnownQuestions | None = None
    ) -> None:
        self._index = index
        self._known = KnownAnswers(index, known)
        self._adapter = adapter
        self._weights, self._leaning = (PLAIN, PLAIN) if adapter is None else (ADAPTED, LEANING)
        self._library = index.library
        self._documents = {id: i for i, id in enumerate(index.parsed)}
        self._chunk_document = self._library.chunk_documents
        self._sentence_document = self._library.clause_documents[self._library.sentence_clauses]

    def rows_of(self, documents: Collection[str]) -> npt.NDArray[np.int64]:
        """Return the rows of the chunks of these documents."""
        return self._rows(self._chunk_document, documents)

    def find_passages(
        self, text: str, vector: Vectors, documents: Collection[str], k: int, *, rerank: bool = False
    ) -> list[Passage]:
        """Return the ``k`` best clauses of these documents, each with its best chunk as hit, best first.

        ``rerank`` lets the reranker order them. Answers do without: their sentences are
        scored one by one, and no figure of the question sets changed with it.
        """
        rows = self.rows_of(documents)
        best: dict[str, tuple[str, float]] = {}
        for id, score in self._index.hybrid.search_vector(text, vector, 3 * k, rows=rows, rerank=rerank):
            best.setdefault(id.rpartition("/")[0], (id, score))
        return [
            Passage(Hit(chunk, score, rank), self._index.clauses[clause])
            for rank, (clause, (chunk, score)) in enumerate(list(best.items())[:k], 1)
        ]

    def match_evidence(
        self,
        text: str,
        vector: Vectors,
        documents: Collection[str],
        *,
        clauses: Collection[str] | None = None,
        before: str = "",
        subject: Collection[str] = (),
    ) -> list[Evidence]:
        """Return the sentences of the best clauses (or of ``clauses``), best match first; they have no score yet.

        ``before`` is the question that a follow-up leans on, which ``text`` holds too, and
        ``subject`` the documents that its answer was about, where that is known.
        """
        sentence_rows = self._rows(self._sentence_document, documents)
        if not self.rows_of(documents).size or not sentence_rows.size:
            return []
        passages = self.find_passages(text, vector, documents, CLAUSES)
        ranks = {one.clause.id: one.hit.rank - 1 for one in passages}
        asked = self.adapt(vector)
        encode = self._index.hybrid.encode_query
        alone = text.removesuffix(before).strip()
        leaning = Leaning(encode(alone), encode(before)) if before and alone else None
        testimony = self._known.testify(vector, documents, leaning=leaning)
        known = testimony.vouched
        if clauses is None:
            nearest = [row for row, _ in self._index.sentence_vectors.search(asked, CLAUSES, sentence_rows)]
            owners = self._library.sentence_clauses[[*nearest, *list(known)[:CLAUSES]]].tolist()
            wanted = {id: self._library.number_clause(id) for id in ranks}
            wanted |= {self._library.read_clause(owner).id: owner for owner in owners}
        else:
            wanted = {id: self._library.number_clause(id) for id in clauses if id in self._index.clauses}
        chunk_fit = self._score_rows(self._index.hybrid.dense, self._library.chunk_clauses, asked, wanted.values())
        sentence_fit = self._score_rows(
            self._index.sentence_vectors, self._library.sentence_clauses, asked, wanted.values()
        )
        weights = self.weigh_terms(text)
        weigh, known_from, known_weight = self._weights, KNOWN, self._weights.known
        if leaning is not None:
            weigh, known_from, known_weight = self._leaning, LEANING_KNOWN, self._leaning.known
            if subject and not any(map(self._known.covers, subject)):
                known_from, known_weight = KNOWN, ASTRAY
        lay = find_terms(text)
        found: list[Evidence] = []
        for id, number in wanted.items():
            clause = self._library.read_clause(number)
            clause_cover = cover_terms(clause.heading + clause.text, weights)
            place = max(chunk_fit[number].values(), default=weigh.unrelated)
            rank = ranks.get(id, UNRANKED)
            covered = self._known.covers(clause.document_id)
            for row, fit in sentence_fit[number].items():
                start, end = self._library.find_sentence(row)
                words = clause.text[start - clause.start : end - clause.start]
                cover = cover_terms(clause.heading + words if clause.heading in words else words, weights)
                things = count_held(words, lay) / max(1, len(lay))
                vouched = known.get(row, NOTHING)
                near = max(0.0, vouched.score - known_from)
                match = (
                    weigh.sentence * (fit - weigh.unrelated)
                    + weigh.chunk * (place - weigh.unrelated)
                    + weigh.clause_cover * clause_cover
                    + weigh.things * things
                    + weigh.rank / (RANK_OFFSET + rank)
                    + known_weight * near
                )
                measured = (
                    fit,
                    place,
                    cover,
                    clause_cover,
                    things,
                    rank,
                    match,
                    covered,
                    near,
                    vouched.question if near >= CLOSE else "",
                    testimony.doubt * covered,
                )
                found.append(Evidence(clause, start, end, words, *measured))
        lent = LENT * known_weight * max((one.known for one in found), default=0.0)
        if lent:
            found = [one if one.covered else replace(one, lent=lent) for one in found]
        return sorted(found, key=lambda evidence: -(evidence.match + evidence.lent))

    def adapt(self, vector: Vectors) -> Vectors:
        """Return the vector by which sentences are found for a question's."""
        return vector if self._adapter is None else self._adapter.adapt(vector)

    def weigh_terms(self, text: str) -> dict[str, float]:
        """Return the bigrams of a question that carry its content, each with its idf in the index."""
        total = max(1, len(self._index.chunks))
        words = segment_words(text)
        content = " ".join("".join(run) for kept, run in groupby(words, lambda word: word not in _FUNCTION) if kept)
        weights: dict[str, float] = {}
        for term in segment_bigrams(content):
            count = self._index.hybrid.bigrams.count_rows(term)
            weights[term] = math.log(1 + (total - count + 0.5) / (count + 0.5))
        return weights

    def _score_rows(
        self, vectors: DenseIndex, owners: npt.NDArray[np.int64], vector: Vectors, clauses: Iterable[int]
    ) -> dict[int, dict[int, float]]:
        """Return for each clause its rows, in order, with their cosines to a question."""
        numbers = sorted(set(clauses))
        begins, ends = (np.searchsorted(owners, numbers, side=side).tolist() for side in ("left", "right"))
        rows = [range(begin, end) for begin, end in zip(begins, ends, strict=True)]
        scores = iter(vectors.score_rows(vector, np.array([row for run in rows for row in run], np.int64)).tolist())
        return {number: {row: next(scores) for row in run} for number, run in zip(numbers, rows, strict=True)}

    def _rows(self, owners: npt.NDArray[np.int64], documents: Collection[str]) -> npt.NDArray[np.int64]:
        wanted = np.zeros(len(self._documents), dtype=np.bool_)
        wanted[[self._documents[id] for id in documents if id in self._documents]] = True
        return np.flatnonzero(wanted[owners])


def cover_terms(text: str, weights: dict[str, float]) -> float:
    """Return the share, by weight, of the terms that stand in ``text``; 0 where there are no terms."""
    total = sum(weights.values())
    if not total:
        return 0.0
    held = set(segment_bigrams(text))
    return sum(weight for term, weight in weights.items() if term in held) / total


def cut_damage(start: int, end: int, text: str, damaged: Sequence[Span]) -> list[tuple[int, int]]:
    """Return the stretches of [start, end) that no damaged span touches, cut back to whole phrases.

    ``text`` is the whole document's. Next to damage a phrase cannot be trusted to be
    whole: the stretch before it ends at the last comma-like mark, the one after it
    begins behind the next.
    """
    inside = [span for span in damaged if span.start < end and span.end > start]
    pieces: list[tuple[int, int]] = []
    position = start
    for span in [*sorted(inside, key=lambda span: span.start), None]:
        stop = end if span is None else max(position, span.start)
        begin, finish = position, stop
        if position > start:
            mark = next((i for i in range(begin, finish) if text[i] in "，,；;。、"), finish)
            begin = mark + 1 if mark < finish else finish
        if span is not None:
            finish = next((i for i in range(finish, begin, -1) if text[i - 1] in "，,；;。、"), begin)
        while begin < finish and text[begin] in _EDGE:
            begin += 1
        while begin < finish and span is not None and text[finish - 1] in _EDGE:
            finish -= 1
        if finish - begin >= SHORTEST_QUOTE or not inside:
            pieces.append((begin, finish))
        if span is not None:
            position = max(position, span.end)
    return pieces
