from hypothesis import given
from hypothesis import strategies as st

from corpus import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def test_sentences_end_at_their_signs_and_at_lines() -> None:
    assert sentences("甲。乙！丙？丁；戊\n己") == ["甲。", "乙！", "丙？", "丁；", "戊", "己"]


def test_an_introduction_and_each_item_stand_apart() -> None:
    assert sentences("有下列情形之一的：\n\n（一）甲；\n　　1.乙；\n（二）丙。") == [
        "有下列情形之一的：",
        "（一）甲；",
        "1.乙；",
        "（二）丙。",
    ]


def test_closing_quotes_stay_with_their_sentence() -> None:
    assert sentences("他说：“好。”然后走了。（完。）再见。") == ["他说：“好。”然后走了。", "（完。）再见。"]
    assert sentences("修改为：“甲。”乙。") == ["修改为：“甲。”乙。"]
    assert sentences("修改为：“甲。”\n乙。") == ["修改为：“甲。”", "乙。"]


def test_titles_and_short_quotations_are_not_broken() -> None:
    assert sentences("依照《关于甲；乙的决定》办理。“多快好省；又好”是方针。") == [
        "依照《关于甲；乙的决定》办理。",
        "“多快好省；又好”是方针。",
    ]


def test_ascii_signs_end_a_sentence_but_not_inside_a_word() -> None:
    assert sentences("甲吗?乙!丙;丁 a?b=1") == ["甲吗?", "乙!", "丙;", "丁 a?b=1"]


def test_damaged_characters_are_in_no_sentence() -> None:
    text = "形成国家体系??构抑柿炕∩枋┬窦坝τ檬痉痘亟ㄉ?,助推中小企业提升。鼓励、引导、?;?。研究修订。"
    assert sentences(text) == ["形成国家体系", "助推中小企业提升。", "鼓励、引导、", "研究修订。"]


def test_a_line_break_that_only_wraps_does_not_end_a_sentence() -> None:
    text = "违反本规定的生产者和销售者由主管部门责令改\n正，没收违法所得。\n情节严重的，吊销执照。"
    assert sentences(text) == [
        "违反本规定的生产者和销售者由主管部门责令改\n正，没收违法所得。",
        "情节严重的，吊销执照。",
    ]


def test_a_short_line_and_a_line_above_a_label_end_a_sentence() -> None:
    assert sentences("加强领导\n各地要落实。") == ["加强领导", "各地要落实。"]
    assert len(sentences("关于加强产品质量监督管理工作的若干具体措施\n（一）甲。")) == 2


def test_offsets_count_from_the_start_given() -> None:
    assert split_sentences(" 甲。 乙。 ", 100) == [(101, 103), (104, 106)]


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("。；？“”《》（）\n?;甲 "))))
def test_sentences_of_any_text_lie_in_order_without_white_space_around(text: str) -> None:
    end = 0
    for start, stop in split_sentences(text):
        assert end <= start < stop <= len(text)
        assert text[start:stop] == text[start:stop].strip()
        end = stop
