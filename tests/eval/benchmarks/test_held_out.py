from pathlib import Path

import pytest

from corpus.errors import QuestionSetError
from eval.benchmarks.held_out import HeldOut, choose_questions, read_ids
from eval.datasets import read_dataset
from tests.eval.benchmarks.datasets import write_dataset


def choose(folder: Path, queries: str | None = None, trained_on: str | None = None) -> HeldOut:
    write_dataset(folder / "set")
    paths = {}
    for name, content in (("queries", queries), ("trained_on", trained_on)):
        paths[name] = None if content is None else folder / name
        if content is not None:
            (folder / name).write_text(content, encoding="utf-8")
    return choose_questions(folder / "set", read_dataset(folder / "set", "train"), **paths)


def test_all_judged_questions_are_measured_unless_some_are_named(tmp_path: Path) -> None:
    found = choose(tmp_path)
    assert (found.ids, found.unseen) == (("q1", "q2", "q3"), None)
    assert found.groups == {"all": ("q1", "q2", "q3")}


def test_named_questions_keep_the_order_of_the_data_set(tmp_path: Path) -> None:
    assert choose(tmp_path, "q3\nq1\n").ids == ("q1", "q3")


def test_a_question_that_shares_an_article_with_training_is_seen(tmp_path: Path) -> None:
    # q4, of another split, asks for a2, as q1 does; that it judges a3 irrelevant does not make q2 seen.
    found = choose(tmp_path, trained_on="q4\n")
    assert found.groups == {"all": ("q1", "q2", "q3"), "unseen": ("q2", "q3"), "seen": ("q1",)}


def test_a_group_without_questions_is_left_out(tmp_path: Path) -> None:
    assert choose(tmp_path, queries="q3", trained_on="q4").groups == {"all": ("q3",), "unseen": ("q3",)}


@pytest.mark.parametrize(
    ("queries", "trained_on", "message"),
    [
        ("q4\n", None, "'q4' is no judged question"),
        (None, "q1\n", "'q1' was trained on, and is to be measured"),
        (None, "q9\n", "'q9' is judged in no split"),
        ("\n\n", None, "no question id"),
    ],
)
def test_files_that_do_not_fit_are_refused(
    tmp_path: Path, queries: str | None, trained_on: str | None, message: str
) -> None:
    with pytest.raises(QuestionSetError, match=message):
        choose(tmp_path, queries, trained_on)


def test_ids_may_come_as_a_table_of_judgements(tmp_path: Path) -> None:
    (tmp_path / "ids").write_text("query-id\tcorpus-id\tscore\nq2\ta3\t1\nq2\ta4\t1\nq1\ta2\t1\n", encoding="utf-8")
    assert read_ids(tmp_path / "ids") == ["q2", "q1"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="no such file"):
        read_ids(tmp_path / "none")
