"""The conversations kept in SQLite: nothing lost, nothing half-written, one clear line where the file is bad."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import NotFound
from rag.snapshot import Snapshot, read_snapshot, snapshot_record, take_snapshot
from tests.ui.fakes import EVIL, FakeWence
from ui.records.conversations import FILE_NAME, ConversationStore, Exchange, Rating, StoreError, shorten_name
from ui.records.ratings import write_ratings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path)


def take(wence: FakeWence, question: str = "假货") -> Snapshot:
    return take_snapshot(wence.ask(question), wence.index, wence.catalog)  # type: ignore[arg-type]


def ask(
    store: ConversationStore, question: str, kept: Snapshot | None = None, conversation: str = ""
) -> tuple[str, Exchange]:
    id, exchange = store.add_question(conversation, question, ["消保法"])
    exchange = replace(exchange, kept=kept, done=True)
    store.finish(exchange)
    return id, exchange


@pytest.mark.parametrize("question", ["假货", "草稿", "天气", "<b>"])
def test_an_answer_is_read_back_as_it_was_with_its_evidence(store: ConversationStore, question: str) -> None:
    kept = take(FakeWence(), question)
    id, exchange = ask(store, question, kept)
    assert store.read(id) == [exchange]
    assert ConversationStore(store.path.parent).read(id)[0].kept == kept
    named = {one.clause_id for one in kept.answer.citations} | set(kept.answer.related)
    assert set(kept.clauses) == named
    assert kept.parsed[next(iter(kept.clauses.values())).document_id].document.text == ""


def test_a_snapshot_knows_the_other_versions_of_what_it_names() -> None:
    wence = FakeWence()
    law = wence.parsed["消保法"].document
    from corpus.catalog import Catalog

    wence.catalog = Catalog([*(one.document for one in wence.parsed.values()), replace(law, id="消保法~2")])
    kept = take(wence)
    assert "消保法~2" in kept.parsed
    assert kept.parsed["消保法~2"].clauses == ()
    assert read_snapshot(json.loads(json.dumps(snapshot_record(kept)))) == kept


def test_the_last_used_conversation_comes_first_and_the_words_of_answers_are_searched(store: ConversationStore) -> None:
    first, _ = ask(store, "买到假货", take(FakeWence()))
    second, _ = ask(store, "100%_\\")
    assert [one.id for one in store.list_conversations()] == [second, first]
    ask(store, "那最少呢", conversation=first)
    assert [(one.id, one.questions) for one in store.list_conversations()] == [(first, 2), (second, 1)]
    assert [one.id for one in store.list_conversations("三倍")] == [first]
    assert [one.id for one in store.list_conversations("0%_\\")] == [second]
    assert store.list_conversations("%%") == []


def test_a_conversation_is_renamed_and_deleted(store: ConversationStore) -> None:
    id, exchange = ask(store, "问\n题" + "长" * 100)
    assert store.find(id).name == shorten_name("问 题" + "长" * 100)
    store.rename(id, "  ")
    store.rename(id, EVIL)
    assert store.find(id).name == shorten_name(EVIL)
    store.delete(id)
    for read in (store.find, store.read):
        with pytest.raises(NotFound, match="deleted"):
            read(id)
    assert store.read_exchange(exchange.key) is None
    # A page that still shows it may go on: the conversation begins anew.
    assert ask(store, "再问", conversation=id)[0] == id
    assert len(store.read(id)) == 1


def test_a_question_that_was_not_answered_is_there_and_told_apart(store: ConversationStore) -> None:
    id, _ = store.add_question("", "问")
    assert [(one.question, one.done) for one in store.read(id)] == [("问", False)]


def test_ratings_become_a_question_set_where_they_tell_the_right_answer(store: ConversationStore) -> None:
    wence = FakeWence()
    id, good = ask(store, "假货", take(wence))
    _, wrong = ask(store, "那最少呢", take(wence), id)
    _, refused = ask(store, "天气", take(wence, "天气"))
    _, partly = ask(store, "假货全部", take(wence))
    store.rate(good.key, Rating("up"))
    store.rate(wrong.key, Rating("down", "should_abstain"))
    store.rate(refused.key, Rating("up"))
    store.rate(partly.key, Rating("down", "incomplete", "漏了"))
    assert store.count_rated() == 4
    records = [json.loads(line) for line in write_ratings(store.list_rated(), wence).splitlines()]  # type: ignore[arg-type]
    assert [one["clauses"] for one in records] == [["消保法#五十五", "质量意见#二十三"], [], []]
    assert records[0]["evidence"][0] in wence.parsed["消保法"].document.text
    assert [turn["role"] for turn in records[1]["history"]] == ["user", "assistant"]
    assert records[0]["documents"] == ["消保法"]


def test_a_rating_may_be_taken_back(store: ConversationStore) -> None:
    id, exchange = ask(store, "问")
    store.rate(exchange.key, Rating("up"))
    store.rate(exchange.key, Rating())
    assert store.count_rated() == 0
    assert store.read(id)[0].rating == Rating()


@given(st.text(), st.text())
def test_any_text_is_kept_or_shown_as_mended(question: str, error: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = ConversationStore(Path(folder))
        id, exchange = store.add_question("", question)
        store.finish(replace(exchange, error=error, done=True))
        (read,) = store.read(id)
        assert read.question == question.encode("utf-8", "replace").decode()
        store.close()


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"\xff" * 5000, b""])
def test_a_damaged_file_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    store = ConversationStore(tmp_path)
    if not content:
        assert store.list_conversations() == []
        return
    with pytest.raises(StoreError, match="move it away"):
        store.list_conversations()


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="format 99"):
        ConversationStore(tmp_path).list_conversations()


def test_a_damaged_row_takes_no_other_with_it(store: ConversationStore) -> None:
    id, bad = ask(store, "坏", take(FakeWence()))
    ask(store, "好", take(FakeWence()), id)
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE exchanges SET snapshot = '{\"answer\": 1}' WHERE key = ?", (bad.key,))
    connection.close()
    first, second = store.read(id)
    assert first.kept is None
    assert "存档已损坏" in first.error
    assert second.kept is not None


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from ui.records.conversations import ConversationStore
store = ConversationStore(Path(sys.argv[1]))
n = int(sys.argv[2])
while True:
    id, exchange = store.add_question("", f"问{n}")
    print("asked", n, flush=True)
    store.finish(replace(exchange, error=f"答{n}" * 2000, done=True))
    print("done", n, flush=True)
    n += 1
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_killed_while_writing_everything_acknowledged_is_there_whole(tmp_path: Path) -> None:
    acknowledged: dict[str, set[int]] = {"asked": set(), "done": set()}
    for round in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(round * 100_000)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3 + 7 * round)]
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0]
        for line in (*lines, *rest.splitlines(keepends=True)):
            if line.endswith("\n"):
                what, n = line.split()
                acknowledged[what].add(int(n))
        store = ConversationStore(tmp_path)
        with store._open() as connection:
            rows = connection.execute("SELECT question, done, error FROM exchanges").fetchall()
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        store.close()
        found = {int(question[1:]): (done, error) for question, done, error in rows}
        assert acknowledged["asked"] <= set(found)
        assert all(found[n] == (1, f"答{n}" * 2000) for n in acknowledged["done"])
        assert all(error == (f"答{n}" * 2000 if done else "") for n, (done, error) in found.items())
