"""``wence serve`` as a process of its own, for what a thread cannot show: start, memory, and being killed."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is up: its process, its address, and how many seconds it took."""

    process: subprocess.Popen[str]
    address: str
    seconds: float

    def read_memory(self) -> int:
        """Return the resident bytes of the process (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024  # type: ignore[index]


@contextmanager
def start_server(home: Path) -> Iterator[Server]:
    """Serve a home until the block ends; it is killed then, if it is still there."""
    code = "from ui.cli import main; main()"
    command = [sys.executable, "-c", code, "serve", "--port", "0", "--no-browser", "--home", str(home)]
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(line)
            if match := _ADDRESS.search(line):
                yield Server(process, match[0], time.perf_counter() - begun)
                return
        raise RuntimeError(f"the server did not start: {''.join(told[-20:])}")
    finally:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()
