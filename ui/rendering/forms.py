"""Forms of the settings as HTML: groups, choices with what they cost, and fields; what is fixed elsewhere is shut."""

from __future__ import annotations

from html import escape

from ui.rendering.answers import escape_text, escape_value
from ui.text import Language, say


def wrap_group(title: str, content: str, language: Language) -> str:
    """Return a group with its heading; ``title`` is a label's key."""
    heading = escape(say(title, language))
    return f'<section class="wence-group" aria-label="{heading}"><h2>{heading}</h2>{content}</section>'


def wrap_form(content: str, language: Language, *, more: str = "", saved: int) -> str:
    """Return a form with a button to save it and ``more`` buttons.

    ``saved`` counts what was saved, so that a form is shown anew, what was typed gone, even
    where it says the same as before.
    """
    save = escape(say("save", language))
    return (
        f'<form data-do="save" data-saved="{saved}" autocomplete="off" novalidate>{content}'
        f'<div class="wence-decide">'
        f'<button type="submit" class="wence-button wence-primary" value="save">{save}</button>{more}</div></form>'
    )


def render_choice(
    name: str,
    value: str,
    label: str,
    cost: str,
    language: Language,
    *,
    chosen: bool,
    inside: str = "",
    barred_by: str = "",
) -> str:
    """Return a choice with what it costs, and the fields that belong to it."""
    note = _render_fixed(barred_by, language)
    id = f"wence-{name}-{value}"
    state = f"{' checked' if chosen else ''}{' disabled' if barred_by else ''}"
    inside = f'<div class="wence-inside">{inside}</div>' if inside else ""
    return (
        f'<div class="wence-choice"><input type="radio" id="{id}" name="{name}" value="{value}" '
        f'aria-describedby="{id}-cost"{state}><div><label for="{id}">{escape(say(label, language))}</label>'
        f'<p class="wence-caption" id="{id}-cost">{escape(cost)}</p>{note}'
        f"{inside}</div></div>"
    )


def render_field(
    name: str,
    value: str,
    label: str,
    hint: str,
    fixed_by: str | None,
    language: Language,
    *,
    type: str = "text",
    placeholder: str = "",
) -> str:
    """Return a field with its label and a hint; one that is fixed elsewhere says by what, and cannot be typed in."""
    id = f"wence-setting-{name.replace('_', '-')}"
    told = f'<p class="wence-caption" id="{id}-hint">{escape(say(hint, language))}</p>' if hint else ""
    about = f' aria-describedby="{id}-hint"' if hint else ""
    state = " disabled" if fixed_by else ""
    complete = "new-password" if type == "password" else "off"
    return (
        f'<div class="wence-setting"><label for="{id}">{escape(say(label, language))}</label>'
        f'<input type="{type}" id="{id}" class="wence-field" name="{name}" value="{escape_value(value)}" '
        f'placeholder="{escape_value(placeholder)}" autocomplete="{complete}" spellcheck="false"{about}{state}>'
        f"{told}{_render_fixed(fixed_by or '', language)}</div>"
    )


def _render_fixed(by: str, language: Language) -> str:
    return f'<p class="wence-note">{escape_text(say("setting_fixed", language).format(by=by))}</p>' if by else ""
