"""Numbers that count through a document."""

from corpus import parse_text


def outline(text: str) -> list[tuple[str, str]]:
    return [(c.label, " / ".join(c.path)) for c in parse_text(text, id="甲", source="甲.txt").clauses]


def test_numbers_that_count_through_all_parts_are_the_clauses() -> None:
    text = (
        "会议纪要\n一、公司\n会议认为，应当。\n（一）对赌\n1.【效力】有效。\n（二）股权\n2.【优先】不予支持。\n"
        "二、合同\n3.【格式】注意。\n4.【违约金】可以调整。\n"
    )
    assert outline(text) == [
        ("一、", ""),
        ("1.", "一、公司 / （一）对赌"),
        ("2.", "一、公司 / （二）股权"),
        ("3.", "二、合同"),
        ("4.", "二、合同"),
    ]


def test_numbers_that_begin_again_only_enumerate() -> None:
    text = "某意见\n一、甲\n（一）子\n1.a。\n2.b。\n（二）丑\n1.c。\n2.d。\n二、乙\n（三）寅\n1.e。\n"
    assert [label for label, _ in outline(text)] == ["（一）", "（二）", "（三）"]


def test_items_with_text_of_their_own_keep_the_numbers_in_them() -> None:
    text = "某意见\n一、甲\n（一）子。各地要抓好。\n1.a。\n2.b。\n（二）丑。各地要抓好。\n3.c。\n4.d。\n"
    assert [label for label, _ in outline(text)] == ["（一）", "（二）"]
