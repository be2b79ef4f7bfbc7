"""An LLM as judge: of every statement whether its quotes support it, of every answer whether it answers.

The answers are read strictly: a word that was not offered is no verdict. What the judge
was asked, and by what name it goes, stands in the report.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.errors import LLMError
from eval.measures import Judgement, Outcome
from eval.measures.model import StatementVerdict, Verdict
from eval.prompts import (
    ANSWER_REQUEST,
    ANSWER_RULES,
    SUPPORT_REQUEST,
    SUPPORT_RULES,
    build_answer_messages,
    build_support_messages,
)
from rag.llm import ChatModel
from rag.prompts import Message
from rag.settings import LLMSettings

logger = logging.getLogger(__name__)

GIVES_UP = 3
"""Failures one after another from which on the LLM is asked no more."""

_SUPPORT: dict[str, Verdict] = {"支持": "yes", "不支持": "no"}
_ANSWER: dict[str, Verdict] = {"答了": "yes", "没答": "no"}
_THOUGHT = re.compile(r"^.*</think>", re.DOTALL)
_AROUND = " \t\n\r。.！!“”\"'「」【】*"


@dataclass(frozen=True, slots=True)
class JudgeFacts:
    """Who judged, what it was asked (rules, then request, ``{…}`` where texts go), and how often it did not decide."""

    model: str
    support_prompt: str
    answer_prompt: str
    asked: int
    undecided: int


class Judge:
    """Asks an LLM, and counts what it asked."""

    def __init__(self, llm: ChatModel, model: str) -> None:
        self.model = model
        self._llm = llm
        self._asked = self._undecided = self._failed = 0

    def judge_outcomes(self, outcomes: Iterable[Outcome], *, done: Callable[[], object]) -> list[Outcome]:
        """Return the outcomes with a judgement of each that was answered; ``done`` is called after each."""
        judged = []
        for outcome in outcomes:
            judged.append(outcome if outcome.abstained else replace(outcome, judgement=self._judge(outcome)))
            done()
        return judged

    def describe(self) -> JudgeFacts:
        """Return the facts for the report."""
        return JudgeFacts(
            model=self.model,
            support_prompt=f"{SUPPORT_RULES}\n\n{SUPPORT_REQUEST}",
            answer_prompt=f"{ANSWER_RULES}\n\n{ANSWER_REQUEST}",
            asked=self._asked,
            undecided=self._undecided,
        )

    def _judge(self, outcome: Outcome) -> Judgement:
        statements = []
        for statement in outcome.statements:
            quotes = [outcome.citations[position].quote for position in statement.citations]
            verdict = self._ask(build_support_messages(statement.text, quotes=quotes), _SUPPORT)
            statements.append(StatementVerdict(statement.text, verdict))
        question = outcome.question
        messages = build_answer_messages(question.question, answer=outcome.answer, history=question.history)
        return Judgement(tuple(statements), self._ask(messages, _ANSWER))

    def _ask(self, messages: Sequence[Message], words: dict[str, Verdict]) -> Verdict:
        self._asked += 1
        reply = self._read_reply(messages) if self._failed < GIVES_UP else ""
        verdict = words.get(_THOUGHT.sub("", reply).strip(_AROUND), "undecided")
        self._undecided += verdict == "undecided"
        return verdict

    def _read_reply(self, messages: Sequence[Message]) -> str:
        try:
            reply = "".join(self._llm.stream(messages))
        except LLMError as error:
            self._failed += 1
            last = "; it is asked no more" if self._failed == GIVES_UP else ""
            logger.warning("the judge failed: %s%s", error, last)
            return ""
        self._failed = 0
        return reply


def name_llm(settings: LLMSettings) -> str:
    """Return the name that reports give the LLM of the settings: its file's, or as the endpoint knows it."""
    return settings.gguf.replace("\\", "/").rsplit("/", 1)[-1] or settings.model or settings.base_url
