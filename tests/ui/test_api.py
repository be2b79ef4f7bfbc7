"""The HTTP API and the server's door, over a real connection."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

import httpx
import pytest

from corpus.errors import WenceError
from index.filters import Filter
from tests.ui.fakes import EVIL, FakeWence, serve_in_thread
from ui.server import ADDRESS, BODY_MAX_BYTES, open_port


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serve_in_thread(FakeWence()) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        yield client


def test_an_answer_comes_as_the_record_of_a_run(client: httpx.Client) -> None:
    reply = client.post("/api/ask", json={"question": "买到假货能多赔点钱吗？"})
    assert reply.status_code == 200
    record = reply.json()
    assert record["question"] == "买到假货能多赔点钱吗？"
    assert record["status"] == "grounded"
    assert record["citations"][0]["clause"] == "五十五"
    assert record["citations"][0]["quote"].startswith("增加赔偿的金额")
    assert {"id", "answer", "reason", "statements", "removed", "related", "timings_ms"} <= set(record)


def test_history_and_documents_are_passed_on() -> None:
    wence = FakeWence()
    history = [{"role": "user", "content": "甲"}, {"role": "assistant", "content": "乙"}]
    with serve_in_thread(wence) as address:
        body = {"question": "那呢？", "documents": ["消保法"], "history": history}
        assert httpx.post(f"{address}/api/ask", json=body, trust_env=False).status_code == 200
    _, documents, turns = wence.asked[-1]
    assert documents == ("消保法",)
    assert [(turn.role, turn.content) for turn in turns] == [("user", "甲"), ("assistant", "乙")]


def test_a_filter_is_passed_on() -> None:
    wence = FakeWence()
    with serve_in_thread(wence) as address:
        body = {"question": "赔多少", "issuers": ["国务院"], "levels": ["法律", "行政法规"]}
        days = {"since": "2000-01-01", "until": "2020-12-31", "in_force_on": "2021年1月1日"}
        assert httpx.post(f"{address}/api/ask", json=body | days, trust_env=False).status_code == 200
    first, last, day = date(2000, 1, 1), date(2020, 12, 31), date(2021, 1, 1)
    assert wence.filters == [Filter(("国务院",), ("法律", "行政法规"), first, last, day)]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": "问", "levels": ["法规"]}, 422),
        ({"question": "问", "since": "昨天"}, 422),
        ({"question": "问", "until": 2020}, 422),
        ({"question": "问", "since": "2021-01-01", "until": "2020-01-01"}, 422),
        ({"question": "问" * 100_000}, 400),
        ({"question": "问", "documents": ["没有的文件"]}, 404),
        ({"question": 7}, 422),
        ({}, 422),
        ({"question": "问", "surprise": 1}, 422),
        ({"question": "问", "history": [{"role": "system", "content": "x"}]}, 422),
    ],
)
def test_a_bad_request_gets_one_clear_line(client: httpx.Client, body: dict[str, object], status: int) -> None:
    reply = client.post("/api/ask", json=body)
    assert reply.status_code == status
    assert list(reply.json()) == ["error"]
    assert "\n" not in reply.json()["error"]
    assert len(reply.json()["error"]) < 300


def test_an_empty_question_abstains_as_empty(client: httpx.Client) -> None:
    record = client.post("/api/ask", json={"question": " "}).json()
    assert (record["status"], record["reason"], record["citations"]) == ("abstained", "empty", [])


def test_a_body_that_is_not_json_gets_one_clear_line(client: httpx.Client) -> None:
    reply = client.post("/api/ask", content=b"{", headers={"content-type": "application/json"})
    assert (reply.status_code, list(reply.json())) == (422, ["error"])


def test_a_clause_is_read_by_its_id(client: httpx.Client) -> None:
    clause = client.get(f"/api/clauses/{quote('质量意见#二十三', safe='')}").json()
    assert clause["number"] == "二十三"
    assert clause["path"] == ["五、改革完善质量发展政策和制度"]
    (start, end) = clause["damaged"][0]
    assert clause["text"][start - clause["start"] : end - clause["start"]] == "?;?"


def test_a_clause_that_is_not_there_is_404(client: httpx.Client) -> None:
    reply = client.get("/api/clauses/nothing")
    assert (reply.status_code, list(reply.json())) == (404, ["error"])


def test_hostile_text_comes_back_as_json_and_nothing_else(client: httpx.Client) -> None:
    reply = client.post("/api/ask", json={"question": EVIL})
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert json.loads(reply.text)["question"] == EVIL


def test_health_says_what_is_loaded(client: httpx.Client) -> None:
    health = client.get("/api/health").json()
    assert health["status"] == "ok"
    assert (health["documents"], health["clauses"]) == (3, 5)
    assert health["llm"] == {"kind": "none", "name": "", "reachable": False}


@pytest.mark.parametrize(
    "path",
    [
        "/docs",
        "/redoc",
        "/openapi.json",
        "/monitoring",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/file=/etc/hosts",
        "/gradio_api/file=http://127.0.0.1:1/",
        "/gradio_api/file/etc/hosts",
        "/gradio_api/proxy=http://127.0.0.1:1/",
        "/gradio_api/upload_progress",
        "/gradio_api/runs",
        "/file=/etc/hosts",
        "/static/../../../../etc/hosts",
        "/assets/%2e%2e/%2e%2e/%2e%2e/routes.py",
    ],
)
def test_nothing_else_is_served(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code in {403, 404}


def test_uploads_are_refused(client: httpx.Client) -> None:
    assert client.post("/gradio_api/upload", files={"files": ("a.txt", b"x")}).status_code == 404


@pytest.mark.parametrize("origin", ["https://example.com", "null", "http://127.0.0.1:1"])
def test_a_request_from_another_sites_page_is_refused(client: httpx.Client, origin: str) -> None:
    reply = client.post("/api/ask", json={"question": "问"}, headers={"origin": origin})
    assert reply.status_code == 403
    assert "access-control-allow-origin" not in reply.headers


def test_a_request_for_another_host_is_refused(client: httpx.Client) -> None:
    assert client.get("/api/health", headers={"host": "example.com"}).status_code == 400


def test_a_body_that_is_too_large_is_refused(client: httpx.Client) -> None:
    reply = client.post("/api/ask", content=b"x" * (BODY_MAX_BYTES + 1))
    assert reply.status_code == 413


def test_the_page_names_no_other_host_to_load_from(client: httpx.Client) -> None:
    reply = client.get("/")
    assert "default-src 'self'" in reply.headers["content-security-policy"]
    assert '"analytics_enabled":false' in reply.text.replace(" ", "")
    assert "fonts.googleapis.com" not in reply.text
    assert client.get("/favicon.ico").content[:4] == b"\x89PNG"


def test_a_busy_port_is_named_with_the_next_step() -> None:
    with socket.socket() as taken:
        taken.bind((ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WenceError, match=rf"port {port} .*--port"):
            open_port(port)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_cannot_be_is_one_clear_line(port: int) -> None:
    with pytest.raises(WenceError, match="--port 7861"):
        open_port(port)
