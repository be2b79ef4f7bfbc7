"""The commands about documents: clauses, ingest, documents, remove, index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corpus.errors import WenceError
from ui.commands.console import AsJSON, Home, Paths, complain, load_home_settings, print_json

if TYPE_CHECKING:
    from corpus.model import ParsedDocument
    from corpus.settings import CorpusSettings
    from index.report import IngestReport

NAMED = 5
"""How many documents or files a line or a list names."""
_ID_LENGTH = 100
"""How much of an id, which is the name of a file, a list shows."""
_NO_CLAUSE = "nothing in it is a clause; `wence ingest --explain` shows what it holds"

app = typer.Typer()


@app.command("clauses")
def list_clauses_of_files(paths: Paths, as_json: AsJSON = False) -> None:
    """List the clauses of files / 列出文件的条款.

    These are what would be cited. Nothing is written.
    """
    from corpus.record import clause_record
    from ui.rendering.plain import list_clauses

    with _parse(paths, load_home_settings(None).corpus) as documents:
        for parsed in documents:
            if not parsed.clauses:
                complain(
                    f"{parsed.document.source}: nothing in it is a clause; `wence ingest --explain` shows what it holds"
                )
            if not as_json:
                typer.echo(list_clauses(parsed))
                continue
            for clause in parsed.clauses:
                print_json(clause_record(clause, parsed.document))


@app.command("ingest")
def ingest_files(
    paths: Paths,
    home: Home = None,
    as_json: AsJSON = False,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="show what is kept, removed and marked; add nothing / 只说明，不添加"),
    ] = False,
) -> None:
    """Add files, folders and archives / 添加文件.

    A file ingested before from the same place is replaced where it has changed. What was
    cut off goes on where it was when it is run again.
    """
    from index.ingest import ingest_documents
    from ui.commands.progress import show_progress

    settings = load_home_settings(home)
    if explain:
        _explain(paths, settings.corpus, as_json=as_json)
        return
    with show_progress() as progress:
        report = ingest_documents(settings.home, paths, settings.index, limits=settings.corpus, progress=progress)
    _print_report(report, as_json=as_json)


@app.command("documents")
def list_documents(home: Home = None, as_json: AsJSON = False) -> None:
    """List the documents in the index / 列出文件."""
    from corpus import Catalog
    from index.store import open_documents
    from ui.rendering.plain import list_table

    parsed = open_documents(load_home_settings(home).home)
    in_force = Catalog(one.document for one in parsed.values()).in_force()
    rows = [["id", "title", "level", "published", "effective", "in force", "clauses"]]
    for id, one in parsed.items():
        facts: dict[str, Any] = {
            "id": id,
            "title": one.document.title,
            "level": one.document.level,
            "published": str(one.document.published or ""),
            "effective": str(one.document.effective or ""),
            "in_force": id in in_force,
            "clauses": len(one.clauses),
        }
        if as_json:
            print_json(facts | {"source": one.document.source})
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
    from ui.commands.progress import show_progress

    settings = load_home_settings(home)
    with show_progress() as progress:
        report = remove_documents(settings.home, ids, settings.index, limits=settings.corpus, progress=progress)
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
    from ui.commands.progress import show_progress
    from ui.rendering.plain import list_table

    settings = load_home_settings(home)
    if rebuild:
        with show_progress() as progress:
            report = rebuild_index(settings.home, settings.index, limits=settings.corpus, progress=progress)
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


@contextmanager
def _parse(paths: Sequence[Path], limits: CorpusSettings) -> Iterator[Iterator[ParsedDocument]]:
    """Give the documents of files as they are parsed; complain of what cannot be read, and leave with 1 in the end."""
    from corpus.batch import parse_files, unpack_archives
    from corpus.load import find_files

    failures = 0
    with TemporaryDirectory(prefix="wence-") as unpacked:
        files, failed = unpack_archives(find_files(paths), Path(unpacked), limits)

        def read() -> Iterator[ParsedDocument]:
            nonlocal failures
            for result in parse_files(files, limits):
                if result.error:
                    failures += 1
                    complain(result.error)
                for parsed in result.documents.values():
                    for note in parsed.notes:
                        complain(f"{parsed.document.source}: {note}")
                    yield parsed

        for _, line in failed:
            complain(line)
        yield read()
    if failed or failures:
        raise typer.Exit(1)


def _explain(paths: Sequence[Path], limits: CorpusSettings, *, as_json: bool) -> None:
    from ui.commands.explain import explain_document, explanation_record

    with _parse(paths, limits) as documents:
        for parsed in documents:
            if as_json:
                print_json(explanation_record(parsed))
            else:
                typer.echo(explain_document(parsed))
    complain("nothing was added: leave out --explain to add")


def _print_report(report: IngestReport, *, as_json: bool) -> None:
    """Print what was done; 1 where a file could not be read, though the rest is done."""
    kinds = ("added", "replaced", "unchanged", "removed")
    if as_json:
        pairs = {
            "duplicates": _name_pairs(report.duplicates, "path", "document"),
            "superseded": _name_pairs(report.superseded, "document", "reason"),
            "notes": _name_pairs(report.notes, "path", "note"),
            "failed": _name_pairs(report.failed, "path", "reason"),
        }
        lists = {kind: list(getattr(report, kind)) for kind in kinds}
        print_json({**lists, **pairs, "documents": report.documents, "clauses": report.clauses})
    else:
        _print_pairs("the same as one in the index", [f"{path} = {id}" for path, id in report.duplicates])
        _print_pairs("not in force", [f"{id}: {reason}" for id, reason in report.superseded])
        _print_pairs("to know", [f"{path}: {note}" for path, note in report.notes])
        done = "; ".join(_name_done(kind, getattr(report, kind)) for kind in kinds if getattr(report, kind))
        counts = [f"{len(report.duplicates)} the same"] if report.duplicates else []
        counts += [f"{len(report.failed)} could not be read"] if report.failed else []
        whole = f"{report.documents:,} documents, {report.clauses:,} clauses in the index"
        typer.echo(f"{'; '.join([done or 'nothing to do', *counts])}. {whole}.")
    for _, reason in report.failed:
        complain(reason)
    if report.failed:
        raise typer.Exit(1)


def _name_pairs(pairs: Sequence[tuple[str, str]], first: str, second: str) -> list[dict[str, str]]:
    return [{first: one, second: other} for one, other in pairs]


def _print_pairs(what: str, lines: Sequence[str]) -> None:
    """Print a short list on stderr: the summary alone is data."""
    for line in lines[:NAMED]:
        complain(f"{what}: {line}")
    if len(lines) > NAMED:
        complain(f"{what}: {len(lines) - NAMED:,} more; --json lists them")


def _name_done(kind: str, ids: Sequence[str]) -> str:
    from ui.rendering.plain import one_line

    shown = one_line(", ".join(id if len(id) <= _ID_LENGTH else f"{id[: _ID_LENGTH - 1]}…" for id in ids[:NAMED]))
    return f"{kind} {len(ids):,}: {shown}{', …' if len(ids) > NAMED else ''}"
