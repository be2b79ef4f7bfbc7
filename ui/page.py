"""The page: its head and its views, and what is shown when it is loaded.

A view lays itself out, and connects itself to the head, which tells of the view that a
reader goes to, and to the language.
"""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from ui.events import SETTLED, SteadyBlocks, read_static
from ui.home import OpenHome
from ui.text import LANGUAGES, Language, say
from ui.views.chat import READERS_AT_ONCE, ChatView
from ui.views.collections import list_choices
from ui.views.evaluation import EvaluationView
from ui.views.library import LibraryView
from ui.views.settings import SettingsView

VIEWS = {"ask": "view_ask", "documents": "view_documents", "evaluation": "view_evaluation", "settings": "view_settings"}
"""The views, in the order of the head, with their labels."""

# The language of the document, for screen readers and hyphenation.
_TELL_LANGUAGE = "document.documentElement.lang = language;"
_ON_LOAD = (
    f"(language) => {{ {_TELL_LANGUAGE} return [language, sessionStorage.getItem('wence-conversation') ?? '']; }}"
)
_ON_LANGUAGE = f"(language) => {{ {_TELL_LANGUAGE} return [language]; }}"


def build_page(home: OpenHome) -> gr.Blocks:
    """Return the page over an opened home; nothing is served yet."""
    return Page(home).blocks


def build_theme() -> gr.themes.Base:
    """Return the theme: fonts of the reader's system only, so that none is fetched."""
    fonts = ["PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "system-ui", "sans-serif"]
    monospace = ["ui-monospace", "Consolas", "Noto Sans Mono CJK SC", "monospace"]
    return gr.themes.Base(primary_hue="slate", neutral_hue="stone", radius_size="sm", font=fonts, font_mono=monospace)


class Page:
    """The components of a page and the handlers of the events that concern all of it."""

    def __init__(self, home: OpenHome) -> None:
        self.home = home
        self.chat = ChatView(home)
        self.library = LibraryView(home, self.chat)
        self.evaluation = EvaluationView(home, self.chat)
        self.settings = SettingsView(home, self.chat)
        self.blocks: gr.Blocks = SteadyBlocks(title="问策 Wence", analytics_enabled=False, fill_width=True)
        with self.blocks:
            self._lay_out()
            self._connect()
        self.blocks.queue(default_concurrency_limit=READERS_AT_ONCE, api_open=False)

    def _lay_out(self) -> None:
        with gr.Row(elem_id="wence-head", equal_height=False):
            self.head = gr.HTML(
                _render_head("zh"), elem_id="wence-brand", apply_default_css=False, js_on_load=read_static("head.js")
            )
            self.language = gr.Radio(
                LANGUAGES,
                value="zh",
                label=say("language", "zh"),
                show_label=False,
                container=False,
                elem_id="wence-language",
            )
        with gr.Row(elem_id="wence-main", equal_height=False):
            self.chat.lay_out()
            self.library.lay_out()
            self.chat.panel.lay_out()
        self.evaluation.lay_out()
        self.settings.lay_out()

    def _connect(self) -> None:
        self.language.change(_render_head, [self.language], [self.head], js=_ON_LANGUAGE, **SETTLED)
        self.chat.connect(self.language)
        self.library.connect(self.language, self.head)
        self.evaluation.connect(self.language, self.head)
        self.settings.connect(self.language, self.head)
        self.remembered = gr.Textbox(visible=False)
        self.blocks.load(
            self.show_first,
            [self.language, self.remembered],
            [*self.chat.shown, self.chat.state, self.chat.scope.documents],
            js=_ON_LOAD,
            **SETTLED,
        )

    # events -----------------------------------------------------------------------------

    def show_first(self, language: Language, conversation: str) -> list[Any]:
        """Show what the page showed before it was loaded anew, and the state of things."""
        self.home.refresh()
        choices = gr.update(choices=list_choices(self.home.wence.catalog))
        return [*self.chat.restore(conversation, language), self.chat.show_state(language), choices]


def _render_head(language: Language) -> str:
    views = "".join(
        f'<button type="button" name="wence-view" value="{view}">{escape(say(label, language))}</button>'
        for view, label in VIEWS.items()
    )
    past = escape(say("show_conversations", language))
    return (
        f'<button type="button" id="wence-show-past" aria-controls="wence-past" title="{past}" '
        f'aria-label="{past}">☰</button>'
        f"<h1>问策 <small>Wence</small></h1><p>{say('tagline', language)}</p>"
        f'<nav id="wence-views" aria-label="{escape(say("views", language))}">{views}</nav>'
    )
