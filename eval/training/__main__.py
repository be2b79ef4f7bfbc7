"""Train and write the question adapter and the reader that ship, from public inputs and the project's own questions.

    python -m eval.training LAWS STARD --out DIR

LAWS is the archive of national laws (.tar.gz), STARD a BEIR folder of statutes and
questions, some of which are asked of laws that do not answer them. ``DIR/adapter`` and
``DIR/reader`` are what ships in ``index/models``; ``python -m eval.training.fit_weights`` is
run after it. A run that was cut off goes on after the training of the reader, if that is
done. Two cores take about two hours.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import tarfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path, PurePosixPath

from eval.datasets import read_dataset
from eval.questions import Question, read_question_set
from eval.resolve import resolve_questions
from eval.training.candidates import Asked, ask_questions
from eval.training.lists import OTHERS, draw_others, gather_lists
from eval.training.match import fit_match, gather_answered
from index.adapter import QuestionAdapter, save_adapter
from index.ingest import ingest_documents, remove_documents, shipped_documents
from index.settings import SHIPPED_ENCODER, SHIPPED_RERANKER, IndexSettings
from index.training.ship import ship_reader
from index.training.train_adapter import AdapterRecipe, train_adapter
from index.training.train_reader import TEMPERATURE, ReaderRecipe, ReadingList, train_reader
from index.training.tuning import TRAINED, Log
from rag import Wence
from rag.evidence import EvidenceFinder

HERE = Path(__file__).parent
SETS = tuple(HERE / "questions" / f"{name}.jsonl" for name in ("laws", "policies"))
OFF_SUBJECT = 500
FOLDS = 4
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


def ask_answerable(wence: Wence, questions: Sequence[Question]) -> list[Asked]:
    """Return the questions that are searched for and that the documents answer."""
    return [one for one in ask_questions(wence, questions, day=date.today()) if not one.question.must_abstain]


def train_match(wence: Wence, questions: Sequence[Question], out: Path, rng: random.Random, log: Log) -> None:
    """Write the question adapter, trained on all questions, into ``out``, and say what the match weights are.

    These are learned on every fourth document, with an adapter that has not seen it.
    """
    asked = ask_answerable(wence, questions)
    vectors = wence.index.sentence_vectors.reconstruct()
    matrix = train_adapter(gather_answered(wence, asked), vectors, AdapterRecipe())
    save_adapter(matrix, wence.index.manifest.encoder, out)
    log.say(f"the adapter is trained on {len(asked):,} questions")
    held = set(sorted({one.scope[0] for one in asked})[::FOLDS])
    rest = [one for one in asked if one.scope[0] not in held]
    part = [one for one in asked if one.scope[0] in held]
    wence.finder = EvidenceFinder(
        wence.index, QuestionAdapter(train_adapter(gather_answered(wence, rest), vectors, AdapterRecipe()))
    )
    scopes = [(*one.scope, *draw_others(wence, one.scope, rng)) for one in part]
    log.say(f"to stand in rag/evidence.py: {fit_match(wence, part, scopes=scopes)}")


def gather_folds(wence: Wence, questions: Sequence[Question], rng: random.Random) -> list[ReadingList]:
    """Return the lists of all questions, each found with an adapter that has not seen its document."""
    vectors = wence.index.sentence_vectors.reconstruct()
    documents = sorted(wence.index.parsed)
    rng.shuffle(documents)
    lists: list[ReadingList] = []
    for fold in range(FOLDS):
        held = set(documents[fold::FOLDS])
        rest = ask_answerable(wence, [one for one in questions if not held.intersection(one.documents)])
        adapter = QuestionAdapter(train_adapter(gather_answered(wence, rest), vectors, AdapterRecipe()))
        wence.finder = EvidenceFinder(wence.index, adapter)
        lists += gather_lists(wence, [one for one in questions if one.documents[0] in held], rng)
    return lists


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
        train_match(wence, questions, given.out / "adapter", rng, log)
        titles = [one.title for one in wence.catalog.documents]
        ids = [one.id for one in wence.catalog.documents]
        questions += draw_off_subject(given.stard, titles, ids, rng)
        lists = gather_folds(wence, questions, rng)
        log.say(f"{len(lists):,} lists are gathered")
        train_reader(lists, SHIPPED_ENCODER, given.begin, trained.parent, recipe)
    ship_reader(SHIPPED_RERANKER, trained, given.out / "reader", weight=1 / TEMPERATURE)


if __name__ == "__main__":
    main()
