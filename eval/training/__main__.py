"""Train and write the reader that ships, from public inputs and the project's own questions, in one command.

    python -m eval.training LAWS STARD --out DIR

LAWS is the archive of national laws (.tar.gz), STARD a BEIR folder of statutes and
questions, some of which are asked of laws that do not answer them. ``DIR/reader`` is what
ships in ``index/models``; ``python -m eval.training.fit_weights`` is run after it. Each step
leaves its files in DIR, and a run that was cut off goes on after the last whole one. Two
cores take about an hour.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import tarfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from eval.datasets import read_dataset
from eval.questions import Question, read_question_set
from eval.resolve import resolve_questions
from eval.training.lists import OTHERS, gather_lists
from index.ingest import ingest_documents, remove_documents, shipped_documents
from index.settings import SHIPPED_ENCODER, SHIPPED_RERANKER, IndexSettings
from index.training.ship import ship_reader
from index.training.train_reader import TEMPERATURE, ReaderRecipe, train_reader
from index.training.tuning import TRAINED, Log
from rag import Wence

HERE = Path(__file__).parent
SETS = tuple(sorted((HERE / "questions").glob("*.jsonl")))
OFF_SUBJECT = 500
SEED = 1
_ARTICLE = re.compile(r"第[零一二三四五六七八九十百千]+条.*$")


def unpack_laws(archive: Path, wanted: set[str], folder: Path) -> None:
    """Put the laws of the archive whose stem is wanted into ``folder``, and the invented policies beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as opened:
        for member in opened:
            name = PurePosixPath(member.name)
            if name.stem in wanted and (file := opened.extractfile(member)) is not None:
                (folder / name.name).write_bytes(file.read())
    for policy in (HERE / "policies").iterdir():
        shutil.copy(policy, folder)


def draw_off_subject(stard: Path, titles: Sequence[str], ids: Sequence[str], rng: random.Random) -> list[Question]:
    """Return questions of STARD, each asked of documents that are not the law which answers it."""
    dataset = read_dataset(stard, "train")
    laws = {text.id: _ARTICLE.sub("", text.title).strip() for text in dataset.corpus}
    found = []
    for id in rng.sample(sorted(dataset.queries), OFF_SUBJECT):
        answering = {laws[relevant] for relevant in dataset.qrels[id]}
        others = [one for title, one in zip(titles, ids, strict=True) if not any(law in title for law in answering)]
        found.append(Question(id, "off", dataset.queries[id], (), 0, tuple(rng.sample(others, OTHERS + 1))))
    return found


def main() -> None:
    """Parse the command line, and train."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("laws", type=Path, help="the archive of national laws")
    parser.add_argument("stard", type=Path, help="a BEIR folder")
    parser.add_argument("--begin", type=Path, default=SHIPPED_RERANKER, help="the folder of weights to begin with")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    log, rng, recipe = Log(), random.Random(SEED), ReaderRecipe()
    trained = given.out / "run" / TRAINED
    if not trained.exists():
        sets = [read_question_set(path) for path in SETS]
        wanted = {id for one in sets for question in one.questions for id in question.documents}
        home, documents = given.out / "home", given.out / "documents"
        unpack_laws(given.laws, wanted, documents)
        ingest_documents(home, [documents], IndexSettings())
        # A new home begins with what ships, which questions to tune and report on are asked of.
        remove_documents(home, [path.stem for path in shipped_documents().iterdir()], IndexSettings())
        log.say("the documents are indexed")
        wence = Wence.open(home)
        questions = [question for one in sets for question in resolve_questions(one, wence.catalog)]
        titles = [one.title for one in wence.catalog.documents]
        ids = [one.id for one in wence.catalog.documents]
        questions += draw_off_subject(given.stard, titles, ids, rng)
        lists = list(gather_lists(wence, questions, rng))
        log.say(f"{len(lists):,} lists are gathered")
        train_reader(lists, SHIPPED_ENCODER, given.begin, trained.parent, recipe)
    ship_reader(SHIPPED_RERANKER, trained, given.out / "reader", weight=1 / TEMPERATURE)


if __name__ == "__main__":
    main()
