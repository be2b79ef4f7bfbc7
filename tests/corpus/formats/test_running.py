from corpus.formats.layout import Page, PageLine
from corpus.formats.running import find_running


def make_page(number: int, *lines: tuple[float, str]) -> Page:
    """Make a page of lines at heights of a page of 800."""
    made = (
        PageLine(text, 80, 80 + 10 * len(text), height, 10, 10, page=number, page_width=600) for height, text in lines
    )
    return Page(number, 600, 800, tuple(made))


def found(*pages: Page) -> list[tuple[int, str, str]]:
    running = find_running(pages)
    return [(page.number, line.text, running[line]) for page in pages for line in page.lines if line in running]


def test_a_line_at_the_head_of_most_pages_is_a_header_whatever_its_number() -> None:
    pages = [make_page(n, (40, f"国务院公报 2023·{n}"), (100, f"第{n}页的正文{'甲乙丙丁'[n]}")) for n in range(4)]
    assert found(*pages) == [(n, f"国务院公报 2023·{n}", "page header") for n in range(4)]


def test_the_title_below_the_header_stays_though_it_reads_the_same() -> None:
    pages = [
        make_page(0, (40, "质量法"), (90, "质量法"), (130, "正文甲")),
        make_page(1, (40, "质量法"), (90, "正文乙")),
    ]
    assert found(*pages) == [(0, "质量法", "page header"), (1, "质量法", "page header")]


def test_annexes_at_the_head_of_pages_are_no_headers() -> None:
    assert found(*(make_page(n, (60, f"附件{n + 1}"), (100, "甲乙丙"[n])) for n in range(3))) == []


def test_the_same_words_that_end_a_paragraph_on_two_pages_are_no_header() -> None:
    assert found(*(make_page(n, (60, "定。"), (100, f"正文{'甲乙'[n]}")) for n in range(2))) == []


def test_bare_numbers_count_only_where_they_count_on() -> None:
    counted = [make_page(n, (100, f"正文{'甲乙丙'[n]}"), (770, str(n + 7))) for n in range(3)]
    assert [words for _, words, _ in found(*counted)] == ["7", "8", "9"]
    amounts = [make_page(n, (100, f"正文{'甲乙'[n]}"), (770, ["1500", "83"][n])) for n in range(2)]
    assert found(*amounts) == []


def test_numbers_with_signs_are_page_numbers_on_any_page() -> None:
    for words in ("— 3 —", "第 3 页", "第3页 共10页", "3/10", "- 3 -", "第三页", "Page 3 of 10"):
        assert found(make_page(0, (100, "正文"), (770, words))) == [(0, words, "page number")], words


def test_what_a_browser_prints_around_a_page_is_furniture() -> None:
    page = make_page(0, (20, "2024/3/1 16:05"), (100, "正文"), (780, "https://www.gov.cn/a.htm\t1/1"))
    assert [reason for _, _, reason in found(page)] == ["page header", "page footer"]


def test_nothing_is_furniture_behind_a_line_of_text() -> None:
    pages = [make_page(n, (40, f"正文{'甲乙丙'[n]}"), (60, "国务院公报")) for n in range(3)]
    assert found(*pages) == []


def test_a_footnote_in_small_type_is_told() -> None:
    lines = [PageLine("正文在此，有注释①。" * 3, 80, 380, 100 + 20 * n, 10, 10) for n in range(3)]
    note = PageLine("① 见公报。", 80, 120, 700, 8, 8)
    assert find_running([Page(0, 600, 800, (*lines, note))]) == {note: "footnote"}
