"""The English names of Chinese laws, as their official translations and most writers give them, put into Chinese.

So a question in English names a document (the Food Safety Law) as one in Chinese does; one that
is not in the index is then known not to be.
"""

from __future__ import annotations

import re

_RULES_TO = r"(?:Regulations? (?:for|on) the Implementation of|Implementing Regulations? (?:of|for|to)) the"
_CAR = "(?:Automobile|Automotive|Auto|Vehicle|Car)"
_NAMES: dict[str, tuple[str, ...]] = {
    "产品质量法": ("Product Quality Law",),
    "食品安全法": ("Food Safety Law",),
    "食品安全法实施条例": ("Food Safety Law Implementing Regulations?",),
    "农产品质量安全法": (
        "(?:Agricultural Product|Agricultural Products|Farm Produce) (?:Quality (?:and )?Safety|Quality) Law",
        "Law on (?:the )?Quality and Safety of Agricultural Products",
    ),
    "消费者权益保护法": (
        "(?:Consumer|Consumers|Consumers'|Consumer's) (?:Rights?(?: and Interests)? Protection|Protection) (?:Law|Act)",
        "Law on (?:the )?Protection of (?:the )?(?:Consumer|Consumers'|Consumer's|Consumers) Rights(?: and Interests)?",
        "Law on (?:the )?Protection of (?:the )?Rights and Interests of Consumers",
    ),
    "反不正当竞争法": (
        "Anti[-\\s]?Unfair[-\\s]Competition Law",
        "Law Against Unfair Competition",
        "Unfair Competition Law",
    ),
    "反垄断法": ("Anti[-\\s]?Monopoly Law",),
    "特种设备安全法": (
        "Special Equipment Safety Law",
        "Special Equipment Law",
        "Law on (?:the )?Safety of Special Equipment",
    ),
    "标准化法": ("Standardi[sz]ation Law",),
    "标准化法实施条例": (
        "Standardi[sz]ation Law Implement(?:ing|ation) Regulations?",
        f"{_RULES_TO} Standardi[sz]ation Law",
    ),
    "计量法": ("Metrology Law", "Measurement Law"),
    "政府采购法": ("Government Procurement Law",),
    "政府采购法实施条例": (
        "Government Procurement Law Implement(?:ing|ation) Regulations?",
        f"{_RULES_TO} Government Procurement Law",
    ),
    "认证认可条例": (
        "(?:Certification and Accreditation|Accreditation and Certification) Regulations?",
        "Regulations? on Certification and Accreditation",
    ),
    "缺陷汽车产品召回管理条例": (
        f"(?:Defective )?{_CAR}(?: Products?)? Recall Regulations?",
        f"Regulations? on (?:the )?Recall of Defective {_CAR}(?: Products?|s)?",
    ),
    "建设工程质量管理条例": (
        "Construction (?:Project |Engineering |Work )?Quality (?:Management |Administration |Control )?Regulations?",
        "Regulations? on (?:the )?Quality (?:Management|Administration|Control) of Construction "
        "(?:Projects?|Engineering|Works?)",
    ),
    "工业产品生产许可证管理条例": (
        "(?:Industrial Products? )?Production Licen[cs]e Regulations?",
        "Regulations? on (?:the )?(?:Administration of )?Production Licen[cs]es? for Industrial Products?",
    ),
    "工业产品质量责任条例": ("Industrial Products? Quality Liability Regulations?",),
    "民法典": ("Civil Code",),
    "宪法": ("Constitution of (?:China|the People's Republic of China|the PRC)",),
    "劳动合同法": ("Labou?r Contract Law", "Employment Contract Law"),
    "电子商务法": ("E-?commerce Law",),
    "网络安全法": ("Cyber ?security Law",),
    "数据安全法": ("Data Security Law",),
    "个人信息保护法": ("Personal Information Protection Law", "PIPL"),
    "药品管理法": ("Drug Administration Law", "Pharmaceutical Administration Law"),
    "行政许可法": ("Administrative Licen[cs](?:e|ing) Law",),
    "行政复议法": ("Administrative Reconsideration Law",),
}
_AS_WRITTEN: dict[str, tuple[str, ...]] = {
    "招标投标法": ("(?:Bidding|Tendering and Bidding|Tender and Bidding|Bid Invitation and Bidding) Law",),
    "刑法": ("Criminal Law(?! (?:liab|resp))", "Criminal Code"),
    "劳动法": ("Labou?r Law",),
    "公司法": ("Company Law", "Companies Act"),
    "合同法": ("Contract Law",),
    "广告法": ("Advertising Law", "Advertisement Law"),
    "商标法": ("Trade ?mark Law",),
    "专利法": ("Patent Law",),
    "著作权法": ("Copyright Law",),
    "安全生产法": ("(?:Work|Production) Safety Law",),
    "环境保护法": ("Environmental Protection Law",),
    "行政处罚法": ("Administrative (?:Penalty|Penalties|Punishment) Law",),
}
"""Those whose words are a subject too (under criminal law), unless they are capitals."""
_BEFORE = r"(?:\b(?:the|China's|Chinese|PRC)\s{1,9}){0,2}"
_BEHIND = r"(?:\s+of\s+(?:China|the\s+PRC|the\s+People's\s+Republic\s+of\s+China))?"
_PATTERNS = tuple(
    (re.compile(rf"{_BEFORE}\b(?:{'|'.join(found)})\b{_BEHIND}".replace(" ", r"\s+"), flags), name)
    for name, found, flags in sorted(
        [
            *((name, found, re.IGNORECASE) for name, found in _NAMES.items()),
            *((name, found, re.NOFLAG) for name, found in _AS_WRITTEN.items()),
        ],
        key=lambda item: -max(map(len, item[1])),
    )
)


def translate_names(text: str) -> str:
    """Return a question (normalised) with the laws that it names in English named in Chinese."""
    for pattern, name in _PATTERNS:
        text = pattern.sub(f"《{name}》", text)
    return text
