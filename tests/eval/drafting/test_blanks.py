import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.drafting.blanks import find_blanks


@pytest.mark.parametrize(
    ("sentence", "kind", "answer", "question"),
    [
        ("诉讼时效期间为二年。", "term", "二年", "诉讼时效期间为多少年。"),
        ("应当自验收合格之日起15日内备案", "term", "15日内", "应当自验收合格之日起多少日内备案"),
        ("应当在七个工作日内答复", "term", "七个工作日内", "应当在多少个工作日内答复"),
        ("处三日以上十日以下拘留", "term", "三日以上十日以下", "处多长时间拘留"),
        ("处五千元以上五万元以下罚款", "amount", "五千元以上五万元以下", "处多少罚款"),
        ("最高奖的金额不得超过五万元", "amount", "五万元", "最高奖的金额不得超过多少元"),
        ("不得超过合同金额的10%", "amount", "10%", "不得超过合同金额的百分之多少"),
        ("为价款的百分之五", "amount", "百分之五", "为价款的百分之多少"),
        ("赔偿价款三倍以下的金额", "amount", "三倍以下", "赔偿价款多少倍以下的金额"),
        ("本法自2014年1月1日起施行", "date", "2014年1月1日", "本法自什么时候起施行"),
        ("由市场监督管理部门责令改正", "body", "市场监督管理部门", "由谁责令改正"),
        ("建立贸易争端预警机制", "measure", "建立贸易争端预警机制", "建立什么机制"),
    ],
)
def test_what_may_be_asked_for_gives_way_to_a_question_word(
    sentence: str, kind: str, answer: str, question: str
) -> None:
    (blank,) = find_blanks(sentence)
    assert (blank.kind, blank.answer) == (kind, answer)
    assert sentence[: blank.start] + blank.word + sentence[blank.end :] == question
    assert answer in sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "依照第三十条的规定",
        "到2020年取得成效",
        "每年1月1日报送",
        "次月十五日前",
        "纳税期限为1日、3日、5日",
        "按百分之十至百分之二十计算",
        "由有关部门处理",
        "由检验机构负责人签署",
        "由省级人民政府公布的目录",
        "进一步加强领导",
        "1996年3月15日发布的办法",
        "建立制度",
    ],
)
def test_numbers_that_are_no_answer_are_left_alone(sentence: str) -> None:
    assert find_blanks(sentence) == []


def test_several_are_found_in_order_without_overlap() -> None:
    blanks = find_blanks("由公安机关处五日以下拘留，可以并处五百元以下罚款")
    assert [blank.answer for blank in blanks] == ["公安机关", "五日以下", "五百元以下"]


@given(st.text(alphabet="由部门处罚一二三十百万元倍日年月个工作第以上下内至、，建立机制0123%自起施行"))
def test_any_sentence_is_taken_and_answers_stand_in_it(sentence: str) -> None:
    end = 0
    for blank in find_blanks(sentence):
        assert end <= blank.start < blank.end <= len(sentence)
        assert blank.answer in sentence
        end = blank.end
