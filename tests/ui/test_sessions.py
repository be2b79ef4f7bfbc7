"""What the page's server keeps of a session, and how it answers over Gradio's queue."""

import gc
import threading
from collections import defaultdict
from types import SimpleNamespace

import pytest
from gradio.state_holder import StateHolder

from tests.ui.fakes import FakeWence, serve_in_thread
from tests.ui.reader import Reader
from ui.events import SteadyBlocks

pytestmark = [
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting' is deprecated"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]


def count_components(session: str) -> int:
    """Return how many components the server keeps for a session."""
    holders = [one for one in gc.get_objects() if type(one) is StateHolder and session in one.session_data]
    [kept] = [holder.session_data[session] for holder in holders]
    return len(kept.blocks_config.blocks)


def test_a_session_does_not_grow_with_its_answers() -> None:
    with serve_in_thread(FakeWence()) as address:
        reader = Reader(address)
        assert "wence-answer" in reader.ask("买到假货怎么赔？")
        reader.await_suggestions()
        before = count_components(reader.session)
        for _ in range(3):
            assert "wence-answer" in reader.ask("买到假货怎么赔？")
            reader.await_suggestions()
        assert count_components(reader.session) == before
        reader.close()


def test_what_is_asked_the_moment_an_answer_ends_is_answered_too() -> None:
    """Gradio would close a page's stream when nothing is waited for, and answer the next event into the closed one."""
    with serve_in_thread(FakeWence()) as address:
        readers = [Reader(address) for _ in range(4)]
        answers: list[str] = []

        def read(reader: Reader) -> None:
            answers.extend(reader.ask("买到假货怎么赔？") for _ in range(5))

        threads = [threading.Thread(target=read, args=(reader,)) for reader in readers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(answers) == 20
        assert all("wence-answer" in one for one in answers)
        for reader in readers:
            reader.close()


def test_an_update_is_streamed_whole_and_words_by_what_was_added() -> None:
    """The page would make a change in the update before, which a slow one has not shown yet."""
    blocks = SteadyBlocks.__new__(SteadyBlocks)  # a whole one leaves an event loop open
    blocks.pending_diff_streams = defaultdict(dict)
    handler = SimpleNamespace(outputs=[None, None])

    def send(words: str, update: dict[str, str]) -> list[object]:
        return blocks.handle_streaming_diffs(handler, [words, update], "session", "run", final=False)

    busy, skipped = {"__type__": "update", "value": "", "stop_btn": "停止"}, {"__type__": "update"}
    assert send("应当", busy) == ["应当", busy]
    assert send("应当召回", skipped) == [[["append", [], "召回"]], [["replace", [], skipped]]]
    assert send("应当召回", skipped) == [[], []]
