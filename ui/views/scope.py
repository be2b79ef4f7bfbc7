"""What a question is asked of: documents, collections, levels, and days; the fields for them and what they mean."""

from __future__ import annotations

from typing import Any

import gradio as gr

from corpus.catalog import Catalog
from corpus.metadata.levels import LEVELS
from index.filters import Filter, read_day
from ui.text import Language, say
from ui.views.collections import list_choices

DAYS = ("since", "until", "in_force_on")


class ScopeFields:
    """The fields, laid out where they are made. ``inputs`` are their values, in the order of ``read_filter``."""

    def __init__(self, catalog: Catalog) -> None:
        self.documents = gr.Dropdown(
            list_choices(catalog),
            value=[],
            multiselect=True,
            label=say("documents", "zh"),
            elem_id="wence-documents",
            scale=4,
        )

    def lay_out_more(self) -> None:
        """Lay out the fields that are asked for less often, folded."""
        with gr.Accordion(say("filters", "zh"), open=False, elem_id="wence-filters") as self.folded, gr.Row():
            self.levels = gr.Dropdown(list(LEVELS), value=[], multiselect=True, label=say("level", "zh"), min_width=160)
            self.days = [
                gr.Textbox(
                    label=say(name, "zh"), placeholder=say("day_hint", "zh"), lines=1, max_lines=1, min_width=110
                )
                for name in DAYS
            ]

    @property
    def inputs(self) -> list[Any]:
        """The components to read: documents, levels, and the three days."""
        return [self.documents, self.levels, *self.days]

    @property
    def labelled(self) -> list[Any]:
        """The components that ``relabel`` returns values for."""
        return [self.documents, self.folded, self.levels, *self.days]

    def relabel(self, catalog: Catalog, language: Language) -> list[Any]:
        """Return the fields with their labels in the language."""
        return [
            gr.update(label=say("documents", language), choices=list_choices(catalog)),
            gr.update(label=say("filters", language)),
            gr.update(label=say("level", language)),
            *(gr.update(label=say(name, language), placeholder=say("day_hint", language)) for name in DAYS),
        ]


def read_filter(levels: list[str], since: str, until: str, in_force_on: str) -> Filter:
    """Return the filter that the fields ask for.

    Raises
    ------
    FilterError
        A day is none, or a level.
    """
    days = [read_day(text) if text and text.strip() else None for text in (since, until, in_force_on)]
    return Filter((), tuple(levels), *days)
