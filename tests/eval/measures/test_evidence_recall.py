import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.evidence_recall import find_missing_evidence, fold_text, score_evidence_recall
from eval.measures.model import Score
from tests.eval.builders import make_outcome, make_question


def test_strings_of_all_answerable_questions_are_added_up() -> None:
    run = [
        make_outcome(make_question("甲#一", evidence=("应当备案", "不得转让")), "甲#一", quotes=("企业应当备案。",)),
        make_outcome(make_question("甲#一", evidence=("三年内",)), "甲#一", quotes=("三年内不予受理",)),
        make_outcome(make_question("甲#一", evidence=("十日内",))),  # abstained
        make_outcome(make_question(evidence=("不算",)), "甲#一", quotes=("不算",)),  # must abstain: not counted
    ]
    assert score_evidence_recall(run) == Score(pytest.approx(0.5), 4)  # (1 + 1 + 0) / (2 + 1 + 1)


@pytest.mark.parametrize(
    ("evidence", "quote"),
    [
        ("自验收合格之日起15日内", "自验收合格之日起１５日内"),
        ("信息共享,业务协同", "信息共享，业务协同"),
        ("应当 备案", "应当\n　　备案"),
        ("(一)出示证件", "（一）　出示证件；"),
        ("按规定。", "按规定｡"),
    ],
)
def test_white_space_and_width_are_forgiven(evidence: str, quote: str) -> None:
    outcome = make_outcome(make_question("甲#一", evidence=(evidence,)), "甲#一", quotes=(quote,))
    assert find_missing_evidence(outcome) == ()


@pytest.mark.parametrize(
    ("evidence", "quote"),
    [
        ("应当备案", "应当报备"),
        ("ISO", "iso"),
        ("二十日", "20日"),
        ("备案,报送", "备案、报送"),
        ("㎡", "m2"),
        ("應當", "应当"),
    ],
)
def test_nothing_else_is_forgiven(evidence: str, quote: str) -> None:
    outcome = make_outcome(make_question("甲#一", evidence=(evidence,)), "甲#一", quotes=(quote,))
    assert find_missing_evidence(outcome) == (evidence,)


def test_evidence_must_stand_whole_in_one_quote() -> None:
    outcome = make_outcome(make_question("甲#一", evidence=("应当备案",)), "甲#一", quotes=("应当", "备案"))
    assert find_missing_evidence(outcome) == ("应当备案",)


@given(st.text())
def test_folding_takes_any_text_and_settles(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)
