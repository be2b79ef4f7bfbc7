"""The command line, ``wence``: data on stdout; progress, logs and errors on stderr.

Exit codes: 0 done, 1 a ``WenceError`` (one line on stderr, with the next step), 2 wrong
usage, 130 interrupted. Anything else that is raised is a bug and keeps its traceback.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from corpus.errors import QuestionError, WenceError
from ui.eval_commands import app as eval_app

if TYPE_CHECKING:
    from index.ingest import IngestReport
    from rag import Wence
    from rag.settings import Settings

QUESTION_MAX_BYTES = 1_000_000

# Read by libraries when they are imported; set whatever the environment says.
PRIVATE = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
}


class Commands(TyperGroup):
    """The commands, with Wence's errors as one line and a closed pipe as no error at all."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except WenceError as error:
            _complain(str(error))
            raise typer.Exit(1) from error
        except BrokenPipeError:
            _abandon_stdout()
            raise typer.Exit(0) from None
        except OSError as error:
            # The machine's trouble rather than ours: a full disk, a folder that may not be written to.
            _complain(f"{error}: see that the disk has room and that the file or folder may be read and written")
            raise typer.Exit(1) from error
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        return result


app = typer.Typer(
    name="wence",
    cls=Commands,
    help="问策 Wence：以政策法规的原文作答，注明条款 / answers in the words of the clause, cited.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(eval_app)

Home = Annotated[
    Path | None,
    typer.Option("--home", help="the folder that holds the index (default: WENCE_HOME)", show_default=False),
]
AsJSON = Annotated[bool, typer.Option("--json", help="print JSON, one object a line / 输出 JSON")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH", help="files and folders / 文件或文件夹")]


def main() -> None:
    """Run the command line and exit: what the ``wence`` script calls."""
    os.environ.update(PRIVATE)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that is not UTF-8 shows \uXXXX for what it cannot show.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    sys.argv = [_mend_argument(argument) for argument in sys.argv]
    logging.basicConfig(format="%(levelname)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.setLevel(logging.WARNING)  # the logger's own level does not stop libraries that set theirs
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            _abandon_stdout()


def print_version(wanted: bool) -> None:
    """Print the version and end, where it is wanted."""
    if wanted:
        from importlib.metadata import version

        typer.echo(version("wence"))
        raise typer.Exit


@app.callback()
def take_options(
    version: Annotated[
        bool, typer.Option("--version", help="print the version and exit", callback=print_version, is_eager=True)
    ] = False,
) -> None:
    """Take the options that come before the command."""


@app.command("ask")
def ask_question(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="the question; - reads it from stdin / 问题")],
    as_json: AsJSON = False,
    document: Annotated[
        list[str] | None,
        typer.Option("--document", metavar="ID", help="ask only this document (id or title; may be repeated)"),
    ] = None,
    home: Home = None,
) -> None:
    """Answer a question, with citations / 提问."""
    from rag.record import answer_record
    from ui.plain import choose_language, list_answer

    if question == "-":
        question = _read_question()
    wence = _open_wence(_load_settings(home))
    answer = wence.ask(question, documents=document or ())
    if as_json:
        _print_json(answer_record(answer, wence.index, id="", question=question))
        return
    typer.echo(list_answer(answer, wence.index, choose_language(question)))
    if answer.notice:
        _complain(answer.notice)


@app.command("show")
def show_clause(
    clause: Annotated[str, typer.Argument(metavar="CLAUSE", help="产品质量法#四十, or '产品质量法 第四十条'")],
    home: Home = None,
) -> None:
    """Show a clause, damage marked 〔…〕 / 查看条款."""
    from corpus.catalog import Catalog
    from index.ingest import ensure_index
    from index.store import open_documents
    from rag.lookup import find_clause
    from ui.plain import list_clause
    from ui.progress import show_progress

    settings = _load_settings(home)
    with show_progress() as progress:
        ensure_index(settings.home, settings.index, progress=progress)
    parsed = open_documents(settings.home)
    found = find_clause(clause, parsed, Catalog([one.document for one in parsed.values()]))
    typer.echo(list_clause(found, parsed[found.document_id]))


@app.command("serve")
def serve_page(
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="on 127.0.0.1; 0: any free one")] = 7860,
    home: Home = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="open the page in a browser")] = True,
) -> None:
    """Open the chat page / 打开问答网页.

    The page and the HTTP API are served to this machine alone.
    """
    wence = _open_wence(_load_settings(home))
    from ui.server import serve

    serve(wence, port=port, open_browser=browser and _has_display())


@app.command("clauses")
def list_clauses_of_files(paths: Paths, as_json: AsJSON = False) -> None:
    """List the clauses of files / 列出文件的条款.

    These are what would be cited. Nothing is written.
    """
    from corpus import find_files, parse_document
    from corpus.record import clause_record
    from ui.plain import list_clauses

    failed = False
    for path in find_files(paths):
        try:
            parsed = parse_document(path)
        except WenceError as error:
            _complain(str(error))
            failed = True
            continue
        if not as_json:
            typer.echo(list_clauses(parsed))
            continue
        for clause in parsed.clauses:
            _print_json(clause_record(clause, parsed.document))
    if failed:
        raise typer.Exit(1)


@app.command("ingest")
def ingest_files(paths: Paths, home: Home = None, as_json: AsJSON = False) -> None:
    """Add files and folders / 添加文件.

    A file ingested before from the same place is replaced.
    """
    from index.ingest import ingest_documents
    from ui.progress import show_progress

    settings = _load_settings(home)
    with show_progress() as progress:
        report = ingest_documents(settings.home, paths, settings.index, progress=progress)
    _print_report(report, as_json=as_json)


@app.command("documents")
def list_documents(home: Home = None, as_json: AsJSON = False) -> None:
    """List the documents in the index / 列出文件."""
    from corpus import Catalog
    from index.store import open_documents
    from ui.plain import list_table

    parsed = open_documents(_load_settings(home).home)
    in_force = Catalog(one.document for one in parsed.values()).in_force()
    rows = [["id", "title", "published", "effective", "in force", "clauses"]]
    for id, one in parsed.items():
        facts: dict[str, Any] = {
            "id": id,
            "title": one.document.title,
            "published": str(one.document.published or ""),
            "effective": str(one.document.effective or ""),
            "in_force": id in in_force,
            "clauses": len(one.clauses),
        }
        if as_json:
            _print_json(facts | {"source": one.document.source})
        rows.append([str(value) for value in (facts | {"in_force": "yes" if id in in_force else "no"}).values()])
    if not as_json:
        typer.echo(list_table(rows))


@app.command("remove")
def remove_files(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="as `wence documents` lists them / 文件的 id")],
    home: Home = None,
    as_json: AsJSON = False,
) -> None:
    """Take documents out / 移除文件."""
    from index.ingest import remove_documents
    from ui.progress import show_progress

    settings = _load_settings(home)
    with show_progress() as progress:
        report = remove_documents(settings.home, ids, settings.index, progress=progress)
    _print_report(report, as_json=as_json)


@app.command("index")
def show_index(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="build it anew from the documents kept / 重建")] = False,
    home: Home = None,
) -> None:
    """Check the index, or rebuild it / 检查或重建索引."""
    from index.encoder import name_encoder
    from index.ingest import rebuild_index
    from index.store import REBUILD, open_manifest
    from ui.plain import list_table
    from ui.progress import show_progress

    settings = _load_settings(home)
    if rebuild:
        with show_progress() as progress:
            report = rebuild_index(settings.home, settings.index, progress=progress)
        _print_report(report, as_json=False)
        return
    manifest = open_manifest(settings.home)
    rows = [["home", str(settings.home)], ["built", manifest.built], ["encoder", manifest.encoder]]
    rows += [["dimension", str(manifest.dimension)], ["format", str(manifest.format)]]
    rows += [[name, f"{getattr(manifest, name):,}"] for name in ("documents", "clauses", "chunks", "sentences")]
    typer.echo(list_table([*rows, ["files", f"{len(manifest.files)}, all as their checksums say"]]))
    wanted = name_encoder(settings.index)
    if manifest.encoder != wanted:
        raise WenceError(f"the index was built with encoder {manifest.encoder}, the settings say {wanted}: {REBUILD}")


@app.command("doctor")
def examine_machine(home: Home = None) -> None:
    """Look for what is amiss / 自检.

    Each line says ok, or what to do; 1 is returned where something is to be done.
    """
    from ui.doctor import examine
    from ui.plain import one_line

    well = True
    for finding in examine(home):
        typer.echo(f"{'ok  ' if finding.well else 'FIX '} {finding.piece:<10} {one_line(finding.text)}")
        well = well and finding.well
    if not well:
        raise typer.Exit(1)


def _load_settings(home: Path | None) -> Settings:
    from rag.settings import load_settings

    return load_settings() if home is None else load_settings(home=home)


def _open_wence(settings: Settings) -> Wence:
    from rag import Wence
    from ui.progress import show_progress

    with show_progress() as progress:
        return Wence.open(settings=settings, progress=progress)


def _read_question() -> str:
    data = sys.stdin.buffer.read(QUESTION_MAX_BYTES + 1)
    if len(data) > QUESTION_MAX_BYTES:
        raise QuestionError(f"the question on stdin has more than {QUESTION_MAX_BYTES:,} bytes: shorten it")
    try:
        return data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise QuestionError("the question on stdin is not UTF-8 text: save it as UTF-8, then ask again") from error


def _mend_argument(argument: str) -> str:
    """Return an argument as the UTF-8 that it is, where the locale made Python read it as something less."""
    try:
        return os.fsencode(argument).decode("utf-8") if not argument.isprintable() else argument
    except UnicodeError:
        return argument


def _print_json(record: object) -> None:
    # \uXXXX where the stream cannot carry the characters themselves: it is JSON all the same.
    unicode = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf")
    typer.echo(json.dumps(record, ensure_ascii=not unicode))


def _print_report(report: IngestReport, *, as_json: bool) -> None:
    """Print what was done; 1 where a file could not be read, though the rest is done."""
    kinds = ("added", "replaced", "unchanged", "removed")
    if as_json:
        failed = [{"path": path, "reason": reason} for path, reason in report.failed]
        lists = {kind: list(getattr(report, kind)) for kind in kinds}
        _print_json({**lists, "failed": failed, "documents": report.documents, "clauses": report.clauses})
    else:
        done = "; ".join(_name_done(kind, getattr(report, kind)) for kind in kinds if getattr(report, kind))
        whole = f"{report.documents:,} documents, {report.clauses:,} clauses in the index"
        typer.echo(f"{done or 'nothing to do'}. {whole}.")
    for _, reason in report.failed:
        _complain(reason)
    if report.failed:
        raise typer.Exit(1)


def _name_done(kind: str, ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:5])
    return f"{kind} {len(ids)}: {shown}{', …' if len(ids) > 5 else ''}"


def _complain(text: str) -> None:
    from ui.plain import one_line

    typer.echo(f"wence: {one_line(text)}", err=True)


def _abandon_stdout() -> None:
    """Point stdout at nothing: its reader has left, and Python would flush into the closed pipe once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _has_display() -> bool:
    """Whether a browser would get a window (without one, Python may start a text browser in this terminal)."""
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
