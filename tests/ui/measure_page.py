"""Measure the page as its readers meet it, and write docs/page.md: start, first answer, twenty readers, memory.

    python -m tests.ui.measure_page HOME [--readers 20] [--minutes 3] [--out docs/page.md]

HOME is a home with the shipped documents. Each reader asks questions of the set to tune on,
one after another in a conversation, reading each answer for five seconds; they speak to the
server as the page's script does (``tests/ui/reader.py``). Times in the browser are
Chromium's own clock, from the key to the frame in which the first citation stands.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import threading
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx

from tests.ui.reader import Reader
from tests.ui.serve_process import ROOT, Server, start_server
from tests.ui.visit import ARGUMENTS, CHROMIUM, DESK

QUESTIONS = ROOT / "eval" / "sets" / "shipped_tune.jsonl"
READING_SECONDS = 5.0
FIRST = "买到假货能赔多少？"

_TIMED = """async (question) => {
  const field = document.querySelector("#wence-question textarea");
  const count = document.querySelectorAll("article.wence-reply").length;
  field.value = question;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => setTimeout(done, 50));
  const begun = performance.now();
  field.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true, cancelable: true }));
  return await new Promise((done) => {
    const look = () => {
      const reply = document.querySelectorAll("article.wence-reply")[count];
      if (reply?.querySelector(".wence-answer")) requestAnimationFrame(() => done(performance.now() - begun));
      else requestAnimationFrame(look);
    };
    look();
  });
}"""


@dataclass
class Load:
    """What twenty readers met: seconds for each answer, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    suggested: int = 0
    memory: list[int] = field(default_factory=list)


def read_questions() -> list[str]:
    """Return the questions of the set, each once."""
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [record["question"] for record in map(json.loads, lines)]


def measure_browser(address: str, questions: list[str]) -> tuple[float, float, list[float]]:
    """Return the seconds until the page can be used, and until the first answer and each after it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_context(viewport=DESK, locale="zh-CN").new_page()
        begun = time.perf_counter()
        page.goto(address)
        page.locator("#wence-question button.submit-button").wait_for()
        page.locator("#wence-state .wence-line").wait_for()
        usable = time.perf_counter() - begun
        times = []
        for question in [FIRST, *questions]:
            times.append(page.evaluate(_TIMED, question) / 1000)
            page.locator("article.wence-reply .wence-actions").last.wait_for()
            page.locator("#wence-question button.submit-button").wait_for()
        browser.close()
    return usable, times[0], times[1:]


def measure_load(server: Server, questions: list[str], *, readers: int, seconds: float) -> Load:
    """Let readers ask until the time is over."""
    load, ends = Load(), time.monotonic() + seconds

    def read(seed: int) -> None:
        rng = random.Random(seed)
        reader = Reader(server.address)
        time.sleep(rng.uniform(0, READING_SECONDS))
        while time.monotonic() < ends:
            begun = time.perf_counter()
            try:
                if "wence-answer" not in reader.ask(rng.choice(questions)):
                    raise RuntimeError("no answer")
            except (httpx.HTTPError, RuntimeError, ValueError) as error:
                load.errors.append(f"{type(error).__name__}: {error}")
            load.seconds.append(time.perf_counter() - begun)
            ends_reading = time.monotonic() + READING_SECONDS
            load.suggested += bool(reader.await_suggestions())
            time.sleep(max(0.0, ends_reading - time.monotonic()))
        reader.close()

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(readers)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        load.memory.append(server.read_memory())
        time.sleep(5)
    return load


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "page.md")
    given = parser.parse_args()
    questions = read_questions()
    with start_server(given.home) as server:
        usable, first, later = measure_browser(server.address, questions[:20])
        before = server.read_memory()
        load = measure_load(server, questions, readers=given.readers, seconds=given.minutes * 60)
    ordered = sorted(load.seconds)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    mega = 1024 * 1024
    half = len(load.memory) // 2
    rows = [
        ("server up", f"{server.seconds:.1f} s", "≤ 8 s"),
        ("page usable, a browser that was never there", f"{usable:.2f} s", "≤ 2 s"),
        ("first answer after Enter, no LLM", f"{first * 1000:.0f} ms", "≤ 300 ms"),
        (
            f"the next {len(later)} answers: median, worst",
            f"{statistics.median(later) * 1000:.0f} ms, {max(later) * 1000:.0f} ms",
            "",
        ),
        (
            f"{given.readers} readers, {given.minutes:g} minutes: answers, errors",
            f"{len(ordered)}, {len(load.errors)}",
            "0",
        ),
        ("the same: median, p95", f"{statistics.median(ordered):.2f} s, {p95:.2f} s", "p95 ≤ 1.5 s"),
        (
            "resident memory: after the browser, middle, end, most",
            f"{before / mega:.0f}, {load.memory[half] / mega:.0f}, {load.memory[-1] / mega:.0f}, "
            f"{max(load.memory) / mega:.0f} MiB",
            "≤ 1,200, flat",
        ),
    ]
    table = "\n".join(f"| {what} | {value} | {goal} |" for what, value, goal in rows)
    given.out.write_text(
        f"# The page, as its readers meet it\n\n`python -m tests.ui.measure_page HOME` on {date.today()}, "
        f"{platform.machine()}, {_count_cores()} cores.\n\n| | measured | goal |\n|---|---|---|\n{table}\n",
        encoding="utf-8",
    )
    print(table, *load.errors[:5], sep="\n")  # noqa: T201


def _count_cores() -> int:
    import os

    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    main()
