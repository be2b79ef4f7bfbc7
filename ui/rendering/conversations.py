"""The list of conversations as HTML; ``static/panel.js`` tells the page what is chosen in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from urllib.parse import quote

from ui.records.conversations import LISTED, Conversation
from ui.rendering.answers import escape_text, escape_value
from ui.text import Language, say

EXPORTS = (("docx", "export_docx"), ("md", "export_markdown"))


def render_conversations(
    conversations: Sequence[Conversation], current: str, language: Language, *, words: str = "", rated: int = 0
) -> str:
    """Return the list: a search field, each conversation with what can be done with it, ``current`` marked.

    ``words`` are those searched for, ``rated`` the number of answers that readers rated.
    """
    rows = "".join(_render_row(one, one.id == current, language) for one in conversations)
    nothing = (
        "" if rows else f'<p class="wence-empty">{say("none_found" if words else "no_conversations", language)}</p>'
    )
    if len(conversations) >= LISTED:
        nothing = f'<p class="wence-empty">{say("older_found", language)}</p>'
    label = escape(say("search_conversations", language))
    ratings = (
        f'<a class="wence-download" href="page/ratings.jsonl" download>'
        f"{escape(say('ratings_export', language).format(count=rated))}</a>"
        if rated
        else ""
    )
    return (
        f'<nav class="wence-list" aria-label="{escape(say("conversations", language))}">'
        f'<input type="search" id="wence-search" class="wence-field" data-do="search" name="words" '
        f'value="{escape_value(words)}" placeholder="{label}" aria-label="{label}" autocomplete="off">'
        f"<ul>{rows}</ul>{nothing}{ratings}</nav>"
    )


def _render_row(one: Conversation, is_current: bool, language: Language) -> str:
    current = ' aria-current="true"' if is_current else ""
    id = escape_value(one.id)
    more = escape_value(say("more_actions", language).format(name=one.name))
    links = "".join(
        f'<a class="wence-download" href="page/conversations/{quote(one.id)}.{suffix}?language={language}" download>'
        f"{escape(say(key, language))}</a>"
        for suffix, key in EXPORTS
    )
    confirm = escape_value(say("confirm_delete", language).format(name=one.name))
    name = escape(say("new_name", language))
    return (
        f'<li{current}><button type="button" class="wence-conversation" name="wence-do" value="open" '
        f'data-event="edit" data-id="{id}"{current}>'
        f"<span>{escape_text(one.name)}</span><small>{_show_time(one.updated)}</small></button>"
        f'<details class="wence-more"><summary title="{more}" aria-label="{more}">⋯</summary>'
        f'<div class="wence-menu">'
        f'<form data-do="rename" data-id="{id}"><input class="wence-field" name="name" maxlength="60" required '
        f'value="{escape_value(one.name)}" aria-label="{name}">'
        f'<button type="submit" class="wence-button">{escape(say("rename", language))}</button></form>'
        f'{links}<button type="button" class="wence-button wence-danger" name="wence-do" value="delete" '
        f'data-event="edit" data-id="{id}" data-confirm="{confirm}">'
        f"{escape(say('delete', language))}</button></div></details></li>"
    )


def _show_time(moment: str) -> str:
    try:
        return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return ""
