from pathlib import Path
from random import Random

from corpus.model import ParsedDocument
from eval.drafting.proposals import Proposal, join_proposals, propose_from_clause, propose_missing
from tests.eval.drafting.builders import LAW, parse_texts


def propose(parsed: ParsedDocument) -> dict[str, list[Proposal]]:
    """The proposals by the number of their clause."""
    return {clause.number: propose_from_clause(parsed, clause) for clause in parsed.clauses if clause.number}


def test_a_fact_is_asked_in_the_clause_s_own_words(tmp_path: Path) -> None:
    (parsed,) = parse_texts(tmp_path, 样品法=LAW)
    fact = propose(parsed)["四"][0]
    assert fact.question == "《样品法》规定，生产者应当自样品售出之日起多少日内向所在地的主管部门备案？"
    assert (fact.type, fact.clauses, fact.points) == ("fact", ("样品法#四",), ("十五日内",))
    assert fact.evidence == ("生产者应当自样品售出之日起十五日内向所在地的主管部门备案",)


def test_a_body_and_an_amount_of_one_sentence_are_two_questions(tmp_path: Path) -> None:
    (parsed,) = parse_texts(tmp_path, 样品法=LAW)
    body, amount = [one for one in propose(parsed)["五"] if one.type == "fact"]
    assert body.question == "《样品法》规定，生产者未按照规定备案的，由谁责令改正？"
    assert amount.question == "《样品法》规定，生产者未按照规定备案的，由样品主管部门责令改正，处多少的罚款？"
    assert (body.points, amount.points) == (("样品主管部门",), ("五千元以上五万元以下",))


def test_sentences_that_lean_on_others_are_passed_over(tmp_path: Path) -> None:
    (parsed,) = parse_texts(tmp_path, 样品法=LAW)
    asked = [one.asks for some in propose(parsed).values() for one in some]
    assert not any("十年" in words or "情节严重" in words or "前款" in words for words in asked)


def test_an_enumeration_is_asked_for_its_items_without_the_catch_all(tmp_path: Path) -> None:
    (parsed,) = parse_texts(tmp_path, 样品法=LAW)
    list_question = propose(parsed)["三"][0]
    assert (list_question.type, list_question.question) == ("list", "《样品法》规定，样品应当符合哪些要求？")
    assert list_question.points == list_question.evidence == ("标明名称和产地", "附有检验合格证明")


def test_a_list_that_would_be_in_part_is_not_asked_for(tmp_path: Path) -> None:
    text = LAW.replace("（一）标明名称和产地；", "（一）标明名称。名称不得改动。")
    (parsed,) = parse_texts(tmp_path, 样品法=text)
    assert [one.type for one in propose(parsed)["三"]] == ["lookup"]


def test_this_law_becomes_its_name(tmp_path: Path) -> None:
    (parsed,) = parse_texts(tmp_path, 样品法=LAW)
    assert propose(parsed)["七"][0].question == "《样品法》自什么时候起施行？"


def test_a_clause_is_looked_up_by_its_label(tmp_path: Path) -> None:
    (parsed,) = parse_texts(tmp_path, 样品法=LAW)
    lookup = propose(parsed)["二"][-1]
    assert (lookup.type, lookup.question) == ("lookup", "《样品法》第二条规定了什么？")
    assert lookup.evidence == ("样品的保存期限为三年",)


def test_damaged_words_are_neither_asked_nor_evidence(tmp_path: Path) -> None:
    text = LAW.replace("向所在地的主管部门备案", "向所在地的\ufffd\ufffd部门备案")
    (parsed,) = parse_texts(tmp_path, 样品法=text)
    assert not any("\ufffd" in words for one in propose(parsed)["四"] for words in (one.asks, *one.evidence))


def test_a_measure_of_a_policy_is_asked_under_its_heading(tmp_path: Path) -> None:
    text = """关于加强样品工作的意见

一、总体要求

（一）健全样品制度
建立样品质量追溯机制，推广样品编码制度。实施样品提升工程，实施样品保护工程。

（二）加强宣传
普及样品知识。
"""
    (parsed,) = parse_texts(tmp_path, 意见=text)
    asked = [one for one in propose(parsed)["一"] if one.type == "fact"]
    assert [one.asks for one in asked] == [
        "在“健全样品制度”方面，建立什么机制？",
        "在“健全样品制度”方面，推广什么制度？",
    ]  # 实施…工程 has two answers
    assert asked[0].points == asked[0].evidence == ("建立样品质量追溯机制",)


def test_numbers_that_the_copy_lacks_have_no_answer(tmp_path: Path) -> None:
    (parsed,) = parse_texts(tmp_path, 样品法=LAW)
    missing = propose_missing(parsed, Random(1), count=3)
    assert missing[0].question == "《样品法》第六条规定了什么？"  # the gap
    assert len({one.question for one in missing}) == 3
    held = {clause.label for clause in parsed.clauses}
    for one in missing:
        assert (one.type, one.clauses, one.points, one.evidence) == ("unanswerable", (), (), ())
        assert one.asks.removesuffix("规定了什么？") not in held


def test_numbers_of_a_document_that_quotes_another_s_are_not_asked_for(tmp_path: Path) -> None:
    (parsed,) = parse_texts(tmp_path, 决定=LAW.replace("中华人民共和国样品法", "关于修改《样品法》的决定"))
    assert propose_missing(parsed, Random(1), count=3) == []


def test_two_clauses_make_one_question(tmp_path: Path) -> None:
    (parsed,) = parse_texts(tmp_path, 样品法=LAW)
    proposals = propose(parsed)
    both = join_proposals(proposals["二"][0], proposals["四"][0])
    assert both.type == "multi"
    assert both.question.startswith("《样品法》规定，样品的保存期限为多少年？生产者应当自")
    assert both.clauses == ("样品法#二", "样品法#四")
    assert both.points == ("三年", "十五日内")
    assert len(both.evidence) == 2
