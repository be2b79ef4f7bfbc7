import pytest

from corpus.clean import find_furniture
from corpus.lines import split_lines


def reasons(text: str) -> dict[str, str]:
    lines = split_lines(text)
    return {lines[position].text: reason for position, reason in find_furniture(lines).items()}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("首页>要闻>天下 天下", "breadcrumb"),
        ("您当前的位置：首页 > 政策 > 正文", "breadcrumb"),
        ("来源：新华社", "source and date"),
        ("发布时间：2017-09-12 18:00", "source and date"),
        ("2017-09-12 18:03 来源：新华网", "source and date"),
        ("【字体：大 中 小】", "share bar"),
        ("分享到：微信 微博", "share bar"),
        ("扫一扫在手机打开当前页", "share bar"),
        ("打印 关闭", "share bar"),
        ("编辑:周佳佳", "editor"),
        ("（责任编辑：王某）", "editor"),
        ("关键词:中共中央 国务院 质量提升行动", "keywords"),
        ("相关链接", "related links"),
        ("相关链接：《某办法》全文", "related links"),
        ("> 编者注：本文有删节。", "disclaimer"),
        ("（此页无正文）", "disclaimer"),
        ("上一篇：关于另一件事的通知", "related links"),
        ("版权所有：某某网 京ICP备05070218号", "page footer"),
        ("（完）", "end mark"),
        ("<!-- INFO END -->", "markup"),
        ('<p align="center">&nbsp;</p>', "markup"),
        ("首页 新闻 政策 服务 互动", "navigation"),
        ("登录 | 注册 | 无障碍阅读", "navigation"),
        ("字体：大 中 小 打印 关闭", "share bar"),
        ("本文已被浏览1234次", "share bar"),
        ("作者:某网 时间:2024-07-05 22:45:45 浏览:8903 来源:某网", "source and date"),
        ("附件下载：申报表.doc", "attachment links"),
        ("1.申报表.docx", "attachment links"),
        ("下一篇：没有了", "related links"),
        ("凡本网注明来源的稿件，转载请注明出处", "disclaimer"),
        ("图为检查现场。新华社记者 某某 摄", "captions"),
    ],
)
def test_a_line_is_known_for_what_it_is(line: str, reason: str) -> None:
    assert reasons(f"{line}\n为了加强质量管理，制定本办法。\n") == {line: reason}


@pytest.mark.parametrize(
    "line",
    [
        "第九条 对于版权所有，一方转让出版发行权的，应当支付报酬。",
        "编辑应当对稿件负责。",
        "九、关键词:质量",
        "申请→受理→审查→决定",
        "来源不明的食品不得销售。",
        "记者：请问这次修订的主要内容是什么？",
        "记者：请介绍修订背景",
        "字号不得小于三号字。",
        "扫码支付的，应当实名。",
        "上一条规定的情形除外。",
        "第三章 版权所有者的权利",
        "主办单位：某市市场监督管理局",
        "地址：某市某路1号",
        "时间：2023年4月5日下午",
        "返回首页的按钮应当醒目。",
        "附件：质量奖申报表",
        "搜索服务提供者应当核验身份。",
    ],
)
def test_a_line_of_the_document_is_kept(line: str) -> None:
    assert reasons(f"为了加强管理，制定本办法。\n{line}\n本办法自公布之日起施行。\n") == {}


def test_captions_that_repeat_their_neighbours_are_found_names_among_them() -> None:
    text = "正文。\n甲地新闻\n甲地新闻 乙地新闻\n乙地新闻 王召明\n王召明 施 杰\n施 杰\n"
    assert set(reasons(text).values()) == {"captions"}
    assert len(reasons(text)) == 5


def test_what_follows_the_end_of_the_pages_text_is_its_tail() -> None:
    text = f"{'质量。' * 60}\n编辑：张三\n某地举行灯会\n李四\n"
    assert reasons(text) == {"编辑：张三": "editor", "某地举行灯会": "page tail", "李四": "page tail"}


def test_an_editors_line_above_the_text_does_not_swallow_it() -> None:
    assert reasons("编辑：张三\n第一条 为了。\n第二条 本法。\n") == {"编辑：张三": "editor"}


def test_a_page_of_contents_is_found_up_to_where_the_text_begins() -> None:
    text = "某法\n目　录\n第一章　总则……1\n第二章　附则……9\n第一章　总则\n第一条 甲。\n第二章　附则\n第二条 乙。\n"
    assert reasons(text) == {"目　录": "contents", "第一章　总则……1": "contents", "第二章　附则……9": "contents"}


def test_front_matter_at_the_very_top_of_a_markdown_file_is_set_aside() -> None:
    assert set(reasons("---\ntitle: 某法\ntags:\n- 甲\n---\n# 某法\n第一条 乙。\n").values()) == {"front matter"}
    assert reasons("第一条 甲。\n---\n第二条 乙。\n---\n") == {}


def test_a_menu_with_a_line_for_each_word_is_navigation_and_one_such_line_is_not() -> None:
    text = "首页\n要闻\n• 政务公开\n互动交流\n某办法\n第一条 甲。\n"
    assert list(reasons(text)) == ["首页", "要闻", "• 政务公开", "互动交流"]
    assert reasons("第一条 甲。\n公开\n第二条 乙。\n") == {}


def test_the_same_line_again_and_again_is_a_column_of_a_table() -> None:
    assert reasons("检验结果\n合格\n合格\n合格\n合格\n合格\n") == {}


PAGE = """某市人民政府
首页
要闻
政务公开
政务服务
互动交流
请输入关键字
搜索
当前位置：首页 > 政务公开 > 政策文件 > 正文
某市关于加强质量监管的通知
发布时间：2023-05-06 10:20 浏览次数：1234
字体：【大 中 小】 打印 关闭
各区人民政府：
为加强质量监管，现就有关事项通知如下：
一、提高认识。各区要提高认识。
二、强化措施。抽查比例不低于百分之五。
某市人民政府
2023年5月6日
（此件公开发布）
附件下载：
1.申报表.docx
2.汇总表.xlsx（23KB）
扫一扫在手机打开当前页
分享到：微信 微博
上一篇：关于另一件事的通知
下一篇：没有了
相关解读
某通知政策解读
一图读懂某通知
【打印本页】 【关闭窗口】
主办：某市人民政府 承办：某市大数据局
地址：某市某路1号 邮编：100000
网站标识码：1234567890 京ICP备12345678号
联系我们 | 网站地图 | 隐私声明
您是第 12345 位访客
"""


def test_a_saved_page_keeps_its_document_and_nothing_else() -> None:
    lines = split_lines(PAGE)
    found = find_furniture(lines)
    assert [line.text for position, line in enumerate(lines) if line.text and position not in found] == [
        "某市人民政府",
        "某市关于加强质量监管的通知",
        "各区人民政府：",
        "为加强质量监管，现就有关事项通知如下：",
        "一、提高认识。各区要提高认识。",
        "二、强化措施。抽查比例不低于百分之五。",
        "某市人民政府",
        "2023年5月6日",
        "（此件公开发布）",
    ]
    assert all(found.values())
