"""A drafted question in the words of an LLM, where they are of use; in the template's where they are not."""

from __future__ import annotations

import logging
import re
from itertools import pairwise

from corpus.errors import LLMError
from eval.drafting.draft import Phrase
from eval.drafting.proposals import Proposal
from eval.measures.answer_point_recall import read_figures
from eval.prompts import build_phrase_messages
from rag.llm import ChatModel
from rag.wording import squeeze

logger = logging.getLogger(__name__)

TYPES = ("fact", "list")
"""What is put in other words: a number is asked for by its number, and two questions in one by the template."""

_LONGEST = 80
_SHARED = 2
_THOUGHT = re.compile(r"^.*</think>", re.DOTALL)
_PREFACE = re.compile(r"^(?:【?(?:改写|问题|问)】?\s*[:：]?)\s*")
_REFUSED = re.compile(r"[《》\[\]【】<>{}]|https?:|第[^，。？?]{1,8}条|[\r\n]")
_HAN = re.compile("[\u4e00-\u9fff]")


def phrase_with(llm: ChatModel) -> Phrase:
    """Return a ``Phrase`` that asks the LLM; once it fails, the templates stand for the rest."""
    failed = False

    def phrase(proposal: Proposal) -> str:
        nonlocal failed
        if failed or proposal.type not in TYPES:
            return proposal.question
        messages = build_phrase_messages(proposal.asks, evidence=proposal.evidence, answer=proposal.points)
        try:
            reply = "".join(llm.stream(messages))
        except LLMError as error:
            logger.warning("%s; the rest is in the words of the templates", error)
            failed = True
            return proposal.question
        asked = read_phrase(reply, proposal)
        if not asked:
            logger.info("%s: of no use, the template's words stand: %s", proposal.question, reply[:200])
        return f"按照《{proposal.title}》，{asked}" if asked else proposal.question

    return phrase


def read_phrase(reply: str, proposal: Proposal) -> str:
    """Return the question that a reply holds, "" where it is of no use.

    It must be one short question on one line, in Chinese, share words with the
    template's without being it, give nothing of the answer away, and have no figure that the evidence has
    not.
    """
    asked = _PREFACE.sub("", _THOUGHT.sub("", reply).strip()).strip("“”\"'「」 ")
    if not asked.endswith(("？", "?")) or len(asked) > _LONGEST or _REFUSED.search(asked) or not _HAN.search(asked):
        return ""
    said = squeeze(asked)
    if said == squeeze(proposal.asks) or any(squeeze(point) in said for point in proposal.points):
        return ""
    values = {value for value, _ in read_figures(asked)}
    held = {value for words in proposal.evidence for value, _ in read_figures(words)}
    told = {value for point in proposal.points for value, _ in read_figures(point)}
    if values - held or values & told or len(_pairs(said) & _pairs(squeeze(proposal.asks))) < _SHARED:
        return ""
    return asked


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(text))
