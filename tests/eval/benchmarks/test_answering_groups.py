from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import QuestionSetError
from eval.benchmarks.answering.groups import Asked, read_sets, sample_questions, split_groups
from tests.eval.builders import FakeCatalog, FakeSources, make_document, make_question

LINE = '{{"id": "{id}", "type": "fact", "question": "备案吗？", "documents": {documents}, "clauses": ["甲法#一"]}}\n'


def ask(id: str, *documents: str, type: str = "fact", set: str = "s.jsonl") -> Asked:
    return Asked(set, make_question("甲法#一", id=id, type=type, documents=documents))


def test_a_set_is_told_apart_by_whether_its_questions_name_one_document() -> None:
    asked = [ask("a", "甲法"), ask("b"), ask("c", "甲法", "乙法"), ask("d", "乙法")]
    groups = split_groups(asked)
    assert [(group.title, [one.question.id for one in group.asked]) for group in groups] == [
        ("s.jsonl, all its questions", ["a", "b", "c", "d"]),
        ("s.jsonl, asked of one document", ["a", "d"]),
        ("s.jsonl, asked of all documents", ["b", "c"]),
    ]


def test_a_set_of_one_scope_is_one_group_and_every_set_has_its_own() -> None:
    groups = split_groups([ask("a", "甲法"), ask("b", set="t.jsonl")])
    assert [(group.title, group.parts) for group in groups] == [
        ("s.jsonl, asked of one document", {"whole", "one"}),
        ("t.jsonl, asked of all documents", {"whole", "all"}),
    ]


def test_sets_are_resolved_and_two_of_one_name_are_refused(tmp_path: Path) -> None:
    catalog = FakeCatalog(FakeSources.of(make_document("甲法")), {"甲": "甲法"})
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "s.jsonl").write_text(LINE.format(id="a", documents='["甲"]'), encoding="utf-8")
    (one,) = read_sets([tmp_path / "one" / "s.jsonl"], catalog)
    assert (one.set, one.scope, one.question.documents) == ("s.jsonl", "one", ("甲法",))
    with pytest.raises(QuestionSetError, match=r"two.*a set called s\.jsonl was given already"):
        read_sets([tmp_path / name / "s.jsonl" for name in ("one", "two")], catalog)


def test_a_sample_takes_of_every_type_and_scope_its_share() -> None:
    # 40 questions to 10: of 20 facts 5, of 12 lay ones 3, of 8 asked of one document 2.
    asked = [ask(f"f{i}") for i in range(20)] + [ask(f"l{i}", type="lay") for i in range(12)]
    asked += [ask(f"o{i}", "甲法") for i in range(8)]
    drawn = sample_questions(asked, 10, seed=1)
    assert Counter(one.question.id[0] for one in drawn) == {"f": 5, "l": 3, "o": 2}
    assert sample_questions(asked, 10, seed=1) == drawn != sample_questions(asked, 10, seed=2)
    assert set(drawn) < set(sample_questions(asked, 20, seed=1))


def test_a_sample_of_more_than_there_are_is_all_of_them() -> None:
    asked = [ask("a"), ask("b")]
    assert sample_questions(asked, 2, seed=1) == tuple(asked)


@given(st.lists(st.sampled_from(["fact", "lay", "list"]), min_size=1, max_size=40), st.integers(1, 45), st.integers())
def test_a_sample_has_the_size_asked_for_in_the_order_given(types: list[str], most: int, seed: int) -> None:
    asked = [ask(str(number), type=type) for number, type in enumerate(types)]
    drawn = sample_questions(asked, most, seed=seed)
    assert len(drawn) == min(most, len(asked))
    assert [one for one in asked if one in drawn] == list(drawn)
    counts, whole = Counter(one.question.type for one in drawn), Counter(types)
    if most < len(asked):
        assert all(abs(counts[type] - most * whole[type] / len(asked)) < 1 for type in whole)
