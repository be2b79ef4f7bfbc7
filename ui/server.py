"""The server: the API and the chat page in one app, on the loopback address, closed to everything else."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from threadpoolctl import threadpool_limits

from corpus.errors import WenceError
from ui.api import add_api
from ui.files import add_files
from ui.home import OpenHome
from ui.records.uploads import drop_uploads

if TYPE_CHECKING:
    from rag.wence import Wence

ADDRESS = "127.0.0.1"
HOSTS = ("127.0.0.1", "localhost")
KEEP_ALIVE_SECONDS = 75
"""How long a connection is kept for the next question: after uvicorn's 5, one would often meet it being closed."""
ARENAS = 2
_ARENA_MAX = -8
"""``M_ARENA_MAX`` of malloc.h."""
BODY_MAX_BYTES = 4 * 1024 * 1024

# What the page and its assets need of Gradio. Its other routes read files, fetch other
# hosts' pages, take uploads or edit the app, none of which Wence uses.
OPEN_PATHS = frozenset(
    {"/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt"}
    | {
        f"/gradio_api/{name}"
        for name in ("queue/join", "queue/data", "run/predict", "cancel", "reset", "startup-events", "theme.css")
    }
)
UPLOADS = "/page/uploads/"
"""Where files are sent, which may be larger; ``ui.records.uploads`` counts them as they come."""
OPEN_FOLDERS = ("/api/", "/page/", "/assets/", "/static/", "/gradio_api/heartbeat/")

# Gradio's page needs inline scripts and compiles templates; nothing needs another host.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class Doorkeeper:
    """Refuses paths that Wence does not serve, requests sent by other sites' pages, and bodies too large."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with an error; all answers get the safety headers."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        refusal = refuse_request(scope)
        if refusal:
            status, reason = refusal
            await JSONResponse({"error": reason}, status_code=status)(scope, receive, send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)


def refuse_request(scope: Scope) -> tuple[int, str] | None:
    """Return the status and reason of a refusal, or None for a request that is let in."""
    path: str = scope["path"]
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if path not in OPEN_PATHS and not path.startswith(OPEN_FOLDERS):
        return 404, f"nothing is served at {path}"
    if (origin := headers.get("origin")) is not None and urlsplit(origin).netloc != headers.get("host"):
        return 403, "requests from other sites' pages are refused"
    if path.startswith(UPLOADS):
        return None
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers:
        return 411, "a request must say its length"
    if not length.isdecimal() or int(length) > BODY_MAX_BYTES:
        return 413, f"a request may hold at most {BODY_MAX_BYTES:,} bytes"
    return None


def build_app(wence: Wence) -> FastAPI:
    """Return the app: the API under ``/api``, the chat page at ``/``."""
    # Read by Gradio when it is imported; set whatever the environment says.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    from ui.events import STATIC
    from ui.page import build_page, build_theme

    home = OpenHome(wence)
    app = FastAPI(title="Wence", docs_url=None, redoc_url=None, openapi_url=None)
    add_api(app, home)
    add_files(app, home)
    gr.mount_gradio_app(
        app,
        build_page(home),
        path="/",
        server_name=ADDRESS,
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        favicon_path=str(STATIC / "favicon.png"),
        show_error=False,
        max_file_size=0,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=build_theme(),
        css_paths=STATIC / "page.css",
    )
    app.add_middleware(Doorkeeper)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS), www_redirect=False)
    return app


def serve(wence: Wence, *, port: int, open_browser: bool) -> None:
    """Serve the page and the API on the loopback address until interrupted.

    Raises
    ------
    WenceError
        The port is taken or not allowed; the message names it and the next step.
    """
    # Where Matplotlib is installed, Gradio asks it at every event, and importing it is a second of the first one.
    sys.modules.setdefault("matplotlib", None)  # type: ignore[arg-type]
    listener = open_port(port)
    drop_uploads(wence.settings.home)
    address = f"http://{ADDRESS}:{listener.getsockname()[1]}"

    _share_arenas()
    warming = threading.Thread(target=_warm, args=[wence], daemon=True)
    warming.start()

    def announce() -> None:
        warming.join()
        gc.collect()
        gc.freeze()  # what is loaded stays, and is not to be looked through again and again
        sys.stderr.write(f"问策 Wence: {address} (Ctrl+C 停止 / to stop)\n")
        sys.stderr.flush()
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    try:
        # A second thread would gain one question's product with the vectors little, and goes on spinning after it.
        with threadpool_limits(1, user_api="blas"):
            PageServer(build_app(wence), announce).run(sockets=[listener])
    except KeyboardInterrupt:
        return
    finally:
        listener.close()


def _warm(wence: Wence) -> None:
    """Load what is loaded at its first use, dictionaries and graphs: the first reader is not to wait for it."""
    question = next(iter(wence.suggest_questions(1)), "")
    with suppress(WenceError):
        wence.write_with(None).ask(question)


def _share_arenas() -> None:
    """Let threads share two arenas of memory (glibc): with one each, what one frees no other can use."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_ARENA_MAX, ARENAS)


def open_port(port: int) -> socket.socket:
    """Return a socket bound to the port on the loopback address (0: any free one)."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere the option would let two servers share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise WenceError(
            f"port {port} on {ADDRESS} cannot be used ({error}): another program may hold it; "
            f"choose another one with --port, such as --port {port + 1 if 1024 <= port < 65535 else 7861}"
        ) from error
    return listener


class PageServer(uvicorn.Server):
    """A uvicorn server that calls ``announce`` once the page can be opened."""

    def __init__(self, app: ASGIApp, announce: Callable[[], None]) -> None:
        # Open pages keep a heartbeat connection, which would hold up the end for ever.
        super().__init__(
            uvicorn.Config(
                app,
                log_level="warning",
                timeout_graceful_shutdown=1,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                server_header=False,
            )
        )
        self.announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then announce."""
        logging.getLogger("uvicorn.error").disabled = False
        await super().startup(sockets=sockets)
        if self.started:
            self.announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End as uvicorn does, without a traceback for each page that is still open."""
        logging.getLogger("uvicorn.error").disabled = True
        await super().shutdown(sockets=sockets)
