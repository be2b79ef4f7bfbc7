"""The machine that figures were measured on: processor, cores, memory, what it multiplies natively, versions."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LIBRARIES = ("torch", "sentence-transformers", "faiss-cpu", "langchain-community", "rank-bm25")
_INSTRUCTIONS = {
    "AVX2": ("avx2",),
    "AVX-512": ("avx512f",),
    "AVX-512 bf16": ("avx512_bf16",),
    "VNNI": ("avx512_vnni", "avx_vnni"),
    "AMX bf16": ("amx_bf16",),
    "AMX int8": ("amx_int8",),
}
"""What matters to the speed of an encoder, by the flags that Linux lists for it."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine in words; ``memory_gib`` is ``None`` where the platform does not tell."""

    processor: str
    cores: int
    memory_gib: float | None
    instructions: Mapping[str, bool]
    system: str
    python: str
    libraries: Mapping[str, str]


def describe_machine(flags_file: Path = Path("/proc/cpuinfo")) -> Machine:
    """Return what is known of this machine; ``flags_file`` lists the processor's flags as Linux does."""
    text = flags_file.read_text(errors="replace") if flags_file.is_file() else ""
    pairs = (line.partition(":") for line in text.splitlines())
    lines = {key.strip(): value.strip() for key, colon, value in pairs if colon}
    flags = set(lines.get("flags", "").split())
    return Machine(
        processor=lines.get("model name") or platform.processor() or platform.machine(),
        cores=count_cores(),
        memory_gib=_read_memory(),
        instructions={name: bool(flags.intersection(some)) for name, some in _INSTRUCTIONS.items()},
        system=platform.system(),
        python=platform.python_version(),
        libraries={name: version for name in LIBRARIES if (version := _find_version(name))},
    )


def count_cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _read_memory() -> float | None:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    return round(size / 1024**3, 1)


def _find_version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
