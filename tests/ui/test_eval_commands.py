import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.errors import QuestionSetError, SettingsError, WenceError
from rag.model import Answer, Citation, Statement
from tests.eval.builders import FakeWence, SharedLettersEncoder
from tests.fakes import ScriptedChatModel
from ui.commands.evaluation import app

SET = '{"id": "a", "type": "fact", "question": "要备案吗？", "clauses": ["甲法#一"], "evidence": ["应当备案"]}\n'
GROUNDED = Answer(
    text="应当备案[1]",
    statements=(Statement("应当备案", (0,), "extract"),),
    citations=(Citation("甲法#一", "应当备案", 4, 8),),
    status="grounded",
    timings={"total": 12.0},
)


@pytest.fixture
def homes(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """Opens a scripted Wence that finds nothing at home ``worse``; keeps the homes that were opened."""
    opened: list[Path | None] = []

    def open_fake(home: Path | None = None, **_: object) -> FakeWence:
        opened.append(home)
        return FakeWence({"要备案吗？": Answer(text="没有。", reason="no_support") if home else GROUNDED})

    monkeypatch.setattr("rag.wence.Wence.open", open_fake)
    return opened


def run(*arguments: object) -> tuple[str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def test_run_prints_the_figures_and_keeps_progress_off_stdout(tmp_path: Path, homes: list[Path | None]) -> None:
    (tmp_path / "set.jsonl").write_text(SET, encoding="utf-8")
    out, err = run("run", tmp_path / "set.jsonl", "--out", tmp_path / "out")
    assert out.splitlines()[0].split() == ["measure", "value", "95", "%", "n"]
    assert ["citation_recall_micro", "1.000", "[1.000,", "1.000]", "1", "引用召回率（按条款）"] in [
        line.split() for line in out.splitlines()
    ]
    assert f"0 of 1 questions failed, 0 by an error: {tmp_path / 'out'}" in out
    assert "ask" in err
    assert homes == [None]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "answers.jsonl",
        "report.html",
        "report.json",
        "report.md",
    ]


def test_compare_says_what_changed(tmp_path: Path, homes: list[Path | None]) -> None:
    (tmp_path / "set.jsonl").write_text(SET, encoding="utf-8")
    run("run", tmp_path / "set.jsonl", "--out", tmp_path / "a")
    run("run", tmp_path / "set.jsonl", "--out", tmp_path / "b", "--home", tmp_path / "worse")
    assert homes == [None, tmp_path / "worse"]
    out, _ = run("compare", tmp_path / "a", tmp_path / "b")
    assert "a (fact): no longer right" in out
    assert "  - now missing: 甲法#一" in out
    changed = json.loads(run("compare", tmp_path / "a", tmp_path / "b", "--json")[0])
    assert changed["questions"][0]["worse"][0] == "now missing: 甲法#一"


def test_retrieval_prints_the_metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.encoder.open_encoder", lambda _: SharedLettersEncoder())
    folder = tmp_path / "set"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text('{"_id": "d1", "title": "甲法", "text": "应当备案。"}', encoding="utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "备案"}', encoding="utf-8")
    (folder / "qrels" / "dev.tsv").write_text("q1\td1\t1\n")
    home, target = tmp_path / "home", tmp_path / "out"
    out, _ = run("retrieval", folder, "--split", "dev", "--mode", "dense", "--home", home, "--out", target)
    assert ["recall@10", "1.0000"] in [line.split() for line in out.splitlines()]
    assert (target / "run.trec").read_text("utf-8").startswith("q1 Q0 d1 1 ")
    assert (home / "cache" / "vectors").is_dir()


def test_errors_are_left_to_the_main_command_line(tmp_path: Path, homes: list[Path | None]) -> None:
    with pytest.raises(QuestionSetError, match="no such file"):
        run("run", tmp_path / "none.jsonl", "--out", tmp_path / "out")
    with pytest.raises(QuestionSetError, match="no such file"):
        run("compare", tmp_path, tmp_path)
    assert homes == []


def test_an_unknown_mode_is_a_usage_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["retrieval", str(tmp_path), "--out", "x", "--mode", "magic"])
    assert result.exit_code == 2


def test_importing_the_commands_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'torch', 'faiss', 'pydantic', 'openpyxl', 'ir_measures', 'gradio'}"
    code = f"import sys, ui.commands.evaluation; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_export_writes_the_answers_of_a_run(tmp_path: Path, homes: list[Path | None]) -> None:
    (tmp_path / "set.jsonl").write_text(SET, encoding="utf-8")
    run("run", tmp_path / "set.jsonl", "--out", tmp_path / "a")
    out, _ = run("export", tmp_path / "a", tmp_path / "answers.csv")
    assert out == f"1 answers: {tmp_path / 'answers.csv'}\n"
    assert "要备案吗？" in (tmp_path / "answers.csv").read_text("utf-8-sig")
    with pytest.raises(WenceError, match="add --force"):
        run("export", tmp_path / "a", tmp_path / "answers.csv")
    run("export", tmp_path / "a", tmp_path / "answers.csv", "--force")


LAW = "样品法\n\n第一条 样品的保存期限为三年。\n\n第二条 生产者应当自样品售出之日起十五日内备案。\n"


def test_draft_proposes_a_set_that_can_be_run(tmp_path: Path) -> None:
    (tmp_path / "样品法.md").write_text(LAW, encoding="utf-8")
    target = tmp_path / "set.jsonl"
    out, _ = run("draft", tmp_path / "样品法.md", "--out", target, "--count", 4)
    assert out == f"4 questions; read and edit them before use: {target}\n"
    assert len(target.read_text("utf-8").splitlines()) == 4
    with pytest.raises(WenceError, match="add --force"):
        run("draft", tmp_path / "样品法.md", "--out", target)
    out, _ = run("draft", tmp_path / "样品法.md", "--out", target, "--force")
    assert "of the 30 asked for: the documents give no more" in out


def test_draft_of_what_cannot_be_read_leaves_with_1_and_the_rest_done(tmp_path: Path) -> None:
    (tmp_path / "样品法.md").write_text(LAW, encoding="utf-8")
    (tmp_path / "坏.docx").write_bytes(b"no document")
    result = CliRunner().invoke(app, ["draft", str(tmp_path), "--out", str(tmp_path / "set.csv")])
    assert result.exit_code == 1
    assert "坏.docx" in result.stderr
    assert (tmp_path / "set.csv").is_file()


def test_draft_with_an_llm_that_is_not_set_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--llm asks an LLM, and none is set: set WENCE_LLM__BASE_URL"):
        run("draft", tmp_path, "--out", tmp_path / "set.csv", "--llm")


def test_draft_lets_the_llm_word_the_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.llm.open_chat_model", lambda _: ScriptedChatModel("样品要保存几年？"))
    (tmp_path / "样品法.md").write_text("样品法\n\n第一条 样品的保存期限为三年。\n", encoding="utf-8")
    run("draft", tmp_path / "样品法.md", "--out", tmp_path / "set.csv", "--llm", "--count", 1)
    assert "按照《样品法》，样品要保存几年？" in (tmp_path / "set.csv").read_text("utf-8-sig")


def test_a_judge_that_is_not_set_is_one_clear_line_before_anything_is_asked(
    tmp_path: Path, homes: list[Path | None]
) -> None:
    (tmp_path / "set.jsonl").write_text(SET, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"--judge asks an LLM, and none is set"):
        run("run", tmp_path / "set.jsonl", "--out", tmp_path / "out", "--judge")
    assert homes == []


def test_a_judge_adds_its_figures_and_is_the_model_that_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge, wence = ScriptedChatModel("支持", "答了"), FakeWence({"要备案吗？": GROUNDED})
    monkeypatch.setattr("rag.llm.open_chat_model", lambda _: judge)
    monkeypatch.setattr("rag.wence.Wence.open", lambda *_, **__: wence)
    (tmp_path / "set.jsonl").write_text(SET, encoding="utf-8")
    out, _ = run("run", tmp_path / "set.jsonl", "--out", tmp_path / "out", "--judge")
    judged = next(line for line in out.splitlines() if line.startswith("judged_support"))
    assert judged.split()[:5] == ["judged_support", "1.000", "[1.000,", "1.000]", "1"]
    assert wence.writers == [judge]
