"""Make the folders that ship from trained weights: the encoder for sentence-transformers, and the reranker.

The encoder that ships is an average of the weights after each round of training and those
it started from (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, and
"Model soups", ICML 2022): it keeps what the unchanged model knows of articles that no
training question has, and of texts unlike those it was trained on.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file

_LAYER = re.compile(r"encoder\.layer\.(\d+)\.")
_RERANKER_PREFIXES = {"bert.": "bert.", "dense.": "bert.pooler.dense.", "classifier.": "classifier."}


def ship_encoder(start: Path, trained: Sequence[Path], out: Path, *, share: float) -> Path:
    """Write ``start`` moved by ``share`` of the way to the mean of the rounds, fp16; return the folder.

    ``trained`` are the files of the rounds, each trained from the weights of the one before
    and holding those that it changed.
    """
    weights = _load_weights(start)
    moves = [{name: value - weights[name] for name, value in after.items()} for after in _follow_rounds(trained)]
    for move in moves:
        for name, way in move.items():
            weights[name] += share * way / len(moves)
    return _write_encoder(weights, start, out)


def write_round(start: Path, trained: Sequence[Path], out: Path) -> Path:
    """Write the encoder as it is after the last of the rounds, for the next to begin with; return the folder."""
    *_, last = _follow_rounds(trained)
    return _write_encoder({**_load_weights(start), **last}, start, out)


def _follow_rounds(trained: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Yield the weights after each round that it or one before it changed, float32."""
    changed: dict[str, Any] = {}
    for file in trained:
        changed = {**changed, **{name: value.float() for name, value in load_file(file).items()}}
        yield changed


def _load_weights(folder: Path) -> dict[str, Any]:
    return {name: value.float() for name, value in load_file(folder / "model.safetensors").items()}


def _write_encoder(weights: dict[str, Any], start: Path, out: Path) -> Path:
    shutil.copytree(start, out, dirs_exist_ok=True)
    _save(weights, out)
    return out


def ship_reranker(start: Path, trained: Path, out: Path) -> Path:
    """Write a BertForSequenceClassification of one label, with the tokenizer of ``start``; return the folder."""
    weights = {}
    for name, value in load_file(trained).items():
        prefix = name.partition(".")[0] + "."
        weights[_RERANKER_PREFIXES[prefix] + name.removeprefix(prefix)] = value
    out.mkdir(parents=True, exist_ok=True)
    _save(weights, out)
    layers = 1 + max(int(found[1]) for name in weights if (found := _LAYER.search(name)))
    config = json.loads((start / "config.json").read_text("utf-8"))
    config.update(
        architectures=["BertForSequenceClassification"],
        num_hidden_layers=layers,
        id2label={"0": "LABEL_0"},
        label2id={"LABEL_0": 0},
    )
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    tokenizer = json.loads((start / "tokenizer.json").read_text("utf-8"))
    template = tokenizer["post_processor"]
    end = {"SpecialToken": {"id": "</s>", "type_id": 0}}
    template["pair"] = [*template["single"], {"Sequence": {"id": "B", "type_id": 0}}, end]
    (out / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")), "utf-8")
    shutil.copyfile(start / "tokenizer_config.json", out / "tokenizer_config.json")
    return out


def _save(weights: dict[str, Any], out: Path) -> None:
    halves = {name: value.half().contiguous() for name, value in weights.items()}
    save_file(halves, out / "model.safetensors", {"format": "pt"})
