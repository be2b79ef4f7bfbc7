from __future__ import annotations

from rag.model import Turn
from rag.reading import is_told
from tests.rag.test_understand import understand

TERM = "生产许可证有效期为5年，但是，食品加工企业生产许可证的有效期为3年。"


def test_a_sentence_is_told_by_an_answer_that_quotes_it_or_says_a_part_of_it() -> None:
    assert is_told(TERM, f"{TERM}[1]《工业产品生产许可证管理条例》")
    assert is_told(TERM, "生产许可证有效期为5年[1]。")
    assert not is_told("应当在有效期届满6个月前提出换证申请。", f"{TERM}[1]")
    assert not is_told(TERM, "")
    assert not is_told(TERM, "是的。")


def test_what_was_told_is_known_to_a_follow_up_alone() -> None:
    history = Turn("user", "生产许可证的有效期是几年?"), Turn("assistant", "有效期为5年。")
    assert understand("那要提前多久换证?", *history).told == "有效期为5年。"
    assert understand("生产许可证的有效期是几年?", *history).told == ""
    assert understand("计量器具在投入使用以前要经过哪一级部门检定合格才可以拿去给顾客称东西用?", *history).told == ""
