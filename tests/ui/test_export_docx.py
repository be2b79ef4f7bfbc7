"""A conversation as a Word file: Word's own structure, everything in it, and no text that breaks it."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pypdfium2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.formats.office import find_libreoffice
from corpus.load import load_file
from corpus.settings import CorpusSettings
from rag.model import Answer, Statement
from tests.ui.fakes import EVIL, FakeWence
from tests.ui.test_export_markdown import CONVERSATION, HASH, ask, make_exchange
from ui.export.docx import TEMPLATES, write_docx
from ui.export.manuscript import clean_text
from ui.records.conversations import Conversation, Exchange

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def export(*exchanges: Exchange, **named: str) -> bytes:
    return write_docx(replace(CONVERSATION, **named), exchanges, "zh")


def read_parts(data: bytes) -> dict[str, ElementTree.Element]:
    """Read every part of the package as XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}


def read_lines(part: ElementTree.Element) -> list[str]:
    """Return the words of each paragraph; a footnote's reference as [n]."""
    lines = []
    for paragraph in part.iter(f"{W}p"):
        pieces = []
        for element in paragraph.iter():
            if element.tag == f"{W}t":
                pieces.append(element.text or "")
            elif element.tag == f"{W}tab":
                pieces.append("\t")
            elif element.tag == f"{W}footnoteReference":
                pieces.append(f"[{element.get(f'{W}id')}]")
        lines.append("".join(pieces))
    return lines


def read_notes(parts: dict[str, ElementTree.Element]) -> dict[str, list[str]]:
    notes = parts["word/footnotes.xml"].iter(f"{W}footnote")
    return {str(note.get(f"{W}id")): read_lines(note) for note in notes if note.get(f"{W}type") is None}


def read_styled(data: bytes, style: str) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs if paragraph.style.name == style]


def test_the_headings_are_the_questions_and_the_clauses() -> None:
    data = export(ask(FakeWence().grounded()), ask(FakeWence().drafted(), "草稿呢？"))
    assert read_styled(data, "Title") == ["假货的赔偿"]
    assert read_styled(data, "Heading 1") == ["问题 1：买到假货能多赔点钱吗？", "问题 2：草稿呢？"]
    assert read_styled(data, "Wence Appendix") == ["附录　所引条文全文"]
    assert docx.Document(io.BytesIO(data)).styles["Wence Appendix"].base_style.name == "Heading 1"
    assert read_styled(data, "Heading 2")[0] == "1. 《中华人民共和国消费者权益保护法》 第五十五条"


def test_footnotes_stand_where_the_citations_do_and_give_the_quotes() -> None:
    parts = read_parts(export(ask(FakeWence().grounded()), ask(FakeWence().drafted())))
    lines = read_lines(parts["word/document.xml"])
    assert "增加赔偿的金额不足五百元的，为五百元。[2]" in lines
    assert "欺诈的，按价款的三倍赔偿，最少五百元。[4] [5]" in lines
    notes = read_notes(parts)
    assert list(notes) == ["1", "2", "3", "4", "5"]
    assert notes["2"] == [
        " 《中华人民共和国消费者权益保护法》（2013-10-25 公布） 第五十五条，第七章 法律责任："
        "“增加赔偿的金额不足五百元的，为五百元”（全文见附录第 1 项）"
    ]


def test_a_footnote_that_is_referred_to_again_is_one_footnote() -> None:
    wence = FakeWence()
    statements = (Statement("甲。", (0, 1), "llm"), Statement("乙。", (1,), "llm"))
    answer = Answer("甲。[1][2]\n乙。[2]", statements, wence.grounded().citations[:2], "grounded")
    parts = read_parts(export(ask(answer)))
    assert {"甲。[1] [2]", "乙。2"} <= set(read_lines(parts["word/document.xml"]))
    field = parts["word/document.xml"].find(f".//{W}fldSimple")
    assert field is not None
    assert field.get(f"{W}instr") == " NOTEREF _Note2 \\f \\h "


def test_every_style_bookmark_and_part_that_is_named_is_there() -> None:
    data = export(
        ask(FakeWence().grounded()), ask(FakeWence().drafted()), ask(FakeWence().ask("天气")), Exchange("甲" * 90)
    )
    parts = read_parts(data)
    styles = {style.get(f"{W}styleId") for style in parts["word/styles.xml"].iter(f"{W}style")}
    used = {
        element.get(f"{W}val")
        for part in parts.values()
        for kind in ("pStyle", "rStyle", "basedOn", "next")
        for element in part.iter(f"{W}{kind}")
    }
    assert used <= styles
    body = parts["word/document.xml"]
    marks = [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")]
    ids = [mark.get(f"{W}id") for mark in body.iter(f"{W}bookmarkStart")]
    assert len(set(marks)) == len(marks) == len(set(ids))
    anchors = {link.get(f"{W}anchor") for link in parts["word/footnotes.xml"].iter(f"{W}hyperlink")}
    assert anchors == {"_Clause1", "_Clause2"} <= set(marks)
    overrides = {override.get("PartName") for override in parts["[Content_Types].xml"] if override.get("PartName")}
    assert overrides == {f"/{name}" for name in parts if not name.endswith(".rels") and "Types" not in name}


def test_the_pages_are_numbered_and_the_fonts_are_chinese() -> None:
    parts = read_parts(export(ask(FakeWence().grounded())))
    footer = parts["word/footer.xml"]
    assert [field.get(f"{W}instr") for field in footer.iter(f"{W}fldSimple")] == [" PAGE ", " NUMPAGES "]
    assert read_lines(footer) == ["假货的赔偿\t第 1 页，共 1 页"]
    fonts = {element.get(f"{W}eastAsia") for element in parts["word/styles.xml"].iter(f"{W}rFonts")}
    assert fonts == {"宋体", "黑体"}
    assert {font.get(f"{W}name") for font in parts["word/fontTable.xml"]} >= fonts


def test_quoted_words_and_damaged_characters_are_marked_in_the_whole_clause() -> None:
    body = read_parts(export(ask(FakeWence().grounded())))["word/document.xml"]
    marked: dict[str, list[str]] = {"Quoted": [], "Damaged": []}
    for run in body.iter(f"{W}r"):
        style = run.find(f"{W}rPr/{W}rStyle")
        if style is not None and (name := str(style.get(f"{W}val"))) in marked:
            marked[name].append("".join(text.text or "" for text in run.iter(f"{W}t")))
    assert marked["Quoted"] == [citation.quote for citation in FakeWence().grounded().citations]
    assert marked["Damaged"] == ["?;?"]
    clauses = read_styled(export(ask(FakeWence().grounded())), "Wence Clause")
    assert clauses[:2] == FakeWence().index.clauses["消保法#五十五"].text.split("\n")


def test_time_corpus_status_what_is_related_and_what_was_removed_are_told() -> None:
    wence = FakeWence()
    data = export(
        ask(wence.drafted()), ask(wence.ask("天气")), Exchange("没有答完"), Exchange("出错", error="连不上", done=True)
    )
    facts = read_styled(data, "Wence Fact")
    assert facts.count(f"语料指纹：{HASH}") == 2
    assert facts.count("提问时间：2026-03-02 10:30:00+08:00") == 2
    statuses = ["只答了一部分", "未找到依据", "这个问题没有答完，没有留下回答", "出错，没有答成"]
    assert read_styled(data, "Wence Status") == statuses
    items = read_styled(data, "List Bullet")
    assert items[0] == f"七日内必须赔付{EVIL}。（原因：number not in the clause）"
    assert items[1].startswith("《中共中央 国务院关于开展质量提升行动的指导意见》（二十四）")
    assert "连不上" in read_styled(data, "Normal")


def test_our_own_reader_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "对话.docx"
    path.write_bytes(export(ask(FakeWence().grounded()), Exchange("甲\t乙")))
    (loaded,) = load_file(path, CorpusSettings())
    assert loaded.content.title == "假货的赔偿"
    assert "增加赔偿的金额不足五百元的，为五百元。\n" in loaded.content.text
    assert FakeWence().index.clauses["消保法#五十五"].text in loaded.content.text
    assert "“建立商品质量惩罚性赔偿制度”（全文见附录第 2 项）" in loaded.content.text
    assert loaded.content.notes == ()


def test_the_same_conversation_gives_the_same_bytes_whatever_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    exchanges = [ask(FakeWence().grounded()), ask(FakeWence().drafted())]
    before = export(*exchanges)
    monkeypatch.setattr("time.time", lambda: 2e9)
    assert export(*exchanges) == before


def test_its_properties_are_the_conversations() -> None:
    properties = docx.Document(io.BytesIO(export(ask(FakeWence().grounded())))).core_properties
    assert (properties.title, properties.author) == ("假货的赔偿", "Wence")
    assert str(properties.created).startswith("2026-03-01 01:00:00")
    assert str(properties.modified).startswith("2026-03-02 02:30:00")


@pytest.mark.parametrize(
    "moment", ["", "no time", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-01-01"]
)
def test_an_empty_conversation_without_times_opens(moment: str) -> None:
    data = write_docx(Conversation("ab", "", moment, moment, 0), [], "en")
    assert docx.Document(io.BytesIO(data)).paragraphs[-1].text == "This conversation holds no question."


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hostile_document_stays_text(language: Any) -> None:
    data = write_docx(replace(CONVERSATION, name=EVIL), [ask(FakeWence().evil(), EVIL)], language)
    parts = read_parts(data)
    assert f"{EVIL}[1]" in read_lines(parts["word/document.xml"])
    assert f"“{EVIL}”" in read_notes(parts)["1"][0]
    assert read_lines(parts["word/footer.xml"])[0].startswith(EVIL)


TEXTS = st.text(max_size=60) | st.text(alphabet="<>&\"'$]]>{}\\甲 \t\n\x00\x0b\ud800\ufffe\u2028", max_size=60)


@given(TEXTS, TEXTS)
@example("$body ${notes} $$ &amp; ]]> <w:p/>", "$title")
@example("罚\x00款\ud800\u202e元\ufffe", "\udcff")
def test_any_text_gives_a_file_that_holds_it(words: str, title: str) -> None:
    parts = read_parts(export(make_exchange(words, title), name=title))
    body = read_lines(parts["word/document.xml"])
    lines = [line for line in re.split("[\n\u2028\u2029]", clean_text(words)) if line.strip()]
    assert all(any(shown.startswith(line) for shown in body) for line in lines)
    if words:
        note = "".join("".join(read_notes(parts)["1"]).split())
        assert f"“{''.join(clean_text(words).split())}”" in note


def test_every_template_is_well_formed_and_used() -> None:
    parts = read_parts(export())
    assert len(list(TEMPLATES.glob("*.xml"))) == len(parts)


@pytest.mark.skipif(find_libreoffice() is None, reason="LibreOffice is not installed")
def test_libreoffice_shows_it_with_its_footnotes(tmp_path: Path) -> None:
    path = tmp_path / "export.docx"
    path.write_bytes(export(ask(FakeWence().grounded()), ask(FakeWence().evil(), EVIL)))
    profile = (tmp_path / "profile").as_uri()
    command = [str(find_libreoffice()), f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=180)
    with pypdfium2.PdfDocument(path.with_suffix(".pdf")) as shown:
        pages = ["".join(page.get_textpage().get_text_range().split()) for page in shown]
    assert "为五百元。2" in pages[0]
    assert "3《中共中央国务院关于开展质量提升行动的指导意见》" in "".join(pages)
    assert f"第1页，共{len(pages)}页" in pages[0]
