"""Fakes that cannot lie: they answer what a test wrote for them, and keep what they were asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.errors import LLMError
from rag.prompts import Message


class ScriptedChatModel:
    """Gives the scripted replies in turn, piece by piece, and records every prompt.

    A reply that is an ``LLMError`` is raised; ``fails_after`` raises one after so many pieces of each reply.
    """

    def __init__(self, *replies: str | LLMError, piece_characters: int = 3, fails_after: int | None = None) -> None:
        self.prompts: list[tuple[Message, ...]] = []
        self._replies = list(replies)
        self._size = piece_characters
        self._fails_after = fails_after

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        self.prompts.append(tuple(messages))
        reply = self._replies.pop(0)
        if isinstance(reply, LLMError):
            raise reply
        for count, start in enumerate(range(0, len(reply), self._size)):
            if count == self._fails_after:
                raise LLMError("the scripted model broke off, as told: nothing to do")
            yield reply[start : start + self._size]
