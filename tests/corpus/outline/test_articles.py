"""Articles whose first words read as a reference to another."""

from corpus import parse_text


def numbers(text: str) -> list[str]:
    return [clause.number for clause in parse_text(text, id="甲", source="甲.txt").clauses]


def test_an_article_that_begins_with_another_articles_number_is_one() -> None:
    assert numbers("第一条　甲。\n第二条　第一条规定的处罚，由县级实施。\n第三条　丙。\n") == ["一", "二", "三"]


def test_the_one_number_missing_between_two_is_an_article_even_without_a_blank() -> None:
    assert numbers("第一条甲。\n第二条第一条规定的部门负责。\n第三条丙。\n") == ["一", "二", "三"]


def test_a_reference_to_the_next_article_stays_text() -> None:
    text = "第一条 甲。\n第二条第二款规定的情形除外。\n第二条 乙。\n丙。\n第三条 丁。\n"
    assert numbers(text) == ["一", "二", "三"]


def test_a_reference_that_ends_with_a_half_width_stop_is_no_heading() -> None:
    text = "第１条　甲.\n第２条　乙:\n第１０条第２款规定的除外.\n第３条　丙.\n"
    parsed = parse_text(text, id="甲", source="甲.txt")
    assert parsed.clauses[1].text.endswith("除外.")
    assert [span.kind for span in parsed.spans if span.kind == "heading"] == []


def test_articles_without_a_blank_may_begin_with_words_that_references_go_on_with() -> None:
    text = "第一条以某所为被告的，由法院管辖。\n第二条中国境内公民适用。\n第三条以上述为准。\n第四条丁。\n第五条戊。\n"
    assert numbers(text) == ["一", "二", "三", "四", "五"]
