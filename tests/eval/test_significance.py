import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.significance import SWAPS, compare_right, compare_shares
from eval.tallies import Tally


def shares(*values: float) -> list[dict[str, Tally]]:
    return [{"exact": (value, 1)} for value in values]


def test_mcnemar_by_hand() -> None:
    # 1 lost and 5 won of 6 changed: (C(6,0) + C(6,1)) / 2^6 = 7/64, two-sided 14/64.
    before = [True, True] + [False] * 5 + [False, True]
    after = [True, False] + [True] * 5 + [False, True]
    found = compare_right(before, after)
    assert (found.both, found.only_before, found.only_after, found.neither) == (2, 1, 5, 1)
    assert found.p == pytest.approx(14 / 64)
    assert not found.significant


def test_mcnemar_of_few_and_of_one_sided_changes() -> None:
    assert compare_right([True], [True]).p == 1.0  # nothing changed: C(0,0)/1, twice, at most 1
    assert compare_right([True, False], [False, True]).p == 1.0  # 1 and 1
    six = compare_right([False] * 6, [True] * 6)  # 2 × 1/64 = 0.03125
    assert six.p == pytest.approx(0.03125)
    assert six.significant


def test_randomisation_agrees_with_the_count_of_all_swaps() -> None:
    # Five questions better, none worse: of 2^5 swaps two give a difference as large, 2/32 = 0.0625.
    (found,) = compare_shares(shares(0, 0, 0, 0, 0), shares(1, 1, 1, 1, 1), ["exact"])
    assert (found.before, found.after, found.difference) == (0.0, 1.0, 1.0)
    assert (found.low, found.high) == (1.0, 1.0)
    assert found.p == pytest.approx(0.0625, abs=0.008)
    assert not found.significant
    # Six: 2/64.
    (found,) = compare_shares(shares(*[0] * 6), shares(*[1] * 6), ["exact"])
    assert found.p == pytest.approx(0.03125, abs=0.006)
    assert found.significant


def test_pairing_finds_what_unpaired_values_would_hide() -> None:
    # 100 questions, half right; 12 of the wrong ones become right and 1 of the right ones wrong.
    before = [1.0] * 50 + [0.0] * 50
    after = [1.0] * 49 + [0.0] + [1.0] * 12 + [0.0] * 38
    (found,) = compare_shares(shares(*before), shares(*after), ["exact"])
    assert found.difference == pytest.approx(0.11)
    assert 0 < found.low < 0.11 < found.high
    assert found.p < 0.01  # McNemar: 2 × (1 + 13)/2^13 = 0.0034
    assert compare_right([value > 0 for value in before], [value > 0 for value in after]).p == pytest.approx(28 / 2**13)


def test_a_ratio_of_sums_is_swapped_with_its_total() -> None:
    # Precision: 1 of 1 before, 1 of 3 after, the other question alike. Of 4 swaps each gives ±(2/2 - 2/4): p = 1.
    before: list[dict[str, Tally]] = [{"precision": (1.0, 1)}, {"precision": (1.0, 1)}]
    after: list[dict[str, Tally]] = [{"precision": (1.0, 3)}, {"precision": (1.0, 1)}]
    (found,) = compare_shares(before, after, ["precision"])
    assert (found.before, found.after) == (1.0, 0.5)
    assert found.p == 1.0


def test_a_share_that_counts_over_nothing_on_a_side_is_left_out() -> None:
    assert compare_shares(shares(1, 0), [{}, {}], ["exact"]) == ()
    assert compare_shares([], [], ["exact"]) == ()


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=15))
def test_p_is_between_0_and_1_and_the_same_from_either_side(pairs: list[tuple[bool, bool]]) -> None:
    before, after = [float(old) for old, _ in pairs], [float(new) for _, new in pairs]
    (there,) = compare_shares(shares(*before), shares(*after), ["exact"])
    (back,) = compare_shares(shares(*after), shares(*before), ["exact"])
    assert 1 / (SWAPS + 1) <= there.p <= 1.0
    assert there.p == back.p
    assert there.difference == pytest.approx(-back.difference)
    if before == after:
        assert (there.p, there.low, there.high) == (1.0, 0.0, 0.0)
    assert compare_right([old for old, _ in pairs], [new for _, new in pairs]).p <= 1.0


def test_three_hundred_questions_take_less_than_two_seconds() -> None:
    names = [f"measure {number}" for number in range(17)]
    before: list[dict[str, Tally]] = [dict.fromkeys(names, (row % 2, 1)) for row in range(300)]
    after: list[dict[str, Tally]] = [dict.fromkeys(names, (row % 3 % 2, 1)) for row in range(300)]
    begin = time.perf_counter()
    compare_shares(before, after, names)
    assert time.perf_counter() - begin < 2
