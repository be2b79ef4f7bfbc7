from __future__ import annotations

from dataclasses import replace

import numpy as np

from corpus.model import Clause
from rag.evidence import Evidence
from rag.model import Turn
from rag.reading import EvidenceReader, is_told
from tests.rag.test_understand import understand

TERM = "生产许可证有效期为5年，但是，食品加工企业生产许可证的有效期为3年。"


def test_a_sentence_is_told_by_an_answer_that_quotes_it_or_says_a_part_of_it() -> None:
    assert is_told(TERM, f"{TERM}[1]《工业产品生产许可证管理条例》")
    assert is_told(TERM, "生产许可证有效期为5年[1]。")
    assert not is_told("应当在有效期届满6个月前提出换证申请。", f"{TERM}[1]")
    assert not is_told(TERM, "")
    assert not is_told(TERM, "是的。")


def test_a_rule_told_before_is_not_told_where_its_penalty_is_asked_for() -> None:
    rule, penalty = "生产者不得伪造产品的产地[1]。", "生产者伪造产品的产地的，责令改正，处货值金额等值以下罚款。"
    assert is_told("生产者不得伪造产品的产地。", rule, consequence=True)
    assert is_told("责令改正，处货值金额等值以下罚款。", penalty, consequence=True)
    assert not is_told(penalty, "生产者伪造产品的产地的[1]", consequence=True)
    assert is_told(penalty, "生产者伪造产品的产地的[1]")


def test_what_was_told_is_known_to_a_follow_up_alone() -> None:
    history = Turn("user", "生产许可证的有效期是几年?"), Turn("assistant", "有效期为5年。")
    assert understand("那要提前多久换证?", *history).told == "有效期为5年。"
    assert understand("生产许可证的有效期是几年?", *history).told == ""
    assert understand("计量器具在投入使用以前要经过哪一级部门检定合格才可以拿去给顾客称东西用?", *history).told == ""


RENEWAL = "应当在有效期届满6个月前提出换证申请。"


class Found:
    """Search that finds the term, its renewal, and a sentence that matches far worse."""

    def match_evidence(self, *_: object, **__: object) -> list[Evidence]:
        texts = {TERM: 9.0, RENEWAL: 8.0, "本条例自公布之日起施行。": 3.9}
        clause = Clause("d#一", "d", (), "一", "第一条", "", "", 0, 0)
        return [Evidence(clause, 0, 0, text, 0.0, 0.0, 0.0, 0.0, 0.0, 0, match) for text, match in texts.items()]


class Reading:
    """Reads every sentence alike."""

    def score(self, query: str, texts: list[str]) -> np.ndarray:
        return np.full(len(texts), 60.0, dtype=np.float32)


def test_what_matches_far_worse_is_not_read_unless_its_clause_was_named() -> None:
    reader = EvidenceReader(Found(), {"d": "条例"}, Reading())  # type: ignore[arg-type]
    query, vector = understand("生产许可证的有效期是几年?"), np.zeros(1, dtype=np.float32)
    assert [one.text for one in reader.find_evidence(query, vector, ["d"])] == [TERM, RENEWAL]
    assert len(reader.find_evidence(query, vector, ["d"], clauses=["d#一"])) == 3


def test_fewer_are_read_where_known_questions_lead_to_the_sentence() -> None:
    class Many(Found):
        def match_evidence(self, *_: object, **__: object) -> list[Evidence]:
            [first, *_rest] = super().match_evidence()
            return [replace(first, text=f"第{n}句", match=9 - n / 10, covered=n % 2 == 0) for n in range(20)]

    reader = EvidenceReader(Many(), {"d": "条例"}, Reading())  # type: ignore[arg-type]
    query, vector = understand("生产许可证的有效期是几年?"), np.zeros(1, dtype=np.float32)
    read = {one.text for one in reader.find_evidence(query, vector, ["d"])}
    assert read == {f"第{n}句" for n in (*range(10), 11, 13, 15)}
    assert len(reader.find_evidence(query, vector, ["d"], clauses=["d#一"])) == 16


def test_what_a_sentence_is_lent_puts_it_in_order_and_says_nothing_of_whether_it_answers() -> None:
    class Lent(Found):
        def match_evidence(self, *_: object, **__: object) -> list[Evidence]:
            [first, *_rest] = super().match_evidence()
            return [replace(first, text="lent", match=5.0, lent=5.0), replace(first, text="own", match=9.0)]

    reader = EvidenceReader(Lent(), {"d": "条例"}, Reading())  # type: ignore[arg-type]
    [first, second] = reader.find_evidence(understand("有效期是几年?"), np.zeros(1, dtype=np.float32), ["d"])
    assert (first.text, second.text) == ("lent", "own")
    assert first.place == second.place + 1
    assert first.score < second.score


def test_doubt_weighs_against_what_is_read_in_documents_with_known_questions() -> None:
    class Doubted(Found):
        def match_evidence(self, *_: object, **__: object) -> list[Evidence]:
            [first, *_rest] = super().match_evidence()
            return [replace(first, text=f"{doubt}", covered=True, doubt=doubt) for doubt in (-0.3, 0.0, 0.3)]

    reader = EvidenceReader(Doubted(), {"d": "条例"}, Reading())  # type: ignore[arg-type]
    found = reader.find_evidence(understand("有效期是几年?"), np.zeros(1, dtype=np.float32), ["d"])
    scores = {one.text: one.score for one in found}
    assert scores["-0.3"] > scores["0.0"] + 1 > scores["0.3"] + 2
    assert len({one.place for one in found}) == 1  # it says whether to answer, not which sentence does


def test_the_document_of_the_answer_before_comes_first_and_no_sentence_answers_better_for_it() -> None:
    class Two(Found):
        def match_evidence(self, *_: object, **__: object) -> list[Evidence]:
            term, renewal, _far = super().match_evidence()
            return [term, replace(renewal, clause=replace(renewal.clause, document_id="e"))]

    reader = EvidenceReader(Two(), {"d": "条例", "e": "办法"}, Reading())  # type: ignore[arg-type]
    query, vector = understand("那换证呢?"), np.zeros(1, dtype=np.float32)
    plain = reader.find_evidence(query, vector, ["d", "e"])
    kept = reader.find_evidence(replace(query, subject=("e",)), vector, ["d", "e"])
    assert [one.text for one in plain] == [TERM, RENEWAL]
    assert [one.text for one in kept] == [RENEWAL, TERM]
    assert {one.text: one.score for one in plain} == {one.text: one.score for one in kept}


def test_what_was_told_comes_after_what_was_not() -> None:
    reader = EvidenceReader(Found(), {"d": "条例"}, Reading())  # type: ignore[arg-type]
    history = Turn("user", "生产许可证的有效期是几年?"), Turn("assistant", f"{TERM}[1]")
    found = reader.find_evidence(understand("那换证呢?", *history), np.zeros(1, dtype=np.float32), ["d"])
    texts = [one.text for one in found]
    assert (texts[0], texts[-1]) == (RENEWAL, TERM)
    assert len(texts) == 3  # of a follow-up, what matches far worse is read too
