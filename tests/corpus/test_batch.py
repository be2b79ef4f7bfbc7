import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corpus.batch import FEW_BYTES, FileResult, FoundFile, parse_files, unpack_archives
from corpus.settings import CorpusSettings
from corpus.workers import WorkerPool

LIMITS = CorpusSettings(workers=2)
LAW = "某某法\n\n第一条　为了规范，制定本法。\n第二条　本法自公布之日起施行。\n"
PADDING = "\n\n" + "　" * FEW_BYTES
"""What makes a small text heavy enough to be read in a process of its own."""


def find(*paths: Path) -> list[FoundFile]:
    return [FoundFile(path, path.name, str(path)) for path in paths]


def write(folder: Path, name: str, text: str = LAW) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def numbers(result: FileResult) -> list[str]:
    return [clause.number for parsed in result.documents.values() for clause in parsed.clauses]


def test_here_and_apart_the_same_is_read(tmp_path: Path) -> None:
    paths = [write(tmp_path, f"{i}.txt") for i in range(3)]
    here = list(parse_files(find(*paths), LIMITS))
    heavy = write(tmp_path, "重.txt", LAW + PADDING)
    apart = list(parse_files(find(*paths, heavy), LIMITS))
    assert apart[:3] == here
    assert numbers(apart[3]) == ["一", "二"]


def test_results_come_in_the_order_of_the_files_and_progress_counts_them(tmp_path: Path) -> None:
    paths = [write(tmp_path, f"{i:02d}.txt", LAW + (PADDING if i % 5 == 0 else "")) for i in range(30)]
    told: list[int] = []
    results = list(parse_files(find(*paths), LIMITS, progress=told.append))
    assert [result.file.source for result in results] == [path.name for path in paths]
    assert told == list(range(1, 31))


def test_one_bad_file_is_one_line_that_names_it_and_the_rest_lands(tmp_path: Path) -> None:
    bad = tmp_path / "坏.txt"
    bad.write_bytes(b"\0\1\2")
    results = list(parse_files(find(bad, write(tmp_path, "重.txt", LAW + PADDING)), LIMITS))
    assert results[0].error == "坏.txt: not text; open it in its own program and save it as UTF-8 text"
    assert numbers(results[1]) == ["一", "二"]


def stall(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> None:
    """Have the workers run ``code`` when they read a file called 害.txt."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(
        "import corpus.parse\n"
        "load = corpus.parse.load_file\n"
        "def hostile(path, limits, *, name):\n"
        f"    if path.name == '害.txt':\n        {code}\n"
        "    return load(path, limits, name=name)\n"
        "corpus.parse.load_file = hostile\n"
    )
    monkeypatch.syspath_prepend(tmp_path / "site")


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("import time; time.sleep(60)", "害.txt: not read within 1.5 seconds; split it"),
        ("import os; os.kill(os.getpid(), 11)", "害.txt: the program that reads it broke down"),
        ("x = bytearray(3_000_000_000)", "害.txt: needs more memory than a document may take; split it"),
        ("print('noise')", ""),
    ],
)
def test_what_a_hostile_file_does_to_its_reader_costs_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, line: str
) -> None:
    stall(monkeypatch, tmp_path, code)
    paths = [write(tmp_path, name) for name in ("甲.txt", "害.txt", "乙.txt")]
    heavy = write(tmp_path, "重.txt", LAW + PADDING)
    limits = CorpusSettings(workers=1, timeout_seconds=1.5)
    results = {r.file.source: r for r in parse_files(find(*paths, heavy), limits)}
    assert results["害.txt"].error.startswith(line)
    assert bool(results["害.txt"].error) == bool(line)
    assert [numbers(results[name]) for name in ("甲.txt", "乙.txt", "重.txt")] == [["一", "二"]] * 3


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were started, as they are started."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        processes.append(subprocess.Popen(*arguments, **options))
        return processes[-1]

    monkeypatch.setattr(
        "corpus.workers.subprocess",
        SimpleNamespace(Popen=start, PIPE=-1, DEVNULL=-3, TimeoutExpired=subprocess.TimeoutExpired),
    )
    return processes


def test_no_process_outlives_the_reading(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    reading = parse_files(find(*(write(tmp_path, f"{i}.txt", LAW + PADDING) for i in range(9))), LIMITS)
    next(reading)
    reading.close()
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timers for a process")
def test_a_process_whose_caller_is_gone_ends_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    monkeypatch.setattr(
        "corpus.workers.threading.Timer", lambda *_: SimpleNamespace(start=int, cancel=int, daemon=True)
    )
    stall(monkeypatch, tmp_path, "import time; time.sleep(60)")
    with WorkerPool(CorpusSettings(workers=1, timeout_seconds=0.5), tasks=1) as pool:
        tasks = [{"path": str(write(tmp_path, "害.txt")), "stem": "害", "source": "害.txt"}]
        (answer,) = pool.map(tasks)
    assert "broke down" in answer["error"]
    assert started[0].returncode == -signal.SIGALRM


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without telling it")
def test_a_process_that_is_ended_ends_the_program_that_it_started_and_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    program.chmod(0o755)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("corpus.workers.GRACE_SECONDS", -28)
    hanging = tmp_path / "甲.rtf"
    hanging.write_bytes(b"{\\rtf1 }")
    (result,) = parse_files(find(hanging), CorpusSettings(workers=1, timeout_seconds=30))
    assert "not read within" in result.error
    assert not list((tmp_path / "temporary").iterdir())
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_archives_give_their_files_under_their_own_names(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "法规.zip", "w") as archive:
        archive.writestr("部门规章/某某法.md", LAW)
        archive.writestr("../外.md", LAW)
    with zipfile.ZipFile(tmp_path / "空.zip", "w") as archive:
        archive.writestr("图.png", b"")
    (tmp_path / "坏.zip").write_bytes(b"PK\x03\x04")
    plain = write(tmp_path, "乙.txt")
    (tmp_path / "unpacked").mkdir()
    paths = [plain, *(tmp_path / name for name in ("法规.zip", "空.zip", "坏.zip"))]
    files, failed = unpack_archives(paths, tmp_path / "unpacked", LIMITS)
    assert [(file.source, file.stem) for file in files] == [
        (str(plain), "乙"),
        (f"{tmp_path}/法规.zip!/部门规章/某某法.md", "某某法"),
    ]
    assert [line.split(";")[0] for _, line in failed] == [
        f"{tmp_path}/法规.zip!/../外.md: its name leads out of the archive",
        f"{tmp_path}/空.zip: nothing to read in this archive",
        f"{tmp_path}/坏.zip: not a zip archive, or cut short (File is not a zip file)",
    ]
    (result,) = parse_files(files[1:], LIMITS)
    assert list(result.documents) == [""]
    assert result.documents[""].document.id == "某某法"
