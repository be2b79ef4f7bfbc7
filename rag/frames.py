"""What a sentence of a rule can be asked: frames that are grammatical for every phrase of their kind.

A condition (经营者提供商品有欺诈行为的，…) becomes 怎么办 or 怎么赔偿, what is punished 怎么处罚, a
list 哪些, a term 多久. A phrase that leans on words that are not in it (前款, 其) gives none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from rag.instructions import set_aside_instructions

LONGEST = 26
"""The most characters of a question."""
SHORTEST = 6

_N = r"[0-9０-９一二两三四五六七八九十百千]+"
_TIME = rf"{_N}(?:个工作日|个月|工作日|小时|日|天|年|月)"
_ACTOR = (
    r"(?!任何|各级?|有关|国家[^机]|其他|全国)[\u4e00-\u9fff、]{0,10}?"
    r"(?:部门|机关|机构|单位|企业|法院|仲裁委员会|公司|者|人(?![民员信身事口工数体格才家行力])|员(?!会)|商(?![品业标])|方(?![式法面案])|人民政府|消费者协会|业主大会|业主委员会|职工|学校|医院|平台|组织)"
)
_PUNISHED = re.compile(r"罚款|处罚|处分|没收|吊销|责令|警告|拘留|刑事责任|法律责任|追究")
_CONDUCT = re.compile(r"^(?P<what>[^，。；：]{6,20}?)(?:，(?:或者|以及)[^，。；：]{2,40})?的[，：]")
_PLAINLY_WRONG = re.compile(
    r"伪造|变造|冒用|掺|侮辱|诽谤|欺骗|贿赂|滥用|虚假|泄露|妨碍|阻挠|非法|违法|违规|违反|歧视|强迫|侵犯|损害|诱导|篡改|隐瞒|玩忽|徇私|刁难|克扣|超[出越]|冒充|明令|排除|限制市场竞争"
)
_OFFENCE = re.compile(
    rf"{_PLAINLY_WRONG.pattern}|未|不|无|擅自|逾期|混淆|假|骗|拒|阻|转[让包]|破坏|串通|弄虚|瞒|迟报|漏报|失效|变质|禁|有毒|挪用|压缩"
    r"|迫使|肢解|偷工|恶意|暴力|诋毁|隐匿|过期|超过|推荐|倒卖|出借|私自|添加|丢弃|污染|截留|挤占|抗|协商谈判|报复"
)
"""What tells conduct that is wrong of itself: to ask for the penalty of 进行有奖销售 would mislead."""
_BREACH = re.compile(r"违反(?:本|前)(?:法|条例|办法|规定|细则)(?:第[^，。；：规]{1,30})?的?(?:有关)?规定，?(?!的|关于)")
_CONDITION = re.compile(
    rf"^(?:对于?)?(?P<what>[^，。；：]{{6,18}}?)的，(?P<rest>.+)$"
    rf"|^(?P<found>{_ACTOR}[^，。；：]{{4,14}})(?:，[^，。；：]{{2,24}}){{1,2}}的，(?P<then>.+)$"
    rf"|^(?P<doing>{_ACTOR}[^，。；：]{{3,14}}?)时?，(?P<must>(?:应当|必须|不得).+)$"
)
_TROUBLE = re.compile(
    r"争议|纠纷|损害|损失|不合格|缺陷|故障|事故|未|不(?!正当)|拒|逾期|丢失|伤|病|死亡|解散|破产|侵|瑕疵|欺诈|违约|问题|异议|危险"
    r"|发生|变[化更动]|被(?!投诉人|检查)|发现|违反|转移|中断|终止"
)
_NO_CASE = re.compile(
    r"合格|获得|取得|允许|涉及|^同意|要求|^与|^符合|^已有|认为|应当|可以|不得|有权|必须|需要|有必要|同意$|者$|机构$|单位$|企业$|组织$|义务$|决定$|[个年月日]以上|不满|的[^，]{1,8}$|有$|[^针]对.{0,10}(?:产品|商品|情况)$"
)
"""What makes of a condition no case that one would ask about: it is good, open, or the name of a thing."""
_WITHIN = re.compile(
    rf"^(?P<who>{_ACTOR})(?:应当|必须|要)(?:[在自于从][^，。；：]{{0,30}}?)?{_TIME}以?内，?(?P<does>[^，。；：]{{3,15}})[，。；]"
)
_LASTS = re.compile(
    rf"(?:^|，)(?P<what>[^，。；：]{{0,12}}?(?:有效期限?|期限|保质期|试用期|包修期|三包有效期))"
    rf"(?P<how>为|是|不得少于|不少于|不得低于|不低于|不得超过|不超过|最长不得?超过)?{_TIME}(?![内前的以])"
)
_LONG = {"": "是多久", "为": "是多久", "是": "是多久"}
_BY = re.compile(
    r"^(?P<what>[^，。；：由]{3,14}?)(?:应当|可以)?，?由(?P<who>[^，。；：的]{2,30}?(?:部门|机关|政府|机构|委员会|单位|法院|国务院|总局|者|人|方|公司|企业|基金))"
    r"(?P<does>(?:统一)?(?:制定|规定|负责(?!人)|决定|确定|组织|批准|审批|核发|调解|公布|承担|处理|实施|主持|支付|负担|办理)[^，。；：的]{0,8})[，。；]"
)
_IN_CHARGE = re.compile(
    r"^国务院[^，。；：]{2,16}(?:部门|机关|机构)(?P<does>主管|负责)(?:组织|全国的?)?(?P<what>[^，。；：]{4,16}?工作)[，。；]"
)
_GOES_ON = r"(?:[。；]|，(?=不得|并|应当|但|有权|可以|也|且|必须|享有))"
"""What stands behind a predicate that is whole: a stop, or the next one."""
_MAY = re.compile(rf"^(?P<who>{_ACTOR})(?P<may>不得|可以|有权)(?P<does>[^，。；：]{{4,16}}){_GOES_ON}")
_RIGHT = re.compile(rf"^(?P<who>{_ACTOR})享有(?P<does>[^，。；：]{{4,16}})的权利[，。；]")
_BANNED = re.compile(rf"^(?:禁止|严禁)(?:任何[^，。；：]{{2,6}})?(?P<does>[^，。；：]{{5,16}}){_GOES_ON}")
_MUST = re.compile(
    r"^(?P<who>(?!国家|各级|县级|国务院|任何|对|在|按|依|经|凡|不|因|被|从事)[^，。；：应必不须]{1,11}[^，。；：应必不须也还])(?:应当|必须)(?:依法)?+"
    r"(?!依照|遵守|遵循|加强|恪守|坚持|努力|认真|严格|(?:及时)?采取(?:相应)?措施|维护|按照国家|自|以|符合本|根据|包括|与|当|及时|尊重|履行职责)"
    rf"(?P<does>[^，。；：]{{2,16}}){_GOES_ON}"
)
_MEANS = re.compile(
    r"^(?:[^，。；：]{0,10}所称的?)[“\"]?(?P<named>[\u4e00-\u9fff]{2,12}?)[”\"]?(?:，是指|，指|，是|是指|指|是)"
    r"|^[“\"]?(?P<what>[\u4e00-\u9fff]{2,12}?)[”\"]?(?:，指|，是指|是指)"
)
_LISTED = re.compile(r"(?:下列|以下)(?P<what>[\u4e00-\u9fff、]{0,6}?)(?P<one>之一)?(?=的|，|：|:|；|$)")
_MODAL = re.compile(r"应当|可以|不得|必须|应|须|包括|具备|履行|享有|负责|行使|承担|载明|提交|是|有")
LAW_ITEM = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]\s*")
AIM = re.compile(
    r"^(?:加强|完善|建立|健全|推动|推进|支持|鼓励|加大|实施|开展|强化|提高|提升|加快|推广|优化|培育|落实|深化|严格|引导|构建|改进|发挥"
    r"|推行|夯实|促进|规范|创新|扩大|增强|做好|深入|全面|积极|着力|改革|打造|保障|破除|营造|统筹)"
)
_NOT_ALONE = re.compile(
    r"前款|前条|前项|前[两三]|上述|本条|本款|本[法章节]|本条例|本办法|本规定|本细则|本意见|下列|以下|所列|另有|第[一二三四五六七八九十百]"
    r"|^(?:其|该|此|并|但|且|或|及|和|处|属于|经(?!营|济|纪|理)|由|因此|同时|此外|具体|有前|情节|逾期|拒不|构成|尚不|没有|有违法|造成|给|需要|违反|法律|除|按照?|依照|根据|为了?)"
    r"|[该此]|(?<!尤)其(?!他|中)|他们|的规定|工作人员|除外|拒不|属于|有规定|本部门|作规定|无正当理由|玩忽|徇私|情节|货值|所得|[0-9一二三四五六七八九十]万?元"
)
_OWN = re.compile(r"其(?:所)?(?:提供|销售|生产|购买|制造|经营)的")
_SIGNS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9、，“”《》%]+？")
_BRACKETS = re.compile(r"（[^（）]*）")
_WIDE = str.maketrans(",;:()?", "，；：（）？")


def ask_sentence(sentence: str, *, policy: bool = False) -> Iterator[tuple[str, int]]:
    """Yield what a sentence can be asked, each with its dullness; ``policy`` says that it is of aims, not of rules."""
    text = _name_breach(_OWN.sub("", _tidy(sentence)))
    if policy:
        aim = re.match(r"[^，。；：]{6,16}(?=，.{12})", text)
        if aim is not None and AIM.match(aim[0]):
            yield f"怎样{aim[0]}？", 3
    for frame in _FRAMES:
        yield from frame(text)


def _tidy(text: str) -> str:
    """Return words without white space and what stands in brackets, their signs full-width."""
    return _BRACKETS.sub("", "".join(text.split()).translate(_WIDE))


def _name_breach(text: str) -> str:
    """Return words with 违法 for 违反本法第十条规定, and "" where what follows is wrong of itself or first."""

    def name(match: re.Match[str]) -> str:
        told = _OFFENCE.search(text[match.end() :].partition("的，")[0])
        return "" if told or not match.start() else "违法"

    return _BREACH.sub(name, text)


def is_fit(question: str) -> bool:
    """Whether a question may be shown: short, of plain signs, standing by itself, and no instruction."""
    fits = SHORTEST <= len(question) <= LONGEST and _SIGNS.fullmatch(question) is not None
    even = question.count("“") == question.count("”") and question.count("《") == question.count("》")
    return (
        fits and even and not _NOT_ALONE.search(question) and not set_aside_instructions(question.replace("？", "?"))[1]
    )


def _ask_conduct(text: str) -> Iterator[tuple[str, int]]:
    match = _CONDUCT.match(text)
    if match is None or "赔偿" in text or re.search("不服|被", match["what"]):
        return
    if _PUNISHED.search(text, match.end()) and _OFFENCE.search(match["what"]):
        yield f"{match['what']}怎么处罚？", 0


def _ask_condition(text: str) -> Iterator[tuple[str, int]]:
    match = _CONDITION.match(text)
    if match is None:
        return
    what, rest = match["what"] or match["found"] or match["doing"], match["rest"] or match["then"] or match["must"]
    what = re.sub("^在(.+)的情况$|的$", r"\1", what)
    if "不服" in what or "异议" in what:
        yield f"{what}怎么办？", 1
    elif _PUNISHED.search(rest) or what.startswith("对") or what.endswith(("前", "后", "中", "内", "外", "由")):
        return
    elif "赔偿" in rest and match["what"]:
        yield f"{what}怎么赔偿？", 0
    elif _NO_CASE.search(what) and not re.search("不合格$|不再?符合|未取得", what):
        return
    elif _TROUBLE.search(what):
        if len(what) > 6 and not rest.startswith("不得"):
            yield f"{what}怎么办？", 1
    elif not match["found"] and not _PLAINLY_WRONG.search(what):
        yield f"{what}有什么规定？", 2


def _ask_term(text: str) -> Iterator[tuple[str, int]]:
    match = _WITHIN.match(text)
    if match and not match["does"].startswith(("未", "不", "的", "组织")) and not match["does"].endswith("的"):
        yield f"{match['who']}要在多久内{match['does']}？", 1
    match = _LASTS.search(text)
    if match and len(match["what"]) >= 3 and match["what"] != "有效期限":
        how = match["how"] or ""
        asked = _LONG.get(how) or ("最长多久" if "超过" in how else "至少多久")
        yield f"{match['what']}{asked}？", 1


def _ask_body(text: str) -> Iterator[tuple[str, int]]:
    match = _BY.match(text)
    if match and not match["what"].endswith("的"):
        yield f"{match['what']}由谁{match['does']}？", 3
    match = _IN_CHARGE.match(text)
    if match:
        yield f"{match['what']}由谁{match['does']}？", 4


def _ask_permission(text: str) -> Iterator[tuple[str, int]]:
    match = _MAY.match(text) or _RIGHT.match(text)
    if match:
        may = match.groupdict().get("may") or "有权"
        if may != "不得" or not _PLAINLY_WRONG.search(match["does"]):
            yield f"{match['who']}{'可以' if may == '不得' else may}{match['does']}吗？", 2
    match = _MUST.match(text)
    if match:
        does, timed = re.subn(rf"^(?:至少)?(.*?)(?:至少|不少于)?{_TIME}$", r"\1多久", match["does"])
        if timed or (not re.search(_TIME, does) and len(match["who"] + does) >= 9):
            yield f"{match['who']}要{does}{'' if timed else '吗'}？", 1 if timed else 3
    match = _BANNED.match(text)
    if match and not _PLAINLY_WRONG.search(match["does"]):
        yield f"能{match['does']}吗？", 2


def _ask_meaning(text: str) -> Iterator[tuple[str, int]]:
    match = _MEANS.match(text)
    if match:
        what = match["named"] or match["what"]
        yield f"什么是{what}？", 2 if len(what) > 2 else 4


_FRAMES: tuple[Callable[[str], Iterator[tuple[str, int]]], ...] = (
    _ask_conduct,
    _ask_condition,
    _ask_term,
    _ask_permission,
    _ask_meaning,
    _ask_body,
)


def ask_list(lead: str, items: Sequence[str]) -> Iterator[tuple[str, int, int | None]]:
    """Yield what a list can be asked, with the place of the item that is asked about, None where all of it is."""
    text = _name_breach(_tidy(lead)).rstrip("：")
    listed = _LISTED.search(text)
    if listed is None:
        return
    if listed["one"] and _PUNISHED.search(text):
        named = re.match(rf"(?P<who>{_ACTOR})(?=有下列)", text)
        for place, item in enumerate(items):
            what = _tidy(LAW_ITEM.sub("", item)).rstrip("；。").removesuffix("的")
            doer = named["who"] if named and len(named["who"]) <= 4 else ""
            if 7 <= len(doer + what) <= 20 and "，" not in what and "其他" not in what and _OFFENCE.search(what):
                yield f"{doer}{what}怎么处罚？", 0, place
        return
    pieces = text.split("，")
    at = next(i for i, piece in enumerate(pieces) if re.search("下列|以下", piece))
    before, _, after = re.split("(下列|以下)", pieces[at], maxsplit=1)
    rest = "，".join(pieces[at + 1 :]).partition("；")[0].split("，") if at + 1 < len(pieces) else []
    what = listed["what"] or "情形"
    if listed["one"]:
        if len(rest) != 1:
            return
        who = re.sub("(?:具?有|存在)$", "", before) if at == 0 else ""
        _, _, thing = after.partition("之一的")
        bare = re.match(r"应当|可以|不得|不予|视为|必须|属于|予以|免|不|为", rest[0])
        if thing:
            yield f"哪些{thing}{rest[0]}？", 1, None
        elif not bare:
            yield f"哪些{what}下{rest[0]}？", 1, None
        elif not who or re.fullmatch(_ACTOR, who):
            yield f"{who}{'有' if who else ''}哪些{what}{rest[0]}？", 1, None
    elif not rest and (modal := _MODAL.search(before)):
        lead = ""
        if at and not modal.start():
            subject = re.match(_ACTOR, pieces[0])
            case = re.sub("[的时]$", "", pieces[0]) if at == 1 else ""
            duty = modal[0] in ("履行", "享有", "负责", "行使")
            lead = case if 0 < len(case) <= 16 and not (duty and subject) else subject[0] if subject else ""
        if modal.start() >= 2 or lead:
            yield f"{lead}{before}哪些{what}{after.removeprefix(what)}？", 1, None
