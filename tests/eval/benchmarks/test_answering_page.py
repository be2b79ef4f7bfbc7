"""Scores, goals and the page, over records made by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from eval.benchmarks.answering.goals import GOALS, GOALS_WRITTEN, Goal, judge_goals
from eval.benchmarks.answering.groups import Asked, split_groups
from eval.benchmarks.answering.page import AnswersReport, render_page
from eval.benchmarks.answering.scoring import FIRST_WORDS_P50, SCORED, Result, Table, read_results, tabulate
from eval.benchmarks.answering.systems import (
    CHAIN,
    COMPARED,
    COMPARED_WRITTEN,
    EXTRACTIVE,
    NO_ABSTENTION,
    NO_KNOWN,
    NO_READER,
    NO_VERIFICATION,
    WRITTEN,
    AnswerSystem,
)
from eval.benchmarks.machine import Machine
from eval.jsonl import Record
from eval.measures import Score
from tests.eval.builders import FakeSources, make_document, make_question

SOURCES = FakeSources.of(make_document("甲法"))
MACHINE = Machine("Fast 9000", 2, 24.0, {"VNNI": True, "AMX int8": False}, "Linux", "3.11.7", {"torch": "2.13.0"})
ASKED = [
    Asked("s.jsonl", make_question("甲法#一", id="a", documents=("甲法",), evidence=("应当备案",))),
    Asked("s.jsonl", make_question("甲法#二", id="b", type="lay", evidence=("不得转让",))),
    Asked("s.jsonl", make_question(id="c", type="unanswerable")),
    Asked("s.jsonl", make_question("甲法#一", id="d", type="follow_up")),
]
PLACES = {"一": (4, 9, "应当备案。"), "二": (14, 19, "不得转让。")}


def make_record(*clauses: str, origin: str = "extract", text: str = "", **extra: object) -> Record:
    citations = [
        {"document": "甲法", "clause": number, "label": "", "quote": quote, "start": start, "end": end}
        for number, (start, end, quote) in ((number, PLACES[number]) for number in clauses)
    ]
    statements = [
        {"text": text or one["quote"], "citations": [position], "origin": origin}
        for position, one in enumerate(citations)
    ]
    status = "grounded" if citations else "abstained"
    timings = {"total": 20.0, "first_words": 12.0}
    return {"status": status, "citations": citations, "statements": statements, "timings_ms": timings, **extra}


RIGHT = [make_record("一"), make_record("二"), make_record(), make_record("一")]


def make_system(name: str, *, writes: bool = False) -> AnswerSystem:
    return AnswerSystem(name, name, f"what {name} is", {}, writes, lambda: lambda question: {})


def read(records: Sequence[Record], name: str = EXTRACTIVE, *, writes: bool = False) -> dict[Asked, Result]:
    return read_results(ASKED, records, make_system(name, writes=writes), SOURCES)


def score(records: Sequence[Record], *, writes: bool = False) -> Mapping[str, Score]:
    return tabulate(ASKED, {EXTRACTIVE: read(records, writes=writes)}, [EXTRACTIVE], []).systems[0].scores


def test_false_abstentions_are_a_share_of_the_answerable() -> None:
    # One of three answerable questions is abstained on.
    found = score([make_record(), *RIGHT[1:]])["false_abstention_share"]
    assert (found.value, found.n) == (pytest.approx(1 / 3), 3)
    assert found.low is not None
    assert score(RIGHT)["false_abstention_share"].value == 0


def test_own_sentences_count_where_their_clause_bears_them_out() -> None:
    own = [make_record("一", origin="llm"), make_record("二", origin="llm", text="可以随意买卖。"), *RIGHT[2:]]
    scores = score(own)
    assert scores["own_sentences"].value == pytest.approx(2 / 3)  # two of the three that were answered
    assert scores["own_sentences_verified"].value == pytest.approx(1 / 3)  # the second is borne out by nothing


def test_first_words_count_where_the_llm_was_asked_and_something_was_said() -> None:
    asked = [make_record("一", llm_calls=1), make_record("二", llm_calls=0), make_record(llm_calls=1), RIGHT[3]]
    slow = make_record("一", llm_calls=1, timings_ms={"total": 60.0, "first_words": 40.0})
    found = score([*asked[:3], slow], writes=True)[FIRST_WORDS_P50]
    assert (found.value, found.n) == (26.0, 2)  # halfway from 12 to 40: the looked-up one and the abstention are none
    assert score(RIGHT)[FIRST_WORDS_P50].n == 3


def test_failures_and_questions_put_to_the_llm_are_counted() -> None:
    records = [make_record("一", llm_calls=2), make_record("二", llm_calls=1, llm_failure="gone"), *RIGHT[2:]]
    table = tabulate(ASKED, {WRITTEN: read(records, WRITTEN, writes=True)}, [WRITTEN], [])
    assert (table.systems[0].asked_llm, table.systems[0].failed) == (2, 1)


@pytest.mark.parametrize(
    ("goal", "value", "verdict"),
    [
        (Goal("whole", "abstention_recall", 0.90), 0.8996, "yes"),  # 0.900 as it is shown
        (Goal("whole", "abstention_recall", 0.90), 0.8994, "no"),
        (Goal("whole", "false_abstention_share", 0.03, higher=False), 0.03, "yes"),
        (Goal("whole", "false_abstention_share", 0.03, higher=False), 0.0306, "no"),
        (Goal("whole", "quote_violations", 0, "count", higher=False), 1.0, "no"),
        (Goal("whole", "quote_violations", 0, "count", higher=False), 0.0, "yes"),
        (Goal("whole", "latency_p50_ms", 150, "ms", higher=False), 150.06, "no"),
        (Goal("whole", "quote_economy", 3.0, "ratio", higher=False), 3.0, "yes"),
        (Goal("whole", "own_sentences", 0.70), None, "–"),
    ],
)
def test_a_goal_is_judged_as_its_figure_is_shown(goal: Goal, value: float | None, verdict: str) -> None:
    assert goal.judge(Score(value, 3)) == verdict


def test_every_goal_is_of_a_measure_that_is_scored() -> None:
    units = {measure.name: measure.unit for measure in SCORED} | {FIRST_WORDS_P50: "ms"}
    for goal in (*GOALS, *GOALS_WRITTEN):
        assert units[goal.measure] == goal.unit


def test_goals_are_judged_over_the_part_that_they_are_of() -> None:
    table = tabulate(ASKED, {EXTRACTIVE: read(RIGHT)}, [EXTRACTIVE], [])
    tables = [(group, table) for group in split_groups(ASKED)]
    judged = list(judge_goals(GOALS, tables, EXTRACTIVE))
    assert len(judged) == len(GOALS)
    for one in judged:
        assert one.group.parts == {one.goal.part}
    (group,) = split_groups(ASKED[:1])  # a set of one scope stands for that and for the whole
    assert {one.goal.part for one in judge_goals(GOALS, [(group, table)], EXTRACTIVE)} == {"one", "whole"}
    assert not list(judge_goals(GOALS_WRITTEN, tables, WRITTEN))


def make_report(*, llm: bool = True) -> AnswersReport:
    worse = [RIGHT[0], make_record("一"), make_record("二"), RIGHT[3]]
    written = [make_record(*clauses, origin="llm", llm_calls=1) for clauses in (("一",), ("二",), (), ("一",))]
    chain = [make_record("二", origin="llm", llm_calls=1), *written[1:]]
    plain = {EXTRACTIVE: read(RIGHT), NO_ABSTENTION: read(worse), NO_READER: read(RIGHT), NO_KNOWN: read(RIGHT)}
    results: dict[str, dict[Asked, Result]] = dict(plain)
    for name, records in ((WRITTEN, written), (NO_VERIFICATION, written), (CHAIN, chain)):
        results[name] = read(records, name, writes=True)
    groups = split_groups(ASKED)

    def build(names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> tuple[tuple[object, Table], ...]:
        return tuple((group, tabulate(group.asked, results, names, pairs)) for group in groups)

    return AnswersReport(
        command="python -m eval.benchmarks.answering s.jsonl",
        date="2026-01-02 03:04 UTC",
        asked_at=("2026-01-01 20:00", "2026-01-02 03:03"),
        machine=MACHINE,
        encoder="wence-0123",
        documents=1,
        clauses=1_404,
        llm="qwen.gguf" if llm else "",
        seed=1,
        systems=tuple((name, f"what {name} is") for name in results),
        tables=build(list(plain), COMPARED),  # type: ignore[arg-type]
        sampled=build([EXTRACTIVE, WRITTEN, NO_VERIFICATION, CHAIN], COMPARED_WRITTEN) if llm else (),  # type: ignore[arg-type]
        unknown=("甲法#九",),
    )


def find_lines(page: str, begin: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith(begin)]


def test_the_page_tells_command_date_machine_index_and_model() -> None:
    page = render_page(make_report())
    assert "Measured on 2026-01-02 03:04 UTC by `python -m eval.benchmarks.answering s.jsonl`" in page
    assert "- Machine: Fast 9000, 2 cores, 24 GiB, Linux; VNNI yes, AMX int8 no." in page
    assert "- Index: 1 documents, 1,404 clauses, encoder wence-0123." in page
    assert "- Asked and timed from 2026-01-01 20:00 to 2026-01-02 03:03 UTC." in page
    assert "- LLM: qwen.gguf; asked a sample, drawn by type with seed 1." in page
    assert "- The index lacks the gold clause 甲法#九; it counts as missed." in page
    assert f"- **{CHAIN}**: what {CHAIN} is." in page


def test_the_page_says_of_each_goal_whether_it_is_reached() -> None:
    page = render_page(make_report())
    goal = "| s.jsonl, asked of one document | citation_recall_micro |"
    without, written = find_lines(page, goal)
    assert without == f"{goal} 1.000 [1.000, 1.000] (1) | ≥ 0.950 | yes |"
    # The chain cites 第二条 where 第一条 is wanted.
    assert written == f"{goal} 1.000 [1.000, 1.000] (1) | ≥ 0.950 | yes | 0.000 [0.000, 0.000] (1) |"
    whole = "| s.jsonl, all its questions |"
    assert find_lines(page, f"{whole} latency_p50_ms |") == [f"{whole} latency_p50_ms | 20.0 (4) | ≤ 150.0 | yes |"]
    assert len(find_lines(page, f"{whole} own_sentences |")) == 1


def test_measures_and_differences_of_every_system_stand_side_by_side() -> None:
    page = render_page(make_report())
    assert "## s.jsonl, all its questions (4 questions)" in page
    assert "### With the LLM, a sample of 1" in page
    recall = find_lines(page, "| citation_recall_micro | 引用召回率（按条款） |")[0]
    assert [cell.split()[0] for cell in recall.split("|")[3:6]] == ["1.000", "0.667", "1.000"]
    head = find_lines(page, f"| difference | {NO_ABSTENTION} − {EXTRACTIVE} |")[0]
    assert head.endswith(f"| {NO_KNOWN} − {EXTRACTIVE} |")
    (abstention, *_) = find_lines(page, "| abstention_recall | -1.000 [")
    assert "p " in abstention
    assert find_lines(page, "| first_words_p50_ms |")


def test_without_an_llm_the_page_has_no_sample_and_no_goals_of_one() -> None:
    page = render_page(make_report(llm=False))
    assert "- LLM: none was given." in page
    for absent in (f"{WRITTEN}, over the sample:", "### With the LLM", "first_words"):
        assert absent not in page


def test_systems_that_do_not_differ_are_said_not_to() -> None:
    results = {EXTRACTIVE: read(RIGHT), NO_READER: read(RIGHT)}
    table = tabulate(ASKED, results, list(results), [(EXTRACTIVE, NO_READER)])
    report = replace(make_report(llm=False), tables=((split_groups(ASKED)[0], table),))
    assert f"No share differs: {NO_READER} − {EXTRACTIVE}." in render_page(report)
