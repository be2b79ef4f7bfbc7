"""An LLM tried before it is set: is it there, what does it offer, and how soon does it write."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol, cast

from corpus.errors import LLMError
from index.model import Progress
from rag.endpoint import list_models
from rag.llm import ChatModel, open_chat_model
from rag.prompts import Message
from rag.settings import LLMSettings
from ui.text import Language, say

TRIED = "用一句话说明：行政法规由谁制定？"
LIST_SECONDS = 10.0
"""The longest wait for an endpoint's list of models."""
ANSWER_MAX_TOKENS = 64
ANSWER_MAX_CHARACTERS = 120

_ENDS = "。！？!?\n"
# By the names of what openai raises, which is not to be imported for this.
_REASONS = {
    "APIConnectionError": "try_unreachable",
    "APITimeoutError": "try_silent",
    "TimeoutError": "try_silent",
    "AuthenticationError": "try_key",
    "PermissionDeniedError": "try_key",
    "NotFoundError": "try_not_found",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: the models that the endpoint lists (None: it keeps no list), and what was written.

    ``first_seconds`` is from the question to the first words, with a GGUF file its loading included.
    """

    models: tuple[str, ...] | None
    answer: str
    first_seconds: float


class _Closable(Protocol):
    def close(self) -> None: ...


def try_llm(settings: LLMSettings, progress: Progress, language: Language) -> Trial:
    """Ask the LLM that the settings name for one sentence.

    Raises
    ------
    LLMError
        It cannot be reached or loaded, or does not answer as it should; told in the
        reader's words where the reason is a common one.
    """
    try:
        return _try(settings, progress)
    except LLMError as error:
        key = _REASONS.get(type(error.__cause__).__name__)
        if key is None:
            raise
        told = say(key, language).format(address=settings.base_url or settings.gguf, model=settings.model)
        raise LLMError(told) from error


def _try(settings: LLMSettings, progress: Progress) -> Trial:
    models: tuple[str, ...] | None = None
    if settings.base_url and not settings.gguf:
        progress("reach", 0, 0)
        seconds = min(settings.timeout_seconds, LIST_SECONDS)
        found = list_models(settings, timeout_seconds=seconds)
        models = None if found is None else tuple(found)
    llm = open_chat_model(settings.model_copy(update={"answer_max_tokens": ANSWER_MAX_TOKENS}))
    if llm is None:
        return Trial(models, "", 0.0)
    progress("load" if settings.gguf else "write", 0, 0)
    begun = time.perf_counter()
    written, first = "", 0.0
    for piece in _write(llm, [Message("user", TRIED)]):
        first = first or time.perf_counter() - begun
        written += piece
        progress("write", 0, 0)
        if _is_whole(written):
            break
    return Trial(models, written.strip(), first)


def _write(llm: ChatModel, messages: Sequence[Message]) -> Iterator[str]:
    pieces = llm.stream(messages)
    with closing(cast(_Closable, pieces)):  # left early, it is not to be waited for
        yield from pieces


def _is_whole(written: str) -> bool:
    begun = written.strip()
    return len(begun) >= ANSWER_MAX_CHARACTERS or any(end in begun for end in _ENDS)
