"""The view for questions: its layout and its events. What it shows is made in ``ui.rendering.answers``."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

import gradio as gr

from corpus.errors import FilterError, NotFound, WenceError
from index.filters import Filter
from rag.model import Turn
from rag.snapshot import take_snapshot
from rag.suggestions import turns_after
from ui.events import SETTLED, read_data, read_static
from ui.home import OpenHome
from ui.records.conversations import Exchange, Rating, RatingReason, StoreError
from ui.rendering.answers import (
    escape_value,
    render_actions,
    render_answer,
    render_line,
    render_question,
    render_reply,
    render_suggestions,
    render_welcome,
)
from ui.rendering.conversations import render_conversations
from ui.rendering.plain import list_answer
from ui.rendering.rating import render_rating
from ui.text import Language, say
from ui.views.collections import expand_choices
from ui.views.evidence import EvidencePanel
from ui.views.scope import ScopeFields, read_filter

if TYPE_CHECKING:
    from rag.wence import State

EXAMPLES = 4
READERS_AT_ONCE = 16
"""Answers made at a time, most of which wait for an LLM or their turn to search; the rest wait in Gradio's queue."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation that a page shows; ``id`` is its id in the store, "" before the first question."""

    id: str = ""
    exchanges: tuple[Exchange, ...] = ()


def take_history(exchanges: Sequence[Exchange]) -> list[Turn]:
    """Return the answered exchanges as turns, oldest first."""
    turns: list[Turn] = []
    for exchange in exchanges:
        if exchange.kept is not None:
            turns = turns_after(exchange.question, exchange.kept.answer, turns, exchange.kept)
    return turns


def describe_state(state: State, language: Language) -> str:
    """Return the state of the index and of the LLM in one plain line."""
    loaded = say("loaded", language).format(documents=f"{state.documents:,}", clauses=f"{state.clauses:,}")
    if state.llm.kind == "none":
        llm = say("llm_none", language)
    else:
        key = "llm_reachable" if state.llm.reachable else "llm_unreachable"
        llm = say(key, language).format(name=state.llm.name)
    return f"{loaded}{'；' if language == 'zh' else '; '}{llm}{'。' if language == 'zh' else '.'}"


def check_question(question: str, limit: int, language: Language) -> str:
    """Return what is wrong with the question in one line, or nothing."""
    if not question.strip():
        return say("empty_question", language)
    if len(question) > limit:
        return say("long_question", language).format(count=f"{len(question):,}", limit=f"{limit:,}")
    return ""


class ChatView:
    """The components of the view for questions, laid out where it is made, and the handlers of their events."""

    def __init__(self, home: OpenHome) -> None:
        self.home = home
        self.panel = EvidencePanel(home)
        self._suggesting = threading.Lock()

    def lay_out(self) -> None:
        """Lay out the view in the row that is being built."""
        self.talk = gr.State(Talk())
        with gr.Column(scale=0, min_width=0, elem_id="wence-past"):
            self.list = gr.HTML(
                self._render_list("", "zh"),
                elem_id="wence-list",
                apply_default_css=False,
                js_on_load=read_static("panel.js"),
            )
        with gr.Column(scale=7, min_width=340, elem_id="wence-left"):
            self.chat = gr.HTML(
                self._render(Talk(), "zh", welcome=False),
                elem_id="wence-chat",
                apply_default_css=False,
                js_on_load=read_static("chat.js"),
            )
            self.suggested = gr.HTML(
                "", elem_id="wence-suggested", apply_default_css=False, js_on_load=read_static("panel.js")
            )
            self.alert = gr.HTML("", elem_id="wence-alert", apply_default_css=False, js_on_load=None)
            self.question = gr.Textbox(
                show_label=False,
                container=False,
                lines=1,
                max_lines=6,
                autofocus=True,
                elem_id="wence-question",
                **_label_question("zh"),
            )
            with gr.Row(elem_id="wence-tools", equal_height=True):
                self.scope = ScopeFields(self.home.wence.catalog)
                self.clear = gr.Button(say("clear", "zh"), size="sm", elem_id="wence-clear", scale=1, min_width=110)
            self.scope.lay_out_more()
            self.state = gr.HTML("", elem_id="wence-state", apply_default_css=False, js_on_load=None)

    def connect(self, language: gr.Radio) -> None:
        """Connect the events; ``language`` holds the language of the page."""
        language.change(self.relabel, [self.talk, language], self.labelled, **SETTLED)
        outputs = self.shown
        asking = self.question.submit(
            self.answer_question, [self.question, *self.scope.inputs, self.talk, language], outputs, **SETTLED
        )
        example = self.chat.select(self.answer_example, [*self.scope.inputs, self.talk, language], outputs, **SETTLED)
        chosen = self.suggested.select(
            self.answer_example, [*self.scope.inputs, self.talk, language], outputs, **SETTLED
        )
        self.asking: list[Any] = [asking, example, chosen]
        for event in self.asking:
            event.then(
                self.suggest,
                [*self.scope.inputs, self.talk, language],
                [self.suggested],
                concurrency_limit=2,
                **SETTLED,
            )
        self.question.stop(self.stop, [self.talk, language], outputs, cancels=self.asking, **SETTLED)
        self.clear.click(self.start_anew, [language], outputs, cancels=self.asking, **SETTLED)
        self.chat.like(self.rate, [self.talk, language], [self.chat, self.talk, self.list], queue=False, **SETTLED)
        self.list.select(self.act_on_list, [self.talk, language], outputs, queue=False, **SETTLED)
        # What shows another conversation ends the answer that is being written.
        self.list.edit(self.act_on_list, [self.talk, language], outputs, cancels=self.asking, **SETTLED)
        self.panel.shown.select(self.open_clause, [self.talk, language], [self.panel.shown], queue=False, **SETTLED)

    # events -----------------------------------------------------------------------------

    def answer_question(
        self,
        question: str,
        documents: list[str],
        levels: list[str],
        since: str,
        until: str,
        in_force_on: str,
        talk: Talk,
        language: Language,
    ) -> Iterator[list[Any]]:
        """Check the question, then show the answer as it grows, and at the end its first citation's clause."""
        self.home.refresh()
        wence = self.home.wence
        wrong = check_question(question, wence.settings.answer.question_max_characters, language)
        wanted = Filter()
        try:
            wanted = read_filter(levels, since, until, in_force_on)
        except FilterError as error:
            wrong = wrong or str(error)
        if wrong:
            keep: Any = gr.skip()
            yield [keep, keep, render_line(wrong, kind="error"), keep, keep, keep, keep]
            return
        before, alert = talk.exchanges, ""
        exchange = Exchange(question, documents=tuple(documents))
        try:
            id, exchange = self.home.conversations.add_question(talk.id, question, documents)
            talk = replace(talk, id=id)
        except StoreError as error:
            alert = self._warn_not_kept(error, language)
        talk = replace(talk, exchanges=(*before, exchange))
        busy = gr.update(value="", submit_btn=False, stop_btn=say("stop", language))
        yield [self._render(talk, language), busy, alert, gr.skip(), talk, self._render_list(talk.id, language), ""]
        try:
            chosen = expand_choices(documents, wence.catalog)
            for answer in wence.stream(question, documents=chosen, history=take_history(before), filter=wanted):
                exchange = replace(exchange, kept=take_snapshot(answer, wence.index, wence.catalog))
                talk = replace(talk, exchanges=(*before, exchange))
                yield [self._render(talk, language), gr.skip(), gr.skip(), gr.skip(), talk, gr.skip(), gr.skip()]
        except GeneratorExit:
            self._keep(replace(exchange, done=True), language)  # stopped: what was verified until then stays
            raise
        except WenceError as error:
            exchange = replace(exchange, error=str(error))
        except Exception:
            # The edge of the page: one clear line for the reader, the rest in the log.
            log.exception("a question could not be answered")
            exchange = replace(exchange, error=say("failed", language))
        exchange = replace(exchange, done=True)
        alert = self._keep(exchange, language) or alert
        talk = replace(talk, exchanges=(*before, exchange))
        shown = self.panel.render_first(exchange, language)
        yield [self._render(talk, language), _idle(language), alert, shown, talk, gr.skip(), gr.skip()]

    def answer_example(
        self,
        documents: list[str],
        levels: list[str],
        since: str,
        until: str,
        in_force_on: str,
        talk: Talk,
        language: Language,
        event: gr.EventData,
    ) -> Iterator[list[Any]]:
        """Ask the example question that was chosen."""
        question = str(read_data(event).get("question", ""))
        yield from self.answer_question(question, documents, levels, since, until, in_force_on, talk, language)

    def suggest(
        self,
        documents: list[str],
        levels: list[str],
        since: str,
        until: str,
        in_force_on: str,
        talk: Talk,
        language: Language,
    ) -> str:
        """Show what to ask next, of the documents asked; nothing while the machine finds that for another page."""
        last = talk.exchanges[-1] if talk.exchanges else Exchange("")
        narrowed = levels or since or until or in_force_on
        if last.kept is None or not last.done or narrowed or not self._suggesting.acquire(blocking=False):
            return ""
        wence = self.home.wence
        try:
            history, chosen = take_history(talk.exchanges[:-1]), expand_choices(documents, wence.catalog)
            found = wence.suggest_follow_ups(last.question, last.kept.answer, history, documents=chosen)
        except WenceError:
            log.warning("nothing could be suggested", exc_info=True)
            return ""
        finally:
            self._suggesting.release()
        return render_suggestions(found, language)

    def stop(self, talk: Talk, language: Language) -> list[Any]:
        """Say that the answer was stopped; what was verified until then stays."""
        alert = ""
        if talk.exchanges and not talk.exchanges[-1].done:
            last = talk.exchanges[-1]
            error = "" if last.kept is not None else last.error or say("stopped", language)
            last = replace(last, error=error, done=True)
            alert = self._keep(last, language)
            talk = replace(talk, exchanges=(*talk.exchanges[:-1], last))
        return [self._render(talk, language), _idle(language), alert, gr.skip(), talk, gr.skip(), gr.skip()]

    def start_anew(self, language: Language) -> list[Any]:
        """Begin a new conversation; the one before stays in the list."""
        return self._show(Talk(), language)

    def act_on_list(self, talk: Talk, language: Language, event: gr.EventData) -> list[Any]:
        """Open, rename, delete or search the conversations kept."""
        data = read_data(event)
        what, id = data.get("do"), str(data.get("id", ""))
        kept = self.home.conversations
        try:
            if what == "open":
                return self._show(self._read_talk(id), language)
            if what == "rename":
                kept.rename(id, str(data.get("name", "")))
            elif what == "delete":
                kept.delete(id)
                if id == talk.id:
                    return self._show(Talk(), language)
            words = str(data.get("words", "")) if what == "search" else ""
        except (StoreError, NotFound) as error:
            alert = render_line(str(error), kind="error")
            return [gr.skip(), _idle(language), alert, gr.skip(), talk, self._render_list(talk.id, language), gr.skip()]
        unchanged = gr.skip()
        listed = self._render_list(talk.id, language, words=words)
        return [unchanged, unchanged, "", unchanged, talk, listed, unchanged]

    def rate(self, talk: Talk, language: Language, event: gr.EventData) -> list[Any]:
        """Keep what the reader thinks of an answer."""
        data = read_data(event)
        verdict, reason = data.get("verdict"), data.get("reason", "")
        key = str(data.get("key", ""))
        known = [one for one in talk.exchanges if str(one.key) == key and one.key]
        if verdict not in ("", "up", "down") or reason not in get_args(RatingReason) or not known:
            return [gr.skip(), gr.skip(), gr.skip()]
        rating = Rating(verdict, reason, str(data.get("remark", ""))[:1000])
        try:
            self.home.conversations.rate(known[0].key, rating)
        except StoreError:
            log.warning("a rating could not be kept", exc_info=True)
            return [gr.skip(), gr.skip(), gr.skip()]
        exchanges = tuple(replace(one, rating=rating) if one is known[0] else one for one in talk.exchanges)
        talk = replace(talk, exchanges=exchanges)
        return [self._render(talk, language), talk, self._render_list(talk.id, language)]

    def open_clause(self, talk: Talk, language: Language, event: gr.EventData) -> str:
        """Show the clause that was chosen, in an answer as that answer had it."""
        position = str(event.exchange)
        known = position.isdecimal() and int(position) < len(talk.exchanges)
        exchange = talk.exchanges[int(position)] if known else Exchange("")
        return self.panel.render(str(event.reference), exchange, language)

    def restore(self, id: str, language: Language) -> list[Any]:
        """Show a conversation again when the page is loaded anew; a new one where it is gone."""
        try:
            talk = self._read_talk(id) if id else Talk()
        except (StoreError, NotFound):
            talk = Talk()
        return self._show(talk, language)

    def show_state(self, language: Language) -> str:
        """Say what is loaded and whether an LLM is connected."""
        try:
            line = describe_state(self.home.wence.describe(), language)
        except WenceError as error:
            line = str(error)
        return render_line(line, kind="state")

    def relabel(self, talk: Talk, language: Language) -> list[Any]:
        """Return what the view shows in the language, in the order of ``labelled``."""
        return [
            self._render(talk, language),
            "",
            gr.update(**_label_question(language)),
            *self.scope.relabel(self.home.wence.catalog, language),
            gr.update(value=say("clear", language)),
            self.show_state(language),
            self.panel.render_first(talk.exchanges[-1] if talk.exchanges else Exchange(""), language),
            self._render_list(talk.id, language),
        ]

    @property
    def shown(self) -> list[Any]:
        """The components that a conversation is shown in, in the order of every event's outputs."""
        return [self.chat, self.question, self.alert, self.panel.shown, self.talk, self.list, self.suggested]

    @property
    def labelled(self) -> list[Any]:
        """The components that ``relabel`` returns values for."""
        fields = [self.question, *self.scope.labelled, self.clear]
        return [self.chat, self.alert, *fields, self.state, self.panel.shown, self.list]

    # values to show ---------------------------------------------------------------------

    def _read_talk(self, id: str) -> Talk:
        """Return a conversation as it is kept; what is not done in it was cut off."""
        return Talk(id, tuple(replace(one, done=True) for one in self.home.conversations.read(id)))

    def _show(self, talk: Talk, language: Language) -> list[Any]:
        """Return a whole conversation in the order of an event's outputs."""
        evidence = self.panel.render_first(talk.exchanges[-1] if talk.exchanges else Exchange(""), language)
        idle = gr.update(value="", submit_btn=say("ask", language), stop_btn=False)
        return [self._render(talk, language), idle, "", evidence, talk, self._render_list(talk.id, language), ""]

    def _keep(self, exchange: Exchange, language: Language) -> str:
        """Keep an exchange that is done; return the line that says so where it could not be kept."""
        if not exchange.key:
            return ""
        try:
            self.home.conversations.finish(exchange)
        except StoreError as error:
            return self._warn_not_kept(error, language)
        return ""

    def _warn_not_kept(self, error: StoreError, language: Language) -> str:
        log.warning("a conversation could not be kept", exc_info=True)
        return render_line(say("not_kept", language).format(error=error), kind="error")

    def _render(self, talk: Talk, language: Language, *, welcome: bool = True) -> str:
        parts = []
        for position, exchange in enumerate(talk.exchanges):
            parts.append(render_question(exchange.question, language))
            reply = render_answer(exchange.kept.answer, exchange.kept, language) if exchange.kept else ""
            cut_off = exchange.done and exchange.kept is None
            if exchange.error or cut_off:
                reply += render_line(exchange.error or say("interrupted", language), kind="error")
            if exchange.done:
                listed = list_answer(exchange.kept.answer, exchange.kept, language) if exchange.kept else ""
                copied = f"{exchange.question}\n\n{listed}" if listed else ""
                rating = render_rating(exchange, language) if exchange.kept and exchange.key else ""
                reply += render_actions(exchange.question, copied, language, more=rating)
            reply = reply or render_line(say("searching", language), kind="pending")
            parts.append(render_reply(reply, language, position=position))
        examples = self.home.wence.suggest_questions(EXAMPLES) if welcome and not parts else []
        inside = "".join(parts) or render_welcome(examples, language)
        return (
            f'<div class="wence-log" role="log" aria-label="{say("conversation", language)}" '
            f'data-conversation="{escape_value(talk.id)}">{inside}</div>'
        )

    def _render_list(self, current: str, language: Language, *, words: str = "") -> str:
        try:
            conversations = self.home.conversations.list_conversations(words)
            rated = self.home.conversations.count_rated()
        except StoreError as error:
            return render_line(str(error), kind="error")
        return render_conversations(conversations, current, language, words=words, rated=rated)


def _label_question(language: Language) -> dict[str, Any]:
    hint = say("question_hint", language)
    return {"placeholder": hint, "label": say("question", language), "submit_btn": say("ask", language)}


def _idle(language: Language) -> Any:
    return gr.update(submit_btn=say("ask", language), stop_btn=False)
