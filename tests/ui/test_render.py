"""Rendering: nothing from data reaches the page unescaped, and nothing of it is lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Clause, Document, ParsedDocument, Span
from rag.model import Answer, Citation, Removal, Statement
from tests.ui.fakes import EVIL, FakeWence
from ui import text as labels
from ui.rendering.answers import (
    escape_text,
    name_clause,
    read_reference,
    render_answer,
    render_clause,
    render_line,
    render_no_evidence,
    render_question,
    render_welcome,
    write_reference,
)

TODAY = date(2026, 1, 1)
TAGS = {
    *("article", "div", "p", "ul", "ol", "li", "button", "span", "details", "summary", "small", "br"),
    *("section", "header", "h2", "mark", "nav", "dl", "dt", "dd"),
}
ATTRIBUTES = {
    "class",
    "id",
    "type",
    "name",
    "value",
    "title",
    "aria-label",
    "role",
    "tabindex",
    "lang",
    "data-reference",
}


class Reader(HTMLParser):
    """Reads HTML back: tags, attributes and visible words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.marked: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if "mark" in self.open:
            self.marked.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")


def read_safe(html: str) -> Reader:
    """Read HTML back and check that it holds only the tags and attributes that rendering writes."""
    reader = Reader(html)
    assert not reader.open
    for tag, attributes in reader.tags:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
    return reader


def make_document(text: str, title: str, damaged: Sequence[tuple[int, int]] = ()) -> FakeWence:
    clause = Clause(f"{title}#一", title, (title,), "一", title, title, text, 0, len(text))
    spans = tuple(Span("damaged", start, end, "damaged") for start, end in damaged)
    document = Document(title, title, title, title, None, None, None, f"{title}.txt", text)
    return FakeWence(parsed={title: ParsedDocument(document, (clause,), (), spans)})


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_becomes_markup(words: str, title: str) -> None:
    wence = make_document(words, title)
    clause = next(iter(wence.index.clauses.values()))
    answer = Answer(
        f"{words}[1]\n{words}",
        (Statement(words, (0,), "extract"),),
        (Citation(clause.id, words, 0, len(words)),),
        "partial",
        related=(clause.id,),
        removed=(Removal(words, words),),
        notice=words,
    )
    for language in ("zh", "en"):
        read_safe(render_answer(answer, wence.index, language))
        read_safe(render_clause(clause, wence.index, language, ranges=[(0, len(words))], today=TODAY))
        read_safe(render_question(words, language))
        read_safe(render_welcome([words, title], language))
        read_safe(render_line(words, kind="error"))


@given(st.text(max_size=80))
def test_escaped_text_reads_back_as_it_was(text: str) -> None:
    breaks = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
    shown = re.sub("[\u202a-\u202e\u2066-\u2069]", "\ufffd", breaks.sub("\n", text))
    assert unescape(escape_text(text).replace("<br>", "\n")) == shown


@given(st.text(alphabet="甲乙<&>\n 。", max_size=40), st.tuples(st.integers(0, 45), st.integers(0, 45)), st.data())
def test_highlighting_changes_no_word_and_marks_only_the_range(
    text: str, span: tuple[int, int], data: st.DataObject
) -> None:
    damage = data.draw(st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=3))
    start, end = sorted(span)
    wence = make_document(text, "某法", [(min(pair), max(pair)) for pair in damage if pair[0] != pair[1]])
    clause = wence.index.clauses["某法#一"]
    reader = read_safe(render_clause(clause, wence.index, "zh", ranges=[(start, end)], today=TODAY))
    assert squeeze("".join(reader.marked)) == squeeze(text[start:end])
    assert squeeze(text) in squeeze("".join(reader.words))


def squeeze(text: str) -> str:
    return "".join(text.split())


def test_a_range_outside_the_clause_marks_nothing_of_it() -> None:
    wence = FakeWence()
    clause = wence.index.clauses["消保法#五十六"]
    html = render_clause(clause, wence.index, "zh", ranges=[(0, clause.start), (10**8, 10**9)], today=TODAY)
    assert "<mark" not in html


def test_the_quoted_words_are_marked_and_damage_is_shown_as_damage() -> None:
    wence = FakeWence()
    citation = wence.grounded().citations[2]
    clause = wence.index.clauses[citation.clause_id]
    html = render_clause(clause, wence.index, "zh", ranges=[(citation.start, citation.end)], today=TODAY)
    assert "".join(Reader(html).marked) == citation.quote == "建立商品质量惩罚性赔偿制度"
    damaged = re.search(r'<span class="wence-damaged"[^>]*title="([^"]+)"[^>]*>([^<]*)</span>', html)
    assert damaged
    assert damaged[1] == labels.say("damaged", "zh")
    assert damaged[2] == "?;?"


def test_a_first_line_that_repeats_label_and_heading_is_shown_once() -> None:
    wence = FakeWence()
    clause = wence.index.clauses["质量意见#二十三"]
    shown = squeeze("".join(Reader(render_clause(clause, wence.index, "zh", today=TODAY)).words))
    assert shown.count("加强质量制度建设") == 1
    first_line = (clause.start, clause.start + len("（二十三）加强质量制度建设"))
    quoted = render_clause(clause, wence.index, "zh", ranges=[first_line], today=TODAY)
    assert "".join(Reader(quoted).marked) == "（二十三）加强质量制度建设"


def test_citation_buttons_stand_after_their_statement_and_say_what_they_open() -> None:
    wence = FakeWence()
    html = render_answer(wence.grounded(), wence.index, "zh")
    reader = read_safe(html)
    cites = [attributes for tag, attributes in reader.tags if attributes.get("class") == "wence-cite"]
    assert [cite["aria-label"] for cite in cites] == [
        "引用 1：《中华人民共和国消费者权益保护法》第五十五条",
        "引用 2：《中华人民共和国消费者权益保护法》第五十五条",
        "引用 3：《中共中央 国务院关于开展质量提升行动的指导意见》（二十三）",
    ]
    assert "[1]" not in html
    assert html.index("的三倍。</span><button") < html.index("不足五百元的")


def test_a_bracketed_number_in_a_document_is_not_a_citation() -> None:
    wence = make_document("见附表[1]和[2]。", "某法")
    statement = Statement("见附表[1]和[2]。", (0,), "extract")
    answer = Answer("见附表[1]和[2]。[1]", (statement,), (Citation("某法#一", "见附表", 0, 3),), "grounded")
    html = render_answer(answer, wence.index, "zh")
    assert html.count('class="wence-cite"') == 1
    assert "见附表[1]和[2]。</span><button" in html


def test_a_clause_quoted_whole_keeps_its_lines() -> None:
    text = "有下列情形之一的：\n\n（一）甲；\n（二）乙。"
    wence = make_document(text, "某法")
    words = "有下列情形之一的： （一）甲； （二）乙。"
    citation = Citation("某法#一", text, 0, len(text))
    answer = Answer(f"{words}[1]", (Statement(words, (0,), "extract"),), (citation,), "grounded")
    assert "有下列情形之一的：<br>（一）甲；<br>（二）乙。</span>" in render_answer(answer, wence.index, "zh")
    draft = Answer(f"{words}[1]", (Statement(words, (0,), "llm"),), (citation,), "grounded")
    assert words in render_answer(draft, wence.index, "zh")


def test_versions_that_share_a_title_are_named_with_their_date() -> None:
    wence = FakeWence()
    law = wence.parsed["消保法"]
    old = replace(law, document=replace(law.document, id="旧", published=date(2009, 8, 27)))
    wence.parsed["旧"] = old
    name = name_clause(wence.index.clauses["消保法#五十五"], wence.index, "zh")
    assert name == "《中华人民共和国消费者权益保护法》（2013-10-25）第五十五条"


def test_related_clauses_of_an_abstention_open_and_are_called_no_evidence() -> None:
    wence = FakeWence()
    html = render_answer(wence.ask("天气"), wence.index, "zh")
    assert "相关条款，并非依据" in html
    assert 'value="质量意见#二十四|"' in html
    assert 'class="wence-cite"' not in html


def test_a_citation_whose_clause_is_gone_gets_no_button() -> None:
    wence = FakeWence()
    answer = Answer("话。[1]", (Statement("话。", (0, 7), "llm"),), (Citation("没有#一", "话", 0, 1),), "grounded")
    assert "<button" not in render_answer(answer, wence.index, "zh")


def test_removed_sentences_are_folded_away_with_their_reason() -> None:
    wence = FakeWence()
    html = render_answer(wence.drafted(), wence.index, "en")
    assert "<details" in html
    assert "number not in the clause" in html
    assert "1 drafted sentence(s)" in html
    assert "<script" not in html


def test_a_repealed_document_says_so_and_one_in_force_promises_nothing() -> None:
    wence = FakeWence()
    evil = next(clause for clause in wence.index.clauses.values() if clause.number == "一")
    assert "已于 2001-01-01 失效" in render_clause(evil, wence.index, "zh", today=TODAY)
    law = wence.index.clauses["消保法#五十五"]
    assert "wence-badge" not in render_clause(law, wence.index, "zh", today=TODAY)
    assert "尚未施行，2014-03-15 起施行" in render_clause(law, wence.index, "zh", today=date(2013, 12, 1))


def test_neighbours_lead_to_the_clause_before_and_after() -> None:
    wence = FakeWence()
    first = render_clause(wence.index.clauses["消保法#五十五"], wence.index, "en", today=TODAY)
    assert "wence-previous" not in first
    assert 'value="消保法#五十六|"' in first
    last = render_clause(wence.index.clauses["消保法#五十六"], wence.index, "en", today=TODAY)
    assert 'value="消保法#五十五|"' in last
    assert "wence-next" not in last


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hostile_document_stays_text(language: labels.Language) -> None:
    wence = FakeWence()
    reader = read_safe(render_answer(wence.evil(), wence.index, language))
    assert EVIL in "".join(reader.words)
    clause = next(clause for clause in wence.index.clauses.values() if clause.number == "一")
    panel = read_safe(render_clause(clause, wence.index, language, ranges=[(0, len(EVIL))], today=TODAY))
    assert "".join(panel.marked) == EVIL


def test_a_file_name_that_is_not_utf8_can_still_be_sent() -> None:
    assert escape_text("a\udcff").encode("utf-8") == b"a?"


def test_what_turns_the_direction_of_writing_is_shown_as_such() -> None:
    assert escape_text("罚款\u202e元百\u202c") == "罚款\ufffd元百\ufffd"


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=3))
def test_a_reference_reads_back(clause_id: str, ranges: list[tuple[int, int]]) -> None:
    assert read_reference(write_reference(clause_id, ranges)) == (clause_id, tuple(ranges))


@pytest.mark.parametrize("text", ["甲#一|1-", "甲#一|a-b", "甲#一|-1-2", "甲#一|1-2;3-4", "甲#一|" + "9" * 40 + "-1"])
def test_a_malformed_range_is_left_out(text: str) -> None:
    assert read_reference(text) == ("甲#一", ())


def test_every_label_has_both_languages_with_the_same_fields_and_is_used() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(labels.__file__).parent.rglob("*.py")
        if path.name != "text.py"
    )
    # Keys that are put together: f"writer_{writer}_cost" stands for all that begin and end so.
    templates = set(re.findall(r"""f["']([a-z_]*(?:{[a-z.]+}[a-z_]*)+)["']""", sources))
    composed = [re.compile(re.sub(r"{[a-z.]+}", "[a-z]+", one)) for one in templates if re.search("[a-z]_|_[a-z]", one)]
    for key, (chinese, english) in labels.TABLE.items():
        assert chinese
        assert english
        assert sorted(re.findall(r"{\w+}", chinese)) == sorted(re.findall(r"{\w+}", english)), key
        assert re.search(rf"""["']{key}["']""", sources) or any(made.fullmatch(key) for made in composed), (
            f"{key} is not used"
        )
    for key in re.findall(r'say\("(\w+)"', sources):
        assert key in labels.TABLE
    assert "wence-empty" in render_no_evidence("en")
