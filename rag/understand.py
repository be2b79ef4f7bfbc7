"""A question taken apart: what is searched, which documents and clauses it names, what kind of thing it asks for.

Everything here reads the question as data; what it tells the program to do is set aside (``rag.instructions``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from corpus.catalog import Catalog
from index.segment import segment_words, simplify
from rag.asks import Ask, find_asks
from rag.english_names import translate_names
from rag.facets import split_facets
from rag.instructions import set_aside_instructions
from rag.model import Turn
from rag.prompts import drop_invisible
from rag.references import NUMERAL, References, find_references, strip_references
from rag.versions import Versions, choose_versions, find_versions

SHORT_QUESTION = 24
SHORT_EARLIER = 7
"""Characters up to which an earlier question leans on the one before it (有奖励没有), so that both are searched with.

On 159 follow-ups of the sets to tune on 122 are right, 120 without; 8 characters can be a question (计量器具由谁检定).
"""
SHORTEST_TAIL = 4
"""Characters from which the last words of a title are a name; 现在的规定 is none."""
SHORTEST_SUBJECT = 3
"""Characters of a title's middle from which it and the title's last word are a name (许可证条例)."""
_GENERIC = "(?:监督|管理|处理|暂行)*"
"""What may stand between the two; 产品质量条例 is not 产品质量责任条例."""

_ANAPHORA = re.compile(
    r"^(那|这|它|他们|此|其|还有|另外|然后|如果|要是|万一|具体)|呢[?]?$|这个|那个|这些|那些|上述|前面|刚才|它|(?<!应)该(?!怎|如|不)"
)
_NAMED = re.compile(r"《([^《》]{2,60})》")
_BEHIND_NAME = r"(?=对|中|里|规定|第|的|是|怎么|如何|要求|有|允许|禁止|把|将|说|,|。|\?|$)"
_PLAIN_NAME = re.compile(
    r"(?:^|[,。?!;:、\s“\"(]|按照?|根据|依照?|违反|请问|在)"
    r"([\u4e00-\u9fff]{2,20}?(?:法|条例|暂行规定|实施细则|管理办法|暂行办法))" + _BEHIND_NAME
)
_CODE = re.compile("(宪法|民法典|刑法)" + _BEHIND_NAME)
"""Names too short for the pattern, which nothing else has."""
_TAIL = re.compile(
    r"(?:^|[^\u4e00-\u9fff]|(?<=[和与跟]))([\u4e00-\u9fff]{2,8}?(?:办法|条例|规定|细则))"
    r"(?=里|中|对|第|规定|说|要求|怎么|口径|在|把|又?[有是]|[和与跟的上?,:]|$)"
)
"""The last words of a document's title, by which it is called where no other has them, or beside its law."""
_RULES = re.compile(r"(?:(?<!法)|(?<=[该本这]法))实施(?:条例|细则|办法)")
"""The rules to a law that is named before; those of a law behind whose own name they stand are that law's."""
_OF_TODAY = re.compile(r"^(?:现行|最?新|[该这那][个部]?|国家|市监)的?")
_NOT_A_NAME = re.compile(
    r"(违|合|非|依|执|立|司|没|想|做|说|看|用|语|书|无|犯|守|普|办|方|枉|不|的|该|本|此|这部|那部|哪部|什么|有关|相关|国家|我国|中国|新|旧|老|现行|行政|地方性?|上述|何种|这个|那个)(法|条例)$"
    r"|(?:方|价|分|估|算|做|用|疗|想|看|说|讲)法$|办法$(?<!管理办法)(?<!暂行办法)|(哪|必须|怎么|如何|为什么|哪些|什么|是否|能不能|可以)"
)
_SEVERAL = re.compile(
    r"各(有|怎|是|自|要|如何|为|规定)|分别|两方面|两个方面|几方面|都(说|讲|列|介绍)|哪几条|哪些条|哪几款|几条(提|讲|说|涉|规定)|以及|同时|上和.{1,12}上|哪部(法|法规|法律|条例)"
)
_MENTIONS = re.compile(r"哪(?:几|些)条.{0,8}(?:提到|提及|讲到|说到|涉及|写到|有关|相关|跟.{1,10}有关)")
_TOPIC = re.compile(
    r"([\u4e00-\u9fff]{3,24}?)(?:[这那]一?部分|部分|[这那]一?块|[这那]一?章|一章|[这那]一?条(?=[里中上下,]))(?!门)"
)
_LIST = re.compile(
    r"哪些|哪几|有哪|全部|列(一下|出|举)|都有什么|包括什么|包括哪|几(种|类|项|个方面)|什么情形|哪.?(种|类)情[形况]"
    r"|[两二三四五六七八九十]+(?:大|[项条种类点个])(?:职责|情[形况]|条件|要求|内容|措施|行为|做法|任务|标准)"
)
_CLAIM = re.compile(
    r"(是这样|对|是|属实|真的|有这回事|没错|正确)(吗|么|嘛|吧)|这[么样](写|说|规定|要求|定)的?(吗|么|吧)|吧[?]?$|没错吧|对不对|听说|据说|有人说|真的假的|是真是假|是不是(要求|规定|说|写)|有没有(要求|规定)"
)
_SAID = re.compile(r"说(?!法|明)|讲|规定|要求|文件|条例|办法|法律|政策")
_PHRASE_END = re.compile(r"[,;。?!]")
_VAGUE = re.compile(
    r"[0-9零一二两三四五六七八九十百千万半]+(?:个?(?:年|月|星期|周|天|小时|钟头)|块|次|岁)多|[0-9一二两三四五六七八九十百千万]+多个?(?:年|月|天|块|次|人|家)"
)
"""An amount that a story tells (开了一年多的车), which no rule states."""
_STUB = re.compile(r"(?:文件|条例|办法|法律|政策|法|规定|上面|里面|意见)*[里中上面]*(?:确实|真的?|就|也|都)*(?:是|有)?")
_PLACE_CLAIM = re.compile(
    rf"(?:是|在)(?:不是在?|在)?(?:法|规定)?第?[(]?{NUMERAL}[)]?条(?:里|中)?(?:吗|么|吧|嘛|对吗|对吧|[?]|$)"
)
"""A question whether something stands in a clause (政府采购是第26条吗), which is answered by where it stands."""
_INTERROGATIVE = re.compile(
    "什么|怎么|怎样|如何|多少|多久|多长|几|哪|谁|啥|吗|么|呢|是否|能否|可否|是不是|有没有|[能会要可]不|为何|说|讲|列|查"
)
_WHERE = re.compile(
    r"(?:是|写|放|规定|出现|记载)?(?:在|于|见于|出自|属于)?(?:它|本法|文件|里面)?的?(?:第几|哪一?)条(?!例|路|街|线|款|[提讲说规写])(?:里|中)?"
)
"""A question which clause something stands in (人才队伍在第几条)."""
_COMPARES = re.compile(
    r"(?:[是有]不是|是否|有没有|有无|有何|有什么|有啥)?(?:一样|一致|相同|同一|不同|不一|异同|区别|差别|出入|对得上|统一)|口径|态度|[的和与跟]|之间"
    r"|(?:分别|各自?|都|两边|双方|两部|两处)?(?:是|又|按|依照?|依据|根据|作|如何|怎么|怎样|何种?)*(?:规定|回答|说明|写|讲)|\d{4}年?|实施条例"
)
"""What compares documents, or asks for their words, without asking anything of its own."""
_TELL = frozenset(
    (
        "说 讲 规定 内容 什么 啥 是 关于 主要 原文 全文 介绍 具体 措施 的 了 吗 呢 请 请问 各自 主题 一下 两条 "
        "几条 哪几条 些 有 哪些 包括 分别 一条 各 都 给 我 看看 看 查 查一查 告诉 解释 条文 条款 写 怎么 如何 规 "
        "法 这 那 里 中 下面 底下 以下 下边 标题 大标题 大 个 从 到 第 部分 章 节 和 与 及 条 款 项 这个 那个 "
        "讲讲 说说 到底 分 几点 小标题 题目 名字 叫 概括 总结 大意 大概 共 一共 究竟 意思 列出 列 出来 文件 里面 "
        "属于 哪 几 所有 全部 what does do is are the article clause section say says about of in and "
        "provide tell me show"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question understood.

    ``text`` is the question in its normal form (NFKC, simplified) without instructions;
    ``search`` adds ``before``, the question that it leans on, behind it, where a model's limit cuts,
    and ``told`` is what that was answered, empty where the question stands alone;
    ``parts`` are the several questions in one, in order; ``facets`` the several things that
    one sentence asks (培养上要完善什么, 激励上要制定什么), none where it is one. ``documents`` are the ids it
    names (a version chosen); ``unknown`` the names of laws that are not in the index.
    ``besides`` is the question without the documents and the clauses that it names;
    ``mentions`` says that it asks which clauses speak of something; ``claim`` is what it
    states to be confirmed, empty where it states nothing; ``topic`` is a part named by its
    heading (组织领导部分), empty without; ``within`` are the documents that it is asked of (empty: all);
    ``places`` are the documents named with the clause numbers
    behind each, where every one of several has some (消法55条和食品安全法148条);
    ``versions`` is what it says of versions;
    ``locates`` says that it asks which clause something stands in; ``subject`` is the
    document that the answer before was about, which whoever searches finds.
    ``instructed`` says that a part was set aside as an instruction.
    """

    asked: str
    text: str
    search: str
    before: str
    told: str
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
    claim: str
    topic: str
    besides: str
    within: tuple[str, ...]
    places: tuple[tuple[str, tuple[str, ...]], ...]
    versions: Versions
    locates: bool
    instructed: bool
    subject: tuple[str, ...] = ()

    def admits(self, id: str) -> bool:
        """Whether a document is among those that are asked."""
        return not self.within or id in self.within

    @property
    def tells_only(self) -> bool:
        """Whether beyond its references it asks nothing in particular (第五条规定了什么)."""
        return bool(self.references) and asks_nothing(self.besides)


def understand_question(
    question: str, catalog: Catalog, *, history: Sequence[Turn] = (), within: Collection[str] = (), day: date
) -> Query:
    """Take a question apart; names of documents outside ``within`` (if given) do not count."""
    normal = _normalise(question)
    kept, instructed = set_aside_instructions(normal)
    asked = " ".join(kept) if instructed else normal
    english = _is_english(asked or normal)
    text, kept = translate_names(asked), [translate_names(sentence) for sentence in kept]
    documents = _choose_documents(text, catalog, within, day)
    unnamed = _strip_names(text, catalog)
    references = find_references(unnamed)
    unknown = () if documents or within else tuple(_unknown_names(text, catalog))
    besides = strip_references(re.sub("[《》]", "", _strip_names(text, catalog, leave=" ")))
    locates = bool(_WHERE.search(text) or _PLACE_CLAIM.search(_strip_names(text, catalog))) and not asks_nothing(
        _WHERE.sub(" ", besides)
    )
    if locates:
        references = References()
    before = _find_earlier(text, history)
    named = _drop_names(text, documents, catalog)
    return Query(
        asked=question,
        text=text,
        search=f"{_drop_place(named) if locates else named} {before}".rstrip(),
        before=before if before != text else "",
        told=_find_told(history) if before and before != text else "",
        parts=tuple(_join_comparisons(_split_parts(kept), catalog)),
        facets=tuple(split_facets(text)),
        references=references,
        documents=documents,
        unknown=unknown,
        asks=find_asks(text),
        english=english,
        listing=bool(_LIST.search(text)),
        several=bool(_SEVERAL.search(text)),
        mentions=bool(_MENTIONS.search(text)),
        claim=_VAGUE.sub("", strip_references(_find_claim(text))).strip(),
        topic=match[1] if (match := _TOPIC.search(text)) else "",
        besides=besides,
        within=tuple(within),
        places=_pair_places(text, documents, catalog) if references.numbers and len(documents) > 1 else (),
        versions=find_versions(text),
        locates=locates,
        instructed=instructed,
    )


def _is_english(text: str) -> bool:
    return len(re.findall(r"[\u3400-\u9fff]", text)) < 0.2 * len(re.sub(r"\s", "", text) or "x")


def _find_claim(text: str) -> str:
    """Return what a question (normalised) states to be confirmed: what it says last, without the circumstances."""
    match = _CLAIM.search(text)
    if match is None:
        return ""
    if match[0].startswith(("是不是", "有没有")):
        return text[match.start() :]
    phrases = [phrase for phrase in _PHRASE_END.split(text[: match.start()]) if phrase.strip()]
    if len(phrases) > 1 and _STUB.fullmatch(phrases[-1].strip()):  # ……按八成补贴,文件是这么写的吧
        return phrases[-2]
    last = phrases[-1] if phrases else ""
    return last if _SAID.search(last) or match[0].startswith("吧") else text


def _normalise(question: str) -> str:
    return simplify(unicodedata.normalize("NFKC", drop_invisible(question))).strip()


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


def _drop_place(text: str) -> str:
    """Return a question which clause something stands in without what asks for the place."""
    return strip_references(_WHERE.sub(" ", _PLACE_CLAIM.sub(" ", text))).strip()


def points_back(text: str) -> bool:
    """Whether a question points at an earlier turn in so many words (那最少呢, 这对小企业有什么帮助)."""
    return bool(_ANAPHORA.search(text))


def leans_on_history(text: str) -> bool:
    """Whether a question may continue an earlier turn: it points back, or is too short to be sure that it does not."""
    return len(re.sub(r"[\s,。?!]", "", text)) <= SHORT_QUESTION or points_back(text)


def asks_nothing(text: str) -> bool:
    """Whether a question, without the place it names, asks for nothing in particular (有哪几条, 规定了什么)."""
    return all(word in _TELL for word in segment_words(text))


def _find_earlier(text: str, history: Sequence[Turn]) -> str:
    """Return the question that a follow-up leans on, and the one that this leans on; empty where it stands alone."""
    asked = [turn.content for turn in history if turn.role == "user"]
    if not asked or not leans_on_history(text):
        return ""
    earlier = [" ".join(set_aside_instructions(_normalise(one))[0])[:200] for one in asked[-2:]]
    if len(earlier) == 2 and (points_back(earlier[1]) or len(re.sub(r"[\s,。?!]", "", earlier[1])) <= SHORT_EARLIER):
        return f"{earlier[1]} {earlier[0]}"
    return earlier[-1]


def _find_told(history: Sequence[Turn]) -> str:
    return next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")


def _split_parts(sentences: Sequence[str]) -> list[str]:
    """Return the sentences that ask; a lead-in that asks nothing stays with the next, what follows with the last."""
    parts: list[str] = []
    lead = ""
    for sentence in sentences:
        if parts and sentence == sentences[-1] and not sentence.endswith("?") and not _INTERROGATIVE.search(sentence):
            parts[-1] = " ".join(filter(None, (parts[-1], lead, sentence)))
        elif sentence.endswith("?") or sentence == sentences[-1]:
            parts.append((lead + " " + sentence).strip())
            lead = ""
        else:
            lead = (lead + " " + sentence).strip()
    return parts


def _join_comparisons(parts: Sequence[str], catalog: Catalog) -> list[str]:
    """Return the questions, one that only says of which documents it is asked as part of the one before it.

    甲怎么赔? A法和B法各是怎么规定的?
    """
    joined: list[str] = []
    for part in parts:
        if joined and _only_names(part, catalog):
            joined[-1] += " " + part
        else:
            joined.append(part)
    return joined


def _only_names(part: str, catalog: Catalog) -> bool:
    """Whether a question names documents and asks nothing else than what they say."""
    unnamed = _strip_names(part, catalog, leave=" ")
    return unnamed != part and asks_nothing(_COMPARES.sub(" ", re.sub("[《》]", " ", unnamed)))


def _choose_documents(text: str, catalog: Catalog, within: Collection[str], day: date) -> tuple[str, ...]:
    chosen: dict[str, None] = {}
    rest, called, said = text, [], find_versions(text)
    in_force = catalog.in_force(day)
    names = _list_names(catalog)
    for name, known in names:
        if len(name) < 2 or name not in rest:
            continue
        ids = [id for id in known if not within or id in within]
        rest = rest.replace(name, " ")
        if ids:
            called.append(name)
            for id in choose_versions(said, ids, catalog, day):
                chosen[id] = None
    rules = [tail for tail in _RULES.findall(rest) if called]
    tails = [*rules, *(found.rpartition("的")[2] for found in _TAIL.findall(rest))]
    for tail in dict.fromkeys(_OF_TODAY.sub("", tail) for tail in tails):
        if len(tail) < SHORTEST_TAIL:
            continue
        subject, form = tail[:-2], tail[-2:]
        meant = [ids for name, ids in names if name in {before + tail for before in called}]
        if called and _RULES.fullmatch(tail) and not meant:
            continue  # the law that is named has no such rules here: another's are not meant
        meant = meant or [ids for name, ids in names if name.endswith(tail)]
        if not meant and len(subject) >= SHORTEST_SUBJECT:
            whole = re.compile(f"{subject}{_GENERIC}{form}$")
            meant = [ids for name, ids in names if whole.search(name)]
        ids = [id for id in dict.fromkeys(id for ids in meant for id in ids) if not within or id in within]
        current = [id for id in ids if id in in_force] or ids
        if len(current) == 1:
            chosen[current[0]] = None
    return tuple(chosen)


def _pair_places(text: str, documents: Collection[str], catalog: Catalog) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the documents named in a question, each with the numbers up to the next; none where one has no number."""
    spots: dict[str, tuple[int, int]] = {}
    for name, ids in _list_names(catalog):
        for id in documents:
            if id in ids and id not in spots and (place := text.find(name)) >= 0:
                spots[id] = (place, place + len(name))
    ordered = sorted(spots.items(), key=lambda item: item[1])
    ends = [start for _, (start, _) in ordered[1:]] + [len(text)]
    pairs = [
        (id, find_references(f"法{text[after:end]}").numbers)
        for (id, (_, after)), end in zip(ordered, ends, strict=True)
    ]
    return tuple(pairs) if len(pairs) == len(documents) and all(numbers for _, numbers in pairs) else ()


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


def _unknown_names(text: str, catalog: Catalog) -> list[str]:
    """Return the names of laws that the index lacks; the last words of a title that it has are none (管理条例)."""
    known = [name for name, _ in _list_names(catalog)]
    found = [*_NAMED.findall(text), *_PLAIN_NAME.findall(text), *_CODE.findall(text)]
    return [
        name
        for name in dict.fromkeys(found)
        if not _NOT_A_NAME.search(name) and not any(one.endswith(name) for one in known)
    ]
