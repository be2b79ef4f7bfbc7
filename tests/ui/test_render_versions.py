"""Two versions side by side: each word of both is shown once in its column, and nothing from data becomes markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import ParsedDocument, parse_text
from corpus.compare import ClausePair, compare_documents
from corpus.model import Clause, Document, Span
from tests.ui.fakes import EVIL
from ui.rendering.answers import read_reference
from ui.rendering.versions import render_comparison
from ui.text import Language

TAGS = {
    *("section", "ul", "li", "span", "p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
    *("button", "div", "del", "ins", "br"),
}
ATTRIBUTES = {
    *("class", "aria-label", "role", "scope", "colspan", "type", "name", "value", "title", "lang", "data-version"),
}


class Reader(HTMLParser):
    """Reads HTML back: its tags, and for each element the words inside it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, list[str]]] = []
        self.found: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append((tag, []))

    def handle_endtag(self, tag: str) -> None:
        name, words = self.open.pop()
        assert name == tag
        self.found.append((tag, "".join(words)))

    def handle_data(self, data: str) -> None:
        for _, words in self.open:
            words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def texts(self, tag: str) -> list[str]:
        """The words in every element of a tag, in the order in which they end."""
        return [words for name, words in self.found if name == tag]


OLD = """第一条 为了保护消费者的合法权益，制定本法。
第二条 对质量管理先进的企业和个人，给予表彰和奖励。
第三条 伪造产品产地的，责令改正，处二千元以下罚款。
第四条 本法由国务院解释。
"""
NEW = """第一条 为了保护消费者的合法权益，制定本法。
第二条 伪造产品产地的，责令限期改正，处五万元以下罚款。
第三条 本法由国务院解释。
第四条 境外的活动损害境内公共利益的，追究责任。
"""


def make(text: str, id: str) -> ParsedDocument:
    return parse_text(text, id=id, source=f"{id}.txt")


def render(old: ParsedDocument, new: ParsedDocument, language: Language = "zh") -> Reader:
    return Reader(render_comparison(compare_documents(old, new), old, new, language))


def test_each_row_holds_the_old_clause_to_the_left_and_the_new_one_to_the_right() -> None:
    reader = render(make(OLD, "旧"), make(NEW, "新"))
    cells = reader.texts("td")
    assert cells[1:3] == ["第二条 对质量管理先进的企业和个人，给予表彰和奖励。", "新版没有这一条"]
    assert cells[3:5] == [
        "第三条 伪造产品产地的，责令改正，处二千元以下罚款。",
        "第二条 伪造产品产地的，责令限期改正，处五万元以下罚款。",
    ]
    assert cells[6:] == ["旧版没有这一条", "第四条 境外的活动损害境内公共利益的，追究责任。"]


def test_deleted_and_inserted_words_are_marked_as_such() -> None:
    reader = render(make(OLD, "旧"), make(NEW, "新"))
    assert [words.strip() for words in reader.texts("del")] == [
        "对质量管理先进的企业和个人，给予表彰和奖励。",
        "二千元",
    ]
    assert [words.strip() for words in reader.texts("ins")] == [
        "限期",
        "五万元",
        "境外的活动损害境内公共利益的，追究责任。",
    ]


def test_columns_and_rows_have_headers() -> None:
    old = make(OLD, "旧")
    old = replace(old, document=replace(old.document, title="甲法", published=date(2018, 10, 26)))
    reader = render(old, make(NEW, "新"))
    heads = [attributes for tag, attributes in reader.tags if tag == "th"]
    assert [head["scope"] for head in heads] == ["col"] * 3 + ["row"] * 3
    assert reader.texts("th") == ["变动", "旧版 《甲法》（2018-10-26）", "新版 《新》", "删除", "改号并修改", "新增"]


def test_the_summary_counts_what_became_of_the_clauses() -> None:
    reader = render(make(OLD, "旧"), make(NEW, "新"))
    assert reader.texts("ul")[0] == "改号并修改 1 条新增 1 条删除 1 条改号 1 条未变 1 条"
    assert "Renumbered: 1" in render(make(OLD, "旧"), make(NEW, "新"), "en").texts("li")


def test_clauses_whose_words_stayed_are_folded_in_runs() -> None:
    reader = render(make(OLD, "旧"), make(NEW, "新"))
    assert reader.texts("summary") == ["1 条未变", "1 条文字未变，其中 1 条改了号"]
    assert "第四条 → 第三条 改号 本法由国务院解释。" in reader.texts("li")


def test_each_label_opens_its_clause() -> None:
    reader = render(make(OLD, "旧"), make(NEW, "新"))
    buttons = [attributes for tag, attributes in reader.tags if tag == "button"]
    assert {(button["class"], button["type"], button["name"]) for button in buttons} == {
        ("wence-link", "button", "wence-clause")
    }
    assert [read_reference(button["value"] or "")[0] for button in buttons] == [
        *("新#一", "旧#二", "旧#三", "新#二", "旧#四", "新#三", "新#四"),
    ]


def test_versions_that_do_not_differ_say_so() -> None:
    law = make(OLD, "旧")
    reader = render(law, law)
    assert "两个版本的条文没有不同。" in reader.texts("p")
    assert reader.texts("summary") == ["4 条未变"]
    assert "没有不同" not in "".join(render(law, make(NEW, "新")).texts("p"))


def test_damage_is_shown_as_damage_changed_or_not() -> None:
    old, new = make(OLD, "旧"), make(NEW, "新")
    at = old.document.text.index("二千元")
    old = replace(old, damaged=(Span("damaged", at + 1, at + 2, "damaged"),))
    kept = new.document.text.index("消费者")
    new = replace(new, damaged=(Span("damaged", kept, kept + 1, "damaged"),))
    html = render_comparison(compare_documents(old, new), old, new, "zh")
    assert html.count('class="wence-damaged"') == 2
    assert "".join(Reader(html).texts("del")[1:]) == "二千元"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hostile_document_stays_text(language: Language) -> None:
    clause = Clause(f"{EVIL}#一", EVIL, (EVIL,), "一", f"第一条{EVIL}", EVIL, EVIL, 0, len(EVIL))
    document = Document(EVIL, EVIL, EVIL, EVIL, None, None, None, EVIL, EVIL)
    evil = ParsedDocument(document, (clause,), (), ())
    for old, new in ((evil, evil), (evil, make(NEW, "新")), (make(OLD, "旧"), evil)):
        assert EVIL in "".join(render(old, new, language).texts("section"))


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_becomes_markup_and_no_word_is_lost(one: str, other: str) -> None:
    old, new = (
        ParsedDocument(
            Document(id, text, "", "", None, None, None, id, text),
            (Clause(f"{id}#一", id, (), "一", "", "", text, 0, len(text)),),
            (),
            (),
        )
        for id, text in (("旧", one), ("新", other))
    )
    pair = ClausePair("changed", old.clauses[0], new.clauses[0])
    for pairs in (compare_documents(old, new), (pair,)):
        Reader(render_comparison(pairs, old, new, "zh"))
    shown = "".join("".join(Reader(render_comparison((pair,), old, new, "zh")).texts("td")).split())
    for text in (one, other):
        assert all(character in shown for character in "".join(text.split()) if character.isalnum())
