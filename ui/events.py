"""What the views share: how events are declared, what a script tells with one, and the scripts themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components.base import _Keywords

STATIC = Path(__file__).parent / "static"
SETTLED: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""How every event of the page is declared: nothing of Gradio's is drawn over it, and no program may call it."""


class SteadyBlocks(gr.Blocks):
    """Blocks that hand texts, and outputs left alone, on as they are.

    Gradio (6.31) makes a component anew for every update of one, ``gr.skip()`` included:
    with twenty readers a tenth of a core's time. Where a plain value follows, it keeps that
    copy and the value for the rest of the session, so that sessions grow with every answer:
    such copies are dropped here.
    """

    def queue(self, *args: Any, **options: Any) -> Any:
        """Set up the queue as Gradio does; a page's stream of answers stays open between them."""
        found = super().queue(*args, **options)
        self._queue.pending_event_ids_session = _OpenStreams()
        return found

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list[Any]:
        """Return what is sent for the values that a handler gave."""
        if state is not None:
            for copied in state.blocks_config.blocks.keys() - self.blocks.keys():
                del state.blocks_config.blocks[copied]
                state.config_values.pop(copied, None)
        outputs = block_fn.outputs
        if isinstance(predictions, dict) and "__type__" not in predictions:
            predictions = [predictions.get(output, gr.skip()) for output in outputs]
        elif len(outputs) == 1:
            predictions = [predictions]
        if not isinstance(predictions, list | tuple) or len(predictions) != len(outputs):
            return await super().postprocess_data(block_fn, predictions, state)
        plain = {place: one for place, one in enumerate(predictions) if isinstance(one, str) or one == gr.skip()}
        left: list[Any] = [
            _Keywords.FINISHED_ITERATING if place in plain else one for place, one in enumerate(predictions)
        ]
        sent = await super().postprocess_data(block_fn, left[0] if len(outputs) == 1 else left, state)
        return [plain.get(place, one) for place, one in enumerate(sent)]

    def handle_streaming_diffs(self, block_fn: Any, data: list[Any], *args: Any, **options: Any) -> list[Any]:
        """Return the pieces of an answer as what changed since the last, an update as a whole.

        The page makes such changes in the update that it was sent before, which on a slow
        machine it has not shown yet: an update changed in part would be lost.
        """
        whole = list(data)
        sent = super().handle_streaming_diffs(block_fn, data, *args, **options)
        for place, one in enumerate(whole):
            if isinstance(one, dict) and isinstance(sent[place], list) and sent[place]:
                sent[place] = [["replace", [], one]]
        return sent


class _OpenStreams(dict[str, set[str]]):
    """The events that each page waits for, one of which never ends.

    Gradio closes a page's stream when nothing is waited for. What the page asks for in that
    moment is answered into the closed stream: the answer is lost.
    """

    def __setitem__(self, session: str, events: set[str]) -> None:
        super().__setitem__(session, events | {"open"})


def read_data(event: gr.EventData) -> dict[str, Any]:
    """Return what a script told with an event; anything may have been sent, and what is no object counts as none."""
    return event._data if isinstance(event._data, dict) else {}


def read_static(name: str) -> str:
    """Return a script of the page."""
    return (STATIC / name).read_text(encoding="utf-8")
