"""How well a score tells questions that the documents answer from questions on other fields of law.

    python -m eval.benchmarks.topicality DATASET SET [--split train] [--home DIR] [--document ID]

DATASET is a BEIR folder whose corpus titles begin with a law's name (such as STARD built
from national laws): its queries whose laws are all absent from the home are the
off-topic questions. SET is a question set whose fact, lay and list questions are
answerable. Prints one JSON object: percentiles of the best sentence's log-odds for both, of
which ``rag.extract.ANSWERS`` is the bar.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from corpus.errors import WenceError
from eval.datasets import read_dataset
from eval.questions import read_question_set
from rag import Wence

PERCENTILES = (2, 10, 25, 50, 75, 90, 98)
SAMPLE = 250
SEED = 3
_ARTICLE = re.compile(r"第[零一二三四五六七八九十百千]+条.*$")


def measure(wence: Wence, questions: Sequence[str], documents: Sequence[str]) -> dict[str, object]:
    """Return percentiles of the best sentence's score over the questions, asked of these documents."""
    day = date.today()
    scope = list(documents) or sorted(wence.catalog.in_force(day))
    scores = []
    for question in questions:
        query = wence.extractor.understand(question, documents, (), day)
        vector = wence.index.hybrid.encode_query(query.search)
        evidence = wence.reader.find_evidence(query, vector, scope)
        if evidence:
            scores.append(evidence[0].score)
    found = [round(float(value), 2) for value in np.percentile(scores, PERCENTILES)] if scores else []
    return {"n": len(scores), "percentiles": dict(zip(map(str, PERCENTILES), found, strict=False))}


def main(arguments: list[str]) -> int:
    """Measure and print; 1 with one line on an error that is known."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("dataset", type=Path)
    parser.add_argument("question_set", type=Path)
    parser.add_argument("--split", default="train")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--document", default="")
    given = parser.parse_args(arguments)
    try:
        wence = Wence.open(given.home)
        documents = [wence.catalog.resolve(given.document).id] if given.document else []
        dataset = read_dataset(given.dataset, given.split)
        asked = read_question_set(given.question_set).questions
    except WenceError as error:
        print(f"topicality: {error}", file=sys.stderr)  # noqa: T201 - a command of its own
        return 1
    held = {one.document.title.removeprefix("中华人民共和国") for one in wence.index.parsed.values()}
    laws = {text.id: _ARTICLE.sub("", text.title) for text in dataset.corpus}
    off = [dataset.queries[id] for id, judged in dataset.qrels.items() if not {laws[c] for c in judged} & held]
    on = [
        one.question
        for one in asked
        if one.clauses and one.type in ("fact", "lay", "list") and bool(one.documents) == bool(documents)
    ]
    report = {
        "off_topic": measure(wence, random.Random(SEED).sample(off, min(SAMPLE, len(off))), documents),
        "answerable": measure(wence, on, documents),
    }
    print(json.dumps(report, ensure_ascii=False))  # noqa: T201 - a command of its own
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
