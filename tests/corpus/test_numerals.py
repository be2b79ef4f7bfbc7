import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.numerals import LARGEST, to_chinese, to_integer


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("40", "四十"),
        ("１２０", "一百二十"),
        ("一百二十之一", "一百二十之一"),
        ("120之1", "一百二十之一"),
        ("一百〇三", "一百零三"),
        ("一百零三", "一百零三"),
        ("103", "一百零三"),
        ("一〇三", "一百零三"),
        ("一百一十", "一百一十"),
        ("一百十", "一百一十"),
        ("廿三", "二十三"),
        ("二十 三", "二十三"),
        ("1010", "一千零一十"),
        ("10", "十"),
        ("壹拾贰", "十二"),
        ("20000", "二万"),
        ("10500", "一万零五百"),
    ],
)
def test_every_written_form_becomes_the_one_that_laws_print(written: str, printed: str) -> None:
    assert to_chinese(written) == printed


@pytest.mark.parametrize(
    "text", ["", "条", "第四十条", "四十之", "之一", "十百", "百", "1.5", "9" * 5000, "一" * 5000, "²"]
)
def test_what_is_no_number_gives_nothing(text: str) -> None:
    assert to_chinese(text) == ""


def test_a_number_with_a_zhi_part_is_no_integer() -> None:
    assert to_integer("一百二十之一") is None


def test_every_number_from_1_to_9999_survives_the_round_trip() -> None:
    for value in range(1, 10_000):
        printed = to_chinese(str(value))
        assert to_integer(printed) == value
        assert to_chinese(printed) == printed


@given(st.integers(min_value=1, max_value=LARGEST))
def test_larger_numbers_survive_the_round_trip(value: int) -> None:
    assert to_integer(to_chinese(str(value))) == value


@given(st.text(alphabet="零〇一二两三九十百千万廿之0１ 条"))
def test_any_text_is_read_without_an_error_and_printed_canonically(text: str) -> None:
    printed = to_chinese(text)
    assert to_chinese(printed) == printed
