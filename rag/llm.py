"""The LLM: a one-method seam, ``ChatModel``, over any OpenAI-compatible endpoint or a GGUF file."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from corpus.errors import LLMError
from rag.endpoint import CHECK_SECONDS, CUT_SHORT, NO_NAME, EndpointChatModel, list_models
from rag.gguf import GGUFServer, check_gguf, start_gguf_server
from rag.prompts import Message
from rag.settings import LLMSettings

__all__ = ["CUT_SHORT", "ChatModel", "LLMState", "check_llm", "open_chat_model"]

Kind = Literal["none", "endpoint", "gguf"]


class ChatModel(Protocol):
    """Writes an answer."""

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the answer in pieces as they are written.

        Raises
        ------
        LLMError
            Before the first piece or after any: what was yielded until then is not an answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class LLMState:
    """What is known of the LLM without asking it anything; ``detail`` is for people."""

    kind: Kind
    name: str
    reachable: bool
    detail: str


def open_chat_model(settings: LLMSettings) -> ChatModel | None:
    """Return the LLM that the settings name, None where they name none.

    Nothing is loaded or contacted before the first ``stream``, and so nothing is raised here. A GGUF
    file goes before an endpoint: what can stay on the machine does.
    """
    if settings.gguf:
        return _GGUFChatModel(settings)
    if settings.base_url:
        return EndpointChatModel(settings, base_url=settings.base_url)
    return None


def check_llm(settings: LLMSettings, *, timeout_seconds: float = CHECK_SECONDS) -> LLMState:
    """Say whether the LLM that the settings name could answer; asks an endpoint for its list of models alone."""
    if settings.gguf:
        name = settings.gguf.replace("\\", "/").rsplit("/", 1)[-1]
        try:
            check_gguf(settings.gguf)
        except LLMError as error:
            return LLMState("gguf", name, False, str(error))
        return LLMState("gguf", name, True, f"本机运行的模型 {name}，首次提问时载入。")
    if settings.base_url:
        return _check_endpoint(settings, timeout_seconds)
    return LLMState(
        "none", "", False, "未配置大模型：回答直接摘录条款原文。设置 WENCE_LLM__BASE_URL 或 WENCE_LLM__GGUF 可接入。"
    )


class _GGUFChatModel:
    """A GGUF file served by llama.cpp inside this process, started at the first question."""

    def __init__(self, settings: LLMSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._server: GGUFServer | None = None
        self._endpoint: EndpointChatModel | None = None

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        yield from self._start().stream(messages)

    def _start(self) -> EndpointChatModel:
        with self._lock:
            if self._endpoint is None:
                server = start_gguf_server(self._settings.gguf, context_tokens=self._settings.context_tokens)
                self._server = server
                self._endpoint = EndpointChatModel(
                    self._settings, base_url=f"{server.address}/v1", api_key=server.api_key
                )
            return self._endpoint


def _check_endpoint(settings: LLMSettings, timeout_seconds: float) -> LLMState:
    base_url, name = settings.base_url, settings.model or NO_NAME
    try:
        names = list_models(settings, timeout_seconds=timeout_seconds)
    except LLMError as error:
        return LLMState("endpoint", name, False, f"{base_url} 目前不可用，回答将直接摘录条款原文。（{error}）")
    if names is None:
        return LLMState("endpoint", name, True, f"{base_url} 有应答，但不提供模型列表，无法核对模型名“{name}”。")
    if settings.model and settings.model not in names:
        listed = "、".join(names[:5])
        return LLMState("endpoint", name, True, f"{base_url} 有应答，但没有列出模型“{name}”（列出的有：{listed}）。")
    return LLMState("endpoint", name, True, f"{base_url} 可用，模型：{name}。")
