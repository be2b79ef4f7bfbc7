"""The names of a document: its title, what is left without its issuer and form, and usual short titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpus.lines import drop_blanks

_BRACKETS = re.compile(r"[《》〈〉<>「」『』“”\"'【】]")
_WIDTHS = str.maketrans("（）", "()")
_STATE = "中华人民共和国"
_STEM_DATE = re.compile(r"[（(]\d{4}-\d{2}-\d{2}[）)](?:~\d+)?$")
_NOTE = re.compile(r"[（(](?:试行|暂行|修订|修正|[^（）()]{0,12}(?:修订|修正|修改|年版|稿))[）)]$")
_VERSION_NOTE = re.compile(
    r"[（(](?:[^（）()]{0,12}(?:修订|修正|修改)(?:版|本|稿)?|\d{4}年?(?:版|本)|现行有效|已?(?:废止|失效))[）)]$"
)
_DRAFT_NOTE = re.compile(r"征求意见|草案|送审稿|讨论稿|审议稿|公开稿|修订稿|修正稿")
_BRACKETED = re.compile(r"[（(]([^（）()]*)[）)]$")
_ABOUT = re.compile(r"^.{0,120}?(?=关于)")
_FORM = r"(?:(?:指导|实施|若干|处理|有关)?(?:意见|通知|决定|办法|方案|规定|规划|纲要|解释|批复|公告|通告|答复))"
_POLICY = re.compile(
    rf"^关于(?:进一步|深入|全面|切实|加快)?(?:开展|加强|推进|推动|实施|印发|做好|促进|深化|完善|规范|加快|支持|鼓励|落实|审理|适用|发布|公布|转发|)(?P<subject>.+?)(?P<particle>的)?(?P<form>{_FORM})$"
)
_ISSUED = re.compile(r"^关于(?:印发|发布|公布|转发|批转)(?:《|<|〈)?(?P<inner>.+?)(?:》|>|〉)?的(?:通知|公告|决定)$")

USUAL = {
    "消费者权益保护法": ("消法", "消保法", "消费者保护法", "消费者权益法"),
    "消费者权益保护法实施条例": ("消保条例", "消法实施条例", "消保法实施条例"),
    "产品质量法": ("产质法", "质量法", "产品法"),
    "食品安全法": ("食安法", "食品法"),
    "食品安全法实施条例": ("食安条例", "食安法实施条例"),
    "农产品质量安全法": ("农安法", "农产品法", "农产品安全法", "农产品质量法"),
    "反不正当竞争法": ("反法", "反不正当竞争", "不正当竞争法"),
    "特种设备安全法": ("特设法", "特种设备法"),
    "标准化法": ("标准法",),
    "标准化法实施条例": ("标准化条例", "标准化实施条例"),
    "计量法实施细则": ("计量细则",),
    "政府采购法": ("政采法", "采购法"),
    "政府采购法实施条例": ("政采法实施条例", "政采条例", "采购法实施条例", "政府采购条例"),
    "招标投标法": ("招投标法",),
    "招标投标法实施条例": ("招投标法实施条例", "招投标条例"),
    "认证认可条例": ("认证条例", "认可条例"),
    "缺陷汽车产品召回管理条例": ("汽车召回条例", "缺陷汽车召回条例", "召回条例", "缺陷汽车召回管理条例"),
    "家用汽车产品修理更换退货责任规定": ("汽车三包规定", "家用汽车三包规定", "三包规定"),
    "工业产品生产许可证管理条例": (
        "生产许可证条例",
        "工业产品许可证条例",
        "生产许可证管理条例",
        "工业产品生产许可证条例",
    ),
    "工业产品质量责任条例": ("产品质量责任条例", "质量责任条例"),
    "建设工程质量管理条例": ("工程质量条例", "建设工程质量条例", "工程质量管理条例"),
    "市场监督管理投诉举报处理暂行办法": (
        "投诉举报办法",
        "投诉举报处理办法",
        "投诉举报暂行办法",
        "投诉举报处理暂行办法",
    ),
    "侵害消费者权益行为处罚办法": ("侵害消费者权益处罚办法", "消费者权益处罚办法"),
    "民事诉讼法": ("民诉法",),
    "刑事诉讼法": ("刑诉法",),
    "行政诉讼法": ("行诉法",),
    "劳动合同法": ("劳合法",),
    "劳动争议调解仲裁法": ("劳动仲裁法", "调解仲裁法"),
    "行政处罚法": ("处罚法",),
    "行政许可法": ("许可法",),
    "行政复议法": ("复议法",),
    "道路交通安全法": ("道交法", "交通安全法", "交法"),
    "个人信息保护法": ("个保法", "个人信息法"),
    "数据安全法": ("数安法",),
    "网络安全法": ("网安法",),
    "电子商务法": ("电商法",),
    "安全生产法": ("安生法",),
    "治安管理处罚法": ("治安处罚法", "治安法"),
    "环境保护法": ("环保法",),
    "城市房地产管理法": ("房地产法", "房地产管理法"),
    "企业破产法": ("破产法",),
    "企业所得税法": ("企税法",),
    "个人所得税法": ("个税法",),
    "税收征收管理法": ("税收征管法", "征管法"),
    "妇女权益保障法": ("妇女保障法", "妇女法"),
    "未成年人保护法": ("未保法",),
    "预防未成年人犯罪法": ("预防未成年犯罪法",),
    "老年人权益保障法": ("老年人保障法", "老年法"),
    "残疾人保障法": ("残保法",),
    "国家赔偿法": ("国赔法",),
    "政府信息公开条例": ("信息公开条例",),
    "药品管理法": ("药管法", "药品法"),
    "民法典": ("民法",),
    "知识产权海关保护条例": ("海关知识产权条例",),
    "价格法": ("物价法",),
    "进出口商品检验法": ("商检法", "进出口商检法"),
}
"""Short titles in common use, by the title without 中华人民共和国 (legal textbooks and news usage)."""


def normalise_name(name: str) -> str:
    """Return a name as it is compared: without brackets, white space, 中华人民共和国 and a version's date."""
    bare = drop_blanks(_BRACKETS.sub("", name)).translate(_WIDTHS)
    bare, _ = split_date(bare)
    return bare.replace(_STATE, "") or bare


def name_versions(title: str) -> str:
    """Return what titles of a document's versions share: the name without a note, （2018年修正） or （征求意见稿）."""
    name = normalise_name(title)
    while (match := _BRACKETED.search(name)) and (_VERSION_NOTE.search(name) or _DRAFT_NOTE.search(match[1])):
        name = name[: match.start()]
    return re.sub(r"(?:修订|修正)?(?:征求意见稿|送审稿|讨论稿)$", "", name) or name


def is_draft(title: str) -> bool:
    """Say whether a title is that of a draft: 征求意见稿, 草案, 送审稿, in a note or behind the name."""
    name = normalise_name(title)
    while match := _BRACKETED.search(name):
        if _DRAFT_NOTE.search(match[1]):
            return True
        name = name[: match.start()]
    return bool(re.search(r"(?:征求意见稿|送审稿|讨论稿)$", name))


def split_date(name: str) -> tuple[str, str]:
    """Return a name without the date of its version, and that date as printed (2018-10-26), "" where it has none."""
    match = _STEM_DATE.search(name)
    return (name[: match.start()], match[0].strip("（）()")) if match else (name, "")


def list_names(titles: Sequence[str], ids: Iterable[str]) -> list[str]:
    """Return the names of one document's versions, the fullest first, each once."""
    names: list[str] = []
    for title in titles:
        names += _shorten(drop_blanks(_BRACKETS.sub("", title)))
        names.append(title)
    for id in ids:
        names += _shorten(split_date(drop_blanks(id))[0])
    return list(dict.fromkeys(name for name in names if len(name) > 1))


def _shorten(title: str) -> list[str]:
    """Return a title and its shorter forms."""
    bare = title.replace(_STATE, "") or title
    found = [title, bare]
    unnoted = _NOTE.sub("", bare)
    found.append(unnoted)
    found += USUAL.get(unnoted, ())
    about = _ABOUT.sub("", unnoted, count=1)
    if "关于" in unnoted and about != unnoted:
        found.append(about)
    issued = _ISSUED.match(about)
    if issued:
        found += _shorten(issued["inner"])
        return found
    policy = _POLICY.match(about)
    if policy:
        whole = about.removeprefix("关于")
        found += [whole, policy["subject"] + "的" + policy["form"], policy["subject"] + policy["form"]]
        if policy["form"].endswith("意见"):
            found += _drop_action(policy["subject"], policy["form"])
    return found


def _drop_action(subject: str, form: str) -> list[str]:
    """Return the names without 行动 or 工作: 质量提升行动 … → 质量提升 …."""
    core = re.sub(r"(?:专项)?(?:行动|工作)$", "", subject)
    return [core + form, core + "意见", subject + "意见"] if len(core) > 1 else []
