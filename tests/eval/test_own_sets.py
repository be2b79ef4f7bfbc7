"""The project's own question sets: every gold clause exists, every evidence string is verbatim, the split is clean."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from corpus import Catalog, Clause, parse_document
from eval.measures.evidence_recall import fold_text
from eval.questions import Question, read_question_set
from eval.resolve import resolve_questions

SETS = Path(__file__).parents[2] / "eval" / "sets"
SHIPPED = Path(__file__).parents[2] / "corpus" / "documents"
HELD_OUT = SETS / "held_out"
PLACES = {
    "quality_dev": SHIPPED,
    "shipped_tune": SHIPPED,
    "shipped_report": SHIPPED,
    "held_out_report": HELD_OUT,
}


@cache
def read_folder(folder: Path) -> tuple[Catalog, dict[str, Clause]]:
    parsed = [parse_document(path) for path in sorted(folder.iterdir()) if path.suffix in (".md", ".txt")]
    return Catalog([one.document for one in parsed]), {clause.id: clause for one in parsed for clause in one.clauses}


@cache
def read_set(name: str) -> tuple[Question, ...]:
    return resolve_questions(read_question_set(SETS / f"{name}.jsonl"), read_folder(PLACES[name])[0])


@pytest.mark.parametrize("name", PLACES)
def test_every_gold_clause_exists_and_holds_evidence_verbatim(name: str) -> None:
    clauses = read_folder(PLACES[name])[1]
    faults = []
    for question in read_set(name):
        faults += [f"{question.id}: no clause {id}" for id in (*question.clauses, *question.also) if id not in clauses]
        gold = [fold_text(clauses[id].text) for id in question.clauses if id in clauses]
        faults += [
            f"{question.id}: not verbatim: {evidence}"
            for evidence in question.evidence
            if not any(fold_text(evidence) in text for text in gold)
        ]
    assert faults == []


@pytest.mark.parametrize("name", ["shipped_tune", "shipped_report", "held_out_report"])
def test_answerable_questions_have_points_and_evidence_from_every_clause(name: str) -> None:
    clauses = read_folder(PLACES[name])[1]
    faults = []
    for question in read_set(name):
        if question.must_abstain:
            faults += [f"{question.id}: evidence for nothing"] * bool(question.evidence)
            continue
        faults += [f"{question.id}: no answer points"] * (not question.answer_points)
        for id in question.clauses:
            text = fold_text(clauses[id].text)
            if not any(fold_text(evidence) in text for evidence in question.evidence):
                faults.append(f"{question.id}: no evidence from {id}")
    assert faults == []


def test_no_question_stands_in_two_sets() -> None:
    asked = Counter((question.question, question.history) for name in PLACES for question in read_set(name))
    assert [question for (question, _), count in asked.items() if count > 1] == []


def test_the_sets_are_as_large_and_as_mixed_as_their_page_says() -> None:
    counts = {name: len(read_set(name)) for name in PLACES}
    page = (SETS / "README.md").read_text("utf-8")
    assert all(f"| `{name}.jsonl` | {count} |" in page for name, count in counts.items())
    kinds = Counter(question.type for question in read_set("shipped_report"))
    wanted = {"fact", "lay", "list", "multi", "cross", "lookup", "version", "follow_up", "unanswerable", "injection"}
    assert wanted <= kinds.keys()
