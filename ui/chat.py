"""The chat page: its layout and its events. What it shows is made in ``ui.render``."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from corpus.errors import WenceError
from corpus.references.find import find_references
from corpus.references.targets import resolve_references
from rag.model import Answer, Turn
from ui.plain import list_answer
from ui.render import (
    Library,
    link_targets,
    read_reference,
    render_actions,
    render_answer,
    render_clause,
    render_line,
    render_no_evidence,
    render_question,
    render_reply,
    render_welcome,
    write_reference,
)
from ui.text import LANGUAGES, Language, say

if TYPE_CHECKING:
    from rag.wence import State, Wence

STATIC = Path(__file__).parent / "static"
EXAMPLES = 4
READERS_AT_ONCE = 4
"""Answers made at a time; further questions wait their turn in Gradio's queue."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer so far, or with the line that says what went wrong; ``done`` when no more comes."""

    question: str
    answer: Answer | None = None
    error: str = ""
    done: bool = False


def build_page(wence: Wence) -> gr.Blocks:
    """Return the chat page over an opened Wence; nothing is served yet."""
    return ChatPage(wence).blocks


def build_theme() -> gr.themes.Base:
    """Return the theme: fonts of the reader's system only, so that none is fetched."""
    fonts = ["PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "system-ui", "sans-serif"]
    monospace = ["ui-monospace", "Consolas", "Noto Sans Mono CJK SC", "monospace"]
    return gr.themes.Base(primary_hue="slate", neutral_hue="stone", radius_size="sm", font=fonts, font_mono=monospace)


def take_history(conversation: Sequence[Exchange], library: Library) -> list[Turn]:
    """Return the answered exchanges as turns, oldest first; an answer names the documents it cites.

    So 「第五十六条呢」 after an answer from one law is read as a question about that law.
    """
    turns: list[Turn] = []
    for exchange in conversation:
        if exchange.answer is not None:
            ids = dict.fromkeys(library.clauses[one.clause_id].document_id for one in exchange.answer.citations)
            titles = "".join(f"《{library.parsed[id].document.title}》" for id in ids)
            turns += [Turn("user", exchange.question), Turn("assistant", f"{exchange.answer.text}{titles}")]
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


class ChatPage:
    """One page's components and the handlers of their events."""

    def __init__(self, wence: Wence) -> None:
        self.wence = wence
        self.examples = wence.suggest_questions(EXAMPLES)
        self.blocks: gr.Blocks = gr.Blocks(title="问策 Wence", analytics_enabled=False, fill_width=True)
        with self.blocks:
            self._lay_out()
            self._connect()
        self.blocks.queue(default_concurrency_limit=READERS_AT_ONCE, api_open=False)

    def _lay_out(self) -> None:
        self.conversation = gr.State([])
        with gr.Row(elem_id="wence-head", equal_height=False):
            self.head = gr.HTML(_render_head("zh"), elem_id="wence-brand", apply_default_css=False, js_on_load=None)
            self.language = gr.Radio(
                LANGUAGES,
                value="zh",
                label=say("language", "zh"),
                show_label=False,
                container=False,
                elem_id="wence-language",
            )
        with gr.Row(elem_id="wence-main", equal_height=False):
            with gr.Column(scale=7, min_width=340, elem_id="wence-left"):
                self.chat = gr.HTML(
                    self._render([], "zh"),
                    elem_id="wence-chat",
                    apply_default_css=False,
                    js_on_load=(STATIC / "chat.js").read_text(encoding="utf-8"),
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
                    self.documents = gr.Dropdown(
                        self._list_documents(),
                        value=[],
                        multiselect=True,
                        label=say("documents", "zh"),
                        elem_id="wence-documents",
                        scale=4,
                    )
                    self.clear = gr.Button(say("clear", "zh"), size="sm", elem_id="wence-clear", scale=1, min_width=110)
                self.state = gr.HTML("", elem_id="wence-state", apply_default_css=False, js_on_load=None)
            with gr.Column(scale=5, min_width=320, elem_id="wence-right"):
                self.evidence = gr.HTML(
                    render_no_evidence("zh"),
                    elem_id="wence-evidence",
                    apply_default_css=False,
                    js_on_load=(STATIC / "evidence.js").read_text(encoding="utf-8"),
                )

    def _connect(self) -> None:
        inputs = [self.question, self.documents, self.conversation, self.language]
        outputs = [self.chat, self.question, self.alert, self.evidence, self.conversation]
        hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking = self.question.submit(self.answer_question, inputs, outputs, **hidden)
        example = self.chat.select(
            self.answer_example, [self.documents, self.conversation, self.language], outputs, **hidden
        )
        self.question.stop(
            self.stop,
            [self.conversation, self.language],
            [self.chat, self.question, self.conversation],
            cancels=[asking, example],
            **hidden,
        )
        self.clear.click(self.start_anew, [self.language], outputs, cancels=[asking, example], **hidden)
        self.evidence.select(self.open_clause, [self.language], [self.evidence], queue=False, **hidden)
        self.language.change(
            self.switch_language,
            [self.language, self.conversation],
            [self.head, self.chat, self.alert, self.question, self.documents, self.clear, self.state, self.evidence],
            js="(language, rest) => { document.documentElement.lang = language; return [language, rest]; }",
            **hidden,
        )
        self.blocks.load(
            self.show_state,
            [self.language],
            [self.state],
            js="(language) => { document.documentElement.lang = language; return [language]; }",
            **hidden,
        )

    # what the page offers ---------------------------------------------------------------

    def _list_documents(self) -> list[tuple[str, str]]:
        documents = [parsed.document for parsed in self.wence.index.parsed.values()]
        titles = [document.title for document in documents]
        return sorted(
            (document.title if titles.count(document.title) == 1 else f"{document.title}（{document.id}）", document.id)
            for document in documents
        )

    # events -----------------------------------------------------------------------------

    def answer_question(
        self, question: str, documents: list[str], conversation: list[Exchange], language: Language
    ) -> Iterator[list[Any]]:
        """Check the question, then show the answer as it grows, and at the end its first citation's clause."""
        wrong = check_question(question, self.wence.settings.answer.question_max_characters, language)
        if wrong:
            keep: Any = gr.skip()
            yield [keep, keep, render_line(wrong, kind="error"), keep, keep]
            return
        exchange = Exchange(question)
        busy = gr.update(value="", submit_btn=False, stop_btn=say("stop", language))
        yield [self._render([*conversation, exchange], language), busy, "", gr.skip(), [*conversation, exchange]]
        history = take_history(conversation, self.wence.index)
        try:
            for answer in self.wence.stream(question, documents=documents, history=history):
                exchange = replace(exchange, answer=answer)
                so_far = [*conversation, exchange]
                yield [self._render(so_far, language), gr.skip(), "", gr.skip(), so_far]
        except WenceError as error:
            exchange = replace(exchange, error=str(error))
        except Exception:
            # The edge of the page: one clear line for the reader, the rest in the log.
            log.exception("a question could not be answered")
            exchange = replace(exchange, error=say("failed", language))
        final = [*conversation, exchange := replace(exchange, done=True)]
        idle = gr.update(submit_btn=say("ask", language), stop_btn=False)
        yield [self._render(final, language), idle, "", self._show_first_citation(exchange, language), final]

    def answer_example(
        self, documents: list[str], conversation: list[Exchange], language: Language, event: gr.EventData
    ) -> Iterator[list[Any]]:
        """Ask the example question that was chosen."""
        yield from self.answer_question(str(event.question), documents, conversation, language)

    def stop(self, conversation: list[Exchange], language: Language) -> list[Any]:
        """Say that the answer was stopped; what was verified until then stays."""
        if conversation and not conversation[-1].done:
            last = conversation[-1]
            error = "" if last.answer is not None else last.error or say("stopped", language)
            conversation = [*conversation[:-1], replace(last, error=error, done=True)]
        idle = gr.update(submit_btn=say("ask", language), stop_btn=False)
        return [self._render(conversation, language), idle, conversation]

    def start_anew(self, language: Language) -> list[Any]:
        """Forget the conversation."""
        idle = gr.update(value="", submit_btn=say("ask", language), stop_btn=False)
        return [self._render([], language), idle, "", render_no_evidence(language), []]

    def open_clause(self, language: Language, event: gr.EventData) -> str:
        """Show the clause of the citation that was chosen."""
        return self._render_reference(str(event.reference), language)

    def show_state(self, language: Language) -> str:
        """Say what is loaded and whether an LLM is connected."""
        try:
            line = describe_state(self.wence.describe(), language)
        except WenceError as error:
            line = str(error)
        return render_line(line, kind="state")

    def switch_language(self, language: Language, conversation: list[Exchange]) -> list[Any]:
        """Show every label, and the conversation's own, in the language."""
        return [
            _render_head(language),
            self._render(conversation, language),
            "",
            gr.update(**_label_question(language)),
            gr.update(label=say("documents", language)),
            gr.update(value=say("clear", language)),
            self.show_state(language),
            self._show_first_citation(conversation[-1] if conversation else Exchange(""), language),
        ]

    # values to show ---------------------------------------------------------------------

    def _render(self, conversation: Sequence[Exchange], language: Language) -> str:
        parts = []
        for exchange in conversation:
            parts.append(render_question(exchange.question, language))
            reply = render_answer(exchange.answer, self.wence.index, language) if exchange.answer is not None else ""
            if exchange.error:
                reply += render_line(exchange.error, kind="error")
            if exchange.done:
                listed = list_answer(exchange.answer, self.wence.index, language) if exchange.answer else ""
                copied = f"{exchange.question}\n\n{listed}" if listed else ""
                reply += render_actions(exchange.question, copied, language)
            parts.append(render_reply(reply or render_line(say("searching", language), kind="pending"), language))
        inside = "".join(parts) or render_welcome(self.examples, language)
        return f'<div class="wence-log" role="log" aria-label="{say("conversation", language)}">{inside}</div>'

    def _show_first_citation(self, exchange: Exchange, language: Language) -> str:
        if exchange.answer is None or not exchange.answer.citations:
            return render_no_evidence(language)
        first = exchange.answer.citations[0]
        return self._render_reference(write_reference(first.clause_id, [(first.start, first.end)]), language)

    def _render_reference(self, reference: str, language: Language) -> str:
        clause_id, ranges = read_reference(reference)
        clause = self.wence.index.clauses.get(clause_id)
        if clause is None:
            return render_no_evidence(language)
        parsed, catalog = self.wence.index.parsed, self.wence.catalog
        document = parsed[clause.document_id]
        references = [one for one in find_references(document) if one.clause == clause.id]
        links = link_targets(resolve_references(references, document, catalog, parsed))
        return render_clause(clause, self.wence.index, language, ranges=ranges, links=links, today=date.today())


def _label_question(language: Language) -> dict[str, Any]:
    hint = say("question_hint", language)
    return {"placeholder": hint, "label": say("question", language), "submit_btn": say("ask", language)}


def _render_head(language: Language) -> str:
    return f"<h1>问策 <small>Wence</small></h1><p>{say('tagline', language)}</p>"
