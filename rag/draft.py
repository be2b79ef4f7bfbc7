"""A model's draft taken apart, as it streams in: sentences, and the passage numbers each of them cites.

Forgiven: [1], 【1】, ［1］, [1][2], [1,2], [1-3], [来源1], （1） at the end of a sentence, a number
alone after the last full stop of a line, marks in front of a line; Markdown, code fences and
<think>…</think> fall away.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_STOPS = "。！？!?"
_CLOSERS = "”’」』）)】》\"'"
_NUMBERS = r"\d{1,3}(?:\s*[,，、;；~～\-–—至和]\s*\d{1,3})*"
_MARK = rf"[\[【［〔]\s*(?:来源|文件|条款|段落|资料|材料|passage|source)?\s*\^?({_NUMBERS})\s*[\]】］〕]"
_ROUND_MARK = rf"[（(]\s*({_NUMBERS})\s*[）)]"
_BARE = r"(\d{1,2})[.。]?"
_MARKS = re.compile(_MARK)
_MARK_RUN = re.compile(rf"(?:[ \t]*(?:{_MARK}))+")
_LEADING_MARK = re.compile(rf"\s*(?:{_MARK})")
_MARK_BEGUN = re.compile(r"[ \t]*(?:[\[【［〔][^\]】］〕\n]{0,40})?$|[ \t]*[（(]\s*[\d,，、]*$|[ \t]*\d{0,2}[.。]?$")
_ROUND_TAIL = re.compile(rf"[ \t]*{_ROUND_MARK}[ \t]*(?=\n|$|[。！？!?])[。！？!?]?")
_BARE_TAIL = re.compile(rf"[ \t]*{_BARE}[ \t]*(?=\n|$)")
_MARKS_LINE = re.compile(rf"\s*\n\s*((?:[ \t]*(?:{_MARK}))+)[ \t]*[。]?[ \t]*(?=\n|$)")
_PLACEHOLDER = re.compile(r"[\[【［]\s*[nNxX]\s*[\]】］]")
_LINE_HEAD = re.compile(r"^\s*(?:[-*•·●▪>#]+\s+|\d{1,2}\s*[.、)）](?!\d)\s*|[（(]\d{1,2}[）)]\s*|[①-⑳]\s*)+")
_OPEN_ENDS = ("：", ":", "；", ";")
_ITEM = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")
_ITEM_BEGUN = re.compile(r"(?:[（(][一二三四五六七八九十]{0,3})?")
_EMPHASIS = re.compile(r"\*\*|__|`+")
_FENCE_LINE = re.compile(r"^\s*(?:```|~~~)")
_THINK_OPEN, _THINK_CLOSE = "<think>", "</think>"
_PREFACE = re.compile(r"^\s*(?:答案?|回答|答复|结论|assistant)\s*[:：]\s*", re.IGNORECASE)

_SOURCES = r"(?:文件|条款|资料|材料|文中|原文|上下文|上述|以上|法规|法律|政策|段落|内容|提供|给出|本法|条例|我)"
_ABSTENTION = re.compile(
    rf"{_SOURCES}[^。，；]{{0,20}}?(?:没有|未|并未|并没有|均未|无)(?:[^。，；“”]{{0,12}}?)"
    r"(?:规定|提到|提及|提供|说明|明确|涉及|包含|包括|给出|指出|找到|写明|描述|回答|相关|信息)"
    r"|(?:无法|不能)(?:从|根据|依据|在)?[^。，；]{0,16}?(?:回答|确定|得知|判断|得出|找到)"
    r"|^(?:没有|未|无)(?:相关|明确|具体)?的?(?:规定|说明|提及|信息|内容|找到|提到)|^(?:不知道|不清楚|无相关)"
)
_AFFIRMATION = re.compile(
    r"^(?:是的?|对的?|正确|没错|不错|确实如此|确实|当然|可以|能|会|有的?|不是的?|不对|不正确|错误|不|否|是这样的?|属实|不属实|yes|no)"
    r"(?:[，,。！!：:.\s]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a draft: its words without marks, and the passage numbers it cites, in order."""

    text: str
    cited: tuple[int, ...]


def split_draft(text: str, *, passages: int) -> list[DraftSentence]:
    """Split a whole draft; ``passages`` is how many passages the prompt numbered."""
    splitter = DraftSplitter(passages=passages)
    return splitter.feed(text) + splitter.finish()


def is_abstention(text: str) -> bool:
    """Whether a sentence says that the documents do not say."""
    return _ABSTENTION.search(text) is not None


def is_bare_affirmation(text: str) -> bool:
    """Whether a sentence is 是的, 对, 不是 or the like and nothing more."""
    return not any(character.isalnum() for character in drop_affirmation(text))


def drop_affirmation(text: str) -> str:
    """Return a sentence without the 是的, 不对 or the like that it begins with."""
    while found := _AFFIRMATION.match(text):
        text = text[found.end() :].lstrip()
    return text


class DraftSplitter:
    """Splits a draft while it is being written: a sentence comes out once its marks can be known."""

    def __init__(self, *, passages: int) -> None:
        self._passages = passages
        self._buffer = ""

    def feed(self, piece: str) -> list[DraftSentence]:
        """Take the next piece of the draft; return the sentences that it finished."""
        self._buffer += piece
        return self._take_sentences(final=False)

    def finish(self) -> list[DraftSentence]:
        """Return what is left at the end of the draft."""
        return self._take_sentences(final=True)

    def _take_sentences(self, *, final: bool) -> list[DraftSentence]:
        self._drop_thinking(final=final)
        found: list[DraftSentence] = []
        while (end := self._find_end(final=final)) is not None:
            raw, self._buffer = self._buffer[:end], self._buffer[end:]
            if sentence := self._read_sentence(raw):
                found.append(sentence)
        return found

    def _drop_thinking(self, *, final: bool) -> None:
        while (start := self._buffer.find(_THINK_OPEN)) >= 0:
            end = self._buffer.find(_THINK_CLOSE, start)
            if end < 0:
                if final:
                    self._buffer = self._buffer[:start]
                return
            self._buffer = self._buffer[:start] + self._buffer[end + len(_THINK_CLOSE) :]
        # A chat template may have opened the thinking itself.
        self._buffer = self._buffer.rpartition(_THINK_CLOSE)[2]

    def _find_end(self, *, final: bool) -> int | None:
        """Return where the first sentence of the buffer, its marks included, ends; None while that is open."""
        text = self._buffer
        if not text:
            return None
        limit = len(text)
        if not final:
            # Never past an open <think>, nor past what may become one.
            tag = text.rfind("<")
            if tag >= 0 and (
                _THINK_OPEN in text[tag:] or _THINK_OPEN.startswith(text[tag:]) or _THINK_CLOSE.startswith(text[tag:])
            ):
                limit = tag
            elif (opened := text.find(_THINK_OPEN)) >= 0:
                limit = opened
        position, quoted = 0, 0
        begun = False
        while position < limit:
            character = text[position]
            if character in "“「『":
                quoted += 1
            elif character in "”」』":
                quoted = max(0, quoted - 1)
            if character == "\n":
                goes_on = _goes_on(text[:position], text[position:limit], final=final)
                if begun and not goes_on:
                    return None if goes_on is None else self._end_line(text, position, limit, final=final)
                quoted = 0
            elif character in _STOPS and not quoted:
                return self._end_stop(text, position + 1, limit, final=final)
            begun = begun or not character.isspace()
            position += 1
        return len(text) if final and text.strip() else None

    def _end_stop(self, text: str, position: int, limit: int, *, final: bool) -> int | None:
        """Return the end of a sentence whose full stop ends at ``position``, with the marks that follow it."""
        while position < limit and text[position] in _STOPS + _CLOSERS:
            position += 1
        run = _MARK_RUN.match(text, position, limit)
        after = run.end() if run else position
        if not final and _MARK_BEGUN.match(text, after, limit):
            return None
        if run and after < limit and text[after] not in "\n。." and _LEADING_MARK.match(text):
            return position  # marks stand in front of their sentences in this draft
        for tail in (_ROUND_TAIL, _BARE_TAIL):
            found = tail.match(text, after, limit)
            if found and self._are_valid(found[1]):
                return found.end()
        while run and after < limit and text[after] in "。.":
            after += 1
        if "\n" in text[after : after + 1] or after >= limit:
            return self._end_line(text, after, limit, final=final)
        return after

    def _end_line(self, text: str, position: int, limit: int, *, final: bool) -> int | None:
        """Return the end of a sentence that a line break ends: a next line of marks alone belongs to it."""
        rest = text[position:limit]
        line = _MARKS_LINE.match(rest)
        if line and (final or line.end() < len(rest)):
            return position + line.end()
        if not final and re.fullmatch(rf"\s*|\s*(?:{_MARK_RUN.pattern})?[ \t]*(?:[\[【［〔][^\]】］〕\n]*)?", rest):
            return None
        return position

    def _are_valid(self, numbers: str) -> bool:
        return all(1 <= number <= self._passages for number in _read_numbers(numbers))

    def _read_sentence(self, raw: str) -> DraftSentence | None:
        """Read one raw sentence; None where nothing but marks and furniture is left."""
        text = "\n".join(line for line in raw.split("\n") if not _FENCE_LINE.match(line))
        text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf"))
        cited = [number for mark in _MARKS.finditer(text) for number in _read_numbers(mark[1])]
        text = _PLACEHOLDER.sub("", _MARKS.sub("", text)).strip()
        text = _EMPHASIS.sub("", text)
        for tail in (
            rf"{_ROUND_MARK}(?=[。！？!?]?$)",
            rf"(?<=[。！？!?])\s*{_BARE}$",
            rf"(?<=\s){_BARE}$",
            r"(?<=\s)(\d{1,2})(?=[。！？!?]$)",
        ):
            found = re.search(tail, text)
            if found and not cited and self._are_valid(found[1]):
                cited = _read_numbers(found[1])
                text = text[: found.start()] + text[found.end() :]
        text = _PREFACE.sub("", _LINE_HEAD.sub("", text)).strip()
        text = re.sub(r"\s+([，。；：！？、])", r"\1", re.sub(r"\s*\n\s*", "", text))
        text = re.sub(r"([。！？])[。]+$", r"\1", text)
        if not any(character.isalnum() for character in text):
            return None
        return DraftSentence(text, tuple(dict.fromkeys(cited)))


def _goes_on(before: str, after: str, *, final: bool) -> bool | None:
    """Whether a sentence goes on behind a line break, with the next item of an enumeration; None while that is open."""
    if not before.rstrip().endswith(_OPEN_ENDS):
        return False
    following = after.lstrip()
    if _ITEM.match(following):
        return True
    return None if not final and _ITEM_BEGUN.fullmatch(following) else False


def _read_numbers(text: str) -> list[int]:
    """Read 1,2 and 1-3 as numbers."""
    numbers: list[int] = []
    for part in re.split(r"\s*[,，、;；和]\s*", text.strip()):
        bounds = [int(bound) for bound in re.split(r"\s*[~～\-–—至]\s*", part) if bound]
        if len(bounds) == 2 and bounds[0] < bounds[1] <= bounds[0] + 20:
            numbers += range(bounds[0], bounds[1] + 1)
        else:
            numbers += bounds
    return numbers
