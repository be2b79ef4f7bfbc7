import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from index.training.ship import ship_encoder


def test_the_shipped_weights_lie_between_the_start_and_the_trained_ones(tmp_path: Path) -> None:
    start = tmp_path / "start"
    start.mkdir()
    save_file({"a": torch.tensor([0.0, 1.0]), "b": torch.tensor([5.0])}, start / "model.safetensors")
    (start / "config.json").write_text(json.dumps({"hidden_size": 2}), "utf-8")
    save_file({"a": torch.tensor([1.0, 2.0])}, tmp_path / "trained.safetensors")
    out = ship_encoder(start, tmp_path / "trained.safetensors", tmp_path / "out", share=0.75)
    shipped = load_file(out / "model.safetensors")
    assert shipped["a"].tolist() == [0.75, 1.75]  # 0 + 0.75 (1 - 0), 1 + 0.75 (2 - 1)
    assert shipped["b"].tolist() == [5.0]  # not trained
    assert shipped["a"].dtype == torch.float16
    assert json.loads((out / "config.json").read_text("utf-8")) == {"hidden_size": 2}
