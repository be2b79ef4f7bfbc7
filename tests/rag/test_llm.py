from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.errors import LLMError
from rag.llm import CUT_SHORT, check_llm, open_chat_model
from rag.prompts import Message
from rag.settings import LLMSettings
from tests import servers

ASKED = (Message("system", "规则 {x}"), Message("user", "问题 {y}"))
TINY = 0.3


def ask(base_url: str, **settings: object) -> list[str]:
    model = open_chat_model(LLMSettings.model_validate({"base_url": base_url, "timeout_seconds": 5.0} | settings))
    assert model is not None
    return list(model.stream(ASKED))


def test_pieces_come_in_order_and_the_request_is_as_set() -> None:
    with servers.serve(servers.stream("应当", "建立", "制度[1]。")) as endpoint:
        assert ask(endpoint.base_url, model="m", api_key="k", answer_max_tokens=77) == ["应当", "建立", "制度[1]。"]
    path, headers, body = endpoint.requests[0]
    assert path == "/v1/chat/completions"
    assert headers["authorization"] == "Bearer k"
    assert body["messages"] == [
        {"role": "system", "content": "规则 {x}"},
        {"role": "user", "content": "问题 {y}"},
    ]
    assert (body["model"], body["temperature"], body["max_tokens"], body["stream"]) == ("m", 0, 77, True)


def test_no_settings_no_model() -> None:
    assert open_chat_model(LLMSettings()) is None
    assert check_llm(LLMSettings()).kind == "none"


def test_another_services_key_in_the_environment_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("OPENAI_PROXY", "http://127.0.0.1:9")
    with servers.serve(servers.stream("好")) as endpoint:
        assert ask(endpoint.base_url) == ["好"]
    assert "sk-secret" not in endpoint.requests[0][1]["authorization"]


def test_tracing_and_proxies_set_in_the_environment_stay_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with servers.serve(servers.stream("好")) as endpoint, servers.serve(servers.refuse(500)) as tracer:
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
            monkeypatch.setenv(name, "true")
        for name in ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT", "LANGSMITH_GATEWAY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, tracer.base_url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "key")
        monkeypatch.setenv("LANGCHAIN_TRACING", "true")
        assert ask(endpoint.base_url) == ["好"]
        assert tracer.requests == []


def test_a_refused_connection_is_one_clear_line() -> None:
    with pytest.raises(LLMError, match=r"cannot be reached.*WENCE_LLM__BASE_URL") as caught:
        ask(f"http://127.0.0.1:{servers.find_closed_port()}/v1")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("headers", [True, False], ids=["no piece", "no headers"])
def test_silence_before_the_first_piece_times_out(headers: bool) -> None:
    with servers.serve(servers.hang(headers=headers)) as endpoint, pytest.raises(LLMError, match="TIMEOUT_SECONDS"):
        ask(endpoint.base_url, timeout_seconds=TINY)


def test_silence_between_pieces_times_out() -> None:
    with servers.serve(servers.hang("应当")) as endpoint, pytest.raises(LLMError, match="TIMEOUT_SECONDS"):
        ask(endpoint.base_url, timeout_seconds=TINY)


@pytest.mark.parametrize(
    "data", [b": keep-alive\n\n", servers.make_event("")], ids=["comments without end", "empty chunks without end"]
)
def test_a_stream_that_never_says_anything_times_out(data: bytes) -> None:
    with servers.serve(servers.stream_endlessly(data)) as endpoint, pytest.raises(LLMError, match="TIMEOUT_SECONDS"):
        ask(endpoint.base_url, timeout_seconds=TINY)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "HTTP 400.*WENCE_LLM__MODEL"),
        (401, "WENCE_LLM__API_KEY"),
        (403, "WENCE_LLM__API_KEY"),
        (404, "WENCE_LLM__BASE_URL"),
        (413, "HTTP 413"),
        (500, "HTTP 500.*log"),
        (503, "HTTP 503"),
        (302, "HTTP 302|refused"),
    ],
)
def test_an_http_error_names_what_to_do(status: int, words: str) -> None:
    with servers.serve(servers.refuse(status)) as endpoint, pytest.raises(LLMError, match=words):
        ask(endpoint.base_url)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>hello</html>",
        b"data: not json\n\n",
        b"data: {}\n\n",
        b"data: []\n\n",
        b"data: 3\n\n",
        b'data: "text"\n\n',
        b"data: null\n\n",
        b'data: {"choices": [{}]}\n\n',
        b'data: {"choices": "none"}\n\n',
        b'data: {"choices": [{"index": 0, "delta": {"content": 5}, "finish_reason": null}]}\n\n',
        b'data: {"choices": [{"index": 0, "delta": {"content": {"a": 1}}, "finish_reason": "stop"}]}\n\n',
        b'data: {"choices": [null]}\n\n',
        b'data: {"error": {"message": "out of memory"}}\n\n',
        b"data: \xff\xfe\x00\n\n",
        bytes(range(256)),
    ],
    ids=range(16),
)
def test_garbage_is_an_llm_error(data: bytes) -> None:
    with servers.serve(servers.stream_raw(data)) as endpoint, pytest.raises(LLMError) as caught:
        ask(endpoint.base_url)
    assert "\n" not in str(caught.value)


def test_a_whole_json_reply_instead_of_a_stream_is_an_llm_error() -> None:
    body = b'{"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]}'
    with servers.serve(lambda handler, _: servers.send(handler, 200, body)) as endpoint, pytest.raises(LLMError):
        ask(endpoint.base_url)


def test_an_answer_that_breaks_off_is_an_llm_error_after_its_pieces() -> None:
    with servers.serve(servers.stream("应当", "建立", finish=None, done=False)) as endpoint:
        model = open_chat_model(LLMSettings(base_url=endpoint.base_url))
        assert model is not None
        pieces = model.stream(ASKED)
        assert next(pieces) == "应当"
        assert next(pieces) == "建立"
        with pytest.raises(LLMError, match="broke off"):
            next(pieces)


def test_an_endless_answer_is_cut_off() -> None:
    endless = servers.stream_endlessly(servers.make_event("质量" * 50))
    with servers.serve(endless) as endpoint, pytest.raises(LLMError, match="did not stop"):
        ask(endpoint.base_url, answer_max_tokens=16)


@pytest.mark.parametrize("pieces", [(), ("", "")], ids=["none", "empty ones"])
def test_an_empty_answer_is_an_llm_error(pieces: tuple[str, ...]) -> None:
    with servers.serve(servers.stream(*pieces)) as endpoint, pytest.raises(LLMError, match="empty answer"):
        ask(endpoint.base_url)


def test_an_answer_cut_at_the_token_limit_says_so_at_its_end() -> None:
    with servers.serve(servers.stream("应当建立", finish="length")) as endpoint:
        assert ask(endpoint.base_url) == ["应当建立", CUT_SHORT]


def test_several_questions_at_once_do_not_mix() -> None:
    gate = threading.Barrier(4, timeout=10)

    def echo(handler: servers.BaseHTTPRequestHandler, endpoint: servers.FakeEndpoint) -> None:
        gate.wait()
        servers.stream("好")(handler, endpoint)

    with servers.serve(echo) as endpoint, ThreadPoolExecutor(4) as pool:
        model = open_chat_model(LLMSettings(base_url=endpoint.base_url))
        assert model is not None
        answers = pool.map(lambda n: "".join(model.stream([Message("user", str(n))])), range(4))
        assert list(answers) == ["好"] * 4
    assert sorted(request[2]["messages"][0]["content"] for request in endpoint.requests) == ["0", "1", "2", "3"]


def test_a_reader_that_leaves_early_leaves_nothing_hanging() -> None:
    with servers.serve(servers.stream_endlessly(servers.make_event("质量"))) as endpoint:
        model = open_chat_model(LLMSettings(base_url=endpoint.base_url))
        assert model is not None
        pieces = model.stream(ASKED)
        assert next(pieces) == "质量"
        pieces.close()  # type: ignore[attr-defined]


def test_check_of_an_endpoint_says_what_it_found() -> None:
    with servers.serve(servers.list_models("qwen", "glm")) as endpoint:
        found = check_llm(LLMSettings(base_url=endpoint.base_url, model="qwen"))
        assert (found.kind, found.name, found.reachable) == ("endpoint", "qwen", True)
        assert "glm" in check_llm(LLMSettings(base_url=endpoint.base_url, model="other")).detail
    with servers.serve(servers.refuse(401)) as endpoint:
        found = check_llm(LLMSettings(base_url=endpoint.base_url))
        assert not found.reachable and "WENCE_LLM__API_KEY" in found.detail
    with servers.serve(servers.refuse(404)) as endpoint:
        assert check_llm(LLMSettings(base_url=endpoint.base_url)).reachable
    with servers.serve(servers.hang(headers=False)) as endpoint:
        assert not check_llm(LLMSettings(base_url=endpoint.base_url), timeout_seconds=TINY).reachable
    with servers.serve(servers.stream_raw(b"<html>")) as endpoint:
        assert not check_llm(LLMSettings(base_url=endpoint.base_url)).reachable
    closed = LLMSettings(base_url=f"http://127.0.0.1:{servers.find_closed_port()}/v1")
    assert not check_llm(closed).reachable


def test_a_gguf_file_that_is_missing_or_no_gguf_is_named(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="the extra gguf is not installed")
    other = tmp_path / "model.gguf"
    other.write_bytes(b"not a model")
    for path in (tmp_path / "none.gguf", other, tmp_path):
        settings = LLMSettings(gguf=str(path))
        assert not check_llm(settings).reachable
        model = open_chat_model(settings)
        assert model is not None
        with pytest.raises(LLMError, match="WENCE_LLM__GGUF"):
            next(model.stream(ASKED))


def test_a_damaged_gguf_file_is_an_llm_error(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="the extra gguf is not installed")
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(b"GGUF\x03\x00\x00\x00garbage")
    model = open_chat_model(LLMSettings(gguf=str(damaged)))
    assert model is not None
    with pytest.raises(LLMError, match="cannot load"):
        next(model.stream(ASKED))


def test_without_the_extra_a_gguf_file_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("rag.gguf.find_spec", lambda _: None)
    model = open_chat_model(LLMSettings(gguf=str(tmp_path / "model.gguf")))
    assert model is not None
    with pytest.raises(LLMError, match="pip install xllamacpp"):
        next(model.stream(ASKED))
