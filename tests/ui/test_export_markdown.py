"""A conversation as Markdown: everything is in it, and nothing from data acts as Markdown or HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.model import Clause, Document, ParsedDocument, Span
from rag.model import Answer, Citation, Removal, Statement
from rag.snapshot import Snapshot
from tests.ui.fakes import EVIL, FakeWence
from ui.export.footnotes import number_footnotes
from ui.export.manuscript import clean_text
from ui.export.markdown import write_markdown
from ui.records.conversations import Conversation, Exchange
from ui.rendering.pieces import split_answer

HASH = "c0ffee" * 10
CONVERSATION = Conversation("ab", "假货的赔偿", "2026-03-01T09:00:00.250+08:00", "2026-03-02T10:30:00.000+08:00", 1)
SIGNS = "\\`*_{}[]()<>#+-.!|~=$&^:@\"'/1a甲。 \n\t\u3000\u2028"
TOKENS = {
    *("paragraph_open", "paragraph_close", "heading_open", "heading_close", "blockquote_open", "blockquote_close"),
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "inline", "text", "text_special"),
    *("softbreak", "hardbreak", "strong_open", "strong_close", "code_inline"),
}


def keep(answer: Answer, wence: FakeWence | None = None) -> Snapshot:
    wence = wence or FakeWence()
    return Snapshot(answer, HASH, wence.parsed, wence.index.clauses)


def ask(answer: Answer, question: str = "买到假货能多赔点钱吗？", **more: Any) -> Exchange:
    return Exchange(question, keep(answer), done=True, asked="2026-03-02T10:30:00.000+08:00", **more)


def make_exchange(words: str, title: str = "某法", *, damaged: tuple[int, int] = (0, 0)) -> Exchange:
    """An exchange in which every text is ``words`` or ``title``."""
    clause = Clause(f"{title}#一", title, (words,), "一", words, words, words, 0, len(words))
    document = Document(title, title, words, words, None, None, None, f"{words}.txt", words)
    spans = (Span("damaged", *damaged),) if damaged[0] < damaged[1] else ()
    answer = Answer(
        f"{words}\n{words}[1]",
        (Statement(words, (0,), "llm"), Statement(words, (0,), "extract")),
        (Citation(clause.id, words, 0, len(words)),),
        "partial",
        related=(clause.id, words),
        removed=(Removal(words, words),),
        notice=words,
    )
    parsed = {title: ParsedDocument(document, (clause,), (), spans)}
    kept = Snapshot(answer, words, parsed, {clause.id: clause})
    return Exchange(words, kept, error=words, done=True, asked=words, documents=(words,))


def export(*exchanges: Exchange, **named: str) -> str:
    return write_markdown(replace(CONVERSATION, **named), exchanges, "zh")


def read_tokens(text: str) -> list[Any]:
    """Read Markdown with tables, strikethrough and bare links on, and return all its tokens, in order."""
    markdown_it = pytest.importorskip("markdown_it")

    def walk(tokens: list[Any]) -> Iterator[Any]:
        for token in tokens:
            yield token
            yield from walk(token.children or [])

    parser = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return list(walk(parser.parse(text)))


def squeeze(text: str) -> str:
    return "".join(text.split())


def test_each_question_its_answer_and_where_and_when_it_was_given_are_told() -> None:
    text = export(ask(FakeWence().grounded()), ask(FakeWence().drafted(), "草稿呢？"))
    assert text.startswith("# 假货的赔偿\n")
    assert "建立于 2026-03-01 09:00:00+08:00，最后提问于 2026-03-02 10:30:00+08:00，共 2 个问题" in text
    assert f"由 Wence {version('wence')} 导出" in text
    assert re.findall(r"(?m)^## .*", text) == [
        "## 问题 1：买到假货能多赔点钱吗？",
        "## 问题 2：草稿呢？",
        "## 附录　所引条文全文",
    ]
    assert text.count("提问时间：2026-03-02 10:30:00+08:00") == 2
    assert text.count(f"语料指纹：{HASH}") == 2


def test_footnotes_are_numbered_through_the_whole_document_and_stand_after_their_statement() -> None:
    text = export(ask(FakeWence().grounded()), ask(FakeWence().drafted()))
    assert "增加赔偿的金额不足五百元的，为五百元。[^2]\n" in text
    assert "欺诈的，按价款的三倍赔偿，最少五百元。[^4] [^5]\n" in text
    assert "[1]" not in text
    assert re.findall(r"(?m)^\[\^(\d)\]: ", text) == ["1", "2", "3", "4", "5"]


def test_a_footnote_gives_document_clause_path_and_the_quote_as_it_stands() -> None:
    text = export(ask(FakeWence().grounded()))
    assert (
        "[^3]: 《中共中央 国务院关于开展质量提升行动的指导意见》（中共中央、国务院，2017-09-05 公布） "
        "（二十三） 加强质量制度建设，五、改革完善质量发展政策和制度："
        "“建立商品质量惩罚性赔偿制度”（全文见附录第 2 项）\n"
    ) in text


def test_a_number_of_a_document_stands_in_its_footnotes_and_facts() -> None:
    wence = FakeWence()
    law = wence.parsed["消保法"]
    numbered = replace(law.document, doc_number="主席令第七号")
    wence.parsed["消保法"] = replace(law, document=numbered)
    text = export(Exchange("问", keep(wence.grounded(), wence)))
    assert "（主席令第七号，2013-10-25 公布） 第五十五条，第七章 法律责任：“" in text
    assert (
        "文号：主席令第七号；公布：2013-10-25；施行：2014-03-15；来源文件：消保法.md；条文编号：消保法#五十五\n" in text
    )


def test_a_clause_stands_whole_and_once_in_the_appendix_with_every_quote_marked() -> None:
    wence = FakeWence()
    text = export(ask(wence.grounded()), ask(wence.drafted()))
    appendix = text[text.index("## 附录") :]
    assert re.findall(r"(?m)^### .*", appendix) == [
        "### 1\\. 《中华人民共和国消费者权益保护法》 第五十五条",
        "### 2\\. 《中共中央 国务院关于开展质量提升行动的指导意见》 （二十三） 加强质量制度建设",
    ]
    quoted = re.findall("==(.*?)==", appendix)
    assert quoted == [citation.quote for citation in wence.grounded().citations]
    shown = [line[2:].replace("==", "") for line in appendix.split("\n") if line.startswith("> ")]
    assert shown[:2] == wence.index.clauses["消保法#五十五"].text.split("\n")
    assert "引用本条的脚注：1, 2, 4, 5" in appendix


def test_damaged_characters_are_shown_as_they_are_in_a_box_and_said_to_be_damaged() -> None:
    text = export(ask(FakeWence().grounded()))
    assert "引导、`?;?`。研究修订" in text
    assert "来源文件字符已损坏，照原样显示" in text


def test_a_clause_that_changed_between_two_answers_is_listed_as_it_was_for_each() -> None:
    before, after = FakeWence(), FakeWence()
    clause = after.index.clauses["消保法#五十五"]
    after.index.clauses["消保法#五十五"] = replace(clause, text=clause.text + "改。", end=clause.end + 2)
    exchanges = [Exchange("旧", keep(before.grounded(), before)), Exchange("新", keep(after.grounded(), after))]
    entries = number_footnotes(exchanges).entries
    assert [(entry.clause.id, entry.footnotes) for entry in entries] == [
        ("消保法#五十五", (1, 2)),
        ("质量意见#二十三", (3, 6)),
        ("消保法#五十五", (4, 5)),
    ]


def test_what_was_partly_answered_and_what_was_removed_are_said_with_why() -> None:
    text = export(ask(FakeWence().drafted()))
    assert "**只答了一部分**" in text
    assert "未能回答的部分：赔偿的时限。" in text
    assert "**大模型草稿中有 1 句未通过核对，已删去**\n\n- 七日内必须赔付" in text
    assert "（原因：number not in the clause）" in text
    assert "以上由大模型写出，逐句与条文核对过。" in text
    assert "大模型没有答完，余下的直接引用原文。" in text


def test_an_abstention_names_related_clauses_as_no_evidence_and_has_no_footnote() -> None:
    text = export(ask(FakeWence().ask("天气"), "天气"))
    assert "**未找到依据**" in text
    named = "《中共中央 国务院关于开展质量提升行动的指导意见》（二十四） 加大财政金融扶持力度"
    assert f"**相关条款，并非依据**\n\n- {named}\n- 《" in text
    assert "[^" not in text
    assert "附录　" not in text


def test_an_exchange_without_an_answer_says_so_or_gives_the_error() -> None:
    text = export(
        Exchange("没有答完"), Exchange("出错的", error="连不上：\n拒绝", done=True, documents=("消保法", "质量意见"))
    )
    assert "## 问题 1：没有答完\n\n**这个问题没有答完，没有留下回答**\n" in text
    assert "**出错，没有答成**\n\n连不上：\n\n拒绝\n\n只问这些文件：消保法、质量意见\n" in text


def test_an_empty_conversation_is_a_document_too() -> None:
    text = write_markdown(Conversation("ab", " ", "", "no time", 0), [], "en")
    assert text.startswith("# A conversation with Wence")
    assert "Begun —, last question no time, 0 question(s)" in text
    assert text.endswith("This conversation holds no question.\n")


def test_a_long_question_stands_whole_below_its_heading() -> None:
    question = "甲" * 80 + "\n- 乙"
    text = export(Exchange(question))
    assert f"## 问题 1：{'甲' * 59}…\n\n> {'甲' * 80}\n>\n> \\- 乙\n" in text


def test_a_bracketed_number_of_a_document_is_no_footnote() -> None:
    statement = Statement("见附表[1]和[2]。", (0,), "extract")
    answer = Answer("见附表[1]和[2]。[1]", (statement,), (Citation("没有#一", "见附表", 0, 3),), "grounded")
    assert "见附表\\[1\\]和\\[2\\]。[^1]\n" in export(ask(answer))


def test_a_citation_whose_clause_was_not_kept_keeps_its_quote() -> None:
    answer = Answer("话。[1]", (Statement("话。", (0, 7), "llm"),), (Citation("没有#一", "话", 0, 1),), "grounded")
    assert "[^1]: 没有#一 条文未存档：“话”\n" in export(ask(answer))


def test_a_quote_that_does_not_stand_where_the_citation_says_is_not_marked() -> None:
    wence = FakeWence()
    moved = replace(wence.grounded().citations[0], start=0, end=5)
    answer = replace(wence.grounded(), citations=(moved,), statements=wence.grounded().statements[:1])
    assert number_footnotes([ask(answer)]).entries[0].quoted == ()


def test_a_citation_that_no_statement_names_still_has_its_footnote() -> None:
    answer = replace(FakeWence().grounded(), statements=())
    assert split_answer(answer)[-1].citations == (0, 1, 2)
    assert "建立商品质量惩罚性赔偿制度。\\[3\\][^1] [^2] [^3]\n" in export(ask(answer))


def test_a_clause_quoted_whole_keeps_its_lines() -> None:
    text = "有下列情形之一的：\n\n（一）甲；\n（二）乙。"
    words = "有下列情形之一的： （一）甲； （二）乙。"
    answer = Answer(f"{words}[1]", (Statement(words, (0,), "extract"),), (Citation("没有#一", text, 0, len(text)),))
    markdown = export(ask(answer))
    assert "有下列情形之一的：\n\n（一）甲；\n\n（二）乙。[^1]\n" in markdown
    assert "：“有下列情形之一的：\\\n    （一）甲；\\\n    （二）乙。”\n" in markdown


def test_words_behind_a_footnote_cannot_make_it_a_link_or_a_definition() -> None:
    for behind in (": 甲", "(http://evil)", "[甲]", "[^1]: 甲"):
        answer = Answer(f"话。[1]{behind}", (Statement("话。", (0,), "llm"),), (Citation("没有#一", "话", 0, 1),))
        assert "话。[^1]\\" in export(ask(answer))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hostile_document_stays_text(language: Any) -> None:
    text = write_markdown(CONVERSATION, [ask(FakeWence().evil(), EVIL)], language)
    tokens = read_tokens(text)
    assert {token.type for token in tokens} <= TOKENS
    assert squeeze(EVIL) in squeeze("".join(token.content for token in tokens if token.type == "text"))


def test_control_characters_and_lone_surrogates_are_replaced() -> None:
    text = export(make_exchange("罚\x00款\ud800\u202e元\ufffe", "某\x1b法\udcff"))
    assert text.encode("utf-8")
    assert "罚\ufffd款\ufffd\ufffd元\ufffd" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufffe\uffff]", text)


WORDS = st.text(max_size=50) | st.text(alphabet=SIGNS, max_size=50)


@given(WORDS, WORDS.filter(lambda title: bool(title.strip())))
@example("www.a.b http://a.b a@b.c", "甲")
@example("1. 甲\n- 乙\n# 丙 #\n> 丁\n=\n-\n| a |\n| - |", "a | b")
@example("```\n~~~\n<!--\n[a]: b\n![a](b)\n&amp;\\", "`")
@example("==a== ~~b~~ **c** __d__ $e$ [^1]", "[^1]:")
def test_any_text_shows_as_itself(words: str, title: str) -> None:
    text = export(make_exchange(words, title), name=title)
    tokens = read_tokens(text)
    assert {token.type for token in tokens} <= TOKENS
    assert "code_inline" not in {token.type for token in tokens}
    shown = squeeze("".join(token.content for token in tokens if token.type in {"text", "text_special"}))
    for part in (words, title):
        lines = [squeeze(line) for line in re.split("[\n\u2028\u2029]", clean_text(part))]
        assert all(line in shown for line in lines)
    whole = squeeze(clean_text(words))
    if whole:
        assert f"原因：{whole}）" in shown
        assert f"“{whole}”" in shown


@given(WORDS, st.tuples(st.integers(0, 50), st.integers(0, 50)))
def test_damage_in_any_text_shows_as_it_is(words: str, place: tuple[int, int]) -> None:
    start, end = sorted(min(edge, len(words)) for edge in place)
    tokens = read_tokens(export(make_exchange(words, damaged=(start, end))))
    assert {token.type for token in tokens} <= TOKENS
    boxed = "".join(token.content for token in tokens if token.type == "code_inline")
    assert squeeze(boxed) == squeeze(clean_text(words[start:end]))


@given(WORDS, WORDS, WORDS)
def test_a_cut_answer_loses_no_word(before: str, words: str, behind: str) -> None:
    answer = Answer(before + words + behind, (Statement(words, (), "llm"),))
    assert "".join(piece.text for piece in split_answer(answer)) == before + words + behind
