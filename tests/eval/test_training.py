from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus import Catalog, ParsedDocument, parse_document
from eval.measures.evidence_recall import fold_text
from eval.questions import Question, read_question_set
from eval.resolve import resolve_questions
from eval.training.__main__ import SETS
from eval.training.candidates import label_sentence
from eval.training.fit_weights import DRAWN, EVERYWHERE, Example, cross_validate, draw_questions, fit
from index.known import PARTS, QUESTIONS, read_known
from index.settings import SHIPPED_KNOWN
from index.training.train_reader import Candidate, ReaderRecipe, ReadingList, draw_lists, draw_wrong
from rag.evidence import Evidence
from tests.rag.shipped import read_shipped

TRAINING = Path(__file__).parents[2] / "eval" / "training"
SHIPPED_SETS = TRAINING.parent / "sets"
POLICIES = {path.stem: parse_document(path) for path in sorted((TRAINING / "policies").iterdir())}
CLAUSE = next(
    clause for clause in POLICIES["体育产业高质量发展三年行动方案（2025—2027年）"].clauses if clause.number == "一"
)


def make_evidence(words: str) -> Evidence:
    start = CLAUSE.start + CLAUSE.text.index(words)
    return Evidence(CLAUSE, start, start + len(words), words, 0.9, 0.9, 0.5, 0.5, 0, 0, 0.0)


def make_question(*evidence: str, clause: str = CLAUSE.id) -> Question:
    return Question("q", "fact", "总规模多少？", (clause,), 1, evidence=evidence)


def test_a_sentence_answers_that_holds_the_evidence_or_most_of_it() -> None:
    sentence = make_evidence("到2027年，全国体育产业总规模超过5.5万亿元")
    assert label_sentence(sentence, make_question("总规模超过5.5万亿元")) is True
    assert label_sentence(sentence, make_question("到2027年,全国体育产业总规模超过5.5万亿元，增加值")) is True


def test_another_sentence_of_a_gold_clause_may_answer_and_one_of_another_clause_does_not() -> None:
    sentence = make_evidence("人均体育场地面积达到3.2平方米")
    assert label_sentence(sentence, make_question("总规模超过5.5万亿元")) is None
    assert label_sentence(sentence, make_question("总规模超过5.5万亿元", clause="别的#一")) is False


def test_what_is_drawn_has_an_answer_or_none_and_each_sentence_once() -> None:
    def candidate(place: int, *, answers: bool | None = False) -> Candidate:
        return Candidate(f"标题\n句子{place}", -float(place), f"文件#{place}", answers)

    answered = ReadingList("问", True, (candidate(0), candidate(1, answers=True), *map(candidate, range(2, 20))))
    silent = ReadingList("没有", False, tuple(map(candidate, range(20))))
    recipe = ReaderRecipe()
    rng = random.Random(0)
    drawn = [one for _ in range(20) for one in draw_lists([answered], [silent], recipe, rng)]
    assert len(drawn) == 20 * recipe.lists
    for query, shown in drawn:
        assert len({one.clause for one in shown}) == len(shown) == recipe.sentences
        assert sum(one.answers is True for one in shown) <= (query == "问")
    assert {sum(one.answers is True for one in shown) for _, shown in drawn} == {0, 1}


def test_a_short_list_is_drawn_whole() -> None:
    few = [Candidate(str(n), 0.0, str(n), False) for n in range(3)]
    assert sorted(one.clause for one in draw_wrong(few, 12, random.Random(0))) == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("name", "documents"),
    [("policies", POLICIES), ("shipped", read_shipped()), ("shipped_dev", read_shipped())],
)
def test_the_evidence_of_training_questions_is_verbatim(name: str, documents: dict[str, ParsedDocument]) -> None:
    questions = resolve_questions(
        read_question_set(TRAINING / "questions" / f"{name}.jsonl"),
        Catalog([one.document for one in documents.values()]),
    )
    clauses = {clause.id: clause for one in documents.values() for clause in one.clauses}
    for question in questions:
        gold = [fold_text(clauses[id].text) for id in question.clauses]
        assert all(any(fold_text(evidence) in text for text in gold) for evidence in question.evidence), question.id


def read_questions(path: Path) -> tuple[Question, ...]:
    return read_question_set(path).questions


def test_no_document_is_trained_on_that_ships_or_is_held_out() -> None:
    kept_out = read_questions(TRAINING / "questions" / "kept_out.jsonl")
    trained = [question for path in SETS for question in read_questions(path)]
    assert not {question.id for question in trained} & {question.id for question in kept_out}
    names = {name.split("(")[0] for question in (*trained, *kept_out) for name in question.documents}
    held_out = {path.stem.split("(")[0] for path in (SHIPPED_SETS / "held_out").iterdir()}
    assert not names & (held_out | {id.split("(")[0] for id in read_shipped()})


LONG_FOLLOW_UP = 8


def list_bigrams(question: str) -> set[str]:
    words = "".join(filter(str.isalnum, question))
    return {words[place : place + 2] for place in range(len(words) - 1)}


def find_alike(questions: Iterable[str]) -> list[str]:
    """Return those that share half of all their bigrams with a question that measures."""
    measuring = [list_bigrams(one.question) for path in SHIPPED_SETS.glob("*.jsonl") for one in read_questions(path)]
    holders: dict[str, list[int]] = {}
    for number, words in enumerate(measuring):
        for pair in words:
            holders.setdefault(pair, []).append(number)
    found = []
    for question in questions:
        words = list_bigrams(question)
        shared = Counter(number for pair in words for number in holders.get(pair, ()))
        if any(count >= 0.5 * len(words | measuring[number]) for number, count in shared.items()):
            found.append(question)
    return found


def test_no_question_on_what_ships_is_one_that_measures() -> None:
    questions = [
        question
        for name in ("shipped", "shipped_dev")
        for question in read_questions(TRAINING / "questions" / f"{name}.jsonl")
    ]
    # Follow-ups are left out: 那多久之内？ is anybody's.
    assert find_alike(one.question for one in questions if one.type != "follow_up") == []


def test_no_known_question_is_one_that_measures_or_that_fits_weights() -> None:
    answers = [one for part in ("", *PARTS) for one in read_known(SHIPPED_KNOWN / part / QUESTIONS)]
    known = {text for one in answers for text in (*one.texts, *one.before)}
    assert find_alike(known) == []
    # A short follow-up (那多久呢) is anybody's.
    follow_ups = {question for one in answers if one.before for question in one.questions}
    assert find_alike(question for question in follow_ups if len(question) >= LONG_FOLLOW_UP) == []
    fitting = {one.question for one in read_questions(TRAINING / "questions" / "shipped.jsonl")}
    assert not known & fitting


def make_examples(count: int) -> list[Example]:
    """Return examples in which the reading, higher for what answers, says all there is to say."""
    rng = np.random.default_rng(0)
    examples = []
    for n in range(count):
        readings, labels = rng.normal(size=8), np.zeros(8, dtype=np.int64)
        kind = n % 3  # answered, a near miss, another subject
        if kind == 0:
            labels[n % 8] = 1
            readings[n % 8] += 8
        examples.append(Example(kind == 0, kind == 2, readings, rng.normal(size=8), rng.normal(size=8), labels))
    return examples


def test_the_weights_that_are_fitted_tell_that_something_answers_and_that_nothing_does() -> None:
    examples = make_examples(240)
    weights = fit(examples, reading=True)
    assert weights.reading > abs(weights.match)
    for one in examples:
        (reading, match, doubt), _ = one.take_first(reading=True)
        odds = weights.reading * reading + weights.match * match + weights.doubt * doubt + weights.bias
        assert (odds > 0) == one.answerable or abs(odds) < 3
    figures = cross_validate(examples, reading=True)
    assert figures["first answers"] > 0.95
    assert figures["area"] > 0.95


def test_what_is_doubted_where_nothing_answers_weighs_against_an_answer() -> None:
    examples = [replace(one, doubts=one.doubts + 2 * (not one.answerable)) for one in make_examples(240)]
    weights = fit(examples, reading=True)
    assert weights.doubt < 0 < weights.reading
    assert cross_validate(examples, reading=True)["area"] >= cross_validate(make_examples(240), reading=True)["area"]


def test_as_many_questions_are_drawn_that_are_answered_as_not_and_most_are_asked_of_all_documents() -> None:
    given = [
        Question(str(n), "fact", f"问题{n}", (CLAUSE.id,) * (n % 3 == 0), n, documents=(CLAUSE.document_id,))
        for n in range(1_500)
    ]
    drawn = draw_questions(given)
    assert drawn == draw_questions(given)
    assert len({one.id for one in drawn}) == len(drawn) == DRAWN
    assert sum(one.must_abstain for one in drawn) == DRAWN // 2
    assert sum(not one.documents for one in drawn) / DRAWN == pytest.approx(EVERYWHERE, abs=0.05)
    assert len(draw_questions(given[:6])) == 6


def test_without_a_reading_the_match_alone_is_weighed() -> None:
    weights = fit(make_examples(240), reading=False)
    assert weights.reading == 0
    assert cross_validate(make_examples(240), reading=False)["area"] < 0.7
