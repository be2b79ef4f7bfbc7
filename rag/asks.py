"""What kind of thing a question asks for (an amount, a term, a date, a body), and whether a sentence holds one."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

Ask = Literal["money", "duration", "date", "percent", "times", "measure", "count", "body"]

_DIGITS = r"[0-9零〇一二三四五六七八九十百千万亿两半]"
_NUMBER = rf"{_DIGITS}(?:[0-9零〇一二三四五六七八九十百千万亿两.,]*)"

_YES = "(?:吗|么|不|没|行)[?]?$"
_ELSE = f".*[,;].*{_YES}"
"""What follows an amount or a term that is only spoken of, where a question is whether: 看看交了多少,给查吗."""
_MEASURES = "(?:公里|千米|海里|厘米|毫米|平方米|平米|立方米|米|公斤|千克|毫克|克|吨|斤|升|度|℃|分贝|周岁|岁|亩|公顷)"
_UNITS = "(?:个)?(?:日|天|年|月|工作日|小时|周)"

_ASKED: dict[Ask, re.Pattern[str]] = {
    "money": re.compile(
        rf"多少(钱|元|万|块)(?!{_ELSE})"
        rf"|(罚|赔|交(?!易)|扣(?!押)|付|补)(款|偿|金|多少|几)?.{{0,6}}(多少(?!{_UNITS}|分|{_ELSE})|几(元|万|倍)|幅度|数额|金额|上限|下限|最高|最低|最多)"
        r"|(罚款|赔偿|赔偿金|罚金)的?(幅度|数额|金额|标准|是多少|多少)(?!.{0,6}(谁|哪))|(?<!好)几倍|罚多少|赔多少"
        r"|how much|fine\b.*\?",
        re.IGNORECASE,
    ),
    "duration": re.compile(
        rf"多久|多长(时间|期限)?(?!的)|多少{_UNITS}|(?<![这那好了十前过后头没])几{_UNITS}(?!.*{_YES})|(期限|时限|有效期)(是|为|有|多|怎|吗|\?)"
        r"|how long|how many (days|years|months|hours)|within how|validity period",
        re.IGNORECASE,
    ),
    "date": re.compile(
        r"(什么时候|何时|哪一?年|哪天|几月|哪个?(月|日)|从什么时候)(?!.{0,4}计?算)"
        r".{0,8}(施行|生效|实施|起|发布|公布|印发|通过|成立|召开|首次|开始|执行)"
        r"|(施行|生效|实施|发布|公布|印发)的?(日期|时间|日子)|哪一?年|几月几|哪一天(?!.{0,4}[起计]?算)"
        r"|what (date|year)|(come|came|enter|take|go)\w* (into )?(force|effect)",
        re.IGNORECASE,
    ),
    "percent": re.compile(
        r"百分之(几|多少)|(比例|比重|占比|百分比).{0,6}(多少|多大|几|是|\?)|多少(%|个百分点)|几成|几折|多少折"
        r"|what percent",
        re.IGNORECASE,
    ),
    "times": re.compile(
        r"(?<![好分了每这])(?:多少|几)(?:次|回|趟)(?!提|讲|说|每)|how (?:often|many times)", re.IGNORECASE
    ),
    "measure": re.compile(
        rf"多(?:高|宽|厚|深|远)(?!水平)|有多重|(?:多少|(?<![好没])几){_MEASURES}|多大(?:岁数|年纪|年龄|面积)"
        r"|(?:what|minimum|maximum)\s+(?:height|weight|age|size|length|temperature|distance|width)",
        re.IGNORECASE,
    ),
    "count": re.compile(
        r"(?:多少|(?<!第)几)(?:个(?!工作日|月|小时)|种|类|名|人|家|级|份|批|万|条(?!提|讲|说|涉|规定))"
    ),
    "body": re.compile(
        r"谁来?(负责|管|批|审|决定|发|认定|监督|承担|召集|主管|组织|查|处)|由谁|归谁"
        r"|哪(个|些|一级|级|一个)(部门|机关|机构|单位|政府|主管)|什么(部门|机关|机构|单位)|哪家(机构|单位)"
        r"|找(谁|哪)|(向|跟|去)(谁|哪)|which (authority|department|body|agency)|who\b",
        re.IGNORECASE,
    ),
}

_HELD: dict[Ask, re.Pattern[str]] = {
    "money": re.compile(
        rf"{_NUMBER}(?:元|倍)|百分之{_DIGITS}|[0-9.]+[%％‰]|等值|{_NUMBER}(?:块|分之)|不得?收|免费|无偿"
        r"|按照?.{2,60}(?:计算|计收|确定|缴纳|支付)|限额|工本费|成本费|双倍|惩罚性赔偿"
        r"|依照[^。；]{2,60}?(?:处罚|条执行)"
    ),
    "duration": re.compile(
        rf"{_NUMBER}(?:个)?(?:工作)?(?:日|天|年|月|小时|周|分钟)|长期有效|终身|永久|立即|即时|当日|每(?:日|天|周|旬|月|季|学期|半?年)|按[日周月季年]|不设.{{0,6}}期|定期|随时|合理期限|期限由|不适用诉讼时效"
    ),
    "date": re.compile(
        rf"(?:[0-9]{{4}}|[一二三四五六七八九〇零○]{{4}})年|{_NUMBER}月{_NUMBER}日|之日|当[日天月]|次日|起施行|即生效|第.个星期"
    ),
    "percent": re.compile(rf"百分之{_DIGITS}|[0-9.]+[%％‰]|{_NUMBER}(?:成|倍|折|分之)|半数"),
    "times": re.compile(rf"{_NUMBER}(?:次|回)|每(?:日|天|周|旬|月|季|半?年)|逐[日月年]|随时|不定期|定期"),
    "measure": re.compile(rf"{_NUMBER}{_MEASURES}"),
    "count": re.compile(rf"{_NUMBER}(?:个|种|类|名|人|家|级|次|份|批|万|条|项|款|所)"),
    "body": re.compile(r"部门|机关|机构|政府|委员会|法院|检察院|总局|党委|单位|协会|组织|企业|者|部|局"),
}

_CONSEQUENCE_ASKED = re.compile(
    r"怎么处[理罚]|会怎[么样]|怎么罚|罚(?:多少|得|款|什么)|受?什么处[罚分]|后果|挨罚|要罚|会罚|被罚|处罚|追究|担(?:什么|多大|何)责任"
)
_CONSEQUENCE = re.compile(r"责令|罚款|没收|吊销|撤销|处分|处罚|警告|拘留|追究|停业|责任")
_UNSAID = re.compile(r"[不没](?:有)?(?:说|写|标|讲|告诉|约定|公布)[^,;。?]{0,8}?(?:多少|多久|多长|几)[^,;。?]{0,3}")
"""What a story says was left open (没写合伙几年,我想退): it is not what is asked."""
_STATEMENT = re.compile("[^。?!]*。")
"""A sentence that states something; before a question (一亩地没收几斤。能不能……?) nothing in it is asked."""
_MONEY_NOUNS = tuple("工资 薪 奖金 补贴 津贴 手续费 押金 定金 保证金 违约金 税 补助 起征 票价 租金 保费".split())


def find_asks(question: str) -> frozenset[Ask]:
    """Return the kinds of thing that a question (normalised) asks for; empty where it is open."""
    asking = _STATEMENT.sub("", question) if question.rstrip().endswith("?") else question
    asking = _UNSAID.sub(" ", asking)
    return frozenset(kind for kind, pattern in _ASKED.items() if pattern.search(asking))


def asks_consequence(question: str) -> bool:
    """Whether a question (normalised) asks what follows from breaking a rule: a penalty or liability."""
    return bool(_CONSEQUENCE_ASKED.search(question))


def holds_consequence(text: str) -> bool:
    """Whether a sentence names a penalty or liability."""
    return bool(_CONSEQUENCE.search(text))


def holds_asked(text: str, asks: Collection[Ask], question: str) -> bool:
    """Whether ``text`` holds a thing of every kind asked for; true where nothing particular is."""
    if "money" in asks and re.search(r"多少元|几元|几万元?", question) and not re.search(rf"{_NUMBER}元", text):
        return False
    if "money" in asks and re.search(r"几倍|多少倍", question) and not re.search("倍|[%％]|惩罚性赔偿", text):
        return False
    nouns = [noun for noun in _MONEY_NOUNS if "money" in asks and re.search(rf"{noun}.{{0,8}}(?:多少|几)", question)]
    if nouns and not any(noun in text for noun in nouns):
        return False
    return all(_HELD[kind].search(text) for kind in asks)
