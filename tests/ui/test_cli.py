import errno
import json
import os
import signal
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from index.filters import Filter
from tests.index.fakes import LAW, POLICY, BigramEncoder, write_file
from tests.ui.fakes import FakeWence
from ui.cli import app

CLAUSE_KEYS = ["document", "source", "number", "label", "path", "heading", "text", "start", "end"]
RECORD_KEYS = ["id", "question", "answer", "status", "reason", "citations", "statements", "removed", "related"]
ROOT = Path(__file__).parents[2]


def run(*arguments: object, code: int = 0, stdin: str | bytes | None = None) -> Any:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def read_complaint(result: Any) -> str:
    """The one line that an error is; progress bars may stand before it."""
    lines = [line for line in result.stderr.splitlines() if "it/s]" not in line and "?it" not in line]
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("wence: ")
    return lines[0]


@pytest.fixture
def wence(monkeypatch: pytest.MonkeyPatch) -> FakeWence:
    fake = FakeWence()
    monkeypatch.setattr("rag.wence.Wence.open", lambda *_, **__: fake)
    return fake


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """甲法 ships, 乙意见 is there to ingest, and the encoder is made of hashes."""
    write_file(tmp_path / "shipped" / "甲法.md", LAW)
    monkeypatch.setattr("index.ingest.shipped_documents", lambda: tmp_path / "shipped")
    monkeypatch.setattr("index.ingest.open_encoder", lambda _: BigramEncoder(name="bigrams"))
    monkeypatch.setattr("index.encoder.name_encoder", lambda _: "bigrams")
    monkeypatch.setenv("WENCE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    write_file(tmp_path / "乙意见.txt", POLICY)
    return tmp_path


def test_an_answer_stands_above_its_numbered_citations(wence: FakeWence) -> None:
    out = run("ask", "买到假货能多赔点钱吗？").stdout
    answer, sources = out.split("\n\n")
    assert answer == wence.grounded().text
    lines = sources.splitlines()
    assert lines[0] == "依据"
    assert lines[5] == "[3] 《中共中央 国务院关于开展质量提升行动的指导意见》（二十三）"
    assert lines[6] == "    建立商品质量惩罚性赔偿制度"


def test_an_abstention_names_related_clauses(wence: FakeWence) -> None:
    out = run("ask", "今天天气怎样？").stdout
    assert "相关条款，并非依据\n  - 《" in out
    assert "依据\n[1]" not in out


def test_labels_follow_the_language_of_the_question(wence: FakeWence) -> None:
    assert "Related clauses, not evidence" in run("ask", "How is the weather?").stdout


def test_json_has_the_fields_of_the_design_in_order(wence: FakeWence) -> None:
    record = json.loads(run("ask", "买到假货能多赔点钱吗？", "--json").stdout)
    assert list(record) == [*RECORD_KEYS, "timings_ms"]
    assert list(record["citations"][0]) == ["document", "title", "clause", "label", "quote", "start", "end"]
    assert record["citations"][0]["clause"] == "五十五"


def test_a_notice_goes_to_stderr(wence: FakeWence) -> None:
    result = run("ask", "草稿")
    assert "大模型没有答完" in read_complaint(result)
    assert "1 句未通过核对" in result.stdout


def test_documents_are_chosen_by_a_repeated_option(wence: FakeWence) -> None:
    run("ask", "赔多少", "--document", "消保法", "--document", "质量意见")
    assert wence.asked == [("赔多少", ("消保法", "质量意见"), ())]
    assert "no document nothing" in read_complaint(run("ask", "赔", "--document", "nothing", code=1))


def test_a_filter_is_made_of_the_options(wence: FakeWence) -> None:
    run("ask", "赔", "--issuer", "国务院", "--issuer", "财政部", "--level", "行政法规")
    run("ask", "赔", "--since", "2000-01-01", "--until", "2020年12月31日", "--in-force-on", "2021/1/1")
    assert wence.filters == [
        Filter(issuers=("国务院", "财政部"), levels=("行政法规",)),
        Filter(since=date(2000, 1, 1), until=date(2020, 12, 31), in_force_on=date(2021, 1, 1)),
    ]


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--level", "法规"], "no level is called 「法规」: write one of 宪法、"),
        (["--since", "2020-13-01"], "「2020-13-01」 is not a day: write it as 2020-01-01"),
        (["--in-force-on", ""], "is not a day"),
        (["--since", "2020-01-01", "--until", "2019-01-01"], "is later than the last"),
        (["--issuer", " "], "an issuer is empty"),
    ],
)
def test_a_filter_that_makes_no_sense_gets_one_line(wence: FakeWence, options: list[str], line: str) -> None:
    result = run("ask", "赔", *options, code=1)
    assert line in read_complaint(result)
    assert result.stdout == ""
    assert wence.asked == []


def test_a_question_is_read_from_stdin(wence: FakeWence) -> None:
    run("ask", "-", stdin="\ufeff赔多少\n")
    assert wence.asked[0][0] == "赔多少"


@pytest.mark.parametrize(
    ("given", "line"),
    [("问" * 100_000, "too long"), (b"\xb2\xe2\xca\xd4", "not UTF-8"), ("问" * 400_000, "bytes: shorten it")],
)
def test_a_bad_question_gets_one_line(wence: FakeWence, given: str | bytes, line: str) -> None:
    result = run("ask", "-", stdin=given, code=1)
    assert line in read_complaint(result)
    assert result.stdout == ""


def test_an_empty_question_gets_one_line(wence: FakeWence) -> None:
    assert run("ask", "  ").stdout == "请输入一个问题。\n"


def test_control_characters_in_documents_do_not_reach_the_terminal(wence: FakeWence) -> None:
    from ui.rendering.plain import clean, one_line

    assert clean("a\x1b[2J\r\nb\u202e\tc") == "a\ufffd[2J\nb\ufffd\tc"
    assert one_line("a\n b\x07") == "a b\ufffd"


@pytest.fixture
def documents(wence: FakeWence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.ingest.ensure_index", lambda *_, **__: None)
    monkeypatch.setattr("index.store.open_documents", lambda home: wence.index.parsed)


def test_show_marks_damage(documents: None) -> None:
    out = run("show", "质量意见#二十三").stdout
    assert out.startswith(
        "《中共中央 国务院关于开展质量提升行动的指导意见》\n五、改革完善质量发展政策和制度\n（二十三）"
    )
    assert "〔?;?〕" in out
    assert "原文此处字符损坏" in out


def test_show_of_no_clause_is_one_line(documents: None) -> None:
    assert "does not name a clause" in read_complaint(run("show", "x", code=1))


def test_clauses_are_one_json_object_a_line(files: Path) -> None:
    path = files / "乙意见.txt"
    records = [json.loads(line) for line in run("clauses", path, "--json").stdout.splitlines()]
    assert [list(record) for record in records] == [CLAUSE_KEYS] * 2
    assert records[0]["document"] == "乙意见"
    assert [record["number"] for record in records] == ["一", "二"]
    assert all(POLICY[record["start"] : record["end"]] == record["text"] for record in records)
    assert "（二）" in run("clauses", path).stdout
    assert not (files / "home").exists()


def test_a_bad_file_among_good_ones_is_named_and_the_rest_listed(files: Path) -> None:
    (files / "坏.txt").write_bytes(b"\x00\x01\x02" * 50)
    result = run("clauses", files / "坏.txt", files / "乙意见.txt", code=1)
    assert "坏.txt: not text" in read_complaint(result)
    assert "（二）" in result.stdout


def test_a_file_without_a_clause_is_told_of(files: Path) -> None:
    (files / "空.txt").write_text("附件1\n", encoding="utf-8")
    assert "空.txt: nothing in it is a clause" in read_complaint(run("clauses", files / "空.txt", "--json"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_the_name_of_a_file_does_not_write_to_the_terminal(files: Path) -> None:
    write_file(files / f"红\x1b[31m\n{'长' * 60}.md", LAW.replace("甲", "丙"))
    result = run("ingest", files)
    assert "\x1b" not in result.stdout
    assert result.stdout.count("\n") == 1


@pytest.mark.parametrize("command", ["clauses", "ingest"])
def test_an_empty_folder_gets_one_line(files: Path, command: str) -> None:
    (files / "empty").mkdir()
    assert "nothing to read" in read_complaint(run(command, files / "empty", code=1))
    assert not (files / "home" / "index").exists()


def test_documents_are_ingested_listed_and_removed(files: Path) -> None:
    result = run("ingest", files / "乙意见.txt")
    assert result.stdout == "added 2: 甲法, 乙意见. 2 documents, 4 clauses in the index.\n"
    assert all(f"{bar}: 100%" in result.stderr for bar in ("parse", "chunks", "sentences"))
    listed = [json.loads(line) for line in run("documents", "--json").stdout.splitlines()]
    assert [(one["id"], one["in_force"], one["clauses"]) for one in listed] == [("甲法", True, 2), ("乙意见", True, 2)]
    assert [line.split()[0] for line in run("documents").stdout.splitlines()] == ["id", "甲法", "乙意见"]
    assert json.loads(run("remove", "乙意见", "--json").stdout)["removed"] == ["乙意见"]
    assert "乙意见" not in run("documents").stdout
    assert "`wence documents`" in read_complaint(run("remove", "乙意见", code=1))


def test_a_file_that_is_not_text_leaves_the_rest_ingested(files: Path) -> None:
    (files / "坏.txt").write_bytes(b"\x00\x01\x02" * 50)
    result = run("ingest", files / "坏.txt", files / "乙意见.txt", "--json", code=1)
    assert json.loads(result.stdout)["failed"][0]["path"].endswith("坏.txt")
    assert json.loads(result.stdout)["documents"] == 2


def test_explain_shows_what_is_kept_removed_and_marked_and_adds_nothing(files: Path) -> None:
    page = write_file(
        files / "页.txt", "首页>要闻>正文\n某意见\n（二十）加强标准\ufffd\ufffd建设\n依照前款规定办理。\n编辑：某某\n"
    )
    result = run("ingest", "--explain", page)
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["not", "in", "this", "copy:", "（一）", "…", "（十九）"] in rows
    assert [row[0] for row in rows if row[0] in {"kept", "removed", "metadata", "marked"}] == [
        *("removed", "metadata", "kept", "marked", "removed")
    ]
    assert "nothing was added" in result.stderr
    assert not (files / "home").exists()
    record = json.loads(run("ingest", "--explain", page, "--json").stdout)
    assert record["gaps"] == [
        {"kind": "begins late", "first": "（一）", "last": "（十九）", "start": record["gaps"][0]["start"]}
    ]
    assert [span["kind"] for span in record["spans"]] == ["removed", "metadata", "kept", "marked", "removed"]
    text = page.read_text("utf-8")
    assert all(text[span["start"] : span["end"]] == span["text"] for span in record["spans"])


def test_show_names_what_a_clause_refers_to(files: Path) -> None:
    run(
        "ingest",
        write_file(files / "丙法.md", "丙法\n\n第一条　为了规范。\n第二条　依照本法第一条和甲法第二条办理。\n"),
    )
    shown = run("show", "丙法#二").stdout
    assert shown.endswith("引用 / Refers to\n  第一条 → 丙法#一\n  《甲法》第二条 → 甲法#二\n")
    record = json.loads(run("show", "丙法#二", "--json").stdout)
    assert list(record) == [*CLAUSE_KEYS, "references"]
    assert [one["targets"] for one in record["references"]] == [["丙法#一"], ["甲法#二"]]


def test_the_files_of_an_archive_are_ingested_and_the_rest_of_the_story_told(files: Path) -> None:
    with zipfile.ZipFile(files / "包.zip", "w") as archive:
        archive.writestr("丙法.md", LAW.replace("甲法", "丙法"))
        archive.writestr("同.md", POLICY)
        archive.writestr("../外.md", LAW)
    run("ingest", files / "乙意见.txt")
    result = run("ingest", files / "包.zip", "--json", code=1)
    record = json.loads(result.stdout)
    assert record["added"] == ["丙法"]
    assert record["duplicates"] == [{"path": f"{files}/包.zip!/同.md", "document": "乙意见"}]
    assert record["failed"][0]["path"] == f"{files}/包.zip!/../外.md"
    assert (record["documents"], record["clauses"]) == (3, 6)


def test_home_overrides_the_environment(files: Path) -> None:
    run("ingest", files / "乙意见.txt", "--home", files / "other")
    assert (files / "other" / "index" / "current").is_file()
    assert not (files / "home").exists()


def test_the_state_of_the_index_is_told_and_it_is_rebuilt(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no index in" in read_complaint(run("index", code=1))
    run("ingest", files / "乙意见.txt")
    assert ["clauses", "4"] in [line.split() for line in run("index").stdout.splitlines()]
    (words,) = (files / "home" / "index").glob("g-*/shards/*/clauses.jsonl")
    words.write_text(words.read_text("utf-8")[:-9], encoding="utf-8")
    assert "run `wence index --rebuild`" in read_complaint(run("index", code=1))
    assert run("index", "--rebuild").stdout.endswith("2 documents, 4 clauses in the index.\n")
    run("index")
    monkeypatch.setattr("index.encoder.name_encoder", lambda _: "another")
    assert "built with encoder bigrams, the settings say another" in read_complaint(run("index", code=1))


@pytest.mark.parametrize(
    ("text", "line"), [("x = [", "not valid TOML"), ("foo = 1", "foo"), ("[index]\nbatch_size = 0", "batch_size")]
)
def test_bad_settings_are_one_line(files: Path, text: str, line: str) -> None:
    (files / "wence.toml").write_text(text)
    assert line in read_complaint(run("documents", code=1))


def test_an_unknown_variable_is_one_line(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENCE_FOO", "1")
    assert "unknown setting WENCE_FOO" in read_complaint(run("documents", code=1))


def test_trouble_of_the_machine_is_one_line(wence: FakeWence, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/x")

    monkeypatch.setattr(wence, "ask", fail, raising=False)
    assert "No space left" in read_complaint(run("ask", "问", code=1))


def test_a_bug_keeps_its_traceback(wence: FakeWence, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise KeyError("surprise")

    monkeypatch.setattr(wence, "ask", fail, raising=False)
    with pytest.raises(KeyError, match="surprise"):
        run("ask", "问")


def test_an_interrupt_ends_with_130(wence: FakeWence, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> Any:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(wence, "ask", interrupt, raising=False)
    assert run("ask", "问", code=130).stderr.strip() in ("", "Aborted!")


@pytest.mark.parametrize("arguments", [["frob"], ["ask"], ["serve", "--port", "99999"], ["ingest"], ["--frob"]])
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    assert "Usage: " in run(*arguments, code=2).stderr


def test_doctor_says_what_is_well_and_what_to_do(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.encoder.open_encoder", lambda _: BigramEncoder(name="bigrams"))
    monkeypatch.setattr("index.store.name_encoder", lambda _: "bigrams")
    lines = run("doctor").stdout.splitlines()
    pieces = "python libraries settings home disk encoder reranker reader index llm gguf formats".split()
    assert [line.split()[:2] for line in lines] == [["ok", piece] for piece in pieces]
    assert not (files / "home").exists()
    run("ingest", files / "乙意见.txt")
    assert "2 documents, 4 clauses" in run("doctor").stdout
    next((files / "home" / "index").glob("g-*/shards/*/clauses.jsonl")).unlink()
    monkeypatch.setenv("WENCE_LLM__GGUF", str(files / "none.gguf"))
    monkeypatch.setenv("WENCE_INDEX__RERANKER", str(files / "none"))
    broken = {line.split()[1]: line for line in run("doctor", code=1).stdout.splitlines() if line.startswith("FIX")}
    assert broken.keys() >= {"index", "llm", "reranker"}
    assert "set WENCE_INDEX__RERANKER" in broken["reranker"]
    assert "wence index --rebuild" in broken["index"]


def test_doctor_names_a_wrong_setting(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENCE_FOO", "1")
    assert "FIX  settings   unknown setting WENCE_FOO" in run("doctor", code=1).stdout


def start(code: str, **options: Any) -> subprocess.Popen[str]:
    """Run the command line in a process of its own, after ``code``."""
    begun = f"import sys; {code}\nfrom ui.cli import main; main()"
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", begun], stdout=pipe, stderr=pipe, text=True, cwd=ROOT, **options)


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'torch', 'faiss', 'gradio', 'langchain_core', 'transformers', 'pydantic', 'rich'}"
    code = "import atexit; sys.argv[1:] = ['--help']; "
    code += f"atexit.register(lambda: print(sorted({heavy} & sys.modules.keys())))"
    out, _ = start(code).communicate(timeout=60)
    assert "doctor" in out
    assert out.splitlines()[-1] == "[]"


def test_the_version_is_printed() -> None:
    out, _ = start("sys.argv[1:] = ['--version']").communicate(timeout=60)
    assert out.strip().count(".") == 2


def test_a_reader_who_leaves_is_no_error() -> None:
    process = start("sys.argv[1:] = ['clauses', 'corpus/documents', '--json']")
    assert process.stdout and process.stderr
    process.stdout.readline()
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait(60) == 0


def test_a_terminal_without_unicode_gets_escapes() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    out, _ = start("sys.argv[1:] = ['--help']", env=environment).communicate(timeout=60)
    assert "\\u95ee\\u7b56" in out
    code = "sys.argv[1:] = ['clauses', 'corpus/documents', '--json']"
    out, error = start(code, env=environment).communicate(timeout=60)
    assert (out.isascii(), error) == (True, "")
    assert json.loads(out.splitlines()[0])["label"] == "第一条"


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are Unicode there")
def test_arguments_are_utf8_in_any_locale() -> None:
    from ui.cli import _mend_argument

    assert _mend_argument(os.fsdecode("赔多少".encode())) == "赔多少"
    assert _mend_argument("赔".encode().decode("ascii", "surrogateescape")) == "赔"
    assert _mend_argument("a\n") == "a\n"


def test_nothing_is_reported_to_anyone() -> None:
    names = ("GRADIO_ANALYTICS_ENABLED", "LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2")
    code = "import os, atexit; sys.argv[1:] = ['--version']; "
    code += f"atexit.register(lambda: print(*[os.environ[name].lower() for name in {names}]))"
    out, _ = start(code, env=os.environ | dict.fromkeys(names, "true")).communicate(timeout=60)
    assert out.splitlines()[-1] == "false false false"


def test_the_readme_lists_every_setting() -> None:
    from rag.settings import list_variables

    text = (ROOT / "README.md").read_text("utf-8")
    listed = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `WENCE_")]
    assert sorted(listed) == sorted(list_variables())


def test_the_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    names = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    assert {name for name in names if f"wence {name}" not in text} == set()
