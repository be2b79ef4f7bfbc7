"""Make the folders that ship from trained weights: the encoder for sentence-transformers, and the reranker.

The encoder that ships is an average of the weights after each round of training and those
it started from (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, and
"Model soups", ICML 2022): it keeps what the unchanged model knows of articles that no
training question has, and of texts unlike those it was trained on.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from index.body import PROBE, hash_weights
from index.encoder import PROBE_QUERY, TorchKernel, load_model
from index.openvino_graph import PRODUCT


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


def write_probe(folder: Path) -> None:
    """Write, beside an encoder, the vector that torch gives a query in float32, by which OpenVINO is judged."""
    model = load_model(str(folder), dtype=torch.float32)
    [vector] = TorchKernel(lambda: model, batch_size=1).encode([PROBE_QUERY], kind="query")
    kept = {"query": PROBE_QUERY, "vector": [round(float(number), 5) for number in vector]}
    (folder / PROBE).write_text(json.dumps(kept, ensure_ascii=False) + "\n", encoding="utf-8")


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


def ship_reranker(
    encoder: Path, start: Path, trained: Path, out: Path, *, apart: int, share: float, weight: float
) -> Path:
    """Write the reranker that lies ``share`` of the way from ``start`` to what was trained, fp16; return the folder.

    Weights that it shares with ``encoder`` are left out. ``apart`` and ``weight`` are those
    of ``index.joint.JointModel``.
    """
    shared = load_file(encoder / "model.safetensors")
    own = _load_weights(start)
    after = {name.removeprefix("bert."): value.float() for name, value in load_file(trained).items()}
    product = 1 + share * (after.pop("product") - 1)
    for name, value in after.items():
        own[name] += share * (value - own[name])
    halves = {name: value.half().contiguous() for name, value in own.items() if not name.startswith("pooler.")}
    kept = {name: value for name, value in halves.items() if not torch.equal(value, shared[name])}
    rest = {name: shared[name].numpy() for name in halves if name not in kept}
    out.mkdir(parents=True, exist_ok=True)
    save_file(
        {**kept, PRODUCT: product.half()},
        out / "model.safetensors",
        {"format": "pt", "apart": str(apart), "weight": str(weight), "base": hash_weights(rest)},
    )
    return out


def ship_reader(reranker: Path, trained: Path, out: Path, *, weight: float) -> Path:
    """Write the reader: the reranker that training began with, with the weights trained, fp16; return the folder."""
    with safe_open(reranker / "model.safetensors", "pt") as opened:
        facts = opened.metadata()
    own = load_file(reranker / "model.safetensors")
    for name, value in load_file(trained).items():
        own[PRODUCT if name == "product" else name.removeprefix("bert.")] = value.half().contiguous()
    out.mkdir(parents=True, exist_ok=True)
    save_file(own, out / "model.safetensors", {**facts, "weight": str(weight)})
    return out


def _save(weights: dict[str, Any], out: Path) -> None:
    halves = {name: value.half().contiguous() for name, value in weights.items()}
    save_file(halves, out / "model.safetensors", {"format": "pt"})
