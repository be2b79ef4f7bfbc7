import pytest

from corpus.formats.layout import Glyph, PageLine, compose_page

SIZE = 10.0


def print_text(
    text: str, *, left: float = 50, baseline: float = 100, gap: float = 0, size: float = SIZE
) -> list[Glyph]:
    """Print characters side by side, so far apart; ASCII is half as wide; ``|`` is a step of one size."""
    glyphs = []
    for character in text:
        width = size / 2 if character.isascii() else size
        if character == "|":
            left += size
            continue
        glyphs.append(Glyph(character, left, left + width, baseline, size))
        left += width + gap
    return glyphs


def compose(glyphs: list[Glyph]) -> list[PageLine]:
    return list(compose_page(glyphs, number=0, width=600, height=800).lines)


def texts(glyphs: list[Glyph]) -> list[str]:
    return [line.text for line in compose(glyphs)]


def test_characters_in_any_order_make_lines_from_top_to_bottom() -> None:
    glyphs = print_text("用户至上", baseline=120) + print_text("质量第一", baseline=100)
    assert texts(glyphs[::-1]) == ["质量第一", "用户至上"]


def test_a_raised_sign_stands_on_its_line() -> None:
    assert texts([*print_text("面积10m", baseline=100), *print_text("2", left=85, baseline=97, size=6)]) == ["面积10m2"]


def test_characters_printed_twice_in_one_place_are_one() -> None:
    assert texts(print_text("质量第一") + print_text("质量第一", left=50.4)) == ["质量第一"]


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("第四十条　国家", "第四十条　国家"),
        ("第四十条 国家", "第四十条 国家"),
        ("第四十条|国家", "第四十条　国家"),
        ("中共中央 国务院", "中共中央 国务院"),
        ("质 量 提 升 行 动", "质量提升行动"),
        ("第 四 十 条 国 家", "第四十条 国家"),
        ("目||录", "目录"),
        ("1||2", "1\t2"),
        ("项目||要求", "项目\t要求"),
        ("1|产品|10", "1\t产品\t10"),
        ("　　国家鼓励", "国家鼓励"),
    ],
)
def test_white_space_is_kept_where_a_writer_put_it(printed: str, text: str) -> None:
    assert texts(print_text(printed)) == [text]


def test_gaps_that_justify_a_line_are_no_white_space() -> None:
    assert texts(print_text("国家鼓励采用先进的技术", gap=3)) == ["国家鼓励采用先进的技术"]


def test_words_of_latin_letters_set_apart_without_a_blank_are_parted() -> None:
    assert texts(print_text("ISO") + print_text("9001", left=68)) == ["ISO 9001"]


def test_a_line_knows_its_place_and_what_it_begins_with() -> None:
    (line,) = compose(print_text("　（质）量，提升 "))
    assert (line.left, line.right, line.head, line.spaced) == (60, 130, 30, True)


def test_two_columns_are_read_one_after_the_other_below_their_title() -> None:
    left, right = "国家鼓励企业采用先进的科学技术，推行科学", "质量管理方法，提高产品质量，保障人体健康"
    glyphs = print_text("中华人民共和国质量法" * 2, left=150, baseline=40)
    for row in range(12):
        glyphs += print_text(left, left=50, baseline=80 + 15 * row)
        glyphs += print_text(right, left=50 + 220, baseline=80 + 15 * row)
    assert texts(glyphs) == ["中华人民共和国质量法" * 2, *[left] * 12, *[right] * 12]


def test_a_table_of_two_columns_is_read_by_rows() -> None:
    glyphs = []
    for row in range(12):
        glyphs += print_text("产品质量", left=50, baseline=80 + 15 * row)
        glyphs += print_text("市场监管总局", left=270, baseline=80 + 15 * row)
    assert texts(glyphs) == ["产品质量\t市场监管总局"] * 12
