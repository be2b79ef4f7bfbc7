import pytest

from corpus.labels import read_label


@pytest.mark.parametrize(
    ("line", "kind", "printed", "number"),
    [
        ("第四十条 对货物", "article", "第四十条", "四十"),
        ("第 四 十 条　对货物", "article", "第四十条", "四十"),
        ("第40条 对货物", "article", "第40条", "四十"),
        ("第一百二十条之一 帮助", "article", "第一百二十条之一", "一百二十之一"),
        ("第三章 总 则", "division", "第三章", "三"),
        ("第二分编 所有权", "division", "第二分编", "二"),
        ("第一部分 总体要求", "division", "第一部分", "一"),
        ("五、 改革完善", "part", "五、", "五"),
        ("(二十三)加强", "item", "(二十三)", "二十三"),
        ("（三十） 加强", "item", "（三十）", "三十"),
        ("１．中央爱卫会", "arabic", "１．", "一"),
        ("附件2：任务表", "attachment", "附件2", ""),
        ("第 12-1 條 主管機關", "article", "第12-1條", "十二之一"),
        ("第二編 總則", "division", "第二編", "二"),
        ("问题1：谁？", "question", "问题1", "一"),
        ("专栏2 重点工程", "box", "专栏2", ""),
        ("第?条 甲", "article", "第?条", ""),
        ("（\ufffd）甲", "item", "（\ufffd）", ""),
        ("1\\. 甲", "arabic", "1.", "一"),
    ],
)
def test_a_label_is_read_as_printed_and_numbered(line: str, kind: str, printed: str, number: str) -> None:
    label = read_label(line)
    assert label is not None
    assert (label.kind, label.printed, label.number) == (kind, printed, number)


@pytest.mark.parametrize(
    "line",
    [
        "第五条第二款规定的情形",
        "第十条所称产品",
        "第五条、第六条规定的",
        "第三条规定的情形",
        "第三条 规定的情形",
        "第七条的规定",
        "第八条和第九条",
        "第二条 所称的情形",
    ],
)
def test_a_cross_reference_says_that_it_refers(line: str) -> None:
    label = read_label(line)
    assert label is not None
    assert label.refers


@pytest.mark.parametrize("line", ["第三条 及时处理投诉", "第六条 和解协议应当", "第四条 以欺诈手段"])
def test_an_article_that_begins_with_a_small_word_does_not_refer(line: str) -> None:
    label = read_label(line)
    assert label is not None
    assert not label.refers


@pytest.mark.parametrize(
    "line",
    ["", "第条", "第三章规定的期限届满后，由主管部门处理。", "附则", "附 则", "2.5亩以上", "附带民事诉讼的当事人"],
)
def test_ordinary_words_are_no_label(line: str) -> None:
    assert read_label(line) is None
