"""A follow-up written out by an LLM as a question that stands alone, for search."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from corpus.errors import LLMError
from index.segment import simplify
from rag.llm import ChatModel
from rag.model import Turn
from rag.prompts import build_rewrite_messages

LONGEST = 120
"""Characters from which on what was written is no question."""
ANSWER_CHARACTERS = 400
"""Where a model that goes on and on is cut off."""
SHARED = 0.34
"""The share of the follow-up's own pairs of characters that the question must keep: else it asks something else."""

_HEAD = re.compile(r"^\s*(?:改写后的?问题|完整问题|改写|问题|输出|答案|回答)\s*[:：]\s*")
_QUOTES = "“”\"'「」 \t"
_PARTICLES = frozenset("那这呢吗么吧啊的了它其又还再就也都是有个些")


def rewrite_question(question: str, history: Sequence[Turn], llm: ChatModel) -> str:
    """Return the question as it stands alone; empty where the model fails or writes something else."""
    written = ""
    try:
        for piece in llm.stream(build_rewrite_messages(question, history)):
            written += piece
            if "\n" in written.strip() or len(written) > ANSWER_CHARACTERS:
                break
    except LLMError:
        return ""  # the earlier question's words take its place, as without an LLM
    return check_rewrite(written, question)


def check_rewrite(written: str, question: str) -> str:
    """Return the one line that a model wrote where it can be the question; else empty."""
    line = next((line for line in written.strip().splitlines() if line.strip()), "")
    line = _HEAD.sub("", simplify(unicodedata.normalize("NFKC", line))).strip(_QUOTES)
    if not 4 <= len(line) <= LONGEST or line.count("。") > 1:
        return ""
    own = _pairs(simplify(unicodedata.normalize("NFKC", question)))
    kept = len(own & _pairs(line)) / len(own) if own else 1.0
    return line if kept >= SHARED else ""


def _pairs(text: str) -> set[str]:
    letters = [character for character in text if character.isalnum() and character not in _PARTICLES]
    return {a + b for a, b in pairwise(letters)}
