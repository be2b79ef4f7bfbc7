"""Long work: told as it goes, cancelled at its next step, failed in one line."""

from __future__ import annotations

import threading

import pytest

from corpus.errors import DocumentError
from index.model import Progress
from ui.jobs import Job


def finish(job: Job) -> Job:
    for _ in job.watch(seconds=0.01):
        pass
    return job


def test_its_result_and_its_steps_are_told() -> None:
    reached, go = threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        progress("encode", 3, 7)
        reached.set()
        go.wait(10)
        return "ready"

    job = Job("write", work)
    assert reached.wait(10)
    assert (job.what, job.done, job.total, job.ended) == ("encode", 3, 7, False)
    go.set()
    assert finish(job).result == "ready"
    assert job.ended
    assert not job.error


def test_cancelled_it_ends_at_its_next_step() -> None:
    reached, go = threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        reached.set()
        go.wait(10)
        progress("encode", 1, 2)
        raise AssertionError("went on")

    job = Job("write", work)
    assert reached.wait(10)
    job.cancel()
    go.set()
    assert finish(job).cancelled
    assert job.result is None
    assert not job.error


def test_what_fails_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(progress: Progress) -> None:
        raise DocumentError("a.md: damaged; save it again")

    def break_down(progress: Progress) -> None:
        raise ZeroDivisionError("inner detail")

    assert finish(Job("write", refuse)).error == "a.md: damaged; save it again"
    broken = finish(Job("write", break_down))
    assert "inner detail" not in broken.error
    assert broken.error
    assert "inner detail" in caplog.text
