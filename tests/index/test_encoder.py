import shutil
import socket
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import EncoderError
from index import encoder
from index.encoder import SentenceEncoder, name_encoder, open_encoder
from index.model import Vectors
from index.settings import SHIPPED_ENCODER, IndexSettings


@pytest.fixture(scope="module")
def shipped() -> SentenceEncoder:
    """The encoder that ships, loaded where no socket connects and no name resolves."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the network was asked for")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder, "_OPEN", {})
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket.socket, "connect_ex", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        return open_encoder(IndexSettings())


def test_vectors_are_those_of_the_bare_body_in_float32(shipped: SentenceEncoder) -> None:
    import torch
    from transformers import AutoTokenizer, BertModel

    texts = [
        "query: 买到假货能赔多少",
        "passage: 产品质量法 第四十条\n售出的产品有下列情形之一的，销售者应当负责修理、更换、退货",
    ]
    tokenizer = AutoTokenizer.from_pretrained(SHIPPED_ENCODER)
    body = BertModel.from_pretrained(SHIPPED_ENCODER, dtype=torch.float32, add_pooling_layer=False).eval()
    for kind, text in zip(("query", "passage"), texts, strict=True):
        with torch.inference_mode():
            mean = body(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(0).numpy()
        vector = shipped.encode([text.partition(": ")[2]], kind=kind)[0]  # type: ignore[arg-type]
        assert vector @ mean / np.linalg.norm(mean) > 0.999


def test_vectors_are_float32_unit_vectors_of_384_in_the_order_of_the_texts(shipped: SentenceEncoder) -> None:
    texts = ["备案", "", "质" * 100_000, "\ud800", "What?"]
    vectors = shipped.encode(texts, kind="passage")
    assert (vectors.shape, vectors.dtype) == ((5, 384), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert vector @ shipped.encode([text], kind="passage")[0] > 0.995


def test_no_texts_have_no_vectors(shipped: SentenceEncoder) -> None:
    assert shipped.encode([], kind="query").shape == (0, 384)


def test_queries_and_passages_have_prompts_of_their_own(shipped: SentenceEncoder) -> None:
    model = shipped.model

    def encode_plain(text: str) -> Vectors:
        vector: Vectors = model.encode([text], prompt="", convert_to_tensor=True).float().numpy()[0]
        return vector / np.linalg.norm(vector)  # of length one but for bfloat16's rounding

    query, passage = shipped.encode(["备案"], kind="query")[0], shipped.encode(["备案"], kind="passage")[0]
    assert query @ encode_plain("query: 备案") > 0.999
    assert passage @ encode_plain("passage: 备案") > 0.999
    assert query @ passage < 0.99


def test_the_meaning_of_a_lay_question_is_nearer_to_its_article_than_to_another(shipped: SentenceEncoder) -> None:
    query = shipped.encode(["买到假货能多赔点钱吗"], kind="query")[0]
    right, wrong = shipped.encode(
        ["经营者有欺诈行为的，应当增加赔偿其受到的损失。", "标准应当按照编号发布。"], kind="passage"
    )
    assert query @ right > query @ wrong


def test_the_shipped_folder_is_at_most_60_mb() -> None:
    assert sum(path.stat().st_size for path in SHIPPED_ENCODER.rglob("*")) <= 60_000_000


def test_the_shipped_encoder_is_named_by_its_weights_and_another_by_its_setting(shipped: SentenceEncoder) -> None:
    assert shipped.name == name_encoder(IndexSettings())
    assert shipped.name.startswith("wence-")
    assert name_encoder(IndexSettings(encoder="BAAI/bge-m3")) == "BAAI/bge-m3"


def test_an_encoder_is_loaded_once(shipped: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "_OPEN", {})
    monkeypatch.setattr(encoder, "load_model", lambda _: shipped.model)
    assert open_encoder(IndexSettings()) is open_encoder(IndexSettings())


@pytest.mark.parametrize("name", ["no-such-model", "nobody/no-such-model", "./no/such/folder", __file__, "x" * 3000])
def test_an_encoder_that_is_not_here_is_one_line_that_says_what_to_do(name: str) -> None:
    with pytest.raises(EncoderError, match=r"cannot be loaded from this machine .* set WENCE_INDEX__ENCODER") as caught:
        open_encoder(IndexSettings(encoder=name))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("model.safetensors", None),
        ("model.safetensors", b"\xff" * 999),
        ("model.safetensors", b""),
        ("config.json", b"{"),
        ("config.json", b"[]"),
        ("modules.json", b'{"a": 1}'),
        ("1_Pooling/config.json", None),
        ("1_Pooling/config.json", b'{"a": 1}'),
        ("sentence_bert_config.json", b'{"a": 1}'),
        ("tokenizer.json", b"\0"),
    ],
)
def test_a_damaged_encoder_is_one_line_too(tmp_path: Path, file: str, data: bytes | None) -> None:
    folder = tmp_path / "encoder"
    shutil.copytree(SHIPPED_ENCODER, folder, copy_function=link_or_copy)
    (folder / file).unlink()
    if data is not None:
        (folder / file).write_bytes(data)
    with pytest.raises(EncoderError, match="cannot be loaded from this machine") as caught:
        open_encoder(IndexSettings(encoder=str(folder)))
    assert "\n" not in str(caught.value)


def link_or_copy(source: str, target: str) -> None:
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copy(source, target)


def test_a_shipped_encoder_that_is_not_whole_says_to_install_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "SHIPPED_ENCODER", tmp_path)
    with pytest.raises(EncoderError, match=r"not whole .* install Wence again"):
        name_encoder(IndexSettings())
