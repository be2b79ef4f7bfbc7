from __future__ import annotations

import pytest

from corpus.parse import parse_text
from rag.enumerations import WHOLE_CHARACTERS, find_list, find_sentence, is_item

LAW = parse_text(
    "某某条例\n\n"
    "第一条 请求权自产品交付满十年丧失；但是，尚未超过安全使用期的除外。请求应当书面提出。\n\n"
    "第二条 因过错造成事故的，停止执业1年；造成重大事故的，5年以内不予注册；情节特别恶劣的，终身不予注册。\n\n"
    "第三条 标识应当符合下列要求：\n"
    "（一）有检验合格证明；\n"
    "（二）标明规格；需要事先知晓的，在外包装上标明；\n"
    "（三）标明厂名。\n"
    "裸装的产品可以不附加标识。\n\n"
    "第四条 有下列行为之一的，责令改正；逾期不改的，处一万元罚款：\n"
    "（一）未办理登记的；\n"
    "（二）未设置标志的。\n",
    id="某某条例",
    source="某某条例.md",
)


def widen(clause_number: int, words: str) -> str:
    clause = LAW.clauses[clause_number - 1]
    start = clause.start + clause.text.index(words)
    begin, end = find_sentence(clause, start, start + len(words))
    return clause.text[begin - clause.start : end - clause.start]


def read_list(clause_number: int, words: str) -> tuple[str, str, str | None] | None:
    clause = LAW.clauses[clause_number - 1]
    found = find_list(clause, clause.start + clause.text.index(words))
    if found is None:
        return None
    lead, whole, item = (
        None if span is None else clause.text[span[0] - clause.start : span[1] - clause.start]
        for span in (found.lead, found.whole, found.item)
    )
    assert lead is not None and whole is not None
    return lead, whole, item


def test_an_exception_goes_with_its_rule_and_a_rule_with_its_exception() -> None:
    whole = "请求权自产品交付满十年丧失；但是，尚未超过安全使用期的除外。"
    assert widen(1, "请求权自产品交付满十年丧失；") == whole
    assert widen(1, "但是，尚未超过安全使用期的除外。") == whole
    assert widen(1, "请求应当书面提出。") == "请求应当书面提出。"


def test_what_holds_in_graver_cases_goes_with_the_case() -> None:
    assert widen(2, "造成重大事故的，5年以内不予注册；").endswith("终身不予注册。")


def test_a_sentence_is_quoted_to_its_end_unless_that_is_far() -> None:
    short, far = "运费由消费者承担；", f"双方另有约定的，按照约定，{'并应当如实告知' * WHOLE_CHARACTERS}。"
    for rest, whole in (("另有约定的，按照约定。", True), (far, False)):
        law = parse_text(f"某某法\n\n第一条 {short}{rest}\n", id="法", source="法.md")
        (clause,) = law.clauses
        start = clause.start + clause.text.index(short)
        _, end = find_sentence(clause, start, start + len(short))
        assert (clause.text[: end - clause.start].endswith(rest)) == whole


def test_an_item_of_several_sentences_is_whole_and_does_not_end_its_list() -> None:
    lead, whole, item = read_list(3, "（一）有检验合格证明；") or ("", "", "")
    assert lead == "标识应当符合下列要求："
    assert item == "（一）有检验合格证明；"
    assert whole.endswith("（三）标明厂名。")
    assert read_list(3, "需要事先知晓的") == read_list(3, "（二）标明规格；")
    assert (read_list(3, "（二）标明规格；") or ("", "", ""))[2] == "（二）标明规格；需要事先知晓的，在外包装上标明；"
    assert read_list(3, "裸装的产品可以不附加标识。") is None


def test_the_lead_in_is_of_the_list_and_no_item() -> None:
    assert (read_list(3, "标识应当符合下列要求：") or ("", "", ""))[2] is None


def test_a_lead_in_begins_where_its_sentence_does() -> None:
    found = read_list(4, "（二）未设置标志的。")
    assert found is not None
    assert found[0] == "有下列行为之一的，责令改正；逾期不改的，处一万元罚款："
    clause = LAW.clauses[3]
    whole = find_list(clause, clause.start + clause.text.index("逾期不改的"))
    assert whole is not None
    assert clause.text[whole.introduction[0] - clause.start : whole.introduction[1] - clause.start].startswith("逾期")
    assert clause.text[whole.whole[0] - clause.start :].startswith("有下列行为之一的")


def test_a_whole_list_is_found_ahead_of_its_lead_in() -> None:
    clause = LAW.clauses[3]
    start = clause.start + clause.text.index("有下列行为之一的")
    assert find_list(clause, start) is None
    found = find_list(clause, start, ahead=True)
    assert found is not None
    assert clause.text[found.whole[0] - clause.start : found.whole[1] - clause.start].endswith("（二）未设置标志的。")


@pytest.mark.parametrize("mark", ["（一）", "(1)", "（12）", "1.", "①"])
def test_an_item_is_known_by_its_mark(mark: str) -> None:
    assert is_item(f"{mark}不合格的产品不准出厂；")
    assert not is_item(f"不合格的{mark}产品")
