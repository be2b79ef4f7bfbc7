"""A reader without a browser: speaks to the page's server as the page's script does, over Gradio's queue."""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import httpx


class Reader:
    """One open page. Its state (the conversation it shows) lies with the server, under its session."""

    def __init__(self, address: str, *, timeout_seconds: float = 60.0) -> None:
        self.client = httpx.Client(base_url=address, timeout=timeout_seconds)
        self.session = secrets.token_hex(6)
        config = self.client.get("/config").raise_for_status().json()
        self._ids = {one["props"].get("elem_id"): one["id"] for one in config["components"]}
        self._events = {(target, event): one for one in config["dependencies"] for target, event in one["targets"]}
        self._after = {one["trigger_after"]: one for one in config["dependencies"] if one["trigger_after"] is not None}

    def ask(self, question: str) -> str:
        """Ask, wait for the whole answer, and return the conversation's HTML."""
        *_, last = self.send("wence-question", "submit", question, [], [], "", "", "", None, "zh")
        return _read_value(last[0])

    def await_suggestions(self) -> str:
        """Have found what to ask next, as the page does when an answer is there, and return its HTML."""
        asked = self._events[self._ids["wence-question"], "submit"]
        *_, last = self._cause(self._after[asked["id"]], None, [[], [], "", "", "", None, "zh"])
        return _read_value(last[0])

    def send(self, element: str, event: str, *values: Any, data: Any = None) -> list[list[Any]]:
        """Cause an event of a component, and return each list of outputs that comes, until it is over."""
        return self._cause(self._events[self._ids[element], event], self._ids[element], values, data)

    def _cause(self, event: dict[str, Any], trigger: int | None, values: Sequence[Any], data: Any = None) -> list[Any]:
        body = {
            "data": list(values),
            "event_data": data,
            "fn_index": event["id"],
            "trigger_id": trigger,
            "session_hash": self.session,
        }
        self.client.post("/gradio_api/queue/join", json=body).raise_for_status()
        found: list[list[Any]] = []
        for message in self._messages:
            if message["msg"] == "process_generating":
                found.append(_apply(found[-1] if found else [], message["output"]["data"]))
            elif message["msg"] == "process_completed":
                if not message["success"]:
                    raise RuntimeError(f"{event['api_name']}: {message['output']}")
                if message["output"].get("data"):
                    found.append(message["output"]["data"])
                return found
        raise RuntimeError(f"{event['api_name']}: the stream ended")

    @cached_property
    def _messages(self) -> Iterator[dict[str, Any]]:
        """What the server tells this page; the stream is opened after the first event, and stays open."""
        return self._listen()

    def _listen(self) -> Iterator[dict[str, Any]]:
        with self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            stream.raise_for_status()
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))

    def upload(self, batch: str, name: str, content: bytes) -> None:
        """Send a file as the page does."""
        self.client.put(f"/page/uploads/{batch}/{name}", content=content).raise_for_status()

    def close(self) -> None:
        """Leave the page."""
        self.client.close()


def _apply(before: list[Any], after: list[Any]) -> list[Any]:
    """Return the outputs after a step: Gradio sends what has changed since the step before as edits."""
    return [_edit(before[n], one) if n < len(before) and _is_edits(one) else one for n, one in enumerate(after)]


def _is_edits(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, list) and len(one) == 3 for one in value)


def _edit(value: Any, edits: list[Any]) -> Any:
    """Return a value with the edits made in it that ``gradio.utils.diff`` writes."""
    held = {"value": copy.deepcopy(value)}
    for action, path, new in edits:
        *way, last = ["value", *path]
        place: Any = held
        for step in way:
            place = place[step]
        if action == "delete":
            del place[last]
        elif action == "append":
            place[last] += new
        elif action == "add" and isinstance(place, list):
            place.insert(last, new)
        else:
            place[last] = new
    return held["value"]


def _read_value(output: Any) -> str:
    """Return the text of an output, which may be an update of one."""
    return str(output.get("value", "") if isinstance(output, dict) else output)
