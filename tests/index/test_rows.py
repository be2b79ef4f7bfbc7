import numpy as np

from index.rows import divide_rows, number_rows

# Three shards of 3, 2 and 4 rows; of the first only rows 0 and 2 count, of the last only row 3.
STRETCHES = number_rows([3, 2, 4], [np.array([0, 2]), None, np.array([3])])


def test_the_rows_that_count_are_numbered_through() -> None:
    assert [(one.begin, one.end) for one in STRETCHES] == [(0, 2), (2, 4), (4, 5)]
    local = [np.array([0, 2]), np.array([0, 1]), np.array([3])]
    numbers = [one.number(rows).tolist() for one, rows in zip(STRETCHES, local, strict=True)]
    assert numbers == [[0, 1], [2, 3], [4]]


def test_a_number_leads_back_to_the_row_of_its_shard() -> None:
    assert STRETCHES[0].locate(np.array([1, 0])).tolist() == [2, 0]
    assert STRETCHES[1].locate(np.array([3])).tolist() == [1]


def test_some_rows_are_divided_among_the_shards_that_hold_them() -> None:
    divided = [
        (place, local.tolist()) for place, local in divide_rows(STRETCHES, np.array([1, 4])) if local is not None
    ]
    assert divided == [(0, [2]), (2, [3])]


def test_all_rows_are_those_of_every_shard() -> None:
    assert [(place, local) for place, local in divide_rows(STRETCHES, None)] == [(0, None), (1, None), (2, None)]
