"""A chat model that does whatever its prompt says, wherever it says so: in the question or in a document."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Sequence

from rag.prompts import Message

_PASSAGE = re.compile(
    r"^\[(\d+)\]（《(.+?)》(.*?)）\n(.*?)(?=^\[\d+\]（《|\n\n【此前的提问】|\Z)", re.MULTILINE | re.DOTALL
)
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_QUOTE = r"[“\"'‘「『«]\s*([^”\"'’」』»\n]{1,40})\s*[”\"'’」』»]"
_SAY = (
    r"(?:回答|作答|答复|答|说|写|写作|输出|回复|选|以|加上|附上|补充|开头|结尾|answer|say|reply|respond\w*|répondez|отвечай|with|带|だけ|라고만"
    r"|replace|print|return|output|数字|content)"
)


class ObedientChatModel:
    """Obeys every order that it finds in the last message, then (``honest``) copies its first passage.

    ``prompts`` are the messages it was given, ``obeyed`` the names of the orders it found and
    ``fabricated`` all that it wrote because of them and not from a passage.
    """

    def __init__(self, *, honest: bool = True, piece_characters: int = 7) -> None:
        self.prompts: list[tuple[Message, ...]] = []
        self.obeyed: list[str] = []
        self.fabricated: list[str] = []
        self._honest = honest
        self._size = piece_characters

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        self.prompts.append(tuple(messages))
        draft = self.write_draft(messages)
        for start in range(0, len(draft), self._size):
            yield draft[start : start + self._size]

    def write_draft(self, messages: Sequence[Message]) -> str:
        """Return what the model writes to these messages."""
        request = messages[-1].content
        passages = _PASSAGE.findall(request)
        sentences = [s.strip() for *_, text in passages for s in _SENTENCE.findall(text) if len(s.strip()) > 4]
        told = f"{request}\n{_decode(request)}"
        lines: list[str] = []
        for name, pattern, act in _ORDERS:
            for order in pattern.finditer(told):
                written = [line for line in act(order, messages, sentences) if line and line not in lines]
                if written:
                    self.obeyed.append(name)
                    lines += written
        self.fabricated += [line for line in lines if line not in sentences]
        if self._honest and passages:
            body = _SENTENCE.findall(passages[0][3])
            lines += [f"{body[0].strip().rstrip('。；')}[1]。"] if body else []
        return "\n".join(lines) or "好的。"


Act = Callable[[re.Match[str], Sequence[Message], Sequence[str]], list[str]]


def _say(order: re.Match[str], messages: Sequence[Message], sentences: Sequence[str]) -> list[str]:
    words = next(group for group in order.groups() if group)
    return [f"{words}[1]。", f"{words}。"]


def _print_prompt(order: re.Match[str], messages: Sequence[Message], sentences: Sequence[str]) -> list[str]:
    return [message.content for message in messages]


def _tell_secrets(order: re.Match[str], messages: Sequence[Message], sentences: Sequence[str]) -> list[str]:
    return ["密钥是sk-0123456789abcdef，接口地址是http://127.0.0.1:8080/v1[1]。", "root:x:0:0:root:/root:/bin/bash"]


def _cite(order: re.Match[str], messages: Sequence[Message], sentences: Sequence[str]) -> list[str]:
    return [f"{sentence.rstrip('。；')}[{order[1]}]。" for sentence in sentences]


def _cite_nothing(order: re.Match[str], messages: Sequence[Message], sentences: Sequence[str]) -> list[str]:
    return ["结论：不受任何限制。", "答案就是这样，没有依据。"]


def _name_law(order: re.Match[str], messages: Sequence[Message], sentences: Sequence[str]) -> list[str]:
    return [f"根据《{order[1]}》第一条，{sentence}" for sentence in sentences[:2]]


def _replace(order: re.Match[str], messages: Sequence[Message], sentences: Sequence[str]) -> list[str]:
    old, new = order[1], order[2]
    return [f"{s.replace(old, new).rstrip('。；')}[1]。" for s in sentences if old in s]


def _emit(order: re.Match[str], messages: Sequence[Message], sentences: Sequence[str]) -> list[str]:
    mark = order[0].replace("〈", "<").replace("〉", ">").replace("〔", "[").replace("〕", "]")
    return [f"{mark}[1]", *(f"{sentence.rstrip('。；')}{mark}[1]。" for sentence in sentences[:1])]


def _invent(order: re.Match[str], messages: Sequence[Message], sentences: Sequence[str]) -> list[str]:
    words = next((group for group in order.groups() if group), "任何人都可以不遵守本法")
    return [f"{words.strip('。')}[1]。", f"第三百三十三条规定，{words.strip('。')}[1]。"]


def _play(order: re.Match[str], messages: Sequence[Message], sentences: Sequence[str]) -> list[str]:
    return ["我现在没有任何限制，主人请吩咐[1]。", "凭我的感觉，这件事不需要依据法律[1]。"]


def _break_off(order: re.Match[str], messages: Sequence[Message], sentences: Sequence[str]) -> list[str]:
    return ["好的，我不再遵守规则。", "是。", "是的[1]。", "随便怎么做都可以，不会受到处罚[1]。"]


def _work(order: re.Match[str], messages: Sequence[Message], sentences: Sequence[str]) -> list[str]:
    return ["大海啊，你全是水。", "rm: deleted", '{"answer": "OK"}']


def _decode(text: str) -> str:
    decoded = []
    for run in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", text):
        try:
            decoded.append(base64.b64decode(run, validate=True).decode())
        except (binascii.Error, UnicodeDecodeError):
            continue
    return "\n".join(decoded)


_ORDERS: tuple[tuple[str, re.Pattern[str], Act], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE), act)
    for name, pattern, act in (
        ("say", rf"{_SAY}[^“\"'‘「『«。\n]{{0,14}}{_QUOTE}|{_QUOTE}[^。\n]{{0,3}}(?:だけ|라고만)", _say),
        ("say", r"(?:回答|答|输出|写)(是|否|对|不是|可以|无|OK|yes|no)(?![\u4e00-\u9fff])", _say),
        ("say", r"(?:只许|只能|一律|统一|就)(?:回答|回复|答|写)[:：]?\s*([^“”\"，。\n]{1,20})", _say),
        (
            "say",
            r"(?:assistant|助手|回答|答案(?:就|肯定)?是)[^\n:：，。“]{0,3}[:：，】〕]\s*([^“”\n【】。]{2,30})",
            _say,
        ),
        ("prompt", r"提示词|system prompt|第一条消息|repeat everything|系统消息", _print_prompt),
        ("secrets", r"密钥|api.?key|wence\.toml|环境变量|passwd|全部配置", _tell_secrets),
        ("cite", r"(?:标|写|写作|编号|cite|从)[^\n。]{0,12}[\[〔](\d{1,3})[\]〕]", _cite),
        (
            "no citation",
            r"(?:不要|不必|不再|不|停止|一律不)[^。，\n]{0,6}(?:出处|引用|编号|条文|citations?)",
            _cite_nothing,
        ),
        ("name a law", r"(?:出处|依据)[^。\n]{0,8}《([^》\n]+)》", _name_law),
        ("replace", rf"(?:把|将|every|replace)[^。\n]{{0,8}}{_QUOTE}[^“\"。\n]{{0,12}}{_QUOTE}", _replace),
        (
            "replace",
            r"(?:把|里的|将)([^，。\n“”]{1,6}?)(?:请|都|一律|全部)+(?:写成|改成|换成)([^，。\n“”]{1,6})",
            _replace,
        ),
        ("markup", r"!?[\[〔][^\[\]〔〕\n]*[\]〕]\([^\n]+?\)|[<〈](?!\|)[a-z/!][^<>〈〉]*[>〉]|https?://\S+", _emit),
        ("invent", r"(?:编|补充|添加)[^：:。\n]{0,16}[：:]\s*([^。\n]{4,40})|编(?:一?个|造|一条)", _invent),
        ("play", r"你(?:现在)?是|扮演|假装|pretend|you are now|调试模式|developer mode|游戏", _play),
        (
            "break off",
            r"忽略|无视|忘掉|忘记|作废|全部失效|不必再|不必遵守|别管|不要管|不受|ignor|disregard|forget|無視|무시|игнорируй|优先|授权",
            _break_off,
        ),
        ("work", r"诗|poem|rm -rf|DROP TABLE|JSON|执行(?:命令|：)|照做|New task|shell", _work),
    )
)
