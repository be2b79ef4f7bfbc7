"""The level of a document in the order of laws: 宪法, 法律, 行政法规, 部门规章, 地方性法规, 司法解释, 党内法规…"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.lines import drop_blanks

LEVELS = (
    "宪法", "法律", "行政法规", "部门规章", "地方性法规", "地方政府规章", "司法解释", "党内法规", "党内政策",
    "规范性文件",
)  # fmt: skip
"""The levels, as ``Document.level`` names them."""

_STATED = {
    "监察法规": "行政法规", "部委规章": "部门规章", "国务院部门规章": "部门规章", "地方法规": "地方性法规",
    "政府规章": "地方政府规章", "部门规范性文件": "规范性文件",
}  # fmt: skip
_CONSTITUTION = re.compile(r"^(?:中华人民共和国)?宪法(?:修正案.*)?(?:[（(].*[）)])?$")
_TITLES = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
_PARTY = re.compile(
    r"中共|中国共产党|中央纪委|中央纪律检查委员会|中央组织部|中央宣传部|中央政法委|[\u4e00-\u9fff]{2,8}(?:省|市|自治区|县|区)委(?:办公[厅室]|$|、|\s)"
)
_PARTY_NUMBER = re.compile(r"^(?:中发|中办发|厅字|中办|中委|[\u4e00-\u9fff]{1,3}委(?:办)?发)")
_PARTY_RULE = re.compile(r"(?:章程|准则|条例|规则|规定|办法|细则)(?:[（(].{1,12}[）)])?$")
_PARTY_ISSUES = re.compile(
    r"^[^《]{0,40}印发《[^《》]*(?:章程|准则|条例|规则|规定|办法|细则)(?:[（(][^（）()]{1,12}[）)])?》$"
)
_PARTY_NAMED = re.compile(r"^中国共产党|^党[政内委组]")
_COURT = re.compile(r"最高人民法院|最高人民检察院")
_JUDICIAL = re.compile(r"法释|高检发释字|审判委员会|检察委员会")
_JUDICIAL_FORM = re.compile(
    r"(?:解释|规定|批复|答复|规则|决定|解答|办法|意见|复函|规程|安排|细则|问题|函|纪要|条例|标准)(?:[（(].{1,20}[）)])*$"
)
_LAW_NUMBER = re.compile(r"主席令")
_CONGRESS = re.compile(r"全国人民代表大会|全国人大|全国政协|中央人民政府委员会|中国人民政治协商会议")
_LOCAL_CONGRESS = re.compile(
    r"[省市州县旗区盟](?:第[一二三四五六七八九十百]+届)?(?:人民代表大会|人大)|自治[区州县旗](?:第[一二三四五六七八九十百]+届)?(?:人民代表大会|人大)"
)
_RESOLVED = re.compile(r"(?:纲要|规划|计划|报告|公报|公告|通告|要点|方案|意见|通知)(?:[（(].{1,20}[）)])*$")
"""What a congress approves or issues without making it law."""
_LOCAL_ORDER = re.compile(
    r"(?:[省市州县]|自治区)(?:人民)?政府令|^[\u4e00-\u9fff]{1,3}府令|省政府令|市政府令|(?:人民政府)[^。]{0,6}(?:令)第"
)
_LOCAL = re.compile(r"(?:[省市州县区旗]|自治区|新区)(?:人民)?政府(?!采购)")
_STATE_ORDER = re.compile(r"国务院(?:[、和]?(?:中华人民共和国)?中央军事委员会)?令|政务院")
_STATE_RULE = re.compile(r"(?:条例|规定|办法|细则|规则|决定|章程|决议|法|规程|标准|制度|命令)(?:[（(].{1,20}[）)])*$")
_RULE = re.compile(r"(?:规定|办法|细则|规则|决定|规程|规范|条例|标准)(?:[（(].{1,20}[）)])*$")
_ORDER = re.compile(r"令(?:\d{4}年)?第?[\d０-９一二三四五六七八九十百零〇]+号|第[\d０-９一二三四五六七八九十]+号令")
_APPROVED = re.compile(
    r"国务院[^。《》]{0,30}(?:批准|通过|发布|公布|修订|批转|转发)|国务院常务会议|国务院关于(?:修改|废止|第)|国务院$|《国务院关于|政务院"
)
_PLACE = re.compile(
    r"^(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃"
    r"|青海|内蒙古|广西|西藏|宁夏|新疆|深圳|厦门|珠海|汕头)|^(?!.{0,5}(?:城市|市场|超市|上市|门市|县级|县域))[\u4e00-\u9fff]{2,8}?(?:市|自治州|自治县|州|县)"
)
_STANDARD = re.compile(r"(?:GB|DB\d*|[A-Z]{2,4})(?:/[A-Z]{1,6})?\d[\d.]*[—–－-]\d{4}$")
_CASE = re.compile(r"指导性?案例|检例第")
_ROOM = re.compile(
    r"(?:部|局|署|委|室|行|会)务会议|部长办公会议|(?:部|总局|局|署|委员会|办公室|银行)(?:发布|公布|颁布)"
)
_NATIONAL = re.compile(r"(?<!办)法(?:[（(].{1,20}[）)])*$")
_STATE_NAMED = re.compile(r"条例(?:实施细则|实施办法)?(?:[（(].{1,20}[）)])*$")


def find_level(*, title: str, issuer: str, doc_number: str, told: Sequence[str], stated: str = "") -> str:
    """Return the level of a document, "" where nothing tells it.

    ``told`` are the lines of its history, ``stated`` what a site says of it. What names a
    level by its kind (主席令, 国务院令, 法释) is looked at before what only issuers tell.
    """
    named = _STATED.get(stated, stated)
    if named in LEVELS:
        return named
    if _STANDARD.match(doc_number):
        return ""
    if _CASE.match(doc_number):
        return "规范性文件"
    title, words = drop_blanks(title), drop_blanks(" ".join([*told, doc_number]))
    bare = _TITLES.sub("《》", words)
    own = _TITLES.sub("《》", title)
    if _CONSTITUTION.match(title):
        return "宪法"
    if _PARTY.search(issuer) or _PARTY.match(own) or _PARTY_NAMED.match(own) or _PARTY_NUMBER.match(doc_number):
        return (
            "党内法规"
            if (_PARTY_RULE.search(title) or _PARTY_ISSUES.search(title))
            and not own.startswith("关于")
            and "关于印发" not in own
            else "党内政策"
        )
    if re.search(r"中共中央[、和]?(?:国务院)?(?:发布|印发|批准)", bare) and "《国务院关于" not in words:
        return "党内法规" if _PARTY_RULE.search(title) else "党内政策"
    if _LOCAL_CONGRESS.search(issuer) or (_LOCAL_CONGRESS.search(bare) and not _CONGRESS.search(bare)):
        return "规范性文件" if _RESOLVED.search(title) else "地方性法规"
    if _COURT.search(issuer) or _COURT.match(own):
        judicial = _JUDICIAL.search(bare) or _JUDICIAL_FORM.search(title) or "公告" in bare
        return "司法解释" if (judicial and not title.endswith("通知")) or _JUDICIAL.search(bare) else "规范性文件"
    if _CONGRESS.search(issuer) or _LAW_NUMBER.search(bare) or _CONGRESS.search(bare):
        return "法律"
    if _LOCAL_ORDER.search(bare) or _LOCAL_ORDER.search(doc_number):
        return "地方政府规章"
    if _LOCAL.search(issuer):
        return "规范性文件"
    if _STATE_ORDER.search(bare):
        return "行政法规"
    if (issuer.startswith("国务院") and not issuer.startswith("国务院办公厅")) or _APPROVED.search(words):
        return "行政法规" if _STATE_RULE.search(title) and told else "规范性文件"
    if (_ORDER.search(bare) or _ROOM.search(bare)) and _RULE.search(title):
        return "部门规章"
    if not issuer and not doc_number:
        return _read_name(own)
    return "规范性文件" if issuer or doc_number else ""


def _read_name(title: str) -> str:
    """Return the level that a title alone tells: a 法 is a law; a 条例 is the State Council's, or a place's own."""
    if _NATIONAL.search(title):
        return "法律"
    if _STATE_NAMED.search(title):
        return "地方性法规" if _PLACE.match(title.removeprefix("中华人民共和国")) else "行政法规"
    return ""
