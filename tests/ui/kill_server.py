"""Kill the server again and again while conversations and uploads are written; say what was lost.

    python -m tests.ui.kill_server HOME [--rounds 50]

HOME is a home that may be spoilt. A round starts ``wence serve``, lets one reader ask and
another drop files and add them, and kills the process (SIGKILL) at a moment drawn at
random. What the page had acknowledged must be there afterwards, whole; what it had not may
be, whole too. Exit code 1 where anything was lost or half-written.
"""

from __future__ import annotations

import argparse
import random
import secrets
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from index.store import open_documents
from tests.ui.reader import Reader
from tests.ui.serve_process import start_server
from ui.records.conversations import ConversationStore

LAW = "{title}\n第一条　为了试验，制定本办法。\n第二条　编号{number}的试验，由试验部门在三十日内办理。\n"


@dataclass
class Acknowledged:
    """What the page had said was done: questions that were answered, documents that were added, by title."""

    questions: list[str] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)


def run_round(home: Path, seconds: float, told: Acknowledged) -> None:
    """Serve, read and add for about ``seconds`` after the server is up, then kill it."""
    with start_server(home) as server:

        def ask() -> None:
            reader = Reader(server.address)
            while True:
                question = f"买到假货能赔多少？{secrets.token_hex(3)}"
                if "wence-actions" in reader.ask(question):
                    told.questions.append(question)

        def add() -> None:
            reader = Reader(server.address)
            while True:
                number = secrets.token_hex(3)
                title = f"试验办法{number}"
                content = LAW.format(title=title, number=number)
                batch = secrets.token_hex(8)
                reader.upload(batch, f"{title}.md", content.encode())
                reader.send("wence-dropping", "upload", "zh", data={"batch": batch})
                data = {"do": "add", "batch": batch, "collection": "试验"}
                *_, last = reader.send("wence-work", "select", None, "zh", data=data)
                if "wence-done" in str(last[0]):
                    told.documents[title] = content

        threads = [threading.Thread(target=_until_killed, args=(work,), daemon=True) for work in (ask, add)]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        server.process.kill()
        for thread in threads:
            thread.join(30)


def find_losses(home: Path, told: Acknowledged) -> list[str]:
    """Return a line for whatever was acknowledged and is not there, or is there and not whole."""
    lost = []
    store = ConversationStore(home)
    exchanges = [one for row in store.list_conversations(limit=1_000_000) for one in store.read(row.id)]
    store.close()
    answered = {one.question for one in exchanges if one.done and one.kept is not None}
    lost += [f"the answer to {question} is gone" for question in told.questions if question not in answered]
    lost += [f"the answer to {one.question} is half-written: {one.error}" for one in exchanges if "存档" in one.error]
    documents = {one.document.title: one.document.text for one in open_documents(home).values()}
    for title, content in told.documents.items():
        if documents.get(title) != content:
            lost.append(f"{title} is {'changed' if title in documents else 'gone'}")
    for title, text in documents.items():
        if title.startswith("试验办法") and text != LAW.format(title=title, number=title.removeprefix("试验办法")):
            lost.append(f"{title} is half-written")
    return lost


def main() -> None:
    """Run the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--rounds", type=int, default=50)
    given = parser.parse_args()
    told, rng, lost = Acknowledged(), random.Random(5), []
    for number in range(1, given.rounds + 1):
        run_round(given.home, rng.uniform(0.2, 6.0), told)
        lost += find_losses(given.home, told)
        print(f"round {number}: {len(told.questions)} answers, {len(told.documents)} documents, {len(lost)} lost")  # noqa: T201
    print(*lost[:20], sep="\n")  # noqa: T201
    sys.exit(1 if lost else 0)


def _until_killed(work: Callable[[], None]) -> None:
    try:
        work()
    except (httpx.HTTPError, RuntimeError, ValueError, IndexError):
        return  # the server is gone, in the middle of whatever it was


if __name__ == "__main__":
    main()
