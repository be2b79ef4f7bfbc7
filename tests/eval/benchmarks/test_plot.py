from importlib.util import find_spec
from pathlib import Path

import pytest

from corpus.errors import WenceError
from eval.benchmarks.growth import Cost
from eval.benchmarks.plot import draw_costs

pytestmark = pytest.mark.skipif(
    find_spec("matplotlib") is None, reason="the bench extra is not installed: pip install -e .[bench]"
)
COSTS = [
    Cost(kind, kind, rows, rows / 1e5 * factor, rows / 1e5, rows / 700, 1.0)
    for kind, factor in (("exact", 1), ("chosen", 0.2))
    for rows in (1_000, 10_000, 100_000, 1_000_000)
]


def test_the_picture_is_a_small_png(tmp_path: Path) -> None:
    draw_costs(COSTS, tmp_path / "picture.png")
    data = (tmp_path / "picture.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert 5_000 < len(data) < 150_000


def test_one_size_of_one_search_can_be_drawn(tmp_path: Path) -> None:
    draw_costs(COSTS[:1], tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 5_000


def test_memory_that_is_not_known_leaves_its_panel_empty(tmp_path: Path) -> None:
    draw_costs([Cost("exact", "exact", 1_000, 0.1, 0.2, None, 1.0)], tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 5_000


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(WenceError, match="cannot write"):
        draw_costs(COSTS, tmp_path / "none" / "picture.png")
