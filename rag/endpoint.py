"""A chat model behind an OpenAI-compatible endpoint: what runs is a LangChain chain, prompt | chat model | parser.

Every way in which an endpoint can fail ends in ``LLMError`` with one line and the next step.
Nothing is sent anywhere but to the endpoint: tracing is off whatever the environment says, no
redirect is followed, and keys in the environment that are meant for others are not used.
"""

from __future__ import annotations

import contextvars
import logging
import os
import queue
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from corpus.errors import LLMError
from rag.prompts import Message
from rag.settings import LLMSettings

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage, BaseMessageChunk
    from langchain_core.runnables import Runnable
    from langchain_openai import ChatOpenAI
    from openai import DefaultHttpxClient

CUT_SHORT = "……"
"""Appended to an answer that the endpoint cut at its token limit: its last sentence is not whole."""

CONNECT_SECONDS = 10.0
CHECK_SECONDS = 3.0
NO_NAME = "default"
_NO_KEY = "none"
_OLD_TRACING = ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER")
_CHARACTERS_PER_TOKEN = 8
_LOG = logging.getLogger(__name__)

_Outcome = tuple[Literal["piece"], str] | tuple[Literal["end"], None] | tuple[Literal["error"], BaseException]


class EndpointChatModel:
    """A chat model behind an OpenAI-compatible endpoint; safe to use from several threads at once."""

    def __init__(self, settings: LLMSettings, *, base_url: str, api_key: str | None = None) -> None:
        self._settings = settings
        self._base_url = base_url
        self._api_key = settings.api_key.get_secret_value() if api_key is None else api_key
        self._lock = threading.Lock()
        self._chain: Runnable[dict[str, Any], str] | None = None

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the answer in pieces; raises ``LLMError`` for whatever the endpoint does wrong."""
        given = {"messages": [(message.role, message.content) for message in messages]}
        limit = self._settings.answer_max_tokens * _CHARACTERS_PER_TOKEN
        received = 0
        try:
            # The thread is given self, and not the chain alone, so that the client outlives its last request.
            for piece in _pull(
                lambda: self._open_chain().stream(given), timeout_seconds=self._settings.timeout_seconds
            ):
                received += len(piece)
                if received > limit:
                    raise LLMError(
                        f"the LLM at {self._base_url} wrote more than {limit} characters and did not stop: "
                        "use another model, or raise WENCE_LLM__ANSWER_MAX_TOKENS"
                    )
                yield piece
        except _foreseen_failures() as error:
            raise LLMError(
                _explain(error, self._base_url, self._settings.model, self._settings.timeout_seconds)
            ) from error
        if not received:
            raise LLMError(f"the LLM at {self._base_url} gave an empty answer: try again, or set another model")

    def _open_chain(self) -> Runnable[dict[str, Any], str]:
        with self._lock:
            if self._chain is None:
                http_client = _open_http_client(self._base_url, timeout_seconds=self._settings.timeout_seconds)
                weakref.finalize(self, http_client.close)
                model = _open_client(self._settings, self._base_url, self._api_key, http_client)
                self._chain = _build_chain(model)
            return self._chain


def list_models(settings: LLMSettings, *, timeout_seconds: float) -> list[str] | None:
    """Ask an endpoint for the names of its models, None where it keeps no list; raises ``LLMError``."""
    from openai import NotFoundError, OpenAI

    with _open_http_client(settings.base_url, timeout_seconds=timeout_seconds) as http_client:
        client = OpenAI(
            base_url=settings.base_url,
            api_key=settings.api_key.get_secret_value() or _NO_KEY,
            timeout=timeout_seconds,
            max_retries=0,
            http_client=http_client,
        )
        try:
            return [model.id for model in client.models.list().data]
        except NotFoundError:
            return None
        except _foreseen_failures() as error:
            raise LLMError(_explain(error, settings.base_url, settings.model, timeout_seconds)) from error


def _open_http_client(base_url: str, *, timeout_seconds: float) -> DefaultHttpxClient:
    """Open a client that follows no redirect, and goes through the environment's proxy only off this machine."""
    from openai import DefaultHttpxClient, Timeout

    timeout = Timeout(timeout_seconds, connect=min(timeout_seconds, CONNECT_SECONDS))
    return DefaultHttpxClient(timeout=timeout, follow_redirects=False, trust_env=not _is_loopback(base_url))


def _open_client(settings: LLMSettings, base_url: str, api_key: str, http_client: DefaultHttpxClient) -> ChatOpenAI:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    for name in _OLD_TRACING:
        os.environ.pop(name, None)  # set to anything, these make LangChain refuse to run at all
    return ChatOpenAI(
        model=settings.model or NO_NAME,
        base_url=base_url,
        # Given always: without one the client would send the environment's OPENAI_API_KEY to this endpoint.
        api_key=SecretStr(api_key or _NO_KEY),
        temperature=0,
        # Not max_completion_tokens, to which ChatOpenAI turns max_tokens: few servers but OpenAI's know it.
        extra_body={"max_tokens": settings.answer_max_tokens},
        timeout=settings.timeout_seconds,
        max_retries=1,
        streaming=True,
        stream_usage=False,
        use_responses_api=False,
        openai_proxy=None,
        http_client=http_client,
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

    The built-in ones come of JSON that is not JSON or has another shape than it should; pydantic warns of
    some of that, and warnings may be errors.
    """
    import openai

    return (openai.OpenAIError, OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, UserWarning)


def _explain(error: Exception, base_url: str, model: str, timeout_seconds: float) -> str:
    """Return the one line, with the next step, for a failure of an endpoint."""
    import openai

    where = f"the LLM at {base_url}"
    match error:
        case TimeoutError() | openai.APITimeoutError():
            what = f"sent nothing for {timeout_seconds:g} s"
            step = "see that it runs, or raise WENCE_LLM__TIMEOUT_SECONDS"
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            what, step = f"refused the key (HTTP {error.status_code})", "set WENCE_LLM__API_KEY"
        case openai.NotFoundError():
            what = f"does not know the path or the model {model or NO_NAME!r} (HTTP 404)"
            step = "check WENCE_LLM__BASE_URL and WENCE_LLM__MODEL"
        case openai.RateLimitError():
            what, step = "is busy or its quota is used up (HTTP 429)", "ask again later"
        case openai.APIStatusError() if error.status_code >= 500:
            what, step = f"failed (HTTP {error.status_code})", "look at the endpoint's log"
        case openai.APIStatusError():
            what = f"refused the request (HTTP {error.status_code}: {_shorten(error.message)})"
            step = "check WENCE_LLM__MODEL and WENCE_LLM__CONTEXT_TOKENS"
        case openai.APIConnectionError():
            what = f"cannot be reached or broke off ({_shorten(str(error.__cause__ or error))})"
            step = "see that it runs and that WENCE_LLM__BASE_URL is right"
        case openai.APIError():
            what, step = f"reported an error ({_shorten(error.message)})", "look at the endpoint's log"
        case _:
            _LOG.debug("unreadable answer of the LLM", exc_info=error)
            what = "answered with something that is not an OpenAI chat stream"
            step = "check WENCE_LLM__BASE_URL (it usually ends in /v1)"
    return f"{where} {what}: {step}"


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119] + "…"


def _is_loopback(base_url: str) -> bool:
    host = (urlsplit(base_url).hostname or "").lower()
    return host in ("localhost", "::1") or host.startswith("127.")
