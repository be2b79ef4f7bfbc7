"""A BERT-shaped encoder as OpenVINO needs it: of a sentence-transformers model, or of a folder, without torch.

Importing torch, transformers and sentence-transformers takes three seconds and 300 MB, and
nobody who asks a question needs them: the encoder that ships is read from its files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.model import Kind, Vectors
from index.offline import computes_bfloat16
from index.openvino_graph import PRODUCT, BertShape, Weights, describe_shape

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TOKENS_MAX = 512
WEIGHTS = "model.safetensors"
PROBE = "probe.json"
"""In a folder that ships: a text, and the vector that torch gives it in float32."""

_PROMPTS: dict[Kind, tuple[str, ...]] = {"query": ("query",), "passage": ("document", "passage", "corpus")}
"""The prompts that sentence-transformers looks for, in its order."""

Tokenise = Callable[[Sequence[str], int], list[list[int]]]
"""Texts to token ids, each at most so many."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a kernel is built of; ``tokens_max`` is how many tokens of a text are read."""

    shape: BertShape
    read_weights: Callable[[], Weights]
    tokenise: Tokenise
    prompts: Mapping[Kind, str]
    tokens_max: int
    pad_id: int
    dimension: int
    bfloat16: bool


def describe_body(model: SentenceTransformer) -> Body | None:
    """Return what a model is made of, or None where it is not of a shape that is built here, or not on a CPU."""
    shape = describe_shape(model)
    if shape is None or model.device.type != "cpu":
        return None
    body: Any = model.transformers_model
    tokenizer: Any = model.tokenizer

    def read_weights() -> Weights:
        return {name: value.float().numpy() for name, value in body.state_dict().items()}

    def tokenise(texts: Sequence[str], limit: int) -> list[list[int]]:
        ids: list[list[int]] = tokenizer(list(texts), truncation=True, max_length=limit)["input_ids"]
        return ids

    return Body(
        shape=shape,
        read_weights=read_weights,
        tokenise=tokenise,
        prompts={kind: find_prompt(model, kind) for kind in _PROMPTS},
        tokens_max=model.max_seq_length or TOKENS_MAX,
        pad_id=tokenizer.pad_token_id or 0,
        dimension=int(body.config.hidden_size),
        bfloat16=str(body.dtype) == "torch.bfloat16",
    )


def read_body(folder: Path) -> Body:
    """Return what the encoder that ships in ``folder`` is made of; its weights are read when they are asked for.

    Raises
    ------
    OSError, ValueError, KeyError
        A file is missing or damaged.
    """
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text("utf-8"))["prompts"]
    config = read_config(folder)
    return Body(
        shape=read_shape(config),
        read_weights=lambda: read_weights(folder / WEIGHTS),
        tokenise=open_tokeniser(folder),
        prompts={kind: next(prompts[name] for name in names if name in prompts) for kind, names in _PROMPTS.items()},
        tokens_max=TOKENS_MAX,
        pad_id=config["pad_token_id"],
        dimension=config["hidden_size"],
        bfloat16=computes_bfloat16(),
    )


def read_config(folder: Path) -> dict[str, Any]:
    """Return the configuration of a folder's model, as transformers wrote it."""
    config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
    return config


def read_shape(config: Mapping[str, Any]) -> BertShape:
    """Return the shape of a BERT body that was made here, its vectors means of its last layer."""
    return BertShape(
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        epsilon=config["layer_norm_eps"],
        first_position=0,
        pooling="mean",
    )


def read_weights(file: Path, *, single: bool = True) -> dict[str, npt.NDArray[Any]]:
    """Return the tensors of a safetensors file by name, as float32, or with ``single=False`` as they are kept.

    Raises
    ------
    OSError, safetensors.SafetensorError
        The file is missing or damaged.
    """
    from safetensors import safe_open

    with safe_open(file, "np") as opened:
        found = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 (it is no mapping)
    return {name: value.astype(np.float32) for name, value in found.items()} if single else found


@dataclass(frozen=True, slots=True)
class StoredJoint:
    """What is kept of an ``index.joint.JointModel``; ``weights`` are float32, ``PRODUCT`` among them."""

    config: Mapping[str, Any]
    weights: Weights
    apart: int
    weight: float

    @property
    def shape(self) -> BertShape:
        """The numbers of its body."""
        return read_shape(self.config)


def read_joint(encoder: Path, folder: Path) -> StoredJoint:
    """Read the reranker in ``folder``: its own weights, and for the rest those of ``encoder``.

    Raises
    ------
    ValueError
        It was made for another encoder, or is none.
    OSError, safetensors.SafetensorError
        A file is missing or damaged.
    """
    from safetensors import safe_open

    with safe_open(folder / WEIGHTS, "np") as opened:
        facts = opened.metadata() or {}
    own = read_weights(folder / WEIGHTS, single=False)
    if not {"apart", "weight", "base"} <= facts.keys() or PRODUCT not in own:
        raise ValueError("its file is not of a reranker of Wence")
    apart, weight = int(facts["apart"]), float(facts["weight"])
    shared = read_weights(encoder / WEIGHTS, single=False)
    rest = {name: value for name, value in shared.items() if name not in own and not name.startswith("pooler.")}
    if hash_weights(rest) != facts["base"]:
        raise ValueError("it was made for another encoder than the one that ships")
    weights = {name: value.astype(np.float32) for name, value in (rest | own).items()}
    return StoredJoint(read_config(encoder), weights, apart=apart, weight=weight)


def hash_weights(weights: Mapping[str, npt.NDArray[Any]]) -> str:
    """Return a hash of tensors, as they are kept, and their names, in whatever order they come."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode() + b"\0" + weights[name].tobytes())
    return digest.hexdigest()


def read_probe(folder: Path) -> tuple[str, Vectors] | None:
    """Return a query and the vector that torch gives it, shape (1, dimension), where a folder holds one."""
    file = folder / PROBE
    if not file.is_file():
        return None
    kept = json.loads(file.read_text("utf-8"))
    return kept["query"], np.array([kept["vector"]], dtype=np.float32)


def open_tokeniser(folder: Path) -> Tokenise:
    """Return the tokeniser of a folder that ships.

    Raises
    ------
    ValueError
        Its file is missing or damaged.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # tokenizers raises nothing more special
        raise ValueError(f"tokenizer.json: {error}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def tokenise(texts: Sequence[str], limit: int) -> list[list[int]]:
        found = [one.ids for one in tokenizer.encode_batch_fast(list(texts))]
        # What is cut off are the last words: the mark of the end stays.
        return [ids if len(ids) <= limit else ids[: limit - 1] + ids[-1:] for ids in found]

    return tokenise


def find_prompt(model: SentenceTransformer, kind: Kind) -> str:
    """Return what sentence-transformers puts in front of a query or a passage."""
    prompts = dict(model.prompts)
    name = next((name for name in _PROMPTS[kind] if name in prompts), model.default_prompt_name)
    return (prompts[name] or "") if name else ""
