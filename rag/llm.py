"""The LLM: a one-method seam, ``ChatModel``, over any OpenAI-compatible endpoint or a GGUF file.

What runs is a LangChain chain, prompt | chat model | parser. Every way in which an endpoint can
fail ends in ``LLMError`` with one line and the next step; the answer then falls back on extraction.
Nothing is sent anywhere but to the endpoint: tracing is off whatever the environment says, no
redirect is followed, and keys in the environment that are meant for others are not used.
"""

from __future__ import annotations

import contextvars
import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import urlsplit

from corpus.errors import LLMError
from rag.gguf import GGUFServer, check_gguf, start_gguf_server
from rag.prompts import Message
from rag.settings import LLMSettings

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage, BaseMessageChunk
    from langchain_core.runnables import Runnable
    from langchain_openai import ChatOpenAI

CUT_SHORT = "……"
"""Appended to an answer that the endpoint cut at its token limit: its last sentence is not whole."""

CONNECT_SECONDS = 10.0
CHECK_SECONDS = 3.0
_NO_KEY = "none"
_CHARACTERS_PER_TOKEN = 8
_LOG = logging.getLogger(__name__)

Kind = Literal["none", "endpoint", "gguf"]
_Outcome = tuple[Literal["piece"], str] | tuple[Literal["end"], None] | tuple[Literal["error"], BaseException]


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
        return _EndpointChatModel(settings, base_url=settings.base_url)
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


class _EndpointChatModel:
    """A chat model behind an OpenAI-compatible endpoint; safe to use from several threads at once."""

    def __init__(self, settings: LLMSettings, *, base_url: str, api_key: str | None = None) -> None:
        self._settings = settings
        self._base_url = base_url
        self._api_key = settings.api_key.get_secret_value() if api_key is None else api_key
        self._lock = threading.Lock()
        self._chain: Runnable[dict[str, Any], str] | None = None

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        chain = self._open_chain()
        given = {"messages": [(message.role, message.content) for message in messages]}
        limit = self._settings.answer_max_tokens * _CHARACTERS_PER_TOKEN
        received = 0
        try:
            for piece in _pull(lambda: chain.stream(given), timeout_seconds=self._settings.timeout_seconds):
                received += len(piece)
                if received > limit:
                    raise LLMError(
                        f"the LLM at {self._base_url} wrote more than {limit} characters and did not stop: "
                        "use another model, or raise WENCE_LLM__ANSWER_MAX_TOKENS"
                    )
                yield piece
        except _foreseen_failures() as error:
            raise LLMError(_explain(error, self._base_url, self._settings)) from error
        if not received:
            raise LLMError(f"the LLM at {self._base_url} gave an empty answer: try again, or set another model")

    def as_runnable(self) -> Runnable[dict[str, Any], str]:
        """Return the LangChain chain itself: a dict with ``messages`` in, text out."""
        return self._open_chain()

    def _open_chain(self) -> Runnable[dict[str, Any], str]:
        with self._lock:
            if self._chain is None:
                self._chain = _build_chain(_open_client(self._settings, self._base_url, self._api_key))
            return self._chain


class _GGUFChatModel:
    """A GGUF file served by llama.cpp inside this process, started at the first question."""

    def __init__(self, settings: LLMSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._server: GGUFServer | None = None
        self._endpoint: _EndpointChatModel | None = None

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        yield from self._start().stream(messages)

    def _start(self) -> _EndpointChatModel:
        with self._lock:
            if self._endpoint is None:
                server = start_gguf_server(self._settings.gguf, context_tokens=self._settings.context_tokens)
                self._server = server
                self._endpoint = _EndpointChatModel(
                    self._settings, base_url=f"{server.address}/v1", api_key=server.api_key
                )
            return self._endpoint


def _open_client(settings: LLMSettings, base_url: str, api_key: str) -> ChatOpenAI:
    from langchain_openai import ChatOpenAI
    from openai import DefaultHttpxClient, Timeout
    from pydantic import SecretStr

    seconds = settings.timeout_seconds
    timeout = Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
    return ChatOpenAI(
        model=settings.model or "default",
        base_url=base_url,
        # Given always: without one the client would send the environment's OPENAI_API_KEY to this endpoint.
        api_key=SecretStr(api_key or _NO_KEY),
        temperature=0,
        # Not max_completion_tokens, to which ChatOpenAI turns max_tokens: few servers but OpenAI's know it.
        extra_body={"max_tokens": settings.answer_max_tokens},
        timeout=timeout,
        max_retries=1,
        streaming=True,
        stream_usage=False,
        use_responses_api=False,
        openai_proxy=None,
        http_client=DefaultHttpxClient(timeout=timeout, follow_redirects=False, trust_env=not _is_loopback(base_url)),
    )


def _build_chain(model: Runnable[Any, Any]) -> Runnable[dict[str, Any], str]:
    from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
    from langchain_core.runnables import RunnableGenerator

    prompt = ChatPromptTemplate([MessagesPlaceholder("messages")])
    return prompt | model | RunnableGenerator(_read_pieces)


def _read_pieces(chunks: Iterator[BaseMessage | BaseMessageChunk]) -> Iterator[str]:
    """Parse a streamed answer to its text; a stream without a finish reason was broken off."""
    finish = ""
    for chunk in chunks:
        finish = str(chunk.response_metadata.get("finish_reason") or finish)
        if text := chunk.text:
            yield str(text)
    if not finish:
        raise LLMError("the LLM's answer broke off before its end: look at the endpoint's log and ask again")
    if finish == "length":
        yield CUT_SHORT
    if finish == "content_filter":
        raise LLMError("the LLM's endpoint withheld the answer (content filter): rephrase the question")


def _pull(start: Callable[[], Iterator[str]], *, timeout_seconds: float) -> Iterator[str]:
    """Yield from an iterator that runs in a thread of its own, waiting at most so long for each item.

    A read timeout alone does not do: bytes that carry no text (keep-alive comments, a line that
    never ends) would each start it anew. The thread also holds an empty context, in which no
    caller's tracer or callback is found.
    """
    outcomes: queue.SimpleQueue[_Outcome] = queue.SimpleQueue()
    left = threading.Event()

    def run() -> None:
        try:
            pieces = start()
            for piece in pieces:
                if left.is_set():
                    break
                outcomes.put(("piece", piece))
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
            outcomes.put(("end", None))
        except BaseException as error:  # noqa: BLE001 - handed over, not swallowed: the caller raises it
            outcomes.put(("error", error))

    threading.Thread(target=contextvars.Context().run, args=(_run_untraced, run), daemon=True, name="wence-llm").start()
    try:
        while True:
            try:
                outcome = outcomes.get(timeout=timeout_seconds)
            except queue.Empty:
                raise TimeoutError from None
            if outcome[0] == "piece":
                yield outcome[1]
            elif outcome[0] == "error":
                raise outcome[1]
            else:
                return
    finally:
        left.set()


def _run_untraced(run: Callable[[], None]) -> None:
    from langsmith import tracing_context

    with tracing_context(enabled=False):
        run()


def _foreseen_failures() -> tuple[type[Exception], ...]:
    """Return what a bad endpoint makes LangChain and the OpenAI client raise.

    The built-in ones come of JSON that is not JSON or has another shape than it should.
    """
    import openai

    return (openai.OpenAIError, OSError, ValueError, TypeError, KeyError, IndexError, AttributeError)


def _explain(error: Exception, base_url: str, settings: LLMSettings) -> str:
    """Return the one line, with the next step, for a failure of an endpoint."""
    import openai

    where = f"the LLM at {base_url}"
    seconds = f"{settings.timeout_seconds:g} s"
    match error:
        case TimeoutError() | openai.APITimeoutError():
            return f"{where} sent nothing for {seconds}: see that it runs, or raise WENCE_LLM__TIMEOUT_SECONDS"
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return f"{where} refused the key (HTTP {error.status_code}): set WENCE_LLM__API_KEY"
        case openai.NotFoundError():
            name = settings.model or "default"
            return f"{where} does not know the path or the model {name!r} (HTTP 404): check WENCE_LLM__BASE_URL and __MODEL"
        case openai.RateLimitError():
            return f"{where} is busy or its quota is used up (HTTP 429): ask again later"
        case openai.APIStatusError() if error.status_code >= 500:
            return f"{where} failed (HTTP {error.status_code}): look at the endpoint's log"
        case openai.APIStatusError():
            return f"{where} refused the request (HTTP {error.status_code}: {_shorten(error.message)}): check WENCE_LLM__MODEL and __CONTEXT_TOKENS"
        case openai.APIConnectionError():
            return f"{where} cannot be reached or broke off ({_shorten(str(error.__cause__ or error))}): see that it runs and that WENCE_LLM__BASE_URL is right"
        case openai.APIError():
            return f"{where} reported an error mid-answer ({_shorten(error.message)}): look at the endpoint's log"
        case _:
            _LOG.debug("unreadable answer of the LLM", exc_info=error)
            return f"{where} answered with something that is not an OpenAI chat stream: check WENCE_LLM__BASE_URL (it usually ends in /v1)"


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119] + "…"


def _is_loopback(base_url: str) -> bool:
    host = (urlsplit(base_url).hostname or "").lower()
    return host in ("localhost", "::1") or host.startswith("127.")


def _check_endpoint(settings: LLMSettings, timeout_seconds: float) -> LLMState:
    from openai import APIStatusError, DefaultHttpxClient, NotFoundError, OpenAI

    base_url, name = settings.base_url, settings.model or "default"
    http_client = DefaultHttpxClient(
        timeout=timeout_seconds, follow_redirects=False, trust_env=not _is_loopback(base_url)
    )
    with http_client:
        client = OpenAI(
            base_url=base_url,
            api_key=settings.api_key.get_secret_value() or _NO_KEY,
            timeout=timeout_seconds,
            max_retries=0,
            http_client=http_client,
        )
        try:
            names = [model.id for model in client.models.list().data]
        except NotFoundError:
            return LLMState("endpoint", name, True, f"{base_url} 有应答，但不提供模型列表，无法核对模型名“{name}”。")
        except APIStatusError as error:
            reason = "不接受所给的密钥" if error.status_code in (401, 403) else f"返回错误 HTTP {error.status_code}"
            return LLMState("endpoint", name, False, f"{base_url} {reason}：请检查 WENCE_LLM__API_KEY 和端点日志。")
        except _foreseen_failures():
            return LLMState(
                "endpoint",
                name,
                False,
                f"{base_url} 连接不上或应答无法读取：请确认端点在运行，WENCE_LLM__BASE_URL 填写正确。",
            )
    if settings.model and settings.model not in names:
        listed = "、".join(names[:5])
        return LLMState("endpoint", name, True, f"{base_url} 有应答，但没有列出模型“{name}”（列出的有：{listed}）。")
    return LLMState("endpoint", name, True, f"{base_url} 可用，模型：{name}。")
