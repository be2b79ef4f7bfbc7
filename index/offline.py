"""Models of sentence-transformers, opened from this machine and never from a network."""

from __future__ import annotations

import logging
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

Model = TypeVar("Model")


def load_offline(
    find_class: Callable[[], Callable[..., Model]],
    source: str,
    refuse: Callable[[str], Exception],
    *,
    dtype: Any = None,
) -> Model:
    """Load ``source``, a name in the local cache or a folder, with the class that ``find_class`` imports.

    The matrices are of the torch type given; for None bfloat16 where the processor multiplies
    that natively, else float32.
    What ``refuse`` makes of the reason is raised where it cannot be loaded.
    """
    with refuse_unloadable(refuse):
        _quieten_transformers()
        # Said outright, so that no folder's own configuration can say otherwise: a pickle is never run.
        options: dict[str, Any] = {"dtype": dtype or choose_dtype(), "weights_only": True}
        return find_class()(source, local_files_only=True, trust_remote_code=False, model_kwargs=options)


@contextmanager
def refuse_unloadable(refuse: Callable[[str], Exception]) -> Iterator[None]:
    """Keep model libraries offline and quiet while a model is loaded; raise what ``refuse`` makes of a failure."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is fetched at run time, whatever the environment says
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    # faiss must come first: on some builds its OpenMP runtime and torch's clash in the other order.
    import faiss  # noqa: F401
    from safetensors import SafetensorError

    # What loading a folder that is no model, or a damaged one, has been seen to raise.
    unloadable = (
        *(OSError, ValueError, TypeError, LookupError, AttributeError, ImportError, RuntimeError, EOFError),
        *(SafetensorError, pickle.UnpicklingError),
    )
    try:
        yield
    except unloadable as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise refuse(reason[:200]) from error


def choose_dtype() -> Any:
    """Return the torch type of matrices: bfloat16 where the processor multiplies that natively, else float32."""
    import torch

    return torch.bfloat16 if torch.cuda.is_available() or computes_bfloat16() else torch.float32


def computes_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 matrices natively (elsewhere that is slower than float32)."""
    flags = Path("/proc/cpuinfo")
    if not flags.is_file():
        return False
    text = flags.read_text(errors="replace")
    return "avx512_bf16" in text or "amx_bf16" in text


def _quieten_transformers() -> None:
    import transformers.utils.logging

    messages: Any = transformers.utils.logging
    messages.disable_progress_bar()
    messages.set_verbosity_error()
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)  # what matters of it is in the reason
