"""A conversation as Markdown: CommonMark with footnotes (``[^1]``) and ``==`` around the words that are quoted.

Every text of the manuscript shows as itself: what would be Markdown or HTML in it is
escaped, as CommonMark (section 2.4) lets any ASCII punctuation be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ui.export.layout import lay_out
from ui.export.manuscript import Line, Run, Style
from ui.records.conversations import Conversation, Exchange
from ui.text import Language

_BEFORE: dict[Style, str] = {
    "title": "# ",
    "heading": "## ",
    "appendix": "## ",
    "subheading": "### ",
    "question": "> ",
    "clause": "> ",
    "item": "- ",
}
_BETWEEN: dict[Style, str] = {"question": "\n>\n", "clause": "\n>\n", "item": "\n"}
"""What stands between two blocks of the same style, where that is not an empty line."""
_BOLD: tuple[Style, ...] = ("status", "caption")

_ACTIVE = re.compile(r"[\\`*_\[\]<>&|~=$^{}@]|(?<!\S)#|:(?=//)|(?<=www)\.", re.IGNORECASE)
_OPENING = re.compile(r"[-+:%]|\(?[0-9A-Za-z]{1,9}(?=[.)])")
_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
_TICKS = re.compile("`+")


def write_markdown(conversation: Conversation, exchanges: Sequence[Exchange], language: Language) -> str:
    """Return a conversation as Markdown: each question with its answer, the clauses cited, the footnotes."""
    manuscript = lay_out(conversation, exchanges, language, marked="export_marked_signs")
    pieces: list[str] = []
    before: Style | None = None
    for block in manuscript.blocks:
        if before is not None:
            pieces.append(_BETWEEN.get(block.style, "\n\n") if block.style == before else "\n\n")
        words = _write_line(block.runs)
        pieces.append(_BEFORE.get(block.style, "") + (f"**{words}**" if block.style in _BOLD else words))
        before = block.style
    for number, lines in enumerate(manuscript.notes, start=1):
        # Breaks within one paragraph: a viewer that knows no footnotes takes further paragraphs for code.
        pieces.append(f"\n\n[^{number}]: " + "\\\n    ".join(_write_line(line) for line in lines))
    return "".join(pieces) + "\n"


def _write_line(runs: Line) -> str:
    words, behind = "", False
    for run in runs:
        if run.note:
            words += f" [^{run.note}]" if behind else f"[^{run.note}]"
        else:
            text = _write_words(run)
            # [^1]: at the head of a line begins a footnote, [^1](…) is a link.
            words += f"\\{text}" if behind and text.startswith((":", "(")) else text
        behind = bool(run.note)
    words = words.strip()
    if opening := _OPENING.match(words):
        at = opening.end() if opening[0][-1].isalnum() else 0
        return f"{words[:at]}\\{words[at:]}"
    return words


def _write_words(run: Run) -> str:
    if run.kind == "damaged":
        return _write_code(run.text)
    text = _ACTIVE.sub(r"\\\g<0>", run.text)
    if run.kind == "quoted":
        # Signs beside white space would mark nothing.
        edges = _EDGES.fullmatch(text)
        if edges and edges[2]:
            return f"{edges[1]}=={edges[2]}=={edges[3]}"
    return text


def _write_code(text: str) -> str:
    # A code span is shown in a box, each character as it is; its fence is longer than any inside.
    fence = "`" * (max((len(ticks) for ticks in _TICKS.findall(text)), default=0) + 1)
    space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{space}{text}{space}{fence}"
