"""What the commands share: their options, the settings, and how they print."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rag.settings import Settings

Home = Annotated[
    Path | None,
    typer.Option("--home", help="the folder that holds the index (default: WENCE_HOME)", show_default=False),
]
AsJSON = Annotated[bool, typer.Option("--json", help="print JSON, one object a line / 输出 JSON")]
Paths = Annotated[list[Path], typer.Argument(metavar="PATH", help="files and folders / 文件或文件夹")]


def load_home_settings(home: Path | None) -> Settings:
    """Return the settings, with the home that a command was given."""
    from rag.settings import load_settings

    return load_settings() if home is None else load_settings(home=home)


def print_json(record: object) -> None:
    r"""Print an object on a line of stdout: \uXXXX where the stream cannot carry the characters themselves."""
    unicode = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf")
    typer.echo(json.dumps(record, ensure_ascii=not unicode))


def complain(text: str) -> None:
    """Print one line on stderr."""
    from ui.rendering.plain import one_line

    typer.echo(f"wence: {one_line(text)}", err=True)
