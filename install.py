"""Set up .venv with Wence in it: what ``make setup`` runs. ``install.py [EXTRA…]`` adds extras (dev, gguf).

PyPI's torch for Linux is a CUDA build of gigabytes. Where there is no NVIDIA GPU, the CPU
build is taken instead, from PyTorch's own index where that answers, else from wherever pip
is set up to look. TORCH in the environment names another requirement.
"""

from __future__ import annotations  # so that an older Python comes as far as the line that refuses it

import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
TORCH = "torch==2.13.0"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PROBE_SECONDS = 5
IMPORTS = (
    "import faiss, sentence_transformers, langchain_openai, ir_measures, ui.views.chat, ui.server, eval.runs, rag.wence"
)


def main(extras: list[str]) -> int:
    """Make the environment if there is none, then install; 1 with one line where something is missing."""
    if sys.version_info < (3, 11):  # noqa: UP036 - it may be run by any Python
        version = sys.version.split()[0]
        return complain(f"this is Python {version}: name 3.11 or newer, as in `make run PYTHON=python3.12`")
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    try:
        if run(python, "-m", "pip", "--version", quiet=True):
            shutil.rmtree(VENV, ignore_errors=True)
            if run(sys.executable, "-m", "venv", VENV):
                return complain("python -m venv failed: on Debian and Ubuntu, install the package python3-venv")
        pip = (python, "-m", "pip", "install", "--disable-pip-version-check", "--no-compile")
        torch = os.environ.get("TORCH") or TORCH
        if run(*pip, torch, *find_cpu_index()):
            return complain(f"{torch} could not be installed: see above; TORCH=… names another build")
        target = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
        # The torch just chosen stays: a requirement that is met is not looked for again.
        if run(*pip, "--editable", target):
            return complain("the libraries could not be installed: see above")
        # Sees that all of it loads, and compiles what is used (which pip would do for everything, taking minutes).
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        if run(python, "-c", IMPORTS):
            return complain("the libraries were installed but do not load: see above; remove .venv and try again")
    except KeyboardInterrupt:
        return 130
    return 0


def find_cpu_index() -> list[str]:
    """Return pip's options that offer the CPU build of torch; none where it is not wanted or not reachable."""
    if sys.platform != "linux" or shutil.which("nvidia-smi"):
        return []
    try:
        with urllib.request.urlopen(f"{CPU_INDEX}/torch/", timeout=PROBE_SECONDS):
            return ["--extra-index-url", CPU_INDEX]
    except (OSError, ValueError):
        complain(f"{CPU_INDEX} does not answer: torch comes from pip's own sources, maybe as the larger CUDA build")
        return []


def run(*command: object, quiet: bool = False) -> int:
    """Run a command and return its exit code; 127 where there is no such program."""
    try:
        return subprocess.run(
            [str(part) for part in command], cwd=ROOT, stdout=subprocess.DEVNULL if quiet else None, check=False
        ).returncode
    except OSError:
        return 127


def complain(line: str) -> int:
    """Write the line to stderr; 1."""
    sys.stderr.write(f"install.py: {line}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
