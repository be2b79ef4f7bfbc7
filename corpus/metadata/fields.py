"""The particulars that a government site prints beside a document: 索引号, 发文机关, 成文日期, 有效性."""

from __future__ import annotations

import re

from corpus.lines import drop_blanks, tidy_blanks

NAMES = {
    "title": ("标题", "名称", "文件名称", "信息名称", "公文名称", "法规名称"),
    "issuer": (
        "发文机关", "发布机构", "发布机关", "制定机关", "发文单位", "发布单位", "颁布单位", "公布机关", "颁布机关",
        "发文部门", "发文机构", "印发单位", "制发机关", "印发机关",
    ),
    "number": ("发文字号", "发文文号", "文号", "文件编号", "公文字号", "发文编号", "文件号", "文件文号"),
    "written": ("成文日期", "成文时间", "发文日期", "发文时间", "印发日期", "印发时间", "签发日期"),
    "published": ("公布日期", "发布日期", "颁布日期", "公布时间", "颁布时间"),
    "listed": ("发布时间", "公开日期", "公开时间", "生成日期", "生成时间", "发文公开日期", "更新日期"),
    "effective": ("实施日期", "施行日期", "生效日期", "生效时间", "实施时间", "施行时间"),
    "expires": ("失效日期", "废止日期", "失效时间", "废止时间", "有效期至", "有效期截止", "有效期限", "有效期"),
    "status": ("有效性", "时效性", "效力状态", "文件状态", "是否有效", "有效状态", "时效状态", "文件有效性"),
    "level": ("效力级别", "效力位阶", "效力层级", "法律效力位阶", "法规类别", "文件效力"),
    "other": (
        "索引号", "索取号", "信息索引号", "主题分类", "主题词", "主题", "公文种类", "公文种别", "文种", "文件种类",
        "体裁分类", "体裁", "信息分类", "信息类别", "分类", "组配分类", "服务对象", "公开方式", "公开形式", "公开范围",
        "公开类别", "公开属性", "责任部门", "公开责任部门", "内容概述", "信息来源", "关键词", "统一登记号", "统一编号",
        "登记号", "规范性文件编号", "发文类型", "法宝引证码", "引证码",
        "公开时限", "所属分类", "栏目", "批准机关", "行业分类", "所属机构", "文件类型", "载体类型",
    ),
}  # fmt: skip
"""The labels in use on government sites and in law data bases, by what they label.

``written`` is the day on the document, ``published`` that of its publication, ``listed``
the day on which the page was put up, which need not be the document's at all.
"""

_KINDS = {label: kind for kind, labels in NAMES.items() for label in labels}
_BLANK = r"[ \t\u3000\xa0]*"
_LABEL = "|".join(
    _BLANK.join(label) for label in sorted((one for labels in NAMES.values() for one in labels), key=len, reverse=True)
)
_FIELD = re.compile(rf"(?:^|(?<=[\s|｜；;]))[\[【〔]?({_LABEL})[\]】〕]?{_BLANK}(?:[:：]|(?=\t|$)|(?<=[\]】〕]))")
_BARE = frozenset({"分类", "主题", "名称", "标题", "文号", "栏目", "体裁", "文种", "有效期", "关键词"})
"""Labels that are everyday words: on a line of their own they count with a colon alone."""
_LONGEST = 400
_BULLETS = "•·●▪◆-*" + " \t\u3000\xa0"


def read_fields(line: str) -> list[tuple[str, str]]:
    """Return the fields of a line as pairs of kind and value, [] where the line is not made of fields.

    A line holds one field or several (索引号：甲 发文机关：乙), or the cells of a table row
    with labels and values in turn; a label alone has an empty value.
    """
    if len(line) > _LONGEST or not line:
        return []
    line = line.lstrip(_BULLETS)
    matches = list(_FIELD.finditer(line))
    if not matches or matches[0].start() > 0:
        return []
    if line[matches[0].end() - 1] not in ":：" and drop_blanks(matches[0][1]) in _BARE:
        return []
    found = []
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        value = line[match.end() : following.start() if following else len(line)]
        found.append((_KINDS[drop_blanks(match[1])], tidy_blanks(value).strip("|｜；; ")))
    return found
