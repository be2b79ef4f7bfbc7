"""What a reader can say of an answer, as HTML; ``static/chat.js`` sends it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ui.records.conversations import Exchange, RatingReason
from ui.rendering.answers import escape_value
from ui.text import Language, say

REASONS: Mapping[RatingReason, str] = {
    "wrong_clause": "rating_wrong_clause",
    "incomplete": "rating_incomplete",
    "should_abstain": "rating_should_abstain",
    "should_answer": "rating_should_answer",
    "other": "rating_other",
}
"""Why an answer is not right, with the labels."""


def render_rating(exchange: Exchange, language: Language) -> str:
    """Return a button for a useful answer, and a form for one that is not, as far as it was rated already."""
    rating, key = exchange.rating, exchange.key
    pressed = "true" if rating.verdict == "up" else "false"
    up = (
        f'<button type="button" class="wence-action" name="wence-rate" value="{"" if pressed == "true" else "up"}" '
        f'data-key="{key}" aria-pressed="{pressed}">{escape(say("useful", language))}</button>'
    )
    options = "".join(
        f'<label><input type="radio" name="reason" value="{reason}" required'
        f"{' checked' if rating.reason == reason else ''}> {escape(say(label, language))}</label>"
        for reason, label in REASONS.items()
    )
    remark = escape_value(say("rating_remark", language))
    rated = ' class="wence-rated"' if rating.verdict == "down" else ""
    thanks = f'<p class="wence-thanks" role="status">{escape(say("rating_thanks", language))}</p>' if rated else ""
    return (
        f'{up}<details class="wence-rate"><summary{rated}>{escape(say("not_useful", language))}</summary>'
        f'<form data-key="{key}"><fieldset><legend>{escape(say("rating_why", language))}</legend>{options}</fieldset>'
        f'<input class="wence-field" name="remark" maxlength="1000" value="{escape_value(rating.remark)}" '
        f'placeholder="{remark}" aria-label="{remark}">'
        f'<button type="submit" class="wence-button">{escape(say("rating_send", language))}</button></form></details>'
        f"{thanks}"
    )
