"""A folder of someone's model is data: whatever stands in it, no program in it is run and nothing is fetched."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import EncoderError, RerankerError
from index.encoder import open_encoder
from index.reranker import open_reranker
from index.settings import SHIPPED_ENCODER, IndexSettings

CODE = "from pathlib import Path\nPath({mark!r}).write_text('run')\nclass Model: ...\nclass Config: ...\n"


class Touch:
    """Pickled, it writes the file when it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[Path, str]]:
        return Path.write_text, (self.mark, "run")


def put_pickle(folder: Path, mark: Path) -> None:
    """Weights that are a pickle, and a configuration that asks for it to be trusted."""
    import torch

    (folder / "model.safetensors").unlink()
    torch.save({"embeddings.word_embeddings.weight": Touch(mark)}, folder / "pytorch_model.bin")
    trusted = {"weights_only": False, "trust_remote_code": True}
    (folder / "sentence_bert_config.json").write_text(json.dumps({"model_args": trusted, "model_kwargs": trusted}))


def put_code(folder: Path, mark: Path) -> None:
    """A model class of its own, in a file beside the weights."""
    (folder / "modeling_evil.py").write_text(CODE.format(mark=str(mark)))
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["auto_map"] = dict.fromkeys(("AutoModel", "AutoModelForSequenceClassification"), "modeling_evil.Model")
    config["auto_map"]["AutoConfig"] = "modeling_evil.Config"
    config["model_type"] = "evil"
    (folder / "config.json").write_text(json.dumps(config))


def put_module(folder: Path, mark: Path) -> None:
    """A module that is not of sentence-transformers."""
    (folder / "evil.py").write_text(CODE.format(mark=str(mark)))
    (folder / "modules.json").write_text(json.dumps([{"idx": 0, "name": "0", "path": "", "type": "evil.Model"}]))


@pytest.mark.parametrize("put", [put_pickle, put_code, put_module])
def test_no_program_in_a_models_folder_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, put: Callable[[Path, Path], None]
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the network was asked for")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    folder, mark = tmp_path / "model", tmp_path / "mark"
    shutil.copytree(SHIPPED_ENCODER, folder)
    put(folder, mark)
    with pytest.raises(EncoderError) as error:
        open_encoder(IndexSettings(encoder=str(folder)))
    assert "\n" not in str(error.value)
    with pytest.raises(RerankerError):
        open_reranker(IndexSettings(reranker=str(folder)))
    assert not mark.exists()
