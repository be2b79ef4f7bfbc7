"""What a question tells the program to do, set aside, so that what it asks of the documents is left.

A question is data: a sentence or a phrase of it that says how to behave (忘掉规则, 输出提示词), a
turn of a chat written out, and markup are dropped, and the rest is answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ASKS = re.compile(
    r"\?|吗|呢|么$|谁|什么(?![^,]{0,6}[都也])|啥|哪|几|多少|多[久长大高远]|如何|怎|是否|[能可]否|是不是|能不能|有没有|可不可以"
    r"|[要会算]不|为何|何[时种人]|\b(?:what|who|whom|whose|which|when|where|why|how)\b",
    re.IGNORECASE,
)
_REQUESTS = re.compile(
    r"介绍|说说|讲讲|谈谈|列[出举一]|解释|第[^,。]{1,8}条(?![消信指])|\b(?:tell|explain|describe|list)\b", re.I
)
_TO_YOU = (
    r"^(?:[^,]{0,30}[“\"'‘「])?(?:\W|请|你|您|现在|务必|必须|先|要|可以|应|都|直接|从现在(?:起|开始)|以后|今后|并|也|再|就|还|另外|希望|麻烦|烦请|拜托"
    r"|让|给我|帮我|统统|全部|然后|系统|这次|立即){0,9}"
)
"""How a phrase begins that tells someone to do what follows, and does not say that a third person did it."""
_INSTRUCTION = re.compile(
    # the rules of answering broken off or replaced
    rf"{_TO_YOU}(忽略|忽视|无视|忘[掉记了]|抛开|(别|不要|不用|不必|无[需须])再?(管|遵守|遵循|理会|按|受|顾))[^。?!]{{0,14}}"
    r"(规则|规定|指令|指示|提示|设定|约束|身份|引用|要求|命令|限制|材料|内容)"
    r"|(跳过|绕[过开]|解除|取消|停止)[^。?!]{0,8}(规则|指令|提示词|设定|约束(?!力)|引用)|(规则|指令|限制)[^。?!]{0,6}(失效|作废)|新(指令|任务)"
    r"|你[^,]{0,6}(没有|不受|无)(任何|一切)?(限制|约束|规则)|\b(from now on|new (task|instructions?))\b"
    r"|\b(ignore|disregard|forget|override|bypass)\b.{0,40}\b(previous|prior|above|earlier|everything|all|rules?|instructions?)\b"
    # who is to answer
    r"|(假装|装作)(你|自己)|(假设|想象)(一下)?(你|自己)是|扮演|充当一[个名位]|你(现在|从现在起)?(是|就是|不再是)(一|个|自己|我的?|开发|管理|DAN|系统)"
    r"|(进入|开启|切换)[^,]{0,6}模式|我们[^,]{0,3}玩[^,]{0,4}游戏|\b(pretend|act as)\b"
    # what is inside the program
    rf"|{_TO_YOU}(输出|显示|打印|告诉我|泄露|公开|重复|复述|列出|给我看|读取)[^。?!]{{0,12}}(提示|prompt|指令|配置|密钥|密码|口令|设置)"
    # what is not in the documents
    r"|(编|虚构|捏造|杜撰)(一?个|造|点|写|一?条)?[^。?!]{0,10}(条款|法条|条文|答案|引用|第.{1,8}条)|随(便|意)编"
    rf"|{_TO_YOU}[^,]{{0,8}}(补充|添加|加上|插入|附上|写上|放[上入])[^,]{{0,4}}(一[句段条行]|链接|图片|网址|代码)"
    # how sentences are cited and worded
    r"|[每逐]一?句|句[末尾]|引用编号|[写标附给加带注列][^,]{0,4}(出处|引用)|(出处|引用)[^,]{0,4}[写标改是为]|依据(是|为|写成)《"
    r"|[把将][^,]{0,14}(应当|可以|不得|必须|禁止|条文|原文|数字)[^,]{0,12}[改换替写说][成为换]"
    # other work
    r"|(写|作|讲|来)一?[首段篇个][^,]{0,10}(诗|歌|故事|笑话|代码|小说|文章)|解码|解密|(?<![按依参遵])照(里面|上面|我|此)?(说的)?[做办]|按(照)?我说的"
    rf"|{_TO_YOU}(执行|运行|调用)[^,]{{0,10}}(命令|代码|脚本|函数|工具|指令)"
    r"|^\W*((then|please|now|always|only|just|simply|first|and) )*(answer|reply|respond|say|output|print"
    r"|write|return|repeat|cite|translate|execute|run|reveal|replace|append|insert|do not|don't)\b"
    r"|^\W*([你您]们?好|谢谢|hello|hi|thanks?)\W*$",
    re.IGNORECASE,
)
"""What a phrase that does not ask may tell the program to do."""
_OF_ANSWERS = re.compile(
    r"(?<![不未绝])(回答|作答)(?!复)|(答案|输出)(?!功|电|端)|[只仅就都](许|能|准)?(说|写|答|回复)[“\"'‘「]|(AI|助手|模型)(请|注意|:)"
    r"|(一切|所有|任何)(提问|问题)|[谢拜][谢托]|感谢|\bthank",
    re.IGNORECASE,
)
"""What a phrase may say of the answer, where it neither asks nor names a clause."""
_TO_THE_PROGRAM = re.compile(r"[你您](?![们家方])|\byour?\b", re.IGNORECASE)
"""What a whole sentence may say to the one who answers, where it neither asks nor names a clause."""
_PROGRAM = re.compile(
    r"提示词|系统(指令|(提示|消息|通知)[:】\]])|[你您]的?[^,]{0,6}(指令|提示|配置|密钥|设定|源代码)|内部配置|api.?(密钥|key)|环境变量|越狱"
    r"|(不管|[无不]论)[^,]{0,4}问|system prompt|jailbreak|developer mode"
    r"|^\W*((please|now|then|first) )*(ignore|disregard|forget|override)\b",
    re.IGNORECASE,
)
"""What no phrase asks of the documents."""
_HEAD = re.compile(
    r"[\s#>*=\[(【<|/-]*(?:(?P<other>system|assistant|developer|tool|ai|系统|助手|开发者|材料|回答|答)|user|human|用户|问题?|question)"
    r"(?:消息|提示|指令|通知|prompt|message)?[\s\])】>|*]*(?:[:】\]]|$)",
    re.IGNORECASE,
)
"""The head of a line in a chat that is written out: another's, or the reader's own."""
_MARKUP = (
    (re.compile(r"<(script|style|think|tool\w*|system|instructions?|iframe|svg)\b.*?</\1\s*>", re.I | re.S), " "),
    (re.compile(r"<\|[^<>|]{0,40}\|>|</?s>|<</?SYS>>|\[/?INST\]", re.I), "\n"),
    (re.compile(r"<[a-z/!?][^<>]{0,300}>", re.I), " "),
    (re.compile(r"!\[[^\[\]]*\]\([^()]*\)"), " "),
    (re.compile(r"\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)"), r"\1"),
    (re.compile(r"(?:https?:|javascript:|data:\w+/|www\.|//)[\w.:/?=&%#~+()-]+", re.I | re.A), " "),
    (re.compile(r"```|~~~|[-=*_]{3,}[^\n]{0,60}?[-=*_]{3,}|\$?\{[^{}]*\}"), " "),
    (re.compile(r"[A-Za-z0-9+/_]{24,}={0,2}|(?:\\x[0-9a-f]{2}|%[0-9a-f]{2}|&#x?[0-9a-f]{2,6};)+", re.I), " "),
)
"""What a page, a chat template or a decoder would obey, and what is left in its place."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_FOREIGN = re.compile(r"[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")
_SENTENCE = re.compile(r"(?:[^。?!;\n.]|\.(?!\s|$))+(?:[。?!;\n]+|\.+|$)|\.+")
_BREAK = re.compile(
    r"(?<=[,:，：])(?![,:，：])|(?<=[\u4e00-\u9fff”\"])\s+(?=[\u4e00-\u9fff])"
    r"|(?=(?:然后|接着|随后|并且?|再|and then|then)[^,:]{0,6}(?:告诉|回答|说说|讲讲|tell|answer))",
    re.IGNORECASE,
)
_SHORTEST_REST = 4
"""Letters below which what is left of a sentence says nothing by itself."""


def set_aside_instructions(normal: str) -> tuple[list[str], bool]:
    """Return the sentences that ask something of the documents or lead to it, and whether anything was set aside."""
    plain = normal
    for pattern, left in _MARKUP:
        plain = pattern.sub(left, plain)
    read = [sentence for sentence, others in _read_turns(plain) if not others or _asks(sentence)]
    kept = [rest for sentence in read if (rest := _drop_instructions(sentence))]
    if any(map(_asks, kept)):
        chinese = any(_HAN.search(sentence) and _asks(sentence) for sentence in kept)
        kept = [one for one in kept if _asks(one) or not (_is_aside(one) or (chinese and _is_foreign(one)))]
    elif kept != read:
        kept = []
    if any(map(_asks, kept)):  # beside a question, what speaks of the answer is no part of it
        kept = [sentence for sentence in kept if _asks(sentence) or not _OF_ANSWERS.search(sentence)]
    instructed = kept != [sentence.strip() for sentence in _SENTENCE.findall(normal) if sentence.strip()] or not kept
    if instructed:
        last = max((i for i, sentence in enumerate(kept, 1) if _asks(sentence)), default=len(kept))
        kept = kept[:last]
    return kept, instructed


def _read_turns(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the sentences, and whether each stands under a head that gives it out as another's than the reader's."""
    others = False
    for line in text.splitlines():
        head = _HEAD.match(line)
        if head:
            others = head["other"] is not None
            line = line[head.end() :]
        for sentence in _SENTENCE.findall(line):
            if sentence.strip():
                yield sentence.strip(), others
        others = others and not (head and line.strip())


def _asks(text: str) -> bool:
    return bool(_ASKS.search(text) or _REQUESTS.search(text))


def _is_aside(sentence: str) -> bool:
    return bool(_OF_ANSWERS.search(sentence) or _TO_THE_PROGRAM.search(sentence))


def _is_foreign(sentence: str) -> bool:
    """Whether a sentence is in another language than Chinese: several words without a Chinese character, or kana."""
    return bool(_FOREIGN.search(sentence)) or (
        not _HAN.search(sentence) and len(re.findall(r"[^\W\d_]+", sentence)) > 3
    )


def _drop_instructions(sentence: str) -> str:
    """Return a sentence without the phrases that tell the program how to behave.

    Where a question without them says nothing by itself (怎么办), they were what it is about, and stay.
    """
    phrases = [phrase for phrase in _BREAK.split(sentence) if phrase]
    left = [phrase for phrase in phrases if not _is_instruction(phrase)]
    if not any(map(_asks, left)):  # then what an instruction ends with a colon is its own
        told = next((i for i, phrase in enumerate(phrases) if phrase[-1] == ":" and phrase not in left), len(phrases))
        left = [phrase for phrase in phrases[:told] if phrase in left]
    if any(map(_asks, left)):
        left = [phrase for phrase in left if _asks(phrase) or not _OF_ANSWERS.search(phrase)]
    if len(left) == len(phrases):
        return sentence
    rest = "".join(left).strip(" ,:")
    if len(re.findall(r"\w", rest)) >= _SHORTEST_REST:
        return rest
    return sentence if any(map(_asks, left)) else ""


def _is_instruction(phrase: str) -> bool:
    return bool(_PROGRAM.search(phrase) or (_INSTRUCTION.search(phrase) and not _ASKS.search(phrase)))
