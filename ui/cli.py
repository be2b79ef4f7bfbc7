"""The command line, ``wence``: data on stdout; progress, logs and errors on stderr.

Exit codes: 0 done, 1 a ``WenceError`` (one line on stderr, with the next step), 2 wrong
usage, 130 interrupted. Anything else that is raised is a bug and keeps its traceback.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from corpus.errors import QuestionError, WenceError
from ui.commands.console import AsJSON, Home, complain, load_home_settings, print_json
from ui.commands.corpus import app as corpus_app
from ui.commands.evaluation import app as eval_app

if TYPE_CHECKING:
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
            complain(str(error))
            raise typer.Exit(1) from error
        except BrokenPipeError:
            _abandon_stdout()
            raise typer.Exit(0) from None
        except OSError as error:
            # The machine's trouble rather than ours: a full disk, a folder that may not be written to.
            complain(f"{error}: see that the disk has room and that the file or folder may be read and written")
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
app.add_typer(corpus_app)
app.add_typer(eval_app)


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
    issuer: Annotated[
        list[str] | None,
        typer.Option("--issuer", metavar="NAME", help="only what this body issued (may be repeated) / 制定机关"),
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option("--level", metavar="LEVEL", help="only this level: 法律, 行政法规… (may be repeated) / 效力级别"),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="only what was published on this day or later / 公布起")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="only what was published by this day / 公布止")
    ] = None,
    in_force_on: Annotated[
        str | None,
        typer.Option("--in-force-on", metavar="DAY", help="what was in force on this day (default: today) / 有效日"),
    ] = None,
    home: Home = None,
) -> None:
    """Answer a question, with citations / 提问."""
    from index.filters import Filter, read_day
    from rag.record import answer_record
    from ui.rendering.plain import choose_language, list_answer

    first, last, day = (None if day is None else read_day(day) for day in (since, until, in_force_on))
    wanted = Filter(tuple(issuer or ()), tuple(level or ()), first, last, day)
    if question == "-":
        question = _read_question()
    wence = _open_wence(load_home_settings(home))
    answer = wence.ask(question, documents=document or (), filter=wanted)
    if as_json:
        print_json(answer_record(answer, wence.index, id="", question=question))
        return
    typer.echo(list_answer(answer, wence.index, choose_language(question)))
    if answer.notice:
        complain(answer.notice)


@app.command("show")
def show_clause(
    clause: Annotated[str, typer.Argument(metavar="CLAUSE", help="产品质量法#四十, or '产品质量法 第四十条'")],
    as_json: AsJSON = False,
    home: Home = None,
) -> None:
    """Show a clause and what it refers to, damage marked 〔…〕 / 查看条款."""
    from corpus.catalog import Catalog
    from corpus.record import clause_record
    from corpus.references.find import find_references
    from corpus.references.targets import resolve_references
    from index.ingest import ensure_index
    from index.store import open_documents
    from rag.lookup import find_clause
    from ui.commands.explain import reference_record
    from ui.commands.progress import show_progress
    from ui.rendering.plain import list_clause, list_references

    settings = load_home_settings(home)
    with show_progress() as progress:
        ensure_index(settings.home, settings.index, limits=settings.corpus, progress=progress)
    documents = open_documents(settings.home)
    catalog = Catalog([one.document for one in documents.values()])
    found = find_clause(clause, documents, catalog)
    parsed = documents[found.document_id]
    references = [one for one in find_references(parsed) if one.clause == found.id]
    targets = resolve_references(references, parsed, catalog, documents)
    if as_json:
        records = [reference_record(target) for target in targets]
        print_json(clause_record(found, parsed.document) | {"references": records})
        return
    typer.echo(list_clause(found, parsed) + list_references(targets, parsed, documents))


@app.command("serve")
def serve_page(
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="on 127.0.0.1; 0: any free one")] = 7860,
    home: Home = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="open the page in a browser")] = True,
) -> None:
    """Open the chat page / 打开问答网页.

    The page and the HTTP API are served to this machine alone.
    """
    wence = _open_wence(load_home_settings(home))
    from ui.server import serve

    serve(wence, port=port, open_browser=browser and _has_display())


@app.command("doctor")
def examine_machine(home: Home = None) -> None:
    """Look for what is amiss / 自检.

    Each line says ok, or what to do; 1 is returned where something is to be done.
    """
    from ui.commands.doctor import examine
    from ui.rendering.plain import one_line

    well = True
    for finding in examine(home):
        typer.echo(f"{'ok  ' if finding.well else 'FIX '} {finding.piece:<10} {one_line(finding.text)}")
        well = well and finding.well
    if not well:
        raise typer.Exit(1)


def _open_wence(settings: Settings) -> Wence:
    from rag import Wence
    from ui.commands.progress import show_progress

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


def _abandon_stdout() -> None:
    """Point stdout at nothing: its reader has left, and Python would flush into the closed pipe once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _has_display() -> bool:
    """Whether a browser would get a window (without one, Python may start a text browser in this terminal)."""
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
