import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.answer_point_recall import find_missing_points, read_figures, score_answer_point_recall
from eval.measures.model import Outcome, Score
from tests.eval.builders import make_outcome, make_question, say


def answer(*points: str, says: str = "", quotes: tuple[str, ...] = ()) -> Outcome:
    question = make_question("甲#一", answer_points=points)
    statements = (say(says, *range(len(quotes))),) if says else ()
    return make_outcome(question, "甲#一", quotes=quotes, statements=statements, status="grounded")


def test_points_of_all_answerable_questions_are_added_up() -> None:
    run = [
        answer("应当备案", "不得转让", quotes=("企业应当备案。",)),
        answer("三年内", says="三年内不予受理"),
        make_outcome(make_question("甲#一", answer_points=("十日内",))),  # abstained
        make_outcome(make_question(answer_points=("不算",)), "甲#一", quotes=("不算",)),  # must abstain: not counted
    ]
    assert score_answer_point_recall(run) == Score(pytest.approx(0.5), 4)  # (1 + 1 + 0) / (2 + 1 + 1)


@pytest.mark.parametrize(
    ("point", "text"),
    [
        ("15日内", "自验收合格之日起１５ 日内"),
        ("信息共享、业务协同", "推进信息共享,业务协同"),
        ("“互联网+质量服务”", "创新互联网＋质量服务模式"),
        ("价款的三倍", "为购买商品的价款的3倍"),
        ("百分之五十以上三倍以下", "50%以上3倍以下的罚款"),
        ("五千元以上五万元以下", "5000元以上5万元以下"),
        ("不超过300", "不超过三百元"),
    ],
)
def test_white_space_width_punctuation_and_the_spelling_of_figures_are_forgiven(point: str, text: str) -> None:
    assert find_missing_points(answer(point, says=text)) == ()
    assert find_missing_points(answer(point, quotes=(text,))) == ()


@pytest.mark.parametrize(
    ("point", "text"),
    [
        ("5日内", "自验收合格之日起15日内"),
        ("百分之五", "百分之五十以上"),
        ("三倍以下的罚款", "三年以下，五倍以下的罚款"),
        ("七个工作日内", "七日内作出决定"),
        ("货值金额百分之五十以上三倍以下的罚款", "货值金额百分之五十以上五倍以下的罚款"),
        ("2014年1月1日起施行", "2014年10月1日起施行"),
        ("应当备案", "无须备案"),
    ],
)
def test_another_figure_is_another_point_however_much_else_agrees(point: str, text: str) -> None:
    assert find_missing_points(answer(point, says=text)) == (point,)


def test_a_point_in_other_order_or_with_a_word_more_counts_at_eight_bigrams_in_ten() -> None:
    # 消费者索要发票的经营者必须出具: 14 bigrams, of which 票的 is not there (发票等… 单据的): 13/14 = 0.93
    near = "消费者索要发票等购货凭证或者服务单据的，经营者必须出具"
    assert find_missing_points(answer("消费者索要发票的，经营者必须出具", says=near)) == ()
    # abcdef has 5 bigrams: ab bc cd de ef; of them abcde-xf holds 4 = 0.8, ab-xcd-xef holds ab cd ef = 0.6
    assert find_missing_points(answer("abcdef", says="abcde，xf")) == ()
    assert find_missing_points(answer("abcdef", says="ab，xcd，xef")) == ("abcdef",)


def test_half_in_one_statement_and_half_in_another_is_not_near() -> None:
    question = make_question("甲#一", answer_points=("企业应当依法向主管部门备案",))
    apart = make_outcome(
        question,
        "甲#一",
        quotes=("企业应当依法登记", "其他人可以向主管部门备案"),
        statements=(say("企业应当依法登记", 0), say("其他人可以向主管部门备案", 1)),
    )
    assert find_missing_points(apart) == ("企业应当依法向主管部门备案",)
    together = make_outcome(
        question,
        "甲#一",
        quotes=("企业应当依法登记", "并向主管部门备案"),
        statements=(say("企业应当依法登记，并向主管部门备案", 0, 1),),
    )
    assert find_missing_points(together) == ()  # 10 of its 12 bigrams stand there (not 法向): 11/12


def test_what_an_answer_says_it_cannot_answer_is_no_point_made() -> None:
    question = make_question("甲#一", answer_points=("赔偿的时限",))
    partial = make_outcome(
        question, "甲#一", statements=(say("应当赔偿", 0),), answer="应当赔偿[1]\n未能回答的部分：赔偿的时限。"
    )
    assert find_missing_points(partial) == ("赔偿的时限",)


def test_a_record_without_statements_is_read_by_its_text_without_marks() -> None:
    outcome = make_outcome(make_question("甲#一", answer_points=("应当备案",)), "甲#一", answer="应当[1]备案[2]")
    assert find_missing_points(outcome) == ()


def test_figures_carry_their_unit() -> None:
    assert read_figures("自2014年1月1日起，罚10%，十日、二万 元") == {
        ("2014", "年"),
        ("1", "月"),
        ("1", "日"),
        ("10%", ""),
        ("10", "日"),
        ("20000", "元"),
    }


@given(st.text(), st.text())
def test_any_text_is_taken_and_a_point_is_found_in_itself(point: str, text: str) -> None:
    find_missing_points(answer(point or "x", says=text))
    if any(character.isalnum() for character in point):
        assert find_missing_points(answer(point, says=f"{text}\n{point}\n")) in ((), (point,))
