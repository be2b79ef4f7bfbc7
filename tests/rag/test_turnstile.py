import threading
import time

import pytest

from rag import turnstile
from rag.turnstile import Turnstile


def start(work: object) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)  # type: ignore[arg-type]
    thread.start()
    return thread


def test_no_more_are_inside_than_there_are_places() -> None:
    gate, lock = Turnstile(2), threading.Lock()
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        with gate.inside():
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.005)
            with lock:
                inside -= 1

    for thread in [start(work) for _ in range(12)]:
        thread.join(10)
    assert (inside, most) == (0, 2)


def test_who_asks_another_machine_gives_up_his_place_meanwhile() -> None:
    gate, passed, back = Turnstile(1), threading.Event(), threading.Event()

    def work() -> None:
        with gate.inside():
            passed.set()

    with gate.inside():
        with gate.outside():
            start(work)
            assert passed.wait(10)
        back.set()
    assert back.is_set()
    with gate.inside():
        pass  # no place was lost


def test_a_place_is_given_back_after_an_error() -> None:
    gate = Turnstile(1)
    with pytest.raises(ValueError, match="lost"), gate.inside():
        raise ValueError("lost")
    with gate.inside():
        assert gate.busy


def test_it_is_busy_while_somebody_is_inside_and_until_it_has_been_calm(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(turnstile.time, "monotonic", lambda: now)
    gate = Turnstile(2)
    assert not gate.busy
    with gate.inside():
        assert gate.busy
    assert not gate.busy  # one reader who asked once
    with gate.inside():
        pass
    assert gate.busy  # two came at once: a third may come
    now += turnstile.CALM_SECONDS
    assert not gate.busy
