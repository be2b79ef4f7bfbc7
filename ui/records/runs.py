"""Question sets and runs in a home: where they are, and what the page shows of them.

    <home>/sets/<name>                 question sets that were uploaded
    <home>/runs/<set>-<time>/          a run: answers.jsonl, report.json, report.md, report.html
    <home>/runs/<set>-<time>.part/     one that is going on, or was cut off

What stands in the files is read in ``ui.commands.evaluation``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpus.errors import NotFound, WenceError

if TYPE_CHECKING:
    from rag.model import Turn

SETS = "sets"
RUNS = "runs"
SET_SUFFIXES = (".jsonl", ".csv", ".xlsx")
PAGE_NAME = "report.html"
ANSWERS_NAME = "answers.jsonl"
RATINGS = "ratings.jsonl"
"""What the question set is called that is made of the readers' ratings."""

_PART = ".part"
_CHECKOUT = Path(__file__).parents[2] / "eval" / SETS
"""The project's own sets: in a checkout, not in what is installed."""

Origin = Literal["uploaded", "shipped", "ratings"]


@dataclass(frozen=True, slots=True)
class SetFile:
    """A question set, as a file; that of the ratings is written when it is run."""

    path: Path
    origin: Origin

    @property
    def id(self) -> str:
        """What the page calls it."""
        return f"{self.origin}/{self.path.name}"


@dataclass(frozen=True, slots=True)
class ListedSet:
    """A question set in a list: the number of its questions, or the line that says why it cannot be run."""

    file: SetFile
    questions: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of a run as people read it; ``n`` is how many things it counts over."""

    name: str
    label: str
    value: str
    interval: str
    n: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run in a list; ``date`` is ISO. ``error`` is why its report cannot be read, and then nothing else is known."""

    name: str
    question_set: str = ""
    date: str = ""
    questions: int = 0
    right: int = 0
    figures: tuple[Figure, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a run and how it went; clauses by id, the faults as in ``eval.report.QuestionResult``."""

    id: str
    type: str
    question: str
    history: tuple[Turn, ...]
    documents: tuple[str, ...]
    status: str
    right: bool
    must_abstain: bool
    cited: tuple[str, ...]
    expected: tuple[str, ...]
    missing: tuple[str, ...]
    wrong: tuple[str, ...]
    missing_evidence: tuple[str, ...]
    violations: tuple[str, ...]
    error: str


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A measure in two runs; ``difference`` (with its 95 % interval) and ``p`` where it was tested."""

    name: str
    label: str
    before: str
    after: str
    verdict: Literal["better", "worse", "same", "unknown"]
    difference: str = ""
    p: float | None = None
    significant: bool = False


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two runs side by side: figures, the questions that went otherwise (before, after), and the test of those right.

    ``alone`` is how many questions one run alone asked; ``paired`` how many both did, of
    which ``right`` are right before and after, ``lost`` no longer and ``won`` only now.
    """

    figures: tuple[FigureChange, ...]
    changed: tuple[tuple[Asked, Asked], ...]
    alone: int
    paired: int
    right: tuple[int, int]
    lost: int
    won: int
    p: float
    significant: bool


def list_set_files(home: Path) -> list[SetFile]:
    """Return the sets that are files: those uploaded, then the project's own where this is a checkout of it."""
    folders: tuple[tuple[Path, Origin], ...] = ((home / SETS, "uploaded"), (_CHECKOUT, "shipped"))
    return [
        SetFile(path, origin)
        for folder, origin in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in SET_SUFFIXES
    ]


def find_set(home: Path, id: str) -> SetFile:
    """Return the set of that id; that of the ratings has no file yet.

    Raises
    ------
    NotFound
        There is none.
    """
    if id == (ratings := SetFile(Path(RATINGS), "ratings")).id:
        return ratings
    for file in list_set_files(home):
        if file.id == id:
            return file
    raise NotFound("no such question set: it may have been deleted; choose one of the list")


def keep_set(home: Path, file: Path) -> None:
    """Move a file among the sets of the home, in the place of one of its name.

    Raises
    ------
    WenceError
        The system does not let it.
    """
    folder = home / SETS
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.move(file, folder / file.name)
    except OSError as error:
        raise WenceError(f"{file.name} could not be kept ({error.strerror or error}): see to {folder}") from error


def delete_set(home: Path, id: str) -> None:
    """Delete a set that was uploaded; its runs stay.

    Raises
    ------
    WenceError
        There is none, it is not the reader's, or the system does not let go of it.
    """
    file = find_set(home, id)
    if file.origin != "uploaded":
        raise NotFound(f"{file.path.name} was not uploaded: there is nothing to delete")
    with _deleting(file.path):
        file.path.unlink(missing_ok=True)


def list_run_folders(home: Path) -> list[Path]:
    """Return the folders of the runs that are whole, in no order."""
    folder = home / RUNS
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.is_dir() and path.suffix != _PART]


def find_run(home: Path, name: str) -> Path:
    """Return the folder of a run.

    Raises
    ------
    NotFound
        There is none of that name.
    """
    for folder in list_run_folders(home):
        if folder.name == name:
            return folder
    raise NotFound("no such run: it may have been deleted; choose one of the list")


def read_page(folder: Path) -> str:
    """Return the report of a run as HTML.

    Raises
    ------
    WenceError
        It cannot be read.
    """
    try:
        return (folder / PAGE_NAME).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise WenceError(f"{folder / PAGE_NAME} cannot be read ({error}): run the question set again") from error


def delete_run(home: Path, name: str) -> None:
    """Delete a run with its files.

    Raises
    ------
    WenceError
        There is none, or the system does not let go of it.
    """
    folder = find_run(home, name)
    with _deleting(folder):
        shutil.rmtree(folder)


@contextmanager
def write_run(home: Path, set_name: str) -> Iterator[tuple[Path, str]]:
    """Yield a new folder to write a run to, and the name that it has when the block ends: it is there whole, or not.

    Parts that a server left behind are removed: a home has one run at a time.
    """
    runs = home / RUNS
    for left in runs.glob(f"*{_PART}") if runs.is_dir() else ():
        shutil.rmtree(left, ignore_errors=True)
    stem = f"{Path(set_name).stem}-{datetime.now():%Y%m%d-%H%M%S}"
    name, again = stem, 1
    while (runs / name).exists():
        again += 1
        name = f"{stem}-{again}"
    part = runs / f"{name}{_PART}"
    part.mkdir(parents=True)
    try:
        yield part, name
        part.rename(runs / name)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _deleting(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise WenceError(f"{path} cannot be deleted ({reason}): close what holds it open, then try again") from error
