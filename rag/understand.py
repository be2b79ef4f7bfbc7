"""A question taken apart: what is searched, which documents and clauses it names, what kind of thing it asks for.

Everything here reads the question as data. A part of a question that tells the program
how to behave (忘掉规则, 输出提示词) is set aside and the rest is answered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from corpus.catalog import Catalog
from index.segment import segment_words, simplify
from rag.asks import Ask, find_asks
from rag.model import Turn
from rag.prompts import drop_invisible
from rag.references import References, find_references, strip_references

SHORT_QUESTION = 24

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
_ANAPHORA = re.compile(
    r"^(那|这|它|他们|此|其|还有|另外|然后|如果|要是|万一|具体)|呢[?]?$|这个|那个|这些|那些|上述|前面|刚才|它|(?<!应)该(?!怎|如|不)"
)
_OLD = re.compile(r"(旧|老|原来|以前|修订前|修正前|修改前|废止|失效)的?(版|法|条例|规定|那|文本)?|旧版|老版")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_NAMED = re.compile(r"《([^《》]{2,60})》")
_PLAIN_NAME = re.compile(
    r"(?:^|[,。?!;:、\s“\"(]|按照?|根据|依照?|违反|请问|在)"
    r"([\u4e00-\u9fff]{2,20}?(?:法|条例|暂行规定|实施细则|管理办法|暂行办法))"
    r"(?=对|中|里|规定|第|的|是|怎么|如何|要求|有|允许|禁止|把|将|说|,|。|\?|$)"
)
_NOT_A_NAME = re.compile(
    r"(违|合|非|依|执|立|司|没|想|做|说|看|用|语|书|无|犯|守|普|办|方|枉|不|的|该|本|此|这部|那部|哪部|什么|有关|相关|国家|我国|中国|新|旧|老|现行|行政|地方性?|上述|何种|这个|那个)(法|条例)$"
    r"|方法$|办法$(?<!管理办法)(?<!暂行办法)|(怎么|如何|为什么|哪些|什么|是否|能不能|可以)"
)
_SEVERAL = re.compile(
    r"各(有|怎|是|自|要|如何|为|规定)|分别|两方面|两个方面|几方面|都(说|讲|列|介绍)|哪几条|哪些条|哪几款|几条(提|讲|说|涉|规定)|以及|同时|上和.{1,12}上|哪部(法|法规|法律|条例)"
)
_DEFINES = re.compile(
    r"什么(是|叫|算)|(是|指|叫)(的是)?(什么|啥)(意思|东西)?[?]?$|定义|含义|怎么(理解|界定)|何谓"
    r"|what is (a|an|the)? ?\w+\?",
    re.I,
)
_MENTIONS = re.compile(r"哪(?:几|些)条.{0,8}(?:提到|提及|讲到|说到|涉及|写到|有关|相关|跟.{1,10}有关)")
_TOPIC = re.compile(r"([\u4e00-\u9fff]{3,12}?)(?:这一?部分|部分|这一?块|这一?章|一章)(?!门)")
_LIST = re.compile(
    r"哪些|哪几|有哪|全部|列(一下|出|举)|都有什么|包括什么|包括哪|几(种|类|项|个方面)|什么情形|哪.?(种|类)情[形况]"
)
_ASKING = re.compile(
    r"什么|啥|哪|谁|多少|多久|多长|几[个条种类级年月天日倍项家成]|怎么|怎样|如何|[吗么]$|是否|能不能|可不可以|有没有|要不要|是不是|为何"
)
_FACET_END = re.compile(r"[,;，；]|以及|还有|同时")
_CLAIM = re.compile(
    r"(是这样|对|是|属实|真的|有这回事|没错|正确)(吗|么|嘛|吧)|这[么样](写|说|规定|要求|定)的?(吗|么|吧)|吧[?]?$|没错吧|对不对|听说|据说|有人说|真的假的|是真是假|是不是(要求|规定|说|写)|有没有(要求|规定)"
)
_TELL = frozenset(
    (
        "说 讲 规定 内容 什么 啥 是 关于 主要 原文 全文 介绍 具体 措施 的 了 吗 呢 请 请问 一下 两条 "
        "几条 哪几条 有 哪些 包括 分别 一条 各 都 给 我 看看 看 查 查一查 告诉 解释 条文 条款 写 怎么 "
        "如何 规 法 这 那 里 中 下面 标题 大 个 部分 章 节 和 与 及 条 款 项 这个 那个 讲讲 说说 到底 "
        "究竟 意思 列出 列 出来 文件 里面 属于 哪 几 所有 全部 what does do is are the article clause "
        "section say says about of in and provide tell me show"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question understood.

    ``text`` is the question in its normal form (NFKC, simplified) without instructions;
    ``search`` adds the question before it where it leans on that, behind it, where a model's limit cuts;
    ``parts`` are the several questions in one, in order; ``facets`` the several things that
    one sentence asks (培养上要完善什么, 激励上要制定什么), none where it is one. ``documents`` are the ids it
    names (a version chosen); ``unknown`` the names of laws that are not in the index.
    ``tells_only`` says that beyond its references it asks nothing in particular
    (第五条规定了什么); ``mentions`` that it asks which clauses speak of something; ``defines`` that it
    asks what a thing is; ``claims`` that it states something to be confirmed; ``topic`` is a part named
    by its heading (组织领导部分), empty without. ``instructed`` says that a part was set aside as an
    instruction.
    """

    asked: str
    text: str
    search: str
    parts: tuple[str, ...]
    facets: tuple[str, ...]
    references: References
    documents: tuple[str, ...]
    unknown: tuple[str, ...]
    asks: frozenset[Ask]
    english: bool
    listing: bool
    several: bool
    mentions: bool
    defines: bool
    claims: bool
    topic: str
    tells_only: bool
    instructed: bool


def understand_question(
    question: str, catalog: Catalog, *, history: Sequence[Turn] = (), within: Collection[str] = (), day: date
) -> Query:
    """Take a question apart; names of documents outside ``within`` (if given) do not count."""
    normal = _normalise(question)
    kept, instructed = _set_aside_instructions(normal)
    text = " ".join(kept) if instructed else normal
    documents = _choose_documents(text, catalog, within, day)
    references = find_references(_strip_names(text, catalog))
    english = len(re.findall(r"[\u3400-\u9fff]", text or normal)) < 0.2 * len(re.sub(r"\s", "", text or normal) or "x")
    unknown = () if documents or within else tuple(_unknown_names(text))
    besides = segment_words(strip_references(re.sub("[《》]", "", _strip_names(text, catalog, leave=" "))))
    return Query(
        asked=question,
        text=text,
        search=_join_history(_drop_names(text, documents, catalog), history),
        parts=tuple(_split_parts(kept)),
        facets=tuple(_split_facets(text)),
        references=references,
        documents=documents,
        unknown=unknown,
        asks=find_asks(text),
        english=english,
        listing=bool(_LIST.search(text)),
        several=bool(_SEVERAL.search(text)),
        defines=bool(_DEFINES.search(text)),
        mentions=bool(_MENTIONS.search(text)),
        claims=bool(_CLAIM.search(text)),
        topic=match[1] if (match := _TOPIC.search(text)) else "",
        tells_only=bool(references) and all(word in _TELL for word in besides),
        instructed=instructed,
    )


def _normalise(question: str) -> str:
    return simplify(unicodedata.normalize("NFKC", drop_invisible(question))).strip()


def _set_aside_instructions(normal: str) -> tuple[list[str], bool]:
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


def _drop_names(text: str, documents: Collection[str], catalog: Catalog) -> str:
    """Return a question without the names of the documents it is searched in: there they tell nothing apart."""
    if not documents:
        return text
    rest = text
    for name, ids in _list_names(catalog):
        if len(name) >= 3 and not set(ids).isdisjoint(documents):
            rest = rest.replace(name, " ")
    rest = re.sub(r"《\s*》|\s+", " ", rest).strip(" ,的中里对")
    return rest if len(re.findall(r"\w", rest)) >= 4 else text


def points_back(text: str) -> bool:
    """Whether a question points at an earlier turn in so many words (那最少呢, 这对小企业有什么帮助)."""
    return bool(_ANAPHORA.search(text))


def leans_on_history(text: str) -> bool:
    """Whether a question may continue an earlier turn: it points back, or is too short to be sure that it does not."""
    return len(re.sub(r"[\s,。?!]", "", text)) <= SHORT_QUESTION or points_back(text)


def _join_history(text: str, history: Sequence[Turn]) -> str:
    asked = [turn.content for turn in history if turn.role == "user"]
    if not asked or not leans_on_history(text):
        return text
    before = " ".join(_set_aside_instructions(_normalise(asked[-1]))[0])
    return f"{text} {before[:200]}"


def _split_parts(sentences: Sequence[str]) -> list[str]:
    """Return the sentences that ask; a lead-in without a question mark stays with the next."""
    parts: list[str] = []
    lead = ""
    for sentence in sentences:
        if sentence.endswith("?") or sentence == sentences[-1]:
            parts.append((lead + " " + sentence).strip())
            lead = ""
        else:
            lead = (lead + " " + sentence).strip()
    return parts


def _split_facets(text: str) -> list[str]:
    """Return each thing that a sentence asks, behind what stands before the first; none where it asks one."""
    pieces = [piece.strip(" ?。!") for piece in _FACET_END.split(text)]
    asking = [place for place, piece in enumerate(pieces) if _ASKING.search(piece)]
    if len(asking) < 2:
        return []
    lead = ",".join(pieces[: asking[0]])
    return [f"{lead},{pieces[place]}".strip(",") for place in asking]


def _choose_documents(text: str, catalog: Catalog, within: Collection[str], day: date) -> tuple[str, ...]:
    chosen: dict[str, None] = {}
    rest = text
    in_force = catalog.in_force(day)
    for name, known in _list_names(catalog):
        if len(name) < 2 or name not in rest:
            continue
        ids = [id for id in known if not within or id in within]
        rest = rest.replace(name, " ")
        if ids:
            for id in _choose_version(text, ids, in_force, catalog):
                chosen[id] = None
    return tuple(chosen)


def _choose_version(text: str, ids: Sequence[str], in_force: Collection[str], catalog: Catalog) -> Sequence[str]:
    if len(ids) == 1:
        return ids
    years = set(_YEAR.findall(text))
    dated = [id for id in ids if (day := catalog.resolve(id).published) and str(day.year) in years]
    if dated:
        return dated[:1]
    older = [id for id in ids if id not in in_force]
    if _OLD.search(text) and older:
        return older[:1]
    return [id for id in ids if id in in_force][:1] or ids[:1]


def _strip_names(text: str, catalog: Catalog, *, leave: str = "") -> str:
    """Return a question with ``leave`` (else the last word of its kind, 法 or 规定) for every document's name."""
    for name, _ in _list_names(catalog):
        if len(name) >= 3:
            text = text.replace(name, leave or ("法" if name.endswith("法") else "规定"))
    return text


@lru_cache(maxsize=4)
def _list_names(catalog: Catalog) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the names of documents in their normal form with the ids they may mean, the longest name first."""
    names = [(simplify(unicodedata.normalize("NFKC", name)), ids) for name, ids in catalog.names().items()]
    return tuple(sorted(names, key=lambda item: -len(item[0])))


def _unknown_names(text: str) -> list[str]:
    found = [*_NAMED.findall(text), *_PLAIN_NAME.findall(text)]
    return [name for name in dict.fromkeys(found) if not _NOT_A_NAME.search(name)]
