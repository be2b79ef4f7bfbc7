"""A GGUF file run inside this process: llama.cpp's own OpenAI-compatible server, on a loopback port."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from corpus.errors import LLMError

_MAGIC = b"GGUF"
_SLOTS = 2
_PROMPT_CACHE_MIB = 256


@dataclass(frozen=True, slots=True)
class GGUFServer:
    """A running server; it stops when this value is let go.

    ``api_key`` is made anew for each server, so that no other program or web page on this
    machine can use it.
    """

    address: str
    api_key: str
    handle: Any


def check_gguf(path: str) -> None:
    """See that a GGUF file can be run, as far as can be told without loading it.

    Raises
    ------
    LLMError
        The extra is not installed, or the file is missing or is not GGUF.
    """
    if find_spec("xllamacpp") is None:
        raise LLMError(
            "running a GGUF file needs the extra 'gguf': run `pip install xllamacpp`, or unset WENCE_LLM__GGUF"
        )
    try:
        with Path(path).open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise LLMError(
            f"the GGUF file {path} cannot be read ({error.strerror}): set WENCE_LLM__GGUF to a file"
        ) from error
    if magic != _MAGIC:
        raise LLMError(f"{path} is not a GGUF file: set WENCE_LLM__GGUF to another")


def start_gguf_server(path: str, *, context_tokens: int) -> GGUFServer:
    """Load a GGUF file and serve it on a free port of 127.0.0.1; takes seconds, and the memory of the file.

    Two questions at once are each given ``context_tokens``.

    Raises
    ------
    LLMError
        As ``check_gguf``, or llama.cpp cannot load the file or the address.
    """
    check_gguf(path)
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.port = 0
    parameters.api_keys = [secrets.token_urlsafe(24)]
    parameters.n_parallel = _SLOTS
    parameters.n_ctx = context_tokens * _SLOTS
    parameters.cache_ram_mib = _PROMPT_CACHE_MIB
    parameters.offline = True
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.verbosity = -1
    parameters.warmup = False
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    try:
        server = xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise LLMError(
            f"llama.cpp cannot load {path} (a damaged file, a kind of model it does not know, or too little "
            "memory): check the file, or set WENCE_LLM__GGUF to another"
        ) from error
    return GGUFServer(server.listening_address, parameters.api_keys[0], server)
