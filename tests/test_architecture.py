"""What holds the project in shape: which package may import which, what an import may cost, no machine's paths."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "corpus": set(),
    "index": {"corpus"},
    "rag": {"corpus", "index"},
    "eval": {"corpus", "index", "rag"},
    "ui": {"corpus", "index", "rag"},
}
EVAL_COMMANDS = "ui/commands/evaluation.py"
OWNERS = {
    "faiss": {"index"},
    "torch": {"index"},
    "sentence_transformers": {"index"},
    "transformers": {"index"},
    "openvino": {"index"},
    "jieba": {"index"},
    "bm25s": {"index"},
    "langchain_core": {"rag", "eval"},
    "langchain_classic": {"eval"},
    "langchain_community": {"eval"},
    "langchain_text_splitters": {"eval"},
    "rank_bm25": {"eval"},
    "matplotlib": {"eval"},
    "langchain_openai": {"rag"},
    "langsmith": {"rag", "eval"},
    "openai": {"rag"},
    "xllamacpp": {"rag"},
    "gradio": {"ui"},
    "fastapi": {"ui"},
    "uvicorn": {"ui"},
    "starlette": {"ui"},
    "typer": {"ui"},
    "ir_measures": {"eval"},
    "openpyxl": {"corpus", "eval"},
    "lxml": {"corpus"},
    "docx": {"corpus"},
    "pypdfium2": {"corpus"},
}
HEAVY = {*OWNERS, "numpy", "scipy", "pandas", "pydantic", "opencc"} - {"typer"}
MACHINE_PATHS = re.compile(r"/(?:work|root|opt|home|Users|mnt)/[\w.-]+|file:///|[A-Z]:\\Users")


def list_modules() -> list[str]:
    return sorted(str(path.relative_to(ROOT).as_posix()) for name in MAY_IMPORT for path in (ROOT / name).rglob("*.py"))


def read_imports(path: Path) -> Iterator[str]:
    """Every module imported anywhere in the file, inside functions and for type checking too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("module", list_modules())
def test_dependencies_point_one_way(module: str) -> None:
    package = module.split("/")[0]
    allowed = MAY_IMPORT[package] | {package} | ({"eval"} if module == EVAL_COMMANDS else set())
    used = {name.split(".")[0] for name in read_imports(ROOT / module)}
    assert used & MAY_IMPORT.keys() <= allowed
    assert "tests" not in used


UI_FOLDERS = ["records", "settings", "rendering", "export", "commands", "views"]
"""In the order in which they may import one another."""


@pytest.mark.parametrize("module", [name for name in list_modules() if name.startswith("ui/") and name.count("/") > 1])
def test_the_folders_of_ui_import_those_before_them(module: str) -> None:
    later = UI_FOLDERS[UI_FOLDERS.index(module.split("/")[1]) + 1 :]
    used = {name.split(".")[1] for name in read_imports(ROOT / module) if name.startswith("ui.")}
    assert used & {*later, "page", "server", "cli"} == set()


@pytest.mark.parametrize("module", list_modules())
def test_a_heavy_library_stays_inside_its_package(module: str) -> None:
    package = module.split("/")[0]
    used = {name.split(".")[0] for name in read_imports(ROOT / module)}
    assert {library for library in used & OWNERS.keys() if package not in OWNERS[library]} == set()


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_importing_a_package_loads_nothing_heavy(package: str) -> None:
    code = f"import sys, {package}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: which files are the project's cannot be told")
    listed = subprocess.run([git, "ls-files", "-z"], capture_output=True, check=True, cwd=ROOT).stdout
    found = []
    for name in filter(None, listed.decode("utf-8").split("\0")):
        path = ROOT / name
        if not path.is_file() or path == Path(__file__):
            continue
        data = path.read_bytes()
        if b"\0" not in data and (match := MACHINE_PATHS.search(data.decode("utf-8", "replace"))):
            found.append(f"{name}: {match[0]}")
    assert found == []
