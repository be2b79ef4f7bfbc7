"""Which sentences known questions vouch for, in an index of one's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.known import KnownAnswer, KnownQuestions, KnownSentence, Leaning
from index.store import Index, open_index
from rag.evidence import LENT, PLAIN, EvidenceFinder
from rag.known import NO_TESTIMONY, SOFT, KnownAnswers
from tests.index.fakes import SETTINGS, BigramEncoder, fill_home, write_file

LAW = (
    "中华人民共和国甲法\n\n第一条　店家卖假货的，\n退还货款。赔偿三倍。\n\n"
    "第二条　卖过期食品的，罚款五万元。\n\n第三条　乱收费的，退还货款。\n"
)
OTHER = "乙法\n\n第一条　赔偿三倍。\n"
REFUND = KnownSentence("三", "乱收费的，退还货款。")
TREBLE = KnownSentence("九", "赔偿三倍。")
FINE = KnownSentence("二", "卖过期食品的，罚款五万元。")
ANSWERS = [
    KnownAnswer("甲法", (TREBLE,), ("买到假的赔几倍", "假一赔几")),
    KnownAnswer("甲法", (FINE, REFUND), ("牛奶过了日子还在卖",)),
    KnownAnswer("丙法", (FINE,), ("别的法的问题",)),
    KnownAnswer("甲法", (), ("卖假货要坐几年牢",)),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("known")
    fill_home(folder / "home", write_file(folder / "甲法.md", LAW), write_file(folder / "乙法.md", OTHER))
    return open_index(folder / "home", SETTINGS, encoder=BigramEncoder())


@pytest.fixture(scope="module")
def known(index: Index) -> KnownQuestions:
    texts = [question for answer in ANSWERS for question in answer.questions]
    vectors = BigramEncoder().encode(texts, kind="query")
    return KnownQuestions(ANSWERS, vectors, np.eye(vectors.shape[1], dtype=np.float32))


def encode(question: str) -> np.ndarray:
    return BigramEncoder().encode([question], kind="query")[0]


def test_a_sentence_is_vouched_for_by_its_words_whatever_the_clause_is_numbered(
    index: Index, known: KnownQuestions
) -> None:
    vouched = KnownAnswers(index, known).testify(encode("买到假的赔几倍"), ["甲法", "乙法"]).vouched
    row, first = next(iter(vouched.items()))
    start, end = index.library.find_sentence(row)
    assert index.parsed["甲法"].document.text[start:end] == "赔偿三倍。"  # not that of 乙法, which says the same
    assert first.question == "买到假的赔几倍"
    assert 1 <= first.score < 1 + SOFT  # the other question of the answer adds a little


def test_all_sentences_of_an_answer_are_vouched_for_and_no_other_documents(index: Index, known: KnownQuestions) -> None:
    vouched = KnownAnswers(index, known).testify(encode("牛奶过了日子还在卖"), ["甲法"]).vouched
    clauses = [index.library.read_clause(int(index.library.sentence_clauses[row])) for row in vouched]
    assert {clause.number for clause in clauses[:2]} == {"二", "三"}
    assert KnownAnswers(index, known).testify(encode("牛奶过了日子还在卖"), ["乙法"]) == NO_TESTIMONY
    assert KnownAnswers(index, None).testify(encode("牛奶过了日子还在卖"), ["甲法"]) == NO_TESTIMONY


def test_what_a_near_known_question_vouches_for_matches_better_by_just_that(
    index: Index, known: KnownQuestions
) -> None:
    question = "牛奶过了日子还在卖"
    plain = {one.text: one for one in EvidenceFinder(index).match_evidence(question, encode(question), ["甲法"])}
    for one in EvidenceFinder(index, known=known).match_evidence(question, encode(question), ["甲法"]):
        assert one.match == pytest.approx(plain[one.text].match + PLAIN.known * one.known)
        assert (one.known > 0.4) == (one.known_question == question) == (one.clause.number in {"二", "三"})
    assert not any(one.known or one.known_question for one in plain.values())


def test_a_document_without_known_questions_is_lent_a_part_of_what_those_of_others_vouch_for(
    index: Index, known: KnownQuestions
) -> None:
    question = "买到假的赔几倍"
    found = EvidenceFinder(index, known=known).match_evidence(question, encode(question), ["甲法", "乙法"])
    lent = LENT * PLAIN.known * max(one.known for one in found)
    assert lent > 1
    assert {(one.clause.document_id, one.lent) for one in found} == {("甲法", 0.0), ("乙法", lent)}
    own, other = ({one.text: one for one in found if one.clause.document_id == id} for id in ("甲法", "乙法"))
    assert [one.text for one in found[:2]] == ["赔偿三倍。"] * 2
    assert other["赔偿三倍。"].match + lent > own["赔偿三倍。"].match > other["赔偿三倍。"].match
    alone = EvidenceFinder(index, known=known).match_evidence(question, encode(question), ["乙法"])
    assert {one.lent for one in alone} == {0.0}


def test_what_the_question_before_is_nearer_to_does_not_vouch_in_a_follow_up(
    index: Index, known: KnownQuestions
) -> None:
    before, question = "买到假的赔几倍", "买到假的赔几倍 牛奶过了日子"
    answers = KnownAnswers(index, known)
    asked = answers.testify(encode(question), ["甲法"]).vouched
    assert {one.question for one in asked.values()} >= {before, "牛奶过了日子还在卖"}
    leaning = Leaning(encode("牛奶过了日子"), encode(before))
    left = answers.testify(encode(question), ["甲法"], leaning=leaning).vouched
    assert {one.question for one in left.values()} == {"牛奶过了日子还在卖"}


def test_a_known_follow_up_vouches_by_itself_and_with_the_question_before(index: Index) -> None:
    standing = KnownAnswer("甲法", (FINE,), ("牛奶过了日子还在卖",))
    following = KnownAnswer("甲法", (TREBLE,), ("那赔几倍呢",), ("店里卖假货怎么办",))
    texts = [*standing.texts, *following.texts]
    assert texts[1] == "那赔几倍呢 店里卖假货怎么办"
    vectors, alone = (BigramEncoder().encode(one, kind="query") for one in (texts, list(following.questions)))
    known = KnownQuestions([standing, following], vectors, np.eye(vectors.shape[1], dtype=np.float32), alone)
    asked, before = "那赔几倍", "卖假货怎么办"
    answers = KnownAnswers(index, known)
    [first, *_] = answers.testify(
        encode(f"{asked} {before}"), ["甲法"], leaning=Leaning(encode(asked), encode(before))
    ).vouched.values()
    assert first.question == texts[1]
    # Another follow-up after the same question is less like it, though all that both follow is the same.
    other = answers.testify(
        encode(f"谁来管 {before}"), ["甲法"], leaning=Leaning(encode("谁来管"), encode(before))
    ).vouched.values()
    assert max(one.score for one in other if one.question == texts[1]) < first.score - 0.1


def test_a_document_of_the_same_name_with_other_words_has_no_known_questions(
    known: KnownQuestions, tmp_path: Path
) -> None:
    other = "甲法\n\n第一条　赔偿三倍。\n\n第二条　本法另有规定的除外。\n"
    fill_home(tmp_path / "home", write_file(tmp_path / "甲法.md", other))
    answers = KnownAnswers(open_index(tmp_path / "home", SETTINGS, encoder=BigramEncoder()), known)
    assert not answers.covers("甲法")  # one sentence of three
    assert answers.testify(encode("假一赔几"), ["甲法"]) == NO_TESTIMONY


def test_of_two_versions_the_one_that_the_questions_were_written_for_is_vouched_for(
    known: KnownQuestions, tmp_path: Path
) -> None:
    newer = LAW.replace("罚款五万元", "罚款六万元")
    fill_home(tmp_path / "home", write_file(tmp_path / "甲法.md", LAW), write_file(tmp_path / "甲法新.md", newer))
    index = open_index(tmp_path / "home", SETTINGS, encoder=BigramEncoder())
    answers = KnownAnswers(index, known)
    assert answers.testify(encode("假一赔几"), ["甲法"]).vouched
    assert answers.testify(encode("假一赔几"), ["甲法新"]) == NO_TESTIMONY


def test_a_question_nearer_to_one_that_nothing_answers_is_doubted_in_the_document_it_is_known_of(
    index: Index, known: KnownQuestions
) -> None:
    answers = KnownAnswers(index, known)
    doubted, answered = (answers.testify(encode(one), ["甲法", "乙法"]) for one in ("卖假货坐几年牢", "买到假的赔几倍"))
    assert doubted.doubt > 0.3 and answered.doubt < -0.3
    assert "卖假货要坐几年牢" not in {one.question for one in doubted.vouched.values()}
    found = EvidenceFinder(index, known=known).match_evidence(
        "卖假货坐几年牢", encode("卖假货坐几年牢"), ["甲法", "乙法"]
    )
    assert {(one.clause.document_id, one.doubt) for one in found} == {("甲法", doubted.doubt), ("乙法", 0.0)}
