"""Fake OpenAI-compatible endpoints on the loopback address, each bad in one way."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeEndpoint:
    """A running endpoint: its address, and the requests that it got (path, headers by lower-case name, body)."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.closing = threading.Event()


Reply = Callable[[BaseHTTPRequestHandler, FakeEndpoint], None]


@contextmanager
def serve(reply: Reply) -> Iterator[FakeEndpoint]:
    """Run an endpoint that answers every request with ``reply``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            self._answer(body)

        def do_GET(self) -> None:
            self._answer({})

        def _answer(self, body: dict[str, Any]) -> None:
            endpoint.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            with suppress(BrokenPipeError, ConnectionResetError):  # the client has left
                reply(self, endpoint)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

    server = Server(("127.0.0.1", 0), Handler)
    endpoint = FakeEndpoint(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def find_closed_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, *, kind: str = "application/json") -> None:
    """Send a whole response."""
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(body)


def begin_stream(handler: BaseHTTPRequestHandler) -> None:
    """Begin an event stream that ends when the connection does."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Connection", "close")
    handler.end_headers()


def make_event(text: str, *, finish: str | None = None) -> bytes:
    """Return one chunk of a chat stream as it goes over the wire."""
    choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "fake", "choices": [choice]}
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


def stream(*pieces: str, finish: str | None = "stop", done: bool = True) -> Reply:
    """Stream pieces; with neither ``finish`` nor ``done``, break off after the last."""

    def reply(handler: BaseHTTPRequestHandler, _: FakeEndpoint) -> None:
        begin_stream(handler)
        for piece in pieces:
            handler.wfile.write(make_event(piece))
        if finish:
            handler.wfile.write(make_event("", finish=finish))
        if done:
            handler.wfile.write(b"data: [DONE]\n\n")

    return reply


def stream_raw(data: bytes) -> Reply:
    """Send these bytes as an event stream."""

    def reply(handler: BaseHTTPRequestHandler, _: FakeEndpoint) -> None:
        begin_stream(handler)
        handler.wfile.write(data)

    return reply


def stream_endlessly(data: bytes) -> Reply:
    """Send these bytes again and again until the client leaves or the test ends."""

    def reply(handler: BaseHTTPRequestHandler, endpoint: FakeEndpoint) -> None:
        begin_stream(handler)
        while not endpoint.closing.is_set():
            handler.wfile.write(data)

    return reply


def hang(*pieces: str, headers: bool = True) -> Reply:
    """Stream pieces, then say nothing more; without ``headers`` say nothing at all."""

    def reply(handler: BaseHTTPRequestHandler, endpoint: FakeEndpoint) -> None:
        if headers:
            begin_stream(handler)
        for piece in pieces:
            handler.wfile.write(make_event(piece))
        endpoint.closing.wait(30)

    return reply


def refuse(status: int, message: str = "no") -> Reply:
    """Answer with an HTTP error."""

    def reply(handler: BaseHTTPRequestHandler, _: FakeEndpoint) -> None:
        send(handler, status, json.dumps({"error": {"message": message}}).encode())

    return reply


def list_models(*names: str) -> Reply:
    """Answer as ``GET /models`` does."""

    def reply(handler: BaseHTTPRequestHandler, _: FakeEndpoint) -> None:
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "fake"} for name in names]
        send(handler, 200, json.dumps({"object": "list", "data": data}).encode())

    return reply
