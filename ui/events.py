"""What the views share: how events are declared, what a script tells with one, and the scripts themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

STATIC = Path(__file__).parent / "static"
SETTLED: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""How every event of the page is declared: nothing of Gradio's is drawn over it, and no program may call it."""


def read_data(event: gr.EventData) -> dict[str, Any]:
    """Return what a script told with an event; anything may have been sent, and what is no object counts as none."""
    return event._data if isinstance(event._data, dict) else {}


def read_static(name: str) -> str:
    """Return a script of the page."""
    return (STATIC / name).read_text(encoding="utf-8")
