from __future__ import annotations

from rag.lay_terms import find_terms, hold_terms


def test_everyday_words_bring_the_terms_of_the_law() -> None:
    assert "以假充真" in sum(find_terms("买到假货怎么办"), ())
    assert find_terms("强制性标准由谁制定") == []


def test_the_share_held_counts_things_not_terms() -> None:
    # 假货 and 赔 are two things; the sentence speaks of one of them: 1 / 2
    wanted = find_terms("买到假货能赔吗")
    assert hold_terms("应当赔偿损失", wanted) == 0.5
    assert hold_terms("有欺诈行为的，应当赔偿损失", wanted) == 1.0
    assert hold_terms("应当赔偿损失", []) == 0.0
