"""What training the encoder and the reranker share: the bare model, its optimiser and its files."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from index.kernels import pad_ids

TRAINED = "trained.safetensors"
WEIGHT_DECAY = 0.01
WARMUP = 0.1
DROPOUT = 0.1


def load_body(folder: Path, *, layers: int | None = None) -> tuple[Any, Any]:
    """Return the BERT body in bfloat16 with dropout set for training, and its tokenizer."""
    from transformers import AutoConfig, AutoTokenizer, BertModel

    config = AutoConfig.from_pretrained(folder)
    config.hidden_dropout_prob, config.attention_probs_dropout_prob = DROPOUT, 0.0
    if layers:
        config.num_hidden_layers = layers
    model = BertModel.from_pretrained(folder, config=config, dtype=torch.bfloat16, add_pooling_layer=False)
    return model, AutoTokenizer.from_pretrained(folder)


def freeze_lower(model: Any, layers: int) -> None:
    """Keep the embeddings and the lower ``layers`` as they are, and without dropout.

    They hold what the model knows of the language.
    """
    for part in (model.embeddings, *model.encoder.layer[:layers]):
        part.requires_grad_(False)
        for module in part.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0


class MasterAdamW:
    """AdamW over float32 copies of bfloat16 weights, with warm-up and cosine decay.

    The forward and backward passes run in bfloat16; steps smaller than its resolution
    add up in the copies.
    """

    def __init__(self, parameters: Mapping[str, Any], *, learning_rate: float, steps: int) -> None:
        """Optimise those of the named ``parameters`` that are not frozen, over ``steps`` steps in all."""
        trained = {name: p for name, p in parameters.items() if p.requires_grad}
        self._names = list(trained)
        self._live = list(trained.values())
        self._copies = [p.detach().float().clone().requires_grad_(True) for p in self._live]
        self._rate, self._steps, self._step = learning_rate, steps, 0
        decayed = [c for c in self._copies if c.ndim > 1]
        rest = [c for c in self._copies if c.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": WEIGHT_DECAY}, {"params": rest, "weight_decay": 0.0}]
        self._optimiser = torch.optim.AdamW(groups, lr=learning_rate)

    def step(self) -> None:
        """Take one step from the gradients of the weights, and clear them."""
        for live, copy in zip(self._live, self._copies, strict=True):
            copy.grad = live.grad.float() if live.grad is not None else None
            live.grad = None
        torch.nn.utils.clip_grad_norm_(self._copies, 1.0)
        self._step += 1
        warm = max(1.0, WARMUP * self._steps)
        done = min(1.0, self._step / self._steps)
        rate = self._rate * min(self._step / warm, 0.5 * (1 + math.cos(math.pi * done)) + 0.01)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._optimiser.step()
        with torch.no_grad():
            for live, copy in zip(self._live, self._copies, strict=True):
                live.copy_(copy)

    def trained(self) -> dict[str, Any]:
        """Return the float32 copies by the names of the weights."""
        return {name: copy.detach() for name, copy in zip(self._names, self._copies, strict=True)}


def tokenise(tokenizer: Any, texts: Sequence[str], limit: int) -> list[list[int]]:
    """Return the token ids of each text, cut to ``limit``."""
    ids: list[list[int]] = tokenizer(list(texts), truncation=True, max_length=limit)["input_ids"]
    return ids


def pad(ids: Sequence[Sequence[int]], pad_id: int) -> tuple[Any, Any]:
    """Return ids and mask as tensors, shape (texts, longest)."""
    padded, mask = pad_ids(ids, pad_id)
    return torch.from_numpy(padded), torch.from_numpy(mask)


def pool_mean(hidden: Any, mask: Any) -> Any:
    """Return the mean of the tokens' states, normalised, float32, shape (texts, dimension)."""
    weights = mask.unsqueeze(-1).float()
    mean = (hidden.float() * weights).sum(1) / weights.sum(1)
    return torch.nn.functional.normalize(mean, dim=-1)


def embed(model: Any, ids: Sequence[Sequence[int]], pad_id: int, *, block: int = 24) -> Any:
    """Return unit vectors of token lists, in their order; lists of like length run together."""
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    parts = []
    for begin in range(0, len(order), block):
        tokens, mask = pad([ids[i] for i in order[begin : begin + block]], pad_id)
        parts.append(pool_mean(model(input_ids=tokens, attention_mask=mask).last_hidden_state, mask))
    return restore_order(torch.cat(parts), order)


def restore_order(values: Any, order: Sequence[int]) -> Any:
    """Return ``values``, computed in ``order``, in the order 0, 1, 2…"""
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return values[back]


def save_run(trained: Mapping[str, Any], out: Path, recipe: Any) -> Path:
    """Write the trained weights in fp16, and beside them the recipe; return the file of weights."""
    from safetensors.torch import save_file

    out.mkdir(parents=True, exist_ok=True)
    save_file({name: value.half().contiguous() for name, value in trained.items()}, out / TRAINED)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=2) + "\n", "utf-8")
    return out / TRAINED


class Log:
    """A line a moment on standard output: how far, and how long it has taken."""

    def __init__(self) -> None:
        self._begin = time.perf_counter()

    def say(self, text: str) -> None:
        """Print a line with the seconds since the start."""
        print(f"[{time.perf_counter() - self._begin:7.1f} s] {text}", flush=True)
