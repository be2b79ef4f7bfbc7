from __future__ import annotations

from dataclasses import replace
from datetime import date

from corpus.catalog import Catalog
from corpus.model import Clause, Span
from corpus.parse import parse_text
from rag.evidence import Evidence, cover_terms, cut_damage
from rag.extract import (
    ANSWERS,
    COVERED,
    NAMED_ANSWERS,
    OTHER_DOCUMENT_MARGIN,
    SHARED,
    STRICTNESS,
    UNSPOKEN,
    VOUCHED,
    answers_surely,
    choose_evidence,
    drop_silent,
    quote_evidence,
)
from rag.understand import Query, understand_question

LAW = parse_text(
    "某某条例\n\n第一条 经营者有下列行为之一的，处五千元以上五万元以下罚款：\n"
    "（一）销售冒用标志的产品；\n（二）伪造记录；\n（三）拒绝检查。\n\n"
    "第二条 记录应当保存二年。禁止伪造记录。\n",
    id="某某条例",
    source="某某条例.md",
)


def make_query(question: str) -> Query:
    return understand_question(question, Catalog([]), day=date(2026, 11, 23))


def make_evidence(clause: Clause, words: str, score: float, cover: float = 0.5) -> Evidence:
    start = clause.start + clause.text.index(words)
    return Evidence(clause, start, start + len(words), words, 0.9, 0.9, cover, cover, 0, 0, 0.0, score=score)


FIRST, SECOND = LAW.clauses
ITEM = make_evidence(FIRST, "（二）伪造记录；", 5.0)
LEAD = make_evidence(FIRST, "经营者有下列行为之一的，处五千元以上五万元以下罚款：", 4.5)
KEPT = make_evidence(SECOND, "记录应当保存二年。", 4.0)
FORGED = make_evidence(SECOND, "禁止伪造记录。", 3.9)


def test_nothing_is_chosen_that_answers_less_likely_than_the_bar() -> None:
    query = make_query("伪造记录怎么办")
    assert choose_evidence(query, [replace(ITEM, score=ANSWERS - 0.01)]) == []
    assert choose_evidence(query, [replace(ITEM, score=ANSWERS + 0.01)]) != []


def test_more_is_asked_of_a_document_with_known_questions() -> None:
    query = make_query("伪造记录怎么办")
    assert choose_evidence(query, [replace(ITEM, score=ANSWERS + COVERED - 0.01, covered=True)]) == []
    assert choose_evidence(query, [replace(ITEM, score=ANSWERS + COVERED + 0.01, covered=True)]) != []
    several, first = replace(query, several=True), replace(ITEM, place=0.0)
    second = replace(FORGED, score=ANSWERS + COVERED - 0.01, place=0.0)
    assert choose_evidence(several, [first, second]) == [first, second]
    assert choose_evidence(several, [first, replace(second, covered=True)]) == [first]


def test_what_neither_words_nor_known_questions_speak_for_must_be_surer() -> None:
    query, bar = make_query("酒驾怎么罚"), ANSWERS
    alone = replace(ITEM, score=ANSWERS + COVERED + UNSPOKEN - 0.01, covered=True, clause_cover=SHARED / 2)
    assert not answers_surely(alone, query, bar)
    for speaking in ({"known": VOUCHED}, {"clause_cover": SHARED}, {"covered": False}, {"score": alone.score + 0.02}):
        assert answers_surely(replace(alone, **speaking), query, bar)
    assert answers_surely(alone, query, NAMED_ANSWERS)
    assert answers_surely(replace(alone, known=VOUCHED / 2), make_query("How is drunk driving punished?"), bar)


def test_of_several_documents_one_that_is_far_from_answering_is_silent() -> None:
    best, near = replace(ITEM, place=80.0), replace(KEPT, place=80.0 - OTHER_DOCUMENT_MARGIN + 0.01)
    assert drop_silent([[best], [], [near]]) == [[best], [near]]
    assert drop_silent([[replace(KEPT, place=70.0)], [best]]) == [[best]]
    likely = replace(KEPT, place=60.0, score=best.score)
    assert drop_silent([[likely], [best]]) == [[likely], [best]]
    assert drop_silent([[], []]) == drop_silent([]) == []


def test_in_a_clause_that_is_named_less_is_enough() -> None:
    weak = replace(ITEM, score=NAMED_ANSWERS + 0.01)
    assert choose_evidence(make_query("伪造记录怎么办"), [weak], bar=NAMED_ANSWERS) == [weak]


def test_a_stricter_bar_is_higher_for_the_first_clause_and_the_others_alike() -> None:
    query = replace(make_query("伪造记录怎么办"), several=True)
    best = replace(ITEM, score=ANSWERS + 0.5, place=0.0)
    other = replace(FORGED, score=ANSWERS - 0.5, place=0.0)
    assert choose_evidence(query, [best, other], stricter=STRICTNESS["strict"]) == []
    assert choose_evidence(query, [best, other], stricter=STRICTNESS["balanced"]) == [best]
    assert choose_evidence(query, [best, other], stricter=STRICTNESS["lenient"]) == [best, other]


def test_a_question_for_an_amount_is_answered_by_a_sentence_with_one() -> None:
    chosen = choose_evidence(make_query("伪造记录罚款多少元"), [ITEM, LEAD, KEPT])
    assert chosen[0] == LEAD


def test_a_question_for_a_date_finds_none_and_abstains() -> None:
    assert choose_evidence(make_query("本条例从什么时候起施行"), [ITEM, LEAD, KEPT]) == []


def test_a_claim_with_a_figure_that_is_not_there_abstains() -> None:
    assert choose_evidence(make_query("听说伪造记录罚款十万元,是这样吗"), [LEAD, ITEM]) == []
    assert choose_evidence(make_query("听说伪造记录罚款五万元,是这样吗"), [LEAD, ITEM])


def test_an_item_brings_its_lead_in() -> None:
    quoted = quote_evidence(make_query("伪造记录怎么办"), [ITEM])
    assert [FIRST.text[q.start - FIRST.start : q.end - FIRST.start] for q in quoted] == [LEAD.text, ITEM.text]


def test_a_lead_in_brings_all_its_items() -> None:
    (quoted,) = quote_evidence(make_query("哪些行为要罚款"), [LEAD])
    words = FIRST.text[quoted.start - FIRST.start : quoted.end - FIRST.start]
    assert words.startswith("经营者有下列") and words.endswith("（三）拒绝检查。")


def test_a_lead_in_brings_no_items_besides_those_that_answer() -> None:
    quoted = quote_evidence(make_query("伪造记录罚多少"), [LEAD, ITEM])
    assert [FIRST.text[q.start - FIRST.start : q.end - FIRST.start] for q in quoted] == [LEAD.text, ITEM.text]
    [whole] = quote_evidence(make_query("哪些行为要罚款"), [LEAD, ITEM])
    assert FIRST.text[whole.start - FIRST.start : whole.end - FIRST.start].endswith("（三）拒绝检查。")


def test_quotes_of_a_clause_stand_in_its_order_and_do_not_overlap() -> None:
    quoted = quote_evidence(make_query("记录怎么规定"), [FORGED, KEPT])
    assert [q.start for q in quoted] == sorted(q.start for q in quoted)
    quoted = quote_evidence(make_query("记录怎么规定"), [ITEM, KEPT])
    assert [q.clause.id for q in quoted] == [FIRST.id, FIRST.id, SECOND.id]


def test_sentences_that_follow_each_other_are_one_quotation() -> None:
    [whole] = quote_evidence(make_query("记录怎么规定"), [FORGED, KEPT])
    words = SECOND.text[whole.start - SECOND.start : whole.end - SECOND.start]
    assert words == "记录应当保存二年。禁止伪造记录。"


def test_a_stretch_over_damage_is_cut_back_to_whole_phrases() -> None:
    text = "甲,乙乙乙乙,丙丙?;?。研究修订产品质量法,建立制度。"
    damage = [Span("damaged", text.index("?"), text.index("?") + 3)]
    pieces = [text[start:end] for start, end in cut_damage(0, len(text), text, damage)]
    assert pieces == ["甲,乙乙乙乙", "研究修订产品质量法,建立制度。"]


def test_cover_is_the_weighted_share_of_terms() -> None:
    # terms 产品 (3) and 质量 (1): a text with 产品 alone covers 3 / 4
    assert cover_terms("产品", {"产品": 3.0, "质量": 1.0}) == 0.75
    assert cover_terms("产品", {}) == 0.0
