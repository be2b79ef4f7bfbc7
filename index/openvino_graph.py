"""A BERT-shaped encoder as an OpenVINO graph, built from its weights in memory: nothing is exported or converted."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Weights = Mapping[str, npt.NDArray[np.float32]]

PRODUCT = "joint.product"
"""The weights of ``index.joint.JointModel`` that no BERT body has."""
_QUANTISED_MAX = 127
_MASKED = -1e4
"""What is added to the attention of padding: nothing is left of it after the softmax, in bfloat16 too."""


@dataclass(frozen=True, slots=True)
class BertShape:
    """What is built: the numbers of a BERT or RoBERTa body, and how its last layer becomes one vector.

    ``first_position`` is the row of the position table that the first token takes: 0 in BERT,
    beyond the padding's in RoBERTa.
    """

    layers: int
    heads: int
    epsilon: float
    first_position: int
    pooling: Literal["mean", "cls"]


def describe_shape(model: SentenceTransformer) -> BertShape | None:
    """Return the shape of a sentence-transformers model, or None where it is not one that is built here."""
    modules = [type(module).__name__ for module in model]
    if modules not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return None
    body: Any = model.transformers_model
    config = body.config
    pooling = getattr(model[1], "pooling_mode", None)
    absolute = getattr(config, "position_embedding_type", None) in (None, "absolute")
    if config.model_type not in ("bert", "roberta", "xlm-roberta") or config.hidden_act != "gelu" or not absolute:
        return None
    if config.is_decoder or pooling not in ("mean", "cls") or not getattr(model[1], "include_prompt", True):
        return None
    return BertShape(
        layers=config.num_hidden_layers,
        heads=config.num_attention_heads,
        epsilon=config.layer_norm_eps,
        first_position=0 if config.model_type == "bert" else config.pad_token_id + 1,
        pooling=pooling,
    )


def import_openvino() -> Any:
    """Import OpenVINO without its telemetry, which would report every import to its makers.

    Raises
    ------
    ImportError
        It is not installed, or not for this machine.
    """
    # None makes the import of that module fail, upon which OpenVINO goes on without it.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def build_graph(shape: BertShape, weights: Weights, *, int8: bool) -> Any:
    """Build the graph from token ids and mask, both int64 (texts, tokens), to unit vectors (texts, hidden).

    With ``int8``, the matrices of the layers are kept in eight bits, each row with a scale of
    its own. Where the processor has the instructions (VNNI), OpenVINO then also rounds every
    token's activations to eight bits as they come, with a scale of their own, so that
    nothing is calibrated and a vector does not depend on its batch.
    """
    return _Builder(shape, weights, int8=int8).build()


def build_apart_graph(shape: BertShape, weights: Weights, *, apart: int, int8: bool) -> Any:
    """Build the lower half of ``index.joint.JointModel``: states, float32 (texts, tokens, hidden).

    Its inputs are token ids and mask, both int64 (texts, tokens). ``int8`` as in ``build_graph``.
    """
    return _Builder(shape, weights, int8=int8).build_apart(apart)


def build_together_graph(shape: BertShape, weights: Weights, *, apart: int, int8: bool) -> Any:
    """Build the upper half of ``index.joint.JointModel``: its features, float32 (passages, 2), of one question.

    Its inputs are states of the lower half, the question's (1, tokens, hidden) and the
    passages' (passages, tokens, hidden), and the passages' mask, int64. ``int8`` as in
    ``build_graph``.
    """
    return _Builder(shape, weights, int8=int8).build_together(apart)


class _Builder:
    """Writes the operations of one graph. Weights are named as transformers names them."""

    def __init__(self, shape: BertShape, weights: Weights, *, int8: bool) -> None:
        self._openvino = import_openvino()
        self._op: Any = self._openvino.opset13
        self._shape = shape
        self._weights = weights
        self._int8 = int8

    def build(self) -> Any:
        op = self._op
        ids, mask = self._accept("ids"), self._accept("mask")
        real = op.convert(mask, np.float32)
        x = self._add_layers(self._embed(ids), range(self._shape.layers), self._hide(real))
        vectors = self._make_unit(self._pool(x, real), 1)
        return self._openvino.Model([op.result(vectors)], [ids, mask], "encoder")

    def build_apart(self, apart: int) -> Any:
        op = self._op
        ids, mask = self._accept("ids"), self._accept("mask")
        states = self._add_layers(self._embed(ids), range(apart), self._hide(op.convert(mask, np.float32)))
        return self._openvino.Model([op.result(states)], [ids, mask], "apart")

    def build_together(self, apart: int) -> Any:
        op = self._op
        hidden = self._weights[PRODUCT].size
        question = op.parameter([1, -1, hidden], np.float32, name="question")
        passage = op.parameter([-1, -1, hidden], np.float32, name="passages")
        mask = self._accept("mask")
        real = op.convert(mask, np.float32)
        bias = self._hide(real)
        tokens = op.gather(op.shape_of(question), self._integers(1), self._integer(0))
        passages = op.gather(op.shape_of(passage), self._integers(0), self._integer(0))
        asked = op.broadcast(
            question, op.concat([passages, tokens, self._integers(hidden)], 0), broadcast_spec="bidirectional"
        )
        seen = op.broadcast(self._number(0.0), op.concat([passages, self._integers(1, 1), tokens], 0))
        x = op.concat([asked, passage], 1)
        x = self._add_layers(x, range(apart, self._shape.layers), op.concat([seen, bias], 3))
        asked = op.slice(x, self._integers(0), tokens, self._integers(1), self._integers(1))
        read = op.slice(x, tokens, self._integers(2**31), self._integers(1), self._integers(1))
        cosines = op.matmul(self._make_unit(asked, 2), self._make_unit(read, 2), False, True)
        nearest = op.reduce_max(op.add(cosines, op.squeeze(bias, self._integers(1))), self._integers(2))
        interaction = op.reduce_mean(nearest, self._integers(1), True)
        means = self._make_unit(op.reduce_mean(asked, self._integers(1)), 1), self._make_unit(self._pool(read, real), 1)
        product = op.multiply(op.multiply(*means), self._number(self._weights[PRODUCT]))
        features = op.concat([interaction, op.reduce_sum(product, self._integers(1), True)], 1)
        return self._openvino.Model([op.result(features)], [question, passage, mask], "together")

    def _accept(self, name: str) -> Any:
        return self._op.parameter([-1, -1], np.int64, name=name)

    def _hide(self, real: Any) -> Any:
        """Return what is added to attention so that padding has no part in it, shape (texts, 1, 1, tokens)."""
        op = self._op
        return op.unsqueeze(
            op.multiply(op.subtract(self._number(1.0), real), self._number(_MASKED)), self._integers(1, 2)
        )

    def _make_unit(self, x: Any, axis: int) -> Any:
        return self._op.normalize_l2(x, self._integers(axis), 1e-12, "max")

    def _embed(self, ids: Any) -> Any:
        op, table = self._op, "embeddings.{}.weight".format
        words = op.gather(self._number(self._weights[table("word_embeddings")]), ids, self._integer(0))
        places = self._weights[table("position_embeddings")] + self._weights[table("token_type_embeddings")][0]
        tokens = op.gather(op.shape_of(ids), self._integers(1), self._integer(0))
        ordered = self._number(places[self._shape.first_position :])
        row = op.slice(ordered, self._integers(0), tokens, self._integers(1), self._integers(0))
        return self._normalise("embeddings.LayerNorm", op.add(words, op.unsqueeze(row, self._integers(0))))

    def _add_layers(self, x: Any, layers: range, bias: Any) -> Any:
        for layer in layers:
            x = self._add_layer(f"encoder.layer.{layer}.", x, bias)
        return x

    def _add_layer(self, name: str, x: Any, bias: Any) -> Any:
        op = self._op
        mixed = self._multiply(self._attend(name, x, bias), *self._read(f"{name}attention.output.dense"))
        x = self._normalise(f"{name}attention.output.LayerNorm", op.add(mixed, x))
        inner = op.gelu(self._multiply(x, *self._read(f"{name}intermediate.dense")), "erf")
        outer = self._multiply(inner, *self._read(f"{name}output.dense"))
        return self._normalise(f"{name}output.LayerNorm", op.add(outer, x))

    def _attend(self, name: str, x: Any, bias: Any) -> Any:
        """Multi-head attention (Vaswani et al. 2017) with the three projections in one product."""
        op, heads = self._op, self._shape.heads
        query, key, value = (self._read(f"{name}attention.self.{part}") for part in ("query", "key", "value"))
        hidden = query[0].shape[0]
        scale = np.float32((hidden // heads) ** -0.5)
        matrix = np.concatenate([query[0] * scale, key[0], value[0]])
        offset = np.concatenate([query[1] * scale, key[1], value[1]])
        parts = op.reshape(self._multiply(x, matrix, offset), self._integers(0, 0, 3, heads, hidden // heads), True)
        split = op.split(op.transpose(parts, self._integers(2, 0, 3, 1, 4)), self._integer(0), 3)
        q, k, v = (op.squeeze(part, self._integers(0)) for part in split.outputs())
        shares = op.softmax(op.add(op.matmul(q, k, False, True), bias), -1)
        joined = op.transpose(op.matmul(shares, v, False, False), self._integers(0, 2, 1, 3))
        return op.reshape(joined, self._integers(0, 0, hidden), True)

    def _pool(self, x: Any, real: Any) -> Any:
        op = self._op
        if self._shape.pooling == "cls":
            return op.gather(x, self._integer(0), self._integer(1))
        real = op.unsqueeze(real, self._integers(2))
        total = op.reduce_sum(op.multiply(x, real), self._integers(1))
        return op.divide(total, op.reduce_sum(real, self._integers(1)))

    def _normalise(self, name: str, x: Any) -> Any:
        op, (scale, offset) = self._op, self._read(name)
        plain = op.mvn(x, self._integers(-1), True, self._shape.epsilon, "inside_sqrt")
        return op.add(op.multiply(plain, self._number(scale)), self._number(offset))

    def _multiply(self, x: Any, matrix: npt.NDArray[np.float32], offset: npt.NDArray[np.float32]) -> Any:
        op = self._op
        if self._int8:
            scale = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-12) / _QUANTISED_MAX
            rounded = op.constant(np.rint(matrix / scale).astype(np.int8))
            kept = op.multiply(op.convert(rounded, np.float32), self._number(scale))
        else:
            kept = self._number(matrix)
        return op.add(op.matmul(x, kept, False, True), self._number(offset))

    def _read(self, name: str) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        return self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]

    def _number(self, value: Any) -> Any:
        return self._op.constant(np.asarray(value, dtype=np.float32))

    def _integer(self, value: int) -> Any:
        return self._op.constant(np.int64(value))

    def _integers(self, *values: int) -> Any:
        return self._op.constant(np.array(values, dtype=np.int64))
