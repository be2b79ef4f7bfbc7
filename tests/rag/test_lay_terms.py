from __future__ import annotations

from rag.lay_terms import count_held, find_terms


def test_everyday_words_bring_the_terms_of_the_law() -> None:
    assert "以假充真" in sum(find_terms("买到假货怎么办"), ())
    assert find_terms("强制性标准由谁制定") == []


def test_things_are_counted_not_terms() -> None:
    wanted = find_terms("买到假货能赔吗")  # two things: 假货 and 赔
    assert count_held("应当赔偿损失", wanted) == 1
    assert count_held("有欺诈行为的，应当赔偿损失", wanted) == 2
    assert count_held("应当赔偿损失", []) == 0
