import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from index.encoder import open_encoder
from index.openvino_graph import BertShape, build_graph, describe_shape
from index.settings import IndexSettings

pytest.importorskip("openvino")

NUMBERS = {
    "vocab_size": 50,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 24,
    "pad_token_id": 1,
}
IDS = np.array([[0, 7, 8, 9, 10, 2], [0, 11, 12, 2, 1, 1]])
MASK = np.array([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0]])


def make_body(kind: str) -> Any:
    import torch
    import transformers

    torch.manual_seed(0)
    names = {"bert": ("BertConfig", "BertModel"), "xlm-roberta": ("XLMRobertaConfig", "XLMRobertaModel")}[kind]
    config, model = (getattr(transformers, name) for name in names)
    body = model(config(**NUMBERS)).eval()
    for parameter in body.parameters():  # larger than at birth, so that every part shows in the vectors
        torch.nn.init.normal_(parameter, std=0.3)
    return body


def run_graph(body: Any, shape: BertShape, *, int8: bool) -> Any:
    import openvino

    weights = {name: value.numpy() for name, value in body.state_dict().items()}
    compiled = openvino.Core().compile_model(
        build_graph(shape, weights, int8=int8), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    return compiled([IDS, MASK])[0]


@pytest.mark.parametrize(("kind", "first"), [("bert", 0), ("xlm-roberta", 2)])
@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize(("int8", "least"), [(False, 0.99999), (True, 0.995)])
def test_the_graph_gives_the_vectors_of_the_model_it_was_built_from(
    kind: str, first: int, pooling: Any, int8: bool, least: float
) -> None:
    import torch

    body = make_body(kind)
    with torch.inference_mode():
        last = body(input_ids=torch.from_numpy(IDS), attention_mask=torch.from_numpy(MASK)).last_hidden_state.numpy()
    expected = last[:, 0] if pooling == "cls" else (last * MASK[..., None]).sum(1) / MASK.sum(1, keepdims=True)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    shape = BertShape(layers=2, heads=4, epsilon=body.config.layer_norm_eps, first_position=first, pooling=pooling)
    found = run_graph(body, shape, int8=int8)
    assert found.shape == (2, 32)
    assert (found * expected).sum(axis=1).min() >= least


def test_the_shape_of_the_shipped_encoder_is_told() -> None:
    shape = describe_shape(open_encoder(IndexSettings(backend="torch")).model)
    assert shape is not None
    assert (shape.layers, shape.heads, shape.first_position, shape.pooling) == (12, 12, 0, "mean")


class Transformer:
    pass


class Pooling:
    pooling_mode = "mean"
    include_prompt = True


class Dense:
    pass


class Model(list[Any]):
    """The modules of a model, and what its body says of itself."""

    def __init__(self, *modules: Any, **config: Any) -> None:
        super().__init__(modules)
        known = {"model_type": "bert", "hidden_act": "gelu", "is_decoder": False, "num_hidden_layers": 1}
        known |= {"num_attention_heads": 1, "layer_norm_eps": 1e-12}
        self.transformers_model = SimpleNamespace(config=SimpleNamespace(**(known | config)))


@pytest.mark.parametrize(
    "model",
    [
        Model(Transformer(), Pooling(), Dense()),
        Model(Transformer(), Pooling(), model_type="qwen3"),
        Model(Transformer(), Pooling(), hidden_act="relu"),
        Model(Transformer(), Pooling(), position_embedding_type="relative_key"),
        Model(Transformer(), Pooling(), is_decoder=True),
    ],
)
def test_what_is_not_built_here_has_no_shape(model: Any) -> None:
    assert describe_shape(Model(Transformer(), Pooling())) is not None  # type: ignore[arg-type]
    assert describe_shape(model) is None


def test_openvino_is_imported_without_its_telemetry() -> None:
    code = """
import socket, sys
def refuse(*args, **kwargs):
    print("the network was asked for")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from index.openvino_graph import import_openvino
import_openvino().Core()
print(*(name for name, module in sys.modules.items() if name.startswith("openvino_telemetry") and module))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
