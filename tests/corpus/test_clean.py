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
        ("上一篇：关于另一件事的通知", "related links"),
        ("版权所有：某某网 京ICP备05070218号", "page footer"),
        ("（完）", "end mark"),
        ("<!-- INFO END -->", "markup"),
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
