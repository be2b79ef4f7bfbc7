import re
import tempfile
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus import CLOSING, ParsedDocument, body_start, parse_document, parse_text, split_sentences, to_chinese
from corpus.errors import WenceError
from tests.corpus.golden_files import ARCHIVE, ARCHIVED, NAMES, golden_path, parse_archived, parse_shipped, render

SHIPPED = sorted(file.name for file in resources.files("corpus").joinpath("documents").iterdir())
POLICY = NAMES[0]
_ARTICLE = re.compile(r"^第([一二三四五六七八九十百零]+)条\s", re.MULTILINE)
_LABELS = (
    "第一条 ",
    "第二条",
    "第十条所称",
    "第三条之一 ",
    "第一章 ",
    "一、",
    "（一）",
    "(二)",
    "1.",
    "附件：",
    "目录",
    "第?条 ",
    "（\ufffd）",
    "第 1 條",
    "第 12-1 条",
    "第1001条 ",
    "**第一条** ",
    "| 第一条 |",
    "- （三）",
    "1\\. ",
    "> ",
    "问：",
    "答：甲",
    "1 范围",
    "1.1 甲",
    "1.1.1 ",
    "专栏1 ",
    "某办法",
    "第一章 总则......1",
    "第二节 ",
)
_SIGNS = ("# ", "## ", "**", "甲。", "乙；", "丙：", "“", "”", "【", "】", "\n", "\r\n", "\r", "\u2028", "\u3000", " ")
_PAGE = (
    "（完）",
    "编辑：",
    "关键词:",
    "首页>甲>乙",
    "2020年1月1日",
    "国务院",
    "自2020年1月1日起施行",
    "<!-- INFO END -->",
    "---",
    "title: 甲",
    "首页",
    "<br>",
    "&nbsp;",
    "附件下载：a.doc",
    "质量" * 20,
    "字体：大 中 小",
)
_PIECES = st.sampled_from((*_LABELS, *_SIGNS, *_PAGE, "??", "\ufffd", "∩", "τ"))


def check_whole(parsed: ParsedDocument) -> None:
    """Hold a parsed document to its promises."""
    text = parsed.document.text
    assert "".join(text[span.start : span.end] for span in parsed.spans) == text
    end = 0
    for span in parsed.spans:
        assert span.start == end < span.end
        assert span.kind in {"clause", "heading", "metadata", "removed"}
        end = span.end
    assert end == len(text)
    assert [(span.start, span.end) for span in parsed.spans if span.kind == "clause"] == [
        (clause.start, clause.end) for clause in parsed.clauses
    ]
    assert len({clause.id for clause in parsed.clauses}) == len(parsed.clauses)
    for clause in parsed.clauses:
        assert text[clause.start : clause.end] == clause.text
        assert clause.text == clause.text.strip() != ""
        assert clause.id.startswith(f"{parsed.document.id}#")
        assert clause.number or clause.label
        assert clause.start <= body_start(clause) <= clause.end
        for start, stop in split_sentences(clause.text, clause.start):
            assert clause.start <= start < stop <= clause.end
    for span in parsed.damaged:
        assert span.kind == "damaged"
        assert 0 <= span.start < span.end <= len(text)


@given(st.text())
@example("")
@example("\ufeff\n")
@example("第" * 1000)
@example("（" * 1000)
def test_any_text_is_parted_and_nothing_is_lost(text: str) -> None:
    check_whole(parse_text(text, id="甲", source="甲.txt"))


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_mixture_of_labels_is_parted_and_nothing_is_lost(text: str) -> None:
    check_whole(parse_text(text, id="甲(2020-01-02)", source="甲.txt"))


@given(st.lists(_PIECES, max_size=30), st.sampled_from(("\n", "\n \n", " \n\u3000\n")))
def test_blank_lines_and_trailing_blanks_change_no_clause(pieces: list[str], breaks: str) -> None:
    text = "".join(pieces).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    spaced = text.replace("\n", breaks)
    clauses = parse_text(text, id="甲", source="甲.txt").clauses
    assert [(clause.id, clause.label, clause.path) for clause in clauses] == [
        (clause.id, clause.label, clause.path) for clause in parse_text(spaced, id="甲", source="甲.txt").clauses
    ]


@given(st.binary(max_size=400))
def test_any_file_is_parsed_or_refused(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "甲.txt"
        file.write_bytes(data)
        try:
            check_whole(parse_document(file))
        except WenceError as error:
            assert "甲.txt" in str(error)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_document_is_parted_and_nothing_is_lost(name: str) -> None:
    check_whole(parse_shipped(name))


@pytest.mark.parametrize("name", [name for name in SHIPPED if name.endswith(".md")])
def test_every_article_of_a_shipped_law_is_found_in_order(name: str) -> None:
    parsed = parse_shipped(name)
    numbers = [clause.number for clause in parsed.clauses]
    assert numbers == _ARTICLE.findall(parsed.document.text)
    assert len(set(numbers)) == len(numbers)
    assert not parsed.damaged


def test_the_quality_policy_has_its_eleven_clauses_and_a_closing() -> None:
    parsed = parse_shipped(POLICY)
    assert [clause.id.partition("#")[2] for clause in parsed.clauses] == [
        *(to_chinese(str(number)) for number in range(20, 31)),
        CLOSING,
    ]
    by_number = {clause.number: clause for clause in parsed.clauses}
    assert by_number["二十三"].heading == "加强质量制度建设"
    assert by_number["二十三"].path == ("五、 改革完善质量发展政策和制度",)
    assert by_number["二十"].path == ()
    assert by_number["二十四"].text.count("\n") == 2
    assert by_number["三十"].text.endswith("价值追求和时代精神。")
    assert by_number[""].text.endswith("切实提升质量总体水平。")


def test_the_quality_policys_damage_is_marked_and_no_more() -> None:
    parsed = parse_shipped(POLICY)
    text = parsed.document.text
    assert [text[span.start : span.end] for span in parsed.damaged] == ["??构抑柿炕∩枋┬窦坝τ檬痉痘亟ㄉ?", "?;?"]


def test_the_quality_policys_page_furniture_is_in_no_clause() -> None:
    joined = "".join(clause.text for clause in parse_shipped(POLICY).clauses)
    for word in ("首页", "周佳佳", "关键词", "孟加拉国", "王召明", "(完)"):
        assert word not in joined


@pytest.mark.parametrize("name", NAMES)
def test_real_documents_parse_as_their_golden_files_say(name: str) -> None:
    assert render(parse_shipped(name)) == golden_path(name).read_text(encoding="utf-8")


@pytest.mark.skipif(not ARCHIVE.is_file(), reason=f"{ARCHIVE} is not on this machine")
@pytest.mark.parametrize("name", ARCHIVED)
def test_real_documents_of_the_archive_parse_as_their_golden_files_say(name: str) -> None:
    assert render(parse_archived(name)) == golden_path(name).read_text(encoding="utf-8")


def test_furniture_inside_a_clause_is_marked_so_that_no_quote_reaches_over_it() -> None:
    text = "第一条 甲：\n扫一扫在手机打开当前页\n（一）乙。\n第二条 丙。\n"
    parsed = parse_text(text, id="甲", source="甲.txt")
    assert parsed.clauses[0].text == "第一条 甲：\n扫一扫在手机打开当前页\n（一）乙。"
    assert [(text[span.start : span.end], span.reason) for span in parsed.damaged] == [
        ("扫一扫在手机打开当前页", "page furniture")
    ]


@pytest.mark.parametrize(
    "piece",
    [
        "第一条",
        "1",
        "（",
        "?",
        " ",
        "[",
        "质",
        "“",
        "<a",
        "质?",
        "一、\n",
        "第一条\n",
        "目录\n",
        "A B\n",
        "附件\n",
        "问：甲\n",
    ],
)
def test_a_hostile_repetition_takes_time_in_proportion_to_its_length(piece: str) -> None:
    """Quadratic code would take minutes over these 300,000 characters; the suite would hang."""
    check = parse_text("甲" + piece * (300_000 // len(piece)) + "乙", id="甲", source="甲.txt")
    assert "".join(check.document.text[span.start : span.end] for span in check.spans) == check.document.text
