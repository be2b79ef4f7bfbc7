import time
from collections.abc import Callable, Iterable
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import DocumentError, UnsupportedFormat
from corpus.formats.html import read_html
from corpus.formats.webpage import _PageReader
from corpus.model import SourceText
from corpus.settings import CorpusSettings
from tests.corpus.formats.same_law import LAW, POLICY, list_clauses, read_lines, read_policy
from tests.corpus.formats.web_pages import make_page, make_system_page, make_table_page

LIMITS = CorpusSettings()
ARTICLES = "".join(f"<p>第{number}条 生产者应当对其生产的产品质量负责。</p>" for number in "一二三四")


def read(html: str, encoding: str = "utf-8") -> SourceText:
    return read_html(html.encode(encoding), LIMITS)


def removed(content: SourceText) -> list[tuple[str, str]]:
    return [(content.text[span.start : span.end], span.reason) for span in content.removed]


def kept(content: SourceText) -> str:
    gone = {(span.start, span.end) for span in content.removed}
    lines, position = [], 0
    for line in content.text.split("\n"):
        if (position, position + len(line)) not in gone:
            lines.append(line)
        position += len(line) + 1
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>甲</p><p>乙</p>", "甲\n乙"),
        ("<div>甲<span>乙</span><b>丙</b></div>丁", "甲乙丙\n丁"),
        ("甲<br>乙<br/>丙<hr>丁", "甲\n乙\n丙\n丁"),
        ("<p>甲<p>乙<li>丙", "甲\n乙\n丙"),
        ("<h1>国务院<br>通知</h1>", "国务院 通知"),
        ("<p>　　甲 \n  <b>a\n b</b></p>", "　　甲 a b"),
        ("<p>质量\n   管理\n办法</p>", "质量管理办法"),
        ("<p>第一条\n生产者</p>", "第一条 生产者"),
        ("<p>甲&nbsp;&#12288;&emsp;&middot;&lt;乙&gt;&amp;</p>", "甲\xa0　\u2003·<乙>&"),
        ("<pre>第一条\n  甲\n\n乙</pre>", "第一条\n  甲\n乙"),
        ("<p>甲<!-- 乙 --><script>丙</script><style>丁</style><noscript>戊</noscript></p>", "甲"),
        ("<p>甲<svg><text>乙</text></svg><iframe>丙</iframe><title>丁</title></p>", "甲"),
        ("<p>甲</p><p hidden>乙</p><p style='color:red; DISPLAY : none'>丙</p><template>丁</template>", "甲"),
        ("<div style='display:none'><div>乙</div><img></div>丙", "丙"),
        ("<p>甲<o:p></o:p><![if !supportLists]><span>一、</span><![endif]>乙</p>", "甲一、乙"),
        ("<a>甲</a><span style='display:block'>乙</span>", "甲\n乙"),
        ("<p>汉<ruby>字<rp>(</rp><rt>zì</rt><rp>)</rp></ruby></p>", "汉字"),
    ],
)  # fmt: skip
def test_visible_text_stands_in_its_lines(html: str, text: str) -> None:
    assert read(html).text == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ol><li>甲<li>乙</ol>", "1. 甲\n2. 乙"),
        ("<ol start=3 type=A><li>甲<li value=9>乙<li>丙</ol>", "C. 甲\nI. 乙\nJ. 丙"),
        ("<ol reversed><li>甲<li>乙</ol>", "2. 甲\n1. 乙"),
        ("<ol style='list-style-type: cjk-ideographic'><li>甲</ol>", "一、甲"),
        ("<ol style='list-style: none'><li>甲</ol>", "甲"),
        ("<ol><li>（一）甲<li>（二）乙</ol>", "（一）甲\n（二）乙"),
        ("<ol><li>第一条 甲<li>第二条 乙</ol>", "第一条 甲\n第二条 乙"),
        ("<ol><li>甲<ol type=a><li>子</ol><li>乙</ol>", "1. 甲\na. 子\n2. 乙"),
        ("<ul><li>甲<li>乙</ul>", "甲\n乙"),
    ],
)
def test_an_ordered_list_prints_numbers_where_its_items_have_none(html: str, text: str) -> None:
    assert read(html).text == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<table><tr><th>名称<th>数量<tr><td>甲<td>1</table>后", "名称\t数量\n甲\t1\n后"),
        ("<table><tr><td>甲<td><td>2</table>", "甲\t\t2"),
        ("<table><tr><td>产品<br>名称<td>数量</table>", "产品 名称\t数量"),
        ("<table><tr><td>甲。<br>乙。<td>丙</table>", "甲。\n乙。\n丙"),
        ("<table><tr><td>1<td>第一条 甲。<p>乙。</table>", "1\t第一条 甲。\n乙。"),
        ("<table><tr><td><table><tr><td>甲<td>乙<tr><td>丙<td>丁</table></table>", "甲\t乙\n丙\t丁"),
        ("<td>甲<td>乙", "甲\n乙"),
    ],
)
def test_rows_are_lines_and_cells_of_several_paragraphs_keep_theirs(html: str, text: str) -> None:
    assert read(html).text == text


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<nav>首页 新闻</nav>", "navigation"),
        ("<div role=navigation>首页</div>", "navigation"),
        ("<header>某市人民政府</header>", "page header"),
        ("<footer>版权</footer>", "page footer"),
        ("<div id=footer>版权</div>", "page footer"),
        ("<aside>热点</aside>", "sidebar"),
        ("<div class='crumbs clearfix'>首页 &gt; 政策</div>", "breadcrumb"),
        ("<div class=position>您的位置：首页</div>", "breadcrumb"),
        ("<div class='bdsharebuttonbox'>微信</div>", "share bar"),
        ("<div class='articleShare'>微信</div>", "share bar"),
        ("<div class=related-news>相关</div>", "related links"),
        ("<div class=pagination>1 2</div>", "pagination"),
        ("<form>用户名</form>", "form"),
        ("<button>提交</button>", "form"),
        ("<ul><li><a href=/1>要闻</a><li><a href=/2>政策</a><li><a href=/3>服务</a></ul>", "links"),
        ("<div><a href=/1>要闻</a> | <a href=/2>政策</a> | <a href=/3>服务</a></div>", "links"),
    ],
)
def test_furniture_is_removed_by_its_markup(html: str, reason: str) -> None:
    content = read(f"{html}{ARTICLES}")
    assert {found for _, found in removed(content)} == {reason}
    assert kept(content).startswith("第一条")


@pytest.mark.parametrize(
    "html",
    [
        f"<div class='content-header'><h1>产品质量法</h1></div>{ARTICLES}",
        f"<title>产品质量法实施条例</title><header><h1>产品质量法实施条例</h1></header>{ARTICLES}",
        f"<article><header>产品质量法</header>{ARTICLES}<footer>国务院</footer></article>",
        f"<form id=aspnetForm>{ARTICLES}</form>",
        f"<div class='share recommend'>{ARTICLES}</div>",
        f"<div class='no-sidebar with-nav'>甲</div>{ARTICLES}",
        f"{ARTICLES}<p class=position-relative>乙</p>",
        f"{ARTICLES}<p><a href=1.doc>附件：甲</a><p><a href=2.pdf>附件二</a><p><a href=3.wps>附件三</a>",
        f"{ARTICLES}<p><a href=#1>第一章</a></p><p><a href=#2>第二章</a></p><p><a href=#3>第三章</a></p>",
        f"{ARTICLES}<p><a href=/1>《标准化法》</a>、<a href=/2>《计量法》</a>、<a href=/3>《广告法》</a>另有规定。</p>",
    ],
)  # fmt: skip
def test_what_belongs_to_the_document_is_never_removed(html: str) -> None:
    assert removed(read(html)) == []


def test_headings_keep_their_levels_inside_the_part_that_is_kept() -> None:
    content = read(f"<nav><h2>栏目</h2></nav><h1> 产品质量法</h1>{ARTICLES}<h3>第二章</h3>")
    assert [(content.text[start:].split("\n")[0], level) for start, level in content.headings] == [
        ("产品质量法", 1),
        ("第二章", 3),
    ]


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>甲_政策_网</title><meta name=ArticleTitle content='产品质量法'><h1>乙</h1>", "产品质量法"),
        ("<title>甲</title><meta property='og:title' content='产品质量法_网'><h1>产品质量法</h1>", "产品质量法"),
        ("<title>关于开展质量提升行动的指导意见_中央文件_中国政府网</title>", "关于开展质量提升行动的指导意见"),
        ("<title>中国政府网 - 2021-2025年质量规划通知</title>", "2021-2025年质量规划通知"),
        ("", ""),
    ],
)
def test_the_title_is_what_the_page_calls_the_article(html: str, title: str) -> None:
    assert read(f"{html}<p>正文。</p>").title == title


@pytest.mark.parametrize("make", [make_page, make_system_page, make_table_page])
@pytest.mark.parametrize(("name", "lines"), [(LAW, read_lines(LAW)), (POLICY, read_policy())])
def test_a_government_page_yields_the_clauses_of_the_plain_text(
    make: Callable[[str, Iterable[str]], bytes], name: str, lines: list[str]
) -> None:
    content = read_html(make(lines[0], lines[1:]), LIMITS)
    assert list_clauses(content, id=name) == list_clauses("\n".join(lines), id=name)
    assert content.title == lines[0]


def test_the_furniture_of_a_page_is_listed_with_its_reasons() -> None:
    content = read_html(make_page("产品质量法", [f"第{number}条 略，从其规定。" for number in "一二三四五"]), LIMITS)
    assert kept(content).replace("　", "") == (
        "产品质量法\n2018-12-29 10:20来源： 新华社\n"
        + "".join(f"第{number}条 略，从其规定。\n" for number in "一二三四五")
        + "责任编辑：张三"
    )
    assert {reason for _, reason in removed(content)} == {
        "breadcrumb", "form", "navigation", "page footer", "page header", "related links", "share bar", "sidebar",
    }  # fmt: skip


# GB2312 and Big5 mostly decode as each other: a page that declares the wrong one of them is taken at its word.
_CONFUSED = {("big5", "gb2312"), ("gb2312", "big5"), ("gb18030", "big5")}
_ENCODINGS = ("utf-8", "utf-8-sig", "gb2312", "gb18030", "big5", "utf-16")
_DECLARED = ("", "gb2312", "utf-8", "iso-8859-1", "big5", "x-unknown")


@pytest.mark.parametrize(("encoding", "declared"), sorted({*product(_ENCODINGS, _DECLARED)} - _CONFUSED))
def test_the_encoding_is_found_whatever_is_declared(encoding: str, declared: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    sentence = "中華人民共和國" if encoding == "big5" else "产品质量应当检验合格，不得以不合格产品冒充合格产品。"
    assert read(f"<html><head>{meta}</head><body><p>{sentence * 3}</p></body></html>", encoding).text == sentence * 3


def test_a_page_cut_inside_a_character_is_read_with_a_note() -> None:
    for encoding in ("utf-8", "gb18030"):
        data = f"<meta charset={encoding}><p>{'产品质量应当检验合格，' * 20}".encode(encoding)[:-1]
        content = read_html(data, LIMITS)
        assert content.text.startswith("产品质量应当检验合格")
        assert len(content.notes) == 1


def test_null_bytes_are_no_obstacle() -> None:
    content = read_html("<p>产品\0质量</p>".encode(), LIMITS)
    assert (content.text, content.notes) == ("产品质量", ("null bytes are left out",))


def test_a_page_of_western_europe_is_read() -> None:
    assert read("<p>Qualité supérieure of products</p>", "cp1252").text == "Qualité supérieure of products"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "holds no text"),
        (b"<html><body><div id=app></div><script>run()</script></body></html>", "filled in by scripts"),
        (b"<frameset><frame src=a.htm></frameset>", "holds no text"),
        (b"<ul><li><a href=1>a</a><li><a href=2>b</a><li><a href=3>c</a></ul>", "nothing but links"),
        (b"From: <x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type=text/html", "web archive"),
        (b"%PDF-1.4", "rename it to .pdf"),
        (b"PK\x03\x04", "zip file"),
        (bytes(range(128, 256)) * 9, "no known encoding"),
    ],
)
def test_a_page_that_cannot_be_read_is_refused_with_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read_html(data, LIMITS)


def test_a_page_hidden_until_scripts_run_is_read_with_a_note() -> None:
    content = read("<body style='visibility:hidden'><p>第一条 甲。</p></body>")
    assert content.text == "第一条 甲。"
    assert len(content.notes) == 1


def test_a_page_beyond_the_limit_is_refused() -> None:
    with pytest.raises(DocumentError, match="split the file"):
        read_html(("<p>" + "甲" * 100).encode(), CorpusSettings(text_max_characters=99))


def test_a_web_archive_is_not_a_supported_format() -> None:
    with pytest.raises(UnsupportedFormat):
        read_html(b"MIME-Version: 1.0\nContent-Type: multipart/related", LIMITS)


@pytest.mark.parametrize("tag", ["div", "b", "table", "ul", "li", "td", "form", "font", "nav"])
def test_deep_nesting_loses_nothing_in_linear_time(tag: str) -> None:
    depth = 100_000
    begins = time.monotonic()
    content = read(f"<p>前。</p>{f'<{tag}>' * depth}第一条 深。{f'</{tag}>' * depth}<p>末。</p>")
    assert content.text == "前。\n第一条 深。\n末。"
    assert time.monotonic() - begins < 10


def test_end_tags_without_number_are_given_up_in_time() -> None:
    begins = time.monotonic()
    with pytest.raises(DocumentError, match="takes longer"):
        read_html(b"<div>" * 100_000 + b"</p>" * 1_000_000, CorpusSettings(timeout_seconds=1))
    assert time.monotonic() - begins < 20


_TAGS = st.sampled_from(
    "html head title body p div span b a table tr td ul ol li h1 pre form select nav footer script style br".split()
)
_PARTS = st.one_of(
    _TAGS.map(lambda tag: f"<{tag}>"),
    _TAGS.map(lambda tag: f"</{tag}>"),
    st.sampled_from(["甲。", "第一条", "\n", " ", "&nbsp;", "&#", "<!--", "-->", "<a href=/x>", "<p hidden>", "\0"]),
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(_PARTS, max_size=40).map("".join))
def test_any_tags_in_any_order_are_read_or_refused(html: str) -> None:
    try:
        content = read(html)
    except DocumentError as error:
        assert "\n" not in str(error)
        return
    assert content.text.strip()
    for start, level in content.headings:
        assert 1 <= level <= 6
        assert start < len(content.text)


@settings(max_examples=200)
@given(st.lists(_PARTS, max_size=40).map("".join))
def test_the_parser_closes_elements_in_the_order_that_the_reader_counts_on(html: str) -> None:
    from lxml import etree

    reader = _PageReader(limit=10_000, show_hidden=True)
    ends: list[bool] = []
    close = reader.end

    class Target:
        start, data, comment, close = reader.start, reader.data, reader.comment, reader.close

        def end(self, tag: str) -> None:
            ends.append(bool(reader._hidden) or (bool(reader._open) and reader._open[-1].tag == tag))
            close(tag)

    parser = etree.HTMLParser(target=Target(), encoding="utf-8")
    parser.feed(f"<p>甲{html}".encode())
    parser.close()
    assert all(ends)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_html(data, LIMITS)
    except DocumentError as error:
        assert "\n" not in str(error)
