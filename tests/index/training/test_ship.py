import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from index.training.ship import ship_encoder, write_round


def test_the_shipped_weights_lie_between_the_start_and_the_trained_ones(tmp_path: Path) -> None:
    start = tmp_path / "start"
    start.mkdir()
    save_file({"a": torch.tensor([0.0, 1.0]), "b": torch.tensor([5.0])}, start / "model.safetensors")
    (start / "config.json").write_text(json.dumps({"hidden_size": 2}), "utf-8")
    save_file({"a": torch.tensor([1.0, 2.0])}, tmp_path / "trained.safetensors")
    out = ship_encoder(start, [tmp_path / "trained.safetensors"], tmp_path / "out", share=0.75)
    shipped = load_file(out / "model.safetensors")
    assert shipped["a"].tolist() == [0.75, 1.75]  # 0 + 0.75 (1 - 0), 1 + 0.75 (2 - 1)
    assert shipped["b"].tolist() == [5.0]  # not trained
    assert shipped["a"].dtype == torch.float16
    assert json.loads((out / "config.json").read_text("utf-8")) == {"hidden_size": 2}


def test_the_mean_of_the_rounds_ships_and_the_last_begins_the_next(tmp_path: Path) -> None:
    start = tmp_path / "start"
    start.mkdir()
    save_file({name: torch.tensor([0.0]) for name in "abc"}, start / "model.safetensors")
    save_file({"a": torch.tensor([1.0]), "b": torch.tensor([1.0])}, tmp_path / "first.safetensors")
    save_file({"b": torch.tensor([2.0]), "c": torch.tensor([4.0])}, tmp_path / "second.safetensors")
    rounds = [tmp_path / "first.safetensors", tmp_path / "second.safetensors"]
    shipped = load_file(ship_encoder(start, rounds, tmp_path / "shipped", share=0.5) / "model.safetensors")
    # After the first a, b, c are 1, 1, 0, after the second 1, 2, 4; half of their means.
    assert [shipped[name].item() for name in "abc"] == [0.5, 0.75, 1.0]
    last = load_file(write_round(start, rounds, tmp_path / "last") / "model.safetensors")
    assert [last[name].item() for name in "abc"] == [1.0, 2.0, 4.0]
